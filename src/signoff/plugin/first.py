"""Take the first steps of a session: what lint says of the documents, and the sheet of the last sign-off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from signoff.errors import Problem
from signoff.evidence.earlier import sheet_of
from signoff.plugin.conduct import Conductor
from signoff.plugin.options import RunOptions
from signoff.settings import Suite


def linted(conductor: Conductor, suite: Suite, name: str, options: RunOptions) -> tuple[list[Problem], int]:
    """Return what lint calls errors in an integration's documents, and how many warnings it has.

    A conductor that reads no agreement of ours has no `lint`, and nothing is found.
    """
    linter = getattr(conductor, "lint", None)
    found = linter(suite, name, options) if linter is not None else ()
    errors = [one.problem for one in found if one.level == "error"]
    return errors, sum(1 for one in found if one.level == "warning")


def earlier(suite: Suite, name: str, options: RunOptions, shown: Callable[[Path], str]) -> Mapping[str, Any] | None:
    """Return the sheet that the command line or else the toml names as the last sign-off, or None.

    `shown` names a file in messages. Raises `ScopeError` when the file is no such sheet.
    """
    if options.since:
        given = Path(options.since)
        return sheet_of(name, given, shown(given))
    named = suite.integration(name).since
    return sheet_of(name, suite.files[suite.names.index(name)].parent / named, named) if named else None
