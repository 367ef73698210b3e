"""Check bodies and query parameters against the document, and say what is wrong without saying the value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import jsonschema_rs

from signoff.errors import Problem, ScopeError
from signoff.systems.openapi.document import Document
from signoff.systems.openapi.shapes import shape_of
from signoff.systems.openapi.spans import spanned

_NAMED: Final = "#/components/schemas/"
_MAPS: Final = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_SINGLE: Final = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
_DECIMAL: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?").fullmatch


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """Name a field (dotted, `[n]` in lists, "" for the whole body) and the rule that it breaks; never its value."""

    field: str
    problem: str

    def __str__(self) -> str:
        return f"{self.field or 'body'}: {self.problem}"


Check = Callable[[Any], list[FieldProblem]]


class Checks:
    """Compile the document's schemas into checks, each once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._named: dict[bool, dict[str, Any]] = {}

    def of_request(self, schema: Any) -> Check:
        """Return a check of a request body: `readOnly` fields are refused and never required."""
        return self._check(schema, True)

    def of_response(self, schema: Any) -> Check:
        """Return a check of an answer: `writeOnly` fields are not required."""
        return self._check(schema, False)

    def _check(self, schema: Any, asked: bool) -> Check:
        if asked not in self._named:
            self._named[asked] = {
                name: _converted(self._document, one, asked) for name, one in self._document.schemas().items()
            }
        own = _converted(self._document, schema, asked)
        named = self._named[asked]
        needed = sorted(_needed(own, named, set()))
        root = {"allOf": [own], "components": {"schemas": {name: named[name] for name in needed}}}
        try:
            validator = jsonschema_rs.Draft202012Validator(
                root, validate_formats=True, formats={"decimal": lambda text: _DECIMAL(text) is not None}
            )
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as wrong:
            raise ScopeError(
                Problem(
                    self._document.place(("components", "schemas")),
                    "schemas that JSON Schema 2020-12 can read",
                    str(wrong).splitlines()[0],
                    how="Correct the schema in the document.",
                    code="openapi-schema",
                )
            ) from wrong

        def check(value: Any) -> list[FieldProblem]:
            if validator.is_valid(value):
                return []
            return sorted(set(_told(validator.iter_errors(value))), key=str)

        return check


def alone(document: Document, schema: Any) -> dict[str, Any]:
    """Return a JSON Schema 2020-12 of what a request may carry, with all that it refers to and nothing else."""
    own = _converted(document, schema, True)
    schemas, named = document.schemas(), dict[str, Any]()
    todo = [own]
    while todo:
        lacking = _needed(todo.pop(), named, set()) - set(named)
        for name in lacking:
            named[name] = _converted(document, schemas.get(name), True)
            todo.append(named[name])
    return {"allOf": [own], "components": {"schemas": named}} if named else own


def _needed(node: Any, named: Mapping[str, Any], found: set[str]) -> set[str]:
    """Return the names of all schemas that a schema leads to; compiling the others takes most of the time."""
    if isinstance(node, Mapping):
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith(_NAMED):
            name = reference.removeprefix(_NAMED)
            if name not in found:
                found.add(name)
                _needed(named.get(name), named, found)
        for inner in node.values():
            _needed(inner, named, found)
    elif isinstance(node, list):
        for inner in node:
            _needed(inner, named, found)
    return found


def _converted(document: Document, schema: Any, asked: bool, trail: tuple[str, ...] = ()) -> Any:
    """Return a JSON Schema 2020-12 for an OpenAPI schema object."""
    if not isinstance(schema, Mapping):
        return schema if isinstance(schema, bool) else {}
    reference = schema.get("$ref")
    if isinstance(reference, str):
        if not reference.startswith(_NAMED) or "/" in reference.removeprefix(_NAMED):
            if reference in trail:
                return {}
            target = _converted(document, document.find(reference), asked, (*trail, reference))
        else:
            target = {"$ref": reference}
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        if not beside or document.minor == 0:
            return target
        return {"allOf": [target, _converted(document, beside, asked, trail)]}
    out = {key: value for key, value in schema.items() if key not in ("nullable", "discriminator", "xml", "example")}
    for key in _MAPS:
        if isinstance(out.get(key), Mapping):
            out[key] = {name: _converted(document, one, asked, trail) for name, one in out[key].items()}
    for key in _LISTS:
        if isinstance(out.get(key), list):
            out[key] = [_converted(document, one, asked, trail) for one in out[key]]
    for key in _SINGLE:
        if isinstance(out.get(key), Mapping):
            out[key] = _converted(document, out[key], asked, trail)
    _one_way(document, schema, out, asked)
    return _as_31(schema, out) if document.minor == 0 else spanned(out)


