"""Compare countries, states and addresses, by the codes of ISO 3166."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import pycountry

from signoff.expressions.evaluate import Unreadable, as_text
from signoff.expressions.tree import Step
from signoff.record import Value, blank
from signoff.rules import results
from signoff.rules import sources as s
from signoff.rules.context import Context
from signoff.rules.registry import BLANK, Ask, Edge, Kind, Outcome, Run, ex, kind, rule
from signoff.rules.text import TEXT, near_texts, normal
from signoff.rules.work import Work
from signoff.schema import Field, Type

_ALIASES: Final = {
    "uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "usa": "US", "america": "US", "united states of america": "US", "holland": "NL", "russia": "RU",
    "south korea": "KR", "czech republic": "CZ", "vietnam": "VN", "uae": "AE", "turkey": "TR",
}  # fmt: skip


def folded(text: str) -> str:
    """Return a place's name without case, marks, dots and surplus blanks."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return " ".join(plain.replace(".", "").casefold().split())


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, str]:
    found = dict(_ALIASES)
    for one in pycountry.countries:
        for name in ("alpha_2", "alpha_3", "name", "common_name", "official_name"):
            text = getattr(one, name, None)
            if text:
                found.setdefault(folded(text), one.alpha_2)
    return found


@lru_cache(maxsize=10_000)
def country_code(text: str) -> str | None:
    """Return a country's 2-letter code from its code, 3-letter code or English name, or None."""
    return _countries().get(folded(text))


