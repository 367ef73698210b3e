"""What becomes of bad data: left out, cut, held back or nothing, and everything arrives once it is good again."""

from typing import Any

import pytest


def twin(world: Any, key: int, **fields: Any) -> None:
    """Put another candidate on the job, with the first one's e-mail in another case."""
    world.ats.put("Candidate", key, **{**world.candidate(), "id": key, "firstName": f"N{key}", "email": "ANN@X.com"})
    world.ats.put("Candidate", key, **fields)
    placement = world.ats.rows["Placement"][30]
    world.ats.put("Placement", 100 + key, **{**placement, "id": 100 + key, "candidate": {"id": key}})


LEFT_OUT = [
    ({"mobile": "call me"}, "phone", "773-555-0111", "+17735550111"),
    ({"email": "nobody"}, "email", "bo@x.com", "bo@x.com"),
    ({"phone2": "0", "phone": "773-555-0111"}, "other_phones", "773-555-0122", ["+17735550111", "+17735550122"]),
    ({"owner": {"id": 99}}, "recruiter_id", {"id": 5}, None),
]


@pytest.mark.parametrize(("fields", "target", "good", "value"), LEFT_OUT)
def test_a_field_that_cannot_be_read_is_left_out_on_create(
    staffed: Any, connect: Any, settled: Any, fields: Any, target: str, good: Any, value: Any
) -> None:
    staffed.ats.put("Candidate", 1, **fields)
    assert connect().sync().failed == ()
    assert target not in staffed.worker()
    assert staffed.worker()["first_name"] == "Ann"
    settled()
    staffed.ats.put("Candidate", 1, **{next(iter(fields)): good})
    assert connect().sync().failed == ()
    assert staffed.worker()[target] == (value or next(iter(staffed.app.rows["recruiters"])))
    settled()


@pytest.mark.parametrize(("fields", "target", "good", "value"), LEFT_OUT)
def test_a_field_that_cannot_be_read_any_more_stays_as_it_is_in_the_app(
    linked: Any, connect: Any, settled: Any, fields: Any, target: str, good: Any, value: Any
) -> None:
    before = linked.worker()[target]
    linked.ats.put("Candidate", 1, **fields, firstName="Anna")
    assert connect().sync().failed == ()
    assert (linked.worker()[target], linked.worker()["first_name"]) == (before, "Anna")
    assert not [body for method, _, body in linked.writes() if method == "POST"]
    settled()
    linked.ats.put("Candidate", 1, **dict.fromkeys(fields))
    connect().sync()
    assert not linked.worker()[target]
    settled()


def test_an_unreadable_phone_is_mended_by_the_worker(linked: Any, connect: Any, settled: Any) -> None:
    linked.ats.put("Candidate", 1, mobile="call me")
    connect().sync()
    linked.later()
    linked.app.edit("workers", phone="+17735550111")
    assert connect().sync().failed == ()
    assert linked.candidate()["mobile"] == "+17735550111"
    settled()


def test_an_unreadable_phone_of_the_app_stays_there_and_stops_nothing(linked: Any, connect: Any, settled: Any) -> None:
    linked.app.edit("workers", phone="+19995550100", nickname="Nan")
    assert connect().sync().failed == ()
    assert (linked.candidate()["mobile"], linked.candidate()["nickName"]) == ("(312) 555-0142", "Nan")
    assert linked.worker()["phone"] == "+19995550100"
    settled()
    linked.app.edit("workers", phone="+17735550111")
    connect().sync()
    assert linked.candidate()["mobile"] == "+17735550111"
    settled()


def test_a_recruiter_whom_nobody_invited_changes_nothing_until_somebody_does(linked: Any, connect: Any) -> None:
    before = linked.worker()["recruiter_id"]
    linked.ats.put("Candidate", 1, owner={"id": 6})
    connect().sync()
    assert linked.worker()["recruiter_id"] == before
    linked.later()
    made = linked.app.put("recruiters", name="Tom", external_id="6")
    connect().sync()
    assert linked.worker()["recruiter_id"] == made["id"] != before


LONG = [
    ("nickName", "nickname", "n" * 50, "n" * 40),
    ("nickName", "nickname", "\U0001f600" * 41, "\U0001f600" * 40),
    ("nickName", "nickname", "n" * 39 + "e\u0301" + "x", "n" * 39 + "\u00e9"),
    ("certifications", "certificates", "A," + "c" * 201, ["A", "c" * 200]),
    ("customText1", "tags", "u" * 201, [{"name": "uniform", "value": "U" * 200}]),
    ("customText2", "emergency_contact", "m" * 101, "m" * 100),
]


@pytest.mark.parametrize(("source", "target", "typed", "value"), LONG)
def test_a_text_that_is_too_long_is_cut(
    linked: Any, connect: Any, settled: Any, source: str, target: str, typed: Any, value: Any
) -> None:
    linked.ats.put("Candidate", 1, **{source: typed})
    assert connect().sync().failed == ()
    assert linked.worker()[target] == value
    assert linked.candidate()[source] == typed
    settled()
    twin(linked, 2, email="bo@x.com")
    assert connect().sync().failed == ()
    assert linked.app.only("workers", external_id="2")[target] == value


