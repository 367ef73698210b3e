"""Agreements that are no fields, as tests: their ids, their outcomes, and how the terminal counts them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import SuiteFolder

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = "features/bullhorn-shiftline/agreement.feature"
QUESTIONS = """\
Feature: Agreement
  @questions
  Scenario Outline: <question>
    Then this row holds

    Examples: Questions
      | question | for  | asked on   | answer |
      | who      | Dana | 2026-01-20 |        |
      | why      | Dana | 2026-01-20 | so     |
      | when     | Luis | 2026-01-20 | now    |
"""


def test_the_shipped_agreement_is_collected_under_the_ids_of_its_rows() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", SHIPPED]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, timeout=120).stdout
    ids = [line.removeprefix(f"{SHIPPED}::") for line in shown.splitlines() if line.startswith(SHIPPED)]
    assert ids[:2] == ["goal:workers-reached-each-week", "goal:time-to-fill"]
    assert "question:does-anybody-use-the-nickname-and-may-colleagues-see-it" in ids
    assert "job.estimated_fee:worked:20000" in ids
    assert sum(one.startswith("checklist:") for one in ids) == 11


def test_an_open_question_is_skipped_and_an_answered_one_passes(suite: SuiteFolder) -> None:
    suite.write("features/crm-app/agreement.feature", QUESTIONS)
    result = suite.run("-rs")
    result.assert_outcomes(passed=9, skipped=1)
    result.stdout.fnmatch_lines(["*open question: who*"])
    assert result.ret == 0


@pytest.mark.parametrize(("gate", "status"), [("normal", 0), ("strict", 1)])
def test_questions_are_counted_apart_and_refused_only_by_strict_and_only_while_open(
    suite: SuiteFolder, gate: str, status: int
) -> None:
    suite.write("features/crm-app/agreement.feature", QUESTIONS)
    result = suite.run("--gate", gate)
    assert result.ret == status
    shown = result.stdout.str()
    assert "10 statements: 7 verified; questions: 1 open (oldest 41 days), 2 answered" in shown
    assert any("Questions" in line and "1 open, 2 answered" in line for line in shown.splitlines())
    assert ("gate (strict) refuses: 1 question" in shown) is (gate == "strict")


def test_a_question_can_be_selected_by_its_id(suite: SuiteFolder) -> None:
    suite.write("features/crm-app/agreement.feature", QUESTIONS)
    assert suite.ids("-k", "question:why") == ["features/crm-app/agreement.feature::question:why"]


def test_questions_stand_where_nothing_is_known_of_the_connector(suite: SuiteFolder) -> None:
    suite.write("features/crm-app/agreement.feature", QUESTIONS)
    result = suite.run("--connector", "unreachable")
    result.assert_outcomes(passed=2, skipped=1, errors=7)
    assert ", 2 answered" in result.stdout.str()
