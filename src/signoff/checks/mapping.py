"""Check chart rows: the receiving value is the rule applied to the sending value, in every phase."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from signoff.agreement.branching import MOVED
from signoff.agreement.meeting import FIRST_LINK
from signoff.agreement.phases import promised_phases
from signoff.agreement.resolved import Agreement, BoundRow, Pair
from signoff.checks.addresses import may_stand, stopped
from signoff.checks.blame import blame, neglected, others_details, wrongly_held
from signoff.checks.case import FINISHES, Case, Phase
from signoff.checks.ledger import Ledger
from signoff.checks.letgo import let_go
from signoff.checks.lives import shows_state
from signoff.checks.parts import was_sent
from signoff.model.branching import has_moved, told_of_move
from signoff.model.promise import Promise
from signoff.model.sight import Sight
from signoff.record import ABSENT, RecordId, Value, blank, same_json
from signoff.rules.cell import settled
from signoff.rules.results import Blank, LeftOut, Unwritten
from signoff.rules.settling import put_right

MAPPING = "mapping"
"""The name under which this check notes what deviates."""
_HINTS = {
    "created": "a record that arrives with this field filled",
    "changed": "a record whose source changes after it has arrived",
    "cleared": "a record whose source is blanked after it has arrived",
    "edited on the other side": "a record whose receiving field a person edits",
    "edited alone on the other side": "a record of which a person edits this receiving field, and nothing else changes",
    "put right": "a record whose receiving field a person has edited, and of which something else changes then",
    "changed on the other side": "a record of which a person changes this field on the receiving side alone",
    "cleared on the other side": "a record of which a person clears this field on the receiving side alone",
    "changed on both sides": "a record of which people change this field on both sides between two syncs",
    FIRST_LINK: "a record that is there on both sides, with another value in this field, before the connector links it",
    "created on the other side": "a record that people make on the receiving side",
    MOVED: "a record that moves to another branch after it has arrived, and whose value is then another one",
}


def check_mapping(case: Case, ledger: Ledger) -> None:
    """Judge every chart row over every pair of records, phase by phase."""
    case.deviating[MAPPING] = set()
    for statement, kind in case.of_agreement("phases of rows", lambda: list(_promised(case.agreement))):
        ledger.promise(statement, kind, _HINTS[kind])
    for pair in case.agreement.directions():
        if pair.mirrors and all(row.both_ways for row in pair.rows) and not pair.either:
            continue
        earlier: Phase | None = None
        for phase in case.phases:
            _senders(case, ledger, pair, phase, earlier)
            earlier = phase


def _promised(agreement: Agreement) -> Iterator[tuple[str, str]]:
    """Yield every row with each kind of phase in which it must be exercised."""
    for pair in agreement.directions():
        for row in pair.rows:
            if row.rule is not None and not (pair.mirrors and row.both_ways):
                yield from ((row.statement, kind) for kind in promised_phases(agreement, pair, row))


def _senders(case: Case, ledger: Ledger, pair: Pair, phase: Phase, earlier: Phase | None) -> None:
    """Judge every sending record of a binding in one phase, field by field."""
    now, again = phase.settled, case.former
    awake = {row.target for row in pair.rows if row.rule is None or row.rule.modifiers.put_right}
    for sender in now.senders(pair):
        if (again is not None and again.settled(MAPPING, pair, phase, sender)) or not now.in_scope(pair, sender):
            continue
        reasons = now.bad(pair, sender)
        receiver = now.partner(pair, sender)
        late = receiver is not None and earlier is not None and receiver not in phase.before.receivers(pair)
        cause = case.lost_to(pair, earlier, sender) if late and earlier is not None else ""
        resting = _resting(case, pair, phase, sender, receiver) if receiver is not None and not reasons else None
        promises = now.promises(pair, sender)
        if resting is not None and _rests_whole(case, pair, phase, sender, receiver):
            still = {target: one for target, one in promises.items() if target in awake}
            ledger.comparisons += sum(one is not None for one in promises.values())
            ledger.comparisons -= sum(one is not None for one in still.values())
            promises = still
        for target, promise in promises.items():
            if promise is None:
                continue
            if resting is not None and resting(target, promise):
                ledger.comparisons += 1
                continue
            if cause:
                # It arrives late: what its change would have proven went with whatever kept it away before.
                for kind in phases_shown(case, pair, promise.row, phase, sender, None, promise):
                    ledger.lose(promise.row.statement, kind, cause)
            if reasons:
                if all(one.waits for one in reasons):
                    _lost(case, ledger, pair, phase, sender, promise)
            elif receiver is None:
                _lost(case, ledger, pair, phase, sender, promise)
            elif again is None or not again.told(MAPPING, pair, phase, promise, sender, receiver):
                _field(case, ledger, pair, phase, promise, sender, receiver)


def _rests_whole(case: Case, pair: Pair, phase: Phase, sender: RecordId, receiver: RecordId | None) -> bool:
    """Tell whether every field of a pair that may rest does: both records are as the phase before left them."""
    if phase.previous is None or receiver is None or case.receiver_key(pair, receiver) in phase.touched:
        return False
    if phase.before.receivers(pair).get(receiver) is not phase.settled.receivers(pair)[receiver]:
        return False
    return phase.previous.promises(pair, sender) is phase.settled.promises(pair, sender)


def _resting(
    case: Case, pair: Pair, phase: Phase, sender: RecordId, receiver: RecordId
) -> Callable[[str, Promise], bool] | None:
    """Return a function that tells whether one field of a delivered pair rests in a phase; None where none can.

    A field rests when what it is promised is the very promise of the phase before and nobody has touched what it
    holds. It then proves nothing of the phase: right or wrong, it was judged when it came about.
    """
    old, had = phase.previous, phase.before.receivers(pair).get(receiver)
    if old is None or had is None or sender not in old.senders(pair):
        return None
    if not old.in_scope(pair, sender) or old.bad(pair, sender):
        return None
    former, has = old.promises(pair, sender), phase.settled.receivers(pair)[receiver]
    edits = phase.touched.get(case.receiver_key(pair, receiver), frozenset())

    def rests(target: str, promise: Promise) -> bool:
        if former.get(target) is not promise:
            return False
        top, rule = promise.row.target_top, promise.row.rule
        if rule is None or rule.modifiers.put_right:
            return False  # it may have to move because something else does
        return top not in edits and (
            had is has or (top == target and same_json(had.get(top, ABSENT), has.get(top, ABSENT)))
        )

    return rests


def _field(
    case: Case, ledger: Ledger, pair: Pair, phase: Phase, promise: Promise, sender: RecordId, receiver: RecordId
) -> None:
    """Judge one receiving field of one pair of records."""
    now, before, row = phase.settled, phase.before, promise.row
    target, rule = row.target, row.rule
    assert rule is not None
    turn = case.turn(pair, phase, sender)
    actual = now.raw(pair, receiver, target)
    if (
        turn is not None
        and turn.sets(row.target_top)
        and shows_state(now, pair, sender, turn, row.target_top)
        and (turn.stays(target, actual) or rule.agrees(promise.result, actual, now.context(pair, sender)))
    ):
        return  # whether it is again in its state is for the lifecycle row to say
    created = receiver not in before.receivers(pair)
    if row.both_ways and not created:
        return  # judged in both directions at once, by the check of two-way rows
    held = before.raw(pair, receiver, target) if not created else ABSENT
    newer = is_newer(before, pair, sender, receiver) if rule.modifiers.only_if_newer else None
    expected = settled(rule, promise.result, held, created, newer)
    # What the bad-data table makes of a value shows nothing of the rule.
    shown = phases_shown(case, pair, row, phase, sender, receiver, promise) if not promise.policy else ()
    for kind in shown:
        ledger.exercise(row.statement, kind)
    ledger.comparisons += 1
    if isinstance(expected, LeftOut):
        if not was_sent(phase, case.receiver_key(pair, receiver), row):
            return
    elif rule.agrees(expected, actual, now.context(pair, sender)):
        return
    elif any(
        rule.agrees(expected, now.raw(pair, one, target), now.context(pair, sender))
        for one in now.paired(pair).partners.get(sender, ())[1:]
    ):
        return  # It arrived more than once, which `:once` is told; one of them is right.
    elif may_stand(case, phase, pair, row, sender, actual):
        return
    case.deviates(MAPPING, pair, phase, sender)
    former = _former(phase, pair, target, sender)
    if (
        not created
        and former is not None
        and former.result == promise.result
        and same_json(actual, held)
        and not _must_be_put_right(pair, phase, row, sender)
    ):
        # Nothing has changed on the sending side: a difference that people made on the receiving side may stay.
        return
    if not created and same_json(actual, held):
        if phase.cut_off(case.receiver_key(pair, receiver)):
            for kind in shown:
                ledger.take_back(row.statement, kind, FINISHES)
            return
        told = stopped(case, ledger, pair, phase, row.statement, sender, receiver)
        if told:
            for kind in shown:
                ledger.lose(row.statement, kind, told)
            return
        cause = wrongly_held(case, ledger, pair, phase, sender, receiver)
        if cause:
            for kind in shown:
                ledger.lose(row.statement, kind, cause)
            return
        if turn is not None and neglected(case, ledger, pair, phase, row, sender, receiver, turn):
            for kind in shown:
                ledger.take_back(row.statement, kind, turn.statement)
            return
    gone = let_go(case, ledger, pair, phase, sender, receiver) if not created else ""
    if gone:
        for kind in shown:
            ledger.take_back(row.statement, kind, gone)
        return
    if (
        turn is not None
        and turn.other is not None
        and not _linked(pair, row)
        and same_json(actual, before.raw(pair, turn.other, target))
    ):
        others_details(case, ledger, pair, phase, row, sender, receiver, turn, rule.shown(expected), actual)
        return
    old = phase.previous
    note = told_of_move(old, now, pair, sender) if old is not None and sender in old.senders(pair) else ""
    blame(case, ledger, pair, phase, row, promise, sender, receiver, rule.shown(expected), actual, note)


def _linked(pair: Pair, row: BoundRow) -> bool:
    """Tell whether a row reads the record that is linked: in a merge it may become another, by the chart's own rule."""
    return pair.linked is not None and any(one.startswith(f"{pair.linked.entity}.") for one in row.sources)


