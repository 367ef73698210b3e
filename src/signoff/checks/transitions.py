"""Check changes of status: each row of a value table was entered from each other status, and arrived right.

What is wrong with a value is found by the checks of rows; here it is told from which status it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from signoff.agreement.resolved import Agreement, Pair
from signoff.agreement.transitions import EFFORTS, Transition, Walk, walks
from signoff.checks.case import FINISHES, Case, Phase
from signoff.checks.ledger import Ledger
from signoff.checks.lives import RETURNING
from signoff.checks.mapping import is_newer
from signoff.checks.moves import Moved, moves
from signoff.checks.parts import was_sent
from signoff.checks.twoway import shown_by
from signoff.model.promise import Promise
from signoff.record import ABSENT, Path, RecordId
from signoff.rules.cell import settled
from signoff.rules.results import BadData, Kept, LeftOut
from signoff.verdict import TRANSITIONS, Outcome, Verdict


def check_transitions(case: Case, ledger: Ledger) -> None:
    """Promise every change of status that the effort walks, and count those that arrived right."""
    for walk in walks(case.agreement):
        if case.history.effort in EFFORTS:
            for one in walk.transitions:
                if one.statement:
                    ledger.promise(one.statement, one.name, _hint(walk, one))
        for moved in moves(case, walk):
            if moved.transition.statement:
                _look(case, ledger, moved)


def _hint(walk: Walk, one: Transition) -> str:
    whose = f" in {one.where}" if one.where else ""
    return f"a {walk.pair.source} whose {walk.path} a person changes from {one.origin} to {one.into}{whose}"


def _look(case: Case, ledger: Ledger, moved: Moved) -> None:
    """Judge one change of status of one record."""
    pair, phase, sender, one = moved.walk.pair, moved.phase, moved.sender, moved.transition
    now = phase.settled
    if not now.in_scope(pair, sender) or comes_back(case, moved):
        return
    promise = now.promise(pair, moved.walk.row.target, sender)
    if promise is None or promise.row.statement != moved.walk.row.statement or isinstance(promise.result, Kept):
        return
    row = promise.result.table_row
    if row is None or case.agreement.value_row_statement(row) != one.statement:
        return  # a branch's own table decides
    still = case.stood_still(pair, phase)
    receiver = now.partner(pair, sender)
    if isinstance(promise.result, BadData):
        if still:
            ledger.lose(one.statement, one.name, still)
        else:
            ledger.exercise(one.statement, one.name)
            ledger.into_error[phase.label, case.sender_key(pair, sender), one.statement] = one.name
    elif (reasons := now.bad(pair, sender)) and not all(reason.waits for reason in reasons):
        return
    elif receiver is None:
        ledger.lose(one.statement, one.name, case.lost_to(pair, phase, sender))
    elif receiver in phase.before.receivers(pair):
        _arrived(case, ledger, moved, promise, receiver)


def _arrived(case: Case, ledger: Ledger, moved: Moved, promise: Promise, receiver: RecordId) -> None:
    """Count a change of status that arrived right; name whose finding it is that another did not."""
    pair, phase, sender, one = moved.walk.pair, moved.phase, moved.sender, moved.transition
    if not led(case, moved, receiver):
        return
    to_blame = wrong(case, phase, pair, promise, sender, receiver)
    if not to_blame:
        ledger.exercise(one.statement, one.name)
        return
    key = (phase.label, case.sender_key(pair, sender), promise.row.target)
    cause = ledger.blamed.get(key, "")
    if not cause and phase.crashed:
        cause = FINISHES
    if not cause and any(said.id == sender for run in phase.runs for said in run.failed):
        cause = pair.statement("held")
    if cause:
        ledger.spoil(one.statement, one.name)
        ledger.stumbled.setdefault((one.statement, one.name), cause)
        ledger.lose(one.statement, one.name, cause)


def comes_back(case: Case, moved: Moved) -> bool:
    """Tell whether the record comes back into the population in the same phase: its status is then the lifecycle's."""
    turn = case.turn(moved.walk.pair, moved.phase, moved.sender)
    return turn is not None and turn.when in RETURNING


def led(case: Case, moved: Moved, receiver: RecordId) -> bool:
    """Tell whether nothing but the change of status decided: nobody changed the same field on the other side."""
    pair, phase = moved.walk.pair, moved.phase
    if not moved.walk.row.both_ways:
        return True
    edits = phase.touched.get(case.receiver_key(pair, receiver), frozenset())
    if Path.parse(moved.walk.row.target).head in edits:
        return False
    if not pair.mirrors:
        return True
    forth = case.agreement.pair(pair.mirrors)
    row = forth.row(moved.walk.row.statement)
    shown = shown_by(case, forth, phase, row, receiver, moved.sender) if row is not None else None
    return shown is not None and shown[1] is forth.sender


def wrong(case: Case, phase: Phase, pair: Pair, promise: Promise, sender: RecordId, receiver: RecordId) -> bool:
    """Tell whether a receiving field holds something else than it is promised."""
    rule, target = promise.row.rule, promise.row.target
    assert rule is not None
    held = phase.before.raw(pair, receiver, target) if receiver in phase.before.receivers(pair) else ABSENT
    newer = is_newer(phase.before, pair, sender, receiver) if rule.modifiers.only_if_newer else None
    expected = settled(rule, promise.result, held, created=False, newer=newer)
    if isinstance(expected, LeftOut):
        return was_sent(phase, case.receiver_key(pair, receiver), promise.row)
    return not rule.agrees(expected, phase.settled.raw(pair, receiver, target), phase.settled.context(pair, sender))


def with_transitions(case: Case, ledger: Ledger, found: Mapping[str, Verdict]) -> Mapping[str, Verdict]:
    """Return the verdicts of value rows with the changes of status that led to them, and how each went."""
    every = dict(found)
    for name, told in _told(case.agreement, ledger, found).items():
        every[name] = replace(every[name], facts={**every[name].facts, TRANSITIONS: tuple(told)})
    return every


def _told(agreement: Agreement, ledger: Ledger, found: Mapping[str, Verdict]) -> dict[str, list[dict[str, object]]]:
    told: dict[str, list[dict[str, object]]] = {}
    for walk in walks(agreement):
        for one in walk.transitions:
            if one.statement not in found:
                continue
            tried = found[one.statement].exercised.get(one.name, 0)
            cause = ledger.stumbled.get((one.statement, one.name), "")
            outcome = Outcome.FAILED if cause else Outcome.VERIFIED if tried else Outcome.NOT_EXERCISED
            told.setdefault(one.statement, []).append(
                {
                    "from": one.origin,
                    "to": one.into,
                    "in": one.where,
                    "tried": tried,
                    "verdict": outcome.value,
                    "because_of": cause,
                }
            )
    return told
