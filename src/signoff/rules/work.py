"""Carry what is known while a rule cell is being understood, from step to step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from signoff.errors import Problem, ScopeError, nearest
from signoff.expressions import tree as t
from signoff.expressions.evaluate import Unreadable
from signoff.expressions.parse import item_at
from signoff.expressions.walk import Used, matching_source, unknown_problem, uses
from signoff.record import blank
from signoff.rules import results
from signoff.rules.context import Context, RowTypes, SourceField, zone_named
from signoff.rules.registry import KINDS, PHRASES, Kind, Run
from signoff.schema import Type

_UNREADABLE = {
    Type.DATE: results.DATE_UNREADABLE,
    Type.INSTANT: results.DATE_UNREADABLE,
    Type.PHONE: results.PHONE_UNREADABLE,
    Type.EMAIL: results.EMAIL_UNREADABLE,
    Type.AMOUNT: results.NUMBER_UNREADABLE,
    Type.NUMBER: results.NUMBER_UNREADABLE,
    Type.INTEGER: results.NUMBER_UNREADABLE,
}


@dataclass(slots=True)
class Work:
    """Hold the state of one cell while its steps are built.

    `type` and `many` are those of the value so far; `subject` is the sending field whose value the steps work on.
    `comparison` is set by a comparing step, `ordered` by `in order`, `form` by `or an empty list if blank`.
    """

    types: RowTypes
    tree: t.RuleTree
    type: Type = Type.ANY
    many: bool = False
    subject: SourceField | None = None
    first: bool = True
    comparison: Kind | None = None
    ordered: bool = False
    form: str = ""
    zone: ZoneInfo | None = None
    half_even: bool = False
    blank_as_0: bool = False
    country_source: SourceField | None = None
    default_country: str = ""
    said: list[str] = field(default_factory=list)
    constant: bool = False
    reference_entity: str = ""
    required: bool = False
    reference_fields: tuple[str, ...] = ()

    def wrong(self, expected: str, found: str, how: str = "", known: Iterable[str] = (), word: str = "") -> ScopeError:
        """Return the error for something that parses but cannot be meant."""
        return ScopeError(
            Problem(self.types.place, expected, found, nearest(word, known) if word else None, how, "rule-meaning")
        )

    def source(self, name: t.Name) -> SourceField:
        """Return the sending field that a name stands for, or a reference through it; raise ScopeError."""
        known = {one.name: one for one in self.types.sources}
        found = matching_source(name.text, known)
        if found is None:
            raise ScopeError(unknown_problem(Used(name.text, name.column), known, self.types.place))
        one = known[found]
        through = name.text.startswith((f"{found}.", f"{found}[")) and name.text != found
        return SourceField(name.text, name.text, None) if through else one

    def full_name(self, name: str) -> str | None:
        """Return the API's name of what a rule names, which may be the label in the sending cell; None if nothing."""
        for known in ({one.written: one.name for one in self.types.sources if one.written}, self._names()):
            found = matching_source(name, known)
            if found is not None:
                through = name.startswith((f"{found}.", f"{found}["))
                return known[found] + name[len(found) :] if through else known[found]
        return None

    def _names(self) -> dict[str, str]:
        return {one.name: one.name for one in self.types.sources}

    def check_names(self, tree: Any) -> None:
        """Raise ScopeError for every name of the sending record that does not stand in the sending cell."""
        known = [one.written or one.name for one in self.types.sources]
        lost = [
            used for used in uses(tree) if not used.within and not used.of_items and self.full_name(used.name) is None
        ]
        if lost:
            raise ScopeError([unknown_problem(used, known, self.types.place) for used in dict.fromkeys(lost)])

    def zone_of(self, name: str) -> ZoneInfo:
        """Return the zone that a rule names; raise ScopeError when there is no such zone."""
        try:
            return zone_named(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise self.wrong(
                "a time zone of the IANA database", f"`{name}`", "Write a name such as America/Chicago or UTC."
            ) from None

    def get(self, source: SourceField) -> Callable[[Context], Any]:
        """Return a function that reads a sending field typed; blank is None; what cannot be read is bad data."""
        name = source.name
        kind = _UNREADABLE.get(source.field.type, results.UNREADABLE) if source.field else results.UNREADABLE

        def get(context: Context) -> Any:
            try:
                value = context.typed(name)
            except Unreadable as trouble:
                raise results.bad(kind, f"`{name}` is {trouble}") from None
            if isinstance(value, list):
                return [None if blank(item) else item for item in value] or None
            return None if blank(value) else value

        return get

    def start_with(self, source: SourceField) -> None:
        """Take a sending field as the value that the next step works on."""
        self.subject = source
        self.type = source.field.type if source.field is not None else Type.ANY
        self.many = source.many

    def operand(self, part: t.Name | t.Literal | t.Paren) -> tuple[Callable[[Context], Any], Type, str]:
        """Return how a part of a join, fallback or list is read, its type, and how it is said."""
        if isinstance(part, t.Literal):
            fixed = part.value
            return (lambda _: fixed), Type.TEXT, f'"{fixed}"'
        if isinstance(part, t.Name):
            source = self.source(part)
            return self.get(source), source.field.type if source.field is not None else Type.ANY, part.text
        return self.inner(part)

    def inner(self, part: t.Paren) -> tuple[Callable[[Context], Any], Type, str]:
        """Build steps in parentheses: a small rule of its own, whose value is a part of this one."""
        work = Work(
            self.types, self.tree, country_source=self.country_source, default_country=self.default_country,
            blank_as_0=self.blank_as_0, half_even=self.half_even, zone=self.zone,
        )  # fmt: skip
        get = chain(part.steps, work, part.start)
        said = ", ".join(([part.start.text] if part.start else []) + work.said)
        return get, work.type, f"({said})"


def chain(steps: Iterable[t.Step | t.Paren], work: Work, start: t.Name | None = None) -> Callable[[Context], Any]:
    """Build steps from left to right into one function of a record; raise ScopeError."""
    runs: list[Run] = []
    begin: Callable[[Context], Any] | None = None
    if start is not None:
        source = work.source(start)
        work.start_with(source)
        begin = work.get(source)
    for step in steps:
        if isinstance(step, t.Paren):
            get, work.type, said = work.inner(step)
            begin, runs = get, []
            work.said.append(said)
            work.first = False
            continue
        phrase = PHRASES[step.phrase]
        if phrase.option:
            phrase.build(step, work)
            continue
        if begin is None and not runs and not phrase.starts:
            subject = subject_of(work)
            work.start_with(subject)
            begin = work.get(subject)
        if work.comparison is not None and not phrase.on_list:
            raise work.wrong(
                "a comparing step (`same …`) last",
                f"`{phrase.shape}` after it",
                "Move the `same …` step to the end, or take it away.",
            )
        if work.types.backwards and not phrase.inverts.startswith("yes"):
            raise work.wrong(
                "a rule that can be turned round, because the row flows both ways",
                f"`{phrase.shape}`, which cannot: {phrase.inverts}",
                "Write two rows, one -> and one <-, each with its own rule.",
            )
        expected = KINDS.get(phrase.compares_as)
        if expected is not None and work.type not in expected.accepts:
            raise work.wrong(
                f"a sending value that can be compared as {expected.name}",
                f"`{phrase.shape}` on a field of type {work.type.value}",
                "Take another comparison, or cast the value first.",
            )
        run = phrase.build(step, work)
        runs.append(_wrapped(run, phrase.on_list, phrase.on_blank or phrase.starts))
        work.said.append(_said(phrase.says, step, work))
        work.first = False
    return _chained(begin, runs)


_OWN_WORDS: Final = frozenset(
    {
        "=",
        "join",
        "yes if",
        "first filled of",
        "every filled one of",
        "the one where",
        "the first one",
        "the latest one by",
    }
)


def _said(says: str, step: t.Step, work: Work) -> str:
    if step.phrase in _OWN_WORDS and step.column and work.tree.text:
        return item_at(work.tree.text, step.column)
    texts = [one for one in step.arguments if isinstance(one, str | int)]
    return says.format(*texts, *([""] * 3))


def _wrapped(run: Run, on_list: bool, on_blank: bool) -> Run:
    if on_list and on_blank:
        return run
    if on_list:
        return lambda value, context: None if value is None else run(value, context)

    def each(value: Any, context: Context) -> Any:
        if isinstance(value, list):
            return _each(run, value, on_blank, context) or None
        if value is None and not on_blank:
            return None
        return run(value, context)

    return each


def _each(run: Run, items: list[Any], on_blank: bool, context: Context) -> list[Any]:
    found: list[Any] = []
    for item in items:
        try:
            found.append(None if item is None and not on_blank else run(item, context))
        except results.Stopped as stopped:
            # A table may leave one item out or make it blank; anything else concerns the whole row.
            if isinstance(stopped.result, results.Blank):
                found.append(None)
            elif not isinstance(stopped.result, results.LeftOut):
                raise
    return found


def _chained(begin: Callable[[Context], Any] | None, runs: list[Run]) -> Callable[[Context], Any]:
    if begin is not None and not runs:
        return begin
    if begin is not None and len(runs) == 1:
        only, get_first = runs[0], begin
        return lambda context: only(get_first(context), context)

    def get(context: Context) -> Any:
        value = begin(context) if begin is not None else None
        for run in runs:
            value = run(value, context)
        return value

    return get


def subject_of(work: Work) -> SourceField:
    """Return the one sending field that steps work on; raise ScopeError when there is none or more than one.

    With several in the cell, those that the rule names elsewhere (in a condition, say) and a country that only
    helps to read a phone or a state stand back.
    """
    sources = work.types.sources
    if not sources:
        raise work.wrong(
            "a sending field for the rule to work on",
            "an empty sending cell",
            'Name the field, or use a constant such as `always "X"`.',
        )
    if len(sources) == 1:
        return sources[0]
    known = [one.name for one in sources]
    named = {matching_source(used.name, known) for used in uses((work.tree.steps, work.tree.modifiers))}
    left = [one for one in sources if one.name not in named] or list(sources)
    if len(left) > 1 and work.country_source is not None:
        left = [one for one in left if one is not work.country_source]
    if len(left) != 1:
        raise work.wrong(
            "a rule that says what becomes of several sending fields",
            f"{len(left)} fields: {', '.join(one.name for one in left)}",
            'Write `first filled of a or b`, or join them: a + " " + b.',
        )
    return left[0]
