"""The command `signoff diff`, and a run that is told of the last sign-off."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from suites import P, T, Y, written

from signoff.cli import main

if TYPE_CHECKING:
    from tests.plugin.conftest import SuiteFolder

FIRST = "| firstName      | ->    | first_name  | same text                  |"


def git(folder: Path, *words: str) -> None:
    own = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *own, *words], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a suite in a subfolder of a repository, committed once and altered since."""
    suite = tmp_path / "acceptance"
    written(suite)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    written(suite, P, FIRST, FIRST.replace("same text ", "upper case"))
    return suite


def test_a_revision_against_the_documents_as_they_are(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "--rev", "HEAD", str(repository)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "crm-rota: 6 changed"
    at = lines.index(f"  changed  person.first_name  (firstName -> first_name)  {P}:15")
    assert lines[at + 1] == '           rule: "same text" is now "upper case"'
    written(repository)
    assert main(["diff", "--rev", "HEAD", str(repository)]) == 0
    assert capsys.readouterr().out == "crm-rota: no differences\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            T,
            'zone = "America/Chicago"',
            'zone = "Europe/Rome"\nsettles_within = 4',
            "the toml says otherwise, which it rests on: settles_within; zone",
        ),
        (
            Y,
            "first_name: { type: string }",
            "first_name: { type: string, maxLength: 7 }",
            "the schema, or [types] in the toml, says otherwise, which it rests on: Person.first_name",
        ),
        (
            T,
            '"Person.manager_id" = "reference to Person"',
            '"Person.manager_id" = "reference to Person"\n"Person.first_name" = "e-mail"',
            "the schema, or [types] in the toml, says otherwise, which it rests on: Person.first_name",
        ),
    ],
)
def test_a_revision_in_which_the_toml_or_a_schema_said_otherwise(
    file: str, old: str, new: str, told: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(repository, file, old, new)
    assert main(["diff", "--rev", "HEAD", str(repository)]) == 1
    assert f"           {told}" in capsys.readouterr().out.splitlines()


def test_everything_is_new_where_there_was_no_suite(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    top = repository.parent
    git(top, "rm", "-rq", "--cached", "acceptance/scope")
    git(top, "commit", "-qm", "without")
    assert main(["diff", "--rev", "HEAD", str(repository)]) == 1
    assert capsys.readouterr().out.startswith("crm-rota: 18 added\n")


def test_a_link_out_of_the_revision_is_left_out(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "notes").symlink_to("/etc/hostname")
    (repository / "up").symlink_to("../../../..")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "links")
    assert main(["diff", "--rev", "HEAD", str(repository)]) == 0
    (repository / "scope" / "rota.yaml").rename(tmp_path / "rota.yaml")
    (repository / "scope" / "rota.yaml").symlink_to(tmp_path / "rota.yaml")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "a linked schema")
    capsys.readouterr()
    assert main(["diff", "--rev", "HEAD", str(repository)]) == 1
    assert '"rota.yaml", which does not exist' in capsys.readouterr().err


def test_trouble_with_git_is_told(repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "--rev", "nowhere", str(repository)]) == 2
    assert "--rev nowhere\n  expected: a revision of the git repository" in capsys.readouterr().err
    assert main(["diff", "--rev=--output=x", str(repository)]) == 2
    assert not (repository / "x").exists()


def test_documents_that_were_broken_then_are_told_with_the_revision(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(repository, P, FIRST, FIRST.replace("->", "=>"))
    git(repository, "commit", "-qam", "broken")
    written(repository)
    assert main(["diff", "--rev", "HEAD", str(repository)]) == 1
    assert capsys.readouterr().err.startswith(f"HEAD:{P}:15")


@pytest.mark.parametrize("arguments", [["diff"], ["diff", "a.json"], ["diff", "--rev", "HEAD", "a", "b"]])
def test_diff_is_used_wrongly(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_two_sheets_of_two_runs(suite: SuiteFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert suite.run("--reports=old").ret == 0
    file = suite.feature()
    file.write_text(file.read_text(encoding="utf-8").replace("| same phone |", "| same text  |"), encoding="utf-8")
    assert suite.run("--reports=new").ret == 0
    capsys.readouterr()
    old, new = suite.root / "old" / "signoff.json", suite.root / "new" / "signoff.json"
    assert main(["diff", str(old), str(new), "--format", "json"]) == 1
    [change] = json.loads(capsys.readouterr().out)["integrations"]["crm-app"]
    assert (change["id"], change["stale"], change["verdict"]) == ("worker.phone", True, "verified")
    assert change["what"][0] == 'rule: "same phone" is now "same text"'


def test_a_run_marks_what_is_new_since_an_earlier_one(suite: SuiteFolder) -> None:
    assert suite.run("--reports=old").ret == 0
    file = suite.feature()
    file.write_text(file.read_text(encoding="utf-8").replace("| same phone |", "| same text  |"), encoding="utf-8")
    assert suite.run("--reports=new", "--since=old/signoff.json").ret == 0
    found = json.loads((suite.root / "new" / "signoff.json").read_text(encoding="utf-8"))
    assert (found["since"]["accepted"], found["since"]["changed"], found["since"]["gone"]) == (True, 1, [])
    assert {one["id"]: one["since"] for one in found["statements"] if one["since"]} == {"worker.phone": "changed"}
    assert "1 changed" in (suite.root / "new" / "signoff.html").read_text(encoding="utf-8")


def test_the_toml_may_name_the_last_sign_off(suite: SuiteFolder) -> None:
    assert suite.run("--reports=scope/signed").ret == 0
    toml = suite.root / "scope" / "crm-app.toml"
    toml.write_text(f'{toml.read_text(encoding="utf-8")}[gate]\nsince = "signed/signoff.json"\n', encoding="utf-8")
    assert suite.run("--reports=new").ret == 0
    found = json.loads((suite.root / "new" / "signoff.json").read_text(encoding="utf-8"))
    assert (found["since"]["new"], found["since"]["changed"]) == (0, 0)


def test_an_earlier_sheet_that_is_none_stops_the_session(suite: SuiteFolder) -> None:
    result = suite.run("--since=nowhere.json")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: nowhere.json", "  found:    No such file or directory"])


def test_an_earlier_sheet_with_broken_statements_stops_the_session_before_it_runs(suite: SuiteFolder) -> None:
    broken = {"schema": "signoff/1", "integration": "crm-app", "started": "2026-03-02", "statements": [{"cells": {}}]}
    (suite.root / "old.json").write_text(json.dumps(broken), encoding="utf-8")
    result = suite.run("--since=old.json")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: old.json", "  expected: * with a text as its statements?0?.id", "*no id"])
    assert not (suite.root / "reports").exists()
    assert main(["diff", str(suite.root / "old.json"), str(suite.root / "old.json")]) == 1
