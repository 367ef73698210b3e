"""Say which numbers the formats `int32` and `int64` of OpenAPI hold, which JSON Schema leaves to the reader."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

SPANS: Final[Mapping[str, tuple[int, int]]] = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
}
"""Least and most of the OpenAPI format registry: signed integers of 32 and of 64 bits."""


def span_of(schema: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return least and most by the format of a number's schema; None where it names no such format.

    Only where a number is what the schema is of: on a text the format says nothing.
    """
    named = schema.get("type", "integer")
    kinds = (named,) if isinstance(named, str) else tuple(named)
    return SPANS.get(str(schema.get("format", ""))) if {"integer", "number"} & set(kinds) else None


def spanned(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON Schema (2020-12) with the limits of its format where it says no narrower ones."""
    out = dict(schema)
    span = span_of(schema)
    if span is None:
        return out
    least, most = span
    if _beyond(out.get("minimum"), least, -1):
        out["minimum"] = least
    if _beyond(out.get("maximum"), most, 1):
        out["maximum"] = most
    return out


def _beyond(said: Any, limit: int, towards: int) -> bool:
    if isinstance(said, bool) or not isinstance(said, int | float | Decimal):
        return True
    return (Decimal(str(said)) - limit) * towards > 0
