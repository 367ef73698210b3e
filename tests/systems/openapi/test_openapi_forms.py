"""What a document demands of a value beyond length, limits, pattern and choices is kept with its field."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from signoff.errors import ScopeError
from signoff.rules.reading import breaks
from signoff.schema import Entity, Field, Type
from signoff.systems.openapi import dialect
from signoff.systems.openapi.document import load
from signoff.systems.openapi.validation import Checks


def built(settings_of: Any, text: str, fields: dict[str, Any], record: Any = None, created: Any = None) -> Entity:
    """Return the entity Tool of the toolshed with other fields, more said of the record, and of the create's fields."""
    document = yaml.safe_load(text) | {"openapi": "3.1.0"}
    own = {"number": {"type": "integer", "readOnly": True}, "name": {"type": "string"}}
    tool = {"type": "object", "properties": own | fields, **(record or {})}
    document["components"]["schemas"]["Tool"] = tool
    if created is not None:
        asked = {"allOf": [{"$ref": "#/components/schemas/Tool"}, {"type": "object", "properties": created}]}
        body = document["paths"]["/tools"]["post"]["requestBody"]
        body["content"]["application/json"]["schema"] = asked
    settings, entities = settings_of["toolshed"]()
    return dialect.schema(settings, entities, lambda _: yaml.safe_dump(document)).entities["Tool"]


@pytest.fixture
def of(settings_of: Any, toolshed_text: str) -> Any:
    return lambda *fields, **more: built(settings_of, toolshed_text, *fields, **more)


DEMANDS: dict[str, tuple[dict[str, Any], list[Any], list[Any]]] = {
    "a format": ({"type": "string", "format": "uuid"}, ["5f0c6b2e-9d1f-4a3e-8b8e-0123456789ab"], ["5f0c", "\ud800"]),
    "an e-mail": ({"type": "string", "format": "email"}, ["a.b@example.com"], ["jos\u00e9@example.com", "a@", "a b@c"]),
    "a web address": ({"type": "string", "format": "uri"}, ["https://example.com/a"], ["example", "two words"]),
    "one of two patterns": (
        {"anyOf": [{"type": "string", "pattern": "^[0-9]{5}$"}, {"type": "string", "pattern": "^[A-Z]{2}$"}]},
        ["60601", "IL"],
        ["6060", "Il"],
    ),
    "exactly one of two": (
        {"oneOf": [{"type": "string", "maxLength": 3}, {"type": "string", "minLength": 3}]},
        ["ab", "abcd"],
        ["abc"],
    ),
    "what it must not be": ({"type": "string", "not": {"enum": ["none"]}}, ["some"], ["none"]),
    "a condition": (
        {"type": "string", "if": {"minLength": 3}, "then": {"pattern": "^x"}},
        ["ab", "xyz"],
        ["abc"],
    ),
    "a step": ({"type": "number", "multipleOf": 0.25}, [Decimal("1.75"), 2], [Decimal("1.7")]),
    "a step of tens": ({"type": "integer", "multipleOf": 10}, [20, 0], [15]),
    "numbers to choose from": ({"type": "integer", "enum": [1, 2, 5]}, [1, 5], [3]),
    "either type": ({"type": ["string", "integer"]}, ["a", 1], [Decimal("1.5"), True]),
    "a list of at most two": (
        {"type": "array", "items": {"type": "string"}, "maxItems": 2},
        [["a"]],
        [["a", "b", "c"]],
    ),
    "a list of at least one": ({"type": "array", "items": {"type": "string"}, "minItems": 1}, [["a"]], []),
    "a list without doubles": (
        {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        [["a", "b"]],
        [["a", "a"]],
    ),
    "a list of a format": (
        {"type": "array", "items": {"type": "string", "format": "ipv4"}},
        [["192.0.2.1"]],
        [["192.0.2.1", "home"]],
    ),
    "what a part of it says": (
        {"allOf": [{"type": "string"}, {"format": "hostname"}]},
        ["a.example.com"],
        ["-a.example.com"],
    ),
}


@pytest.mark.parametrize("demand", DEMANDS)
def test_what_a_field_has_no_place_for_is_held_against_a_value(of: Any, demand: str) -> None:
    schema, right, wrong = DEMANDS[demand]
    field = of({"shape": schema}).fields["shape"]
    assert [value for value in right if breaks(field, value)] == []
    assert [value for value in wrong if not breaks(field, value)] == []


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "maxLength": 5, "minLength": 1, "pattern": "^[a-z]+$"},
        {"type": "string", "format": "date-time"},
        {"type": ["string", "null"], "enum": ["a", "b", None]},
        {"anyOf": [{"type": "string", "maxLength": 5}, {"type": "null"}]},
        {"type": "number", "multipleOf": 0.01, "minimum": 0},
        {"type": "array", "items": {"type": "string"}, "minItems": 0, "uniqueItems": False},
        {"type": "object", "properties": {"when": {"type": "string", "format": "date"}}},
    ],
)
def test_what_a_field_says_itself_is_not_said_twice(of: Any, schema: dict[str, Any]) -> None:
    assert of({"shape": schema}).fields["shape"].form == ""


