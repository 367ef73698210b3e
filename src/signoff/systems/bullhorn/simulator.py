"""Serve a Bullhorn tenant: a stateful WSGI application, and the harness's hands in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from signoff.errors import Blocked, Place, Problem
from signoff.record import Record, RecordId
from signoff.schema import SystemSchema
from signoff.scope import SystemSettings
from signoff.systems.bullhorn.answers import Answer, Request, json_answer, refused, request_of, with_callback
from signoff.systems.bullhorn.changes import Changes, Report
from signoff.systems.bullhorn.countries import countries
from signoff.systems.bullhorn.events import Events
from signoff.systems.bullhorn.login import HOSTS, REST_HOST, Account, Login
from signoff.systems.bullhorn.reading import Reading
from signoff.systems.bullhorn.refusals import Refusal
from signoff.systems.bullhorn.routes import Routes
from signoff.systems.bullhorn.schemas import build_schema
from signoff.systems.bullhorn.selecting import Selecting
from signoff.systems.bullhorn.store import Index, Store
from signoff.systems.bullhorn.tenant import (
    API_USER,
    DEFAULT_CATEGORY,
    DEFAULT_DEPARTMENT,
    RECRUITER,
)
from signoff.systems.dialect import Knobs
from signoff.systems.lists import Lists
from signoff.wire.clock import WorldClock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

REQUESTS_PER_MINUTE: Final = 1500
"""Bullhorn's published limit for API users."""


