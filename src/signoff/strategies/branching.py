"""Make records that move from one branch to another: what decides about it is edited, and nothing else.

A connector that settles by whose rules a record goes when it makes it is right until then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, product
from typing import Final

from signoff.agreement.abilities import changeable, handle
from signoff.agreement.branching import changes_by_moving, counting, movable
from signoff.agreement.resolved import BoundRow, Handle, Pair
from signoff.expressions.walk import names
from signoff.model.branching import has_moved
from signoff.model.sight import Sight
from signoff.record import Value, get, same_json
from signoff.rules.reading import breaks
from signoff.strategies.arms import Arms, Member
from signoff.strategies.changes import CHANGES, Changes, changing
from signoff.strategies.late import comes_late
from signoff.strategies.leaving import Moves, moves_by
from signoff.strategies.made import Made
from signoff.strategies.pools import place_of
from signoff.strategies.transitions import trails
from signoff.strategies.witness import Way, consistent

ARM: Final = "changes branch"
NONE: Final = ""
"""Where a record belongs to none of the branches that count."""
MOST_WAYS: Final = 12
"""So many ways to be in a branch are tried."""
MOST_JOINED: Final = 4096
"""So many ways out of all branches at once are looked at."""
MOST_PLACES: Final = 12
"""Branches, and none of them, up to which records move from each to each other one."""
MOST_VALUES: Final = 8
"""So many values of a field are tried so that two rows give different ones."""
MORE: Final = 3
"""So many records more, at most, for rows of which none so far shows anything."""


@dataclass(frozen=True, slots=True)
class _Walk:
    """Hold how far a record gets on its way through the branches, and which rows show something of it."""

    steps: tuple[Moves, ...] = ()
    shown: frozenset[str] = frozenset()


def fill_branches(arms: Arms) -> None:
    """Make them for every binding in which a branch has rows or value tables of its own."""
    agreement = arms.world.agreement
    for pair in agreement.pairs:
        rows = [row for row in pair.rows if changes_by_moving(agreement, pair, row)]
        places = [NONE, *(one for one in counting(agreement, pair) if movable(agreement, pair, one))]
        if rows and len(places) > 1:
            _fill(arms, pair, rows, places)


def _fill(arms: Arms, pair: Pair, rows: Sequence[BoundRow], places: Sequence[str]) -> None:
    found = trails(places, _arcs(places), len(CHANGES) - comes_late(arms.world, pair), arms.world.rng)
    found += [(one, other, one) for one, other in pairwise((*places, places[0])) if all(one != at[0] for at in found)]
    left = {row.statement for row in rows}
    for number, trail in enumerate(found * arms.count):
        left -= _family(arms, pair, rows, trail, left, number)
        if _parents(arms, pair, trail):
            left -= _family(arms, pair, rows, trail, left, number, of_their_own=True)
    for number, trail in enumerate(found[:MORE]):
        if left:
            left -= _family(arms, pair, rows, trail, left, number)


def _arcs(places: Sequence[str]) -> list[tuple[str, str]]:
    """Return the moves that are made: from each place to each other one; of many into each, out of it, and to the next.

    From each to each other one would take so many records that nobody could wait for them to be drawn.
    """
    if len(places) <= MOST_PLACES:
        return [(one, other) for one, other in product(places, places) if one != other]
    branches = [one for one in places if one != NONE]
    ways = [(NONE, one) for one in branches] + [(one, NONE) for one in branches]
    return [*ways, *pairwise((*branches, branches[0]))]


def _family(
    arms: Arms,
    pair: Pair,
    rows: Sequence[BoundRow],
    trail: Sequence[str],
    left: set[str],
    number: int,
    of_their_own: bool = False,
) -> frozenset[str]:
    """Make one record that goes a trail as far as it can; return the statements of which it shows something.

    `of_their_own`: what it refers to and is told by is its own, and is edited in place of the reference.
    """
    row = next((one for one in rows if one.branch in trail[1:] and one.statement in left), rows[0])
    base = arms.world.ways(pair, pair.usual)
    # Who belongs to none is made as one of a branch first: so there is all that may be edited.
    within = next(one for one in trail if one != NONE)
    several = [(*one, *way) for one in base for way in _ways(arms, pair, within)]
    fitting = sorted((way for way in several if consistent(way)), key=lambda way: not any(one.child for one in way))
    start = fitting[0] if fitting else base[0]
    own = _parents(arms, pair, trail) if of_their_own else []
    note = " → ".join(name or "no branch" for name in trail)
    member = arms.add(pair, ARM, row, way=start, own=own, index=number, note=note)
    if trail[0] != _where(arms, pair, member):
        _put(arms, _moves(arms, pair, member, trail[0]))
    walk = _mended(arms, pair, member, trail, rows, left)
    if not walk.steps:
        member.arm, member.note = "still", ""
    member.steps = list(walk.steps)
    return walk.shown


# Ways


def _ways(arms: Arms, pair: Pair, branch: str) -> Iterator[Way]:
    """Yield ways that may lead to a branch, or out of every one that counts."""
    agreement = arms.world.agreement
    if branch != NONE:
        yield from arms.world.ways_of(pair, agreement.branches[branch], True)
        return
    outside = [arms.world.ways_of(pair, agreement.branches[one], False) for one in counting(agreement, pair)]
    several_each = islice(product(*outside), MOST_JOINED)
    joined = (tuple(one for way in several for one in way) for several in several_each)
    yield from (way for way in joined if consistent(way))
    yield from (way for ways in outside for way in ways)


def _where(arms: Arms, pair: Pair, member: Member, sight: Sight | None = None) -> str | None:
    """Return the one branch that counts to which a subject belongs; None where it belongs to several."""
    sight = sight or arms.world.sight()
    found = [one for one in counting(arms.world.agreement, pair) if one in sight.branches(pair, member.subject.id)]
    return (found or [NONE])[0] if len(found) < 2 else None


def _parents(arms: Arms, pair: Pair, trail: Sequence[str]) -> list[str]:
    """Return the references by which branches are told: who has a parent of their own may edit that."""
    found = (one for name in trail if name for one in _through(arms, pair, name))
    return list(dict.fromkeys(one.via for one in found if arms.world.entity(pair.sender, one.entity).modified))


def _through(arms: Arms, pair: Pair, branch: str) -> Iterator[Handle]:
    """Yield the fields of other records that tell a branch."""
    for used in names(arms.world.agreement.branches[branch]):
        one = handle(arms.world.agreement, pair, used.name) if not used.within else None
        if one is not None and one.via not in ("", "linked") and one.head is not None and not one.head.many:
            yield one


# Moves


def _moves(arms: Arms, pair: Pair, member: Member, branch: str) -> Moves:
    """Return what people change to bring a subject to a branch, so that it stays in scope and good; empty: nothing."""
    for number, way in enumerate(_ways(arms, pair, branch)):
        if number == MOST_WAYS:
            break
        found = _joined([*moves_by(arms, pair, member, way), *_elsewhere(arms, pair, member, way)])
        if not found:
            continue
        before = _held(arms, found)
        _put(arms, found)
        sight = _looking(arms, pair)
        arrives = _where(arms, pair, member, sight) == branch and _good(sight, pair, member)
        arrives = arrives and all(_stays(arms, sight, place) for place, _ in found if place is not member.subject)
        _put(arms, before)
        if arrives:
            return found
    return []


def _elsewhere(arms: Arms, pair: Pair, member: Member, way: Way) -> Iterator[tuple[Made, dict[str, Value]]]:
    """Yield what has to change in a record that the subject refers to or is linked with, or the reference itself."""
    world = arms.world
    asked: dict[str, dict[str, Value]] = {}
    for demand in way:
        one = handle(world.agreement, pair, demand.path) if demand.path and not demand.child else None
        if one is None or one.via == "":
            continue
        value = world.raw(pair.sender, one.leaf, demand.value)
        if breaks(one.leaf, value):  # a linked record's field, which a condition alone does not know
            value = next(iter(arms.pools.of(pair.sender, one.entity, one.path).good), value)
        place = place_of(world, member.subject, one)
        own = place is not None and place.name in member.members
        if place is not None and own and changeable(one.leaf):
            if not same_json(get(world.record(place), one.path), value):
                yield place, {one.path: value}
        elif one.head is not None and one.via != "linked" and changeable(one.head) and not one.head.many:
            asked.setdefault(one.via, {})[one.path] = value
    for via, inner in asked.items():
        head = world.entity(pair.sender, pair.source).field_at(via)
        if head is not None:
            yield member.subject, {via: world.reference(head, world.fitting(pair.sender, head.entity, inner))}


def _joined(moves: Moves) -> Moves:
    """Return moves with one entry for each record."""
    found: dict[str, tuple[Made, dict[str, Value]]] = {}
    for place, changed in moves:
        found.setdefault(place.name, (place, {}))[1].update(changed)
    return list(found.values())


def _held(arms: Arms, moves: Moves) -> Moves:
    return [(place, {path: get(arms.world.record(place), path) for path in changed}) for place, changed in moves]


def _put(arms: Arms, moves: Moves) -> None:
    for place, changed in moves:
        for path, value in changed.items():
            arms.world.put(place, path, value)


def _looking(arms: Arms, pair: Pair) -> Sight:
    sight = arms.world.sight()
    sight.sharing[pair.name] = {}  # who shares a key with whom does not hang on the branch
    return sight


def _good(sight: Sight, pair: Pair, member: Member) -> bool:
    return _is_good(sight, pair, member.subject.id)


def _stays(arms: Arms, sight: Sight, place: Made) -> bool:
    """Tell whether another record that was changed is in scope and good, in every binding of its own."""
    pairs = [one for one in arms.world.agreement.pairs if (one.sender, one.source) == (place.side, place.entity)]
    return all(_is_good(sight, one, place.id) for one in pairs)


def _is_good(sight: Sight, pair: Pair, who: str) -> bool:
    return sight.in_scope(pair, who) and not any(not one.waits for one in sight.bad(pair, who))


# What shows


def _walk(arms: Arms, pair: Pair, member: Member, trail: Sequence[str], rows: Sequence[BoundRow]) -> _Walk:
    """Let a subject go a trail as far as it can, see which rows show something, and put everything back."""
    who, steps, shown = member.subject.id, list[Moves](), set[str]()
    undo: Moves = []
    old = _looking(arms, pair)
    if _where(arms, pair, member, old) != trail[0] or not _good(old, pair, member):
        return _Walk()
    try:
        for branch in trail[1:]:
            promised = old.promises(pair, who)  # what was so before is worked out before it changes
            assert promised is not None
            moves = _moves(arms, pair, member, branch)
            if not moves:
                break
            undo = [*_held(arms, moves), *undo]
            _put(arms, moves)
            now = _looking(arms, pair)
            for row in rows:
                promise = now.promise(pair, row.target, who)
                if promise is not None and promise.row is row and has_moved(old, now, pair, who, promise):
                    shown.add(row.statement)
            steps.append(moves)
            old = now
    finally:
        _put(arms, undo)
    return _Walk(tuple(steps), frozenset(shown))


def _mended(
    arms: Arms, pair: Pair, member: Member, trail: Sequence[str], rows: Sequence[BoundRow], left: set[str]
) -> _Walk:
    """Give a subject values with which it can go its whole trail, and by which rows that are left show something."""
    best = _walk(arms, pair, member, trail, rows)
    along = [one for one in rows if not one.branch or one.branch in trail]
    for row in sorted(along, key=lambda one: one.statement not in left):
        for path, value in _values(arms, pair, member, row):
            if len(best.steps) == len(trail) - 1 and row.statement in best.shown:
                break
            held = get(arms.world.record(member.subject), path)
            arms.world.put(member.subject, path, value)
            found = _walk(arms, pair, member, trail, rows)
            gained = (len(found.steps), len(found.shown)) > (len(best.steps), len(best.shown))
            if gained and found.shown >= best.shown:
                best = found
            else:
                arms.world.put(member.subject, path, held)
    return best


def _values(arms: Arms, pair: Pair, member: Member, row: BoundRow) -> Iterator[tuple[str, Value]]:
    """Yield other good values of the subject's own fields that some row for a row's receiving field reads."""
    world = arms.world
    fixed = {used.name for one in counting(world.agreement, pair) for used in names(world.agreement.branches[one])}
    sources = [source for one in pair.writers(row.target) for source in one.sources]
    for source in dict.fromkeys(sources):
        one = handle(world.agreement, pair, source)
        if one is None or one.via != "" or one.path in fixed or arms.unique(pair, one.path):
            continue
        if one.leaf.read_only or one.leaf.technical:
            continue
        good = arms.pools.of(pair.sender, one.entity, one.path).good
        held = get(world.record(member.subject), one.path)
        yield from ((one.path, value) for value in good[:MOST_VALUES] if not same_json(value, held))


@changing(ARM)
def _moves_on(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Move the record to its next branch; where it has come to the last, change it as everybody is changed."""
    if turn < len(member.steps):
        for place, changed in member.steps[turn]:
            changes.write(member, place, dict(changed), label)
    else:
        changes.everything(member, label, staying=True)
