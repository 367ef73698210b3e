"""Compare calendar days and instants. A date is never shifted; an instant becomes a day in its system's zone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from signoff.expressions.calendar import beside, moved, seen_in
from signoff.expressions.evaluate import Unreadable
from signoff.expressions.tree import Step
from signoff.record import Value
from signoff.rules import results
from signoff.rules import sources as s
from signoff.rules.clocks import changes, telling_instants
from signoff.rules.context import Context
from signoff.rules.reading import day_of_text, instant_of_text, reading
from signoff.rules.registry import BLANK, Around, Ask, Edge, Kind, Outcome, Run, ex, kind, rule
from signoff.rules.work import Work
from signoff.schema import Field, Type, Wire


def day_in(value: Any, zone: ZoneInfo) -> date:
    """Return the calendar day of a date, of an instant in the zone, or of ISO text; raise Unreadable."""
    if isinstance(value, datetime):
        return seen_in(value, zone).date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        text = value.strip()
        if len(text) > 10 and day_of_text(text):
            moment = datetime.fromisoformat(text)
            return seen_in(moment, zone).date() if moment.tzinfo else moment.date()
        return day_of_text(text)
    raise Unreadable("not a date")


def _convert_day(value: Any, context: Context, ask: Ask) -> date:
    try:
        return day_in(value, ask.zone or context.system_zone)
    except Unreadable:
        raise results.bad(results.DATE_UNREADABLE, "it is no date of the form YYYY-MM-DD") from None


def _found_day(raw: Value, context: Context, ask: Ask) -> date:
    field = ask.target
    zone = ask.zone or context.target_zone
    if field is not None and field.type in (Type.DATE, Type.INSTANT):
        return day_in(reading(field.type, field.wire)(raw, context.target_zone), zone)
    return day_in(raw, zone)


def _near_days(day: date, _field: Field | None) -> Iterator[date]:
    yield from (near for far in (-1, 1) if (near := beside(day, far)) is not None)
    if day.day <= 12 and day.day != day.month:
        yield day.replace(month=day.day, day=day.month)
    if day.year >= 2000:
        yield day.replace(year=day.year - 100, day=min(day.day, 28))
    else:
        yield day.replace(year=day.year + 100, day=min(day.day, 28))


def day_edges(_field: Field | None, around: Around) -> Iterator[Edge]:
    """Yield days worth trying, with those on which the clocks of the row's zones change."""
    yield Edge(date(2024, 2, 29), "a leap day")
    yield Edge(date(1955, 3, 4), "a birth year that a two-digit reader takes for 2055; day and month can be swapped")
    yield Edge(date(2026, 12, 31), "the last day of a year")
    yield Edge(date(2027, 1, 1), "the first day of a year")
    yield Edge(date(1969, 12, 31), "the day before the epoch")
    yield Edge(date(2026, 5, 4), "a day of 12 or less: day and month can be swapped")
    for zone in around.zones:
        for one in changes(zone, around.year):
            way = "forward" if one.by > timedelta() else "back"
            yield Edge(one.at.astimezone(zone).date(), f"the day on which the clocks of {zone.key} go {way}")
    yield Edge(date(2038, 1, 20), "past the last second that 32 bits can count")


DATE: Final = kind(
    Kind(
        "date",
        (Type.DATE,),
        frozenset({Type.DATE, Type.INSTANT, Type.TEXT, Type.ANY}),
        _convert_day,
        _found_day,
        lambda left, right, _ask: left == right,
        _near_days,
        day_edges,
        says="the same date",
    )
)


def _convert_instant(value: Any, context: Context, ask: Ask) -> datetime:
    zone = ask.zone or context.system_zone
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=ask.zone or context.target_zone)
    try:
        return instant_of_text(value, zone)
    except Unreadable:
        raise results.bad(results.DATE_UNREADABLE, "it is no date and time of ISO 8601") from None


def _found_instant(raw: Value, context: Context, ask: Ask) -> datetime:
    wire = ask.target.wire if ask.target is not None else Wire.NATURAL
    found = reading(Type.INSTANT, wire)(raw, context.target_zone)
    assert isinstance(found, datetime)
    return found


