"""Say what is wrong, where, and how to go on.

Three families, because three different people must act on them: the author of the scope documents
(`ScopeError`), the vendor of the connector (a finding, which is data and never raised), and whoever
keeps the environment (`Blocked`: nothing is known about the integration).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Place:
    """Point at a spot in a document: a file, a line from 1, and where it is a table, the row and the cell."""

    file: str
    line: int = 0
    row: str = ""
    cell: str = ""
    column: int = 0
    """The column from 1, where a syntax error has one; 0 elsewhere."""

    def __str__(self) -> str:
        """Return `file:line:column, row "…", cell "…"`, leaving out what is not known."""
        spot = f"{self.file}:{self.line}" if self.line else self.file
        if self.line and self.column:
            spot += f":{self.column}"
        if self.row:
            spot += f', row "{self.row}"'
        if self.cell:
            spot += f', cell "{self.cell}"'
        return spot


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like `word`, or None; ignores case, because a slip in case is the commonest."""
    return _nearest(word, tuple(known))


@lru_cache(maxsize=5_000)
def _nearest(word: str, known: tuple[str, ...]) -> str | None:
    # One slip is mostly made in many rows, and comparing a word with all fields of an entity takes a millisecond.
    table: dict[str, list[str]] = {}
    for candidate in known:
        table.setdefault(candidate.lower(), []).append(candidate)
    found = difflib.get_close_matches(word.lower(), list(table), n=1, cutoff=0.6)
    # A label may be a name in another case: whoever wrote in capitals is answered in capitals.
    return max(table[found[0]], key=lambda one: difflib.SequenceMatcher(None, word, one).ratio()) if found else None


@dataclass(frozen=True, slots=True)
class Problem:
    """Hold one thing that is wrong, in the order in which a reader needs it.

    `expected` and `found` are noun phrases; `did_you_mean` is the nearest valid thing; `how` is an
    imperative sentence that gets the reader going again.
    """

    where: Place
    expected: str
    found: str
    did_you_mean: str | None = None
    how: str = ""
    code: str = ""

    def __str__(self) -> str:
        lines = [str(self.where), f"  expected: {self.expected}", f"  found:    {self.found}"]
        if self.did_you_mean:
            lines.append(f"  did you mean: {self.did_you_mean}")
        if self.how:
            lines.append(f"  {self.how}")
        return "\n".join(lines)


class SignoffError(Exception):
    """Carry one or several problems; the message shows them all."""

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n\n".join(str(problem) for problem in self.problems))


class ScopeError(SignoffError):
    """Report that a scope document, the toml or a schema file is wrong; nothing has been run."""


class Blocked(SignoffError):
    """Report that access, environment or the harness failed, so that nothing is known of the integration."""
