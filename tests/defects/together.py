"""Plant several defects at once that touch nothing of each other, so that many seeds of each cost what one costs alone.

Only defects that spoil single values come together: those of other methods, with other statements declared. What pages,
matches, fails or restarts stays alone. Each must redden what it declares and act; anything else that is red speaks
against all of its company, whose members are then tried alone.
"""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Iterable, Sequence
from typing import Final

from bench import Trial, bound, compared, known, trial
from focus import concerned
from planted.register import DEFECTS, Defect

ALONE: Final = ("PAGE", "FAIL", "MATCH", "CURSOR", "RESTART", "LIFE", "SCOPE", "FK", "BIDIR", "PII", "RATE", "AUTH")
MOST: Final = 12
"""Members of one company: few enough that a surplus finding is soon explained."""

MADE: Final = "planted_together"


def companies(names: Iterable[str], *, focused: bool = False) -> list[tuple[str, ...]]:
    """Divide defects into companies of which no two members share a method, a class attribute or a statement.

    `focused`: members concern the same bindings.
    """
    found: list[list[str]] = []
    for name in names:
        one = DEFECTS.get(name)
        home = None
        if one is not None and one.klass not in ALONE and not any(_of_a_binding(id_) for id_ in one.reddens):
            own = concerned(bound()[1], one.reddens)
            home = next(
                (
                    group
                    for group in found
                    if len(group) < MOST
                    and _fits(one, group)
                    and (not focused or all(concerned(bound()[1], DEFECTS[other].reddens) == own for other in group))
                ),
                None,
            )
        if home is None:
            found.append([name])
        else:
            home.append(name)
    return [tuple(group) for group in found]


def _of_a_binding(statement: str) -> bool:
    return statement.rpartition(":")[2] in ("arrive", "once", "outside", "settle", "contract", "held", "finishes")


def _fits(one: Defect, group: Sequence[str]) -> bool:
    others = [DEFECTS.get(name) for name in group]
    return all(
        other is not None
        and other.klass not in ALONE
        and not any(_of_a_binding(id_) for id_ in other.reddens)
        and not (one.reddens & other.reddens)
        and not (_own(one) & _own(other))
        for other in others
    )


def _own(one: Defect) -> set[str]:
    return {name for name in vars(_class(one)) if not name.startswith("__")}


def _class(one: Defect) -> type:
    module, _, name = one.target.partition(":")
    found: type = getattr(importlib.import_module(module), name)
    return found


def planted(group: Sequence[str]) -> str:
    """Return the target of a connector with all defects of a company."""
    module = sys.modules.setdefault(MADE, types.ModuleType(MADE))
    name = "And".join(group)
    if not hasattr(module, name):
        setattr(module, name, type(name, tuple(_class(known(one)) for one in group), {"__module__": MADE}))
    return f"{MADE}:{name}"


def trials(group: Sequence[str], seed: int, effort: str, *, focused: bool = False) -> list[Trial]:
    """Rehearse a company once; where anything deviates, rehearse its members alone, whose word then counts."""
    if len(group) == 1:
        return [trial(group[0], seed, effort, focused=focused)]
    found = compared(group, planted(group), seed, effort, focused=focused)
    if all(one.right for one in found):
        return found
    return [trial(name, seed, effort, focused=focused) for name in group]
