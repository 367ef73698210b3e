"""Find what a document demands of a value beyond what a Field says, and keep it as JSON Schema of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from signoff.systems.openapi.document import Document
from signoff.systems.openapi.validation import alone

FORMATS: Final = frozenset(
    (
        *("uuid", "uri", "uri-reference", "uri-template", "iri", "iri-reference", "hostname", "idn-hostname"),
        *("email", "idn-email", "ipv4", "ipv6", "time", "duration", "json-pointer", "relative-json-pointer", "regex"),
    )
)
"""Formats that JSON Schema 2020-12 (validation, section 7.3) knows, without dates, of which a Field says all."""
_WORDS: Final = frozenset(
    (
        *("not", "if", "contains", "uniqueItems", "minItems", "maxItems", "prefixItems", "propertyNames"),
        *("patternProperties", "minProperties", "maxProperties", "dependentRequired", "dependentSchemas"),
    )
)


def form_of(document: Document, schema: Any) -> str:
    """Return the JSON Schema of a field, as text, where it demands more than a Field says; "" where it does not."""
    if not beyond(document, schema):
        return ""
    return json.dumps(alone(document, schema), sort_keys=True)


def beyond(document: Document, schema: Any) -> tuple[str, ...]:
    """Return the keywords of a schema that a Field has no place for, each once; parts of objects are not looked at."""
    return tuple(dict.fromkeys(_words(document, schema, set())))


def _words(document: Document, schema: Any, seen: set[str]) -> Iterator[str]:
    if not isinstance(schema, Mapping):
        return
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        yield from _words(document, document.find(reference), seen | {reference})
    yield from (word for word in schema if word in _WORDS and schema[word] not in (False, 0))
    if schema.get("format") in FORMATS:
        yield f"format: {schema['format']}"
    if "multipleOf" in schema and not _of_decimals(Decimal(str(schema["multipleOf"]))):
        yield "multipleOf"
    chosen = [schema["const"]] if "const" in schema else schema.get("enum", ())
    if any(not isinstance(one, str | None) for one in chosen):
        yield "enum"
    named = schema.get("type", ())
    if not isinstance(named, str) and len(set(named) - {"null"}) > 1:
        yield "type"
    for part in schema.get("allOf", ()):
        yield from _words(document, part, seen)
    for word in ("anyOf", "oneOf"):
        branches = schema.get(word)
        if not isinstance(branches, list):
            continue
        real = [one for one in branches if not (isinstance(one, Mapping) and one.get("type") == "null")]
        if len(real) == 1:
            yield from _words(document, real[0], seen)
        else:
            yield word
    if "items" in schema:
        yield from _words(document, schema["items"], seen)


def _of_decimals(step: Decimal) -> bool:
    """Tell whether a step is 1, 0.1, 0.01 and so on, which a Field has decimals for."""
    _, digits, exponent = step.normalize().as_tuple()
    return digits == (1,) and isinstance(exponent, int) and exponent <= 0
