"""Fill the arms of bad-data tables: records made bad, and turned bad by an edit, each put right later."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Final

from signoff.agreement.abilities import changeable, clearable, handle
from signoff.agreement.policy import BREAKS, NOWHERE, SHARED_KEY, TOO_LONG, UNSHOWN, keys_of
from signoff.agreement.resolved import BoundPolicy, BoundRow, Handle, Pair
from signoff.model.policy import decided
from signoff.record import Value, get, same_json
from signoff.rules.reading import breaks
from signoff.schema import Type
from signoff.strategies.arms import Arms, Member
from signoff.strategies.changes import Changes, changing
from signoff.strategies.fitting import fits
from signoff.strategies.made import Made
from signoff.strategies.pools import Pool
from signoff.strategies.sound import held_at

MADE, TURNED = "made bad", "turned bad later"
POSITIONS = 3
"""Records of each sort for a row: one for the beginning, the middle and the end of a page."""
BESIDES = 2
"""Other fields that change together with the one that turns bad, so that one sees whether the record arrives."""

HIDDEN: Final = ("\x00", "\ud800", "\x1b", "\udc3f", "\x85", "\x07", "\udbff", "\x7f", "\x0b", "\udfff", "\x9f", "\x1f")
"""Control characters of every sort, and halves of pairs of either half, one after the other."""

_HALF: Final = re.compile("[\ud800-\udfff]")

Spoiling = dict[str, Value]
"""Values that make a record bad in the sense of one row, by path."""


def fill_bad_data(arms: Arms) -> None:
    """Make the families of every row of every bad-data table."""
    for pair in arms.world.agreement.pairs:
        for row in pair.policy:
            if row.kind == SHARED_KEY:
                _sharing(arms, pair, row)
            elif row.kind == NOWHERE:
                _nowhere(arms, pair, row)
            else:
                _by_values(arms, pair, row)


def _by_values(arms: Arms, pair: Pair, row: BoundPolicy) -> None:
    found = list(_of_condition(arms, pair, row)) if row.condition is not None else list(_of_kind(arms, pair, row))
    later = [one for one in found if _can_turn(arms, pair, one)]
    for index in range(POSITIONS if found else 0):
        _made_bad(arms, pair, row, _its_own(pair, found[index % len(found)], index), index)
    for index in range(POSITIONS if later else 0):
        number = POSITIONS + index
        _turning(arms, pair, row, _its_own(pair, later[number % len(later)], number), index)
    if row.condition is not None and not found:
        _by_company(arms, pair, row)
    elif row.condition is not None:
        _just_not_bad(arms, pair, row)


def _its_own(pair: Pair, spoiling: Spoiling, number: int) -> Spoiling:
    """Return the values with a text of its own in fields that are unique, so that no two bad records share one."""
    return {
        path: f"{number} {value}" if path in pair.entity.unique and isinstance(value, str) and value.strip() else value
        for path, value in spoiling.items()
    }


def _made_bad(arms: Arms, pair: Pair, row: BoundPolicy, spoiling: Spoiling, index: int) -> Member:
    """Make a record bad from the beginning; what it held before that is put back later."""
    member = arms.add(pair, MADE, index=index, statement=row.statement)
    member.before = held_at(arms.world, member.subject, spoiling)
    for path, value in spoiling.items():
        arms.world.put(member.subject, path, value)
    return member


def _turning(arms: Arms, pair: Pair, row: BoundPolicy, spoiling: Spoiling, index: int) -> Member:
    member = arms.add(pair, TURNED, index=index, statement=row.statement)
    member.before = dict(spoiling)
    return member


# What makes a record bad


def _of_kind(arms: Arms, pair: Pair, row: BoundPolicy) -> Iterator[Spoiling]:
    """Yield values that are bad in the sense of a row alone, of one field after another."""
    several: list[Iterable[Spoiling]] = [
        [{path: one} for one in values if _decides(arms, pair, row, _its_own(pair, {path: one}, 0))]
        for path, values in _bad_values(arms, pair, row).items()
    ]
    every = [one for turn in zip_longest(*several) for one in turn if one is not None]
    yield from _in_turn(every) if row.kind == UNSHOWN else every


def _in_turn(every: list[Spoiling]) -> Iterator[Spoiling]:
    """Yield values with a control character and values with half a pair in turn, so that few records show both."""
    halves = [one for one in every if any(_HALF.search(str(value)) for value in one.values())]
    others = [one for one in every if one not in halves]
    for pair in zip_longest(others, halves):
        yield from (one for one in pair if one is not None)


def _bad_values(arms: Arms, pair: Pair, row: BoundPolicy) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for charted in pair.rows:
        for source in charted.sources:
            one = handle(arms.world.agreement, pair, source)
            if one is None or one.via != "" or one.leaf.type is Type.REFERENCE or one.leaf.entity:
                continue
            if one.leaf.read_only or one.leaf.technical or one.path in found:
                continue
            if row.kind in (BREAKS, TOO_LONG) and one.path in pair.entity.unique:
                continue  # the same value in several records would be bad for another reason
            pool = arms.pools.of(pair.sender, one.entity, one.path)
            values = [value for known in pool.bad.values() for value in known]
            if row.kind == TOO_LONG:
                values = [*_beyond(charted), *values]
            if row.kind == UNSHOWN:
                values = _hidden(one, pool, arms.world.rng.randrange(len(HIDDEN)))
            found[one.path] = [value for value in values if fits(one.leaf, value) and not breaks(one.leaf, value)]
    return found


def _beyond(row: BoundRow) -> list[Value]:
    """Return texts too long for a receiving field, with a sign at the last place that two units of UTF-16 make."""
    field = row.target_field
    if field is None or field.max_length is None or field.many or field.type not in (Type.TEXT, Type.ANY):
        return []
    words = "Zoë O'Brien-Nguyễn of Peoria, " * (field.max_length // 20 + 1)
    start = words[: field.max_length - 2] + "x"
    return [f"{start}\U0001f477\U0001f4e6 and more"]


def _hidden(one: Handle, pool: Pool, start: int) -> list[Value]:
    """Return texts with one character that cannot be shown in the middle, another one each, in a turn of its own.

    In the middle, since whoever trims a text takes some of them off its ends, and rightly. Of a list of things every
    item gets one, in the part that the row reads: which of the items a rule picks makes no difference then.
    """
    leaf = one.leaf
    part = one.source.removeprefix(f"{one.path}.") if leaf.type is Type.OBJECT and leaf.many else ""
    read = leaf.fields.get(part) if part else leaf
    if read is None or read.type not in (Type.TEXT, Type.ANY) or read.choices:
        return []
    values = (*pool.good, *pool.edges)
    if part:
        lists = [value for value in values if isinstance(value, list) and any(_long(_at(of, part)) for of in value)]
    else:
        items = [item for value in values for item in (value if isinstance(value, list) else [value])]
        lists = [[item] for item in items if _long(item)]
    found: list[Value] = []
    for turn in range(len(HIDDEN) if lists else 0):
        sign = HIDDEN[(start + turn) % len(HIDDEN)]
        spoilt = [_spoilt(of, part, sign) for of in lists[turn % len(lists)]]
        found.append(spoilt if leaf.many else spoilt[0])
    return found


def _at(of: Value, part: str) -> Value:
    return of.get(part) if isinstance(of, dict) else None


def _long(text: Value) -> bool:
    return isinstance(text, str) and len(text) > 3 and text.isprintable()


def _spoilt(of: Value, part: str, sign: str) -> Value:
    """Return a text, or a thing with this part of it, with a character in its middle."""
    if part:
        return {**of, part: _spoilt(of.get(part), "", sign)} if isinstance(of, dict) else of
    if not isinstance(of, str) or not _long(of):
        return of
    return f"{of[: len(of) // 2]}{sign}{of[len(of) // 2 :]}"


def _decides(arms: Arms, pair: Pair, row: BoundPolicy, spoiling: Mapping[str, Value]) -> bool:
    return arms.pools.decided(pair, spoiling) == (row.statement,)


def _of_condition(arms: Arms, pair: Pair, row: BoundPolicy) -> Iterator[Spoiling]:
    """Yield values of a record's own fields for which a condition holds, and no other row decides."""
    yield from (one for one in _own_values(arms, pair, row, True) if _decides(arms, pair, row, one))