def _must_be_put_right(pair: Pair, phase: Phase, row: BoundRow, sender: RecordId) -> bool:
    """Tell whether a row promises that what people changed on the receiving side does not stay."""
    assert row.rule is not None
    said = row.rule.modifiers
    return (said.kept_right or said.put_right) and put_right(row.rule, _something_moved(pair, phase, sender))


def _something_moved(pair: Pair, phase: Phase, sender: RecordId) -> bool:
    """Tell whether people have changed anything that the chart carries of a sending record in a phase."""
    old, before = phase.previous, phase.before
    if old is None or sender not in old.senders(pair) or sender not in before.senders(pair):
        return False
    moved = before.sameness.moved(pair, sender) if before.former is old else None
    by_target = before.sameness.reading(pair).by_target
    return any(
        not same_json(now, former)
        for row in pair.rows
        if row.rule is not None
        and (moved is None or (reads := by_target.get(row.target)) is None or not reads.isdisjoint(moved))
        for now, former in zip(_sources(phase.before, pair, row, sender), _sources(old, pair, row, sender), strict=True)
    )


def _former(phase: Phase, pair: Pair, target: str, sender: RecordId) -> Promise | None:
    """Return what was promised at the end of the phase before, if the record was then delivered."""
    old = phase.previous
    if old is None or sender not in old.senders(pair) or not old.in_scope(pair, sender) or old.bad(pair, sender):
        return None
    return old.promise(pair, target, sender)


