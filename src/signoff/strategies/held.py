"""Fill the arms in which records are bad, and must be held back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signoff.agreement.abilities import changeable, handle, must_be_filled
from signoff.agreement.policy import SHARED_KEY
from signoff.agreement.resolved import Pair
from signoff.schema import Type

if TYPE_CHECKING:
    from signoff.strategies.arms import Arms


def fill_held(arms: Arms, pair: Pair) -> None:
    """Make records that are bad by a value, or by a reference; made so, and turned so by an edit."""
    for row in pair.rows:
        for source in row.sources:
            one = handle(arms.world.agreement, pair, source)
            if one is None or one.via != "" or one.leaf.type is Type.REFERENCE:
                continue
            if one.leaf.read_only or one.leaf.technical:
                continue
            if arms.unique(pair, one.path) and any(known.kind == SHARED_KEY for known in pair.policy):
                continue  # two records with the same bad value would share a key
            values = arms.pools.of(pair.sender, one.entity, one.path).bad.get(row.statement, [])
            for value in values[: 1 + arms.count]:
                arms.add(pair, "held", row, {one.path: value}, broken=one)
            if values and changeable(one.leaf):
                case = pair.usual
                way = arms.world.ways(pair, case)[0]
                arms.add(pair, "turned bad", row, broken=one, index=len(values), way=way)
    _nowhere(arms, pair)


def _nowhere(arms: Arms, pair: Pair) -> None:
    """Make records whose required reference leads to a record that nobody will ever bring over."""
    world = arms.world
    for row in pair.rows:
        if not must_be_filled(row) or len(row.sources) != 1:
            continue
        one = handle(world.agreement, pair, row.sources[0])
        if one is None or one.via != "" or one.leaf.type is not Type.REFERENCE or one.leaf.many:
            continue
        if not world.is_received(pair.sender, one.leaf.entity):
            continue
        for _ in range(arms.count):
            stray = world.compose(pair.sender, one.leaf.entity, arms.required(pair.sender, one.leaf.entity))
            member = arms.add(pair, "held", row, {one.path: world.reference(one.leaf, stray)}, broken=one)
            member.members.insert(0, stray.name)
