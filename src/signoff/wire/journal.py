"""Record every exchange with a simulator, byte for byte, on whichever mount it came in."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from signoff.history import Exchange
from signoff.schema import Side
from signoff.wire.clock import WorldClock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = tuple[tuple[str, str], ...]


class Killed(BaseException):
    """End a run as a killed program ends; a BaseException, so that a connector's `except Exception` cannot go on."""


class Journal:
    """Keep the exchanges of a trial in order.

    `run` is the number of the connector's run, set by the trial; 0 means that the harness itself asked. Each
    exchange moves the world clock by `seconds_per_exchange`, before it is answered, because in no real run do two
    requests share an instant. Memory is bounded by whoever calls `clear`.
    """

    def __init__(self, clock: WorldClock, seconds_per_exchange: float = 0.04) -> None:
        self.run = 0
        self._clock = clock
        self._seconds = seconds_per_exchange
        self._exchanges: list[Exchange] = []
        self._number = 0
        self._lock = threading.Lock()
        self._left: int | None = None
        self._ending: Callable[[], None] | None = None
        self._ended = False

    def end_after(self, requests: int, ending: Callable[[], None]) -> None:
        """Let the connector's end come with its request of this number.

        The request is carried out and recorded; `ending` is called, once, and the answer is not heard: `Killed` is
        raised, then and at every further request, of which nothing is recorded. 0: the first one is not carried out.
        """
        self._left, self._ending, self._ended = requests, ending, False

    def end_no_more(self) -> bool:
        """Answer every request again; tell whether the end had come."""
        ended = self._ended
        self._left, self._ending, self._ended = None, None, False
        return ended

    def _end(self) -> None:
        if not self._ended and self._ending is not None:
            self._ended = True
            self._ending()
        raise Killed

    def exchanges(self) -> tuple[Exchange, ...]:
        """Return everything recorded since the last `clear`, in the order in which it was answered."""
        return tuple(self._exchanges)

    def clear(self) -> None:
        """Forget the exchanges; their numbers go on counting."""
        self._exchanges.clear()

    def watched(self, side: Side | None, app: WSGIApplication, service: str = "") -> WSGIApplication:
        """Wrap a WSGI app so that each of its exchanges is recorded; `service` names one beside the two systems.

        The app finds two lists to append to: `environ["signoff.writes"]` (`history.Write`) and
        `environ["signoff.problems"]` (text, without personal data). An app that raises is recorded with status 0
        and the exception goes on to the mount. Apps are served one request at a time, because a simulator's store
        knows no transactions.
        """

        def watching(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            with self._lock:
                return self._record(side, app, environ, start_response, service)

        return watching

    def elsewhere(self, method: str, url: str, headers: Headers, body: bytes) -> None:
        """Record a request to a host that is neither system; it was refused, so its status is 0."""
        with self._lock:
            self._add(None, method, url, headers, body, 0, (), b"", (), ())

    def _record(
        self,
        side: Side | None,
        app: WSGIApplication,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        service: str = "",
    ) -> Iterable[bytes]:
        last = False
        if self._left is not None and self.run:
            if self._left <= 0:
                self._end()
            self._left -= 1
            last = self._left == 0
        self._clock.advance(self._seconds)
        length = environ.get("CONTENT_LENGTH") or ""
        source = environ["wsgi.input"]
        body = source.read(int(length)) if length else (source.read() if environ.get("wsgi.input_terminated") else b"")
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        writes: list[Any] = environ.setdefault("signoff.writes", [])
        problems: list[str] = environ.setdefault("signoff.problems", [])
        told: list[Any] = []

        def started(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            told[:] = [status, headers, exc_info]
            return written.append

        written: list[bytes] = []
        asked = (environ["REQUEST_METHOD"], url_of(environ), headers_of(environ), body)
        answer: Iterable[bytes] = ()
        try:
            try:
                answer = app(environ, started)
                content = b"".join([*written, *answer])
            finally:
                close = getattr(answer, "close", None)
                if close is not None:
                    close()
        except BaseException:
            self._add(side, *asked, 0, (), b"", tuple(writes), tuple(problems), service)
            raise
        status, headers, exc_info = told
        self._add(side, *asked, int(status[:3]), tuple(headers), content, tuple(writes), tuple(problems), service)
        if last:
            self._end()
        start_response(status, headers, *([exc_info] if exc_info else []))
        return [content]

    def _add(
        self,
        side: Side | None,
        method: str,
        url: str,
        headers: Headers,
        body: bytes,
        status: int,
        response_headers: Headers,
        response_body: bytes,
        writes: tuple[Any, ...],
        problems: tuple[str, ...],
        service: str = "",
    ) -> None:
        self._number += 1
        self._exchanges.append(
            Exchange(
                number=self._number,
                run=self.run,
                at=self._clock.now(),
                side=side,
                method=method,
                url=url,
                request_headers=headers,
                request_body=body,
                status=status,
                response_headers=response_headers,
                response_body=response_body,
                writes=writes,
                problems=problems,
                service=service,
            )
        )


def url_of(environ: WSGIEnvironment) -> str:
    """Return the URL that was asked for, as it was written where the mount tells (`signoff.url`)."""
    told = environ.get("signoff.url")
    if told is not None:
        return str(told)
    path = quote(environ.get("PATH_INFO", "").encode("latin-1"), safe="/:@!$&'()*+,;=~-._")
    query = environ.get("QUERY_STRING", "")
    host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    return f"{environ['wsgi.url_scheme']}://{host}{path}" + (f"?{query}" if query else "")


def headers_of(environ: WSGIEnvironment) -> Headers:
    """Return the request's headers: exact where the mount tells (`signoff.headers`), else rebuilt from CGI names."""
    told = environ.get("signoff.headers")
    if told is not None:
        return tuple(told)
    found = [
        (name[5:].replace("_", "-").title(), value)
        for name, value in environ.items()
        if name.startswith("HTTP_") and isinstance(value, str)
    ]
    if environ.get("CONTENT_TYPE"):
        found.append(("Content-Type", environ["CONTENT_TYPE"]))
    return tuple(found)
