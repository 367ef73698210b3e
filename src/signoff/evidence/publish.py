"""Put the reports into their folder: all of them or none, each at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from signoff.errors import Blocked, Place, Problem
from signoff.evidence import data, sheet, summary, tables
from signoff.evidence.acceptance import Acceptance
from signoff.evidence.writing import beside

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


def publish(acceptances: Sequence[Acceptance], reports: Path, run_id: str) -> Published:
    """Write what each integration's session found, and the same files or an index at the top.

    Everything is rendered and validated before anything is written; then every file is written beside its place,
    and only when all are written do they take their names. So no reader ever sees half a file, and a folder that
    cannot be written leaves the reports of the run before as they were.

    Raises Blocked when the folder cannot be written, ValueError for no acceptances or a run id that is no file name.
    """
    if not acceptances:
        raise ValueError("there is nothing to publish")
    if not _RUN_ID.fullmatch(run_id):
        raise ValueError(f"a run id is letters, digits, dots, dashes and underscores, not {run_id!r}")
    files = _rendered(acceptances, reports, run_id)
    _write(files, reports)
    for folder in {one.parent for one in files} - {one.parent for one in files if one.name == tables.EDGES}:
        # What an earlier run measured says nothing of this one.
        (folder / tables.EDGES).unlink(missing_ok=True)
    return Published(
        sheet=reports / "signoff.html",
        data=reports / "signoff.json",
        summary=reports / "summary.md",
        run=reports / "runs" / run_id,
        paths=tuple(files),
    )


def _rendered(acceptances: Sequence[Acceptance], reports: Path, run_id: str) -> dict[Path, str]:
    # signoff.json comes last in each folder: a program that waits for it finds the other files already there.
    files: dict[Path, str] = {}
    for one in acceptances:
        folder = reports / one.integration
        page = sheet.sheet(one)
        text = data.encoded(data.data(one), f"{reports.name}/{one.integration}/signoff.json")
        named = tuple(f"{reports.name}/{one.integration}/{name}" for name in ("signoff.html", "signoff.json"))
        files[folder / "signoff.html"] = page
        files[folder / "summary.md"] = summary.summary(one, named)
        files |= _tables(folder, (one,))
        files[folder / "runs" / run_id / "signoff.json"] = text
        files[folder / "signoff.json"] = text
    if len(acceptances) == 1:
        folder = reports / acceptances[0].integration
        named = tuple(f"{reports.name}/{name}" for name in ("signoff.html", "signoff.json"))
        files[reports / "signoff.html"] = files[folder / "signoff.html"]
        files[reports / "summary.md"] = summary.summary(acceptances[0], named)
        top = files[folder / "signoff.json"]
    else:
        files[reports / "signoff.html"] = sheet.index(tuple(acceptances))
        files[reports / "summary.md"] = summary.index(acceptances)
        top = data.encoded(data.index(acceptances), f"{reports.name}/signoff.json")
    files |= _tables(reports, acceptances)
    files[reports / "runs" / run_id / "signoff.json"] = top
    files[reports / "signoff.json"] = top
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
