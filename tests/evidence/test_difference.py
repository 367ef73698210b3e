"""What became of the statements of an earlier sheet."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import evidence_cases as cases
import pytest
from jsonschema import Draft202012Validator

from signoff.errors import ScopeError
from signoff.evidence.acceptance import Acceptance, Since
from signoff.evidence.data import data, index, schema, statement
from signoff.evidence.difference import Kind, as_json, compare, markdown, summary, text
from signoff.evidence.earlier import sheet_of, sheets, since
from signoff.evidence.sheet import sheet
from signoff.evidence.summary import summary as short
from signoff.verdict import Outcome, Verdict

LINK = replace(cases.LINK, hash="a" * 16)
DATE = replace(cases.DATE, hash="b" * 16)
PAY = replace(cases.PAY, hash="c" * 16)
OLD = [statement(one, Verdict(one.id, Outcome.VERIFIED)) for one in (LINK, DATE, PAY)]


def new(*statements: Any) -> list[dict[str, Any]]:
    return [statement(one) for one in statements]


def with_cells(one: Any, **cells: str) -> Any:
    return replace(one, cells={**one.cells, **{name.replace("_", " "): said for name, said in cells.items()}})


def test_the_same_statements_elsewhere_are_no_difference() -> None:
    assert compare(OLD, new(*(replace(one, line=one.line + 7, document="People") for one in (PAY, LINK, DATE)))) == ()
    assert summary(()) == "no differences"


def test_added_changed_and_removed() -> None:
    rule = replace(with_cells(DATE, rule="same text", flow="<-"), hash="d" * 16, line=30)
    badge = replace(cases.BADGE, hash="e" * 16)
    found = compare(OLD, new(badge, LINK, rule))
    assert [(one.kind, one.id, one.stale, one.verdict) for one in found] == [
        (Kind.ADDED, "worker.badge", False, None),
        (Kind.CHANGED, "worker.available_on", True, "verified"),
        (Kind.REMOVED, "worker.pay_rate", True, "verified"),
    ]
    assert found[1].what == ('flow: "->" is now "<-"', 'rule: "same date" is now "same text"')
    assert found[1].line == 30
    assert summary(found) == "1 added, 1 changed, 1 removed; 2 earlier verdicts no longer hold"


def test_a_note_and_an_owner_change_no_promise() -> None:
    said = with_cells(DATE, note="another day")
    said = replace(said, labels=replace(said.labels, owner="luis", must="", ticket="NS-12"))
    [found] = compare(OLD, new(LINK, said, PAY))
    assert (found.kind, found.stale) == (Kind.CHANGED, False)
    assert found.what == (
        'note: "a day, wherever the phone is" is now "another day"',
        'must: no longer "must"',
        'owner: "dana" is now "luis"',
    )
    assert summary([found]) == "1 changed"


def test_what_a_statement_rests_on_is_told_where_its_own_words_stayed() -> None:
    [found] = compare(OLD, new(LINK, DATE, replace(PAY, hash="d" * 16)))
    assert (found.stale, found.what) == (True, ("what it rests on: its binding, table, population or rows",))


def test_a_default_rule_that_means_something_else_is_told() -> None:
    [found] = compare(OLD, new(LINK, DATE, replace(PAY, hash="d" * 16, sentence="pay_rate: same text")))
    assert found.what == ('meaning: "pay_rate: same amount" is now "pay_rate: same text"',)


def test_another_id_for_the_same_promise_keeps_its_verdict() -> None:
    [found] = compare(OLD, new(LINK, DATE, replace(PAY, id="worker.wage")))
    assert (found.kind, found.id, found.stale) == (Kind.CHANGED, "worker.wage", False)
    assert found.what == ("id: was worker.pay_rate",)


def test_sheets_without_hashes_are_compared_by_cells_and_sentence() -> None:
    old = [{**one, "hash": None} for one in OLD]
    assert compare(old, new(LINK, DATE, PAY)) == ()
    [found] = compare(old, new(LINK, DATE, with_cells(PAY, rule="same number")))
    assert found.stale
    [found] = compare(old, new(LINK, DATE, with_cells(PAY, note="weekly")))
    assert not found.stale


def test_for_people_programs_and_pull_requests() -> None:
    found = {"bullhorn-shiftline": compare(OLD, new(LINK, replace(with_cells(DATE, rule="a|b"), hash="d" * 16)))}
    assert text(found) == (
        "bullhorn-shiftline: 1 changed, 1 removed; 2 earlier verdicts no longer hold\n"
        f"  changed  worker.available_on  (dateAvailable -> available_on)  {cases.FILE}:22\n"
        '           rule: "same date" is now "a|b"\n'
        "           its earlier verdict, verified, no longer holds\n"
        f"  removed  worker.pay_rate  (Placement.payRate -> pay_rate)  {cases.FILE}:24\n"
        "           its earlier verdict, verified, no longer holds\n"
    )
    assert json.loads(as_json(found)) == {
        "schema": "signoff-diff/1",
        "integrations": {
            "bullhorn-shiftline": [
                {
                    "change": "changed",
                    "id": "worker.available_on",
                    "title": "dateAvailable -> available_on",
                    "file": cases.FILE,
                    "line": 22,
                    "what": ['rule: "same date" is now "a|b"'],
                    "stale": True,
                    "verdict": "verified",
                },
                {
                    "change": "removed",
                    "id": "worker.pay_rate",
                    "title": "Placement.payRate -> pay_rate",
                    "file": cases.FILE,
                    "line": 24,
                    "what": [],
                    "stale": True,
                    "verdict": "verified",
                },
            ]
        },
    }
    assert markdown(found).splitlines()[:6] == [
        "## bullhorn-shiftline: 1 changed, 1 removed; 2 earlier verdicts no longer hold",
        "",
        "### Changed",
        "",
        f"- **dateAvailable -&gt; available\\_on** (`worker.available_on`, `{cases.FILE}:22`); "
        "its verdict, verified, no longer holds",
        '  - rule: "same date" is now "a\\|b"',
    ]


def acceptance() -> Acceptance:
    """Return an acceptance in which, against OLD, the date is changed, the pay is gone and the badge is new."""
    changed = replace(with_cells(DATE, rule="same text"), hash="d" * 16)
    badge = replace(cases.PHONE, hash="e" * 16)
    verdicts = {one.id: Verdict(one.id, Outcome.VERIFIED) for one in (LINK, changed, badge)}
    return replace(cases.accepted(), statements=(LINK, changed, badge), verdicts=verdicts)


def earlier(verdict: str = "accepted") -> dict[str, Any]:
    return {**data(cases.accepted()), "statements": OLD, "started": "2026-03-01T08:00:00+00:00", "verdict": verdict}


def test_an_acceptance_is_marked_against_an_earlier_sheet() -> None:
    found = since(acceptance(), earlier())
    assert found == Since(
        "2026-03-01T08:00:00+00:00",
        {"worker.available_on": "changed", "worker.phone": "new"},
        ("worker.pay_rate",),
        True,
    )
    assert found.sentence == "Since the sign-off of 2026-03-01: 1 new, 1 changed, 1 gone."
    assert since(acceptance(), earlier("refused")).sentence.startswith("Since the run of 2026-03-01: ")
    assert Since().sentence == ""
    assert Since("2026-03-01").sentence == "Since the run of 2026-03-01: nothing new or changed."


def test_the_sheet_counts_at_the_top_and_marks_the_rows() -> None:
    marked = replace(acceptance(), since=since(acceptance(), earlier()))
    page = sheet(marked)
    assert page.index("Since the sign-off of 2026-03-01: 1 new, 1 changed, 1 gone.") < page.index("</header>")
    rows = {part.partition("</td>")[0] for part in page.split('<td class="verdict">')[1:]}
    told = {("new" if ">new<" in one else "changed" if ">changed<" in one else "", one) for one in rows}
    assert {mark: one.rpartition('class="id">')[2].partition("<")[0] for mark, one in told} == {
        "": "worker.external_id",
        "changed": "worker.available_on",
        "new": "worker.phone",
    }
    assert "No longer promised" in page
    assert page.index("No longer promised") < page.index(">worker.pay_rate<")
    assert "No longer promised" not in sheet(acceptance())
    assert "Since the sign-off of 2026-03-01: 1 new, 1 changed, 1 gone." in short(marked)


def test_the_data_says_what_is_new_and_fits_its_schema() -> None:
    document = data(replace(acceptance(), since=since(acceptance(), earlier())))
    Draft202012Validator(dict(schema())).validate(document)
    assert document["since"] == {
        "started": "2026-03-01T08:00:00+00:00",
        "accepted": True,
        "new": 1,
        "changed": 1,
        "gone": ["worker.pay_rate"],
    }
    assert [(one["since"], one["hash"]) for one in document["statements"]] == [
        (None, "a" * 16),
        ("changed", "d" * 16),
        ("new", "e" * 16),
    ]


def test_sheets_of_one_and_of_several_integrations_are_read(tmp_path: Path) -> None:
    other = cases.accepted(integration="other")
    for one in (cases.accepted(), other):
        (tmp_path / one.integration).mkdir()
        (tmp_path / one.integration / "signoff.json").write_text(json.dumps(data(one)), encoding="utf-8")
    (tmp_path / "signoff.json").write_text(json.dumps(index([cases.accepted(), other])), encoding="utf-8")
    assert list(sheets(tmp_path / "signoff.json")) == ["bullhorn-shiftline", "other"]
    assert sheet_of("other", tmp_path / "signoff.json")["integration"] == "other"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (None, "No such file or directory"),
        ("{", "text that is no JSON"),
        ("[]", "JSON of another kind"),
        ('{"schema": "signoff/9"}', "the schema signoff/9"),
        ('{"schema": "signoff/1"}', "no integration"),
    ],
)
def test_what_is_no_sheet_is_told(written: str | None, found: str, tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    if written is not None:
        file.write_text(written, encoding="utf-8")
    with pytest.raises(ScopeError) as caught:
        sheets(file, "old.json")
    [problem] = caught.value.problems
    assert (str(problem.where), problem.found, problem.code) == ("old.json", found, "earlier-sheet")


@pytest.mark.parametrize(
    ("change", "expected", "found"),
    [
        ({"id": None}, "a text as its statements[1].id", "null"),
        ({"id": ["a"]}, "a text as its statements[1].id", "a list"),
        ({"cells": "phone"}, "a table of texts as its statements[1].cells", "a text"),
        ({"cells": {"rule": 5}}, "a text as its statements[1].cells.rule", "a number"),
        ({"line": True}, "a whole number as its statements[1].line", "true or false"),
        ({"hash": {}}, "a text or null as its statements[1].hash", "a table"),
        ({"grounds": []}, "a table of texts or null as its statements[1].grounds", "a list"),
        ({"grounds": {"toml: zone": 5}}, "a text as its statements[1].grounds.toml: zone", "a number"),
        ({"owner": 3}, "a text or null as its statements[1].owner", "a number"),
    ],
)
def test_statements_of_a_sheet_that_cannot_be_compared_are_told(
    change: dict[str, Any], expected: str, found: str, tmp_path: Path
) -> None:
    file = tmp_path / "old.json"
    file.write_text(json.dumps({**earlier(), "statements": [OLD[0], {**OLD[1], **change}]}), encoding="utf-8")
    with pytest.raises(ScopeError) as caught:
        sheets(file, "old.json")
    [problem] = caught.value.problems
    assert problem.expected == f"a sheet of an earlier run: a signoff.json of the schema signoff/1, with {expected}"
    assert problem.found == found


def test_sheets_that_lack_what_is_compared_are_told(tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    for statements, found in (
        ([{"id": "a"}], "no kind"),
        ([7], "a number"),
        ({}, "a table"),
        ([{name: said for name, said in OLD[0].items() if name != "cells"}], "no cells"),
    ):
        file.write_text(json.dumps({**earlier(), "statements": statements}), encoding="utf-8")
        with pytest.raises(ScopeError) as caught:
            sheets(file, "old.json")
        assert caught.value.problems[0].found == found


def test_a_sheet_of_an_earlier_version_needs_no_later_keys(tmp_path: Path) -> None:
    needed = ("id", "kind", "title", "file", "line", "cells")
    file = tmp_path / "old.json"
    old = [{name: one[name] for name in (*needed, "sentence")} for one in OLD]
    file.write_text(json.dumps({**earlier(), "statements": old}), encoding="utf-8")
    [found] = compare(sheets(file)["bullhorn-shiftline"]["statements"], new(LINK, DATE, PAY))
    assert (found.id, found.stale, found.what[0]) == ("worker.available_on", False, 'must: now "must"')


def test_a_list_of_sheets_that_lists_itself_or_no_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    for entry, found in (({"file": "old.json"}, "a list of sheets within a list"), ({}, "no file"), (3, "a number")):
        file.write_text(json.dumps({"schema": "signoff-index/1", "integrations": [entry]}), encoding="utf-8")
        with pytest.raises(ScopeError) as caught:
            sheets(file, "old.json")
        assert found in caught.value.problems[0].found


def test_a_sheet_nested_without_end_is_no_json(tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    file.write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(ScopeError, match="text that is no JSON"):
        sheets(file, "old.json")


def test_a_sheet_of_another_integration_is_told(tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    file.write_text(json.dumps(data(cases.accepted())), encoding="utf-8")
    with pytest.raises(ScopeError) as caught:
        sheet_of("crm-app", file, "old.json")
    assert caught.value.problems[0].expected == "a sheet of crm-app"
    assert caught.value.problems[0].found == "one of bullhorn-shiftline"
