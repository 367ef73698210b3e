"""Decide whether a session is a sign-off, and say it in one line. Every report shows this one decision."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from signoff.evidence import matters
from signoff.evidence.acceptance import Acceptance, GateLevel
from signoff.evidence.wording import WORDS, number
from signoff.verdict import NO_LONGER, Outcome


class Overall(StrEnum):
    """Name the four decisions about one integration.

    accepted: a complete run, and the gate (normal or strict) has nothing against it; only this is a sign-off.
    refused: the gate has a reason, in a complete or a selected run.
    selected run: a part of the statements, and nothing against those; never a sign-off.
    report only: a complete run with the gate at `report`, which refuses nothing; never a sign-off.
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    SELECTED = "selected run"
    REPORT_ONLY = "report only"


@dataclass(frozen=True, slots=True)
class Decision:
    """Hold the decision, whether the gate lets the release pass, why not, and all of it in one sentence."""

    overall: Overall
    passes: bool
    reasons: tuple[str, ...]
    sentence: str

    @property
    def signoff(self) -> bool:
        """Tell whether the two companies may sign."""
        return self.overall is Overall.ACCEPTED


def decide(acceptance: Acceptance) -> Decision:
    """Decide about one integration.

    Beyond the gate's own reasons, a run that judged nothing, or that calls itself complete and left statements
    without a verdict, is refused (unless the gate is `report`): never green for want of trying.
    """
    reasons = list(acceptance.gate_reasons())
    without = [one.id for one in acceptance.statements if one.id not in acceptance.verdicts]
    if acceptance.gate is not GateLevel.REPORT:
        if not acceptance.verdicts:
            reasons.append("no statement was judged")
        elif acceptance.complete and without:
            reasons.append(number(len(without), "statement") + " without a verdict")
    if reasons:
        overall = Overall.REFUSED
    elif not acceptance.complete:
        overall = Overall.SELECTED
    elif acceptance.gate is GateLevel.REPORT:
        overall = Overall.REPORT_ONLY
    else:
        overall = Overall.ACCEPTED
    return Decision(overall, not reasons, tuple(reasons), _sentence(acceptance, overall, tuple(reasons)))


def share(acceptance: Acceptance) -> str:
    """Return `N of M statements; not a sign-off` for a selected run, `M statements` for a complete one."""
    total = len(acceptance.statements)
    if acceptance.complete:
        return number(total, "statement")
    return f"{len(acceptance.verdicts):,} of {number(total, 'statement')}; not a sign-off"


def counted(acceptance: Acceptance) -> str:
    """Return the figures by verdict, worst first, and what is counted apart: `2 failed, 40 verified; questions: …`."""
    told = [f"{many:,} {WORDS[outcome].name}" for outcome, many in acceptance.counts().items()]
    again = sum(verdict.standing == NO_LONGER for verdict in acceptance.verdicts.values())
    tested = ", ".join([*told, *([f"{again:,} {NO_LONGER}"] if again else [])])
    return "; ".join(part for part in (tested, matters.counted(acceptance)) if part) or "none judged"


def _sentence(acceptance: Acceptance, overall: Overall, reasons: tuple[str, ...]) -> str:
    gate = f"gate: {acceptance.gate.value}"
    if overall is Overall.REFUSED:
        part = "" if acceptance.complete else f" {share(acceptance)}."
        return f"Refused: {', '.join(reasons)} ({gate}).{part}"
    if overall is Overall.SELECTED:
        where = "" if acceptance.environment == "simulated" else f" in {acceptance.environment}"
        return f"Selected run{where}: {share(acceptance)}. Nothing against those ({gate}): {counted(acceptance)}."
    if overall is Overall.REPORT_ONLY:
        return f"Report only: {counted(acceptance)}. The gate is set to refuse nothing; not a sign-off."
    counts = acceptance.counts()
    rest = {outcome: many for outcome, many in counts.items() if outcome is not Outcome.VERIFIED}
    proven = f"{counts.get(Outcome.VERIFIED, 0):,} of {number(len(acceptance.tested), 'statement')} verified"
    extra = "".join(f", {many:,} {WORDS[outcome].name}" for outcome, many in rest.items())
    return f"Accepted: {proven}{extra} ({gate})."
