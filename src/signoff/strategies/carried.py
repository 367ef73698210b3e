"""Draw what people of the receiving system enter in a two-way row from what the row makes of sending values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from signoff.agreement.abilities import handle
from signoff.agreement.resolved import BoundRow, Handle, Pair
from signoff.model.sight import Sight
from signoff.record import Value
from signoff.rules.results import Value as Given
from signoff.strategies.made import Made

if TYPE_CHECKING:
    from signoff.strategies.pools import Pools


def carried_over(pools: Pools, readers: Iterable[tuple[Pair, BoundRow, str]], *, edges: bool) -> list[Value]:
    """Return what two-way rows make of their sending fields' values, edges or good ones.

    Of a row like `"CB-" + Badge` only what has its fixed texts can go back; plain texts have not. Rows with a table
    are left out, because the table lists what can.
    """
    agreement, found = pools.agreement, list[Value]()
    for back, row, _ in readers:
        forth = agreement.pair(back.mirrors) if back.mirrors and row.both_ways else None
        there = forth.row(row.statement) if forth is not None else None
        if forth is None or there is None or there.rule is None or there.rule.tables:
            continue
        one, prototype = handle(agreement, forth, there.sources[0]), pools.prototype(forth)
        if one is not None and prototype is not None:
            pool = pools.of(forth.sender, one.entity, one.path)
            for value in pool.edges if edges else pool.good:
                found += _carried(pools, forth, there, prototype, one, value)
    return found


def _carried(pools: Pools, forth: Pair, row: BoundRow, prototype: Made, one: Handle, value: Value) -> list[Value]:
    found: list[Value] = []

    def judge(sight: Sight) -> str:
        result = sight.result(forth, row, prototype.id)
        if row.rule is not None and isinstance(result, Given):
            found.append(row.rule.raw(result, row.target_field))
        return ""

    pools.with_value(prototype, one, value, judge)
    return found
