"""List the countries of a tenant, with the ids by which addresses name them.

Bullhorn numbers the United States 1; the other ids are the simulator's own, and a connector reads them from
`options/Country`, never from a list of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pycountry

from signoff.systems.bullhorn.tenant import ID_BASES, UNITED_STATES


@dataclass(frozen=True, slots=True)
class Country:
    """Hold one country: its id in Bullhorn, its common English name, its two-letter code."""

    id: int
    name: str
    code: str


@cache
def countries() -> tuple[Country, ...]:
    """Return all countries in the order of their codes."""
    found = []
    number = ID_BASES["Country"]
    for one in sorted(pycountry.countries, key=lambda one: str(one.alpha_2)):
        if one.alpha_2 == "US":
            found.append(Country(UNITED_STATES, one.name, one.alpha_2))
        else:
            found.append(Country(number, getattr(one, "common_name", one.name), one.alpha_2))
            number += 1
    return tuple(found)
