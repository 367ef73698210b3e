"""Fill the arms in which records meet others: already there, twins."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from signoff.agreement.abilities import can_blank, editable_target, handle, must_be_filled
from signoff.agreement.addresses import correcting
from signoff.agreement.policy import SHARED_KEY
from signoff.agreement.resolved import BoundRow, Handle, Pair
from signoff.expressions.walk import names
from signoff.record import Value, get
from signoff.rules.reading import breaks
from signoff.schema import Type, Wire
from signoff.strategies.arms import Arms, Member
from signoff.strategies.made import Made

THERE, TWINS = "already there", "twins"
"""Arms: people whom the other side knows before the first sync; two people with one key."""


def fill_company(arms: Arms) -> None:
    """Make the families that need company because of an e-mail; the other keys come after all other arms."""
    for pair in arms.world.agreement.pairs:
        key = own_mail(arms, pair)
        if key is not None:
            _already_there(arms, pair, *key)
            if not any(one.kind == SHARED_KEY for one in pair.policy):
                _twins(arms, pair, key[1])


def own_mail(arms: Arms, pair: Pair) -> tuple[BoundRow, Handle] | None:
    """Return the first matching key that is one row of the record's own e-mail, besides the link."""
    for key in pair.matched:
        if len(key.rows) != 1 or key.rows[0] == pair.link_statement:
            continue
        row = pair.row(key.rows[0])
        one = handle(arms.world.agreement, pair, row.sources[0]) if row is not None and len(row.sources) == 1 else None
        if row is not None and one is not None and one.via == "" and one.leaf.type is Type.EMAIL:
            return row, one
    return None


def _already_there(arms: Arms, pair: Pair, row: BoundRow, one: Handle) -> None:
    """Make people whom the app knows before the first sync: their key equal, in other case, with blanks around it."""
    world = arms.world
    shapes = (lambda text: text, lambda text: text.upper(), lambda text: f" {text}\u00a0")
    members = max(3, arms.count)
    for index in range(members + 1):
        note = "blank here, filled there" if index == members else ""
        member = arms.add(pair, THERE, index=index, note=note)
        theirs = blank_here(arms, pair, member, {one.path}) if note else {}
        held = str(get(world.record(member.subject), one.path))
        spelt = shapes[index % len(shapes)](held)
        if not breaks(one.leaf, spelt):
            world.put(member.subject, one.path, spelt)
        meet(arms, pair, member, {**theirs, row.target: held.lower()})


def meet(arms: Arms, pair: Pair, member: Member, known: Mapping[str, Value]) -> None:
    """Make a record of the receiving side that is there before the first sync; `known` is what it holds."""
    world = arms.world
    member.late = _rests_on_others(arms, pair)
    start = len(world.order)
    made = world.compose(pair.sender.other, pair.target, {**_opposite(arms, pair, member), **known})
    if pair.back is not None and any(not one.waits for one in world.sight().bad(pair.back, made.id)):
        arms.good(pair.back, made, known, ())  # what cannot go back either way shows nothing of who leads
    _led_elsewhere(arms, pair, member, made, known)
    member.members += world.order[start:]


def _led_elsewhere(arms: Arms, pair: Pair, member: Member, made: Made, known: Mapping[str, Value]) -> None:
    """Let a reference that flows both ways lead to another record than the sending record's, where there is one."""
    world, side = arms.world, pair.sender.other
    for row in pair.rows:
        field = row.target_field
        if not row.both_ways or field is None or field.type is not Type.REFERENCE or field.many or row.target in known:
            continue
        sight = world.sight()
        promise = sight.promise(pair, row.target, member.subject.id)
        if promise is None or row.rule is None:
            continue
        context = sight.context(pair, member.subject.id)
        held = get(world.record(made), row.target)
        others = [
            raw
            for one in world.partners(side, field.entity)
            if not row.rule.agrees(promise.result, raw := {"id": one} if field.wire is Wire.ID_OBJECT else one, context)
        ]
        if others and row.rule.agrees(promise.result, held, context):
            world.put(made, row.target, others[0])


def blank_here(arms: Arms, pair: Pair, member: Member, kept: Collection[str]) -> dict[str, Value]:
    """Blank what a person may leave blank in the sending record; return what the other side holds of it.

    `kept` are the fields of the key, which stay. Who takes the app's values where the ATS has none has not let the ATS
    lead.
    """
    agreement, world, rows = arms.world.agreement, arms.world, pair.rows
    asked = {used.name for condition in world.conditions(pair) for used in names(condition)}
    fixed = {*kept, *pair.entity.unique, *(path for sources in correcting(pair) for path in sources)}
    fixed |= {source for row in rows if must_be_filled(row) for source in row.sources}
    before, theirs = world.record(member.subject), dict[str, Value]()
    for row in rows:
        handles = [one for source in row.sources if (one := handle(agreement, pair, source)) is not None]
        own = all(one.via == "" and one.path not in fixed and one.source not in fixed | asked for one in handles)
        if row.rule is None or row.rule.table or not own or not can_blank(agreement, pair, row):
            continue
        for one in handles:
            world.put(member.subject, one.path, [] if one.leaf.many else None)
        if row.target_field is not None and editable_target(pair, row) and not row.both_ways:
            theirs[row.target] = world.entered(pair.sender.other, row.target_field)
    sight = world.sight()
    if sight.in_scope(pair, member.subject.id) and not sight.bad(pair, member.subject.id):
        return theirs
    world.records[pair.sender][pair.source][member.subject.id] = before
    return {}


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
    first = arms.add(pair, TWINS, note="two records with one key")
    held = get(world.record(first.subject), one.path)
    arms.add(pair, TWINS, overrides={one.path: held}, index=1, note="two records with one key")
