"""Write what the service answers about one address: verdict, components, postal address, geocode, USPS data."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Mapping
from typing import Any, Final

import pycountry

from signoff.addresses import Address, AddressBook, Answer, Entry, Mark

_TYPES: Final = {
    "street number": "street_number",
    "route": "route",
    "subpremise": "subpremise",
    "city": "locality",
    "state": "administrative_area_level_1",
    "postcode": "postal_code",
    "postcode suffix": "postal_code_suffix",
}
"""Part of an address → the type that the API gives its component."""

_NAMELESS: Final = frozenset({"street_number", "postal_code", "postal_code_suffix"})
"""Components that belong to no language."""

_STREET: Final = re.compile(r"(?P<number>\d\S*)?\s*(?P<route>.*?)(?:\s+(?P<unit>(?:Apt|Ste|Suite|Unit|#)\s*\S+))?")
_DPV: Final = {Answer.ACCEPTED: "Y", Answer.CORRECTED: "Y", Answer.UNKNOWN: "N"}


def words(*texts: str) -> tuple[str, ...]:
    """Return the words of an address as the service compares them: without case, marks and punctuation."""
    text = unicodedata.normalize("NFD", " ".join(texts))
    plain = "".join(sign for sign in text if not unicodedata.combining(sign)).casefold()
    return tuple(re.sub(r"[.,;#]", " ", plain).split())


def area(text: str, region: str) -> str:
    """Return the code of a region's subdivision given by code or name; what is neither, as it is."""
    wanted = words(text)
    subdivisions: Any = pycountry.subdivisions
    known = (subdivisions.get(country_code=region) or ()) if wanted and region else ()
    for one in sorted(known, key=lambda one: one.code):  # two may share a name, and the library keeps a set
        short = one.code.partition("-")[2]
        if wanted in (words(short), words(one.code), words(one.name)):
            return str(short)
    return text


class Lookup:
    """Find which entry of a book an address means, however it is spread over lines and fields."""

    def __init__(self, book: AddressBook) -> None:
        self._entries = {
            (
                one.typed.country,
                words(one.typed.street, one.typed.city, area(one.typed.state, one.typed.country), one.typed.postcode),
            ): one
            for one in book.entries
        }

    def entry(self, asked: Mapping[str, Any]) -> Entry:
        """Return what is known of an address that was asked for; what nobody knows is unknown."""
        region = str(asked.get("regionCode", "")).upper()
        lines = [str(one) for one in asked.get("addressLines", ())]
        city, state, postcode = (str(asked.get(key, "")) for key in ("locality", "administrativeArea", "postalCode"))
        near = str(asked.get("sublocality", ""))
        found = self._entries.get((region, words(*lines, near, city, area(state, region), postcode)))
        if found is not None:
            return found
        typed = Address(" ".join(lines), city, area(state, region), postcode, region)
        marks = tuple(
            (part, Mark.UNCONFIRMED)
            for part, text in (("city", city), ("state", state), ("postcode", postcode))
            if text.strip()
        )
        told = Address("", city, typed.state, postcode, region)
        return Entry(typed, Answer.UNKNOWN, told, (*marks, ("route", Mark.UNRESOLVED)))


def parts_of(address: Address) -> dict[str, str]:
    """Return the parts of an address that are not blank, by the names that marks use."""
    matched = _STREET.fullmatch(address.street.strip())
    number, route, unit = (matched["number"], matched["route"], matched["unit"]) if matched else ("", "", "")
    postcode, _, suffix = address.postcode.partition("-")
    found = {
        "street number": number,
        "route": route,
        "subpremise": unit,
        "city": address.city,
        "state": address.state,
        "postcode": postcode,
        "postcode suffix": suffix,
    }
    return {name: text for name, text in found.items() if text}


def formatted(address: Address) -> str:
    """Write an address on one line, as the API does for the United States."""
    country = "USA" if address.country == "US" else address.country
    region = " ".join(part for part in (address.state, address.postcode) if part)
    return ", ".join(part for part in (address.street, address.city, region, country) if part)


def place_id(address: Address) -> str:
    """Return the id of the place that an address is: the same for the same address."""
    return "ChIJ" + hashlib.sha256(formatted(address).encode()).hexdigest()[:23]


def location(address: Address) -> dict[str, float]:
    """Return a spot in the middle of the country, the same for the same address."""
    digest = hashlib.sha256(formatted(address).encode()).digest()
    return {"latitude": round(35 + digest[0] / 64, 7), "longitude": round(-95 + digest[1] / 32, 7)}


def postal(address: Address) -> dict[str, Any]:
    """Return an address as a postal address; blank fields are left out."""
    found: dict[str, Any] = {
        "regionCode": address.country,
        "languageCode": "en",
        "postalCode": address.postcode,
        "administrativeArea": address.state,
        "locality": address.city,
        "addressLines": [address.street] if address.street else [],
    }
    return {name: value for name, value in found.items() if value}


