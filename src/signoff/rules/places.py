"""Compare places, and write them as codes or on one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from signoff.expressions.evaluate import as_text
from signoff.expressions.tree import Step
from signoff.record import blank
from signoff.rules import results
from signoff.rules import sources as s
from signoff.rules.context import Context
from signoff.rules.geography import ADDRESS, COUNTRY, PLACE, STATE, country_code, one_line, state_code
from signoff.rules.registry import BLANK, Outcome, Run, ex, rule
from signoff.rules.wording import TEXT, normal
from signoff.rules.work import Work
from signoff.schema import Type

_BAD: Final = Outcome("bad data", results.UNREADABLE)
_C: Final = (Type.COUNTRY, Type.COUNTRY)
_S: Final = (Type.STATE, Type.STATE)
_AUSTIN: Final = {"address1": "100 Main St", "address2": "Suite 5", "city": "Austin", "state": "TX", "zip": "78701"}


@rule(
    "same place",
    family="places",
    says="the same place",
    computes="The sending place, unchanged.",
    compares="Countries and states by their ISO 3166 codes, whether written as code or name; addresses part by part, "
    "their country and state by code; other places as text without case, marks and dots.",
    near="Another country or state; a part of the address cut.",
    compares_as="place",
    examples=[
        ex("same place", "United States", "US", s.ISO3166, *_C),
        ex("same place", "UK", "GB", s.ISO3166, *_C),
        ex("same place", "Texas", "TX", s.ISO3166_2, *_S),
        ex("same place", "québec", "QC", s.ISO3166_2, *_S, country="CA"),
        ex("same place", {"x": _AUSTIN}, {**_AUSTIN, "state": "Texas"}, s.USPS, Type.ADDRESS, Type.ADDRESS),
        ex("same place", "Köln", "koln", s.ISO3166_2, Type.TEXT, Type.TEXT),
        ex("same place", "Atlantis", _BAD, s.ISO3166, *_C),
    ],
)
def build_same_place(_step: Step, work: Work) -> Run:
    """Build `same place`: by the type of either field."""
    target = work.types.target.type if work.types.target is not None else Type.ANY
    for type_ in (target, work.type):
        for one in (COUNTRY, STATE, ADDRESS):
            if type_ in one.types:
                work.comparison = one
                return lambda value, _context: value
    work.comparison = PLACE
    return lambda value, _context: value


@rule(
    "country as 2-letter code",
    family="places",
    says="as a 2-letter country code",
    computes="The ISO 3166-1 code of a country given by code, 3-letter code or English name; anything else is bad "
    "data.",
    compares="As text; on the way back of a two-way row, as the same country.",
    near="Another country's code.",
    examples=[
        ex("country as 2-letter code", "United States", "US", s.ISO3166),
        ex("country as 2-letter code", "GBR", "GB", s.ISO3166),
        ex("country as 2-letter code", "uk", "GB", s.ISO3166),
        ex("country as 2-letter code", "Germany", "DE", s.ISO3166),
        ex("country as 2-letter code", "U.S.A.", "US", s.BAMBOO),
        ex("country as 2-letter code", "Atlantis", _BAD, s.ISO3166),
        ex("country as 2-letter code", None, BLANK, s.CLEARING),
    ],
)
def build_country(_step: Step, work: Work) -> Run:
    """Build `country as 2-letter code`."""
    if work.types.backwards:
        work.comparison = COUNTRY
        return lambda value, _context: value
    work.type = Type.TEXT
    work.comparison = TEXT

    def run(value: Any, _context: Context) -> str:
        found = country_code(as_text(value))
        if found is None:
            raise results.bad(results.UNREADABLE, "it is no country of ISO 3166")
        return found

    return run


@rule(
    "state as 2-letter code",
    family="places",
    says="as a 2-letter state code",
    computes="The ISO 3166-2 code, without the country, of a state given by code or name, in the row's country (a "
    "country field in the sending cell), else the default country. Where ISO has only longer codes (New South Wales: "
    "NSW), that. Anything else is bad data.",
    compares="As text; on the way back of a two-way row, as the same state.",
    near="Another state's code; the country's code.",
    examples=[
        ex("state as 2-letter code", "Texas", "TX", s.ISO3166_2, Type.STATE),
        ex("state as 2-letter code", "new york", "NY", s.ISO3166_2, Type.STATE),
        ex("state as 2-letter code", "CA", "CA", s.USPS, Type.STATE),
        ex("state as 2-letter code, default country CA", "Québec", "QC", s.ISO3166_2, Type.STATE),
        ex(
            "state as 2-letter code",
            {"x": "New South Wales", "country": "Australia"},
            "NSW",
            s.ASTUTE,
            {"x": Type.STATE, "country": Type.COUNTRY},
        ),
        ex("state as 2-letter code", "US", _BAD, s.HRFLOW, Type.STATE),
        ex("state as 2-letter code", "", BLANK, s.CLEARING, Type.STATE),
    ],
)
def build_state(_step: Step, work: Work) -> Run:
    """Build `state as 2-letter code`."""
    if work.types.backwards:
        work.comparison = STATE
        return lambda value, _context: value
    country = country_of(work)
    work.type = Type.TEXT
    work.comparison = TEXT

    def run(value: Any, context: Context) -> str:
        found = state_code(as_text(value), country(context))
        if found is None:
            raise results.bad(results.UNREADABLE, "it is no state of its country in ISO 3166-2")
        return found

    return run


def country_of(work: Work) -> Callable[[Context], str]:
    """Return how a record's country is found: the cell's country field, the row's, the modifier's, the default."""
    source = work.country_source
    name = source.name if source is not None else ""
    given = work.default_country

    def country(context: Context) -> str:
        if name:
            value = context.value(name)
            found = country_code(as_text(value)) if not blank(value) and not isinstance(value, Mapping) else None
            if found is not None:
                return found
        return context.country or given or context.default_country

    return country


@rule(
    "address on one line",
    family="places",
    says="the address on one line",
    computes="Street, second line, city, state and postcode, country, with commas; blank parts leave no comma. Of "
    "several sending fields, their texts in the order of the cell, a state and what follows it without a comma.",
    compares="As text.",
    inverts="the parts cannot be told apart again",
    near="A part lost, the state before the city.",
    starts=True,
    on_blank=True,
    examples=[
        ex("address on one line", {"x": _AUSTIN}, "100 Main St, Suite 5, Austin, TX 78701", s.USPS, Type.ADDRESS),
        ex("address on one line", {"x": {**_AUSTIN, "address2": None}}, "100 Main St, Austin, TX 78701", s.USPS,
           Type.ADDRESS),
        ex("address on one line", {"x": {"city": "Austin", "countryID": 1}}, "Austin", s.BULLHORN, Type.ADDRESS),
        ex("address on one line", {"street": "1 Main St", "city": "Austin"}, "1 Main St, Austin", s.USPS),
        ex("address on one line", {"street": "1 Main St", "state": "TX", "zip": "78701"}, "1 Main St, TX 78701", s.USPS,
           {"state": Type.STATE}),
        ex("address on one line", {"x": {"street": "Königsallee 1", "postal_code": "40212", "city": "Düsseldorf",
           "country": "DE"}}, "Königsallee 1, Düsseldorf, 40212, DE", s.HL7, Type.ADDRESS),
        ex("address on one line", {"x": {"city": " "}}, BLANK, s.CLEARING, Type.ADDRESS),
    ],
)  # fmt: skip
def build_one_line(_step: Step, work: Work) -> Run:
    """Build `address on one line`."""
    if not work.types.sources:
        raise work.wrong("an address in the sending cell", "an empty sending cell", "Name the address field.")
    parts = [
        (work.get(source), source.field is not None and source.field.type is Type.STATE)
        for source in work.types.sources
    ]
    work.type = Type.TEXT
    work.comparison = TEXT

    def run(_value: Any, context: Context) -> str | None:
        line, after_state = "", False
        for get, is_state in parts:
            value = get(context)
            if value is None:
                continue
            text = one_line(value) if isinstance(value, Mapping) else normal(as_text(value))
            if text:
                # A state and the postcode after it stand together, as on an envelope.
                line += (" " if after_state else ", ") + text if line else text
                after_state = is_state
        return line or None

    return run