def resolution(field: Field | None) -> timedelta:
    """Return how finely a receiving field tells instants: one second for epoch s or no decimals, else 1 ms."""
    if field is not None and (field.wire is Wire.EPOCH_S or field.decimals == 0):
        return timedelta(seconds=1)
    return timedelta(milliseconds=1)


def _same_instant(left: datetime, right: datetime, ask: Ask) -> bool:
    # Subtracting two datetimes of one ZoneInfo compares wall clocks, which is wrong over a change of the clocks.
    return abs(seen_in(left) - seen_in(right)) < resolution(ask.target)


def _near_instants(moment: datetime, field: Field | None) -> Iterator[datetime]:
    utc = seen_in(moment)
    seconds = timedelta(seconds=2 if resolution(field) >= timedelta(seconds=1) else 1)
    for far in (timedelta(hours=1), -timedelta(hours=1), timedelta(days=1), seconds, -timedelta(hours=5)):
        near = moved(utc, far)
        if near is not None:
            yield near


def instant_edges(_field: Field | None, around: Around) -> Iterator[Edge]:
    """Yield instants worth trying: those that tell the clocks of the row's zones, and some of everywhere."""
    for zone in around.zones[:1]:
        yield from (Edge(moment, why) for moment, why in telling_instants(zone, around.year))
    yield Edge(datetime(2026, 3, 20, 12, 0, tzinfo=UTC), "US on summer time, Europe not yet")
    yield Edge(datetime(2026, 7, 1, 3, 0, tzinfo=UTC), "another day in UTC than in America")
    yield Edge(datetime(2026, 7, 1, 21, 0, tzinfo=UTC), "another day in UTC than in Asia")
    yield Edge(datetime(2026, 1, 31, 23, 59, 59, 999000, tzinfo=UTC), "the last millisecond of a month")
    yield Edge(datetime(1969, 12, 31, 23, 0, tzinfo=UTC), "before the epoch")
    for zone in around.zones[1:]:
        yield from (Edge(moment, why) for moment, why in telling_instants(zone, around.year))
    yield Edge(datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC), "the first second that 32 bits cannot count")


INSTANT: Final = kind(
    Kind(
        "date and time",
        (Type.INSTANT,),
        frozenset({Type.INSTANT, Type.DATE, Type.TEXT, Type.ANY}),
        _convert_instant,
        _found_instant,
        _same_instant,
        _near_instants,
        instant_edges,
        says="the same moment",
    )
)

_BAD: Final = Outcome("bad data", results.DATE_UNREADABLE)
_D: Final = (Type.DATE, Type.DATE)
_I: Final = (Type.INSTANT, Type.INSTANT)


def _zoned(step: Step, work: Work) -> None:
    if step.arguments and step.arguments[0]:
        work.zone = work.zone_of(str(step.arguments[0]))


@rule(
    "same date",
    family="dates",
    says="the same date",
    computes="The calendar day. A date is never shifted; an instant becomes a day in the sending system's zone, or "
    "`in ZONE`.",
    compares="Equal as calendar days. A text that is not ISO 8601 is bad data, because 03/04 has two readings.",
    near="A day earlier, a day later, day and month swapped, another century.",
    compares_as="date",
    examples=[
        ex("same date", "1990-05-01", "1990-05-01", s.DAY_SHIFT, *_D),
        ex("same date", "2024-02-29", "2024-02-29", s.ISO8601, *_D),
        ex("same date", "2026-07-01T03:00:00Z", "2026-06-30", s.TZDB, Type.INSTANT, Type.DATE, zone="America/Chicago"),
        ex("same date in America/Chicago", "2026-07-01T03:00:00Z", "2026-06-30", s.TZDB, Type.INSTANT, Type.DATE),
        ex("same date in Asia/Tokyo", "2026-06-30T15:00:00Z", "2026-07-01", s.TZDB, Type.INSTANT, Type.DATE),
        ex("same date", "04/05/2026", _BAD, s.DAY_MONTH, Type.TEXT, Type.DATE),
        ex("same date", 641520000000, "1990-05-01", s.EPOCH, *_D, wire=Wire.EPOCH_MS),
        ex("same date", None, BLANK, s.EMPTY_STAMP, *_D),
    ],
)
def build_same_date(step: Step, work: Work) -> Run:
    """Build `same date`."""
    _zoned(step, work)
    work.comparison = DATE
    return _as_it_is


