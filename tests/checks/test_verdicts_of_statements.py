"""Waivers, switched-off statements and open questions, as the ledger gives verdicts."""

from datetime import date

import pytest
from stories import WORKERS, Story, agree, failed, judged, only, without

from signoff.verdict import Outcome

WAIVED = (
    WORKERS
    + """
  @exceptions
  Scenario Outline: <statement> is <agreed>
    Then this row holds

    Examples:
      | statement | agreed | until | reason |
      | {} | {} | 2026-03-31 | the vendor delivers in April |
"""
)


def exception(statement: str, agreed: str = "waived") -> str:
    return WAIVED.format(statement, agreed)


@pytest.mark.parametrize(
    ("today", "outcome"),
    [
        (date(2026, 3, 30), Outcome.WAIVED),
        (date(2026, 3, 31), Outcome.WAIVED),
        (date(2026, 4, 1), Outcome.FAILED),
    ],
)
def test_a_waiver_holds_to_the_end_of_its_day(today: date, outcome: Outcome) -> None:
    agreement = agree(exception("worker.first_name"))
    verdict = judged(Story(only(101, first_name="Xena")), agreement, today)["worker.first_name"]
    assert verdict.outcome is outcome
    assert verdict.counterexample is not None
    assert verdict.note == ("the vendor delivers in April" if outcome is Outcome.WAIVED else "")


def test_a_waived_statement_that_holds_says_that_the_waiver_is_no_longer_needed() -> None:
    verdict = judged(Story(), agree(exception("worker.first_name")))["worker.first_name"]
    assert (verdict.outcome, verdict.note) == (Outcome.VERIFIED, "waiver no longer needed")


def test_what_is_lost_only_to_waived_findings_counts_as_waived() -> None:
    agreement = agree(exception("worker:arrive"))
    verdicts = judged(Story(without(116)), agreement)
    assert verdicts["worker:arrive"].outcome is Outcome.WAIVED
    assert verdicts["worker-status:placed"].outcome is Outcome.WAIVED
    assert verdicts["worker-status:placed"].because_of == ("worker:arrive",)
    assert failed(verdicts) == set()
    late = judged(Story(without(116)), agreement, date(2026, 4, 1))
    assert late["worker-status:placed"].outcome is Outcome.NOT_EXERCISED


def test_only_failed_becomes_waived() -> None:
    # Nobody was ever Placed and nobody is missing: nothing has failed, so that there is nothing to waive.
    verdicts = judged(Story(edits={}), agree(exception("worker-status:placed")))
    assert verdicts["worker-status:placed"].outcome is Outcome.NOT_EXERCISED


def test_a_statement_that_is_switched_off_is_open_and_never_proven() -> None:
    for story in (Story(), Story(only(101, first_name="Xena"))):
        verdict = judged(story, agree(exception("worker.first_name", "switched off")))["worker.first_name"]
        assert (verdict.outcome, verdict.note) == (Outcome.OPEN, "the vendor delivers in April")


def test_a_row_without_its_field_is_an_open_question() -> None:
    agreement = agree(WORKERS.replace("| ssn       | never |", "| kind      | ->    |"))
    verdict = judged(Story(), agreement)["worker.kind"]
    assert (verdict.outcome, verdict.note) == (Outcome.OPEN, "a field cell is empty: which field?")


def test_a_statement_may_be_restated() -> None:
    agreement = agree(exception("worker.first_name", "The first name as in the passport"))
    found = agreement.statement("worker.first_name")
    assert found is not None
    assert found.title == "The first name as in the passport"
    assert judged(Story(), agreement)["worker.first_name"].outcome is Outcome.VERIFIED
