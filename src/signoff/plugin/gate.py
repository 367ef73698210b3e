"""Decide between exit status 0 and 1 by the verdicts, and say why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from signoff.evidence.acceptance import Acceptance, GateLevel, first_of


@dataclass(frozen=True, slots=True)
class Decision:
    """Hold the exit status and its reasons; none means that the gate lets the release pass."""

    status: int
    reasons: tuple[str, ...]
    sentence: str


def decide(
    acceptances: Sequence[Acceptance],
    other_failures: Sequence[str],
    unjudged: Sequence[str],
    silent: Sequence[str] = (),
) -> Decision:
    """Return the gate's decision; each of its reasons names the first tests or statements that made it one.

    `other_failures` are failed tests that are no statements (scenarios of the team's own sentences): they refuse at
    every level. `unjudged` are statements whose test stopped before it asked for the verdict, `silent` the
    integrations that were selected and never rehearsed because the session stopped early.
    """
    several = len(acceptances) > 1
    reasons = [
        f"{f'{one.integration}: ' if several else ''}{reason}"
        for one in acceptances
        for reason in one.gate_reasons(naming=True)
    ]
    if unjudged and any(one.gate is not GateLevel.REPORT for one in acceptances):
        reasons.append(f"{len(unjudged)} stopped before the verdict ({first_of(unjudged)})")
    if other_failures:
        tests = "other tests" if len(other_failures) > 1 else "other test"
        reasons.append(f"{len(other_failures)} {tests} failed ({first_of(other_failures)})")
    reasons += [f"{name} was not rehearsed" for name in silent]
    levels = ", ".join(dict.fromkeys(one.gate.value for one in acceptances))
    words = f"refuses: {', '.join(reasons)}" if reasons else "refuses nothing"
    return Decision(1 if reasons else 0, tuple(reasons), f"gate ({levels}) {words}")
