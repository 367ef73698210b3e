"""Prove that conditions can never hold together; what cannot be proven counts as possible.

The semantics are those of `signoff.expressions.evaluate`: a test is false of a blank value and of one that cannot be
read as the test needs it, and its negation is true of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import product
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from signoff.expressions import tree as t
from signoff.expressions.evaluate import Unreadable, as_text, day
from signoff.expressions.regex import compiled, unmatched
from signoff.schema import Field, Type

MOST_CLAUSES: Final = 256
"""Conditions that split into more alternatives than this are taken for possible."""
_UTC: Final = ZoneInfo("UTC")

Literal: TypeAlias = "tuple[t.Atom, bool]"
"""A test, and whether it must hold."""

Known: TypeAlias = "Callable[[str], Field | None]"
"""Return the field of a name, or None."""


def never(conditions: Iterable[t.Condition], known: Known, unless: Iterable[t.Condition] = ()) -> bool:
    """Tell whether the conditions cannot all hold while none of `unless` does."""
    parts: list[t.Condition] = [*conditions, *(t.Not(one) for one in unless)]
    clauses = _clauses(t.And(tuple(parts)), True) if parts else [()]
    return clauses is not None and all(_contradicts(clause, known) for clause in clauses)


def _clauses(tree: t.Condition, wanted: bool) -> list[tuple[Literal, ...]] | None:
    if isinstance(tree, t.Not):
        return _clauses(tree.part, not wanted)
    if isinstance(tree, t.And | t.Or):
        parts = [_clauses(part, wanted) for part in tree.parts]
        if isinstance(tree, t.And) is not wanted:
            found = [clause for part in parts if part is not None for clause in part]
            return found if None not in parts and len(found) <= MOST_CLAUSES else None
        # A part that is too long to be split is left out: without it the rest can only be more possible.
        known = [part for part in parts if part is not None]
        size = 1
        for part in known:
            size *= len(part)
        if size > MOST_CLAUSES:
            return None
        return [tuple(one for clause in choice for one in clause) for choice in product(*known)]
    if not isinstance(tree, t.Compare | t.Quantified) and tree.negated:
        return [((replace(tree, negated=False), not wanted),)]
    return [((tree, wanted),)]


def _contradicts(clause: Sequence[Literal], known: Known) -> bool:
    fields: dict[t.Name, list[Literal]] = {}
    said: dict[t.Atom, bool] = {}
    for atom, wanted in clause:
        if said.setdefault(atom, wanted) is not wanted:
            return True
        if isinstance(atom, t.Quantified):
            if wanted and atom.quantifier == "some" and atom.condition is not None and _empty(atom.condition):
                return True
        elif isinstance(atom.subject, t.Name):
            fields.setdefault(atom.subject, []).append((atom, wanted))
    return any(_field_contradicts(literals, known(name.text), name.text) for name, literals in fields.items())


def _empty(condition: t.Condition) -> bool:
    # Fields of related records are not known here, so only a test and its own opposite exclude each other.
    clauses = _clauses(condition, True)
    return clauses is not None and all(any((atom, not wanted) in one for atom, wanted in one) for one in clauses)


@dataclass(slots=True)
class _Range:
    low: Decimal | None = None
    high: Decimal | None = None
    open_low: bool = False
    open_high: bool = False

    def narrow(self, sign: str, bound: Decimal) -> None:
        if sign in (">", ">="):
            if self.low is None or bound > self.low or (bound == self.low and sign == ">"):
                self.low, self.open_low = bound, sign == ">"
        elif self.high is None or bound < self.high or (bound == self.high and sign == "<"):
            self.high, self.open_high = bound, sign == "<"

    @property
    def empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.open_low or self.open_high))

    def holds(self, number: Decimal) -> bool:
        one = _Range(number, number)
        if self.low is not None:
            one.narrow(">" if self.open_low else ">=", self.low)
        if self.high is not None:
            one.narrow("<" if self.open_high else "<=", self.high)
        return not one.empty


_TURNED: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_RELATIONS: Final = {"before": "<", "after": ">", "on or before": "<=", "on or after": ">="}


def _field_contradicts(literals: Sequence[Literal], field: Field | None, name: str) -> bool:
    if field is None or field.many or "[" in name:
        # Some item of a list may pass each test.
        return False
    blank_wanted = any(isinstance(atom, t.IsBlank) and wanted for atom, wanted in literals)
    filled = any(isinstance(atom, t.IsBlank) is not wanted for atom, wanted in literals)
    if not filled:
        return False
    if blank_wanted:
        return True
    tests = [(atom, wanted) for atom, wanted in literals if not isinstance(atom, t.IsBlank)]
    if any(isinstance(atom, t.IsYes) and wanted for atom, wanted in tests):
        answers = {atom.wanted for atom, wanted in tests if isinstance(atom, t.IsYes) and wanted}
        answers -= {atom.wanted for atom, wanted in tests if isinstance(atom, t.IsYes) and not wanted}
        if len(answers) != 1:
            return True
    numbers, days, later = _ranges(tests)
    if numbers.empty or days.empty or later.empty:
        return True
    if any(isinstance(atom, t.Matches) and wanted and unmatched(atom.pattern) for atom, wanted in tests):
        return True
    texts = _texts(tests, field)
    return texts is not None and not any(_can_be(text, field) and _fits(text, tests, numbers) for text in texts)


def _can_be(text: str, field: Field) -> bool:
    """Tell whether a date or an instant can be what a text says; of other kinds that is another check's matter."""
    if field.type not in (Type.DATE, Type.INSTANT):
        return True
    try:
        return day(text, _UTC) is not None and ("T" in text) is (field.type is Type.INSTANT)
    except Unreadable:
        return False


