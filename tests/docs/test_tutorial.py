"""Do what the tutorial says, and see what it shows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from signoff.cli import main

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"
_FILE = re.compile(r"^\*\*`([^`]+)`\*\*\n\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_SLIP = re.compile(r"^(ERROR: features/rota.*?)\n```", re.DOTALL | re.MULTILINE)
_DIFF = re.compile(r"^```diff\n-(.*?)\n\+(.*?)\n```$", re.DOTALL | re.MULTILINE)


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Return a folder with the tutorial's files as its steps 3 to 6 leave it."""
    for name, text in _FILE.findall(TUTORIAL.read_text(encoding="utf-8")):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def run(suite: Path, *options: str) -> tuple[int, str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--signoff-seed", "927374189", *options],
        cwd=suite,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def _line(name: str, said: str) -> str:
    return next((line for line in said.splitlines() if line.strip().startswith(f"{name}:")), "")


def test_the_first_run_is_red_in_one_row_and_the_correction_makes_it_a_sign_off(suite: Path) -> None:
    status, said = run(suite)
    assert status == 1
    assert "23 statements: 1 failed, 1 open, 21 verified" in said
    assert "✗ failed  person.available_on" in said
    assert "It also fails alone." in said
    assert "tried first" not in said
    command = shlex.split(_line("replay", said))
    assert command == ["replay:", "pytest", "--replay", "reports/rota/counterexamples/person.available_on.json"]
    status, again = run(suite, *command[2:])
    assert status == 1
    what = "replay: only the case of person.available_on: 1 record, 1 operation, from the run with seed 927374189"
    assert f"{what}; never a sign-off\n" in again[: again.index("collected")]
    assert "person.available_on still fails when it is played again" in " ".join(again.split())
    assert "1 of 23 statements; not a sign-off: 1 failed" in again
    # The case alone shows what the whole run has shown of it, word for word.
    for name in ("record", "given", "expected", "found", "case", "exchange"):
        assert _line(name, again) == _line(name, said) != ""
    before, after = _DIFF.findall(TUTORIAL.read_text(encoding="utf-8"))[0]
    connector = suite / "fixtures" / "rota_connector.py"
    assert before in connector.read_text(encoding="utf-8")
    connector.write_text(connector.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    status, again = run(suite, "--replay", "person.available_on")
    assert "person.available_on no longer fails when it is played again" in " ".join(again.split())
    assert "Selected run: 1 of 23 statements; not a sign-off." in again
    assert status == 0
    status, said = run(suite)
    assert "tried first: person.available_on no longer fails" in said
    assert "Bullhorn and Rota: Accepted: 22 of 23 statements verified, 1 open (gate: normal)." in said
    assert status == 0
    chart = suite / "features" / "rota" / "people.feature"
    chart.write_text(chart.read_text(encoding="utf-8").replace("| same phone ", "|            "), encoding="utf-8")
    status, said = run(suite, "--gate", "strict")
    assert status == 1
    assert "tried first" not in said
    assert "Refused: 1 open, 1 assumed (gate: strict)" in said


def test_a_misspelt_field_is_told_with_its_place(suite: Path) -> None:
    chart = suite / "features" / "rota" / "people.feature"
    chart.write_text(chart.read_text(encoding="utf-8").replace("| mobile ", "| mobil  "), encoding="utf-8")
    status, said = run(suite)
    assert status == 4
    shown = _SLIP.search(TUTORIAL.read_text(encoding="utf-8"))
    assert shown is not None
    assert shown[1] in said


def test_what_a_reader_tries_next_is_green_too(suite: Path) -> None:
    """A linked placement, whose client and contact no chart names; fields called as Bullhorn's screens call them."""
    before, after = _DIFF.findall(TUTORIAL.read_text(encoding="utf-8"))[0]
    connector = suite / "fixtures" / "rota_connector.py"
    connector.write_text(connector.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    chart = suite / "features" / "rota" / "people.feature"
    text = chart.read_text(encoding="utf-8")
    for old, new in (
        ("is a person, matched", "is a person, with their latest Placement by dateBegin, matched"),
        ("| ssn ", "| SSN "),
        ("| id ", "| ID "),
        ("| mobile ", "| Mobile "),
    ):
        assert old in text
        text = text.replace(old, new)
    chart.write_text(text, encoding="utf-8")
    status, said = run(suite, "--effort", "quick")
    assert "Accepted: 22 of 23 statements verified, 1 open" in said, said
    assert status == 0


def test_the_start_that_init_writes_says_what_the_tutorial_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rota = tmp_path / "rota"
    rota.mkdir()
    monkeypatch.chdir(rota)
    assert main(["init", "."]) == 0
    step = TUTORIAL.read_text(encoding="utf-8").split("\n## ")[2]
    written, red, accepted = re.findall(r"^```text\n(.*?)^```$", step, re.DOTALL | re.MULTILINE)
    (line,) = re.findall(r"^```python\n(.*?)^```$", step, re.DOTALL | re.MULTILINE)
    assert capsys.readouterr().out == written
    status, said = run(rota)
    assert status == 1
    assert red in said
    connector = rota / "fixtures" / "rota_connector.py"
    text = re.sub(r"^ *# Yours to write.*\n", line, connector.read_text(encoding="utf-8"), flags=re.MULTILINE)
    connector.write_text(text, encoding="utf-8")
    status, said = run(rota)
    assert status == 0
    assert accepted in said