def _sources(sight: Sight, pair: Pair, row: BoundRow, sender: RecordId) -> tuple[Value, ...]:
    context = sight.context(pair, sender)
    return tuple([context.value(one) for one in row.sources])


def _all_blank(values: tuple[Value, ...]) -> bool:
    return all(blank(one) or (isinstance(one, list | tuple) and all(blank(item) for item in one)) for one in values)


def phases_shown(
    case: Case,
    pair: Pair,
    row: BoundRow,
    phase: Phase,
    sender: RecordId,
    receiver: RecordId | None,
    promise: Promise,
) -> tuple[str, ...]:
    """Return the phases of the row that one pair of records exercises, or would if it had a receiver."""
    created = receiver is not None and receiver not in phase.before.receivers(pair)
    made = "created on the other side" if pair.mirrors and row.both_ways else "created"
    if created and not isinstance(promise.result, Blank | LeftOut | Unwritten):
        return (made,)
    found: list[str] = []
    old = phase.previous
    was_there = old is not None and sender in old.senders(pair) and old.in_scope(pair, sender)
    # The very same promise was read from the same values, and under the same branches.
    rests = was_there and receiver is not None and not created and not pair.mirrors
    rests = rests and old is not None and old.promise(pair, row.target, sender) is promise
    values = _sources(phase.settled, pair, row, sender) if not rests else ()
    empty = bool(values) and _all_blank(values)
    telling = not empty or not isinstance(promise.result, Blank | LeftOut | Unwritten)
    if created:
        return (made,) if telling else ()
    if receiver is None and telling:
        found.append(made)
    if pair.mirrors and row.both_ways:
        return tuple(found)
    if was_there and not rests and old is not None:
        former = _sources(old, pair, row, sender)
        if not all(same_json(a, b) for a, b in zip(values, former, strict=True)):
            found.append("cleared" if empty else "changed")
        if has_moved(old, phase.settled, pair, sender, promise):
            found.append(MOVED)
    if receiver is not None:
        edits = phase.touched.get(case.receiver_key(pair, receiver), frozenset())
        if row.target_top in edits:
            found.append("edited on the other side")
            if _edited_alone(pair, phase, row, sender, edits):
                found.append("edited alone on the other side")
        elif (
            row.rule is not None and row.rule.modifiers.put_right and _stands_wrong(pair, phase, row, sender, receiver)
        ):
            found.append("put right")
    return tuple(found)


