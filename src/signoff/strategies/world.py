"""Draft worlds that know populations: a record in scope comes with whatever its conditions ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from signoff.agreement.abilities import handle
from signoff.agreement.resolved import Agreement, Pair, PopulationCase
from signoff.agreement.words import entity_words
from signoff.expressions import tree as t
from signoff.expressions.tree import Condition
from signoff.model.sight import Sight
from signoff.record import Path, Value, blank, get, with_value
from signoff.rules.context import entity_named
from signoff.rules.reading import breaks, unbounded
from signoff.rules.rule import Rule
from signoff.schema import Field, Side, Type
from signoff.strategies.draft import SHARED, Draft
from signoff.strategies.formed import in_form
from signoff.strategies.made import Filled, Made
from signoff.strategies.ranked import AHEAD, ranked
from signoff.strategies.shapes import listed
from signoff.strategies.sound import make_sound
from signoff.strategies.witness import Demand, Way, Witness, consistent, settled

SHAPED = (Type.EMAIL, Type.PHONE, Type.STATE, Type.COUNTRY)
"""Types of texts that not every text is one of."""


class World(Draft):
    """Draft a world that knows populations: a record in scope comes with whatever its conditions ask for."""

    def __init__(self, agreement: Agreement, seed: int, now: datetime) -> None:
        super().__init__(agreement, seed, now)
        today = now.astimezone(ZoneInfo(agreement.integration.zone)).date()
        self.today = today
        self._witness = {side: Witness(self.finder(side), today, agreement.integration.settings) for side in Side}
        self._passing = {
            side: Witness(self.finder(side), today, agreement.integration.settings, passing=True) for side in Side
        }
        self._ways: dict[str, list[Way]] = {}
        self._fitted: dict[tuple[Side, str, str], list[Made]] = {}
        self.coming_late: dict[str, bool] = {}
        """What `late` has worked out, by binding."""
        self.several: dict[str, list[Rule]] = {}
        """What `mending` has worked out, by binding."""
        self.judging: dict[tuple[Side, str], list[Pair]] = {}
        """What `sound` has worked out, by side and entity."""
        self.own_conditions: dict[str, list[Condition]] = {}
        """What `sound` has worked out, by binding."""
        self._limited: dict[int, tuple[Field, bool]] = {}
        """Whether a field has any limits, by the field itself."""
        self.allows: Callable[[Pair, Way], bool] = lambda _pair, _way: True
        """Tells whether a way asks for good values only; known as soon as there are pools."""

    def finder(self, side: Side) -> Callable[[str, str], Field | None]:
        """Return a function that finds the field of a side's entity by its name, with the words of its value table."""
        schema = self.agreement.schemas[side]
        tables = listed(self.agreement)
        said = entity_words(self.agreement.integration, side)

        def find(entity: str, name: str) -> Field | None:
            entity = entity if entity in schema.entities else said.get(" ".join(entity.lower().split()), entity)
            found = located(entity, name)
            words = tables.get((side, entity, name), ())
            return replace(found, choices=words) if found is not None and words else found

        def located(entity: str, name: str) -> Field | None:
            here = schema.entities.get(entity)
            for segment in Path.parse(name).segments:
                found = here.fields.get(segment.name) if here is not None else None
                if found is None:
                    return None
                if found.type is Type.REFERENCE:
                    here = schema.entities.get(found.entity)
                elif found.fields:
                    return here.field_at(name) if here is not None else None
            return found

        return find

    def ways(self, pair: Pair, case: PopulationCase | None) -> list[Way]:
        """Return ways to make a record fall into a population case: its own condition true, all earlier ones false."""
        if case is None:
            return [()]
        key = case.statement
        if key not in self._ways:
            fitting = self.into(pair, case, self._witness[pair.sender])
            good = [way for way in fitting if self.allows(pair, way)] if case.reaches else []
            self._ways[key] = good or fitting or [()]
        return self._ways[key]

    def sole_ways(self, pair: Pair, case: PopulationCase, later: PopulationCase | None = None) -> list[Way]:
        """Return ways into a case that keeps a record out, such that without this row it would reach the other side.

        Whoever would stay out anyway shows nothing of the row. `later`: by which row below; the first that lets in.
        """
        at = pair.population.index(case)
        later = later or next((one for one in pair.population[at + 1 :] if one.reaches), None)
        if case.reaches or case.condition is None or later is None:
            return []
        witness = self._witness[pair.sender]
        found: list[Way] = [()]
        for one in pair.population[: pair.population.index(later) + 1]:
            if one.condition is not None:
                more = witness.ways(one.condition, one is case or one is later, pair.source)
                found = [settled((*first, *second)) for first in found for second in more][:64]
        return [way for way in found if consistent(way)]

    def into(self, pair: Pair, case: PopulationCase, witness: Witness) -> list[Way]:
        """Return the ways into a population case that a witness finds: the rows above it do not hold, its own does."""
        found: list[Way] = [()]
        above: list[Condition] = []
        for one in pair.population:
            if one.condition is None:
                break
            truth = one is case
            more = witness.ways(_left_over(one.condition, above) if truth else one.condition, truth, pair.source)
            above.append(one.condition)
            found = [settled((*first, *second)) for first in found for second in more][:64]
            if truth:
                break
        return [way for way in found if consistent(way)]

    def ways_of(self, pair: Pair, condition: Any, truth: bool) -> list[Way]:
        """Return ways to make any condition true or false for a record of a binding."""
        return [way for way in self._witness[pair.sender].ways(condition, truth, pair.source) if consistent(way)] or [
            ()
        ]

    def ways_on(self, pair: Pair, condition: Condition, truth: bool) -> list[Way]:
        """Return ways to make a row's condition true or false, on the boundaries of passing days as well."""
        return [way for way in self._passing[pair.sender].ways(condition, truth, pair.source) if consistent(way)]

    def in_scope(self, pair: Pair) -> Made:
        """Make a record that reaches the other side; also used for shared parents."""
        case = pair.usual
        ways = self.ways(pair, case)
        return self.make(pair, ways[0], {}, later=True)

    def compose(self, side: Side, entity: str, overrides: Mapping[str, Any], depth: int = 0) -> Made:
        """Add a record as a draft does, and none that a bad-data table calls bad by a condition."""
        made = super().compose(side, entity, overrides, depth)
        make_sound(self, made, overrides)
        return made

    def looking(self) -> Sight:
        """Return a sight of the draft that is made once; nothing is known of its records, but who belongs to whom."""
        self._linking = self._linking or self.sight()
        self._linking.forget()
        return self._linking

    def make(
        self, pair: Pair, way: Way, overrides: Mapping[str, Any], own: Sequence[str] = (), later: bool = False
    ) -> Made:
        """Make a record with what a way demands. `own` are references for which it gets a parent of its own."""
        side = pair.sender
        kind = self.entity(side, pair.source)
        fields: dict[str, Any] = {}
        children: list[Demand] = []
        delete = False
        through: dict[str, dict[str, Any]] = {}
        beside: dict[str, Any] = {}
        for demand in way:
            if demand.child:
                children.append(demand)
            elif demand.path == kind.deleted_flag:
                delete = delete or bool(demand.value)
            else:
                found = handle(self.agreement, pair, demand.path)
                if found is None:
                    continue
                if found.via == "":
                    fields[found.path] = self.raw(side, found.leaf, demand.value)
                elif found.via != "linked":
                    through.setdefault(found.via, {})[found.path] = self.raw(side, found.leaf, demand.value)
                elif not breaks(found.leaf, self.raw(side, found.leaf, demand.value)):
                    beside[found.path] = demand.value
        for via in own:
            through.setdefault(via, {})
        for via, inner in through.items():
            head = kind.field_at(via)
            if head is not None and via not in fields:
                parent = (
                    self._parent(side, head.entity, inner) if via in own else self.fitting(side, head.entity, inner)
                )
                fields[via] = self.reference(head, parent)
        made = self.compose(side, pair.source, {**fields, **overrides})
        self._children(pair, made, children, later, beside)
        if delete:
            self.extra_seed.append(("delete", made))
            self.record(made)[kind.deleted_flag] = True
        self.stub(pair, made)
        return made

    def fitting(self, side: Side, entity: str, inner: Mapping[str, Any]) -> Made:
        """Return a shared parent with what a way asks of it; a few of each kind, so that not all have the same."""
        known = self._fitted.setdefault((side, entity, repr(sorted(inner.items()))), [])
        if len(known) < SHARED:
            start = len(self.order)
            known.append(self._parent(side, entity, inner))
            self.shared_names.update(self.order[start:])
            return known[-1]
        return self.rng.choice(known)

    def _parent(self, side: Side, entity: str, inner: Mapping[str, Any]) -> Made:
        pair = next((one for one in self.agreement.pairs if one.sender is side and one.source == entity), None)
        if pair is None:
            return self.compose(side, entity, inner, depth=1)
        case = pair.usual
        for way in self.ways(pair, case):
            wanted = tuple(one for one in way if one.child or one.path not in inner)
            return self.make(pair, wanted, inner)
        return self.compose(side, entity, inner, depth=1)

    def _children(
        self, pair: Pair, made: Made, demands: Sequence[Demand], later: bool, beside: Mapping[str, Any]
    ) -> None:
        """Make the records that refer to a new one: those demanded, and the one that the binding links.

        `beside` is what that one has to hold.
        """
        linked = pair.linked
        done = False
        for demand in demands:
            inner = {one.path: one.value for one in demand.inner if one.path}
            entity = demand.child
            schema = self.agreement.schemas[pair.sender]
            words = entity_words(self.agreement.integration, pair.sender)
            name = entity_named(schema, " ".join(entity.split()), words)
            done = done or (linked is not None and linked.entity == name)
            inner |= beside if linked is not None and linked.entity == name else {}
            self.child(pair, made, name, inner, later, demand.by)
        if linked is not None and not done and not demands:
            where = self._witness[pair.sender].ways(linked.where, True, linked.entity)[0] if linked.where else ()
            self.child(pair, made, linked.entity, {**{one.path: one.value for one in where}, **beside}, later)

    def child(self, pair: Pair, made: Made, entity: str, inner: Mapping[str, Any], later: bool, by: str = "") -> Made:
        """Make a record that refers to another; `later`: so that a binding links it, by its order.

        `by` names the reference, "" for the first one.
        """
        side = pair.sender
        kind = self.entity(side, entity)
        references = self.agreement.schemas[side].references_to(entity, pair.source)
        named = [one for one in references if by in (one.path, one.name, one.label)]
        reference = (named or references)[0]
        fields: dict[str, Any] = {reference.path: self.reference(reference, made)}
        for path, value in inner.items():
            known = kind.field_at(path)
            if known is not None:
                fields[path] = self.raw(side, known, value)
        linked = pair.linked
        if later and linked is not None and linked.by and linked.by not in fields:
            known = kind.field_at(linked.by)
            if known is not None:
                # A shared parent's own linked record stays the one that is linked, whatever else comes to refer to it.
                ahead = ranked(self, side, known, -AHEAD if linked.pick == "first" else AHEAD)
                fields |= {linked.by: self.raw(side, known, ahead)} if ahead is not None else {}
        child = self.compose(side, entity, fields, depth=1)
        other = next((one for one in self.agreement.pairs if one.sender is side and one.source == entity), None)
        if other is not None:
            self.stub(other, child)
        return child

    def raw(self, side: Side, field: Field, typed: Any) -> Value:
        """Return a typed value as the record of a system holds it; one of its own where it only has to be filled."""
        if isinstance(typed, Filled) and (field.type in SHAPED or breaks(field, str(typed))):
            return self.entered(side, field)
        return super().raw(side, field, typed)

    def distinct(self, side: Side, entity: str, field: Field, used: Mapping[str, Any]) -> Value:
        """Return a plain raw value that no other field of the record has, and that its own system takes."""
        value = super().distinct(side, entity, field, used)
        known = self._limited.get(id(field))
        if known is None or known[0] is not field:
            known = self._limited[id(field)] = (field, not unbounded(field))
        return self.entered(side, field) if known[1] and breaks(field, value) else value

    def counterpart(self, pair: Pair, made: Made) -> Made:
        """Return the stub of a record on the receiving side, with every field filled that people may change there."""
        side, name = pair.sender.other, f"p{made.id}"
        kind = self.entity(side, pair.target)
        record = self.records[side][pair.target].get(name, {kind.id_field: name})
        link = pair.link[1] if pair.link is not None else ""
        for path in self.filled(side, pair.target):
            if path == link and not blank(get(record, path)):
                continue  # by it the two records belong together, and what is tried on a stranger shows nothing
            known = kind.field_at(path)
            if known is not None and not known.technical and not known.read_only and known.type is not Type.REFERENCE:
                record = with_value(record, path, self.distinct(side, pair.target, known, record))
        self.records[side][pair.target][name] = record
        return Made(f"partner of {made.name}", side, pair.target, name)

    def put(self, place: Made, path: str, value: Value) -> None:
        """Set one field of a drafted record; the record is replaced, never changed in place."""
        records = self.records[place.side][place.entity]
        records[place.id] = with_value(records[place.id], path, value)

    def entered(self, side: Side, one: Field) -> Value:
        """Return a value that people of a system might enter themselves; None when none is found."""
        for _ in range(30):
            if one.type is Type.PHONE:
                value: Value = self.people.number()
            elif one.type is Type.STATE:
                value = self.people.state_code()
            elif one.type is Type.COUNTRY:
                value = self.rng.choice(("CA", "MX", "PL", "IE"))
            else:
                value = self.raw(side, one, self.people.plain(one))
            value = [value] if one.many else value
            if not breaks(one, value):
                return value
        asked = in_form(one, self.rng, 12)
        if not asked:
            return None
        value = self.rng.choice(asked)
        return [value] if one.many else value

    def way_to(self, pair: Pair, condition: Condition | None, truth: bool, entity: str = "", turn: int = 0) -> Way:
        """Return the simplest way to make a condition true or false; nothing is demanded where there is none.

        `turn`: the next one after it, and so on, and round.
        """
        if condition is None:
            return ()
        found = self._witness[pair.sender].ways(condition, truth, entity or pair.source)
        return found[turn % len(found)]


def _left_over(condition: Condition, above: Sequence[Condition]) -> Condition:
    """Return a condition about a record that refers to this one, which then is none that a row above asks for."""
    if not isinstance(condition, t.Quantified) or condition.quantifier != "some" or condition.condition is None:
        return condition
    taken = [
        t.Not(one.condition)
        for one in above
        if isinstance(one, t.Quantified)
        and (one.quantifier, one.entity, one.by) == ("some", condition.entity, condition.by)
        and one.condition is not None
    ]
    return replace(condition, condition=t.And((condition.condition, *taken))) if taken else condition
