"""Paging, cursors, children, scope."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

DAY = 86_400_000


def crowd(world: Any, count: int) -> None:
    for key in range(100, 100 + count):
        world.ats.put("Candidate", key, firstName=f"N{key}", lastName="Lee", status="Active", isDeleted=False)
        world.ats.put("Placement", key, candidate={"id": key}, jobOrder={"id": 20}, status="Approved", dateBegin=0)


@pytest.mark.parametrize("cap", [1, 7, 10])
def test_every_page_is_read_whatever_its_size(staffed: Any, connect: Any, cap: int) -> None:
    crowd(staffed, 20)
    staffed.ats.page_cap, staffed.app.page_cap = cap, cap
    assert connect().sync().ok
    assert len(staffed.app.rows["workers"]) == len(staffed.app.rows["assignments"]) == 21


def test_a_row_deleted_while_listing_hides_no_other(staffed: Any, connect: Any) -> None:
    crowd(staffed, 20)
    staffed.ats.page_cap = 5
    gone: list[int] = []

    def delete_early(method: str, url: str) -> None:
        if "search/Placement" in url and "start=5" in url and not gone:
            gone.append(30)
            del staffed.ats.rows["Placement"][30]

    staffed.before.append(delete_early)
    assert connect().sync().ok
    assert len(staffed.app.rows["assignments"]) == 20


def test_a_listing_that_ends_before_its_total_is_not_believed(staffed: Any, connect: Any, fakes: Any) -> None:
    connect().sync()
    staffed.forget()
    staffed.clock.seconds += 3600
    staffed.ats.put("Candidate", 1, firstName="Anna")
    empty = fakes.reply(200, {"total": 3, "start": 0, "count": 0, "data": []})
    staffed.before.append(fakes.once("GET", "search/Candidate", *[empty] * 9))
    result = connect().sync()
    assert not result.ok
    assert staffed.writes() == []
    staffed.before.clear()
    assert connect().sync().ok
    assert staffed.app.only("workers", external_id="1")["first_name"] == "Anna"


def test_an_empty_listing_writes_nothing(staffed: Any, connect: Any, fakes: Any) -> None:
    connect().sync()
    staffed.forget()
    staffed.before.append(
        lambda method, url: (
            fakes.reply(200, {"total": 0, "start": 0, "count": 0, "data": []}) if "search/" in url else None
        )
    )
    assert connect().sync().ok
    assert staffed.writes() == []


def test_a_cut_list_of_skills_is_completed(staffed: Any, connect: Any) -> None:
    for key in range(50, 62):
        staffed.ats.put("Skill", key, name=f"Skill {key}")
    staffed.ats.put("Candidate", 1, primarySkills=list(range(50, 62)))
    connect().sync()
    assert staffed.app.only("workers", external_id="1")["skills"] == [f"Skill {key}" for key in range(50, 62)]


def test_a_change_in_the_second_of_the_last_run_is_seen(staffed: Any, connect: Any) -> None:
    connect().sync()
    staffed.ats.put("Candidate", 1, firstName="Anna")
    connect().sync()
    staffed.ats.put("Candidate", 1, firstName="Annette")
    connect().sync()
    assert staffed.app.only("workers", external_id="1")["first_name"] == "Annette"


def test_a_change_while_the_run_reads_is_seen_by_the_next(staffed: Any, connect: Any) -> None:
    done: list[int] = []

    def change(method: str, url: str) -> None:
        if method == "POST" and url.endswith("/workers") and not done:
            done.append(1)
            staffed.clock.seconds += 1800
            staffed.ats.put("Candidate", 1, firstName="Anna")

    staffed.before.append(change)
    connect().sync()
    staffed.clock.seconds += 900
    connect().sync()
    assert staffed.app.only("workers", external_id="1")["first_name"] == "Anna"


def test_the_index_may_lag(staffed: Any, connect: Any) -> None:
    connect().sync()
    staffed.clock.seconds += 3600
    staffed.ats.put("Candidate", 1, firstName="Anna")
    staffed.ats.hidden_from_index.add(("Candidate", 1))
    connect().sync()
    staffed.clock.seconds += 120
    staffed.ats.hidden_from_index.clear()
    connect().sync()
    assert staffed.app.only("workers", external_id="1")["first_name"] == "Anna"


def test_the_cursor_is_the_latest_change_but_not_after_the_start_of_the_run(
    staffed: Any, connect: Any, tmp_path: Any
) -> None:
    staffed.clock.seconds += 600
    staffed.ats.put("Candidate", 1, firstName="Anna")["dateLastModified"] += 10**9
    connect().sync()
    cursors = json.loads((tmp_path / "state/core.json").read_text())["cursors"]
    assert cursors["Candidate"] == staffed.clock.ms()
    assert cursors["Placement"] == staffed.clock.ms() - 600_000


def test_children_are_followed(staffed: Any, connect: Any) -> None:
    staffed.ats.put("ClientCorporation", 9, name="Holding", status="Archive")
    staffed.ats.put("ClientCorporation", 10, parentClientCorporation={"id": 9})
    connect().sync()
    staffed.clock.seconds += 3600
    staffed.ats.put("Skill", 31, name="Reach truck")
    staffed.ats.put("ClientContact", 41, lastName="Hill")
    staffed.ats.put("ClientCorporation", 9, name="Holding & Co")
    staffed.ats.put("JobOrder", 20, title="Packer")
    connect().sync()
    assert staffed.app.only("workers", external_id="1")["skills"] == ["Reach truck"]
    assert staffed.app.only("jobs", external_id="20")["contact_name"] == "Gus Hill"
    assert staffed.app.only("worksites", external_id="10")["parent_name"] == "Holding & Co"
    assert staffed.app.only("assignments", external_id="30")["job_title"] == "Packer"


def test_a_new_placement_brings_a_candidate_into_scope(staffed: Any, connect: Any) -> None:
    staffed.ats.put("Candidate", 2, firstName="Bo", lastName="Ek", status="Active", isDeleted=False)
    connect().sync()
    assert len(staffed.app.rows["workers"]) == 1
    staffed.clock.seconds += 86_400
    staffed.ats.put("Placement", 31, candidate={"id": 2}, jobOrder={"id": 20}, status="Approved", dateBegin=0)
    connect().sync()
    assert staffed.app.only("workers", external_id="2")["first_name"] == "Bo"
    assert staffed.app.only("assignments", external_id="31")["status"] == "active"


def test_the_latest_approved_placement_counts_and_of_two_the_higher_id(staffed: Any, connect: Any) -> None:
    begin = staffed.ats.rows["Placement"][30]["dateBegin"]
    for key, status, begins, rate in [
        (31, "Approved", begin + DAY, 20),
        (32, "Approved", begin + DAY, 21),
        (33, "Submitted", begin + 2 * DAY, 99),
    ]:
        staffed.ats.put(
            "Placement", key, candidate={"id": 1}, jobOrder={"id": 20}, status=status, dateBegin=begins, payRate=rate
        )
    connect().sync()
    worker = staffed.app.only("workers", external_id="1")
    assert (worker["pay_rate"], worker["assigned_since"]) == ("21", "2026-02-02")


@pytest.mark.parametrize(
    ("hour", "ends", "there"),
    [
        (15, "2026-03-02", True),
        (15, "2026-03-01", False),
        (27, "2026-03-02", True),  # 9 pm in Chicago, the next day in UTC
        (31, "2026-03-02", False),  # 1 am in Chicago
    ],
)
def test_the_last_day_of_a_placement_is_the_agencys_own(
    staffed: Any, connect: Any, hour: int, ends: str, there: bool
) -> None:
    staffed.clock.seconds = datetime(2026, 3, 2, tzinfo=UTC).timestamp() + hour * 3600
    last = int(datetime.fromisoformat(ends).replace(tzinfo=UTC).timestamp() * 1000)
    staffed.ats.put("Placement", 30, dateEnd=last)
    connect().sync()
    assert len(staffed.app.rows.get("workers", {})) == there


@pytest.mark.parametrize(
    ("entity", "key", "fields", "collection"),
    [
        ("Candidate", 1, {"isDeleted": True}, "workers"),
        ("Candidate", 1, {"status": "DNU"}, "workers"),
        ("Candidate", 1, {"status": "Archive"}, "workers"),
        ("Placement", 30, {"status": "Submitted"}, "workers"),
        ("Placement", 30, {"status": "Rejected"}, "assignments"),
        ("JobOrder", 20, {"employmentType": "Direct Hire"}, "jobs"),
        ("JobOrder", 20, {"employmentType": "Direct Hire"}, "assignments"),
        ("JobOrder", 20, {"isDeleted": True}, "jobs"),
        ("ClientCorporation", 10, {"status": "DNC"}, "worksites"),
    ],
)
def test_who_is_out_of_scope_never_arrives(
    staffed: Any, connect: Any, entity: str, key: int, fields: Any, collection: str
) -> None:
    staffed.ats.put(entity, key, **fields)
    assert connect().sync().ok
    assert not staffed.app.rows.get(collection)


def test_a_closed_job_with_people_on_it_is_shown(staffed: Any, connect: Any) -> None:
    staffed.ats.put("JobOrder", 20, isOpen=False, status="Filled")
    staffed.ats.put("JobOrder", 21, **{**staffed.ats.rows["JobOrder"][20], "id": 21})
    connect().sync()
    assert [job["external_id"] for job in staffed.app.rows["jobs"].values()] == ["20"]


def test_whoever_leaves_the_scope_is_caught_up_with_on_return(staffed: Any, connect: Any) -> None:
    connect().sync()
    staffed.forget()
    staffed.ats.put("Candidate", 1, status="DNU", firstName="Anna")
    connect().sync()
    assert staffed.app.only("workers", external_id="1")["first_name"] == "Ann"
    staffed.ats.put("Candidate", 1, status="Placed")
    connect().sync()
    assert staffed.app.only("workers", external_id="1")["first_name"] == "Anna"


def test_an_unchanged_crowd_costs_few_requests(staffed: Any, connect: Any) -> None:
    crowd(staffed, 100)
    connect().sync()
    staffed.clock.seconds += 900
    connect().sync()
    staffed.clock.seconds += 900
    staffed.forget()
    connect().sync()
    assert len(staffed.log) <= 12
    assert staffed.writes() == []


def test_only_charted_fields_are_asked_for(staffed: Any, connect: Any) -> None:
    connect().sync()
    asked = {f for _, url, _ in staffed.log for f in parse_qs(urlsplit(url).query).get("fields", [""])[0].split(",")}
    assert asked.isdisjoint({"ssn", "dateOfBirth", "taxID", "ethnicity", "gender", "comments", "*", "notes"})
    assert "123-45-6789" not in str(staffed.log)


def test_a_recruiter_who_comes_later_is_filled_in(staffed: Any, connect: Any) -> None:
    staffed.ats.put("Candidate", 1, owner={"id": 6})
    connect().sync()
    assert "recruiter_id" not in staffed.app.only("workers", external_id="1")
    staffed.clock.seconds += 900
    made = staffed.app.put("recruiters", name="Tom", external_id="6")
    connect().sync()
    assert staffed.app.only("workers", external_id="1")["recruiter_id"] == made["id"]


def test_a_record_that_an_answer_left_out_is_looked_for_again(staffed: Any, connect: Any, fakes: Any) -> None:
    connect().sync()
    staffed.clock.seconds += 3600
    staffed.ats.put("Candidate", 1, firstName="Anna")
    staffed.ats.put("Placement", 30, payRate=20)
    empty = fakes.reply(200, {"data": []})
    staffed.before.append(fakes.once("GET", "entity/Candidate/", empty))
    staffed.before.append(fakes.once("GET", "entity/Placement/", empty))
    assert connect().sync().ok
    staffed.clock.seconds += 3600
    connect().sync()
    worker = staffed.app.only("workers")
    assert (worker["first_name"], worker["pay_rate"]) == ("Anna", "20")


def test_a_change_between_a_first_run_that_broke_and_the_next_is_seen(staffed: Any, connect: Any, fakes: Any) -> None:
    crowd(staffed, 3)
    breaks = fakes.reply(429, {}, Retry_After="999")
    staffed.before.append(
        lambda method, url: breaks if method == "POST" and len(staffed.app.rows["workers"]) > 1 else None
    )
    staffed.app.rows["workers"] = {}
    assert not connect().sync().ok
    first = next(iter(staffed.app.rows["workers"].values()))
    staffed.before.clear()
    staffed.clock.seconds += 3600
    staffed.ats.put("Candidate", int(first["external_id"]), firstName="Changed")
    staffed.clock.seconds += 3600
    assert connect().sync().ok
    assert first["first_name"] == "Changed"
