"""Judge a regular expression before anything is matched with it: whether it compiles, and whether it can run away."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from re import _constants, _parser  # the only parser of Python's own expressions
from typing import Any, Final

from signoff.expressions.properties import as_described, translated

MOST_SIGNS: Final = 1_000
"""Signs of a pattern."""
MOST_REPEATS: Final = 10_000
"""Times that a part of a pattern may be asked for."""
_REPEATS: Final = (_constants.MAX_REPEAT, _constants.MIN_REPEAT)
_MANY: Final = 50
"""A part that may be repeated so often is taken for one that may be repeated for ever."""
_BEGIN: Final = (_constants.AT, _constants.AT_BEGINNING)
_ENDS: Final = ((_constants.AT, _constants.AT_END), (_constants.AT, _constants.AT_END_STRING))
_FLAGS: Final = re.compile(r"\(\?[a-zA-Z-]*[ms]")
"""What lets `^` and `$` stand at the ends of lines, and `.` take a line break."""
_SINGLE: Final = (_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN)
_SIGNS: Final = [chr(code) for code in (*range(9, 14), *range(32, 127), 0xE9, 0x142, 0x4E2D)]
"""Signs by which two parts are compared: whether one text can be taken by either."""


@lru_cache(maxsize=5_000)
def compiled(pattern: str) -> re.Pattern[str]:
    r"""Return a pattern of the documents, ready to be matched, with `\p{L}` and its like. Raises re.error."""
    with _unheard():
        return re.compile(translated(pattern))


@lru_cache(maxsize=5_000)
def described(pattern: str) -> re.Pattern[str]:
    """Return a pattern of a system's own document, ready to be searched for as JSON Schema does. Raises re.error."""
    with _unheard():
        return re.compile(as_described(pattern))


def _parsed(pattern: str) -> Any:
    with _unheard():
        return _parser.parse(translated(pattern))


