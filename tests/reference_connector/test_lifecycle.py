"""What becomes of a record when its source leaves, is deleted, ends or comes back, on the day on which it does."""

import shutil
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

DAY = 86_400


def at(world: Any, moment: str) -> None:
    """Set the clock to a moment in UTC, and forget what was asked so far."""
    world.later(int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() - world.clock.seconds))


def day(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def state(world: Any, collection: str, key: str) -> str:
    found: str = world.app.only(collection, external_id=key)["status"]
    return found


LEAVERS = [
    ("Candidate", 1, {"status": "DNU"}, "workers", "inactive"),
    ("Candidate", 1, {"status": "Archive"}, "workers", "inactive"),
    ("Candidate", 1, {"isDeleted": True}, "workers", "inactive"),
    ("Candidate", 1, {"isDeleted": True, "mobile": "call me", "status": "no such thing"}, "workers", "inactive"),
    ("JobOrder", 20, {"isDeleted": True}, "jobs", "closed"),
    ("JobOrder", 20, {"employmentType": "Direct Hire"}, "jobs", "closed"),
    ("Placement", 30, {"status": "Rejected"}, "assignments", "ended"),
    ("ClientCorporation", 10, {"status": "DNC"}, "worksites", "dormant"),
    ("ClientCorporation", 10, {"status": "Archive"}, "worksites", "dormant"),
]


@pytest.mark.parametrize(("entity", "key", "fields", "collection", "left"), LEAVERS)
def test_who_leaves_gets_the_state_once_and_comes_back_as_the_same_record(
    linked: Any, connect: Any, settled: Any, entity: str, key: int, fields: Any, collection: str, left: str
) -> None:
    before = dict(linked.app.only(collection, external_id=str(key)))
    good = {name: linked.ats.rows[entity][key].get(name) for name in fields}
    linked.ats.put(entity, key, **fields)
    result = connect().sync()
    assert (result.ok, result.failed) == (True, ())
    assert ("PATCH", f"/{collection}/{before['id']}", {"status": left}) in linked.writes()
    assert sum(path.startswith(f"/{collection}") for _, path, _ in linked.writes()) == 1
    settled()
    linked.ats.put(entity, key, **fields, reportTo="Changed", customText1="xl", companyURL="HTTP://X.COM")
    settled()
    linked.ats.put(entity, key, **good)
    assert connect().sync().failed == ()
    after = linked.app.only(collection)
    assert (after["id"], after["status"]) == (before["id"], before["status"])
    assert after != {**before, "updated_at": after["updated_at"]}
    settled()


def test_a_job_that_is_closed_and_empty_leaves_and_one_with_people_stays(linked: Any, connect: Any) -> None:
    linked.ats.put("JobOrder", 20, isOpen=False, status="Filled")
    connect().sync()
    assert state(linked, "jobs", "20") == "filled"
    linked.ats.put("Placement", 30, status="Completed")
    connect().sync()
    assert (state(linked, "jobs", "20"), state(linked, "workers", "1")) == ("closed", "inactive")
    linked.ats.put("Placement", 30, status="Approved")
    connect().sync()
    assert (state(linked, "jobs", "20"), state(linked, "workers", "1")) == ("filled", "assigned")


def test_a_status_that_nobody_listed_holds_no_leaver_back(linked: Any, connect: Any, settled: Any) -> None:
    linked.ats.put("Candidate", 1, status="On Leave")
    assert [one.id for one in connect().sync().failed] == ["1"]
    linked.ats.put("Placement", 30, dateEnd=day("2026-03-01"))
    assert connect().sync().failed == ()
    assert state(linked, "workers", "1") == "inactive"
    settled()


@pytest.mark.parametrize("last", ["2026-03-07", "2026-03-08", "2026-10-31", "2026-11-01", "2026-12-31", "2028-02-29"])
def test_a_worker_leaves_at_midnight_in_chicago_after_the_last_day(
    linked: Any, connect: Any, settled: Any, last: str
) -> None:
    linked.ats.put("Placement", 30, dateEnd=day(last))
    connect().sync()
    following = datetime.fromisoformat(last) + timedelta(days=1)
    summer = "2026-03-08" <= following.date().isoformat() < "2026-11-02" and last != "2026-11-01"
    midnight = following + timedelta(hours=5 if summer and last != "2026-03-07" else 6)
    at(linked, (midnight - timedelta(minutes=1)).isoformat())
    connect().sync()
    assert linked.writes() == []
    at(linked, midnight.isoformat())
    result = connect().sync()
    assert (result.ok, result.failed) == (True, ())
    assert ("PATCH", f"/workers/{linked.worker()['id']}", {"status": "inactive"}) in linked.writes()
    settled()


def test_days_that_passed_while_the_connector_stood_still_are_made_good(linked: Any, connect: Any) -> None:
    linked.ats.put("Placement", 30, dateEnd=day("2026-03-04"))
    linked.ats.put("Candidate", 2, **{**linked.candidate(), "id": 2, "email": "bo@x.com"})
    linked.ats.put("Placement", 31, candidate={"id": 2}, jobOrder={"id": 20}, status="Approved", dateBegin=0)
    linked.ats.put("Placement", 32, candidate={"id": 1}, jobOrder={"id": 20}, status="Approved", dateBegin=0)
    connect().sync()
    linked.ats.put("Placement", 32, dateEnd=day("2026-03-20"))
    connect().sync()
    at(linked, "2026-03-19T12:00")
    connect().sync()
    assert state(linked, "workers", "1") == "assigned"
    at(linked, "2026-06-01T12:00")
    connect().sync()
    assert (state(linked, "workers", "1"), state(linked, "workers", "2")) == ("inactive", "assigned")


def test_a_day_on_which_the_run_broke_off_is_looked_at_again(linked: Any, connect: Any, fakes: Any) -> None:
    linked.ats.put("Placement", 30, dateEnd=day("2026-03-04"))
    connect().sync()
    at(linked, "2026-03-05T12:00")
    linked.before.append(lambda method, _: fakes.reply(503) if method == "PATCH" else None)
    assert not connect().sync().ok
    linked.before.clear()
    linked.later()
    assert connect().sync().ok
    assert state(linked, "workers", "1") == "inactive"


def test_who_left_before_the_first_sync_is_not_made(staffed: Any, connect: Any) -> None:
    staffed.ats.put("Placement", 30, dateEnd=day("2026-03-01"))
    result = connect().sync()
    assert (result.ok, result.failed) == (True, ())
    assert not staffed.app.rows.get("workers")


@pytest.mark.parametrize("soft", [True, False])
def test_a_placement_or_a_person_that_is_deleted_for_good(linked: Any, connect: Any, settled: Any, soft: bool) -> None:
    if soft:
        linked.ats.delete("Placement", 30)
    else:
        linked.ats.delete("Candidate", 1)
        linked.ats.delete("JobOrder", 20)
    connect().sync()
    connect().sync()
    assert state(linked, "workers", "1") == "inactive"
    if soft:
        assert (state(linked, "assignments", "30"), state(linked, "jobs", "20")) == ("ended", "open")
    else:
        assert state(linked, "jobs", "20") == "closed"
    settled()


def test_an_event_whose_answer_was_lost_is_asked_for_again(linked: Any, connect: Any, fakes: Any) -> None:
    linked.ats.put("Placement", 31, candidate={"id": 1}, jobOrder={"id": 20}, status="Submitted", dateBegin=0)
    connect().sync()
    linked.ats.delete("Placement", 30)
    linked.after.append(fakes.once("GET", "event/subscription", requests.ReadTimeout()))
    connect().sync()
    linked.ats.delete("Placement", 31)
    connect().sync()
    connect().sync()
    assert (state(linked, "assignments", "30"), state(linked, "assignments", "31")) == ("ended", "ended")
    assert state(linked, "workers", "1") == "inactive"


def test_a_subscription_that_expired_is_made_anew_and_everybody_looked_at(linked: Any, connect: Any) -> None:
    linked.ats.delete("Placement", 30)
    linked.ats.events.clear()
    for _ in range(6):
        linked.later()
        assert connect().sync().ok
    assert (state(linked, "assignments", "30"), state(linked, "workers", "1")) == ("ended", "inactive")


FAULTS = [
    lambda fakes: fakes.reply(200, {"total": 0, "start": 0, "count": 0, "data": []}),
    lambda fakes: fakes.reply(200, {"data": []}),
    lambda fakes: fakes.reply(503),
    lambda _: (200, {}, "<html>sorry</html>"),
    lambda _: (200, {}, '{"data": ['),
]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("where", ["search/", "entity/"])
def test_no_list_that_lacks_people_makes_anybody_leave(
    linked: Any, connect: Any, fakes: Any, fault: Any, where: str
) -> None:
    for entity, key in (("Placement", 30), ("Candidate", 1), ("JobOrder", 20), ("ClientCorporation", 10)):
        linked.ats.put(entity, key, customText4="touched")
    linked.before.append(lambda method, url: fault(fakes) if method == "GET" and where in url else None)
    for _ in range(9):
        connect().sync()
        linked.clock.seconds += DAY
    assert linked.writes() == []
    linked.before.clear()
    assert connect().sync().ok
    assert linked.writes() == []


def test_a_worker_deleted_in_the_app_is_let_go_until_the_candidate_changes(
    linked: Any, connect: Any, settled: Any
) -> None:
    candidate = dict(linked.candidate())
    linked.app.rows["workers"].clear()
    settled()
    linked.ats.put("Placement", 30, payRate=25)
    assert connect().sync().failed == ()
    assert not linked.app.rows["workers"]
    settled()
    assert linked.candidate() == candidate
    linked.ats.put("Candidate", 1, occupation="Driver")
    connect().sync()
    made = linked.worker()
    assert (made["job_title"], made["pay_rate"]) == ("Driver", "25")
    assert linked.app.only("assignments")["worker_id"] == made["id"]
    settled()


def test_a_worker_deleted_in_the_app_may_leave_and_come_back(linked: Any, connect: Any, settled: Any) -> None:
    linked.app.rows["workers"].clear()
    linked.ats.put("Candidate", 1, status="DNU")
    result = connect().sync()
    assert (result.ok, result.failed) == (True, ())
    settled()
    linked.ats.put("Candidate", 1, status="Placed")
    connect().sync()
    assert state(linked, "workers", "1") == "assigned"
    settled()


def test_a_message_of_a_worker_who_was_deleted_finds_the_candidate(linked: Any, connect: Any) -> None:
    worker = linked.worker()["id"]
    linked.app.rows["workers"].clear()
    linked.ats.put("Placement", 30, payRate=25)
    connect().sync()
    linked.later()
    linked.app.put("messages", worker_id=worker, body="Bye", channel="chat", sent_at="2026-03-02T15:00:00Z")
    assert connect().sync().failed == ()
    assert [note["personReference"] for note in linked.ats.rows["Note"].values()] == [{"id": 1}]


def test_the_details_of_the_survivor_stay_when_two_are_merged(linked: Any, connect: Any, settled: Any) -> None:
    linked.ats.put("Candidate", 2, **{**linked.candidate(), "id": 2, "firstName": "Bo", "email": "bo@x.com"})
    linked.ats.put("Placement", 31, **{**linked.ats.rows["Placement"][30], "id": 31, "candidate": {"id": 2}})
    connect().sync()
    linked.later()
    linked.ats.put("Placement", 30, candidate={"id": 2})
    linked.ats.put("Candidate", 1, isDeleted=True)
    assert connect().sync().failed == ()
    assert (state(linked, "workers", "1"), state(linked, "workers", "2")) == ("inactive", "assigned")
    assert linked.app.only("workers", external_id="2")["first_name"] == "Bo"
    assert {one["worker_id"] for one in linked.app.rows["assignments"].values()} == {
        linked.app.only("workers", external_id="2")["id"]
    }
    settled()


def test_a_state_from_before_leaving_was_agreed_is_made_good(linked: Any, connect: Any, tmp_path: Any) -> None:
    path = tmp_path / "state/core.json"
    before = path.read_text()
    linked.ats.put("Candidate", 1, status="DNU")
    linked.ats.put("ClientCorporation", 10, status="DNC")
    connect().sync()
    for name in ("worker", "worksite"):
        one = tmp_path / f"state/{name}.json"
        one.write_text(one.read_text().replace(',"left":1', ""))
    path.write_text(before.replace('"format":3', '"format":2').replace('"day":"2026-03-02",', ""))
    linked.app.edit("workers", status="assigned")
    linked.app.edit("worksites", status="active")
    connect().sync()
    assert (linked.worker()["status"], linked.app.only("worksites")["status"]) == ("inactive", "dormant")


@pytest.mark.parametrize("lost", [True, False])
def test_who_was_made_by_a_run_that_broke_off_leaves_too(
    linked: Any, connect: Any, settled: Any, tmp_path: Any, lost: bool
) -> None:
    """The state remembers nothing of the worker: it was lost, or the run was killed before it could be saved."""
    linked.ats.put("Candidate", 1, status="DNU")
    if lost:
        shutil.rmtree(tmp_path / "state")
    else:
        (tmp_path / "state/worker.json").unlink()
        core = tmp_path / "state/core.json"
        core.write_text(core.read_text().replace('"clock":{', '"clock":{"open":1,'))
    result = connect().sync()
    assert (result.ok, result.failed) == (True, ())
    assert state(linked, "workers", "1") == "inactive"
    assert [path for _, path, body in linked.writes() if body == {"status": "inactive"}] == [
        f"/workers/{linked.worker()['id']}"
    ]
    settled()
    linked.ats.put("Candidate", 1, status="Placed")
    connect().sync()
    assert (state(linked, "workers", "1"), len(linked.app.rows["workers"])) == ("assigned", 1)
    settled()


def test_without_a_subscription_everything_else_is_done(staffed: Any, connect: Any, fakes: Any, settled: Any) -> None:
    staffed.before.append(
        lambda method, url: fakes.refuse(403, "no") if method == "PUT" and "event/subscription" in url else None
    )
    assert connect().sync().ok
    staffed.ats.put("Candidate", 1, isDeleted=True)
    assert connect().sync().ok
    assert state(staffed, "workers", "1") == "inactive"
    settled()


def test_a_contact_that_was_removed_by_hand_may_be_deleted(linked: Any, connect: Any, settled: Any) -> None:
    linked.app.rows["site-contacts"].clear()
    linked.ats.put("ClientContact", 41, isDeleted=True)
    result = connect().sync()
    assert (result.ok, result.failed) == (True, ())
    settled()
