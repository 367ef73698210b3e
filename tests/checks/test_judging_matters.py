"""The verdicts of questions, checklists, worked examples and goals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from matters_cases import agreed, document, verdicts, with_fields
from stories import ASSIGNMENTS, WORKERS, Story, failed, only, without

from signoff.agreement.resolved import Agreement
from signoff.checks.case import Case
from signoff.checks.goals import check_goals
from signoff.checks.ledger import Ledger
from signoff.history import History, Tried
from signoff.schema import Side
from signoff.verdict import Outcome, Verdict

DATED = (
    ASSIGNMENTS.rstrip("\n")
    + "\n      | startsOn | -> | starts_on | same date | |\n      | endsOn | -> | ends_on | same date | |\n"
)
JOINED = WORKERS.replace(
    "      | firstName |",
    "      | joinedOn  | ->    | joined_on   | same date                |          |\n"
    "      | agrees    | ->    | agrees      | same yes/no              |          |\n      | firstName |",
)
FORMULA = "= (clientBillRate - payRate) * hours, rounded to 2 decimals"
MARGIN = f"      | clientBillRate, payRate, hours | -> | margin | {FORMULA} | |\n"

# Bo (102) and his placements are worked out by hand: 10 March is 9 days after 1 March, 5 March 4 days, 2 March 1 day.
STARTS = {"201": "2026-03-10", "202": "2026-03-05", "203": "2026-03-02", "204": "2026-04-06", "205": "2026-04-01"}
JOINS = {"101": "2026-03-01", "102": "2026-03-01"}
AGREES = ("101", "102", "103")


def measured(measure: str) -> Agreement:
    row = f"| Goal | {measure} | 1 | 2 | 3 | 4 |"
    return agreed(document("goals", row), workers=JOINED, assignments=DATED)


def dated(history: History, **other: str) -> History:
    """Return the story with dates on both sides; `other` alters what an assignment holds: a202="2026-03-06"."""
    fields = {(Side.ATS, "Candidate", one): {"joinedOn": day} for one, day in JOINS.items()}
    fields |= {(Side.APP, "Worker", f"w{one}"): {"joined_on": day} for one, day in JOINS.items()}
    fields |= {(Side.ATS, "Placement", one): {"startsOn": day} for one, day in STARTS.items()}
    fields |= {
        (Side.APP, "Assignment", f"a{one}"): {"starts_on": other.get(f"a{one}", day)} for one, day in STARTS.items()
    }
    return with_fields(history, fields)


def goal(measure: str, history: History | None = None) -> Verdict:
    return verdicts(measured(measure), history or dated(Story().play()))["goal:goal"]


# Questions


def test_an_unanswered_question_is_open_and_has_an_age() -> None:
    rows = ("| Who? | Dana | 2026-01-20 | |", "| Why? | Dana | 2026-03-01 | |")
    found = verdicts(agreed(document("questions", *rows)))
    assert [found[one].outcome for one in ("question:who", "question:why")] == [Outcome.OPEN, Outcome.OPEN]
    assert [found[one].facts["age_days"] for one in ("question:who", "question:why")] == [41, 1]
    assert [found[one].note for one in ("question:who", "question:why")] == ["open for 41 days", "open for 1 day"]
    assert not found["question:who"].standing


def test_an_answered_question_rests_on_somebody_s_word() -> None:
    found = verdicts(agreed(document("questions", "| Who? | Dana | 2026-01-20 | the gate |")))["question:who"]
    assert (found.outcome, found.standing, found.exercised) == (Outcome.ASSUMED, "answered", {})


def test_a_question_that_is_switched_off_stays_so() -> None:
    off = document(
        "exceptions", "| question:who | switched off | no longer asked |", head="| statement | agreed | reason |"
    )
    found = verdicts(agreed(document("questions", "| Who? | Dana | 2026-01-20 | so |"), off))["question:who"]
    assert (found.outcome, found.note) == (Outcome.OPEN, "no longer asked")


# Checklists


def checklist(evidence: str, *tables: str, story: Story | None = None, today: date = date(2026, 3, 2)) -> Verdict:
    agreement = agreed(*tables, document("checklist", f"| Item | {evidence} |"))
    return verdicts(agreement, (story or Story()).play(), today)["checklist:item"]


def test_an_item_rests_on_what_was_verified() -> None:
    found = checklist("worker.phone, assignment.*")
    assert (found.outcome, found.standing, found.because_of) == (Outcome.VERIFIED, "", ())
    assert (dict(found.exercised), found.note) == ({"rests on": 4}, "4 verified")


def test_an_attested_item_is_never_verified() -> None:
    found = checklist("attested by Dana on 2026-03-01")
    assert (found.outcome, found.standing) == (Outcome.ASSUMED, "attested")
    assert found.note == "Attested by Dana, 2026-03-01."


@pytest.mark.parametrize(
    ("evidence", "outcome", "because"),
    [
        ("worker.phone, worker.email", Outcome.ASSUMED, ()),
        ("worker.phone, question:who", Outcome.OPEN, ("question:who",)),
        ("worker.phone, old-status:active, question:who", Outcome.NOT_EXERCISED, ("old-status:active",)),
    ],
)
def test_an_item_has_the_worst_verdict_of_what_it_rests_on(
    evidence: str, outcome: Outcome, because: tuple[str, ...]
) -> None:
    old = "    Examples: Old status\n      | ATS status | app status |\n      | Active | available |\n"
    workers = WORKERS.replace("  @population", f"{old}\n  @population")
    asked = document("questions", "| Who? | Dana | 2026-01-20 | |")
    agreement = agreed(asked, document("checklist", f"| Item | {evidence} |"), workers=workers)
    found = verdicts(agreement)["checklist:item"]
    assert (found.outcome, found.because_of, found.standing) == (outcome, because, "")


def test_an_item_whose_evidence_fails_fails_and_shows_the_row_s_example() -> None:
    found = checklist("worker.*", story=Story(only(104, "first", phone="+13125550999")))
    assert (found.outcome, found.because_of) == (Outcome.FAILED, ("worker.phone",))
    assert found.counterexample is not None
    assert found.counterexample.found == '"+13125550999"'
    assert found.findings[0].statement == "checklist:item"
    assert found.note == "1 failed, 1 assumed, 5 verified"


def test_an_item_that_rests_on_answers_alone_is_answered() -> None:
    asked = document("questions", "| Who? | Dana | 2026-01-20 | so |", "| Why? | Dana | 2026-01-20 | so |")
    found = checklist("question:*", asked)
    assert (found.outcome, found.standing, found.note) == (Outcome.ASSUMED, "answered", "2 answered")


def test_an_item_may_be_waived() -> None:
    waiver = document(
        "exceptions", "| checklist:item | waived | 2026-03-05 | NS-12 |", head="| statement | agreed | until | reason |"
    )
    for today, outcome in ((date(2026, 3, 5), Outcome.WAIVED), (date(2026, 3, 6), Outcome.FAILED)):
        wrong = Story(only(104, "first", phone="+13125550999"))
        assert checklist("worker.*", waiver, story=wrong, today=today).outcome is outcome


# Access


def test_what_was_tried_is_verified_and_what_was_not_is_not() -> None:
    agreement = agreed(document("access", "| ATS | Candidate | read, create |"))
    played = Story().play()
    name = "access:bullhorn-candidate"
    found = verdicts(agreement, replace(played, access=(Tried(name, ("create", "read")),)))[name]
    assert (found.outcome, dict(found.exercised)) == (Outcome.VERIFIED, {"read": 1, "create": 1})
    found = verdicts(agreement, played)[name]
    assert (found.outcome, found.note) == (Outcome.NOT_EXERCISED, "lacking: read, create")


def test_what_could_not_be_done_is_blocked_and_its_item_too() -> None:
    table = document("access", "| ATS | Candidate | read, create |")
    agreement = agreed(table, document("checklist", "| Access | access:*, worker.phone |"))
    name = "access:bullhorn-candidate"
    tried = Tried(name, ("create",), "read: the permission: Bullhorn, status 403.")
    found = verdicts(agreement, replace(Story().play(), access=(tried,)))
    assert (found[name].outcome, found[name].note) == (Outcome.BLOCKED, tried.trouble)
    assert (found["checklist:access"].outcome, found["checklist:access"].because_of) == (Outcome.BLOCKED, (name,))
    assert found["worker.phone"].outcome is Outcome.VERIFIED


# Worked examples


def worked(row: str, head: str = "| row | bill | pay | hours | result |") -> Verdict:
    agreement = agreed(document("worked", row, head=head), assignments=ASSIGNMENTS.rstrip("\n") + "\n" + MARGIN)
    statement = agreement.matters.worked[0].statement
    return verdicts(agreement)[statement]


@pytest.mark.parametrize(
    "row",
    [
        "| assignment.margin | 80 | 40 | 8 | 320 |",
        "| assignment.margin | 80 | 40 | 8 | 320.00 |",
        "| assignment.margin | 33.125 | 0 | 7.0833 | 234.63 |",
        "| assignment.margin | 80 | (blank) | 8 | (blank) |",
    ],
)
def test_an_example_that_the_rule_gives_is_verified(row: str) -> None:
    found = worked(row)
    assert (found.outcome, dict(found.exercised)) == (Outcome.VERIFIED, {"worked out": 1})


@pytest.mark.parametrize(
    ("row", "expected", "shown"),
    [
        ("| assignment.margin | 80 | 40 | 8 | 320.01 |", "320.01", "320"),
        ("| assignment.margin | 80 | 40 | 8 | three hundred |", "three hundred", "320"),
        ("| assignment.margin | 80 | 40 | 8 | (blank) |", "blank", "320"),
        ("| assignment.margin | 80 | 40 | (blank) | 320 |", "320", "blank"),
        ("| assignment.margin | 80 | 40 | 8 | nothing is written |", "nothing is written", "320"),
    ],
)
def test_an_example_that_the_rule_does_not_give_fails_with_both_results(row: str, expected: str, shown: str) -> None:
    found = worked(row)
    assert found.outcome is Outcome.FAILED
    example = found.counterexample
    assert example is not None
    assert (example.expected, example.found) == (expected, f"{shown}, by the rule of assignment.margin")
    assert example.given[0] == ("clientBillRate", "80")


def test_a_status_is_worked_out_through_its_table() -> None:
    agreement = agreed(
        document(
            "worked",
            "| worker.status | Placed | assigned |",
            "| worker.status | DNU | error |",
            head="| row | status | result |",
        )
    )
    found = verdicts(agreement)
    assert found["worker.status:worked:assigned"].outcome is Outcome.VERIFIED
    wrong = found["worker.status:worked:error"].counterexample
    assert wrong is not None
    assert wrong.found.startswith("bad data")


# Goals


def test_the_days_to_the_first_placement_are_the_same_on_both_sides() -> None:
    # 101: 5 March is the first of three (10 March, 5 March, 6 April until it moves to 102); 102: 2 March.
    found = goal("median days from Candidate.joinedOn to first Placement.startsOn")
    assert (found.outcome, found.facts["figure"]) == (Outcome.VERIFIED, "2.5 days (median of 2)")
    assert (
        goal("mean days from Candidate.joinedOn to last Placement.startsOn").facts["figure"] == "22.5 days (mean of 2)"
    )


def test_a_figure_that_a_wrong_row_spoils_belongs_to_the_row() -> None:
    agreement = measured("count of Placement per week by startsOn")
    right = verdicts(agreement, dated(Story().play()))["goal:goal"]
    assert right.facts["figure"] == "1 in 2026-W15, the last of 4 with any"
    found = verdicts(agreement, dated(Story().play(), a204="2026-04-13"))
    assert failed(found) == {"assignment.starts_on"}
    assert (found["goal:goal"].outcome, found["goal:goal"].because_of) == (
        Outcome.NOT_EXERCISED,
        ("assignment.starts_on",),
    )


def test_what_is_missing_is_told_by_arrive_and_the_goal_names_it() -> None:
    found = verdicts(measured("count of Placement per week by startsOn"), dated(Story(without(203)).play()))
    assert failed(found) == {"assignment:arrive"}
    assert found["goal:goal"].because_of == ("assignment:arrive",)
    assert found["goal:goal"].outcome is Outcome.NOT_EXERCISED


def test_a_share_counts_who_fulfils_the_condition_on_each_side() -> None:
    history = with_fields(
        Story().play(),
        {(Side.ATS, "Candidate", one): {"agrees": True} for one in AGREES}
        | {(Side.APP, "Worker", f"w{one}"): {"agrees": True} for one in AGREES},
    )
    # 18 candidates, of whom two are out of scope and 115 is held back for want of a name.
    found = goal("share of Candidate where agrees is yes", history)
    assert (found.outcome, found.facts["figure"]) == (Outcome.VERIFIED, "20 % (3 of 15)")


def test_a_sum_adds_exact_amounts_by_month() -> None:
    # March: 201 (20.50), 202 (31.75), 203 (33.25); April: 204 (23.50); 205 was edited in the app, and does not count.
    found = goal("sum of Placement.payRate per month by startsOn")
    assert (found.outcome, found.facts["figure"]) == (Outcome.VERIFIED, "23.5 in 2026-04, the last of 2 with any")


def test_distinct_people_are_counted_once_a_week() -> None:
    found = goal("count of distinct Placement.candidate per year by startsOn")
    assert (found.outcome, found.facts["figure"]) == (Outcome.VERIFIED, "2 in 2026, the last of 1 with any")


def test_a_goal_that_nobody_can_measure_over_there_says_which_row_it_lacks() -> None:
    found = goal('share of Candidate where kind is "temp"')
    assert found.outcome is Outcome.NOT_EXERCISED
    assert found.would_exercise == "a row that carries Candidate.kind as it is"


def test_a_goal_without_a_single_record_is_not_proven() -> None:
    found = goal("count of Placement per week by endsOn")
    assert found.outcome is Outcome.NOT_EXERCISED
    assert found.would_exercise == "records with everything that `count of Placement per week by endsOn` reads"


def test_the_figure_of_a_goal_is_compared_and_not_only_the_rows() -> None:
    # Judged alone, so that no row can be blamed: 6 April became 13 April on the way.
    agreement = measured("count of Placement per week by startsOn")
    ledger = Ledger()
    check_goals(Case(agreement, dated(Story().play(), a204="2026-04-13")), ledger)
    found = ledger.verdicts(agreement, date(2026, 3, 2))["goal:goal"]
    assert found.outcome is Outcome.FAILED
    example = found.counterexample
    assert example is not None
    assert example.expected == "1 in 2026-W15, the last of 4 with any; 2026-W15: 1, as in Bullhorn"
    assert example.found == ("1 in 2026-W16, the last of 4 with any; 2026-W15: nothing, from what arrived in Shiftline")
