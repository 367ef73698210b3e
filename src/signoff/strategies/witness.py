"""Find what a record must hold for a condition to be true or false: one list of demands for each way to do it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice, product, zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from signoff.agreement.abilities import clearable
from signoff.expressions import tree as t
from signoff.expressions.calendar import beside
from signoff.expressions.evaluate import Unreadable, as_text, day, holds, number
from signoff.expressions.regex import compiled
from signoff.record import ABSENT, Value
from signoff.schema import Field, Type
from signoff.strategies.drawn import drawn
from signoff.strategies.holding import any_text, can_hold, matching, with_text, within_word, without_text
from signoff.strategies.made import FILLED

MOST = 24
"""Ways that are followed up; enough to reach every side of every test of a real condition."""

MOST_COMBINED = 2_000
"""Combinations of the ways of several parts that are looked at for some that ask for one value of each field."""

SAFE_DAYS = 6
"""Distance from the present day at which a passing day cannot move a record across a condition."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Ask for one value. `child` names an entity of which a record must refer to this one and fulfil `inner`.

    `any`: any other value does as well, as long as it is filled.
    """

    path: str = ""
    value: Any = None
    child: str = ""
    by: str = ""
    inner: tuple[Demand, ...] = ()
    any: bool = False


Way = tuple[Demand, ...]


class Witness:
    """Find ways.

    `field_of(entity, name)` knows the schema, `today` is the world's day in the integration's zone, `settings` are
    the integration's: a condition about them holds for every record or for none. `passing`: values may stand on a
    boundary that moves with the days, because nobody leaves a population when it passes them.
    """

    def __init__(
        self,
        field_of: Callable[[str, str], Field | None],
        today: date,
        settings: Mapping[str, Any] | None = None,
        boundary: bool = False,
        passing: bool = False,
    ) -> None:
        """Look for ways; with `boundary`, days lie on the boundary itself and a day to either side of it."""
        self._boundary = boundary
        self._passing = passing
        self._field_of = field_of
        self._today = today
        self._settings = _Settings(settings or {}, today)

    def ways(self, condition: t.Condition, truth: bool, entity: str) -> list[Way]:
        """Return ways to make a condition true or false for a record of an entity; the simplest first."""
        every = (settled(way) for way in islice(self._ways(condition, truth, entity), MOST_COMBINED))
        found = list(islice((way for way in every if consistent(way)), MOST))
        return found or list(islice(self._ways(condition, truth, entity), 1))  # a condition that contradicts itself

    def _ways(self, condition: t.Condition, truth: bool, entity: str) -> Iterator[Way]:
        if isinstance(condition, t.Not):
            yield from self._ways(condition.part, not truth, entity)
        elif isinstance(condition, t.And | t.Or):
            if isinstance(condition, t.And) is truth:
                parts = [self.ways(part, truth, entity) for part in condition.parts]
                for combined in product(*parts):
                    yield tuple(demand for way in combined for demand in way)
            else:
                # Of each part in turn: whoever takes only the first few has one that hangs on every part.
                yield from _in_turn([self._alone(condition.parts, part, truth, entity) for part in condition.parts])
        elif isinstance(condition, t.Quantified):
            yield from self._quantified(condition, truth)
        elif isinstance(condition.subject, t.Setting):
            if holds(condition, self._settings) is truth:
                yield ()
        else:
            name = condition.subject.text
            field = self._field_of(entity, name)
            other = _other(condition)
            if other is None:
                filled = isinstance(condition, t.IsBlank) and condition.negated is truth
                for value in self._values(condition, truth, field):
                    yield (Demand(name, value, any=filled),)
            else:
                known, base = self._fixed(condition, other, field)
                lacking: Iterable[Way] = ()
                if isinstance(other, t.Name) and truth is getattr(condition, "negated", False):
                    lacking = self._lacking(entity, name, other.text, base)
                for value in self._values(known, truth, field):
                    yield Demand(name, value), *(() if isinstance(other, t.Setting) else (Demand(other.text, base),))
                    yield from lacking
                    lacking = ()

    def _lacking(self, entity: str, name: str, other: str, base: Any) -> Iterator[Way]:
        """Yield how two fields that are compared are both blank, or only the second: neither makes them compare."""
        fields = [self._field_of(entity, one) for one in (name, other)]
        able = [one is not None and clearable(one) for one in fields]
        if able[1]:
            yield Demand(name, base), Demand(other, None)
        if all(able):
            yield Demand(name, None), Demand(other, None)

    def _alone(self, parts: Sequence[t.Condition], part: t.Condition, truth: bool, entity: str) -> Iterator[Way]:
        """Yield ways in which one part decides; were the others to decide it too, nobody would see that it counts."""
        others = [self.ways(other, not truth, entity) for other in parts if other is not part]
        seen: list[Way] = []
        for turn in range(2):  # two ways to be out of it, so that it is not always the same part of another part
            for way in self.ways(part, truth, entity):
                found = joined(way, [_rotated(options, turn) for options in others])
                if found not in seen:
                    seen.append(found)
                    yield found

    def _quantified(self, one: t.Quantified, truth: bool) -> Iterator[Way]:
        fitting = self.ways(one.condition, True, one.entity) if one.condition is not None else [()]
        failing = self.ways(one.condition, False, one.entity) if one.condition is not None else []
        wanted = one.quantifier in ("some",) if truth else one.quantifier == "no"
        if one.quantifier in ("more than", "fewer than"):
            step = 1 if one.quantifier == "more than" else -1
            many = max(0, one.count + step) if truth else one.count
            fits = tuple(Demand(child=one.entity, by=one.by, inner=fitting[0]) for _ in range(many))
            yield fits
            yield from ((*fits, Demand(child=one.entity, by=one.by, inner=way)) for way in failing[:1])
            if many and one.quantifier == "fewer than" and truth:
                yield ()
        elif one.quantifier == "every":
            yield from ((Demand(child=one.entity, by=one.by, inner=way),) for way in (fitting if truth else failing))
        elif wanted:
            yield from ((Demand(child=one.entity, by=one.by, inner=way),) for way in fitting)
        else:
            yield ()
            yield from ((Demand(child=one.entity, by=one.by, inner=way),) for way in failing)

    def _fixed(self, atom: t.Atom, other: t.Name | t.Setting, field: Field | None) -> tuple[t.Atom, Any]:
        """Return a test against another field or a setting as one against a value, and that value."""
        said = self._settings.setting(other.text) if isinstance(other, t.Setting) else None
        if isinstance(atom, t.When):
            base: Any = day(said, self._settings.zone) or self._today
            return replace(atom, day=t.Day(date=base.isoformat())), base
        if isinstance(atom, t.Compare):
            base = number(said) or Decimal(20)
            return replace(atom, other=t.Literal(base)), base
        assert isinstance(atom, t.Is)
        base = self._some(field) if said is None else said
        if base is FILLED:  # what both are to hold
            base = next(any_text(field, (), "filled"), "filled")
        literal = base if isinstance(base, Decimal) else as_text(base)
        values = tuple(one for one in atom.values if isinstance(one, t.Literal))
        return replace(atom, values=(t.Literal(literal), *values)), base

    def _values(self, atom: t.Atom, truth: bool, field: Field | None) -> Iterator[Any]:
        if not isinstance(atom, t.Compare | t.Quantified) and atom.negated:
            truth = not truth
        yield from self._filled(atom, truth, field)
        if not truth and not isinstance(atom, t.IsBlank) and field is not None and clearable(field):
            yield None  # no comparison holds for a blank

    def _filled(self, atom: t.Atom, truth: bool, field: Field | None) -> Iterator[Any]:
        if isinstance(atom, t.Is):
            literals: list[Any] = [one.value for one in atom.values if isinstance(one, t.Literal)]
            if field is not None and field.type in (Type.DATE, Type.INSTANT):
                literals = [found for one in literals if (found := self._day(one)) is not None]
            others = literals if truth else self._others(literals, field)
            yield from (_reached(one, field) if isinstance(one, date) else one for one in others)
        elif isinstance(atom, t.IsBlank):
            yield None if truth else self._some(field)
            if truth and field is not None and _any_text(field):
                yield from ("", "  ")
        elif isinstance(atom, t.IsYes):
            yield atom.wanted if truth else not atom.wanted
        elif isinstance(atom, t.Contains):
            if truth:
                yield from (*with_text(atom.text, field), *within_word(atom.text, field))
            else:
                yield from without_text(atom.text, field)
                for other in (one for one in (atom.text.lower(), atom.text.upper()) if one != atom.text):
                    yield from (one for one in with_text(other, field) if atom.text not in one)
        elif isinstance(atom, t.Matches):
            texts = _matching(atom.pattern) if truth else _not_matching(atom.pattern)
            yield from matching(field, atom.pattern, truth, texts)
        elif isinstance(atom, t.When):
            yield from (_reached(found, field) for found in self._days(atom, truth))
        elif isinstance(atom, t.Within):
            if self._boundary:
                last = atom.days - (1 if atom.exclusive else 0)
                yield from (self._today + timedelta(days=side * (last if truth else last + 1)) for side in (1, -1))
                return
            near, far = max(0, atom.days - SAFE_DAYS), atom.days + SAFE_DAYS
            yield self._today + timedelta(days=near if truth else far)
            yield self._today - timedelta(days=near if truth else far)
            if self._passing:
                last = atom.days - (1 if atom.exclusive else 0)
                yield from (self._today + timedelta(days=side * (last if truth else last + 1)) for side in (1, -1))
        elif isinstance(atom, t.Compare) and isinstance(atom.other, t.Literal):
            bound = Decimal(str(atom.other.value))
            above, below = bound + 1, bound - 1
            high = atom.sign in (">", ">=")
            yield above if high is truth else below
            if ("=" in atom.sign) is truth:
                yield bound

    def _day(self, literal: Any) -> date | None:
        try:
            return day(literal, self._settings.zone)
        except Unreadable:
            return None  # no record's date is that

    def _others(self, literals: list[Any], field: Field | None) -> Iterator[Any]:
        if not literals:  # dates that are none, of which every day is another one
            yield self._some(field)
            return
        if field is not None and field.choices:
            yield from (one for one in field.choices if one not in literals)
            return
        if all(isinstance(one, Decimal) for one in literals):
            yield from (one + 1 for one in literals)
            yield from (one - 1 for one in literals)
            return
        if all(isinstance(one, date) for one in literals):
            yield from (beside(one, SAFE_DAYS) or beside(one, -SAFE_DAYS) for one in literals)
            return
        texts = [one for one in literals if isinstance(one, str)]
        yield from islice(any_text(field, literals), 1)
        near = [form for one in texts for form in (one.lower(), one.upper(), f"{one} x")]
        yield from (one for one in near if one not in literals and can_hold(field, one))

    def _some(self, field: Field | None) -> Any:
        kind = field.type if field is not None else Type.TEXT
        if kind in (Type.DATE, Type.INSTANT):
            return self._today
        if kind in (Type.AMOUNT, Type.NUMBER, Type.INTEGER):
            return Decimal(7)
        if field is not None and field.choices:
            return field.choices[0]
        return True if kind is Type.YES_NO else FILLED

    def _days(self, atom: t.When, truth: bool) -> Iterator[Any]:
        day = date.fromisoformat(atom.day.date) if atom.day.date else self._today + timedelta(days=atom.day.days)
        later = "after" in atom.relation
        if self._boundary:
            steps = [step for step in (0, 1, -1) if _fits(atom.relation, step) is truth]
            yield from (found for step in steps if (found := beside(day, step)))
            return
        end = date.max if later is truth else date.min
        for distance in (SAFE_DAYS, 40):
            found = beside(day, distance if later is truth else -distance) or end
            if found != day:
                yield found
        stays = self._passing or bool(atom.day.date) or later is not truth
        if ("on or" in atom.relation) is truth and stays:  # else the passing day would carry it across the boundary
            yield day


def _reached(found: date, field: Field | None) -> date:
    """Return a day, and of an instant's last one the last second: its midnight is the day before in a western zone."""
    last = field is not None and field.type is Type.INSTANT and found == date.max
    return datetime.combine(found, time(23, 59, 59), UTC) if last else found


