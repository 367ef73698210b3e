"""Write the OpenAPI document of a system with plain collections, as tiny as its records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

INSTANT = {"type": "string", "format": "date-time"}


def collection(schema: str) -> str:
    return f"{schema.lower()}s"


def document(
    schemas: Mapping[str, Mapping[str, Mapping[str, Any]]],
    host: str,
    ids: Mapping[str, Any],
    update: str = "patch",
    id_field: str = "id",
) -> str:
    """Return an OpenAPI document of plain collections."""
    paths: dict[str, Any] = {}
    known: dict[str, Any] = {}
    for name, fields in schemas.items():
        own = {key: {"readOnly": True, **one} for key, one in ((id_field, ids), ("updated_at", INSTANT))}
        plain = {key: _nullable(one) for key, one in fields.items()}
        required = [key for key, one in fields.items() if one.get("x-mandatory")]
        known[name] = {"type": "object", "required": required, "properties": {**own, **plain}}
        known[f"{name}Change"] = {"type": "object", "additionalProperties": False, "properties": plain}
        known[f"{name}Create"] = {**known[f"{name}Change"], "required": required}
        page = {
            "type": "object",
            "properties": {"items": {"type": "array", "items": _ref(name)}, "next": {"type": ["string", "null"]}},
        }
        query = [
            {"name": "cursor", "in": "query", "schema": {"type": "string"}},
            {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}},
        ]
        path = f"/{collection(name)}"
        changing = f"{name}Create" if update == "put" else f"{name}Change"
        paths[path] = {
            "get": {"parameters": query, "responses": {"200": _answer(page)}},
            "post": {"requestBody": _asked(f"{name}Create"), "responses": {"201": _answer(_ref(name))}},
        }
        paths[path + f"/{{{id_field}}}"] = {
            "parameters": [{"name": id_field, "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {"responses": {"200": _answer(_ref(name))}},
            update: {
                "requestBody": _asked(changing),
                "responses": {"200": _answer(_ref(name))},
            },
            "delete": {"responses": {"204": {"description": "gone"}}},
        }
    bearer = {"bearer": {"type": "http", "scheme": "bearer"}}
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": host, "version": "1"},
            "servers": [{"url": f"https://{host}"}],
            "security": [{"bearer": []}],
            "paths": paths,
            "components": {"schemas": known, "securitySchemes": bearer},
        }
    )


def _nullable(field_: Mapping[str, Any]) -> dict[str, Any]:
    plain = {key: value for key, value in field_.items() if not key.startswith("x-")}
    if field_.get("x-mandatory"):
        return plain
    if "anyOf" in plain:
        return {"anyOf": [*plain["anyOf"], {"type": "null"}]}
    if "enum" in plain:
        return {**plain, "type": ["string", "null"], "enum": [*plain["enum"], None]}
    if "properties" in plain:
        plain["properties"] = {name: _nullable(one) for name, one in plain["properties"].items()}
    if plain["type"] == "array" and "properties" in plain["items"]:
        parts = plain["items"]["properties"]
        plain["items"] = {**plain["items"], "properties": {name: _nullable(one) for name, one in parts.items()}}
    return {**plain, "type": [plain["type"], "null"]}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _answer(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": "ok", "content": {"application/json": {"schema": schema}}}


def _asked(name: str) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": _ref(name)}}}
