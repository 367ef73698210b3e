"""Search texts for values that must not be there, whole or re-encoded."""

from __future__ import annotations

import binascii
import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import unquote_plus

import ahocorasick

SIGNIFICANT = 8
"""A value with fewer characters is too small to be told from chance."""

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_LAST_BLANK = 0x3000
"""No sign behind it counts as a blank."""
_SEPARATORS = dict.fromkeys([one for one in range(_LAST_BLANK + 1) if chr(one).isspace() and one != 0x0A])
_SEPARATORS |= dict.fromkeys(map(ord, "-./()_"))
"""What people write between digits; not the line that ends a value, or digits of two values would make a third."""


@dataclass(frozen=True, slots=True)
class Canary:
    """Hold one protected value in every form that is searched for. `key` says whose it is, for the finding.

    `alone`: it is a day. Its forms of digits only count where no other digit stands beside them: among some thousand
    phone numbers there is one that holds the seconds of somebody's birth.
    """

    key: Any
    forms: frozenset[str]
    alone: bool = False


def forms_of(raw: Any, day: date | None = None) -> frozenset[str]:
    """Return the forms of a protected value, in lower case: as it is, without separators, and dates in every custom.

    `day` is the calendar day that a raw value means, for dates. Forms of fewer than 8 characters are left out.
    """
    found: set[str] = set()
    if isinstance(raw, bool) or raw is None:
        return frozenset()
    if isinstance(raw, str | int) or hasattr(raw, "as_tuple"):
        text = str(raw).strip().lower()
        found |= {text, text.translate(_SEPARATORS)}
    if day is not None:
        stamp = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        found |= {
            day.isoformat(),
            day.strftime("%Y%m%d"),
            day.strftime("%m/%d/%Y"),
            day.strftime("%d/%m/%Y"),
            day.strftime("%d.%m.%Y"),
            f"{day.month}/{day.day}/{day.year}",
            f"{day:%B} {day.day}, {day.year}".lower(),
            str(stamp),
            str(stamp * 1000),
        }
    return frozenset(one for one in found if len(one) >= SIGNIFICANT)


def views(text: str) -> Iterator[str]:
    """Yield a text in the forms in which a value may hide: decoded, unescaped, without separators, from base64."""
    decoded = _decoded(text)
    yield from _plain_views(text, decoded)
    for run in _BASE64.findall(decoded):
        yield from _from_base64(run)


def _decoded(text: str) -> str:
    return html.unescape(unquote_plus(_json_text(text)))


def _plain_views(text: str, decoded: str) -> Iterator[str]:
    plain = text.lower()
    yield plain
    lower = decoded.lower()
    if lower != plain:
        yield lower
    yield lower.translate(_SEPARATORS)


def _from_base64(run: str) -> Iterator[str]:
    """Yield what a run of letters may hold as base64, at every alignment at which it may have been cut."""
    body = run.rstrip("=").replace("-", "+").replace("_", "/")
    for start in range(4):
        part = body[start:]
        part = part[: len(part) - len(part) % 4] if len(part) % 4 == 1 else part
        if len(part) * 3 < SIGNIFICANT * 4:
            return  # every sign takes a byte at least
        try:
            raw = binascii.a2b_base64(part + "=" * (-len(part) % 4))
        except (binascii.Error, ValueError):
            continue
        found = raw.decode("utf-8", "ignore").lower()
        if len(found) < SIGNIFICANT:
            continue
        if found.isprintable() or sum(sign.isprintable() for sign in found) >= SIGNIFICANT:
            yield found


def _json_text(text: str) -> str:
    """Return every key and value of a JSON text, or the text itself when it is none."""
    if text[:1] not in ("{", "["):
        return text
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    parts: list[str] = []
    todo = [found]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            todo += reversed([each for pair in value.items() for each in pair])
        elif isinstance(value, list):
            todo += reversed(value)
        else:
            parts.append(str(value))
    # No separator: two phone numbers side by side must not make a date of birth of their ends.
    return " | ".join(parts)


class Views:
    """Keep texts in the forms in which a value may hide: what one search has unfolded, another need not."""

    def __init__(self) -> None:
        self._plain: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._encoded: dict[str, tuple[str, ...]] = {}

    def of(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return a text in its plain forms, and the runs of letters in it that may be base64."""
        found = self._plain.get(text)
        if found is None:
            found = self._plain[text] = self.once(text)
        return found

    def once(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the same of a text that nobody will ask for again."""
        decoded = _decoded(text)
        return tuple(dict.fromkeys(_plain_views(text, decoded))), tuple(dict.fromkeys(_BASE64.findall(decoded)))

    def encoded(self, run: str) -> tuple[str, ...]:
        """Return what a run of letters may hold as base64."""
        found = self._encoded.get(run)
        if found is None:
            found = self._encoded[run] = tuple(_from_base64(run))
        return found


class Search:
    """Find canaries in texts in one pass over each, however many canaries there are (Aho and Corasick's way).

    `views` are shared by searches that look through the same texts.
    """

    def __init__(self, canaries: Iterable[Canary], views: Views | None = None) -> None:
        by_form: dict[str, list[Canary]] = {}
        for canary in canaries:
            for form in canary.forms:
                by_form.setdefault(form, []).append(canary)
        self._automaton = ahocorasick.Automaton()
        for form, whose in by_form.items():
            self._automaton.add_word(form, (form, whose))
        self._empty = not by_form
        if by_form:
            self._automaton.make_automaton()
        self._views = views or Views()
        self._runs: dict[str, frozenset[Canary]] = {}
        """What each run of letters holds as base64: the same names stand in message after message."""

    def found_in(self, text: str, *, again: bool = False) -> frozenset[Canary]:
        """Return the canaries that a text holds, in whatever form; `again`: another search will look through it too."""
        if self._empty:
            return frozenset()
        found: set[Canary] = set()
        plain, runs = self._views.of(text) if again else self._views.once(text)
        for view in plain:
            found.update(self._held(view))
        for run in runs:
            known = self._runs.get(run)
            if known is None:
                views = self._views.encoded(run)
                known = self._runs[run] = frozenset(one for view in views for one in self._held(view))
            if known:
                found |= known
        return frozenset(found)

    def plain_in(self, text: str) -> frozenset[Canary]:
        """Return the canaries that a text holds without being encoded: much sooner told than all."""
        if self._empty:
            return frozenset()
        return frozenset(one for view in _plain_views(text, _decoded(text)) for one in self._held(view))

    def _held(self, view: str) -> Iterator[Canary]:
        for end, (form, whose) in self._automaton.iter(view):
            for canary in whose:
                if not (canary.alone and _inside_a_number(view, form, end - len(form) + 1)):
                    yield canary


def _inside_a_number(view: str, form: str, start: int) -> bool:
    """Tell whether a form of digits only is a part of a longer number."""
    before, after = view[start - 1 : start], view[start + len(form) : start + len(form) + 1]
    return form.isdigit() and (before.isdigit() or after.isdigit())
