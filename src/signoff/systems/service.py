"""Say what a service beside the two systems must offer: it holds no records of theirs, and answers questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, cast

from signoff.addresses import AddressBook
from signoff.errors import Place
from signoff.systems.registry import named

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from signoff.wire.clock import WorldClock

GROUP = "signoff.services"


class ServiceSimulator(Protocol):
    """Serve a service: a WSGI application with the real API's routes, limits and errors.

    `outage` is "" or what is wrong with it for now, one of `OUTAGES`.
    """

    hosts: tuple[str, ...]
    outage: str

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""

    def addresses(self, origin: str = "") -> Mapping[str, str]:
        """Return what a connector needs to reach it, for `{address.url}`-like settings."""

    def secrets(self) -> frozenset[str]:
        """Return every secret that it expects."""


class ServiceDialect(Protocol):
    """Offer one kind of service under the entry point group `signoff.services`."""

    name: str

    def names(self, options: Mapping[str, Any]) -> frozenset[str]:
        """Return the keys of `ServiceSimulator.addresses`; raise ScopeError for options that it does not know."""

    def simulator(self, options: Mapping[str, Any], book: AddressBook, clock: WorldClock) -> ServiceSimulator:
        """Build a fresh service on the world clock, which knows the addresses of the book."""


@cache
def service_dialect(name: str, file: str) -> ServiceDialect:
    """Return the dialect of a service; raise ScopeError naming the toml and the nearest one."""
    where = Place(file, cell=f'systems.address.dialect = "{name}"')
    how = "Name the kind of address service, or take [systems.address] out."
    return cast("ServiceDialect", named(GROUP, name, where, how))
