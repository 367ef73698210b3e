"""A further sync writes nothing; every message fits the published schema."""

import json
from typing import Any

import pytest
from stories import Story, failed, judged, not_exercised

from signoff.history import Run
from signoff.schema import Side


def at(number: int, entity: str, record_id: str, sent: dict[str, Any], **more: Any) -> Story:
    def act(story: Story, run: int) -> None:
        if run == number:
            story.write(Side.APP, entity, record_id, sent, **more)

    return Story(after=act)


@pytest.mark.parametrize("run", [3, 10])
def test_a_write_in_a_further_run_belongs_to_settle(run: int) -> None:
    # The same number in another dress: right for its row, and yet a write.
    verdicts = judged(at(run, "Worker", "w101", {"phone": "(312) 555-0101"}))
    assert failed(verdicts) == {"worker:settle"}
    shown = verdicts["worker:settle"].counterexample
    assert shown is not None
    assert shown.expected == "nothing is written, because nothing has changed"
    assert shown.found == "update of phone"


def test_the_same_write_while_settling_is_no_finding() -> None:
    assert failed(judged(at(2, "Worker", "w101", {"phone": "(312) 555-0101"}))) == set()


def test_on_a_day_on_which_nobody_does_anything_what_is_held_already_is_not_written_again() -> None:
    again = {"phone": "+13125550101"}
    verdicts = judged(at(8, "Worker", "w101", again))
    assert failed(verdicts) == {"worker:settle"}
    shown = verdicts["worker:settle"].counterexample
    assert shown is not None
    assert (shown.phase, shown.found) == ("after a day passed", "update of phone")
    assert failed(judged(at(6, "Worker", "w101", again))) == set()
    assert "worker:settle" not in failed(judged(at(8, "Worker", "w101", {**again, "nickname": "Al"})))


def test_settle_belongs_to_the_binding_that_was_written() -> None:
    assert failed(judged(at(3, "Assignment", "a201", {"pay_rate": "20.5"}))) == {"assignment:settle"}


def test_a_further_run_that_crashed_proves_nothing() -> None:
    from dataclasses import replace

    def crash(run: Run) -> Run:
        return replace(run, crashed="OSError: gone", ok=None, failed=()) if run.kind == "further" else run

    verdicts = judged(Story(told=crash))
    assert failed(verdicts) == {"connector:finishes"}
    assert not_exercised(verdicts) == {
        "worker:settle": ("connector:finishes",),
        "assignment:settle": ("connector:finishes",),
    }


@pytest.mark.parametrize(("entity", "record_id"), [("Worker", "w101"), ("Assignment", "a201")])
def test_a_message_against_the_schema_belongs_to_contract(entity: str, record_id: str) -> None:
    name = entity.lower()
    problem = "external_id: a text is expected"
    verdicts = judged(at(4, entity, record_id, {}, problems=(problem,)))
    assert failed(verdicts) == {f"{name}:contract"}
    shown = verdicts[f"{name}:contract"].counterexample
    assert shown is not None
    assert (shown.expected, shown.found) == ("a message that fits the published schema", problem)


def test_a_message_against_the_schema_that_comes_again_in_a_further_run_is_no_second_finding() -> None:
    told = at(3, "Worker", "w101", {"phone": 7}, problems=("phone: a text is expected",), accepted=False, status=422)
    assert "worker:settle" not in failed(judged(told))
    assert "worker:contract" in failed(judged(told))


@pytest.mark.parametrize(
    ("side", "url", "red"),
    [
        (Side.APP, "https://app.example.com/assignments?limit=-1", "assignment:contract"),
        (Side.APP, "https://app.example.com/workers?limit=-1", "worker:contract"),
        (Side.ATS, "https://ats.example.com/query/Placement?count=-1", "assignment:contract"),
        (Side.ATS, "https://ats.example.com/oauth", "worker:contract"),
    ],
)
def test_a_question_against_the_schema_belongs_to_whom_it_asks_for(side: Side, url: str, red: str) -> None:
    def act(story: Story, run: int) -> None:
        if run == 1:
            story.ask(side, "GET", url, json.dumps({}).encode(), problems=("limit: at least 1",), status=400)

    assert failed(judged(Story(after=act))) == {red}
