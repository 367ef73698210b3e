"""Draw texts and figures in the form that a field demands: its pattern, and the JSON Schema of what else it says."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from signoff.expressions.regex import described
from signoff.record import Value
from signoff.rules.reading import breaks
from signoff.schema import Field
from signoff.strategies.drawn import drawn

_MOST: Final = 40
"""Texts of a pattern: more take longer than they are worth."""
_WORD: Final = ("harbor", "valley", "lakeside", "north", "sunrise", "union", "maple", "river")

_MADE: Final[Mapping[str, Callable[[Random, int], str]]] = {
    "uuid": lambda rng, _: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
    "uri": lambda rng, at: f"https://{rng.choice(_WORD)}-{at}.example.com/jobs/{rng.randint(1, 9999)}?ref=a%20b",
    "uri-reference": lambda rng, _: f"/jobs/{rng.choice(_WORD)}/{rng.randint(1, 9999)}",
    "uri-template": lambda rng, at: f"https://example.com/{rng.choice(_WORD)}/{{id}}?at={at}",
    "iri": lambda rng, at: f"https://{rng.choice(_WORD)}-{at}.example.com/gr\u00f6\u00dfe/{rng.randint(1, 9999)}",
    "iri-reference": lambda rng, _: f"/gr\u00f6\u00dfe/{rng.choice(_WORD)}/{rng.randint(1, 9999)}",
    "hostname": lambda rng, _: f"{rng.choice(_WORD)}-{rng.randint(1, 9999)}.example.com",
    "idn-hostname": lambda rng, _: f"{rng.choice(_WORD)}-{rng.randint(1, 9999)}.example.com",
    "email": lambda rng, _: f"{rng.choice(_WORD)}.{rng.randint(1, 9999)}@example.com",
    "idn-email": lambda rng, _: f"{rng.choice(_WORD)}.gr\u00f6\u00dfe{rng.randint(1, 9999)}@example.com",
    "ipv4": lambda rng, _: f"192.0.2.{rng.randint(1, 254)}",
    "ipv6": lambda rng, _: f"2001:db8::{rng.randint(1, 0xFFFF):x}",
    "time": lambda rng, _: f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}Z",
    "duration": lambda rng, _: f"P{rng.randint(1, 60)}DT{rng.randint(1, 23)}H",
    "json-pointer": lambda rng, _: f"/{rng.choice(_WORD)}/{rng.randint(0, 99)}",
    "relative-json-pointer": lambda rng, _: f"{rng.randint(0, 9)}/{rng.choice(_WORD)}",
    "regex": lambda rng, at: f"^{rng.choice(_WORD)}[0-9]{{{at + 1}}}$",
}
"""Texts of the formats that JSON Schema 2020-12 knows; addresses from the ranges kept for documentation (RFC 5737)."""


def in_form(field: Field, rng: Random, count: int) -> list[Value]:
    """Return up to `count` different raw values, single ones of a list too, that a field takes in the form it asks for.

    Empty where the field asks for no form, or for one that nobody thought of here.
    """
    found: list[Value] = []
    for one in _candidates(field, rng, count):
        if one not in found and not breaks(field, [one] if field.many else one):
            found.append(one)
    return found[:count]


def _candidates(field: Field, rng: Random, count: int) -> Iterator[Value]:
    if field.pattern:
        yield from _of_pattern(field.pattern, rng)
    if field.form:
        schema = json.loads(field.form)
        yield from _of_schema(schema, schema, rng, count, 0)


def _of_schema(schema: Any, whole: Any, rng: Random, count: int, depth: int) -> Iterator[Value]:
    """Yield values that a part of a schema describes; whether they fit all of it is seen afterwards."""
    if not isinstance(schema, Mapping) or depth > 12:
        return
    for one in (*schema.get("examples", ()), *schema.get("enum", ()), schema.get("const"), schema.get("example")):
        if isinstance(one, str | int) and not isinstance(one, bool):
            yield one
    if schema.get("format") in _MADE:
        yield from (_MADE[schema["format"]](rng, at) for at in range(count))
    if isinstance(schema.get("pattern"), str):
        yield from _of_pattern(schema["pattern"], rng)
    if isinstance(schema.get("multipleOf"), int | float):
        least = schema.get("minimum", 0)
        yield from (_multiple(schema["multipleOf"], least, at) for at in range(1, count + 1))
    reference = schema.get("$ref")
    if isinstance(reference, str):
        name = reference.rpartition("/")[2]
        named = whole.get("components", {}).get("schemas", {}).get(name)
        yield from _of_schema(named, whole, rng, count, depth + 1)
    for word in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(word, ()):
            yield from _of_schema(part, whole, rng, count, depth + 1)
    yield from _of_schema(schema.get("items"), whole, rng, count, depth + 1)


def _multiple(step: float, least: float, at: int) -> Decimal | int:
    figure = Decimal(str(step)) * (-(-Decimal(str(least)) // Decimal(str(step))) + at)
    return int(figure) if figure == int(figure) else figure


def _of_pattern(pattern: str, rng: Random) -> Iterator[Value]:
    """Yield texts that a pattern describes, of plain signs where it allows them, in an order of chance."""
    found = list(_drawn(pattern))
    rng.shuffle(found)
    yield from found


@lru_cache(maxsize=256)
def _drawn(pattern: str) -> tuple[str, ...]:
    plain = st.characters(min_codepoint=32, max_codepoint=126)
    shape = described(pattern)
    try:
        found = drawn(st.from_regex(shape, fullmatch=True, alphabet=plain), _MOST, 0)
    except InvalidArgument:  # the pattern itself holds a sign beyond ASCII
        found = drawn(st.from_regex(shape, fullmatch=True), _MOST, 0)
    return tuple(one for one in found if one.strip() == one and one)
