"""Tell of a population row whose condition is about days on which days it was tried, and what came of it.

What is wrong is found by the check of arrivals; here it is told where the boundary lies and which side of it was seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from signoff.agreement.resolved import Pair, PopulationCase
from signoff.checks.case import Case, Phase
from signoff.expressions import tree as t
from signoff.expressions.calendar import beside
from signoff.expressions.evaluate import Reader, Unreadable, day, holds
from signoff.record import RecordId, Value
from signoff.verdict import BOUNDARIES, Outcome, Verdict

NEAR = (-1, 0, 1)
"""Days from the boundary that are told: the day before, the day itself, the day after."""

_HOLDS = {
    "before": lambda days: days < 0,
    "after": lambda days: days > 0,
    "on or before": lambda days: days <= 0,
    "on or after": lambda days: days >= 0,
}


@dataclass(frozen=True, slots=True)
class Boundary:
    """Hold one test of a day in a condition: on which entity's records ("" for the sending one), and the test."""

    entity: str
    test: t.When

    def of(self, today: date) -> date:
        """Return the day on which the boundary lies."""
        written = self.test.day
        return date.fromisoformat(written.date) if written.date else today + timedelta(days=written.days)

    def holds(self, days: int) -> bool:
        """Tell whether the test is true so many days after the boundary."""
        return _HOLDS[self.test.relation](days) is not self.test.negated

    @property
    def words(self) -> str:
        """Return the test as it is written: `on or after today`."""
        written = self.test.day
        ago = f"{-written.days} days ago" if written.days < 0 else f"in {written.days} days"
        return f"{'not ' if self.test.negated else ''}{self.test.relation} " + (
            written.date or (ago if written.days else "today")
        )


def boundaries(condition: Any, entity: str = "") -> Iterator[Boundary]:
    """Yield the tests of days in a condition, in the order written; not those that compare two fields."""
    if isinstance(condition, t.Quantified):
        if not entity and condition.condition is not None:
            yield from boundaries(condition.condition, condition.entity)
    elif isinstance(condition, t.And | t.Or):
        for part in condition.parts:
            yield from boundaries(part, entity)
    elif isinstance(condition, t.Not):
        yield from boundaries(condition.part, entity)
    elif isinstance(condition, t.When) and isinstance(condition.subject, t.Name) and condition.day.field is None:
        yield Boundary(entity, condition)


@dataclass(slots=True)
class _Day:
    right: set[RecordId] = field(default_factory=set)
    wrong: set[RecordId] = field(default_factory=set)


def with_boundaries(case: Case, found: Mapping[str, Verdict]) -> Mapping[str, Verdict]:
    """Return the verdicts of population rows with the days on which their boundaries were tried."""
    every = dict(found)
    for pair in case.agreement.pairs:
        for row in pair.population:
            told = [_told(case, pair, row, one) for one in boundaries(row.condition)]
            if told and row.statement in every:
                verdict = every[row.statement]
                every[row.statement] = replace(verdict, facts={**verdict.facts, BOUNDARIES: tuple(told)})
    return every


def _told(case: Case, pair: Pair, row: PopulationCase, one: Boundary) -> dict[str, Any]:
    days = {step: _Day() for step in NEAR}
    for phase in case.phases:
        for sender in phase.settled.senders(pair):
            step = _step(phase, pair, row, one, sender)
            right = _right(case, phase, pair, sender) if step in days else None
            if step is not None and right is not None:
                (days[step].right if right else days[step].wrong).add(sender)
    assert isinstance(one.test.subject, t.Name)
    return {
        "field": ".".join(part for part in (one.entity, one.test.subject.text) if part),
        "test": one.words,
        "today": not one.test.day.date and not one.test.day.days,
        "days": [
            {
                "day": step,
                "holds": one.holds(step),
                "tried": len(seen.right | seen.wrong),
                "verdict": _outcome(seen).value,
            }
            for step, seen in days.items()
        ],
    }


def _outcome(seen: _Day) -> Outcome:
    if seen.wrong:
        return Outcome.FAILED
    return Outcome.VERIFIED if seen.right else Outcome.NOT_EXERCISED


def _step(phase: Phase, pair: Pair, row: PopulationCase, one: Boundary, sender: RecordId) -> int | None:
    """Return how many days after the boundary a record's day lies, where that day alone decides about the row."""
    now = phase.settled
    context: Reader = now.context(pair, sender)
    records = context.related(one.entity) if one.entity else [context]
    if len(records) != 1:
        return None  # of several nobody can tell which one decides
    assert isinstance(one.test.subject, t.Name)
    name = one.test.subject.text
    try:
        found = day(records[0].typed(name), context.zone)
    except Unreadable:
        return None
    if found is None:
        return None
    boundary = one.of(context.today())
    step = (found - boundary).days
    if step not in NEAR or row.condition is None:
        return None
    earlier = pair.population[: pair.population.index(row)]
    if any(other.condition is not None and holds(other.condition, context) for other in earlier):
        return None
    around = [found for far in NEAR if (found := beside(boundary, far)) is not None]
    sides = {holds(row.condition, _Dated(context, one.entity, name, each)) for each in around}
    return step if len(sides) == 2 else None


def _right(case: Case, phase: Phase, pair: Pair, sender: RecordId) -> bool | None:
    """Tell whether a record is where its population wants it; None where it shows nothing."""
    now = phase.settled
    partner = now.partner(pair, sender)
    if now.in_scope(pair, sender):
        return None if now.bad(pair, sender) else partner is not None
    if partner is None:
        return None if case.stood_still(pair, phase) else True
    return None if partner in phase.before.receivers(pair) else False


class _Dated:
    """Read a record as if one day in it were another."""

    def __init__(self, reader: Reader, entity: str, name: str, value: date) -> None:
        self._reader = reader
        self._entity = entity
        self._name = name
        self._value = value
        self.zone = reader.zone

    def today(self) -> date:
        return self._reader.today()

    def typed(self, name: str) -> Value:
        return self._value if not self._entity and name == self._name else self._reader.typed(name)

    def setting(self, name: str) -> Value:
        return self._reader.setting(name)

    def related(self, entity: str, by: str = "") -> Sequence[Reader]:
        found = self._reader.related(entity, by)
        return [_Dated(one, "", self._name, self._value) for one in found] if entity == self._entity else found
