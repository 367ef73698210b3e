from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from typing import TYPE_CHECKING

import pytest

from signoff.evidence.acceptance import GateLevel
from signoff.plugin import screen

if TYPE_CHECKING:
    from tests.plugin.conftest import SuiteFolder

FILE = "features/crm-app/workers.feature"


@pytest.mark.parametrize(
    ("phone", "outcomes", "ret"),
    [
        ("", {"passed": 7}, 0),
        ("assumed", {"passed": 7}, 0),
        ("failed", {"passed": 6, "failed": 1}, 1),
        ("not exercised", {"passed": 6, "failed": 1}, 1),
        ("blocked", {"passed": 6, "errors": 1}, 1),
        ("open", {"passed": 6, "skipped": 1}, 0),
        ("waived", {"passed": 6, "skipped": 1}, 0),
    ],
)
def test_a_verdict_is_an_outcome_of_pytest(suite: SuiteFolder, phone: str, outcomes: dict[str, int], ret: int) -> None:
    suite.feature(phone=phone)
    result = suite.run()
    result.assert_outcomes(**outcomes)
    assert result.ret == ret


@pytest.mark.parametrize(
    ("gate", "phone", "ret", "words"),
    [
        ("report", "failed", 0, "gate (report) refuses nothing"),
        ("normal", "failed", 1, "gate (normal) refuses: 1 failed (worker.phone)"),
        ("normal", "assumed", 0, "gate (normal) refuses nothing"),
        ("strict", "assumed", 1, "gate (strict) refuses: 1 assumed (worker.phone)"),
        ("strict", "open", 1, "gate (strict) refuses: 1 open (worker.phone)"),
        ("strict", "waived", 1, "gate (strict) refuses: 1 waived (worker.phone)"),
        ("strict", "", 0, "gate (strict) refuses nothing"),
    ],
)
def test_the_gate_decides_between_0_and_1_and_says_why(
    suite: SuiteFolder, gate: str, phone: str, ret: int, words: str
) -> None:
    suite.feature(phone=phone)
    result = suite.run("--gate", gate)
    assert (result.ret, words in result.stdout.str()) == (ret, True)


def test_a_part_is_never_a_sign_off(suite: SuiteFolder) -> None:
    result = suite.run("-k", "worker.phone", "--gate", "strict")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*1 of 7 statements; not a sign-off*", "*only a part of the statements was selected*"])


def test_the_tomls_gate_holds_unless_the_command_line_says_otherwise(suite: SuiteFolder) -> None:
    toml = suite.root / "scope" / "crm-app.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + '[gate]\nlevel = "strict"\n', encoding="utf-8")
    suite.feature(phone="open")
    assert suite.run().ret == 1
    assert suite.run("--gate", "normal").ret == 0


def test_the_text_of_a_red_row_is_readable_and_holds_no_traceback(suite: SuiteFolder) -> None:
    suite.feature(phone="failed")
    result = suite.run("--junitxml=out.xml")
    result.stdout.fnmatch_lines(
        [
            "*Who the worker is * 1 failed, 1 verified",
            "*Details * 1 verified",
            "* worker.phone: mobile, phone -> phone same phone failed *",
            f"{FILE}:13  Who the worker is: *",
            "  expected:   +13125550100",
            "  found:      312-555-0100",
            "crm-app: Refused: 1 failed*",
            "*report: reports/signoff.html",
            f"FAILED {FILE}::worker.phone - failed: *",
        ]
    )
    assert "fake_conductor.py" not in result.stdout.str()
    cases = {case.get("name"): case for case in ElementTree.parse(suite.root / "out.xml").iter("testcase")}
    assert cases["worker.phone"].get("classname") == "features.crm-app.workers.feature"
    [failure] = cases["worker.phone"]
    assert str(failure.get("message")).startswith("failed: ")
    assert "312-555-0100" in str(failure.text)
    assert set(cases) >= {"worker:arrive", "connector:finishes", "worker-status:placed"}
    told = json.loads((suite.root / "reports" / "signoff.json").read_text(encoding="utf-8"))
    assert "worker.phone" in json.dumps(told)


