"""Wrong observations are put in for what is no field: worked examples, goals, access, items of a checklist."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matters_cases import agreed, document
from stories import ASSIGNMENTS, TODAY, Story
from test_judging_matters import MARGIN, dated, measured

from signoff.agreement.resolved import Agreement
from signoff.checks.case import Case
from signoff.checks.judge import judge
from signoff.checks.ledger import Ledger
from signoff.checks.matters import with_items
from signoff.history import History, Tried
from signoff.sensitivity import matters as weighing
from signoff.sensitivity.weigh import weighed
from signoff.verdict import Outcome, Verdict

ACCESS = document("access", "| ATS | Candidate | read, create |")
WHERE = "access:bullhorn-candidate"
EXAMPLE = document(
    "worked", "| assignment.margin | 80 | 40 | 8 | 320.00 |", head="| row | bill | pay | hours | result |"
)
MARGINS = ASSIGNMENTS.rstrip("\n") + "\n" + MARGIN


def blind(_: Case, __: Ledger) -> None:
    """See nothing."""


def weighed_story(agreement: Agreement, history: History) -> dict[str, Verdict]:
    case = Case(agreement, history)
    found = weighed(case, judge(agreement, history, TODAY, case=case)[0])
    return dict(with_items(agreement, found, TODAY))


def tried(history: History) -> History:
    return replace(history, access=(Tried(WHERE, ("create", "read")),))


def test_access_that_was_refused_or_never_tried_would_have_been_seen() -> None:
    found = weighed_story(agreed(ACCESS), tried(Story().play()))[WHERE]
    assert (found.outcome, found.sensitive) == (Outcome.VERIFIED, True)
    assert found.noticed == {"read": ("refused", "not tried"), "create": ("refused", "not tried")}


def test_access_that_is_granted_whatever_was_tried_is_not_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    def generous(case: Case, ledger: Ledger) -> None:
        for one in case.agreement.matters.access:
            for operation in one.may:
                ledger.promise(one.statement, operation, "a try")
                ledger.exercise(one.statement, operation)

    monkeypatch.setattr(weighing, "check_access", generous)
    found = weighed_story(agreed(ACCESS), tried(Story().play()))[WHERE]
    assert (found.outcome, found.sensitive) == (Outcome.NOT_EXERCISED, False)
    assert found.missed == {"read": ("refused", "not tried"), "create": ("refused", "not tried")}


def test_an_example_with_another_result_would_have_been_seen() -> None:
    agreement = agreed(EXAMPLE, assignments=MARGINS)
    found = weighed_story(agreement, Story().play())[agreement.matters.worked[0].statement]
    assert (found.outcome, found.sensitive) == (Outcome.VERIFIED, True)
    seen = ("a unit more in the last place", "a unit less in the last place", "blank", "nothing is written")
    assert found.noticed == {"worked out": seen}


@pytest.mark.parametrize(
    ("row", "seen"),
    [
        ("| assignment.margin | 80 | (blank) | 8 | (blank) |", {"another result", "nothing is written"}),
        ("| assignment.margin | 33.125 | 0 | 7.0833 | 234.63 |", {"a unit more in the last place", "blank"}),
    ],
)
def test_an_example_of_another_sort_is_seen_as_well(row: str, seen: set[str]) -> None:
    table = document("worked", row, head="| row | bill | pay | hours | result |")
    agreement = agreed(table, assignments=MARGINS)
    found = weighed_story(agreement, Story().play())[agreement.matters.worked[0].statement]
    assert found.sensitive
    assert seen <= set(found.noticed["worked out"])


@pytest.mark.parametrize("result", ["(312) 555-0123", "+1 312 555 0123", "312.555.0123"])
def test_an_example_of_a_phone_is_proven_however_it_is_written(result: str) -> None:
    table = document("worked", f"| worker.phone | 312-555-0123 | {result} |", head="| row | phone | result |")
    agreement = agreed(table)
    found = weighed_story(agreement, Story().play())[agreement.matters.worked[0].statement]
    assert (found.outcome, found.missed) == (Outcome.VERIFIED, {})
    assert "another result" in found.noticed["worked out"]


def test_an_example_that_nobody_works_out_is_not_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weighing, "check_worked", blind)
    agreement = agreed(EXAMPLE, assignments=MARGINS)
    found = weighed_story(agreement, Story().play())[agreement.matters.worked[0].statement]
    assert (found.outcome, found.sensitive) == (Outcome.NOT_EXERCISED, False)
    assert "blank" in found.missed["worked out"]


@pytest.mark.parametrize(
    ("measure", "seen"),
    [
        ("count of Placement per week by startsOn", {"a record missing", "another starts_on"}),
        (
            "sum of Placement.payRate per month by startsOn",
            {"a record missing", "another starts_on", "another pay_rate"},
        ),
        ("count of distinct Placement.candidate per year by startsOn", {"another starts_on", "another worker_id"}),
        (
            "median days from Candidate.joinedOn to first Placement.startsOn",
            {"a record missing", "another joined_on", "another starts_on", "another worker_id"},
        ),
    ],
)
def test_a_figure_that_differs_would_have_been_seen(measure: str, seen: set[str]) -> None:
    found = weighed_story(measured(measure), dated(Story().play()))["goal:goal"]
    assert (found.outcome, found.sensitive) == (Outcome.VERIFIED, True), found.would_exercise
    assert set(found.noticed["measured on both sides"]) >= seen


def test_a_goal_that_nobody_measures_is_not_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weighing, "check_goals", blind)
    agreement = measured("count of Placement per week by startsOn")
    found = weighed_story(agreement, dated(Story().play()))["goal:goal"]
    assert (found.outcome, found.sensitive) == (Outcome.NOT_EXERCISED, False)
    assert found.missed == {"measured on both sides": ("passes whatever is found",)}
    assert found.unfitting == {"measured on both sides": ("a record missing", "another starts_on")}


def test_an_item_is_as_sensitive_as_what_it_rests_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = document("questions", "| Who? | Dana | 2026-01-20 | so |")
    items = document("checklist", f"| Access | {WHERE}, worker.phone, question:who |", "| Words | question:who |")
    agreement = agreed(ACCESS, asked, items)
    found = weighed_story(agreement, tried(Story().play()))
    assert (found["checklist:access"].sensitive, found["checklist:words"].sensitive) == (True, None)
    assert found["question:who"].sensitive is None
    monkeypatch.setattr(weighing, "_access_is_green", lambda *_: True)
    found = weighed_story(agreement, tried(Story().play()))
    assert (found["checklist:access"].outcome, found["checklist:access"].sensitive) == (Outcome.NOT_EXERCISED, False)
    assert found["checklist:access"].because_of == (WHERE,)
