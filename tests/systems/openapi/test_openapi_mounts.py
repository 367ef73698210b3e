"""The same requests over every way in which a connector can reach the simulator."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

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
