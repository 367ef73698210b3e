"""Answer for Places (New) what leads to an address: text search, autocomplete, details, each with its field mask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from signoff.addresses import Address, AddressBook, Answer
from signoff.systems.google_address.answers import formatted, location, parts_of, place_id, postal, words
from signoff.systems.google_address.errors import Refused, invalid
from signoff.systems.google_address.schemas import TABLES

_MOST: Final = 20
"""Places on one page, and the page size when none is asked for."""
_SUGGESTIONS: Final = 5
_SHOWN: Final = (
    ("street number", "street_number"),
    ("route", "route"),
    ("city", "locality"),
    ("state", "administrative_area_level_1"),
    ("postcode", "postal_code"),
)


class Places:
    """Know the right addresses of a book as places."""

    def __init__(self, book: AddressBook) -> None:
        right = (one.told for one in book.entries if one.answer in (Answer.ACCEPTED, Answer.CORRECTED))
        self._places = {place_id(one): one for one in right}

    def search(self, asked: Mapping[str, Any], mask: str) -> dict[str, Any]:
        """Return one page of the places that hold every word of the query; nothing found is an empty answer."""
        wanted = fields_of(mask, "places.")
        if not str(asked.get("textQuery", "")).strip():
            raise invalid("Empty text_query.", "text_query")
        size = int(asked.get("pageSize") or _MOST)
        if not 0 < size <= _MOST:
            raise invalid(f"page_size must be between 1 and {_MOST}.", "page_size")
        found = self._found(str(asked["textQuery"]))
        token = str(asked.get("pageToken", ""))
        if token and not (token.startswith("page-") and token[5:].isdigit()):
            raise invalid("Invalid page_token.", "page_token")
        start = int(token[5:]) if token else 0
        page = [masked(_place(one), wanted) for one in found[start : start + size]]
        answer: dict[str, Any] = {"places": page} if page else {}
        if start + size < len(found) and ("*" in wanted or "nextPageToken" in (one.strip() for one in mask.split(","))):
            answer["nextPageToken"] = f"page-{start + size}"
        return answer

    def autocomplete(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return the places that a text may be the beginning of; the field mask is optional here."""
        text = str(asked.get("input", ""))
        if not text.strip():
            raise invalid("Empty input.", "input")
        regions = [str(one).upper() for one in asked.get("includedRegionCodes", ())]
        found = [one for one in self._found(text, begun=True) if not regions or one.country in regions]
        return {"suggestions": [_suggestion(one, text) for one in found[:_SUGGESTIONS]]} if found else {}

    def details(self, wanted_id: str, mask: str) -> dict[str, Any]:
        """Return one place."""
        wanted = fields_of(mask, "")
        found = self._places.get(wanted_id)
        if found is None:
            raise Refused("NOT_FOUND", "The Place ID is no longer valid. Please refresh cached Place IDs.")
        return masked(_place(found), wanted)

    def _found(self, text: str, begun: bool = False) -> list[Address]:
        asked = words(text)
        found = []
        for one in self._places.values():
            known = words(formatted(one))
            whole, last = (asked[:-1], asked[-1]) if begun and asked else (asked, "")
            if set(whole) <= set(known) and (not last or any(word.startswith(last) for word in known)):
                found.append(one)
        return sorted(found, key=formatted)


def fields_of(mask: str, prefix: str) -> Sequence[str]:
    """Return the fields that a mask asks for; raise the API's refusal where it is absent or names what is none."""
    names = [one.strip() for one in mask.split(",") if one.strip()]
    if not names:
        raise invalid(
            "FieldMask is a required parameter. See https://cloud.google.com/apis/docs/system-parameters on how to "
            "provide it."
        )
    found = []
    for name in names:
        if name in ("*", "nextPageToken"):
            found.append(name)
            continue
        head = name.removeprefix(prefix).partition(".")[0]
        if (prefix and not name.startswith(prefix)) or head not in TABLES["Place"]:
            raise invalid(
                f"Error expanding 'fields' parameter. Cannot find matching fields for path '{name}'.", "fields"
            )
        found.append(head)
    return found


def masked(place: Mapping[str, Any], wanted: Sequence[str]) -> dict[str, Any]:
    """Return the fields of a place that a mask asks for."""
    return {name: value for name, value in place.items() if "*" in wanted or name in wanted}


def _place(address: Address) -> dict[str, Any]:
    parts = parts_of(address)
    components = [
        {"longText": parts[part], "shortText": parts[part], "types": [kind], "languageCode": "en"}
        for part, kind in _SHOWN
        if part in parts
    ]
    found = place_id(address)
    return {
        "name": f"places/{found}",
        "id": found,
        "displayName": {"text": address.street, "languageCode": "en"},
        "formattedAddress": formatted(address),
        "shortFormattedAddress": f"{address.street}, {address.city}",
        "addressComponents": components,
        "postalAddress": postal(address),
        "location": location(address),
        "types": ["premise", "street_address"],
    }


def _suggestion(address: Address, asked: str) -> dict[str, Any]:
    found = place_id(address)
    whole = formatted(address)
    matched = [{"endOffset": len(asked)}] if whole.casefold().startswith(asked.casefold()) else []
    text: dict[str, Any] = {"text": whole, "matches": matched} if matched else {"text": whole}
    rest = whole.removeprefix(address.street).lstrip(", ")
    return {
        "placePrediction": {
            "place": f"places/{found}",
            "placeId": found,
            "text": text,
            "structuredFormat": {"mainText": {"text": address.street}, "secondaryText": {"text": rest}},
            "types": ["premise", "street_address"],
        }
    }
