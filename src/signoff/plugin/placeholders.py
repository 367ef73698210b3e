"""Check what the connector is told, `{app.token}`, before anything runs: the systems say which names they give."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from signoff.addresses import NO_BOOK
from signoff.errors import Problem, ScopeError
from signoff.plugin.agreeing import reader
from signoff.schema import Side, SystemSchema
from signoff.scope import Integration
from signoff.settings import Suite
from signoff.systems.dialect import Knobs
from signoff.systems.registry import dialect
from signoff.systems.service import service_dialect
from signoff.trial.stage import filled_settings
from signoff.wire.clock import WorldClock


def wrong_placeholders(
    suite: Suite, integration: Integration, schemas: Mapping[Side, SystemSchema]
) -> tuple[Problem, ...]:
    """Return the problem of the first setting that names what no system gives, or of a service's own keys."""
    clock = WorldClock(datetime(2026, 1, 1, tzinfo=UTC))
    try:
        asked = integration.address
        service = (
            service_dialect(asked.dialect, integration.file).simulator(asked.options, NO_BOOK, clock) if asked else None
        )
        if not any("{" in str(text) for text in integration.connector.settings.values()):
            return ()
        read = reader(suite, integration)
        addresses = {
            side: dialect(system.dialect, integration.file)
            .simulator(system, integration.entities, schemas[side], clock, Knobs(), read)
            .addresses()
            for side, system in integration.systems.items()
        }
        filled_settings(integration, addresses, service.addresses() if service is not None else None)
    except ScopeError as error:
        return error.problems
    return ()
