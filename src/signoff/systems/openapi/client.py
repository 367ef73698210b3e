"""Drive a real or simulated app over HTTP, by the same document and toml as the simulator."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import quote, urljoin

import requests

from signoff.errors import Blocked, Place, Problem
from signoff.record import ABSENT, Record, RecordId, get, leaves
from signoff.schema import SystemSchema
from signoff.systems.openapi.access import proof
from signoff.systems.openapi.description import Description, EntityRoutes
from signoff.systems.openapi.desk import unwrapped, wrapped
from signoff.systems.openapi.json_text import json_bytes, read_told
from signoff.systems.openapi.refusals import field_problems

_ATTEMPTS: Final = 6
_TIMEOUT_SECONDS: Final = 60.0
_LONGEST_WAIT_SECONDS: Final = 300.0
_MOST_PAGES: Final = 1_000_000


class OpenApiClient:
    """Fulfil `signoff.systems.dialect.Endpoint` over HTTP.

    Waits as long as `Retry-After` says when asked to slow down (429, 503). Every other refusal, a network that fails
    and an answer that is not what the document promises raise Blocked, with method, path, status and fields, never
    with a value. Deletes as the document's DELETE does.
    """

    def __init__(self, schema: SystemSchema, description: Description, values: Mapping[str, str]) -> None:
        self._schema = schema
        self._description = description
        try:
            self._base = values["url"].rstrip("/")
            self._headers, self._query = proof(description.auth, values)
        except KeyError as missing:
            raise Blocked(
                Problem(
                    Place(f"[environments], {schema.name}"),
                    f"the value `{missing.args[0]}`",
                    "nothing",
                    how="Set it in the environment's table or its environment variable.",
                )
            ) from missing
        self._session = requests.Session()
        # Without an auth of its own, requests would put a machine's .netrc in place of the header that we send.
        self._session.auth = _as_it_is

    def create(self, entity: str, fields: Record) -> RecordId:
        """Create a record and return its id."""
        routes = self._routes(entity)
        body = self._asked(routes, "POST", routes.collection, wrapped(dict(fields), routes.envelope.sent))
        return self._id(routes, "POST", unwrapped(body, routes.envelope.item))

    def update(self, entity: str, record_id: RecordId, fields: Record) -> None:
        """Change the named fields; with PUT the record is read first and sent back whole."""
        routes = self._routes(entity)
        path = routes.item_path(quote(record_id, safe=""))
        record = dict(fields)
        if routes.update == "put":
            settable = {
                name: value for name, value in self._read(routes, path).items() if not self._fixed(routes, name)
            }
            record = {**settable, **record}
        self._asked(routes, routes.update.upper(), path, wrapped(record, routes.envelope.sent))

    def delete(self, entity: str, record_id: RecordId) -> None:
        """Delete a record."""
        routes = self._routes(entity)
        self._asked(routes, "DELETE", routes.item_path(quote(record_id, safe="")))

    def read_all(self, entity: str) -> Mapping[RecordId, Record]:
        """Return every record, through all pages."""
        routes = self._routes(entity)
        return {self._id(routes, "GET", record): record for record in self._pages(routes)}

    def _fixed(self, routes: EntityRoutes, name: str) -> bool:
        field = self._schema.entities[routes.name].fields.get(name)
        return field is None or field.read_only or field.create_only

    def _read(self, routes: EntityRoutes, path: str) -> Mapping[str, Any]:
        record = unwrapped(self._asked(routes, "GET", path), routes.envelope.item)
        if not isinstance(record, Mapping):
            raise self._unexpected("GET", path, "a record")
        return record

    def _pages(self, routes: EntityRoutes) -> Iterator[Mapping[str, Any]]:
        paging = routes.paging
        url = self._base + routes.collection
        query: dict[str, Any] = {paging.limit: routes.page_limit} if paging.style != "none" and paging.maximum else {}
        if paging.style == "page":
            query[paging.page] = paging.first
        elif paging.style == "offset":
            query[paging.offset] = 0
        met: set[str] = set()
        for _ in range(_MOST_PAGES):
            response = self._sent("GET", routes.collection, url, query, None)
            body = self._json(response, "GET", routes.collection)
            items = unwrapped(body, routes.envelope.items or "")
            if not isinstance(items, list):
                raise self._unexpected("GET", routes.collection, f"a list under `{routes.envelope.items}`")
            yield from items
            following: Any = None
            if paging.style == "cursor":
                following = get(body, paging.next) if isinstance(body, Mapping) else None
                query[paging.cursor] = following
            elif paging.style == "link":
                following = response.links.get("next", {}).get("url")
                url, query = urljoin(url, str(following or "")), {}
            elif paging.style in ("page", "offset") and items:
                # The end is an empty page, because a page that is merely short may be one that the system shortened.
                name, step = (paging.page, 1) if paging.style == "page" else (paging.offset, len(items))
                query[name] += step
                following = str(query[name])
            if following in (None, "", ABSENT):
                return
            if following in met:
                raise self._unexpected("GET", routes.collection, "pages that end; one led back to an earlier one")
            met.add(following)

    def _asked(self, routes: EntityRoutes, method: str, path: str, sent: Any = None) -> Any:
        offered = routes.on_collection if path == routes.collection else routes.on_item
        if method not in offered:
            raise Blocked(
                Problem(
                    self._place(method, path),
                    f"a method that the document offers: {', '.join(offered) or 'none'}",
                    method,
                    how="Ask the vendor for it, or leave out what needs it.",
                )
            )
        response = self._sent(method, path, self._base + path, {}, sent)
        return self._json(response, method, path) if response.content else None

    def _sent(self, method: str, path: str, url: str, query: Mapping[str, Any], sent: Any) -> requests.Response:
        headers = {"Accept": "application/json", **self._headers}
        if sent is not None:
            headers["Content-Type"] = "application/json"
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                response = self._session.request(
                    method,
                    url,
                    params={**query, **self._query},
                    headers=headers,
                    data=None if sent is None else json_bytes(sent),
                    timeout=_TIMEOUT_SECONDS,
                    # A redirect could carry the token to another host.
                    allow_redirects=False,
                )
            except requests.RequestException as failed:
                # The exception's text holds the whole URL, in which a key may stand.
                raise Blocked(
                    Problem(
                        self._place(method, path),
                        "an answer",
                        type(failed).__name__,
                        how="See that the address in the environment is right and can be reached from here.",
                    )
                ) from None
            if response.status_code not in (429, 503) or attempt == _ATTEMPTS:
                break
            time.sleep(_wait(response.headers.get("Retry-After", "")))
        if not 200 <= response.status_code < 300:
            raise self._refused(method, path, response, sent)
        return response

    def _refused(self, method: str, path: str, response: requests.Response, sent: Any) -> Blocked:
        try:
            told = field_problems(read_told(response.content))
        except ValueError:
            told = []
        values = [str(value) for _, value in leaves(sent) if value not in (None, "", True, False)]
        detail = "".join(f"; {_without(str(one), values)}" for one in told[:10])
        how = {
            401: "See that the credentials in the environment are right.",
            403: "Ask for the right that this needs.",
        }.get(response.status_code, "")
        return Blocked(
            Problem(
                self._place(method, path), "an answer of status 2xx", f"status {response.status_code}{detail}", how=how
            )
        )

    def _json(self, response: requests.Response, method: str, path: str) -> Any:
        try:
            return read_told(response.content)
        except ValueError:
            raise self._unexpected(method, path, "JSON") from None

    def _id(self, routes: EntityRoutes, method: str, record: Any) -> RecordId:
        found = record.get(routes.id_field) if isinstance(record, Mapping) else None
        if found is None:
            raise self._unexpected(method, routes.collection, f"a record with `{routes.id_field}`")
        return str(found)

    def _unexpected(self, method: str, path: str, expected: str) -> Blocked:
        return Blocked(
            Problem(
                self._place(method, path),
                expected,
                "something else in the answer",
                how="Compare paging and envelope in the toml with what the system really answers.",
            )
        )

    def _place(self, method: str, path: str) -> Place:
        return Place(f"{self._schema.name}, {method} {path}")

    def _routes(self, entity: str) -> EntityRoutes:
        found = self._description.entities.get(entity)
        if found is None:
            known = ", ".join(self._description.entities)
            raise Blocked(Problem(Place(self._schema.source), f"one of {known}", entity))
        return found


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _wait(retry_after: str) -> float:
    """Return the seconds that `Retry-After` asks for, given in seconds or as a date; 1 when it says nothing."""
    if re.fullmatch(r"[0-9]+", retry_after.strip()):
        seconds = float(retry_after)
    else:
        try:
            seconds = (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError):
            seconds = 1.0
    return min(max(seconds, 0.0), _LONGEST_WAIT_SECONDS)


def _without(text: str, values: list[str]) -> str:
    """Mask sent values and quoted text: systems like to repeat what they refuse."""
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, "…")
    return re.sub(r"\"[^\"]*\"|'[^']*'", "…", text)