def _own_values(arms: Arms, pair: Pair, row: BoundPolicy, truth: bool) -> Iterator[Spoiling]:
    """Yield values of a record's own fields for which a condition holds, or does not."""
    for way in arms.world.ways_of(pair, row.condition, truth):
        found: Spoiling = {}
        for demand in way:
            one = handle(arms.world.agreement, pair, demand.path) if demand.path and not demand.child else None
            if one is None or one.via != "":
                break
            found[one.path] = arms.world.raw(pair.sender, one.leaf, demand.value)
        else:
            if found:
                yield found


def _by_company(arms: Arms, pair: Pair, row: BoundPolicy) -> None:
    """Make records that fulfil a condition through what refers to them, or what they refer to."""
    case = next((one for one in pair.population if one.reaches), None)
    first = arms.world.ways(pair, case)[0]
    for index, way in enumerate(arms.world.ways_of(pair, row.condition, True)[:POSITIONS]):
        arms.add(pair, MADE, way=(*first, *way), index=index, statement=row.statement)


def _just_not_bad(arms: Arms, pair: Pair, row: BoundPolicy) -> None:
    """Make records that almost fulfil a condition, in other case or on its boundary: they arrive like any other."""
    near = [one for one in _own_values(arms, pair, row, False) if None not in one.values()]
    for index, values in enumerate([one for one in near if not arms.pools.decided(pair, one)][:POSITIONS]):
        unshared = _its_own(pair, values, index)
        arms.add(pair, "still", overrides=unshared, index=index, note="just not bad")


def _can_turn(arms: Arms, pair: Pair, spoiling: Spoiling) -> bool:
    for path, value in spoiling.items():
        one = handle(arms.world.agreement, pair, path)
        if one is None or not (changeable(one.leaf) if value is not None else clearable(one.leaf)):
            return False
    return True


