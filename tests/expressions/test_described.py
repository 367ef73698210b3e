"""Patterns of a system's own document mean what JSON Schema makes of them, and not what Python does."""

from __future__ import annotations

import warnings

import jsonschema_rs
import pytest

from signoff.expressions.regex import compiled, described, trouble
from signoff.rules.reading import breaks
from signoff.schema import Field, Type

SIGNS = "aZé5:-+_ '.,/0|[]{}()@^`~!$\\٣ſ\u00a0\ufeff\u2028\x85\x1c\u180e\u3000\x00\x1f\x7f\u1680\u200b\n\r\t🧑"
"""Letters, digits and blanks of ASCII and beyond, and what stands beside them in Unicode."""


@pytest.mark.parametrize(
    "pattern",
    [
        *(rf"\{one}" for one in "dDwWsS"),
        *(rf"[\{one}]" for one in "dDwWsS"),
        *(rf"[^\{one}]" for one in "dDwWsS"),
        *(r"[-\w]", r"[^-\w]", r"[\w.'-]", r"[a-z-\d]", r"[a\-\d]", r"[\[-\]\d]", r"[\]\s]", r"\\\d", r"[\\d]"),
        *("[[a]", "[a&&]", r"\$", "[$]", "a|5"),
    ],
)
def test_a_sign_fits_where_json_schema_says_so(pattern: str) -> None:
    theirs = jsonschema_rs.Draft202012Validator({"pattern": f"^(?:{pattern})$"})
    ours = described(f"^(?:{pattern})$")
    for one in (*SIGNS, "\\5", "\\d", "a\n", "5\n"):
        assert (ours.search(one) is not None) is theirs.is_valid(one), ascii(one)


def test_lines_keep_their_ends_where_a_pattern_asks_for_lines() -> None:
    assert described("(?m)^a$").search("a\nb")


def test_a_name_beyond_ascii_does_not_fit_words_of_json_schema() -> None:
    field = Field("name", Type.TEXT, pattern=r"^[\w .-]+$")
    assert breaks(field, "Zoe") == ""
    assert breaks(field, "Zoë") == "not in the form that the field asks for"
    assert compiled(r"[\w .-]+").fullmatch("Zoë")  # in a condition it is Python's


@pytest.mark.parametrize("pattern", [r"['+-\p{L}]", r"[a-\p{L}]", r"\p{Script=Greek}", r"\P{Greek}"])
def test_what_is_not_understood_is_named_with_what_is(pattern: str) -> None:
    assert trouble(pattern).endswith("`\\p{L}` or `\\p{Lu}`, and no ranges")


def test_python_has_no_warning_to_give_of_a_class() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for pattern in ("[[b]+", "[b&&c]+", "[b||c]+"):
            assert trouble(pattern) == ""
            assert compiled(pattern).search("b")
            assert described(pattern).search("b")
