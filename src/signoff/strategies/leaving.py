"""Fill the arms in which records go: they leave, come back, are archived, deleted, merged, or come to their end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from signoff.agreement.abilities import changeable, handle
from signoff.agreement.resolved import Pair, PopulationCase, State, When
from signoff.agreement.words import entity_words
from signoff.expressions import walk
from signoff.model.standing import Standing
from signoff.record import Value, get, same_json
from signoff.strategies.arms import Arms, Member
from signoff.strategies.changes import Changes, changing
from signoff.strategies.made import Made
from signoff.strategies.script import Plan
from signoff.strategies.unlike import going_to, unlike
from signoff.strategies.witness import Demand, Way
from signoff.strategies.world import World

Moves = list[tuple[Made, dict[str, Value]]]
"""What people change, and in which records."""

Lands = Callable[[Standing | None, PopulationCase | None], bool]
"""Tell whether a record has come to where it was to go, by its standing and its population case."""

MOST_TRIED = 12
"""So many ways to leave are tried for each population row."""

LASTING = 200
"""Days from the world's first one on which the period of a record ends that goes on."""

BACK_LATER = "comes back later"
_ENDED = (When.ENDS, When.ENDS_EARLY)


def fill_leaving(arms: Arms) -> None:
    """Make the families that go, of every binding."""
    for pair in arms.world.agreement.pairs:
        for case in pair.population:
            if not case.reaches:
                _leaving(arms, pair, case)
        _with_linked(arms, pair)
        _archived(arms, pair)
        if _deletable(arms, pair):
            back = pair.life_row(When.BACK) is not None and bool(deleted_flag(arms.world, pair))
            for index in range(arms.count + back):
                member = arms.add(pair, "deleted", index=index, note=BACK_LATER if back and index == 0 else "")
                unlike(arms, pair, member, going_to(pair, When.DELETED, When.LEAVES))
            if pair.linked is not None or pair.life_row(When.MERGED) is not None:
                _merging(arms, pair)
        if pair.life_row(When.GONE_THERE) is not None:
            for index in range(arms.count):
                arms.add(pair, "deleted over there", index=index)
        _ending(arms, pair)


def deleted_flag(world: World, pair: Pair) -> str:
    """Return the field by which the sending system marks a record as deleted, "" where it has none."""
    return world.entity(pair.sender, pair.source).deleted_flag


def _deletable(arms: Arms, pair: Pair) -> bool:
    """Tell whether somebody says what becomes of a deleted record."""
    flag = deleted_flag(arms.world, pair)
    return pair.life_row(When.DELETED, When.MERGED) is not None or (
        bool(flag)
        and any(
            used.name == flag and not used.within
            for case in pair.population
            if case.condition is not None
            for used in walk.names(case.condition)
        )
    )


# By a change of the record, or of one that refers to it


def _leaving(arms: Arms, pair: Pair, case: PopulationCase) -> None:
    """Make families that come to a population row which keeps them out, one that comes back and one that does not."""
    flag = deleted_flag(arms.world, pair)
    ways = [
        way
        for way in arms.world.ways(pair, case)
        if not any(one.path == flag and one.value is True for one in way if flag)
    ]
    archives = pair.life_row(When.ARCHIVED) is not None

    def lands(stands: Standing | None, fits: PopulationCase | None) -> bool:
        return fits is case and stands is not None and not (archives and stands.when is When.ARCHIVED)

    for index in range(1 + bool(case.state is not None or pair.life)):
        _leaver(arms, pair, ways, lands, index, "by its own fields", going_to(pair, When.LEAVES) or case.state)


def _archived(arms: Arms, pair: Pair) -> None:
    row = pair.life_row(When.ARCHIVED)
    if row is None or row.condition is None:
        return
    ways = arms.world.ways_of(pair, row.condition, True)

    def lands(stands: Standing | None, _: PopulationCase | None) -> bool:
        return stands is not None and stands.when is When.ARCHIVED

    for index in range(2):
        _leaver(arms, pair, ways, lands, index, "archived", row.state)


def _with_linked(arms: Arms, pair: Pair) -> None:
    """Make families that leave because the record that the binding links is no longer one that counts."""
    if pair.linked is None or pair.linked.where is None:
        return
    for index in range(arms.count):
        member = arms.add(pair, "leaves", index=index, note="with its linked record")
        unlike(arms, pair, member, going_to(pair, When.LEAVES))
        child = next((one for one in children_of(arms, member, pair.linked.entity)), None)
        found = _child_out(arms, pair, member, child) if child is not None else {}
        _take(arms, member, [(child, found)] if child is not None and found else [])


