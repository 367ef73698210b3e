from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from signoff.errors import ScopeError
from signoff.systems.openapi import dialect


def told(settings_of: Any, text: Any, **options: Any) -> str:
    settings, entities = settings_of["toolshed"](**options)

    def read(path: str) -> str:
        if isinstance(text, Exception):
            raise text
        return str(text)

    with pytest.raises(ScopeError) as wrong:
        dialect.schema(settings, entities, read)
    return str(wrong.value)


def test_a_document_that_is_missing(settings_of: Any) -> None:
    message = told(settings_of, FileNotFoundError(2, "No such file or directory"))
    assert message.startswith("toolshed.yaml\n  expected: an OpenAPI document\n  found:    No such file or directory")


def test_no_document_named(settings_of: Any) -> None:
    settings, entities = settings_of["toolshed"]()
    with pytest.raises(ScopeError, match="the path of an OpenAPI document"):
        dialect.schema(replace(settings, document=""), entities, lambda path: "")


@pytest.mark.parametrize(
    "text, expected",
    [
        ("openapi: [3.0\npaths: {}\n", "toolshed.yaml:2\n  expected: YAML or JSON"),
        ('{"openapi": "3.0.0",', "YAML or JSON"),
        ("", "found:    an empty file"),
        ("- a\n- b\n", "found:    a list"),
        ("just words", "found:    text"),
        ("info: {}\nswagger: '2.0'\n", "found:    swagger: 2.0"),
        ("info: {}\n", "found:    no `openapi` key"),
        (
            "info: {}\nopenapi: 4.0.0\n",
            'toolshed.yaml:2, cell "openapi"\n  expected: OpenAPI 3.0 or 3.1\n  found:    openapi',
        ),
        ("openapi: 3.2.0\n", "found:    openapi: 3.2.0"),
        ("a: &x\n  b: *x\n", "found:    an alias that holds itself"),
    ],
)
def test_a_document_that_is_none(settings_of: Any, text: str, expected: str) -> None:
    assert expected in told(settings_of, text)


@pytest.mark.parametrize(
    "text, line, cell, expected, found",
    [
        ("components:\n  schemas:\n    Tool:\n      type: 5\n", 5, "Tool/type", "a text or a list", "5"),
        ("components:\n  schemas:\n    Tool:\n      properties:\n", 5, "Tool/properties", "a mapping", "nothing"),
        ("components:\n  schemas:\n    Tool:\n      enum: {}\n", 5, "Tool/enum", "a list", "an empty mapping"),
        ("components:\n  schemas:\n    Tool:\n      required: true\n", 5, "Tool/required", "a list", "true"),
        ("components:\n  schemas:\n    Tool:\n      required: [[x]]\n", 5, "required/0", "a text", "a list of 1"),
        ("components:\n  schemas:\n    Tool:\n      minimum: x\n", 5, "Tool/minimum", "a number", '"x"'),
        ("components:\n  schemas:\n    Tool:\n      multipleOf: 0\n", 5, "multipleOf", "a number above 0", "0"),
        ("components:\n  schemas:\n    Tool:\n      maxLength: -1\n", 5, "maxLength", "a number from 0", "-1"),
        ("paths:\n  /tools: 1.5\n", 3, "paths//tools", "a mapping", "1.5"),
        ("paths:\n  /tools:\n    get: []\n", 4, "/tools/get", "a mapping", "a list of 0"),
        (
            "paths:\n  /tools:\n    parameters:\n      - name: q\n",
            5,
            "parameters/0",
            "a parameter with `name` and `in`, or a `$ref`",
            "a mapping with name",
        ),
    ],
)
def test_a_document_that_is_built_otherwise_names_line_and_spot(
    settings_of: Any, text: str, line: int, cell: str, expected: str, found: str
) -> None:
    message = told(settings_of, "openapi: 3.1.0\n" + text)
    assert message.startswith(f"toolshed.yaml:{line}, cell ")
    where, wanted, came, how = message.splitlines()
    assert where.endswith(f'{cell}"')
    assert wanted.startswith(f"  expected: {expected}")
    assert came == f"  found:    {found}"
    assert how.startswith("  Correct the document")


def test_a_document_that_is_nested_without_end(settings_of: Any) -> None:
    assert "found:    brackets in brackets without end" in told(settings_of, '{"a":' * 100_000)


