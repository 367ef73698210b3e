"""Properties of Unicode in patterns mean what the receiving system's own expressions make of them."""

from __future__ import annotations

import re
from unicodedata import category

import jsonschema_rs
import pytest

from signoff.expressions.properties import translated
from signoff.expressions.regex import compiled, trouble, widths

SIGNS = "aZéŁßǅʰª中אहि́०९Ⅷ½²_-–“”«»()[]{}!§$€+<~^`©☃ \u00a0\u2028\t\x00\u200d\ue000\ud800🧑0A"
"""Signs of every general category; that of none is only looked for from the other side."""


def test_the_signs_are_of_every_category() -> None:
    assert {category(one) for one in SIGNS} == {
        *("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"),
        *("Sm", "Sc", "Sk", "So", "Zs", "Zl", "Cc", "Cf", "Co", "Cs"),
    }


@pytest.mark.parametrize(
    "pattern",
    [
        *(rf"\p{{{one}}}" for one in ("L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "N", "Nd", "Nl", "No", "P", "S")),
        *(rf"\P{{{one}}}" for one in ("L", "Lu", "N", "Zs")),
        r"[\p{L}\p{M}' -]",
        r"[^\p{L}0-9]",
        r"[\P{L}x]",
        r"[^\P{L}]",
        r"[\[\]\p{Lu}]",
        r"\\p",
        r"\p{Letter}|\p{gc=Nd}|\p{General_Category=Math_Symbol}",
        r"\p{Uppercase_Letter}",
    ],
)
def test_a_sign_matches_as_it_does_in_json_schema(pattern: str) -> None:
    theirs = jsonschema_rs.Draft202012Validator({"pattern": f"^(?:{pattern})$"})
    ours = compiled(f"^(?:{pattern})$")
    for one in SIGNS.replace("\ud800", ""):
        assert (ours.search(one) is not None) is theirs.is_valid(one), f"U+{ord(one):04x}"
    assert trouble(pattern) == ""


@pytest.mark.parametrize(
    "pattern", ["[a-z]+", r"\d{3}", r"\\p{L}", r"\\\\p{Lu}", r"\p{Greek}", r"\p{Script=Latin}", r"\pL", "p{L}"]
)
def test_what_names_no_general_category_stays_as_it_is(pattern: str) -> None:
    assert translated(pattern) == pattern


def test_a_property_counts_one_sign_and_can_run_away_like_any_class() -> None:
    assert widths(r"^\p{Lu}\p{L}{1,3}$") == (2, 4)
    assert trouble(r"^(\p{L}+)+$").startswith("a repetition within a repetition")


def test_every_sign_is_in_exactly_one_category() -> None:
    names = ("L", "M", "N", "P", "S", "Z", "C")
    many = [sum(compiled(rf"\p{{{name}}}").match(one) is not None for name in names) for one in SIGNS]
    assert set(many) == {1}
    assert re.fullmatch(translated(r"\p{Cn}"), "\u0378")
