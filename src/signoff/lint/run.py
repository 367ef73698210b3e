"""Turn what reading found, and what the checks find, into one ordered list of findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from signoff.errors import Problem
from signoff.lint import (
    addresses,
    agreed,
    beyond,
    bound,
    columns,
    conditions,
    configured,
    goals,
    leaving,
    lengths,
    meaning,
    named,
    played,
    policy,
    protected,
    rows,
    tables,
    written,
)
from signoff.lint.codes import CODES, OTHER, RULES, Finding, Level
from signoff.lint.matter import Matter

LOADED = (
    addresses,
    agreed,
    beyond,
    bound,
    columns,
    conditions,
    configured,
    goals,
    leaving,
    lengths,
    meaning,
    named,
    played,
    policy,
    protected,
    rows,
    tables,
    written,
)
"""Modules that register their codes when they are imported."""

_ORDER = {level: number for number, level in enumerate(Level)}


def told(problems: Iterable[Problem]) -> list[Finding]:
    """Return the problems of reading and binding as findings; each stops a run."""
    return [Finding(Level.ERROR, one.code if one.code in CODES else OTHER, one) for one in dict.fromkeys(problems)]


def checked(matter: Matter, already: Sequence[Finding] = ()) -> list[Finding]:
    """Return what the checks find; `already` are the findings of reading, which are not told twice.

    Where the documents could not be bound only the raw checks are made.
    """
    lines = {(one.problem.where.file, one.problem.where.line) for one in already if one.code != "not-yet"}
    found: list[Finding] = []
    for one in RULES:
        if matter.agreement is None and not one.raw:
            continue
        level = CODES[one.code].level
        for problem in dict.fromkeys(one.check(matter)):
            if (problem.where.file, problem.where.line) not in lines or not one.raw:
                found.append(Finding(level, one.code, problem))
    return found


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings by file and line, errors before warnings before notes within a line; each once."""
    return tuple(
        sorted(
            dict.fromkeys(findings),
            key=lambda one: (
                one.problem.where.file,
                one.problem.where.line,
                _ORDER[one.level],
                one.code,
                str(one.problem),
            ),
        )
    )


def counts(findings: Iterable[Finding]) -> dict[Level, int]:
    """Return how many findings there are of each level, zeros too."""
    found = [one.level for one in findings]
    return {level: found.count(level) for level in Level}
