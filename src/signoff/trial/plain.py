"""Offer plainer values for a field: memorable names, short words, round numbers, simple days."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from signoff.record import Value, blank
from signoff.rules.context import zone_named
from signoff.rules.reading import breaks, write
from signoff.schema import Field, Type, Wire

PEOPLE = (
    ("Maria", "Lopez"),
    ("James", "Chen"),
    ("Aisha", "Khan"),
    ("Peter", "Novak"),
    ("Grace", "Miller"),
    ("Samuel", "Okafor"),
    ("Ingrid", "Larsen"),
    ("Tom", "Baker"),
)
COMPANIES = (
    "Harbor Hotel",
    "Green Valley Foods",
    "Lakeside Clinic",
    "North Warehouse",
    "Sunrise Bakery",
    "Union Depot",
)
TITLES = ("Nurse", "Cook", "Driver", "Welder", "Porter", "Clerk")
STREETS = ("1 Main Street", "2 Oak Avenue", "3 River Road", "4 Park Lane")
CITIES = ("Chicago", "Peoria", "Springfield", "Naperville")

WITH_SIGN = {
    "'": "O'Brien",
    "\u2019": "O\u2019Brien",
    "-": "Anne-Marie",
    "&": "Smith & Sons",
    "ë": "Zoë",
    "é": "René",
    "ö": "Jörg",
    "ü": "Müller",
    "ñ": "Peña",
    "ß": "Weiß",
    "<": "<b>bold</b>",
}
"""Plain words that have an odd sign of their own."""

_TEXTS = (Type.TEXT, Type.ANY)


@dataclass(frozen=True, slots=True)
class Spot:
    """Say where a value stands: whose it is (the how-manieth record of its kind) and at which turn it is given.

    `turn` is 0 when the record is made, then 1, 2, …; `order` tells fields of one type apart.
    """

    who: int
    turn: int
    order: int
    person: bool = False
    """Whether the record is a person, so that its `name` is a person's."""


def person(number: int) -> tuple[str, str]:
    """Return first and last name of the how-manieth fictional person; the first 64 are all different."""
    count = len(PEOPLE)
    return PEOPLE[number % count][0], PEOPLE[(number + number // count) % count][1]


def plainer(field: Field, value: Value, spot: Spot, now: datetime, zone: str) -> Iterator[Value]:
    """Yield plain raw values for a field, the plainest first; what the field would refuse is left out.

    The value itself comes in its place if it is one of them: what follows it is no plainer. `zone` is the system's.
    Choices, references, flags and blanks have none: leaving them out is the only simpler thing.
    """
    if field.choices or blank(value) or isinstance(value, bool | dict):
        return
    many = isinstance(value, list | tuple)
    inner = value[0] if many else value
    for typed in _typed(field, inner, spot, now):
        raw = typed if isinstance(typed, str) else write(field, typed, zone_named(zone))
        raw = [raw] if many else raw
        if not breaks(field, raw):
            yield raw


def _typed(field: Field, value: Value, spot: Spot, now: datetime) -> Iterator[Any]:
    kind = field.type
    count = 1 + spot.order + 5 * spot.turn + spot.who
    if kind is Type.EMAIL:
        first, last = person(spot.who + 3 * spot.turn)
        yield f"{first}.{last}{spot.order or ''}@example.com".lower()
    elif kind is Type.PHONE:
        yield f"312-555-{100 + 7 * spot.order + 3 * spot.turn + spot.who:04d}"
    elif kind in (Type.AMOUNT, Type.NUMBER):
        yield Decimal(10 * count)
        yield Decimal(10 * count) + Decimal("0.5")
        yield Decimal(10 * count) + Decimal("0.25")
    elif kind is Type.INTEGER:
        yield 10 * count
        yield count
    elif kind is Type.DATE or (kind is Type.INSTANT and isinstance(value, str) and len(value) == 10):
        yield from _days(now, count)
    elif kind is Type.INSTANT:
        for day in _days(now, count):
            yield datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    elif kind is Type.STATE:
        yield ("IL", "TX", "OH")[spot.turn % 3]
    elif kind is Type.COUNTRY:
        yield ("United States", "Canada", "Mexico")[spot.turn % 3]
    elif kind in _TEXTS and isinstance(value, str) and field.wire is Wire.NATURAL:
        yield from _texts(field, value, spot)


def _days(now: datetime, count: int) -> Iterator[date]:
    first = date(now.year, 1, 1)
    yield first + timedelta(days=count)
    yield now.date() + timedelta(days=30 + count)
    yield now.date() - timedelta(days=30 + count)


def _texts(field: Field, value: str, spot: Spot) -> Iterator[str]:
    """Yield a plain word for the field, then words that keep one odd sign, then the same text with plain letters."""
    word = word_for(field, spot)
    yield word
    if not value.isascii():
        yield WITH_SIGN["ë"]
    odd = dict.fromkeys(one for one in value if not (one.isascii() and one.isalnum()) and one != " ")
    for sign in list(odd)[:4]:
        yield WITH_SIGN.get(sign) or f"{word[:3].strip()}{sign}{word[3:].strip() or 'a'}"
    if len(value) > len(word):
        yield "a" * len(value)
        yield (f"{word} " * (len(value) // len(word) + 1))[: len(value)].rstrip().ljust(len(value), "a")
    folded = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode("ascii")
    yield folded
    yield " ".join(folded.split())


def word_for(field: Field, spot: Spot) -> str:
    """Return a plain word for a text field, by what the field is called."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", field.name).replace("_", " ").lower()
    first, last = person(spot.who + 3 * spot.turn)
    at = spot.who + spot.turn
    company = COMPANIES[at % len(COMPANIES)] + (f" {at // len(COMPANIES) + 1}" if at >= len(COMPANIES) else "")
    known = (
        (r"\bfirst\b|\bnick\b", first),
        (r"\blast\b", last),
        (r"^name$", f"{first} {last}" if spot.person else company),
        (r"\bname\b|company", company),
        (r"title|occupation", TITLES[at % len(TITLES)]),
        (r"address ?1\b|street", STREETS[at % len(STREETS)]),
        (r"\bcity\b", CITIES[at % len(CITIES)]),
        (r"\bzip\b|postal", f"6060{at % 10}"),
    )
    for pattern, plain in known:
        if re.search(pattern, words):
            return plain
    return f"{re.sub(r'[^a-z ]', '', words).strip() or 'text'} {chr(65 + (spot.who + spot.turn) % 26)}"
