"""Choose the record that a binding links: the latest, first, only or primary one of those that refer to another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from signoff.agreement.resolved import Linked
from signoff.expressions.evaluate import Unreadable, holds
from signoff.record import ABSENT, blank
from signoff.rules.context import Context
from signoff.rules.picks import id_key, sort_key


def fitting(linked: Linked, context: Context) -> list[Context]:
    """Return the records among which a binding chooses: they refer to this one and fulfil its condition."""
    found = context.related(linked.entity)
    return [one for one in found if linked.where is None or holds(linked.where, one)]


def chosen(linked: Linked, found: Sequence[Context]) -> Context | None:
    """Return the one of the fitting records that a binding links, or None where it links none.

    Of equal ones it is that with the higher id. Those whose field is blank, or cannot be read, stand behind all others.
    """
    if not found:
        return None
    if linked.pick == "first":
        if not linked.by:
            return min(found, key=id_key)
        best = min((_place(linked, one) for one in found), key=lambda place: (not place[0], place[1]))
        return max((one for one in found if _place(linked, one) == best), key=id_key)
    if several(linked, found):
        return None
    return max(found, key=lambda one: (_place(linked, one), id_key(one)))


def several(linked: Linked, found: Sequence[Context]) -> bool:
    """Tell whether a record that is bound with its only one has more than that, so that it is bad data."""
    return linked.pick == "only" and len(found) > 1


def _place(linked: Linked, one: Context) -> tuple[bool, Any]:
    """Return whether a record's field can be read, and where it stands among those of which it can."""
    try:
        value = one.typed(linked.by) if linked.by else None
    except Unreadable:
        value = None  # it stands where blank ones stand
    filled = value is not None and value is not ABSENT and not blank(value)
    return filled, sort_key(value if filled else None)
