"""Conduct a run against a real environment: access is tried there, and nothing else."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from signoff.agreement.resolved import Agreement
from signoff.agreement.statement import Kind
from signoff.checks.elsewhere import judge_elsewhere
from signoff.evidence.acceptance import COUNTED_APART, Acceptance, GateLevel
from signoff.plugin.options import RunOptions
from signoff.schema import Side
from signoff.trial.environment import tried_for_real

if TYPE_CHECKING:
    from signoff.plugin.conduct import Progress


def conduct_access(agreement: Agreement, options: RunOptions, progress: Progress) -> Acceptance:
    """Try the selected statements about access in the agreement's environment; raises Blocked or ScopeError.

    No connector runs, no world is drawn, and no script or example is kept. Such a run is never complete.
    """
    started, begun = datetime.now(UTC), time.perf_counter()
    integration = agreement.integration
    where = integration.environment
    selected = options.selected or frozenset(one.id for one in agreement.statements)
    if any(one.id in selected and one.kind not in (Kind.ACCESS, *COUNTED_APART) for one in agreement.statements):
        progress(
            f"{where} is a real environment, in which nothing but access is tried: add -m access to leave the other "
            "statements out, or leave --environment out to rehearse them",
            at_once=True,
        )
    progress(f"trying access in {where}")
    with interrupted_when_terminated():
        tried = tried_for_real(
            agreement, _wanted(agreement, selected), started, lambda said: progress(said, at_once=True)
        )
    for remark in (said for one in tried for said in one.remarks):
        progress(remark, at_once=True)
    verdicts = judge_elsewhere(agreement, tried, datetime.now(ZoneInfo(integration.zone)).date())
    return Acceptance(
        integration=integration.name,
        title=integration.title or " and ".join(integration.systems[side].name for side in Side),
        statements=agreement.statements,
        verdicts={name: verdict for name, verdict in verdicts.items() if name in selected},
        complete=False,
        selection=options.selection or f"--environment {where}",
        environment=where,
        connector="",
        connector_version="",
        scope_hash=agreement.scope_hash,
        seed=options.seed,
        effort=options.effort,
        started=started,
        seconds=time.perf_counter() - begun,
        gate=GateLevel(integration.gate),
        systems={side.value: integration.systems[side].name for side in Side},
        not_tested=(
            f"Everything but access: this version tries nothing else in {where}, a real environment. No connector ran.",
        ),
        left_over=tuple(dict.fromkeys(said for one in tried for said in one.left)),
    )


def _wanted(agreement: Agreement, selected: frozenset[str]) -> frozenset[str]:
    """Return the statements about access to try: the selected ones, and those that a selected item rests on."""
    off = {one.id for one in agreement.statements if one.switched_off or one.open_question}
    items = [one for one in agreement.matters.checklist if one.statement in selected]
    asked = selected | {name for one in items for name in one.evidence}
    return frozenset(one.statement for one in agreement.matters.access if one.statement in asked) - off


@contextmanager
def interrupted_when_terminated() -> Iterator[None]:
    """Treat SIGTERM in the block as an interruption, so that what was made in the environment is removed first.

    Does nothing outside the main thread, and where somebody else has taken that signal.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return

    def interrupt(_signum: int, _frame: object) -> None:
        raise KeyboardInterrupt("terminated")

    signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
