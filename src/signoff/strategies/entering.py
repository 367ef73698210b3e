"""Fill the arms in which records enter the population once the connector runs: made later, or by an edit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from signoff.agreement.abilities import changeable, handle
from signoff.agreement.resolved import Pair, PopulationCase
from signoff.expressions import walk
from signoff.model.standing import Standing
from signoff.record import get
from signoff.strategies.arms import Arms, Member
from signoff.strategies.changes import CHANGES, Changes, changing
from signoff.strategies.late import comes_late
from signoff.strategies.leaving import Moves, children_of, comes_to, deleted_flag, moves_by, swap
from signoff.strategies.made import Made
from signoff.strategies.witness import Way
from signoff.strategies.world import World

MADE_LATER, ENTERS = "made later", "enters"

MADE_IN = CHANGES[1]
"""Phase in which records are made that are not there before: the connector has run for long by then."""

MOST_TRIED = 12
"""So many ways to be out of the population are tried for each row that keeps records out."""


def fill_entering(arms: Arms) -> None:
    """Make the families that are not in the population at first, of every binding, for each row by which they enter."""
    for pair in arms.world.agreement.pairs:
        if not pair.population:
            _made_later(arms, pair, None)
        for case in pair.population:
            if case.reaches:
                _made_later(arms, pair, case)
                _entering(arms, pair, case)
        if pair.either and pair.back is not None:
            _made_later(arms, pair.back, None)


def _made_later(arms: Arms, pair: Pair, case: PopulationCase | None) -> None:
    """Make a record that people enter when the connector has run before, with all that belongs to it."""
    way = arms.world.ways(pair, case)[0] if case is not None else None
    member = arms.add(pair, MADE_LATER, way=way, statement=_statement(pair, case))
    member.made_in = dict.fromkeys([*member.members, member.subject.name], MADE_IN)


def _entering(arms: Arms, pair: Pair, case: PopulationCase) -> None:
    """Make records that are out at first, and enter by their own fields, a linked record's, or a new linked record."""
    world = arms.world
    above = pair.population[: pair.population.index(case) + 1]
    used = [one for row in above if row.condition is not None for one in walk.names(row.condition) if not one.within]
    known = [one for name in used if (one := handle(world.agreement, pair, name.name)) is not None]
    flag = deleted_flag(world, pair)
    ways = world.ways(pair, case)
    if any(one.via == "" and one.path != flag and changeable(one.leaf) for one in known):
        _enterer(arms, pair, case, ways[0], "by its own fields")
    linked = next((way for way in ways if any(one.child for one in way)), None)
    if linked is not None:
        _enterer(arms, pair, case, linked, "by a linked record's fields")
        _newly_linked(arms, pair, case, linked)


def _enterer(arms: Arms, pair: Pair, case: PopulationCase, way: Way, note: str) -> None:
    """Make a record as it is to be in the end, then take back what brings it there."""
    world = arms.world
    member = arms.add(pair, ENTERS, way=way, statement=_statement(pair, case), note=note)
    for moves in _moves_out(arms, pair, member):
        own = any(place is member.subject for place, _ in moves)
        if own is (note == "by its own fields") and comes_to(arms, pair, member, moves, _out):
            member.moves = [
                (place, {path: get(world.record(place), path) for path in changed}) for place, changed in moves
            ]
            for place, changed in moves:
                for path, value in changed.items():
                    world.put(place, path, value)
            return
    _no_way(member)


def _moves_out(arms: Arms, pair: Pair, member: Member) -> Iterator[Moves]:
    flag = deleted_flag(arms.world, pair)
    for out in pair.population:
        if not out.reaches:
            ways = [
                one
                for one in arms.world.ways(pair, out)
                if not any(flag and at.path == flag and at.value is True for at in one)
            ]
            for way in ways[:MOST_TRIED]:
                moves = moves_by(arms, pair, member, way)
                if moves:
                    yield moves


def _newly_linked(arms: Arms, pair: Pair, case: PopulationCase, way: Way) -> None:
    """Make a record without the linked ones that bring it in; people make those when the connector has run."""
    note = "by a new linked record"
    member = arms.add(pair, ENTERS, way=way, statement=_statement(pair, case), note=note)
    asked = dict.fromkeys(one.child for one in way if one.child)
    children = [made for words in asked for made in children_of(arms, member, words)]
    label = CHANGES[comes_late(arms.world, pair)]
    while children:
        member.made_in[children.pop().name] = label
        with without(arms.world, list(member.made_in)):
            if _out(arms.world.sight().standing(pair, member.subject.id), None):
                return
    _no_way(member)


@contextmanager
def without(world: World, names: list[str]) -> Iterator[None]:
    """Look at the world as if some records were not there."""
    places: list[Made] = [world.made[name] for name in names]
    kept = {(one.side, one.entity): world.records[one.side][one.entity] for one in places}
    ids = {(one.side, one.entity, one.id) for one in places}
    try:
        for (side, entity), records in kept.items():
            world.records[side][entity] = {
                key: record for key, record in records.items() if (side, entity, key) not in ids
            }
        yield
    finally:
        for (side, entity), records in kept.items():
            world.records[side][entity] = records


def _out(stands: Standing | None, _: PopulationCase | None) -> bool:
    return stands is not None and stands.out


def _no_way(member: Member) -> None:
    """Leave a family that nothing keeps out as it is; nothing happens to it."""
    member.arm, member.note, member.made_in = "still", "", {}


def _statement(pair: Pair, case: PopulationCase | None) -> str:
    return case.statement if case is not None else pair.statement("arrive")


@changing(MADE_LATER)
def _change_later(changes: Changes, member: Member, label: str, _: int) -> None:
    """Change the record once more when it is there."""
    if CHANGES.index(label) > CHANGES.index(MADE_IN):
        changes.everything(member, label, staying=True)


@changing(ENTERS)
def _enter(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Enter, then change as everybody does who is in."""
    if turn > 0:
        changes.everything(member, label, staying=True)
    elif member.moves:
        swap(changes, member, label)