@lru_cache(maxsize=300)
def _states(country: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    subdivisions: Any = pycountry.subdivisions
    for one in subdivisions.get(country_code=country) or ():
        short = one.code.partition("-")[2]
        for text in (one.code, short, one.name):
            found.setdefault(folded(text), short)
    return found


@lru_cache(maxsize=10_000)
def state_code(text: str, country: str) -> str | None:
    """Return a state's ISO 3166-2 code without the country, from its code or name, or None."""
    return _states(country).get(folded(text)) if country else None


def _country(value: Any, _context: Context, _ask: Ask) -> str:
    found = country_code(as_text(value)) if not isinstance(value, Mapping) else None
    if found is None:
        raise results.bad(results.UNREADABLE, "it is no country of ISO 3166")
    return found


def _found_country(raw: Value, _context: Context, _ask: Ask) -> str:
    found = country_code(as_text(raw))
    if found is None:
        raise Unreadable("not a country")
    return found


def _state(value: Any, context: Context, ask: Ask) -> str:
    found = state_code(as_text(value), ask.country(context)) if not isinstance(value, Mapping) else None
    if found is None:
        raise results.bad(results.UNREADABLE, "it is no state of its country in ISO 3166-2")
    return found


def _found_state(raw: Value, context: Context, ask: Ask) -> str:
    found = state_code(as_text(raw), ask.country(context))
    if found is None:
        raise Unreadable("not a state")
    return found


def _equal(left: Any, right: Any, _ask: Ask) -> bool:
    return bool(left == right)


def _near_countries(code: str, _field: Field | None) -> Iterator[str]:
    yield from (other for other in ("US", "GB", "DE", "CA") if other != code)


def _near_states(code: str, _field: Field | None) -> Iterator[str]:
    yield from (other for other in ("TX", "CA", "NY") if other != code)


COUNTRY: Final = kind(
    Kind(
        "country",
        (Type.COUNTRY,),
        frozenset({Type.COUNTRY, Type.TEXT, Type.PICKLIST, Type.ANY}),
        _country,
        _found_country,
        _equal,
        _near_countries,
        lambda _field: (
            Edge("US", "a 2-letter code"),
            Edge("United Kingdom", "a name"),
            Edge("DEU", "a 3-letter code"),
            Edge("Côte d'Ivoire", "a name with marks"),
        ),
        says="the same country",
    )
)
STATE: Final = kind(
    Kind(
        "state",
        (Type.STATE,),
        frozenset({Type.STATE, Type.TEXT, Type.PICKLIST, Type.ANY}),
        _state,
        _found_state,
        _equal,
        _near_states,
        lambda _field: (
            Edge("TX", "a code"),
            Edge("New York", "a name of two words"),
            Edge("california", "lower case"),
        ),
        says="the same state",
    )
)

_PARTS: Final[tuple[tuple[str, ...], ...]] = (
    ("address1", "street", "street1", "line1", "addressline1", "streetaddress"),
    ("address2", "street2", "line2", "addressline2"),
    ("city", "locality", "town"),
    ("state", "region", "province", "stateprovince"),
    ("zip", "postalcode", "postcode", "zipcode"),
    ("country", "countrycode", "countryname"),
)


def parts_of(address: Mapping[str, Any]) -> tuple[str, ...]:
    """Return street, second line, city, state, postcode and country of an address object, "" where blank.

    Vendors name the parts differently; numbers (Bullhorn's countryID) are their own tables and no part of the text.
    """
    known = {"".join(sign for sign in key if sign.isalnum()).lower(): value for key, value in address.items()}
    found = []
    for names in _PARTS:
        value = next((known[name] for name in names if isinstance(known.get(name), str)), "")
        found.append(normal(value))
    return tuple(found)


def one_line(address: Mapping[str, Any]) -> str:
    """Write an address on one line: street, second line, city, state and postcode, country; blanks leave no comma."""
    street, second, city, state, postcode, country = parts_of(address)
    region = " ".join(part for part in (state, postcode) if part)
    return ", ".join(part for part in (street, second, city, region, country) if part)


def _comparable(address: Mapping[str, Any]) -> tuple[str, ...]:
    street, second, city, state, postcode, country = parts_of(address)
    code = country_code(country) or folded(country)
    return (street, second, city, state_code(state, code or "US") or folded(state), postcode, code)


def _address(value: Any, _context: Context, _ask: Ask) -> Any:
    if not isinstance(value, Mapping):
        raise results.bad(results.UNREADABLE, "it is no address of several parts")
    return value


def _found_address(raw: Value, _context: Context, _ask: Ask) -> Any:
    if not isinstance(raw, Mapping):
        raise Unreadable("not an address")
    return raw


def _near_addresses(address: Mapping[str, Any], _field: Field | None) -> Iterator[Any]:
    for key, value in address.items():
        if isinstance(value, str) and not blank(value):
            yield {**address, key: value[:-1] or "x"}


ADDRESS: Final = kind(
    Kind(
        "address",
        (Type.ADDRESS,),
        frozenset({Type.ADDRESS, Type.OBJECT, Type.ANY}),
        _address,
        _found_address,
        lambda left, right, _ask: _comparable(left) == _comparable(right),
        _near_addresses,
        lambda _field: (
            Edge({"address1": "1 Main St", "city": "Austin", "state": "TX", "zip": "78701"}, "a US address"),
            Edge({"address1": "Königsallee 1", "city": "Düsseldorf", "zip": "40212", "country": "DE"}, "no state"),
        ),
        says="the same address",
    )
)


def _place(value: Any, _context: Context, _ask: Ask) -> Any:
    return value


def _same_place(left: Any, right: Any, ask: Ask) -> bool:
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return _comparable(left) == _comparable(right)
    if isinstance(left, Mapping) or isinstance(right, Mapping):
        return False
    one, other = normal(as_text(left)), normal(as_text(right))
    if folded(one) == folded(other):
        return True
    first, second = country_code(one), country_code(other)
    return first is not None and first == second and (ask.target is None or ask.target.type is not Type.STATE)


def _near_places(value: Any, field: Field | None) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield from _near_addresses(value, field)
    else:
        yield from (near for near in near_texts(as_text(value)) if folded(near) != folded(as_text(value)))


PLACE: Final = kind(
    Kind(
        "place",
        (),
        frozenset({Type.COUNTRY, Type.STATE, Type.ADDRESS, Type.TEXT, Type.PICKLIST, Type.OBJECT, Type.ANY}),
        _place,
        lambda raw, _context, _ask: raw,
        _same_place,
        _near_places,
        COUNTRY.edges,
        says="the same place",
    )
)

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
    computes="The ISO 3166-1 code of a country given by code, 3-letter code or English name; anything else is bad data.",
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


def country_of(work: Work) -> Any:
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
    "several sending fields, their texts in the order of the cell.",
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
        ex("address on one line", {"x": {"street": "Königsallee 1", "postal_code": "40212", "city": "Düsseldorf",
           "country": "DE"}}, "Königsallee 1, Düsseldorf, 40212, DE", s.HL7, Type.ADDRESS),
        ex("address on one line", {"x": {"city": " "}}, BLANK, s.CLEARING, Type.ADDRESS),
    ],
)  # fmt: skip
def build_one_line(_step: Step, work: Work) -> Run:
    """Build `address on one line`."""
    if not work.types.sources:
        raise work.wrong("an address in the sending cell", "an empty sending cell", "Name the address field.")
    gets = [work.get(source) for source in work.types.sources]
    work.type = Type.TEXT
    work.comparison = TEXT

    def run(_value: Any, context: Context) -> str | None:
        found = [value for get in gets if (value := get(context)) is not None]
        texts = [one_line(value) if isinstance(value, Mapping) else normal(as_text(value)) for value in found]
        return ", ".join(text for text in texts if text) or None

    return run
