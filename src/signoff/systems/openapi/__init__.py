"""Simulate and drive any system that has an OpenAPI 3.0 or 3.1 document; see `options` for the toml's keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from signoff.schema import SystemSchema
from signoff.scope import EntitySettings, SystemSettings
from signoff.systems.dialect import Knobs
from signoff.systems.openapi.access import credentials
from signoff.systems.openapi.schemas import SETTINGS_KEY, build_schema, read_description

if TYPE_CHECKING:  # who only reads documents loads neither client nor simulator
    from signoff.systems.line import Line
    from signoff.systems.openapi.client import OpenApiClient
    from signoff.systems.openapi.simulator import OpenApiSimulator
    from signoff.wire.clock import WorldClock


class OpenApiDialect:
    """Fulfil `signoff.systems.dialect.Dialect` from a document and the toml alone."""

    name = "openapi"

    def schema(self, settings: SystemSettings, entities: Mapping[str, EntitySettings], read: Any) -> SystemSchema:
        """Build the schema; raise ScopeError for a toml or a document that is wrong."""
        return build_schema(settings, entities, read)

    def names(self, schema: SystemSchema) -> frozenset[str]:
        """Return `url`, the credentials that the toml's kind of authentication has, and the webhooks' secret if any."""
        description = schema.settings[SETTINGS_KEY]
        secret = {"webhook_secret"} if description.webhooks else set()
        return frozenset({"url", *credentials(description.auth, description.name), *secret})

    def simulator(
        self,
        settings: SystemSettings,
        entities: Mapping[str, EntitySettings],
        schema: SystemSchema,
        clock: WorldClock,
        knobs: Knobs,
        read: Any,
    ) -> OpenApiSimulator:
        """Build an empty simulator; raise ScopeError for a toml or a document that is wrong."""
        from signoff.systems.openapi.simulator import OpenApiSimulator

        document, description = read_description(settings, entities, read)
        return OpenApiSimulator(document, description, schema, clock, knobs)

    def client(
        self,
        settings: SystemSettings,  # noqa: ARG002  the protocol's; the schema already holds what they say
        entities: Mapping[str, EntitySettings],  # noqa: ARG002  as above
        schema: SystemSchema,
        values: Mapping[str, str],
        line: Line | None = None,
    ) -> OpenApiClient:
        """Build a client; `values` are `url` and the credentials. Raise Blocked when one of them is missing."""
        from signoff.systems.openapi.client import OpenApiClient

        return OpenApiClient(schema, schema.settings[SETTINGS_KEY], values, line)


dialect = OpenApiDialect()
