"""Speak Bullhorn: schema, simulator and client of the Bullhorn REST API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from signoff.schema import SystemSchema
from signoff.scope import EntitySettings, SystemSettings
from signoff.systems.bullhorn.schemas import build_schema
from signoff.systems.dialect import Dialect, Knobs

if TYPE_CHECKING:  # who only reads documents loads neither client nor simulator
    from signoff.systems.bullhorn.client import BullhornClient
    from signoff.systems.bullhorn.simulator import BullhornSimulator
    from signoff.systems.line import Line
    from signoff.wire.clock import WorldClock


class _Bullhorn:
    """Offer Bullhorn under the dialect protocol; `read` is not needed, because the tables come with the dialect."""

    name = "bullhorn"

    def schema(self, settings: SystemSettings, entities: Mapping[str, EntitySettings], read: Any) -> SystemSchema:
        """Build the schema of the tenant that the settings describe."""
        del entities, read
        return build_schema(settings)

    def names(self, schema: SystemSchema) -> frozenset[str]:
        """Return what a connector may be told of a tenant."""
        del schema
        return frozenset({"url", "username", "password", "client_id", "client_secret"})

    def simulator(
        self,
        settings: SystemSettings,
        entities: Mapping[str, EntitySettings],
        schema: SystemSchema,
        clock: WorldClock,
        knobs: Knobs,
        read: Any,
    ) -> BullhornSimulator:
        """Build a fresh tenant on the world clock."""
        from signoff.systems.bullhorn.simulator import BullhornSimulator

        del entities, read
        return BullhornSimulator(settings, schema, clock, knobs)

    def client(
        self,
        settings: SystemSettings,
        entities: Mapping[str, EntitySettings],
        schema: SystemSchema,
        values: Mapping[str, str],
        line: Line | None = None,
    ) -> BullhornClient:
        """Build a client; `values` has url, username, password, client_id and client_secret."""
        del settings, entities
        from signoff.systems.bullhorn.client import BullhornClient

        return BullhornClient(schema, values, line)


dialect: Dialect = _Bullhorn()
