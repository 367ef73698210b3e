"""Nothing outside the chart changes; rows have a direction; kept fields stay."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from stories import (
    ALL_STATEMENTS,
    WORKERS,
    Story,
    agree,
    app_schema,
    ats_schema,
    failed,
    integration,
    judged,
    not_exercised,
    only,
)

from signoff.history import Key, Write
from signoff.schema import Field, Side, Type


def writing(run: int, side: Side, entity: str, record_id: str, sent: dict[str, Any], **more: Any) -> Story:
    def act(story: Story, number: int) -> None:
        if number == run:
            story.write(side, entity, record_id, sent, **more)

    return Story(after=act)


def creating(**extra: Any) -> Story:
    return Story(lambda errand: errand.wanted and {**errand.wanted, **(extra if errand.id == 101 else {})})


@pytest.mark.parametrize(
    ("story", "red"),
    [
        (creating(nickname="Annie"), {"worker:outside"}),
        (creating(nickname=""), set()),
        (creating(nickname=None), set()),
        (creating(locale="en"), set()),
        (creating(locale="de"), {"worker:outside"}),
        (creating(push_token="made up"), {"worker.push_token:kept"}),
        (writing(4, Side.APP, "Worker", "w101", {"nickname": "Annie"}), {"worker:outside"}),
        (writing(4, Side.APP, "Worker", "w101", {"nickname": None}), set()),
        (writing(4, Side.APP, "Worker", "w111", {"push_token": ""}), {"worker.push_token:kept"}),
        (writing(4, Side.APP, "Worker", "w111", {"push_token": "token-of-111"}), set()),
        (writing(4, Side.APP, "Assignment", "a201", {"remark": "x"}), {"assignment:outside"}),
        (writing(4, Side.ATS, "Candidate", "109", {"firstName": "Nino"}), {"worker.first_name"}),
        (writing(4, Side.ATS, "Candidate", "109", {"firstName": "Ida"}), set()),
        (writing(4, Side.ATS, "Placement", "205", {"payRate": "99.00"}), {"assignment.pay_rate"}),
        (writing(4, Side.ATS, "Candidate", "109", {"kind": "temp!"}), {"worker:outside"}),
    ],
    ids=lambda one: None if isinstance(one, set) else "",
)
def test_by_what_was_sent(story: Story, red: set[str]) -> None:
    assert failed(judged(story)) == red


def test_a_field_that_the_toml_calls_technical_may_be_written() -> None:
    story = writing(4, Side.APP, "Worker", "w101", {"nickname": "Annie"})
    agreement = agree(settings=integration(technical={"Worker": ("nickname",)}))
    assert failed(judged(story, agreement)) == set()


def test_the_fields_of_a_state_may_be_written() -> None:
    story = writing(4, Side.APP, "Worker", "w101", {"nickname": "gone"})
    agreement = agree(settings=integration(states={"worker": {"inactive": {"nickname": "gone"}}}))
    assert failed(judged(story, agreement)) == set()


def test_an_entity_that_no_chart_names_is_never_written() -> None:
    def act(story: Story, run: int) -> None:
        if run == 4:
            write = Write("create", Key(Side.ATS, "Note", "1"), {"comments": "hi"}, None, {"id": 1, "comments": "hi"})
            story.ask(Side.ATS, "PUT", "https://ats.example.com/entity/Note", writes=(write,))

    verdicts = judged(Story(after=act))
    assert failed(verdicts) == {"worker:outside"}
    shown = verdicts["worker:outside"].counterexample
    assert shown is not None
    assert shown.expected == "no Note is ever written: no chart names it"
    assert shown.found == "create of Note"


def test_what_was_there_and_what_was_sent_are_shown() -> None:
    shown = judged(writing(4, Side.APP, "Worker", "w111", {"push_token": "new"}))[
        "worker.push_token:kept"
    ].counterexample
    assert shown is not None
    assert shown.expected == 'push_token stays "token-of-111"'
    assert shown.found == 'push_token was sent as "new"'


def test_a_request_shows_numbers_as_numbers_and_no_protected_part() -> None:
    sent = {"nickname": {"pay": Decimal("1.50"), "ssn": "123-45-6789"}}
    shown = judged(writing(4, Side.APP, "Worker", "w101", sent))["worker:outside"].counterexample
    assert shown is not None
    assert '{"nickname": {"pay": 1.50, "ssn": "•••"}}' in shown.exchange


def test_a_value_sent_the_wrong_way_says_so() -> None:
    shown = judged(writing(4, Side.ATS, "Candidate", "109", {"firstName": "Nino"}))["worker.first_name"].counterexample
    assert shown is not None
    assert shown.note == "Candidate.firstName leads; nothing is ever written back to it"
    assert "worker.first_name" in ALL_STATEMENTS


ROW = "| email     | ->    | email       |                          |          |"
PICKED = WORKERS.replace(ROW, ROW + '\n      | firstName | -> | tags[name is "given"].value | same text | |')


def picking(before: list[dict[str, str]], after: list[dict[str, str]]) -> set[str]:
    """Let the connector find and send a list of which the chart names one item."""
    part = {"name": Field("name", Type.TEXT), "value": Field("value", Type.TEXT)}
    worker = app_schema().entities["Worker"]
    tags = Field("tags", Type.OBJECT, many=True, fields=part)
    entities = {**app_schema().entities, "Worker": replace(worker, fields={**worker.fields, "tags": tags})}
    agreement = agree(PICKED, known={Side.ATS: ats_schema(), Side.APP: replace(app_schema(), entities=entities)})

    def act(story: Story, run: int) -> None:
        for one, record in list(story.records[Side.APP]["Worker"].items()):
            name = story.records[Side.ATS]["Candidate"][record["external_id"]]["firstName"]
            others = (before if run == 1 else after) if one == "w103" else []
            wanted = [{"name": "given", "value": name}, *others]
            if run == 1:
                story.records[Side.APP]["Worker"][one] = {**record, "tags": wanted}
            elif run in (4, 6) and record.get("tags", [{}])[0].get("value") != name:
                story.write(Side.APP, "Worker", one, {"tags": wanted})

    return failed(judged(Story(after=act), agreement))


def test_other_items_of_a_list_stay_when_one_is_written() -> None:
    shift = {"name": "shift", "value": "night"}
    assert picking([shift], [shift]) == set()
    assert picking([shift], []) == {"worker.tags.given.value"}
    assert picking([shift], [{"name": "shift", "value": "day"}]) == {"worker.tags.given.value"}


def test_what_is_linked_and_never_bound_belongs_to_the_binding_that_reads_it() -> None:
    linked = WORKERS.replace(
        "each Candidate is a worker,", "each Candidate is a worker, with their latest Placement by id,"
    )
    agreement = agree(linked, "")
    story = writing(4, Side.ATS, "Placement", "205", {"payRate": "99.00"})
    assert failed(judged(story, agreement)) == {"worker:outside"}


def test_what_people_keep_in_the_ats_is_proven_by_delivered_records_and_broken_by_a_write() -> None:
    agreement = agree(WORKERS.replace("| ssn       | never |", "| ssn       | kept  |"))
    assert judged(Story(), agreement)["worker.ssn:kept"].exercised["filled by its owner"] > 15
    story = writing(4, Side.ATS, "Candidate", "101", {"ssn": "000-00-0000"})
    assert failed(judged(story, agreement)) == {"worker.ssn:kept"}


@pytest.mark.parametrize(
    ("key", "red"),
    [(Key(Side.APP, "Worker", "w999"), {"worker:arrive"}), (Key(Side.ATS, "Candidate", "999"), {"worker:outside"})],
)
def test_nothing_is_deleted_that_no_row_says_is_deleted(key: Key, red: set[str]) -> None:
    def act(story: Story, run: int) -> None:
        if run == 4:
            write = Write("delete", key, {}, {"id": key.id}, None)
            story.ask(key.side, "DELETE", f"https://{key.side.value}.example.com/x/{key.id}", writes=(write,))

    verdicts = judged(Story(after=act))
    assert failed(verdicts) == red
    shown = verdicts[next(iter(red))].counterexample
    assert shown is not None
    assert shown.expected == f"the {key.entity} stays, because no row says that it is deleted"


def test_what_was_never_written_shows_nothing_and_names_the_rows_that_are_stale_for_it() -> None:
    shown = not_exercised(judged(Story(lambda errand: errand.wanted if errand.phase == "seed" else None)))
    stale = ("worker.email", "worker.first_name", "worker.phone", "worker.status", "worker:arrive")
    assert (shown["worker:outside"], shown["worker:contract"]) == (stale, stale)
    # Of the workers whose token people have entered only the first name of the candidate changes.
    assert shown["worker.push_token:kept"] == ("worker.first_name", "worker:arrive")


def test_a_change_that_is_not_written_and_need_not_be_takes_no_evidence_away() -> None:
    edits = {"first": ((Side.ATS, "Candidate", "101", {"ssn": "900-11-2222"}),)}
    verdicts = judged(Story(only(104, first_name="X"), edits=edits))
    assert failed(verdicts) == {"worker.first_name"}
    assert not_exercised(verdicts)["worker:outside"] == ()
