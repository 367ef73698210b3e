"""Make the records on which values are tried: one good record of every binding, none of which is part of a script."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from signoff.agreement.abilities import handle
from signoff.agreement.resolved import Agreement, Pair
from signoff.rules.geography import country_code, country_name
from signoff.rules.reading import breaks
from signoff.strategies.known import NOBODY, Known, introduce
from signoff.strategies.leaving import lasting
from signoff.strategies.made import Made
from signoff.strategies.mending import mended
from signoff.strategies.pools import Pools
from signoff.strategies.witness import Way
from signoff.strategies.world import World

ROUNDS = 40
"""So often the bad values of a record are drawn anew; that none fits even then is told with the verdicts."""


def laboratory(agreement: Agreement, seed: int, now: datetime, known: Known = NOBODY) -> Pools:
    """Make one good record of every binding, on which values are tried, and the pools that come of it.

    `known` are the records of the world that fields name by one of theirs.
    """
    world = World(agreement, seed ^ 0x5EED, now)
    introduce(world, known)
    prototypes: dict[str, Made] = {}
    for pair in agreement.pairs:
        case = pair.usual
        own = [
            one.via
            for row in pair.rows
            for source in row.sources
            if (one := handle(agreement, pair, source)) is not None
            and one.via not in ("", "linked")
            and one.head is not None
            and not one.head.many
        ]
        way = world.ways(pair, case)[0]
        home = {**_at_home(world, pair, way), **lasting(world, pair, way)}
        prototypes[pair.name] = world.make(pair, way, home, own=list(dict.fromkeys(own)))
        if pair.back is not None:
            prototypes[pair.back.name] = (
                world.make(pair.back, (), {}) if pair.either else world.counterpart(pair, prototypes[pair.name])
            )
    for pair in agreement.directions():
        for _ in range(ROUNDS):
            if not mended(world, pair, prototypes[pair.name]):
                break
    return Pools(world, prototypes)


def _at_home(world: World, pair: Pair, way: Way) -> dict[str, Any]:
    """Return the country of a prototype as the integration's own, where phones or states are read in it.

    Most phones and states that are drawn are of that country, and are to be tried where they are good.
    """
    code, asked = world.agreement.integration.default_country, {one.path for one in way}
    found: dict[str, Any] = {}
    for path in world.plain.countries(pair.sender, pair.source) - asked:
        known = world.entity(pair.sender, pair.source).field_at(path)
        for name in (*(known.choices if known is not None else ()), country_name(code), code):
            value = world.raw(pair.sender, known, name) if known is not None else None
            if known is not None and country_code(name) == code and not known.read_only and not breaks(known, value):
                found[path] = value
                break
    return found
