"""Lint as the first step of a session: errors stop it before any system is touched, warnings are one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from suites import P, written

from signoff.plugin.agreeing import read
from signoff.plugin.linting import checked, linted

LIGHT = [f"-pno:{name}" for name in ("hypothesispytest", "faker", "allure_pytest", "pytest_cov", "time_machine")]


def collected(pytester: pytest.Pytester) -> pytest.RunResult:
    pytester.makeini("[pytest]\ntestpaths = features\naddopts = --strict-markers --import-mode=importlib\n")
    return pytester.runpytest_inprocess("-W", "error", *LIGHT, "--collect-only")


def test_an_error_ends_the_session_like_a_slip(pytester: pytest.Pytester) -> None:
    written(pytester.path, P, "| Active          | free ", "| Active          | fre  ")
    result = collected(pytester)
    assert result.ret == 4
    result.stderr.fnmatch_lines(
        [
            f'ERROR: {P}:28, row "Active = fre", cell "Rota state"',
            "  expected: a value that state takes (Rota): free, busy",
            '  found:    "fre"',
            "  did you mean: free",
        ]
    )


def test_warnings_are_one_line(pytester: pytest.Pytester) -> None:
    written(pytester.path, P, "| Active          | free ", "| Actve           | free ")
    result = collected(pytester)
    assert result.ret == 0
    assert [line for line in result.outlines if line.startswith("lint:")] == [
        "lint: 1 warning, `signoff lint` lists them"
    ]


def test_a_clean_suite_says_nothing_of_lint(pytester: pytest.Pytester) -> None:
    written(pytester.path)
    result = collected(pytester)
    assert result.ret == 0
    assert not [line for line in result.outlines if line.startswith("lint:")]


def test_the_session_and_the_command_find_the_same(tmp_path: Path) -> None:
    suite = written(tmp_path, P, "| Active          | free ", "| Actve           | free ")
    assert checked(read(suite, "crm-rota")) == linted(suite, "crm-rota").findings


def test_a_broken_document_does_not_hide_what_is_wrong_in_another(tmp_path: Path) -> None:
    suite = written(tmp_path, P, "| firstName      | ->    |", "| firstName      | =>    |")
    other = tmp_path / "features" / "crm-rota" / "second.feature"
    other.write_text("Feature:\n", encoding="utf-8")
    assert [(one.code, one.problem.where.line) for one in linted(suite, "crm-rota").findings] == [
        ("flow", 15),
        ("no-name", 1),
    ]


def test_a_broken_document_does_not_hide_what_is_wrong_with_a_system(tmp_path: Path) -> None:
    suite = written(tmp_path, P, "| firstName      | ->    |", "| firstName      | =>    |")
    toml = suite.files[0]
    toml.write_text(toml.read_text(encoding="utf-8").replace('"none"', '"nine"'), encoding="utf-8")
    assert [one.code for one in linted(suite, "crm-rota").findings] == ["system-options", "flow"]
