"""Fill the arms of the rehearsal with families: who is made, and what happens to them in which phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from signoff.agreement.abilities import (
    can_blank,
    can_change,
    changeable,
    clearable,
    editable_target,
    handle,
    must_be_filled,
)
from signoff.agreement.resolved import Agreement, BoundRow, Handle, Pair, PopulationCase
from signoff.chart import Flow
from signoff.record import Path, Value, blank, get, same_json, with_value
from signoff.rules.reading import breaks
from signoff.schema import Field, Side, Type
from signoff.strategies.draft import Draft, Made, top_level
from signoff.strategies.people import canary
from signoff.strategies.pools import Pool, Pools, place_of
from signoff.strategies.script import FamilyPlan, Plan
from signoff.strategies.witness import Demand, Way, Witness

FAMILIES = {"quick": 1, "standard": 2, "thorough": 4}
"""Families of each kind for each row, by effort."""

CHANGES = ("first", "second")


@dataclass(slots=True)
class Member:
    """Hold one family while it is being made."""

    pair: Pair
    subject: Made
    arm: str
    statement: str = ""
    members: list[str] = field(default_factory=list)
    note: str = ""
    row: BoundRow | None = None
    index: int = 0
    broken: Handle | None = None


class World(Draft):
    """Draft a world that knows populations: a record in scope comes with whatever its conditions ask for."""

    def __init__(self, agreement: Agreement, seed: int, now: datetime) -> None:
        super().__init__(agreement, seed, now)
        today = now.astimezone(ZoneInfo(agreement.integration.zone)).date()
        self.today = today
        self._witness = {side: Witness(self._field_finder(side), today) for side in Side}
        self._ways: dict[str, list[Way]] = {}

    def _field_finder(self, side: Side) -> Any:
        schema = self.agreement.schemas[side]

        def find(entity: str, name: str) -> Field | None:
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
            found: list[Way] = [()]
            for one in pair.population:
                if one.condition is None:
                    break
                truth = one is case
                more = self._witness[pair.sender].ways(one.condition, truth, pair.source)
                found = [(*first, *second) for first in found for second in more][:64]
                if truth:
                    break
            self._ways[key] = [way for way in found if _consistent(way)] or [()]
        return self._ways[key]

    def ways_of(self, pair: Pair, condition: Any, truth: bool) -> list[Way]:
        """Return ways to make any condition true or false for a record of a binding."""
        return [way for way in self._witness[pair.sender].ways(condition, truth, pair.source) if _consistent(way)] or [
            ()
        ]

    def in_scope(self, pair: Pair) -> Made:
        """Make a record that reaches the other side; also used for shared parents."""
        case = next((one for one in pair.population if one.reaches), None)
        ways = self.ways(pair, case)
        return self.make(pair, ways[0], {}, later=True)

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
        for via in own:
            through.setdefault(via, {})
        for via, inner in through.items():
            head = kind.field_at(via)
            if head is not None and via not in fields:
                parent = self._parent(side, head.entity, inner)
                fields[via] = self.reference(head, parent)
        made = self.compose(side, pair.source, {**fields, **overrides})
        self._children(pair, made, children, later)
        if delete:
            self.extra_seed.append(("delete", made))
            self.record(made)[kind.deleted_flag] = True
        self.stub(pair, made)
        return made

    def _parent(self, side: Side, entity: str, inner: Mapping[str, Any]) -> Made:
        pair = next((one for one in self.agreement.pairs if one.sender is side and one.source == entity), None)
        if pair is None:
            return self.compose(side, entity, inner, depth=1)
        case = next((one for one in pair.population if one.reaches), None)
        for way in self.ways(pair, case):
            wanted = tuple(one for one in way if one.child or one.path not in inner)
            return self.make(pair, wanted, inner)
        return self.compose(side, entity, inner, depth=1)

    def _children(self, pair: Pair, made: Made, demands: Sequence[Demand], later: bool) -> None:
        """Make the records that refer to a new one: those demanded, and the one that the binding links."""
        linked = pair.linked
        done = False
        for demand in demands:
            inner = {one.path: one.value for one in demand.inner if one.path}
            entity = demand.child
            schema = self.agreement.schemas[pair.sender]
            name = entity if entity in schema.entities else entity.title()
            if linked is not None and linked.entity.lower() == entity.lower():
                name = linked.entity
                done = True
            self._child(pair, made, name, inner, later)
        if linked is not None and not done and not demands:
            where = self._witness[pair.sender].ways(linked.where, True, linked.entity)[0] if linked.where else ()
            self._child(pair, made, linked.entity, {one.path: one.value for one in where}, later)

    def _child(self, pair: Pair, made: Made, entity: str, inner: Mapping[str, Any], later: bool) -> Made:
        side = pair.sender
        kind = self.entity(side, entity)
        reference = self.agreement.schemas[side].references_to(entity, pair.source)[0]
        fields: dict[str, Any] = {reference.path: self.reference(reference, made)}
        for path, value in inner.items():
            known = kind.field_at(path)
            if known is not None:
                fields[path] = self.raw(side, known, value)
        linked = pair.linked
        if later and linked is not None and linked.by and linked.by not in fields:
            known = kind.field_at(linked.by)
            if known is not None:
                # A shared parent's own linked record stays the latest, whatever else comes to refer to it.
                fields[linked.by] = self.raw(side, known, self.today.replace(year=self.today.year + 3, day=1))
        child = self.compose(side, entity, fields, depth=1)
        other = next((one for one in self.agreement.pairs if one.sender is side and one.source == entity), None)
        if other is not None:
            self.stub(other, child)
        return child


def _consistent(way: Way) -> bool:
    seen: dict[str, Any] = {}
    for one in way:
        if one.path:
            if one.path in seen and seen[one.path] != one.value:
                return False
            seen[one.path] = one.value
    return True


class Arms:
    """Make every family of an agreement, then walk them through the phases."""

    def __init__(self, world: World, pools: Pools, effort: str) -> None:
        self._world = world
        self._pools = pools
        self._count = FAMILIES[effort]
        self.families: list[Member] = []
        self.plans: dict[str, list[Plan]] = {label: [] for label in CHANGES}

    # Making families

    def fill(self) -> None:
        """Make all families of all bindings; records are drafted, nothing has changed yet."""
        for pair in self._world.agreement.pairs:
            self._still(pair)
            for row in pair.rows:
                if row.rule is not None:
                    self._row(pair, row)
            self._values(pair)
            self._whole(pair)
            self._hazards(pair)
            self._bad(pair)
            self._population(pair)

    def _add(
        self,
        pair: Pair,
        arm: str,
        row: BoundRow | None = None,
        overrides: Mapping[str, Any] | None = None,
        own: Sequence[str] = (),
        index: int = 0,
        way: Way | None = None,
        statement: str = "",
        broken: Handle | None = None,
        note: str = "",
    ) -> Member:
        world = self._world
        if way is None:
            case = next((one for one in pair.population if one.reaches), None)
            ways = world.ways(pair, case)
            way = ways[index % len(ways)]
            if row is not None and row.rule is not None and row.rule.modifiers.only_when is not None:
                way = (*way, *world.ways_of(pair, row.rule.modifiers.only_when, True)[0])
            if row is not None and row.branch:
                way = (*way, *world.ways_of(pair, world.agreement.branches[row.branch], True)[0])
        start = len(world.order)
        made = world.make(pair, way, overrides or {}, own)
        self._good(pair, made, overrides or {}, way)
        found = Member(
            pair, made, arm, statement or (row.statement if row else ""), world.order[start:], note, row, index, broken
        )
        self.families.append(found)
        return found

    def _good(self, pair: Pair, made: Made, overrides: Mapping[str, Any], way: Way) -> None:
        """Replace every value that the agreement calls bad by a good one, unless it was asked for."""
        fixed = set(overrides) | {one.path for one in way}
        for row in pair.rows:
            for source in row.sources:
                one = handle(self._world.agreement, pair, source)
                if one is None or one.leaf.type is Type.REFERENCE or one.leaf.technical or one.leaf.read_only:
                    continue
                if (one.via == "" and one.path in fixed) or (one.via != "" and one.via in fixed):
                    continue
                place = place_of(self._world, made, one)
                if place is None:
                    continue
                pool = self._pools.of(pair.sender, one.entity, one.path)
                record = self._world.record(place)
                held = get(record, one.path)
                if (
                    pool.good
                    and not any(same_json(held, known) for known in pool.good)
                    and self._poor(pool, held, one.leaf)
                ):
                    used = [value for _, value in record.items()]
                    choices = [value for value in pool.good if value not in used] or pool.good
                    self._put(place, one.path, self._world.rng.choice(choices))

    @staticmethod
    def _poor(pool: Pool, held: Value, leaf: Field) -> bool:
        """Tell whether a value was found bad, or may be: choices and numbers not known to be good."""
        known_bad = any(same_json(held, one) for values in pool.bad.values() for one in values)
        return known_bad or bool(leaf.choices) or leaf.type in (Type.NUMBER, Type.INTEGER)

    def _put(self, place: Made, path: str, value: Value) -> None:
        records = self._world.records[place.side][place.entity]
        records[place.id] = with_value(records[place.id], path, value)

    def _own(self, pair: Pair, row: BoundRow) -> list[str]:
        """Return the references of a row for which a family needs a parent of its own, to edit it."""
        found = []
        for source in row.sources:
            one = handle(self._world.agreement, pair, source)
            if one is not None and one.via not in ("", "linked") and one.head is not None and not one.head.many:
                found.append(one.via)
        return list(dict.fromkeys(found))

    def _still(self, pair: Pair) -> None:
        for index in range(2 + self._count):
            self._add(pair, "still", index=index)

    def _row(self, pair: Pair, row: BoundRow) -> None:
        agreement = self._world.agreement
        own = self._own(pair, row)
        if can_change(agreement, pair, row):
            for index in range(max(self._count, len(row.sources) if len(row.sources) <= 3 else 2)):
                self._add(pair, "one field", row, own=own, index=index)
            if own or any(source.startswith(f"{pair.linked.entity}.") for source in row.sources if pair.linked):
                self._add(pair, "replaced", row, own=own)
        if can_blank(agreement, pair, row):
            arm = "became bad" if must_be_filled(row) else "blanked"
            for index in range(self._count):
                self._add(pair, arm, row, own=own, index=index)
            if len(row.sources) > 1:
                self._add(pair, "first blanked", row, own=own)
        if row.rule is not None and row.rule.modifiers.only_when is not None:
            for way in self._world.ways_of(pair, row.rule.modifiers.only_when, False)[:2]:
                case = next((one for one in pair.population if one.reaches), None)
                self._add(
                    pair, "still", row, way=(*self._world.ways(pair, case)[0], *way), note="condition does not hold"
                )

    def _values(self, pair: Pair) -> None:
        for row in pair.rows:
            if row.rule is None or not row.rule.table or len(row.sources) != 1:
                continue
            one = handle(self._world.agreement, pair, row.sources[0])
            if one is None or one.via != "":
                continue
            pool = self._pools.of(pair.sender, one.entity, one.path)
            for index, (statement, values) in enumerate(pool.rows.items()):
                for turn in range(self._count):
                    self._add(
                        pair,
                        "value",
                        row,
                        {one.path: values[turn % len(values)]},
                        index=index,
                        statement=statement,
                    )

    def _whole(self, pair: Pair) -> None:
        for arm in ("all fields", "other side", "kept"):
            for index in range(1 + self._count):
                self._add(pair, arm, index=index)
        for row in {row.branch: row for row in pair.rows if row.branch}.values():
            for index in range(self._count):
                self._add(pair, "other side", row, index=index)
        for row in pair.protected:
            if row.flow is Flow.NEVER and row.field is not None and changeable(row.field) and row.side is pair.sender:
                for index in range(self._count):
                    self._add(pair, "never only", row, index=index)

    def _hazards(self, pair: Pair) -> None:
        edges: dict[str, list[Value]] = {}
        for row in pair.rows:
            for source in row.sources:
                one = handle(self._world.agreement, pair, source)
                if one is not None and one.via == "" and not (one.leaf.technical or one.leaf.read_only):
                    found = self._pools.of(pair.sender, one.entity, one.path).edges
                    if found and not one.leaf.choices:
                        edges[one.path] = found
        most = max((len(one) for one in edges.values()), default=0)
        for turn in range(most):
            overrides: dict[str, Value] = {}
            for path, found in edges.items():
                value = found[turn % len(found)]
                if value not in overrides.values() and not (turn >= len(found) and self._unique(pair, path)):
                    overrides[path] = value
            self._add(pair, "hazard", overrides=overrides, index=turn)

    def _unique(self, pair: Pair, path: str) -> bool:
        return path in pair.entity.unique

    def _bad(self, pair: Pair) -> None:
        for row in pair.rows:
            for source in row.sources:
                one = handle(self._world.agreement, pair, source)
                if one is None or one.via != "" or one.leaf.type is Type.REFERENCE:
                    continue
                values = self._pools.of(pair.sender, one.entity, one.path).bad.get(row.statement, [])
                for value in values[: 1 + self._count]:
                    self._add(pair, "held", row, {one.path: value}, broken=one)
                if values and changeable(one.leaf):
                    self._add(pair, "turned bad", row, broken=one, index=len(values))
        self._nowhere(pair)

    def _nowhere(self, pair: Pair) -> None:
        """Make records whose required reference leads to a record that nobody will ever bring over."""
        world = self._world
        for row in pair.rows:
            if not must_be_filled(row) or len(row.sources) != 1:
                continue
            one = handle(world.agreement, pair, row.sources[0])
            if one is None or one.via != "" or one.leaf.type is not Type.REFERENCE or one.leaf.many:
                continue
            if not world.is_received(pair.sender, one.leaf.entity):
                continue
            for _ in range(self._count):
                stray = world.compose(pair.sender, one.leaf.entity, self._required(pair.sender, one.leaf.entity))
                member = self._add(pair, "held", row, {one.path: world.reference(one.leaf, stray)}, broken=one)
                member.members.insert(0, stray.name)

    def _required(self, side: Side, entity: str) -> dict[str, Any]:
        kind = self._world.entity(side, entity)
        return {
            one.path: self.receiving_value(side, one)
            for one in kind.fields.values()
            if one.mandatory and not one.technical
        }

    def _population(self, pair: Pair) -> None:
        for case in pair.population:
            ways = self._world.ways(pair, case)
            arm = "in scope" if case.reaches else "outsider"
            for index in range(max(2, min(len(ways), 2 + 2 * self._count))):
                self._add(pair, arm, way=ways[index % len(ways)], index=index, statement=case.statement)

    # Changing

    def change(self, label: str) -> None:
        """Change every family as its arm says for a phase, and plan the operations."""
        for member in self.families:
            offset = self.offset(member)
            turn = CHANGES.index(label) - offset
            if turn >= 0:
                self._change(member, label, turn)

    def offset(self, member: Member) -> int:
        """Return 1 for families that can only be made once the connector has made what they refer to, else 0."""
        world, side = self._world, member.pair.sender
        kind = world.entity(side, member.pair.source)
        heads = [kind.field_at(path) for path in world.filled(side, member.pair.source)]
        return int(
            any(one is not None and one.type is Type.REFERENCE and world.is_received(side, one.entity) for one in heads)
        )

    def _change(self, member: Member, label: str, turn: int) -> None:
        pair, arm = member.pair, member.arm
        if arm == "one field" and member.row is not None:
            source = member.row.sources[member.index % len(member.row.sources)]
            self._new_value(member, source, label)
        elif arm == "replaced" and member.row is not None and turn == 0:
            self._replace(member, label)
        elif arm in ("blanked", "became bad", "first blanked") and member.row is not None:
            sources = member.row.sources[:1] if arm == "first blanked" else member.row.sources
            for number, source in enumerate(sources):
                if turn == 0:
                    self._blank(member, source, label, member.index + number)
                else:
                    self._new_value(member, source, label)
        elif arm == "value" and member.row is not None:
            self._next_value(member, label, turn)
        elif arm == "all fields" or (arm in ("kept", "outsider") and turn == (1 if arm == "kept" else 0)):
            self._everything(member, label)
        elif arm == "other side" and turn == 0:
            self._other_side(member, label)
        elif arm == "kept" and turn == 0:
            self._fill_kept(member, label)
        elif arm == "never only" and member.row is not None and member.row.field is not None:
            value = self._world.raw(pair.sender, member.row.field, canary(member.row.field, self._world.rng))
            held = get(self._world.record(member.subject), member.row.path)
            others = [one for one in member.row.field.choices if one != held]
            self._write(member, member.subject, {member.row.path: others[0] if others else value}, label)
        elif arm == "hazard":
            self._next_edges(member, label, turn)
        elif arm == "held" and turn == 1 and member.broken is not None:
            self._repair(member, label)
        elif arm == "turned bad" and member.broken is not None:
            if turn == 0:
                pool = self._pools.of(pair.sender, member.broken.entity, member.broken.path)
                values = pool.bad.get(member.statement, [])
                if values:
                    self._write(member, member.subject, {member.broken.path: values[-1]}, label)
            else:
                self._repair(member, label)

    def _new_value(self, member: Member, source: str, label: str) -> None:
        world = self._world
        one = handle(world.agreement, member.pair, source)
        if one is None:
            return
        if one.via not in ("", "linked") and (
            (one.head is not None and one.head.many) or not world.entity(member.pair.sender, one.entity).modified
        ):
            self._other_reference(member, one, label)
            return
        place = place_of(world, member.subject, one)
        if place is None:
            if one.via not in ("", "linked"):
                self._other_reference(member, one, label)
            return
        if one.leaf.type is Type.REFERENCE:
            self._other_reference(member, replace(one, via=one.path, head=one.leaf), label)
            return
        if not changeable(one.leaf):
            return
        record = world.record(place)
        held = get(record, one.path)
        pool = self._pools.of(member.pair.sender, one.entity, one.path)
        choices = [value for value in pool.good if not same_json(value, held) and value not in record.values()]
        choices = choices or [value for value in pool.good if not same_json(value, held)]
        if member.pair.entity.unique and one.path in member.pair.entity.unique:
            choices = [world.distinct(member.pair.sender, one.entity, one.leaf, record)]
        if choices:
            self._write(member, place, {one.path: world.rng.choice(choices)}, label)

    def _other_reference(self, member: Member, one: Handle, label: str) -> None:
        world = self._world
        head = one.head
        if head is None or not changeable(head):
            return
        record = world.record(member.subject)
        held = get(record, one.via)
        if world.is_received(member.pair.sender, head.entity):
            options: list[Value] = [
                {"id": name} if isinstance(held, dict) else name
                for name in world.partners(member.pair.sender, head.entity)
            ]
        else:
            options = [world.reference(head, made) for made in world.shared(member.pair.sender, head.entity)]
        if head.many:
            kept = [option for option in options if not isinstance(held, list) or option not in held]
            value: Value = kept[:2] or options[:1]
        else:
            other = [option for option in options if not same_json(option, held)]
            value = world.rng.choice(other) if other else held
        self._write(member, member.subject, {one.via: value}, label)

    def _replace(self, member: Member, label: str) -> None:
        """Give the subject another parent or a newer linked record, instead of editing the one it has."""
        world, row, pair = self._world, member.row, member.pair
        assert row is not None
        one = handle(world.agreement, pair, row.sources[0])
        if one is None:
            return
        if one.via == "linked" and pair.linked is not None:
            start = len(world.order)
            where = (
                world._witness[pair.sender].ways(pair.linked.where, True, pair.linked.entity)[0]
                if pair.linked.where
                else ()
            )
            world._child(pair, member.subject, pair.linked.entity, {d.path: d.value for d in where}, True)
            for name in world.order[start:]:
                member.members.append(name)
                self._create(member, world.made[name], label)
        else:
            self._other_reference(member, one, label)

    def _blank(self, member: Member, source: str, label: str, turn: int) -> None:
        world = self._world
        one = handle(world.agreement, member.pair, source)
        if one is None:
            return
        if one.via not in ("", "linked") and one.head is not None and clearable(one.head):
            self._write(member, member.subject, {one.via: [] if one.head.many else None}, label)
            return
        place = place_of(world, member.subject, one)
        if place is None or not clearable(one.leaf):
            return
        empty: Value = [] if one.leaf.many else None
        if one.leaf.type is Type.TEXT and not one.leaf.choices and turn % 2:
            empty = ""
        self._write(member, place, {one.path: empty}, label)

    def _next_value(self, member: Member, label: str, turn: int) -> None:
        assert member.row is not None
        one = handle(self._world.agreement, member.pair, member.row.sources[0])
        if one is None or not changeable(one.leaf):
            return
        rows = list(self._pools.of(member.pair.sender, one.entity, one.path).rows.values())
        if len(rows) > 1:
            values = rows[(member.index + turn + 1) % len(rows)]
            self._write(member, member.subject, {one.path: values[0]}, label)

    def _everything(self, member: Member, label: str) -> None:
        world, pair = self._world, member.pair
        fixed = (
            {used.name for condition in world.conditions(pair) for used in _names(condition)}
            if member.arm == "outsider"
            else set()
        )
        changed: dict[str, Value] = {}
        record = world.record(member.subject)
        for row in pair.rows:
            for source in row.sources:
                one = handle(world.agreement, pair, source)
                if one is None or one.via != "" or one.path in changed or one.path in fixed:
                    continue
                if one.leaf.type is Type.REFERENCE or not changeable(one.leaf):
                    continue
                pool = self._pools.of(pair.sender, one.entity, one.path)
                held = get(record, one.path)
                choices = [value for value in pool.good if not same_json(value, held) and value not in changed.values()]
                if one.path in pair.entity.unique:
                    choices = [world.distinct(pair.sender, one.entity, one.leaf, record)]
                if choices:
                    changed[one.path] = world.rng.choice(choices)
        self._write(member, member.subject, changed, label)

    def _next_edges(self, member: Member, label: str, turn: int) -> None:
        pair = member.pair
        record = self._world.record(member.subject)
        changed: dict[str, Value] = {}
        for row in pair.rows:
            for source in row.sources:
                one = handle(self._world.agreement, pair, source)
                if one is None or one.via != "" or one.path in changed or not changeable(one.leaf) or one.leaf.choices:
                    continue
                if one.path in pair.entity.unique:
                    continue
                edges = self._pools.of(pair.sender, one.entity, one.path).edges
                if edges:
                    value = edges[(member.index + turn + 1) % len(edges)]
                    if not same_json(value, get(record, one.path)) and value not in changed.values():
                        changed[one.path] = value
        self._write(member, member.subject, changed, label)

    def _repair(self, member: Member, label: str) -> None:
        assert member.broken is not None
        one = member.broken
        if one.leaf.type is Type.REFERENCE:
            self._other_reference(member, replace(one, via=one.path, head=one.leaf), label)
            return
        pool = self._pools.of(member.pair.sender, one.entity, one.path)
        if pool.good:
            self._write(member, member.subject, {one.path: self._world.rng.choice(pool.good)}, label)

    # The other side

    def receiving_value(self, side: Side, one: Field) -> Value:
        """Return a value that people on the receiving side might enter; None when none is found."""
        world = self._world
        for _ in range(30):
            if one.type is Type.PHONE:
                value: Value = f"+1{world.rng.choice((312, 415, 512))}{world.rng.randint(2200000, 9899999)}"
            elif one.type in (Type.STATE, Type.COUNTRY):
                value = world.rng.choice(
                    ("TX", "OH", "WA", "NV") if one.type is Type.STATE else ("CA", "MX", "PL", "IE")
                )
            else:
                value = world.raw(side, one, world.people.plain(one))
            value = [value] if one.many else value
            if not breaks(one, value):
                return value
        return None

    def _other_side(self, member: Member, label: str) -> None:
        pair = member.pair
        fields: dict[str, Value] = {}
        for row in pair.rows:
            if row.target_field is not None and editable_target(pair, row) and row.target not in fields:
                value = self.receiving_value(pair.sender.other, row.target_field)
                if not blank(value):
                    fields[row.target] = value
        self._on_partner(member, fields, label)

    def _fill_kept(self, member: Member, label: str) -> None:
        pair = member.pair
        fields: dict[str, Value] = {}
        for row in pair.protected:
            if row.flow is Flow.KEPT and row.field is not None and row.side is not pair.sender:
                fields[row.path] = self.receiving_value(row.side, row.field)
        for row in pair.rows:
            if row.target_field is None or (row.target_field.many is False and row.target == row.target_top):
                continue
            if "[" in row.target and "[]" not in row.target:
                key = Path.parse(row.target).segments[0].where.partition(" is ")[0].strip()
                fields[row.target_top] = [{key: "shift", Path.parse(row.target).last: "night"}]
            elif row.rule is not None and row.rule.modifiers.add_never_remove:
                fields[row.target] = ["Added in the app"]
        self._on_partner(member, fields, label)

    def _on_partner(self, member: Member, fields: Mapping[str, Value], label: str) -> None:
        if fields:
            self.plans[label].append(
                Plan(
                    "update partner",
                    member.subject.name,
                    member.pair.sender.other,
                    member.pair.target,
                    dict(fields),
                    member.arm,
                    member.statement,
                )
            )

    # Writing

    def _write(self, member: Member, place: Made, changed: Mapping[str, Value], label: str) -> None:
        if not changed:
            return
        world = self._world
        for path, value in changed.items():
            self._put(place, path, value)
        record = world.record(place)
        kind = world.entity(place.side, place.entity)
        paths = list(changed)
        if {"firstName", "lastName"} & set(paths) and "name" in kind.fields and kind.fields["name"].mandatory:
            name = " ".join(str(record.get(part) or "").strip() for part in ("firstName", "lastName")).strip()
            if name:
                record["name"] = name
                paths.append("name")
        fields = world.scripted(place.side, place.entity, top_level(record, paths))
        self.plans[label].append(
            Plan("update", place.name, place.side, place.entity, fields, member.arm, member.statement)
        )

    def _create(self, member: Member, made: Made, label: str) -> None:
        fields = self._world.scripted(made.side, made.entity, self._world.record(made))
        self.plans[label].append(
            Plan("create", made.name, made.side, made.entity, fields, member.arm, member.statement)
        )

    def plans_of_families(self) -> tuple[FamilyPlan, ...]:
        """Return the families as a script holds them."""
        return tuple(
            FamilyPlan(
                f"{member.pair.name}-{number}",
                member.pair.name,
                member.arm,
                member.statement,
                member.subject.name,
                tuple(dict.fromkeys([*member.members, member.subject.name])),
                member.note,
            )
            for number, member in enumerate(self.families, 1)
        )


def _names(condition: Any) -> tuple[Any, ...]:
    from signoff.expressions.walk import names

    return names(condition)
