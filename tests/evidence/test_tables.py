"""The two tables for spreadsheets, and where they are linked."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, replace
from pathlib import Path

import evidence_cases as cases

from signoff.agreement.unmentioned import Unmentioned
from signoff.evidence.acceptance import Acceptance
from signoff.evidence.publish import publish
from signoff.evidence.sheet import sheet
from signoff.evidence.summary import index, summary
from signoff.evidence.tables import coverage, unmentioned
from signoff.evidence.terminal import Style, closing
from signoff.schema import Side
from signoff.strategies.distribution import EdgeUse

BADGE = Unmentioned(Side.ATS, "Bullhorn", "Candidate", "customText5", "Badge, old", "text", False, False, True)
OTHER = Unmentioned(Side.APP, "Shiftline", "Rota", "day", "", "date", True, True, False)


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def acceptance(**changes: object) -> Acceptance:
    return replace(cases.every_verdict(), unmentioned=(BADGE, OTHER), **changes)  # type: ignore[arg-type]


def test_every_statement_has_a_line() -> None:
    rows = read(coverage([acceptance()]))
    assert rows[0] == [
        "integration", "statement", "file", "kind", "must/should/could", "owner", "ticket", "verdict", "test",
    ]  # fmt: skip
    assert len(rows) == 1 + len(cases.every_verdict().statements)
    [date] = [row for row in rows if row[1] == "worker.available_on"]
    assert date == [
        "bullhorn-shiftline",
        "worker.available_on",
        f"{cases.FILE}:22",
        "chart row",
        "must",
        "dana",
        "NS-12",
        "failed",
        f"{cases.FILE}::worker.available_on",
    ]


def test_what_was_not_selected_has_no_verdict() -> None:
    rows = read(coverage([cases.selected()]))
    assert {row[7] for row in rows[1:]} >= {"not selected", "verified"}


def test_every_field_that_nothing_mentions_has_a_line() -> None:
    rows = read(unmentioned([acceptance()]))
    assert rows[1:] == [
        [
            "bullhorn-shiftline",
            "Bullhorn",
            "Candidate",
            "Candidate.customText5",
            "Badge, old",
            "text",
            "no",
            "no",
            "yes",
        ],
        ["bullhorn-shiftline", "Shiftline", "Rota", "Rota.day", "", "date", "yes", "yes", "no"],
    ]


def test_a_cell_is_never_a_formula() -> None:
    risky = replace(cases.DATE, labels=cases.Labels(owner="=cmd()", ticket="@sum"))
    rows = read(coverage([replace(cases.every_verdict(), statements=(risky,))]))
    assert rows[1][5:7] == ["'=cmd()", "'@sum"]


def test_summary_and_sheet_link_both() -> None:
    page, short = sheet(acceptance()), summary(acceptance())
    for name in ("coverage.csv", "unmentioned.csv"):
        assert f'href="{name}"' in page
        assert f"]({name})" in short
    assert "1 field of bound entities" in page
    assert "1 field of bound entities" in short
    assert "](bullhorn-shiftline/coverage.csv)" in index([acceptance(), acceptance(integration="other")])


def test_they_lie_beside_the_sheet_and_at_the_top_for_all(tmp_path: Path) -> None:
    publish([acceptance(), acceptance(integration="other")], tmp_path, "run-1")
    for name, many in (("coverage.csv", len(cases.every_verdict().statements)), ("unmentioned.csv", 2)):
        own = read((tmp_path / "other" / name).read_text(encoding="utf-8"))
        top = read((tmp_path / name).read_text(encoding="utf-8"))
        assert (len(own), len(top)) == (1 + many, 1 + 2 * many)
        assert {row[0] for row in top[1:]} == {"bullhorn-shiftline", "other"}


USED = EdgeUse("worker.last_name", "Bullhorn", "Candidate.lastName", "right to left", '"\u0645"', 3, 1)
LEFT = EdgeUse("worker.state", "Bullhorn", "Candidate.address.state", "a state by its name", '"Guam"', 0, 0)


def test_edges_are_told_only_where_they_were_measured(tmp_path: Path) -> None:
    publish([acceptance()], tmp_path, "run-1")
    assert not (tmp_path / "edges.csv").exists()
    assert "edges.csv" not in sheet(acceptance())
    assert "edges" not in closing(acceptance())
    thorough = acceptance(edges=(USED, LEFT), effort="thorough")
    publish([thorough], tmp_path, "run-2")
    rows = read((tmp_path / "edges.csv").read_text(encoding="utf-8"))
    assert rows[1:] == [
        ["bullhorn-shiftline", *(str(one) for one in astuple(USED))],
        ["bullhorn-shiftline", *(str(one) for one in astuple(LEFT))],
    ]  # fmt: skip
    told = "1 of 2 edge values of the rules were entered by people; most are left of worker.state (1)"
    assert told in sheet(thorough)
    assert told in closing(thorough, style=Style(width=200))
    assert 'href="edges.csv"' in sheet(thorough)
