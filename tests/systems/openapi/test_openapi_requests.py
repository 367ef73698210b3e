from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from signoff.errors import Blocked
from signoff.history import Key
from signoff.schema import Side
from signoff.systems.openapi.simulator import OpenApiSimulator
from signoff.wire.clock import WorldClock

Call = Callable[..., Any]
MARIA = {"first_name": "Maria", "last_name": "Lopez", "status": "available"}


def test_a_created_worker_has_every_field_and_the_time_in_whole_seconds(call: Any) -> None:
    status, worker = call("POST", "/v1/workers", {**MARIA, "external_id": "501", "pay_rate": "18.50"})
    assert status == 201
    assert worker["first_name"] == "Maria"
    assert worker["external_id"] == "501"
    assert worker["pay_rate"] == "18.50"
    assert worker["nickname"] is None
    assert worker["skills"] == []
    assert worker["created_at"] == "2026-03-02T15:00:00Z"
    assert worker["updated_at"] == "2026-03-02T15:00:00Z"
    assert worker["id"] not in ("501", "1")
    assert call.headers["Location"] == f"/v1/workers/{worker['id']}"
    assert call("GET", f"/v1/workers/{worker['id']}") == (200, worker)


def test_ids_are_the_same_in_every_run_and_differ_between_entities(make_shiftline: Any) -> None:
    def first_ids(simulator: OpenApiSimulator) -> list[str]:
        return [
            simulator.create("Worker", MARIA),
            simulator.create("Worksite", {"name": "Dock", "status": "active"}),
            simulator.create("Recruiter", {"name": "Ana"}),
        ]

    once, again = first_ids(make_shiftline()), first_ids(make_shiftline())
    assert once == again
    assert len(set(once)) == 3
    assert once[2].startswith("rcr_")
    assert not {one.partition("_")[2] for one in once} & {"1", "2", "3"}


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic abc", ""])
def test_wrong_credentials_are_refused_before_anything_else(shiftline: Any, caller_with: Any, header: str) -> None:
    stranger = caller_with(shiftline, {} if header is None else {"Authorization": header})
    status, body = stranger("GET", "/v1/workers")
    assert status == 401
    assert body["error"]["code"] == "unauthorized"
    assert stranger.headers["WWW-Authenticate"] == "Bearer"
    assert stranger("POST", "/v1/workers", MARIA)[0] == 401
    assert [one.accepted for one in stranger.writes] == [False]
    assert shiftline.read_all("Worker") == {}


def test_the_word_bearer_ignores_case(shiftline: Any, caller_with: Any) -> None:
    assert caller_with(shiftline, {"Authorization": f"bearer {shiftline.addresses()['token']}"})(
        "GET", "/v1/workers"
    ) == (200, {"items": [], "next_cursor": None})


@pytest.mark.parametrize(
    "method, path, status",
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/workers", 404),
        ("GET", "/v1/workers/", 404),
        ("GET", "/v1/workers/unknown", 404),
        ("PATCH", "/v1/workers/unknown", 404),
        ("DELETE", "/v1/workers/unknown", 404),
        ("PUT", "/v1/workers/unknown", 405),
        ("DELETE", "/v1/workers", 405),
        ("PATCH", "/v1/workers", 405),
        ("POST", "/v1/workers/unknown", 405),
    ],
)
def test_what_is_not_there_is_refused(call: Any, method: str, path: str, status: int) -> None:
    assert call(method, path, {} if method != "GET" else None)[0] == status


def test_a_method_that_is_not_offered_names_those_that_are(call: Any) -> None:
    call("DELETE", "/v1/workers")
    assert call.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff", b'{"first_name": NaN}', b"", b"[" * 100_000],
    ids=["cut off", "not UTF-8", "NaN", "empty", "too deep"],
)
def test_a_body_that_is_not_json_is_refused(call: Any, body: bytes) -> None:
    assert call("POST", "/v1/workers", body)[0] == 400
    assert call.problems == ["POST /workers: the body is not JSON"]
    assert [(one.accepted, one.key.id, one.sent) for one in call.writes] == [(False, "", {})]


def test_half_a_character_is_refused_by_its_name(call: Any) -> None:
    assert call("POST", "/v1/workers", b'{"first_name": "Zo\\uDC00"}')[0] == 400
    assert call.problems == ["POST /workers: the body holds half of a character, \\udc00"]
    assert [(one.accepted, one.key.id, one.sent) for one in call.writes] == [(False, "", {})]