def _edited_alone(pair: Pair, phase: Phase, row: BoundRow, sender: RecordId, edits: frozenset[str]) -> bool:
    """Tell whether nothing but an edit of the receiving field can have moved the connector to put it right."""
    if row.rule is None or not row.rule.modifiers.kept_right or edits != {row.target_top}:
        return False
    return not _something_moved(pair, phase, sender)


def _stands_wrong(pair: Pair, phase: Phase, row: BoundRow, sender: RecordId, receiver: RecordId) -> bool:
    """Tell whether a receiving field holds, before the sync, what people put there, while something else changes."""
    assert row.rule is not None
    promise = phase.settled.promise(pair, row.target, sender)
    if promise is None or receiver not in phase.before.receivers(pair) or not _something_moved(pair, phase, sender):
        return False
    held = phase.before.raw(pair, receiver, row.target)
    return not row.rule.agrees(promise.result, held, phase.settled.context(pair, sender))


def is_newer(before: Sight, pair: Pair, sender: RecordId, receiver: RecordId) -> bool | None:
    """Tell whether the sending record is newer than the receiving one, by both systems' own time stamps."""
    schemas = before.agreement.schemas
    ours = schemas[pair.sender].entities[pair.source].modified
    theirs = schemas[pair.sender.other].entities[pair.target].modified
    if not ours or not theirs or receiver not in before.receivers(pair):
        return None
    mine = before.context(pair, sender).typed(ours)
    other = before.stamp(pair, receiver, theirs)
    return bool(mine > other) if mine is not None and other is not None and mine is not ABSENT else None


def _lost(case: Case, ledger: Ledger, pair: Pair, phase: Phase, sender: RecordId, promise: Promise) -> None:
    """Name the statement because of which a record without a partner proves nothing of a row."""
    cause = case.lost_to(pair, phase, sender)
    if not cause:
        return
    row = promise.row
    for kind in phases_shown(case, pair, row, phase, sender, None, promise):
        ledger.lose(row.statement, kind, cause)
    if case.never_edited(pair, sender):
        for kind in ("edited on the other side", "edited alone on the other side"):
            ledger.lose(row.statement, kind, cause)
