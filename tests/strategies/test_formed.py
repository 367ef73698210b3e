"""Values in the form that a field demands: many, different, the same for the same seed, and read by others too."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable
from datetime import time
from decimal import Decimal
from random import Random
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from signoff.schema import Field, Type
from signoff.strategies.formed import in_form
from signoff.systems.openapi.forms import FORMATS


def field(schema: dict[str, Any], **more: Any) -> Field:
    return Field("shape", more.pop("type", Type.TEXT), form=json.dumps(schema), **more)


READ: dict[str, Callable[[str], Any]] = {
    "uuid": UUID,
    "uri": lambda text: urlsplit(text).netloc or 1 / 0,
    "iri": lambda text: urlsplit(text).netloc or 1 / 0,
    "uri-reference": lambda text: urlsplit(text).path or 1 / 0,
    "iri-reference": lambda text: urlsplit(text).path or 1 / 0,
    "uri-template": lambda text: text.index("{"),
    "hostname": lambda text: text.index("."),
    "idn-hostname": lambda text: text.index("."),
    "email": lambda text: text.isascii() and text.index("@"),
    "idn-email": lambda text: text.index("@"),
    "ipv4": ipaddress.IPv4Address,
    "ipv6": ipaddress.IPv6Address,
    "time": lambda text: time.fromisoformat(text.replace("Z", "+00:00")),
    "duration": lambda text: re.fullmatch(r"P\d+DT\d+H", text) or 1 / 0,
    "json-pointer": lambda text: text.index("/"),
    "relative-json-pointer": lambda text: int(text.split("/")[0]),
    "regex": re.compile,
}


def test_every_format_that_is_held_against_a_value_can_be_drawn() -> None:
    assert set(READ) == set(FORMATS)


@pytest.mark.parametrize("name", READ)
def test_a_format(name: str) -> None:
    asked = field({"type": "string", "format": name})
    found = in_form(asked, Random(1), 12)
    assert len(found) >= 8
    assert len(set(map(str, found))) == len(found)
    for one in found:
        READ[name](str(one))
    assert in_form(asked, Random(1), 12) == found


def test_a_pattern_is_drawn_in_plain_signs_where_it_allows_them() -> None:
    found = in_form(Field("code", Type.TEXT, pattern="^[A-Z]{2}-\\d{3}$"), Random(1), 10)
    assert len(found) == 10
    assert all(re.fullmatch(r"[A-Z]{2}-\d{3}", str(one), re.ASCII) for one in found)
    odd = in_form(Field("code", Type.TEXT, pattern="^[ÄÖ]{3}$"), Random(1), 4)
    assert odd
    assert all(set(str(one)) <= set("ÄÖ") for one in odd)


def test_a_pattern_and_a_length_hold_together() -> None:
    found = in_form(Field("code", Type.TEXT, pattern="^x+$", max_length=3), Random(1), 10)
    assert {str(one) for one in found} <= {"x", "xx", "xxx"}
    assert found


def test_steps_of_a_number_begin_at_its_least() -> None:
    asked = field({"type": "number", "multipleOf": 0.25, "minimum": 2}, type=Type.NUMBER, minimum=Decimal(2))
    found = in_form(asked, Random(1), 4)
    assert found == [Decimal("2.25"), Decimal("2.5"), Decimal("2.75"), 3]


def test_references_parts_and_examples_are_followed() -> None:
    asked = field(
        {
            "allOf": [{"anyOf": [{"$ref": "#/components/schemas/Zip"}, {"type": "string", "examples": ["IL"]}]}],
            "components": {"schemas": {"Zip": {"type": "string", "pattern": "^[0-9]{5}$"}}},
        }
    )
    found = in_form(asked, Random(1), 60)
    assert "IL" in found
    assert any(re.fullmatch(r"\d{5}", str(one)) for one in found)


def test_items_of_a_list_are_drawn_one_by_one() -> None:
    asked = field({"type": "array", "items": {"type": "string", "format": "ipv4"}, "maxItems": 2}, many=True)
    assert all(ipaddress.IPv4Address(str(one)) for one in in_form(asked, Random(1), 5))


def test_without_a_form_or_with_one_that_nobody_thought_of_there_are_none() -> None:
    assert in_form(Field("free", Type.TEXT), Random(1), 5) == []
    assert in_form(field({"type": "string", "not": {"maxLength": 90}}), Random(1), 5) == []


def test_a_schema_that_names_itself_ends() -> None:
    whole = {"components": {"schemas": {"A": {"allOf": [{"$ref": "#/components/schemas/A"}]}}}}
    assert in_form(field({"$ref": "#/components/schemas/A", **whole}), Random(1), 5) == []
