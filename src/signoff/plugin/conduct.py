"""Say what the plugin asks of the harness: the statements of an integration, and its acceptance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pytest

from signoff.agreement.statement import Statement
from signoff.evidence.acceptance import Acceptance
from signoff.plugin.options import RunOptions
from signoff.settings import Suite

if TYPE_CHECKING:
    from signoff.agreement.resolved import Agreement
    from signoff.lint.codes import Finding
    from signoff.plugin.agreeing import Read


@dataclass(frozen=True, slots=True)
class Replays:
    """Say what `--replay` plays: the statements that are judged (empty: all), and lines that tell it."""

    statements: frozenset[str]
    told: tuple[str, ...] = ()


class Progress(Protocol):
    """Is told in a few words what is being done now; called as often as one likes."""

    def __call__(self, doing: str, /, *, at_once: bool = False) -> None:
        """Show it if it takes long; `at_once`: show it in any case, because it is worth knowing now."""


class Conductor(Protocol):
    """Read an integration's agreement, and rehearse and judge it. The plugin knows no other way to either."""

    def agree(self, suite: Suite, integration: str, options: RunOptions) -> tuple[Statement, ...]:
        """Return every statement of an integration in document order; touches no system. Raises `ScopeError`."""

    def conduct(self, suite: Suite, integration: str, options: RunOptions, progress: Progress) -> Acceptance:
        """Rehearse the connector once and judge the selected statements.

        Raises `Blocked` when nothing could be learned about the connector.
        """


CONDUCTOR: pytest.StashKey[Conductor] = pytest.StashKey()
"""Where a conftest.py may put another conductor, in its `pytest_configure`: `config.stash[CONDUCTOR] = …`."""


class StandardConductor:
    """Conduct the standard rehearsal. What it needs is imported when it is needed, so that pytest starts lightly."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, str, str], Read] = {}

    def agreement(self, suite: Suite, integration: str, options: RunOptions) -> Agreement:
        """Return an integration's agreement; read once in a session. Raises `ScopeError`."""
        return self._reading(suite, integration, options).agreement

    def _reading(self, suite: Suite, integration: str, options: RunOptions) -> Read:
        from signoff.plugin.agreeing import read

        key = (integration, options.environment, options.connector)
        if key not in self._read:
            self._read[key] = read(suite, *key)
        return self._read[key]

    def lint(self, suite: Suite, integration: str, options: RunOptions) -> tuple[Finding, ...]:
        """Return what the checks of documents find in an agreement that could be bound. Raises `ScopeError`."""
        from signoff.plugin.linting import checked

        return checked(self._reading(suite, integration, options))

    def agree(self, suite: Suite, integration: str, options: RunOptions) -> tuple[Statement, ...]:
        """Read and bind the documents."""
        return self.agreement(suite, integration, options).statements

    def replays(self, suite: Suite, integration: str, options: RunOptions) -> Replays:
        """Return what `--replay` names. Raises `ScopeError` for what cannot be played."""
        from signoff.plugin.replaying import replayed

        agreement = self.agreement(suite, integration, options)
        found = replayed(suite, agreement, options)
        return Replays(frozenset(found.script.statements), found.told(agreement.scope_hash))

    def conduct(self, suite: Suite, integration: str, options: RunOptions, progress: Progress) -> Acceptance:
        """Make the world, run the connector, judge what happened."""
        from signoff.plugin.standard import conduct

        return conduct(suite, self.agreement(suite, integration, options), options, progress)
