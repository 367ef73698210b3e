"""Fill the arms of lists whose items are records: one, several and none of them, in another order, gone with theirs."""

from __future__ import annotations

from signoff.agreement.resolved import Pair, When
from signoff.record import get
from signoff.strategies.arms import Arms, Member
from signoff.strategies.changes import Changes, changing
from signoff.strategies.made import Made
from signoff.strategies.script import Plan

MANY = 4
"""Items of a list that is put in another order."""
SORTED = "sorted"
HOLDER_GONE = "gone with its record"


def fill_items(arms: Arms) -> None:
    """Make the families of lists, of every binding of items."""
    for pair in arms.world.agreement.pairs:
        holder = arms.world.entity(pair.sender, pair.source).holder
        if not holder:
            continue
        _alone_in_one(arms, pair, holder)
        arms.world.shared_names.add(_empty(arms, pair, holder).name)
        if _holder_may_go(arms, pair, holder):
            for _ in range(arms.count):
                _in_one(arms, pair, holder, HOLDER_GONE, 2)


def _alone_in_one(arms: Arms, pair: Pair, holder: str) -> None:
    """Make a list of one and a list of many; of these the last comes to the front, then the one that is last then."""
    _in_one(arms, pair, holder, SORTED, 1)
    _in_one(arms, pair, holder, SORTED, MANY)


def _in_one(arms: Arms, pair: Pair, holder: str, arm: str, count: int) -> None:
    """Make the items of a list that nobody else fills, one family each."""
    first = arms.add(pair, arm, own=[holder], note=f"1 of {count} in its list")
    held = get(arms.world.record(first.subject), holder)
    for number in range(2, count + 1):
        arms.add(pair, arm, overrides={holder: held}, index=number - 1, note=f"{number} of {count} in its list")


def _empty(arms: Arms, pair: Pair, holder: str) -> Made:
    """Make a record whose list holds nothing."""
    own = next((one for one in arms.world.agreement.pairs if (one.sender, one.source) == (pair.sender, holder)), None)
    return arms.world.in_scope(own) if own is not None else arms.world.compose(pair.sender, holder, {}, depth=1)


def _holder_may_go(arms: Arms, pair: Pair, holder: str) -> bool:
    """Tell whether documents say what becomes of a record that is deleted, and of the items that go with it."""
    pairs = [one for one in arms.world.agreement.pairs if one.sender is pair.sender and one.source == holder]
    kind = arms.world.entity(pair.sender, holder)
    return not kind.deleted_flag and all(one.life_row(When.DELETED) is not None for one in (pair, *pairs))


@changing(SORTED)
def _sorted(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Move the last item of a list to the front, and then the one that has become the last."""
    number, _, count = member.note.partition(" of ")
    if int(count.split()[0]) > 1 and int(number) == int(count.split()[0]) - turn:
        one = member.subject
        changes.plans[label].append(Plan("update", one.name, one.side, one.entity, {}, member.arm, member.statement))


@changing(HOLDER_GONE)
def _gone_with_it(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Delete the record that holds the list, and with it every item."""
    holder = _holder_of(changes, member) if turn == 0 and member.index == 0 else None
    if holder is not None:
        changes.plans[label].append(Plan("delete", holder.name, holder.side, holder.entity, {}, member.arm))


def _holder_of(changes: Changes, member: Member) -> Made | None:
    """Return the record that holds an item."""
    world, side = changes.world, member.pair.sender
    holder = world.entity(side, member.pair.source).holder
    name = world.names.get((side, holder, str(get(world.record(member.subject), holder))))
    return world.made[name] if name is not None else None
