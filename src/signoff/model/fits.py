"""Tell whether the receiving system's published limits allow a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from signoff.record import Value, blank
from signoff.schema import Field, Type


@lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def refusal(field: Field, raw: Value) -> str:
    """Return why the receiving schema refuses a raw value, "" if it does not; quotes no value.

    Lengths are counted in Unicode code points, as JSON Schema counts them.
    """
    if isinstance(raw, list | tuple):
        return next((said for one in raw if (said := refusal(field, one))), "")
    if isinstance(raw, Mapping):
        for name, inner in field.fields.items():
            if name in raw and (said := refusal(inner, raw[name])):
                return said
        return ""
    if raw is None or blank(raw):
        return f"{field.path} cannot be blank" if field.mandatory and not field.many else ""
    if isinstance(raw, str):
        if field.max_length is not None and len(raw) > field.max_length:
            return f"{field.path} is longer than {field.max_length} characters"
        if field.min_length is not None and len(raw) < field.min_length:
            return f"{field.path} is shorter than {field.min_length} characters"
        if field.pattern is not None and not _pattern(field.pattern).search(raw):
            return f"{field.path} does not have the form {field.pattern}"
        if field.type is Type.PICKLIST and field.closed and field.choices and raw not in field.choices:
            return f"{field.path} is none of {', '.join(field.choices)}"
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        if field.minimum is not None and raw < field.minimum:
            return f"{field.path} is less than {field.minimum}"
        if field.maximum is not None and raw > field.maximum:
            return f"{field.path} is more than {field.maximum}"
        if field.type is Type.INTEGER and raw != int(raw):
            return f"{field.path} is not a whole number"
    return ""
