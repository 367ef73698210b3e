"""Access to a real environment is tried over sockets, on marked records, and whatever is made is removed."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from signoff.agreement.matters import BoundAccess
from signoff.agreement.resolved import Agreement
from signoff.history import Tried
from signoff.plugin.agreeing import agree, reader
from signoff.schema import Side
from signoff.scope import EnvironmentSettings
from signoff.settings.suite import find_suite
from signoff.systems.dialect import Knobs, Simulator
from signoff.systems.registry import dialect
from signoff.trial.environment import tried_for_real
from signoff.wire.breakdowns import ConnectionDropped, NoAnswer
from signoff.wire.clock import WorldClock
from signoff.wire.port import on_port

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
EVERYTHING = ("read", "create", "update", "delete")
Wrap = Callable[["WSGIApplication"], "WSGIApplication"]
Values = dict[str, dict[str, str]]


@lru_cache(maxsize=1)
def shipped() -> tuple[Agreement, Callable[[str], str]]:
    suite = find_suite(ROOT)
    assert suite is not None
    agreement = agree(suite, "bullhorn-shiftline")
    return agreement, reader(suite, agreement.integration)


@dataclass
class Staging:
    """Both systems on ports, and what was asked of them: (side, method, path)."""

    simulators: dict[Side, Simulator] = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    asked: list[tuple[Side, str, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def writes(self, side: Side) -> list[tuple[str, str]]:
        login = ("/oauth/", "/login", "loginInfo")
        return [
            (method, path)
            for where, method, path in self.asked
            if where is side and method != "GET" and not any(one in path for one in login)
        ]

    def trying(
        self, *rows: tuple[Side, str, tuple[str, ...]], over: Mapping[str, Mapping[str, str]] | None = None, **says: Any
    ) -> list[Tried]:
        """Try rows in this environment; `over` alters addresses and credentials."""
        agreement, _ = shipped()
        values = {side: {**known, **(over or {}).get(side, {})} for side, known in self.values.items()}
        staging = EnvironmentSettings("staging", values=values, **{"writes": True, "timeout_seconds": 5.0, **says})
        access = tuple(
            BoundAccess(f"access:{number}", side, entity, may) for number, (side, entity, may) in enumerate(rows)
        )
        here = replace(
            agreement,
            integration=replace(agreement.integration, environments={"staging": staging}, environment="staging"),
            matters=replace(agreement.matters, access=access),
        )
        return list(tried_for_real(here, [one.statement for one in access], NOW, self.told.append))

    def one(self, side: Side, entity: str, may: tuple[str, ...] = EVERYTHING, **says: Any) -> Tried:
        [found] = self.trying((side, entity, may), **says)
        return found

    def alive(self, side: Side, entity: str) -> list[str]:
        records = self.simulators[side].read_all(entity)
        return [name for name, one in records.items() if not one.get("isDeleted")]


@contextmanager
def staging(
    wraps: Mapping[Side, Wrap] | None = None, knobs: Knobs | None = None, silence: float = 0.1
) -> Iterator[Staging]:
    agreement, read = shipped()
    found = Staging()
    with ExitStack() as stack:
        for side in Side:
            settings = agreement.integration.systems[side]
            made = dialect(settings.dialect, "toml").simulator(
                settings,
                agreement.integration.entities,
                agreement.schemas[side],
                WorldClock(NOW),
                knobs or Knobs(),
                read,
            )
            app = wraps[side](made) if wraps and side in wraps else made
            origin = stack.enter_context(on_port(_noted(app, side, found.asked), silence_seconds=silence))
            found.simulators[side] = made
            found.values[side.value] = dict(made.addresses(origin))
        yield found


def _noted(app: WSGIApplication, side: Side, asked: list[tuple[Side, str, str]]) -> WSGIApplication:
    def noting(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked.append((side, environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        return app(environ, start_response)

    return noting


def answering(status: str, method: str = "", path: str = "", **headers: str) -> Wrap:
    """Answer so whatever has this method and path, and let the system answer the rest."""

    def wrap(app: WSGIApplication) -> WSGIApplication:
        def refusing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if environ["REQUEST_METHOD"] == (method or environ["REQUEST_METHOD"]) and path in environ["PATH_INFO"]:
                kind = [("Content-Type", "application/json")]
                start_response(status, kind + [(name.replace("_", "-"), value) for name, value in headers.items()])
                return [b"{}"]
            return app(environ, start_response)

        return refusing

    return wrap


def done_but_saying(body: bytes, method: str, path: str) -> Wrap:
    """Do what is asked, and answer this in place of the system."""

    def wrap(app: WSGIApplication) -> WSGIApplication:
        def strange(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if environ["REQUEST_METHOD"] != method or path not in environ["PATH_INFO"]:
                return app(environ, start_response)
            list(app(environ, lambda *_: bytearray().extend))
            start_response("200 OK", [("Content-Type", "application/json")])
            return [body]

        return strange

    return wrap


def saying(body: bytes, method: str = "", path: str = "", status: str = "200 Fine") -> Wrap:
    """Answer with this body whatever has this method and path, and let the system answer the rest."""

    def wrap(app: WSGIApplication) -> WSGIApplication:
        def said(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if environ["REQUEST_METHOD"] == (method or environ["REQUEST_METHOD"]) and path in environ["PATH_INFO"]:
                start_response(status, [("Content-Type", "application/json")])
                return [body]
            return app(environ, start_response)

        return said

    return wrap


def breaking(error: Exception, method: str, path: str, after: bool = False) -> Wrap:
    """Break off the connection for this method and path; `after`: when the system has done what was asked."""

    def wrap(app: WSGIApplication) -> WSGIApplication:
        def broken(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            mine = environ["REQUEST_METHOD"] == method and path in environ["PATH_INFO"]
            if not mine or after:
                answer = app(environ, start_response)
            if mine:
                raise error
            return answer

        return broken

    return wrap


CASES = [(Side.ATS, "Candidate"), (Side.APP, "Worker"), (Side.APP, "Recruiter")]


@pytest.mark.parametrize(("side", "entity"), CASES)
def test_every_operation_is_tried_over_a_socket_and_nothing_is_left(side: Side, entity: str) -> None:
    with staging() as here:
        before = here.alive(side, entity)
        found = here.one(side, entity)
        assert found == Tried("access:0", ("create", "read", "update", "delete"))
        assert here.alive(side, entity) == before
        assert len(here.writes(side)) == 3
        assert here.told == []


@pytest.mark.parametrize(("side", "entity"), CASES)
def test_what_the_row_does_not_remove_is_removed_all_the_same(side: Side, entity: str) -> None:
    with staging() as here:
        found = here.one(side, entity, ("create", "update"))
        assert found == Tried("access:0", ("create", "update"))
        assert [method for method, _ in here.writes(side)][-1] == "DELETE"
        assert here.alive(side, entity) == []


def test_a_subscription_is_ended_again() -> None:
    with staging() as here:
        assert here.one(Side.ATS, "Candidate", ("read", "subscribe")).done == ("read", "subscribe")
        assert [method for method, path in here.writes(Side.ATS) if "event/subscription" in path] == ["PUT", "DELETE"]


@pytest.mark.parametrize(("side", "entity"), CASES)
def test_a_row_that_only_reads_never_writes_and_reads_one_record(side: Side, entity: str) -> None:
    with staging() as here:
        for number in range(3):
            here.simulators[side].create(
                entity, {"Worker": WORKER, "Recruiter": {"name": "R"}}.get(entity, PERSON(number))
            )
        assert here.one(side, entity, ("read",)) == Tried("access:0", ("read",))
        assert here.writes(side) == []
        assert len(here.alive(side, entity)) == 3


WORKER = {"first_name": "Maria", "last_name": "Lopez", "status": "available"}


def PERSON(number: int) -> dict[str, Any]:  # noqa: N802  a record like the one above
    return {"firstName": "Maria", "lastName": f"Lopez {number}", "name": f"Maria Lopez {number}"}


@pytest.mark.parametrize(("side", "entity"), [(Side.ATS, "Candidate"), (Side.APP, "Assignment")])
def test_every_record_is_marked_apart(side: Side, entity: str) -> None:
    bodies: list[str] = []

    def wrap(app: WSGIApplication) -> WSGIApplication:
        def reading(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            import io

            raw = environ["wsgi.input"].read()
            environ["wsgi.input"] = io.BytesIO(raw)
            creates = {"POST": Side.APP, "PUT": Side.ATS}.get(environ["REQUEST_METHOD"]) is side
            if creates and raw and "oauth" not in environ["PATH_INFO"]:
                bodies.append(raw.decode())
            return app(environ, start_response)

        return reading

    own: list[tuple[Side, str, tuple[str, ...]]] = [
        (Side.APP, one, ("create",)) for one in ("Worker", "Job", "Worksite")
    ]
    with staging({side: wrap}) as here:
        found = here.trying((side, entity, ("create",)), *own, (side, entity, ("create",)))
        assert [one.trouble for one in found] == [""] * 5
        assert here.alive(side, entity) == []
    marks = [text[text.index("Signoff access check") :][:30] for text in bodies if "Signoff access check" in text]
    assert len(marks) == len(bodies) > 1
    assert len(set(marks)) == len(marks)


def test_what_is_referred_to_is_made_and_removed_too() -> None:
    rows = (
        (Side.APP, "Assignment", ("create",)),
        *((Side.APP, one, ("create",)) for one in ("Worker", "Job", "Worksite")),
    )
    with staging() as here:
        assert [one.trouble for one in here.trying(*rows)] == [""] * 4
        assert [here.alive(Side.APP, one) for one in ("Assignment", "Worker", "Job", "Worksite")] == [[]] * 4


def test_without_a_right_to_make_what_is_referred_to_nothing_is_asked() -> None:
    with staging() as here:
        found = here.one(Side.APP, "Assignment", ("read", "create"))
        assert (found.done, found.trouble) == (("read",), "")
        assert found.skipped["create"].startswith("somebody who may make a Worker: no row about access lets")
        assert "[environments.staging.existing]: Worker = its id" in found.skipped["create"]
        assert here.writes(Side.APP) == []


def test_an_admin_makes_and_removes_what_the_row_may_not() -> None:
    with staging({Side.APP: two_users("limited", "POST", "DELETE")}) as here:
        admin = {"app": {"token": here.values["app"]["token"]}}
        found = here.one(Side.APP, "Worker", ("read", "update"), over={"app": {"token": "limited"}}, admin=admin)
        assert found == Tried("access:0", ("read", "update"))
        assert here.alive(Side.APP, "Worker") == []
        found = here.one(Side.APP, "Worker", ("update", "delete"), over={"app": {"token": "limited"}}, admin=admin)
        assert found.done == ("update",)
        assert found.trouble.startswith("delete: the permission: Shiftline, DELETE /workers/")
        assert (found.left, here.alive(Side.APP, "Worker")) == ((), [])


def two_users(limited: str, *forbidden: str) -> Wrap:
    """Let a second token do all but some methods."""

    def wrap(app: WSGIApplication) -> WSGIApplication:
        def checking(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if environ.get("HTTP_AUTHORIZATION") == f"Bearer {limited}":
                if environ["REQUEST_METHOD"] in forbidden:
                    start_response("403 Forbidden", [("Content-Type", "application/json")])
                    return [b"{}"]
                environ["HTTP_AUTHORIZATION"] = f"Bearer {app.addresses()['token']}"  # type: ignore[attr-defined]
            return app(environ, start_response)

        return checking

    return wrap


def test_an_update_without_a_right_to_create_needs_an_admin() -> None:
    with staging() as here:
        found = here.one(Side.ATS, "Candidate", ("read", "update"))
        assert found.done == ("read",)
        assert found.skipped == {
            "update": "somebody who may make a Candidate: no row about access lets the integration create one, and "
            "[environments.staging.admin] names nobody else"
        }
        assert here.writes(Side.ATS) == []


def test_an_admin_who_does_not_get_in_is_no_trouble_of_the_integration() -> None:
    with staging() as here:
        rows = (
            (Side.APP, "Worker", ("read", "update")),
            (Side.APP, "Job", ("read",)),
            (Side.APP, "Worker", ("update",)),
        )
        found = here.trying(*rows, admin={"app": {"token": "hidden-admin"}})
        assert [one.trouble[:24] for one in found] == ["prepare: the credentials", "", "prepare: the credentials"]
        assert here.writes(Side.APP) == [("POST", "/v1/workers")]


def test_what_cannot_be_removed_is_not_made() -> None:
    with staging() as here:
        found = here.one(Side.ATS, "ClientCorporation", ("read", "create"))
        assert found.done == ("read",)
        assert found.skipped["create"].startswith("a way to remove a ClientCorporation again: Bullhorn has none")
        assert here.writes(Side.ATS) == []


def test_an_existing_record_is_named_and_not_changed() -> None:
    with staging() as here:
        company = here.simulators[Side.ATS].create("ClientCorporation", {"name": "Acme"})
        kept = here.simulators[Side.ATS].read_all("ClientCorporation")[company]
        existing = {"ats": {"ClientCorporation": company}}
        found = here.one(Side.ATS, "ClientContact", ("create", "update"), existing=existing)
        assert found == Tried("access:0", ("create", "update"))
        assert here.alive(Side.ATS, "ClientContact") == []
        assert here.simulators[Side.ATS].read_all("ClientCorporation")[company]["name"] == kept["name"]


def test_who_is_made_by_hand_is_named_from_what_is_there() -> None:
    with staging() as here:
        rows = ((Side.ATS, "Note", ("create",)), (Side.ATS, "Candidate", ("create",)))
        assert [one.trouble for one in here.trying(*rows)] == ["", ""]
        assert not any("CorporateUser" in path for _, path in here.writes(Side.ATS))


def test_an_environment_that_is_only_read_is_only_read() -> None:
    with staging() as here:
        found = here.one(Side.ATS, "Candidate", (*EVERYTHING, "subscribe"), writes=False)
        assert (found.done, found.trouble) == (("read",), "")
        assert set(found.skipped) == {"create", "update", "delete", "subscribe"}
        assert "[environments.staging] is only read (writes = false)" in found.skipped["create"]
        assert here.writes(Side.ATS) == []


def test_a_system_that_the_environment_does_not_name_is_not_asked() -> None:
    with staging() as here:
        del here.values["app"]
        found = here.one(Side.APP, "Worker", ("read",))
        assert found.skipped == {
            "read": "an address of Shiftline: scope/bullhorn-shiftline.toml has none under [environments.staging] app"
        }
        assert here.asked == []


TROUBLES: list[tuple[Side, str, Wrap, tuple[str, ...], str, str]] = [
    # side, entity, what is wrong, what was done, how the trouble begins, what it says as well
    (Side.APP, "Worker", answering("403 No", "POST"), (), "create: the permission: Shiftline, POST /workers: ", "Ask"),
    (Side.APP, "Worker", answering("403 No", "PATCH"), ("create", "read"), "update: the permission: ", "status 403"),
    (Side.APP, "Worker", answering("404 No", path="workers"), (), "create: the address: Shiftline, POST /work", "404"),
    (Side.APP, "Worker", answering("301 Moved", Location="https://x/"), (), "create: the address: ", "status 301"),
    (Side.APP, "Worker", answering("422 No", "POST"), (), "create: the request: ", "required fields"),
    (Side.APP, "Worker", answering("500 Oh", "PATCH"), ("create", "read"), "update: the system itself: ", "status 500"),
    (Side.APP, "Worker", breaking(ConnectionDropped(), "PATCH", "workers"), ("create", "read"),
     "update: the system itself: ", "broke off"),
    (Side.ATS, "Candidate", answering("403 No", "POST", "entity/"), ("create", "read"),
     "update: the permission: ", "403"),
    (Side.ATS, "Candidate", answering("404 No", path="loginInfo"), (),
     "create: the address: Bullhorn, find the data centre", "404"),
    (Side.ATS, "Candidate", answering("200 Fine", path="loginInfo"), (),
     "create: the address: Bullhorn, find the data centre", "rest-services"),
    (Side.ATS, "Candidate", answering("503 Down", "POST", "oauth/token"), (),
     "create: the system itself: Bullhorn", "503"),
]  # fmt: skip


@pytest.mark.parametrize(("side", "entity", "wrap", "done", "begins", "says"), TROUBLES)
def test_what_stops_it_is_told_apart(
    side: Side, entity: str, wrap: Wrap, done: tuple[str, ...], begins: str, says: str
) -> None:
    with staging({side: wrap}) as here:
        found = here.one(side, entity)
        assert found.trouble.startswith(begins)
        assert says in found.trouble
        assert found.done == done
        assert found.left == ()
        assert here.alive(side, entity) == []


@pytest.mark.parametrize(
    ("side", "over", "begins"),
    [
        (Side.APP, {"token": "hidden-7"}, "read: the credentials: Shiftline, GET /workers"),
        (Side.ATS, {"password": "hidden-7"}, "read: the credentials: Bullhorn, authorize"),
        (Side.ATS, {"client_secret": "hidden-7"}, "read: the credentials: Bullhorn, exchange the code"),
        (Side.ATS, {"client_id": "hidden-7"}, "read: the credentials: Bullhorn, authorize"),
    ],
)
def test_wrong_credentials_are_sent_once_and_stand_nowhere(
    side: Side, over: dict[str, str], begins: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    entities = ("Worker", "Job") if side is Side.APP else ("Candidate", "JobOrder")
    with staging() as here:
        found = here.trying(*((side, one, ("read",)) for one in entities), over={side.value: over})
        first = len(here.asked)
        here.trying((side, entities[0], ("read",)), over={side.value: over})
        assert len(here.asked) == 2 * first
    assert [one.trouble.startswith(begins) for one in found] == [True, True]
    printed = "".join(capfd.readouterr())
    assert "hidden-7" not in f"{found}{here.told}{caplog.text}{printed}"


def test_no_secret_of_a_right_login_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with staging() as here:
        assert here.one(Side.ATS, "Candidate", ("read",)).done == ("read",)
        secrets = {*here.simulators[Side.ATS].secrets(), here.values["ats"]["password"]}
        assert len(secrets) > 3
        assert not [one for one in secrets if one in caplog.text]
        # By its state: another connector in this process may have put a filter of its own upon it.
        assert not logging.getLogger("urllib3.connectionpool").disabled


def test_a_credential_that_a_system_repeats_is_masked() -> None:
    def rude(app: WSGIApplication) -> WSGIApplication:
        def repeating(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            start_response("400 Bad", [("Content-Type", "application/json")])
            return [b'{"error": "unknown_client.hidden_7.here"}']

        return repeating

    with staging({Side.ATS: rude}) as here:
        found = here.one(Side.ATS, "Candidate", ("read",), over={"ats": {"client_secret": "hidden_7"}})
        assert "unknown_client.….here" in found.trouble


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def test_a_port_at_which_nothing_listens() -> None:
    with staging() as here:
        port = free_port()
        found = here.one(Side.APP, "Worker", over={"app": {"url": f"http://127.0.0.1:{port}/v1"}})
        assert found.trouble.startswith("create: the address: Shiftline, POST /workers: expected an answer, found ")
        assert f"127.0.0.1:{port} refuses the connection" in found.trouble


def test_a_name_that_dns_does_not_know_brings_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with staging() as here:
        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        known = here.simulators[Side.APP].hosts[0]
        found = here.one(Side.APP, "Worker", over={"app": {"url": f"https://{known.replace('s', 'ss', 1)}/v1"}})
        assert found.trouble.startswith("create: the address: ")
        assert "DNS knows none" in found.trouble
        assert f"(did you mean {known}?)" in found.trouble


@contextmanager
def speaking(said: bytes) -> Iterator[int]:
    """Say these bytes to whoever connects, and hang up; yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    one, _ = server.accept()
                except TimeoutError:
                    continue
                with one:
                    one.sendall(said)
                    one.settimeout(1.0)
                    one.recv(4096)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            thread.join()


