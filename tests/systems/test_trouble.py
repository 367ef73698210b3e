"""What stops a request is told by its kind: each is another person's to put right."""

from __future__ import annotations

import errno
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import requests
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)

from signoff.errors import Place
from signoff.systems.line import Line, wait_of
from signoff.systems.trouble import Kind, Trouble, host_of, kind_of, refused, unanswered

PLACE = Place("Rota, GET /people")
URL = "https://rota.example:8443/v1/people?key=hunter2"
POOL = HTTPConnectionPool("rota.example")
CONNECTION = HTTPConnection("rota.example")


@pytest.mark.parametrize(
    ("status", "at_login", "kind"),
    [
        (401, False, Kind.CREDENTIALS),
        (403, False, Kind.PERMISSION),
        (405, False, Kind.PERMISSION),
        (404, False, Kind.ADDRESS),
        (410, False, Kind.ADDRESS),
        (302, False, Kind.ADDRESS),
        (429, False, Kind.LIMIT),
        (500, False, Kind.SYSTEM),
        (503, False, Kind.SYSTEM),
        (400, False, Kind.REQUEST),
        (409, False, Kind.REQUEST),
        (422, False, Kind.REQUEST),
        (400, True, Kind.CREDENTIALS),
        (403, True, Kind.CREDENTIALS),
        (404, True, Kind.ADDRESS),
        (429, True, Kind.LIMIT),
        (502, True, Kind.SYSTEM),
    ],
)
def test_a_status_tells_whose_it_is(status: int, at_login: bool, kind: Kind) -> None:
    assert kind_of(status, at_login=at_login) is kind


def tried(reason: Exception) -> MaxRetryError:
    return MaxRetryError(POOL, URL, reason)


UNANSWERED: list[tuple[requests.RequestException, Kind, str, bool]] = [
    (requests.exceptions.SSLError(tried(SSLError(ssl.SSLCertVerificationError("expired")))), Kind.ADDRESS,
     "no secure connection to rota.example:8443: TLS failed", False),
    (requests.ConnectionError(tried(NameResolutionError("rota.example", CONNECTION, socket.gaierror()))), Kind.ADDRESS,
     "no host of the name rota.example: DNS knows none", False),
    (requests.ConnectTimeout(tried(ConnectTimeoutError())), Kind.ADDRESS,
     "no connection to rota.example:8443 within the time-out", False),
    (requests.ConnectionError(tried(NewConnectionError(CONNECTION, "no route"))), Kind.ADDRESS,
     "no connection to rota.example:8443", False),
    (requests.exceptions.ProxyError(tried(ProtocolError("proxy"))), Kind.ADDRESS,
     "no way through this machine's proxy", False),
    (requests.exceptions.MissingSchema("hunter2"), Kind.ADDRESS, "no address of the form https://host/path", False),
    (requests.exceptions.InvalidSchema("hunter2"), Kind.ADDRESS, "an address that is neither http nor https", False),
    (requests.TooManyRedirects("hunter2"), Kind.ADDRESS, "redirects without end from rota.example:8443", False),
    (requests.ReadTimeout(ReadTimeoutError(POOL, URL, "slow")), Kind.SYSTEM,
     "no answer from rota.example:8443 within the time-out", True),
    (requests.ConnectionError(ProtocolError("aborted", ConnectionResetError(errno.ECONNRESET, "reset"))), Kind.SYSTEM,
     "a connection that rota.example:8443 broke off (ConnectionError)", True),
    (requests.exceptions.ChunkedEncodingError("hunter2"), Kind.SYSTEM,
     "a connection that rota.example:8443 broke off (ChunkedEncodingError)", True),
]  # fmt: skip


