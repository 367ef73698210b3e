"""Tell which fields of a document no value fits, and which patterns cannot be matched: a run would find that out late.

Only fields of the entities that the toml names are looked at: what else is wrong with a document changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from jsonschema_rs import Draft202012Validator, ValidationError

from signoff.errors import Problem, nearest
from signoff.expressions.regex import trouble, unmatched, widths
from signoff.schema import Entity, Field
from signoff.systems.openapi.document import Document, pointer_of
from signoff.systems.openapi.parsing import Pointer

LONGEST: Final = 100_000
"""Characters of a text; a field that may be longer (2,147,483,647 is written often) is tried as one without a limit."""
SHORTEST: Final = 10_000
"""Characters that a text may be asked to have at least."""


_SCHEMAS: Final = ("components", "schemas")
"""Where the schemas of records stand: whatever else is said of a record, it is an object."""
_ALL: Final = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})
_LIMITS: Final = ("minLength", "maxLength", "minimum", "maximum")


def within_reason(field: Field) -> Field:
    """Return a field without a limit of its length that no test comes near."""
    parts = {name: within_reason(one) for name, one in field.fields.items()}
    too_long = field.max_length is not None and field.max_length > LONGEST
    return replace(field, max_length=None if too_long else field.max_length, fields=parts)


def problems(document: Document, entity: Entity) -> Iterator[Problem]:
    """Yield a problem for every field of an entity that nothing fits, and for the record as a whole."""
    top: Pointer = ("components", "schemas", entity.name)
    yield from _contradictions(document, *_standing(document, top, ()))
    for name, field in entity.fields.items():
        yield from _of(document, ("components", "schemas", entity.name), (name,), field)


def _of(document: Document, schema: Pointer, path: Pointer, field: Field) -> Iterator[Problem]:
    for word, expected, found, how in _impossible(field):
        pointer = _pointer(document, schema, path, word)
        yield Problem(document.place(pointer), expected, found, how=how, code="openapi-impossible")
    yield from _contradictions(document, *_standing(document, schema, path))
    for name, part in field.fields.items():
        yield from _of(document, schema, (*path, name), part)


def _contradictions(document: Document, here: Pointer, node: Any) -> Iterator[Problem]:
    """Yield a problem where the parts of a schema leave nothing, as far as that is certain."""
    together = list(_together(document, here, node))
    parts = [one for _, one in together]
    how = "Correct the document, or ask its owner what is meant."
    if node is False or any(one.get("not") in ({}, True) for one in parts):
        found = "`not: {}` or `false`, which nothing fits"
        yield Problem(document.place(here), "a value that fits", found, how=how, code="openapi-impossible")
        return
    if not parts:
        return
    yield from _unknown_required(document, here, parts)
    kinds = [_kinds(one) for one in parts if "type" in one]
    left = frozenset.intersection(*kinds) if kinds else _ALL
    if not left:
        named = ", ".join(sorted({str(one["type"]) for one in parts if "type" in one}))
        place = document.place((*here, "allOf"))
        yield Problem(place, "parts that one value can fit", named, how=how, code="openapi-impossible")
        return
    if left == {"object"} or here[:-1] == _SCHEMAS:
        yield from _too_few(document, together)
    choices = [[one["const"]] if "const" in one else one["enum"] for one in parts if "const" in one or "enum" in one]
    plain = [{word: one[word] for word in _LIMITS if word in one} for one in parts]
    fits = Draft202012Validator({"allOf": [*plain, *({"type": sorted(left)} for _ in kinds)]})
    if choices and not any(fits.is_valid(one) and all(one in other for other in choices) for one in choices[0]):
        word = "const" if any("const" in one for one in parts) else "enum"
        place = document.place((*here, word))
        found = f"{len(choices[0]):,} values, and none fits the type and the limits beside them"
        yield Problem(place, "a value that fits", found, how=how, code="openapi-impossible")


def _unknown_required(document: Document, here: Pointer, parts: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """Yield a problem for each name that must be there, and that the schema does not let in."""
    known = {name for one in parts for name in one.get("properties", {})}
    if not any(one.get("additionalProperties") is False for one in parts):
        return
    if any(one.get("patternProperties") for one in parts):
        return  # these let in what they fit
    for name in dict.fromkeys(name for one in parts for name in one.get("required", ()) if name not in known):
        yield Problem(
            document.place((*here, "required")),
            f"fields among {', '.join(sorted(known)[:20])}, as `additionalProperties: false` says",
            f"`{name}`",
            nearest(name, known),
            how="Describe the field under `properties`, or do not require it.",
            code="openapi-impossible",
        )


def _too_few(document: Document, together: Sequence[tuple[Pointer, Mapping[str, Any]]]) -> Iterator[Problem]:
    """Yield a problem where an object must have more properties than it may have: without others, or by number."""
    asked = [(one["minProperties"], here) for here, one in together if isinstance(one.get("minProperties"), int)]
    most: list[tuple[int, str]] = []
    for _, one in together:
        if one.get("additionalProperties") is False and not one.get("patternProperties"):
            many = len(one.get("properties", {}))
            most.append((many, f"{many:,} properties beside `additionalProperties: false`"))
        if isinstance(one.get("maxProperties"), int):
            most.append((one["maxProperties"], f"maxProperties: {one['maxProperties']:,}"))
    if asked and most and max(asked)[0] > min(most)[0]:
        least, holder = max(asked)
        yield Problem(
            document.place((*holder, "minProperties")),
            "as many properties as an object can have",
            f"minProperties: {least:,}, and {min(most)[1]}",
            how="Correct the document, or ask its owner what is meant.",
            code="openapi-impossible",
        )


def _kinds(part: Mapping[str, Any]) -> frozenset[str]:
    named = part["type"]
    kinds = frozenset([named] if isinstance(named, str) else named)
    kinds |= {"null"} if part.get("nullable") is True else frozenset()  # as OpenAPI 3.0 says it
    return kinds | {"integer"} if "number" in kinds else kinds


def _together(
    document: Document, here: Pointer, node: Any, words: Sequence[str] = ("allOf",)
) -> Iterator[tuple[Pointer, Mapping[str, Any]]]:
    """Yield the parts of a schema that a value must fit all at once, each once: a document may name itself in them.

    With other `words` than `allOf` these are the schemas that it is put together of by them.
    """
    seen: set[Pointer] = set()
    todo = [(here, node)]
    while todo:
        place, part = todo.pop()
        if not isinstance(part, Mapping) or place in seen:
            continue
        seen.add(place)
        yield place, part
        inner = [((*place, word, str(at)), one) for word in words for at, one in enumerate(part.get(word, ()))]
        todo += [_resolved(document, *one) for one in reversed(inner)]


def _impossible(field: Field) -> Iterator[tuple[str, str, str, str]]:
    how = "Correct the document, or ask its owner what is meant."
    plain = "Write it in signs that all regular expressions know ([A-Za-z] for \\p{Latin}), or leave it out."
    wrong = trouble(field.pattern) if field.pattern else ""
    if wrong:
        told = field.pattern if len(field.pattern or "") <= 100 else f"{(field.pattern or '')[:100]}…"
        yield (
            "pattern",
            "a pattern that can be matched",
            f"`{told}`: {wrong}",
            plain,
        )
    elif field.pattern and not _known_to_json_schema(field.pattern):
        found = f"`{field.pattern}`, which those of JSON Schema (ECMA-262) do not know"
        yield "pattern", "a pattern that can be matched", found, plain
    elif field.pattern and unmatched(field.pattern):
        yield "pattern", "a pattern that some text matches", f"`{field.pattern}`, which none can", how
    if field.min_length is not None and field.min_length > SHORTEST:
        yield "minLength", f"at most {SHORTEST:,} characters", f"minLength: {field.min_length:,}", how
    if field.min_length is not None and field.max_length is not None and field.min_length > field.max_length:
        found = f"minLength: {field.min_length:,}, and maxLength: {field.max_length:,}"
        yield "minLength", "a length that a text can have", found, how
    if field.max_length == 0 and not field.read_only:
        yield "maxLength", "a length that a text can have", "maxLength: 0", how
    least, most = widths(field.pattern) if field.pattern and not wrong else (0, None)
    if field.max_length is not None and least > field.max_length:
        found = f"maxLength: {field.max_length:,}, and a pattern of at least {least:,} characters"
        yield "maxLength", "a length that the pattern allows", found, how
    if field.min_length is not None and most is not None and most < field.min_length:
        found = f"minLength: {field.min_length:,}, and a pattern of at most {most:,} characters"
        yield "minLength", "a length that the pattern allows", found, how
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        found = f"from {field.minimum:,} to {field.maximum:,}"
        yield "minimum", "limits that a number can lie between", found, how


def _known_to_json_schema(pattern: str) -> bool:
    """Tell whether the messages can be held to a pattern; Python's own are more."""
    try:
        Draft202012Validator({"pattern": pattern})
    except ValidationError:
        return False
    return True