def test_reasons_of_skipped_rows_are_shown(suite: SuiteFolder) -> None:
    suite.feature(phone="waived", city="open")
    result = suite.run("-rs")
    result.stdout.fnmatch_lines(["*waived until 2027-01-31: vendor ticket 7*", "*open question: how?*"])


@pytest.mark.parametrize(
    ("how", "words"), [("unreachable", "connection refused"), ("crash", "ZeroDivisionError: the harness itself")]
)
def test_trouble_blocks_every_row_and_is_never_green(suite: SuiteFolder, how: str, words: str) -> None:
    result = suite.run("--connector", how)
    result.assert_outcomes(errors=7)
    assert result.ret == 1
    assert words in result.stdout.str()
    assert "7 blocked" in result.stdout.str()


def test_a_run_that_somebody_interrupts_says_so_and_writes_no_report(suite: SuiteFolder) -> None:
    result = suite.pytester.runpytest("--connector", "ctrl-c", no_reraise_ctrlc=True)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "interrupted: no sign-off, and no report was written; run it again" in result.stdout.lines
    assert not list((suite.pytester.path / "reports").rglob("*.*"))


def test_progress_is_shown_only_of_what_takes_long(suite: SuiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "run 3 of 12" not in suite.run().stdout.str()
    monkeypatch.setattr(screen, "QUIET_SECONDS", 0.0)
    assert "crm-app: run 3 of 12" in suite.run().stdout.str()


def test_reports_go_where_the_option_says(suite: SuiteFolder) -> None:
    suite.run("--reports", "elsewhere")
    assert (suite.root / "elsewhere" / "signoff.html").is_file()
    assert not (suite.root / "reports").exists()


def test_collecting_alone_rehearses_and_writes_nothing(suite: SuiteFolder) -> None:
    assert suite.run("--collect-only", "--connector", "crash").ret == 0
    assert not (suite.root / "reports").exists()


def test_a_seed_is_kept(suite: SuiteFolder) -> None:
    suite.run("--signoff-seed", "4711")
    assert "4711" in (suite.root / "reports" / "signoff.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "args", [["--connector", "x"], ["--environment", "simulated"], ["--replay", "x"], ["--integration", "crm-ap"]]
)
def test_usage_errors(suite: SuiteFolder, args: list[str]) -> None:
    toml = (suite.root / "scope" / "crm-app.toml").read_text(encoding="utf-8")
    suite.write("scope/other.toml", toml)
    suite.feature(integration="other")
    result = suite.run(*args)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: {args[0]} {args[1]}" in result.stderr.str()
    assert "Traceback" not in result.stderr.str()


def test_several_integrations_run_one_after_the_other(suite: SuiteFolder) -> None:
    suite.write("scope/other.toml", (suite.root / "scope" / "crm-app.toml").read_text(encoding="utf-8"))
    suite.feature(integration="other", phone="failed")
    result = suite.run()
    result.assert_outcomes(passed=13, failed=1)
    assert "gate (normal) refuses: other: 1 failed" in result.stdout.str()
    alone = suite.run("--integration", "crm-app")
    alone.assert_outcomes(passed=7)
    assert alone.ret == 0
    assert "not a sign-off" in alone.stdout.str()


def test_under_xdist_one_worker_runs_an_integration_and_the_controller_writes(suite: SuiteFolder) -> None:
    suite.write("scope/other.toml", (suite.root / "scope" / "crm-app.toml").read_text(encoding="utf-8"))
    suite.feature(integration="other", phone="failed")
    result = suite.run_apart("-n", "2", "-v", "--junitxml=out.xml")
    result.assert_outcomes(passed=13, failed=1)
    assert result.ret == 1
    lines = [line.split() for line in result.outlines if line.startswith("[gw") and "%" in line]
    where = {(line[0], line[-1].split("::")[0].split("/")[1].split(".")[0]) for line in lines}
    assert len({integration for _, integration in where}) == len(where) == 2
    told = [
        (suite.root / "reports" / name / "signoff.json").read_text(encoding="utf-8") for name in ("crm-app", "other")
    ]
    seeds = {found for text in told for found in re.findall(r'"seed": (\d+)', text)}
    assert len(seeds) == 1
    assert len(list((suite.root / "reports" / "runs").iterdir())) == 1


def test_broken_documents_stop_xdist_too(suite: SuiteFolder) -> None:
    suite.write("features/crm-app/b.feature", "Feature: B\n  Scenario: b\n")
    result = suite.run_apart("-n", "2")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "features/crm-app/b.feature:2" in result.stderr.str()
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


def test_allure_gets_titles_steps_and_verdicts(suite: SuiteFolder) -> None:
    suite.feature(phone="failed", city="open")
    suite.run_apart("--alluredir=allure", "-p", "no:cacheprovider")
    results = {}
    for file in (suite.root / "allure").glob("*-result.json"):
        result = json.loads(file.read_text(encoding="utf-8"))
        results[result["fullName"]] = result
    red = results["crm-app/worker.phone"]
    assert (red["status"], red["name"]) == ("failed", "mobile, phone -> phone same phone failed")
    assert [step["status"] for step in red["steps"]] == ["passed", "passed", "failed"]
    assert results["crm-app/worker.city"]["status"] == "skipped"
    assert results["crm-app/worker:arrive"]["status"] == "passed"
    assert {label["value"] for label in red["labels"] if label["name"] == "feature"} == {"Workers"}


def test_half_a_surrogate_pair_stands_in_every_report_as_its_escape(suite: SuiteFolder) -> None:
    result = suite.run_apart("--alluredir=allure", "--connector=no-text", "--junitxml=out.xml")
    assert result.ret == 1
    assert "INTERNALERROR" not in result.stdout.str()
    note = "ValueError: caf\\udce9"
    assert note in result.stdout.str()
    data = json.loads((suite.root / "reports" / "signoff.json").read_text(encoding="utf-8"))
    assert {one["note"] for one in data["statements"]} == {note}
    for name in ("signoff.html", "crm-app/signoff.html"):
        assert note in (suite.root / "reports" / name).read_text(encoding="utf-8")
    results = [json.loads(one.read_text(encoding="utf-8")) for one in (suite.root / "allure").glob("*-result.json")]
    assert sum(note in one["statusDetails"].get("trace", "") for one in results) == 7


@pytest.mark.defects
def test_half_a_surrogate_pair_passes_through_xdist(suite: SuiteFolder) -> None:
    result = suite.run_apart("-n", "1", "--connector=no-text")
    assert result.ret == 1
    assert (suite.root / "reports" / "signoff.html").is_file()
    assert "INTERNALERROR" not in result.stdout.str()


@pytest.mark.parametrize("extra", [(), pytest.param(("-n", "1"), marks=pytest.mark.defects)])
def test_allure_s_earlier_results_stay_until_the_documents_are_sound(
    suite: SuiteFolder, extra: tuple[str, ...]
) -> None:
    earlier = suite.write("allure/earlier-result.json", "{}")
    broken = suite.write("features/crm-app/b.feature", "Feature: B\n  Scenario: b\n")
    options = ("--alluredir=allure", "--clean-alluredir", *extra)
    assert suite.run_apart(*options).ret == pytest.ExitCode.USAGE_ERROR
    assert suite.run_apart(*options, "--integration=nobody").ret == pytest.ExitCode.USAGE_ERROR
    assert earlier.exists()
    broken.unlink()
    assert suite.run_apart(*options, "-k", "nothing").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert earlier.exists() is (extra == ())
    assert suite.run_apart(*options).ret == 0
    assert not earlier.exists()
    assert len(list((suite.root / "allure").glob("*-result.json"))) >= 7


@pytest.mark.parametrize("extra", [(), pytest.param(("-n", "2"), marks=pytest.mark.defects)])
def test_a_sentence_that_nobody_knows_stops_the_run_before_anything_is_cleaned(
    suite: SuiteFolder, extra: tuple[str, ...]
) -> None:
    earlier = suite.write("allure/earlier-result.json", "{}")
    text = "Feature: Own\n  Scenario: own\n    Given the kettle is hott\n"
    suite.write("features/crm-app/own.feature", text)
    suite.write("steps/kettle.py", "from pytest_bdd import given\n@given('the kettle is hot')\ndef _(): ...\n")
    options = ("--alluredir=allure", "--clean-alluredir", *extra)
    result = suite.run_apart(*options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    told = result.stderr.str()
    assert "features/crm-app/own.feature:3" in told
    assert 'found:    "Given the kettle is hott"' in told
    assert "did you mean: the kettle is hot" in told
    assert earlier.exists()
    assert not any(line.startswith(("created: ", "bringing up")) for line in result.outlines)  # no worker
    # Of a file that is not asked for, nothing is told.
    assert suite.run_apart(*options, "features/crm-app/workers.feature").ret == 0


def test_under_xdist_a_step_of_a_folder_s_own_conftest_is_no_stranger(suite: SuiteFolder) -> None:
    """The controller has not loaded it; only the workers know."""
    text = "Feature: Own\n  Scenario: own\n    Given the kettle is hot\n"
    suite.write("features/crm-app/deep/own.feature", text)
    own = "from pytest_bdd import given\n@given('the kettle is hot')\ndef _(): ...\n"
    suite.write("features/crm-app/deep/conftest.py", own)
    result = suite.run_apart("-n", "1")
    assert result.ret == 0, result.stdout.str() + result.stderr.str()
    result.assert_outcomes(passed=8)


FULL_DISK = """
import errno, os
import pytest
from pathlib import Path

@pytest.hookimpl(trylast=True)
def pytest_collection_finish():
    true = os.replace
    def full(path, *to):
        if "allure" in Path(path).parts:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        true(path, *to)
    os.replace = full
"""


def test_a_disk_that_is_full_for_attachments_costs_no_report(suite: SuiteFolder) -> None:
    conftest = suite.root / "conftest.py"
    conftest.write_text(conftest.read_text(encoding="utf-8") + FULL_DISK, encoding="utf-8")
    result = suite.run_apart("--alluredir=allure")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*not whole: allure: No space left on device"])
    assert "INTERNALERROR" not in result.stdout.str()
    assert list((suite.root / "allure").iterdir()) == []
    assert (suite.root / "reports" / "signoff.html").is_file()


def test_a_disk_that_was_full_for_a_worker_only_is_told_too(suite: SuiteFolder) -> None:
    conftest = suite.root / "conftest.py"
    in_a_worker = '    if "PYTEST_XDIST_WORKER" in os.environ:\n        os.replace = full'
    only = FULL_DISK.replace("    os.replace = full", in_a_worker)
    conftest.write_text(conftest.read_text(encoding="utf-8") + only, encoding="utf-8")
    result = suite.run_apart("--alluredir=allure", "-n", "1")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*not whole: allure: No space left on device"])


def test_a_folder_for_allure_that_cannot_be_written_stops_the_session_before_it_runs(suite: SuiteFolder) -> None:
    suite.write("allure", "a file stands here")
    result = suite.run_apart("--alluredir=allure")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: --alluredir *allure", "  expected: a folder that can be written", "  found: *"]
    )
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


@pytest.mark.parametrize("reports", ["in-the-way", "in-the-way/below", "x" * 5000])
def test_a_folder_that_cannot_take_the_reports_is_told_before_the_run(suite: SuiteFolder, reports: str) -> None:
    suite.write("in-the-way", "a file stands here")
    result = suite.run(f"--reports={reports}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --reports *", "  expected: a folder that can be written", "  found: *"])
    assert "sign-off" not in result.stdout.str()
    assert suite.run(f"--reports={reports}", "--collect-only").ret == 0


@pytest.mark.parametrize("seed", ["x", "1.5", "9" * 300, "9" * 5000, str(2**63)])
def test_a_seed_is_a_whole_number_with_an_end(suite: SuiteFolder, seed: str) -> None:
    result = suite.run(f"--signoff-seed={seed}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*argument --signoff-seed: expected a whole number*"])


def test_every_gate_level_of_the_option_is_one_that_the_reports_know() -> None:
    from signoff.plugin.options import GATES

    assert set(GATES) == {level.value for level in GateLevel}
