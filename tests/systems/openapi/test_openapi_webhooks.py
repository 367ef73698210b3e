from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

MARIA = {"first_name": "Maria", "last_name": "Lopez", "status": "available"}


def test_every_change_is_told_whoever_made_it(call: Any, shiftline: Any) -> None:
    worker = shiftline.create("Worker", MARIA)
    call("PATCH", f"/v1/workers/{worker}", {"city": "Gary"})
    call("DELETE", f"/v1/workers/{worker}")
    told = shiftline.take_deliveries()
    assert [(one.kind, one.by, one.entity, one.record_id) for one in told] == [
        ("create", "harness", "Worker", worker),
        ("update", "connector", "Worker", worker),
        ("delete", "connector", "Worker", worker),
    ]
    assert [json.loads(one.body)["type"] for one in told] == ["created", "updated", "deleted"]
    first = json.loads(told[0].body)
    assert first == {
        "id": told[0].id,
        "type": "created",
        "entity": "Worker",
        "record_id": worker,
        "occurred_at": "2026-03-02T15:00:00Z",
    }
    assert len({one.id for one in told}) == 3
    assert shiftline.take_deliveries() == ()


def test_what_is_done_unheard_is_told_to_nobody(call: Any, shiftline: Any) -> None:
    with shiftline.unheard():
        worker = shiftline.create("Worker", MARIA)
        shiftline.update("Worker", worker, {"city": "Gary"})
    assert shiftline.take_deliveries() == ()
    assert call("GET", f"/v1/workers/{worker}")[1]["city"] == "Gary"
    shiftline.update("Worker", worker, {"city": "Joliet"})
    assert [(one.kind, one.record_id) for one in shiftline.take_deliveries()] == [("update", worker)]


def test_a_delivery_is_signed_over_its_exact_bytes(shiftline: Any) -> None:
    shiftline.create("Worker", MARIA)
    (delivery,) = shiftline.take_deliveries()
    secret = shiftline.addresses()["webhook_secret"].encode()
    expected = "sha256=" + hmac.new(secret, delivery.body, hashlib.sha256).hexdigest()
    assert delivery.headers["X-Shiftline-Signature"] == expected
    assert delivery.headers["X-Shiftline-Delivery"] == delivery.id
    assert delivery.headers["Content-Type"] == "application/json"


def test_nothing_is_told_of_what_was_refused_or_read(call: Any, shiftline: Any) -> None:
    call("POST", "/v1/workers", {"first_name": "Maria"})
    call("GET", "/v1/workers")
    assert shiftline.take_deliveries() == ()


def test_an_app_without_webhooks_tells_nothing(make_toolshed: Any) -> None:
    simulator = make_toolshed()
    simulator.create("Tool", {"name": "Saw", "price": 5})
    assert simulator.take_deliveries() == ()
    assert sorted(simulator.addresses()) == ["token", "url"]
