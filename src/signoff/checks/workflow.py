"""Judge a workflow: what each Then says, on the history of that workflow alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from signoff.agreement.played import BoundWorkflow
from signoff.agreement.resolved import Agreement
from signoff.checks.sentences import Judging
from signoff.verdict import BLAMED, SENTENCE, STANDS, Finding, Outcome, Verdict


def judge_workflow(judging: Judging, elsewhere: Mapping[str, Verdict]) -> Verdict:
    """Return the verdict on one workflow.

    What a sentence finds wrong because of a statement that is red in the rehearsal too (`elsewhere`) belongs to that
    statement: the workflow is then not exercised because of it. Whether wrong values would have been noticed is
    found out by `sensitivity`.
    """
    agreement, workflow = judging.agreement, judging.workflow
    exercised: dict[str, int] = {}
    lacking: list[str] = []
    for number, step in enumerate(workflow.steps):
        if step.sentence.role != "then":
            continue
        told = judging.told(number, step)
        said, place = step.sentence.text, step.sentence.place
        if told.lacking:
            lacking.append(f"{said}: {told.lacking}")
        elif told.right:
            exercised[said] = exercised.get(said, 0) + 1
        else:
            finding = Finding(
                workflow.statement, _KINDS[step.kind], judging.example(number, step, told), check="judge_workflow"
            )
            failed = Verdict(
                workflow.statement, Outcome.FAILED, (finding,), exercised,
                facts={SENTENCE: said, STANDS: f"{place.file}:{place.line}", BLAMED: judging.blamed(number)},
            )  # fmt: skip
            return because_of(_waived(agreement, workflow, failed, judging.today), elsewhere)
    if lacking or not exercised:
        return Verdict(
            workflow.statement, Outcome.NOT_EXERCISED, exercised=exercised,
            would_exercise="; ".join(lacking) or "a Then that can be judged",
        )  # fmt: skip
    return Verdict(workflow.statement, Outcome.VERIFIED, exercised=exercised)


def because_of(verdict: Verdict, elsewhere: Mapping[str, Verdict]) -> Verdict:
    """Return a workflow's verdict as it is once the rehearsal's are known: what is red there is not red here too.

    What its own sentence found stays with it, so that a reader sees that before what explains it.
    """
    blamed = verdict.facts.get(BLAMED, ())
    known = tuple(one for one in blamed if (found := elsewhere.get(one)) and found.outcome is Outcome.FAILED)
    if not blamed or len(known) < len(blamed):
        return verdict
    return Verdict(
        verdict.statement, Outcome.NOT_EXERCISED, verdict.findings, verdict.exercised, because_of=known,
        would_exercise="the same, once these hold", facts={one: verdict.facts[one] for one in (SENTENCE, STANDS)},
    )  # fmt: skip


_KINDS: Mapping[str, str] = {
    "has": "wrong value",
    "there": "not where it should be",
    "named": "not told so",
    "agree": "both systems do not agree",
    "nothing": "more is written",
    "once": "surplus",
    "nobody": "removed",
}
"""What a finding is called, by the sentence that found it."""


def _waived(agreement: Agreement, workflow: BoundWorkflow, verdict: Verdict, today: date) -> Verdict:
    told = agreement.statement(workflow.statement)
    if told is not None and told.waived_until and today <= date.fromisoformat(told.waived_until):
        return replace(verdict, outcome=Outcome.WAIVED, note=told.waived_reason)
    return verdict
