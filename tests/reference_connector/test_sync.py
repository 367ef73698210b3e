"""The whole way: records arrive, change, are cleared; nothing is written twice."""

from typing import Any


def test_everything_arrives_in_the_first_run(staffed: Any, connect: Any) -> None:
    result = connect().sync()
    assert (result.ok, result.failed) == (True, ())
    site = staffed.app.only("worksites", external_id="10")
    job = staffed.app.only("jobs", external_id="20")
    worker = staffed.app.only("workers", external_id="1")
    assignment = staffed.app.only("assignments", external_id="30")
    rosa = staffed.app.only("recruiters", external_id="5")
    assert (site["name"], site["state"], site["country"], site["parent_name"]) == ("Acme", "IL", "US", "independent")
    assert (job["worksite_id"], job["recruiter_id"], job["contact_name"]) == (site["id"], rosa["id"], "Gus Hall")
    assert (job["reference"], job["openings"], job["starts_on"]) == ("BH-20", 1, "2026-03-01")
    assert (worker["phone"], worker["skills"], worker["pay_rate"]) == ("+13125550142", ["Forklift"], "18.5")
    assert (worker["badge"], worker["may_email"], worker["tenant_code"]) == ("NONE", False, "northside-staffing")
    assert (assignment["worker_id"], assignment["job_id"]) == (worker["id"], job["id"])
    assert (assignment["daily_margin"], assignment["commission"]) == ("92", "6.9")


def test_a_second_run_writes_nothing(staffed: Any, connect: Any) -> None:
    connect().sync()
    staffed.forget()
    assert connect().sync().ok
    staffed.clock.seconds += 900
    assert connect().sync().ok
    assert staffed.writes() == []


def test_a_change_is_written_as_one_field(staffed: Any, connect: Any) -> None:
    connect().sync()
    staffed.forget()
    staffed.ats.put("Candidate", 1, mobile="773-555-0111")
    connect().sync()
    worker = staffed.app.only("workers", external_id="1")
    assert staffed.writes() == [("PATCH", f"/workers/{worker['id']}", {"phone": "+17735550111"})]


def test_a_cleared_source_clears_the_field(staffed: Any, connect: Any) -> None:
    connect().sync()
    staffed.forget()
    staffed.ats.put("Candidate", 1, mobile="  ", primarySkills=[])
    connect().sync()
    worker = staffed.app.only("workers", external_id="1")
    assert (worker["phone"], worker["skills"]) == (None, [])


def test_a_change_of_the_placement_alone_reaches_the_worker(staffed: Any, connect: Any) -> None:
    connect().sync()
    staffed.clock.seconds += 3600
    staffed.ats.put("Placement", 30, payRate=19.25)
    connect().sync()
    assert staffed.app.only("workers", external_id="1")["pay_rate"] == "19.25"
    assert staffed.app.only("assignments", external_id="30")["pay_rate"] == "19.25"