@rule(
    "same date and time",
    family="dates",
    says="the same moment",
    computes="The instant; a text without an offset is meant in the sending system's zone, or `in ZONE`.",
    compares="Equal to the millisecond, or to the second where the receiving field tells no finer. How the offset is "
    "written does not count.",
    near="An hour earlier or later, a day later, the offset dropped, a second later.",
    compares_as="date and time",
    examples=[
        ex("same date and time", "2026-01-31T12:00:00Z", "2026-01-31T12:00:00+00:00", s.ISO8601, *_I),
        ex("same date and time", "2026-01-31T06:00:00-06:00", "2026-01-31T12:00:00Z", s.ISO8601, *_I),
        ex("same date and time", 1769860800000, "2026-01-31T12:00:00Z", s.EPOCH, *_I, wire=Wire.EPOCH_MS),
        ex("same date and time in America/Chicago", "2026-07-01T07:00:00", "2026-07-01T12:00:00Z", s.DST, *_I),
        ex("same date and time in America/Chicago", "2026-01-01T07:00:00", "2026-01-01T13:00:00Z", s.DST, *_I),
        ex("same date and time", "2026-01-31T12:00:00.123Z", "2026-01-31T12:00:00.123Z", s.ISO8601, *_I),
        ex("same date and time", "soon", _BAD, s.ISO8601, Type.TEXT, Type.INSTANT),
    ],
)
def build_same_instant(step: Step, work: Work) -> Run:
    """Build `same date and time`."""
    _zoned(step, work)
    work.comparison = INSTANT
    if work.zone is None:
        return _as_it_is
    zone = work.zone
    name = work.subject.name if work.first and work.subject is not None and not work.many else ""

    # A text without offset was already read in the system's zone; the row's own zone must read it afresh.
    def run(value: Any, context: Context) -> Any:
        raw = context.value(name) if name else value
        if isinstance(raw, str):
            return _reread(raw, zone)
        return value

    return run


def _reread(raw: str, zone: ZoneInfo) -> datetime:
    try:
        return instant_of_text(raw, zone)
    except Unreadable:
        raise results.bad(results.DATE_UNREADABLE, "it is no date and time of ISO 8601") from None


@rule(
    "date only",
    family="dates",
    says="its date only",
    computes="The calendar day of an instant in the sending system's zone (or `in ZONE`); of a text, the day written.",
    compares="By the receiving field's type; a text receives the day as YYYY-MM-DD.",
    inverts="the time of day is lost",
    near="A day earlier, a day later.",
    examples=[
        ex("date only", "2026-07-01T03:00:00Z", "2026-07-01", s.ISO8601, Type.INSTANT, Type.DATE),
        ex("date only, in America/Chicago", "2026-07-01T03:00:00Z", "2026-06-30", s.TZDB, Type.INSTANT, Type.DATE),
        ex("date only", "2026-07-01", "2026-07-01", s.ISO8601, Type.DATE, Type.DATE),
        ex("date only", "2026-07-01T23:00:00-06:00", "2026-07-01", s.HRFLOW, Type.TEXT, Type.DATE),
        ex("date only", 1769860800000, "2026-01-31", s.EPOCH, Type.INSTANT, Type.DATE, wire=Wire.EPOCH_MS),
        ex("date only", "tomorrow", _BAD, s.ISO8601, Type.TEXT, Type.DATE),
    ],
)
def build_date_only(_step: Step, work: Work) -> Run:
    """Build `date only`."""
    work.type = Type.DATE
    zone = work.zone

    def run(value: Any, context: Context) -> Any:
        try:
            return day_of_text(value) if isinstance(value, str) else day_in(value, zone or context.system_zone)
        except Unreadable:
            raise results.bad(results.DATE_UNREADABLE, "it shows no date of the form YYYY-MM-DD") from None

    return run


def _as_it_is(value: Value, _context: Context) -> Value:
    return value


Get = Callable[[Context], Any]
