"""Fill the arms of those who are kept out and whom no first listing shows: made later, or come upon through others.

A filter that is asked where records are listed may be forgotten where one is looked up: because its event came, or
because another record leads to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from signoff.agreement.abilities import changeable, handle
from signoff.agreement.resolved import BoundRow, Linked, Pair, PopulationCase
from signoff.expressions import walk
from signoff.record import Path
from signoff.schema import Events, Field
from signoff.strategies.arms import Arms, Member
from signoff.strategies.changes import CHANGES, Changes, changing
from signoff.strategies.entering import MADE_IN, without
from signoff.strategies.imagined import lands_in, linked
from signoff.strategies.late import comes_late
from signoff.strategies.leaving import children_of, delete, deleted_flag
from signoff.strategies.script import CHANGED, MADE
from signoff.strategies.witness import Way
from signoff.strategies.world import World

OUT_LATER, LED_TO = "kept out, made later", "kept out, led to"
"""Arms: outsiders whom people make once the connector runs; such to whom only another record leads it."""

BY_NEW, BY_PARENT = "by a new record that refers to it", "by a change of what it refers to"


def fill_kept_out(arms: Arms) -> None:
    """Make, for each row that keeps records out, those who come later, and one whom another record leads to."""
    for pair in arms.world.agreement.pairs:
        for case in pair.population:
            if case.reaches:
                continue
            _made_later(arms, pair, case)
            if arms.world.agreement.schemas[pair.sender].events is Events.MAY_BE_LOST:
                _made_later(arms, pair, case, lost=True)
            _led_to(arms, pair, case)


def _telling_ways(world: World, pair: Pair, case: PopulationCase) -> list[Way]:
    """Return ways to be kept out by a row, first those of records that a row below it would let in.

    Ways of which it is known that they lead there stand before those of which it shows only when the record is made.
    """
    below = [one for one in pair.population[pair.population.index(case) + 1 :] if one.reaches]
    found = [*(way for one in below for way in world.sole_ways(pair, case, one)), *world.ways(pair, case)]
    return sorted(found, key=lambda way: lands_in(world, pair, way) is not case)


def _made_later(arms: Arms, pair: Pair, case: PopulationCase, *, lost: bool = False) -> None:
    """Make an outsider whom people enter once the connector has run; one that is deleted is so before it is seen."""
    world = arms.world
    deletions = len(world.extra_seed)
    way = _telling_ways(world, pair, case)[0]
    member = arms.add(pair, OUT_LATER, way=way, statement=case.statement, index=int(lost))
    if world.sight().case(pair, member.subject.id) is not case:
        member.arm = "still"
        return
    del world.extra_seed[deletions:]
    member.made_in = dict.fromkeys([*member.members, member.subject.name], MADE_IN)
    member.unheard = frozenset({MADE, CHANGED} if lost else ())


def _led_to(arms: Arms, pair: Pair, case: PopulationCase) -> None:
    """Make an outsider who is there from the start, and whom only a record that is new, or changes, leads to."""
    ways = _telling_ways(arms.world, pair, case)
    way = next((one for one in ways if linked(one)), None)
    if way is not None:
        member = arms.add(pair, LED_TO, way=way, statement=case.statement, note=BY_NEW)
        asked = dict.fromkeys(one.child for one in linked(way))
        _come_later(arms, member, case, [made.name for words in asked for made in children_of(arms, member, words)])
        return
    for lead in _leads(arms, pair):
        member = arms.add(pair, LED_TO, way=ways[0], statement=case.statement, note=BY_NEW)
        start = len(arms.world.order)
        lead(member)
        new = [name for name in arms.world.order[start:] if name not in arms.world.shared_names]
        member.members += new
        if _come_later(arms, member, case, new):
            return
    row = _through_parent(arms.world, pair)
    if row is not None:
        one = handle(arms.world.agreement, pair, row.sources[0])
        assert one is not None
        arms.add(pair, LED_TO, row, own=[one.via], way=ways[0], statement=case.statement, note=BY_PARENT)


def _come_later(arms: Arms, member: Member, case: PopulationCase, names: list[str]) -> bool:
    """Have some records of a family made once the connector has run; tell whether its subject stays out all along."""
    world, pair = arms.world, member.pair

    def fits() -> PopulationCase | None:
        return world.sight().case(pair, member.subject.id)

    with without(world, names):
        before = fits()
    if not names or before is None or before.reaches or fits() is not case:
        member.arm, member.note = "still", ""
        return False
    member.made_in = dict.fromkeys(names, CHANGES[comes_late(world, pair)])
    return True


def _leads(arms: Arms, pair: Pair) -> Iterator[Callable[[Member], None]]:
    """Yield what makes a record that refers to a subject: one that the binding links, one of another binding.

    Of another binding a row must read the reference, or the connector has no reason to go where it leads.
    """
    if pair.linked is not None:
        yield partial(_link, arms.world, pair.linked)
    schema = arms.world.agreement.schemas[pair.sender]
    for other in arms.world.agreement.pairs:
        if other.sender is pair.sender and other.source != pair.source:
            read = {Path.parse(source).head for row in other.rows for source in row.sources}
            fields = (one for one in schema.references_to(other.source, pair.source) if not one.many)
            yield from (partial(_refer, arms, other, one) for one in fields if one.path in read)


def _link(world: World, link: Linked, member: Member) -> None:
    where = world.way_to(member.pair, link.where, True, link.entity)
    world.child(member.pair, member.subject, link.entity, {one.path: one.value for one in where}, True)


def _refer(arms: Arms, other: Pair, reference: Field, member: Member) -> None:
    to = {reference.path: arms.world.reference(reference, member.subject)}
    arms.families.remove(arms.add(other, LED_TO, overrides=to))


def _through_parent(world: World, pair: Pair) -> BoundRow | None:
    """Return a row that reads a field of a record that is referred to, of which no condition speaks."""
    asked = {used.name for one in pair.population if one.condition is not None for used in walk.names(one.condition)}
    for row in pair.rows:
        one = handle(world.agreement, pair, row.sources[0]) if row.sources and row.rule is not None else None
        if one is None or one.via in ("", "linked") or one.head is None or one.head.many or one.source in asked:
            continue
        if changeable(one.leaf) and world.entity(pair.sender, one.entity).modified:
            return row
    return None


@changing(OUT_LATER)
def _change_later(changes: Changes, member: Member, label: str, _: int) -> None:
    """Change an outsider when it is there."""
    flag = deleted_flag(changes.world, member.pair)
    if label == MADE_IN and flag and changes.world.record(member.subject).get(flag) is True:
        delete(changes, member, member.subject, label)
    elif CHANGES.index(label) > CHANGES.index(MADE_IN):
        changes.everything(member, label, staying=True)


@changing(LED_TO)
def _lead(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Change what the record refers to, and never the record itself."""
    if turn == 0 and member.row is not None:
        changes.new_value(member, member.row.sources[0], label)
