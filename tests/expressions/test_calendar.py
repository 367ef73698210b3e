"""The calendar's first and last day are days like others, with a neighbour on one side only."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from signoff.errors import Place
from signoff.expressions.calendar import beside, moved, seen_in
from signoff.expressions.evaluate import day, holds
from signoff.expressions.parse import parse_condition
from signoff.rules.dates import _near_days, _near_instants
from signoff.rules.reading import read, write
from signoff.schema import Field, Type, Wire
from signoff.strategies.witness import Witness

LAST, FIRST = date(9999, 12, 31), date(1, 1, 1)
CHICAGO, BERLIN = ZoneInfo("America/Chicago"), ZoneInfo("Europe/Berlin")
END = Field("end", Type.DATE, nullable=True)


def test_days_beside_the_calendar_s_ends() -> None:
    assert (beside(LAST, -1), beside(LAST, 1)) == (date(9999, 12, 30), None)
    assert (beside(FIRST, 1), beside(FIRST, -1)) == (date(1, 1, 2), None)
    assert moved(datetime(9999, 12, 31, 23, tzinfo=UTC), timedelta(hours=1)) is None


@pytest.mark.parametrize(
    ("moment", "zone", "seen"),
    [
        (datetime(9999, 12, 31, 23, 30, tzinfo=UTC), BERLIN, LAST),
        (datetime(9999, 12, 31, 3, tzinfo=UTC), CHICAGO, date(9999, 12, 30)),
        (datetime(9999, 12, 31, 23, tzinfo=CHICAGO), UTC, LAST),
        (datetime(1, 1, 1, 0, tzinfo=BERLIN), UTC, FIRST),
        (datetime(1, 1, 1, 3, tzinfo=UTC), CHICAGO, FIRST),
        (datetime(2026, 3, 2, 3, tzinfo=UTC), CHICAGO, date(2026, 3, 1)),
    ],
)
def test_an_instant_keeps_its_day_where_the_other_zone_has_none(moment: datetime, zone: Any, seen: date) -> None:
    assert seen_in(moment, zone).date() == seen


def test_what_is_read_and_written_there() -> None:
    assert day("9999-12-31T23:59:59Z", BERLIN) == LAST
    ended = Field("end", Type.DATE, wire=Wire.EPOCH_MS)
    assert write(ended, LAST, ZoneInfo("UTC")) == 253402214400000
    assert read(ended, Decimal(253402214400000), ZoneInfo("UTC")) == LAST
    assert write(Field("end", Type.INSTANT), FIRST, BERLIN) == "0001-01-01T00:00:00Z"


def test_near_misses_stay_in_the_calendar() -> None:
    assert list(_near_days(LAST, None)) == [date(9999, 12, 30), date(9899, 12, 28)]
    assert list(_near_days(FIRST, None)) == [date(1, 1, 2), date(101, 1, 1)]
    near = list(_near_instants(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), None))
    assert near == [datetime(9999, 12, 31, 22, 59, 59, tzinfo=UTC), datetime(9999, 12, 31, 18, 59, 59, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("relation", "boundary", "fitting", "other"),
    [
        ("on or after", True, ["9999-12-31"], ["9999-12-30", None]),
        ("before", True, ["9999-12-30"], ["9999-12-31", None]),
        ("after", True, [], ["9999-12-31", "9999-12-30", None]),
        ("on or after", False, ["9999-12-31"], ["9999-12-25", "9999-11-21", None]),
        ("on or before", False, ["9999-12-25", "9999-11-21", "9999-12-31"], [None]),
    ],
)
def test_the_generator_tries_the_days_that_there_are(
    relation: str, boundary: bool, fitting: list[str], other: list[str | None]
) -> None:
    condition = parse_condition(f"end is {relation} 9999-12-31", Place("a"))
    witness = Witness(lambda entity, name: END, date(2026, 3, 2), boundary=boundary)
    for truth, wanted in ((True, fitting), (False, other)):
        values = [way[0].value for way in witness.ways(condition, truth, "Person")]
        assert [one and one.isoformat() for one in values] == wanted
        for one in values:
            record: Any = SimpleNamespace(typed=lambda name, one=one: one, zone=CHICAGO)
            assert holds(condition, record) is truth


def test_a_test_for_the_last_day_itself_has_another_day_to_fail_with() -> None:
    condition = parse_condition('end is "9999-12-31"', Place("a"))
    values = [way[0].value for way in Witness(lambda *_: END, date(2026, 3, 2)).ways(condition, False, "Person")]
    assert values == [date(9999, 12, 25), None]
