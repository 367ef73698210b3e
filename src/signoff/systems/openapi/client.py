"""Drive a real or simulated app over HTTP, by the same document and toml as the simulator."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, urljoin, urlsplit

import requests

from signoff.errors import Blocked, Place, Problem
from signoff.record import ABSENT, Record, RecordId, get, leaves
from signoff.schema import SystemSchema
from signoff.systems.line import Line, asked_to_wait
from signoff.systems.openapi.access import proof
from signoff.systems.openapi.description import Description, EntityRoutes
from signoff.systems.openapi.desk import unwrapped, wrapped
from signoff.systems.openapi.json_text import json_bytes, read_told
from signoff.systems.openapi.refusals import field_problems
from signoff.systems.trouble import Kind, Trouble, refused

_MOST_PAGES: Final = 1_000_000


class OpenApiClient:
    """Fulfil `signoff.systems.dialect.Endpoint` over HTTP.

    Waits as long as `Retry-After` says when asked to slow down, within the line's bounds. Every other refusal, a
    network that fails and an answer that is not what the document promises raise Blocked, with method, path, status
    and fields, never with a value. Deletes as the document's DELETE does.
    """

    def __init__(
        self, schema: SystemSchema, description: Description, values: Mapping[str, str], line: Line | None = None
    ) -> None:
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
        self._line = line or Line()
        self._line.hosts = description.hosts

    def close(self) -> None:
        """Close the connections."""
        self._line.close()

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

    def read_some(self, entity: str) -> RecordId:
        """Read the shortest page that the list allows, and return the id of its first record, "" if it has none."""
        routes = self._routes(entity)
        paging = routes.paging
        query: dict[str, Any] = {paging.limit: 1} if paging.style != "none" and paging.maximum else {}
        if paging.style == "page":
            query[paging.page] = paging.first
        elif paging.style == "offset":
            query[paging.offset] = 0
        path = routes.collection
        self._offered(routes, "GET", path)
        try:
            response = self._sent("GET", path, self._base + path, query, None)
        except Trouble as trouble:
            if trouble.kind is not Kind.REQUEST or query.pop(paging.limit, None) is None:
                raise
            # Some systems have a least size of pages too.
            response = self._sent("GET", path, self._base + path, query, None)
        body = self._json(response, "GET", path)
        items = unwrapped(body, routes.envelope.items or "")
        if not isinstance(items, list):
            raise self._unexpected("GET", routes.collection, f"a list under `{routes.envelope.items}`")
        return self._id(routes, "GET", items[0]) if items else ""

    def read_one(self, entity: str, record_id: RecordId) -> None:
        """Read one record, where the document lets a single one be read; raise Blocked when it is not there."""
        routes = self._routes(entity)
        if "GET" in routes.on_item:
            self._read(routes, routes.item_path(quote(record_id, safe="")))

    def removable(self, entity: str) -> bool:
        """Tell whether the document lets a record be deleted."""
        return "DELETE" in self._routes(entity).on_item

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

    def _offered(self, routes: EntityRoutes, method: str, path: str) -> None:
        offered = routes.on_collection if path == routes.collection else routes.on_item
        if method not in offered:
            raise Trouble(
                Kind.SYSTEM,
                Problem(
                    self._place(method, path),
                    f"a method that the document offers: {', '.join(offered) or 'none'}",
                    method,
                    how="Ask the vendor for it, or leave out what needs it.",
                ),
            )

    def _asked(self, routes: EntityRoutes, method: str, path: str, sent: Any = None) -> Any:
        self._offered(routes, method, path)
        response = self._sent(method, path, self._base + path, {}, sent)
        return self._json(response, method, path) if response.content else None

    def _sent(self, method: str, path: str, url: str, query: Mapping[str, Any], sent: Any) -> requests.Response:
        headers = {"Accept": "application/json", **self._headers}
        if sent is not None:
            headers["Content-Type"] = "application/json"
        response = self._line.ask(
            method,
            url,
            self._place(method, path),
            params={**query, **self._query},
            headers=headers,
            data=None if sent is None else json_bytes(sent),
            # A redirect could carry the token to another host.
            allow_redirects=False,
        )
        if not 200 <= response.status_code < 300:
            raise self._refused(method, path, response, sent)
        return response

    def _refused(self, method: str, path: str, response: requests.Response, sent: Any) -> Blocked:
        try:
            told = field_problems(read_told(response.content))
        except (ValueError, RecursionError):
            told = []
        values = [str(value) for _, value in leaves(sent) if value not in (None, "", True, False)]
        detail = "".join(f"; {_without(str(one), values)}" for one in told[:10])
        base, had = self._description.base, urlsplit(self._base).path
        meant = f"an address that ends in {base}" if response.status_code == 404 and not had.endswith(base) else None
        return refused(
            self._place(method, path),
            response.status_code,
            detail=asked_to_wait(response) + detail,
            did_you_mean=meant,
        )

    def _json(self, response: requests.Response, method: str, path: str) -> Any:
        try:
            return read_told(response.content)
        except (ValueError, RecursionError):
            raise self._unexpected(method, path, "JSON") from None

    def _id(self, routes: EntityRoutes, method: str, record: Any) -> RecordId:
        found = record.get(routes.id_field) if isinstance(record, Mapping) else None
        if not isinstance(found, str | int) or isinstance(found, bool) or not str(found).strip():
            raise self._unexpected(method, routes.collection, f"a record with `{routes.id_field}`")
        return str(found)

    def _unexpected(self, method: str, path: str, expected: str) -> Blocked:
        return Trouble(
            Kind.SYSTEM,
            Problem(
                self._place(method, path),
                expected,
                "something else in the answer",
                how="Compare paging and envelope in the toml with what the system really answers.",
            ),
            # It has answered 2xx: what was asked was done.
            unsure=True,
        )

    def _place(self, method: str, path: str) -> Place:
        return Place(f"{self._schema.name}, {method} {path}")

    def _routes(self, entity: str) -> EntityRoutes:
        found = self._description.entities.get(entity)
        if found is None:
            known = ", ".join(self._description.entities)
            raise Blocked(Problem(Place(self._schema.source), f"one of {known}", entity))
        return found


def _without(text: str, values: list[str]) -> str:
    """Mask sent values and quoted text: systems like to repeat what they refuse."""
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, "…")
    return re.sub(r"\"[^\"]*\"|'[^']*'", "…", text)
