from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from signoff.record import ABSENT
from signoff.schema import Field, Side, SystemSchema, Type, Wire
from signoff.systems.openapi import dialect


@pytest.fixture
def shiftline_schema(settings_of: Any, read: Any) -> SystemSchema:
    settings, entities = settings_of["shiftline"]()
    return dialect.schema(settings, entities, read)


@pytest.fixture
def tool(settings_of: Any, toolshed_text: str) -> Mapping[str, Field]:
    settings, entities = settings_of["toolshed"]()
    return dialect.schema(settings, entities, lambda path: toolshed_text).entities["Tool"].fields


def test_the_system_is_told_from_the_toml(shiftline_schema: SystemSchema) -> None:
    assert shiftline_schema.side is Side.APP
    assert shiftline_schema.name == "Shiftline"
    assert shiftline_schema.source == "schemas/shiftline.openapi.yaml"
    assert list(shiftline_schema.entities) == ["Worker", "Job", "Assignment", "Worksite", "Recruiter", "Message"]
    assert {one.modified for one in shiftline_schema.entities.values()} == {"updated_at"}
    assert {one.id_field for one in shiftline_schema.entities.values()} == {"id"}


@pytest.mark.parametrize(
    "path, expected",
    [
        ("first_name", Field("first_name", Type.TEXT, mandatory=True, nullable=False, min_length=1, max_length=50)),
        (
            "email",
            Field(
                "email",
                Type.EMAIL,
                max_length=100,
                pattern=r"^[\x21-\x7e]+$",
                form='{"format": "email", "maxLength": 100, "type": ["string", "null"]}',
            ),
        ),
        ("external_id", Field("external_id", Type.TEXT, max_length=64)),
        ("phone", Field("phone", Type.TEXT, pattern=r"^\+[1-9][0-9]{6,14}$")),
        ("skills", Field("skills", Type.TEXT, many=True, nullable=False, max_length=100)),
        ("available_on", Field("available_on", Type.DATE)),
        ("registered_at", Field("registered_at", Type.INSTANT)),
        (
            "pay_rate",
            Field("pay_rate", Type.AMOUNT, wire=Wire.NUMBER_TEXT, pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,8})?$"),
        ),
        ("years_experience", Field("years_experience", Type.INTEGER, minimum=Decimal(0), maximum=Decimal(80))),
        ("app_rating", Field("app_rating", Type.NUMBER, minimum=Decimal(0), maximum=Decimal(5))),
        ("may_email", Field("may_email", Type.YES_NO)),
        ("worker_type", Field("worker_type", Type.PICKLIST, choices=("w2", "contractor"))),
        (
            "status",
            Field(
                "status", Type.PICKLIST, mandatory=True, nullable=False, choices=("available", "assigned", "inactive")
            ),
        ),
        ("id", Field("id", Type.TEXT, nullable=False, read_only=True, technical=True)),
        ("updated_at", Field("updated_at", Type.INSTANT, nullable=False, read_only=True, technical=True)),
        (
            "tags",
            Field(
                "tags",
                Type.OBJECT,
                many=True,
                nullable=False,
                fields={
                    "name": Field("tags.name", Type.TEXT, mandatory=True, nullable=False, max_length=40),
                    "value": Field("tags.value", Type.TEXT, max_length=200),
                },
            ),
        ),
    ],
)
def test_the_type_of_a_worker_s_field(shiftline_schema: SystemSchema, path: str, expected: Field) -> None:
    assert shiftline_schema.entities["Worker"].fields[path] == expected


def test_choices_that_yaml_1_1_would_read_as_booleans_stay_text(shiftline_schema: SystemSchema) -> None:
    assert shiftline_schema.entities["Job"].fields["remote"].choices == ("Y", "N")


def test_all_of_null_and_open_limits_of_3_0(tool: Mapping[str, Field]) -> None:
    assert tool["name"] == Field("name", Type.TEXT, mandatory=True, nullable=False, max_length=20)
    assert tool["price"] == Field(
        "price", Type.AMOUNT, mandatory=True, nullable=False, minimum=Decimal("0.01"), decimals=2
    )
    assert tool["grade"] == Field("grade", Type.PICKLIST, choices=("A", "B"))
    assert tool["codes"] == Field("codes", Type.INTEGER, many=True, nullable=False, minimum=Decimal(1))
    assert tool["number"] == Field("number", Type.INTEGER, nullable=False, read_only=True, technical=True)
    assert tool["broken"] == Field("broken", Type.YES_NO, nullable=False, default=False)
    assert tool["price"].default is ABSENT


def test_an_object_that_may_be_null_keeps_its_parts(tool: Mapping[str, Field]) -> None:
    assert tool["maker"] == Field(
        "maker",
        Type.OBJECT,
        fields={
            "country": Field("maker.country", Type.TEXT, mandatory=True, nullable=False, pattern="^[A-Z]{2}$"),
            "town": Field("maker.town", Type.TEXT),
        },
    )


def test_what_no_request_takes_is_read_only_and_what_no_update_takes_is_create_only(settings_of: Any) -> None:
    settings, entities = settings_of["toolshed"](paging={"style": "none"})
    document = """
openapi: 3.1.0
paths:
  /tools:
    get: {responses: {}}
    post:
      requestBody:
        content:
          application/json:
            schema: {required: [name], properties: {name: {type: string}, kind: {type: string}}}
  /tools/{number}:
    patch: {requestBody: {content: {application/merge-patch+json: {schema: {properties: {name: {type: string}}}}}}}
components:
  schemas:
    Tool:
      properties:
        number: {type: integer}
        name: {type: string}
        kind: {oneOf: [{type: string, enum: [a]}, {type: 'null'}]}
        size: {anyOf: [{type: string}, {type: number}]}
        parent: {$ref: '#/components/schemas/Tool'}
"""
    fields = dialect.schema(settings, entities, lambda path: document).entities["Tool"].fields
    assert [name for name, field in fields.items() if field.read_only] == ["number", "size", "parent"]
    assert [name for name, field in fields.items() if field.create_only] == ["kind"]
    assert [name for name, field in fields.items() if field.mandatory] == ["name"]
    assert (fields["kind"].type, fields["kind"].choices, fields["kind"].nullable) == (Type.PICKLIST, ("a",), True)
    assert fields["size"].type is Type.ANY
    assert fields["parent"].type is Type.OBJECT
    assert fields["number"].technical
    assert not fields["size"].technical


def test_an_app_may_stand_on_the_ats_s_side(settings_of: Any, toolshed_text: str) -> None:
    settings, entities = settings_of["toolshed"](
        entities={"Tool": {"collection": "/tools", "item": "/tools/{number}", "id": "number"}}
    )
    entities["tool"] = replace(entities["tool"], ats="Tool", app="Thing", app_options={})
    schema = dialect.schema(replace(settings, side=Side.ATS), entities, lambda path: toolshed_text)
    assert schema.side is Side.ATS
    assert list(schema.entities) == ["Tool"]
