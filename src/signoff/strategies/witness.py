"""Find what a record must hold for a condition to be true or false: one list of demands for each way to do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice, product
from typing import Any

from signoff.expressions import tree as t
from signoff.schema import Field, Type

MOST = 24
"""Ways that are followed up; enough to reach every side of every test of a real condition."""

SAFE_DAYS = 6
"""Distance from the present day at which a passing day cannot move a record across a condition."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Ask for one value. `child` names an entity of which a record must refer to this one and fulfil `inner`."""

    path: str = ""
    value: Any = None
    child: str = ""
    by: str = ""
    inner: tuple[Demand, ...] = ()


Way = tuple[Demand, ...]


class Witness:
    """Find ways. `field_of(entity, name)` knows the schema, `today` is the world's day in the integration's zone."""

    def __init__(self, field_of: Callable[[str, str], Field | None], today: date) -> None:
        self._field_of = field_of
        self._today = today

    def ways(self, condition: t.Condition, truth: bool, entity: str) -> list[Way]:
        """Return ways to make a condition true or false for a record of an entity; the simplest first."""
        return list(islice(self._ways(condition, truth, entity), MOST))

    def _ways(self, condition: t.Condition, truth: bool, entity: str) -> Iterator[Way]:
        if isinstance(condition, t.Not):
            yield from self._ways(condition.part, not truth, entity)
        elif isinstance(condition, t.And | t.Or):
            if isinstance(condition, t.And) is truth:
                parts = [self.ways(part, truth, entity) for part in condition.parts]
                for combined in product(*parts):
                    yield tuple(demand for way in combined for demand in way)
            else:
                for part in condition.parts:
                    yield from self._ways(part, truth, entity)
        elif isinstance(condition, t.Quantified):
            yield from self._quantified(condition, truth)
        else:
            name = condition.subject.text
            if isinstance(condition.subject, t.Name):
                for value in self._values(condition, truth, self._field_of(entity, name)):
                    yield (Demand(name, value),)

    def _quantified(self, one: t.Quantified, truth: bool) -> Iterator[Way]:
        fitting = self.ways(one.condition, True, one.entity) if one.condition is not None else [()]
        failing = self.ways(one.condition, False, one.entity) if one.condition is not None else []
        wanted = one.quantifier in ("some",) if truth else one.quantifier == "no"
        if one.quantifier in ("more than", "fewer than"):
            many = one.count + 1 if (one.quantifier == "more than") is truth else max(0, one.count - 1)
            yield tuple(Demand(child=one.entity, by=one.by, inner=fitting[0]) for _ in range(many))
        elif one.quantifier == "every":
            yield from ((Demand(child=one.entity, by=one.by, inner=way),) for way in (fitting if truth else failing))
        elif wanted:
            yield from ((Demand(child=one.entity, by=one.by, inner=way),) for way in fitting)
        else:
            yield ()
            yield from ((Demand(child=one.entity, by=one.by, inner=way),) for way in failing)

    def _values(self, atom: t.Atom, truth: bool, field: Field | None) -> Iterator[Any]:
        if not isinstance(atom, t.Compare | t.Quantified) and atom.negated:
            truth = not truth
        if isinstance(atom, t.Is):
            literals = [one.value for one in atom.values if isinstance(one, t.Literal)]
            yield from literals if truth else self._others(literals, field)
        elif isinstance(atom, t.IsBlank):
            yield None if truth else self._some(field)
        elif isinstance(atom, t.IsYes):
            yield atom.wanted if truth else not atom.wanted
        elif isinstance(atom, t.Contains):
            yield f"x {atom.text} y" if truth else "none of it"
        elif isinstance(atom, t.When):
            yield from self._days(atom, truth)
        elif isinstance(atom, t.Within):
            near, far = max(0, atom.days - SAFE_DAYS), atom.days + SAFE_DAYS
            yield self._today + timedelta(days=near if truth else far)
            yield self._today - timedelta(days=near if truth else far)
        elif isinstance(atom, t.Compare) and isinstance(atom.other, t.Literal):
            bound = Decimal(str(atom.other.value))
            above, below = bound + 1, bound - 1
            high = atom.sign in (">", ">=")
            yield above if high is truth else below
            if ("=" in atom.sign) is truth:
                yield bound

    def _others(self, literals: list[Any], field: Field | None) -> Iterator[Any]:
        if field is not None and field.choices:
            yield from (one for one in field.choices if one not in literals)
            return
        if all(isinstance(one, Decimal) for one in literals):
            yield from (one + 1 for one in literals)
            yield from (one - 1 for one in literals)
            return
        yield "something else"
        yield from (f"{one} x" for one in literals if isinstance(one, str))

    def _some(self, field: Field | None) -> Any:
        kind = field.type if field is not None else Type.TEXT
        if kind in (Type.DATE, Type.INSTANT):
            return self._today
        if kind in (Type.AMOUNT, Type.NUMBER, Type.INTEGER):
            return Decimal(7)
        if field is not None and field.choices:
            return field.choices[0]
        return True if kind is Type.YES_NO else "filled"

    def _days(self, atom: t.When, truth: bool) -> Iterator[Any]:
        if atom.day.field is not None:
            return
        day = date.fromisoformat(atom.day.date) if atom.day.date else self._today + timedelta(days=atom.day.days)
        later = "after" in atom.relation
        for distance in (SAFE_DAYS, 40):
            yield day + timedelta(days=distance if later is truth else -distance)
        if ("on or" in atom.relation) is truth:
            yield day
