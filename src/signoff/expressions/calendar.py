"""Go from day to day without falling off the calendar: systems write 9999-12-31 where there is no end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo


def beside(day: date, days: int) -> date | None:
    """Return the day so many days later, or earlier; None where the calendar has none."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def moved(moment: datetime, far: timedelta) -> datetime | None:
    """Return another instant, or None where the calendar has none."""
    try:
        return moment + far
    except OverflowError:
        return None


def seen_in(moment: datetime, zone: tzinfo = UTC) -> datetime:
    """Return an aware instant as a zone shows it; in the calendar's first and last hours as it was written."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment.replace(tzinfo=zone)
