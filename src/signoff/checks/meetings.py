"""Hold two records that meet in a phase, and tell how a two-way row stands between them."""

from __future__ import annotations

from dataclasses import dataclass

from signoff.agreement.meeting import FIRST_LINK
from signoff.agreement.resolved import BoundRow, Pair
from signoff.checks.case import Phase
from signoff.model.promise import Promise
from signoff.model.sight import Sight
from signoff.record import ABSENT, RecordId, Value, blank, same_json


@dataclass(frozen=True, slots=True)
class Meeting:
    """Hold one pair of records in one phase. `base`: how a row stood when both last agreed, if ever."""

    pair: Pair
    back: Pair
    phase: Phase
    sender: RecordId
    receiver: RecordId
    base: Sight | None


def linked(sight: Sight, pair: Pair, sender: RecordId, receiver: RecordId) -> bool:
    """Tell whether two records belong together by more than a key: the connector has brought them together."""
    return sight.partner(pair, sender) == receiver and sender not in sight.paired(pair).loosely


def agree(now: Sight, pair: Pair, row: BoundRow, sender: RecordId, receiver: RecordId) -> bool:
    """Tell whether the receiving side holds what a row promises of the sending side."""
    promise = now.promise(pair, row.target, sender)
    return (
        promise is not None
        and row.rule is not None
        and row.rule.agrees(promise.result, now.raw(pair, receiver, row.target), now.context(pair, sender))
    )


def ours_in(sight: Sight, pair: Pair, row: BoundRow, sender: RecordId) -> Value:
    """Return what the sending side holds of a row, ABSENT where the record is not there."""
    if sender not in sight.senders(pair):
        return ABSENT
    return sight.context(pair, sender).value(row.sources[0])


def promised(met: Meeting, pair: Pair, row: BoundRow, record: RecordId, untouched: bool) -> Promise | None:
    """Return what a row promises of a record as people left it; references are followed to what was made meanwhile."""
    sight = met.phase.settled if untouched else met.phase.before
    return sight.promise(pair, row.target, record)


def moved_since(met: Meeting, row: BoundRow, ours: Value, theirs: Value) -> tuple[bool, bool]:
    """Tell whether the sending and the receiving value are others than when both sides last agreed."""
    return (
        met.base is None or not same_json(ours, ours_in(met.base, met.pair, row, met.sender)),
        met.base is None or not same_json(theirs, met.base.raw(met.pair, met.receiver, row.target)),
    )


def only_respelt(met: Meeting, row: BoundRow, forth: Promise, theirs: Value) -> bool:
    """Tell whether a value that differs from when both sides last agreed still says the same, on either side."""
    base, pair = met.base, met.pair
    if base is None or row.rule is None or row.rule.table:
        return False
    agreed = base.promise(pair, row.target, met.sender)
    context = base.context(pair, met.sender)
    there = agreed is not None and row.rule.agrees(agreed.result, theirs, context)
    return there or row.rule.agrees(forth.result, base.raw(pair, met.receiver, row.target), context)


def kind_of(met: Meeting, moved: tuple[bool, bool], ours: Value, theirs: Value, alike: bool) -> str:
    """Return which kind of phase two records show of a row, "" for none."""
    if met.base is None:
        return "" if alike else FIRST_LINK
    here, there = moved
    if here and there:
        return "" if alike else "changed on both sides"
    if here:
        return "cleared" if blank(ours) or ours == [] else "changed"
    if there:
        return "cleared on the other side" if blank(theirs) or theirs == [] else "changed on the other side"
    return ""


def rests(met: Meeting, base: Sight, row: BoundRow, other: BoundRow) -> bool:
    """Tell whether a row stands as when both sides last agreed, at the end of the phase before: nobody moved anything.

    The very same promise was read from the same values.
    """
    pair, back, before, now = met.pair, met.back, met.phase.before, met.phase.settled
    forth = now.promise(pair, row.target, met.sender)
    if forth is None or before.promise(pair, row.target, met.sender) is not forth:
        return False
    again = now.promise(back, other.target, met.receiver)
    if again is None or before.promise(back, other.target, met.receiver) is not again:
        return False
    if base.promise(pair, row.target, met.sender) is not forth:
        return False
    if base.promise(back, other.target, met.receiver) is not again:
        return False
    theirs = before.raw(pair, met.receiver, row.target)
    return same_json(theirs, now.raw(pair, met.receiver, row.target)) and same_json(
        theirs, base.raw(pair, met.receiver, row.target)
    )
