"""Fill the arm in which several records could be the one that a binding links, and only one of them is."""

from __future__ import annotations

from signoff.agreement.abilities import changeable, clearable, handle, must_be_filled
from signoff.agreement.resolved import Linked, Pair
from signoff.expressions import walk
from signoff.model.linking import fitting
from signoff.record import Value, get, same_json
from signoff.rules.reading import id_of
from signoff.schema import Field, Type
from signoff.strategies.arms import Arms, Member
from signoff.strategies.changes import Changes, changing
from signoff.strategies.made import Made
from signoff.strategies.ranked import ranked
from signoff.strategies.sound import make_sound

ORDERED = ("latest", "first")
"""Picks that put the records in order."""


def fill_picked(arms: Arms) -> None:
    """Make the families of every binding that links one of several records by their order."""
    for pair in arms.world.agreement.pairs:
        if pair.linked is None or pair.linked.pick not in ORDERED:
            continue
        choice = _Choice(arms, pair, pair.linked)
        for index in range(arms.count):
            if pair.linked.where is not None or choice.order is not None:
                choice.narrowed(index)
            if choice.order is not None:
                choice.tied(index)


class _Choice:
    """Make families of one binding in which another record than the linked one lies near."""

    def __init__(self, arms: Arms, pair: Pair, linked: Linked) -> None:
        self.arms, self.world, self.pair, self.linked = arms, arms.world, pair, linked
        self.forward = -1 if linked.pick == "first" else 1
        asked = {used.name for used in walk.names(linked.where)}
        known = self.world.entity(pair.sender, linked.entity).field_at(linked.by) if linked.by else None
        able = known is not None and linked.by not in asked and changeable(known)
        self.order: Field | None = known if able and self._value(known, 0) is not None else None
        """The field by which the records are put in order, where people can say where one stands."""
        handles = [handle(self.world.agreement, pair, one) for row in pair.rows for one in row.sources]
        self.shown = {
            one.path: one.leaf
            for one in handles
            if one is not None and one.via == "linked" and one.path not in (linked.by, *asked)
        }
        """What rows read of the linked record: by these it is seen which one was taken."""

    def narrowed(self, index: int) -> None:
        """Make a family whose nearest record does not fulfil the condition, and one made out of order.

        Then the nearest comes to fulfil it, the last one moves to the front, and is the front one no more.
        """
        member = self.arms.add(self.pair, "picked", index=index, note="one of several")
        taken = self._first(member)
        nearest = self._beside(member, 1, [taken], fulfils=False) if self.linked.where is not None else None
        behind = self._beside(member, -1, [taken, *([nearest] if nearest else [])]) if self.order is not None else None
        self._made_in_order([one for one in (taken, nearest, behind) if one is not None])
        if nearest is None:
            assert behind is not None
            moves = [(behind, self._at(1)), (behind, self._at(2)), (behind, self._at(-1))]
        elif behind is None:
            moves = [(nearest, self._fulfilling(nearest, truth)) for truth in (True, False, True)]
        else:
            moves = [
                (nearest, self._fulfilling(nearest, True)),
                (behind, self._at(2)),
                (behind, self._fulfilling(behind, False)),
            ]
        member.steps = [[one] for one in moves]
        self._seen(member)

    def tied(self, index: int) -> None:
        """Make a family with two records at one place, and one that stands nowhere; then they pass each other."""
        member = self.arms.add(self.pair, "picked", index=index, note="two at one place")
        taken = self._first(member)
        level = self._beside(member, 0, [taken])
        made = [taken, level]
        if self._may_be_blank():
            made.append(self._beside(member, None, made))
        self._made_in_order(made)
        back = self._at(None if self._may_be_blank() else -1)
        member.steps = [[(taken, self._at(1))], [(level, self._at(1))], [(level, back)]]
        self._seen(member)

    def _first(self, member: Member) -> Made:
        """Return the record that is linked at first, at place 0; others that the population asks for stand behind."""
        world, side = self.world, self.pair.sender
        sight = world.looking()
        found = fitting(self.linked, sight.context(self.pair, member.subject.id))
        kind = world.entity(side, self.linked.entity)
        fits = [
            world.made[world.names[side, self.linked.entity, str(id_of(one.record[kind.id_field]))]] for one in found
        ]
        first = fits[0] if fits else self._child(member, True, {})
        for one in fits:
            self._put(one, self._at(0) if one is first else self._at(-9), {*self._decides(), self.linked.by})
        return first

    def _beside(self, member: Member, place: int | None, others: list[Made], fulfils: bool = True) -> Made:
        """Make one more record that refers to the subject, at a place, and with other values than the others have."""
        world = self.world
        made = self._child(member, fulfils, self._at(place))
        for path, leaf in self.shown.items():
            held = [get(world.record(one), path) for one in others]
            if leaf.type is not Type.REFERENCE and any(same_json(get(world.record(made), path), one) for one in held):
                good = self.arms.pools.of(made.side, made.entity, path).good
                free = [one for one in good if not any(same_json(one, other) for other in held)]
                free = free or [one for one in good if not same_json(one, held[0])]
                if free:
                    world.put(made, path, world.rng.choice(free))
        return made

    def _child(self, member: Member, fulfils: bool, changed: dict[str, Value]) -> Made:
        world = self.world
        start = len(world.order)
        way = world.way_to(self.pair, self.linked.where, fulfils, self.linked.entity)
        inner = {one.path: one.value for one in way if one.path}
        made = world.child(self.pair, member.subject, self.linked.entity, inner, False)
        self._put(made, changed, {*inner, self.linked.by})
        member.members += [name for name in world.order[start:] if name not in world.shared_names]
        return made

    def _put(self, made: Made, changed: dict[str, Value], fixed: set[str]) -> None:
        """Put a record at its place, after seeing that no place to which it may be moved makes it bad."""
        places = [self._at(one) for one in (-2, 2)] if self.order is not None else []
        for values in (*places, *places, changed):
            for path, value in values.items():
                self.world.put(made, path, value)
            make_sound(self.world, made, fixed)

    def _decides(self) -> set[str]:
        """Return every name on which it may hang that a record is linked, or that the population has its owner."""
        conditions = [self.linked.where, *(one.condition for one in self.pair.population)]
        return {used.name for one in conditions for used in walk.names(one)}

    def _made_in_order(self, made: list[Made]) -> None:
        """Have records made one after the other; of a first one the last made stands nearest."""
        names = [one.name for one in (made if self.forward > 0 else reversed(made))]
        self.arms.in_order += [(one, other) for at, one in enumerate(names) for other in names[at + 1 :]]

    def _at(self, place: int | None) -> dict[str, Value]:
        if self.order is None:
            return {}
        value = self._value(self.order, self.forward * place) if place is not None else None
        return {self.order.path: self.world.raw(self.pair.sender, self.order, value)}

    def _value(self, known: Field | None, place: int) -> object:
        return ranked(self.world, self.pair.sender, known, place) if known is not None else None

    def _fulfilling(self, made: Made, truth: bool) -> dict[str, Value]:
        way = self.world.way_to(self.pair, self.linked.where, truth, self.linked.entity)
        kind = self.world.entity(made.side, made.entity)
        found = {one.path: (kind.field_at(one.path), one.value) for one in way if one.path}
        return {
            path: self.world.raw(made.side, known, value)
            for path, (known, value) in found.items()
            if known is not None and changeable(known)
        }

    def _may_be_blank(self) -> bool:
        """Tell whether the field that gives the order can be blank without making its own record bad."""
        if self.order is None or not clearable(self.order):
            return False
        return not any(
            must_be_filled(row)
            for pair in self.world.agreement.pairs
            if (pair.sender, pair.source) == (self.pair.sender, self.linked.entity)
            for row in pair.rows
            if self.order.path in row.sources
        )

    def _seen(self, member: Member) -> None:
        """Keep the subject as one like any other where what was made takes it out of the population."""
        if not self.world.looking().in_scope(self.pair, member.subject.id):
            member.steps = []


@changing("picked")
def _picked(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Change what was planned for the phase."""
    for place, changed in member.steps[turn] if turn < len(member.steps) else ():
        changes.write(member, place, changed, label)
