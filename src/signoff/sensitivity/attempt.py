"""Name what is tried: one wrong value for one statement and phase, at one record after another until it is noticed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from signoff.agreement.statement import Kind, Statement
from signoff.history import Key
from signoff.sensitivity.draft import Edit

if TYPE_CHECKING:
    from signoff.sensitivity.scene import Scene


@dataclass(frozen=True, slots=True)
class Way:
    """Hold one place at which a wrong value is put in.

    `marks` are the records, as findings name them, one of which must be found guilty. `until` is the label of the
    last phase that is needed; `subjects` the records that must be there, with all they refer to. `spoils` is what
    others may not rely on meanwhile, `uses` what this one relies on.
    """

    edits: tuple[Edit, ...]
    marks: frozenset[str]
    until: str
    subjects: frozenset[Key]
    spoils: frozenset[Hashable] = frozenset()
    uses: frozenset[Hashable] = frozenset()
    exchanges: frozenset[int] = frozenset()
    """Numbers of the exchanges that must be there with their bodies."""
    printed: bool = False
    """Whether what the runs printed must be there."""


@dataclass(slots=True)
class Attempt:
    """Hold one wrong value for one statement: it must be noticed in at least one of its ways.

    `told_of` are other statements that may be found guilty, by the attribution that the language lays down. `fitting`
    says whether a run in which no way exists is a lack (with what would have shown it) or no matter ("").
    """

    statement: str
    phase: str
    name: str
    ways: Iterator[Way]
    told_of: frozenset[str] = frozenset()
    fitting: str = ""
    tried: list[Way] = field(default_factory=list)


Alterations: TypeAlias = "Callable[[Scene, Statement], Iterable[Attempt]]"

ALTERATIONS: dict[tuple[Kind, str], list[Alterations]] = {}
"""Kind of statement and, for those of a binding, their suffix → what can be put in."""


def alters(kind: Kind, suffix: str = "") -> Callable[[Alterations], Alterations]:
    """Register what can be put in for a kind of statement; several functions may be registered for one."""

    def register(function: Alterations) -> Alterations:
        ALTERATIONS.setdefault((kind, suffix), []).append(function)
        return function

    return register


def attempts(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield everything that can be put in for one statement."""
    suffix = statement.id.rpartition(":")[2] if statement.kind is Kind.BINDING else ""
    for function in ALTERATIONS.get((statement.kind, suffix), ()):
        yield from function(scene, statement)
