"""Who arrives, who arrives twice, who should not have arrived; and whose evidence that takes away."""

from dataclasses import replace
from typing import Any

import pytest
from stories import (
    ALL_STATEMENTS,
    CANDIDATES,
    Errand,
    Story,
    failed,
    judged,
    not_exercised,
    without,
    worker_fields,
)

from signoff.history import History, Key, Run
from signoff.schema import Side
from signoff.verdict import Outcome

TEMPS = tuple(one for one, (_, kind, status) in CANDIDATES.items() if kind == "temp" and status != "DNU")


def test_one_missing_record_belongs_to_arrive_alone() -> None:
    verdicts = judged(Story(without(102)))
    assert failed(verdicts) == {"worker:arrive"}
    shown = verdicts["worker:arrive"].counterexample
    assert shown is not None
    assert shown.record == "Candidate 102, Bo"
    assert shown.expected == "a Worker of its own"
    assert shown.exchange == "no request carried it, and the connector said nothing"
    assert len(verdicts["worker:arrive"].findings) == 1


def test_the_condition_of_the_population_row_is_named() -> None:
    shown = judged(Story(without(101)))["worker:arrive"].counterexample
    assert shown is not None
    assert shown.expected == 'a Worker of its own, because kind is "temp"'


def test_what_the_connector_said_about_a_missing_record_is_shown() -> None:
    def told(run: Run) -> Run:
        more = replace(run.failed[0], id="101", reason="422 first_name too long")
        return replace(run, ok=False, failed=(*run.failed, more))

    shown = judged(Story(without(101), told=told))["worker:arrive"].counterexample
    assert shown is not None
    assert shown.exchange == "the connector said: 422 first_name too long"


def test_a_whole_population_case_that_is_missing_belongs_to_its_row() -> None:
    verdicts = judged(Story(without(*TEMPS)))
    assert failed(verdicts) == {"worker:who:kind-is-temp"}
    assert set(not_exercised(verdicts).values()) <= {("worker:who:kind-is-temp",)}
    # Nobody but temps changed the first name.
    assert verdicts["worker.first_name"].because_of == ("worker:who:kind-is-temp",)


def test_nobody_arrives_and_the_connector_is_content() -> None:
    verdicts = judged(Story(lambda errand: None))
    assert failed(verdicts) == {"worker:arrive"}
    lost = not_exercised(verdicts)
    assert set(lost.values()) == {("worker:arrive",)}
    # What needs nobody to arrive: bad records are named, every run ends. That outsiders stay out proves nothing here,
    # and what becomes of those who leave is open.
    assert ALL_STATEMENTS - set(lost) - {"worker:arrive", "worker:leaving"} == {
        "worker:held",
        "assignment:held",
        "connector:finishes",
    }


def test_nobody_arrives_because_every_run_crashed() -> None:
    def crash(run: Run) -> Run:
        return replace(run, ok=None, failed=(), crashed="KeyError: 'data'")

    verdicts = judged(Story(lambda errand: None, told=crash))
    assert failed(verdicts) == {"connector:finishes"}
    assert set(not_exercised(verdicts).values()) == {("connector:finishes",)}
    assert verdicts["worker:arrive"].outcome is Outcome.NOT_EXERCISED


def test_whom_people_made_on_both_sides_nobody_has_brought() -> None:
    def crash(run: Run) -> Run:
        return replace(run, ok=None, failed=(), crashed="KeyError: 'data'")

    history = Story(lambda errand: None, told=crash).play()
    known = Key(Side.APP, "Worker", "w104")
    worker = {
        "id": "w104",
        "external_id": None,
        "email": "person104@example.com",
        "first_name": "Dag",
        "status": "available",
    }
    there = tuple(replace(one, app={**one.app, "Worker": {"w104": worker}}) for one in history.snapshots)
    verdicts = judged(replace(history, snapshots=there, names={**history.names, known: "Worker#104"}))
    assert failed(verdicts) == {"connector:finishes"}
    assert set(not_exercised(verdicts).values()) == {("connector:finishes",)}


def test_what_a_run_that_crashed_late_never_came_to_is_no_rows_finding() -> None:
    def crash(run: Run) -> Run:
        return run if run.phase == "seed" else replace(run, ok=None, failed=(), crashed="KeyError: 'data'")

    verdicts = judged(Story(lambda errand: errand.wanted if errand.phase == "seed" else None, told=crash))
    assert failed(verdicts) == {"connector:finishes"}
    lost = not_exercised(verdicts)
    assert set(lost.values()) == {("connector:finishes",)}
    # A change never arrived, so none of them is proven, whatever the first runs have shown.
    assert {"worker.first_name", "worker.phone", "worker.email", "assignment.pay_rate"} <= lost.keys()
    assert "changed" not in verdicts["worker.first_name"].exercised
    assert verdicts["worker:arrive"].outcome is Outcome.VERIFIED


def test_a_run_that_crashed_late_does_not_excuse_what_it_wrote() -> None:
    def crash(run: Run) -> Run:
        return run if run.phase == "seed" else replace(run, ok=None, failed=(), crashed="KeyError: 'data'")

    def twist(errand: Errand) -> dict[str, Any] | None:
        if errand.phase == "seed":
            return errand.wanted
        # 103's new name is not written, though something else of it is.
        return {**errand.wanted, "first_name": "Cleo", "locale": "fr"} if errand.id == 103 and errand.wanted else None

    verdicts = judged(Story(twist, told=crash))
    assert {"connector:finishes", "worker.first_name"} <= failed(verdicts)


