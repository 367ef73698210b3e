"""Bind matching keys: which rows of the chart carry what a binding or the toml names as a key."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from signoff.agreement.resolved import MatchKey, Pair
from signoff.errors import Problem, nearest

_AND = re.compile(r"\s+and\s+")
_PART = re.compile(r"(?:same\s+(?:(?:text|email|phone|date|amount|number|place|value)\s+)?)?(\S+)")
"""A field, with or without the words for how it is compared: `email`, `same email`, `same date born`."""


def with_rows(pair: Pair, problems: list[Problem], branches: Container[str]) -> tuple[MatchKey, ...]:
    """Return a binding's matching keys with the rows that carry them; `problems` takes those that nobody could ask.

    Nobody knows the branch of a record on the other side, so that a row of one of the `branches` can carry no key.
    """
    carrying = [row for row in pair.rows if row.rule is not None and row.branch not in branches]
    uncharted = _UNCHARTED + (" that is in every branch." if any(row.branch for row in pair.rows) else ".")
    keys: list[MatchKey] = []
    asked: set[tuple[str, ...]] = set()
    for key in pair.matched:
        words = tuple(_words(pair, key.text, problems))
        if words in asked or len(set(words)) < len(words):
            problems.append(
                _problem(pair, "each matching key once, and each of its parts", f"`{key.text}`", _TWICE),
            )
        asked.add(words)
        rows: list[str] = []
        for word in words:
            fits = next((row for row in carrying if word in (row.target, *row.sources)), None)
            if fits is None:
                names = [name for row in carrying for name in (row.target, *row.sources)]
                expected = f"a matching key that a row of the {pair.name} chart carries"
                problems.append(_problem(pair, expected, f"`{key.text}`", uncharted, nearest(word, names)))
            else:
                rows.append(fits.statement)
        keys.append(MatchKey(key.text, tuple(rows)))
    return tuple(keys)


_TWICE = "Leave out what stands there already: it finds nobody whom the first has not found."
_UNCHARTED = "Name a field of the chart, or give the key a row there"


def _words(pair: Pair, text: str, problems: list[Problem]) -> Iterator[str]:
    """Yield the fields that a key names."""
    for part in _AND.split(text.strip()):
        found = _PART.fullmatch(part)
        if found is not None:
            yield found[1]
            continue
        names = [name for row in pair.rows for name in (row.target, *row.sources) if name]
        known = next((name for name in names if name in part.split()), names[0] if names else "email")
        how = f"Write for instance `{known}`. Several parts of one key have `and` between them, several keys `, then`."
        problems.append(_problem(pair, "a field, or several with `and`", f"`{part}`" if part else "nothing", how))


def _problem(pair: Pair, expected: str, found: str, how: str, near: str | None = None) -> Problem:
    return Problem(pair.place, expected, found, did_you_mean=near, how=how, code="matching-key")