class BullhornSimulator:
    """Answer as a Bullhorn tenant does, over HTTP and for the harness.

    The tenant is born with what every tenant has: the API user, one recruiter (the harness's name in the event
    queue), a default category and department, and the countries. `read_all` returns soft-deleted records too, with
    `isDeleted` true: whoever reads decides what they mean.
    """

    def __init__(self, settings: SystemSettings, schema: SystemSchema, clock: WorldClock, knobs: Knobs) -> None:
        options = settings.options
        self.schema = schema
        self.hosts: tuple[str, ...] = HOSTS
        self.lists = Lists()
        self._clock = clock
        self._account = Account(
            username=str(options.get("username", "api.connector")),
            password=str(options.get("password", "Harbour!Lantern7")),
            client_id=str(options.get("client_id", "3f0c9a57-5d2e-4b8a-9f61-2f7f6c1d0b42")),
            client_secret=str(options.get("client_secret", "qS8vXr2LmT5nZa9cKd4e")),
            corp_token=str(options.get("corp_token", "4kxk4")),
        )
        self._throttle_every = knobs.throttle_every
        self._per_minute = int(options.get("requests_per_minute", REQUESTS_PER_MINUTE))
        self._minute, self._in_minute, self._asked = 0, 0, 0
        # The integration may read a field as something else than Bullhorn does (`[types]` in the toml); what the
        # service accepts stays Bullhorn's own.
        self._store = Store(build_schema(settings))
        self._changes = Changes(
            self._store, clock, knobs.clock_resolution_ms or 1, bool(options.get("archived_contacts", False))
        )
        index = Index(self._store, int((knobs.index_lag_seconds or 0) * 1000), clock.epoch_ms)
        selecting = Selecting(self._store, frozenset(options.get("confidential", ())))
        reading = Reading(
            self._store,
            index,
            selecting,
            self.lists,
            knobs.page_cap,
            knobs.default_page,
            bool(options.get("search_all_fields", False)),
            frozenset(options.get("unindexed", ())),
        )
        self._events = Events(self._store, clock)
        self._login = Login(self._account, clock, knobs.token_requests)
        self._routes = Routes(self._store, self._changes, reading, self._events, self._login, self._account.corp_token)
        self._furnish()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; appends to `environ["signoff.writes"]` and `environ["signoff.problems"]`."""
        request = request_of(environ)
        try:
            answer = self._answer(request)
        except Refusal as refusal:
            answer = refused(refusal)
            self._note(request, refusal)
        start_response(answer.line, answer.headers)
        return [answer.body]

    def _note(self, request: Request, refusal: Refusal) -> None:
        """Note what was wrong with a message that no change has noted: a field or a query that cannot be read."""
        problems = request.report.problems
        if refusal.status != 400 or problems or not self._routes.covers(request):
            return
        where = "/".join(request.segments[2:4])
        problems.extend(f"{where}: {flaw.field}: {flaw.rule}" for flaw in refusal.flaws)
        if not refusal.flaws:
            problems.append(f"{where}: {refusal.key}")

    def _answer(self, request: Request) -> Answer:
        if not self._routes.covers(request):
            found = self._login.answer(request)
            if found is None:
                raise Refusal(404, "No such resource", "errors.notFound")
            return found
        throttled = self._throttled()
        if throttled is not None:
            return throttled
        request.kept["token"] = self._login.check(request)
        return with_callback(self._routes.answer(request), request.query)

    def _throttled(self) -> Answer | None:
        self._asked += 1
        minute = self._clock.epoch_ms() // 60_000
        if minute != self._minute:
            self._minute, self._in_minute = minute, 0
        self._in_minute += 1
        often = self._throttle_every is not None and self._asked % self._throttle_every == 0
        if often or (self._per_minute and self._in_minute > self._per_minute):
            # The documentation says to wait one second; it sends no Retry-After.
            told = "API rate limit exceeded. Wait 1 second, then retry."
            return json_answer(
                {"errorMessage": told, "errorMessageKey": "errors.rateLimitExceeded", "errorCode": 429}, 429
            )
        return None

    def addresses(self, origin: str = "") -> Mapping[str, str]:
        """Return `url` (where `/loginInfo` lives), `username`, `password`, `client_id` and `client_secret`."""
        return {
            "url": f"{origin or f'https://{REST_HOST}'}/rest-services",
            "username": self._account.username,
            "password": self._account.password,
            "client_id": self._account.client_id,
            "client_secret": self._account.client_secret,
        }

    def secrets(self) -> frozenset[str]:
        """Return every secret that was ever issued or is expected."""
        return self._login.secrets()

    def create(self, entity: str, fields: Record) -> RecordId:
        """Create a record as a person at the screen; to-many lists stand in the record."""
        try:
            return str(self._changes.create(entity, fields, RECRUITER, Report(), harness=True))
        except Refusal as refusal:
            raise _blocked(f"create {entity}", refusal) from refusal

    def update(self, entity: str, record_id: RecordId, fields: Record) -> None:
        """Change fields as a person at the screen; a to-many list is replaced as a whole."""
        try:
            self._changes.update(entity, int(record_id), fields, RECRUITER, Report(), harness=True)
        except Refusal as refusal:
            raise _blocked(f"update {entity} {record_id}", refusal) from refusal

    def delete(self, entity: str, record_id: RecordId) -> None:
        """Delete as a person at the screen: softly where Bullhorn does so, else with what depends on it."""
        try:
            self._changes.delete(entity, int(record_id), RECRUITER, Report(), harness=True)
        except Refusal as refusal:
            raise _blocked(f"delete {entity} {record_id}", refusal) from refusal

    def read_all(self, entity: str) -> Mapping[RecordId, Record]:
        """Return every record of an entity, soft-deleted ones included, to-many associations complete."""
        whole = self._store.whole
        return {str(record_id): whole(entity, record) for record_id, record in self._store.records[entity].items()}

    def _furnish(self) -> None:
        now = self._changes.now()
        people = ((API_USER, "API", "Connector", self._account.username), (RECRUITER, "Robin", "Reyes", "robin.reyes"))
        for record_id, first, last, username in people:
            self._put(
                "CorporateUser",
                id=record_id,
                firstName=first,
                lastName=last,
                name=f"{first} {last}",
                username=username,
                email=f"{username}@example.com",
                enabled=True,
                isDeleted=False,
                primaryDepartment={"id": DEFAULT_DEPARTMENT},
                userDateAdded=now,
                dateLastModified=now,
            )
        self._put("CorporationDepartment", id=DEFAULT_DEPARTMENT, name="Primary", enabled=True, dateAdded=now)
        self._put(
            "Category", id=DEFAULT_CATEGORY, name="Other Area(s)", enabled=True, occupation="", type="", dateAdded=now
        )
        for one in countries():
            self._put("Country", id=one.id, name=one.name, code=one.code)
        self._store.skip_to("Country", max(one.id for one in countries()) + 1)

    def _put(self, entity: str, **record: Any) -> None:
        self._store.put(entity, record, API_USER)


def _blocked(what: str, refusal: Refusal) -> Blocked:
    flaws = "; ".join(f"{flaw.field}: {flaw.rule}" for flaw in refusal.flaws)
    return Blocked(
        Problem(
            Place(f"Bullhorn simulator, {what}"),
            "a record that the schema allows",
            flaws or refusal.message,
            how="What people enter is drawn from the schema, the toml's [types] and picklists; here they disagree. "
            "Correct the field's type or choices in the toml, or the row that asks for such a value.",
        )
    )
