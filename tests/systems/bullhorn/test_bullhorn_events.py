"""Event subscriptions: what is handed out once, and how to get it again."""

from __future__ import annotations

from typing import Any

SUBSCRIBE = {"type": "entity", "names": "Candidate,Placement", "eventTypes": "INSERTED,UPDATED,DELETED"}


def test_events_tell_of_everyones_changes_once(tenant: Any) -> None:
    assert tenant.ask("PUT", "event/subscription/sync", **SUBSCRIBE).json()["lastRequestId"] == 0
    made = tenant.person("A", "B")
    tenant.ask("POST", f"entity/Candidate/{made}", {"email": "a@example.com"})
    tenant.simulator.update("Candidate", made, {"email": "a@example.com"})
    tenant.simulator.delete("Candidate", made)
    told = tenant.get("event/subscription/sync", maxEvents=100)
    assert told["requestId"] == 1
    seen = [(one["entityEventType"], one["entityId"], one["eventMetadata"]["PERSON_ID"]) for one in told["events"]]
    assert seen == [("INSERTED", int(made), "302"), ("UPDATED", int(made), "301"), ("DELETED", int(made), "302")]
    assert told["events"][1]["updatedProperties"] == ["email"]
    assert told["events"][0]["eventTimestamp"] == 1772442000000
    empty = tenant.ask("GET", "event/subscription/sync", maxEvents=100)
    assert (empty.status_code, empty.content) == (200, b"")


def test_an_answer_can_be_had_again_by_its_number(tenant: Any) -> None:
    tenant.ask("PUT", "event/subscription/sync", **SUBSCRIBE)
    for number in range(3):
        tenant.person("A", f"B{number}")
    first = tenant.get("event/subscription/sync", maxEvents=2)
    assert len(first["events"]) == 2
    assert len(tenant.get("event/subscription/sync", maxEvents=2)["events"]) == 1
    assert tenant.get("event/subscription/sync", maxEvents=2, requestId=1) == first
    assert tenant.get("event/subscription/sync/lastRequestId") == {"result": 2}
    assert tenant.refused("GET", "event/subscription/sync", requestId=7)["errorCode"] == 400


def test_only_what_was_asked_for_is_queued(tenant: Any) -> None:
    tenant.ask("PUT", "event/subscription/sync", **{**SUBSCRIBE, "names": "Candidate", "eventTypes": "UPDATED"})
    made = tenant.person("A", "B")
    tenant.job()
    tenant.simulator.update("Candidate", made, {"status": "Placed"})
    assert [one["entityName"] for one in tenant.get("event/subscription/sync", maxEvents=9)["events"]] == ["Candidate"]


def test_a_subscription_is_unique_and_can_be_removed(tenant: Any) -> None:
    tenant.ask("PUT", "event/subscription/sync", **SUBSCRIBE)
    assert tenant.refused("PUT", "event/subscription/sync", **SUBSCRIBE)["errorCode"] == 400
    assert tenant.ask("DELETE", "event/subscription/sync").json() == {"result": True}
    assert tenant.ask("DELETE", "event/subscription/sync").json() == {"result": False}
    assert tenant.refused("GET", "event/subscription/sync")["errorCode"] == 404


def test_fifty_subscriptions_are_the_most(tenant: Any) -> None:
    for number in range(50):
        assert tenant.ask("PUT", f"event/subscription/s{number}", **SUBSCRIBE).status_code == 200
    assert tenant.refused("PUT", "event/subscription/s50", **SUBSCRIBE)["errorCode"] == 400


def test_a_subscription_must_name_entities_and_kinds(tenant: Any) -> None:
    for change in ({"type": "jobs"}, {"names": "Lorry"}, {"eventTypes": "SEEN"}, {"names": ""}):
        assert tenant.refused("PUT", "event/subscription/sync", **{**SUBSCRIBE, **change})["errorCode"] == 400


def test_unread_events_and_unused_subscriptions_last_thirty_days(tenant: Any) -> None:
    tenant.ask("PUT", "event/subscription/sync", **SUBSCRIBE)
    tenant.person("A", "B")
    tenant.clock.advance(29 * 86400)
    tenant.login()
    assert len(tenant.get("event/subscription/sync", maxEvents=9)["events"]) == 1
    tenant.clock.advance(31 * 86400)
    tenant.login()
    assert tenant.refused("GET", "event/subscription/sync")["errorCode"] == 404
