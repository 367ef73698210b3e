"""Declare a planted defect: what it is, which statements it must redden, and that its altered line acted."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

_Class = TypeVar("_Class", bound=type)
_acted: Counter[str] = Counter()


@dataclass(frozen=True, slots=True)
class Defect:
    """Hold what one altered connector must do to the verdicts. A benign variant reddens nothing."""

    name: str
    klass: str
    """MAP, ENUM, TIME … as defects of such connectors are classed; BENIGN for a variant that is right."""
    target: str
    """`module:Class`, as the connector under test is named."""
    reddens: frozenset[str]
    """Ids of the statements that must fail, and no other."""
    what: str
    whole: bool = False
    """It shows in whole worlds only: it needs many records, or those of other bindings."""
    effort: str = "quick"
    """The least effort that shows it."""


DEFECTS: dict[str, Defect] = {}
"""Every planted defect, by name."""

BENIGN: dict[str, Defect] = {}
"""Every variant that is right and must not be flagged, by name."""


def defect(klass: str, *reddens: str, whole: bool = False, effort: str = "quick") -> Callable[[_Class], _Class]:
    """Declare a subclass of the reference connector as a planted defect.

    `whole`: it shows in whole worlds only; `effort`: the least that shows it.
    """

    def declare(one: _Class) -> _Class:
        DEFECTS[one.__name__] = replace(_told(one, klass, reddens), whole=whole, effort=effort)
        return one

    return declare


def benign(one: _Class) -> _Class:
    """Declare a subclass of the reference connector that is different and right."""
    BENIGN[one.__name__] = _told(one, "BENIGN", ())
    return one


def _told(one: type, klass: str, reddens: tuple[str, ...]) -> Defect:
    what = (one.__doc__ or "").strip().splitlines()[0]
    return Defect(one.__name__, klass, f"{one.__module__}:{one.__name__}", frozenset(reddens), what)


def acted() -> None:
    """Witness that the altered line ran with effect; a defect that never acts proves nothing.

    Whose line it was is read from the call, because several defects may be planted at once.
    """
    frame = sys._getframe(1)
    while frame.f_back is not None:
        name = frame.f_code.co_qualname.partition(".")[0]
        if name in DEFECTS or name in BENIGN:
            break
        frame = frame.f_back
    _acted[name] += 1


def altered(right: Any, wrong: Any) -> Any:
    """Return the wrong value, and witness it where it differs from the right one."""
    if right != wrong:
        acted()
    return wrong


def times_acted(name: str = "", *, start: bool = False) -> int:
    """Return how often an altered line has acted since the last start; of one defect, or of all that are planted."""
    if start:
        _acted.clear()
    return _acted[name] if name else _acted.total()