@pytest.mark.parametrize(("error", "kind", "found", "unsure"), UNANSWERED)
def test_a_request_without_an_answer(error: requests.RequestException, kind: Kind, found: str, unsure: bool) -> None:
    trouble = unanswered(PLACE, URL, error)
    [problem] = trouble.problems
    assert (trouble.kind, problem.where, problem.expected, problem.found) == (kind, PLACE, "an answer", found)
    assert (trouble.unsure, trouble.nobody, trouble.status) == (unsure, True, 0)
    assert "hunter2" not in str(trouble)
    assert problem.how


def test_a_host_that_is_known_is_no_suggestion() -> None:
    error = requests.ConnectTimeout(tried(ConnectTimeoutError()))
    assert unanswered(PLACE, URL, error, ("rota.example", "rotas.example")).problems[0].did_you_mean is None
    assert unanswered(PLACE, URL, error, ("rotas.example",)).problems[0].did_you_mean == "rotas.example"


def test_whether_something_may_have_been_done_all_the_same() -> None:
    assert [refused(PLACE, status).unsure for status in (400, 403, 429, 500, 503)] == [False, False, False, True, True]
    assert [refused(PLACE, status).nobody for status in (400, 401, 403, 500)] == [False, True, False, False]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://dana:hunter2@rota.example/x", "rota.example"),
        ("http://127.0.0.1:80/", "127.0.0.1:80"),
        ("http://[", "no host"),
        ("rota", "no host"),
        ("http://x:99999999/", "no host"),
    ],
)
def test_a_host_is_named_without_what_else_stands_in_an_address(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(("text", "seconds"), [("3", 3.0), ("", 1.0), ("soon", 1.0), ("-1", 1.0)])
def test_how_long_to_wait(text: str, seconds: float) -> None:
    assert wait_of(text) == seconds


def test_how_long_to_wait_until_a_moment() -> None:
    soon = datetime.now(UTC) + timedelta(seconds=30)
    assert 25 < wait_of(format_datetime(soon, usegmt=True)) <= 30
    assert wait_of(format_datetime(soon - timedelta(days=1), usegmt=True)) == 0.0


class Answers:
    """Answer with these statuses, one after the other."""

    def __init__(self, *told: tuple[int, str]) -> None:
        self.told = list(told)
        self.auth: Any = None

    def request(self, *_: object, **__: object) -> requests.Response:
        answer = requests.Response()
        answer.status_code, retry = self.told.pop(0)
        answer.headers["Retry-After"] = retry
        return answer


@pytest.mark.parametrize("whole", [0.0, 5.0])
@pytest.mark.parametrize("host", ["rota..example", "a" * 64 + ".example"])
def test_a_host_that_no_name_can_be(host: str, whole: float) -> None:
    with pytest.raises(Trouble) as caught:
        Line(whole=whole).ask("GET", f"http://{host}/people", PLACE)
    assert (caught.value.kind, caught.value.unsure) == (Kind.ADDRESS, False)
    assert caught.value.problems[0].found == "no address of the form https://host/path"


@pytest.mark.parametrize(
    ("method", "told", "status", "waited"),
    [
        ("GET", [(429, "2"), (503, "3"), (200, "")], 200, [2.0, 3.0]),
        ("POST", [(429, "2"), (503, "3")], 503, [2.0]),
        ("GET", [(429, "6"), (429, "6")], 429, [6.0]),
        ("GET", [(429, "60")], 429, []),
        ("GET", [(429, "1"), (429, "1"), (429, "1")], 429, [1.0, 1.0]),
        ("GET", [(500, "1")], 500, []),
    ],
)
def test_a_line_waits_within_its_bounds_and_tells_it(
    method: str, told: list[tuple[int, str]], status: int, waited: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    answers: Any = Answers(*told)
    line = Line(tries=3, patience=10.0, session=answers)
    assert line.ask(method, URL, PLACE).status_code == status
    assert (slept, answers.told) == (waited, [])
    turns = f"{len(waited)} turn{'' if len(waited) == 1 else 's'}"
    said = f"Rota, GET /people: asked to slow down, waited {sum(waited):g} s in {turns}, then status {status}"
    assert line.told == ([said] if waited else [])
