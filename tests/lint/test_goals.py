"""Goals whose measure reads what no chart carries: the place, what is lacking, and how to go on."""

from __future__ import annotations

import pytest
from matters import W, found, shown
from stories import WORKERS

GOALS = """
  @goals
  Scenario Outline: <goal>
    Then this row holds

    Examples: What success looks like
      | goal  | measured as | baseline | 3 months | 6 months | 12 months |
"""
OFF = """
  @exceptions
  Scenario Outline: <statement> is <agreed>
    Then this row holds

    Examples: Agreed
      | statement  | agreed       | reason       |
      | goal:reach | switched off | not yet said |
"""


def said(measure: str, text: str = WORKERS, after: str = "") -> list[str]:
    text = f"{text}{GOALS}      | Reach | {measure} | | | | 5 |\n"
    line = len(text.splitlines())
    return [one.replace(f"{W}:{line},", "HERE,") for one in shown(found(text + after), "goal-not-charted")]


def message(lacking: str, how: str) -> str:
    return (
        'warning goal-not-charted: HERE, row "Reach", cell "measured as"\n'
        f"  expected: {lacking}\n"
        "  found:    none, so the measure cannot be computed\n"
        f"  {how}, measure what is carried as it is, or switch `goal:reach` off in a table of exceptions."
    )


@pytest.mark.parametrize(
    ("measure", "lacking", "how"),
    [
        (
            "share of Candidate where kind is filled",
            "a row that carries Candidate.kind as it is",
            "Add it to the worker chart",
        ),
        (
            'share of Candidate where status is "Active"',
            "a row that carries Candidate.status as it is (worker.status does not do, because it looks up in "
            '"Worker status")',
            "Add it to the worker chart",
        ),
        (
            "share of Candidate where some Placement has (payRate > 5)",
            "a condition on Candidate's own fields, because `Placement` are other records",
            "Add it to the worker chart",
        ),
        ("share of Candidate where email is filled", "", ""),
    ],
)
def test_a_goal_that_no_chart_carries(measure: str, lacking: str, how: str) -> None:
    assert said(measure) == ([message(lacking, how)] if lacking else [])


def test_a_goal_that_is_switched_off_is_left_alone() -> None:
    assert said("share of Candidate where kind is filled", after=OFF) == []


@pytest.mark.parametrize("measure", ["share of Placement where payRate > 5", "count of Placement per week"])
def test_a_goal_of_records_that_nothing_binds(measure: str) -> None:
    text = f"{WORKERS}{GOALS}      | Reach | {measure} | | | | 5 |\n"
    [one] = shown(found(text, assignments="Feature: Assignments\n"), "goal-not-charted")
    assert one == message("a binding that carries Placement to the other side", "Add it, with a chart").replace(
        "HERE", f"{W}:{len(text.splitlines())}"
    )
