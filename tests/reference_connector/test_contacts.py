"""Site contacts: they start in either system, and each exists once on both sides whatever happens on the way."""

from typing import Any

import pytest
import requests


def site(world: Any) -> str:
    return str(world.app.only("worksites", external_id="10")["id"])


def contacts(world: Any) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = world.ats.rows["ClientContact"]
    return found


def items(world: Any) -> list[dict[str, Any]]:
    return list(world.app.rows.get("site-contacts", {}).values())


@pytest.fixture
def running(staffed: Any, connect: Any) -> Any:
    """The client's worksite and its contact Gus Hall are on both sides, and an hour has passed."""
    connect().sync()
    staffed.later()
    return staffed


NEW = {"first_name": "Eve", "last_name": "van Dyk", "title": "Foreman", "email": "eve@x.com", "email_opt_out": False}


def start(world: Any, **fields: Any) -> Any:
    return world.app.put("site-contacts", **{"worksite_id": site(world), "phone": "+13125550177", **NEW, **fields})


def test_a_contact_of_bullhorn_reaches_the_app(staffed: Any, connect: Any, settled: Any) -> None:
    assert connect().sync().failed == ()
    found = staffed.app.only("site-contacts")
    names = ("external_id", "worksite_id", "first_name", "last_name", "phone", "known_since", "title", "email_opt_out")
    assert tuple(found.get(name) for name in names) == (
        *("41", site(staffed), "Gus", "Hall", "+13125550199", "2026-01-04", None, None),
    )
    settled()


def test_a_contact_that_starts_in_the_app_is_made_in_bullhorn(running: Any, connect: Any, settled: Any) -> None:
    item = start(running)
    assert connect().sync().failed == ()
    assert contacts(running)[42] == {
        "id": 42,
        "isDeleted": False,
        "dateAdded": running.clock.ms(),
        "dateLastModified": running.clock.ms(),
        "clientCorporation": {"id": 10},
        "firstName": "Eve",
        "lastName": "van Dyk",
        "name": "Eve van Dyk",
        "occupation": "Foreman",
        "email": "eve@x.com",
        "phone": "+13125550177",
        "massMailOptOut": False,
    }
    assert (item["external_id"], item["known_since"]) == ("42", "2026-03-02")
    assert running.writes()[-1] == (
        *("PATCH", f"/site-contacts/{item['id']}", {"external_id": "42", "known_since": "2026-03-02"}),
    )
    settled()


def test_blanks_are_left_to_bullhorn(running: Any, connect: Any, settled: Any) -> None:
    start(running, title=None, email="", phone=None, email_opt_out=None)
    assert connect().sync().failed == ()
    assert contacts(running)[42].keys() & {"occupation", "email", "phone", "massMailOptOut"} == set()
    settled()


def test_changes_go_both_ways(running: Any, connect: Any, settled: Any) -> None:
    item = running.app.edit("site-contacts", title="Boss", first_name="Gustav")
    running.ats.put("ClientContact", 41, email="gus@x.com", lastName="Hill")
    running.ats.put("ClientContact", 41)
    connect().sync()
    assert (item["title"], item["email"], item["first_name"], item["last_name"]) == (
        *("Boss", "gus@x.com", "Gustav", "Hill"),
    )
    found = contacts(running)[41]
    assert (found["occupation"], found["firstName"], found["name"]) == ("Boss", "Gustav", "Gustav Hill")
    running.later()
    connect().sync()
    assert running.app.only("jobs")["contact_name"] == "Gustav Hill"
    settled()


def test_the_whole_name_follows_and_is_else_left_alone(running: Any, connect: Any, settled: Any) -> None:
    running.ats.put("ClientContact", 41, name="G. Hall")
    connect().sync()
    assert running.writes() == []
    running.ats.put("ClientContact", 41, lastName="Hill")
    connect().sync()
    assert contacts(running)[41]["name"] == "Gus Hill"
    settled()


def test_a_whole_name_that_bullhorn_lacks_is_given_at_the_first_link(staffed: Any, connect: Any, settled: Any) -> None:
    staffed.ats.put("ClientContact", 41, name=None)
    assert connect().sync().failed == ()
    assert contacts(staffed)[41]["name"] == "Gus Hall"
    settled()


