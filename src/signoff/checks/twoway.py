"""Check rows that flow both ways: a change arrives on the other side, and where both changed, the agreed side wins.

What arrives when a record is made is judged with the one-way rows; here both records were there before the sync.
"""

from __future__ import annotations

from dataclasses import replace

from signoff.agreement.meeting import FIRST_LINK
from signoff.agreement.resolved import BoundRow, Pair
from signoff.checks.blame import blame, wrongly_held
from signoff.checks.case import FINISHES, Case, Phase
from signoff.checks.ledger import Ledger
from signoff.checks.meetings import Meeting, agree, kind_of, linked, moved_since, only_respelt, ours_in, promised, rests
from signoff.checks.telling import shown
from signoff.model.promise import Promise
from signoff.model.sight import Sight
from signoff.record import ABSENT, RecordId, Value, same_json
from signoff.rules.cell import settled
from signoff.rules.results import Kept
from signoff.rules.settling import stands
from signoff.schema import Side

LED_BACK = "led back to"
"""Phase of a value row: a person changed into its app value, which had to become its ATS value."""

TWO_WAY = "two-way"
"""The name under which this check notes what deviates."""


def check_two_way(case: Case, ledger: Ledger) -> None:
    """Judge every two-way row over every pair of records that both sides had before a sync."""
    case.deviating[TWO_WAY] = set()
    for pair in case.agreement.pairs:
        back = pair.back
        rows = [(row, other) for row in pair.rows if row.both_ways and (other := _way_back(back, row)) is not None]
        if back is None or not rows:
            continue
        agreed: dict[tuple[str, RecordId, RecordId], Sight] = {}  # of a pair: a record made anew agreed to nothing
        for phase in case.phases:
            now = phase.settled
            for sender, receivers in now.paired(pair).partners.items():
                receiver = receivers[0]
                if not now.in_scope(pair, sender):
                    continue
                if _held(phase, pair, back, sender, receiver):
                    if _written(case, pair, phase, sender, receiver):
                        # It was not held back: what both sides hold since then is nobody's word.
                        for row, _ in rows:
                            agreed.pop((row.statement, sender, receiver), None)
                    continue
                there = sender in phase.before.senders(pair) and receiver in phase.before.receivers(pair)
                known = there and phase.previous is not None and linked(phase.previous, pair, sender, receiver)
                together = linked(now, pair, sender, receiver)
                seen = case.former is not None and case.former.settled(TWO_WAY, pair, phase, sender)
                meeting = Meeting(pair, back, phase, sender, receiver, phase.previous)
                for row, other in rows:
                    met = (row.statement, sender, receiver)
                    base = agreed.get(met)
                    if there and base is not None and base is phase.previous and rests(meeting, base, row, other):
                        ledger.comparisons += 1
                        if together:
                            agreed[met] = now
                        continue
                    told = seen or (
                        case.known_field(TWO_WAY, pair, phase, row.target, sender, receiver)
                        and case.known_field(TWO_WAY, back, phase, other.target, receiver, sender)
                    )
                    if there and not told and (base is not None or not known):
                        judged_as = meeting if base is phase.previous else replace(meeting, base=base)
                        _judged(case, ledger, judged_as, row, other)
                    promise = now.promise(pair, row.target, sender) if pair.policy else None
                    if promise is not None and promise.policy and _spoilt(phase, pair, row, receiver):
                        agreed.pop(met, None)
                    elif together and agree(now, pair, row, sender, receiver):
                        agreed[met] = now
            _waiting(case, ledger, pair, rows, phase)


def _written(case: Case, pair: Pair, phase: Phase, sender: RecordId, receiver: RecordId) -> bool:
    """Tell whether the connector wrote anything of a pair of records in a phase."""
    keys = (case.sender_key(pair, sender), case.receiver_key(pair, receiver))
    return any(write.key in keys and write.accepted for _, write in phase.writes)


def _spoilt(phase: Phase, pair: Pair, row: BoundRow, receiver: RecordId) -> bool:
    """Tell whether a field that the bad-data table leaves out did not stay as it was."""
    if receiver not in phase.before.receivers(pair):
        return False
    return not same_json(phase.before.raw(pair, receiver, row.target), phase.settled.raw(pair, receiver, row.target))


def shown_by(
    case: Case, pair: Pair, phase: Phase, row: BoundRow, sender: RecordId, receiver: RecordId
) -> tuple[str, Side] | None:
    """Return which kind of phase a pair of records shows of a two-way row, and the side that must follow; or None."""
    back, old = pair.back, phase.previous
    other = _way_back(back, row)
    if back is None or other is None or row.rule is None or other.rule is None:
        return None
    if sender not in phase.before.senders(pair) or receiver not in phase.before.receivers(pair):
        return None
    if _held(phase, pair, back, sender, receiver):
        return None
    base = old if old is not None and linked(old, pair, sender, receiver) else None
    if base is not None and not agree(base, pair, row, sender, receiver):
        return None
    met = Meeting(pair, back, phase, sender, receiver, base)
    ours, theirs = ours_in(phase.before, pair, row, sender), phase.before.raw(pair, receiver, row.target)
    forth = promised(met, pair, row, sender, same_json(ours, ours_in(phase.settled, pair, row, sender)))
    if forth is None or forth.policy:
        return None
    alike = row.rule.agrees(forth.result, theirs, phase.before.context(pair, sender))
    moved = moved_since(met, row, ours, theirs)
    kind = kind_of(met, moved, ours, theirs, alike)
    return (kind, _winner(case, met, row, moved)[0].other) if kind and not alike else None


