"""Tell what a population makes of a record whose sources of a row are blank, whatever else it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from signoff.agreement.resolved import PopulationCase
from signoff.expressions import tree as t

Reads = Callable[[str], bool]
"""Tells whether a name in a condition is that of a blank field."""


def keeps_out(population: Iterable[PopulationCase], blank: Reads) -> bool:
    """Tell whether no record with these blanks reaches the other side; False where there is no population.

    A row of such a population can never be seen to be cleared: the record leaves before.
    """
    cases = list(population)
    for case in cases:
        holds = True if case.condition is None else _holds(case.condition, blank)
        if holds is False:
            continue
        if case.reaches:
            return False
        if holds is True:
            break
    return bool(cases)


def _holds(tree: t.Condition, blank: Reads) -> bool | None:
    """Return whether a condition holds, or None where that rests on something else than the blanks."""
    if isinstance(tree, t.Not):
        part = _holds(tree.part, blank)
        return None if part is None else not part
    if isinstance(tree, t.And | t.Or):
        decisive = isinstance(tree, t.Or)
        parts = [_holds(part, blank) for part in tree.parts]
        return decisive if decisive in parts else None if None in parts else not decisive
    if isinstance(tree, t.Quantified) or not isinstance(tree.subject, t.Name) or not blank(tree.subject.text):
        return None
    if isinstance(tree, t.IsBlank):
        return not tree.negated
    if isinstance(tree, t.Compare):
        return False if isinstance(tree.other, t.Literal) else None
    if isinstance(tree, t.Is) and not all(isinstance(one, t.Literal) and str(one.value).strip() for one in tree.values):
        return None  # another field, which may be blank too
    return tree.negated  # no test but this holds for a blank
