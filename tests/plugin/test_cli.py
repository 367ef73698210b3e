import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from suites import P, written

from signoff import __version__, cli
from signoff.cli import main

ROOT = Path(__file__).parents[2]


def test_the_shipped_suite_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(ROOT)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("bullhorn-shiftline: ")
    assert "statements in 8 documents" in shown


def test_a_folder_without_a_suite_cannot_be_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "signoff = 1" in told
    assert "signoff init FOLDER" in told


def test_broken_documents_are_told_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "scope").mkdir()
    (tmp_path / "scope" / "crm-app.toml").write_text("signoff = 1\nzoen = 'UTC'\n", encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 1
    shown = capsys.readouterr().err
    assert "scope/crm-app.toml:2" in shown
    assert "did you mean: zone" in shown


def test_an_unknown_integration_offers_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(ROOT), "--integration", "bullhorn-shiftlin"]) == 2
    assert "did you mean: bullhorn-shiftline" in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out.strip()) == (0, f"signoff {__version__}")


def _suite(folder: Path, file: str = "", old: str = "", new: str = "") -> Path:
    written(folder, file, old, new)
    return folder


def test_lint_of_a_clean_suite_says_what_it_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(_suite(tmp_path))]) == 0
    assert capsys.readouterr().out == "crm-rota: 1 document, 18 statements: no findings\n"


def test_the_shipped_suite_has_no_errors_and_warns_of_old_questions_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(ROOT), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["findings"]
    assert {one["code"] for one in found if one["level"] == "warning"} <= {"unanswered"}


@pytest.mark.parametrize(("options", "status"), [((), 0), (("--strict",), 1)])
def test_warnings_count_when_lint_is_strict(
    options: tuple[str, ...], status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = _suite(tmp_path, P, "| Active          | free ", "| Actve           | free ")
    assert main(["lint", str(suite), *options]) == status
    assert "warning  unknown-value" in capsys.readouterr().out


def test_errors_end_with_1_in_every_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite = _suite(tmp_path, P, "| firstName      |", "| fistName       |")
    begins = {"text": "", "json": "{", "sarif": "{", "github": "::error file="}
    for form, begin in begins.items():
        assert main(["lint", str(suite), "--format", form]) == 1
        shown = capsys.readouterr().out
        assert shown.startswith(begin)
        assert "people.feature" in shown
        assert "firstName" in shown


def test_lint_is_used_wrongly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(tmp_path)]) == 2
    assert main(["lint", str(ROOT), "--integration", "bullhorn-shiftlin"]) == 2
    assert "did you mean: bullhorn-shiftline" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["lint", "--format", "xml"])
    assert ended.value.code == 2


def test_an_environment_that_names_nothing_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(ROOT), "--environment="]) == 2
    assert capsys.readouterr().err.splitlines()[:3] == [
        "--environment",
        "  expected: the name of an environment of the toml",
        "  found:    nothing",
    ]


def test_check_counts_warnings_in_a_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite = _suite(tmp_path, P, "| Active          | free ", "| Actve           | free ")
    assert main(["check", str(suite)]) == 0
    assert capsys.readouterr().out == ("crm-rota: 18 statements in 1 document; 1 warning, `signoff lint` lists them\n")


def test_an_interrupted_command_says_so_in_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "lint", pressed)
    assert main(["lint", str(ROOT)]) == 2
    assert capsys.readouterr().err == "interrupted: nothing was finished; run the command again\n"


def _ended(folder: Path, stdout: int, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "signoff.cli", *words, str(folder)]
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False, timeout=60)


def test_a_reader_that_goes_away_is_no_trouble(tmp_path: Path) -> None:
    _suite(tmp_path)
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = _ended(tmp_path, writing, "lint")
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_in_a_line(tmp_path: Path) -> None:
    _suite(tmp_path)
    with Path("/dev/full").open("wb") as full:
        done = _ended(tmp_path, full.fileno(), "lint")
    assert (done.returncode, done.stderr) == (2, "signoff: No space left on device\n")


def test_a_terminal_of_ascii_gets_escapes(tmp_path: Path) -> None:
    _suite(tmp_path, P, "| firstName      | ->", "| fïrstName      | ->")
    environ = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "signoff.cli", "lint", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env=environ, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (1, "")
    assert "f\\xefrstName" in done.stdout


@pytest.mark.parametrize("name", ["nowhere", "x" * 5000])
def test_a_folder_that_is_not_there_is_not_the_suite_above_it(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _suite(tmp_path)
    for command in ("lint", "check"):
        assert main([command, str(tmp_path / name)]) == 2
        assert "found:    no such file or folder" in capsys.readouterr().err


def test_an_integration_that_is_named_twice_is_read_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _suite(tmp_path)
    assert main(["check", str(tmp_path), "--integration", "crm-rota", "--integration", "crm-rota"]) == 0
    assert capsys.readouterr().out == "crm-rota: 18 statements in 1 document\n"
