"""Compare countries, states and addresses, by the codes of ISO 3166."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import pycountry

from signoff.expressions.evaluate import Unreadable, as_text
from signoff.record import Value, blank
from signoff.rules import results
from signoff.rules.context import Context
from signoff.rules.registry import Ask, Edge, Kind, kind
from signoff.rules.wording import near_texts, normal
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


def country_name(code: str) -> str:
    """Return a country's usual English name by its 2-letter code; the code where ISO 3166 has none."""
    found: Any = pycountry.countries.get(alpha_2=code)
    return str(getattr(found, "common_name", found.name)) if found is not None else code


@lru_cache(maxsize=300)
def _states(country: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    subdivisions: Any = pycountry.subdivisions
    # In the order of their codes: two may share a name (Hsinchu is a city and a county), and the library keeps a set.
    for one in sorted(subdivisions.get(country_code=country) or (), key=lambda one: one.code):
        short = one.code.partition("-")[2]
        for text in (one.code, short, one.name):
            found.setdefault(folded(text), short)
    return found


@lru_cache(maxsize=10_000)
def state_code(text: str, country: str) -> str | None:
    """Return a state's ISO 3166-2 code without the country, from its code or name, or None."""
    return _states(country).get(folded(text)) if country else None


def is_some_state(text: str) -> bool:
    """Tell whether a text is the code or the name of a state in whatever country."""
    return folded(text) in _every_state()


@lru_cache(maxsize=1)
def _every_state() -> frozenset[str]:
    countries: Any = pycountry.countries
    return frozenset(name for one in countries for name in _states(one.alpha_2))


@lru_cache(maxsize=300)
def states_of(country: str) -> tuple[tuple[str, str], ...]:
    """Return code and name of a country's states, without their parts, and without what nobody calls them.

    ISO turns some names round (`Asturias, Principado de`) and gives others in two languages (`Wales [Cymru GB-CYM]`).
    """
    found: list[tuple[str, str]] = []
    subdivisions: Any = pycountry.subdivisions
    for one in sorted(subdivisions.get(country_code=country) or (), key=lambda one: one.code):
        short = one.code.partition("-")[2]
        if one.parent_code or set(one.name) & set(",[("):
            continue
        if state_code(one.name, country) == short == state_code(short, country):
            found.append((short, one.name))
    return tuple(found)


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


def state_edges(country: str) -> Iterator[Edge]:
    """Yield states of a country as people write them; nothing where ISO 3166-2 has none."""
    known = states_of(country)
    if country == "US":  # those that differ from a country's code, a city's name and a territory
        yield from (Edge("TX", "a code"), Edge("New York", "a name of two words"), Edge("california", "lower case"))
        return
    yield from (Edge(code, f"a code of {country}") for code, _ in known[:1])
    names = [name for _, name in known]
    yield from (Edge(one, f"a name of several words in {country}") for one in [x for x in names if " " in x][:1])
    yield from (Edge(one.lower(), f"lower case in {country}") for one in names[-1:])
    yield from (Edge(one, f"a name with marks in {country}") for one in [x for x in names if not x.isascii()][:1])


COUNTRY: Final = kind(
    Kind(
        "country",
        (Type.COUNTRY,),
        frozenset({Type.COUNTRY, Type.TEXT, Type.PICKLIST, Type.ANY}),
        _country,
        _found_country,
        _equal,
        _near_countries,
        lambda _field, _around: (
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
        lambda _field, around: (edge for country in around.countries for edge in state_edges(country)),
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


def part_named(name: str) -> int:
    """Return which part of an address a field's name means, by its place among the parts; -1 for none."""
    last = "".join(sign for sign in name.rpartition(".")[2] if sign.isalnum()).lower()
    return next((at for at, names in enumerate(_PARTS) if last in names), -1)


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
        lambda _field, _around: (
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
