"""Hold what a run of the connector told us, whatever way it was run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from signoff.history import NamedFailure


@dataclass(frozen=True, slots=True)
class Told:
    """Hold one run's own words. `ok` is None when it gave no result; `crashed` names the exception, shortened."""

    ok: bool | None = None
    failed: tuple[NamedFailure, ...] = ()
    crashed: str = ""
    printed: str = ""


class UnderTest(Protocol):
    """Run the integration under test."""

    version: str

    def run(self) -> Told:
        """Run it once; never raises for what the connector does."""

    def deliver(self, headers: Mapping[str, str], body: bytes) -> str:
        """Hand over one webhook; return "" or what went wrong. Does nothing when it takes none."""

    def takes_events(self) -> bool:
        """Tell whether webhooks can be handed over."""


def named(failed: Any) -> tuple[NamedFailure, ...]:
    """Read the `failed` part of a result by shape: objects or mappings with system, entity, id, reason.

    Raises ValueError naming what is wrong with the shape, because a result that cannot be read is no result.
    """
    if failed is None:
        return ()
    if isinstance(failed, str | bytes | Mapping) or not hasattr(failed, "__iter__"):
        raise ValueError(f"`failed` must be a list of failures, found {type(failed).__name__}")
    found = []
    for one in failed:
        parts = []
        for key in ("system", "entity", "id", "reason"):
            value = one.get(key, "") if isinstance(one, Mapping) else getattr(one, key, "")
            parts.append(str(value) if value is not None else "")
        if not parts[2]:
            raise ValueError("a failure names no record: its `id` is missing")
        found.append(NamedFailure(*parts))
    return tuple(found)