def _fits(relation: str, step: int) -> bool:
    """Tell whether a day so many days after another stands in a relation to it."""
    if step == 0:
        return "on or" in relation
    return step > 0 if "after" in relation else step < 0


def _in_turn(several: Sequence[Iterator[Way]]) -> Iterator[Way]:
    for ways in zip_longest(*several):
        yield from (way for way in ways if way is not None)


def _rotated(options: Sequence[Way], turn: int) -> Sequence[Way]:
    return (*options[turn:], *options[:turn])


def joined(way: Way, others: Sequence[Sequence[Way]]) -> Way:
    """Return a way with one of each list of others that asks for no other value of the same field, where there is."""
    for options in others:
        fitting = (found for one in options if consistent(found := settled((*way, *one))))
        way = next(fitting, way)
    return way


def settled(way: Way) -> Way:
    """Return a way without what any filled value does for, where it asks for one of the same field anyway."""
    filled = {one.path for one in way if one.path and not one.any and one.value is not None}
    return tuple(one for one in way if not (one.any and one.path in filled))


def consistent(way: Way) -> bool:
    """Tell whether a way asks for one value of each field."""
    seen: dict[str, Any] = {}
    for one in way:
        if one.path:
            if one.path in seen and seen[one.path] != one.value:
                return False
            seen[one.path] = one.value
    return True


