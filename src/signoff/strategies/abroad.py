"""Make phones and states of any country, and find the country in which the rules read them."""

from __future__ import annotations

import random
from typing import Final

import phonenumbers

from signoff.agreement.abilities import handle
from signoff.agreement.resolved import Agreement, BoundRow
from signoff.rules.geography import STATE, states_of
from signoff.rules.phone import PHONE, Phone, example_numbers, phone, ways_to_write
from signoff.schema import Side, Type

_DRAWN: Final = 5
"""Last digits of an example number that are drawn; those before them tell the area or the network."""


def phone_of(country: str, rng: random.Random) -> str:
    """Return a valid number of a country in one of the ways in which its people write it; "" where it has none."""
    number = number_of(country, rng)
    return rng.choice(list(ways_to_write(number, country).values())) if number else ""


def national_of(country: str, rng: random.Random) -> str:
    """Return a valid number of a country without its country code; "" where it has none."""
    number = number_of(country, rng)
    ways = ways_to_write(number, country).values() if number else ()
    return next((one for one in ways if "+" not in one), "")


def number_of(country: str, rng: random.Random) -> str:
    """Return a valid number of a country in E.164; "" where it has none."""
    known = example_numbers(country)
    if not known:
        return ""
    begin = rng.choice(known)
    for _ in range(40):
        drawn = begin[:-_DRAWN] + "".join(rng.choice("0123456789") for _ in range(_DRAWN))
        if phone(drawn, country) == Phone(drawn) and _of(drawn) == country:
            return drawn
    return begin


def _of(e164: str) -> str:
    return str(phonenumbers.region_code_for_number(phonenumbers.parse(e164)))


def state_of(country: str, rng: random.Random) -> str:
    """Return a state of a country by its code or its name; "" where ISO 3166-2 has none."""
    known = states_of(country)
    return rng.choice(rng.choice(known)) if known else ""


def homes(agreement: Agreement) -> dict[tuple[Side, str, str], str]:
    """Return the country of phones and states that a row's own `default country` gives, by the sending field."""
    found: dict[tuple[Side, str, str], str] = {}
    for pair in agreement.directions():
        for row in pair.rows:
            own = row.rule.modifiers.default_country if row.rule is not None else ""
            for source in row.sources if own else ():
                one = handle(agreement, pair, source)
                if one is not None:
                    found.setdefault((pair.sender, one.entity, one.path), own)
    return found


def reads_in_a_country(row: BoundRow) -> bool:
    """Tell whether a row reads a phone or a state, in the country of another of its fields if one is a country."""
    if row.rule is None or len(row.sources) < 2:
        return False
    steps = [step.phrase for step in row.rule.tree.steps]
    return row.rule.kind in (PHONE, STATE) or "state as 2-letter code" in steps


def countries_read(agreement: Agreement) -> dict[tuple[Side, str], dict[str, str]]:
    """Return by side and entity which fields the rules read in the country of another field of the record, and which.

    Path of a field → path of the country; it may hold a phone or a state, or anything else.
    """
    found: dict[tuple[Side, str], dict[str, str]] = {}
    for pair in agreement.directions():
        for row in pair.rows:
            if not reads_in_a_country(row):
                continue
            read = [handle(agreement, pair, source) for source in row.sources]
            own = [one for one in read if one is not None and one.via == "" and not one.leaf.many]
            countries = [one for one in own if one.leaf.type is Type.COUNTRY]
            for one in own if len(countries) == 1 else ():
                found.setdefault((pair.sender, one.entity), {})[one.path] = countries[0].path
    return found
