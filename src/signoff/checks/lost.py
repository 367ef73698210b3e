"""Name what took evidence away: whoever is missing proves nothing, and whoever waits for him neither."""

from __future__ import annotations

from signoff.agreement.resolved import Pair
from signoff.chart import Flow
from signoff.checks.case import FINISHES, Case, Phase
from signoff.checks.ledger import Ledger
from signoff.record import RecordId

_WHEN_CREATED = (
    ("arrive", "arrived"),
    ("once", "arrived"),
    ("outside", "created"),
    ("contract", "create"),
    ("settle", "further sync"),
)
_WHEN_CHANGED = (("once", "changed"), ("outside", "changed"), ("contract", "update"))


def check_lost(case: Case, ledger: Ledger) -> None:
    """Note what each missing or waiting record would have proven of a binding's own, population and kept statements.

    Chart, value and never rows note their own losses, because they know which record proves which phase.
    """
    for pair in case.agreement.pairs:
        for phase in case.phases:
            for sender in phase.settled.senders(pair):
                cause = case.lost_to(pair, phase, sender)
                if cause:
                    _lost(case, ledger, pair, phase, sender, cause)
    if len(case.phases) < len(case.history.phases) and any(run.crashed for run in case.history.runs):
        ledger.cut_short = FINISHES


def _lost(case: Case, ledger: Ledger, pair: Pair, phase: Phase, sender: RecordId, cause: str) -> None:
    changed = case.sender_key(pair, sender) in phase.touched
    for suffix, kind in (*_WHEN_CREATED, *(_WHEN_CHANGED if changed else ())):
        ledger.lose(pair.statement(suffix), kind, cause)
    fits = phase.settled.case(pair, sender)
    if fits is not None:
        ledger.lose(fits.statement, "in scope", cause)
    for row in pair.protected:
        if row.flow is Flow.KEPT:
            ledger.lose(row.statement, "created", cause)
            if case.never_edited(pair, sender):
                ledger.lose(row.statement, "filled by its owner", cause)