@pytest.mark.parametrize("body", [[], "text", 5, None, True])
def test_a_body_that_is_no_object_is_refused(call: Any, body: Any) -> None:
    assert call("POST", "/v1/workers", json.dumps(body).encode())[0] == 422


def test_a_body_must_be_sent_as_json(shiftline: Any, caller_with: Any) -> None:
    token = shiftline.addresses()["token"]
    caller = caller_with(shiftline, {"Authorization": f"Bearer {token}", "Content-Type": "text/plain"})
    assert caller("POST", "/v1/workers", MARIA)[0] == 415
    assert caller.problems == ["POST /workers: the body must be sent as application/json"]


def test_every_wrong_field_is_named_and_no_value(call: Any) -> None:
    status, body = call(
        "POST",
        "/v1/workers",
        {
            "first_name": "X" * 51,
            "status": "verfuegbar",
            "email": "maria-at-home",
            "phone": "312 555 0123",
            "available_on": "2026-02-30",
            "registered_at": "2026-03-01T12:00:00",
            "pay_rate": "1,50",
            "years_experience": 81,
            "text_opt_in": "yes",
            "tags": [{"name": "shift"}, {"value": "geheim"}],
            "ssn": "078-05-1120",
        },
    )
    assert status == 422
    assert body["error"]["fields"] == [
        {"field": "available_on", "problem": "is not a valid date"},
        {"field": "email", "problem": "is not a valid email"},
        {"field": "first_name", "problem": "is longer than 50 characters"},
        {"field": "last_name", "problem": "is required"},
        {"field": "pay_rate", "problem": r"does not match ^-?[0-9]{1,12}(\.[0-9]{1,8})?$"},
        {"field": "pay_rate", "problem": "is not a valid decimal"},
        {"field": "phone", "problem": r"does not match ^\+[1-9][0-9]{6,14}$"},
        {"field": "registered_at", "problem": "is not a valid date-time"},
        {"field": "ssn", "problem": "is not a known field"},
        {"field": "status", "problem": "must be one of available, assigned, inactive"},
        {"field": "tags[1].name", "problem": "is required"},
        {"field": "text_opt_in", "problem": "must be true or false or null"},
        {"field": "years_experience", "problem": "is more than 80"},
    ]
    assert "POST /workers: email: is not a valid email" in call.problems
    assert len(call.problems) == 13
    said = json.dumps(body) + "".join(call.problems)
    for value in ("XXXX", "verfuegbar", "maria-at-home", "312 555", "1,50", "geheim", "078-05"):
        assert value not in said


def test_text_is_measured_in_code_points(call: Any) -> None:
    assert call("POST", "/v1/workers", {**MARIA, "first_name": "é" * 50})[0] == 201
    assert call("POST", "/v1/workers", {**MARIA, "first_name": "😀" * 50})[0] == 201
    assert call("POST", "/v1/workers", {**MARIA, "first_name": "😀" * 51})[0] == 422


@pytest.mark.parametrize("field", ["id", "created_at", "updated_at", "last_seen_at"])
def test_fields_that_the_app_keeps_cannot_be_sent(call: Any, shiftline: Any, field: str) -> None:
    worker = shiftline.create("Worker", MARIA)
    assert call("POST", "/v1/workers", {**MARIA, field: "2026-01-01T00:00:00Z"})[0] == 422
    assert call("PATCH", f"/v1/workers/{worker}", {field: "2026-01-01T00:00:00Z"})[0] == 422


def test_a_merge_patch_leaves_what_is_absent_clears_by_null_and_replaces_lists(call: Any, shiftline: Any) -> None:
    worker = shiftline.create("Worker", {**MARIA, "city": "Chicago", "nickname": "Mia", "skills": ["a", "b"]})
    status, after = call("PATCH", f"/v1/workers/{worker}", {"nickname": None, "skills": ["c"]})
    assert status == 200
    assert (after["city"], after["nickname"], after["skills"]) == ("Chicago", None, ["c"])


def test_a_mandatory_field_cannot_be_cleared(call: Any, shiftline: Any) -> None:
    worker = shiftline.create("Worker", MARIA)
    status, body = call("PATCH", f"/v1/workers/{worker}", {"first_name": None})
    assert status == 422
    assert body["error"]["fields"] == [{"field": "first_name", "problem": "must be text"}]


