"""Tell which records come to the other side later than others."""

from __future__ import annotations

from signoff.agreement.resolved import Pair
from signoff.schema import Type
from signoff.strategies.world import World


def comes_late(world: World, pair: Pair) -> bool:
    """Tell whether a binding's records refer to what the connector makes, so that none is there before the first sync.

    Fewer phases are left in which people can change them.
    """
    known = world.coming_late.get(pair.name)
    if known is None:
        kind = world.entity(pair.sender, pair.source)
        heads = [kind.field_at(path) for path in world.filled(pair.sender, pair.source)]
        known = world.coming_late[pair.name] = any(
            one is not None and one.type is Type.REFERENCE and world.is_received(pair.sender, one.entity)
            for one in heads
        )
    return known
