"""Check the values of a toml by kind, and find the line on which a key stands (tomllib gives none)."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import pycountry

from signoff.errors import Place, Problem, nearest
from signoff.settings.keys import KEYS, Key

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(seconds?|minutes?|hours?|days?)", re.IGNORECASE)
_SECONDS: Final = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0}
SHORTEST, LONGEST = 1.0, 366 * 86400.0
"""Seconds of a duration: a run that may take less cannot end, and no world lives through more."""
MOST = 100
"""Largest whole number that a key takes: every run of the connector costs real time."""
_HEADER = re.compile(r"\s*\[\[?(?P<name>[^\]]+)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*(?P<name>(?:\"[^\"]*\"|'[^']*'|[\w.\- ])+?)\s*=")
_PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)")


def seconds(text: str) -> float | None:
    """Return a duration such as `15 minutes` or `2 hours` in seconds, or None if it is none."""
    matched = _DURATION.fullmatch(text.strip())
    return float(matched[1]) * _SECONDS[matched[2].lower().rstrip("s")] if matched else None


def line_of(text: str, path: tuple[str, ...]) -> int:
    """Return the line (from 1) of the key at `path`, or of its nearest table that can be found; 0 if none."""
    best, best_line = 0, 0
    for number, here in _keys_of(text):
        common = next((at for at, (one, other) in enumerate(zip(here, path, strict=False)) if one != other), None)
        shared = min(len(here), len(path)) if common is None else common
        if shared > best:
            best, best_line = shared, number
    return best_line


@lru_cache(maxsize=4)
def _keys_of(text: str) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Return every key and table of a toml with its line, in their order: each key asks for them."""
    found: list[tuple[int, tuple[str, ...]]] = []
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if matched := _HEADER.match(line):
            table = _parts(matched["name"])
            found.append((number, table))
        elif matched := _KEY.match(line):
            found.append((number, (*table, *_parts(matched["name"]))))
    return tuple(found)


def _parts(name: str) -> tuple[str, ...]:
    return tuple(next(part for part in found if part) for found in _PART.findall(name) if any(found))


def checked(data: Mapping[str, Any], text: str, file: str) -> list[Problem]:
    """Return every unknown key, wrong value and missing key of a toml."""
    problems = list(_walk(data, (), text, file))
    for key in KEYS:
        if key.needed:
            problems += _lacking(data, key, text, file)
    return problems


def _walk(table: Mapping[str, Any], path: tuple[str, ...], text: str, file: str) -> Iterator[Problem]:
    for name, value in table.items():
        here = (*path, name)
        place = Place(file, line_of(text, here), cell=".".join(here))
        key, inner = _key_at(here), _names_below(here)
        if path == ("systems",) and name not in _names_below(path):
            key, inner = None, set()
        if key is not None and key.kind != "table":
            if (wrong := _wrong(key, value)) is not None:
                expected, found, close = wrong
                yield Problem(place, expected, found, close, how=key.meaning, code="toml-value")
        elif key is not None and path[:1] == ("states",):
            if not isinstance(value, Mapping):
                yield Problem(place, "a table of fields and values", _said(value), how=key.meaning, code="toml-value")
        elif inner:
            if isinstance(value, Mapping):
                yield from _walk(value, here, text, file)
            else:
                yield Problem(place, f"a table with {', '.join(sorted(inner))}", _said(value), code="toml-value")
        else:
            known = _names_below(path)
            close = nearest(name, known)
            yield Problem(
                place,
                f"a key that the toml may have here: {', '.join(sorted(known))}",
                name,
                close,
                how="Correct or remove it.",
                code="toml-key",
            )


def _key_at(path: tuple[str, ...]) -> Key | None:
    fitting = [
        key
        for key in KEYS
        if len(parts := key.path.split(".")) == len(path)
        and all(part in ("*", name) for part, name in zip(parts, path, strict=True))
    ]
    return min(fitting, key=lambda key: key.path.count("*"), default=None)


def _names_below(path: tuple[str, ...]) -> set[str]:
    found = set()
    for key in KEYS:
        parts = key.path.split(".")
        if len(parts) > len(path) and all(part in ("*", name) for part, name in zip(parts, path, strict=False)):
            found.add(parts[len(path)])
    if path == ("systems",):
        found.discard("*")
    return {"NAME" if name == "*" else name for name in found}