def test_a_system_that_speaks_no_tls() -> None:
    with staging() as here, speaking(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        found = here.one(Side.APP, "Worker", over={"app": {"url": f"https://127.0.0.1:{port}/v1"}})
        assert found.trouble.startswith("create: the address: ")
        assert f"no secure connection to 127.0.0.1:{port}: TLS failed" in found.trouble
        assert found.left == ()


def test_a_system_that_does_not_answer_in_time() -> None:
    with staging({Side.APP: breaking(NoAnswer(), "GET", "workers")}, silence=3.0) as here:
        began = time.monotonic()
        found = here.trying((Side.APP, "Worker", ("read",)), (Side.APP, "Job", ("read",)), timeout_seconds=0.3)
        assert time.monotonic() - began < 3.0
        assert [one.trouble[:23] for one in found] == ["read: the system itself"] * 2
        assert "no answer from 127.0.0.1" in found[0].trouble


def drops() -> Iterator[bytes]:
    for _ in range(40):
        time.sleep(0.1)
        yield b" "


def test_a_system_that_sends_a_little_of_its_answer_now_and_then() -> None:
    def dribbling(app: WSGIApplication) -> WSGIApplication:
        def drop_by_drop(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if "workers" not in environ["PATH_INFO"]:
                return app(environ, start_response)
            start_response("200 OK", [("Content-Type", "application/json")])
            return drops()

        return drop_by_drop

    with staging({Side.APP: dribbling}) as here:
        began = time.monotonic()
        found = here.trying((Side.APP, "Worker", ("read",)), timeout_seconds=0.5)
        assert time.monotonic() - began < 2.0
        assert found[0].trouble.startswith("read: the system itself: ")
        assert "within the time-out" in found[0].trouble


DEEP = b"[" * 100_000
NO_ID, NO_NUMBER, NO_DATA = "a record with `id`", "changedEntityId, a whole number", "data, a list"


@pytest.mark.parametrize(
    ("side", "wrap", "may", "says"),
    [
        (Side.APP, saying(DEEP, "GET", "workers"), "read", "expected JSON"),
        (Side.APP, saying(DEEP, "GET", "workers", "400 No"), "read", "status 400"),
        (Side.APP, saying(b'{"data": [{"id": {"a": 1}}], "id": {"a": 1}}', "GET", "workers"), "read", "expected a "),
        (Side.APP, saying(b'{"id": {"a": 1}}', "POST", "workers"), "create", NO_ID),
        (Side.APP, saying(b'{"id": " "}', "POST", "workers"), "create", NO_ID),
        (Side.ATS, saying(DEEP, "GET", "search/Candidate"), "read", "a JSON answer"),
        (Side.ATS, saying(DEEP, "GET", "search/Candidate", "400 No"), "read", "status 400"),
        (Side.ATS, saying(b'{"errors": 5}', "GET", "search/Candidate", "400 No"), "read", "status 400"),
        (Side.ATS, saying(b"{}", "GET", "search/Candidate"), "read", NO_DATA),
        (Side.ATS, saying(b"[]", "GET", "search/Candidate"), "read", NO_DATA),
        (Side.ATS, saying(b'{"data": [{}]}', "GET", "search/Candidate"), "read", "id, a whole number"),
        (Side.ATS, saying(b"{}", "PUT", "entity/Candidate"), "create", NO_NUMBER),
        (Side.ATS, saying(b"null", "PUT", "entity/Candidate"), "create", NO_NUMBER),
    ],
)
def test_an_answer_of_another_form_is_told(side: Side, wrap: Wrap, may: str, says: str) -> None:
    with staging({side: wrap}) as here:
        found = here.one(side, "Worker" if side is Side.APP else "Candidate", (may,))
        assert found.trouble.startswith(f"{may}: ")
        assert says in found.trouble
        assert bool(found.left) == (may == "create")


def test_what_a_system_says_of_a_refusal_is_told_by_its_keys_alone() -> None:
    body = (
        b'{"errorMessage": "Maria Lopez is barred", "error": "Maria Lopez is barred",'
        b' "errorMessageKey": "errors.barred",'
        b' "errors": [{"propertyName": "status", "detailMessage": "Maria"}, {"propertyName": "Maria Lopez"}]}'
    )
    with staging({Side.ATS: saying(body, "GET", "search/Candidate", "400 No")}) as here:
        said = here.one(Side.ATS, "Candidate", ("read",)).trouble
        assert "status 400 (errors.barred: status)" in said
        assert "Maria" not in said


def test_a_limit_is_waited_for_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    with staging(knobs=Knobs(throttle_every=3)) as here:
        found = here.one(Side.APP, "Worker")
        assert found.done == ("create", "read", "update", "delete")
        assert waited
        assert set(waited) == {2.0}
        assert found.remarks[0].startswith("Shiftline, GET /workers")
        assert "asked to slow down, waited 2 s in 1 turn, then status 200" in found.remarks[0]


@pytest.mark.parametrize(
    ("wrap", "pauses", "says"),
    [
        (answering("429 Slow", "GET", "workers", Retry_After="20"), [20.0, 20.0, 20.0], "which asks to wait 20 s"),
        (answering("429 Slow", "GET", "workers", Retry_After="3600"), [], "which asks to wait 3600 s"),
        (answering("429 Slow", "GET", "workers"), [1.0, 1.0, 1.0, 1.0], "status 429"),
    ],
)
def test_a_limit_is_not_waited_for_without_end(
    wrap: Wrap, pauses: list[float], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    with staging({Side.APP: wrap}) as here:
        found = here.one(Side.APP, "Worker", ("read",))
        assert found.trouble.startswith("read: the limit: Shiftline, GET /workers")
        assert says in found.trouble
        assert waited == pauses
        assert len(found.remarks) == (1 if pauses else 0)


def test_what_cannot_be_removed_again_is_named() -> None:
    with staging({Side.APP: answering("403 No", "DELETE")}) as here:
        found = here.one(Side.APP, "Worker", ("create", "read"))
        [left] = here.alive(Side.APP, "Worker")
        assert (found.done, found.trouble) == (("create", "read"), "")
        [said] = found.left
        assert said.startswith(f"Left over in Shiftline (staging): Worker {left}. Remove it by hand: the permission: ")
        assert here.told == [said]


def test_where_something_is_left_over_nothing_more_is_made() -> None:
    rows = (
        (Side.APP, "Job", ("create",)),
        (Side.APP, "Worksite", ("read", "create")),
        (Side.ATS, "Candidate", ("create",)),
    )
    with staging({Side.APP: answering("403 No", "DELETE", "/jobs")}) as here:
        found = here.trying(*rows)
        [job] = here.alive(Side.APP, "Job")
        [said] = [said for said in found[0].left if f"Job {job}" in said]
        assert (found[1].done, found[1].left) == (("read",), ())
        assert found[1].skipped == {"create": f"that what is made there is removed again. {found[0].left[0]}"}
        assert found[0].left[0] == said
        assert len([method for method, _ in here.writes(Side.APP) if method == "POST"]) == 2
        assert found[2] == Tried("access:2", ("create",))


@pytest.mark.parametrize(
    "wrap",
    [breaking(ConnectionDropped(), "POST", "workers", after=True), answering("502 Bad Gateway", "POST", "workers")],
)
def test_a_create_of_which_nobody_knows_whether_it_was_done_is_told(wrap: Wrap) -> None:
    with staging({Side.APP: wrap}) as here:
        found = here.one(Side.APP, "Worker", ("create",))
        assert found.trouble.startswith("create: the system itself: ")
        [said] = found.left
        assert said.startswith("Perhaps left over in Shiftline (staging): a Worker that says “Signoff access check ")
        kept = here.simulators[Side.APP].read_all("Worker")
        mark = said[said.index("“") + 1 : said.index("”")]
        assert all(one["first_name"] == mark for one in kept.values())


@pytest.mark.parametrize("said", [b'{"message": "ok"}', b"[]", b"17"])
def test_a_create_whose_answer_names_no_record_is_told(said: bytes) -> None:
    with staging({Side.ATS: done_but_saying(said, "PUT", "entity/Candidate")}) as here:
        found = here.one(Side.ATS, "Candidate", ("create",))
        expected = "PUT entity/Candidate: expected an answer with changedEntityId, a whole number, found something else"
        assert expected in found.trouble
        [left] = found.left
        assert left.startswith("Perhaps left over in Bullhorn (staging): a Candidate that says “Signoff access check ")


@pytest.mark.parametrize("said", [b'{"total": 0}', b"[]", b'{"data": {"id": 3}}', b'{"data": [7]}'])
def test_a_list_that_is_none_is_told(said: bytes) -> None:
    with staging({Side.ATS: done_but_saying(said, "GET", "search/Candidate")}) as here:
        found = here.one(Side.ATS, "Candidate", ("read",))
        assert found.done == ()
        assert "GET search/Candidate: expected an answer with " in found.trouble


def test_an_interruption_removes_what_was_made() -> None:
    with staging() as here:
        app = here.simulators[Side.APP]

        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        monkey = pytest.MonkeyPatch()
        from signoff.systems.openapi.client import OpenApiClient

        with monkey.context() as patched:
            patched.setattr(OpenApiClient, "update", interrupt)
            with pytest.raises(KeyboardInterrupt):
                here.one(Side.APP, "Worker")
        assert app.read_all("Worker") == {}
        with monkey.context() as patched:
            patched.setattr(OpenApiClient, "delete", interrupt)
            with pytest.raises(KeyboardInterrupt):
                here.one(Side.APP, "Worker", ("create",))
        [left] = app.read_all("Worker")
        assert here.told == [
            f"Left over in Shiftline (staging): Worker {left}. Remove it by hand, because the run was interrupted"
        ]


def test_credentials_never_leave_https_by_what_a_system_names() -> None:
    from signoff.errors import Blocked
    from signoff.systems.bullhorn.client import BullhornClient

    asked: list[str] = []

    class Answers:
        def ask(self, method: str, url: str, *_: object, **__: object) -> requests.Response:
            asked.append(url)
            answer = requests.Response()
            answer.status_code = 200
            answer._content = b'{"oauthUrl": "http://elsewhere.example/oauth", "restUrl": "https://x/rest"}'
            return answer

    line: Any = Answers()
    values = {"url": "https://rest.example/rest-services", "username": "u", "password": "p"}
    client = BullhornClient(shipped()[0].schemas[Side.ATS], {**values, "client_id": "c", "client_secret": "s"}, line)
    with pytest.raises(Blocked, match="an address that begins with https"):
        client.login()
    assert asked == ["https://rest.example/rest-services/loginInfo"]


def test_a_subscription_that_cannot_be_ended_is_named() -> None:
    with staging({Side.ATS: answering("500 Oh", "DELETE", "event/subscription")}) as here:
        found = here.one(Side.ATS, "Candidate", ("read", "subscribe"))
        assert (found.done, found.trouble[:31]) == (("read",), "subscribe: the system itself: B")
        [said] = found.left
        assert said.startswith(
            "Left over in Bullhorn (staging): the subscription signoff-access-check to Candidate. End"
        )
        assert here.told == [said]


def test_a_list_that_has_a_least_size_of_pages_is_asked_again_without_one() -> None:
    def strict(app: WSGIApplication) -> WSGIApplication:
        def refusing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if "limit=1" in environ["QUERY_STRING"].split("&"):
                start_response("422 No", [("Content-Type", "application/json")])
                return [b"{}"]
            return app(environ, start_response)

        return refusing

    with staging({Side.APP: strict}) as here:
        assert here.one(Side.APP, "Worker", ("read",)) == Tried("access:0", ("read",))
        assert len(here.asked) == 2


@pytest.mark.parametrize("token", ["töken-☃", " blank-before"])
def test_a_credential_that_no_header_can_hold(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from signoff.systems.openapi import access

    monkeypatch.setattr(access, "proof", lambda *_: ({"X-Key": token}, {}))
    monkeypatch.setattr("signoff.systems.openapi.client.proof", lambda *_: ({"X-Key": token}, {}))
    with staging() as here:
        found = here.one(Side.APP, "Worker", ("read",))
        assert found.trouble.startswith(
            "read: the credentials: Shiftline, GET /workers: expected credentials that a header"
        )
        assert token.strip() not in found.trouble
        assert here.asked == []


def test_a_redirect_of_the_tenant_is_followed() -> None:
    with staging() as here:
        origin = here.values["ats"]["url"].removesuffix("/rest-services")

        def moved(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            start_response("307 Elsewhere", [("Location", f"{origin}{environ['PATH_INFO']}?{environ['QUERY_STRING']}")])
            return []

        with on_port(moved) as other:
            found = here.one(Side.ATS, "Candidate", ("read",), over={"ats": {"url": f"{other}/rest-services"}})
        assert found == Tried("access:0", ("read",))


def test_only_wanted_rows_are_tried() -> None:
    with staging() as here:
        assert here.trying() == []
        assert here.asked == []
