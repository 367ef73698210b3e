"""Put the reports into their folder: all of them or none, each at once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from signoff.errors import Blocked, Place, Problem
from signoff.evidence import data, sheet, summary, tables
from signoff.evidence.acceptance import Acceptance
from signoff.evidence.writing import beside

SELECTED = "selected"
"""The folder below the reports in which a run of some rows reports, so that it never touches a complete sheet."""

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Published:
    """Say where the reports are. `sheet`, `data`, `summary` are the top-level files; `paths` are all of them."""

    sheet: Path
    data: Path
    summary: Path
    run: Path
    """The folder `runs/<id>/`, where the trial's script stands beside the copy of `signoff.json`."""
    paths: tuple[Path, ...]
    complete: bool = True
    """Whether these are the reports of complete runs; those of selected rows stand in a folder of their own."""


def publish(acceptances: Sequence[Acceptance], reports: Path, run_id: str) -> Published:
    """Write what each integration's session found, and the same files or an index at the top.

    Where not all of them are complete, all reports go into `selected/`; only the copy that is kept of each run
    stands with the others in `runs/<id>/`.

    Everything is rendered and validated before anything is written; then every file is written beside its place,
    and only when all are written do they take their names. So no reader ever sees half a file, and a folder that
    cannot be written leaves the reports of the run before as they were.

    Raises Blocked when the folder cannot be written, ValueError for no acceptances or a run id that is no file name.
    """
    if not acceptances:
        raise ValueError("there is nothing to publish")
    if not _RUN_ID.fullmatch(run_id):
        raise ValueError(f"a run id is letters, digits, dots, dashes and underscores, not {run_id!r}")
    complete = all(one.complete for one in acceptances)
    base = reports if complete else reports / SELECTED
    files = _rendered(acceptances, reports, base, run_id)
    _write(files, reports)
    for folder in {one.parent for one in files} - {one.parent for one in files if one.name == tables.EDGES}:
        # What an earlier run measured says nothing of this one.
        (folder / tables.EDGES).unlink(missing_ok=True)
    return Published(
        sheet=base / "signoff.html",
        data=base / "signoff.json",
        summary=base / "summary.md",
        run=reports / "runs" / run_id,
        paths=tuple(files),
        complete=complete,
    )


def complete_sheet(reports: Path) -> Path | None:
    """Return the sheet of a complete run that stands in the reports folder, or None."""
    try:
        found = json.loads((reports / "signoff.json").read_text(encoding="utf-8"))
        told = found.get("integrations", [found])
        complete = bool(told) and all(one.get("complete") is True for one in told)
    except (OSError, ValueError, AttributeError, TypeError):  # no report, or none that a run wrote
        return None
    sheet = reports / "signoff.html"
    return sheet if complete and sheet.is_file() else None


def _rendered(acceptances: Sequence[Acceptance], reports: Path, base: Path, run_id: str) -> dict[Path, str]:
    # signoff.json comes last in each folder: a program that waits for it finds the other files already there.
    files: dict[Path, str] = {}
    name_of = _shown(base, reports)
    for one in acceptances:
        folder = base / one.integration
        page = sheet.sheet(one)
        text = data.encoded(data.data(one), f"{name_of}/{one.integration}/signoff.json")
        named = tuple(f"{name_of}/{one.integration}/{name}" for name in ("signoff.html", "signoff.json"))
        files[folder / "signoff.html"] = page
        files[folder / "summary.md"] = summary.summary(one, named)
        files |= _tables(folder, (one,))
        files[reports / one.integration / "runs" / run_id / "signoff.json"] = text
        files[folder / "signoff.json"] = text
    if len(acceptances) == 1:
        folder = base / acceptances[0].integration
        named = tuple(f"{name_of}/{name}" for name in ("signoff.html", "signoff.json"))
        files[base / "signoff.html"] = files[folder / "signoff.html"]
        files[base / "summary.md"] = summary.summary(acceptances[0], named)
        top = files[folder / "signoff.json"]
    else:
        files[base / "signoff.html"] = sheet.index(tuple(acceptances))
        files[base / "summary.md"] = summary.index(acceptances)
        top = data.encoded(data.index(acceptances), f"{name_of}/signoff.json")
    files |= _tables(base, acceptances)
    files[reports / "runs" / run_id / "signoff.json"] = top
    files[base / "signoff.json"] = top
    return files


def _tables(folder: Path, acceptances: Sequence[Acceptance]) -> dict[Path, str]:
    found = {
        folder / tables.COVERAGE: tables.coverage(acceptances),
        folder / tables.UNMENTIONED: tables.unmentioned(acceptances),
    }
    if any(one.edges for one in acceptances):
        found[folder / tables.EDGES] = tables.edges(acceptances)
    return found


def _write(files: Mapping[Path, str], reports: Path) -> None:
    waiting: dict[Path, Path] = {}
    place = reports
    try:
        for target, text in files.items():
            place = target
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.is_dir():
                raise IsADirectoryError(21, "is a folder", str(target))
            waiting[target] = beside(target, text)
        for target, temporary in waiting.items():
            place = target
            temporary.replace(target)
    except OSError as trouble:
        raise Blocked(
            Problem(
                Place(_shown(place, reports)),
                expected="a reports folder that can be written",
                found=trouble.strerror or type(trouble).__name__,
                how="Make the folder writable or free some space, or name another one, then run again.",
                code="reports-not-writable",
            )
        ) from trouble
    finally:
        for temporary in waiting.values():
            temporary.unlink(missing_ok=True)


def _shown(place: Path, reports: Path) -> str:
    inside = place.relative_to(reports).as_posix() if place != reports else ""
    return f"{reports.name}/{inside}" if inside else reports.name
