"""Counterexamples of planted defects become small, through the whole stack, within 15 rounds and 60 runs."""

from __future__ import annotations

import pytest
from bench import known, smallest_on, verdicts_on

from signoff.strategies.script import Script
from signoff.trial.cohort import weight
from signoff.trial.smallest import Smallest

pytestmark = pytest.mark.defects

SEED = 7
EFFORT = "quick"


def smallest(name: str, statement: str) -> Smallest:
    target = known(name).target
    return smallest_on(target, SEED, EFFORT, verdicts_on(target, SEED, EFFORT))[statement]


def case(found: Smallest) -> Script:
    assert found.script is not None, found.note
    return found.script


def subject(script: Script) -> dict[str, object]:
    [family] = script.families
    plans = script.phases[0].plans
    return dict(next(plan.fields for plan in plans if plan.name == family.subject and plan.kind == "create"))


def test_a_wrong_value_needs_one_person_with_a_plain_name() -> None:
    found = smallest("NamesLowerCased", "worker.last_name")
    assert found.alone is True
    # A candidate reaches the app through a placement; a placement needs a job order, that a contact and a company.
    assert weight(case(found)).records == 5
    assert subject(case(found))["lastName"] == "Lopez"
    assert found.finding.counterexample.found == '"lopez"'
    assert (found.rounds <= 15, found.runs <= 60) == (True, True)


def test_a_text_keeps_the_one_sign_that_matters() -> None:
    found = smallest("P13HtmlEscaped", "worksite.name")
    assert found.alone is True
    assert weight(case(found)).records == 1
    assert len(str(subject(case(found))["name"])) <= 12


def test_a_change_that_does_not_arrive_needs_the_change() -> None:
    found = smallest("ParentNotFollowed", "worksite.parent_name")
    script = case(found)
    assert found.alone is True
    assert [plan.kind for phase in script.phases[1:] for plan in phase.plans] == ["update"]
    assert weight(script).records == 2


def test_what_is_lost_on_a_later_page_is_shown_in_company_though_the_budget_ends_first() -> None:
    found = smallest("P23FirstPageOnly", "contact:arrive")
    assert found.alone is None
    assert "the search was stopped after" in found.note
    assert "it failed together with" in found.note
    # The defect overlooks what comes after the twentieth record.
    assert 21 <= weight(case(found)).records < found.before.records // 4
