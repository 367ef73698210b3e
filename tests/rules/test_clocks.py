"""When clocks change (IANA time zone database 2025b), and which instants tell a zone from an offset that stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from signoff.errors import Place
from signoff.rules.cell import understand
from signoff.rules.clocks import changes, telling_instants, telling_times
from signoff.rules.context import RowTypes, SourceField
from signoff.rules.registry import Around
from signoff.schema import Field, Type

HOUR = timedelta(hours=1)
CHANGES: dict[str, list[tuple[str, timedelta]]] = {
    "America/Chicago": [("2026-03-08T08:00:00", HOUR), ("2026-11-01T07:00:00", -HOUR)],
    "Europe/Berlin": [("2026-03-29T01:00:00", HOUR), ("2026-10-25T01:00:00", -HOUR)],
    "Pacific/Auckland": [("2026-04-04T14:00:00", -HOUR), ("2026-09-26T14:00:00", HOUR)],
    "Australia/Lord_Howe": [("2026-04-04T15:00:00", -HOUR / 2), ("2026-10-03T15:30:00", HOUR / 2)],
    "Australia/Adelaide": [("2026-04-04T16:30:00", -HOUR), ("2026-10-03T16:30:00", HOUR)],
    "America/Sao_Paulo": [],
    "Asia/Kolkata": [],
    "UTC": [],
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_changes_of_a_year(name: str) -> None:
    wanted = [(datetime.fromisoformat(at).replace(tzinfo=UTC), by) for at, by in CHANGES[name]]
    assert list(changes(ZoneInfo(name), 2026)) == wanted


def test_a_year_in_which_a_zone_had_changes_still() -> None:
    found = [one.at.isoformat() for one in changes(ZoneInfo("America/Sao_Paulo"), 2018)]
    assert found == ["2018-02-18T02:00:00+00:00", "2018-11-04T03:00:00+00:00"]


@pytest.mark.parametrize("name", CHANGES)
def test_any_offset_that_stays_shows_another_day_or_hour_at_one_of_the_instants(name: str) -> None:
    zone = ZoneInfo(name)
    told = [one for one, _ in telling_instants(zone, 2026)]
    assert bool(told) is bool(CHANGES[name])
    for offset in {moment.astimezone(zone).utcoffset() for moment in told}:
        assert offset is not None
        assert any(
            (moment + offset).replace(tzinfo=None).date() != moment.astimezone(zone).date() for moment in told
        ), f"{offset} tells the same day as {name} everywhere"


def test_an_hour_that_comes_twice_is_tried_in_both() -> None:
    zone = ZoneInfo("Pacific/Auckland")
    twice = [moment for moment, why in telling_instants(zone, 2026) if "comes twice" in why]
    assert [f"{one.astimezone(zone):%Y-%m-%d %H:%M %z}" for one in twice] == [
        "2026-04-05 02:30 +1300",
        "2026-04-05 02:30 +1200",
    ]


def test_local_times_are_of_both_offsets_and_never_of_an_hour_that_comes_twice() -> None:
    assert [text for text, _ in telling_times(ZoneInfo("Europe/Berlin"), 2026)] == [
        "2026-04-18T09:30:00",
        "2026-11-14T09:30:00",
    ]
    assert list(telling_times(ZoneInfo("UTC"), 2026)) == []


def edges(rule: str, sends: Type, gives: Type, *zones: str) -> set[object]:
    types = RowTypes(Place("x"), (SourceField("a", "a", Field("a", sends)),), Field("b", gives))
    found = understand(rule, types).edges("a", Around(tuple(map(ZoneInfo, zones)), 2026))
    return {one.value for one in found}


def test_a_row_is_tried_around_the_changes_of_its_own_zone_and_of_the_systems() -> None:
    berlin, chicago = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 3, 8, 8, tzinfo=UTC)
    assert {berlin, chicago} <= edges("same date in Europe/Berlin", Type.INSTANT, Type.DATE, "America/Chicago")
    assert berlin not in edges("same date", Type.INSTANT, Type.DATE, "America/Chicago")
    assert date(2026, 9, 27) in edges("same date", Type.DATE, Type.DATE, "UTC", "Pacific/Auckland")


def test_a_text_that_is_read_as_a_moment_is_tried_without_an_offset() -> None:
    assert "2026-04-18T09:30:00" in edges("same date and time in Europe/Berlin", Type.TEXT, Type.INSTANT, "UTC")
    assert "2026-04-18T09:30:00" not in edges("same text", Type.TEXT, Type.TEXT, "Europe/Berlin")
