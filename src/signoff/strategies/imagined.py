"""Look at a record that a way asks for before it is made, and tell into which row of the population it comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from signoff.agreement.resolved import Pair, PopulationCase
from signoff.expressions.evaluate import holds
from signoff.record import ABSENT, Value
from signoff.strategies.witness import Demand, Way, consistent
from signoff.strategies.world import World


class NotAsked(LookupError):
    """Raised for what a way does not ask for: it is drawn, and nobody knows yet what it will be."""


class Imagined:
    """Read what a way asks for as conditions read a record.

    Raises NotAsked for a field of which the way does not speak.
    """

    def __init__(self, world: World, pair: Pair, way: Way, alone: bool = False) -> None:
        """Look at a way; `alone`: at a record that refers to another, to which nothing is linked besides."""
        self.zone = ZoneInfo(world.agreement.integration.zone)
        self._world, self._pair, self._way = world, pair, way
        self._fields = {one.path: one.value for one in way if one.path}
        self._flag = world.entity(pair.sender, pair.source).deleted_flag
        self._linked = pair.linked is not None and not alone and not any(one.child for one in way)

    def today(self) -> date:
        """Return the world's day."""
        return self._world.today

    def typed(self, name: str) -> Value:
        """Return what is asked of a field; nobody is deleted unasked."""
        if name not in self._fields and name != self._flag:
            raise NotAsked(name)
        return self._fields.get(name, ABSENT)

    def setting(self, name: str) -> Value:
        """Return a setting of the integration."""
        return self._world.agreement.integration.settings.get(name, ABSENT)

    def related(self, entity: str, by: str = "") -> Sequence[Imagined]:
        """Return the records that are asked to refer to this one."""
        if self._linked:  # the binding's own linked record is made unasked
            raise NotAsked(entity)
        wanted = (entity.casefold(), by)
        return [
            Imagined(self._world, self._pair, one.inner, alone=True)
            for one in self._way
            if one.child and (one.child.casefold(), one.by) == wanted
        ]


def lands_in(world: World, pair: Pair, way: Way) -> PopulationCase | None:
    """Return the population row into which a way leads; None where it asks two things of one field, or too little."""
    if not consistent(way):
        return None
    record = Imagined(world, pair, way)
    try:
        return next((one for one in pair.population if one.condition is None or holds(one.condition, record)), None)
    except NotAsked:
        return None


def linked(way: Way) -> tuple[Demand, ...]:
    """Return what a way asks of records that refer to the one that goes it."""
    return tuple(one for one in way if one.child)
