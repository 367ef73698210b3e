"""Check what the toml says of each environment's systems, before anything runs: dialects say what leads to a system."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from signoff.errors import Place, Problem, nearest
from signoff.schema import Side, SystemSchema
from signoff.scope import Integration
from signoff.systems.registry import dialect

_OF_SIMULATORS: Final = frozenset({"webhook_secret"})
"""What a system gives a connector, and nobody needs to get in."""


def wrong_environments(integration: Integration, schemas: Mapping[Side, SystemSchema]) -> Iterator[Problem]:
    """Yield each key that a system's dialect does not take, and each that it needs and an environment leaves out."""
    for name, environment in integration.environments.items():
        for side, system in integration.systems.items():
            known = dialect(system.dialect, integration.file).names(schemas[side])
            given = environment.values.get(side.value)
            for path, keys in ((side.value, given), (f"admin.{side.value}", environment.admin.get(side.value))):
                cell = f"environments.{name}.{path}"
                yield from (
                    _unknown(integration, f"{cell}.{key}", key, known) for key in keys or () if key not in known
                )
            entities = frozenset(schemas[side].entities)
            cell = f"environments.{name}.existing.{side.value}"
            for key in environment.existing.get(side.value, ()):
                if key not in entities:
                    yield _unknown(integration, f"{cell}.{key}", key, entities)
            lacking = sorted(known - _OF_SIMULATORS - set(given)) if given is not None else []
            if lacking:
                yield Problem(
                    Place(integration.file, cell=f"environments.{name}.{side.value}"),
                    f"{', '.join(sorted(known - _OF_SIMULATORS))}: what leads to {system.name}",
                    f"no {', no '.join(lacking)}",
                    how='Write it, secrets as "${NAME}": the name of an environment variable.',
                    code="environment-key",
                )


def _unknown(integration: Integration, cell: str, key: str, known: frozenset[str]) -> Problem:
    return Problem(
        Place(integration.file, cell=cell),
        f"one of {', '.join(sorted(known))}",
        key,
        nearest(key, known),
        how="Correct or remove it.",
        code="environment-key",
    )