def _way_back(back: Pair | None, row: BoundRow) -> BoundRow | None:
    return back.row(row.statement) if back is not None else None


def _held(phase: Phase, pair: Pair, back: Pair, sender: RecordId, receiver: RecordId) -> bool:
    """Tell whether a pair of records is held back in either direction, so that nothing is promised of it meanwhile.

    What counts is what people left before the sync, or a reference that still leads nowhere after it: a value that the
    connector itself has spoilt is no excuse.
    """
    before, now = phase.before, phase.settled
    for way, record in ((pair, sender), (back, receiver)):
        if record in before.senders(way) and any(not one.waits for one in before.bad(way, record)):
            return True
        if any(one.waits for one in now.bad(way, record)):
            return True
    return False


def _waiting(case: Case, ledger: Ledger, pair: Pair, rows: list[tuple[BoundRow, BoundRow]], phase: Phase) -> None:
    """Note what the pairs that do not exist would have shown, and because of what."""
    for sender in case.missing(pair, phase):
        cause = case.lost_to(pair, phase, sender)
        for row, _ in rows if cause and phase.before.partner(pair, sender) is not None else ():
            ledger.lose(row.statement, FIRST_LINK, cause)
        if cause and case.never_edited(pair, sender):
            for row, _ in rows:
                for kind in ("changed on the other side", "cleared on the other side", "changed on both sides"):
                    ledger.lose(row.statement, kind, cause)


def _judged(case: Case, ledger: Ledger, met: Meeting, row: BoundRow, other: BoundRow) -> None:
    """Judge one two-way row of one pair of records in one phase."""
    pair, back, before, now = met.pair, met.back, met.phase.before, met.phase.settled
    assert row.rule is not None
    assert other.rule is not None
    ours, theirs = ours_in(before, pair, row, met.sender), before.raw(pair, met.receiver, row.target)
    ours_now, theirs_now = ours_in(now, pair, row, met.sender), now.raw(pair, met.receiver, row.target)
    forth = promised(met, pair, row, met.sender, same_json(ours, ours_now))
    again = promised(met, back, other, met.receiver, same_json(theirs, theirs_now))
    if forth is None or again is None:
        return
    context = before.context(pair, met.sender)
    alike = row.rule.agrees(forth.result, theirs, context)
    moved = moved_since(met, row, ours, theirs)
    if all(moved) and only_respelt(met, row, forth, theirs):
        return  # whether that is a change, and so whose word counts, is a matter of taste
    kind = kind_of(met, moved, ours, theirs, alike)
    if kind and not forth.policy:
        ledger.exercise(row.statement, kind)
    ledger.comparisons += 1
    if alike:
        # Nothing needs to be written. Whether a side that people changed is written in the sense of the other is the
        # connector's own affair; where several values of a table are one of the other side's, nobody changed it.
        if not row.rule.agrees(forth.result, theirs_now, context):
            _wrong_there(case, ledger, met, row, forth, theirs, theirs_now, "both sides agreed already")
        elif not same_json(ours, ours_now):
            unasked = bool(row.rule.table) and not moved[1]
            if unasked:
                _lost_here(case, ledger, met, other, again, ours, ours_now, "nobody changed it on the other side")
            elif not other.rule.agrees(again.result, ours_now, before.context(back, met.receiver)):
                _wrong_here(case, ledger, met, other, again, ours, ours_now, "both sides agreed already")
        return
    winner, why = _winner(case, met, row, moved)
    if winner is pair.sender:
        expected = settled(row.rule, forth.result, theirs, created=False)
        if not same_json(ours, ours_now):
            _lost_here(case, ledger, met, other, again, ours, ours_now, why)
        elif not row.rule.agrees(expected, theirs_now, context):
            _wrong_there(case, ledger, met, row, forth, theirs, theirs_now, why, kind)
    else:
        expected = settled(other.rule, again.result, ours, created=False)
        _led_back(case, ledger, met, again)
        if not other.rule.agrees(expected, ours_now, before.context(back, met.receiver)):
            _wrong_here(case, ledger, met, other, again, ours, ours_now, why, kind)
        elif not _still(row, theirs, theirs_now, now, pair, met):
            _wrong_there(case, ledger, met, row, forth, theirs, theirs_now, why)