def test_a_reference_that_leads_nowhere_names_line_and_neighbour(settings_of: Any, toolshed_text: str) -> None:
    message = told(settings_of, toolshed_text.replace('schemas/Named"', 'schemas/Namd"'))
    lines = toolshed_text.splitlines()
    line = 1 + next(n for n, one in enumerate(lines) if '$ref: "#/components/schemas/Named"' in one)
    assert message.startswith(f"toolshed.yaml:{line}, cell")
    assert "found:    #/components/schemas/Namd" in message
    assert "did you mean: #/components/schemas/Named" in message


def test_a_reference_to_another_file(settings_of: Any, toolshed_text: str) -> None:
    message = told(settings_of, toolshed_text.replace("#/components/schemas/Named", "named.yaml#/Named"))
    assert "found:    named.yaml#/Named" in message
    assert "Bundle the document into one file." in message


def test_a_schema_that_json_schema_cannot_read(settings_of: Any, toolshed_text: str, make_toolshed: Any) -> None:
    with pytest.raises(ScopeError, match=re.escape("JSON Schema 2020-12")):
        make_toolshed(toolshed_text.replace('pattern: "^[A-Z]{2}$"', 'pattern: "^[A-Z"'))


@pytest.mark.parametrize(
    "change, expected",
    [
        ({"schema": "Tol"}, ("[entities.tool]", "found:    Tol", "did you mean: Tool")),
        ({"collection": "/tool"}, ("found:    /tool", "did you mean: /tools")),
        ({"item": "/tools/{id}"}, ("found:    /tools/{id}", "did you mean: /tools/{number}")),
        ({"collection": ""}, ('cell "app.collection"', "expected: the path of the list")),
        ({"id": "numbr"}, ("expected: a field of Tool", "did you mean: number")),
        ({"unique": ["nam"]}, ("found:    nam", "did you mean: name")),
        ({"unique": "name"}, ("expected: a list of names",)),
        ({"modified": "boght"}, ("found:    boght", "did you mean: bought")),
        ({"updated_since": "start"}, ("Add `modified",)),
        ({"update": "patch"}, ("expected: a method that /tools/{number} offers: GET, PUT, DELETE",)),
        ({"update": "merge"}, ("one of patch, put",)),
        ({"colection": "/tools"}, ('cell "app.colection"', "did you mean: collection")),
        ({"item": "/tools"}, ("a list without a parameter in its path, and a record with one",)),
    ],
)
def test_a_slip_in_an_entity_s_table(
    settings_of: Any, toolshed_text: str, change: dict[str, Any], expected: tuple[str, ...]
) -> None:
    settings, entities = settings_of["toolshed"]()
    tool = entities["tool"]
    entities["tool"] = replace(tool, app_options={**tool.app_options, **change})
    with pytest.raises(ScopeError) as wrong:
        dialect.schema(settings, entities, lambda path: toolshed_text)
    for one in expected:
        assert one in str(wrong.value)


@pytest.mark.parametrize(
    "options, expected",
    [
        ({"pagin": {}}, ('[systems.app], cell "pagin"', "did you mean: paging")),
        ({"paging": {"style": "cursr"}}, ('cell "paging.style"', 'found:    "cursr"', "did you mean: cursor")),
        ({"paging": {"style": "cursor", "nxt": "n"}}, ('cell "paging.nxt"', "did you mean: next")),
        ({"paging": {}}, ('cell "paging.style"', "found:    nothing")),
        ({"paging": {"style": "offset", "offset": "strt"}}, ("toolshed.yaml:", "found:    start, count", "start")),
        ({"paging": {"style": "page", "first": -1}}, ("a whole number, 0 or more",)),
        ({"auth": {"kind": "header"}}, ('cell "auth.name"',)),
        ({"auth": {"kind": "bearr"}}, ("did you mean: bearer",)),
        ({"auth": "bearer"}, ('cell "auth"', "expected: a table", "found:    str")),
        ({"webhooks": {"signature_header": "X"}}, ('cell "webhooks.delivery_header"',)),
        ({"webhooks": {"signature_header": "X", "delivery_header": "Y", "algorithm": "md5"}}, ("hmac-sha256",)),
        ({"envelope": {"item": 5}}, ('cell "envelope.item"', "expected: a text")),
    ],
)
def test_a_slip_in_the_system_s_table(
    settings_of: Any, toolshed_text: str, options: dict[str, Any], expected: tuple[str, ...]
) -> None:
    message = told(settings_of, toolshed_text, **options)
    for one in expected:
        assert one in message


def test_all_slips_are_told_at_once(settings_of: Any, toolshed_text: str) -> None:
    message = told(settings_of, toolshed_text, pagin={}, auth={"kind": "x"}, envelope={"itms": ""})
    assert message.count("expected:") == 3