def _any_text(field: Field) -> bool:
    return field.type is Type.TEXT and not (field.choices or field.mandatory or field.min_length or field.many)


class _Settings:
    """Read the integration's settings as conditions read a record."""

    def __init__(self, settings: Mapping[str, Any], today: date) -> None:
        self._settings = settings
        self._today = today
        self.zone = ZoneInfo("UTC")

    def today(self) -> date:
        return self._today

    def typed(self, name: str) -> Value:  # noqa: ARG002 - a setting has no fields
        return ABSENT

    def setting(self, name: str) -> Value:
        return self._settings.get(name, ABSENT)

    def related(self, entity: str, by: str = "") -> Sequence[_Settings]:  # noqa: ARG002 - nothing refers to a setting
        return ()


def _other(atom: t.Atom) -> t.Name | t.Setting | None:
    """Return the field or setting that a test compares with, or None where it compares with a value."""
    if isinstance(atom, t.When):
        return atom.day.field
    if isinstance(atom, t.Compare):
        return atom.other if not isinstance(atom.other, t.Literal) else None
    if isinstance(atom, t.Is):
        return next((one for one in atom.values if not isinstance(one, t.Literal)), None)
    return None


def _matching(pattern: str) -> list[str]:
    """Return a few texts that match a pattern as a whole, the shortest first; plain signs where it allows them."""
    plain = st.characters(min_codepoint=32, max_codepoint=126)
    try:
        found = drawn(st.from_regex(compiled(pattern), fullmatch=True, alphabet=plain), 8, 0)
    except InvalidArgument:  # the pattern itself holds a sign beyond ASCII
        found = drawn(st.from_regex(compiled(pattern), fullmatch=True), 8, 0)
    return sorted((one for one in found if one.strip()), key=lambda one: (len(one), one))[:3]


def _not_matching(pattern: str) -> list[str]:
    near = [text for one in _matching(pattern)[:1] for text in (one[:-1], f"{one}x")]
    return [one for one in (*near, "something else", "~", "0") if one.strip() and not compiled(pattern).fullmatch(one)][
        :3
    ]
