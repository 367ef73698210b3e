"""Walk statuses as a state machine: short trails over records, which together make every change of status once."""

from __future__ import annotations

import random
from collections.abc import Sequence

from signoff.agreement.transitions import EFFORTS, Status, Walk, walks
from signoff.record import Value, same_json
from signoff.strategies.arms import Arms, Member
from signoff.strategies.bothways import draft_back
from signoff.strategies.changes import CHANGES, Changes, changing
from signoff.strategies.late import comes_late
from signoff.strategies.made import raw_of
from signoff.strategies.world import World

ARM = "status walk"
BACK_ARM = "status walk there"

OTHERWISE_WRITTEN = 0.4
"""Share of the statuses that are written in another way than the table's, where a row fits several values."""


def trails(
    starts: Sequence[str], arcs: Sequence[tuple[str, str]], length: int, rng: random.Random
) -> list[tuple[str, ...]]:
    """Return trails of at most `length` changes that begin at `starts` and together make every change that can be made.

    Each goes on where most is left to see, through what was seen already where it must. What cannot be reached from a
    start within a trail is left out.
    """
    out: dict[str, list[str]] = {}
    for origin, into in arcs:
        out.setdefault(origin, []).append(into)
    left = {(origin, into) for origin, several in out.items() for into in several}
    order = {name: rng.random() for name in (*starts, *out, *(into for several in out.values() for into in several))}

    def waiting(name: str) -> int:
        return sum((name, into) in left for into in out.get(name, ()))

    def best(names: Sequence[str]) -> str:
        return max(names, key=lambda name: (waiting(name), order[name]))

    found: list[tuple[str, ...]] = []
    while left and starts:
        start = best(starts)
        if not waiting(start):
            # Nothing new begins at a start: one change leads to where something does.
            bridges = [(one, into) for one in starts for into in out.get(one, ()) if waiting(into)]
            if not bridges or length < 2:
                break
            bridge = max(bridges, key=lambda one: (waiting(one[1]), order[one[0]]))
            trail = list(bridge)
        else:
            trail = [start]
        while len(trail) <= length:
            here = trail[-1]
            new = [into for into in out.get(here, ()) if (here, into) in left]
            if not new:
                break
            trail.append(best(new))
            left.discard((here, trail[-1]))
        found.append(tuple(trail))
    return found


def fill_walks(arms: Arms) -> None:
    """Make the families that walk through every change of status, where the effort promises that.

    Each record changes its status once in each phase; as many begin in each status as other rows have families.
    """
    if arms.effort not in EFFORTS:
        return
    for walk in walks(arms.world.agreement):
        if not walk.pair.mirrors:
            _fill(arms, walk)
        elif walk.row.both_ways:
            _fill_there(arms, walk)


def _fill(arms: Arms, walk: Walk) -> None:
    world = arms.world
    for number, trail in enumerate(_trails(walk, world, arms.count)):
        statuses = [status for name in trail if (status := walk.status(name)) is not None]
        first, *rest = (_raw(arms, walk, one) for one in statuses)
        start = {walk.path: first}
        statement = _statement(world, statuses[0])
        member = arms.add(walk.pair, ARM, walk.row, start, index=number, statement=statement, note=" → ".join(trail))
        member.choices = rest


def _fill_there(arms: Arms, walk: Walk) -> None:
    """Make families whose status people change on the receiving side; they begin with what the sending side says."""
    world = arms.world
    forth = world.agreement.pair(walk.pair.mirrors)
    row = forth.row(walk.row.statement)
    ours = next((one for one in walks(world.agreement) if one.pair is forth and one.row is row), None)
    if row is None or ours is None:
        return
    for number, trail in enumerate(_trails(walk, world, 1)):
        statuses = [status for name in trail if (status := walk.status(name)) is not None]
        leading = next((one for one in ours.statuses if one.row is statuses[0].row and not one.held), None)
        if leading is None:
            continue
        start = {ours.path: _raw(arms, ours, leading)}
        statement = _statement(world, statuses[0])
        member = arms.add(forth, BACK_ARM, row, start, index=number, statement=statement, note=" → ".join(trail))
        member.choices = [_raw(arms, walk, one) for one in statuses[1:]]


def _trails(walk: Walk, world: World, least: int) -> list[tuple[str, ...]]:
    """Return the trails of a walk; at least so many begin in every status with which a record arrives."""
    starts = [one.name for one in walk.statuses if one.meant and not one.held]
    arcs = [(one.origin, one.into) for one in walk.transitions]
    found = trails(starts, arcs, len(CHANGES) - comes_late(world, walk.pair), world.rng)
    begun = [trail[0] for trail in found]
    for name in starts:
        found += [(name,)] * max(0, least - begun.count(name))
    return found


def _raw(arms: Arms, walk: Walk, status: Status) -> Value:
    """Return a value that is a status: as the table writes it, or in one of the other ways in which its row fits."""
    world, side = arms.world, walk.pair.sender
    plain = raw_of(walk.leaf, status.value, world.zone(side))
    known = arms.pools.of(side, walk.pair.source, walk.path).rows.get(_statement(world, status), [])
    others = [one for one in known if walk.name_of(one) == status.name and not same_json(one, plain)]
    return world.rng.choice(others) if others and world.rng.random() < OTHERWISE_WRITTEN else plain


def _statement(world: World, status: Status) -> str:
    return world.agreement.value_row_statement(status.row) if status.row is not None else ""


@changing(ARM)
def _walk_on(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Give the record its next status."""
    walk = _walk_of(changes, member)
    if walk is not None and turn < len(member.choices):
        changes.write(member, member.subject, {walk.path: member.choices[turn]}, label)


@changing(BACK_ARM)
def _walk_on_there(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Let people of the receiving system give the record its next status."""
    assert member.row is not None
    if turn < len(member.choices):
        value = member.choices[turn]
        changes.on_partner(member, {member.row.target: value}, label)
        draft_back(changes, member, {member.row.target: (member.row, value)})


def _walk_of(changes: Changes, member: Member) -> Walk | None:
    return next(
        (one for one in walks(changes.world.agreement) if one.pair is member.pair and one.row is member.row), None
    )
