"""Conditions and formulas, worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signoff.errors import Place
from signoff.expressions.calculate import formula
from signoff.expressions.evaluate import Unreadable, holds, plain_number, yes_no
from signoff.expressions.parse import parse_condition, parse_formula
from signoff.record import ABSENT

PLACE = Place("test")
CHICAGO = ZoneInfo("America/Chicago")


@dataclass
class Person:
    fields: Mapping[str, Any]
    placements: Sequence[Person] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    zone: ZoneInfo = CHICAGO

    def today(self) -> date:
        return date(2026, 3, 9)

    def typed(self, name: str) -> Any:
        return self.fields.get(name, ABSENT)

    def setting(self, name: str) -> Any:
        return self.settings.get(name, ABSENT)

    def related(self, entity: str, by: str = "") -> Sequence[Person]:
        return self.placements


def check(condition: str, **fields: Any) -> bool:
    return holds(parse_condition(condition, PLACE), Person(fields))


@pytest.mark.parametrize(
    ("condition", "value", "expected"),
    [
        ('x is "Active"', "Active", True),
        ('x is "Active"', "active", False),
        ('x is "Active"', "Active ", False),
        ('x is "Active"', None, False),
        ('x is not "Active"', None, True),
        ('x is not "Active"', ABSENT, True),
        ("x is 5", Decimal("5.0"), True),
        ('x is "5"', 5, True),
        ('x is "true"', True, True),
        ('x is one of "A" or "B"', "B", True),
        ('x is not one of "A" or "B"', "C", True),
        ("x is yes", True, True),
        ("x is yes", "Y", True),
        ("x is no", 0, True),
        ("x is no", None, False),
        ("x is not yes", None, True),
        ("x is blank", "\u00a0 ", True),
        ("x is blank", [], True),
        ("x is blank", 0, False),
        ("x is blank", False, False),
        ("x is filled", 0, True),
        ('x contains "perm"', "perm hire", True),
        ('x contains "perm"', "Perm hire", False),
        ('x does not contain "perm"', None, True),
        ('x matches "[A-Z]{2}"', "TX", True),
        ('x matches "[A-Z]{2}"', "TXA", False),
        ("x is before today", date(2026, 3, 8), True),
        ("x is before today", date(2026, 3, 9), False),
        ("x is on or after today", date(2026, 3, 9), True),
        ("x is after today", None, False),
        ("x is not after today", None, True),
        ("x is on or before in 2 days", date(2026, 3, 11), True),
        ("x is on or before in 2 days", date(2026, 3, 12), False),
        ("x is after 2 days ago", date(2026, 3, 8), True),
        ("x is before 2026-03-10", "2026-03-09", True),
        ("x is on or before 2026-03-09 exclusive", date(2026, 3, 9), False),
        ("x is within 14 days", date(2026, 3, 23), True),
        ("x is within 14 days", date(2026, 3, 24), False),
        ("x is within 14 days", date(2026, 2, 23), True),
        ("x is within 14 days", date(2026, 2, 22), False),
        ("x is within 14 days exclusive", date(2026, 3, 23), False),
        ("x is before today", "not a date", False),
        ("x > 5", Decimal("5.01"), True),
        ("x > 5", 5, False),
        ("x >= 5", "5", True),
        ("x < 0", None, False),
        ("x > 5", "many", False),
    ],
)
def test_a_condition_on_one_value(condition: str, value: Any, expected: bool) -> None:
    assert check(condition, x=value) is expected


def test_an_instant_is_a_day_in_the_integrations_zone() -> None:
    # 04:30 UTC on the 9th is still the 8th in Chicago, whose clocks went forward that night.
    assert check("x is before today", x=datetime(2026, 3, 9, 4, 30, tzinfo=UTC))
    assert not check("x is before today", x=datetime(2026, 3, 9, 5, 0, tzinfo=UTC))


def test_a_list_passes_when_one_item_does() -> None:
    assert check('x is "ICU"', x=["ER", "ICU"])
    assert not check('x is not "ICU"', x=["ER", "ICU"])
    assert check("x is blank", x=["", None])


def test_fields_are_compared_with_fields() -> None:
    assert check("a is after b", a=date(2026, 1, 2), b=date(2026, 1, 1))
    assert check("a is b", a="x", b="x")
    assert not check("a is b", a=None, b=None)
    assert check("a > b", a=2, b=Decimal("1.5"))


@pytest.mark.parametrize(
    ("condition", "statuses", "expected"),
    [
        ('some Placement has (status is "A")', ["B", "A"], True),
        ('some Placement has (status is "A")', [], False),
        ('no Placement has (status is "A")', [], True),
        ('no Placement has (status is "A")', ["A"], False),
        ('every Placement has (status is "A")', [], True),
        ('every Placement has (status is "A")', ["A", "B"], False),
        ('fewer than 2 Placements have (status is "A")', ["A", "B"], True),
        ('fewer than 2 Placements have (status is "A")', ["A", "A"], False),
        ("more than 1 Placements", ["A", "B"], True),
        ("more than 1 Placements", ["A"], False),
    ],
)
def test_quantifiers(condition: str, statuses: list[str], expected: bool) -> None:
    person = Person({}, [Person({"status": status}) for status in statuses])
    assert holds(parse_condition(condition, PLACE), person) is expected


def test_settings_are_read_by_name() -> None:
    condition = parse_condition('setting region is "EMEA"', PLACE)
    assert holds(condition, Person({}, settings={"region": "EMEA"}))
    assert not holds(condition, Person({}))


@given(st.text())
def test_a_condition_and_its_opposite_never_agree(value: str) -> None:
    assert check('x is "A"', x=value) is not check('x is not "A"', x=value)
    assert check('x contains "A"', x=value) is not check('x does not contain "A"', x=value)
    assert check("x is blank", x=value) is not check("x is filled", x=value)


def calculate(text: str, blank_as_0: bool = False, **fields: Any) -> Decimal | None:
    return formula(parse_formula(text, PLACE), blank_as_0)(Person(fields))


@pytest.mark.parametrize(
    ("text", "fields", "expected"),
    [
        # Bullhorn KB: $100,000 at 20 % is $20,000; bill $80, pay $40, burden 20 %, per diem $12, 40 h is $800.
        ("= salary * fee", {"salary": 100000, "fee": Decimal("0.20")}, "20000"),
        ("= (80 - (40 * (1 + 20 %) + 12)) * 40", {}, "800"),
        ("= a - b - c", {"a": 10, "b": 3, "c": 2}, "5"),
        ("= a * b", {"a": Decimal("0.1"), "b": 3}, "0.3"),
        ("= -a + 1", {"a": 5}, "-4"),
        ("= (a or 14 %)", {"a": None}, "0.14"),
        ("= (a or 14 %)", {"a": 0}, "0"),
        ("= max(a, 5) - min(a, 5)", {"a": 9}, "4"),
        ("= sum(xs)", {"xs": [1, Decimal("2.5"), 3]}, "6.5"),
        ("= a + 1", {"a": "41"}, "42"),
        ("= a * b", {"a": Decimal("7.0833"), "b": Decimal("33.125")}, "234.6343125"),
    ],
)
def test_a_formula_worked_by_hand(text: str, fields: dict[str, Any], expected: str) -> None:
    assert calculate(text, **fields) == Decimal(expected)


def test_a_blank_operand_makes_the_result_blank_unless_it_counts_as_0() -> None:
    assert calculate("= a + b", a=5, b="") is None
    assert calculate("= a + b", blank_as_0=True, a=5, b="") == 5
    assert calculate("= sum(xs)", xs=[1, None]) is None


@pytest.mark.parametrize("fields", [{"a": "x", "b": 1}, {"a": 1, "b": 0}, {"a": True, "b": 1}])
def test_no_number_and_division_by_0_are_unreadable(fields: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        calculate("= a / b", **fields)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_a_number_written_plainly_reads_back_as_itself(number: Decimal) -> None:
    text = plain_number(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert not text.endswith(".")


def test_yes_and_no_are_read_from_the_usual_words() -> None:
    assert [yes_no(word) for word in ("False", "false", "N", 0, "TRUE", "1", None)] == [
        False, False, False, False, True, True, None,
    ]  # fmt: skip
    with pytest.raises(Unreadable):
        yes_no("maybe")


class Odd(Person):
    """A record of which one field holds what its type cannot be."""

    def typed(self, name: str) -> Any:
        raise Unreadable("not a date")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("x is blank", False),
        ("x is filled", True),
        ("x is after today", False),
        ("x is not within 3 days", True),
        ('x is "a"', False),
        ('x is not "a"', True),
        ('x matches ".*"', False),
        ('x contains "o"', False),
        ("x < 5", False),
        ("x is y", False),
    ],
)
def test_what_cannot_be_read_is_filled_and_true_of_nothing(condition: str, expected: bool) -> None:
    assert holds(parse_condition(condition, PLACE), Odd({})) is expected
