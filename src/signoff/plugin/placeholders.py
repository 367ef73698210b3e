"""Check what the connector is told, `{app.token}`, before anything runs: the systems say which names they give."""

from __future__ import annotations

from collections.abc import Mapping

from signoff.errors import Problem, ScopeError
from signoff.schema import Side, SystemSchema
from signoff.scope import Integration
from signoff.systems.registry import dialect
from signoff.systems.service import service_dialect
from signoff.trial.filled import filled_settings


def wrong_placeholders(integration: Integration, schemas: Mapping[Side, SystemSchema]) -> tuple[Problem, ...]:
    """Return the problem of the first setting that names what no system gives, or of a service's own keys."""
    asked = integration.address
    try:
        service = service_dialect(asked.dialect, integration.file).names(asked.options) if asked else frozenset()
        if not any("{" in str(text) for text in integration.connector.settings.values()):
            return ()
        told = {
            side: dialect(system.dialect, integration.file).names(schemas[side])
            for side, system in integration.systems.items()
        }
        filled_settings(
            integration, {side: dict.fromkeys(names, "") for side, names in told.items()}, dict.fromkeys(service, "")
        )
    except ScopeError as error:
        return error.problems
    return ()
