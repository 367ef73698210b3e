"""Write findings for people, for programs, for code scanners and for GitHub's log."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from signoff.errors import Problem
from signoff.lint.codes import CODES, Finding, Level
from signoff.lint.places import Spot, spot
from signoff.lint.run import counts, ordered

SCHEMA: Final = "signoff-lint/1"
"""Name of the JSON format. Keys are only added under this name."""
WIDTH: Final = 110
"""Longest line of a document that is quoted whole; of longer ones the part around the caret is shown."""
REFERENCE: Final = "docs/reference/lint.md"


@dataclass(frozen=True, slots=True)
class Printed:
    """Hold a finding with its spot. `file` is as the reader's own folder names it."""

    finding: Finding
    spot: Spot
    file: str

    @property
    def message(self) -> str:
        """Return the finding in one line."""
        problem = self.finding.problem
        meant = f" Did you mean {problem.did_you_mean}?" if problem.did_you_mean else ""
        how = f" {problem.how}" if problem.how else ""
        return f"Expected {problem.expected}, found {problem.found}.{meant}{how}"

    @property
    def at(self) -> str:
        """Return file, line and column as compilers write them."""
        parts = [self.file, *(str(one) for one in (self.spot.line, self.spot.column if self.spot.line else 0) if one)]
        return ":".join(parts)


def printed(findings: Sequence[Finding], texts: Mapping[str, str], toml: str = "", base: str = "") -> list[Printed]:
    """Return one integration's findings with their spots, in the order of files and lines.

    `texts` are the files' texts, `toml` is the name of the integration's toml. `base` leads from the reader's folder
    to the suite: "" if they are one, else a path that ends with a slash.
    """
    made = []
    for one in ordered(findings):
        found = spot(one.problem.where, texts, toml)
        made.append(Printed(one, found, f"{base}{found.file}"))
    return sorted(made, key=lambda one: (one.spot.file, one.spot.line, one.spot.column))


def summary(findings: Sequence[Finding]) -> str:
    """Return `2 errors, 1 warning`; `no findings` where there are none."""
    found = [f"{many} {level.value}{'' if many == 1 else 's'}" for level, many in counts(findings).items() if many]
    return ", ".join(found) or "no findings"


def text(found: Sequence[Printed], checked: str = "") -> str:
    """Return the findings by file, each with its row and a caret under the cell, and a last line that counts them."""
    lines: list[str] = []
    file = ""
    for one in found:
        if one.file != file:
            lines += [*([""] if lines else []), one.file]
            file = one.file
        lines += _shown(one)
    lines += [""] if lines else []
    lines.append(f"{checked}{': ' if checked else ''}{summary([one.finding for one in found])}")
    return "\n".join(lines) + "\n"


def _shown(one: Printed) -> list[str]:
    problem, found = one.finding.problem, one.spot
    where = ":".join(str(part) for part in (found.line, found.column if found.line else 0) if part) or "-"
    lines = [f"  {where}  {one.finding.level.value}  {one.finding.code}"]
    if found.quoted and found.column:
        quoted, caret = _cut(found)
        lines += [f"      {quoted}", f"      {caret}"]
    lines += [f"    expected: {problem.expected}", f"    found:    {problem.found}"]
    if problem.did_you_mean:
        lines.append(f"    did you mean: {problem.did_you_mean}")
    if problem.how:
        lines.append(f"    {problem.how}")
    return lines


def _cut(found: Spot) -> tuple[str, str]:
    """Return the line without its padding, cut around the spot if it is long, and the caret below it."""
    line, at = _squeezed(found.quoted, found.column - 1)
    length = max(1, min(found.length, len(line) - at))
    if len(line) <= WIDTH:
        return line, " " * at + "^" * length
    start = max(0, min(at - WIDTH // 3, len(line) - WIDTH))
    shown = line[start : start + WIDTH]
    before, after = "… " if start else "", " …" if start + WIDTH < len(line) else ""
    return f"{before}{shown}{after}", " " * (len(before) + at - start) + "^" * min(length, WIDTH - (at - start))


def _squeezed(line: str, at: int) -> tuple[str, int]:
    kept: list[str] = []
    place = 0
    for number, sign in enumerate(line):
        if number == at:
            place = len(kept)
        if not (sign.isspace() and (not kept or kept[-1] == " ")) or number == at:
            kept.append(" " if sign.isspace() else sign)
    return "".join(kept), place


def as_json(found: Sequence[Printed]) -> str:
    """Return the findings as JSON."""
    many = counts([one.finding for one in found])
    document = {
        "schema": SCHEMA,
        "counts": {f"{level.value}s": number for level, number in many.items()},
        "findings": [_object(one) for one in found],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _object(one: Printed) -> dict[str, Any]:
    problem: Problem = one.finding.problem
    return {
        "code": one.finding.code,
        "level": one.finding.level.value,
        "file": one.file,
        "line": one.spot.line or None,
        "column": one.spot.column or None,
        "row": problem.where.row or None,
        "cell": problem.where.cell or None,
        "expected": problem.expected,
        "found": problem.found,
        "did_you_mean": problem.did_you_mean,
        "how": problem.how or None,
    }


_SARIF_LEVELS: Final = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "note"}


def sarif(found: Sequence[Printed], version: str) -> str:
    """Return the findings as a SARIF 2.1.0 log; columns count Unicode code points."""
    used = list(dict.fromkeys(one.finding.code for one in found))
    rules = [
        {
            "id": name,
            "shortDescription": {"text": CODES[name].what},
            "fullDescription": {"text": CODES[name].why},
            "help": {"text": CODES[name].fix},
            "defaultConfiguration": {"level": _SARIF_LEVELS[CODES[name].level]},
        }
        for name in used
    ]
    run = {
        "tool": {"driver": {"name": "signoff lint", "version": version, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [
            {
                "ruleId": one.finding.code,
                "ruleIndex": used.index(one.finding.code),
                "level": _SARIF_LEVELS[one.finding.level],
                "message": {"text": one.message},
                "locations": [{"physicalLocation": _location(one)}],
            }
            for one in found
        ],
    }
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _location(one: Printed) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(one.file)}}
    if one.spot.line:
        region = {"startLine": one.spot.line}
        if one.spot.column:
            region["startColumn"] = one.spot.column
            region["endColumn"] = one.spot.column + max(1, one.spot.length)
        location["region"] = region
    return location


_GITHUB: Final = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def github(found: Sequence[Printed]) -> str:
    """Return the findings as GitHub's workflow commands, which show them at their lines in a pull request."""
    lines = []
    for one in found:
        told = {"file": one.file}
        if one.spot.line:
            told["line"] = str(one.spot.line)
            if one.spot.column:
                told["col"] = str(one.spot.column)
                told["endColumn"] = str(one.spot.column + max(1, one.spot.length))
        told["title"] = one.finding.code
        said = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in told.items())
        lines.append(f"::{_GITHUB[one.finding.level]} {said}::{_escaped(one.message)}\n")
    return "".join(lines)


def _escaped(value: str, signs: str = "") -> str:
    value = value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    for sign in signs:
        value = value.replace(sign, f"%{ord(sign):02X}")
    return value
