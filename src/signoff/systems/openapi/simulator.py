"""Serve any app from its OpenAPI document: a stateful WSGI application, with nothing in it of one app."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from threading import RLock
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote

from signoff.errors import Blocked, Place, Problem
from signoff.history import Key, Write
from signoff.record import Record, RecordId
from signoff.schema import SystemSchema
from signoff.systems.dialect import Knobs
from signoff.systems.lists import ERROR, MESSAGE, Lists
from signoff.systems.openapi.access import Gate, credentials, made_secret
from signoff.systems.openapi.description import Description, EntityRoutes
from signoff.systems.openapi.desk import Desk
from signoff.systems.openapi.document import Document
from signoff.systems.openapi.items import Items, ids_of
from signoff.systems.openapi.json_text import json_bytes, read_json, read_told, whole
from signoff.systems.openapi.paging import Page, in_envelope, page_body, take_page
from signoff.systems.openapi.questions import Questions
from signoff.systems.openapi.refusals import RefusalForm, Refused, as_blocked
from signoff.systems.openapi.store import Row, floor_to, prefixes
from signoff.systems.openapi.validation import Check, Checks
from signoff.systems.openapi.webhooks import Delivery, Outbox
from signoff.wire.clock import WorldClock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Answer = tuple[int, list[tuple[str, str]], bytes]

RESOLUTION_MS: Final = 1000
"""Time stamps are whole seconds unless a knob says otherwise, as most apps write them; several changes share one."""

RETRY_AFTER_SECONDS: Final = 2

_KINDS: Final = {"POST": "create", "PATCH": "update", "PUT": "update", "DELETE": "delete"}
_JSON: Final = ("Content-Type", "application/json")
_STATUS_LINES: Final = {one.value: f"{one.value} {one.phrase}" for one in HTTPStatus}


class OpenApiSimulator:
    """Fulfil `signoff.systems.dialect.Simulator` for one OpenAPI document.

    `schema` may differ from the document's own by the toml's type overrides: fields typed as references are checked
    to lead somewhere. `page_cap`, `default_page`, `clock_resolution_ms` and `throttle_every` (2 or more; every n-th
    request is answered 429) turn the knobs; tokens do not expire and no search index lags, because the document can
    promise neither. With `check_answers` every answer is compared with the document's own schema and a difference
    raises Blocked: it would be this simulator's fault. Raises ScopeError when the document's schemas cannot be used.
    """

    def __init__(
        self,
        document: Document,
        description: Description,
        schema: SystemSchema,
        clock: WorldClock,
        knobs: Knobs | None = None,
        check_answers: bool = False,
    ) -> None:
        self.schema = schema
        self.hosts: tuple[str, ...] = description.hosts
        self.lists = Lists()
        self.check_answers = check_answers
        self._document = document
        self._description = description
        self._clock = clock
        self._knobs = knobs or Knobs()
        if self._knobs.throttle_every is not None and self._knobs.throttle_every < 2:
            raise ValueError("throttle_every must be 2 or more: a retry would be refused for ever")
        self._resolution = self._knobs.clock_resolution_ms or RESOLUTION_MS
        self._checks = Checks(document)
        self._credentials = credentials(description.auth, description.name)
        self._gate = Gate(description.auth, self._credentials)
        self._webhook_secret = made_secret(description.name, "webhook secret") if description.webhooks else ""
        self._outbox = Outbox(description.webhooks, self._webhook_secret)
        # A port is served by several threads, and the harness works on the store meanwhile.
        self._lock = RLock()
        self._requests = 0
        self._sequence = 0
        self._refusals: dict[tuple[str, str, int], RefusalForm] = {}
        self._answer_checks: dict[tuple[str, str, int], Check | None] = {}
        prefix = prefixes(list(description.entities))
        self._desks: dict[str, Desk] = {}
        self._questions: dict[str, Questions] = {}
        for name, routes in description.entities.items():
            entity = schema.entities[name]
            self._desks[name] = Desk(
                document,
                self._checks,
                routes,
                entity,
                prefix[name],
                self._resolution,
                self._now,
                self._next_sequence,
                self._exists,
                ids_of(schema, name),
            )
            self._questions[name] = Questions(document, self._checks, routes, entity, self._resolution)
        self._items_of = {
            key: Items(one, self._desks[one.holder]) for key, one in schema.entities.items() if one.listed
        }
        base = description.base
        self._collections = {base + one.routes.collection: one for one in self._desks.values()}
        self._items = [(base + one.routes.item_prefix, one.routes.item_suffix, one) for one in self._desks.values()]

    # The harness's own hands.

    def create(self, entity: str, fields: Record) -> RecordId:
        """Create a record and return its id; raise Blocked when the document forbids it."""
        desk = self._desk(entity)
        with self._lock, as_blocked(self.schema, entity, "create"):
            record_id = desk.new(fields)
            self._tell("create", entity, record_id, "harness")
        return record_id

    def update(self, entity: str, record_id: RecordId, fields: Record) -> None:
        """Change the named fields; raise Blocked when the document forbids it or the record is gone."""
        desk = self._desk(entity)
        with self._lock, as_blocked(self.schema, entity, "update"):
            desk.set(record_id, fields)
            self._tell("update", entity, record_id, "harness")

    def delete(self, entity: str, record_id: RecordId) -> None:
        """Remove a record; raise Blocked when it is gone."""
        desk = self._desk(entity)
        with self._lock, as_blocked(self.schema, entity, "delete"):
            desk.remove(record_id)
            self._tell("delete", entity, record_id, "harness")

    def read_all(self, entity: str) -> Mapping[RecordId, Record]:
        """Return every record of an entity by id; none of them is ever changed in place."""
        with self._lock:
            return self._desk(entity).records()

    def take_deliveries(self) -> tuple[Delivery, ...]:
        """Return the webhook deliveries since the last call, oldest first, for whoever hands them to the connector.

        A redelivery is the same `Delivery` handed over once more: same id, same bytes, same signature.
        """
        with self._lock:
            return self._outbox.take()

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Let the deliveries of what is changed meanwhile get lost: no retry reaches anybody either."""
        with self._lock:
            self._outbox.lost = True
            try:
                yield
            finally:
                self._outbox.lost = False

    def addresses(self, origin: str = "") -> Mapping[str, str]:
        """Return `url` (base path included), `token` or `user` and `password`, and `webhook_secret` if any."""
        url = (origin or self._description.origin) + self._description.base
        secret = {"webhook_secret": self._webhook_secret} if self._webhook_secret else {}
        return {"url": url, **self._credentials, **secret}

    def secrets(self) -> frozenset[str]:
        """Return the token or password, and the webhook secret."""
        found = {self._credentials.get("token", ""), self._credentials.get("password", ""), self._webhook_secret}
        return frozenset(one for one in found if one)

    # The app's routes.

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        with self._lock:
            status, headers, body = self._answered(environ)
        start_response(_STATUS_LINES[status], headers)
        return [body]

    def _answered(self, environ: WSGIEnvironment) -> Answer:
        method = str(environ["REQUEST_METHOD"])
        desk, record_id = self._find(str(environ.get("PATH_INFO", "")))
        path = "" if desk is None else (desk.routes.collection if record_id is None else desk.routes.item)
        try:
            status, headers, body = self._served(environ, method, desk, record_id)
        except Refused as refused:
            status = refused.status
            body = json_bytes(self._form(path, method, status).body(refused))
            headers = [_JSON, *refused.headers]
            if refused.breaks_schema:
                problems: list[str] = environ.setdefault("signoff.problems", [])
                problems.extend(f"{method} {path}: {one}" for one in refused.fields)
                if not refused.fields:
                    problems.append(f"{method} {path}: {refused.message}")
        if self.check_answers:
            self._check_answer(path, method, status, body)
        headers.append(("Content-Length", str(len(body))))
        return status, headers, body

    def _served(self, environ: WSGIEnvironment, method: str, desk: Desk | None, record_id: RecordId | None) -> Answer:
        text = str(environ.get("QUERY_STRING", ""))
        query = dict(parse_qsl(text, keep_blank_values=True)) if text else {}
        if desk is not None and method in _KINDS and (record_id is None) == (method == "POST"):
            return self._written(environ, method, desk, record_id or "", query)
        self._admit(environ, query)
        if desk is None:
            raise Refused(404, "there is no such path")
        offered = desk.routes.on_collection if record_id is None else desk.routes.on_item
        if method not in offered or method != "GET":
            raise Refused(405, "this path does not offer the method", (), headers=[("Allow", ", ".join(offered))])
        if record_id is not None:
            row = desk.shelf.row(record_id)
            if row is None:
                raise Refused(404, f"there is no such {desk.routes.name}")
            return 200, [_JSON], in_envelope(desk.routes.envelope.item, row.shown)
        return self._listed(environ, desk, query)

    def _listed(self, environ: WSGIEnvironment, desk: Desk, query: Mapping[str, str]) -> Answer:
        routes = desk.routes
        asked, wanted, unknown = self._questions[routes.name].read(query, self._gate.parameters)
        if unknown:
            problems: list[str] = environ.setdefault("signoff.problems", [])
            problems.extend(f"GET {routes.collection}: {name}: is not a known query parameter" for name in unknown)
        answer = self.lists.answer(routes.name)
        if answer == ERROR:
            raise Refused(500, MESSAGE)
        wanted = _nobody if answer else wanted
        page = take_page(routes, desk.shelf, asked, wanted, self._knobs.page_cap, self._knobs.default_page)
        headers = [_JSON]
        if routes.paging.style == "link" and page.following:
            headers.append(("Link", f'<{self._next_url(environ, query, routes, page)}>; rel="next"'))
        return 200, headers, page_body(routes, page)

    def _next_url(self, environ: WSGIEnvironment, query: Mapping[str, str], routes: EntityRoutes, page: Page) -> str:
        host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
        # A key in the query is a secret, and links end up in logs: the caller adds it again.
        rest = {name: value for name, value in query.items() if name not in self._gate.parameters}
        rest[routes.paging.cursor] = page.following
        asked = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in rest.items())
        return f"{environ['wsgi.url_scheme']}://{host}{self._description.base}{routes.collection}?{asked}"

    def _written(
        self, environ: WSGIEnvironment, method: str, desk: Desk, record_id: RecordId, query: Mapping[str, str]
    ) -> Answer:
        """Do a create, update or delete, and declare it as a write whether it is accepted or not."""
        writes: list[Write] = environ.setdefault("signoff.writes", [])
        kind, name = _KINDS[method], desk.routes.name
        raw = _body(environ)
        before = desk.record(record_id) if record_id else None
        sent: Record = {}
        try:
            body: Any = None
            unreadable: Refused | None = None
            if kind != "delete":
                try:
                    body = read_json(raw)
                    sent = desk.sent(method, body)
                except UnicodeEncodeError as half:
                    sign = f"\\u{ord(half.object[half.start]):04x}"
                    unreadable = Refused(400, f"the body holds half of a character, {sign}", breaks_schema=True)
                except (ValueError, RecursionError):
                    unreadable = Refused(400, "the body is not JSON", breaks_schema=True)
            self._admit(environ, query)
            offered = desk.routes.on_item if record_id else desk.routes.on_collection
            if method not in offered:
                raise Refused(405, "this path does not offer the method", headers=[("Allow", ", ".join(offered))])
            if kind != "delete" and not _is_json(str(environ.get("CONTENT_TYPE", ""))):
                raise Refused(415, "the body must be sent as application/json", breaks_schema=True)
            if unreadable is not None:
                raise unreadable
            if kind == "create":
                record_id = desk.create(body)
            elif kind == "update":
                desk.change(record_id, body, method)
            else:
                desk.remove(record_id)
        except Refused:
            writes.append(Write(kind, Key(self.schema.side, name, record_id), sent, before, before, accepted=False))
            raise
        writes.append(Write(kind, Key(self.schema.side, name, record_id), sent, before, desk.record(record_id)))
        self._tell(kind, name, record_id, "connector")
        return self._confirmed(desk, method, record_id)

    def _confirmed(self, desk: Desk, method: str, record_id: RecordId) -> Answer:
        routes = desk.routes
        path = routes.collection if method == "POST" else routes.item
        usual = {"POST": (201, 200, 202), "DELETE": (204, 200, 202)}.get(method, (200, 204, 202))
        declared = (self._document.operation(path, method.lower()) or {}).get("responses", {})
        status = next((one for one in usual if str(one) in declared), usual[0])
        row = desk.shelf.row(record_id)
        if status == 204:
            return status, [], b""
        if row is None:
            return status, [_JSON], b"{}"
        headers = [_JSON]
        if status == 201:
            headers.append(("Location", self._description.base + routes.item_path(quote(record_id, safe=""))))
        return status, headers, in_envelope(routes.envelope.item, row.shown)

    def _find(self, path: str) -> tuple[Desk | None, RecordId | None]:
        found = self._collections.get(path)
        if found is not None:
            return found, None
        for prefix, suffix, desk in self._items:
            if path.startswith(prefix) and path.endswith(suffix):
                record_id = path[len(prefix) : len(path) - len(suffix)]
                if record_id and "/" not in record_id:
                    return desk, record_id
        return None, None

    def _admit(self, environ: WSGIEnvironment, query: Mapping[str, str]) -> None:
        self._requests += 1
        every = self._knobs.throttle_every
        if every is not None and self._requests % every == 0:
            raise Refused(429, "too many requests", headers=[("Retry-After", str(RETRY_AFTER_SECONDS))])
        if not self._gate.admits(environ, query):
            raise Refused(
                401, "the credentials are missing or wrong", headers=[("WWW-Authenticate", self._gate.challenge)]
            )

    def _form(self, path: str, method: str, status: int) -> RefusalForm:
        key = (path, method, status)
        if key not in self._refusals:
            schema = self._document.response_schema(path, method.lower(), status) if path else None
            self._refusals[key] = RefusalForm(self._document, schema)
        return self._refusals[key]

    def _check_answer(self, path: str, method: str, status: int, body: bytes) -> None:
        key = (path, method, status)
        if key not in self._answer_checks:
            schema = self._document.response_schema(path, method.lower(), status) if path else None
            self._answer_checks[key] = None if schema is None else self._checks.of_response(schema)
        check = self._answer_checks[key]
        told = read_told(body) if check is not None else None
        if b"\\ud" in body:
            told = whole(told)  # the validator reads UTF-8 alone
        problems = check(told) if check is not None else []
        if problems:
            raise Blocked(
                [
                    Problem(
                        Place(self._document.file),
                        f"an answer of status {status} to {method} {path} as the document describes it",
                        str(one),
                        how="Correct paging, envelope or the time stamps' names in the toml, or the document.",
                    )
                    for one in problems
                ]
            )

    def _desk(self, entity: str) -> Desk | Items:
        if entity in self._items_of:
            return self._items_of[entity]
        if entity not in self._desks:
            raise Blocked(
                Problem(
                    Place(self.schema.source),
                    f"one of {', '.join(self._desks)}",
                    entity,
                    how="Add the entity to the toml.",
                )
            )
        return self._desks[entity]

    def _tell(self, kind: str, entity: str, record_id: RecordId, by: str) -> None:
        items = self._items_of.get(entity)
        if items is not None:  # who listens hears of the record that holds the list
            kind, entity, record_id = "update", items.entity.holder, items.touched
        self._outbox.tell(kind, entity, record_id, self._now(), by)

    def _now(self) -> datetime:
        return floor_to(self._clock.now(), self._resolution)

    def _next_sequence(self) -> int:
        self._sequence += 1
        return self._sequence

    def _exists(self, entity: str, record_id: RecordId) -> bool:
        desk = self._desks.get(entity)
        # An entity that the toml does not name has no records here, so nothing can be said of its ids.
        return desk is None or desk.shelf.row(record_id) is not None


def _nobody(_: Row) -> bool:
    """Want no record: the list is answered as if there were none."""
    return False


def _body(environ: WSGIEnvironment) -> bytes:
    length = str(environ.get("CONTENT_LENGTH") or "")
    if length.isdigit():
        return bytes(environ["wsgi.input"].read(int(length)))
    return bytes(environ["wsgi.input"].read()) if environ.get("wsgi.input_terminated") else b""


def _is_json(content_type: str) -> bool:
    media = content_type.partition(";")[0].strip().lower()
    return media == "application/json" or (media.startswith("application/") and media.endswith("+json"))
