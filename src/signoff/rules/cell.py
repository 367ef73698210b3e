"""Understand a rule cell: check it against the row's types, and make it ready to be worked out and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from signoff.errors import ScopeError
from signoff.expressions import tree as t
from signoff.expressions.evaluate import Unreadable, condition, day
from signoff.expressions.parse import parse_rule
from signoff.expressions.walk import matching_source, renamed, uses
from signoff.record import ABSENT, Value, blank, same_json
from signoff.rules import families, results
from signoff.rules.context import Context, Moment, RowTypes, SourceField, World, zone_named
from signoff.rules.defaults import OPEN, default_phrase, own_table
from signoff.rules.lookup import run_of, table_edges, table_named
from signoff.rules.modifiers import Modifiers, modifiers_of
from signoff.rules.places import country_of
from signoff.rules.reading import shown
from signoff.rules.references import REFERENCE
from signoff.rules.registry import KIND_OF_TYPE, KINDS, PHRASES, Ask, Edge, Kind
from signoff.rules.results import BadData, Blank, Kept, LeftOut, Result, Stopped, Unwritten
from signoff.rules.results import Value as Held
from signoff.rules.work import Work, chain, subject_of
from signoff.schema import Field, Side, SystemSchema, Type

assert families.LOADED

_PLAIN: Final = frozenset({Type.TEXT, Type.ANY, Type.PICKLIST})


class Rule:
    """Hold an understood rule cell: what it says, what it gives for a record, and what agrees with it.

    `sentence` is for reports. `assumed`: nobody wrote how to compare, so the default for the types does.
    `open_question` is "" or why nothing can be judged. `names` are the sending fields that it reads. `inverts`
    tells whether a two-way row may use it.
    """

    __slots__ = (
        "_ask",
        "_run",
        "_table",
        "_when",
        "assumed",
        "form",
        "inverts",
        "kind",
        "many",
        "modifiers",
        "names",
        "open_question",
        "ordered",
        "sentence",
        "text",
        "tree",
        "types",
    )

    def __init__(
        self,
        text: str,
        tree: t.RuleTree,
        types: RowTypes,
        run: Callable[[Context], Any],
        kind: Kind,
        ask: Ask,
        modifiers: Modifiers,
        sentence: str,
        names: tuple[str, ...],
        many: bool = False,
        ordered: bool = False,
        assumed: bool = False,
        open_question: str = "",
        inverts: bool = True,
        table: str = "",
    ) -> None:
        self.text = text
        self.tree = tree
        self.types = types
        self.kind = kind
        self.modifiers = modifiers
        self.sentence = sentence
        self.names = names
        self.many = many
        self.ordered = ordered
        self.assumed = assumed
        self.open_question = open_question
        self.inverts = inverts
        self._run = run
        self._ask = ask
        self._table = table
        self._when = condition(modifiers.only_when) if modifiers.only_when is not None else None

    def __repr__(self) -> str:
        return f"Rule({self.text!r})"

    def value(self, context: Context) -> Result:
        """Work the rule out for a sending record at one moment.

        Conditions are applied (Unwritten, or Blank with `else blank`); what depends on the receiving record's own
        past (`on create only` and its like) is applied by `settled`.
        """
        if context.trace:
            context.trace.clear()
        try:
            if self._when is not None and not self._when(context):
                return Blank() if self.modifiers.else_blank else Unwritten("its condition does not hold")
            if self.modifiers.effective_date and self._too_early(context):
                return Unwritten("its effective date has not come yet")
            value = self._run(context)
            if value is None or value == "":
                return self._traced(Blank(), context)
            if self.many:
                found = self._converted(value if isinstance(value, list) else [value], context)
                held: Result = Held(found) if any(item is not None for item in found) else Blank()
            elif isinstance(value, list):
                return BadData(results.UNREADABLE, "a list where one value is needed")
            else:
                held = Held(self.kind.convert(value, context, self._ask))
            if self.modifiers.must_exist is not None:
                held = self._existing(held, context)
            return self._traced(held, context) if context.trace else held
        except Stopped as stopped:
            result = stopped.result
            if isinstance(result, BadData) and self.modifiers.must_exist is not None:
                return self._absent(result)
            return result
        except Unreadable as trouble:
            return BadData(results.UNREADABLE, f"the value is {trouble}")

    def _converted(self, items: list[Any], context: Context) -> list[Any]:
        convert, ask = self.kind.convert, self._ask
        return [None if blank(item) else convert(item, context, ask) for item in items]

    def _traced(self, result: Result, context: Context) -> Result:
        if not context.trace:
            return result
        rows, table = tuple(row for _, row in context.trace), context.trace[0][0]
        if isinstance(result, Held):
            return Held(result.typed, rows, table)
        if isinstance(result, Blank):
            return Blank(result.form, rows, table)
        return result

    def _too_early(self, context: Context) -> bool:
        found = day(context.typed(self.modifiers.effective_date), context.zone)
        return found is not None and found > context.today()

    def _existing(self, result: Result, context: Context) -> Result:
        wanted = self.modifiers.must_exist
        target = self.types.target
        if wanted is None or not isinstance(result, Held) or self.kind is REFERENCE:
            return result
        values = result.typed if isinstance(result.typed, list) else [result.typed]
        if target is not None and target.choices:
            known = all(value is None or str(value) in target.choices for value in values)
        else:
            entity = (target.entity or target.name) if target is not None else self.types.target_name
            fields = wanted.names or ("name",)
            known = all(
                value is None or any(context.partner(entity, name, value).ids for name in fields) for value in values
            )
        return result if known else self._absent(BadData(results.MUST_EXIST, "the receiving side does not know it"))

    def _absent(self, result: BadData) -> Result:
        wanted = self.modifiers.must_exist
        if wanted is None or result.kind not in (results.MUST_EXIST, results.LEADS_NOWHERE):
            return result
        if wanted.otherwise == "left out":
            return LeftOut()
        if wanted.otherwise == "nothing is written":
            return Unwritten("the receiving side does not know it")
        return result

    def agrees(self, result: Result, raw_target: Value, context: Context) -> bool:
        """Tell whether what the receiver holds is what a result asks for.

        A blank agrees with every form of blank unless the rule names one; left out, null, empty text and empty
        list are judged strictly. Unwritten and bad data agree with what the field held before.
        """
        if isinstance(result, Held):
            return self._holds(result.typed, raw_target, context)
        if isinstance(result, Blank):
            return _blank_in_form(raw_target, result.form)
        if isinstance(result, LeftOut):
            return raw_target is ABSENT or self._own_default(raw_target)
        if isinstance(result, Kept):
            return self._kept(result.raw, raw_target)
        return self._kept(context.previous, raw_target)

    def _holds(self, typed: Any, raw: Value, context: Context) -> bool:
        if self.many:
            if blank(raw):
                return False
            items = raw if isinstance(raw, list | tuple) else [raw]
            try:
                found = [None if blank(item) else self.kind.found(item, context, self._ask) for item in items]
            except Unreadable:
                return False
            return self._same_list(typed, found)
        if blank(raw) or isinstance(raw, list | tuple):
            return False
        try:
            return self.kind.equal(typed, self.kind.found(raw, context, self._ask), self._ask)
        except Unreadable:
            return False

    def _same_list(self, wanted: list[Any], found: list[Any]) -> bool:
        if self.ordered:
            return len(wanted) == len(found) and all(map(self._same_item, wanted, found))
        return all(any(self._same_item(one, other) for other in found) for one in wanted) and all(
            any(self._same_item(other, one) for other in wanted) for one in found
        )

    def _same_item(self, left: Any, right: Any) -> bool:
        if left is None or right is None:
            return left is right
        return self.kind.equal(left, right, self._ask)

    def _own_default(self, raw: Value) -> bool:
        target = self.types.target
        return target is not None and target.default is not ABSENT and same_json(raw, target.default)

    def _kept(self, before: Value, raw: Value) -> bool:
        if blank(before):
            return blank(raw) or (before is ABSENT and self._own_default(raw))
        return same_json(before, raw)

    def shown(self, result: Result) -> str:
        """Write a result for a reader."""
        if isinstance(result, Held):
            return shown(result.typed if not isinstance(result.typed, list) else list(result.typed))
        if isinstance(result, Blank):
            return result.form or "blank"
        if isinstance(result, LeftOut):
            return "left out"
        if isinstance(result, Unwritten):
            return f"nothing is written: {result.reason}"
        if isinstance(result, Kept):
            return f"what it held before: {shown(result.raw)}"
        return f"bad data: {result.kind}"

    def raw(self, result: Result, target_field: Field | None = None) -> Value:
        """Return the right receiving value as JSON; ABSENT where nothing is to be written."""
        field = target_field if target_field is not None else self.types.target
        zone = zone_named(self.types.target_zone)
        if isinstance(result, Held):
            if isinstance(result.typed, list) and self.many:
                return [None if item is None else self._raw_one(item, field) for item in result.typed]
            return self._raw_one(result.typed, field)
        if isinstance(result, Blank):
            return _blank_raw(result.form, field, self.many)
        if isinstance(result, Kept):
            return result.raw
        return ABSENT

    def _raw_one(self, typed: Any, field: Field | None) -> Value:
        found = self.kind.raw(typed, field, zone_named(self.types.target_zone))
        id_field = self.types.target_id
        if self.kind is REFERENCE and id_field is not None and id_field.type is Type.INTEGER and isinstance(found, str):
            return int(found) if found.isdecimal() else found
        return found

    def edges(self, name: str = "") -> tuple[Edge, ...]:
        """Return sending values worth trying for a field (by default the one the steps work on), typed."""
        source = self._source(name)
        if source is None:
            return ()
        field = source.field
        found: list[Edge] = []
        if self._table and (not name or source.name == self._first_name()):
            found += table_edges(self.types.tables[self._table], self.types.side)
        if field is not None and field.choices:
            found += [Edge(choice, "a choice of the field") for choice in field.choices]
        elif not self._table:
            type_ = field.type if field is not None else Type.ANY
            found += KINDS[KIND_OF_TYPE[type_]].edges(field)
        for step in self.tree.steps[:1]:
            found += PHRASES[step.phrase].edges if step.phrase in PHRASES else ()
        return tuple(found)

    def _first_name(self) -> str:
        return self.names[0] if self.names else ""

    def _source(self, name: str) -> SourceField | None:
        wanted = name or self._first_name()
        return next((one for one in self.types.sources if one.name == wanted), None)

    def near_misses(self, result: Result) -> tuple[Value, ...]:
        """Return wrong but plausible receiving values for a result, as JSON; none of them agrees."""
        target = self.types.target
        if isinstance(result, Held):
            found = self._near_lists(result.typed) if self.many else self._near_ones(result.typed)
            return tuple(_distinct(found))
        if isinstance(result, Blank):
            if result.form:
                forms: dict[str, Value] = {"null": None, "empty text": "", "empty list": []}
                return tuple(value for form, value in forms.items() if form != result.form) + (ABSENT,)
            edges = self.kind.edges(target)
            first = next(iter(edges), None)
            if first is None:
                return ()
            one = self._raw_one(first.value, target)
            return ([one] if self.many else one,)
        if isinstance(result, LeftOut):
            return (None, "")
        return ()

    def _near_ones(self, typed: Any) -> Iterable[Value]:
        if self._table:
            yield from self._other_outputs(typed)
        for near in self.kind.near(typed, self.types.target):
            yield self._raw_one(near, self.types.target)

    def _other_outputs(self, typed: Any) -> Iterable[Value]:
        table = self.types.tables[self._table]
        for row in table.rows:
            text = row.app.text if self.types.side is Side.ATS else (row.back_to or row.ats.text)
            if text.casefold() in ("(blank)", "anything else", "error", "left out", "the same value", "kept as it is"):
                continue
            try:
                other = self.kind.convert(text, _NOBODY, self._ask)
            except (Stopped, Unreadable):
                continue
            if not self.kind.equal(typed, other, self._ask):
                yield self._raw_one(other, self.types.target)

    def _near_lists(self, items: list[Any]) -> Iterable[Value]:
        raw = [None if item is None else self._raw_one(item, self.types.target) for item in items]
        distinct = _distinct(raw)
        if len(distinct) > 1:
            yield [one for one in raw if not same_json(one, distinct[-1])]
            yield distinct[:1]
            if self.ordered and not same_json(raw[::-1], raw):
                yield raw[::-1]
        last = next(item for item in reversed(items) if item is not None)
        for near in self._near_ones(last):
            if not any(same_json(near, one) for one in raw):
                yield [*[one for one, item in zip(raw, items, strict=True) if item is not last], near]
                return


_NOBODY: Final = Context(World(SystemSchema(Side.ATS, "nobody", {}), {}), "", {}, Moment())


def _distinct(values: Iterable[Value]) -> list[Value]:
    found: list[Value] = []
    for value in values:
        if not any(same_json(value, other) for other in found):
            found.append(value)
    return found


def _blank_in_form(raw: Value, form: str) -> bool:
    if form == "null":
        return raw is None
    if form == "empty text":
        return raw == "" and isinstance(raw, str)
    if form == "empty list":
        return isinstance(raw, list | tuple) and not raw
    return blank(raw) or (isinstance(raw, list | tuple) and all(blank(item) for item in raw))


def _blank_raw(form: str, field: Field | None, many: bool) -> Value:
    if form == "empty text":
        return ""
    if form == "empty list" or (many and not form):
        return []
    if form == "null" or field is None or field.nullable:
        return None
    return ABSENT


def settled(rule: Rule, result: Result, before_raw: Value, created: bool, newer: bool | None = None) -> Result:
    """Return what the receiving field should hold afterwards, given what it held before.

    `created`: the receiving record is made by this sync. `newer`: whether the sending record is newer (None:
    unknown, taken as newer). A record that is bad data is not written; one never created stays bad data.
    """
    modifiers = rule.modifiers
    if isinstance(result, Unwritten):
        return Kept(before_raw)
    if isinstance(result, BadData):
        return result if created else Kept(before_raw)
    if created:
        return result
    if modifiers.on_create_only or isinstance(result, LeftOut):
        return Kept(before_raw)
    if modifiers.only_if_blank and not blank(before_raw):
        return Kept(before_raw)
    if modifiers.only_if_newer and newer is False:
        return Kept(before_raw)
    if modifiers.blank_is_ignored and isinstance(result, Blank):
        return Kept(before_raw)
    if modifiers.add_never_remove:
        return _added(rule, result, before_raw)
    return result


def _added(rule: Rule, result: Result, before_raw: Value) -> Result:
    if not isinstance(result, Held) or not isinstance(result.typed, list):
        return Kept(before_raw)
    if blank(before_raw):
        return result
    items = list(before_raw) if isinstance(before_raw, list | tuple) else [before_raw]
    try:
        had = [rule.kind.found(item, _NOBODY, rule._ask) for item in items if not blank(item)]
    except Unreadable:
        had = []
    new = [one for one in result.typed if not any(rule._same_item(one, other) for other in had)]
    return Held([*had, *new], result.rows, result.table)


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
    said = [*work.said, *modifiers.said]
    origin = f", from {', '.join(names)}" if names and not any(name in " ".join(work.said) for name in names) else ""
    sentence = "; ".join([", ".join(work.said) + origin, *modifiers.said]) if work.said else "; ".join(said)
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
    known = [one.name for one in types.sources]
    Work(types, written).check_names((written.steps, written.modifiers))
    names_of: dict[str, str] = {}
    for used in uses((written.steps, written.modifiers)):
        if used.within or used.of_items:
            continue
        found = matching_source(used.name, known)
        if found is not None and found != used.name and not used.name.startswith((f"{found}.", f"{found}[")):
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
        kind.convert(run(_NOBODY), _NOBODY, ask)
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
