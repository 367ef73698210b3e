"""Find when a zone's clocks change, and which instants tell a zone from an offset that never changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

MOST_CHANGES = 4
"""Changes of a year that are looked at: Morocco stops its summer time for Ramadan."""


class Change(NamedTuple):
    """Hold a change of a zone's clocks: the first instant of the new offset, in UTC, and how far they go."""

    at: datetime
    by: timedelta


@lru_cache(maxsize=64)
def changes(zone: ZoneInfo, year: int) -> tuple[Change, ...]:
    """Return the changes of a zone's clocks in a year, to the second; none where its offset stays."""
    found: list[Change] = []
    day = datetime(year, 1, 1, tzinfo=UTC)
    while day.year == year and len(found) < MOST_CHANGES:
        after = day + timedelta(days=1)
        by = _offset(after, zone) - _offset(day, zone)
        if by:
            found.append(Change(_first(day, after, zone), by))
        day = after
    return tuple(found)


def _first(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    old = _offset(before, zone)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _offset(middle, zone) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def telling_instants(zone: ZoneInfo, year: int) -> Iterator[tuple[datetime, str]]:
    """Yield instants of a year around the changes of a zone's clocks, and what each is.

    The last before a change and the first after it; of an hour that comes twice a moment in each; and one for each of
    the two offsets that lies on another day by the other one. None where the clocks stay.
    """
    known = changes(zone, year)
    for one in known:
        if one.by > timedelta():
            yield one.at - timedelta(seconds=1), f"the last second before the clocks of {zone.key} go forward"
            yield one.at, f"the moment at which the clocks of {zone.key} go forward"
        else:
            yield one.at + one.by / 2, f"the first time of an hour that comes twice in {zone.key}"
            yield one.at - one.by / 2, f"the second time of an hour that comes twice in {zone.key}"
    for one in known[:2]:
        far = abs(one.by) / 2
        if one.by > timedelta():
            midnight = _midnight(one.at + timedelta(days=20), zone)
            yield midnight + far, f"past midnight in {zone.key}, before it by the winter's offset"
        else:
            midnight = _midnight(one.at + timedelta(days=20), zone)
            yield midnight - far, f"before midnight in {zone.key}, past it by the summer's offset"


def _midnight(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the midnight with which a zone's day of an instant begins."""
    day = moment.astimezone(zone).date()
    return datetime.combine(day, time(), zone).astimezone(UTC)


def telling_times(zone: ZoneInfo, year: int) -> Iterator[tuple[str, str]]:
    """Yield local times without an offset, in ISO 8601, one by each offset of the year; none where the clocks stay.

    None of them is one that the clocks skip or show twice, which nobody can read for certain.
    """
    for one in changes(zone, year)[:2]:
        local = (one.at + timedelta(days=20)).astimezone(zone).replace(hour=9, minute=30, second=0, microsecond=0)
        season = "summer" if one.by > timedelta() else "winter"
        yield f"{local:%Y-%m-%dT%H:%M:%S}", f"no offset written, in the {season} of {zone.key}"
