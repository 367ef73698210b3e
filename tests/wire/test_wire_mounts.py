"""Two mounts, one behaviour: what a caller sees, and what the journal writes down."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from signoff.errors import Blocked
from signoff.history import Key, Write
from signoff.schema import Side
from signoff.wire.breakdowns import ConnectionDropped, NoAnswer
from signoff.wire.clock import WorldClock
from signoff.wire.driving import driving
from signoff.wire.in_process import in_process
from signoff.wire.journal import Journal
from signoff.wire.port import on_port

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a few paths that show what a mount must carry."""
    path = environ["PATH_INFO"]
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    if path == "/drop":
        raise ConnectionDropped
    if path == "/silent":
        raise NoAnswer
    if path == "/moved":
        start_response("307 Temporary Redirect", [("Location", "/echo?after=redirect"), ("Content-Length", "0")])
        return [b""]
    if path == "/cookies":
        start_response(
            "200 OK", [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Path=/"), ("Content-Length", "0")]
        )
        return [b""]
    if path == "/write":
        environ["signoff.writes"].append(Write("create", Key(Side.APP, "Worker", "w1"), {"a": 1}, None, {"a": 1}))
        environ["signoff.problems"].append("Worker.a: unknown field")
    content = json.dumps(
        {
            "method": environ["REQUEST_METHOD"],
            "path": path,
            "query": environ["QUERY_STRING"],
            "type": environ.get("CONTENT_TYPE"),
            "custom": environ.get("HTTP_X_CUSTOM"),
            "cookie": environ.get("HTTP_COOKIE"),
            "body": body.decode("latin-1"),
        }
    ).encode()
    status = "404 Not Found" if path == "/missing" else "200 OK"
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
    return [content]


@dataclass
class Mount:
    origin: str
    journal: Journal
    clock: WorldClock
    in_process: bool


@pytest.fixture(params=["in process", "port"])
def mount(request: pytest.FixtureRequest) -> Iterator[Mount]:
    clock = WorldClock(NOW)
    journal = Journal(clock)
    watched = journal.watched(Side.APP, app)
    with ExitStack() as stack:
        if request.param == "port":
            yield Mount(stack.enter_context(on_port(watched, silence_seconds=0.1)), journal, clock, False)
        else:
            stack.enter_context(in_process({"app.example.com": watched}, journal, clock))
            yield Mount("https://app.example.com", journal, clock, True)


def test_requests_arrive_whole(mount: Mount) -> None:
    answer = requests.post(
        f"{mount.origin}/caf%C3%A9", params={"a": "b c"}, json={"name": "Łucja"}, headers={"X-Custom": "yes"}
    )
    told = answer.json()
    assert (told["method"], told["query"], told["type"], told["custom"]) == ("POST", "a=b+c", "application/json", "yes")
    assert told["path"].encode("latin-1").decode() == "/café"
    assert json.loads(told["body"]) == {"name": "Łucja"}
    assert answer.headers["Content-Type"] == "application/json"
    assert requests.get(f"{mount.origin}/missing").status_code == 404
    assert requests.get(f"{mount.origin}/missing").reason == "Not Found"
    assert requests.get(mount.origin).json()["path"] == "/"


def test_a_redirect_keeps_method_and_body(mount: Mount) -> None:
    answer = requests.post(f"{mount.origin}/moved", data="kept")
    told = answer.json()
    assert (told["method"], told["query"], told["body"]) == ("POST", "after=redirect", "kept")
    assert [one.status_code for one in answer.history] == [307]


def test_repeated_headers_and_cookies_survive(mount: Mount) -> None:
    with requests.Session() as http:
        answer = http.get(f"{mount.origin}/cookies")
        assert {one.name: one.value for one in http.cookies} == {"a": "1", "b": "2"}
        assert answer.raw.headers.getlist("Set-Cookie") == ["a=1; Path=/", "b=2; Path=/"]
        assert sorted(http.get(f"{mount.origin}/echo").json()["cookie"].split("; ")) == ["a=1", "b=2"]


@pytest.mark.parametrize("make", [lambda: b"plain", lambda: "text", lambda: iter([b"in ", b"parts"])])
def test_bodies_of_all_kinds_are_recorded_exactly(mount: Mount, make: Callable[[], Any]) -> None:
    expected = b"".join(
        [make()] if isinstance(make(), bytes) else [part.encode() if isinstance(part, str) else part for part in make()]
    )
    assert requests.post(f"{mount.origin}/echo", data=make()).json()["body"] == expected.decode()
    assert mount.journal.exchanges()[-1].request_body == expected


def test_the_journal_keeps_what_happened(mount: Mount) -> None:
    requests.get(f"{mount.origin}/first", params={"q": "ü /?"})
    mount.journal.run = 3
    answer = requests.post(f"{mount.origin}/write", data=b"\x00\xff")
    first, second = mount.journal.exchanges()
    assert (first.number, first.run, first.side, first.status) == (1, 0, Side.APP, 200)
    assert first.url == f"{mount.origin}/first?q=%C3%BC+%2F%3F"
    assert (second.number, second.run, second.method, second.request_body) == (2, 3, "POST", b"\x00\xff")
    assert second.response_body == answer.content
    assert ("Content-Type", "application/json") in second.response_headers
    assert [write.key.id for write in second.writes] == ["w1"]
    assert second.problems == ("Worker.a: unknown field",)
    assert {name.lower(): value for name, value in first.request_headers}["user-agent"].startswith("python-requests")


def test_each_exchange_takes_a_moment_of_world_time(mount: Mount) -> None:
    for _ in range(25):
        requests.get(f"{mount.origin}/echo")
    assert mount.clock.now() == NOW + timedelta(seconds=1)
    assert mount.journal.exchanges()[0].at == NOW + timedelta(milliseconds=40)


def test_clearing_frees_the_journal_and_goes_on_counting(mount: Mount) -> None:
    requests.get(f"{mount.origin}/echo")
    mount.journal.clear()
    requests.get(f"{mount.origin}/echo")
    assert [one.number for one in mount.journal.exchanges()] == [2]


def test_a_dropped_connection_is_a_connection_error(mount: Mount) -> None:
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{mount.origin}/drop")
    assert mount.journal.exchanges()[-1].status == 0
    assert requests.get(f"{mount.origin}/echo").status_code == 200


def test_silence_ends_with_the_callers_timeout() -> None:
    clock = WorldClock(NOW)
    journal = Journal(clock, seconds_per_exchange=0)
    with in_process({"app.example.com": journal.watched(Side.APP, app)}, journal, clock):
        with pytest.raises(requests.ReadTimeout, match="within 30 s"):
            requests.get("https://app.example.com/silent", timeout=(3, 30))
        with pytest.raises(requests.ReadTimeout):
            requests.get("https://app.example.com/silent")
    assert clock.now() == NOW + timedelta(seconds=630)


def test_silence_on_a_port_ends_when_the_caller_or_the_server_gives_up() -> None:
    with on_port(app, silence_seconds=0.1) as origin:
        with pytest.raises(requests.ReadTimeout):
            requests.get(f"{origin}/silent", timeout=0.03)
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{origin}/silent", timeout=5)


def test_retries_of_statuses_and_of_breakdowns_share_one_count() -> None:
    asked: list[str] = []

    def busy_then_gone(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked.append(environ["PATH_INFO"])
        if len(asked) > 1:
            raise ConnectionDropped
        start_response("429 Too Many Requests", [("Content-Length", "0")])
        return [b""]

    clock = WorldClock(NOW)
    with in_process({"app.example.com": busy_then_gone}, clock=clock), driving(clock), requests.Session() as http:
        http.mount("https://", HTTPAdapter(max_retries=Retry(3, status_forcelist=[429])))
        with pytest.raises(requests.ConnectionError):
            http.get("https://app.example.com/jobs")
    assert len(asked) == 4


def test_a_session_that_retries_waits_in_world_time() -> None:
    seen: list[str] = []

    def busy(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen.append(environ["PATH_INFO"])
        if len(seen) == 2:
            raise ConnectionDropped
        status = "200 OK" if len(seen) == 3 else "429 Too Many Requests"
        start_response(status, [("Retry-After", "30"), ("Content-Length", "0")])
        return [b""]

    clock = WorldClock(NOW)
    with in_process({"app.example.com": busy}, clock=clock), driving(clock), requests.Session() as http:
        http.mount("https://", HTTPAdapter(max_retries=Retry(3, status_forcelist=[429], backoff_factor=1)))
        assert http.get("https://app.example.com/jobs").status_code == 200
        assert len(seen) == 3
        # Retry-After 30 after the first answer; urllib3 backs off 2 s after the second failure.
        assert clock.now() == NOW + timedelta(seconds=32)
        seen[:] = ["first"]
        with pytest.raises(requests.ConnectionError):
            http.post("https://app.example.com/jobs")


def test_waiting_for_a_busy_system_costs_no_real_time() -> None:
    clock = WorldClock(NOW)
    journal = Journal(clock)
    began = time.perf_counter()
    with in_process({"app.example.com": journal.watched(Side.APP, app)}, journal, clock), driving(clock):
        for _ in range(100):
            requests.get("https://app.example.com/echo")
            time.sleep(30)
    assert clock.now() == NOW + timedelta(seconds=3004)
    assert time.perf_counter() - began < 5


def test_an_unknown_host_is_refused_by_name_and_recorded() -> None:
    journal = Journal(WorldClock(NOW))
    with (
        in_process({"app.example.com": app}, journal),
        pytest.raises(requests.ConnectionError, match=r"tracker\.example\.org"),
    ):
        requests.post("https://tracker.example.org/collect", data="who")
    (refused,) = journal.exchanges()
    assert (refused.side, refused.status, refused.request_body) == (None, 0, b"who")


def test_any_port_of_a_mounted_host_is_answered() -> None:
    with in_process({"app.example.com": app}):
        assert requests.get("http://app.example.com:8080/echo").status_code == 200


def test_only_one_mount_at_a_time() -> None:
    with (
        in_process({"app.example.com": app}),
        pytest.raises(Blocked, match=r"app\.example\.com is still active"),
        in_process({"other.example.com": app}),
    ):
        pass
    with in_process({"other.example.com": app}):
        assert requests.get("http://other.example.com/echo").status_code == 200


def test_proxies_and_netrc_of_this_machine_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.net:3128")
    with in_process({"app.example.com": app}):
        assert requests.get("https://app.example.com/echo").status_code == 200


def test_a_crash_of_the_app_is_recorded_and_passed_on() -> None:
    def crashing(_environ: WSGIEnvironment, _start_response: StartResponse) -> Iterable[bytes]:
        raise RuntimeError("a fault of the simulator")

    journal = Journal(WorldClock(NOW))
    with (
        in_process({"app.example.com": journal.watched(Side.APP, crashing)}, journal),
        pytest.raises(RuntimeError, match="a fault of the simulator"),
    ):
        requests.get("https://app.example.com/")
    assert journal.exchanges()[0].status == 0


def test_written_and_closed_answers_are_served() -> None:
    closed: list[bool] = []

    class Parts:
        def __iter__(self) -> Iterator[bytes]:
            yield b"second"

        def close(self) -> None:
            closed.append(True)

    def writing(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])(b"first ")
        return Parts()

    journal = Journal(WorldClock(NOW))
    for mounted in (writing, journal.watched(Side.APP, writing)):
        with in_process({"app.example.com": mounted}):
            assert requests.get("https://app.example.com/").content == b"first second"
    assert closed == [True, True]


def test_a_port_that_is_taken_is_blocked_and_says_how_to_go_on() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Blocked, match=f"Stop what listens on port {port}"), on_port(app, port):
            pass


def test_a_fixed_port_can_be_used_again_at_once() -> None:
    with on_port(app) as origin:
        assert requests.get(f"{origin}/echo").status_code == 200
    port = int(origin.rpartition(":")[2])
    with on_port(app, port) as again:
        assert again == origin
        assert requests.get(f"{again}/echo").status_code == 200
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{origin}/echo", timeout=1)
