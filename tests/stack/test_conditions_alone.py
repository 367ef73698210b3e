"""Rehearse joined conditions in suites that are too small for chance: each field alone turns what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from condition_cases import ALONE
from copying import KEEP, Row
from figure_cases import NAME
from rig import Case, Integration, Rig, failed, unproven

from signoff.strategies.rehearsal import draw


@pytest.fixture(scope="module", params=ALONE, ids=lambda one: one.name)
def alone(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, Rig]:
    case: Case = request.param
    return case, Rig(tmp_path_factory.mktemp(case.name), Integration((NAME, case)))


def never_again(make: Callable[[Row], Any]) -> Callable[[Row], Any]:
    """Write a field into new records only."""
    return lambda row: make(row) if row.new else KEEP


def never_taken_back(make: Callable[[Row], Any]) -> Callable[[Row], Any]:
    """Leave a yes, whatever becomes of the condition."""
    return lambda row: row.before is True or make(row)


@pytest.mark.parametrize("effort", ["quick", "standard"])
def test_a_right_connector_is_green_and_a_wrong_value_would_be_noticed(alone: tuple[Case, Rig], effort: str) -> None:
    case, rig = alone
    found = rig.weighed(effort)
    assert unproven(found) == {}
    assert set(found[case.statement].noticed) >= {"created", "changed", "cleared"}


def test_one_that_ignores_a_part_or_every_change_is_red_in_the_row_alone(alone: tuple[Case, Rig]) -> None:
    case, rig = alone
    stuck = (never_taken_back(case.right),) if case.rule.startswith("yes if") else ()
    for wrong in (*case.wrong, never_again(case.right), *stuck):
        found = rig.verdicts({case.name: wrong})
        assert failed(found) == {case.statement}
        assert unproven(found, {case.statement}) == {}


@pytest.mark.parametrize("effort", ["quick", "standard"])
def test_each_field_alone_turns_the_condition_both_ways(alone: tuple[Case, Rig], effort: str) -> None:
    case, rig = alone
    asks = sorted(set(case.sends) - ({"a"} if case.rule.startswith("same text") else set()))
    for seed in (1, 2):
        turned = set(_turned(case, asks, draw(rig.agreement, seed, effort)))
        assert turned >= {(letter, before) for letter in asks for before in (True, False)}


def _turned(case: Case, asks: list[str], script: Any) -> Iterator[tuple[str, bool]]:
    """Yield each field that alone turned what comes of a condition, with whether it held before."""
    records: dict[str, dict[str, Any]] = {}

    def holds(record: dict[str, Any]) -> bool:
        run: Any = SimpleNamespace(today=script.now.date())
        given = case.right(Row(case.name, {"only_a": "x", "only_either_a": "x", **record}, run, None))
        return given is not KEEP if case.rule.startswith("same text") else bool(given)

    for plan in (plan for phase in script.phases for plan in phase.plans if plan.entity == "Person"):
        before = records.get(plan.name)
        records[plan.name] = {**(before or {}), **plan.fields}
        if before is not None and plan.kind == "update" and holds(before) is not holds(records[plan.name]):
            changed = [one for one in asks if before.get(case.field(one)) != records[plan.name].get(case.field(one))]
            if len(changed) == 1:
                yield changed[0], holds(before)
