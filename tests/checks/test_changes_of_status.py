"""From which statuses a row of a value table was entered, and what is told of a change that does not arrive right."""

from typing import Any

from stories import CHANGES, Errand, Story, failed, judged, not_exercised, only, worker_fields

from signoff.schema import Side
from signoff.verdict import Outcome, Verdict


def change(verdict: Verdict, origin: str) -> dict[str, Any]:
    [found] = [one for one in verdict.facts["transitions"] if one["from"] == origin]
    return dict(found)


def test_a_row_says_from_which_statuses_it_was_entered() -> None:
    placed = judged()["worker-status:placed"]
    # 106 becomes Placed from Active; nobody from anything else.
    assert [(one["from"], one["tried"], one["verdict"]) for one in placed.facts["transitions"]] == [
        ("Active", 1, "verified"),
        ("(blank)", 0, "not exercised"),
        ("DNU", 0, "not exercised"),
        ("Retired", 0, "not exercised"),
    ]
    assert placed.outcome is Outcome.VERIFIED  # a quick rehearsal promises no walk


def test_what_the_effort_promises_and_nobody_tried_is_not_exercised() -> None:
    verdicts = judged(Story(effort="standard"))
    placed = verdicts["worker-status:placed"]
    assert placed.outcome is Outcome.NOT_EXERCISED
    assert placed.note == "lacking: (blank) → Placed, DNU → Placed, Retired → Placed"
    assert "a Candidate whose status a person changes from Retired to Placed" in placed.would_exercise
    assert placed.because_of == ()
    assert not failed(verdicts)


def test_a_wrong_value_after_one_change_is_told_of_the_row_and_names_the_change() -> None:
    verdicts = judged(Story(only(106, "first", status="inactive")))
    assert failed(verdicts) == {"worker-status:placed"}
    placed = verdicts["worker-status:placed"]
    assert placed.counterexample is not None
    assert placed.counterexample.note.startswith("Active → Placed; through the table in ")
    assert change(placed, "Active") == {
        "from": "Active",
        "to": "Placed",
        "in": "",
        "tried": 0,
        "verdict": "failed",
        "because_of": "worker-status:placed",
    }


def test_a_value_that_stayed_is_the_chart_rows_finding_and_takes_the_change_away() -> None:
    verdicts = judged(Story(only(106, "first", status="available"), effort="standard"))
    assert failed(verdicts) == {"worker.status"}
    stayed = verdicts["worker.status"].counterexample
    assert stayed is not None
    assert stayed.note == "Active → Placed"
    assert change(verdicts["worker-status:placed"], "Active")["because_of"] == "worker.status"
    assert not_exercised(verdicts)["worker-status:placed"] == ("worker.status",)


def test_a_change_into_what_is_held_back_counts_when_nothing_is_written() -> None:
    more = (*CHANGES["first"], (Side.ATS, "Candidate", "101", {"status": "Retired"}))
    verdicts = judged(Story(edits={**CHANGES, "first": more}))
    assert change(verdicts["worker-status:anything-else"], "Active")["verdict"] == "verified"
    # 114 is Retired at first and Active after the second changes, but arrives only then: nothing changed over there.
    assert change(verdicts["worker-status:active"], "Retired")["tried"] == 0


def test_a_change_into_what_is_held_back_is_wrong_when_something_is_written() -> None:
    more = (*CHANGES["first"], (Side.ATS, "Candidate", "101", {"status": "Retired"}))

    def twist(errand: Errand) -> dict[str, Any] | None:
        if (errand.id, errand.phase) != (101, "first"):
            return errand.wanted
        return {**worker_fields(errand.sender), "status": "inactive"}

    verdicts = judged(Story(twist, edits={**CHANGES, "first": more}))
    row = verdicts["worker-status:anything-else"]
    assert failed(verdicts) == {"worker-status:anything-else"}
    assert change(row, "Active") == {
        "from": "Active",
        "to": "Retired",
        "in": "",
        "tried": 0,
        "verdict": "failed",
        "because_of": "worker-status:anything-else",
    }


def test_one_who_was_held_back_meanwhile_has_changed_when_it_is_mended() -> None:
    first = (*CHANGES["first"], (Side.ATS, "Candidate", "101", {"status": "Retired"}))
    second = (*CHANGES["second"], (Side.ATS, "Candidate", "101", {"status": "Placed"}))
    edits = {**CHANGES, "first": first, "second": second}
    assert change(judged(Story(edits=edits))["worker-status:placed"], "Retired")["verdict"] == "verified"
    wrong = judged(Story(only(101, "second", status="inactive"), edits=edits))["worker-status:placed"]
    assert wrong.outcome is Outcome.FAILED
    assert change(wrong, "Retired")["verdict"] == "failed"
    assert change(wrong, "Active")["verdict"] == "verified"
