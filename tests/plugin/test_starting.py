"""`signoff init`: a start that runs, and nothing that was there before is touched."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from signoff.cli import main

WRITTEN = (
    "features/rota/people.feature",
    "scope/rota.toml",
    "scope/schemas/rota.openapi.yaml",
    "fixtures/rota_connector.py",
    ".gitignore",
)


def _there(folder: Path) -> set[str]:
    return {one.relative_to(folder).as_posix() for one in folder.rglob("*")}


def _pytest(suite: Path) -> tuple[int, str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--signoff-seed", "7"]
    done = subprocess.run(command, cwd=suite, env=environ, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def test_what_is_written_is_told_with_the_next_two_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rota = tmp_path / "rota"
    assert main(["init", str(rota)]) == 0
    assert {one.relative_to(rota).as_posix() for one in rota.rglob("*") if one.is_file()} == set(WRITTEN)
    shown = capsys.readouterr().out.splitlines()
    assert shown[:5] == [f"wrote {rota}/{file}" for file in WRITTEN]
    assert [line.split("   ")[0].strip() for line in shown[5:]] == [
        "Next:",
        f"cd {rota} && signoff lint",
        f"cd {rota} && pytest",
    ]


def test_what_a_team_keeps_out_of_its_repository_stays_its_own(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("secrets/\n", encoding="utf-8")
    assert main(["init", str(tmp_path), "--integration", "rota"]) == 0
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "secrets/\n"


def test_what_a_run_writes_is_no_part_of_the_repository(tmp_path: Path) -> None:
    main(["init", str(tmp_path / "rota")])
    assert "reports/" in (tmp_path / "rota" / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_inside_the_folder_no_other_need_be_entered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", ".", "--integration", "rota"]) == 0
    assert "cd " not in capsys.readouterr().out
    assert (tmp_path / "scope" / "rota.toml").is_file()


def test_the_start_has_no_errors_and_says_what_a_human_must_fill_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", str(tmp_path / "rota")])
    capsys.readouterr()
    assert main(["lint", str(tmp_path / "rota")]) == 0
    shown = capsys.readouterr().out
    assert "a field cell is empty: which field?" in shown
    assert "Ask, and write a @lifecycle row" in shown
    assert shown.endswith("rota: 1 document, 17 statements: 1 warning, 1 note\n")


def test_one_row_is_red_and_the_line_that_the_skeleton_asks_for_makes_it_green(tmp_path: Path) -> None:
    rota = tmp_path / "rota"
    main(["init", str(rota)])
    status, said = _pytest(rota)
    assert status == 1
    assert "17 statements: 1 failed, 2 open, 14 verified" in said
    assert "person.text_opt_in: expected no, found null" in said
    connector = rota / "fixtures" / "rota_connector.py"
    lines = connector.read_text(encoding="utf-8").splitlines()
    (asked,) = (place for place, line in enumerate(lines) if "Yours to write" in line)
    assert "smsOptIn -> text_opt_in" in lines[asked]
    lines[asked] = '            "text_opt_in": candidate["smsOptIn"],'
    connector.write_text("\n".join(lines), encoding="utf-8")
    status, said = _pytest(rota)
    assert "Accepted: 15 of 17 statements verified, 2 open (gate: normal)." in said
    assert status == 0
    # What nobody has said of those who leave is an open matter wherever these stand.
    question = "what becomes of a person in App whose Candidate comes to `isDeleted is yes`?"
    reports = rota / "reports"
    sheet = (reports / "signoff.html").read_text(encoding="utf-8")
    assert question in sheet.partition("<h2>Open matters</h2>")[2].partition("</section>")[0]
    data = json.loads((reports / "signoff.json").read_text(encoding="utf-8"))
    assert data["counts"]["open"] == 2
    (told,) = (one for one in data["statements"] if one["id"] == "person:leaving")
    assert (told["verdict"], told["open_question"]) == ("open", question)
    assert (told["file"], told["line"]) == ("features/rota/people.feature", 29)
    summary = (reports / "summary.md").read_text(encoding="utf-8")
    assert "2 open: a question waits for an answer (`person.phone`, `person:leaving`)" in summary


@pytest.mark.parametrize("file", WRITTEN[:-1])
def test_nothing_is_overwritten(file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rota = tmp_path / "rota"
    (rota / file).parent.mkdir(parents=True)
    (rota / file).write_text("mine", encoding="utf-8")
    before = _there(rota)
    assert main(["init", str(rota)]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"{rota / file}\n")
    assert "nothing was written" in told
    assert "--integration NAME" in told
    assert _there(rota) == before
    assert (rota / file).read_text(encoding="utf-8") == "mine"


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "rota" / "scope").mkdir(parents=True)
    (tmp_path / "rota" / "scope" / "rota.toml").symlink_to(tmp_path / "elsewhere")
    assert main(["init", str(tmp_path / "rota")]) == 2
    assert not (tmp_path / "elsewhere").exists()


def test_a_second_integration_goes_beside_the_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["init", str(tmp_path), "--integration", "rota"])
    assert main(["init", str(tmp_path), "--integration", "crm-rota"]) == 0
    assert (tmp_path / "fixtures" / "crm_rota_connector.py").is_file()
    capsys.readouterr()
    assert main(["lint", str(tmp_path)]) == 0
    assert "rota: 2 documents, 34 statements" in capsys.readouterr().out


def test_what_cannot_be_written_whole_is_not_written_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The connector is written last; where its folder would be there is a file."""
    (tmp_path / "fixtures").write_text("mine", encoding="utf-8")
    assert main(["init", str(tmp_path), "--integration", "rota"]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"{tmp_path / 'fixtures'}")
    assert "nothing was written" in told
    assert _there(tmp_path) == {"fixtures"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_folder_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    assert main(["init", str(closed / "rota")]) == 2
    told = capsys.readouterr().err
    assert "Permission denied; nothing was written" in told
    assert "signoff init FOLDER" in told
    assert _there(closed) == set()


def test_a_name_that_no_file_should_have_is_refused_with_a_better_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path / "my rota")]) == 2
    assert "did you mean: my-rota" in capsys.readouterr().err
    assert main(["init", str(tmp_path), "--integration", "../rota"]) == 2
    assert "did you mean: rota" in capsys.readouterr().err
    assert main(["init", str(tmp_path), "--integration", "selected"]) == 2
    told = capsys.readouterr().err
    assert "that is none of what reports/ holds" in told
    assert "did you mean: selected-app" in told
    assert _there(tmp_path) == set()
