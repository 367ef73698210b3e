"""Show what the planted defects prove: each check by a defect that only it catches, each phrase by a reddened row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bench import Trial
from planted.register import BENIGN, DEFECTS, Defect

from signoff.agreement.resolved import Agreement
from signoff.checks.judge import CHECKS
from signoff.checks.workflow import judge_workflow

COUNTS_ONLY = frozenset({"check_lost", "check_unwritten", "check_values"})
"""Checks that find nothing themselves: they keep account of evidence that was lost or is there."""

WITHOUT: Mapping[str, str] = {
    "check_access": "it says what could be done in both systems before the connector ran",
    "check_goals": "what makes a figure differ belongs to the row or the binding that brought it about",
    "check_worked": "it computes literal inputs by the row's rule, and looks at no record",
}
"""Checks that no planted defect can show, and why: nothing that a connector does is judged by them."""


def caught_by(trials: Iterable[Trial]) -> Mapping[str, list[str]]:
    """Return check -> the defects whose declared statements no other check found wrong."""
    names = [*(check.__name__ for check in CHECKS), judge_workflow.__name__]
    found: dict[str, list[str]] = {name: [] for name in names if name not in COUNTS_ONLY}
    for one in trials:
        if len(one.checks) == 1 and one.name not in found[one.checks[0]]:
            found[one.checks[0]].append(one.name)
    return found


def unshown(trials: Iterable[Trial]) -> list[str]:
    """Return the checks of which no planted defect shows that they are needed, though one could."""
    return sorted(name for name, defects in caught_by(trials).items() if not defects and name not in WITHOUT)


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
    found = caught_by(trials)
    told = {name: f"none: {why}" for name, why in WITHOUT.items() if not found.get(name)}
    return _table("check", found, told)


def by_phrase(agreement: Agreement) -> str:
    """Return the table of phrases in the shipped charts and the defects that redden their rows."""
    return _table("phrase", phrases(agreement))


def _table(heading: str, found: Mapping[str, list[str]], without: Mapping[str, str] | None = None) -> str:
    lines = [f"{heading:34} {'defects':>7}  among them"]
    lines += [
        f"{name:34} {len(defects):7}  {', '.join(defects[:3]) or (without or {}).get(name, 'NONE')}"
        for name, defects in sorted(found.items())
    ]
    return "\n".join(lines) + "\n"


CLASSES: Mapping[str, str] = {
    "ADDRESS": "what an address service says",
    "BIDIR": "both ways, conflicts, echoes",
    "CURSOR": "what changed since the last run",
    "ENC": "signs and encodings",
    "ENUM": "values of lists and tables",
    "FAIL": "failures, restarts, what a run says of itself",
    "FK": "references",
    "HOOK": "webhooks",
    "LEN": "lengths",
    "LIFE": "leaving, coming back, being deleted",
    "MAP": "which field goes where",
    "MATCH": "which records belong together",
    "MONEY": "amounts",
    "MULTI": "lists",
    "NULL": "blank, null, missing, defaults",
    "PAGE": "paging",
    "PII": "what must stay at home",
    "SCOPE": "who is in scope",
    "TIME": "days, instants, zones",
    "TYPE": "types",
}
"""What goes wrong in each class of planted defects."""


def page(agreement: Agreement) -> str:
    """Return the page of all planted defects: what each does, the statements it reddens, and the phrases it tries."""
    lines = [
        "# Planted defects",
        "",
        f"How it is known that the shipped suite notices what goes wrong: {len(DEFECTS)} copies of the reference "
        "connector, each with one mistake that real connectors have made. Each declares the statements that it must "
        "redden; `make qualify` rehearses them and fails if another statement turns red, one stays green, or the "
        f"altered line never ran. {len(BENIGN)} variants that differ and are right must redden nothing.",
        "",
        "This page is written by `make docs` from the declarations in `tests/defects/planted`.",
    ]
    every = sorted(DEFECTS.values(), key=lambda one: one.name)
    for klass in sorted({one.klass for one in every}):
        lines += ["", f"## {klass}: {CLASSES[klass]}", "", "| connector | its mistake | reddens |", "|---|---|---|"]
        lines += [_line(one) for one in every if one.klass == klass]
    lines += ["", "## Variants that are right", "", "| connector | how it differs |", "|---|---|"]
    lines += [f"| {one.name} | {_cell(one.what)} |" for one in sorted(BENIGN.values(), key=lambda one: one.name)]
    lines += ["", "## By phrase", "", "Whose rows in the shipped charts which defects redden.", ""]
    lines += ["| phrase | defects |", "|---|---|"]
    for phrase, names in sorted(phrases(agreement).items()):
        lines.append(f"| `{phrase}` | {', '.join(sorted(names)) or 'none'} |")
    return "\n".join(lines) + "\n"


def _line(one: Defect) -> str:
    return f"| {one.name} | {_cell(one.what)} | {', '.join(f'`{name}`' for name in sorted(one.reddens))} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
