r"""Translate `\p{Lu}` and its like, which Python's regular expressions do not know, into classes of signs.

Only general categories (`\p{L}`, `\p{Lu}`, `\P{N}`, `\p{Letter}`, `\p{gc=Lu}`), by the Unicode data of this Python:
exact, where `\w` and `\d` would come near. Scripts and other properties are left as they are, and so are refused.
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
_PROPERTY: Final = re.compile(r"\\(?P<sign>[pP])\{(?:(?:gc|General_Category)=)?(?P<name>\w+)\}")


def translated(pattern: str) -> str:
    """Return a pattern in which every property that is known stands as a class, in a class as its ranges."""
    return "".join(_parts(pattern)) if r"\p" in pattern or r"\P" in pattern else pattern


def _parts(pattern: str) -> Iterator[str]:
    at, within = 0, False
    while at < len(pattern):
        matched = _PROPERTY.match(pattern, at)
        name = _NAMES.get(matched["name"], matched["name"]) if matched is not None else ""
        if matched is not None and name in _SHORT:
            other = matched["sign"] == "P"
            # Of a class of its own the few are named, whichever is meant: to walk through all others takes seconds.
            yield _ranges(name, other) if within else f"[{'^' if other else ''}{_ranges(name)}]"
            at = matched.end()
            continue
        step = 2 if pattern[at] == "\\" else 1
        if not within and pattern[at] == "[":
            within = True
            # A bracket that closes nothing yet is a sign of the class.
            step = len("[^]") if pattern.startswith("[^]", at) else len("[]") if pattern.startswith("[]", at) else 1
        elif within and pattern[at] == "]":
            within = False
        yield pattern[at : at + step]
        at += step


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
