"""Who leaves gets the state, stays the same record, and comes back by the chart; whose finding each fault is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from stories import CHANGES, WORKERS, Edit, Errand, Story, agree, failed, integration, judged, worker_fields

from signoff.agreement.resolved import Agreement
from signoff.history import Run
from signoff.schema import Side
from signoff.verdict import Outcome

LEAVES = "worker:when:a-candidate-leaves-the-population"
BACK = "worker:when:a-candidate-comes-back"
ROW = "worker:who:status-is-dnu"
STATES: dict[str, dict[str, dict[str, Any]]] = {
    "worker": {"inactive": {"status": "inactive"}, "current": {"status": ["available", "assigned"]}}
}
LIFE = """
  @lifecycle
  Scenario Outline: <when> <then>
    When the connector has been rehearsed
    Then this row of the lifecycle holds

    Examples: What becomes of workers
      | when                              | then                                  |
      | a candidate leaves the population | the worker becomes inactive           |
      | a candidate comes back            | the same worker becomes current again |
"""


def edited(number: str, status: str) -> Edit:
    return Side.ATS, "Candidate", number, {"status": status}


EDITS: Mapping[str, tuple[Edit, ...]] = {
    "first": (*CHANGES["first"], edited("117", "DNU"), edited("116", "DNU")),
    "second": (*CHANGES["second"], edited("117", "Active")),
}


def agreement(life: str = LIFE) -> Agreement:
    workers = WORKERS.replace(
        '| status is "DNU" | never reaches the app |', '| status is "DNU" | leaves the app as inactive |'
    )
    return agree(workers + life, settings=replace(integration(), states=STATES))


def leaving(errand: Errand) -> dict[str, Any] | None:
    """Set the state of the two who leave; nobody else with that status was ever there."""
    gone = errand.entity == "Worker" and errand.id in (117, 116) and errand.sender["status"] == "DNU"
    return {**worker_fields(errand.sender), "status": "inactive"} if gone else errand.wanted


def story(twist: Callable[[Errand], Any] = leaving, **more: Any) -> Story:
    return Story(twist, edits=EDITS, **more)


def test_a_right_connector_proves_every_row() -> None:
    found = judged(story(), agreement())
    assert failed(found) == set()
    assert {found[one].outcome for one in (LEAVES, BACK, ROW)} == {Outcome.VERIFIED}
    assert (found[LEAVES].exercised["left"], found[BACK].exercised["came back"], found[ROW].exercised["left"]) == (
        2,
        1,
        2,
    )


def test_who_never_should_have_arrived_is_the_population_s_alone() -> None:
    """Who arrives although it is kept out is told of that once; it never left, whatever its state."""

    def twist(errand: Errand) -> dict[str, Any] | None:
        return worker_fields(errand.sender) if errand.entity == "Worker" and errand.id == 112 else leaving(errand)

    found = judged(story(twist), agreement())
    assert failed(found) == {ROW}, {name: found[name].counterexample for name in failed(found)}
    assert [(one.kind, one.check) for one in found[ROW].findings] == [("surplus", "check_arrival")]
    assert found[LEAVES].outcome is Outcome.VERIFIED


def test_a_state_that_is_not_set_belongs_to_the_lifecycle_row() -> None:
    found = judged(story(lambda errand: errand.wanted), agreement())
    assert failed(found) == {LEAVES}
    shown = found[LEAVES].counterexample
    assert shown is not None
    assert shown.record == "Candidate 116, Pia"
    assert shown.expected == 'the same Worker, inactive: status "inactive", because status is "DNU"'
    assert (shown.found, shown.exchange) == ('the same Worker, current: status "assigned"', "no request touched it")


def told(states: dict[str, dict[str, Any]], odd: dict[str, Any]) -> tuple[str, str]:
    """Return what is expected and found of those who leave, where the connector writes `odd` into them."""
    workers = WORKERS.replace(
        '| status is "DNU" | never reaches the app |', '| status is "DNU" | leaves the app as inactive |'
    )

    def wrong(errand: Errand) -> dict[str, Any] | None:
        gone = leaving(errand)
        return {**gone, **odd} if gone is not errand.wanted and gone is not None else gone

    scope = agree(workers + LIFE, settings=replace(integration(), states={"worker": states}))
    found = judged(story(wrong), scope)[LEAVES].counterexample
    assert found is not None
    return found.expected, found.found


def test_a_state_is_told_with_all_its_fields_and_what_is_wrong_by_the_state_that_it_is() -> None:
    states: dict[str, dict[str, Any]] = {
        "inactive": {"status": "inactive", "first_name": ["Nobody", "None"]},
        "current": {"status": ["available", "assigned"]},
    }
    expected = 'the same Worker, inactive: status "inactive" and first_name "Nobody" or "None", because status is "DNU"'
    assert told(states, {"status": "available"}) == (
        expected,
        'the same Worker, current: status "available" and first_name "Pia"',
    )
    assert told(states, {"first_name": "Gone"}) == (expected, 'the same Worker, in no agreed state: first_name "Gone"')


def test_without_a_lifecycle_row_it_belongs_to_the_population_row() -> None:
    assert failed(judged(story(lambda errand: errand.wanted), agreement(""))) == {ROW}


def removed(numbers: tuple[str, ...], phase: str, again: bool = False) -> Callable[[Story, int], None]:
    """Let the connector lose workers in a phase, and make them anew at once."""

    def after(told: Story, _: int) -> None:
        workers = told.records[Side.APP]["Worker"]
        for one in numbers:
            if told.phase == phase and f"w{one}" in workers:
                old = workers.pop(f"w{one}")
                if again:
                    told.write(Side.APP, "Worker", f"n{one}", {name: old[name] for name in old if name != "id"})

    return after


def test_who_leaves_is_not_removed() -> None:
    assert failed(judged(story(after=removed(("116",), "first")), agreement())) == {LEAVES}


def test_who_comes_back_is_the_same_record() -> None:
    found = judged(story(after=removed(("117",), "second", again=True)), agreement())
    assert failed(found) == {BACK}


def test_who_comes_back_is_in_the_charts_state_again() -> None:
    def stays(errand: Errand) -> dict[str, Any] | None:
        wanted = leaving(errand)
        back = (
            wanted is not None and errand.id == 117 and errand.entity == "Worker" and errand.phase in ("second", "day")
        )
        return {**wanted, "status": "inactive"} if back and wanted is not None else wanted

    assert failed(judged(story(stays), agreement())) == {BACK}


def test_a_crash_takes_the_evidence_away() -> None:
    def crashed(run: Run) -> Run:
        return replace(run, crashed="KeyError", ok=None, failed=()) if run.phase != "seed" else run

    found = judged(story(lambda errand: errand.wanted, told=crashed), agreement())
    assert LEAVES not in failed(found)


def sent_away(number: int, phases: tuple[str, ...] = ("first", "second", "day"), **old: Any) -> Callable[[Errand], Any]:
    """Give somebody who is in scope, and of whose status nothing has changed, the state of those who leave."""

    def twist(errand: Errand) -> dict[str, Any] | None:
        if errand.entity != "Worker" or errand.id != number or errand.phase not in phases:
            return leaving(errand)
        return {**worker_fields(errand.sender), "status": "inactive", **old}

    return twist


def test_one_who_is_made_to_leave_has_not_arrived_and_is_no_finding_of_the_rows() -> None:
    found = judged(story(sent_away(104, phone="+13125550104")), agreement())
    assert failed(found) == {"worker:arrive"}
    shown = found["worker:arrive"].counterexample
    assert shown is not None
    assert shown.record == "Candidate 104, Dag"
    assert shown.expected.startswith("still a Worker like others, because ")
    assert shown.found == 'Worker w104 in the state of those who leave, inactive: status "inactive"'


def test_a_state_of_those_who_leave_is_the_tables_when_the_status_itself_has_changed() -> None:
    assert failed(judged(story(sent_away(106, ("first",))), agreement())) == {"worker-status:placed"}


def test_without_a_state_for_those_who_leave_nobody_is_made_to_leave() -> None:
    without = agree(WORKERS, settings=replace(integration(), states=STATES))
    assert failed(judged(Story(sent_away(104, phone="+13125550104")), without)) == {
        "worker-status:active",
        "worker.phone",
    }