def _nowhere(arms: Arms, pair: Pair, row: BoundPolicy) -> None:
    """Make references to records that nobody ever brings over."""
    world = arms.world
    turn = 0
    for charted in pair.rows:
        one = handle(world.agreement, pair, charted.sources[0]) if len(charted.sources) == 1 else None
        field = charted.target_field
        if one is None or one.via != "" or one.leaf.type is not Type.REFERENCE or one.leaf.many:
            continue
        if field is None or field.type is not Type.REFERENCE or field.many or charted.rule is None:
            continue
        for index in range(POSITIONS):
            for sort in (_made_bad, _turning) if changeable(one.leaf) else (_made_bad,):
                stray = _stray(arms, pair, one.leaf.entity)
                spoiling: Spoiling = {one.path: world.reference(one.leaf, stray)}
                member = sort(arms, pair, row, spoiling, index)
                member.members.insert(0, stray.name)
                if sort is _made_bad and not turn and not _row_decides(arms, pair, row, member):
                    _back_to_usual(arms, member)
                    break
            else:
                continue
            break
        else:
            turn += 1


def _stray(arms: Arms, pair: Pair, entity: str) -> Made:
    world = arms.world
    if world.is_received(pair.sender, entity) or any(
        one.sender is pair.sender and one.source == entity for one in world.agreement.pairs
    ):
        return world.compose(pair.sender, entity, arms.required(pair.sender, entity))
    return world.compose(pair.sender, entity, {})


def _row_decides(arms: Arms, pair: Pair, row: BoundPolicy, member: Member) -> bool:
    return decided(arms.world.sight(), pair, member.subject.id) == (row,)


def _back_to_usual(arms: Arms, member: Member) -> None:
    """Make a record that another row decides about an ordinary one again."""
    for path, value in member.before.items():
        arms.world.put(member.subject, path, value)
    member.arm, member.statement, member.note = "still", "", ""


def _sharing(arms: Arms, pair: Pair, row: BoundPolicy) -> None:
    """Make pairs of records with one key, the second made with it or given it later."""
    key = next(iter(keys_of(pair)), ())
    handles = [handle(arms.world.agreement, pair, one.sources[0]) for one in key if len(one.sources) == 1]
    paths = [one.path for one in handles if one is not None and one.via == ""]
    if not paths or len(paths) != len(key):
        return
    later = all(one is not None and changeable(one.leaf) for one in handles)
    for index in range(POSITIONS):
        for sort in (_made_bad, _turning) if later else (_made_bad,):
            first = arms.add(pair, "still", index=index, note="has a key that another one gets")
            spoiling = held_at(arms.world, first.subject, paths)
            if index == 1:
                spoiling = {path: _other_case(arms, pair, path, value) for path, value in spoiling.items()}
            member = sort(arms, pair, row, spoiling, index)
            member.members = [*first.members, first.subject.name, *member.members]
            arms.in_order.append((first.subject.name, member.subject.name))


def _other_case(arms: Arms, pair: Pair, path: str, value: Value) -> Value:
    known = arms.world.entity(pair.sender, pair.source).field_at(path)
    if isinstance(value, str) and known is not None and known.type is Type.EMAIL:
        return value.upper()
    return value


# What happens to them


@changing(MADE)
def _made(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Change something else while the record is bad, then put it right."""
    if turn == 0:
        _besides(changes, member, label)
    elif turn == 1 and member.before:
        changes.write(member, member.subject, member.before, label)


@changing(TURNED)
def _turned(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Turn the record bad and change something else of it with the same hand, then put it right."""
    if turn > 1:
        return
    spoiling, member.before = member.before, held_at(changes.world, member.subject, member.before)
    if turn == 0:
        _besides(changes, member, label, spoiling)
    changes.write(member, member.subject, spoiling, label)


def _besides(changes: Changes, member: Member, label: str, spoiling: Mapping[str, Value] | None = None) -> None:
    """Change other fields of a record, ones that show whether it arrives."""
    pair, world = member.pair, changes.world
    taken = {*member.before, *(spoiling or {})}
    found: list[BoundRow] = []
    for row in pair.rows:
        one = handle(world.agreement, pair, row.sources[0]) if len(row.sources) == 1 else None
        if one is None or one.via != "" or one.path in taken or row.both_ways or row.rule is None:
            continue
        said = row.rule.modifiers
        if said.on_create_only or said.only_if_blank or said.only_when is not None or said.must_exist is not None:
            continue
        if (
            row.rule.table
            or one.leaf.type is Type.REFERENCE
            or not changeable(one.leaf)
            or one.path in pair.entity.unique
        ):
            continue
        pool = changes.pools.of(pair.sender, one.entity, one.path)
        held = get(world.record(member.subject), one.path)
        if any(not same_json(value, held) for value in pool.good):
            taken.add(one.path)
            found.append(row)
    start = member.index % max(1, len(found))
    for row in [*found[start:], *found[:start]][:BESIDES]:
        changes.new_value(member, row.sources[0], label)
