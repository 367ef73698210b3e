"""Wrong values that a rule thinks of are wrong, plausible, and of the receiving field's form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from signoff.chart import Cell, ValueRow, ValueTable
from signoff.errors import Place
from signoff.record import ABSENT
from signoff.rules.cell import Rule, understand
from signoff.rules.context import Context, Moment, RowTypes, SourceField, World
from signoff.rules.results import BadData, Blank, Kept, LeftOut, Unwritten, Value
from signoff.schema import Entity, Field, Side, SystemSchema, Type

HERE = Place("test")


def table(name: str, rows: Mapping[str, str]) -> ValueTable:
    found = tuple(ValueRow(HERE, Cell(ats, HERE), Cell(app, HERE)) for ats, app in rows.items())
    return ValueTable(name, HERE, ("ATS", "app"), found)


SHIFTS = table("Shifts", {"Day": "day", "Night": "night", "Swing": "swing", "(blank)": "(blank)", "Odd": "left out"})
FEES = table("Fees", {"Gold": "0.25", "Silver": "0.2", "Bronze": "0.1"})
TABLES = {one.name: one for one in (SHIFTS, FEES)}


def rule_of(text: str, *sources: Field, target: Field, many: bool = False) -> Rule:
    known = tuple(SourceField(one.name, one.path, one) for one in sources)
    return understand(text, RowTypes(HERE, known, target, tables=TABLES, target_many=many))


def seen(record: Mapping[str, Any], *sources: Field, **moment: Any) -> Context:
    schema = SystemSchema(Side.ATS, "ats", {"E": Entity("E", {one.name: one for one in sources})})
    at = Moment(**{"now": datetime(2026, 1, 1, tzinfo=UTC), "tables": TABLES, **moment})
    return Context(World(schema, {}), "E", record, at)


SHIFT = Field("shift", Type.TEXT)
PLAN, PAY = Field("plan", Type.TEXT), Field("pay", Type.AMOUNT)


def test_a_table_s_other_values_are_wrong_and_its_words_are_no_values() -> None:
    rule = rule_of('look up in "Shifts"', SHIFT, target=Field("turn", Type.TEXT))
    context = seen({"shift": "Night"}, SHIFT)
    right = rule.value(context)
    assert rule.raw(right) == "night"
    assert rule.other_outputs(right) == ("day", "swing")
    wrong = rule.near_misses(right)
    assert set(wrong) >= {"day", "swing"}
    assert not any(rule.agrees(right, one, context) for one in wrong)


def test_what_has_no_table_has_no_other_outputs() -> None:
    rule = rule_of("same text", SHIFT, target=Field("turn", Type.TEXT))
    assert rule.other_outputs(rule.value(seen({"shift": "Night"}, SHIFT))) == ()


def test_a_formula_gives_other_values_in_the_other_bands_of_its_table() -> None:
    rule = rule_of(
        '= pay * (plan, look up in "Fees"), rounded to 2 decimals', PAY, PLAN, target=Field("fee", Type.AMOUNT)
    )
    context = seen({"pay": 100, "plan": "Silver"}, PAY, PLAN)
    assert rule.raw(rule.value(context)) == 20
    assert sorted(map(float, rule.in_other_bands(context))) == [10.0, 25.0]


@pytest.mark.parametrize(
    ("result", "near"),
    [
        (LeftOut(), (None, "")),
        (Blank("null"), ("", [], ABSENT)),
        (Blank("empty text"), (None, [], ABSENT)),
        (Unwritten("later"), ()),
        (BadData("number cannot be read", "it is no number"), ()),
    ],
)
def test_near_misses_of_what_is_not_a_value(result: Any, near: tuple[Any, ...]) -> None:
    rule = rule_of("same text", SHIFT, target=Field("turn", Type.TEXT))
    assert rule.near_misses(result) == near


def test_a_blank_of_any_form_is_missed_by_a_value() -> None:
    rule = rule_of("same text", SHIFT, target=Field("turn", Type.TEXT))
    [wrong] = rule.near_misses(Blank())
    assert not rule.agrees(Blank(), wrong, seen({}, SHIFT))


def test_a_list_misses_an_item_or_has_another() -> None:
    skills = Field("skills", Type.TEXT, many=True)
    rule = rule_of("every item, in order", skills, target=Field("tags", Type.TEXT, many=True), many=True)
    context = seen({"skills": ["a", "b", "c"]}, skills)
    right = rule.value(context)
    wrong = rule.near_misses(right)
    assert ["a", "b"] in wrong
    assert ["a"] in wrong
    assert ["c", "b", "a"] in wrong
    assert not any(rule.agrees(right, one, context) for one in wrong)
    assert not rule.agrees(right, [], context)
    assert not rule.agrees(right, None, context)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (Value("Ann"), '"Ann"'),
        (Blank(), "blank"),
        (Blank("null"), "null"),
        (LeftOut(), "left out"),
        (Unwritten("it is too early"), "nothing is written: it is too early"),
        (Kept("before"), 'what it held before: "before"'),
        (BadData("number cannot be read", "it is no number"), "bad data: number cannot be read"),
    ],
)
def test_every_result_has_words(result: Any, words: str) -> None:
    assert rule_of("same text", SHIFT, target=Field("turn", Type.TEXT)).shown(result) == words


@pytest.mark.parametrize(("result", "raw"), [(Kept(7), 7), (LeftOut(), ABSENT), (Unwritten("later"), ABSENT)])
def test_every_result_has_a_raw_value(result: Any, raw: Any) -> None:
    assert rule_of("same text", SHIFT, target=Field("turn", Type.TEXT)).raw(result) == raw
