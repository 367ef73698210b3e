"""Fill the arms in which records meet others: already there, twins."""

from __future__ import annotations

from signoff.agreement.abilities import handle
from signoff.agreement.policy import SHARED_KEY
from signoff.agreement.resolved import BoundRow, Handle, Pair
from signoff.record import Value, get
from signoff.schema import Type
from signoff.strategies.arms import Arms, Member


def fill_company(arms: Arms) -> None:
    """Make the families that need company."""
    for pair in arms.world.agreement.pairs:
        key = _key(arms, pair)
        if key is not None:
            _already_there(arms, pair, *key)
            if not any(one.kind == SHARED_KEY for one in pair.policy):
                _twins(arms, pair, key[1])


def _key(arms: Arms, pair: Pair) -> tuple[BoundRow, Handle] | None:
    """Return the first matching key that is one row of the record's own text, besides the link."""
    for key in pair.matched:
        if len(key.rows) != 1 or key.rows[0] == pair.link_statement:
            continue
        row = pair.row(key.rows[0])
        one = handle(arms.world.agreement, pair, row.sources[0]) if row is not None and len(row.sources) == 1 else None
        if row is not None and one is not None and one.via == "" and one.leaf.type in (Type.EMAIL, Type.TEXT):
            return row, one
    return None


def _already_there(arms: Arms, pair: Pair, row: BoundRow, one: Handle) -> None:
    """Make people whom the app knows before the first sync: their key equal, in other case, with blanks around it."""
    world = arms.world
    shapes = (lambda text: text, lambda text: text.upper(), lambda text: f" {text}\u00a0")
    for index in range(max(3, arms.count)):
        member = arms.add(pair, "already there", index=index)
        member.late = _rests_on_others(arms, pair)
        held = str(get(world.record(member.subject), one.path))
        world.put(member.subject, one.path, shapes[index % len(shapes)](held))
        start = len(world.order)
        world.compose(pair.sender.other, pair.target, {row.target: held.lower(), **_opposite(arms, pair, member)})
        member.members += world.order[start:]


def _opposite(arms: Arms, pair: Pair, member: Member) -> dict[str, Value]:
    """Return another value than the sending record's for every yes/no and choice that flows both ways.

    Chance may agree where there are few values, and two that agree do not show whose word counts.
    """
    found: dict[str, Value] = {}
    for row in pair.rows:
        field = row.target_field
        if not row.both_ways or field is None:
            continue
        if field.type is Type.YES_NO:
            one = handle(arms.world.agreement, pair, row.sources[0])
            if one is not None and one.via == "":
                found[row.target] = get(arms.world.record(member.subject), one.path) is not True
        elif field.choices and not field.many:
            found.update(_another_choice(arms, pair, member, row))
    return found


def _another_choice(arms: Arms, pair: Pair, member: Member, row: BoundRow) -> dict[str, Value]:
    context = arms.world.sight().context(pair, member.subject.id)
    assert row.rule is not None
    promised = row.rule.value(context)
    values = arms.pools.of(pair.sender.other, pair.target, row.target).good
    others = [one for one in values if not row.rule.agrees(promised, one, context)]
    return {row.target: arms.world.rng.choice(others)} if others else {}


def _rests_on_others(arms: Arms, pair: Pair) -> bool:
    """Tell whether a receiving record needs a reference to what the connector makes first."""
    kind = arms.world.entity(pair.sender.other, pair.target)
    heads = [kind.field_at(path) for path in arms.world.filled(pair.sender.other, pair.target)]
    return any(
        one is not None and one.type is Type.REFERENCE and arms.world.is_received(pair.sender.other, one.entity)
        for one in heads
    )


def _twins(arms: Arms, pair: Pair, one: Handle) -> None:
    """Make two different people with the same key; each must arrive, as another."""
    world = arms.world
    first = arms.add(pair, "twins", note="two records with one key")
    held = get(world.record(first.subject), one.path)
    arms.add(pair, "twins", overrides={one.path: held}, index=1, note="two records with one key")
