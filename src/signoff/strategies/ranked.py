"""Put records in order by a field: values of which one comes before the other, as close or as far as is wanted."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from signoff.rules.reading import breaks
from signoff.schema import Field, Side, Type

if TYPE_CHECKING:
    from signoff.strategies.world import World

AHEAD = 1_100
"""A place that nothing drawn by chance comes to: days are drawn within 500 of the world's present."""

_MIDDLE = 40
"""The number that stands at place 0, and the days of the past at which the day of place 0 lies."""


def ranked(world: World, side: Side, known: Field, place: int) -> Any:
    """Return a typed value at a place in the order of a field's values; None where the field has no such value."""
    if known.many or known.choices:
        return None
    if known.type in (Type.DATE, Type.INSTANT):
        value: Any = world.today + timedelta(days=place - _MIDDLE)
    elif known.type in (Type.NUMBER, Type.INTEGER, Type.AMOUNT):
        value = Decimal(max(0, _MIDDLE + place) if place < AHEAD else place)
    elif known.type is Type.TEXT:
        value = (world.today + timedelta(days=place - _MIDDLE)).isoformat()
    else:
        return None
    return None if breaks(known, world.raw(side, known, value)) else value
