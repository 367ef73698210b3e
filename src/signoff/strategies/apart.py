"""Choose values that a chart tells apart: 21 and 29 seconds are two values, and both are no minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from signoff.agreement.abilities import handle
from signoff.agreement.resolved import BoundRow, Pair
from signoff.record import Value, get
from signoff.rules.results import Value as Given
from signoff.strategies.made import Made
from signoff.strategies.world import World

Choices = Mapping[str, Sequence[Value]]
"""By path: the values that people might give a field instead."""

MOST_TRIED = 24
"""So many other values are tried of each field."""


def told_apart(
    world: World, pair: Pair, place: Made, changed: Mapping[str, Value], choices: Choices
) -> dict[str, Value]:
    """Return a change in which other values stand where a row would give what it gave before.

    Whoever does not hear of such a change delivers what is right, and the row shows nothing of it. A field for which no
    other value changes what its row gives stays as it was to be.
    """
    held = {path: get(world.record(place), path) for path in changed}
    found = dict(changed)
    rows = [row for row in pair.rows if row.rule is not None and row.sources]
    asked = {row.statement: paths for row in rows if (paths := _paths(world, pair, row)) and found.keys() >= set(paths)}
    before = _given(world, pair, place)
    try:
        for path, value in found.items():
            world.put(place, path, value)
        after = _given(world, pair, place)
        for statement, paths in asked.items():
            if statement in before and before[statement] == after.get(statement):
                _other(world, pair, place, statement, paths, before[statement], found, choices)
    finally:
        for path, value in held.items():
            world.put(place, path, value)
    return found


def _paths(world: World, pair: Pair, row: BoundRow) -> tuple[str, ...]:
    """Return the record's own fields on which a row rests; () where it rests on others' too."""
    known = [handle(world.agreement, pair, source) for source in row.sources]
    own = [one.path for one in known if one is not None and one.via == ""]
    return tuple(own) if len(own) == len(known) else ()


def _given(world: World, pair: Pair, place: Made) -> dict[str, Any]:
    """Return the value that each row gives for a record, by statement, whichever row of a table it came from."""
    sight = world.looking()
    targets = dict.fromkeys(row.target for row in pair.rows if row.rule is not None)
    promises = [sight.promise(pair, target, place.id) for target in targets]
    return {
        one.row.statement: one.result.typed for one in promises if one is not None and isinstance(one.result, Given)
    }


def _other(
    world: World,
    pair: Pair,
    place: Made,
    statement: str,
    paths: Sequence[str],
    given: Any,
    found: dict[str, Value],
    choices: Choices,
) -> None:
    for path in paths:
        free = [one for one in choices.get(path, ()) if one not in found.values()]
        # Another first one for each record, and no draw of chance: what is drawn later stays as it is.
        start = sum(map(ord, place.name)) % max(1, len(free))
        for value in [*free[start:], *free[:start]][:MOST_TRIED]:
            world.put(place, path, value)
            now = _given(world, pair, place)
            if statement in now and now[statement] != given:
                found[path] = value
                return
        world.put(place, path, found[path])