def test_a_change_moves_the_time_stamp_by_the_app_s_clock(call: Any, shiftline: Any, clock: WorldClock) -> None:
    worker = shiftline.create("Worker", MARIA)
    clock.advance(0.5)
    assert call("PATCH", f"/v1/workers/{worker}", {"city": "Gary"})[1]["updated_at"] == "2026-03-02T15:00:00Z"
    clock.advance(0.5)
    after = call("PATCH", f"/v1/workers/{worker}", {"city": "Joliet"})[1]
    assert after["updated_at"] == "2026-03-02T15:00:01Z"
    assert after["created_at"] == "2026-03-02T15:00:00Z"


def test_a_finer_clock_writes_milliseconds(make_shiftline: Any) -> None:
    simulator = make_shiftline(clock_resolution_ms=1)
    worker = simulator.create("Worker", MARIA)
    assert simulator.read_all("Worker")[worker]["updated_at"] == "2026-03-02T15:00:00.250Z"


def test_a_second_record_with_the_same_external_id_conflicts_and_is_named(call: Any, shiftline: Any) -> None:
    first = shiftline.create("Worker", {**MARIA, "external_id": "501"})
    status, body = call("POST", "/v1/workers", {**MARIA, "external_id": "501"})
    assert status == 409
    assert body["error"]["existing_id"] == first
    assert [(one.kind, one.accepted, one.key) for one in call.writes] == [
        ("create", False, Key(Side.APP, "Worker", ""))
    ]
    other = shiftline.create("Worker", MARIA)
    assert call("PATCH", f"/v1/workers/{other}", {"external_id": "501"})[0] == 409
    assert call("PATCH", f"/v1/workers/{first}", {"external_id": "501"})[0] == 200
    assert call("PATCH", f"/v1/workers/{first}", {"external_id": "502"})[0] == 200
    assert call("PATCH", f"/v1/workers/{other}", {"external_id": "501"})[0] == 200
    assert call("DELETE", f"/v1/workers/{first}")[0] == 204
    assert call("POST", "/v1/workers", {**MARIA, "external_id": "502"})[0] == 201


def test_records_of_other_kinds_and_blank_ids_do_not_conflict(call: Any) -> None:
    assert call("POST", "/v1/workers", {**MARIA, "external_id": "501"})[0] == 201
    assert call("POST", "/v1/recruiters", {"name": "Ana", "external_id": "501"})[0] == 201
    assert call("POST", "/v1/workers", {**MARIA, "external_id": None})[0] == 201
    assert call("POST", "/v1/workers", {**MARIA, "external_id": None})[0] == 201


def test_a_reference_must_lead_somewhere(call: Any, shiftline: Any) -> None:
    status, body = call("POST", "/v1/workers", {**MARIA, "recruiter_id": "rcr_nobody"})
    assert status == 422
    assert body["error"]["fields"] == [{"field": "recruiter_id", "problem": "no Recruiter has this id"}]
    assert call.problems == []
    recruiter = shiftline.create("Recruiter", {"name": "Ana"})
    status, worker = call("POST", "/v1/workers", {**MARIA, "recruiter_id": recruiter})
    assert (status, worker["recruiter_id"]) == (201, recruiter)
    assert call("PATCH", f"/v1/workers/{worker['id']}", {"recruiter_id": "rcr_nobody"})[0] == 422
    assert call("PATCH", f"/v1/workers/{worker['id']}", {"recruiter_id": None})[0] == 200
    assert call("DELETE", f"/v1/recruiters/{recruiter}")[0] == 204


def test_each_write_is_declared_with_what_was_sent_and_what_became_of_it(call: Any, shiftline: Any) -> None:
    _, worker = call("POST", "/v1/workers", MARIA)
    (made,) = call.writes
    assert (made.kind, made.accepted, made.sent, made.before) == ("create", True, MARIA, None)
    assert made.key == Key(Side.APP, "Worker", worker["id"])
    assert made.after == worker
    call("PATCH", f"/v1/workers/{worker['id']}", {"city": "Gary"})
    (changed,) = call.writes
    assert (changed.kind, changed.sent, changed.before) == ("update", {"city": "Gary"}, worker)
    assert changed.after["city"] == "Gary"
    call("PATCH", f"/v1/workers/{worker['id']}", {"city": 5})
    (refused,) = call.writes
    assert (refused.kind, refused.accepted, refused.sent) == ("update", False, {"city": 5})
    assert refused.before == refused.after == changed.after
    call("DELETE", f"/v1/workers/{worker['id']}")
    (gone,) = call.writes
    assert (gone.kind, gone.accepted, gone.before, gone.after) == ("delete", True, changed.after, None)
    call("GET", "/v1/workers")
    assert call.writes == []


