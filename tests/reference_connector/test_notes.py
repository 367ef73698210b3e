"""Messages become notes, once; webhooks are hints."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
import requests


@pytest.fixture
def talked(staffed: Any, connect: Any) -> Any:
    """Add a worker who has written one message, not yet synced."""
    connect().sync()
    worker = staffed.app.only("workers")
    staffed.app.put(
        "messages",
        worker_id=worker["id"],
        channel="call",
        body=" I am late ",
        sent_at="2026-03-02T14:00:00Z",
        call_seconds=90,
        device_location="41.88,-87.63",
    )
    staffed.forget()
    return staffed


def notes(world: Any) -> list[Any]:
    return list(world.ats.rows.get("Note", {}).values())


def test_a_message_becomes_a_note(talked: Any, connect: Any) -> None:
    assert connect().sync().ok
    [note] = notes(talked)
    message = talked.app.only("messages")
    assert {name: note[name] for name in ("externalID", "comments", "action", "dateAdded", "minutesSpent")} == {
        "externalID": message["id"],
        "comments": "I am late",
        "action": "Phone call",
        "dateAdded": 1772460000000,
        "minutesSpent": 2,
    }
    assert (note["personReference"], note["commentingPerson"]) == ({"id": 1}, {"id": 1})
    assert "41.88" not in str([body for _, url, body in talked.log if "bullhorn" in url])
    talked.forget()
    connect().sync()
    assert talked.writes() == []


def test_a_corrected_message_changes_its_note_and_an_edited_note_stays(talked: Any, connect: Any) -> None:
    connect().sync()
    [note] = notes(talked)
    talked.clock.seconds += 60
    talked.ats.put("Note", note["id"], action="Edited")
    talked.app.only("messages").update(body="I am on time", updated_at=talked.app.stamp())
    talked.forget()
    connect().sync()
    assert talked.writes() == [("POST", f"entity/Note/{note['id']}", {"comments": "I am on time"})]
    assert note["action"] == "Edited"


@pytest.mark.parametrize("lost", [requests.ReadTimeout(), (500, {}, ""), (400, {}, "{}"), (200, {}, "{}")])
def test_a_note_whose_answer_was_lost_is_looked_up_on_the_candidate(
    talked: Any, connect: Any, fakes: Any, lost: Any
) -> None:
    talked.ats.hidden_from_index.update(("Note", key) for key in range(7000, 7100))
    talked.after.append(fakes.once("PUT", "entity/Note", lost))
    assert connect().sync().ok
    connect().sync()
    assert len(notes(talked)) == 1


class KilledError(BaseException):
    """The process ends here."""


def test_a_crash_after_a_note_was_made_makes_no_second(talked: Any, connect: Any, fakes: Any) -> None:
    talked.ats.hidden_from_index.update(("Note", key) for key in range(7000, 7100))
    talked.after.append(fakes.once("PUT", "entity/Note", KilledError()))
    with pytest.raises(KilledError):
        connect().sync()
    talked.app.only("messages").update(body="Never mind", updated_at=talked.app.stamp())
    assert connect().sync().ok
    [note] = notes(talked)
    assert note["comments"] == "Never mind"


def test_with_its_state_lost_notes_are_found_in_the_index(talked: Any, connect: Any, tmp_path: Path) -> None:
    connect().sync()
    for path in (tmp_path / "state").glob("*.json"):
        path.unlink()
    assert connect().sync().ok
    assert len(notes(talked)) == 1
    assert len(talked.app.rows["workers"]) == 1


def test_a_message_of_nobody_we_know_is_held_back(talked: Any, connect: Any) -> None:
    stranger = talked.app.put("workers", first_name="X", last_name="Y", status="inactive")
    talked.app.put("messages", worker_id=stranger["id"], channel="chat", body="hi", sent_at="2026-03-02T14:00:00Z")
    result = connect().sync()
    assert result.ok
    assert [(one.system, one.entity, one.reason) for one in result.failed] == [
        ("app", "Message", "personReference: the worker belongs to no candidate")
    ]
    assert len(notes(talked)) == 1
    stranger["external_id"] = "1"
    talked.clock.seconds += 3600
    assert connect().sync().failed == ()
    assert len(notes(talked)) == 2


def event(message: str, **more: str) -> bytes:
    body = {
        "id": "e1",
        "type": "created",
        "entity": "Message",
        "record_id": message,
        "occurred_at": "2026-03-02T14:00:00Z",
    }
    return json.dumps({**body, **more}, indent=2).encode()


def signed(body: bytes, delivery: str = "d1", secret: str = "hook-secret") -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Shiftline-Signature": f"sha256={digest}", "x-shiftline-delivery": delivery}


def test_a_delivery_brings_its_message_at_once_and_once(talked: Any, connect: Any) -> None:
    body = event(talked.app.only("messages")["id"])
    connector = connect()
    assert connector.deliver(signed(body), body) is True
    assert len(notes(talked)) == 1
    talked.forget()
    assert connector.deliver(signed(body), body) is True
    assert connect().deliver(signed(body), body) is True
    assert talked.log == []
    assert connector.sync().ok
    assert talked.writes() == []


def test_a_delivery_is_a_hint_only(talked: Any, connect: Any) -> None:
    body = event(talked.app.only("messages")["id"], body="forged text", worker_id="other")
    connect().deliver(signed(body), body)
    assert notes(talked)[0]["comments"] == "I am late"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Shiftline-Delivery": "d1"},
        {"X-Shiftline-Delivery": "d1", "X-Shiftline-Signature": "sha256="},
        signed(event("me-1"), secret="another"),
        signed(event("me-2")),
        {"X-Shiftline-Signature": signed(event("me-1"))["X-Shiftline-Signature"]},
        {"X-Shiftline-Delivery": "d1", "X-Shiftline-Signature": "sha256=\u00e9"},
    ],
)
def test_a_delivery_that_is_not_signed_by_shiftline_changes_nothing(
    talked: Any, connect: Any, tmp_path: Path, headers: dict[str, str]
) -> None:
    before = sorted((p.name, p.read_bytes()) for p in (tmp_path / "state").rglob("*.json"))
    assert connect().deliver(headers, event("me-1")) is False
    assert talked.log == []
    assert sorted((p.name, p.read_bytes()) for p in (tmp_path / "state").rglob("*.json")) == before


def test_a_delivery_that_could_not_be_followed_is_followed_by_the_next_run(
    talked: Any, connect: Any, fakes: Any
) -> None:
    body = event(talked.app.only("messages")["id"])
    talked.before.append(lambda method, url: fakes.reply(500) if "/messages/" in url else None)
    assert connect().deliver(signed(body), body) is True
    assert notes(talked) == []
    talked.before.clear()
    connect().sync()
    assert len(notes(talked)) == 1


@pytest.mark.parametrize("more", [{"entity": "Worker"}, {"type": "deleted"}])
def test_other_deliveries_are_taken_and_need_nothing(talked: Any, connect: Any, more: dict[str, str]) -> None:
    body = event("wo-1", **more)
    assert connect().deliver(signed(body), body) is True
    assert talked.log == []
