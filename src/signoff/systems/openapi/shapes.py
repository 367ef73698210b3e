"""Fold an OpenAPI schema object into one plain shape: references followed, `allOf` merged, null told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from signoff.systems.openapi.document import Document

_FOLDED: Final = ("allOf", "anyOf", "oneOf", "$ref", "properties", "required", "type", "nullable", "enum", "const")


@dataclass(frozen=True, slots=True)
class Shape:
    """Describe a value. `type` is one JSON type or "" when several or none are named; `items` is a raw schema.

    `nullable` is None where nothing says so: 3.0 then forbids null, 3.1 allows it when no type is named.
    `more` holds the remaining keywords (format, limits, default, readOnly, description).
    """

    type: str = ""
    nullable: bool | None = None
    choices: tuple[Any, ...] = ()
    properties: Mapping[str, Any] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    more: Mapping[str, Any] = field(default_factory=dict)
    trail: tuple[str, ...] = ()
    """References followed on the way here, to end a schema that holds itself."""

    @property
    def read_only(self) -> bool:
        """Tell whether only the system itself sets it."""
        return bool(self.more.get("readOnly"))

    @property
    def write_only(self) -> bool:
        """Tell whether it is never shown again."""
        return bool(self.more.get("writeOnly"))

    @property
    def may_be_null(self) -> bool:
        """Tell whether null is allowed."""
        return not (self.type or self.choices) if self.nullable is None else self.nullable


def shape_of(document: Document, schema: Any, trail: tuple[str, ...] = ()) -> Shape:
    """Return the shape of a schema; a schema that holds itself ends in an empty shape."""
    if not isinstance(schema, Mapping):
        return Shape()
    reference = schema.get("$ref")
    if isinstance(reference, str):
        if reference in trail:
            return Shape()
        target = shape_of(document, document.find(reference), (*trail, reference))
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        # In 3.0 whatever stands beside a reference is ignored.
        return _both(document, target, shape_of(document, beside, trail)) if beside and document.minor else target
    shape = _own(schema, trail)
    for part in schema.get("allOf", ()):
        shape = _both(document, shape, shape_of(document, part, trail))
    for word in ("oneOf", "anyOf"):
        if word in schema:
            shape = _both(document, shape, _either(document, schema[word], trail))
    return shape


def _own(schema: Mapping[str, Any], trail: tuple[str, ...]) -> Shape:
    types = schema.get("type", ())
    listed = [types] if isinstance(types, str) else list(types)
    real = [one for one in listed if one != "null"]
    nullable: bool | None = ("null" in listed) if listed else None
    if schema.get("nullable") is True:
        nullable = True
    values = [schema["const"]] if "const" in schema else list(schema.get("enum", ()))
    if values and not listed:
        nullable = None in values
    kind = real[0] if len(real) == 1 else ""
    if not kind and "properties" in schema:
        kind = "object"
    return Shape(
        type=kind,
        nullable=nullable,
        choices=tuple(value for value in values if value is not None),
        properties=dict(schema.get("properties", {})),
        required=frozenset(schema.get("required", ())),
        more={key: value for key, value in schema.items() if key not in _FOLDED},
        trail=trail,
    )


def _both(document: Document, left: Shape, right: Shape) -> Shape:
    known = [one for one in (left.nullable, right.nullable) if one is not None]
    # 3.0 writes `nullable: true` beside an allOf of the type; read strictly it could never be null.
    nullable = (all(known) if document.minor else any(known)) if known else None
    common = tuple(one for one in left.choices if one in right.choices)
    return Shape(
        type=left.type or right.type,
        nullable=nullable,
        choices=common if left.choices and right.choices else left.choices or right.choices,
        properties={**left.properties, **right.properties},
        required=left.required | right.required,
        more={**left.more, **right.more},
        trail=tuple(dict.fromkeys((*left.trail, *right.trail))),
    )


def _either(document: Document, schemas: Any, trail: tuple[str, ...]) -> Shape:
    real = [one for one in schemas if not (isinstance(one, Mapping) and one.get("type") == "null")]
    shapes = [shape_of(document, one, trail) for one in real]
    nullable = len(real) < len(schemas) or any(one.nullable for one in shapes) or None
    if len(shapes) == 1:
        only = shapes[0]
        return Shape(only.type, nullable, only.choices, only.properties, only.required, only.more, only.trail)
    types = {one.type for one in shapes}
    choices = tuple(dict.fromkeys(value for one in shapes for value in one.choices))
    return Shape(
        type=types.pop() if len(types) == 1 and all(one.choices for one in shapes) else "",
        nullable=nullable,
        choices=choices if all(one.choices for one in shapes) else (),
    )
