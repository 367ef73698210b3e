"""A chart that nothing can break: `:held` says so and what to do, and what it says to do helps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from figure_cases import NAME
from rig import Integration, Rig, unproven

from signoff.verdict import Outcome

PLAIN = replace(NAME, required=False)
EXCEPTIONS = """Feature: What is agreed

  @exceptions
  Scenario Outline: <statement> is <agreed>
    Then this row holds

    Examples: Agreed
      | statement   | agreed       | until | reason                      |
      | member:held | switched off |       | the app takes whatever comes |
"""


def test_a_chart_that_nothing_breaks_says_what_to_do(tmp_path: Path) -> None:
    found = Rig(tmp_path, Integration((PLAIN,))).weighed()
    assert set(unproven(found)) == {"member:held"}
    held = found["member:held"]
    assert held.outcome is Outcome.NOT_EXERCISED
    assert held.would_exercise == (
        "a bad Person, and no row of the chart can be broken by what was tried: mark what a Member must have as "
        "required, or, if nothing is, say in a table of @exceptions that member:held is switched off"
    )


def test_what_is_marked_as_required_can_be_bad(tmp_path: Path) -> None:
    assert unproven(Rig(tmp_path, Integration((NAME,))).weighed()) == {}


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    found = Rig(tmp_path, Integration((PLAIN,), documents={"agreed": EXCEPTIONS})).weighed()
    assert set(unproven(found)) == {"member:held"}
    assert (found["member:held"].outcome, found["member:held"].note) == (Outcome.OPEN, "the app takes whatever comes")
