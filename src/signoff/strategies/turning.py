"""Make records for which a row's condition turns because one of its fields changes, and all others stay as they are.

Drawn values hardly ever do: where `A` must hold and `B` as well, another value of the one shows nothing while the
other does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from typing import Final, cast

from signoff.agreement.abilities import changeable, clearable, handle
from signoff.agreement.resolved import BoundRow, Handle, Pair
from signoff.expressions.evaluate import holds
from signoff.expressions.tree import Condition
from signoff.expressions.walk import names
from signoff.record import Value, blank, get
from signoff.rules.context import Context
from signoff.schema import Type
from signoff.strategies.arms import Arms, Member
from signoff.strategies.changes import Changes, changing
from signoff.strategies.made import Made
from signoff.strategies.witness import Demand, Way, consistent

ARM: Final = "turned"
AT_ONCE: Final = "turned at once"
"""All fields of the condition are blanked, and filled again."""
MOST_BASES: Final = 24
MOST_TRIED: Final = 12
MOST_STARTS: Final = 3
"""Ways into the population with which a turn is tried on a record: what is bad with three is bad with all."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """Hold a way in which a condition holds or not, what turns it, and what turns it back."""

    start: Way
    there: Mapping[str, Value]
    back: Mapping[str, Value]


def fill_turning(arms: Arms) -> None:
    """Make them for every condition of every row."""
    for pair in arms.world.agreement.pairs:
        for one in (pair, pair.back) if pair.either and pair.back is not None else (pair,):
            for row in one.rows:
                for condition in _asked(row):
                    _row(arms, one, row, condition)


def _asked(row: BoundRow) -> list[Condition]:
    """Return the conditions that a row's rule asks: of `yes if`, and of `only when`."""
    if row.rule is None:
        return []
    only_when = row.rule.modifiers.only_when
    asked = [one.arguments[0] for one in row.rule.tree.steps if one.phrase == "yes if"]
    return [*cast("list[Condition]", asked), *([only_when] if only_when is not None else [])]


def _row(arms: Arms, pair: Pair, row: BoundRow, condition: Condition) -> None:
    fields = _fields(arms, pair, condition)
    for path in fields:
        filled = list(islice(_alone(arms, pair, row, condition, path, blanked=False), arms.count))
        emptied = list(islice(_alone(arms, pair, row, condition, path, blanked=True), 1))
        for index, turn in enumerate((*filled, *emptied)):
            _add(arms, pair, row, ARM, turn, index, f"{path} alone turns it")
    for index, turn in enumerate(islice(_emptied(arms, pair, row, condition, fields), arms.count)):
        _add(arms, pair, row, AT_ONCE, turn, index, "all that it asks is blanked")


def _add(arms: Arms, pair: Pair, row: BoundRow, arm: str, turn: _Turn, index: int, note: str) -> None:
    member = arms.add(pair, arm, row, way=turn.start, index=index, note=note)
    member.choices = [cast("Value", dict(turn.there)), cast("Value", dict(turn.back))]


def _fields(arms: Arms, pair: Pair, condition: Condition) -> dict[str, Handle]:
    """Return the record's own fields that a condition asks for and people can change, by how they are named there."""
    found: dict[str, Handle] = {}
    for used in names(condition):
        one = handle(arms.world.agreement, pair, used.name) if not used.within and not used.of_items else None
        if one is None or one.via != "" or one.leaf.many or one.leaf.type in (Type.REFERENCE, Type.OBJECT):
            continue
        if changeable(one.leaf) and one.path not in pair.entity.unique:
            found[used.name] = one
    return found


def _alone(arms: Arms, pair: Pair, row: BoundRow, condition: Condition, name: str, blanked: bool) -> Iterator[_Turn]:
    """Yield how one field alone turns a condition: between two values, or between a value and none (`blanked`)."""
    one = handle(arms.world.agreement, pair, name)
    assert one is not None
    holding = arms.world.ways_of(pair, condition, True)
    failing = arms.world.ways_of(pair, condition, False)
    tried = 0
    for way, other in product(holding, failing):
        if tried == MOST_TRIED:
            return
        turned = _turned(way, other, name)
        if turned is None:
            continue
        first, second = turned
        if (blank(first) or blank(second)) is not blanked:
            continue
        tried += 1
        both = tuple(dict.fromkeys(each for each in (*way, *other) if each.path != name))
        start, then = (second, first) if blank(first) else (first, second)  # what is blanked was filled before
        raw = [arms.world.raw(pair.sender, one.leaf, value) for value in (then, start)]
        bases = _bases(arms, pair, row, condition)
        for ways in _starts(
            arms, pair, ([(*base, Demand(name, held), *both) for held in (start, then)] for base in bases)
        ):
            if all(_stays(arms, pair, each) for each in ways):
                yield _Turn(ways[0], {one.path: raw[0]}, {one.path: raw[1]})
                break


