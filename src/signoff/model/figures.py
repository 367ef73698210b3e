"""Compute a goal's figure from the records of one side, in exact numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from signoff.agreement.matters import BoundGoal
from signoff.expressions.evaluate import Reader, Unreadable, as_text, condition, day, number
from signoff.expressions.measures import Count, Days, Measure, Share
from signoff.record import ABSENT, Value, blank
from signoff.rules.context import Context
from signoff.rules.reading import id_of


@dataclass(frozen=True, slots=True)
class Figure:
    """Hold a figure with everything that went into it: two figures are the same when all of it is.

    `parts` are the periods with their numbers, the single days in order, or how many fulfil the condition and how
    many there are. `used` counts the records that went in.
    """

    parts: tuple[tuple[str, Fraction], ...]
    used: int
    text: str

    def apart(self, other: Figure) -> tuple[str, str]:
        """Return what differs first, as texts of this figure and the other."""
        mine, theirs = dict(self.parts), dict(other.parts)
        names = [name for name in dict.fromkeys((*mine, *theirs)) if mine.get(name) != theirs.get(name)]
        if not names:
            return self.text, other.text
        name = names[0]
        shown = tuple(f"{name}: {_number(one[name]) if name in one else 'nothing'}" for one in (mine, theirs))
        return f"{self.text}; {shown[0]}", f"{other.text}; {shown[1]}"


def figure(
    goal: BoundGoal, records: Sequence[Context], ends: Sequence[Context], sending: bool, zone: ZoneInfo
) -> Figure:
    """Return a goal's figure from one side's records.

    `ends` are the records in which the days of a `days from … to` end, where these are others. `sending` says which
    side's paths to read. Days, weeks (from Monday) and months are those of `zone`. Blank dates and values do not count.
    """
    one = goal.measure

    def read(part: str) -> Callable[[Context], Value]:
        path = goal.fields[part].at(sending)
        return lambda context: _typed(context, path)

    if isinstance(one, Share):
        assert goal.wheres is not None
        where = goal.wheres[0 if sending else 1]
        fits = sum(map(condition(where), _readers(records)))
        return _share(fits, len(records))
    if isinstance(one, Days):
        start, end = read("start"), read("end")
        if goal.end_pair:
            latest = _by_reference(ends, read("link"), end, zone, first=one.pick == "first")
            found = [
                (latest[key] - begun).days
                for context in records
                if (begun := _day(start(context), zone)) is not None and (key := _id(context)) in latest
            ]
        else:
            found = [
                (ended - begun).days
                for context in records
                if (begun := _day(start(context), zone)) is not None and (ended := _day(end(context), zone)) is not None
            ]
        return _days(one, sorted(found))
    placed: dict[str, list[Value]] = {}
    by = read("by")
    value = read("value") if "value" in goal.fields else None
    for context in records:
        when = _day(by(context), zone)
        held = value(context) if value is not None else True
        if when is not None and not blank(held):
            placed.setdefault(_period(when, one.period), []).append(held)
    return _by_period(one, placed)


def _readers(records: Sequence[Context]) -> Iterable[Reader]:
    return records


def _typed(context: Context, path: str) -> Value:
    try:
        return context.typed(path)
    except Unreadable:
        return ABSENT  # what cannot be read counts as little as what is blank


def _day(value: Value, zone: ZoneInfo) -> date | None:
    try:
        return day(value, zone)
    except Unreadable:
        return None


def _id(context: Context) -> str:
    own = context.world.schema.entities[context.entity]
    return str(id_of(context.record.get(own.id_field, ABSENT)))


def _by_reference(
    ends: Sequence[Context],
    link: Callable[[Context], Value],
    end: Callable[[Context], Value],
    zone: ZoneInfo,
    *,
    first: bool,
) -> Mapping[str, date]:
    found: dict[str, date] = {}
    for context in ends:
        key, when = link(context), _day(end(context), zone)
        if blank(key) or when is None:
            continue
        known = found.get(str(key))
        found[str(key)] = when if known is None else min(known, when) if first else max(known, when)
    return found


def _period(when: date, period: str) -> str:
    if period == "week":
        year, week, _ = when.isocalendar()
        return f"{year}-W{week:02}"
    return when.isoformat()[: {"day": 10, "month": 7, "year": 4}[period]]


def _by_period(one: Measure, placed: Mapping[str, list[Value]]) -> Figure:
    if isinstance(one, Count):
        counted = {
            name: Fraction(len({as_text(item) for item in held}) if one.distinct else len(held))
            for name, held in placed.items()
        }
    else:
        counted = {
            name: sum((Fraction(found) for item in held if (found := _amount(item)) is not None), Fraction(0))
            for name, held in placed.items()
        }
    parts = tuple(sorted(counted.items()))
    used = sum(len(held) for held in placed.values())
    if not parts:
        return Figure((), 0, "nothing")
    name, last = parts[-1]
    return Figure(parts, used, f"{_number(last)} in {name}, the last of {len(parts)} with any")


def _amount(value: Value) -> Decimal | None:
    try:
        return number(value)
    except Unreadable:
        return None


def _days(one: Days, found: list[int]) -> Figure:
    if not found:
        return Figure((), 0, "nothing")
    middle = len(found) // 2
    if one.statistic == "mean":
        result = Fraction(sum(found), len(found))
    elif one.statistic == "median":
        result = Fraction(found[middle]) if len(found) % 2 else Fraction(found[middle - 1] + found[middle], 2)
    else:
        result = Fraction(found[-(-len(found) * 9 // 10) - 1])
    parts = tuple((f"record {at} of {len(found)}", Fraction(days)) for at, days in enumerate(found, 1))
    return Figure(parts, len(found), f"{_number(result)} days ({one.statistic} of {len(found)})")


def _share(fits: int, every: int) -> Figure:
    if not every:
        return Figure((), 0, "nothing")
    percent = _number(Fraction(fits * 100, every))
    parts = (("fulfil it", Fraction(fits)), ("records", Fraction(every)))
    return Figure(parts, every, f"{percent} % ({fits} of {every})")


def _number(value: Fraction) -> str:
    """Write a number with at most two decimals, half up."""
    cents = (abs(value) * 100 + Fraction(1, 2)) // 1
    text = f"{cents // 100}.{cents % 100:02}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 and text != "0" else text
