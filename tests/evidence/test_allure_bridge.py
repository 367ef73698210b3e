from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import evidence_cases as cases
import pytest

import signoff
from signoff.evidence.allure_bridge import AllureBridge, history_id, severity
from signoff.evidence.outline import outline
from signoff.evidence.sheet import environment
from signoff.evidence.wording import WORDS
from signoff.verdict import Outcome

CONFTEST = """
import sys
sys.path.insert(0, {here!r})
from dataclasses import replace
import pytest
import evidence_cases as cases
from signoff.errors import Blocked, Place, Problem
from signoff.evidence.allure_bridge import AllureBridge
from signoff.evidence.terminal import red_row
from signoff.verdict import Outcome

ACCEPTANCE = cases.every_verdict()
BRIDGE = pytest.StashKey()


@pytest.fixture(autouse=True)
def something():
    yield


class Row(pytest.Function):
    def __init__(self, *, statement, **more):
        super().__init__(**more)
        self.statement = statement


class Document(pytest.Module):
    def _getobj(self):
        import types
        return types.ModuleType("document")

    def collect(self):
        for one in ACCEPTANCE.statements:
            one = replace(one, line=one.line + {moved}, cells={{**one.cells, "note": "{note}"}})
            verdict = ACCEPTANCE.verdicts[one.id]

            def run(request, one=one, verdict=verdict):
                bridge = request.config.stash[BRIDGE]
                bridge.step("When the connector has been rehearsed", True)
                bridge.describe(request.node, one, verdict)
                bad = verdict.outcome in (Outcome.FAILED, Outcome.NOT_EXERCISED)
                bridge.step("Then this row of the chart holds", not bad)
                if verdict.outcome in (Outcome.OPEN, Outcome.WAIVED):
                    pytest.skip(verdict.outcome.value)
                if verdict.outcome is Outcome.BLOCKED:
                    raise Blocked(Problem(Place("Shiftline"), "an answer", "503"))
                if bad:
                    raise AssertionError(red_row(one, verdict))

            item = Row.from_parent(self, name=one.id, callobj=lambda request, run=run: run(request), statement=one)
            self.config.stash[BRIDGE].label_at_collection(item, one)
            yield item


def pytest_collect_file(parent, file_path):
    if file_path.suffix == ".feature":
        return Document.from_parent(parent, path=file_path)


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    config.stash[BRIDGE] = AllureBridge.of(config)


def pytest_sessionfinish(session):
    if not hasattr(session.config, "workerinput"):
        session.config.stash[BRIDGE].finish([ACCEPTANCE])
    assert session.config.stash[BRIDGE].active is ("allure_pytest" in sys.modules and {active})
"""


def run(folder: Path, *options: str, moved: int = 0, note: str = "as agreed") -> subprocess.CompletedProcess[str]:
    folder.mkdir()
    active = any(one.startswith("--alluredir") for one in options)
    text = CONFTEST.format(here=str(Path(__file__).parent), moved=moved, note=note, active=active)
    (folder / "conftest.py").write_text(text, encoding="utf-8")
    (folder / "workers.feature").touch()
    source = str(Path(signoff.__file__).parents[1])
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", ".", "-p", "no:cacheprovider", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": source, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


ALLURE = ("-p", "allure_pytest.plugin", "--alluredir=results")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("allure") / "suite"
    done = run(here, *ALLURE)
    assert "4 failed, 6 passed, 2 skipped" in done.stdout, done.stdout + done.stderr
    return here / "results"


def read(folder: Path) -> dict[str, dict[str, Any]]:
    found = [json.loads(one.read_text("utf-8")) for one in folder.glob("*-result.json")]
    by_name = {one["fullName"]: one for one in found}
    assert len(by_name) == len(found)
    return by_name


def labels(result: Mapping[str, Any], name: str) -> list[str]:
    return [one["value"] for one in result["labels"] if one["name"] == name]


def test_there_is_a_result_for_each_row_and_each_chart_and_no_fixture_container(folder: Path) -> None:
    assert len(read(folder)) == 12 + 5
    assert not list(folder.glob("*-container.json"))
    assert not list(folder.glob("*.tmp"))


