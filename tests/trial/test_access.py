"""What may be done is tried with our own credentials, and what stops it is told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from signoff.agreement.matters import BoundAccess
from signoff.agreement.resolved import Agreement
from signoff.history import Tried
from signoff.plugin.agreeing import agree, reader
from signoff.rules.reading import breaks
from signoff.schema import Entity, Field, Side, SystemSchema, Type
from signoff.settings.suite import find_suite
from signoff.systems.dialect import Endpoint, Knobs, Simulator
from signoff.systems.registry import dialect
from signoff.trial.access import attempt, fewest_fields, tried
from signoff.trial.marked import MARK
from signoff.wire.clock import WorldClock
from signoff.wire.driving import driving
from signoff.wire.in_process import in_process

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
EVERYTHING = ("read", "create", "update", "delete", "subscribe")
Wrap = Callable[["WSGIApplication"], "WSGIApplication"]


@lru_cache(maxsize=1)
def shipped() -> tuple[Agreement, Callable[[str], str]]:
    suite = find_suite(ROOT)
    assert suite is not None
    agreement = agree(suite, "bullhorn-shiftline")
    return agreement, reader(suite, agreement.integration)


@contextmanager
def system(side: Side, wrap: Wrap = lambda app: app, **values: str) -> Iterator[tuple[Endpoint, Simulator]]:
    """Mount one simulator behind `wrap`, and make a client whose values are altered."""
    agreement, read = shipped()
    settings, entities, schema = (
        agreement.integration.systems[side],
        agreement.integration.entities,
        agreement.schemas[side],
    )
    clock = WorldClock(NOW)
    speaks = dialect(settings.dialect, "toml")
    simulator = speaks.simulator(settings, entities, schema, clock, Knobs(), read)
    client = speaks.client(settings, entities, schema, {**simulator.addresses(), **values})
    with in_process({host: wrap(simulator) for host in simulator.hosts}, None, clock), driving(clock):
        yield client, simulator


def answering(status: str, method: str = "", path: str = "") -> Wrap:
    """Answer so whatever has this method and path, and let the system answer the rest."""

    def wrap(app: WSGIApplication) -> WSGIApplication:
        def refusing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if environ["REQUEST_METHOD"] == (method or environ["REQUEST_METHOD"]) and path in environ["PATH_INFO"]:
                start_response(status, [("Content-Type", "application/json")])
                return [b"{}"]
            return app(environ, start_response)

        return refusing

    return wrap


def trying(side: Side, entity: str, may: tuple[str, ...], wrap: Wrap = lambda app: app, **values: str) -> Tried:
    schema = shipped()[0].schemas[side]
    with system(side, wrap, **values) as (client, hands):
        return attempt(BoundAccess("access:it", side, entity, may), schema, client, hands, NOW)


def test_the_shipped_agreement_s_access_is_there() -> None:
    agreement, read = shipped()
    found = tried(agreement, read, NOW)
    assert [one.statement for one in found] == [one.statement for one in agreement.matters.access]
    assert {one.statement: set(one.done) for one in found} == {
        one.statement: set(one.may) for one in agreement.matters.access
    }
    assert all(one.trouble == "" for one in found)


@pytest.mark.parametrize("entity", ["Candidate", "Placement", "Note"])
def test_everything_can_be_tried_on_the_ats(entity: str) -> None:
    assert trying(Side.ATS, entity, EVERYTHING) == Tried(
        "access:it", ("create", "read", "update", "subscribe", "delete")
    )


def test_a_record_is_marked_and_nothing_of_it_is_left() -> None:
    schema = shipped()[0].schemas[Side.APP]
    seen: list[Mapping[str, Any]] = []

    class Watched:
        def __init__(self, inner: Endpoint) -> None:
            self.inner = inner

        def create(self, entity: str, fields: Mapping[str, Any]) -> str:
            seen.append(fields)
            return self.inner.create(entity, fields)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inner, name)

    with system(Side.APP) as (client, hands):
        watched: Any = Watched(client)
        found = attempt(BoundAccess("a", Side.APP, "Assignment", ("create", "update")), schema, watched, hands, NOW)
        assert found == Tried("a", ("create", "update"))
        assert [dict(hands.read_all(name)) for name in ("Assignment", "Job", "Worker", "Worksite")] == [{}, {}, {}, {}]
    assert seen[0]["starts_on"] == "2026-06-01"
    with system(Side.APP) as (client, hands):
        watched = Watched(client)
        attempt(BoundAccess("a", Side.APP, "Worker", ("create",)), schema, watched, hands, NOW)
    assert seen[1]["first_name"] == MARK


@pytest.mark.parametrize(
    ("side", "entity", "wrap", "values", "done", "trouble"),
    [
        (Side.ATS, "Candidate", None, {"password": "wrong"}, (), "create: the credentials: Bullhorn, authorize"),
        (
            Side.ATS,
            "Candidate",
            None,
            {"client_secret": "wrong"},
            (),
            "create: the credentials: Bullhorn, exchange the code",
        ),
        (
            Side.ATS,
            "Candidate",
            None,
            {"url": "https://nobody.example.com"},
            (),
            "create: the address: Bullhorn, find the data centre",
        ),
        (Side.APP, "Worker", None, {"token": "wrong"}, (), "create: the credentials: Shiftline, POST /workers"),
        (Side.APP, "Worker", None, {"url": "https://nobody.example.com"}, (), "create: the address: Shiftline, POST"),
        (
            Side.ATS,
            "Candidate",
            answering("403 Forbidden", "PUT", "entity/Candidate"),
            {},
            (),
            "create: the permission: Bu",
        ),
        (
            Side.ATS,
            "Candidate",
            answering("403 Forbidden", "POST", "entity/Candidate"),
            {},
            ("create", "read"),
            "update: the p",
        ),
        (
            Side.ATS,
            "Candidate",
            answering("429 Slow", "GET", "search"),
            {},
            ("create",),
            "read: the limit: Bullhorn, GET",
        ),
        (
            Side.APP,
            "Worker",
            answering("403 Forbidden", "PATCH"),
            {},
            ("create", "read"),
            "update: the permission: Shift",
        ),
        (Side.APP, "Worker", answering("429 Slow", "GET"), {}, ("create",), "read: the limit: Shiftline, GET /workers"),
        (Side.APP, "Worker", answering("404 Not Found"), {}, (), "create: the address: Shiftline, POST /workers"),
        (Side.APP, "Worker", answering("503 Down"), {}, (), "create: the system itself: Shiftline, POST /workers"),
        (Side.APP, "Worker", answering("422 No", "POST"), {}, (), "create: the request: Shiftline, POST /workers"),
    ],
)
def test_what_stops_it_is_told_apart(
    side: Side, entity: str, wrap: Wrap | None, values: dict[str, str], done: tuple[str, ...], trouble: str
) -> None:
    found = trying(side, entity, ("read", "create", "update"), wrap or (lambda app: app), **values)
    assert found.trouble.startswith(trouble)
    assert found.done == done
    assert "wrong" not in found.trouble


def test_a_system_without_subscriptions_says_so() -> None:
    found = trying(Side.APP, "Worker", ("read", "subscribe"))
    assert found.done == ("read",)
    assert found.trouble.startswith("subscribe: the permission: subscribe to Worker")


def test_without_a_row_nothing_is_tried() -> None:
    from dataclasses import replace

    agreement, read = shipped()
    assert tried(replace(agreement, matters=replace(agreement.matters, access=())), read, NOW) == ()


def test_a_demanded_field_is_filled_in_the_form_that_it_asks_for() -> None:
    fields = {
        "ref": Field("ref", Type.TEXT, mandatory=True, form='{"type": "string", "format": "uuid"}'),
        "code": Field("code", Type.TEXT, mandatory=True, pattern="^[A-Z]{2}-[0-9]{4}$"),
        "name": Field("name", Type.TEXT, mandatory=True),
        "free": Field("free", Type.TEXT),
    }
    entity = Entity("Tool", fields)
    schema = SystemSchema(Side.APP, "Toolshed", {"Tool": entity})
    with system(Side.APP) as (hands, _):
        found = fewest_fields(entity, schema, hands, [], NOW)
    assert list(found) == ["ref", "code", "name"]
    assert found["name"] == MARK
    assert {name: breaks(fields[name], value) for name, value in found.items()} == dict.fromkeys(found, "")
