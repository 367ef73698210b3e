"""Name what kept a change from being written: what the write would have shown of other statements went with it."""

from __future__ import annotations

from collections.abc import Iterator

from signoff.agreement.resolved import Pair
from signoff.chart import Flow
from signoff.checks.case import Case, Phase
from signoff.checks.ledger import Ledger
from signoff.record import Path, RecordId, blank
from signoff.rules.results import LeftOut


def check_unwritten(case: Case, ledger: Ledger) -> None:
    """Note for each record whose change was never written which rows' findings say so; after the rows were judged.

    Without a write nothing shows that the rest of the record is left alone, and that a message has the right form.
    """
    for phase in case.phases:
        written = {write.key for _, write in phase.writes if write.accepted}
        for pair in case.agreement.pairs:
            for sender in phase.before.senders(pair):
                receiver = phase.settled.partner(pair, sender)
                if (
                    receiver is not None
                    and receiver in phase.before.receivers(pair)
                    and case.sender_key(pair, sender) in phase.touched
                    and case.receiver_key(pair, receiver) not in written
                ):
                    for cause in _stale(ledger, pair, phase, sender, receiver):
                        _lost(ledger, pair, phase, receiver, cause)


def _stale(ledger: Ledger, pair: Pair, phase: Phase, sender: RecordId, receiver: RecordId) -> Iterator[str]:
    """Yield the statements of rows that have failed, and of which this record does not hold what is promised."""
    now = phase.settled
    if sender not in now.senders(pair) or not now.in_scope(pair, sender) or now.bad(pair, sender):
        return
    context = now.context(pair, sender)
    for target, promise in now.promises(pair, sender).items():
        if promise is None or promise.row.rule is None or isinstance(promise.result, LeftOut):
            continue
        held = now.raw(pair, receiver, target)
        if ledger.failed(promise.row.statement) and not promise.row.rule.agrees(promise.result, held, context):
            yield promise.row.statement


def _lost(ledger: Ledger, pair: Pair, phase: Phase, receiver: RecordId, cause: str) -> None:
    ledger.lose(pair.statement("outside"), "changed", cause)
    ledger.lose(pair.statement("contract"), "update", cause)
    record = phase.before.receivers(pair)[receiver]
    for row in pair.protected:
        if row.flow is Flow.KEPT and row.side is not pair.sender and not blank(record.get(Path.parse(row.path).head)):
            ledger.lose(row.statement, "filled by its owner", cause)
