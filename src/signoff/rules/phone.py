"""Compare phones as E.164 numbers of valid lines; an extension stands apart and does not count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import phonenumbers

from signoff.expressions.evaluate import Unreadable
from signoff.expressions.tree import Step
from signoff.record import Value
from signoff.rules import results
from signoff.rules import sources as s
from signoff.rules.context import Context
from signoff.rules.registry import BLANK, Around, Ask, Edge, Kind, Outcome, Run, ex, kind, rule
from signoff.rules.wording import normal, texted
from signoff.rules.work import Work
from signoff.schema import Field, Type


@dataclass(frozen=True, slots=True)
class Phone:
    """Hold a valid number in E.164 form (`+15125550147`) and its extension, digits only or ""."""

    e164: str
    extension: str = ""

    def __str__(self) -> str:
        return f"{self.e164} ext. {self.extension}" if self.extension else self.e164


@lru_cache(maxsize=100_000)
def phone(text: str, country: str) -> Phone | None:
    """Read a phone as people write it, in a country where it has no country code; None unless it is a valid line."""
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(e164, number.extension or "")


def _convert(value: Any, context: Context, ask: Ask) -> Phone:
    if isinstance(value, Phone):
        return value
    found = phone(normal(texted(value)), ask.country(context))
    if found is None:
        raise results.bad(results.PHONE_UNREADABLE, "it is no valid phone number")
    return found


def _found(raw: Value, context: Context, ask: Ask) -> Phone:
    text = normal(texted(raw))
    found = phone(text, ask.country(context))
    if found is None:
        raise Unreadable("not a phone")
    # A receiver that claims E.164 is held to it: "+49030…" is another number to the exchange, whatever a lenient
    # reader makes of it.
    if text.startswith("+"):
        digits = "".join(sign for sign in text if sign.isdecimal())
        if digits != found.e164[1:] and digits != found.e164[1:] + found.extension:
            raise Unreadable("not E.164")
    return found


def _same(left: Phone, right: Phone, _ask: Ask) -> bool:
    return left.e164 == right.e164


def _near(one: Phone, _field: Field | None) -> Iterator[str]:
    number = phonenumbers.parse(one.e164)
    code, national = number.country_code, one.e164[1 + len(str(number.country_code)) :]
    yield one.e164[:-1] + str((int(one.e164[-1]) + 1) % 10)
    yield one.e164[:-1]
    yield f"+{'44' if code != 44 else '1'}{national}"
    if not national.startswith("0"):
        yield f"+{code}0{national}"


@lru_cache(maxsize=300)
def example_numbers(country: str) -> tuple[str, ...]:
    """Return valid numbers of a country in E.164, of a fixed line and a mobile; none for what is no country."""
    types = (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE)
    found = (phonenumbers.example_number_for_type(country, one) for one in types)
    form = phonenumbers.PhoneNumberFormat.E164
    return tuple(dict.fromkeys(phonenumbers.format_number(one, form) for one in found if one is not None))


def ways_to_write(e164: str, country: str) -> dict[str, str]:
    """Return how people of a country write a number of theirs, by the way: only what can be read as that number."""
    number = phonenumbers.parse(e164)
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    abroad = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    prefix = f"+{number.country_code} "
    trunk = phonenumbers.ndd_prefix_for_region(country, strip_non_digits=True) == "0"
    ways = {
        "as people of {} write it": national,
        "the same in figures alone": "".join(sign for sign in national if sign.isdecimal()),
        "the same with its country code": abroad,
        "the same as systems keep it": e164,
        "the same with the trunk zero in parentheses": abroad.replace(prefix, f"{prefix}(0)") if trunk else "",
    }
    found = {why.format(country): text for why, text in ways.items() if text}
    return {why: text for why, text in found.items() if phone(text, country) == Phone(e164)}


def _home(country: str) -> Iterator[Edge]:
    """Yield numbers of a country in the ways in which its people write them."""
    if country == "US":
        yield Edge("(512) 555-0147", "a US number as people write it")
        yield Edge("+1 512 555 0147", "the same with its country code")
        yield Edge("512.555.0147 x12", "an extension")
        return
    for e164 in example_numbers(country):
        yield from (Edge(text, why) for why, text in ways_to_write(e164, country).items())


def _edges(field: Field | None, around: Around) -> Iterator[Edge]:
    edges = [
        *(edge for country in around.countries for edge in _home(country)),
        Edge("+44 20 7946 0958", "a British number"),
        Edge("+49 30 23125 123", "a German number"),
        Edge("+49 (0)30 23125 123", "a trunk zero in parentheses"),
        Edge("+39 06 698 12345", "an Italian number, whose leading zero stays"),
        Edge("+1-800-356-9377", "a toll-free number"),
        Edge("+1 512 555 0147", "a US number with its country code"),
        Edge("+442079460958", "a British number as systems keep it"),
        Edge("+493023125123", "a German number as systems keep it"),
        Edge("\u00a0+44 20 7946 0123 ", "blanks around it, one of them NBSP"),
    ]
    most = field.max_length if field is not None else None
    distinct = {edge.value: edge for edge in reversed(edges)}
    yield from (edge for edge in reversed(distinct.values()) if most is None or len(edge.value) <= most)


def _raw(typed: Any, _field: Field | None, _zone: ZoneInfo) -> Value:
    return typed.e164 if isinstance(typed, Phone) else typed


PHONE: Final = kind(
    Kind(
        "phone",
        (Type.PHONE,),
        frozenset({Type.PHONE, Type.TEXT, Type.PICKLIST, Type.INTEGER, Type.NUMBER, Type.ANY}),
        _convert,
        _found,
        _same,
        _near,
        _edges,
        raw=_raw,
        says="the same phone number",
    )
)

_BAD: Final = Outcome("bad data", results.PHONE_UNREADABLE)
_P: Final = (Type.PHONE, Type.PHONE)


@rule(
    "same phone",
    family="phone",
    says="the same phone number",
    computes="The number in E.164 form. Its country is that of the row's country field if one stands in the sending "
    "cell, else the row's `default country`, else the integration's.",
    compares="Equal as E.164 numbers of valid lines; the extension stands apart and does not count. A receiving value "
    "that begins with + must be E.164 digit by digit. An invalid number is bad data.",
    near="Another country code, the trunk zero kept, the last digit changed or lost.",
    compares_as="phone",
    examples=[
        ex("same phone", "(512) 555-0147", "+15125550147", s.NANP, *_P),
        ex("same phone", "512.555.0147 x12", "+15125550147", s.RFC3966, *_P),
        ex("same phone", "020 7946 0958", "+442079460958", s.OFCOM, *_P, country="GB"),
        ex("same phone", "030 23125 123", "+493023125123", s.TRUNK_ZERO, *_P, country="DE"),
        ex("same phone", "+49 (0)30 23125 123", "+493023125123", s.E164_PLAN, *_P),
        ex("same phone", "06 698 12345", "+390669812345", s.ITALY, *_P, country="IT"),
        ex("same phone, default country DE", "0152 28817386", "+4915228817386", s.FIXED_REGION, *_P),
        ex("same phone", "12345", _BAD, s.E164, *_P),
        ex("same phone", "call me", _BAD, s.E164, *_P),
        ex("same phone", "", BLANK, s.E164, *_P),
        ex(
            "same phone",
            {"x": "020 7946 0958", "country": "United Kingdom"},
            "+442079460958",
            s.FIXED_REGION,
            {"x": Type.PHONE, "country": Type.COUNTRY},
            Type.PHONE,
        ),
    ],
)
def build_same_phone(_step: Step, work: Work) -> Run:
    """Build `same phone`."""
    work.comparison = PHONE
    work.type = Type.PHONE
    return _as_it_is


def _as_it_is(value: Value, _context: Context) -> Value:
    return value
