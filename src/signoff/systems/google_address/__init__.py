"""Speak Google's Address Validation API and the parts of Places (New) that lead to an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from signoff.addresses import AddressBook
from signoff.errors import ScopeError
from signoff.systems.keys import COUNT, TEXT, wrong
from signoff.systems.service import ServiceDialect

if TYPE_CHECKING:  # who only reads documents loads no simulator
    from signoff.systems.google_address.simulator import GoogleAddress
    from signoff.wire.clock import WorldClock


class _GoogleAddress:
    """Offer the service under the protocol of services."""

    name = "google-address"

    def names(self, options: Mapping[str, Any]) -> frozenset[str]:
        """Return what a connector may be told of the service; raise ScopeError for an option that it does not have."""
        problems = tuple(wrong(options, {"key": TEXT, "requests_per_minute": COUNT}, "[systems.address]"))
        if problems:
            raise ScopeError(problems)
        return frozenset({"url", "places_url", "key"})

    def simulator(self, options: Mapping[str, Any], book: AddressBook, clock: WorldClock) -> GoogleAddress:
        """Build a fresh service on the world clock, which knows the addresses of the book; raises ScopeError."""
        from signoff.systems.google_address.simulator import GoogleAddress

        self.names(options)
        return GoogleAddress(options, book, clock)


dialect: ServiceDialect = _GoogleAddress()
