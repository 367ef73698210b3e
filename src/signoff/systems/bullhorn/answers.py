"""Shape requests and answers: parameters, JSON with exact decimals, and who asked from where."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from signoff.systems.bullhorn.changes import Report
from signoff.systems.bullhorn.refusals import Refusal, bad_request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

JSON_TYPE: Final = "application/json;charset=UTF-8"
_LINES: Final = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


@dataclass(slots=True)
class Request:
    """Hold one request: `segments` is the path without the mount's prefix, `query` the last value of each parameter."""

    method: str
    host: str
    origin: str
    segments: tuple[str, ...]
    query: dict[str, str]
    environ: WSGIEnvironment
    body: bytes
    report: Report
    actor: int = 0
    kept: dict[str, Any] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object, numbers with a point as Decimal; raises a 400 for anything else."""
        try:
            found = json.loads(self.body, parse_float=Decimal, parse_constant=_refuse)
        except (ValueError, RecursionError):
            raise bad_request("The request body is not valid JSON", "errors.badJson") from None
        if not isinstance(found, dict):
            raise bad_request("The request body must be a JSON object", "errors.badJson")
        return found

    def number(self, name: str, default: int) -> int:
        """Return a parameter that is a whole number from 0; raises a 400 for anything else."""
        text = self.query.get(name, "")
        if not text:
            return default
        if not text.isdigit():
            raise bad_request(f"Parameter '{name}' must be a whole number", "errors.badParameter")
        return int(text)


@dataclass(slots=True)
class Answer:
    """Hold one answer before it is written to the wire."""

    status: int
    body: bytes
    headers: list[tuple[str, str]]

    @property
    def line(self) -> str:
        """Return the status line's text, `200 OK`."""
        return _LINES.get(self.status, str(self.status))


def request_of(environ: WSGIEnvironment) -> Request:
    """Read a WSGI request; parameters of a form body join those of the URL."""
    length = environ.get("CONTENT_LENGTH") or "0"
    body = environ["wsgi.input"].read(int(length)) if length != "0" else b""
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    if body and environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        query.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    host = environ.get("HTTP_HOST") or f"{environ.get('SERVER_NAME')}:{environ.get('SERVER_PORT')}"
    path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
    return Request(
        method=environ["REQUEST_METHOD"],
        host=host.partition(":")[0].lower(),
        origin=f"{environ.get('wsgi.url_scheme', 'http')}://{host}",
        segments=tuple(one for one in path.split("/") if one),
        query=query,
        environ=environ,
        body=body,
        report=Report(environ.setdefault("signoff.writes", []), environ.setdefault("signoff.problems", [])),
    )


def json_answer(content: Any, status: int = 200) -> Answer:
    """Return an answer with a JSON body."""
    # Half a surrogate pair, which UTF-8 cannot write, goes as the escape that JSON has for it.
    body = json.dumps(content, default=_plain, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Answer(status, body, [("Content-Type", JSON_TYPE), ("Content-Length", str(len(body)))])


def refused(refusal: Refusal) -> Answer:
    """Return the answer of a refusal."""
    return json_answer(refusal.as_json(), refusal.status)


def redirect(status: int, location: str) -> Answer:
    """Return a redirect."""
    return Answer(status, b"", [("Location", location), ("Content-Length", "0")])


def page(html: str) -> Answer:
    """Return an HTML page with status 200."""
    body = html.encode()
    return Answer(200, body, [("Content-Type", "text/html;charset=UTF-8"), ("Content-Length", str(len(body)))])


def with_callback(answer: Answer, query: Mapping[str, str]) -> Answer:
    """Wrap a JSON answer for JSONP when the request names a `callback`."""
    callback = query.get("callback")
    if not callback:
        return answer
    body = callback.encode() + b"(" + answer.body + b")"
    return Answer(answer.status, body, [("Content-Type", "text/javascript"), ("Content-Length", str(len(body)))])


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        # repr of a float is the shortest text that reads back the same, so money keeps its digits on the wire.
        return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else float(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _refuse(_text: str) -> Any:
    raise ValueError
