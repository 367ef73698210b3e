"""What parses and cannot be meant is refused before anything is tried with it."""

from __future__ import annotations

import itertools
import re
import time

import pytest

from signoff.errors import Place, Problem, ScopeError
from signoff.expressions.parse import parse_cell, parse_condition, parse_formula, parse_rule
from signoff.expressions.regex import compiled, trouble, unmatched

PLACE = Place("a.feature", 7, cell="who")


def refused(parse: object, text: str) -> Problem:
    with pytest.raises(ScopeError) as caught:
        parse(text, PLACE)  # type: ignore[operator]
    [problem] = caught.value.problems
    assert problem.where == PLACE
    return problem


@pytest.mark.parametrize(
    ("text", "code", "expected", "found"),
    [
        ("more than 201 Notes", "count", "a count of at most 200", "`more than 201`"),
        ("fewer than 1000000000 Notes", "count", "a count of at most 200", "`fewer than 1,000,000,000`"),
        (f"more than {'9' * 5000} Notes", "number", "a number of at most 25 digits", "5,000 digits"),
        ("a is within 36526 days", "date", "at most 36,525 days (100 years)", "`36,526`"),
        ("a is before in 1000000 days", "date", "at most 36,525 days (100 years)", "`1,000,000`"),
        ("a is after 1000000 days ago", "date", "at most 36,525 days (100 years)", "`1,000,000`"),
        ("a is after 0000-01-01", "date", "a day of the calendar as YYYY-MM-DD", "`0000-01-01`"),
        ("a is after 2026-02-30", "date", "a day of the calendar as YYYY-MM-DD", "`2026-02-30`"),
        ("(" * 51 + "a is blank" + ")" * 51, "too-deep", "at most 50 parentheses within each other", "51"),
        ("not " * 201 + "a is blank", "too-many-terms", "at most 200 terms", "201"),
        (" and ".join(["a is blank"] * 201), "too-many-terms", "at most 200 terms", "201"),
        (" and ".join(["a is blank"] * 3000), "too-long", "at most 10,000 characters", "44,995"),
        ('a is "' + "x" * 10_000_000 + '"', "too-long", "at most 10,000 characters", "10,000,007"),
        ('a matches "("', "regex", "a regular expression", "`(`: missing ), unterminated subpattern"),
    ],
)
def test_a_condition_beyond_its_limits(text: str, code: str, expected: str, found: str) -> None:
    begun = time.monotonic()
    problem = refused(parse_condition, text)
    assert (problem.code, problem.expected, problem.found) == (code, expected, found)
    assert time.monotonic() - begun < 2


def test_rules_formulas_and_cells_have_the_same_limits() -> None:
    assert refused(parse_rule, "rounded to 21 decimals").expected == "at most 20 decimals"
    assert refused(parse_rule, "same date, only when a is after 9999-12-32").code == "date"
    assert refused(parse_rule, " + ".join(["a"] * 201)).code == "too-many-terms"
    assert refused(parse_formula, "= " + "-" * 1000 + "a").code == "too-many-terms"
    assert refused(parse_formula, "= " + "(" * 1000 + "a" + ")" * 1000).code == "too-deep"
    assert refused(parse_cell, "a" * 10_001).code == "too-long"


def test_what_is_just_within_the_limits_is_read() -> None:
    parse_condition("more than 200 Notes", PLACE)
    parse_condition("a is within 36525 days or a is after 9999-12-31 or a is before 0001-01-01", PLACE)
    parse_condition("(" * 50 + "a is blank" + ")" * 50, PLACE)
    parse_condition(" or ".join(["a is blank"] * 200), PLACE)
    parse_rule("rounded to 20 decimals", PLACE)
    # What stands in quotes is a text, whatever signs it has.
    parse_condition('a is "' + "(and 1-1-1) " * 300 + '"', PLACE)


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+b", "(a*)*", "(a|aa)+b", "(aa?)*b", "(.*a?)*b", "((ab*)*)*", "(?:x*)*y", "([a-z]+)*@", r"^(\s*|b)*$"],
)
def test_a_pattern_that_can_run_for_years_is_refused(pattern: str) -> None:
    assert "can run for years" in trouble(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"[A-Z]{2}\d{6}",
        r"([a-z]+\.)*[a-z]+@[a-z]+",
        r"^\+?[0-9 ()-]{7,20}$",
        r"(foo|bar)+",
        r"(\d,?)+",
        r"(\w|\d)*x",
        r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}",
        r"(a|b)*c",
        r"(.|\n)*",
        r"(\d{3})?-?(\d{4})*",
        "",
    ],
)
def test_a_pattern_that_ends_is_taken(pattern: str) -> None:
    assert trouble(pattern) == ""


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (r"\p{Script=Greek}+", r"bad escape \p"),
        (r"\pL+", r"bad escape \p"),
        ("(" * 5000, "5,000 signs, where at most 1,000 are read"),
        ("a{99999}", "a part that must stand there 99,999 times"),
        ("a{99999999999999999999}", "parentheses or repetitions beyond what can be read"),
        ("(" * 300 + "a" + ")+" * 300, "parentheses or repetitions beyond what can be read"),
    ],
)
def test_a_pattern_that_python_cannot_read_is_told(pattern: str, found: str) -> None:
    assert trouble(pattern).startswith(found)


@pytest.mark.parametrize(
    "pattern",
    [
        "a^",
        "$a",
        "^a^",
        "a$b",
        "(a)(^b)",
        "(x^|$y)",
        "(a^)+",
        "a+^",
        "(?:ab|c)^",
        "$(a|b)c?",
        "a(?!)",
        "(?=$a)b",
        "x{2}^y?",
        "$\\n?a",
        "$..",
        r"x[^\s\S]",
        r"[^\p{L}\P{L}]+",
    ],
)
def test_a_pattern_that_no_text_matches(pattern: str) -> None:
    assert unmatched(pattern)
    # The same by trial: every text of up to four of some signs.
    texts = ("".join(one) for many in range(5) for one in itertools.product("abcxy\n", repeat=many))
    assert not any(compiled(pattern).search(one) for one in texts)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^a", "a"),
        ("a$", "a"),
        ("a*^b", "b"),
        ("a?^", ""),
        ("$a?", ""),
        ("$\\n", "\n"),
        ("$[^x]", "\n"),
        ("(?m)a$\\n^b", "a\nb"),
        ("(?m:a$\\n^)b", "a\nb"),
        ("(?s)a$.", "a\n"),
        ("(a^)?b", "b"),
        ("(a^)*b", "b"),
        ("(a^|b)", "b"),
        ("(a)|^b", "b"),
        ("(?!a^)b", "b"),
        ("(?:)^b", "b"),
        ("(a?)\\1^b", "b"),
        ("\\b^a", "a"),
        (r"[^\s\d]", "a"),
        (r"[^\x00-Z\[-\U0010fffe]", "\U0010ffff"),
        (r"[^\x01-\U0010ffff]", "\x00"),
        (r"(?:[^\s\S])?b", "b"),
    ],
)
def test_a_pattern_that_some_text_matches_is_not_called_impossible(pattern: str, text: str) -> None:
    assert re.search(pattern, text)
    assert not unmatched(pattern)
