"""Nested records: paths, blanks, equality as JSON has it."""

from decimal import Decimal
from typing import Any

import pytest

from signoff.record import ABSENT, Path, Segment, blank, get, leaves, same_json, with_value


@pytest.mark.parametrize("value", [ABSENT, None, "", "  ", "\u00a0\t", [], ()])
def test_what_is_blank(value: Any) -> None:
    assert blank(value)


@pytest.mark.parametrize("value", [0, False, Decimal(0), "0", [None], {}, {"a": None}])
def test_what_is_not_blank(value: Any) -> None:
    assert not blank(value)


def test_absent_is_false_and_says_its_name() -> None:
    assert (bool(ABSENT), repr(ABSENT)) == (False, "ABSENT")


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("phone", (Segment("phone"),)),
        (" address.state ", (Segment("address"), Segment("state"))),
        ("primarySkills[].name", (Segment("primarySkills", many=True), Segment("name"))),
        ('tags[name is "a.b"].value', (Segment("tags", where='name is "a.b"'), Segment("value"))),
        ("tags[name is 'x]'].value", (Segment("tags", where="name is 'x]'"), Segment("value"))),
        ("`Fee %`.x", (Segment("Fee %"), Segment("x"))),
        ("State or Province", (Segment("State or Province"),)),
    ],
)
def test_paths(text: str, segments: tuple[Segment, ...]) -> None:
    assert Path.parse(text).segments == segments


def test_a_path_is_written_as_it_was_read() -> None:
    path = Path.parse('a[].tags[name is "x"].value')
    assert str(path) == 'a[].tags[name is "x"].value'
    assert (path.head, path.last, str(path.after_head())) == ("a", "value", 'tags[name is "x"].value')


@pytest.mark.parametrize(("text", "rest"), [("", ""), ("a.", "a."), ("a[", "a["), ("a..b", ".b"), ("[x]", "[x]")])
def test_what_is_no_path(text: str, rest: str) -> None:
    with pytest.raises(ValueError) as caught:
        Path.parse(text)
    assert str(caught.value) == rest


def test_reading_a_path() -> None:
    record = {"a": {"b": None, "c": [1]}, "d": "x"}
    assert get(record, "d") == "x"
    assert get(record, "a.b") is None
    assert get(record, "a.x") is ABSENT
    assert get(record, "d.x") is ABSENT
    assert get(record, "a.c.0") is ABSENT


def test_writing_a_path_copies() -> None:
    record = {"a": {"b": 1}, "d": "x"}
    assert with_value(record, "a.b", 2) == {"a": {"b": 2}, "d": "x"}
    assert with_value(record, "a.b", ABSENT) == {"a": {}, "d": "x"}
    assert with_value(record, "e.f", 3) == {"a": {"b": 1}, "d": "x", "e": {"f": 3}}
    assert with_value(record, "d.f", 3) == {"a": {"b": 1}, "d": {"f": 3}}
    assert record == {"a": {"b": 1}, "d": "x"}


def test_leaves_carry_their_paths() -> None:
    found = list(leaves({"a": {"b": 1}, "c": [{"d": 2}, 3]}))
    assert found == [("a.b", 1), ("c[0].d", 2), ("c[1]", 3)]


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (1, Decimal("1.0"), True),
        (1, True, False),
        (True, True, True),
        (False, 0, False),
        ("1", 1, False),
        (None, ABSENT, False),
        (None, "", False),
        ({"a": 1, "b": [1]}, {"b": [Decimal(1)], "a": 1}, True),
        ({"a": 1}, {"a": 1, "b": None}, False),
        ([1, 2], [2, 1], False),
        ([1], (1,), True),
        ([1], [1, 1], False),
        ("a", "a", True),
        (ABSENT, ABSENT, True),
    ],
)
def test_equality_is_json_s(left: Any, right: Any, same: bool) -> None:
    assert same_json(left, right) is same
    assert same_json(right, left) is same
