"""Say what a service beside the two systems must offer: it holds no records of theirs, and answers questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Protocol, cast

from signoff.addresses import AddressBook
from signoff.errors import Place, Problem, ScopeError, nearest

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

    def simulator(self, options: Mapping[str, Any], book: AddressBook, clock: WorldClock) -> ServiceSimulator:
        """Build a fresh service on the world clock, which knows the addresses of the book."""


@cache
def names() -> tuple[str, ...]:
    """Return the names of all installed services, sorted."""
    return tuple(sorted({one.name for one in entry_points(group=GROUP)}))


@cache
def service_dialect(name: str, file: str) -> ServiceDialect:
    """Return the dialect of a service; raise ScopeError naming the toml and the nearest one."""
    for one in entry_points(group=GROUP):
        if one.name == name:
            return cast("ServiceDialect", one.load())
    raise ScopeError(
        Problem(
            Place(file, cell=f'systems.address.dialect = "{name}"'),
            f"one of {', '.join(names())}",
            f'"{name}"',
            did_you_mean=nearest(name, names()),
            how="Name the kind of address service, or take [systems.address] out.",
            code="unknown-dialect",
        )
    )
