"""Links, modifiers, and records that are held back."""

from typing import Any

import pytest


def test_a_worker_with_our_id_is_taken_over(staffed: Any, connect: Any) -> None:
    staffed.app.put("workers", external_id="1", first_name="A", last_name="B", status="inactive", push_token="t")
    connect().sync()
    worker = staffed.app.only("workers")
    assert (worker["first_name"], worker["status"], worker["push_token"]) == ("Ann", "assigned", "t")


@pytest.mark.parametrize("mail", ["ann@X.COM", "ANN@x.com"])
def test_a_worker_with_the_same_email_is_linked(staffed: Any, connect: Any, mail: str) -> None:
    made = staffed.app.put("workers", first_name="A", last_name="B", status="inactive", email=mail)
    connect().sync()
    worker = staffed.app.only("workers")
    assert (worker["id"], worker["external_id"]) == (made["id"], "1")
    staffed.forget()
    connect().sync()
    assert staffed.writes() == []


def test_an_email_of_a_worker_with_another_id_links_nobody(staffed: Any, connect: Any) -> None:
    staffed.app.put("workers", external_id="77", first_name="A", last_name="B", status="inactive", email="ann@x.com")
    connect().sync()
    assert {worker["external_id"] for worker in staffed.app.rows["workers"].values()} == {"1", "77"}


def test_an_ambiguous_email_is_held_back(staffed: Any, connect: Any) -> None:
    for _ in range(2):
        staffed.app.put("workers", first_name="A", last_name="B", status="inactive", email="ann@x.com")
    result = connect().sync()
    assert [(one.entity, one.id, one.reason) for one in result.failed] == [
        ("Candidate", "1", "email: more than one record could be meant")
    ]
    assert len(staffed.app.rows["workers"]) == 2


def test_a_conflict_is_answered_by_linking(staffed: Any, connect: Any) -> None:
    connector = connect()
    connector.records_of = lambda *_: []
    made = staffed.app.put("workers", external_id="1", first_name="A", last_name="B", status="inactive")
    assert connector.sync().ok
    assert staffed.app.only("workers")["id"] == made["id"]
    assert staffed.app.only("workers")["first_name"] == "Ann"


def test_a_worker_that_was_deleted_in_the_app_is_made_again_when_it_changes(staffed: Any, connect: Any) -> None:
    connect().sync()
    staffed.app.rows["workers"].clear()
    staffed.ats.put("Candidate", 1, firstName="Anna")
    assert connect().sync().ok
    assert staffed.app.only("workers", external_id="1")["first_name"] == "Anna"


def test_modifiers(staffed: Any, connect: Any) -> None:
    staffed.ats.put("Candidate", 1, source="Fair", customText1="xl", customText2="Mum", companyName="Bolt")
    staffed.ats.put("JobOrder", 20, skillList="Lifting, Driving", reportTo="Kim", yearsRequired=2)
    connect().sync()
    worker, job = staffed.app.only("workers"), staffed.app.only("jobs")
    assert worker["tags"] == [{"name": "uniform", "value": "XL"}]
    assert (worker["referral_source"], worker["emergency_contact"], worker["previous_employer"]) == (
        "Fair",
        "Mum",
        "Bolt",
    )
    assert (job["skills"], job["supervisor"], job["years_required"]) == (["Lifting", "Driving"], "Kim", 2)
    worker["tags"] = [{"name": "vip", "value": None}, {"name": "uniform", "value": "XL"}]
    worker["emergency_contact"], job["skills"], worker["pinned"] = "Dad", ["Lifting", "First aid"], True
    staffed.ats.put("Candidate", 1, source="Web", customText1="l", customText2="Aunt", companyName=None)
    staffed.ats.put("JobOrder", 20, skillList="Sewing", reportTo="Lu", yearsRequired=3)
    connect().sync()
    assert worker["tags"] == [{"name": "vip", "value": None}, {"name": "uniform", "value": "L"}]
    assert (worker["referral_source"], worker["emergency_contact"], worker["previous_employer"]) == (
        "Fair",
        "Dad",
        "Bolt",
    )
    assert (job["skills"], job["supervisor"], job["years_required"]) == (["Lifting", "First aid", "Sewing"], "Kim", 2)
    staffed.ats.put("Candidate", 1, customText1=None)
    connect().sync()
    assert worker["tags"] == [{"name": "vip", "value": None}, {"name": "uniform", "value": None}]


def test_an_edit_in_the_app_stays_until_the_source_changes(staffed: Any, connect: Any) -> None:
    connect().sync()
    worker = staffed.app.edit("workers", job_title="Edited")
    staffed.ats.put("Candidate", 1, lastName="Li")
    connect().sync()
    assert (worker["job_title"], worker["last_name"]) == ("Edited", "Li")
    assert staffed.ats.rows["Candidate"][1].get("occupation") is None
    staffed.ats.put("Candidate", 1, occupation="Picker")
    connect().sync()
    assert worker["job_title"] == "Picker"


