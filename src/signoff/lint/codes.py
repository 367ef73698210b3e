"""Register every code that a finding can have, with what a reader of the reference must know about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from signoff.errors import Problem

if TYPE_CHECKING:
    from signoff.lint.matter import Matter


class Level(StrEnum):
    """Name how much a finding matters: errors stop a run, warnings do with --strict, notes never do."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Code:
    """Describe one code. `bad` is an example of what it is found in, `fix` says how to go on."""

    name: str
    level: Level
    what: str
    why: str
    bad: str
    fix: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold one finding: its level and code, and the problem with its place."""

    level: Level
    code: str
    problem: Problem


Check: TypeAlias = "Callable[[Matter], Iterable[Problem]]"
"""Return what is wrong with the documents; the code is added."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold one check. A `raw` one needs the documents only, and so is made even where they could not be bound."""

    code: str
    check: Check
    raw: bool = False


CODES: Final[dict[str, Code]] = {}
RULES: Final[list[Rule]] = []

OTHER: Final = "document"
"""The code of a problem that has none of its own."""


def code(
    name: str, *, what: str, why: str, bad: str, fix: str, level: Level = Level.ERROR, section: str = "Documents"
) -> None:
    """Register a code that reading or binding gives to a problem."""
    assert name not in CODES, name
    CODES[name] = Code(name, level, what, why, bad, fix, section)


def rule(
    name: str,
    *,
    what: str,
    why: str,
    bad: str,
    fix: str,
    level: Level,
    section: str = "Agreements",
    raw: bool = False,
) -> Callable[[Check], Check]:
    """Register a check under its code."""
    code(name, what=what, why=why, bad=bad, fix=fix, level=level, section=section)

    def register(check: Check) -> Check:
        RULES.append(Rule(name, check, raw))
        return check

    return register
