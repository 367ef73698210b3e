"""An app of OpenAPI 3.0 with everything done otherwise: offset, bare list, key in a header, PUT, numbers as ids."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

import pytest

from signoff.errors import Blocked

SAW = {"name": "Saw", "price": 12}


@pytest.fixture
def shed(make_toolshed: Any) -> Any:
    return make_toolshed()


@pytest.fixture
def call(shed: Any, caller_with: Any) -> Any:
    return caller_with(shed, {"X-Tool-Key": shed.addresses()["token"]})


def test_address_and_key_come_from_the_document(shed: Any, caller_with: Any) -> None:
    assert shed.addresses()["url"] == "https://eu.toolshed.example/api"
    assert shed.hosts == ("eu.toolshed.example",)
    status, body = caller_with(shed, {"X-Tool-Key": "wrong"})("GET", "/api/tools")
    assert (status, body["error"]["code"]) == (401, "unauthorized")


def test_a_create_fills_defaults_and_hides_what_is_write_only(call: Any, shed: Any) -> None:
    status, tool = call("POST", "/api/tools", {**SAW, "pin": "1234"})
    assert status == 200
    assert tool == {
        "name": "Saw",
        "number": tool["number"],
        "price": 12,
        "broken": False,
        "grade": None,
        "maker": None,
        "codes": [],
    }
    assert isinstance(tool["number"], int)
    assert shed.read_all("Tool")[str(tool["number"])]["pin"] == "1234"
    assert call("GET", f"/api/tools/{tool['number']}") == (200, tool)


def test_refusals_speak_the_app_s_own_words(call: Any) -> None:
    status, body = call("POST", "/api/tools", {"price": 0, "number": 5, "grade": "C", "maker": {"country": "us"}})
    assert status == 422
    assert body == {
        "title": "one or more fields are not valid",
        "status": 422,
        "errors": [
            {"pointer": "grade", "detail": "must be one of A, B, null"},
            {"pointer": "maker.country", "detail": "does not match ^[A-Z]{2}$"},
            {"pointer": "name", "detail": "is required"},
            {"pointer": "number", "detail": "is read-only"},
            {"pointer": "price", "detail": "is not more than 0"},
        ],
    }
    assert call("GET", "/api/tools/1")[1] == {"title": "there is no such Tool", "status": 404}


def test_null_is_allowed_where_3_0_says_nullable(call: Any) -> None:
    assert call("POST", "/api/tools", {**SAW, "grade": None, "maker": None})[0] == 200
    assert call("POST", "/api/tools", {**SAW, "broken": None})[0] == 422


def test_put_replaces_the_record(call: Any, shed: Any) -> None:
    number = shed.create("Tool", {**SAW, "grade": "A", "broken": True, "codes": [1]})
    status, tool = call("PUT", f"/api/tools/{number}", {"name": "Saw", "price": 13})
    assert status == 200
    assert (tool["grade"], tool["broken"], tool["codes"], tool["price"]) == (None, False, [], 13)
    assert tool["number"] == int(number)
    assert call("PUT", f"/api/tools/{number}", {"price": 13})[0] == 422
    assert call("PATCH", f"/api/tools/{number}", {"price": 13})[0] == 405


def test_the_harness_still_changes_single_fields(shed: Any) -> None:
    number = shed.create("Tool", {**SAW, "grade": "A"})
    shed.update("Tool", number, {"price": Decimal("0.10")})
    record = shed.read_all("Tool")[number]
    assert (record["grade"], str(record["price"])) == ("A", "0.10")


def test_pages_by_offset_in_a_bare_list(call: Any, shed: Any) -> None:
    for n in range(5):
        shed.create("Tool", {**SAW, "name": f"t{n}"})

    def names(**query: Any) -> list[str]:
        return [one["name"] for one in call("GET", "/api/tools", **query)[1]]

    assert names() == ["t0", "t1"]
    assert names(start=3, count=3) == ["t3", "t4"]
    assert names(start=5) == []
    assert call("GET", "/api/tools", count=4)[0] == 422
    assert call("GET", "/api/tools", start=-1)[0] == 422


def test_filters_are_read_as_their_declared_type_and_ignored_ones_are_taken(call: Any, shed: Any) -> None:
    shed.create("Tool", {**SAW, "broken": True})
    shed.create("Tool", SAW)
    assert len(call("GET", "/api/tools", broken="true")[1]) == 1
    assert len(call("GET", "/api/tools", broken="false", sort="name")[1]) == 1
    assert call("GET", "/api/tools", broken="1")[0] == 422


def test_a_delete_answers_as_declared(call: Any, shed: Any) -> None:
    number = shed.create("Tool", SAW)
    assert call("DELETE", f"/api/tools/{number}") == (200, {})
    assert call("DELETE", f"/api/tools/{number}")[0] == 404


def test_a_json_document_with_page_numbers_basic_auth_and_envelopes(make_toolshed: Any, caller_with: Any) -> None:
    record = {
        "type": "object",
        "required": ["number", "name"],
        "properties": {
            "number": {"type": "string", "format": "uuid", "readOnly": True},
            "name": {"type": "string"},
            "lastModified": {"type": "integer", "readOnly": True},
        },
    }
    ref = {"$ref": "#/components/schemas/Tool"}
    wrapped = {"content": {"application/json": {"schema": {"properties": {"tool": ref}, "required": ["tool"]}}}}
    listed = {
        "type": "object",
        "required": ["data", "meta"],
        "properties": {
            "data": {"type": "object", "required": ["tools"], "properties": {"tools": {"type": "array", "items": ref}}},
            "meta": {"type": "object", "required": ["total", "more"], "properties": {"total": {"type": "integer"}}},
        },
    }
    number = {"type": "integer"}
    document = {
        "openapi": "3.1.0",
        "components": {
            "schemas": {"Tool": record},
            "securitySchemes": {"b": {"type": "http", "scheme": "basic"}},
        },
        "paths": {
            "/tools": {
                "get": {
                    "parameters": [
                        {"name": "p", "in": "query", "schema": number},
                        {"name": "n", "in": "query", "schema": number},
                        {"name": "since", "in": "query", "schema": number},
                    ],
                    "responses": {"200": {"content": {"application/json": {"schema": listed}}}},
                },
                "post": {"requestBody": wrapped, "responses": {"201": wrapped}},
            },
            "/tools/{number}": {"get": {"responses": {"200": wrapped}}, "patch": {"requestBody": wrapped}},
        },
    }
    simulator = make_toolshed(
        json.dumps(document),
        paging={"style": "page", "page": "p", "limit": "n", "maximum": 2, "total": "meta.total", "more": "meta.more"},
        envelope={"items": "data.tools", "item": "tool", "sent": "tool"},
        updated_since="since",
    )
    here = simulator.addresses()
    assert sorted(here) == ["password", "url", "user"]
    assert simulator.secrets() == {here["password"]}
    pair = base64.b64encode(f"{here['user']}:{here['password']}".encode()).decode()
    call = caller_with(simulator, {"Authorization": f"Basic {pair}"})
    status, body = call("POST", "/tools", {"tool": {"name": "Saw"}})
    assert (status, body["tool"]["name"], body["tool"]["lastModified"]) == (201, "Saw", 1772463600)
    assert len(body["tool"]["number"]) == 36
    assert call.writes[0].sent == {"name": "Saw"}
    assert call("POST", "/tools", {"name": "Saw"})[0] == 422
    simulator.create("Tool", {"name": "Axe"})
    simulator.create("Tool", {"name": "Rake"})
    assert call("GET", f"/tools/{body['tool']['number']}") == (200, body)
    _, first = call("GET", "/tools")
    assert [one["name"] for one in first["data"]["tools"]] == ["Saw", "Axe"]
    assert first["meta"] == {"total": 3, "more": True}
    _, second = call("GET", "/tools", p=2)
    assert [one["name"] for one in second["data"]["tools"]] == ["Rake"]
    assert second["meta"] == {"total": 3, "more": False}
    assert call("GET", "/tools", p=0)[0] == 422
    assert call("GET", "/tools", since=1772463601)[1]["meta"]["total"] == 0
    assert call("GET", "/tools", since=1772463600)[1]["meta"]["total"] == 3


def test_links_and_a_key_in_the_query(make_toolshed: Any, caller_with: Any, toolshed_text: str) -> None:
    text = toolshed_text.replace("in: header, name: X-Tool-Key", "in: query, name: key")
    text = text.replace("{name: start, in: query, schema: {type: integer, minimum: 0}}", "{name: at, in: query}")
    simulator = make_toolshed(text, paging={"style": "link", "cursor": "at", "limit": "count"})
    for n in range(3):
        simulator.create("Tool", {**SAW, "name": f"t{n}"})
    token = simulator.addresses()["token"]
    call = caller_with(simulator, {})
    assert call("GET", "/api/tools")[0] == 401
    assert [one["name"] for one in call("GET", "/api/tools", key=token, count=2)[1]] == ["t0", "t1"]
    link = call.headers["Link"]
    assert link.startswith("<http://localhost/api/tools?count=2&at=")
    assert link.endswith('>; rel="next"')
    assert token not in link
    cursor = link.partition("&at=")[2].partition(">")[0]
    assert [one["name"] for one in call("GET", "/api/tools", key=token, at=cursor)[1]] == ["t2"]
    assert "Link" not in call.headers
    assert call.problems == []


def test_an_answer_that_the_document_does_not_describe_is_the_simulator_s_fault(
    make_toolshed: Any, caller_with: Any, toolshed_text: str
) -> None:
    text = toolshed_text.replace("type: array, items: {$ref", "type: array, maxItems: 1, items: {$ref")
    simulator = make_toolshed(text)
    simulator.create("Tool", SAW)
    simulator.create("Tool", SAW)
    call = caller_with(simulator, {"X-Tool-Key": simulator.addresses()["token"]})
    with pytest.raises(Blocked, match="has more than 1 items"):
        call("GET", "/api/tools")


def test_what_people_cannot_enter_is_told_to_whoever_writes_the_suite(make_toolshed: Any) -> None:
    simulator = make_toolshed()
    saw = simulator.create("Tool", SAW)
    with pytest.raises(Blocked) as refused:
        simulator.update("Tool", saw, {"name": 12345})
    told = str(refused.value)
    assert "a change of a Tool by people" in told
    assert "status 422, name: must be" in told
    assert '`"Tool.name" = …`' in told
    assert "12345" not in told
    with pytest.raises(Blocked, match="a new Tool by people"):
        simulator.create("Tool", {})


def test_a_parameter_that_is_a_list_asks_for_any_of_its_values(
    make_toolshed: Any, caller_with: Any, toolshed_text: str
) -> None:
    several = "- {name: name, in: query, schema: {type: array, items: {type: string}}}"
    text = toolshed_text.replace("- {name: sort, in: query, schema: {type: string}}", several)
    simulator = make_toolshed(text, ignored=[])
    for name in ("Saw", "Axe", "Rake"):
        simulator.create("Tool", {"name": name, "price": 1})
    call = caller_with(simulator, {"X-Tool-Key": simulator.addresses()["token"]})
    assert [one["name"] for one in call("GET", "/api/tools", name="Rake,Saw")[1]] == ["Saw", "Rake"]
