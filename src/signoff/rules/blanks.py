"""Tell the forms of blank apart: null, empty text, an empty list, nothing at all."""

from __future__ import annotations

from signoff.record import ABSENT, Value, blank
from signoff.schema import Field


def blank_in_form(raw: Value, form: str) -> bool:
    """Tell whether a raw value is blank in the form that a rule asks for; "" is any form."""
    if form == "null":
        return raw is None
    if form == "empty text":
        return raw == "" and isinstance(raw, str)
    if form == "empty list":
        return isinstance(raw, list | tuple) and not raw
    return blank(raw) or (isinstance(raw, list | tuple) and all(blank(item) for item in raw))


def blank_raw(form: str, field: Field | None, many: bool) -> Value:
    """Return a blank in a form, as a receiving field holds it; with "" the one that the field can hold."""
    if form == "empty text":
        return ""
    if form == "empty list" or (many and not form):
        return []
    if form == "null" or field is None or field.nullable:
        return None
    return ABSENT
