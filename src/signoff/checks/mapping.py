"""Check chart rows: the receiving value is the rule applied to the sending value, in every phase."""

from __future__ import annotations

from signoff.agreement.abilities import promised_phases
from signoff.agreement.resolved import BoundRow, Pair
from signoff.checks.case import Case, Phase
from signoff.checks.ledger import Ledger
from signoff.checks.telling import plain_example, record_words, row_example
from signoff.history import Key
from signoff.model.sight import Promise, Sight
from signoff.record import ABSENT, RecordId, Value, blank, same_json
from signoff.rules.cell import settled
from signoff.rules.results import Blank, Kept, LeftOut, Unwritten
from signoff.rules.results import Value as Given

_HINTS = {
    "created": "a record that arrives with this field filled",
    "changed": "a record whose source changes after it has arrived",
    "cleared": "a record whose source is blanked after it has arrived",
    "edited on the other side": "a record whose receiving field a person edits",
}


def check_mapping(case: Case, ledger: Ledger) -> None:
    """Judge every chart row over every pair of records, phase by phase."""
    for pair in case.agreement.pairs:
        for row in pair.rows:
            if row.rule is not None:
                for kind in promised_phases(case.agreement, pair, row):
                    ledger.promise(row.statement, kind, _HINTS[kind])
        earlier: Phase | None = None
        for phase in case.phases:
            _senders(case, ledger, pair, phase, earlier)
            earlier = phase


def _senders(case: Case, ledger: Ledger, pair: Pair, phase: Phase, earlier: Phase | None) -> None:
    """Judge every sending record of a binding in one phase, field by field."""
    now, targets = phase.settled, pair.targets()
    for sender in now.senders(pair):
        if not now.in_scope(pair, sender):
            continue
        reasons = now.bad(pair, sender)
        receiver = now.partner(pair, sender)
        late = receiver is not None and earlier is not None and receiver not in phase.before.receivers(pair)
        cause = case.lost_to(pair, earlier, sender) if late and earlier is not None else ""
        for target in targets:
            promise = now.promise(pair, target, sender)
            if promise is None:
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
            else:
                _field(case, ledger, pair, phase, promise, sender, receiver)


def _nothing_moved(phase: Phase, pair: Pair, sender: RecordId, receiver: RecordId) -> bool:
    """Tell whether neither people nor the connector have touched a pair of records, or what it rests on, in a phase."""
    old = phase.previous
    if old is None or not phase.settled.unchanged(pair, sender) or old.partner(pair, sender) != receiver:
        return False
    now = phase.settled.receivers(pair)[receiver]
    return phase.before.receivers(pair).get(receiver) is now and old.receivers(pair).get(receiver) is now


def _field(
    case: Case, ledger: Ledger, pair: Pair, phase: Phase, promise: Promise, sender: RecordId, receiver: RecordId
) -> None:
    """Judge one receiving field of one pair of records."""
    now, before, row = phase.settled, phase.before, promise.row
    target, rule = row.target, row.rule
    assert rule is not None
    created = receiver not in before.receivers(pair)
    held = before.raw(pair, receiver, target) if not created else ABSENT
    newer = is_newer(before, pair, sender, receiver) if rule.modifiers.only_if_newer else None
    expected = settled(rule, promise.result, held, created, newer)
    actual = now.raw(pair, receiver, target)
    for kind in phases_shown(case, pair, row, phase, sender, receiver, promise):
        ledger.exercise(row.statement, kind)
    ledger.comparisons += 1
    if isinstance(expected, LeftOut):
        if not _was_sent(phase, case.receiver_key(pair, receiver), row.target_top):
            return
    elif rule.agrees(expected, actual, now.context(pair, sender)):
        return
    elif any(
        rule.agrees(expected, now.raw(pair, one, target), now.context(pair, sender))
        for one in now.paired(pair).partners.get(sender, ())[1:]
    ):
        return  # It arrived more than once, which `:once` is told; one of them is right.
    former = _former(phase, pair, target, sender)
    if not created and former is not None and former.result == promise.result and same_json(actual, held):
        # Nothing has changed on the sending side: a difference that people made on the receiving side may stay.
        return
    if not created and same_json(actual, held) and _wrongly_held(case, ledger, pair, phase, sender, receiver):
        for kind in phases_shown(case, pair, row, phase, sender, receiver, promise):
            ledger.lose(row.statement, kind, pair.statement("held"))
        return
    _blame(case, ledger, pair, phase, row, promise, sender, receiver, rule.shown(expected), actual)