def test_a_text_of_the_app_is_cut_to_what_bullhorn_holds(linked: Any, connect: Any, settled: Any) -> None:
    linked.app.edit("workers", street="s" * 100, postal_code="1" * 18)
    assert connect().sync().failed == ()
    address = linked.candidate()["address"]
    assert (address["address1"], address["zip"], address["city"]) == ("s" * 40, "1" * 15, "Peoria")
    assert linked.worker()["street"] == "s" * 100
    settled()
    linked.ats.put("Candidate", 1, address={**address, "address1": "1 Oak"})
    connect().sync()
    assert linked.worker()["street"] == "1 Oak"
    settled()


def test_a_text_of_another_kind_is_held_back(staffed: Any, connect: Any) -> None:
    staffed.ats.put("ClientCorporation", 10, name="N" * 101)
    assert [(one.entity, one.id) for one in connect().sync().failed] == [("ClientCorporation", "10")]


def test_of_two_with_one_email_the_later_is_held_back(staffed: Any, connect: Any, settled: Any) -> None:
    twin(staffed, 2)
    twin(staffed, 3, email="bo@x.com")
    for _ in range(3):
        assert [(one.id, one.reason) for one in connect().sync().failed] == [
            ("2", "email: another candidate has it too")
        ]
        staffed.later()
    assert {one["external_id"] for one in staffed.app.rows["workers"].values()} == {"1", "3"}
    settled()
    staffed.ats.put("Candidate", 2, email="two@x.com")
    assert connect().sync().failed == ()
    assert staffed.app.only("workers", external_id="2")["first_name"] == "N2"
    assert len(staffed.app.rows["assignments"]) == 3
    settled()


@pytest.mark.parametrize(
    "change", [{"email": "ann.lee@x.com"}, {"status": "DNU"}, {"isDeleted": True}, {"email": None}]
)
def test_the_later_arrives_when_the_first_has_another_email_or_leaves(
    staffed: Any, connect: Any, settled: Any, change: Any
) -> None:
    twin(staffed, 2)
    connect().sync()
    staffed.ats.put("Candidate", 1, **change)
    connect().sync()
    assert connect().sync().failed == ()
    assert staffed.app.only("workers", external_id="2")["first_name"] == "N2"
    settled()


def test_whoever_is_in_the_app_first_is_held_back_when_an_earlier_one_comes(
    linked: Any, connect: Any, settled: Any
) -> None:
    twin(linked, 2, email="bo@x.com")
    connect().sync()
    before = dict(linked.app.only("workers", external_id="2"))
    linked.ats.put("Candidate", 1, email="bo@x.com")
    connect().sync()
    assert [one.id for one in connect().sync().failed] == ["2"]
    linked.ats.put("Candidate", 2, firstName="Bob")
    assert [one.id for one in connect().sync().failed] == ["2"]
    assert linked.app.only("workers", external_id="2") == before
    assert linked.worker()["email"] == "bo@x.com"
    linked.ats.put("Candidate", 1, email="ann@x.com")
    connect().sync()
    assert connect().sync().failed == ()
    assert linked.app.only("workers", external_id="2")["first_name"] == "Bob"
    settled()


def test_what_the_worker_changes_makes_a_shared_email_no_better(linked: Any, connect: Any) -> None:
    twin(linked, 2, email="bo@x.com")
    connect().sync()
    linked.ats.put("Candidate", 2, email="ann@x.com", firstName="Bob")
    linked.later()
    linked.app.edit("workers", id=linked.app.only("workers", external_id="2")["id"], nickname="Nan")
    assert [one.id for one in connect().sync().failed] == ["2"]
    assert linked.ats.rows["Candidate"][2]["nickName"] == "Nan"
    assert linked.app.only("workers", external_id="2")["first_name"] == "N2"


def test_a_rate_below_nothing_holds_back_until_it_is_mended(linked: Any, connect: Any, settled: Any) -> None:
    linked.ats.put("Candidate", 1, hourlyRate=-0.01, firstName="Anna")
    assert [(one.id, one.reason) for one in connect().sync().failed] == [("1", "desired_pay: below 0")]
    assert (linked.worker()["desired_pay"], linked.worker()["first_name"]) == ("20", "Ann")
    settled()
    linked.ats.put("Candidate", 1, hourlyRate=0)
    assert connect().sync().failed == ()
    assert (linked.worker()["desired_pay"], linked.worker()["first_name"]) == ("0", "Anna")
    settled()


def test_an_end_before_the_beginning_is_held_back(linked: Any, connect: Any, settled: Any) -> None:
    begins = linked.ats.rows["Placement"][30]["dateBegin"]
    linked.ats.put("Placement", 30, dateEnd=begins - 86_400_000, payRate=21)
    result = connect().sync()
    assert [(one.entity, one.id, one.reason) for one in result.failed] == [
        ("Placement", "30", "ends_on: before the first day")
    ]
    assert (linked.app.only("assignments")["pay_rate"], linked.worker()["status"]) == ("18.5", "inactive")
    settled()
    linked.ats.put("Placement", 30, dateEnd=begins)
    assert connect().sync().failed == ()
    assert linked.app.only("assignments")["pay_rate"] == "21"
    settled()


