"""Whoever names a statement that there is not is told which one was meant, behind pytest's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import SuiteFolder

WORKERS = "features/crm-app/workers.feature"
LISTS = "  `pytest --collect-only -q` lists every id."


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            f"{WORKERS}::worker.phoen",
            [
                f"ERROR: {WORKERS}",
                "  expected: the id of a statement in this document",
                "  found:    `worker.phoen`",
                f"  did you mean: {WORKERS}::worker.phone",
                LISTS,
            ],
        ),
        (
            "features/crm-app/other.feature::worker.phone",
            [
                "ERROR: features/crm-app/other.feature",
                "  expected: the id of a statement in this document",
                "  found:    `worker.phone`",
                f"  did you mean: {WORKERS}::worker.phone",
                LISTS,
            ],
        ),
        (
            "scope/crm-app.toml::connector:finish",
            [
                "ERROR: scope/crm-app.toml",
                "  expected: the id of a statement in this document",
                "  found:    `connector:finish`",
                "  did you mean: scope/crm-app.toml::connector:finishes",
                LISTS,
            ],
        ),
        (
            "features/crm-app/workrs.feature::worker.phone",
            [
                "ERROR: features/crm-app/workrs.feature",
                "  expected: a document of the suite",
                "  found:    no such document",
                f"  did you mean: {WORKERS}::worker.phone",
                LISTS,
            ],
        ),
        (
            "features/crm-app/workrs.feature",
            [
                "ERROR: features/crm-app/workrs.feature",
                "  expected: a document of the suite",
                "  found:    no such document",
                f"  did you mean: {WORKERS}",
                LISTS,
            ],
        ),
    ],
)
def test_the_nearest_is_named(suite: SuiteFolder, asked: str, told: list[str]) -> None:
    other = suite.feature(name="other")
    text = other.read_text(encoding="utf-8").partition("  @values")
    other.write_text(text[0].partition("  @chart")[0] + text[1] + text[2].replace("Worker status", "Other"), "utf-8")
    result = suite.run(asked)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "not found" in result.errlines[0]
    at = result.errlines.index(told[0])
    assert result.errlines[at : at + len(told)] == told


def test_what_is_like_nothing_is_told_without_a_guess(suite: SuiteFolder) -> None:
    result = suite.run(f"{WORKERS}::zzz")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "did you mean" not in result.stderr.str()
    assert LISTS in result.errlines


def test_the_suggestion_can_be_typed_where_one_stands(suite: SuiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(suite.root / "features" / "crm-app")
    result = suite.run("workers.feature::worker.phoen")
    assert "  did you mean: workers.feature::worker.phone" in result.errlines


def test_under_xdist_it_is_told_before_a_worker_is_started(suite: SuiteFolder) -> None:
    result = suite.run_apart("-n", "1", f"{WORKERS}::worker.phoen")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"  did you mean: {WORKERS}::worker.phone" in result.errlines
    assert "worker [" not in result.stdout.str()


def test_what_is_there_passes_with_and_without_xdist(suite: SuiteFolder) -> None:
    suite.write("features/crm-app/own.feature", "Feature: Own\n  Scenario: own\n    Given tea\n")
    suite.write("steps/tea.py", "from pytest_bdd import given\n@given('tea')\ndef _(): ...\n")
    asked = (f"{WORKERS}::worker.phone", "features/crm-app/own.feature::scenario:own")
    assert suite.run(*asked).ret == 0
    suite.run_apart("-n", "1", *asked).assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("words", "meant"), [("worker.phoen", "worker.phone"), ("phoen", "worker.phone"), ("xyzzy", "")]
)
def test_a_k_that_selects_nothing_is_told_what_it_may_have_meant(words: str, meant: str, suite: SuiteFolder) -> None:
    result = suite.run("-k", words)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    at = result.outlines.index(f"-k {words}")
    close = [f"  did you mean: {meant}"] if meant else []
    assert result.outlines[at + 1 : at + 4 + len(close)] == [
        "  expected: what some statement's id contains",
        "  found:    no such statement",
        *close,
        LISTS,
    ]


def test_a_k_that_selects_something_is_not_spoken_of(suite: SuiteFolder) -> None:
    assert "-k worker.phone" not in suite.run("-k", "worker.phone").outlines


@pytest.mark.parametrize(("tags", "meant"), [("musst", "must"), ("must and should", "")])
def test_an_m_that_selects_nothing_names_the_tags(tags: str, meant: str, suite: SuiteFolder) -> None:
    result = suite.run("-o", "addopts=", "-m", tags)  # with --strict-markers, pytest speaks of an unknown one itself
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    at = result.outlines.index(f"-m {tags}")
    close = [f"  did you mean: {meant}"] if meant else []
    assert result.outlines[at + 1 : at + 4 + len(close)] == [
        "  expected: tags that some statement bears",
        "  found:    no such statement",
        *close,
        "  Tags that statements bear: chart, must, should, values.",
    ]