def test_a_row_is_told_in_the_words_of_the_chart(folder: Path) -> None:
    result = read(folder)["bullhorn-shiftline/worker.available_on"]
    assert result["name"] == "dateAvailable -> available_on"
    assert result["titlePath"] == ["bullhorn-shiftline", "Workers", "Who the worker is"]
    for name, values in {
        "epic": ["bullhorn-shiftline"],
        "feature": ["Workers"],
        "story": ["Who the worker is"],
        "suite": ["Workers"],
        "severity": ["critical"],
        "owner": ["dana"],
        "tag": ["chart", "must", "owner:dana", "ticket:NS-12"],
        "verdict": ["failed"],
        "finding": ["Mapping mismatch"],
        "statement": ["bullhorn-shiftline/worker.available_on"],
        "host": [],
        "thread": [],
    }.items():
        assert labels(result, name) == values, name
    assert result["links"] == [{"type": "issue", "url": "NS-12", "name": "NS-12"}]
    assert {"name": "rule", "value": "same date", "excluded": True} in result["parameters"]
    assert [(one["name"], one["status"]) for one in result["steps"]] == [
        ("When the connector has been rehearsed", "passed"),
        ("Then this row of the chart holds", "failed"),
    ]


@pytest.mark.parametrize(
    "id_, status, message, tags",
    [
        ("worker.available_on", "failed", "Mapping mismatch: expected 2026-03-08, found 2026-03-07", []),
        ("worker.ssn:never", "failed", "Leak: expected no other system receives it, found 078-••-••20", []),
        ("worker.pay_rate", "failed", "Not exercised: because of worker:arrive", []),
        ("connector:finishes", "broken", "Access and environment (blocked): Shiftline answered 503 five times.", []),
        ("worker.street", "skipped", "Mapping mismatch: expected 12 Main St, found 12<NBSP>Main St", ["waived"]),
        ("worker.badge", "skipped", "open: Who owns the badge number?", ["open question"]),
        ("worker.nickname", "passed", None, ["assumed"]),
        ("worker.external_id", "passed", None, []),
    ],
)
def test_status_and_first_words_say_the_verdict(
    folder: Path, id_: str, status: str, message: str | None, tags: list[str]
) -> None:
    result = read(folder)[f"bullhorn-shiftline/{id_}"]
    assert result["status"] == status
    assert set(tags) <= set(labels(result, "tag"))
    details = result.get("statusDetails", {})
    if message is None:
        assert "message" not in details
    else:
        assert details["message"].startswith(message)
        assert "Traceback" not in details["trace"]
        assert cases.FILE in details["trace"] or "scope/bullhorn-shiftline.toml" in details["trace"]


def test_skipped_rows_have_their_labels(folder: Path) -> None:
    assert labels(read(folder)["bullhorn-shiftline/worker.badge"], "story") == ["Who the worker is"]


def test_a_description_shows_the_counterexample_and_escapes_what_people_wrote(folder: Path) -> None:
    html = read(folder)["bullhorn-shiftline/worker.ssn:never"]["descriptionHtml"]
    assert "no other system receives it" in html
    assert "أحمد &lt;b&gt;" in html
    assert "<script>" not in html


def test_a_description_names_the_command_that_shows_it_again(folder: Path) -> None:
    html = read(folder)["bullhorn-shiftline/worker.available_on"]["descriptionHtml"]
    assert "To see it again" in html
    assert "<code>pytest --replay reports/bullhorn-shiftline/counterexamples/worker.available_on.json</code>" in html


def test_a_description_tells_the_smallest_case() -> None:
    page = environment().get_template("allure.html.j2").module
    html = str(page.row(cases.DATE, cases.SMALL, WORDS[Outcome.FAILED]))  # type: ignore[attr-defined]  # a macro
    assert "<li><bdi>then Bullhorn: Candidate Maria Lopez: dateAvailable becomes blank</bdi></li>" in html
    assert "1 record, 2 operations (of 1,311 records" in html


def test_a_description_says_which_then_did_not_hold_and_where_it_stands() -> None:
    page = environment().get_template("allure.html.j2").module
    facts = {"sentence": 'in the app "Maria" has phone "1"', "sentence stands": "features/a/b.feature:31"}
    verdict = replace(cases.SMALL, facts=facts)
    html = str(page.row(cases.DATE, verdict, WORDS[Outcome.FAILED]))  # type: ignore[attr-defined]  # a macro
    shown = "<p><b><bdi>Then in the app &#34;Maria&#34; has phone &#34;1&#34;</bdi></b> "
    assert f"{shown}<code>features/a/b.feature:31</code></p>" in html
    assert "Then" not in str(page.row(cases.DATE, cases.SMALL, WORDS[Outcome.FAILED]))  # type: ignore[attr-defined]


