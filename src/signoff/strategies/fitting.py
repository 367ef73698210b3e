"""Tell whether a value is of a field's kind, and one that its system keeps: rules name edges for every kind."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from signoff.record import Value, blank
from signoff.schema import Field, Type, Wire

DOUBLE = 15
"""Significant digits that every double keeps (IEEE 754)."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def fits(known: Field, value: Value) -> bool:
    """Tell whether a value is of a field's kind: a rule names edges for every type of field that it may read."""
    if known.many and isinstance(value, list):
        return all(fits(known, one) for one in value)
    if known.wire is not Wire.NATURAL or value is None:
        return True
    if known.type is Type.YES_NO:
        return isinstance(value, bool)
    if known.type in (Type.NUMBER, Type.INTEGER, Type.AMOUNT):
        if not isinstance(value, int | Decimal) or isinstance(value, bool):
            return False
        return known.type is not Type.INTEGER or value == int(value)
    if known.type is Type.FILE:
        return isinstance(value, str) is not bool(known.fields)
    if known.type in (Type.DATE, Type.INSTANT):
        return isinstance(value, str) and (not value.strip() or _DAY.match(value) is not None)
    return True


def beyond_a_double(known: Field, value: Value) -> bool:
    """Tell whether a number of JSON has more digits than systems keep: all but whole numbers are doubles there."""
    if known.type not in (Type.NUMBER, Type.AMOUNT) or known.wire is not Wire.NATURAL:
        return False
    digits = Decimal(value).normalize().as_tuple().digits if isinstance(value, int | Decimal) else ()
    return len(digits) > DOUBLE


def figure(known: Field, typed: Any) -> Any:
    """Return what a table lists for a field of numbers as a number."""
    if isinstance(typed, str) and known.type in (Type.NUMBER, Type.INTEGER, Type.AMOUNT) and typed.strip():
        number = Decimal(typed)
        return int(number) if known.type is Type.INTEGER and number == int(number) else number
    return typed


def lists_of(found: list[Value]) -> list[Value]:
    """Return lists in which an item stands twice, a blank stands between, and the order is not that of the alphabet."""
    items = [one[0] for one in found if isinstance(one, list) and one and not blank(one[0])][:2]
    if len(items) < 2:
        return []
    first, last = items
    between: list[Value] = [[last, "", first]] if isinstance(first, str) else []
    return [[last, first, last], [first, last], *between]
