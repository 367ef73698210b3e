r"""Translate `\p{Lu}` and its like, which Python's regular expressions do not know, into classes of signs.

Only general categories (`\p{L}`, `\p{Lu}`, `\P{N}`, `\p{Letter}`, `\p{gc=Lu}`), by the Unicode data of this Python:
exact, where `\w` and `\d` would come near. Scripts and other properties are left as they are, and so are refused; so
is a property that seems to end a range. In the documents of a system `\w` and its like mean what JSON Schema says.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from typing import Final
from unicodedata import category

_NAMES: Final = {
    "Letter": "L",
    "Cased_Letter": "LC",
    "Uppercase_Letter": "Lu",
    "Lowercase_Letter": "Ll",
    "Titlecase_Letter": "Lt",
    "Modifier_Letter": "Lm",
    "Other_Letter": "Lo",
    "Mark": "M",
    "Nonspacing_Mark": "Mn",
    "Spacing_Mark": "Mc",
    "Enclosing_Mark": "Me",
    "Number": "N",
    "Decimal_Number": "Nd",
    "Letter_Number": "Nl",
    "Other_Number": "No",
    "Punctuation": "P",
    "Connector_Punctuation": "Pc",
    "Dash_Punctuation": "Pd",
    "Open_Punctuation": "Ps",
    "Close_Punctuation": "Pe",
    "Initial_Punctuation": "Pi",
    "Final_Punctuation": "Pf",
    "Other_Punctuation": "Po",
    "Symbol": "S",
    "Math_Symbol": "Sm",
    "Currency_Symbol": "Sc",
    "Modifier_Symbol": "Sk",
    "Other_Symbol": "So",
    "Separator": "Z",
    "Space_Separator": "Zs",
    "Line_Separator": "Zl",
    "Paragraph_Separator": "Zp",
    "Other": "C",
    "Control": "Cc",
    "Format": "Cf",
    "Surrogate": "Cs",
    "Private_Use": "Co",
    "Unassigned": "Cn",
}
"""The long names that ECMAScript knows beside the short ones."""
_SHORT: Final = frozenset(_NAMES.values())
_ECMA: Final = {
    "d": ("0-9", "\\x00-/:-\\U0010ffff"),
    "w": ("A-Za-z0-9_", "\\x00-/:-@\\[-\\^`{-\\U0010ffff"),
    "s": (
        "\\t-\\r \\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff",
        "\\x00-\\x08\\x0e-\\x1f!-\\x9f\\xa1-\\u167f\\u1681-\\u1fff\\u200b-\\u2027\\u202a-\\u202e\\u2030-\\u205e"
        "\\u2060-\\u2fff\\u3001-\\ufefe\\uff00-\\U0010ffff",
    ),
}
"""What `\\d`, `\\w` and `\\s` are in ECMAScript, and all that they are not."""
_LINES: Final = re.compile(r"\(\?[a-zA-Z]*m")
"""What lets `$` stand at the end of every line."""
_PROPERTY: Final = re.compile(r"\\(?P<sign>[pP])\{(?:(?:gc|General_Category)=)?(?P<name>\w+)\}")


def translated(pattern: str) -> str:
    """Return a pattern in which every property that is known stands as a class, in a class as its ranges."""
    return "".join(_parts(pattern)) if r"\p" in pattern or r"\P" in pattern else pattern


def as_described(pattern: str) -> str:
    r"""Return a pattern of a document of JSON Schema as Python must have it to take what ECMA-262 takes.

    There `\d` and `\w` are ASCII alone, `\s` knows other blanks than Python's, and `$` stands at the very end only.
    """
    return "".join(_parts(pattern, described=True))


def _parts(pattern: str, described: bool = False) -> Iterator[str]:
    at, within, range_ = 0, False, ""
    while at < len(pattern):
        step = 2 if pattern[at] == "\\" else 1
        known = "" if range_ == "dash" else _class(pattern, at, within, described)  # `[+-\p{L}]` is no range
        if known:
            matched = _PROPERTY.match(pattern, at)
            yield known
            at, range_ = matched.end() if matched is not None else at + step, ""
            continue
        part = pattern[at : at + step]
        if not within and part == "[":
            within, range_ = True, ""
            # A bracket that closes nothing yet is a sign of the class.
            step = len("[^]") if pattern.startswith("[^]", at) else len("[]") if pattern.startswith("[]", at) else 1
            if step == 1 and pattern.startswith("[^", at):
                step = 2
        elif within and part == "]":
            within = False
        elif within:
            range_ = "dash" if part == "-" and range_ == "sign" else "" if range_ == "dash" else "sign"
        elif described and part == "$" and not _LINES.search(pattern):
            yield r"\Z"
            at += step
            continue
        yield pattern[at : at + step]
        at += step


def _class(pattern: str, at: int, within: bool, described: bool) -> str:
    """Return what stands in Python's patterns for the property or, in a document, the escape at a place; "" if none."""
    matched = _PROPERTY.match(pattern, at)
    name = _NAMES.get(matched["name"], matched["name"]) if matched is not None else ""
    if matched is not None and name in _SHORT:
        other = matched["sign"] == "P"
        # Of a class of its own the few are named, whichever is meant: to walk through all others takes seconds.
        return _ranges(name, other) if within else f"[{'^' if other else ''}{_ranges(name)}]"
    escape = pattern[at + 1 : at + 2] if described and pattern[at] == "\\" else ""
    if escape.lower() not in _ECMA:
        return ""
    signs = _ECMA[escape.lower()][escape.isupper()]
    return signs if within else f"[{signs}]"


@cache
def _ranges(name: str, other: bool = False) -> str:
    """Return the signs of a category, or all others, as they stand in a class."""
    found: list[str] = []
    first: int | None = None
    wanted = ("Lu", "Ll", "Lt") if name == "LC" else (name,)
    for code, kind in enumerate((*_categories(), "")):
        inside = bool(kind) and kind.startswith(wanted) is not other
        if inside and first is None:
            first = code
        elif not inside and first is not None:
            found.append(f"\\U{first:08x}-\\U{code - 1:08x}")
            first = None
    return "".join(found)


@cache
def _categories() -> tuple[str, ...]:
    return tuple(category(chr(code)) for code in range(sys.maxunicode + 1))
