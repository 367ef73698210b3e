"""Fill the arms in which records meet others, or go and come back: already there, twins, leave, delete, merge."""

from __future__ import annotations

from signoff.agreement.abilities import changeable, handle
from signoff.agreement.policy import SHARED_KEY
from signoff.agreement.resolved import BoundRow, Handle, Pair
from signoff.expressions import walk
from signoff.record import Value, get, same_json
from signoff.schema import Type
from signoff.strategies.arms import Arms, Member
from signoff.strategies.changes import Changes, changing
from signoff.strategies.draft import Made
from signoff.strategies.script import Plan


def fill_company(arms: Arms) -> None:
    """Make the families that need company, and those that go."""
    for pair in arms.world.agreement.pairs:
        key = _key(arms, pair)
        if key is not None:
            _already_there(arms, pair, *key)
            if not any(one.kind == SHARED_KEY for one in pair.policy):
                _twins(arms, pair, key[1])
        _leaving(arms, pair)
        if _deletable(arms, pair):
            for index in range(arms.count):
                arms.add(pair, "deleted", index=index)
            if pair.linked is not None:
                _merging(arms, pair)


def _key(arms: Arms, pair: Pair) -> tuple[BoundRow, Handle] | None:
    """Return the first matching key that is one row of the record's own text, besides the link."""
    for key in pair.matched:
        if len(key.rows) != 1 or key.rows[0] == pair.link_statement:
            continue
        row = pair.row(key.rows[0])
        one = handle(arms.world.agreement, pair, row.sources[0]) if row is not None and len(row.sources) == 1 else None
        if row is not None and one is not None and one.via == "" and one.leaf.type in (Type.EMAIL, Type.TEXT):
            return row, one
    return None


def _already_there(arms: Arms, pair: Pair, row: BoundRow, one: Handle) -> None:
    """Make people whom the app knows before the first sync: their key equal, in other case, with blanks around it."""
    world = arms.world
    shapes = (lambda text: text, lambda text: text.upper(), lambda text: f" {text}\u00a0")
    for index in range(max(3, arms.count)):
        member = arms.add(pair, "already there", index=index)
        member.late = _rests_on_others(arms, pair)
        held = str(get(world.record(member.subject), one.path))
        world.put(member.subject, one.path, shapes[index % len(shapes)](held))
        start = len(world.order)
        world.compose(pair.sender.other, pair.target, {row.target: held.lower(), **_opposite(arms, pair, member)})
        member.members += world.order[start:]


def _opposite(arms: Arms, pair: Pair, member: Member) -> dict[str, Value]:
    """Return the other answer than the sending record's to every yes/no that flows both ways: chance may agree."""
    found: dict[str, Value] = {}
    for row in pair.rows:
        if row.both_ways and row.target_field is not None and row.target_field.type is Type.YES_NO:
            one = handle(arms.world.agreement, pair, row.sources[0])
            if one is not None and one.via == "":
                found[row.target] = get(arms.world.record(member.subject), one.path) is not True
    return found


def _rests_on_others(arms: Arms, pair: Pair) -> bool:
    """Tell whether a receiving record needs a reference to what the connector makes first."""
    kind = arms.world.entity(pair.sender.other, pair.target)
    heads = [kind.field_at(path) for path in arms.world.filled(pair.sender.other, pair.target)]
    return any(
        one is not None and one.type is Type.REFERENCE and arms.world.is_received(pair.sender.other, one.entity)
        for one in heads
    )


def _twins(arms: Arms, pair: Pair, one: Handle) -> None:
    """Make two different people with the same key; each must arrive, as another."""
    world = arms.world
    first = arms.add(pair, "twins", note="two records with one key")
    held = get(world.record(first.subject), one.path)
    arms.add(pair, "twins", overrides={one.path: held}, index=1, note="two records with one key")


def _deletable(arms: Arms, pair: Pair) -> bool:
    """Tell whether the population says what becomes of a deleted record."""
    flag = arms.world.entity(pair.sender, pair.source).deleted_flag
    return bool(flag) and any(
        used.name == flag and not used.within
        for case in pair.population
        if case.condition is not None
        for used in walk.names(case.condition)
    )