def _one_way(document: Document, schema: Mapping[str, Any], out: dict[str, Any], asked: bool) -> None:
    """Drop what only the other direction carries from `required`; a request may not name a readOnly field at all."""
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        return
    shapes = {name: shape_of(document, one) for name, one in properties.items()}
    other = {name for name, one in shapes.items() if (one.read_only if asked else one.write_only)}
    if other and "required" in out:
        out["required"] = [name for name in out["required"] if name not in other]
    if asked:
        out["properties"] = {name: False if name in other else one for name, one in out["properties"].items()}


def _as_31(schema: Mapping[str, Any], out: dict[str, Any]) -> dict[str, Any]:
    for word, plain in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(out.get(word), bool) and out.pop(word) and plain in out:
            out[word] = out.pop(plain)
    out = spanned(out)
    if schema.get("nullable") is not True:
        return out
    if isinstance(out.get("type"), str) and not any(word in out for word in _LISTS):
        out["type"] = [out["type"], "null"]
        if "enum" in out and None not in out["enum"]:
            out["enum"] = [*out["enum"], None]
        return out
    return {"anyOf": [{"type": "null"}, out]}


def _told(errors: Any) -> Iterator[FieldProblem]:
    for error in errors:
        kind = error.kind
        path = _path(error.instance_path)
        match kind.name:
            case "required":
                yield FieldProblem(_join(path, kind.property), "is required")
            case "additionalProperties" | "unevaluatedProperties":
                for name in kind.unexpected:
                    yield FieldProblem(_join(path, name), "is not a known field")
            case "anyOf" | "oneOf":
                yield from _branches(path, getattr(kind, "context", ()))
            case _:
                yield FieldProblem(path, _phrase(kind))


def _branches(path: str, context: Any) -> Iterator[FieldProblem]:
    # "or null" is one branch; what the other branch says is what the sender wants to know.
    real = [branch for branch in context if not (len(branch) == 1 and _is_null_type(branch[0]))]
    if len(real) == 1:
        yield from _told(real[0])
    else:
        yield FieldProblem(path, "fits none, or several, of the forms that are allowed")


def _is_null_type(error: Any) -> bool:
    return bool(error.kind.name == "type" and list(error.kind.types) == ["null"])


def _phrase(kind: Any) -> str:
    name = kind.name
    limit = getattr(kind, "limit", None)
    if name == "type":
        return f"must be {' or '.join(_words(list(kind.types)))}"
    if name == "enum":
        return f"must be one of {', '.join('null' if one is None else str(one) for one in kind.options)}"
    if name == "falseSchema":
        return "is read-only"
    if name == "format":
        return f"is not a valid {kind.format}"
    if name == "pattern":
        return f"does not match {kind.pattern}"
    phrase = {
        "maxLength": "is longer than {} characters",
        "minLength": "is shorter than {} characters",
        "maximum": "is more than {}",
        "minimum": "is less than {}",
        "exclusiveMaximum": "is not less than {}",
        "exclusiveMinimum": "is not more than {}",
        "maxItems": "has more than {} items",
        "minItems": "has fewer than {} items",
    }.get(name)
    return phrase.format(limit) if phrase else f"breaks the rule {name}"


def _words(types: list[str]) -> list[str]:
    words = {"string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false"}
    words |= {"array": "a list", "object": "an object"}
    return [words.get(one, one) for one in sorted(types, key=lambda one: one == "null")]


def _path(parts: Any) -> str:
    text = ""
    for part in parts:
        text = f"{text}[{part}]" if isinstance(part, int) else _join(text, part)
    return text


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def query_value(document: Document, schema: Any, text: str) -> Any:
    """Return a query parameter as the JSON value that its schema describes; the text itself if it is no such thing.

    Lists are separated by commas.
    """
    shape = shape_of(document, schema)
    kind = shape.type
    if kind == "array":
        return [query_value(document, shape.more.get("items"), one) for one in text.split(",")]
    if kind == "integer" and re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    if kind == "number" and _DECIMAL(text):
        return Decimal(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text
