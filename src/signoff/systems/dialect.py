"""Say what a dialect must offer, so that the trial treats every system alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from signoff.record import Record, RecordId
from signoff.schema import SystemSchema
from signoff.scope import EntitySettings, SystemSettings
from signoff.systems.lists import Lists

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from signoff.systems.line import Line
    from signoff.wire.clock import WorldClock


@dataclass(frozen=True, slots=True)
class Knobs:
    """Make rare things common within what the real API allows. None: the vendor's documented value.

    `page_cap`: most records on a page, whatever was asked for. `token_requests`: requests that a session token
    lives (besides its time). `clock_resolution_ms`: granularity of time stamps. `default_page`: page size when
    none is asked for. `throttle_every`: every n-th request is answered 429. `index_lag_seconds`: how long a
    search index trails.
    """

    page_cap: int | None = None
    default_page: int | None = None
    token_requests: int | None = None
    clock_resolution_ms: int | None = None
    throttle_every: int | None = None
    index_lag_seconds: float | None = None


class Endpoint(Protocol):
    """Do to a system what people and the system itself do: the harness's own hands.

    Records are in the system's own shape (see `signoff.record`); ids are text. A refusal by the system raises
    `signoff.errors.Blocked`, because the harness only asks for what the schema allows.
    """

    def create(self, entity: str, fields: Record) -> RecordId:
        """Create a record and return its id."""

    def update(self, entity: str, record_id: RecordId, fields: Record) -> None:
        """Change the named fields; a to-many field is replaced as a whole."""

    def delete(self, entity: str, record_id: RecordId) -> None:
        """Delete as a person would do in the system (soft where the system does so)."""

    def read_all(self, entity: str) -> Mapping[RecordId, Record]:
        """Return every live record of an entity with all its fields, to-many associations complete."""


class Client(Endpoint, Protocol):
    """Drive a real or simulated system over HTTP, and touch no more of it than is asked.

    What a system cannot do raises Blocked; trouble on the way is a `signoff.systems.trouble.Trouble`. One that can
    subscribe to events offers `subscribe(entity)` and `unsubscribe()` as well.
    """

    def read_some(self, entity: str) -> RecordId:
        """Read as little of an entity's list as the system allows; return the id of a record, "" if there is none."""

    def read_one(self, entity: str, record_id: RecordId) -> None:
        """Read one record; raise Blocked when it cannot be read."""

    def removable(self, entity: str) -> bool:
        """Tell whether the system has a way to delete such records at all."""

    def close(self) -> None:
        """Close the connections."""


class Simulator(Endpoint, Protocol):
    """Serve a system: a stateful WSGI application with the real API's routes, errors, paging and limits.

    As an Endpoint it works on the store directly, by the same validation as its routes, and the records that
    `read_all` returns are never changed in place afterwards (an update replaces the record). One whose schema has
    events also offers `take_deliveries()`, what waits to be handed to the connector, and `unheard()`, a context in
    which what it tells gets lost.
    """

    schema: SystemSchema
    hosts: tuple[str, ...]
    """Hostnames that it answers when mounted in process, the main one first."""
    lists: Lists
    """What is wrong with its lists for now; a simulator asks it before it answers one."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; puts its writes into `environ["signoff.writes"]`, a list of `history.Write`."""

    def addresses(self, origin: str = "") -> Mapping[str, str]:
        """Return what a connector needs to reach it (`url`, credentials), for `{ats.url}`-like settings.

        `origin` is "" when mounted in process under `hosts`, else the origin of its port, `http://127.0.0.1:8123`.
        """

    def secrets(self) -> frozenset[str]:
        """Return every secret it ever issued or expects, to be masked and searched for."""


class Dialect(Protocol):
    """Offer one kind of system under the entry point group `signoff.systems`."""

    name: str

    def schema(self, settings: SystemSettings, entities: Mapping[str, EntitySettings], read: Any) -> SystemSchema:
        """Build the schema. `read(path)` returns the text of a file named in the toml; raises ScopeError."""

    def names(self, schema: SystemSchema) -> frozenset[str]:
        """Return the keys of `Simulator.addresses`; `schema` is what `schema` built. Loads no simulator."""

    def simulator(
        self,
        settings: SystemSettings,
        entities: Mapping[str, EntitySettings],
        schema: SystemSchema,
        clock: WorldClock,
        knobs: Knobs,
        read: Any,
    ) -> Simulator:
        """Build an empty simulator on the world clock."""

    def client(
        self,
        settings: SystemSettings,
        entities: Mapping[str, EntitySettings],
        schema: SystemSchema,
        values: Mapping[str, str],
        line: Line | None = None,
    ) -> Client:
        """Build a client for a real or simulated system. `values` has the keys of `Simulator.addresses`.

        `line` says how long it waits for answers, and is told what it waited for.
        """
