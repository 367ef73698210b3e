"""Tell which fields of a pair of records show nothing of a phase, so that nobody need look closer."""

from __future__ import annotations

from collections.abc import Callable

from signoff.agreement.resolved import BoundRow, Pair
from signoff.checks.case import Case, Phase
from signoff.checks.meetings import linked
from signoff.model.promise import Promise
from signoff.record import RecordId, same_json


def resting(
    case: Case, pair: Pair, phase: Phase, sender: RecordId, receiver: RecordId
) -> Callable[[Promise], bool] | None:
    """Return a function that tells whether a field shows nothing of a phase: neither its promise nor itself moved.

    None where the receiving record was made in it: then every field shows something.
    """
    old = phase.previous
    if old is None or receiver not in phase.before.receivers(pair) or sender not in old.senders(pair):
        return None
    former = old.promises(pair, sender)
    edits = phase.touched.get(case.receiver_key(pair, receiver), frozenset())

    def rests(promise: Promise) -> bool:
        row = promise.row
        right = row.rule is not None and row.rule.modifiers.put_right
        return former.get(row.target) is promise and row.target_top not in edits and not right

    return rests


def resting_both_ways(
    pair: Pair, phase: Phase, sender: RecordId, receiver: RecordId
) -> Callable[[BoundRow], bool] | None:
    """Return a function that tells whether people left both fields of a row as they were when the phase before ended.

    None where the two records did not belong together then: who meets shows something.
    """
    old, before = phase.previous, phase.before
    if old is None or sender not in before.senders(pair) or receiver not in before.receivers(pair):
        return None
    if not linked(old, pair, sender, receiver):
        return None
    promises, former = before.promises(pair, sender), old.promises(pair, sender)
    same = before.receivers(pair)[receiver] is old.receivers(pair)[receiver]

    def rests(row: BoundRow) -> bool:
        promise = promises.get(row.target)
        return (
            promise is not None
            and promise is former.get(row.target)
            and (same or same_json(before.raw(pair, receiver, row.target), old.raw(pair, receiver, row.target)))
        )

    return rests
