from __future__ import annotations

import evidence_cases as cases
import pytest

from signoff.evidence.acceptance import Acceptance
from signoff.evidence.decision import decide, share
from signoff.verdict import Outcome, Verdict


@pytest.mark.parametrize(
    "acceptance, overall, passes, sentence",
    [
        (
            cases.every_verdict(),
            "refused",
            False,
            "Refused: 2 failed, 1 blocked, 1 not exercised (gate: normal).",
        ),
        (cases.accepted(), "accepted", True, "Accepted: 2 of 3 statements verified, 1 assumed (gate: normal)."),
        (cases.accepted(gate=cases.STRICT), "refused", False, "Refused: 1 assumed (gate: strict)."),
        (
            cases.selected(),
            "selected run",
            True,
            "Selected run: 1 of 12 statements; not a sign-off. Nothing against those (gate: normal): 1 verified.",
        ),
        (
            cases.selected(gate=cases.STRICT),
            "refused",
            False,
            "Refused: only a part of the statements was selected (gate: strict). 1 of 12 statements; not a sign-off.",
        ),
        (
            cases.accepted(gate=cases.REPORT),
            "report only",
            True,
            "Report only: 1 assumed, 2 verified. The gate is set to refuse nothing; not a sign-off.",
        ),
        (cases.accepted(verdicts={}), "refused", False, "Refused: no statement was judged (gate: normal)."),
    ],
)
def test_one_line_says_what_the_gate_decided_and_why(
    acceptance: Acceptance, overall: str, passes: bool, sentence: str
) -> None:
    decision = decide(acceptance)
    assert (decision.overall.value, decision.passes, decision.sentence) == (overall, passes, sentence)
    assert decision.signoff is (overall == "accepted")


def test_a_complete_run_that_left_a_statement_unjudged_is_refused() -> None:
    one = cases.LINK.id
    acceptance = cases.accepted(verdicts={one: Verdict(one, Outcome.VERIFIED)})
    assert decide(acceptance).reasons == ("2 statements without a verdict",)


def test_a_selected_run_says_its_share_everywhere() -> None:
    assert share(cases.selected()) == "1 of 12 statements; not a sign-off"
    assert share(cases.every_verdict()) == "12 statements"
