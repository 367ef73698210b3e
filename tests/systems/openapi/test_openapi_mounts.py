"""The same requests over every way in which a connector can reach the simulator."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from signoff.systems.dialect import Dialect
from signoff.systems.openapi import dialect

DIALECT: Dialect = dialect
"""Checked by mypy: the dialect is what the protocol asks for."""

_WIRE = importlib.util.find_spec("signoff.wire.in_process") is not None


@contextmanager
def mounted_in_process(simulator: Any) -> Iterator[str]:
    from signoff.wire.in_process import in_process

    with in_process(dict.fromkeys(simulator.hosts, simulator)):
        yield ""


@pytest.fixture(
    params=[
        "port",
        pytest.param("in process", marks=pytest.mark.skipif(not _WIRE, reason="the wire room has no mount here")),
    ]
)
def mount(request: pytest.FixtureRequest, on_a_port: Any) -> Any:
    return on_a_port if request.param == "port" else mounted_in_process


def test_a_conversation(shiftline: Any, mount: Any) -> None:
    with mount(shiftline) as origin, requests.Session() as session:
        here = shiftline.addresses(origin)
        session.headers["Authorization"] = f"Bearer {here['token']}"
        url = here["url"] + "/workers"
        made = session.post(url, json={"first_name": "Zoë", "last_name": "Ng", "status": "available"}, timeout=10)
        assert made.status_code == 201
        assert made.json()["first_name"] == "Zoë"
        worker = made.json()["id"]
        changed = session.patch(f"{url}/{worker}", json={"city": "Gary"}, timeout=10)
        assert changed.json()["city"] == "Gary"
        listed = session.get(url, params={"updated_since": "2026-03-02T15:00:00Z"}, timeout=10)
        assert listed.json() == {"items": [changed.json()], "next_cursor": None}
        assert listed.headers["Content-Type"] == "application/json"
        assert session.delete(f"{url}/{worker}", timeout=10).status_code == 204
        assert session.get(f"{url}/{worker}", timeout=10).status_code == 404
        assert session.get(f"{url}/a%2Fb", timeout=10).status_code == 404


def test_the_dialect_is_found_by_its_name() -> None:
    assert DIALECT.name == "openapi"


def test_many_threads_share_one_store(shiftline: Any, on_a_port: Any) -> None:
    worker = {"first_name": "Zoë", "last_name": "Ng", "status": "available"}
    with on_a_port(shiftline) as origin:
        here = shiftline.addresses(origin)
        headers = {"Authorization": f"Bearer {here['token']}"}

        def create(number: int) -> int:
            body = {**worker, "external_id": str(number % 20)}
            return requests.post(here["url"] + "/workers", json=body, headers=headers, timeout=10).status_code

        with ThreadPoolExecutor(4) as pool:
            answers = sorted(pool.map(create, range(40)))
    assert answers == [201] * 20 + [409] * 20
    assert len(shiftline.read_all("Worker")) == 20


@pytest.mark.parametrize("text", ["Ma\x00ria", "Ma\x1b\x85ria", "Ma\ud83dria"])
def test_a_sign_that_nobody_can_show_is_told_as_json_tells_it(shiftline: Any, mount: Any, text: str) -> None:
    key = shiftline.create("Worker", {"first_name": text, "last_name": "Lopez", "status": "available"})
    with mount(shiftline) as origin, requests.Session() as session:
        here = shiftline.addresses(origin)
        session.headers["Authorization"] = f"Bearer {here['token']}"
        told = session.get(f"{here['url']}/workers/{key}", timeout=10)
        told.content.decode("ascii")
        assert told.json()["first_name"] == text
        listed = session.get(f"{here['url']}/workers", timeout=10).json()["items"]
        assert [one["first_name"] for one in listed] == [text]