def test_a_chart_is_shown_whole_and_in_colours(folder: Path) -> None:
    result = read(folder)["bullhorn-shiftline/chart/Workers/Who the worker is"]
    assert result["status"] == "failed"
    assert labels(result, "layer") == ["chart"]
    html = result["descriptionHtml"]
    assert html.count("<tr>") == 1 + 8
    for told in ("background:#fde3d8", "background:#d9f1e8", "✗ failed", "expected 2026-03-08, found 2026-03-07"):
        assert told in html
    assert read(folder)["bullhorn-shiftline/chart/Workers/Worker status"]["status"] == "passed"


def test_categories_and_what_was_run_are_written(folder: Path) -> None:
    names = [one["name"] for one in json.loads((folder / "categories.json").read_text("utf-8"))]
    assert "Mapping mismatch" in names
    told = (folder / "environment.properties").read_text("utf-8")
    assert "Seed_and_effort = 20260311, standard\n" in told
    tables = [one for one in read(folder).values() if labels(one, "layer") == ["chart"]]
    assert len(tables) > 1
    assert f" statements; Allure counts {len(tables)} whole tables beside them\n" in told


def test_the_history_follows_the_statement_s_id_through_edits_and_moves(folder: Path, tmp_path: Path) -> None:
    # Allure 2 reads historyId; Allure 3 reads testCaseId and every parameter that is not excluded.
    run(tmp_path / "edited", *ALLURE, moved=7, note="another note")
    before, after = read(folder), read(tmp_path / "edited" / "results")
    assert before.keys() == after.keys()
    for name, old in before.items():
        assert (old["historyId"], old["testCaseId"]) == (after[name]["historyId"], after[name]["testCaseId"])
        assert all(one["excluded"] for one in after[name].get("parameters", []))
    assert len({one["historyId"] for one in before.values()}) == len(before)
    one = before["bullhorn-shiftline/worker.available_on"]
    assert one["historyId"] == history_id(cases.DATE) == "7cda07069bdae3f168bb2abe3ba59ea7"


def test_without_alluredir_nothing_happens(tmp_path: Path) -> None:
    done = run(tmp_path / "suite", "-p", "allure_pytest.plugin")
    assert "4 failed, 6 passed, 2 skipped" in done.stdout, done.stdout + done.stderr
    assert not (tmp_path / "suite" / "results").exists()


def test_without_allure_pytest_nothing_of_allure_is_imported(tmp_path: Path) -> None:
    done = run(tmp_path / "suite")
    assert "4 failed, 6 passed, 2 skipped" in done.stdout, done.stdout + done.stderr
    code = "import sys, signoff.evidence.allure_bridge; print([one for one in sys.modules if one.startswith('allure')])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ})
    assert told.stdout.strip() == "[]"


def test_a_silent_bridge_takes_every_call() -> None:
    bridge = AllureBridge(None)
    assert not bridge.active
    acceptance = cases.every_verdict()
    bridge.step("x", True)
    bridge.finish([acceptance])
    bridge.chart_result(acceptance, "Workers", outline(acceptance)[1].tables[0])


def test_severity_is_the_tag_s_or_follows_from_must_should_could() -> None:
    assert severity(cases.EVIL) == "critical"
    assert severity(cases.DATE) == "critical"
    assert severity(cases.LINK) == "normal"
    assert severity(cases.row("x", 1, "a", "->", "b", "", labels=cases.Labels(must="could"))) == "minor"
    assert severity(cases.row("x", 1, "a", "->", "b", "", labels=cases.Labels(severity="huge"))) == "normal"


def test_drawings_are_attached_to_the_rows_that_have_them(tmp_path: Path) -> None:
    from allure_commons.model2 import Label, TestResult
    from test_drawings import BAD, DAYS, PLACED, WHO

    bridge = AllureBridge(tmp_path)
    for statement, verdict, title in (
        (PLACED, BAD, "Placed means assigned: every change"),
        (WHO, DAYS, "Placement.dateEnd on or after today"),
    ):
        key = f"{statement.integration}/{statement.id}"
        bridge._statements[key], bridge._verdicts[key] = statement, verdict
        result = TestResult(name="x", labels=[Label("statement", key)], status="failed")
        bridge.complete(result)
        [attached] = result.attachments
        assert (attached.name, attached.type) == (title, "image/svg+xml")
        text = (tmp_path / attached.source).read_text(encoding="utf-8")
        assert text.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
        assert title in text