def test_records_are_replaced_never_changed(call: Any, shiftline: Any) -> None:
    worker = shiftline.create("Worker", {**MARIA, "tags": [{"name": "a"}]})
    before = shiftline.read_all("Worker")
    kept = before[worker]
    call("PATCH", f"/v1/workers/{worker}", {"city": "Gary", "tags": []})
    shiftline.update("Worker", worker, {"nickname": "Mia"})
    assert kept["city"] is None
    assert kept["tags"] == [{"name": "a"}]
    assert before[worker] is kept
    assert shiftline.read_all("Worker")[worker]["nickname"] == "Mia"


def test_numbers_keep_every_digit(call: Any, shiftline: Any) -> None:
    site = shiftline.create("Worksite", {"name": "Dock", "status": "active"})
    job = {"title": "Packer", "worksite_id": site, "kind": "temp", "status": "open"}
    body = json.dumps(job).encode()[:-1] + b', "markup_percent": 12.345678901234567890123, "weekly_hours": 37.50}'
    assert call("POST", "/v1/jobs", body)[0] == 201
    (record,) = shiftline.read_all("Job").values()
    assert record["markup_percent"] == Decimal("12.345678901234567890123")
    assert str(record["weekly_hours"]) == "37.50"


def test_the_harness_meets_the_same_rules(shiftline: Any) -> None:
    with pytest.raises(Blocked, match="last_name: is required") as refused:
        shiftline.create("Worker", {"first_name": "Quintessa", "status": "available"})
    assert "Quintessa" not in str(refused.value)
    with pytest.raises(Blocked, match="404"):
        shiftline.update("Worker", "wrk_nobody", {"city": "Gary"})
    with pytest.raises(Blocked, match="404"):
        shiftline.delete("Worker", "wrk_nobody")
    with pytest.raises(Blocked, match="Ghost"):
        shiftline.read_all("Ghost")
    worker = shiftline.create("Worker", MARIA)
    shiftline.update("Worker", worker, {"push_token": "t-1", "app_rating": Decimal("4.5")})
    assert shiftline.read_all("Worker")[worker]["app_rating"] == Decimal("4.5")
    shiftline.delete("Worker", worker)
    assert shiftline.read_all("Worker") == {}


def test_every_third_request_is_asked_to_wait(make_shiftline: Any, caller: Any) -> None:
    call = caller(make_shiftline(throttle_every=3))
    statuses = [call("POST", "/v1/recruiters", {"name": "Ana"})[0] for _ in range(6)]
    assert statuses == [201, 201, 429, 201, 201, 429]
    assert call.headers["Retry-After"] == "2"
    assert [one.accepted for one in call.writes] == [False]


def test_a_throttle_that_no_retry_passes_is_no_knob(make_shiftline: Any) -> None:
    with pytest.raises(ValueError):
        make_shiftline(throttle_every=1)


def test_addresses_and_secrets(shiftline: Any) -> None:
    here = shiftline.addresses()
    assert sorted(here) == ["token", "url", "webhook_secret"]
    assert here["url"] == "https://api.shiftline.example/v1"
    assert shiftline.addresses("http://127.0.0.1:8123")["url"] == "http://127.0.0.1:8123/v1"
    assert shiftline.hosts == ("api.shiftline.example",)
    assert shiftline.secrets() == {here["token"], here["webhook_secret"]}
    assert here["token"] != here["webhook_secret"]


def test_the_clock_is_the_world_s(shiftline: Any, clock: WorldClock) -> None:
    clock.advance_to(datetime(2027, 1, 1, tzinfo=UTC))
    worker = shiftline.create("Worker", MARIA)
    assert shiftline.read_all("Worker")[worker]["created_at"] == "2027-01-01T00:00:00Z"
