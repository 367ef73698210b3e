"""Nothing outside the chart changes; rows have a direction; kept fields stay."""

from typing import Any

import pytest
from stories import ALL_STATEMENTS, Story, agree, failed, integration, judged

from signoff.history import Key, Write
from signoff.schema import Side


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


def test_a_value_sent_the_wrong_way_says_so() -> None:
    shown = judged(writing(4, Side.ATS, "Candidate", "109", {"firstName": "Nino"}))["worker.first_name"].counterexample
    assert shown is not None
    assert shown.note == "Candidate.firstName leads; nothing is ever written back to it"
    assert "worker.first_name" in ALL_STATEMENTS
