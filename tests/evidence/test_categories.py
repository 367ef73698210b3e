from __future__ import annotations

import re

import pytest

from signoff.evidence.categories import CATEGORIES, category, for_allure_2, for_allure_3
from signoff.verdict import Counterexample, Finding, Outcome, Verdict


def found(kind: str, outcome: Outcome = Outcome.FAILED) -> Verdict:
    return Verdict("x", outcome, findings=(Finding("x", kind, Counterexample("r", "e", "f")),))


@pytest.mark.parametrize(
    "verdict, name",
    [
        (found("wrong value"), "Mapping mismatch"),
        (found("leak"), "Leak"),
        (found("leak", Outcome.WAIVED), "Leak"),
        (found("contract"), "Contract"),
        (found("missing"), "Missing, surplus or repeated records"),
        (Verdict("x", Outcome.NOT_EXERCISED), "Not exercised"),
        (Verdict("x", Outcome.BLOCKED), "Access and environment (blocked)"),
        (Verdict("x", Outcome.FAILED), "Mapping mismatch"),
        (Verdict("x", Outcome.VERIFIED), None),
        (Verdict("x", Outcome.OPEN), None),
    ],
)
def test_each_verdict_has_one_category(verdict: Verdict, name: str | None) -> None:
    sorted_into = category(verdict)
    assert (sorted_into.name if sorted_into else None) == name


def test_both_allures_get_the_same_categories_and_their_patterns_match_the_names() -> None:
    assert {one["name"] for one in for_allure_2()} == {one["name"] for one in for_allure_3()}
    for one in CATEGORIES:
        second = next(each for each in for_allure_2() if each["name"] == one.name)
        third = next(each for each in for_allure_3() if each["name"] == one.name)
        if "messageRegex" in second:
            assert re.fullmatch(second["messageRegex"], f"{one.name}: expected 1, found 2\nmore")
            assert re.search(third["matchers"][0]["labels"]["finding"], one.name)
        else:
            assert third["matchers"] == [{"statuses": ["broken"]}]
