"""Bad records: held back, named, and nobody else suffers."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from stories import CHANGES, Errand, Story, failed, judged, not_exercised, worker_fields

from signoff.history import NamedFailure, Run
from signoff.schema import Side
from signoff.verdict import Outcome


def delivering(number: int) -> Story:
    def twist(errand: Errand) -> dict[str, Any] | None:
        return worker_fields(errand.sender) if errand.id == number else errand.wanted

    return Story(twist)


def test_a_record_without_a_required_value_is_delivered() -> None:
    verdicts = judged(delivering(115))
    assert failed(verdicts) == {"worker:held"}
    shown = verdicts["worker:held"].counterexample
    assert shown is not None
    assert shown.record == "Candidate 115"
    assert shown.expected == "nothing of it is written, because first_name is required"
    assert shown.found == "Worker w115 was created"


def test_a_record_that_the_table_calls_an_error_is_delivered() -> None:
    verdicts = judged(delivering(114))
    assert failed(verdicts) == {"worker-status:anything-else"}
    assert not_exercised(verdicts) == {}


def test_a_record_that_has_become_bad_stays_as_it_was() -> None:
    turned = {**CHANGES, "second": (*CHANGES["second"], (Side.ATS, "Candidate", "102", {"firstName": ""}))}
    assert failed(judged(Story(edits=turned))) == set()


def test_a_record_that_has_become_bad_is_written() -> None:
    turned = {
        **CHANGES,
        "second": (*CHANGES["second"], (Side.ATS, "Candidate", "102", {"firstName": "", "phone": "+13125550777"})),
    }

    def twist(errand: Errand) -> dict[str, Any] | None:
        if errand.id != 102:
            return errand.wanted
        return {**worker_fields(errand.sender), "first_name": "Bo"}

    verdicts = judged(Story(twist, edits=turned))
    assert failed(verdicts) == {"worker:held"}
    shown = verdicts["worker:held"].counterexample
    assert shown is not None
    assert shown.found == "Worker w102 was changed"
    assert shown.exchange == 'run 6: PATCH /workers/w102 {"phone": "+13125550777"} → 200'


def naming(keep: Callable[[str], bool]) -> Callable[[Run], Run]:
    return lambda run: replace(run, failed=tuple(one for one in run.failed if keep(one.id)))


def test_a_held_record_is_not_named() -> None:
    verdicts = judged(Story(told=naming(lambda one: one != "115")))
    assert failed(verdicts) == {"worker:held"}
    shown = verdicts["worker:held"].counterexample
    assert shown is not None
    assert shown.expected == "named in the result as failed, because first_name is required"
    assert shown.found == "not ok, not ok, not ok; 6 other records named"


def test_a_name_counts_only_for_its_own_entity() -> None:
    def told(run: Run) -> Run:
        return replace(run, failed=tuple(replace(one, entity="Placement") for one in run.failed))

    # 114 stands in no table, and a connector that names others but not it has taken its value for a known one.
    # There is no placement 114 either, so that whoever names it invents it.
    assert failed(judged(Story(told=told))) == {"worker:held", "worker-status:anything-else", "connector:finishes"}


def test_an_error_row_whose_record_alone_is_not_named_is_to_blame() -> None:
    assert failed(judged(Story(told=naming(lambda one: one != "114")))) == {"worker-status:anything-else"}


@pytest.mark.parametrize("entity", ["", "candidate", "Worker", "worker"])
def test_a_record_may_be_named_by_either_system_s_word_or_none(entity: str) -> None:
    def told(run: Run) -> Run:
        return replace(run, failed=tuple(replace(one, entity=entity) if one.id < "200" else one for one in run.failed))

    assert failed(judged(Story(told=told))) == set()


def test_a_connector_that_is_always_content_names_nobody() -> None:
    verdicts = judged(Story(told=lambda run: replace(run, ok=True, failed=())))
    assert failed(verdicts) == {"worker:held", "assignment:held"}


def test_without_any_result_the_named_half_is_not_exercised() -> None:
    verdicts = judged(Story(told=lambda run: replace(run, ok=None, failed=())))
    assert failed(verdicts) == set()
    assert not_exercised(verdicts) == {"worker:held": (), "assignment:held": ()}
    assert verdicts["worker:held"].would_exercise == "a connector that gives a result (it never did)"
    assert verdicts["worker:held"].outcome is Outcome.NOT_EXERCISED


def test_a_program_may_name_records_in_what_it_prints() -> None:
    said = "skipped candidate 114 and candidate 115\nskipped placement 207"
    assert failed(judged(Story(told=lambda run: replace(run, failed=(), printed=said)))) == set()


def test_an_id_inside_another_number_is_no_name() -> None:
    said = "skipped 1140 and 2115, 207"
    assert failed(judged(Story(told=lambda run: replace(run, failed=(), printed=said)))) == {"worker:held"}


def test_a_record_that_only_waits_need_not_be_named() -> None:
    # Placement 206 waits for candidate 114 until the second changes, and no run names it.
    history = Story().play()
    assert all(one.id != "206" for run in history.runs for one in run.failed)
    assert judged(history)["assignment:held"].outcome is Outcome.VERIFIED


def test_a_good_record_that_is_said_to_be_held_back() -> None:
    def twist(errand: Errand) -> dict[str, Any] | None:
        return None if errand.id == 103 and errand.phase == "first" else errand.wanted

    def told(run: Run) -> Run:
        if run.phase != "first":
            return run
        return replace(run, failed=(*run.failed, replace(run.failed[0], id="103", reason="too young")))

    verdicts = judged(Story(twist, told=told))
    assert failed(verdicts) == {"worker:held"}
    shown = verdicts["worker:held"].counterexample
    assert shown is not None
    assert shown.expected == "its change arrives, because nothing is wrong with it"
    assert shown.found == "held back; the connector said: too young"


def naming_more(number: str, entity: str = "Candidate", runs: Sequence[int] = range(1, 11)) -> Callable[[Run], Run]:
    def told(run: Run) -> Run:
        more = NamedFailure("ats", entity, number, "not delivered")
        return replace(run, failed=(*run.failed, more)) if run.number in runs else run

    return told


def test_a_record_that_arrived_and_is_named_as_failed() -> None:
    verdicts = judged(Story(told=naming_more("103")))
    assert failed(verdicts) == {"worker:held"}
    shown = verdicts["worker:held"].counterexample
    assert shown is not None
    assert shown.record == "Candidate 103, Cleo"
    assert shown.expected == "not named as failed, because nothing is wrong with it and all of it arrived"
    assert shown.found == "named as failed in run 1; the connector said: not delivered"


def test_an_arrived_record_may_be_named_by_its_partner_s_id_and_is_noticed_all_the_same() -> None:
    assert failed(judged(Story(told=naming_more("w103", "worker")))) == {"worker:held"}


@pytest.mark.parametrize("number", ["112", "114", "115"])
def test_whoever_is_out_of_scope_or_was_bad_just_before_may_be_named(number: str) -> None:
    assert failed(judged(Story(told=naming_more(number, runs=(6, 7))))) == set()


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_record_that_is_named_because_a_system_was_in_trouble_and_that_arrives_later(status: int) -> None:
    def act(story: Story, run: int) -> None:
        if run == 4:
            story.ask(Side.APP, "GET", "https://app.test/workers?page=1")
            story.exchanges[-1] = replace(story.exchanges[-1], status=status)

    assert failed(judged(Story(after=act, told=naming_more("103", runs=(4, 5))))) == set()
    assert failed(judged(Story(after=act, told=naming_more("103", runs=(6,))))) == {"worker:held"}


def test_a_record_whose_write_was_refused_once_and_repeated_may_be_named_in_that_phase() -> None:
    def act(story: Story, run: int) -> None:
        if run == 4:
            story.write(Side.APP, "Worker", "w101", {"phone": "+13125550101"}, accepted=False)
            story.write(Side.APP, "Worker", "w101", {"phone": "+13125550101"})

    assert failed(judged(Story(after=act, told=naming_more("101", runs=(4, 5))))) == set()


@pytest.mark.parametrize("entity", ["Candidate", "worker", "Person", ""])
def test_an_id_that_no_system_has_is_invented(entity: str) -> None:
    verdicts = judged(Story(told=naming_more("999", entity, runs=(4, 5))))
    assert failed(verdicts) == {"connector:finishes"}
    shown = verdicts["connector:finishes"].counterexample
    assert shown is not None
    said = f"the result names {entity or 'record'} 999 as failed, and no system has had such a record"
    assert (shown.record, shown.found) == ("run 4 of 10", said)


def test_naming_somebody_else_does_not_excuse_a_refused_write() -> None:
    def act(story: Story, run: int) -> None:
        if run == 4:
            story.write(Side.APP, "Worker", "w101", {"phone": "x"}, accepted=False)

    def told(run: Run) -> Run:
        return replace(run, ok=True)

    assert failed(judged(Story(after=act, told=told))) == {"connector:finishes"}
    assert failed(judged(Story(after=act, told=lambda run: naming_more("101", runs=(4,))(told(run))))) == set()
