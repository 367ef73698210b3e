"""A run of selected rows reports into a folder of its own, and `make accept` knows which sheet to insist on."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import SuiteFolder

ROOT = Path(__file__).parents[2]


def sheets(suite: SuiteFolder) -> dict[str, bytes]:
    reports = suite.root / "reports"
    return {
        one.relative_to(reports).as_posix(): one.read_bytes()
        for one in reports.rglob("*")
        if one.is_file() and not {"runs", "selected"} & set(one.relative_to(reports).parts)
    }


def test_a_selected_run_leaves_the_complete_sheet_and_says_where_its_own_is(suite: SuiteFolder) -> None:
    suite.run()
    before = sheets(suite)
    assert "signoff.html" in before
    for args in (("-k", "worker.phone"), ("features/crm-app/workers.feature::worker.phone",)):
        result = suite.run(*args)
        result.stdout.fnmatch_lines(
            [
                "  report of the selected rows: reports/selected/signoff.html",
                "*the complete sheet in reports/signoff.html is untouched",
            ]
        )
        assert sheets(suite) == before
    selected = suite.root / "reports" / "selected"
    assert {one.name for one in selected.iterdir()} == {"crm-app", *before} - {
        one for one in before if one.startswith("crm-app/")
    }
    assert "`reports/selected/signoff.html`" in (selected / "summary.md").read_text(encoding="utf-8")


def test_without_a_complete_sheet_none_is_spoken_of(suite: SuiteFolder) -> None:
    result = suite.run("-k", "worker.phone")
    assert "untouched" not in result.stdout.str()
    assert sheets(suite) == {}
    (suite.root / "reports" / "signoff.json").write_text("{", encoding="utf-8")
    (suite.root / "reports" / "signoff.html").write_text("", encoding="utf-8")
    assert "untouched" not in suite.run("-k", "worker.phone").stdout.str()


def test_what_failed_last_is_a_selection_too(suite: SuiteFolder) -> None:
    suite.feature(phone="failed")
    suite.run("-p", "cacheprovider")
    before = sheets(suite)
    suite.run("-p", "cacheprovider", "--lf")
    assert sheets(suite) == before
    assert (suite.root / "reports" / "selected" / "signoff.html").is_file()


@pytest.mark.parametrize(
    ("args", "writes", "status", "said"),
    [
        ("", "r/signoff.html", 0, "accept: r/signoff.html"),
        ("--signoff-seed 101", "r/signoff.html", 0, "accept: r/signoff.html"),
        ("", "r/selected/signoff.html", 2, "no sheet was written"),
        ("--signoff-seed 101", "r/selected/signoff.html", 2, "no sheet was written"),
        ("-k worker.phone", "r/selected/signoff.html", 0, "accept: r/selected/signoff.html"),
        ("-k worker.phone", "", 2, "no sheet was written"),
        ("--replay x", "r/selected/signoff.html", 0, "only the selected rows were judged; no sign-off"),
        ("--lf", "r/signoff.html", 0, "accept: r/signoff.html"),
        ('"features/a/b.feature::x"', "r/selected/signoff.html", 0, "accept: r/selected/signoff.html"),
        ("", "", 2, "no sheet was written"),
    ],
)
def test_make_accept_insists_on_the_sheet_of_its_run(
    tmp_path: Path, args: str, writes: str, status: int, said: str
) -> None:
    made = accepted(tmp_path, args, f"echo new > {writes}" if writes else ":")
    assert (made.returncode, said in made.stdout) == (status, True), made.stdout + made.stderr


@pytest.mark.parametrize(
    ("args", "writes", "told", "complete", "selected"),
    [
        ("", "r", "accept: r/allure-results\n", "new", None),
        ("-k worker.phone", "r/selected", "accept: r/selected/allure-results\n", "old", "new"),
        # Nothing had failed, so that every row was judged after all.
        ("--lf", "r", "accept: r/allure-results\n", "new", None),
    ],
)
def test_make_accept_leaves_the_complete_allure_results_alone(
    tmp_path: Path, args: str, writes: str, told: str, complete: str, selected: str | None
) -> None:
    (tmp_path / "r" / "allure-results").mkdir(parents=True)
    (tmp_path / "r" / "allure-results" / "one").write_text("old", encoding="utf-8")
    made = accepted(
        tmp_path,
        args,
        'for one in "$@"; do case $one in --alluredir=*) to="${one#*=}"; esac; done',
        'mkdir -p "$to"; printf new > "$to/one"',
        f"echo new > {writes}/signoff.html",
    )
    assert (made.returncode, told in made.stdout) == (0, True), made.stdout + made.stderr
    found = [tmp_path / one / "allure-results" / "one" for one in ("r", "r/selected")]
    assert [one.read_text("utf-8") if one.exists() else None for one in found] == [complete, selected]


def accepted(folder: Path, args: str, *lines: str) -> subprocess.CompletedProcess[str]:
    """Return what `make accept` did with a program of these lines in the place of Python."""
    for name in ("Makefile", "pyproject.toml", "constraints"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)
    (folder / "v").mkdir()
    (folder / "v" / ".folder").write_text(str(folder), encoding="utf-8")
    (folder / "v" / ".runtime").touch()
    for old in ("r/signoff.html", "r/selected/signoff.html"):
        (folder / old).parent.mkdir(parents=True, exist_ok=True)
        (folder / old).touch()
        os.utime(folder / old, (1, 1))
    run = folder / "run"
    run.write_text("\n".join(("#!/bin/sh", "sleep 0.05", *lines, "")), encoding="utf-8")
    run.chmod(0o755)
    return subprocess.run(
        ["make", "accept", "VENV=v", "PY=./run", "REPORTS=r", f"ARGS={args}"],
        cwd=folder,
        env={key: value for key, value in os.environ.items() if not key.startswith("MAKE")},
        capture_output=True,
        text=True,
        timeout=30,
    )
