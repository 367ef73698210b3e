"""Keep values apart that are not the same: no two of them may become one plain word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from signoff.record import Value
from signoff.schema import Field, Type
from signoff.trial.plain import Spot, plainer

NAMING = (Type.TEXT, Type.ANY, Type.EMAIL, Type.PHONE)
"""Types whose values a reader takes for names: what is called the same is taken for the same."""
OTHERS = 12
"""Plain words that are tried in place of one that stands for something else already."""


class Distinct:
    """Offer plain values for a script in which some `held` ones stand."""

    def __init__(self, held: Iterable[Value]) -> None:
        self._held = {one for one in held if isinstance(one, str)}
        self._given: dict[str, Value] = {}
        """Each plain word that was taken, and the value for which it is to stand."""

    def offers(self, field: Field, value: Value, spot: Spot, now: datetime, zone: str) -> Iterator[Value]:
        """Yield plain values, the plainest first, in place of those that another value has, or is to have."""
        for at, raw in enumerate(plainer(field, value, spot, now, zone)):
            if self._free(field, raw, value):
                yield raw
                continue
            for more in range(1, OTHERS):
                others = plainer(field, value, replace(spot, who=spot.who + more), now, zone)
                other = next(islice(others, at, None), None)
                if other is not None and self._free(field, other, value):
                    yield other
                    break

    def take(self, raw: Value, value: Value) -> None:
        """Let a plain value stand for a value, so that it stands for no other."""
        if isinstance(raw, str):
            self._given[raw] = value

    def _free(self, field: Field, raw: Value, value: Value) -> bool:
        if field.type not in NAMING or not isinstance(raw, str) or raw == value:
            return True
        return raw not in self._held and self._given.get(raw, value) == value
