"""Describe the tenant's entities to connectors: field types, lengths and picklists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from signoff.schema import Entity, Field, Type
from signoff.systems.bullhorn.fields import label
from signoff.systems.bullhorn.refusals import unknown_field

_DATA_TYPES: Final[Mapping[Type, str]] = {
    Type.INSTANT: "Timestamp",
    Type.DATE: "Date",
    Type.YES_NO: "Boolean",
    Type.INTEGER: "Integer",
    Type.AMOUNT: "BigDecimal",
    Type.NUMBER: "Double",
}


def meta_of(entity: Entity, base: str, fields: str, detail: str) -> dict[str, Any]:
    """Return the answer of /meta. `fields` is `*` or names; `detail` is off, basic or full, as in the request."""
    names = list(entity.fields) if fields.strip() in ("", "*") else [one.strip() for one in fields.split(",")]
    for name in names:
        if name not in entity.fields:
            raise unknown_field(entity.name, name)
    return {
        "entity": entity.name,
        "entityMetaUrl": f"{base}meta/{entity.name}?fields={fields or '*'}",
        "label": label(entity.name),
        "fields": [_described(entity.fields[name], base, detail) for name in names],
    }


def _described(field: Field, base: str, detail: str) -> dict[str, Any]:
    told: dict[str, Any] = {"name": field.name, "type": _kind(field)}
    if field.name == "id":
        return {**told, "dataType": "Integer"}
    if field.type is Type.OBJECT:
        told["dataType"] = "Address"
    elif field.type is not Type.REFERENCE:
        told["dataType"] = _DATA_TYPES.get(field.type, "String")
    if field.max_length is not None:
        told["maxLength"] = field.max_length
    told["label"] = field.label or label(field.name)
    if detail != "off":
        told.update(
            confidential=False,
            optional=not field.mandatory,
            required=field.mandatory,
            readOnly=field.read_only,
            multiValue=False,
        )
        if field.choices:
            told["inputType"] = "SELECT"
    if field.choices:
        told["options"] = [{"value": choice, "label": choice} for choice in field.choices]
    if field.type is Type.REFERENCE:
        told["associatedEntity"] = {
            "entity": field.entity,
            "entityMetaUrl": f"{base}meta/{field.entity}?fields=*",
            "label": label(field.entity),
            "fields": [{"name": "id", "type": "ID", "dataType": "Integer"}],
        }
    if field.fields:
        told["fields"] = [_described(part, base, detail) for part in field.fields.values()]
    return told


def _kind(field: Field) -> str:
    if field.name == "id":
        return "ID"
    if field.type is Type.REFERENCE:
        return "TO_MANY" if field.many else "TO_ONE"
    return "COMPOSITE" if field.type is Type.OBJECT else "SCALAR"
