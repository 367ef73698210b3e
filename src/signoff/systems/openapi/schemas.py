"""Build the system's schema from its OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from signoff.errors import ScopeError
from signoff.record import ABSENT
from signoff.schema import Entity, Events, Field, SystemSchema, Type, Wire
from signoff.scope import EntitySettings, SystemSettings
from signoff.systems.openapi.description import Description, EntityRoutes, describe
from signoff.systems.openapi.document import Document, load
from signoff.systems.openapi.forms import beyond, form_of
from signoff.systems.openapi.options import NEVER, read_options
from signoff.systems.openapi.shapes import Shape, shape_of
from signoff.systems.openapi.sound import problems, within_reason
from signoff.systems.openapi.spans import span_of

SETTINGS_KEY: Final = "openapi"
"""Where `SystemSchema.settings` holds the Description, because a client is built without the document."""

_TEXT_FORMATS: Final = {
    "email": (Type.EMAIL, Wire.NATURAL),
    "idn-email": (Type.EMAIL, Wire.NATURAL),
    "date": (Type.DATE, Wire.NATURAL),
    "date-time": (Type.INSTANT, Wire.NATURAL),
    "decimal": (Type.AMOUNT, Wire.NUMBER_TEXT),
    "binary": (Type.FILE, Wire.NATURAL),
    "byte": (Type.FILE, Wire.NATURAL),
}
_PLAIN: Final = {
    "integer": Type.INTEGER,
    "number": Type.NUMBER,
    "boolean": Type.YES_NO,
    "object": Type.OBJECT,
}


def build_schema(
    settings: SystemSettings, entities: Mapping[str, EntitySettings], read: Callable[[str], str]
) -> SystemSchema:
    """Return the schema of the entities that the toml names; raise ScopeError for a toml or document that is wrong.

    Formats become types (email, date, date-time, decimal); `readOnly` fields and those in no request are read-only,
    and of them the id and the time stamps technical. `allOf` is folded, `oneOf` of several shapes is "anything".
    """
    document, description = read_description(settings, entities, read)
    built = {name: _entity(document, routes) for name, routes in description.entities.items()}
    wrong = [problem for one in built.values() for problem in problems(document, one)]
    if wrong:
        raise ScopeError(list(dict.fromkeys(wrong)))
    return SystemSchema(
        side=settings.side,
        name=settings.name,
        entities=built,
        zone=settings.zone,
        source=settings.document,
        settings={SETTINGS_KEY: description},
        item_lists=frozenset({Type.OBJECT}),
        events=_events(description),
    )


def _events(description: Description) -> Events:
    hooks = description.webhooks
    if hooks is None:
        return Events.NONE
    return Events.SURE if hooks.lost == NEVER else Events.MAY_BE_LOST


ASCII_ONLY = r"^[\x21-\x7e]+$"
"""What `format: email` allows at most: RFC 5321 mailboxes. Letters beyond ASCII need `idn-email` (JSON Schema)."""


def read_description(
    settings: SystemSettings, entities: Mapping[str, EntitySettings], read: Callable[[str], str]
) -> tuple[Document, Description]:
    """Return the document and where everything lives in it; raise ScopeError."""
    options = read_options(settings, entities)
    document = load(settings.document, read)
    return document, describe(document, options, settings.name, settings.side)


def sent_shape(document: Document, routes: EntityRoutes, path: str, method: str) -> Shape | None:
    """Return the shape of the record in a request, out of its envelope; None when there is no such request."""
    schema = document.request_schema(path, method)
    return None if schema is None else inside(document, shape_of(document, schema), routes.envelope.sent)


def inside(document: Document, shape: Shape, key: str) -> Shape:
    """Return the shape under a dotted envelope key; "" is the shape itself."""
    for name in key.split(".") if key else ():
        shape = shape_of(document, shape.properties.get(name, {}))
    return shape


def _entity(document: Document, routes: EntityRoutes) -> Entity:
    shown = shape_of(document, document.schemas()[routes.name])
    created = sent_shape(document, routes, routes.collection, "post")
    updated = sent_shape(document, routes, routes.item, routes.update)
    requests = [one for one in (created, updated) if one is not None]
    settable = {name for one in requests for name in one.properties}
    required = (created or shown).required
    fields: dict[str, Field] = {}
    for name in dict.fromkeys((*shown.properties, *(created.properties if created else ()))):
        raw = shown.properties.get(name)
        if raw is None and created is not None:
            raw = created.properties[name]
        shape = shape_of(document, raw)
        asked_raw = created.properties.get(name) if created else None
        asked = shape_of(document, asked_raw) if created else shape
        field = within_reason(field_of(document, name, _filled_in(shape, asked)))
        read_only = shape.read_only or (bool(requests) and name not in settable)
        fields[name] = replace(
            _formed(document, field, raw, asked_raw),
            mandatory=name in required and not read_only,
            read_only=read_only,
            create_only=not read_only and updated is not None and name not in updated.properties,
            default=ABSENT if read_only else _default(asked) if "default" in asked.more else field.default,
            technical=read_only and (name == routes.id_field or field.type is Type.INSTANT),
        )
    bodies = [document.request_schema(path, method) for path, method in _written(routes)]
    words = {f"`{word}`" for body in bodies if body is not None for word in beyond(document, body)}
    words |= {
        f"`{word}` in {name}"
        for name in settable & set(fields)
        if fields[name].type is Type.OBJECT
        for word in beyond(document, shown.properties.get(name))
    }
    return Entity(
        routes.name,
        fields,
        routes.id_field,
        routes.modified,
        replaced=routes.update == "put",
        unforeseen=tuple(sorted(words)),
    )


def _written(routes: EntityRoutes) -> tuple[tuple[str, str], ...]:
    return ((routes.collection, "post"), (routes.item, routes.update))


def _filled_in(shown: Shape, asked: Shape) -> Shape:
    """Return the shape in which a field is shown, with what only the request says of it: limits are often there."""
    return replace(
        shown,
        type=shown.type or asked.type,
        choices=shown.choices or asked.choices,
        more={**asked.more, **shown.more},
    )


def _formed(document: Document, field: Field, *schemas: Any) -> Field:
    """Return a field with all that its schemas demand beyond what it says; an object as a whole has no form."""
    if field.type is Type.OBJECT and not field.many:
        return field
    forms = dict.fromkeys(one for schema in schemas if (one := form_of(document, schema)))
    return replace(field, form=next(iter(forms)) if len(forms) == 1 else _all_of(forms)) if forms else field


def _all_of(forms: Iterable[str]) -> str:
    """Return a form of several; each keeps what it refers to, which is the same document in all of them."""
    read = [json.loads(one) for one in forms]
    named: dict[str, Any] = {}
    for one in read:
        named |= one.pop("components", {}).get("schemas", {})
    return json.dumps({"allOf": read, **({"components": {"schemas": named}} if named else {})}, sort_keys=True)


def field_of(document: Document, path: str, shape: Shape) -> Field:
    """Return the field of a shape; a list is a field of its items with `many`, an object has its parts."""
    nullable = shape.may_be_null
    label = str(shape.more.get("title", ""))
    if shape.type == "array":
        item = field_of(document, path, shape_of(document, shape.more.get("items"), shape.trail))
        if item.many:
            return Field(path, Type.ANY, many=True, nullable=nullable, label=label)
        return replace(item, many=True, nullable=nullable, label=label, default=_default(shape))
    kind, wire = _type(shape)
    decimals = _decimals(shape.more.get("multipleOf"))
    parts = {
        name: _part(document, f"{path}.{name}", raw, shape.trail, name in shape.required)
        for name, raw in shape.properties.items()
    }
    return Field(
        path=path,
        type=kind,
        wire=wire,
        nullable=nullable,
        read_only=shape.read_only,
        min_length=shape.more.get("minLength"),
        max_length=shape.more.get("maxLength"),
        minimum=_limit(shape, "minimum", "exclusiveMinimum", decimals, 1),
        maximum=_limit(shape, "maximum", "exclusiveMaximum", decimals, -1),
        decimals=decimals,
        pattern=shape.more.get("pattern") or (ASCII_ONLY if kind is Type.EMAIL else None),
        choices=tuple(shape.choices) if kind is Type.PICKLIST else (),
        fields=parts if kind is Type.OBJECT else {},
        default=_default(shape),
        label=label,
    )


def _part(document: Document, path: str, raw: Any, trail: tuple[str, ...], required: bool) -> Field:
    shape = shape_of(document, raw, trail)
    field = _formed(document, field_of(document, path, shape), raw)
    return replace(field, mandatory=required and not shape.read_only)


def _type(shape: Shape) -> tuple[Type, Wire]:
    form = str(shape.more.get("format", ""))
    if shape.type in ("string", "") and shape.choices and all(isinstance(one, str) for one in shape.choices):
        return Type.PICKLIST, Wire.NATURAL
    if shape.type == "string":
        return _TEXT_FORMATS.get(form, (Type.TEXT, Wire.NATURAL))
    if shape.type == "number" and form == "decimal":
        return Type.AMOUNT, Wire.NATURAL
    return _PLAIN.get(shape.type, Type.ANY), Wire.NATURAL


def _default(shape: Shape) -> Any:
    return _exact(shape.more.get("default", ABSENT))


def _exact(value: Any) -> Any:
    """Return a value of the document with Decimal for float, as records hold it."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, dict):
        return {key: _exact(one) for key, one in value.items()}
    return [_exact(one) for one in value] if isinstance(value, list) else value


