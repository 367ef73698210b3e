"""Draw anew what of a record nobody asked for and the agreement calls bad."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from signoff.agreement.abilities import handle
from signoff.agreement.resolved import Pair
from signoff.record import with_value
from signoff.rules.context import Context
from signoff.rules.results import BadData
from signoff.strategies.made import Made
from signoff.strategies.pools import place_of
from signoff.strategies.world import World

NOTHING: AbstractSet[str] = frozenset()
TRIES = 4


def mend(world: World, pair: Pair, made: Made, asked: AbstractSet[str]) -> None:
    """Let the fields of a record fit each other, as a state fits its country; what was `asked` for stays.

    A value may be good by itself and bad beside another, and a record that is held back shows nothing. So only rows
    that read several fields are looked at first, which takes a fraction of the time.
    """
    several = world.several.get(pair.name)
    if several is None:
        several = world.several[pair.name] = [
            row.rule
            for row in pair.rows
            if row.rule is not None and len(row.sources) > 1 and _own(world, pair, row.sources)
        ]
    if not several:
        return
    sight = world.looking()
    context = Context(sight.worlds[made.side], made.entity, world.record(made), sight.moments[made.side])
    if not any(isinstance(rule.value(context), BadData) for rule in several):
        return
    for _ in range(TRIES):
        if not mended(world, pair, made, asked, alone=True):
            return


def _own(world: World, pair: Pair, sources: tuple[str, ...]) -> bool:
    handles = [handle(world.agreement, pair, source) for source in sources]
    return all(one is not None and one.via == "" for one in handles)


def mended(world: World, pair: Pair, made: Made, asked: AbstractSet[str] = NOTHING, alone: bool = False) -> bool:
    """Draw the sources of a record's bad rows anew; return whether there was anything to mend.

    `alone`: nobody is looked for who shares a key with it.
    """
    sight = world.sight()
    if alone:
        sight.sharing[pair.name] = {}
    if not sight.in_scope(pair, made.id):
        return False
    found = False
    for one in sight.bad(pair, made.id):
        row = next((row for row in pair.rows if row.statement == one.statement), None)
        handles = [handle(world.agreement, pair, source) for source in row.sources] if row is not None else []
        if one.waits or any(each is not None and (each.path in asked or each.via in asked) for each in handles):
            continue
        found = True
        for each in handles:
            place = place_of(world, made, each) if each is not None else None
            if each is not None and place is not None and not each.leaf.read_only and not each.leaf.entity:
                records = world.records[place.side][place.entity]
                value = world.distinct(place.side, place.entity, each.leaf, records[place.id])
                records[place.id] = with_value(records[place.id], each.path, value)
    return found
