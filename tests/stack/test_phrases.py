"""Rehearse every phrase, modifier and condition of the language: a right connector is green, a wrong one red."""

from __future__ import annotations

import commission_cases
import creating_cases
import figure_cases
import form_cases
import named_cases
import people_cases
import pytest
import record_cases
import table_cases
import text_cases
from rig import Integration, Rig, failed, turns, unproven
from test_both_ways import ROWS

import signoff.rules.families  # noqa: F401  registers every phrase
from signoff.errors import Place
from signoff.expressions.parse import parse_rule
from signoff.rules.address import CORRECTED
from signoff.rules.registry import MODIFIERS, PHRASES

INTEGRATIONS: dict[str, Integration] = {
    "words": text_cases.WORDS,
    "forms": form_cases.FORMS,
    "casts": text_cases.CASTS,
    "money": figure_cases.MONEY,
    "commissions": commission_cases.COMMISSIONS,
    "days": figure_cases.DAYS,
    "clocks": figure_cases.CLOCKS,
    "conditions": figure_cases.CONDITIONS,
    "people": people_cases.PEOPLE,
    "countries": people_cases.COUNTRIES,
    "british": people_cases.BRITISH,
    "longest": people_cases.LONGEST,
    "canadian": people_cases.CANADIAN,
    "references": record_cases.REFERENCES,
    "named": named_cases.BY_FIELD,
    "named more": named_cases.BY_MORE,
    "created": creating_cases.CREATED,
    "modifiers": record_cases.MODIFIERS,
    "defaults": record_cases.DEFAULTS,
    "tables": table_cases.TABLES,
    "nested": table_cases.NESTED,
    "keyed": table_cases.KEYED,
    "lists": people_cases.LISTS,
    "constants": people_cases.CONSTANTS,
}


def test_every_phrase_and_modifier_has_a_case() -> None:
    trees = [
        parse_rule(one.filled(one.rule), Place(one.name))
        for integration in INTEGRATIONS.values()
        for one in integration.cases
        if one.rule
    ]
    steps = {step.phrase for tree in trees for step in tree.steps}
    modifiers = {one.phrase for tree in trees for one in tree.modifiers}
    assert set(PHRASES) - steps == {CORRECTED}  # it needs a service: test_addresses.py
    lacking = {key for key, one in MODIFIERS.items() if not one.not_yet} - modifiers
    both = {one.phrase for _, rule, _ in ROWS.values() for one in parse_rule(rule, Place("both")).modifiers}
    assert lacking == both


@pytest.fixture(scope="module", params=INTEGRATIONS)
def rig(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rig:
    return Rig(tmp_path_factory.mktemp(request.param), INTEGRATIONS[request.param])


def test_a_right_connector_is_green(rig: Rig) -> None:
    found = rig.verdicts()
    assert unproven(found) == {}
    wanted = {one.statement: one.outcome for one in rig.integration.cases}
    assert {name: found[name].outcome for name in wanted} == wanted


def test_a_wrong_row_is_red_and_nothing_else_is(rig: Rig) -> None:
    for wrong, altered in turns(rig.integration.cases):
        found = rig.verdicts(wrong)
        assert failed(found) == altered, unproven(found)
        assert unproven(found, altered) == {}