def _wrong(key: Key, value: Any) -> tuple[str, str, str | None] | None:
    kind = key.kind
    if kind.startswith("one of "):
        choices = kind.removeprefix("one of ").split("|")
        if value in choices:
            return None
        return f"one of {', '.join(choices)}", _said(value), nearest(value, choices) if isinstance(value, str) else None
    if kind == "duration":
        length = seconds(value) if isinstance(value, str) else None
        if length is not None and length > 0 and not SHORTEST <= length <= LONGEST:
            return "a duration from 1 second to 366 days", _said(value), None
        return None if length else ('a duration above 0 such as "15 minutes" or "2 hours"', _said(value), None)
    if kind == "country":
        if isinstance(value, str) and pycountry.countries.get(alpha_2=value) is not None and value.isupper():
            return None
        meant = pycountry.countries.get(alpha_2=value[:2].upper()) if isinstance(value, str) and value[:2] else None
        if isinstance(value, str) and len(value) == 3:
            meant = pycountry.countries.get(alpha_3=value.upper())
        return 'a 2-letter country code of ISO 3166 such as "US"', _said(value), meant.alpha_2 if meant else None
    if kind == "zone":
        known = zoneinfo.available_timezones()
        if isinstance(value, str) and value in known:
            return None
        close = nearest(value, known) if isinstance(value, str) else None
        return 'an IANA zone such as "America/Chicago"', _said(value), close
    if kind == "list of texts":
        ok = isinstance(value, list) and all(isinstance(one, str) for one in value)
        close = f'["{value}"]' if isinstance(value, str) and value else None
        return None if ok else ('a list of texts such as ["email"]', _said(value), close)
    if kind == "texts":
        if not isinstance(value, Mapping):
            # A text may be a secret that stands in the wrong place.
            return "a table of texts", "a text" if isinstance(value, str) else _said(value), None
        odd = next(((name, one) for name, one in value.items() if not isinstance(one, str)), None)
        if odd is None:
            return None
        plain = isinstance(odd[1], int | float) and not isinstance(odd[1], bool)
        # The value itself may be a secret, and needs no showing: what is wrong with it is that it is no text.
        said = "a number without quotes" if plain else f"{_kind(odd[1])}"
        return f'texts in quotes, such as {odd[0]} = "…"', f"{odd[0]} with {said}", None
    if kind == "text or table":
        ok = isinstance(value, str) or (isinstance(value, Mapping) and isinstance(value.get("schema"), str))
        return None if ok else ("a text, or a table with schema", _said(value), None)
    if kind == "whole number":
        ok = isinstance(value, int) and not isinstance(value, bool) and value > 0
        if ok and value > MOST:
            return f"a whole number of at most {MOST}", _said(value), None
        return None if ok else ("a whole number above 0", _said(value), None)
    if kind == "yes/no":
        return None if isinstance(value, bool) else ("true or false", _said(value), None)
    if kind in ("text", "path"):
        return None if isinstance(value, str) else ("a text", _said(value), None)
    return None


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false without quotes"
    if isinstance(value, Mapping):
        return "a table"
    return "a list" if isinstance(value, list) else "something else than a text"


def _said(value: Any) -> str:
    """Return a value for a message; texts that refer to secrets are kept as their names."""
    if isinstance(value, Mapping):
        return f"a table with {', '.join(value)}" if value else "an empty table"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _lacking(data: Mapping[str, Any], key: Key, text: str, file: str) -> Iterator[Problem]:
    *above, name = key.path.split(".")
    for path, table in _tables(data, tuple(above)):
        if name not in table:
            where = Place(file, line_of(text, path), cell=".".join((*path, name)))
            yield Problem(where, f"the key {name}", "none", how=key.meaning, code="toml-missing")


def _tables(data: Any, parts: tuple[str, ...], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not isinstance(data, Mapping):
        return
    if not parts:
        yield path, data
        return
    if parts[0] == "*":
        for name, value in data.items():
            yield from _tables(value, parts[1:], (*path, name))
    else:
        yield from _tables(data.get(parts[0], {}), parts[1:], (*path, parts[0]))