def test_a_contact_moves_with_its_worksite(running: Any, connect: Any, settled: Any) -> None:
    running.ats.put("ClientCorporation", 11, name="Bolt", status="Active Account")
    connect().sync()
    other = running.app.only("worksites", external_id="11")
    running.later()
    item = running.app.edit("site-contacts", worksite_id=other["id"])
    connect().sync()
    assert contacts(running)[41]["clientCorporation"] == {"id": 11}
    running.later()
    running.ats.put("ClientContact", 41, clientCorporation={"id": 10})
    connect().sync()
    assert item["worksite_id"] == site(running)
    settled()


# ------------------------------------------------------------------ once


@pytest.mark.parametrize("lost", [requests.ReadTimeout(), (502, {}, ""), (200, {}, '{"changed'), (400, {}, "{}")])
@pytest.mark.parametrize("fields", [{}, {"email": None}])
def test_a_create_whose_answer_was_lost_is_looked_up(
    running: Any, connect: Any, settled: Any, fakes: Any, lost: Any, fields: Any
) -> None:
    running.after.append(fakes.once("PUT", "entity/ClientContact", lost))
    item = start(running, **fields)
    assert connect().sync().failed == ()
    assert (len(contacts(running)), item["external_id"]) == (2, "42")
    assert sum(method == "PUT" for method, _, _ in running.writes()) == 1
    settled()


def test_a_create_that_did_not_happen_is_repeated(running: Any, connect: Any, fakes: Any) -> None:
    running.before.append(fakes.once("PUT", "entity/ClientContact", requests.ConnectionError()))
    start(running)
    assert connect().sync().failed == ()
    assert len(contacts(running)) == 2


def test_the_index_is_asked_where_the_association_is_not_given(running: Any, connect: Any, fakes: Any) -> None:
    running.before.append(
        lambda method, url: fakes.refuse(404, "no such association") if "/clientContacts" in url else None
    )
    running.after.append(fakes.once("PUT", "entity/ClientContact", requests.ReadTimeout()))
    start(running)
    assert connect().sync().failed == ()
    assert len(contacts(running)) == 2


