"""Show what the planted defects prove: each check by a defect that only it catches, each phrase by a reddened row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bench import Trial
from planted.register import DEFECTS

from signoff.agreement.resolved import Agreement
from signoff.checks.judge import CHECKS
from signoff.checks.workflow import judge_workflow

COUNTS_ONLY = frozenset({"check_lost", "check_values"})
"""Checks that find nothing themselves: they keep account of evidence that was lost or is there."""


def caught_by(trials: Iterable[Trial]) -> Mapping[str, list[str]]:
    """Return check -> the defects whose declared statements no other check found wrong."""
    names = [*(check.__name__ for check in CHECKS), judge_workflow.__name__]
    found: dict[str, list[str]] = {name: [] for name in names if name not in COUNTS_ONLY}
    for one in trials:
        if len(one.checks) == 1 and one.name not in found[one.checks[0]]:
            found[one.checks[0]].append(one.name)
    return found


def phrases(agreement: Agreement) -> Mapping[str, list[str]]:
    """Return phrase of the shipped charts -> the defects that are declared to redden one of its rows."""
    found: dict[str, list[str]] = {}
    reddened: dict[str, list[str]] = {statement: [] for one in DEFECTS.values() for statement in one.reddens}
    for one in DEFECTS.values():
        for statement in one.reddens:
            reddened[statement].append(one.name)
    for pair in agreement.pairs:
        for row in pair.rows:
            if row.rule is None:
                continue
            ids = [row.statement, *(one.statement for one in agreement.value_rows if one.table == row.rule.table)]
            for step in row.rule.tree.steps:
                known = found.setdefault(step.phrase, [])
                known += [name for one in ids for name in reddened.get(one, ()) if name not in known]
            for modifier in row.rule.tree.modifiers:
                known = found.setdefault(modifier.phrase, [])
                known += [name for name in reddened.get(row.statement, ()) if name not in known]
    return found


def by_check(trials: Sequence[Trial]) -> str:
    """Return the table of checks and the defects that only they catch."""
    return _table("check", caught_by(trials))


def by_phrase(agreement: Agreement) -> str:
    """Return the table of phrases in the shipped charts and the defects that redden their rows."""
    return _table("phrase", phrases(agreement))


def _table(heading: str, found: Mapping[str, list[str]]) -> str:
    lines = [f"{heading:34} {'defects':>7}  among them"]
    lines += [
        f"{name:34} {len(defects):7}  {', '.join(defects[:3]) or 'NONE'}" for name, defects in sorted(found.items())
    ]
    return "\n".join(lines) + "\n"