def _leaver(arms: Arms, pair: Pair, ways: list[Way], lands: Lands, index: int, note: str, state: State | None) -> None:
    if not ways:
        return
    member = arms.add(pair, "leaves", index=index, note=note if index == 0 else f"{note}, {BACK_LATER}")
    unlike(arms, pair, member, state)
    for way in ways[:MOST_TRIED]:
        moves = moves_by(arms, pair, member, way)
        if moves and comes_to(arms, pair, member, moves, lands):
            _take(arms, member, moves)
            return
    _take(arms, member, [])


def _take(arms: Arms, member: Member, moves: Moves) -> None:
    """Give a family its way out; without one it is a family like any other, to which nothing happens."""
    member.moves = moves
    if not moves:
        member.arm = "still"
        arms.families.remove(member)
        arms.families.append(member)


def moves_by(arms: Arms, pair: Pair, member: Member, way: Way) -> Moves:
    """Return what must be changed of a family to go a way; empty where the way cannot be gone."""
    world = arms.world
    own: dict[str, Value] = {}
    found: Moves = []
    used: set[str] = set()
    for one in way:
        if one.child:
            child = next((kid for kid in children_of(arms, member, one.child) if kid.name not in used), None)
            if child is None:
                return []
            used.add(child.name)
            found.append((child, _demanded(world, child, one)))
            continue
        known = handle(world.agreement, pair, one.path) if one.path else None
        if known is not None and known.via == "" and changeable(known.leaf) and known.path != deleted_flag(world, pair):
            own[known.path] = world.raw(pair.sender, known.leaf, one.value)
    different = [(member.subject, own), *found]
    return [
        (place, changed)
        for place, wanted in different
        if (
            changed := {
                path: value for path, value in wanted.items() if not same_json(get(world.record(place), path), value)
            }
        )
    ]


def _demanded(world: World, child: Made, one: Demand) -> dict[str, Value]:
    kind = world.entity(child.side, child.entity)
    return {
        inner.path: world.raw(child.side, field, inner.value)
        for inner in one.inner
        if inner.path and (field := kind.field_at(inner.path)) is not None and changeable(field)
    }


def children_of(arms: Arms, member: Member, words: str) -> Iterator[Made]:
    """Yield the records of a family that refer to its subject and are meant by words."""
    world, side = arms.world, member.pair.sender
    said = entity_words(world.agreement.integration, side)
    entity = words if words in world.agreement.schemas[side].entities else said.get(" ".join(words.lower().split()), "")
    for name in member.members:
        made = world.made[name]
        if made.side is side and made.entity == entity:
            yield made


def comes_to(arms: Arms, pair: Pair, member: Member, moves: Moves, lands: Lands) -> bool:
    """Tell whether changes take a subject to where it is to go."""
    world = arms.world
    before = [(place, world.record(place)) for place, _ in moves]
    try:
        for place, changed in moves:
            for path, value in changed.items():
                world.put(place, path, value)
        sight = world.sight()
        stands = sight.standing(pair, member.subject.id)
        return lands(stands, sight.case(pair, member.subject.id))
    finally:
        for place, record in before:
            world.records[place.side][place.entity][place.id] = record


def _child_out(arms: Arms, pair: Pair, member: Member, child: Made) -> dict[str, Value]:
    """Return a change of the linked record that takes its owner out of the population, with a good value."""
    assert pair.linked is not None
    assert pair.linked.where is not None
    for used in walk.names(pair.linked.where):
        known = arms.world.entity(pair.sender, child.entity).field_at(used.name)
        if known is None or not changeable(known):
            continue
        for value in arms.pools.of(pair.sender, child.entity, used.name).good:
            changed = {used.name: value}
            if not same_json(get(arms.world.record(child), used.name), value) and comes_to(
                arms, pair, member, [(child, changed)], lambda stands, _: stands is not None and stands.out
            ):
                return changed
    return {}