def _ranges(tests: Sequence[Literal]) -> tuple[_Range, _Range, _Range]:
    """Return what is left for numbers, for fixed days and for days counted from today."""
    calendar = _Range(Decimal(date.min.toordinal()), Decimal(date.max.toordinal()))
    numbers, days, later = _Range(), calendar, _Range()
    # Where one comparison holds the value can be read, so the others hold or their opposites do.
    compared = any(isinstance(atom, t.Compare) and wanted for atom, wanted in tests)
    dated = any(isinstance(atom, t.When | t.Within) and wanted for atom, wanted in tests)
    for atom, wanted in tests:
        if isinstance(atom, t.Compare) and compared:
            bound = _number(atom.other.value) if isinstance(atom.other, t.Literal) else None
            if bound is not None:
                numbers.narrow(atom.sign if wanted else _TURNED[atom.sign], bound)
        elif isinstance(atom, t.When) and dated and atom.day.field is None:
            sign = _RELATIONS[atom.relation]
            fixed = Decimal(date.fromisoformat(atom.day.date).toordinal()) if atom.day.date else None
            bound = fixed if fixed is not None else Decimal(atom.day.days)
            (days if fixed is not None else later).narrow(*_whole(sign if wanted else _TURNED[sign], bound))
        elif isinstance(atom, t.Within) and wanted:
            most = atom.days - (1 if atom.exclusive else 0)
            later.narrow("<=", Decimal(most))
            later.narrow(">=", Decimal(-most))
    return numbers, days, later


def _whole(sign: str, bound: Decimal) -> tuple[str, Decimal]:
    """Say a bound of whole days without leaving its own day out: after Monday is on or after Tuesday."""
    if sign == "<":
        return "<=", bound - 1
    return (">=", bound + 1) if sign == ">" else (sign, bound)


def _texts(tests: Sequence[Literal], field: Field) -> frozenset[str] | None:
    """Return every text that the value can be, or None when there are too many to list."""
    left: frozenset[str] | None = frozenset(field.choices) if field.choices and field.closed else None
    for atom, wanted in tests:
        if not isinstance(atom, t.Is) or not all(isinstance(one, t.Literal) for one in atom.values):
            continue
        named = frozenset(as_text(one.value) for one in atom.values if isinstance(one, t.Literal))
        if wanted:
            left = named if left is None else left & named
        elif left is not None:
            left -= named
    if left is None:
        return None
    gone = {
        as_text(one.value)
        for atom, wanted in tests
        if isinstance(atom, t.Is) and not wanted
        for one in atom.values
        if isinstance(one, t.Literal)
    }
    return left - gone


def _fits(text: str, tests: Sequence[Literal], numbers: _Range) -> bool:
    for atom, wanted in tests:
        if isinstance(atom, t.Contains) and (atom.text in text) is not wanted:
            return False
        if isinstance(atom, t.Matches) and (compiled(atom.pattern).fullmatch(text) is not None) is not wanted:
            return False
    number = _number(text)
    return number is None or numbers.holds(number)


def _number(value: str | Decimal) -> Decimal | None:
    try:
        found = value if isinstance(value, Decimal) else Decimal(value.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