def test_evidence_that_waits_for_a_missing_record_is_lost_to_it() -> None:
    verdicts = judged(Story(without(101, 102)))
    assert failed(verdicts) == {"worker:arrive"}
    # Every placement but 206 is of 101 or 102, so that no pay rate ever changed.
    assert verdicts["assignment.pay_rate"].outcome is Outcome.NOT_EXERCISED
    assert verdicts["assignment.pay_rate"].because_of == ("worker:arrive",)


def after(number: int, entity: str, record_id: str, sent: dict[str, Any]) -> Story:
    def act(story: Story, run: int) -> None:
        if run == number:
            story.write(Side.APP, entity, record_id, sent)

    return Story(after=act)


COPY = {"external_id": "104", "first_name": "Dag", "status": "available"}


@pytest.mark.parametrize("run", [1, 4, 8])
def test_a_doubled_record_belongs_to_once(run: int) -> None:
    verdicts = judged(after(run, "Worker", "w104b", COPY))
    assert failed(verdicts) == {"worker:once"}
    shown = verdicts["worker:once"].counterexample
    assert shown is not None
    assert (shown.expected, shown.found) == ("one Worker", "2: w104, w104b")
    assert len(verdicts["worker:once"].findings) == 1


def test_a_record_that_belongs_to_nobody_belongs_to_once() -> None:
    verdicts = judged(after(1, "Assignment", "a9", {"external_id": "99999", "worker_id": "w101"}))
    assert failed(verdicts) == {"assignment:once"}
    shown = verdicts["assignment:once"].counterexample
    assert shown is not None
    assert shown.found == "one that belongs to nobody"


def test_a_record_made_anew_belongs_to_once() -> None:
    def again(story: Story, run: int) -> None:
        if run == 4:
            fields = story.records[Side.APP]["Worker"].pop("w104")
            story.write(Side.APP, "Worker", "w104b", {name: fields[name] for name in fields if name != "id"})

    verdicts = judged(Story(after=again))
    assert failed(verdicts) == {"worker:once"}


def test_a_record_that_vanishes_belongs_to_arrive() -> None:
    def lose(story: Story, run: int) -> None:
        if run == 6:
            del story.records[Side.APP]["Worker"]["w104"]

    verdicts = judged(Story(after=lose))
    assert failed(verdicts) == {"worker:arrive"}
    shown = verdicts["worker:arrive"].counterexample
    assert shown is not None
    assert shown.phase == "after the second changes"


def test_an_outsider_who_was_delivered_belongs_to_the_row_that_keeps_him_out() -> None:
    def all_in(errand: Errand) -> dict[str, Any] | None:
        return worker_fields(errand.sender) if errand.id == 112 else errand.wanted

    verdicts = judged(Story(all_in))
    assert failed(verdicts) == {"worker:who:status-is-dnu"}
    shown = verdicts["worker:who:status-is-dnu"].counterexample
    assert shown is not None
    assert shown.record == "Candidate 112, Lea"
    assert (shown.expected, shown.found) == ('not there, because status is "DNU"', "Worker w112")
    assert not_exercised(verdicts) == {}


def test_one_outsider_is_too_few() -> None:
    def one_only(run: Run) -> Run:
        return run

    history = Story(told=one_only).play()
    snapshots = tuple(
        replace(one, ats={**one.ats, "Candidate": {k: v for k, v in one.ats["Candidate"].items() if k != "113"}})
        for one in history.snapshots
    )
    verdict = judged(replace(history, snapshots=snapshots))["worker:who:status-is-dnu"]
    assert verdict.outcome is Outcome.NOT_EXERCISED
    assert verdict.would_exercise == 'two records of Candidate where status is "DNU"'


def test_whom_a_key_names_beyond_doubt_is_not_made_a_second_time() -> None:
    known = Key(Side.APP, "Worker", "w0")
    history = Story().play()

    def with_loose(email: str) -> History:
        worker = {"id": "w0", "external_id": None, "email": email, "first_name": "Dag", "status": "available"}
        there = tuple(
            replace(one, app={**one.app, "Worker": {**one.app["Worker"], "w0": worker}}) for one in history.snapshots
        )
        return replace(history, snapshots=there, names={**history.names, known: "Worker#0"})

    verdicts = judged(with_loose("person104@example.com"))
    assert failed(verdicts) == {"worker:once"}
    shown = verdicts["worker:once"].counterexample
    assert shown is not None
    assert shown.expected == "the Worker that was there already and has the same key, w0"
    assert failed(judged(with_loose("somebody@example.com"))) == set()


def test_whoever_was_made_a_second_time_is_told_in_the_order_of_the_records() -> None:
    there, names = {}, {}
    ids = [str(number) for number in range(101, 109)]
    for one in ids:
        key = f"x{one}"
        mail = f"person{one}@example.com"
        there[key] = {"id": key, "external_id": None, "email": mail, "first_name": "Dag", "status": "available"}
        names[Key(Side.APP, "Worker", key)] = f"Worker#{one}"
    history = Story().play()
    snapshots = tuple(
        replace(one, app={**one.app, "Worker": {**one.app["Worker"], **there}}) for one in history.snapshots
    )
    verdicts = judged(replace(history, snapshots=snapshots, names={**history.names, **names}))
    told = [one.counterexample.record for one in verdicts["worker:once"].findings]
    assert len(told) > 3
    assert told == sorted(told)