def test_the_parts_of_an_object_have_forms_of_their_own(of: Any) -> None:
    inner = {"type": "object", "properties": {"site": {"type": "string", "format": "uri"}}}
    entity = of({"shape": inner, "listed": {"type": "array", "items": inner}})
    for name in ("shape", "listed"):
        part = entity.field_at(f"{name}.site")
        assert part is not None
        assert [bool(breaks(part, one)) for one in ("no address", "https://example.com")] == [True, False]
    assert entity.fields["shape"].form == ""


def test_a_reference_is_followed_and_what_stands_beside_it_counts(of: Any) -> None:
    field = of({"shape": {"allOf": [{"$ref": "#/components/schemas/Tool/properties/name"}, {"format": "uuid"}]}})
    assert breaks(field.fields["shape"], "no uuid")


def test_what_only_the_request_demands_counts(of: Any) -> None:
    entity = of(
        {"code": {"type": "string"}, "site": {"type": "string", "format": "uri"}},
        created={"code": {"type": "string", "maxLength": 4}, "site": {"type": "string", "not": {"pattern": "^ftp"}}},
    )
    assert breaks(entity.fields["code"], "12345") == "longer than 4 characters"
    site = entity.fields["site"]
    assert [bool(breaks(site, one)) for one in ("https://a.example", "ftp://a.example", "a")] == [False, True, True]


def test_what_is_demanded_of_the_record_as_a_whole_is_named(of: Any) -> None:
    assert of({}).unforeseen == ()
    one = of({"code": {"type": "string"}}, record={"anyOf": [{"required": ["code"]}, {"required": ["name"]}]})
    assert one.unforeseen == ("`anyOf`",)
    inner = {"type": "object", "properties": {"a": {"type": "string"}}, "minProperties": 1}
    assert of({"shape": inner}).unforeseen == ("`minProperties` in shape",)


def test_a_list_of_choices_stays_a_picklist_whatever_else_is_demanded(of: Any) -> None:
    field: Field = of({"shape": {"type": "string", "enum": ["a", "b"], "not": {"const": "b"}}}).fields["shape"]
    assert field.type is Type.PICKLIST
    assert [one for one in ("a", "b") if not breaks(field, one)] == ["a"]


def test_the_document_of_the_shipped_app_demands_nothing_of_a_record_as_a_whole(settings_of: Any) -> None:
    settings, entities = settings_of["shiftline"]()
    root = Path(__file__).parents[3] / "scope"
    schema = dialect.schema(settings, entities, lambda path: (root / path).read_text(encoding="utf-8"))
    assert {one.unforeseen for one in schema.entities.values()} == {()}


LIMITS: dict[str, tuple[dict[str, Any], int | None, int | None]] = {
    "32 bits": ({"type": "integer", "format": "int32"}, -(2**31), 2**31 - 1),
    "64 bits": ({"type": "integer", "format": "int64"}, -(2**63), 2**63 - 1),
    "a narrower limit": ({"type": "integer", "format": "int32", "minimum": 0, "maximum": 99}, 0, 99),
    "a wider limit": ({"type": "integer", "format": "int32", "maximum": 2**40}, -(2**31), 2**31 - 1),
    "one open limit": ({"type": "integer", "format": "int32", "exclusiveMinimum": 0}, 1, 2**31 - 1),
    "or null": ({"type": ["integer", "null"], "format": "int32"}, -(2**31), 2**31 - 1),
    "said beside the type": ({"allOf": [{"type": "integer"}, {"format": "int32"}]}, -(2**31), 2**31 - 1),
    "a number": ({"type": "number", "format": "int32"}, -(2**31), 2**31 - 1),
    "no such format": ({"type": "integer", "format": "int16"}, None, None),
    "a text": ({"type": "string", "format": "int32"}, None, None),
}
"""What a schema says, and the least and most that it then allows: the format registry of OpenAPI, int32 and int64."""


@pytest.mark.parametrize("said", LIMITS)
def test_the_format_of_an_integer_limits_it_where_nothing_narrower_does(of: Any, said: str) -> None:
    schema, least, most = LIMITS[said]
    entity = of({"asked": schema, "several": {"type": "array", "items": schema}})
    for name in ("asked", "several"):
        field = entity.field_at(name)
        assert (field.minimum, field.maximum) == (least, most)


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("said", LIMITS)
def test_the_simulator_refuses_what_the_format_of_an_integer_cannot_hold(version: str, said: str) -> None:
    schema, least, most = LIMITS[said]
    nullable = isinstance(schema.get("type"), list)
    if version == "3.0.3" and nullable:
        schema = {**schema, "type": "integer", "nullable": True}
    if version == "3.0.3" and "exclusiveMinimum" in schema:
        schema = {**schema, "minimum": schema["exclusiveMinimum"], "exclusiveMinimum": True}
    text = yaml.safe_dump({"openapi": version, "paths": {}, "components": {"schemas": {"Whole": schema}}})
    check = Checks(load("whole.yaml", lambda _: text)).of_request({"$ref": "#/components/schemas/Whole"})
    if least is None or most is None:
        assert not check("9" if schema["type"] == "string" else 2**70)
        return
    assert (check(least), check(most)) == ([], [])
    assert check(least - 1)
    assert check(most + 1)
    assert bool(check(None)) is not nullable


def test_limits_that_the_format_of_an_integer_leaves_nothing_of_are_told(of: Any) -> None:
    with pytest.raises(ScopeError, match="limits that a number can lie between"):
        of({"asked": {"type": "integer", "format": "int32", "minimum": 3_000_000_000}})