def _emptied(
    arms: Arms, pair: Pair, row: BoundRow, condition: Condition, fields: Mapping[str, Handle]
) -> Iterator[_Turn]:
    """Yield how a condition turns when all that it asks is blanked, where people can blank all of it."""
    asked = {used.name for used in names(condition)}
    if not fields or set(fields) != asked or not all(clearable(one.leaf) for one in fields.values()):
        return
    none = tuple(Demand(name, None) for name in fields)
    truth = _on_trial(arms, pair, none, lambda subject: not _holds(arms, condition, subject))
    for way in islice(arms.world.ways_of(pair, condition, truth), MOST_TRIED):
        held = _values(way)
        if any(blank(held.get(name)) for name in fields):
            continue  # a record that is blank to a part shows less when the rest is blanked
        raw = {one.path: arms.world.raw(pair.sender, one.leaf, held[name]) for name, one in fields.items()}
        bases = _bases(arms, pair, row, condition)
        for ways in _starts(arms, pair, ([(*base, *way), (*base, *none)] for base in bases)):
            if all(_stays(arms, pair, each) for each in ways):
                yield _Turn(ways[0], dict.fromkeys(raw), raw)
                break


def _turned(way: Way, other: Way, name: str) -> tuple[Value, Value] | None:
    """Return a field's two values where two ways differ in nothing else; None where they do not, or not in it alone."""
    first, second = _values(way), _values(other)
    if any(first[path] != second[path] for path in first.keys() & second.keys() if path != name):
        return None
    if name not in first or name not in second or first[name] == second[name]:
        return None
    if {each for each in way if each.child} != {each for each in other if each.child}:
        return None
    return first[name], second[name]


def _values(way: Way) -> dict[str, Value]:
    return {one.path: one.value for one in way if one.path}


def _bases(arms: Arms, pair: Pair, row: BoundRow, condition: Condition) -> Iterator[Way]:
    """Yield ways into the population, and into whatever else the row asks."""
    world, rule = arms.world, row.rule
    only_when = rule.modifiers.only_when if rule is not None else None
    parts = [world.ways(pair, pair.usual)]
    if only_when is not None and only_when is not condition:
        parts.append(world.ways_of(pair, only_when, True))
    if row.branch:
        parts.append(world.ways_of(pair, world.agreement.branches[row.branch], True))
    yield from (tuple(one for way in ways for one in way) for ways in islice(product(*parts), MOST_BASES))


def _starts(arms: Arms, pair: Pair, tries: Iterable[list[Way]]) -> Iterator[list[Way]]:
    """Yield the first tries whose demands can stand in one record."""
    fitting = (ways for ways in tries if all(consistent(one) and arms.pools.allows(pair, one) for one in ways))
    yield from islice(fitting, MOST_STARTS)


def _stays(arms: Arms, pair: Pair, way: Way) -> bool:
    """Tell whether a record with these values is in scope and good."""

    def judge(subject: Made) -> bool:
        sight = arms.world.sight()
        sight.sharing[pair.name] = {}  # no field that is unique is turned, so nobody comes to share a key
        return sight.in_scope(pair, subject.id) and not any(not one.waits for one in sight.bad(pair, subject.id))

    return _on_trial(arms, pair, way, judge)


def _holds(arms: Arms, condition: Condition, subject: Made) -> bool:
    sight = arms.world.looking()
    record = arms.world.record(subject)
    return holds(condition, Context(sight.worlds[subject.side], subject.entity, record, sight.moments[subject.side]))


def _on_trial(arms: Arms, pair: Pair, way: Way, judge: Callable[[Made], bool]) -> bool:
    """Judge a record that is in scope and good with a way's values in its own fields, and put everything back."""
    world = arms.world
    subject = next(one.subject for one in arms.families if one.pair is pair and one.arm == "still")
    before: dict[str, Value] = {}
    for demand in way:
        one = handle(world.agreement, pair, demand.path) if demand.path and not demand.child else None
        if one is not None and one.via == "":
            before.setdefault(one.path, get(world.record(subject), one.path))
            world.put(subject, one.path, world.raw(pair.sender, one.leaf, demand.value))
    try:
        return judge(subject)
    finally:
        for path, value in before.items():
            world.put(subject, path, value)


@changing(ARM, AT_ONCE)
def _turns(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Let people turn the condition, and back; what `only when` keeps from being written becomes something else."""
    values = cast("dict[str, Value]", member.choices[turn % len(member.choices)])
    changes.write(member, member.subject, values, label)
    row = member.row
    if row is not None and row.rule is not None and row.rule.modifiers.only_when is not None:
        asked = {used.name for condition in _asked(row) for used in names(condition)}
        for source in [one for one in row.sources if one not in asked][:1]:
            changes.new_value(member, source, label)