@contextmanager
def _unheard() -> Iterator[None]:
    """Take `[[a]` and `[a&&b]` for the signs that they are, without Python's warning of what they may be one day."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


@lru_cache(maxsize=5_000)
def trouble(pattern: str) -> str:
    """Return what is wrong with a pattern, as a noun phrase; "" if nothing is.

    A pattern that can divide one text in very many ways (`(a+)+`) would keep a run busy for years, in the middle of it.
    """
    if len(pattern) > MOST_SIGNS:
        return f"{len(pattern):,} signs, where at most {MOST_SIGNS:,} are read"
    try:
        compiled(pattern)
        return _running(list(_parsed(pattern)))
    except re.error as error:
        if error.msg in ("bad escape \\p", "bad escape \\P"):
            known = "of properties the general categories are understood, `\\p{L}` or `\\p{Lu}`, and no ranges"
            return f"{error.msg}: {known}"
        return error.msg
    except (RecursionError, OverflowError):
        return "parentheses or repetitions beyond what can be read"


@lru_cache(maxsize=5_000)
def widths(pattern: str) -> tuple[int, int | None]:
    """Return how many signs a text must have at least to hold a match, and at most where it must match as a whole."""
    parsed = _parsed(pattern)
    least, most = parsed.getwidth()
    parts = list(parsed)
    whole = len(parts) > 1 and parts[0] == _BEGIN and parts[-1] in _ENDS
    return int(least), int(most) if whole and most < MOST_REPEATS else None


@lru_cache(maxsize=5_000)
def unmatched(pattern: str) -> bool:
    """Tell whether it is certain that no text at all holds a match: `a^`, `$a`. False says nothing.

    `^` and `$` stand at a text's ends, and a text cannot go on before or behind them.
    """
    parsed = _parsed(pattern)
    return not _FLAGS.search(pattern) and _impossible(list(parsed))


def _impossible(parts: list[Any]) -> bool:
    row = list(_one_after_the_other(parts))
    for at, part in enumerate(row):
        kind, told = part
        if part == _BEGIN and _least(row[:at]) > 0:
            return True
        if kind is _constants.IN and _leaves_nothing(told):
            return True
        if part == _ENDS[0]:
            # Python lets `$` stand before a last line break too; whatever takes that alone is left in doubt.
            behind = [one for one in row[at + 1 :] if _least([one]) > 0]
            if _least(behind) > 1 or any("\n" not in _taken(*one) and one[0] in _SINGLE for one in behind):
                return True
        if kind is _constants.ASSERT_NOT and not list(told[1]):
            return True
        if kind in _REPEATS and told[0] == 0:
            continue
        inside = [] if kind is _constants.ASSERT_NOT else _inside(kind, told)
        if inside and all(_impossible(one) for one in inside):
            return True
    return False


def _leaves_nothing(told: Any) -> bool:
    """Tell whether a class is one of all signs but all signs: `[^\\s\\S]`."""
    if told[0][0] is not _constants.NEGATE:
        return False
    kinds = {str(one) for kind, one in told[1:] if kind is _constants.CATEGORY}
    if any(one.replace("CATEGORY_", "CATEGORY_NOT_") in kinds for one in kinds):
        return True
    first = 0
    for low, high in sorted(one for kind, one in told[1:] if kind is _constants.RANGE):
        if low > first:
            return False
        first = max(first, high + 1)
    return first > sys.maxunicode


def _one_after_the_other(parts: list[Any]) -> Iterator[Any]:
    """Yield the parts of a row with those of its groups in their places."""
    for kind, told in parts:
        if kind is _constants.SUBPATTERN:
            yield from _one_after_the_other(list(told[-1]))
        else:
            yield kind, told


def _least(parts: list[Any]) -> int:
    """Return how many signs parts take at least, as far as that is certain."""
    signs = 0
    for kind, told in parts:
        inner = [_least(one) for one in _inside(kind, told)]
        if kind in _SINGLE:
            signs += 1
        elif kind in _REPEATS:
            signs += told[0] * inner[0]
        elif kind in (_constants.SUBPATTERN, _constants.BRANCH):
            signs += min(inner)
    return signs


def _running(parts: list[Any]) -> str:
    for kind, told in parts:
        if kind in _REPEATS:
            least, most, inner = told
            if least > MOST_REPEATS:
                return f"a part that must stand there {least:,} times"
            if most >= _MANY and _ambiguous(list(inner)):
                return "a repetition within a repetition, or of two choices alike, which can run for years"
        found = next((wrong for inner in _inside(kind, told) if (wrong := _running(inner))), "")
        if found:
            return found
    return ""


def _inside(kind: Any, told: Any) -> list[list[Any]]:
    if kind in _REPEATS:
        return [list(told[2])]
    if kind is _constants.SUBPATTERN:
        return [list(told[-1])]
    if kind is _constants.BRANCH:
        return [list(one) for one in told[1]]
    if kind in (_constants.ASSERT, _constants.ASSERT_NOT):
        return [list(told[1])]
    return []


def _ambiguous(body: list[Any]) -> bool:
    """Tell whether what is repeated can itself be cut in several ways, wherever it stands in the text."""
    needed = [one for one in body if not _nullable(*one)]
    if len(needed) > 1:
        return False
    if needed and any(_starts([one]) & _starts(needed) for one in body if _nullable(*one)):
        return True
    for kind, told in needed or body:
        if kind in _REPEATS and told[1] >= _MANY:
            return True
        if kind is _constants.SUBPATTERN and _ambiguous(list(told[-1])):
            return True
        if kind is _constants.BRANCH:
            branches = [list(one) for one in told[1]]
            if any(_ambiguous(one) for one in branches):
                return True
    return False


def _nullable(kind: Any, told: Any) -> bool:
    if kind in _REPEATS:
        return told[0] == 0 or all(_nullable(*one) for one in told[2])
    if kind is _constants.SUBPATTERN:
        return all(_nullable(*one) for one in told[-1])
    if kind is _constants.BRANCH:
        return any(all(_nullable(*one) for one in branch) for branch in told[1])
    return kind in (_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT)


def _starts(parts: list[Any]) -> set[str]:
    """Return which of some signs a text of these parts can begin with, as far as that is easily said."""
    found: set[str] = set()
    for kind, told in parts:
        inner = _inside(kind, told) if kind not in (_constants.ASSERT, _constants.ASSERT_NOT) else []
        found |= set().union(*(_starts(one) for one in inner)) if inner else _taken(kind, told)
        if not _nullable(kind, told):
            break
    return found


def _taken(kind: Any, told: Any) -> set[str]:
    """Return which of some signs one part takes, as far as that is easily said."""
    if kind is _constants.LITERAL:
        return {chr(told)}
    if kind is _constants.ANY:
        return {one for one in _SIGNS if one != "\n"}
    if kind is _constants.NOT_LITERAL:
        return {one for one in _SIGNS if one != chr(told)}
    if kind is not _constants.IN:
        return set()
    negated = bool(told) and told[0][0] is _constants.NEGATE
    found = {one for one in _SIGNS if any(_in(ord(one), one, *part) for part in told)}
    return set(_SIGNS) - found if negated else found


def _in(code: int, sign: str, kind: Any, told: Any) -> bool:
    if kind is _constants.LITERAL:
        return bool(code == told)
    if kind is _constants.RANGE:
        return bool(told[0] <= code <= told[1])
    classes = {
        _constants.CATEGORY_DIGIT: sign.isdigit(),
        _constants.CATEGORY_NOT_DIGIT: not sign.isdigit(),
        _constants.CATEGORY_SPACE: sign.isspace(),
        _constants.CATEGORY_NOT_SPACE: not sign.isspace(),
        _constants.CATEGORY_WORD: sign.isalnum() or sign == "_",
        _constants.CATEGORY_NOT_WORD: not (sign.isalnum() or sign == "_"),
    }
    return kind is _constants.CATEGORY and classes.get(told, False)