def _leaving(arms: Arms, pair: Pair) -> None:
    """Make families that leave the population by their own fields, and those that leave with their linked record."""
    flag = arms.world.entity(pair.sender, pair.source).deleted_flag
    for case in pair.population:
        if case.reaches or case.condition is None:
            continue
        for way in arms.world.ways(pair, case):
            paths = {one.path for one in way if not one.child}
            if any(one.child for one in way if not same_json(one.value, None)) and not paths:
                continue
            if flag in paths and any(one.path == flag and one.value is True for one in way):
                continue
            member = arms.add(pair, "leaves", note="by its own fields")
            changed: dict[str, Value] = {}
            for one in way:
                known = handle(arms.world.agreement, pair, one.path) if one.path else None
                if known is not None and known.via == "" and changeable(known.leaf) and known.path != flag:
                    changed[known.path] = arms.world.raw(pair.sender, known.leaf, one.value)
            member.before = _moved_out(arms, pair, member, member.subject, changed)
            if not member.before:
                arms.families.remove(member)
                member.arm = "still"
                arms.families.append(member)
            break
    if pair.linked is not None and pair.linked.where is not None:
        for index in range(arms.count):
            member = arms.add(pair, "leaves", index=index, note="with its linked record")
            child = _child(arms, pair, member)
            wanted = _child_out(arms, pair, member, child) if child is not None else {}
            member.before = wanted
            if not wanted:
                member.arm = "still"


def _moved_out(arms: Arms, pair: Pair, member: Member, place: Made, changed: dict[str, Value]) -> dict[str, Value]:
    """Return the changes if they take the subject out of the population, else nothing."""
    world = arms.world
    records = world.records[place.side][place.entity]
    before = records[place.id]
    try:
        for path, value in changed.items():
            world.put(place, path, value)
        gone = not world.sight().in_scope(pair, member.subject.id)
    finally:
        records[place.id] = before
    different = {path: value for path, value in changed.items() if not same_json(get(before, path), value)}
    return different if gone else {}


def _child(arms: Arms, pair: Pair, member: Member) -> Made | None:
    assert pair.linked is not None
    for name in member.members:
        made = arms.world.made[name]
        if made.side is pair.sender and made.entity == pair.linked.entity:
            return made
    return None


def _child_out(arms: Arms, pair: Pair, member: Member, child: Made) -> dict[str, Value]:
    """Return a change of the linked record that takes its owner out of the population, with a good value."""
    assert pair.linked is not None
    assert pair.linked.where is not None
    for used in walk.names(pair.linked.where):
        known = arms.world.entity(pair.sender, child.entity).field_at(used.name)
        if known is None or not changeable(known):
            continue
        for value in arms.pools.of(pair.sender, child.entity, used.name).good:
            found = _moved_out(arms, pair, member, child, {used.name: value})
            if found:
                return found
    return {}


@changing("leaves")
def _leaves(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Leave, come back, change after that."""
    world, pair = changes.world, member.pair
    place = member.subject
    if member.note == "with its linked record":
        assert pair.linked is not None
        place = next(world.made[name] for name in member.members if world.made[name].entity == pair.linked.entity)
    if turn == 0:
        leaving = dict(member.before)
        member.before = {path: get(world.record(place), path) for path in leaving}
        changes.write(member, place, leaving, label)
    elif turn == 1:
        changes.write(member, place, dict(member.before), label)
    else:
        changes.everything(member, label)


@changing("deleted")
def _deleted(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Delete the subject; it must neither come back nor leave anybody else without a record."""
    if turn == 0:
        _delete(changes, member, member.subject, label)


def _delete(changes: Changes, member: Member, made: Made, label: str) -> None:
    kind = changes.world.entity(made.side, made.entity)
    changes.world.put(made, kind.deleted_flag, True)
    changes.plans[label].append(Plan("delete", made.name, made.side, made.entity, {}, member.arm, member.statement))


def _merging(arms: Arms, pair: Pair) -> None:
    """Make two people who turn out to be one: the second is merged into the first."""
    for index in range(arms.count):
        member = arms.add(pair, "merged", index=index, note="survives")
        loser = arms.add(pair, "merged", index=index + 1, note="is merged into another")
        member.members += [name for name in loser.members if name not in member.members]
        member.members.append(loser.subject.name)


@changing("merged")
def _merged(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Delete the loser and let its linked records refer to the survivor, as a merge does; then change the survivor."""
    world, pair = changes.world, member.pair
    if member.note != "survives":
        return
    assert pair.linked is not None
    loser = world.made[member.members[-1]]
    if turn == 0:
        reference = world.agreement.schemas[pair.sender].references_to(pair.linked.entity, pair.source)[0]
        for name in member.members:
            made = world.made[name]
            held = get(world.record(made), reference.path) if made.entity == pair.linked.entity else None
            owner = held.get("id") if isinstance(held, dict) else held
            if held is not None and str(owner) == loser.id:
                changes.write(member, made, {reference.path: world.reference(reference, member.subject)}, label)
        _delete(changes, member, loser, label)
    elif turn == 2:
        changes.everything(member, label)