def _pointer(document: Document, schema: Pointer, path: Pointer, word: str) -> Pointer:
    """Return where a keyword of a field stands, in the field itself or in what it is put together of."""
    here, node = _standing(document, schema, path)
    holders = [inner for inner, one in _folded(document, here, node) if word in one]
    return (*holders[0], word) if holders else here


def _standing(document: Document, schema: Pointer, path: Pointer) -> tuple[Pointer, Any]:
    """Return where a field stands, and its schema; through references, lists and `allOf`, as far as that is found."""
    here, node = _resolved(document, schema, document.schemas().get(schema[-1]))
    for name in path:
        found = next(
            (
                ((*inner, "properties", name), one["properties"][name])
                for inner, one in _folded(document, here, node)
                if name in one.get("properties", {})
            ),
            None,
        )
        if found is None:
            return here, {}
        here, node = _resolved(document, *found)
        while isinstance(node, Mapping) and "items" in node:
            here, node = _resolved(document, (*here, "items"), node["items"])
    return here, node


def _resolved(document: Document, pointer: Pointer, node: Any) -> tuple[Pointer, Any]:
    seen: set[str] = set()
    while isinstance(node, Mapping) and isinstance(node.get("$ref"), str) and node["$ref"] not in seen:
        seen.add(node["$ref"])
        pointer = pointer_of(node["$ref"])
        node = document.find(node["$ref"])
    return pointer, node


def _folded(document: Document, here: Pointer, node: Any) -> Iterator[tuple[Pointer, Mapping[str, Any]]]:
    """Yield a schema and those that it is put together of, each with its place."""
    return _together(document, here, node, ("allOf", "anyOf", "oneOf"))
