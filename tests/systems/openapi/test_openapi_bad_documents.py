from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from signoff.errors import ScopeError
from signoff.systems.openapi import dialect
from signoff.systems.openapi.document import load
from signoff.systems.openapi.parsing import parsed
from signoff.systems.openapi.sound import _folded, _standing, _together


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
        ("", "found:    an empty file\n  Put the system's document there, or name its file in the toml"),
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
        ("components:\n  schemas:\n    Tool:\n      enum: []\n", 5, "Tool/enum", "at least one value", "a list of 0"),
        ("components:\n  schemas:\n    Tool:\n      type: txt\n", 5, "Tool/type", "one of string, number", '"txt"'),
        ("components:\n  schemas:\n    Tool:\n      type: [txt]\n", 5, "type/0", "one of string, number", '"txt"'),
        ("security: 5\n", 2, "security", "a list", "5"),
        ("security: [5]\n", 2, "security/0", "a mapping", "5"),
        ("servers: {}\n", 2, "servers", "a list", "an empty mapping"),
        ("servers:\n  - url: 5\n", 3, "servers/0/url", "a text", "5"),
        ("components:\n  securitySchemes: 5\n", 3, "securitySchemes", "a mapping", "5"),
        (
            "components:\n  securitySchemes:\n    a: {type: apiKey, in: header}\n",
            4,
            "securitySchemes/a",
            "`name` and `in` of an apiKey",
            "a mapping with in, type",
        ),
        ("paths: []\n", 2, "paths", "a mapping", "a list of 0"),
        ("paths:\n  /tools: 1.5\n", 3, "paths//tools", "a mapping", "1.5"),
        ("paths:\n  /tools:\n    get: []\n", 4, "/tools/get", "a mapping", "a list of 0"),
        (
            "paths:\n  /tools:\n    parameters:\n      - name: q\n",
            5,
            "parameters/0",
            "`name` and `in`, or a `$ref`",
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
        make_toolshed(toolshed_text.replace("maxLength: 20", 'maxLength: 20, patternProperties: {"^[A-Z": {}}'))


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
        (
            {"webhooks": {"signature_header": "X", "delivery_header": "Y", "lost": "nver"}},
            ('cell "webhooks.lost"', "expected: one of sometimes, never", "did you mean: never"),
        ),
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


BOMB = "x-a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"x-{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize(
    "text, where, expected, found",
    [
        (BOMB, ':8, cell "x-g"', "at most 2,000,000 values", "aliases that unfold to more"),
        ("x: &x {y: *x}\n", ':2, cell "x/y"', "a document that ends", "an alias that holds itself"),
        ("x:\n  y: 1\n  z: 1\n  y: 2\n", ':5, cell "x/y"', "each key once", "`y` again, as in line 3"),
        ("x: " + "[" * 100_000, "", "a document that ends", "brackets in brackets without end"),
        ("x:\n" + "- " * 100_000, "", "a document that ends", "brackets in brackets without end"),
        (f"x: {'9' * 5000}\n", "", "numbers that YAML has", "a number of thousands of digits"),
    ],
    ids=["bomb", "itself", "twice", "brackets", "dashes", "digits"],
)
def test_a_document_that_is_a_trap(settings_of: Any, text: str, where: str, expected: str, found: str) -> None:
    message = told(settings_of, "openapi: 3.1.0\n" + text).splitlines()
    assert message[:3] == [f"toolshed.yaml{where}", f"  expected: {expected}", f"  found:    {found}"]


@pytest.mark.parametrize(
    "text, expected, found",
    [
        ('{"openapi": "3.1.0", "openapi": "2.0"}', "each key once", "`openapi` again, as in line 1"),
        ('{"openapi": "3.1.0", "x": NaN}', "numbers that JSON has", "NaN"),
        (f'{{"openapi": {"9" * 5000}}}', "numbers that JSON has", "a number of thousands of digits"),
    ],
)
def test_json_that_other_programs_would_not_take(settings_of: Any, text: str, expected: str, found: str) -> None:
    message = told(settings_of, text).splitlines()
    assert message[1:3] == [f"  expected: {expected}", f"  found:    {found}"]


def test_brackets_in_sentences_are_none_of_the_document() -> None:
    lines = ["  - See [the worker's guide](https://x.example) if you don't know it.\n", "  # [ [ [\n"]
    found = parsed("toolshed.yaml", "x:\n" + "".join(lines * 250))
    assert len(found["x"]) == 250


@pytest.mark.parametrize("text", ["x: " + "{it's: " * 1_000, "{" + "it's: {" * 1_000, '{"a":' * 300 + "1" + "}" * 300])
def test_brackets_of_the_document_are_counted_whatever_stands_between_them(text: str) -> None:
    with pytest.raises(ScopeError, match="brackets in brackets without end"):
        parsed("toolshed.yaml", text)


CODE = 'pattern: "^[A-Z]{2}$"'


@pytest.mark.parametrize(
    "schema, word, expected, found",
    [
        (r"pattern: '^\p{Han}+$'", "pattern", "a pattern that can be matched", r"`^\p{Han}+$`: bad escape \p"),
        (
            "pattern: '^(a+)+$'",
            "pattern",
            "a pattern that can be matched",
            "`^(a+)+$`: a repetition",
        ),
        ("pattern: 'a^'", "pattern", "a pattern that some text matches", "`a^`, which none can"),
        (r"pattern: '^a\Z'", "pattern", "a pattern that can be matched", r"`^a\Z`, which those of JSON Schema"),
        ("pattern: '^(?>a+)$'", "pattern", "a pattern that can be matched", "`^(?>a+)$`, which those of JSON Schema"),
        ("minLength: 9, maxLength: 5", "minLength", "a length that a text can have", "minLength: 9, and maxLength: 5"),
        ("minLength: 1000000000", "minLength", "at most 10,000 characters", "minLength: 1,000,000,000"),
        ("maxLength: 0", "maxLength", "a length that a text can have", "maxLength: 0"),
        (
            "maxLength: 2, pattern: '^.{5}$'",
            "maxLength",
            "a length that the pattern allows",
            "maxLength: 2, and a",
        ),
        (
            "minLength: 9, pattern: '^.{5}$'",
            "minLength",
            "a length that the pattern allows",
            "minLength: 9, and a",
        ),
        ("enum: [1, 2]", "enum", "a value that fits", "2 values, and none fits the type"),
        ("maxLength: 2, enum: [abc]", "enum", "a value that fits", "1 values, and none fits the type"),
        ("not: {}", "country", "a value that fits", "`not: {}` or `false`, which nothing fits"),
        ("allOf: [{type: integer}]", "allOf", "parts that one value can fit", "integer, string"),
        ("allOf: [{enum: [a]}, {enum: [b]}]", "enum", "a value that fits", "1 values, and none fits"),
    ],
)
def test_a_field_that_nothing_fits_is_the_document_s_fault(
    settings_of: Any, toolshed_text: str, schema: str, word: str, expected: str, found: str
) -> None:
    assert toolshed_text.count(CODE) == 1
    message = told(settings_of, toolshed_text.replace(CODE, schema)).splitlines()
    assert re.fullmatch(rf'toolshed.yaml:\d+, cell "components/schemas/Maker/properties/country(/{word})?"', message[0])
    assert message[1] == f"  expected: {expected}"
    assert message[2].startswith(f"  found:    {found}")


def test_a_length_that_no_test_comes_near_is_none(settings_of: Any, toolshed_text: str) -> None:
    settings, entities = settings_of["toolshed"]()
    text = toolshed_text.replace(CODE, "maxLength: 2147483647")
    maker = dialect.schema(settings, entities, lambda path: text).entities["Tool"].fields["maker"]
    assert maker.fields["country"].max_length is None


@pytest.mark.parametrize(
    "limits, found",
    [
        (
            "additionalProperties: false\n      minProperties: 3",
            "3, and 2 properties beside `additionalProperties: false`",
        ),
        ("minProperties: 3\n      maxProperties: 2", "3, and maxProperties: 2"),
        ("minProperties: 9\n      allOf: [{maxProperties: 8}, {minProperties: 2}]", "9, and maxProperties: 8"),
        ("minProperties: 3", ""),
        ("additionalProperties: false\n      minProperties: 2", ""),
        ("additionalProperties: false\n      patternProperties: {'^x': {type: string}}\n      minProperties: 3", ""),
        ("minProperties: 2\n      maxProperties: 2", ""),
    ],
)
def test_more_properties_than_an_object_may_have(settings_of: Any, toolshed_text: str, limits: str, found: str) -> None:
    text = toolshed_text.replace("      required: [country]\n", f"      required: [country]\n      {limits}\n")
    assert text != toolshed_text
    settings, entities = settings_of["toolshed"]()
    if not found:
        assert dialect.schema(settings, entities, lambda path: text).entities["Tool"].fields["maker"].fields
        return
    message = told(settings_of, text).splitlines()
    assert re.fullmatch(r'toolshed.yaml:\d+, cell "components/schemas/Maker/minProperties"', message[0])
    assert message[1:3] == [
        "  expected: as many properties as an object can have",
        f"  found:    minProperties: {found}",
    ]


def test_a_name_that_is_required_and_not_let_in(settings_of: Any, toolshed_text: str) -> None:
    text = toolshed_text.replace(
        "      required: [country]\n", "      additionalProperties: false\n      required: [contry]\n"
    )
    assert text != toolshed_text
    message = told(settings_of, text)
    assert "found:    `contry`\n  did you mean: country" in message


@pytest.mark.parametrize(
    "schema",
    [
        "nullable: true, enum: [null]",
        "nullable: true, allOf: [{type: string}]",
        "allOf: [{type: string, nullable: true, enum: [a, null]}]",
    ],
)
def test_a_field_that_something_fits_is_not_refused(settings_of: Any, toolshed_text: str, schema: str) -> None:
    settings, entities = settings_of["toolshed"]()
    text = toolshed_text.replace(CODE, schema)
    assert dialect.schema(settings, entities, lambda path: text).entities["Tool"].fields["maker"].fields["country"]


def test_a_required_name_that_a_pattern_lets_in_is_not_refused(settings_of: Any, toolshed_text: str) -> None:
    settings, entities = settings_of["toolshed"]()
    text = toolshed_text.replace(
        "      required: [country]\n",
        "      additionalProperties: false\n      patternProperties: {'^x_': {}}\n      required: [country, x_mark]\n",
    )
    assert text != toolshed_text
    assert dialect.schema(settings, entities, lambda path: text).entities["Tool"].fields["maker"]


def test_a_schema_that_names_itself_many_times_is_looked_at_once(settings_of: Any, toolshed_text: str) -> None:
    document = load("toolshed.yaml", lambda path: toolshed_text.replace(CODE, f"allOf: [{', '.join([SELF] * 8)}]"))
    here, node = _standing(document, ("components", "schemas", "Maker"), ("country",))
    assert len(list(_together(document, here, node))) == 1
    assert len(list(_folded(document, here, node))) == 1


SELF = "{$ref: '#/components/schemas/Maker/properties/country'}"