def _flags(said: frozenset[Mark]) -> dict[str, bool]:
    """Return the remarks of a component; a false one is left out, as the API does."""
    flags = {
        "inferred": Mark.INFERRED in said,
        "spellCorrected": Mark.SPELLING in said,
        "replaced": Mark.REPLACED in said,
    }
    return {name: True for name, held in flags.items() if held}


def _address(entry: Entry) -> dict[str, Any]:
    marks: dict[str, set[Mark]] = {}
    for part, mark in entry.marks:
        marks.setdefault(part, set()).add(mark)
    components = []
    for part, text in {**parts_of(entry.told), "country": entry.told.country}.items():
        kind = _TYPES.get(part, part)
        said = frozenset(marks.get(part, ()))
        doubtful = Mark.UNCONFIRMED in said
        name = {"text": text} if kind in _NAMELESS else {"text": text, "languageCode": "en"}
        components.append(
            {
                "componentName": name,
                "componentType": kind,
                "confirmationLevel": "UNCONFIRMED_BUT_PLAUSIBLE" if doubtful else "CONFIRMED",
                **_flags(said),
            }
        )
    having = {one["componentType"] for one in components}
    lists = {
        "missingComponentTypes": [_TYPES[part] for part, mark in entry.marks if mark is Mark.MISSING],
        "unconfirmedComponentTypes": [
            _TYPES[part] for part, mark in entry.marks if mark is Mark.UNCONFIRMED and _TYPES[part] in having
        ],
        "unresolvedTokens": entry.typed.street.split()
        if any(mark is Mark.UNRESOLVED for _, mark in entry.marks)
        else [],
    }
    return {
        "formattedAddress": formatted(entry.told),
        "postalAddress": postal(entry.told),
        "addressComponents": components,
        **{name: found for name, found in lists.items() if found},
    }


def _granularity(entry: Entry) -> str:
    doubted = {part for part, mark in entry.marks if mark is Mark.UNCONFIRMED}
    if entry.answer is Answer.UNKNOWN:
        return "OTHER"
    if "route" in doubted or "street number" in doubted:
        return "ROUTE"
    return "SUB_PREMISE" if "subpremise" in parts_of(entry.told) and "subpremise" not in doubted else "PREMISE"


def verdict(entry: Entry) -> dict[str, Any]:
    """Return the verdict flags of an entry; false ones are left out."""
    marks = {mark for _, mark in entry.marks}
    missing = ("subpremise", Mark.MISSING) in entry.marks
    asked = "SUB_PREMISE" if "subpremise" in parts_of(entry.typed) else "PREMISE"
    reached = _granularity(entry)
    action = {Answer.ACCEPTED: "ACCEPT", Answer.CORRECTED: "CONFIRM"}.get(
        entry.answer, "CONFIRM_ADD_SUBPREMISES" if missing else "FIX"
    )
    flags = {
        "addressComplete": not marks & {Mark.MISSING, Mark.UNRESOLVED},
        "hasUnconfirmedComponents": Mark.UNCONFIRMED in marks,
        "hasInferredComponents": Mark.INFERRED in marks,
        "hasReplacedComponents": Mark.REPLACED in marks,
        "hasSpellCorrectedComponents": Mark.SPELLING in marks,
    }
    return {
        "inputGranularity": "OTHER" if Mark.UNRESOLVED in marks else asked,
        "validationGranularity": reached,
        "geocodeGranularity": reached,
        **{name: True for name, held in flags.items() if held},
        "possibleNextAction": action,
    }


def _usps(entry: Entry) -> dict[str, Any]:
    told = entry.told
    postcode, _, suffix = told.postcode.partition("-")
    line = " ".join(part for part in (told.city, told.state, told.postcode) if part)
    standard = {
        "firstAddressLine": told.street,
        "cityStateZipAddressLine": line,
        "city": told.city,
        "state": told.state,
        "zipCode": postcode,
        "zipCodeExtension": suffix,
    }
    missing = ("subpremise", Mark.MISSING) in entry.marks
    return {
        "standardizedAddress": {name: text.upper() for name, text in standard.items() if text},
        "dpvConfirmation": _DPV.get(entry.answer, "D" if missing else "N"),
    }


def validated(entry: Entry, number: int) -> dict[str, Any]:
    """Return the whole answer about an address. `number` counts the answers, so that each has an id of its own."""
    result: dict[str, Any] = {
        "verdict": verdict(entry),
        "address": _address(entry),
        "geocode": {
            "location": location(entry.told),
            "placeId": place_id(entry.told),
            "placeTypes": ["locality", "political"] if entry.answer is Answer.UNKNOWN else ["premise"],
        },
    }
    if entry.answer is not Answer.UNKNOWN:
        result["metadata"] = {"business": True}
    if entry.told.country in ("US", "PR"):
        result["uspsData"] = _usps(entry)
    return {"result": result, "responseId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{formatted(entry.typed)}/{number}"))}