@changing("leaves")
def _leaves(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Leave, come back, change after that; or leave, change while away, come back."""
    back = 2 if BACK_LATER in member.note else 1
    if turn == 0 or turn == back:
        swap(changes, member, label)
    else:
        changes.everything(member, label, staying=turn < back)


def swap(changes: Changes, member: Member, label: str) -> None:
    """Make the family's moves, and remember how to undo them."""
    undone: Moves = []
    for place, changed in member.moves:
        undone.append((place, {path: get(changes.world.record(place), path) for path in changed}))
        changes.write(member, place, dict(changed), label)
    member.moves = undone


# Deleted, merged


@changing("deleted")
def _deleted(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Delete the subject; it must neither come back by itself nor leave anybody else without a record."""
    if turn == 0:
        delete(changes, member, member.subject, label)
    elif turn == 1 and member.note == BACK_LATER:
        changes.write(member, member.subject, {deleted_flag(changes.world, member.pair): False}, label)
    elif member.note == BACK_LATER:
        changes.everything(member, label, staying=True)


@changing("deleted over there")
def _deleted_over_there(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Let people of the receiving system delete the partner."""
    pair = member.pair
    if turn == 0:
        changes.plans[label].append(
            Plan("delete partner", member.subject.name, pair.sender.other, pair.target, {}, member.arm)
        )


def delete(changes: Changes, member: Member, made: Made, label: str) -> None:
    """Let people delete a record, as its system does."""
    kind = changes.world.entity(made.side, made.entity)
    if kind.deleted_flag:
        changes.world.put(made, kind.deleted_flag, True)
    changes.plans[label].append(Plan("delete", made.name, made.side, made.entity, {}, member.arm, member.statement))


def _merging(arms: Arms, pair: Pair) -> None:
    """Make two people who turn out to be one: the second is merged into the first."""
    for index in range(arms.count):
        member = arms.add(pair, "merged", index=index, note="survives")
        loser = arms.add(pair, "merged", index=index + 1, note="is merged into another")
        unlike(arms, pair, loser, going_to(pair, When.DELETED, When.LEAVES))
        member.members += [name for name in loser.members if name not in member.members]
        member.members.append(loser.subject.name)


@changing("merged")
def _merged(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Delete the loser and let what refers to it refer to the survivor, as a merge does; then change the survivor."""
    world, pair = changes.world, member.pair
    if member.note != "survives":
        return
    loser = world.made[member.members[-1]]
    if turn == 0:
        for name in member.members:
            made = world.made[name]
            for reference in world.agreement.schemas[made.side].references_to(made.entity, pair.source):
                held = get(world.record(made), reference.path) if made.side is pair.sender else None
                owner = held.get("id") if isinstance(held, dict) else held
                if not reference.many and owner is not None and str(owner) == loser.id:
                    changes.write(member, made, {reference.path: world.reference(reference, member.subject)}, label)
        delete(changes, member, loser, label)
    elif turn == 2:
        changes.everything(member, label)


# Periods


def _ending(arms: Arms, pair: Pair) -> None:
    """Make records whose period ends by itself, early, and is extended again."""
    if not any(pair.life_row(one) for one in (*_ENDED, When.EXTENDED)):
        return
    for index, (days, word) in enumerate(((0, "today"), (0, "today"), (1, "tomorrow"), (-1, "yesterday"))):
        note = f"its last day is {word}"
        member = arms.add(pair, "ends", index=index, note=note, overrides=_period(arms.world, pair, days))
        unlike(arms, pair, member, going_to(pair, When.ENDS, When.ENDS_EARLY))
    for index in range(2):
        note = "blank in the end" if index else "later in the end"
        member = arms.add(pair, "ends early", index=index, note=note, overrides=_period(arms.world, pair, 60 + index))
        unlike(arms, pair, member, going_to(pair, When.ENDS_EARLY, When.ENDS))


def _period(world: World, pair: Pair, last: int) -> dict[str, Value]:
    """Return a period that has begun long ago, and whose last day is so many days from today."""
    found: dict[str, Value] = {}
    for path, days in ((pair.entity.begins, -45 - last % 7), (pair.entity.ends, last)):
        known = world.entity(pair.sender, pair.source).field_at(path) if path else None
        if known is not None:
            found[path] = world.raw(pair.sender, known, world.today + timedelta(days=days))
    return found


def lasting(world: World, pair: Pair, way: Way) -> dict[str, Value]:
    """Return a period that goes on, for a record that is to be in scope, where it would not be once it has ended."""
    ends = [row for one in _ENDED if (row := pair.life_row(one)) is not None]
    asked = {one.path for one in way}
    found = _period(world, pair, LASTING) if any(not row.kept for row in ends) else {}
    return {path: value for path, value in found.items() if path not in asked}


@changing("ends")
def _ends(changes: Changes, member: Member, label: str, _: int) -> None:
    """Let the end pass by itself; on the day after, extend one and change the others."""
    if label == "third" and member.index == 0:
        _move_end(changes, member, label, 30)
    elif label == "third":
        changes.everything(member, label, staying=True)


@changing("ends early")
def _ends_early(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Move the end to a day before today, then change something else or extend it."""
    if turn == 0:
        _move_end(changes, member, label, -2)
    elif label == "third":
        _move_end(changes, member, label, None if member.note == "blank in the end" else 90)
    else:
        changes.everything(member, label, staying=True)


def _move_end(changes: Changes, member: Member, label: str, days: int | None) -> None:
    world, pair = changes.world, member.pair
    known = world.entity(pair.sender, pair.source).field_at(pair.entity.ends)
    if known is not None and changeable(known):
        day = world.raw(pair.sender, known, world.today + timedelta(days=days)) if days is not None else None
        changes.write(member, member.subject, {pair.entity.ends: day}, label)