def test_of_a_test_job_nothing_is_written_and_nothing_said(staffed: Any, connect: Any, settled: Any) -> None:
    staffed.ats.put("JobOrder", 20, title="Picker TEST")
    assert connect().sync().failed == ()
    assert not staffed.app.rows.get("jobs")
    assert not staffed.app.rows.get("assignments")
    staffed.ats.put("JobOrder", 20, title="Picker (test)")
    connect().sync()
    assert staffed.app.only("jobs")["title"] == "Picker (test)"
    assert len(staffed.app.rows["assignments"]) == 1
    settled()
    staffed.ats.put("JobOrder", 20, title="TEST", numOpenings=7)
    assert connect().sync().failed == ()
    assert (staffed.app.only("jobs")["title"], staffed.app.only("jobs")["openings"]) == ("Picker (test)", 1)
    staffed.ats.put("JobOrder", 20, title="Packer")
    connect().sync()
    assert (staffed.app.only("jobs")["title"], staffed.app.only("jobs")["openings"]) == ("Packer", 7)
    settled()
    staffed.ats.put("JobOrder", 20, title="TEST", isDeleted=True)
    connect().sync()
    assert staffed.app.only("jobs")["status"] == "closed"


@pytest.mark.parametrize(("loser", "survivor"), [(1, 2), (2, 1)])
def test_two_who_share_an_email_and_are_merged_become_one(
    staffed: Any, connect: Any, settled: Any, loser: int, survivor: int
) -> None:
    twin(staffed, 2)
    assert [one.id for one in connect().sync().failed] == ["2"]
    staffed.later()
    for placement in staffed.ats.rows["Placement"].values():
        staffed.ats.put("Placement", placement["id"], candidate={"id": survivor})
    staffed.ats.put("Candidate", loser, isDeleted=True)
    connect().sync()
    assert connect().sync().failed == ()
    made = {one["external_id"]: one for one in staffed.app.rows["workers"].values()}
    assert made[str(survivor)]["status"] == "assigned"
    assert {one["status"] for key, one in made.items() if key != str(survivor)} <= {"inactive"}
    assert {one["worker_id"] for one in staffed.app.rows["assignments"].values()} == {made[str(survivor)]["id"]}
    assert len(staffed.app.rows["assignments"]) == 2
    settled()


def test_who_is_held_back_for_a_shared_email_may_leave_and_is_named_no_more(
    linked: Any, connect: Any, settled: Any
) -> None:
    twin(linked, 2, email="bo@x.com")
    connect().sync()
    linked.ats.put("Candidate", 2, email="ann@x.com")
    assert [one.id for one in connect().sync().failed] == ["2"]
    linked.ats.put("Candidate", 2, status="DNU")
    assert connect().sync().failed == ()
    assert linked.app.only("workers", external_id="2")["status"] == "inactive"
    settled()
    linked.ats.put("Candidate", 2, status="Placed", email="bo@x.com")
    assert connect().sync().failed == ()
    assert linked.app.only("workers", external_id="2")["status"] == "assigned"
    settled()


@pytest.mark.parametrize("hidden", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud83d"])
@pytest.mark.parametrize(
    ("field", "target"), [("lastName", "last_name"), ("description", "about"), ("customText2", "emergency_contact")]
)
def test_a_sign_that_nobody_can_show_holds_back_until_it_is_gone(
    linked: Any, connect: Any, settled: Any, field: str, target: str, hidden: str
) -> None:
    before = dict(linked.worker())
    linked.ats.put("Candidate", 1, **{field: f"Ni{hidden}ne"}, occupation="Nurse")
    [failed] = connect().sync().failed
    # A person's two names are one more row, and the first row of the chart that is wrong is told.
    assert (failed.id, failed.reason) == ("1", f"{target}: a text has a character that cannot be shown")
    assert linked.worker() == before
    settled()
    linked.ats.put("Candidate", 1, **{field: "Nine"})
    assert connect().sync().failed == ()
    assert (linked.worker()[target], linked.worker()["job_title"]) == ("Nine", "Nurse")


@pytest.mark.parametrize("text", ["one\ntwo", "one\r\ntwo", "one\ttwo", "Zoë \U0001f477\U0001f3fd"])
def test_ends_of_lines_tabs_and_whole_emoji_hold_nothing_back(linked: Any, connect: Any, text: str) -> None:
    linked.ats.put("Candidate", 1, description=text, occupation="Nurse")
    assert connect().sync().failed == ()
    assert linked.worker()["job_title"] == "Nurse"


def test_of_a_kind_whose_documents_do_not_speak_of_it_the_text_goes_as_it_is(linked: Any, connect: Any) -> None:
    linked.ats.put("ClientCorporation", 10, name="Work\x07s")
    assert connect().sync().failed == ()
    assert linked.app.only("worksites", external_id="10")["name"] == "Work\x07s"
