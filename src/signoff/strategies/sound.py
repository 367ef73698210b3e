"""Keep records free of what a bad-data table calls bad by a condition, unless they are made to be bad."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from signoff.agreement.abilities import handle
from signoff.agreement.resolved import Pair
from signoff.expressions.evaluate import holds
from signoff.expressions.tree import Condition
from signoff.expressions.walk import names
from signoff.record import Value, get, same_json
from signoff.rules.context import Context
from signoff.strategies.made import Made
from signoff.strategies.pools import Pools

if TYPE_CHECKING:
    from signoff.strategies.world import World

TRIES = 12


def judging(world: World, made: Made) -> Sequence[Pair]:
    """Return the bindings whose bad-data table asks a condition of a record."""
    key = (made.side, made.entity)
    found = world.judging.get(key)
    if found is None:
        pairs = [pair for pair in world.agreement.pairs if (pair.sender, pair.source) == key]
        found = world.judging[key] = [pair for pair in pairs if any(one.condition for one in pair.policy)]
    return found


def make_sound(world: World, made: Made, fixed: Collection[str]) -> None:
    """Draw the fields of a new record anew until no condition calls it bad; `fixed` paths stay as they are."""
    for pair in judging(world, made):
        for _ in range(TRIES):
            met = _met(world, pair, made)
            if not met:
                break
            for path in _own(world, pair, met):
                known = world.entity(made.side, made.entity).field_at(path)
                if path not in fixed and known is not None:
                    world.put(made, path, world.distinct(made.side, made.entity, known, world.record(made)))
        for condition in _met(world, pair, made):
            for demand in world.ways_of(pair, condition, False)[0]:
                one = handle(world.agreement, pair, demand.path) if demand.path and not demand.child else None
                if one is not None and one.via == "" and one.path not in fixed:
                    world.put(made, one.path, world.raw(made.side, one.leaf, demand.value))


def keep_sound(world: World, pools: Pools, place: Made, before: dict[str, Value], changed: dict[str, Value]) -> None:
    """Give a record that an edit made bad by a condition another good value, or the one from before.

    `before` are the values that the edit replaced; `changed` is what people enter, and is altered here.
    """
    for pair in judging(world, place):
        if not set(_own(world, pair, _conditions(world, pair))) & set(changed):
            continue
        for path in _own(world, pair, _met(world, pair, place)):
            if path not in changed:
                continue
            pool = pools.of(place.side, place.entity, path)
            others = [one for one in pool.good if not same_json(one, before[path])]
            world.rng.shuffle(others)
            for value in (*others[:TRIES], before[path]):
                world.put(place, path, value)
                changed[path] = value
                if not _met(world, pair, place):
                    break
            if same_json(changed[path], before[path]):
                del changed[path]


def _met(world: World, pair: Pair, made: Made) -> list[Condition]:
    """Return the conditions on a record's own fields that it fulfils."""
    sight = world.looking()
    context = Context(sight.worlds[made.side], made.entity, world.record(made), sight.moments[made.side])
    return [one for one in _conditions(world, pair) if holds(one, context)]


def _conditions(world: World, pair: Pair) -> list[Condition]:
    """Return the conditions of a bad-data table that can be judged by the record itself and what it refers to."""
    found = world.own_conditions.get(pair.name)
    if found is None:
        asked = [one.condition for one in pair.policy if one.condition is not None]
        found = world.own_conditions[pair.name] = [one for one in asked if _own(world, pair, [one])]
    return found


def _own(world: World, pair: Pair, conditions: list[Condition]) -> list[str]:
    """Return the fields of the record itself that conditions ask for, the last named first."""
    found = [used.name for one in conditions for used in names(one) if not used.within and not used.of_items]
    handles = [handle(world.agreement, pair, name) for name in dict.fromkeys(found)]
    return [one.path for one in reversed(handles) if one is not None and one.via == "" and not one.leaf.entity]


def held_at(world: World, place: Made, paths: Collection[str]) -> dict[str, Value]:
    """Return what a record holds at some paths."""
    return {path: get(world.record(place), path) for path in paths}
