"""Fill the arms in which the event of a change gets lost, so that only who asks its system finds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from signoff.agreement.abilities import changeable, handle
from signoff.agreement.resolved import BoundRow, Handle, Pair
from signoff.expressions.walk import names
from signoff.record import get, same_json
from signoff.schema import Events, Type
from signoff.strategies.arms import Arms, Member
from signoff.strategies.bothways import enter_there
from signoff.strategies.changes import CHANGES, Changes, changing
from signoff.strategies.entering import MADE_IN
from signoff.strategies.script import CHANGED, CHANGED_THERE, MADE, Plan

LOST, LOST_THERE = "event lost", "event lost there"
"""Arms: the event of a record that is sent is lost; the event of an edit of its partner is lost."""

WHEN_MADE, WHEN_CHANGED, WHEN_MADE_LATER = "when it is made", "when it changes", "when it is made later"
_LOST: Mapping[str, frozenset[str]] = {
    WHEN_MADE: frozenset({MADE}),
    WHEN_CHANGED: frozenset({CHANGED}),
    WHEN_MADE_LATER: frozenset({MADE, CHANGED}),
}


def fill_unheard(arms: Arms) -> None:
    """Make the families of which nobody hears, for each binding that starts in a system whose events may be lost."""
    for pair in arms.world.agreement.pairs:
        for starts in (pair, pair.back if pair.either else None):
            if starts is not None and _may_be_lost(arms, starts):
                _lost(arms, starts)
        if pair.back is not None and _may_be_lost(arms, pair.back) and _entered(pair):
            arms.add(pair, LOST_THERE).unheard = frozenset({CHANGED_THERE})


def _may_be_lost(arms: Arms, pair: Pair) -> bool:
    return arms.world.agreement.schemas[pair.sender].events is Events.MAY_BE_LOST


def _lost(arms: Arms, pair: Pair) -> None:
    for index, (note, kinds) in enumerate(_LOST.items()):
        member = arms.add(pair, LOST, index=index, statement=pair.statement("arrive"), note=note)
        member.unheard = kinds
        if note == WHEN_MADE_LATER:
            member.made_in = dict.fromkeys([*member.members, member.subject.name], MADE_IN)


def _entered(pair: Pair) -> list[BoundRow]:
    """Return the rows whose receiving fields people may edit so that it goes back."""
    return [
        row
        for row in pair.rows
        if row.both_ways
        and row.target_field is not None
        and changeable(row.target_field)
        and row.target_field.type is not Type.REFERENCE
    ]


def unheard(plans: Sequence[Plan], families: Sequence[Member]) -> list[Plan]:
    """Return plans in which the event of each operation is lost of which its family says so."""
    kinds = {name: one.unheard for one in families if one.unheard for name in (*one.members, one.subject.name)}
    return [replace(one, unheard=True) if one.kind in kinds.get(one.name, ()) else one for one in plans]


@changing(LOST)
def _change(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Change the record twice; one that is made later, once it is there."""
    if CHANGES.index(label) > CHANGES.index(MADE_IN) if member.note == WHEN_MADE_LATER else turn < 2:
        _everything(changes, member, label)


def _everything(changes: Changes, member: Member, label: str) -> None:
    """Change a record so that every row gives another value: with few families, one that gives the same is missed."""
    world, pair, subject = changes.world, member.pair, member.subject
    rows = [(row, one) for row in pair.rows if (one := _own(changes, pair, row)) is not None]
    context = world.looking().context(pair, subject.id)
    before = {row.statement: row.rule.value(context) for row, _ in rows if row.rule is not None}
    changes.everything(member, label, staying=True)
    changed = [(row, one) for row, one in rows if one.path not in pair.entity.unique]
    for row, one in changed:
        held = get(world.record(subject), one.path)
        for value in (held, *changes.pools.of(pair.sender, one.entity, one.path).good):
            world.put(subject, one.path, value)
            context = world.looking().context(pair, subject.id)
            told = row.rule is not None and row.rule.value(context) != before[row.statement]
            world.put(subject, one.path, held)
            if told:
                changes.write(member, subject, {} if same_json(value, held) else {one.path: value}, label)
                break


def _own(changes: Changes, pair: Pair, row: BoundRow) -> Handle | None:
    """Return the one field of the record itself that a row reads, if people may change it and no condition asks it."""
    one = handle(changes.world.agreement, pair, row.sources[0]) if len(row.sources) == 1 else None
    asked = {used.name for condition in changes.world.conditions(pair) for used in names(condition)}
    plain = row.rule is not None and one is not None and one.via == "" and one.leaf.type is not Type.REFERENCE
    return one if one is not None and plain and changeable(one.leaf) and one.path not in asked else None


@changing(LOST_THERE)
def _change_there(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Let people of the receiving system change everything that goes back, at once."""
    for row in _entered(member.pair) if turn < 2 else ():
        enter_there(changes, member, row, label)
