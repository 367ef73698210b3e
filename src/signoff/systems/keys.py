"""Check a dialect's own keys of the toml: a misspelt one would be obeyed in silence, and say nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from signoff.errors import Place, Problem, nearest

TEXT: Final = "a text"
COUNT: Final = "a whole number from 0 to 1,000,000"
FLAG: Final = "true or false"
TEXTS: Final = "a list of texts"
TABLE: Final = "a table"


def wrong(options: Mapping[str, Any], known: Mapping[str, str], place: str) -> Iterator[Problem]:
    """Yield a problem for every key that a dialect does not have, and every value of another kind.

    `known` says of each key what it takes; `place` is the toml's table, `[systems.ats]`.
    """
    for name, value in options.items():
        if name not in known:
            yield Problem(
                Place(f"{place} {name}"),
                f"one of {', '.join(sorted(known))}",
                f"`{name}`",
                nearest(name, known),
                how="Correct the key, or take it out.",
                code="system-options",
            )
        elif not _fits(known[name], value):
            found = type(value).__name__ if isinstance(value, Mapping | list | str) else str(value)
            yield Problem(Place(f"{place} {name}"), known[name], found, how="Correct it.", code="system-options")


def _fits(kind: str, value: Any) -> bool:
    if kind == COUNT:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000_000
    if kind == TEXTS:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if kind == TABLE:
        return True  # told where the table is read, with what it must hold
    return isinstance(value, bool if kind == FLAG else str)