class KilledError(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("mail", ["eve@x.com", None])
def test_a_kill_after_any_request_makes_nobody_twice(
    staffed: Any, connect: Any, settled: Any, mail: str | None
) -> None:
    kills = 0
    connect().sync()
    for allowed in range(1, 40):
        staffed.later()
        start(staffed, email=mail and f"{allowed}{mail}", first_name=f"Eve {allowed}")
        left = [allowed]

        def kill(method: str, url: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] <= 0:
                raise KilledError

        staffed.after[:] = [kill]
        try:
            connect().sync()
        except KilledError:
            kills += 1
        else:
            break
        staffed.after.clear()
        staffed.clock.seconds += 900
        assert connect().sync().failed == ()
        assert len(contacts(staffed)) == len(items(staffed)) == allowed + 1
        assert {str(key) for key in contacts(staffed)} == {item["external_id"] for item in items(staffed)}
    assert kills > 5
    staffed.after.clear()
    settled()


def test_twins_in_the_app_are_two_contacts(running: Any, connect: Any, settled: Any) -> None:
    start(running)
    start(running, first_name="Eva")
    assert connect().sync().failed == ()
    assert {row["firstName"] for row in contacts(running).values()} == {"Gus", "Eve", "Eva"}
    settled()


def test_a_contact_that_both_know_already_is_linked_and_bullhorn_leads(
    staffed: Any, connect: Any, settled: Any
) -> None:
    staffed.ats.put("ClientContact", 41, email="gus@x.com", occupation=None, massMailOptOut=False)
    connector = connect()
    connector.start_contacts = list
    staffed.ats.put("ClientContact", 41, isDeleted=True)
    connector.sync()
    item = start(staffed, email="GUS@x.com\u00a0", title="Old", email_opt_out=True)
    staffed.ats.put("ClientContact", 41, isDeleted=False)
    staffed.later()
    assert connect().sync().failed == ()
    assert (item["external_id"], item["first_name"], item["title"], item["email_opt_out"]) == ("41", "Gus", None, False)
    assert len(contacts(staffed)) == len(items(staffed)) == 1
    settled()


def test_two_of_bullhorn_with_one_email_take_nobody_over(running: Any, connect: Any, settled: Any) -> None:
    start(running)
    for key in (50, 51):
        running.ats.put("ClientContact", key, **{**contacts(running)[41], "id": key, "email": "Eve@x.com"})
    assert connect().sync().failed == ()
    assert sorted(str(item["external_id"]) for item in items(running)) == ["41", "50", "51", "52"]
    settled()


def test_an_email_that_two_of_the_app_have_is_nobodys(running: Any, connect: Any) -> None:
    start(running)
    start(running, first_name="Eva")
    running.ats.put("ClientContact", 50, **{**contacts(running)[41], "id": 50, "email": "eve@x.com"})
    assert [(one.entity, one.reason) for one in connect().sync().failed] == [
        ("ClientContact", "email: more than one record could be meant")
    ]
    assert len(contacts(running)) == 2
    assert len(items(running)) == 3


# ------------------------------------------------------------------ waiting and holding


def test_a_contact_waits_for_its_client(staffed: Any, connect: Any) -> None:
    staffed.ats.put("ClientCorporation", 10, status="DNC")
    assert connect().sync().failed == ()
    assert items(staffed) == []
    staffed.ats.put("ClientCorporation", 10, status="Active Account")
    connect().sync()
    assert staffed.app.only("site-contacts")["worksite_id"] == site(staffed)


def test_a_site_contact_waits_for_a_worksite_of_a_client(running: Any, connect: Any, settled: Any) -> None:
    elsewhere = running.app.put("worksites", name="Yard", status="active")
    item = start(running, worksite_id=elsewhere["id"])
    for _ in range(2):
        named = [(one.entity, one.id, one.reason) for one in connect().sync().failed]
        assert named == [("SiteContact", item["id"], "worksite_id: the worksite belongs to no client")]
        assert running.writes() == []
        running.later()
    running.ats.put("ClientCorporation", 11, name="Yard", status="Active Account")
    elsewhere["external_id"] = "11"
    connect().sync()
    assert (contacts(running)[42]["clientCorporation"], item["external_id"]) == ({"id": 11}, "42")
    settled()


def test_a_linked_contact_that_moves_to_an_unknown_worksite_waits(running: Any, connect: Any, settled: Any) -> None:
    elsewhere = running.app.put("worksites", name="Yard", status="active")
    running.app.edit("site-contacts", worksite_id=elsewhere["id"], title="Boss")
    assert [(one.entity, one.reason) for one in connect().sync().failed] == [
        ("SiteContact", "worksite_id: the worksite belongs to no client")
    ]
    assert running.writes() == []
    running.later()
    running.ats.put("ClientCorporation", 11, name="Yard", status="Active Account")
    elsewhere["external_id"] = "11"
    connect().sync()
    assert (contacts(running)[41]["clientCorporation"], contacts(running)[41]["occupation"]) == ({"id": 11}, "Boss")
    settled()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"phone": "+19995550100"}, "phone: not a valid phone number"),
        ({"last_name": " "}, "last_name: required, but blank"),
        (
            {"first_name": "f" * 50, "last_name": "l" * 50},
            "first_name, last_name: together too long for a whole name in Bullhorn",
        ),
        ({"external_id": "999"}, "external_id: names no contact of Bullhorn that could be linked"),
    ],
)
def test_a_bad_site_contact_is_held_back_and_named_until_it_is_good(
    running: Any, connect: Any, settled: Any, fields: Any, reason: str
) -> None:
    item = start(running, **fields)
    start(running, first_name="Good", email="good@x.com")
    for _ in range(2):
        result = connect().sync()
        assert [(one.system, one.entity, one.id, one.reason) for one in result.failed] == [
            ("app", "SiteContact", item["id"], reason)
        ]
        running.later()
    assert [row["firstName"] for row in contacts(running).values()] == ["Gus", "Good"]
    running.app.edit("site-contacts", id=item["id"], phone=None, external_id=None, first_name="Eve", last_name="Ek")
    assert connect().sync().failed == ()
    assert [row["firstName"] for row in contacts(running).values()] == ["Gus", "Good", "Eve"]
    settled()


