"""Let records stand first, in the middle and last on a page, where a connector may lose its neighbours with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from signoff.record import Value
from signoff.strategies.script import Plan


def at_page_edges(
    plans: Sequence[Plan], names: Sequence[str], cap: int, needs: Callable[[Plan], frozenset[str]]
) -> list[Plan]:
    """Return plans in which the named ones stand at the edges and in the middle of pages of their kind of record.

    `names` are served in order, in turn with a first, a middle and a last place; one for which there is no place left
    stays where it is, and so does one that would come before what it `needs`. Systems list records in the order in
    which people made or changed them.
    """
    found = list(plans)
    kinds = {(one.kind, one.side, one.entity) for one in found if one.name in names}
    for kind in sorted(kinds, key=str):
        slots = [at for at, one in enumerate(found) if (one.kind, one.side, one.entity) == kind]
        free = [list(_places(len(slots), cap, sort)) for sort in range(3)]
        wanted = [one for one in names if any(found[at].name == one for at in slots)]
        for turn, name in enumerate(wanted):
            places = free[turn % 3]
            if not places:
                continue
            here = next(at for at in slots if found[at].name == name)
            there = slots[places.pop(0)]
            found[here], found[there] = found[there], found[here]
            if not _possible(found, needs, {found[here].name, found[there].name}):
                found[here], found[there] = found[there], found[here]
    return found


def _places(count: int, cap: int, sort: int) -> Iterator[int]:
    for start in range(0, count, cap):
        size = min(cap, count - start)
        if size == cap or sort != 1:
            yield start + (0, size // 2, size - 1)[sort]


def _possible(plans: Sequence[Plan], needs: Callable[[Plan], frozenset[str]], moved: set[str]) -> bool:
    """Tell whether nothing that was moved is made after what needs it, or before what it needs."""
    made = {one.name: at for at, one in enumerate(plans) if one.kind == "create"}
    for at, one in enumerate(plans):
        for other in needs(one):
            if (one.name in moved or other in moved) and made.get(other, -1) > at:
                return False
    return True


def beginning_at(values: Sequence[Value], start: int) -> list[Value]:
    """Return values beginning elsewhere, and round."""
    at = start % len(values)
    return [*values[at:], *values[:at]]
