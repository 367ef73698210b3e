"""What the connector takes for the app's limits, against the app's own document."""

import sys
from types import ModuleType
from typing import Any

import pytest

SCHEMAS = {
    "worker": "WorkerUpdate",
    "job": "JobUpdate",
    "assignment": "AssignmentUpdate",
    "worksite": "WorksiteUpdate",
    "contact": "SiteContactUpdate",
}


def resolved(document: Any, schema: Any) -> Any:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


@pytest.mark.parametrize("kind", SCHEMAS)
def test_lengths_are_those_of_the_document(package: ModuleType, fakes: Any, kind: str) -> None:
    limits = sys.modules[f"{package.__name__}.limits"]
    document = fakes.document()
    fields = resolved(document, document["components"]["schemas"][SCHEMAS[kind]])["properties"]
    known = limits.LIMITS[kind]
    assert known.keys() <= fields.keys()
    seen = 0
    for name, allowed in known.items():
        schema = resolved(document, fields[name])
        items = resolved(document, schema.get("items", {}))
        if "maxLength" in schema:
            assert (allowed.most, allowed.least) == (schema["maxLength"], schema.get("minLength", 0)), name
            assert allowed(None) == ("null" in schema["type"]), name
            seen += 1
        elif "maxLength" in items:
            assert (allowed.each.most, allowed.most) == (items["maxLength"], schema.get("maxItems")), name
            seen += 1
        elif "enum" in schema:
            assert all(map(allowed, schema["enum"])), name
            assert not allowed("no such value"), name
        elif "maximum" in schema:
            assert allowed(schema["maximum"]), name
            assert not allowed(schema["maximum"] + 1), name
            assert not allowed(schema["minimum"] - 1), name
    assert seen > 2


@pytest.mark.parametrize(
    ("field", "value", "cut"),
    [
        ("nickname", "n" * 41, "n" * 40),
        ("nickname", "n" * 40, "n" * 40),
        ("skills", ["s" * 101, "t"], ["s" * 100, "t"]),
        ("tags", "t" * 201, "t" * 200),
        ("status", "s" * 500, "s" * 500),
        ("phone", "+" + "1" * 50, "+" + "1" * 50),
        ("nickname", None, None),
    ],
)
def test_texts_are_cut_to_the_field_and_nothing_else_is(package: ModuleType, field: str, value: Any, cut: Any) -> None:
    assert sys.modules[f"{package.__name__}.limits"].shortened("worker", field, value) == cut
