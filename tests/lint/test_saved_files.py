"""Files as people save them: with a byte order mark, in another encoding, elsewhere than in the suite."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from suites import FILES, ROTA, TOML, P, T, Y, linted_as, written

from signoff.cli import main
from signoff.lint.codes import Level
from signoff.settings import find_suite

NAMES = {T: "toml", Y: "schema", P: "feature"}


def errors(folder: Path) -> list[tuple[str, str, str]]:
    suite = find_suite(folder)
    assert suite is not None
    return [
        (one.finding.code, one.at, one.finding.problem.found)
        for one in linted_as(suite)
        if one.finding.level is Level.ERROR
    ]


@pytest.mark.parametrize("name", NAMES, ids=NAMES.get)
def test_a_byte_order_mark_changes_nothing(name: str, tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / name).write_text(FILES[name], encoding="utf-8-sig")
    assert errors(tmp_path) == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("name", NAMES, ids=NAMES.get)
def test_utf_16_is_named(name: str, encoding: str, tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / name).write_bytes(FILES[name].replace("\n", "\r\n").encode(encoding))
    said = "UTF-32" if encoding == "utf-32" else "UTF-16"
    assert errors(tmp_path)[0] == ("encoding", f"{name}:1", f"{said}, as some editors and PowerShell write it")


@pytest.mark.parametrize("name", NAMES, ids=NAMES.get)
def test_latin_1_is_told_with_its_line(name: str, tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / name).write_bytes(FILES[name].encode() + b"# Gr\xf6\xdfe\n")
    line = FILES[name].count("\n") + 1
    found = "another encoding, perhaps Windows-1252 or Latin-1 (byte 0xF6)"
    assert errors(tmp_path) == [("encoding", f"{name}:{line}", found)]


@pytest.mark.parametrize("line", ["signoff = = 1", "signoff: 1", "signoff := 1", "signoff == true"])
def test_a_slip_in_the_line_that_makes_it_a_suite_is_told(line: str, tmp_path: Path) -> None:
    written(tmp_path, T, "signoff = 1", line)
    [(code, at, found)] = errors(tmp_path)
    assert (code, at.partition(":")[0]) == ("toml-syntax", T), found


def test_a_schema_in_json_may_have_a_byte_order_mark(tmp_path: Path) -> None:
    written(tmp_path, T, 'document = "rota.yaml"', 'document = "rota.json"')
    (tmp_path / "scope" / "rota.json").write_text(json.dumps(yaml.safe_load(ROTA)), encoding="utf-8-sig")
    assert errors(tmp_path) == []


def test_a_schema_may_lie_outside_the_suite(tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere" / "rota.yaml"
    outside.parent.mkdir()
    outside.write_text(ROTA, encoding="utf-8")
    for path in (str(outside), "../../elsewhere/rota.yaml"):
        written(tmp_path / "suite", T, "rota.yaml", path)
        assert errors(tmp_path / "suite") == []
    outside.write_text(ROTA.replace("openapi: 3.1.0", "openapi: 2"), encoding="utf-8")
    assert errors(tmp_path / "suite")[0][0] == "openapi-document"


def test_a_toml_that_may_not_be_read_makes_no_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path)

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert find_suite(tmp_path) is None


@pytest.mark.parametrize("path", ["x" * 5000, "a\\u0000b", "."])
def test_a_schema_s_path_that_is_none_is_told(path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path)
    (tmp_path / T).write_text(TOML.replace("rota.yaml", path), encoding="utf-8")
    assert main(["lint", str(tmp_path)]) == 1
    assert "a file, as a path from the toml's folder" in capsys.readouterr().out


def test_a_line_without_end_is_told_before_anything_is_read(tmp_path: Path) -> None:
    written(tmp_path)
    text = FILES[P].replace("DNU", "x" * 10_000_000)
    (tmp_path / P).write_text(text, encoding="utf-8")
    [(code, at, found)] = errors(tmp_path)
    assert (code, at.partition(":")[0], found) == ("too-long", P, "10,000,046")
