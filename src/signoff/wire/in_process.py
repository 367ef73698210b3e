"""Mount WSGI apps under any hostname inside this process, for connectors that use `requests`."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from unittest import mock
from urllib.parse import unquote_to_bytes, urlsplit

import requests
import responses
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import MaxRetryError, ProtocolError, ReadTimeoutError

from signoff.errors import Blocked, Place, Problem
from signoff.wire.breakdowns import ConnectionDropped, NoAnswer
from signoff.wire.clock import WorldClock
from signoff.wire.journal import Journal

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

_REASONS: Final = {status.value: status.phrase for status in HTTPStatus}
_active: list[str] = []


class _Mounted(responses.BaseResponse):
    """Answer any request from the mounted apps; `responses` asks for a response object, so this is one."""

    def __init__(self, apps: Mapping[str, WSGIApplication], journal: Journal | None, clock: WorldClock | None) -> None:
        super().__init__("GET", "http://any/")
        self._apps = apps
        self._journal = journal
        self._clock = clock
        self.last: HTTPResponse | None = None

    def get_response(self, request: requests.PreparedRequest) -> HTTPResponse:
        # `responses` keeps every call for assertions that nobody makes here; a long trial would never free them.
        self.calls.reset()
        url = str(request.url)
        parts = urlsplit(url)
        app = self._apps.get(parts.hostname or "")
        body = _bytes(request.body)
        headers = tuple((str(name), _text(value)) for name, value in request.headers.items())
        if app is None:
            if self._journal is not None:
                self._journal.elsewhere(str(request.method), url, headers, body)
            raise requests.ConnectionError(
                f"refused: {parts.hostname} is neither of the systems under test", request=request
            )
        environ = _environ(request, parts, body, headers)
        try:
            self.last = _call(app, environ)
            return self.last
        except ConnectionDropped:
            told = f"{parts.hostname} closed the connection"
            raise requests.ConnectionError(ProtocolError(told), request=request) from None
        except NoAnswer:
            seconds = _read_timeout(getattr(request, "req_kwargs", {}).get("timeout"))
            if self._clock is not None:
                self._clock.advance(seconds)
            told = f"{parts.hostname} did not answer within {seconds:g} s"
            cause = ReadTimeoutError(HTTPConnectionPool(str(parts.hostname)), url, told)
            raise requests.ReadTimeout(cause, request=request) from None


class _Mock(responses.RequestsMock):
    """Retry as urllib3 does for a session whose adapter was given a `Retry`; `responses` retries without waiting."""

    def __init__(self, mounted: _Mounted) -> None:
        super().__init__(assert_all_requests_are_fired=False, registry=_Registry)
        self._mounted = mounted
        self._calls = _Forgetful()
        self._given_up: requests.RequestException | None = None
        self.add(mounted)

    def _parse_request_params(self, _url: str) -> dict[str, Any]:
        # Only matchers read these, and there are none.
        return {}

    def _on_request(
        self, adapter: HTTPAdapter, request: requests.PreparedRequest, *, retries: Any = None, **kwargs: Any
    ) -> requests.Response:
        if retries is not None:
            retries.sleep(self._mounted.last)
        try:
            return super()._on_request(adapter, request, retries=retries, **kwargs)
        except (requests.ConnectionError, requests.ReadTimeout) as broken:
            cause = broken.args[0] if broken.args else None
            if broken is self._given_up or not isinstance(cause, ProtocolError | ReadTimeoutError):
                raise
            try:
                left = (retries or adapter.max_retries).increment(request.method, request.url, error=cause)
            except (MaxRetryError, ProtocolError, ReadTimeoutError):
                # Retries of a status are nested calls; the outer ones must not start counting anew.
                self._given_up = broken
                raise broken from None
            self._mounted.last = None
            return self._on_request(adapter, request, retries=left, **kwargs)


class _Registry(responses.registries.FirstMatchRegistry):
    """Skip the search through registered answers: there is one, and it answers everything."""

    def find(self, _request: requests.PreparedRequest) -> tuple[responses.BaseResponse | None, list[str]]:
        return self._responses[0], []


@contextmanager
def in_process(
    apps: Mapping[str, WSGIApplication], journal: Journal | None = None, clock: WorldClock | None = None
) -> Iterator[None]:
    """Answer every `requests` call from `apps` (hostname → WSGI app) while active, and refuse any other host.

    A refused host is named in a `requests.ConnectionError` and recorded in the journal. Redirects, cookies and
    repeated headers behave as over a socket. An app may raise `ConnectionDropped` or `NoAnswer`; the latter lets
    the caller's read timeout pass on `clock`. Proxies and .netrc of this machine are not consulted: they would say
    nothing of the systems under test, and looking them up is a third of the cost of a call.
    Raises `Blocked` when another mount is active, because two would answer each other's requests.
    """
    if _active:
        raise Blocked(
            Problem(
                Place("in-process mount"),
                "one mount at a time",
                f"one for {_active[0]} is still active",
                how="Leave the first mount before entering the next.",
            )
        )
    _active.append(next(iter(apps), "no host"))
    try:
        with (
            _Mock(_Mounted(apps, journal, clock)),
            mock.patch("requests.sessions.get_environ_proxies", _no_proxies),
            mock.patch("requests.sessions.get_netrc_auth", _no_netrc),
        ):
            yield
    finally:
        _active.clear()


class _Forgetful(responses.CallList):
    def add_call(self, call: responses.Call) -> None:
        """Keep nothing."""

    def add(self, request: requests.PreparedRequest, response: Any) -> None:
        """Keep nothing."""


def _no_proxies(*_args: Any, **_kwargs: Any) -> dict[str, str]:
    return {}


def _no_netrc(*_args: Any, **_kwargs: Any) -> None:
    return None


def _environ(
    request: requests.PreparedRequest, parts: Any, body: bytes, headers: tuple[tuple[str, str], ...]
) -> WSGIEnvironment:
    secure = parts.scheme == "https"
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": str(request.method),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": str(parts.port or (443 if secure else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": parts.netloc.rpartition("@")[2],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "signoff.url": str(request.url),
        "signoff.headers": headers,
    }
    for name, value in headers:
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ["CONTENT_TYPE"] = value
        elif key not in ("CONTENT_LENGTH", "HOST"):
            environ[f"HTTP_{key}"] = value
    return environ


def _call(app: WSGIApplication, environ: WSGIEnvironment) -> HTTPResponse:
    told: list[Any] = []
    written: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Any:
        told[:] = [status, headers]
        return written.append

    answer = app(environ, start_response)
    try:
        content = b"".join([*written, *answer])
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()
    status, listed = told
    headers = HTTPHeaderDict()
    for name, value in listed:
        headers.add(name, value)
    code = int(status[:3])
    empty = io.BytesIO()
    empty.close()
    return HTTPResponse(
        status=code,
        reason=status[4:] or _REASONS.get(code),
        body=io.BytesIO(b"" if environ["REQUEST_METHOD"] == "HEAD" else content),
        headers=headers,
        # requests reads cookies from the original response's headers; an HTTPHeaderDict serves it as well.
        original_response=HTTPResponse(body=empty, msg=headers, preload_content=False),  # type: ignore[arg-type]
        preload_content=False,
        request_method=environ["REQUEST_METHOD"],
    )


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    if hasattr(body, "read"):
        return _bytes(body.read())
    return b"".join(_bytes(part) for part in body)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _read_timeout(timeout: Any) -> float:
    read = timeout[1] if isinstance(timeout, tuple) else timeout
    # A caller without a timeout would wait for ever; ten minutes on the world clock shows it without hanging.
    return float(read) if isinstance(read, int | float) else 600.0
