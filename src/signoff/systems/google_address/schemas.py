"""Turn the documented field tables of the two APIs into JSON Schemas, for what is sent and for what is answered.

The tables are those of Google's discovery documents (addressvalidation v1 20250618, places v1 20261101), field by field
in their order. A type is `text`, `yes/no`, `number`, `whole`, another table's name, a choice of words, or a list of one
of these in brackets. A field that the tables do not have is refused, as the real API does.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import jsonschema_rs

_GRANULARITY: Final = "GRANULARITY_UNSPECIFIED|SUB_PREMISE|PREMISE|PREMISE_PROXIMITY|BLOCK|ROUTE|OTHER"
_ACTION: Final = "POSSIBLE_NEXT_ACTION_UNSPECIFIED|FIX|CONFIRM_ADD_SUBPREMISES|CONFIRM|ACCEPT"
_LEVEL: Final = "CONFIRMATION_LEVEL_UNSPECIFIED|CONFIRMED|UNCONFIRMED_BUT_PLAUSIBLE|UNCONFIRMED_AND_SUSPICIOUS"
_CONCLUSION: Final = "VALIDATED_VERSION_USED|USER_VERSION_USED|UNVALIDATED_VERSION_USED|UNUSED"
_STATUS: Final = "BUSINESS_STATUS_UNSPECIFIED|OPERATIONAL|CLOSED_TEMPORARILY|CLOSED_PERMANENTLY|FUTURE_OPENING"

TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "PostalAddress": {
        "addressLines": "[text]", "administrativeArea": "text", "languageCode": "text", "locality": "text",
        "organization": "text", "postalCode": "text", "recipients": "[text]", "regionCode": "text",
        "revision": "whole", "sortingCode": "text", "sublocality": "text",
    },
    "LanguageOptions": {"returnEnglishLatinAddress": "yes/no"},
    "ValidateAddressRequest": {
        "address": "PostalAddress", "enableUspsCass": "yes/no", "languageOptions": "LanguageOptions",
        "previousResponseId": "text", "sessionToken": "text",
    },
    "ProvideValidationFeedbackRequest": {"conclusion": _CONCLUSION, "responseId": "text"},
    "ProvideValidationFeedbackResponse": {},
    "ComponentName": {"languageCode": "text", "text": "text"},
    "AddressComponent": {
        "componentName": "ComponentName", "componentType": "text", "confirmationLevel": _LEVEL, "inferred": "yes/no",
        "replaced": "yes/no", "spellCorrected": "yes/no", "unexpected": "yes/no",
    },
    "Address": {
        "addressComponents": "[AddressComponent]", "formattedAddress": "text", "missingComponentTypes": "[text]",
        "postalAddress": "PostalAddress", "unconfirmedComponentTypes": "[text]", "unresolvedTokens": "[text]",
    },
    "LatLng": {"latitude": "number", "longitude": "number"},
    "Viewport": {"high": "LatLng", "low": "LatLng"},
    "PlusCode": {"compoundCode": "text", "globalCode": "text"},
    "Geocode": {
        "bounds": "Viewport", "featureSizeMeters": "number", "location": "LatLng", "placeId": "text",
        "placeTypes": "[text]", "plusCode": "PlusCode",
    },
    "AddressMetadata": {"business": "yes/no", "poBox": "yes/no", "residential": "yes/no"},
    "UspsAddress": {
        "city": "text", "cityStateZipAddressLine": "text", "firm": "text", "firstAddressLine": "text",
        "secondAddressLine": "text", "state": "text", "urbanization": "text", "zipCode": "text",
        "zipCodeExtension": "text",
    },
    "UspsData": {
        "standardizedAddress": "UspsAddress", "dpvConfirmation": "text", "dpvFootnote": "text",
        "abbreviatedCity": "text", "cassProcessed": "yes/no", "errorMessage": "text",
    },
    "Verdict": {
        "addressComplete": "yes/no", "geocodeGranularity": _GRANULARITY, "hasInferredComponents": "yes/no",
        "hasReplacedComponents": "yes/no", "hasSpellCorrectedComponents": "yes/no",
        "hasUnconfirmedComponents": "yes/no", "inputGranularity": _GRANULARITY, "possibleNextAction": _ACTION,
        "validationGranularity": _GRANULARITY,
    },
    "ValidationResult": {
        "address": "Address", "englishLatinAddress": "Address", "geocode": "Geocode", "metadata": "AddressMetadata",
        "uspsData": "UspsData", "verdict": "Verdict",
    },
    "ValidateAddressResponse": {"responseId": "text", "result": "ValidationResult"},
    "LocalizedText": {"languageCode": "text", "text": "text"},
    "PlaceAddressComponent": {"languageCode": "text", "longText": "text", "shortText": "text", "types": "[text]"},
    "Place": {
        "addressComponents": "[PlaceAddressComponent]", "businessStatus": _STATUS, "displayName": "LocalizedText",
        "formattedAddress": "text", "id": "text", "location": "LatLng", "movedPlace": "text", "movedPlaceId": "text",
        "name": "text", "plusCode": "PlusCode", "postalAddress": "PostalAddress", "shortFormattedAddress": "text",
        "types": "[text]",
    },
    "SearchTextRequest": {
        "includedType": "text", "languageCode": "text", "maxResultCount": "whole", "minRating": "number",
        "openNow": "yes/no", "pageSize": "whole", "pageToken": "text", "rankPreference": "DISTANCE|RELEVANCE",
        "regionCode": "text", "strictTypeFiltering": "yes/no", "textQuery": "text",
    },
    "SearchTextResponse": {"nextPageToken": "text", "places": "[Place]"},
    "AutocompletePlacesRequest": {
        "includeQueryPredictions": "yes/no", "includedPrimaryTypes": "[text]", "includedRegionCodes": "[text]",
        "input": "text", "inputOffset": "whole", "languageCode": "text", "regionCode": "text", "sessionToken": "text",
    },
    "StringRange": {"endOffset": "whole", "startOffset": "whole"},
    "FormattableText": {"matches": "[StringRange]", "text": "text"},
    "StructuredFormat": {"mainText": "FormattableText", "secondaryText": "FormattableText"},
    "PlacePrediction": {
        "distanceMeters": "whole", "place": "text", "placeId": "text", "structuredFormat": "StructuredFormat",
        "text": "FormattableText", "types": "[text]",
    },
    "Suggestion": {"placePrediction": "PlacePrediction"},
    "AutocompletePlacesResponse": {"suggestions": "[Suggestion]"},
    "Error": {"code": "whole", "message": "text", "status": "text", "details": "[anything]"},
    "ErrorAnswer": {"error": "Error"},
}  # fmt: skip
"""Table → field → type."""

_PLAIN: Final = {
    "text": {"type": "string"},
    "yes/no": {"type": "boolean"},
    "number": {"type": "number"},
    "whole": {"type": "integer"},
    "anything": {},
}


def _schema_of(kind: str) -> dict[str, Any]:
    if kind.startswith("["):
        return {"type": "array", "items": _schema_of(kind[1:-1])}
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    if kind in TABLES:
        return {"$ref": f"#/$defs/{kind}"}
    return {"type": "string", "enum": kind.split("|")}


def schema(table: str) -> dict[str, Any]:
    """Return the JSON Schema of one table with all that it refers to."""
    defs = {
        name: {
            "type": "object",
            "additionalProperties": False,
            "properties": {field: _schema_of(kind) for field, kind in fields.items()},
        }
        for name, fields in TABLES.items()
    }
    return {"$ref": f"#/$defs/{table}", "$defs": defs}


@cache
def _validator(table: str) -> Any:
    return jsonschema_rs.validator_for(schema(table))


def flaws(table: str, body: Any) -> list[tuple[str, str]]:
    """Return what a body has against a table: (place as `address.locality`, what is wrong), without the value."""
    found = []
    for one in _validator(table).iter_errors(body):
        where = ".".join(str(part) for part in one.instance_path)
        found.append((where, _said(one, where)))
    return found


def _said(error: Any, where: str) -> str:
    kind = type(error.kind).__name__
    if "AdditionalProperties" in kind:
        unexpected = getattr(error.kind, "unexpected", [])
        name = unexpected[0] if unexpected else "?"
        return (
            f'Invalid JSON payload received. Unknown name "{name}"'
            + (f" at '{where}'" if where else "")
            + (": Cannot find field.")
        )
    return f"Invalid value at '{where or 'body'}'"
