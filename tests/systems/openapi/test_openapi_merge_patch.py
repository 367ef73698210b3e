"""Objects inside a record are merged part by part, as RFC 7396 says; its own example, with our fields."""

from __future__ import annotations

from typing import Any

import pytest

from signoff.schema import Field, Type
from signoff.systems.openapi.desk import merged

FIELDS = {
    "title": Field("title", Type.TEXT),
    "author": Field(
        "author",
        Type.OBJECT,
        fields={
            "givenName": Field("author.givenName", Type.TEXT),
            "familyName": Field("author.familyName", Type.TEXT, nullable=False),
        },
    ),
    "tags": Field("tags", Type.TEXT, many=True),
}
BEFORE = {"title": "Goodbye!", "author": {"givenName": "John", "familyName": "Doe"}, "tags": ["example", "sample"]}


@pytest.mark.parametrize(
    "patch, changed",
    [
        ({}, {}),
        ({"title": "Hello!"}, {"title": "Hello!"}),
        ({"author": {"familyName": None}}, {"author": {"givenName": "John"}}),
        ({"author": {"givenName": None}}, {"author": {"givenName": None, "familyName": "Doe"}}),
        ({"author": {"givenName": "Jane"}}, {"author": {"givenName": "Jane", "familyName": "Doe"}}),
        ({"author": None}, {"author": None}),
        ({"tags": ["example"]}, {"tags": ["example"]}),
        ({"tags": []}, {"tags": []}),
    ],
)
def test_a_patch(patch: dict[str, Any], changed: dict[str, Any]) -> None:
    assert merged(BEFORE, patch, FIELDS) == {**BEFORE, **changed}
    assert BEFORE["author"] == {"givenName": "John", "familyName": "Doe"}


def test_a_patch_of_an_object_that_is_null_makes_one() -> None:
    assert merged({"author": None}, {"author": {"familyName": "Doe"}}, FIELDS) == {"author": {"familyName": "Doe"}}
