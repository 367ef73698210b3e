"""Fill the arms in which one test of a condition decides, at its edge: a day, a blank day, a text that is nearly right.

Everything else that the condition asks is fulfilled, or it would hide that the edge is in the wrong place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from signoff.agreement.resolved import Pair, PopulationCase
from signoff.expressions import tree as t
from signoff.schema import Field, Type
from signoff.strategies.arms import Arms
from signoff.strategies.holding import can_hold
from signoff.strategies.imagined import lands_in
from signoff.strategies.witness import Demand, Way, Witness, consistent, joined, settled
from signoff.strategies.world import World

DAYS = (Type.DATE, Type.INSTANT)
ON_BOUNDARY, NEARLY = "on a boundary", "nearly right"


class Alone:
    """Find ways in which one test decides, with a value on its edge: a day, or a text.

    `field_of(entity, name)` knows the schema.
    """

    def __init__(
        self, usual: Witness, on_boundary: Witness, field_of: Callable[[str, str], Field | None], edge: str
    ) -> None:
        """Look for the edges of days (ON_BOUNDARY) or of texts (NEARLY)."""
        self._usual, self._on_boundary, self._field_of, self._edge = usual, on_boundary, field_of, edge

    def ways(self, condition: t.Condition, truth: bool, entity: str) -> Iterator[Way]:
        """Yield ways to make a condition true or false; none where nothing in it has an edge."""
        if isinstance(condition, t.Not):
            yield from self.ways(condition.part, not truth, entity)
        elif isinstance(condition, t.And | t.Or):
            for part in condition.parts:
                others = [
                    self._usual.ways(other, isinstance(condition, t.And), entity)
                    for other in condition.parts
                    if other is not part
                ]
                for way in self.ways(part, truth, entity):
                    yield from _with_all(way, others)
        elif isinstance(condition, t.Quantified):
            yield from self._linked(condition, truth)
        elif isinstance(condition.subject, t.Name):
            yield from self._test(condition, condition.subject.text, truth, entity)

    def _linked(self, one: t.Quantified, truth: bool) -> Iterator[Way]:
        """Yield ways in which one linked record decides."""
        if one.condition is None:
            return
        fewer = one.quantifier in ("no", "fewer than")
        fits = self._usual.ways(one.condition, True, one.entity)[0]
        many = max(0, one.count - (one.quantifier == "fewer than"))
        others = tuple(Demand(child=one.entity, by=one.by, inner=fits) for _ in range(many))
        for way in self.ways(one.condition, truth is not fewer, one.entity):
            yield (*others, Demand(child=one.entity, by=one.by, inner=way))

    def _test(self, one: t.Atom, name: str, truth: bool, entity: str) -> Iterator[Way]:
        field = self._field_of(entity, name)
        if self._edge == NEARLY:
            if isinstance(one, t.Is) and one.negated is truth:
                yield from ((Demand(name, text),) for text in nearly(one, field))
        elif isinstance(one, t.When | t.Within):
            yield from self._on_boundary.ways(one, truth, entity)
        elif isinstance(one, t.IsBlank) and field is not None and field.type in DAYS and one.negated is not truth:
            yield (Demand(name, None),)


def _with_all(way: Way, others: Sequence[Sequence[Way]]) -> Iterator[Way]:
    """Yield a way with one of each list of others; nothing where one of them asks for another value in any case."""
    for options in others:
        fitting = [found for one in options if consistent(found := settled((*way, *one)))]
        if not fitting:
            return
        way = fitting[0]
    yield way


def nearly(test: t.Is, field: Field | None) -> list[str]:
    """Return texts that a field can hold and that a careless reader takes for one of a test's: none of them is."""
    asked = [one.value for one in test.values if isinstance(one, t.Literal) and isinstance(one.value, str)]
    if field is not None and field.choices:
        return [one for one in field.choices if one not in asked and any(_like(one, text) for text in asked)]
    if field is None or field.type is not Type.TEXT or field.many:
        return []
    found: list[str] = []
    for form in (lambda text: f"{text} ", lambda text: text.swapcase(), lambda text: f"{text} x"):
        near = (form(text) for text in asked)
        found += next(([one] for one in near if one not in asked and can_hold(field, one)), [])
    return found


def _like(one: str, other: str) -> bool:
    """Tell whether one text stands in the other, in whatever case."""
    return one.casefold() in other.casefold() or other.casefold() in one.casefold()


def fill_alone(arms: Arms) -> None:
    """Make the families on the edges of every binding's population, each where it shows on which side it is."""
    world, settings = arms.world, arms.world.agreement.integration.settings
    for pair in world.agreement.pairs:
        finder = world.finder(pair.sender)
        usual = Witness(finder, world.today, settings)
        on_boundary = Witness(finder, world.today, settings, boundary=True)
        for edge in (ON_BOUNDARY, NEARLY):
            found = dict(_edges(world, pair, usual, Alone(usual, on_boundary, finder, edge)))
            for index, (way, case) in enumerate(found.items()):
                arm = "day" if edge == ON_BOUNDARY else "in scope" if case.reaches else "outsider"
                arms.add(pair, arm, way=way, index=index, statement=case.statement, note=edge)


def _edges(world: World, pair: Pair, usual: Witness, alone: Alone) -> Iterator[tuple[Way, PopulationCase]]:
    for at, case in enumerate(pair.population):
        if case.condition is None:
            return
        above = [usual.ways(one.condition, False, pair.source) for one in pair.population[:at] if one.condition]
        for truth in (True, False):
            for way in alone.ways(case.condition, truth, pair.source):
                landed = _landed(world, pair, usual, case, joined(way, above), truth=truth)
                if landed is not None and (not landed[1].reaches or world.allows(pair, landed[0])):
                    yield landed


def _landed(
    world: World, pair: Pair, usual: Witness, case: PopulationCase, way: Way, *, truth: bool
) -> tuple[Way, PopulationCase] | None:
    """Return a way with the row into which it leads; one that does not fulfil its row leads where that shows."""
    first = lands_in(world, pair, way)
    if truth or (first is not None and first.reaches is not case.reaches):
        return (way, first) if first is not None and (first is case) is truth else None
    below = pair.population[pair.population.index(case) + 1 :]
    for number, later in enumerate(below):
        if later.reaches is case.reaches:
            continue
        more: list[Sequence[Way]] = [
            usual.ways(one.condition, one is later, pair.source) for one in below[: number + 1] if one.condition
        ]
        found = joined(way, more)
        if lands_in(world, pair, found) is later:
            return found, later
    return None
