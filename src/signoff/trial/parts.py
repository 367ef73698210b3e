"""Send what people change inside an object as the whole object, so that its other parts stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signoff.record import ABSENT, Record, Value, get, with_value
from signoff.schema import Entity, Field


def with_whole_objects(entity: Entity, fields: Record, held: Record) -> dict[str, Any]:
    """Return fields in which dotted names (`contact.email`) have become objects, filled up with what the record holds.

    A system that replaces a record, or an object in it, as a whole would lose the other parts; one that merges takes
    both. Parts that the system keeps itself are left to it.
    """
    found: dict[str, Any] = {}
    for name, value in fields.items():
        head, dot, rest = name.partition(".")
        if not dot or name in entity.fields:
            found[name] = value
            continue
        here = found[head] if head in found else _settable(entity.fields.get(head), get(held, head))
        found[head] = with_value(here if isinstance(here, Mapping) else {}, rest, value)
    return found


def _settable(field: Field | None, value: Value) -> Value:
    """Return what an object holds, without the parts that nobody may send."""
    if field is None or value is ABSENT or not isinstance(value, Mapping):
        return value
    return {
        name: _settable(field.fields.get(name), inner)
        for name, inner in value.items()
        if not (name in field.fields and (field.fields[name].read_only or field.fields[name].create_only))
    }