def _decimals(step: Any) -> int | None:
    """Return the decimals that `multipleOf: 0.01` allows; None when it says nothing of decimals."""
    if step is None:
        return None
    exponent = Decimal(str(step)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else None


def _limit(shape: Shape, word: str, exclusive: str, decimals: int | None, towards: int) -> Decimal | None:
    """Return the nearest allowed value; an open limit moves by one step where the step is known.

    The format of an integer (int32, int64) limits it where the document says nothing narrower.
    """
    said = _said_limit(shape, word, exclusive, decimals, towards)
    span = span_of({"type": shape.type or "string", **shape.more})
    if span is None:
        return said
    own = Decimal(span[0] if towards > 0 else span[1])
    if said is None:
        return own
    return max(said, own) if towards > 0 else min(said, own)


def _said_limit(shape: Shape, word: str, exclusive: str, decimals: int | None, towards: int) -> Decimal | None:
    plain, open_limit = shape.more.get(word), shape.more.get(exclusive)
    if open_limit is True:
        plain, open_limit = None, plain
    if isinstance(open_limit, int | float) and not isinstance(open_limit, bool):
        step = Decimal(1) if shape.type == "integer" else Decimal(1).scaleb(-(decimals if decimals is not None else 6))
        moved = Decimal(str(open_limit)) + towards * step
        other = Decimal(str(plain)) if plain is not None else moved
        return max(moved, other) if towards > 0 else min(moved, other)
    return None if plain is None else Decimal(str(plain))
