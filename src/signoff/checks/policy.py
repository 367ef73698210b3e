"""Check what becomes of bad data: which row of the bad-data table decides about a record, and what shows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from signoff.agreement.policy import HELD, NOTHING, can_turn
from signoff.agreement.resolved import BoundPolicy, Pair
from signoff.checks.case import FINISHES, Case, Phase
from signoff.checks.ledger import Ledger
from signoff.checks.telling import a
from signoff.model.policy import decided
from signoff.record import RecordId

ARRIVES: Final = "made bad"
TURNS: Final = "turned bad"
AGAIN: Final = "good again"
NAMED: Final = "named in the result"


def check_policy(case: Case, ledger: Ledger) -> None:
    """Count the evidence of every bad-data row; what is wrong is found by the checks of arrival, mapping and held."""
    speaks = any(run.ok is not None for run in case.history.runs)
    for pair in case.agreement.pairs:
        for row in pair.policy:
            turns = can_turn(case.agreement, pair, row)
            ledger.promise(row.statement, ARRIVES, f"{a(pair.source)} that is made so: {row.words}")
            if turns:
                ledger.promise(row.statement, TURNS, f"{a(pair.source)} that has arrived and turns so: {row.words}")
                ledger.promise(row.statement, AGAIN, f"{a(pair.source)} of which this is put right later: {row.words}")
            if row.then == HELD:
                lacking = "a run that gives a result" if speaks else "a connector that gives a result (it never did)"
                ledger.promise(row.statement, NAMED, f"such a record, in {lacking}")
        if pair.policy:
            for phase in case.phases:
                for sender in phase.settled.senders(pair):
                    _record(case, ledger, pair, phase, sender)


def _record(case: Case, ledger: Ledger, pair: Pair, phase: Phase, sender: RecordId) -> None:
    now, old = phase.settled, phase.previous
    rows = decided(now, pair, sender)
    before = decided(old, pair, sender) if old is not None else ()
    if not rows and not before:
        return
    partner = now.partner(pair, sender)
    had = partner is not None and partner in phase.before.receivers(pair)
    for row in rows:
        if row not in before or not had:
            _bad(case, ledger, pair, phase, sender, row, had)
    if before and now.in_scope(pair, sender) and not now.bad(pair, sender):
        for row in before:
            if row in rows:
                continue
            if partner is None or phase.cut_off(case.receiver_key(pair, partner)):
                ledger.lose(row.statement, AGAIN, case.lost_to(pair, phase, sender) if partner is None else FINISHES)
            else:
                ledger.exercise(row.statement, AGAIN)


def _bad(case: Case, ledger: Ledger, pair: Pair, phase: Phase, sender: RecordId, row: BoundPolicy, had: bool) -> None:
    """Count one record that a row decides about, where it is new to that."""
    partner = phase.settled.partner(pair, sender)
    kind = TURNS if had else ARRIVES
    still = case.stood_still(pair, phase)
    if row.then in (HELD, NOTHING):
        if still or phase.crashed:
            ledger.lose(row.statement, kind, still or FINISHES)
        else:
            ledger.exercise(row.statement, kind)
    elif partner is None:
        ledger.lose(row.statement, kind, case.lost_to(pair, phase, sender))
    elif had and phase.cut_off(case.receiver_key(pair, partner)):
        ledger.lose(row.statement, kind, FINISHES)
    else:
        ledger.exercise(row.statement, kind)


def unwritten(case: Case, pair: Pair, phase: Phase, sender: RecordId) -> str:
    """Return the bad-data row because of which nothing of a record was written though something had to be.

    Its row lets it arrive, or it is good again; and so it went with every record about which the row decides (at least
    two), while others were written: whoever loses single records does not do so because of their data.
    """
    mine = _rows(phase, pair, sender)
    if not mine or _written(case, pair, phase, [sender]):
        return ""
    changed = [one for one in phase.settled.senders(pair) if case.sender_key(pair, one) in phase.touched]
    others = [one for one in changed if not _rows(phase, pair, one)]
    if not _written(case, pair, phase, others):
        return ""
    for row in mine:
        like = [one for one in changed if row in _rows(phase, pair, one)]
        if len(like) >= 2 and not _written(case, pair, phase, like):
            return row.statement
    return ""


def _rows(phase: Phase, pair: Pair, sender: RecordId) -> tuple[BoundPolicy, ...]:
    """Return the rows that decide about a record, or decided about it until it was put right; none while it is held."""
    if not pair.policy or phase.settled.bad(pair, sender):
        return ()
    before = decided(phase.previous, pair, sender) if phase.previous is not None else ()
    return tuple(dict.fromkeys((*decided(phase.settled, pair, sender), *before)))


def _written(case: Case, pair: Pair, phase: Phase, senders: Iterable[RecordId]) -> bool:
    partners = (phase.settled.partner(pair, one) for one in senders)
    keys = {case.receiver_key(pair, one) for one in partners if one is not None}
    return any(write.key in keys and write.accepted for _, write in phase.writes)