def _led_back(case: Case, ledger: Ledger, met: Meeting, again: Promise) -> None:
    """Count it as evidence of a table's row that a value of the receiving side had to go back through it."""
    row = again.result.table_row if not isinstance(again.result, Kept) else None
    statement = case.agreement.value_row_statement(row) if row is not None else ""
    if not statement:
        return
    if met.phase.cut_off(case.receiver_key(met.back, met.sender)):
        ledger.lose(statement, LED_BACK, FINISHES)
    else:
        ledger.exercise(statement, LED_BACK)


def _still(row: BoundRow, theirs: Value, theirs_now: Value, now: Sight, pair: Pair, met: Meeting) -> bool:
    """Tell whether the winning receiving value stands as it was, or as the sending side now says the same."""
    if same_json(theirs, theirs_now):
        return True
    promise = now.promise(pair, row.target, met.sender)
    return (
        promise is not None
        and row.rule is not None
        and row.rule.agrees(promise.result, theirs_now, now.context(pair, met.sender))
    )


def _winner(case: Case, met: Meeting, row: BoundRow, moved: tuple[bool, bool]) -> tuple[Side, str]:
    """Return the side whose value must stand, and why, in words."""
    integration, sender = case.agreement.integration, met.pair.sender
    names = {side: integration.systems[side].name for side in Side}
    if met.base is None:
        side = Side.APP if integration.first_link.strip().lower() == "app" else Side.ATS
        return side, f"both records were there before the first sync, where {names[side]} leads"
    assert row.rule is not None
    later = _later(met)
    side = sender if stands(row.rule, sender, integration.conflict, *moved, later) else sender.other
    if not all(moved):
        return side, f"only {names[side]} was changed" if any(moved) else "nobody changed it"
    word = (row.rule.modifiers.conflict or integration.conflict).lower()
    said = f"{names[side]} last" if word == "latest change wins" else f"and {names[side]} wins"
    return side, f"both sides changed it, {said}"


def _later(met: Meeting) -> Side:
    """Return the side whose record was changed last, by its own time stamp; the ATS at the very same time."""
    pair, before = met.pair, met.phase.before
    schemas = before.agreement.schemas
    ours = schemas[pair.sender].entities[pair.source].modified
    theirs = schemas[pair.sender.other].entities[pair.target].modified
    if not ours or not theirs:
        return Side.ATS
    mine = before.context(pair, met.sender).typed(ours)
    other = before.stamp(pair, met.receiver, theirs)
    if mine is None or mine is ABSENT or other is None or mine == other:
        return Side.ATS
    return pair.sender if mine > other else pair.sender.other


def _wrong_there(
    case: Case,
    ledger: Ledger,
    met: Meeting,
    row: BoundRow,
    promise: Promise,
    held: Value,
    actual: Value,
    why: str,
    kind: str = "",
) -> None:
    """Tell of a wrong value on the receiving side, once where the connector says that it held the record back."""
    case.deviates(TWO_WAY, met.pair, met.phase, met.sender)
    assert row.rule is not None
    if same_json(actual, held):
        if _cut_off(case, ledger, met, row, kind, met.pair, met.receiver):
            return
        if wrongly_held(case, ledger, met.pair, met.phase, met.sender, met.receiver):
            return
    wanted = row.rule.shown(settled(row.rule, promise.result, held, created=False))
    blame(case, ledger, met.pair, met.phase, row, promise, met.sender, met.receiver, wanted, actual, why)


def _wrong_here(
    case: Case,
    ledger: Ledger,
    met: Meeting,
    other: BoundRow,
    promise: Promise,
    held: Value,
    actual: Value,
    why: str,
    kind: str = "",
) -> None:
    """Tell of a wrong value on the sending side, of which the receiving side's value should have been written."""
    case.deviates(TWO_WAY, met.pair, met.phase, met.sender)
    assert other.rule is not None
    if same_json(actual, held):
        if _cut_off(case, ledger, met, other, kind, met.back, met.sender):
            return
        if wrongly_held(case, ledger, met.back, met.phase, met.receiver, met.sender):
            return
    wanted = other.rule.shown(settled(other.rule, promise.result, held, created=False))
    blame(case, ledger, met.back, met.phase, other, promise, met.receiver, met.sender, wanted, actual, why)


def _cut_off(case: Case, ledger: Ledger, met: Meeting, row: BoundRow, kind: str, way: Pair, follower: RecordId) -> bool:
    """Tell whether the side that was to follow was never come to, because a run did not come to its end."""
    if not met.phase.cut_off(case.receiver_key(way, follower)):
        return False
    if kind:
        ledger.take_back(row.statement, kind, FINISHES)
    return True


def _lost_here(
    case: Case,
    ledger: Ledger,
    met: Meeting,
    other: BoundRow,
    promise: Promise,
    held: Value,
    actual: Value,
    why: str,
) -> None:
    """Tell that the leading value on the sending side was overwritten."""
    case.deviates(TWO_WAY, met.pair, met.phase, met.sender)
    wanted = f"what stood there, {shown(held)}"
    back = met.back
    blame(
        case,
        ledger,
        back,
        met.phase,
        other,
        promise,
        met.receiver,
        met.sender,
        wanted,
        actual,
        why,
        through_table=False,
    )
