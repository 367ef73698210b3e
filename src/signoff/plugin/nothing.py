"""Say of every statement that nothing is known, when a rehearsal came to nothing, and in a sentence why."""

from __future__ import annotations

from datetime import UTC, datetime

from signoff.agreement.statement import Statement
from signoff.checks.matters import by_word
from signoff.errors import Problem, SignoffError
from signoff.evidence.acceptance import Acceptance
from signoff.plugin.options import RunOptions
from signoff.verdict import Outcome, Verdict


def nothing_known(
    name: str, statements: tuple[Statement, ...], options: RunOptions, started: datetime, why: str
) -> Acceptance:
    """Return the acceptance of an integration that could not be rehearsed: all blocked but what rests on words."""
    return Acceptance(
        integration=name,
        title=name,
        statements=statements,
        verdicts={
            one.id: by_word(one, started.date()) or Verdict(one.id, Outcome.BLOCKED, note=why)
            for one in statements
            if one.id in options.selected
        },
        complete=options.complete,
        selection=options.selection,
        environment=options.environment or "simulated",
        connector=options.connector,
        connector_version="",
        scope_hash="",
        seed=options.seed,
        effort=options.effort,
        started=started,
        seconds=(datetime.now(UTC) - started).total_seconds(),
    )


def in_a_line(error: SignoffError) -> str:
    """Return what a blocked run has to say, for a place where only a sentence fits."""
    return "; ".join(_sentence(one) for one in error.problems)


def _sentence(problem: Problem) -> str:
    told = f"{problem.where}: expected {problem.expected}, found {problem.found}"
    meant = f" (did you mean {problem.did_you_mean}?)" if problem.did_you_mean else ""
    return told + meant + (f". {problem.how}" if problem.how else "")
