"""Say what the plugin asks of the harness: the statements of an integration, and its acceptance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

import pytest

from signoff.agreement.resolved import Agreement
from signoff.agreement.statement import Statement
from signoff.errors import Blocked, Place, Problem
from signoff.evidence.acceptance import Acceptance
from signoff.plugin.agreeing import agree
from signoff.plugin.options import RunOptions
from signoff.settings import Suite

Progress: TypeAlias = Callable[[str], None]
"""Is told in a few words what is being done now; called as often as one likes."""


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
    """Conduct the standard rehearsal."""

    def __init__(self) -> None:
        self._agreements: dict[tuple[str, str], Agreement] = {}

    def agreement(self, suite: Suite, integration: str, environment: str) -> Agreement:
        """Return an integration's agreement; read once in a session."""
        key = (integration, environment)
        if key not in self._agreements:
            self._agreements[key] = agree(suite, integration, environment)
        return self._agreements[key]

    def agree(self, suite: Suite, integration: str, options: RunOptions) -> tuple[Statement, ...]:
        """Read and bind the documents."""
        return self.agreement(suite, integration, options.environment).statements

    def conduct(self, suite: Suite, integration: str, options: RunOptions, progress: Progress) -> Acceptance:
        """Make the world, run the connector, judge what happened."""
        progress("reading the agreement")
        self.agreement(suite, integration, options.environment)
        raise Blocked(
            Problem(
                Place(f"scope/{integration}.toml"),
                "a conductor that rehearses the connector",
                "a build of signoff that can only read the documents",
                how="Give the session a conductor: `config.stash[signoff.plugin.conduct.CONDUCTOR] = …`.",
            )
        )
