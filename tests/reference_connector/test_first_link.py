"""Two records that meet for the first time: found by id or e-mail, or by nobody; Bullhorn leads."""

from typing import Any

import pytest


@pytest.mark.parametrize("known_by", [{"external_id": "1"}, {"email": "ANN@x.com"}, {"email": "\u00a0ann@X.com "}])
def test_at_the_first_link_bullhorn_leads_with_its_blanks_too(
    staffed: Any, connect: Any, settled: Any, known_by: Any
) -> None:
    staffed.ats.put("Candidate", 1, massMailOptOut=False, nickName=None, hourlyRate=0)
    made = staffed.app.put(
        "workers",
        first_name="A",
        last_name="B",
        status="inactive",
        nickname="Old",
        email_opt_out=True,
        desired_pay="7",
        city="Rome",
        preferred_shift="day",
        **known_by,
    )
    staffed.later()
    staffed.app.edit("workers", id=made["id"], nickname="Later")
    assert connect().sync().failed == ()
    assert not [body for method, _, body in staffed.writes() if method == "POST" and "nickName" in body]
    found = staffed.worker()
    assert found["id"] == made["id"]
    names = ("nickname", "email_opt_out", "desired_pay", "city", "preferred_shift", "first_name")
    assert tuple(found[name] for name in names) == (None, False, "0", None, None, "Ann")
    assert len(staffed.app.rows["workers"]) == 1
    settled()


def test_of_two_candidates_with_one_email_the_first_takes_over(staffed: Any, connect: Any) -> None:
    staffed.app.put("workers", first_name="Old", last_name="One", status="inactive", email="ann@x.com")
    staffed.ats.put("Candidate", 2, **{**staffed.candidate(), "id": 2, "firstName": "Bo", "email": "ANN@X.com"})
    staffed.ats.put("Placement", 31, **{**staffed.ats.rows["Placement"][30], "id": 31, "candidate": {"id": 2}})
    assert [one.id for one in connect().sync().failed] == ["2"]
    people = {(one.get("external_id"), one["first_name"]) for one in staffed.app.rows["workers"].values()}
    assert people == {("1", "Ann")}


def test_a_newcomer_with_the_email_of_somebody_linked_takes_nobody_over(staffed: Any, connect: Any) -> None:
    connect().sync()
    staffed.later()
    staffed.app.put("workers", first_name="Old", last_name="One", status="inactive", email="ann@x.com")
    staffed.ats.put("Candidate", 2, **{**staffed.candidate(), "id": 2, "firstName": "Bo"})
    staffed.ats.put("Placement", 31, **{**staffed.ats.rows["Placement"][30], "id": 31, "candidate": {"id": 2}})
    assert [one.id for one in connect().sync().failed] == ["2"]
    assert {one.get("external_id") for one in staffed.app.rows["workers"].values()} == {None, "1"}


def test_a_worker_who_came_later_is_found_by_email_with_blanks(staffed: Any, connect: Any) -> None:
    connect().sync()
    staffed.later()
    made = staffed.app.put("workers", first_name="B", last_name="E", status="inactive", email="\u00a0BO@x.com")
    staffed.later()
    staffed.ats.put("Candidate", 2, firstName="Bo", lastName="Ek", status="Active", email="bo@x.com")
    staffed.ats.put("Placement", 31, candidate={"id": 2}, jobOrder={"id": 20}, status="Approved", dateBegin=0)
    connect().sync()
    assert staffed.app.only("workers", external_id="2")["id"] == made["id"]
