"""What can be proven of conditions, and what must not be: the semantics are those of evaluating them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from signoff.errors import Place
from signoff.expressions.evaluate import holds
from signoff.expressions.parse import parse_condition
from signoff.lint.logic import never
from signoff.schema import Field, Type

FIELDS = {
    "status": Field("status", Type.PICKLIST, choices=("Active", "Placed", "DNU"), closed=True),
    "kind": Field("kind", Type.TEXT),
    "rate": Field("rate", Type.AMOUNT),
    "begin": Field("begin", Type.DATE),
    "moment": Field("moment", Type.INSTANT),
    "flag": Field("flag", Type.YES_NO),
    "skills": Field("skills", Type.TEXT, many=True),
}
TODAY = date(2026, 3, 2)


def impossible(*conditions: str, unless: tuple[str, ...] = ()) -> bool:
    place = Place("here")
    return never(
        [parse_condition(one, place) for one in conditions],
        FIELDS.get,
        [parse_condition(one, place) for one in unless],
    )


@pytest.mark.parametrize(
    "condition",
    [
        'status is "Active" and status is "Placed"',
        'status is "Active" and status is not "Active"',
        "status is blank and status is filled",
        'status is blank and status is "Active"',
        'status is one of "Active" or "DNU" and status is one of "Placed" or "Archive"',
        'status is filled and status is not one of "Active" or "Placed" or "DNU"',
        'status contains "x"',
        'kind is "temp" and kind contains "perm"',
        'kind is "temp" and kind matches "p.*"',
        "rate > 20 and rate < 10",
        "rate > 20 and rate <= 20",
        "rate is 5 and rate > 5",
        "rate is blank and rate > 5",
        "begin is after 2026-03-01 and begin is before 2026-03-02",
        "begin is after today and begin is before today",
        "begin is after 9999-12-31",
        "begin is before 0001-01-01",
        "begin is within 3 days and begin is before 10 days ago",
        "flag is yes and flag is no",
        "flag is yes and flag is blank",
        'skills is "welding" and not (skills is "welding")',
        'some Placement has (status is "Active" and not (status is "Active"))',
        '(status is "Active" or status is "DNU") and status is "Placed"',
        'not (status is "Active" or status is not "Active")',
        'begin is "soon"',
        'begin is one of "2023-02-30" or "soon"',
        'moment is "2024-02-29"',
        'kind matches "a^"',
    ],
)
def test_contradictions(condition: str) -> None:
    assert impossible(condition)


@pytest.mark.parametrize(
    "condition",
    [
        'skills is "welding" and skills is "driving"',
        'unknown is "a" and unknown is "b"',
        "rate > 20 and rate < 21",
        "rate >= 20 and rate <= 20",
        'status is not "Active" and status is not "Placed" and status is not "DNU"',
        "begin is on or after today and begin is on or before today",
        "begin is after 2026-03-01 and begin is before today",
        "begin is on or after 9999-12-31",
        "begin is after 9999-12-30",
        "begin is on or before 0001-01-01",
        "flag is no and not (flag is yes)",
        'kind is not "temp" and not (kind contains "e")',
        'some Placement has (status is "Active") and some Placement has (status is "DNU")',
        'kind is "temp" or kind is "perm"',
        'rate is "5.0" and kind is "x"',
        'begin is one of "soon" or "9999-12-31"',
        'begin is not "soon"',
        'moment is "2024-02-29T00:00:00+00:00"',
        'kind does not match "a^"',
    ],
)
def test_what_can_happen(condition: str) -> None:
    assert not impossible(condition)


def test_one_condition_within_others() -> None:
    assert impossible('kind is "temp"', unless=('kind is one of "temp" or "perm"',))
    assert impossible("rate > 20", unless=("rate > 10",))
    assert impossible('status is "DNU"', unless=('status is "Active"', 'status is not "Active"'))
    assert not impossible("rate > 10", unless=("rate > 20",))
    assert not impossible('kind is not "temp"', unless=('kind is "perm"',))


def test_nothing_at_all_can_happen() -> None:
    assert not never([], FIELDS.get)


def test_a_condition_of_too_many_alternatives_counts_as_possible() -> None:
    many = " and ".join(f'(kind is "{one}" or rate > {one})' for one in range(10))
    assert not impossible(f'{many} and status is "Active" and status is "Placed"')


class Person:
    """Be a record of one value a field."""

    zone = ZoneInfo("UTC")

    def __init__(self, **values: Any) -> None:
        self.values = values

    def typed(self, name: str) -> Any:
        return self.values.get(name)

    def setting(self, name: str) -> Any:
        raise KeyError(name)

    def today(self) -> date:
        return TODAY

    def related(self, _entity: str, _by: str = "") -> list[Any]:
        return []


ATOMS = (
    'status is "Active"',
    'status is not "Active"',
    "status is blank",
    'status contains "c"',
    "rate > 10",
    "rate <= 10",
    "rate is 10",
    "begin is before today",
    "begin is on or after 2026-03-02",
    "begin is within 1 days",
    "flag is yes",
    "not (flag is no)",
)
PEOPLE = [
    Person(status=status, rate=rate, begin=begin, flag=flag)
    for status, rate, begin, flag in product(
        (None, "Active", "Placed", "DNU"),
        (None, Decimal(9), Decimal(10), Decimal(11)),
        (None, TODAY - timedelta(days=2), TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=2)),
        (None, True, False),
    )
]


@pytest.mark.parametrize(("one", "other"), [(one, other) for one in ATOMS for other in ATOMS])
def test_what_is_called_impossible_holds_for_nobody(one: str, other: str) -> None:
    """A claim of contradiction is refuted by any record that fulfils the condition."""
    place = Place("here")
    for text in (f"{one} and {other}", f"{one} and not ({other})", f"not ({one}) and not ({other})"):
        if impossible(text):
            tree = parse_condition(text, place)
            assert [person.values for person in PEOPLE if holds(tree, person)] == [], text
