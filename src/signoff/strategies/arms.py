"""Fill the arms of the rehearsal with families: who is made for which statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from signoff.agreement.abilities import (
    can_blank,
    can_change,
    changeable,
    handle,
    must_be_filled,
)
from signoff.agreement.resolved import BoundRow, Handle, Pair
from signoff.chart import Flow
from signoff.record import Value, get, same_json
from signoff.schema import Field, Side, Type
from signoff.strategies.draft import Made
from signoff.strategies.pools import Pool, Pools, place_of
from signoff.strategies.script import FamilyPlan
from signoff.strategies.ties import ties
from signoff.strategies.witness import Way
from signoff.strategies.world import World

FAMILIES = {"quick": 1, "standard": 2, "thorough": 4}
"""Families of each kind for each row, by effort."""


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


class Arms:
    """Make every family of an agreement, then walk them through the phases."""

    def __init__(self, world: World, pools: Pools, effort: str) -> None:
        self._world = world
        self._pools = pools
        self._count = FAMILIES[effort]
        self.families: list[Member] = []

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
            self._ties(pair)
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
        members = [name for name in world.order[start:] if name not in world.shared_names]
        found = Member(pair, made, arm, statement or (row.statement if row else ""), members, note, row, index, broken)
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
                    self._world.put(place, one.path, self._world.rng.choice(choices))

    @staticmethod
    def _poor(pool: Pool, held: Value, leaf: Field) -> bool:
        """Tell whether a value was found bad, or may be: choices and numbers not known to be good."""
        known_bad = any(same_json(held, one) for values in pool.bad.values() for one in values)
        return known_bad or bool(leaf.choices) or leaf.type in (Type.NUMBER, Type.INTEGER)

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
                self._add(pair, arm, row, self._told_by_blanking(pair, row), own=own, index=index)
            if len(row.sources) > 1:
                self._add(pair, "first blanked", row, own=own)
        if row.rule is not None and row.rule.modifiers.only_when is not None:
            for way in self._world.ways_of(pair, row.rule.modifiers.only_when, False)[:2]:
                case = next((one for one in pair.population if one.reaches), None)
                self._add(
                    pair, "still", row, way=(*self._world.ways(pair, case)[0], *way), note="condition does not hold"
                )

    def _told_by_blanking(self, pair: Pair, row: BoundRow) -> dict[str, Value]:
        """Return a value for a row's source after which its blank is seen; none where every value is such a one."""
        one = handle(self._world.agreement, pair, row.sources[0]) if len(row.sources) == 1 else None
        if one is None or one.via != "" or one.leaf.many or one.leaf.type is Type.REFERENCE:
            return {}
        telling = self._pools.unlike_blank(pair, row, one)
        return {one.path: self._world.rng.choice(telling)} if telling else {}

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
            for number, (path, found) in enumerate(edges.items()):
                # Fields of one type share most edges: each starts elsewhere, or only the first would ever get them.
                value = found[(turn + number) % len(found)]
                if value not in overrides.values() and not (turn >= len(found) and self._unique(pair, path)):
                    overrides[path] = value
            case = next((one for one in pair.population if one.reaches), None)
            self._add(pair, "hazard", overrides=overrides, index=turn, way=self._world.ways(pair, case)[0])

    def _ties(self, pair: Pair) -> None:
        """Make records whose formula lies exactly between two roundings."""
        subject = next((one.subject for one in self.families if one.pair is pair and one.arm == "still"), None)
        for row in pair.rows:
            if row.rule is not None and subject is not None:
                for index, values in enumerate(ties(self._world, pair, row, subject)):
                    self._add(pair, "still", row, values, index=index, note="between two roundings")

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
                    case = next((one for one in pair.population if one.reaches), None)
                    way = self._world.ways(pair, case)[0]
                    self._add(pair, "turned bad", row, broken=one, index=len(values), way=way)
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
        """Return what the system itself demands of a record; texts that nobody else has, so that it is nobody else."""
        kind = self._world.entity(side, entity)
        found = {one.path: self._world.entered(side, one) for one in kind.fields.values() if one.mandatory}
        return {
            path: f"Nobody {len(self._world.order)}" if kind.fields[path].type is Type.TEXT else value
            for path, value in found.items()
            if not kind.fields[path].technical
        }

    def _population(self, pair: Pair) -> None:
        for case in pair.population:
            ways = self._world.ways(pair, case)
            arm = "in scope" if case.reaches else "outsider"
            for index in range(max(2, min(len(ways), 2 + 2 * self._count))):
                self._add(pair, arm, way=ways[index % len(ways)], index=index, statement=case.statement)

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
