"""Fill the arm in which several records could be the one that a binding links, and only one of them is."""

from __future__ import annotations

from signoff.agreement.abilities import changeable, clearable, handle, must_be_filled
from signoff.agreement.resolved import Linked, Pair
from signoff.expressions import walk
from signoff.expressions.tree import And
from signoff.model.linking import fitting
from signoff.record import Value, get, same_json
from signoff.rules.reading import id_of
from signoff.schema import Field, Type
from signoff.strategies.arms import Arms, Member
from signoff.strategies.changes import Changes, changing
from signoff.strategies.made import Made
from signoff.strategies.ranked import ranked
from signoff.strategies.sound import make_sound


def fill_picked(arms: Arms) -> None:
    """Make the families of every binding that links one of several records."""
    for pair in arms.world.agreement.pairs:
        if pair.linked is None:
            continue
        choice = _Choice(arms, pair, pair.linked)
        if pair.linked.pick == "only":
            for index in range(arms.count):
                choice.too_many(index)
                choice.alone(index)
            continue
        parts = len(pair.linked.where.parts) if isinstance(pair.linked.where, And) else 1
        for index in range(max(arms.count, parts)):
            if pair.linked.where is not None or choice.order is not None:
                choice.narrowed(index)
            if choice.order is not None and index < arms.count:
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

        Then the nearest comes to fulfil it, the last one moves to the front, and is the front one no more. Where there
        is no order but that of ids, one after the other ceases to fulfil it, and none is linked.
        """
        member = self.arms.add(self.pair, "picked", index=index, note="one of several")
        taken = self._first(member)
        nearest = self._beside(member, 1, [taken], fulfils=False, turn=index) if self._narrows() else None
        behind = self._beside(member, -1, [taken, *([nearest] if nearest else [])]) if self.order is not None else None
        self._made_in_order([one for one in (taken, nearest, behind) if one is not None])
        if nearest is None:
            assert behind is not None
            moves = [(behind, self._at(1)), (behind, self._at(2)), (behind, self._at(-1))]
        elif behind is None:
            moves = [
                (nearest, self._fulfilling(nearest, True)),
                (taken, self._fulfilling(taken, False, index)),
                (nearest, self._fulfilling(nearest, False, index + 1)),
            ]
        else:
            moves = [
                (nearest, self._fulfilling(nearest, True)),
                (behind, self._at(2)),
                (behind, self._fulfilling(behind, False)),
            ]
        member.steps = [[one] for one in moves]
        self._seen(member)

    def too_many(self, index: int) -> None:
        """Make a family with two records where there is to be one, so that it is held back; then one, two and one."""
        member = self.arms.add(self.pair, "picked", index=index, note="two where there is to be one")
        second = self._beside(member, None, [self._first(member)])
        if self._narrows():
            moves = [(second, self._fulfilling(second, truth, index)) for truth in (False, True, False)]
        else:
            moves = [(second, self._let_go(second))]
        member.steps = [[one] for one in moves if one[1]]
        self._seen(member)

    def alone(self, index: int) -> None:
        """Make a family with one record and another that does not count, then does, until the first does not."""
        if not self._narrows():
            return
        member = self.arms.add(self.pair, "picked", index=index, note="one where there is to be one")
        taken = self._first(member)
        other = self._beside(member, None, [taken], fulfils=False, turn=index)
        member.steps = [[(other, self._fulfilling(other, True))], [(taken, self._fulfilling(taken, False, index))]]
        self._seen(member)

    def _narrows(self) -> bool:
        return self.linked.where is not None

    def _let_go(self, made: Made) -> dict[str, Value]:
        """Return a change after which a record refers to the subject no more; nothing where it has to."""
        schema = self.world.agreement.schemas[made.side]
        reference = schema.references_to(made.entity, self.pair.source)[0]
        return {reference.path: None} if clearable(reference) and not reference.many else {}

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

    def _beside(
        self, member: Member, place: int | None, others: list[Made], fulfils: bool = True, turn: int = 0
    ) -> Made:
        """Make one more record that refers to the subject, at a place, and with other values than the others have."""
        world = self.world
        made = self._child(member, fulfils, self._at(place), turn)
        for path, leaf in self.shown.items():
            held = [get(world.record(one), path) for one in others]
            if leaf.type is not Type.REFERENCE and any(same_json(get(world.record(made), path), one) for one in held):
                good = self.arms.pools.of(made.side, made.entity, path).good
                free = [one for one in good if not any(same_json(one, other) for other in held)]
                free = free or [one for one in good if not same_json(one, held[0])]
                if free:
                    world.put(made, path, world.rng.choice(free))
        return made

    def _child(self, member: Member, fulfils: bool, changed: dict[str, Value], turn: int = 0) -> Made:
        world = self.world
        start = len(world.order)
        way = world.way_to(self.pair, self.linked.where, fulfils, self.linked.entity, turn)
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

    def _fulfilling(self, made: Made, truth: bool, turn: int = 0) -> dict[str, Value]:
        way = self.world.way_to(self.pair, self.linked.where, truth, self.linked.entity, turn)
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
