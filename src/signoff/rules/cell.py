"""Understand a rule cell: check it against the row's types, and make it ready to be worked out and compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from signoff.errors import ScopeError
from signoff.expressions import tree as t
from signoff.expressions.evaluate import Unreadable
from signoff.expressions.parse import parse_rule
from signoff.expressions.walk import matching_source, renamed, uses
from signoff.record import blank
from signoff.rules import families, results
from signoff.rules.context import Context, RowTypes, SourceField, zone_named
from signoff.rules.defaults import OPEN, default_phrase, own_table
from signoff.rules.lookup import run_of, table_named
from signoff.rules.modifiers import modifiers_of
from signoff.rules.places import country_of
from signoff.rules.registry import KIND_OF_TYPE, KINDS, PHRASES, Ask, Kind
from signoff.rules.results import Stopped
from signoff.rules.rule import NOBODY, Rule
from signoff.rules.settling import settled
from signoff.rules.work import Work, chain, subject_of
from signoff.schema import Type

__all__ = ["Rule", "settled", "understand"]

assert families.LOADED

_PLAIN: Final = frozenset({Type.TEXT, Type.ANY, Type.PICKLIST})


def understand(text: str, types: RowTypes) -> Rule:
    """Parse a rule cell and check it against the row's types; raise ScopeError.

    An empty cell, or one with modifiers only, is compared by the default for its types, `assumed`; where the types
    do not go together, `open_question` says so and the rule gives bad data.
    """
    written = parse_rule(text, types.place)
    if not types.backwards:
        written = _with_full_names(written, types)
    work = Work(types, written)
    modifiers = modifiers_of(written, work)
    work.default_country = modifiers.default_country
    work.zone = zone_named(modifiers.zone) if modifiers.zone else None
    work.half_even = any(step.phrase == "half-even" for step in written.steps)
    work.blank_as_0 = any(step.phrase == "blank as 0" for step in written.steps)
    work.country_source = _country_source(types)
    if modifiers.must_exist is not None:
        work.required = True
        work.reference_fields = modifiers.must_exist.names
    target = types.target
    many = types.target_many or (target is not None and target.many)
    steps = [step for step in written.steps if step.phrase not in ("half-even", "blank as 0")]
    if steps:
        run = chain(written.steps, work)
        kind, question, assumed, table = _kind_of(work), "", False, _table_of(written, types)
        _check_lists(work, many)
    else:
        run, kind, question, table = _assumed(work, many)
        assumed = True
        if len(written.steps) > 0:
            raise work.wrong("a formula or `rounded to`", f"`{text.strip()}` alone", "Write the formula before it.")
    ask = Ask(country_of(work), target, work.zone)
    if work.constant:
        _check_constant(work, run, kind, ask)
    names = _names(written, work)
    if question:
        work.said = [question]
    origin = f", from {work.subject.written or work.subject.name}" if work.subject is not None else ""
    sentence = "; ".join(part for part in (", ".join(work.said) + origin, *modifiers.said) if part)
    inverts = all(PHRASES[step.phrase].inverts.startswith("yes") for step in steps if step.phrase in PHRASES)
    return Rule(
        text.strip(),
        written,
        types,
        run,
        kind,
        ask,
        modifiers,
        sentence,
        names,
        many=many or (target is None and work.many),
        ordered=work.ordered,
        assumed=assumed,
        open_question=question,
        inverts=inverts and _single_join(steps),
        table=table,
    )


def _single_join(steps: list[t.Step]) -> bool:
    joins = [step.arguments[0] for step in steps if step.phrase == "join"]
    return all(
        sum(not isinstance(part, t.Literal) for part in parts) == 1 for parts in joins if isinstance(parts, tuple)
    )


def _with_full_names(written: t.RuleTree, types: RowTypes) -> t.RuleTree:
    work = Work(types, written)
    work.check_names((written.steps, written.modifiers))
    names_of: dict[str, str] = {}
    for used in uses((written.steps, written.modifiers)):
        if used.within or used.of_items:
            continue
        found = work.full_name(used.name)
        if found is not None and found != used.name:
            names_of[used.name] = found
    if not names_of:
        return written
    return t.RuleTree(renamed(written.steps, names_of), renamed(written.modifiers, names_of), written.text)


def _country_source(types: RowTypes) -> SourceField | None:
    countries = [one for one in types.sources if one.field is not None and one.field.type is Type.COUNTRY]
    return countries[0] if len(countries) == 1 and len(types.sources) > 1 else None


def _kind_of(work: Work) -> Kind:
    target = work.types.target
    if work.comparison is not None:
        if target is not None and target.type is not Type.ANY and target.type not in work.comparison.accepts:
            raise work.wrong(
                f"a receiving field that can be compared as {work.comparison.name}",
                f"a field of type {target.type.value}",
                "Take another comparison, or another receiving field.",
            )
        return work.comparison
    receiving = target.type if target is not None else Type.ANY
    if receiving is Type.ANY:
        return KINDS[KIND_OF_TYPE[work.type]]
    if work.type not in _PLAIN and default_phrase(work.type, receiving) == OPEN:
        raise work.wrong(
            f"a result that fits a receiving field of type {receiving.value}",
            f"a result of type {work.type.value}",
            "Add a step that makes one from the other, or take another receiving field.",
        )
    return KINDS[KIND_OF_TYPE[receiving]]


def _check_lists(work: Work, many: bool) -> None:
    target = work.types.target
    if work.many and not many and target is not None and target.type not in (Type.ANY, Type.OBJECT):
        raise work.wrong(
            "one value for a field that holds one",
            "a list",
            'Add `the first one`, `joined with ", "` or another step that makes one value of it.',
        )


def _check_constant(work: Work, run: Callable[[Context], Any], kind: Kind, ask: Ask) -> None:
    step = work.tree.steps[0]
    if step.phrase != "always" or len(work.tree.steps) > 1:
        return
    try:
        kind.convert(run(NOBODY), NOBODY, ask)
    except (Stopped, Unreadable):
        raise work.wrong(
            f"a constant that can be read as {kind.name}",
            f'"{step.arguments[0]}"',
            "Write it as the receiving field holds it.",
        ) from None


def _table_of(written: t.RuleTree, types: RowTypes) -> str:
    for step in written.steps:
        if step.phrase == "look up in":
            wanted = " ".join(str(step.arguments[0]).split()).casefold()
            return next((name for name in types.tables if " ".join(name.split()).casefold() == wanted), "")
    return ""


def _nothing(_context: Context) -> Any:
    raise results.bad(results.UNREADABLE, OPEN)


def _assumed(work: Work, many: bool) -> tuple[Callable[[Context], Any], Kind, str, str]:
    types = work.types
    if not types.sources:
        return _nothing, KINDS["value"], "the sending field is missing, name it", ""
    try:
        subject = subject_of(work)
    except ScopeError:
        return _nothing, KINDS["value"], "several sending fields, say what becomes of them", ""
    work.start_with(subject)
    sending, receiving = work.type, types.target.type if types.target is not None else Type.ANY
    run = work.get(subject)
    if work.many and not many and types.target is not None and receiving not in (Type.ANY, Type.OBJECT):
        return _nothing, KINDS["value"], OPEN, ""
    table = own_table(types, subject) if Type.PICKLIST in (sending, receiving) else ""
    if table:
        looked = run_of(table_named(table, work), work)
        work.said.append(f'looked up in the table "{table}"')
        return _mapped(run, looked), KINDS[KIND_OF_TYPE[receiving]], "", table
    if sending is Type.REFERENCE and receiving is Type.TEXT and subject.field is not None:
        work.said.append("the name of the record it refers to")
        return _named(subject), KINDS["text"], "", ""
    phrase = default_phrase(sending, receiving)
    if phrase == OPEN:
        return _nothing, KINDS["value"], OPEN, ""
    if phrase == "the with the same":
        entity = types.target.entity if types.target is not None and types.target.entity else ""
        entity = entity or (subject.field.entity if subject.field is not None else "")
        step = t.Step(phrase, (entity, "name"), 0)
    else:
        step = t.Step(phrase, (None,) if phrase.startswith("same date") else (), 0)
    run = chain([step], work)
    return run, work.comparison or KINDS[KIND_OF_TYPE[receiving]], "", ""


def _mapped(get: Callable[[Context], Any], run: Any) -> Callable[[Context], Any]:
    def mapped(context: Context) -> Any:
        value = get(context)
        if isinstance(value, list):
            return [run(item, context) for item in value]
        return run(value, context)

    return mapped


def _named(subject: SourceField) -> Callable[[Context], Any]:
    def named(context: Context) -> Any:
        for path in ("name", "title"):
            found = context.value(f"{subject.name}.{path}")
            if isinstance(found, str) and not blank(found):
                return found
        parts = [context.value(f"{subject.name}.{path}") for path in ("firstName", "lastName")]
        texts = [part.strip() for part in parts if isinstance(part, str) and not blank(part)]
        found = context.typed(subject.name)
        return " ".join(texts) or (None if blank(found) else found)

    return named


def _names(written: t.RuleTree, work: Work) -> tuple[str, ...]:
    known = [one.name for one in work.types.sources]
    found: dict[str, None] = {}
    if work.subject is not None:
        found[work.subject.name] = None
    for used in uses((written.steps, written.modifiers)):
        if not used.within and not used.of_items:
            found[matching_source(used.name, known) or used.name] = None
    if work.country_source is not None:
        found[work.country_source.name] = None
    return tuple(found)