def test_a_bad_contact_of_bullhorn_is_held_back(running: Any, connect: Any) -> None:
    running.ats.put("ClientContact", 41, email="none", lastName="Hill")
    assert [(one.entity, one.reason) for one in connect().sync().failed] == [
        ("ClientContact", "email: not an e-mail address")
    ]
    assert running.app.only("site-contacts")["last_name"] == "Hall"


def test_a_contact_that_bullhorn_refuses_is_tried_less_and_less(running: Any, connect: Any, fakes: Any) -> None:
    refusal = fakes.reply(400, {"errors": [{"propertyName": "type"}]})
    running.before.append(lambda method, url: refusal if method == "PUT" and "ClientContact" in url else None)
    start(running)
    for _ in range(24):
        assert [(one.entity, one.reason) for one in connect().sync().failed] == [
            ("SiteContact", "ats answered 400 (type)")
        ]
        running.clock.seconds += 900
    assert sum(method == "PUT" for method, _, _ in running.writes()) <= 10
    running.before.clear()
    for _ in range(8):
        connect().sync()
    assert len(contacts(running)) == 2


def test_an_outage_of_bullhorn_leaves_the_start_for_the_next_run(running: Any, connect: Any, fakes: Any) -> None:
    running.before.append(lambda method, url: fakes.reply(503) if method == "PUT" else None)
    item = start(running)
    result = connect().sync()
    assert not result.ok
    assert [(one.entity, one.id) for one in result.failed] == [("SiteContact", item["id"])]
    running.before.clear()
    running.later()
    assert connect().sync().failed == ()
    assert len(contacts(running)) == 2


def test_a_deleted_contact_is_removed_and_made_anew_on_return(running: Any, connect: Any, settled: Any) -> None:
    running.app.edit("site-contacts", title="Boss")
    running.ats.put("ClientContact", 41, isDeleted=True)
    assert connect().sync().failed == ()
    assert items(running) == []
    assert contacts(running)[41].get("occupation") != "Boss"
    settled()
    running.ats.put("ClientContact", 41, isDeleted=False)
    connect().sync()
    assert [item["external_id"] for item in items(running)] == ["41"]
    settled()


def test_consent_of_a_contact_that_bullhorn_does_not_keep_is_told(running: Any, connect: Any) -> None:
    running.ats.ignored.add(("ClientContact", "massMailOptOut"))
    running.app.edit("site-contacts", email_opt_out=False)
    assert [(one.entity, one.reason) for one in connect().sync().failed] == [
        ("SiteContact", "email_opt_out: Bullhorn took the change and did not keep it")
    ]
    assert running.app.only("site-contacts")["email_opt_out"] is False


def test_a_contact_waits_for_its_partner_that_is_held_back(running: Any, connect: Any, settled: Any) -> None:
    running.ats.put("ClientContact", 50, **{**contacts(running)[41], "id": 50, "email": "eve@x.com", "phone": "none"})
    item = start(running)
    assert [one.entity for one in connect().sync().failed] == ["ClientContact"]
    assert (len(contacts(running)), len(items(running))) == (2, 2)
    running.later()
    running.ats.put("ClientContact", 50, phone="312-555-0188")
    assert connect().sync().failed == ()
    assert (item["external_id"], item["phone"], len(contacts(running))) == ("50", "+13125550188", 2)
    settled()


def test_a_contact_waits_no_more_for_a_partner_that_was_deleted(running: Any, connect: Any, settled: Any) -> None:
    running.ats.put("ClientContact", 50, **{**contacts(running)[41], "id": 50, "email": "eve@x.com", "phone": "none"})
    item = start(running)
    connect().sync()
    running.later()
    running.ats.put("ClientContact", 50, isDeleted=True)
    connect().sync()
    running.later()
    assert connect().sync().failed == ()
    assert item["external_id"] == "51"
    settled()
