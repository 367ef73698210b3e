from __future__ import annotations

import json
import re
from dataclasses import replace
from inspect import getsource as source
from pathlib import Path

import evidence_cases as cases
import pytest

from signoff.errors import Blocked
from signoff.evidence import publish as publishing
from signoff.evidence import report, writing
from signoff.evidence.publish import publish
from signoff.settings.names import taken
from signoff.strategies.distribution import EdgeUse


def tree(folder: Path) -> dict[str, str]:
    return {one.relative_to(folder).as_posix(): one.read_text("utf-8") for one in folder.rglob("*") if one.is_file()}


def test_one_integration_stands_at_the_top_and_in_its_own_folder(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    published = publish([cases.every_verdict()], reports, "2026-03-11T0930")
    files = tree(reports)
    assert sorted(files) == [
        "bullhorn-shiftline/coverage.csv",
        "bullhorn-shiftline/runs/2026-03-11T0930/signoff.json",
        "bullhorn-shiftline/signoff.html",
        "bullhorn-shiftline/signoff.json",
        "bullhorn-shiftline/summary.md",
        "bullhorn-shiftline/unmentioned.csv",
        "coverage.csv",
        "runs/2026-03-11T0930/signoff.json",
        "signoff.html",
        "signoff.json",
        "summary.md",
        "unmentioned.csv",
    ]
    assert (
        files["signoff.json"] == files["bullhorn-shiftline/signoff.json"] == files["runs/2026-03-11T0930/signoff.json"]
    )
    assert files["signoff.html"] == files["bullhorn-shiftline/signoff.html"]
    assert published.run == reports / "runs" / "2026-03-11T0930"
    assert sorted(published.paths) == sorted(one for one in reports.rglob("*") if one.is_file())
    assert "Reports: `reports/signoff.html`, `reports/signoff.json`" in files["summary.md"]


def test_no_integration_may_be_called_like_what_is_written_beside_its_folder(tmp_path: Path) -> None:
    edge = EdgeUse("worker.phone", "Bullhorn", "Candidate.mobile", "blank", "null", 1, 0)
    for number, made in enumerate((replace(cases.accepted(), edges=(edge,)), cases.selected())):
        publish([made], tmp_path, f"r{number}")
    beside = {one.name for one in tmp_path.iterdir()} - {cases.accepted().integration}
    assert {"edges.csv", "runs", "selected", "signoff.html"} <= beside
    assert {one for one in beside if not taken(one)} == set()
    own = {name for one in (publishing, report) for name in re.findall(r'reports / "(\w[^"]*)"', source(one))}
    assert {"allure-report", "allure-results"} <= own
    assert {one for one in own if not taken(one)} == set()


def test_several_integrations_get_an_index(tmp_path: Path) -> None:
    publish([cases.accepted(), cases.every_verdict(integration="other", title="Lever & Shiftline")], tmp_path, "r2")
    files = tree(tmp_path)
    assert json.loads(files["signoff.json"])["schema"] == "signoff-index/1"
    assert 'href="other/signoff.html"' in files["signoff.html"]
    assert "Lever &amp; Shiftline" in files["signoff.html"]
    assert files["summary.md"].count("\n## ") + files["summary.md"].startswith("## ") == 2
    assert json.loads(files["other/runs/r2/signoff.json"])["integration"] == "other"


def test_a_folder_that_cannot_be_written_is_blocked_and_says_how_to_go_on(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file stands here", encoding="utf-8")
    with pytest.raises(Blocked) as raised:
        publish([cases.accepted()], tmp_path / "reports", "r1")
    assert str(raised.value) == (
        "reports/bullhorn-shiftline/signoff.html\n"
        "  expected: a reports folder that can be written\n"
        "  found:    Not a directory\n"
        "  Make the folder writable or free some space, or name another one, then run again."
    )
    assert (tmp_path / "reports").read_text("utf-8") == "a file stands here"


def test_what_utf_8_cannot_hold_is_shown_as_its_escape(tmp_path: Path) -> None:
    half = "caf\udce9"
    publish([cases.accepted(title=half, connector_version=half)], tmp_path, "r1")
    files = tree(tmp_path)
    assert "caf\\udce9" in files["signoff.html"]
    assert "caf\\udce9" in files["summary.md"]
    assert json.loads(files["signoff.json"])["connector"]["version"] == "caf\\udce9"


def test_trouble_half_way_leaves_the_earlier_reports_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish([cases.accepted()], tmp_path, "r1")
    before = tree(tmp_path)
    written: list[str] = []
    true_beside = writing.beside

    def full_disk(target: Path, text: str) -> Path:
        if len(written) == 5:
            raise OSError(28, "No space left on device")
        written.append(target.name)
        return true_beside(target, text)

    monkeypatch.setattr(publishing, "beside", full_disk)
    with pytest.raises(Blocked, match="No space left on device"):
        publish([cases.every_verdict()], tmp_path, "r1")
    assert len(written) == 5
    assert tree(tmp_path) == before


def test_a_folder_in_a_report_s_place_is_found_before_anything_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "summary.md").mkdir()
    with pytest.raises(Blocked, match=r"summary\.md"):
        publish([cases.accepted()], tmp_path, "r1")
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("run_id", ["", "../x", "a/b", ".", "a b"])
def test_a_run_id_is_a_file_name(tmp_path: Path, run_id: str) -> None:
    with pytest.raises(ValueError, match="run id"):
        publish([cases.accepted()], tmp_path, run_id)
    assert tree(tmp_path) == {}


def test_nothing_to_publish_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nothing to publish"):
        publish([], tmp_path, "r1")