BAD = [
    ({"customText3": "Whenever"}, "preferred_shift: not in its table of values"),
    ({"hourlyRate": -1}, "desired_pay: below 0"),
    ({"status": "Retired"}, "status: not in its table of values"),
    ({"firstName": " "}, "first_name: required, but blank"),
    ({"lastName": None}, "last_name: required, but blank"),
    ({"address": {"state": "Narnia"}}, "state: not a known state"),
    ({"address": {"countryName": "Narnia"}}, "country: not a known country"),
    ({"experience": 81}, "years_experience: does not fit what the receiving system allows"),
]


@pytest.mark.parametrize(("fields", "reason"), BAD)
def test_a_bad_record_is_held_back_and_named_until_it_is_good(
    staffed: Any, connect: Any, fields: dict[str, Any], reason: str
) -> None:
    good = dict(staffed.ats.rows["Candidate"][1])
    staffed.ats.put("Candidate", 1, **fields)
    for _ in range(3):
        result = connect().sync()
        assert result.ok
        assert [(one.system, one.entity, one.id, one.reason) for one in result.failed] == [
            ("ats", "Candidate", "1", reason)
        ]
        staffed.clock.seconds += 3600
    assert not staffed.app.rows.get("workers")
    assert len(staffed.app.rows["jobs"]) == 1
    staffed.ats.put("Candidate", 1, **{**dict.fromkeys(fields), **good})
    assert connect().sync().failed == ()
    assert staffed.app.only("assignments")["worker_id"] == staffed.app.only("workers")["id"]


def test_nothing_of_a_bad_update_is_written(staffed: Any, connect: Any) -> None:
    connect().sync()
    staffed.forget()
    staffed.ats.put("Candidate", 1, firstName="Anna", status="1")
    assert [one.id for one in connect().sync().failed] == ["1"]
    assert staffed.writes() == []
    staffed.ats.put("Candidate", 1, status="Placed")
    connect().sync()
    assert staffed.app.only("workers")["first_name"] == "Anna"


def test_a_record_that_the_app_refuses_is_held_back_and_tried_again(staffed: Any, connect: Any, fakes: Any) -> None:
    refusal = fakes.reply(
        422, {"error": {"code": "invalid", "message": "no", "fields": [{"field": "city", "problem": "x"}]}}
    )
    staffed.before.append(fakes.once("POST", "/v1/workers", refusal))
    result = connect().sync()
    assert [(one.id, one.reason) for one in result.failed] == [("1", "app answered 422 (city)")]
    staffed.clock.seconds += 3600
    assert connect().sync().failed == ()
    assert len(staffed.app.rows["assignments"]) == 1


def test_a_record_that_is_always_refused_is_tried_less_and_less(staffed: Any, connect: Any, fakes: Any) -> None:
    staffed.before.append(
        lambda method, url: (
            fakes.reply(422, {"error": {}}) if (method, url) == ("POST", fakes.APP + "/workers") else None
        )
    )
    connector = connect()
    for _ in range(24):
        assert [one.id for one in connector.sync().failed] == ["1"]
        staffed.clock.seconds += 900
    assert sum(method == "POST" for method, url, _ in staffed.log if url.endswith("/workers")) <= 10


def test_a_placement_waits_for_a_worker_out_of_scope_and_need_not_be_named(staffed: Any, connect: Any) -> None:
    staffed.ats.put("Candidate", 1, status="DNU")
    result = connect().sync()
    assert result.ok
    assert result.failed == ()
    assert not staffed.app.rows.get("assignments")


def test_a_placement_arrives_with_its_late_job(staffed: Any, connect: Any) -> None:
    staffed.ats.put("ClientCorporation", 10, status="Prospect")
    assert [(one.entity, one.id) for one in connect().sync().failed] == [("ClientCorporation", "10")]
    assert not staffed.app.rows.get("assignments")
    staffed.ats.put("ClientCorporation", 10, status="Active Account")
    assert connect().sync().failed == ()
    assert len(staffed.app.rows["assignments"]) == 1


def test_what_is_sent_fits_the_document(staffed: Any, connect: Any, fakes: Any) -> None:
    connect().sync()
    sent = [(path, body) for method, path, body in staffed.writes() if method == "POST"]
    assert [path for path, _ in sent] == ["/worksites", "/site-contacts", "/jobs", "/workers", "/assignments"]
    for path, body in sent:
        schema = {"/site-contacts": "SiteContact"}.get(path, path[1:-1].capitalize()) + "Create"
        assert list(fakes.validator(schema).iter_errors(body)) == []
        assert set(body) == set(fakes.document()["components"]["schemas"][schema]["properties"]) - {
            *("push_token", "app_rating", "pinned", "check_in_pin", "gate_code", "gate_pin"),
            *("previous_employer", "check_in_notes"),  # a blank source is ignored
            *("markup_percent",) * (not body.get("pay_rate")),
        }
