"""Refuse what parses and cannot be meant: cells without end, days beyond any calendar, counts that no system holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, Final

from signoff.errors import Place, Problem
from signoff.expressions import tree as t
from signoff.expressions.regex import trouble

MOST_SIGNS: Final = 10_000
"""Signs of a cell."""
MOST_TERMS: Final = 200
"""Tests of a condition, parts of a rule or operands of a formula."""
DEEPEST: Final = 50
"""Parentheses within each other."""
MOST_DIGITS: Final = 25
MOST_RECORDS: Final = 200
"""Records that `more than N` and `fewer than N` may speak of: a run makes so many for one person, again and again."""
MOST_DAYS: Final = 36_525
"""Days from today: a hundred years."""
MOST_DECIMALS: Final = 20

_QUOTED: Final = re.compile(r"\"[^\"]*\"|'[^']*'|`[^`]*`|“[^”]*”|„[^“]*“")
_DIGITS: Final = re.compile(rf"\d{{{MOST_DIGITS + 1},}}")
_SIGNS_OF_TERMS: Final = re.compile(r"\b(?:and|or)\b|[-+−*/×÷,]", re.IGNORECASE)


def too_much(text: str) -> Problem | None:
    """Return the problem of a cell that is not worth parsing, before that takes a minute; None for any other."""
    if len(text) > MOST_SIGNS:
        return _problem(
            f"at most {MOST_SIGNS:,} characters",
            f"{len(text):,}",
            "Put values into a table of their own, or divide the row.",
            "too-long",
        )
    bare = _QUOTED.sub("x", text)
    deepest = depth = 0
    for sign in bare:
        depth += (sign in "([") - (sign in ")]")
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        return _problem(
            f"at most {DEEPEST} parentheses within each other",
            f"{deepest:,}",
            "Leave out those that change nothing, or divide the row.",
            "too-deep",
        )
    many = len(_SIGNS_OF_TERMS.findall(bare)) + 1
    if many > MOST_TERMS or bare.lower().count("not ") > MOST_TERMS:
        return _problem(
            f"at most {MOST_TERMS} terms",
            f"{max(many, bare.lower().count('not ')):,}",
            "Divide the row, or put values into a table of their own.",
            "too-many-terms",
        )
    digits = _DIGITS.search(bare)
    if digits is not None:
        return _problem(
            f"a number of at most {MOST_DIGITS} digits", f"{len(digits[0]):,} digits", "Correct the number.", "number"
        )
    return None


def too_far(tree: Any) -> Iterator[Problem]:
    """Yield the problems of what parses and lies beyond any calendar or count, or cannot be matched with."""
    todo = [tree]
    while todo:
        one = todo.pop()
        if isinstance(one, t.Day):
            yield from _day(one)
        elif isinstance(one, t.Within):
            yield from _days(one.days)
        elif isinstance(one, t.Quantified) and one.count > MOST_RECORDS:
            yield _problem(
                f"a count of at most {MOST_RECORDS}",
                f"`{one.quantifier} {one.count:,}`",
                "A run makes so many records for one person, again and again. Try the rule with a smaller count.",
                "count",
            )
        elif isinstance(one, t.Matches):
            wrong = trouble(one.pattern)
            if wrong:
                yield _problem(
                    "a regular expression",
                    f"`{_short(one.pattern)}`: {wrong}",
                    "Correct it, or use `contains`.",
                    "regex",
                )
        elif isinstance(one, t.Step) and one.phrase == "rounded to" and int(str(one.arguments[0])) > MOST_DECIMALS:
            yield _problem(f"at most {MOST_DECIMALS} decimals", f"`{one.arguments[0]}`", "Correct the number.", "count")
        if isinstance(one, tuple):
            todo.extend(reversed(one))
        elif is_dataclass(one):
            todo.extend(getattr(one, part.name) for part in reversed(fields(one)))


def _day(day: t.Day) -> Iterator[Problem]:
    if not day.date:
        yield from _days(abs(day.days))
        return
    try:
        date.fromisoformat(day.date)
    except ValueError:
        yield _problem("a day of the calendar as YYYY-MM-DD", f"`{day.date}`", "Correct the date.", "date")


def _days(days: int) -> Iterator[Problem]:
    if days > MOST_DAYS:
        yield _problem(f"at most {MOST_DAYS:,} days (100 years)", f"`{days:,}`", "Correct the number.", "date")


def _short(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:100]}…"


def _problem(expected: str, found: str, how: str, code: str) -> Problem:
    return Problem(Place(""), expected, found, how=how, code=code)
