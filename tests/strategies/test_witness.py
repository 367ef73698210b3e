"""For every test that a condition can make, a record on each side of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from signoff.errors import Place
from signoff.expressions.evaluate import holds
from signoff.expressions.parse import parse_condition
from signoff.record import ABSENT
from signoff.schema import Field, Type
from signoff.strategies.made import FILLED
from signoff.strategies.witness import Demand, Way, Witness

TODAY = date(2026, 3, 2)

FIELDS = {
    "status": Field("status", Type.PICKLIST, choices=("Active", "Placed", "DNU")),
    "name": Field("name", Type.TEXT),
    "rate": Field("rate", Type.AMOUNT),
    "hours": Field("hours", Type.NUMBER),
    "ready": Field("ready", Type.YES_NO),
    "begins": Field("begins", Type.DATE),
    "ends": Field("ends", Type.DATE),
}


SETTINGS = {"least": 20, "wanted": "Active", "opening": "2026-01-01"}


class Seen:
    """A record with what a way demands, read as conditions read records."""

    zone = ZoneInfo("America/Chicago")

    def __init__(self, demands: Sequence[Demand]) -> None:
        self.fields: Mapping[str, Any] = {one.path: one.value for one in demands if not one.child}
        self.children = [one for one in demands if one.child]

    def today(self) -> date:
        return TODAY

    def typed(self, name: str) -> Any:
        return self.fields.get(name, ABSENT)

    def setting(self, name: str) -> Any:
        return SETTINGS.get(name, ABSENT)

    def related(self, entity: str, by: str = "") -> list["Seen"]:
        return [Seen(one.inner) for one in self.children if one.child == entity]


def ways(text: str, truth: bool) -> list[Way]:
    witness = Witness(lambda entity, name: FIELDS.get(name), TODAY, SETTINGS)
    return witness.ways(parse_condition(text, Place("x")), truth, "Candidate")


@pytest.mark.parametrize(
    "condition",
    [
        'status is "Active"',
        'status is not "Active"',
        'status is one of "Active" or "Placed"',
        'status is not one of "Active" or "Placed"',
        'name is "Ana"',
        "ready is yes",
        "ready is no",
        "ready is not yes",
        "name is blank",
        "name is filled",
        "begins is filled",
        "rate is filled",
        "status is not blank",
        'name contains "temp"',
        'name is not "x" and name is filled',
        'name matches "[A-Z]{2}[0-9]{3}"',
        'name is not "x"',
        "begins is before today",
        "begins is after today",
        "begins is on or before today",
        "begins is on or after today",
        "begins is before 2026-07-01",
        "begins is after 30 days ago",
        "begins is on or before in 14 days",
        "begins is before ends",
        "begins is on or after ends",
        "begins is within 10 days",
        "begins is not within 10 days",
        "begins is within 3 days",
        "rate < 20",
        "rate <= 20",
        "rate > 20",
        "rate >= 20",
        "rate > hours",
        "hours <= rate",
        "hours is 8",
        "name is status",
        "begins is ends",
        "hours is not rate",
        "rate > setting least",
        "status is setting wanted",
        "begins is after setting opening",
        'setting wanted is "Active"',
        'setting wanted is "Placed" or name is "x"',
        'some Placement has (status is "Active")',
        'no Placement has (status is "Active")',
        'every Placement has (status is "Active")',
        'fewer than 2 Placements have (status is "Active")',
        'more than 2 Placements have (status is "Active")',
        "more than 1 Placements",
        "fewer than 1 Placements",
        'not (status is "Active")',
        'status is "Active" and ready is yes',
        'status is "Active" or ready is yes',
        'some Placement has (status is "Active" and (ends is blank or ends is on or after today))',
    ],
)
@pytest.mark.parametrize("truth", [True, False])
def test_there_is_a_way_and_every_way_leads_where_it_should(condition: str, truth: bool) -> None:
    found = ways(condition, truth)
    assert found or (condition, truth) == ('setting wanted is "Active"', False)
    tree = parse_condition(condition, Place("x"))
    assert [holds(tree, Seen(way)) for way in found] == [truth] * len(found)


def test_of_two_conditions_each_is_seen_to_count() -> None:
    found = [{one.path: one.value for one in way} for way in ways('status is "Active" and rate > 20', False)]
    assert any(one.get("status") == "Active" and one.get("rate") == Decimal(19) for one in found)
    assert any(one.get("status") == "Placed" and one.get("rate") == Decimal(21) for one in found)


def test_both_sides_of_every_boundary_are_tried() -> None:
    # No comparison holds for a blank, so that a blank is one of the ways to be out of it.
    assert {one[0].value for one in ways("rate > 20", True)} == {Decimal(21)}
    assert {one[0].value for one in ways("rate > 20", False)} == {Decimal(19), Decimal(20), None}
    assert {one[0].value for one in ways("rate >= 20", True)} == {Decimal(20), Decimal(21)}
    assert {one[0].value for one in ways('status is "Active"', False)} == {"Placed", "DNU", None}


def test_days_stand_where_a_passing_day_moves_nobody() -> None:
    def distances(truth: bool) -> set[int]:
        return {(way[0].value - TODAY).days for way in ways("begins is on or after today", truth) if way[0].value}

    # Tomorrow the day itself would not fit any more, so it is not tried.
    assert distances(True) == {6, 40}
    assert distances(False) == {-6, -40}
    before = {(way[0].value - TODAY).days for way in ways("begins is on or before today", True)}
    assert before == {0, -6, -40}


HELD: Mapping[str, Field] = {
    "mail": Field("mail", Type.EMAIL, pattern=r"^[\x21-\x7e]+$"),
    "code": Field("code", Type.TEXT, max_length=5),
    "pin": Field("pin", Type.TEXT, pattern=r"^[0-9]{4}$"),
    "grade": Field("grade", Type.PICKLIST, choices=("Active", "Gone"), closed=True),
    "begins": Field("begins", Type.DATE),
    "ends": Field("ends", Type.INSTANT),
    "rate": Field("rate", Type.AMOUNT),
    "ready": Field("ready", Type.YES_NO),
}


def demanded(text: str, truth: bool = True) -> list[Any]:
    witness = Witness(lambda entity, name: HELD.get(name), TODAY, SETTINGS)
    return [way[0].value for way in witness.ways(parse_condition(text, Place("x")), truth, "Candidate")]


@pytest.mark.parametrize(
    ("condition", "holding", "lacking"),
    [
        ('mail contains "@agency.example"', "x@agency.example", "nobody@example.org"),
        ('mail contains "Test"', "Test@example.org", "nobody@example.org"),
        ('code contains "ABCDE"', "ABCDE", "~"),
        ('grade contains "ct"', "Active", "Gone"),
        ('grade matches "G.*"', "Gone", "Active"),
    ],
)
def test_a_text_that_is_looked_for_stands_in_what_the_field_can_hold(
    condition: str, holding: str, lacking: str
) -> None:
    assert demanded(condition)[0] == holding
    assert demanded(condition, False)[0] == lacking


@pytest.mark.parametrize(
    ("condition", "other"),
    [
        ('mail is "ana@example.org"', "nobody@example.org"),
        ('mail is "nobody@example.org"', "someone@example.org"),
        ('code is "A"', "x"),
        ('code is one of "x" or "A"', "z"),
        ('pin is "1234"', "0000"),
    ],
)
def test_another_text_is_one_that_the_field_can_hold(condition: str, other: str) -> None:
    assert demanded(condition, False)[0] == other


def test_what_is_only_to_be_filled_is_left_to_the_world_which_gives_each_record_its_own() -> None:
    assert demanded("mail is filled") == [FILLED]
    assert demanded("code is filled") == [FILLED]


@pytest.mark.parametrize("field", ["begins", "ends", "rate", "ready"])
@pytest.mark.parametrize("test", ['contains "9999"', 'matches "[a-z]+"'])
def test_nothing_is_asked_of_a_field_that_it_cannot_hold(field: str, test: str) -> None:
    assert demanded(f"{field} {test}") == []


def test_a_day_that_is_none_is_never_asked_for() -> None:
    assert demanded('begins is "soon"') == []
    assert demanded('begins is one of "2023-02-30" or "2024-02-29"') == [date(2024, 2, 29)]
    assert demanded('begins is not "soon"')[0] == TODAY


def test_the_last_day_of_an_instant_is_there_in_western_zones_too() -> None:
    for condition in ("ends is on or after 9999-12-31", "ends is not before 9999-12-31"):
        moments = [one for one in demanded(condition) if isinstance(one, datetime)]
        assert moments
        assert {one.astimezone(ZoneInfo("Pacific/Pago_Pago")).date() for one in moments} == {date.max}


def values(condition: str, truth: bool) -> list[Any]:
    return [one.value for way in ways(condition, truth) for one in way]


def test_texts_are_tried_that_differ_from_a_word_in_case_only() -> None:
    assert values('name contains "TEST"', False) == ["none of it", "x test y", None]
    assert values('name contains "TEST"', True) == ["x TEST y", "xTESTy"]
    assert values('name is "CHI"', False) == ["something else", "chi", "CHI x", None]
    assert {"ann", "ANN", "bob", "BOB"} <= set(values('name is one of "Ann" or "Bob"', False))
