"""Tell where a document is not built as OpenAPI builds it, before anything is read out of it.

Only what is read here is looked at, and leniently: a document that others can use is not refused for a slip that
changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import jsonschema_rs

_TEXT: Final = {"type": "string"}
_SCHEMA: Final = {"$ref": "#/$defs/schema"}
_SCHEMAS: Final = {"type": "array", "items": _SCHEMA}
_LENGTH: Final = {"type": "integer", "minimum": 0}
_NUMBER: Final = {"type": "number"}
_YES_NO: Final = {"type": "boolean"}
_SECURITY: Final = {"type": "array", "items": {"type": "object"}}
_TYPES: Final = ("string", "number", "integer", "boolean", "array", "object", "null")
_TYPE: Final = {"enum": list(_TYPES)}
_OPERATION: Final = {
    "type": "object",
    "properties": {
        "parameters": {"$ref": "#/$defs/parameters"},
        "requestBody": {"$ref": "#/$defs/body"},
        "responses": {"type": "object", "additionalProperties": {"$ref": "#/$defs/body"}},
    },
}
_STRUCTURE: Final = {
    "properties": {
        "components": {
            "type": "object",
            "properties": {
                "schemas": {"type": "object", "additionalProperties": _SCHEMA},
                "parameters": {"type": "object", "additionalProperties": {"$ref": "#/$defs/parameter"}},
                "requestBodies": {"type": "object", "additionalProperties": {"$ref": "#/$defs/body"}},
                "responses": {"type": "object", "additionalProperties": {"$ref": "#/$defs/body"}},
                "securitySchemes": {
                    "type": "object",
                    "additionalProperties": {
                        "type": "object",
                        "properties": {"$ref": _TEXT, "type": _TEXT, "scheme": _TEXT, "in": _TEXT, "name": _TEXT},
                        "if": {"properties": {"type": {"const": "apiKey"}}, "required": ["type"]},
                        "then": {"required": ["name", "in"]},
                    },
                },
            },
        },
        "security": _SECURITY,
        "servers": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "url": _TEXT,
                    "variables": {"type": "object", "additionalProperties": {"type": "object"}},
                },
            },
        },
        "paths": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {
                    "parameters": {"$ref": "#/$defs/parameters"},
                    **dict.fromkeys(("get", "post", "put", "patch", "delete"), _OPERATION),
                },
            },
        },
    },
    "$defs": {
        "parameters": {"type": "array", "items": {"$ref": "#/$defs/parameter"}},
        "parameter": {
            "type": "object",
            "properties": {"$ref": _TEXT, "name": _TEXT, "in": _TEXT, "schema": _SCHEMA},
            "if": {"required": ["$ref"]},
            "else": {"required": ["name", "in"]},
        },
        "body": {
            "type": "object",
            "properties": {
                "$ref": _TEXT,
                "content": {
                    "type": "object",
                    "additionalProperties": {"type": "object", "properties": {"schema": _SCHEMA}},
                },
            },
        },
        "schema": {
            "type": ["object", "boolean"],
            "properties": {
                "$ref": _TEXT,
                "type": {
                    "type": ["string", "array"],
                    "if": {"type": "array"},
                    "then": {"items": _TYPE},
                    "else": {"if": {"type": "string"}, "then": _TYPE},
                },
                "format": _TEXT,
                "pattern": _TEXT,
                "enum": {"type": "array", "minItems": 1},
                "required": {"type": "array", "items": _TEXT},
                "properties": {"type": "object", "additionalProperties": _SCHEMA},
                "items": _SCHEMA,
                "allOf": _SCHEMAS,
                "oneOf": _SCHEMAS,
                "anyOf": _SCHEMAS,
                "minLength": _LENGTH,
                "maxLength": _LENGTH,
                "minimum": _NUMBER,
                "maximum": _NUMBER,
                "exclusiveMinimum": {"type": ["number", "boolean"]},
                "exclusiveMaximum": {"type": ["number", "boolean"]},
                "multipleOf": {"type": "number", "exclusiveMinimum": 0},
                "nullable": _YES_NO,
                "readOnly": _YES_NO,
                "writeOnly": _YES_NO,
            },
        },
    },
}
_WORDS: Final = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
}
_VALIDATOR: Final = jsonschema_rs.Draft202012Validator(_STRUCTURE)


def slips(root: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield for each slip the keys that lead to it, what was expected, and what was found."""
    for error in _VALIDATOR.iter_errors(dict(root)):
        rule: Any = _STRUCTURE
        for key in error.schema_path:
            rule = rule[key]
        word = str(error.schema_path[-1])
        if word == "type":
            expected = " or ".join(_WORDS[one] for one in ([rule] if isinstance(rule, str) else rule))
        elif word == "required":
            expected = "`name` and `in`" + (", or a `$ref`" if "parameter" in error.schema_path else " of an apiKey")
        elif word == "enum":
            expected = f"one of {', '.join(_TYPES)}"
        elif word == "minItems":
            expected = "at least one value"
        else:
            expected = "a number above 0" if word == "exclusiveMinimum" else "a number from 0"
        yield tuple(str(key) for key in error.instance_path), expected, _said(error.instance)


def _said(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return f"a mapping with {', '.join(list(map(str, value))[:5])}" if value else "an empty mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value[:60]}"' if isinstance(value, str) else str(value)[:60]
