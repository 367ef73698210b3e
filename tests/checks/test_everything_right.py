"""A history in which everything went right: every statement is proven, and it is counted what proved it."""

from datetime import date

from stories import ALL_STATEMENTS, TODAY, Story, agree, having, judged

from signoff.checks.judge import judge
from signoff.verdict import Outcome


def test_every_statement_is_verified_but_the_row_without_a_rule_and_what_nobody_says() -> None:
    verdicts = judged()
    assert set(verdicts) == ALL_STATEMENTS
    assert having(verdicts, Outcome.ASSUMED) == {"worker.email"}
    assert having(verdicts, Outcome.OPEN) == {"worker:leaving"}
    assert having(verdicts, Outcome.VERIFIED) == ALL_STATEMENTS - {"worker.email", "worker:leaving"}


def test_what_was_exercised_is_counted_by_phase() -> None:
    verdicts = judged()
    # 15 workers arrive in the end: 18 candidates less two outsiders and one without a first name.
    assert verdicts["worker.external_id"].exercised == {"created": 15}
    # 103 twice and 111 once; 109 is edited in the app.
    assert verdicts["worker.first_name"].exercised == {"created": 15, "changed": 3, "edited on the other side": 1}
    # 105 is blanked in the first and filled in the second changes, 104 changes once.
    assert verdicts["worker.phone"].exercised == {
        "created": 15,
        "changed": 2,
        "cleared": 1,
        "edited on the other side": 1,
    }
    assert verdicts["worker-status:placed"].exercised == {
        "created": 1,
        "changed into": 1,
        "Active → Placed": 1,
    }
    assert verdicts["worker-status:blank"].exercised == {
        "created": 1,
        "changed into": 1,
        "Active → (blank)": 1,
    }
    assert verdicts["worker.ssn:never"].exercised["changed alone"] == 1
    assert verdicts["connector:finishes"].exercised["finished"] == 10


def test_judging_is_a_function_of_agreement_and_history() -> None:
    agreement, history = agree(), Story().play()
    first, second = judge(agreement, history, TODAY), judge(agreement, history, TODAY)
    assert first == second
    assert first[1] > 100
    assert judge(agreement, history, date(2031, 1, 1)) == first