def _wrongly_held(case: Case, ledger: Ledger, pair: Pair, phase: Phase, sender: RecordId, receiver: RecordId) -> bool:
    """Tell whether the connector says that it held a good record back: one finding, in place of one for each row."""
    said = [one for run in phase.runs for one in run.failed if one.id == sender]
    key = case.receiver_key(pair, receiver)
    if not said or any(write.key == key and write.accepted for _, write in phase.writes):
        return False
    statement = pair.statement("held")
    if ledger.once(statement, f"{phase.label}/{sender}"):
        ledger.find(
            statement,
            "wrongly held back",
            lambda: plain_example(
                case,
                statement,
                record_words(case.sender_key(pair, sender), phase.settled.senders(pair)[sender]),
                "its change arrives, because nothing is wrong with it",
                f"held back; the connector said: {said[-1].reason}"[:300],
                phase.label,
                key=case.sender_key(pair, sender),
            ),
        )
    return True


def _was_sent(phase: Phase, key: Key, top: str) -> bool:
    """Tell whether a write of the phase carried a field that is to be left out."""
    return any(write.key == key and write.accepted and top in write.sent for _, write in phase.writes)


def _former(phase: Phase, pair: Pair, target: str, sender: RecordId) -> Promise | None:
    """Return what was promised at the end of the phase before, if the record was then delivered."""
    old = phase.previous
    if old is None or sender not in old.senders(pair) or not old.in_scope(pair, sender) or old.bad(pair, sender):
        return None
    return old.promise(pair, target, sender)


def _sources(sight: Sight, pair: Pair, row: BoundRow, sender: RecordId) -> tuple[Value, ...]:
    context = sight.context(pair, sender)
    return tuple(context.value(one) for one in row.sources)


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
    values = _sources(phase.settled, pair, row, sender)
    empty = bool(values) and _all_blank(values)
    telling = not empty or not isinstance(promise.result, Blank | LeftOut | Unwritten)
    if receiver is not None and receiver not in phase.before.receivers(pair):
        return ("created",) if telling else ()
    found: list[str] = ["created"] if receiver is None and telling else []
    old = phase.previous
    if old is not None and sender in old.senders(pair) and old.in_scope(pair, sender):
        former = _sources(old, pair, row, sender)
        if not all(same_json(a, b) for a, b in zip(values, former, strict=True)):
            found.append("cleared" if empty else "changed")
    if receiver is not None:
        edits = phase.touched.get(case.receiver_key(pair, receiver), frozenset())
        if row.target_top in edits:
            found.append("edited on the other side")
    return tuple(found)


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
        ledger.lose(row.statement, "edited on the other side", cause)


def _blame(
    case: Case,
    ledger: Ledger,
    pair: Pair,
    phase: Phase,
    row: BoundRow,
    promise: Promise,
    sender: RecordId,
    receiver: RecordId,
    expected: str,
    actual: Value,
) -> None:
    """Attribute a wrong value: to the table row when a table gave it and no simpler reason explains it."""
    statement = row.statement
    note = ""
    if receiver_is_loose(phase, pair, sender) and row.statement != pair.link_statement:
        return
    table_row = promise.result.table_row if not isinstance(promise.result, Kept) else None
    if table_row is not None:
        simple = (
            blank(actual)
            or same_json(actual, _held_before(phase, pair, receiver, row))
            or _another_fields(phase, pair, row, receiver, actual)
        )
        through = case.agreement.value_row_statement(table_row) or statement
        if not simple:
            statement = through
            note = f"through the table in {row.row.place.file}:{row.row.place.line}"
        elif same_json(actual, _held_before(phase, pair, receiver, row)) and ledger.failed(through):
            statement = through  # what was there before is also what this row of the table gives everywhere else
    ledger.find(
        statement,
        "wrong value",
        lambda: row_example(case, phase, pair, row, sender, receiver, expected, actual, note, statement),
    )


def _held_before(phase: Phase, pair: Pair, receiver: RecordId, row: BoundRow) -> Value:
    return phase.before.raw(pair, receiver, row.target) if receiver in phase.before.receivers(pair) else ABSENT


def receiver_is_loose(phase: Phase, pair: Pair, sender: RecordId) -> bool:
    """Tell whether a pair was found without its link, so that only the link row is to blame."""
    return sender in phase.settled.paired(pair).loosely


def _another_fields(phase: Phase, pair: Pair, row: BoundRow, receiver: RecordId, actual: Value) -> bool:
    """Tell whether the wrong value is what another charted field of the record should hold."""
    sender = phase.settled.paired(pair).sender_of.get(receiver)
    if sender is None:
        return False
    for target in pair.targets():
        if target == row.target:
            continue
        other = phase.settled.promise(pair, target, sender)
        if other is None or not isinstance(other.result, Given) or other.row.rule is None:
            continue
        if other.row.target_field is not None and same_json(
            other.row.rule.raw(other.result, other.row.target_field), actual
        ):
            return True
    return False
