from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from signoff.errors import Blocked
from signoff.systems.openapi import dialect
from signoff.systems.openapi.client import OpenApiClient

MARIA = {"first_name": "Maria", "last_name": "Lopez", "status": "available"}

Port = Callable[[Any], AbstractContextManager[str]]


def client_of(settings_of: Any, simulator: Any, origin: str, which: str = "shiftline", **more: str) -> OpenApiClient:
    settings, entities = settings_of[which]()
    return dialect.client(settings, entities, simulator.schema, {**simulator.addresses(origin), **more})


@pytest.fixture
def app(shiftline: Any, settings_of: Any, on_a_port: Port) -> Iterator[OpenApiClient]:
    with on_a_port(shiftline) as origin:
        yield client_of(settings_of, shiftline, origin)


def test_what_the_client_does_stands_in_the_system(app: OpenApiClient, shiftline: Any) -> None:
    worker = app.create("Worker", {**MARIA, "pay_rate": "18.50", "tags": [{"name": "a"}]})
    app.update("Worker", worker, {"nickname": "Mia", "app_rating": Decimal("4.50")})
    assert app.read_all("Worker") == shiftline.read_all("Worker")
    record = app.read_all("Worker")[worker]
    assert (record["nickname"], str(record["app_rating"]), record["pay_rate"]) == ("Mia", "4.50", "18.50")
    app.delete("Worker", worker)
    assert app.read_all("Worker") == shiftline.read_all("Worker") == {}


def test_all_pages_are_read(make_shiftline: Any, settings_of: Any, on_a_port: Port) -> None:
    simulator = make_shiftline(page_cap=2)
    made = [simulator.create("Recruiter", {"name": f"R{n}"}) for n in range(7)]
    with on_a_port(simulator) as origin:
        assert list(client_of(settings_of, simulator, origin).read_all("Recruiter")) == made


def test_the_client_waits_as_long_as_it_is_told(
    make_shiftline: Any, settings_of: Any, on_a_port: Port, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator = make_shiftline(throttle_every=2)
    waited: list[float] = []
    with on_a_port(simulator) as origin:
        client = client_of(settings_of, simulator, origin)
        monkeypatch.setattr(time, "sleep", waited.append)
        for n in range(3):
            client.create("Recruiter", {"name": f"R{n}"})
    assert waited == [2.0, 2.0]
    assert len(simulator.read_all("Recruiter")) == 3


def test_a_refusal_names_method_path_status_and_fields_but_no_value(app: OpenApiClient) -> None:
    with pytest.raises(Blocked) as refused:
        app.create("Worker", {**MARIA, "first_name": "Q" * 51, "email": "maria-at-home"})
    message = str(refused.value)
    assert "Shiftline, POST /workers" in message
    assert "status 422" in message
    assert "email: is not a valid email" in message
    assert "first_name: is longer than 50 characters" in message
    assert "QQQ" not in message
    assert "maria-at-home" not in message


def test_values_that_a_real_system_repeats_are_masked(settings_of: Any, shiftline: Any, on_a_port: Port) -> None:
    def rude(environ: Any, start_response: Any) -> list[bytes]:
        start_response("400 Bad Request", [("Content-Type", "application/json")])
        return [b'{"errors": [{"field": "ssn", "message": "078-05-1120 and \\"Lopez\\" are wrong"}]}']

    with on_a_port(rude) as origin, pytest.raises(Blocked) as refused:
        client_of(settings_of, shiftline, origin).create("Worker", {**MARIA, "nickname": "078-05-1120"})
    assert "status 400; ssn: … and … are wrong" in str(refused.value)


def test_wrong_credentials_and_no_server(settings_of: Any, shiftline: Any, on_a_port: Port) -> None:
    with on_a_port(shiftline) as origin:
        client = client_of(settings_of, shiftline, origin, token="wrong-secret")
        with pytest.raises(Blocked, match="status 401") as refused:
            client.read_all("Worker")
        assert "wrong-secret" not in str(refused.value)
    with pytest.raises(Blocked, match=r"127\.0\.0\.1:1 refuses the connection"):
        client_of(settings_of, shiftline, "http://127.0.0.1:1").read_all("Worker")


def test_a_missing_value_is_named(settings_of: Any, shiftline: Any) -> None:
    settings, entities = settings_of["shiftline"]()
    with pytest.raises(Blocked, match="the value `token`"):
        dialect.client(settings, entities, shiftline.schema, {"url": "http://127.0.0.1:1"})


def test_pages_that_go_round_are_not_followed_for_ever(settings_of: Any, shiftline: Any, on_a_port: Port) -> None:
    def round_and_round(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b'{"items": [{"id": "a"}], "next_cursor": "same"}']

    with on_a_port(round_and_round) as origin, pytest.raises(Blocked, match="pages that end"):
        client_of(settings_of, shiftline, origin).read_all("Worker")


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"items": {}}', b'{"items": [{"name": "x"}]}'])
def test_an_answer_of_another_form_is_told(settings_of: Any, shiftline: Any, on_a_port: Port, body: bytes) -> None:
    def strange(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "application/json")])
        return [body]

    with on_a_port(strange) as origin, pytest.raises(Blocked, match="something else in the answer"):
        client_of(settings_of, shiftline, origin).read_all("Worker")


def test_an_app_with_put_offset_and_bare_lists(make_toolshed: Any, settings_of: Any, on_a_port: Port) -> None:
    simulator = make_toolshed()
    with on_a_port(simulator) as origin:
        client = client_of(settings_of, simulator, origin, "toolshed")
        made = [client.create("Tool", {"name": f"t{n}", "price": Decimal("1.10"), "grade": "A"}) for n in range(5)]
        client.update("Tool", made[0], {"price": Decimal("2.20")})
        client.delete("Tool", made[1])
        records = client.read_all("Tool")
    assert list(records) == [made[0], *made[2:]]
    assert (str(records[made[0]]["price"]), records[made[0]]["grade"]) == ("2.20", "A")


def test_links_are_followed_with_the_key_added(
    make_toolshed: Any, on_a_port: Port, toolshed_text: str, settings_of: Any
) -> None:
    text = toolshed_text.replace("in: header, name: X-Tool-Key", "in: query, name: key")
    text = text.replace("{name: start, in: query, schema: {type: integer, minimum: 0}}", "{name: at, in: query}")
    simulator = make_toolshed(text, paging={"style": "link", "cursor": "at", "limit": "count"})
    made = [simulator.create("Tool", {"name": f"t{n}", "price": 1}) for n in range(5)]
    with on_a_port(simulator) as origin:
        client = client_of(settings_of, simulator, origin, "toolshed")
        assert list(client.read_all("Tool")) == made


def test_a_netrc_of_this_machine_does_not_replace_the_token(
    shiftline: Any, settings_of: Any, on_a_port: Port, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with on_a_port(shiftline) as origin:
        assert client_of(settings_of, shiftline, origin).read_all("Worker") == {}
