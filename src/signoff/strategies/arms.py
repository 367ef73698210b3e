"""Fill the arms of the rehearsal with families: who is made for which statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

from signoff.agreement.abilities import can_blank, can_change, changeable, clearable, handle, must_be_filled
from signoff.agreement.resolved import BoundRow, Handle, Pair, When
from signoff.agreement.transitions import is_walked
from signoff.chart import Flow
from signoff.expressions.tree import Condition
from signoff.record import Value, get, same_json
from signoff.schema import Field, Side, Type
from signoff.strategies.among import among, same_among
from signoff.strategies.held import fill_held
from signoff.strategies.made import Made
from signoff.strategies.mending import mend
from signoff.strategies.pools import Pool, Pools, place_of
from signoff.strategies.positions import beginning_at
from signoff.strategies.script import FamilyPlan
from signoff.strategies.ties import ties
from signoff.strategies.witness import Way
from signoff.strategies.world import World

FAMILIES = {"quick": 1, "standard": 2, "thorough": 4}
"""Families of each kind for each row, by effort."""

MOST_SIDES = 6
"""Records for each side of a condition that a rule asks, at the least effort."""


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
    other: BoundRow | None = None
    """A second row, of which something else changes at the same time."""
    late: bool = False
    """Made in the first changes only, because it rests on what the connector makes."""
    made_in: dict[str, str] = field(default_factory=dict)
    """The phase in which some of its records are made, by name; the others are there from the start."""
    before: dict[str, Value] = field(default_factory=dict)
    """Values that are put back when the record comes back."""
    moves: list[tuple[Made, dict[str, Value]]] = field(default_factory=list)
    """What takes it out of the population, and in which records; once it is out, what takes it back."""
    steps: list[list[tuple[Made, dict[str, Value]]]] = field(default_factory=list)
    """What people change in each phase, and in which records, where that is settled from the start."""
    unheard: frozenset[str] = frozenset()
    """Kinds of the operations on its records whose events get lost."""
    choices: list[Value] = field(default_factory=list)
    """Values that a `value` family goes through, where they are not those of the field's pool."""


class Arms:
    """Make every family of an agreement, then walk them through the phases."""

    def __init__(self, world: World, pools: Pools, effort: str) -> None:
        self.world = world
        self.pools = pools
        self.effort = effort
        self.count = FAMILIES[effort]
        self.families: list[Member] = []
        self.in_order: list[tuple[str, str]] = []
        """Pairs of records of which the first must be made first."""

    # Making families

    def fill(self) -> None:
        """Make all families of all bindings; records are drafted, nothing has changed yet."""
        for pair in self.world.agreement.pairs:
            self._still(pair)
            for row in pair.rows:
                if row.rule is not None:
                    self._row(pair, row)
            self._values(pair)
            self._whole(pair)
            self._hazards(pair)
            self._ties(pair)
            fill_held(self, pair)
            self._population(pair)
            if pair.either and pair.back is not None:
                self._from_the_other_side(pair.back)

    def add(
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
        """Make one family: a subject that reaches the other side unless `way` says otherwise, and what it needs."""
        world = self.world
        if way is None:
            ways = world.ways(pair, pair.usual)
            way = ways[index % len(ways)]
            if row is not None and row.rule is not None and row.rule.modifiers.only_when is not None:
                way = (*way, *world.ways_of(pair, row.rule.modifiers.only_when, True)[0])
            if row is not None and row.branch:
                way = (*way, *world.ways_of(pair, world.agreement.branches[row.branch], True)[0])
        start = len(world.order)
        made = world.make(pair, way, overrides or {}, own)
        self._running(pair, made, row, {*(overrides or {}), *(one.path for one in way)})
        self.good(pair, made, overrides or {}, way)
        mend(world, pair, made, {*(overrides or {}), *(one.path for one in way if one.path)})
        for branch in world.agreement.branch_tables:
            if branch in world.looking().branches(pair, made.id):
                self._good_in(branch, pair, made, overrides or {})
        members = [name for name in world.order[start:] if name not in world.shared_names]
        found = Member(pair, made, arm, statement or (row.statement if row else ""), members, note, row, index, broken)
        self.families.append(found)
        return found

    def _running(self, pair: Pair, made: Made, row: BoundRow | None, asked: set[str]) -> None:
        """Let a record's period end after the rehearsal, unless that is what is tried.

        One that has ended shows nothing of the rows whose fields its state sets.
        """
        if not pair.life_row(When.ENDS, When.ENDS_EARLY) or pair.entity.ends in asked:
            return
        turn = len(self.families)
        for path, days in ((pair.entity.ends, 30 + turn % 300), (pair.entity.begins, -20 - turn % 290)):
            known = self.world.entity(pair.sender, pair.source).field_at(path) if path else None
            if known is not None and path not in asked and not (row is not None and path in row.sources):
                self.world.put(made, path, self.world.raw(pair.sender, known, self.world.today + timedelta(days=days)))

    def good(self, pair: Pair, made: Made, overrides: Mapping[str, Any], way: Way) -> None:
        """Replace every value that the agreement calls bad by a good one, unless it was asked for."""
        fixed = set(overrides) | {one.path for one in way}
        for one in self.pools.entered(pair):
            if (one.path if one.via == "" else one.via) in fixed:
                continue
            place = place_of(self.world, made, one)
            if place is None:
                continue
            pool = self.pools.of(pair.sender, one.entity, one.path)
            record = self.world.record(place)
            held = get(record, one.path)
            if pool.good and not same_among(held, pool.good) and self._poor(pool, held, one.leaf):
                used = among(record.values())
                choices = [value for value in pool.good if not used(value)] or pool.good
                self.world.put(place, one.path, self.world.rng.choice(choices))

    def _good_in(self, branch: str, pair: Pair, made: Made, overrides: Mapping[str, Any]) -> None:
        """Replace every value that a branch's own table calls an error, unless it was asked for."""
        for row in pair.rows:
            table = self.world.agreement.branch_tables[branch].get(row.rule.table) if row.rule is not None else None
            one = handle(self.world.agreement, pair, row.sources[0]) if len(row.sources) == 1 else None
            if table is None or one is None or one.via != "" or one.path in overrides:
                continue
            outcomes: dict[str, tuple[str, list[Value]]] = {}
            for value in table.rows:
                cell, gives = (
                    (value.ats.text, value.app.text) if pair.sender is Side.ATS else (value.app.text, value.ats.text)
                )
                # The branch's rows stand first, and the first that fits decides.
                outcomes.setdefault(
                    cell.lower(), (gives.lower(), self.pools.listed(pair.sender, one.leaf, table, value))
                )
            good = [raw for gives, raws in outcomes.values() if gives != "error" for raw in raws if raw is not None]
            held = get(self.world.record(made), one.path)
            if good and not any(same_json(held, known) for known in good):
                self.world.put(made, one.path, self.world.rng.choice(good))

    @staticmethod
    def _poor(pool: Pool, held: Value, leaf: Field) -> bool:
        """Tell whether a value was found bad, or may be: choices, numbers and lists of things not known to be good."""
        known_bad = any(same_json(held, one) for values in pool.bad.values() for one in values)
        return known_bad or pool.doubtful or bool(leaf.choices) or leaf.type in (Type.NUMBER, Type.INTEGER, Type.OBJECT)

    def _own(self, pair: Pair, row: BoundRow) -> list[str]:
        """Return the references of a row for which a family needs a parent of its own, to edit it."""
        found = []
        for source in row.sources:
            one = handle(self.world.agreement, pair, source)
            if one is not None and one.via not in ("", "linked") and one.head is not None and not one.head.many:
                found.append(one.via)
        return list(dict.fromkeys(found))

    def _still(self, pair: Pair) -> None:
        for index in range(2 + self.count):
            self.add(pair, "still", index=index)

    def _row(self, pair: Pair, row: BoundRow) -> None:
        agreement = self.world.agreement
        own = self._own(pair, row)
        if can_change(agreement, pair, row):
            for index in range(max(self.count, len(row.sources) if len(row.sources) <= 3 else 2)):
                self.add(pair, "one field", row, own=own, index=index)
            linked = pair.linked if pair.linked is not None and pair.linked.pick != "only" else None
            if own or any(linked is not None and one.startswith(f"{linked.entity}.") for one in row.sources):
                self.add(pair, "replaced", row, own=own)
        if can_blank(agreement, pair, row):
            arm = "became bad" if must_be_filled(row) else "blanked"
            for index in range(self.count):
                self.add(pair, arm, row, self._told_by_blanking(pair, row), own=own, index=index)
            if len(row.sources) > 1:
                self.add(pair, "first blanked", row, own=own)
        self._conditions(pair, row)
        self._moments(pair, row)

    def _moments(self, pair: Pair, row: BoundRow) -> None:
        """Make records whose field is blank at first, and records around the day from which a row writes."""
        modifiers = row.rule.modifiers if row.rule is not None else None
        if modifiers is None:
            return
        one = handle(self.world.agreement, pair, row.sources[0]) if row.sources else None
        if modifiers.only_if_blank and one is not None and one.via == "" and clearable(one.leaf):
            self.add(pair, "one field", row, {one.path: [] if one.leaf.many else None}, note="blank at first")
        dated = handle(self.world.agreement, pair, modifiers.effective_date) if modifiers.effective_date else None
        if dated is not None and dated.via == "":
            for days in (0, 1, 30):
                day = self.world.raw(pair.sender, dated.leaf, self.world.today + timedelta(days=days))
                self.add(pair, "still", row, {dated.path: day}, note=f"effective in {days} days")

    def _conditions(self, pair: Pair, row: BoundRow) -> None:
        """Make records on both sides of everything that a row's conditions ask."""
        if row.rule is None:
            return
        only_when = row.rule.modifiers.only_when
        asked = [one.arguments[0] for one in row.rule.tree.steps if one.phrase == "yes if"]
        case = pair.usual
        first = self.world.ways(pair, case)[0]
        if only_when is not None:
            for way in self.world.ways_of(pair, only_when, False)[: 1 + self.count]:
                self.add(pair, "still", row, way=(*first, *way), note="condition does not hold")
        for condition in cast("list[Condition]", asked):
            for truth in (True, False):
                for way in self.world.ways_on(pair, condition, truth)[: MOST_SIDES * self.count]:
                    self.add(pair, "still", row, way=(*first, *way), note=f"condition holds: {truth}")

    def _from_the_other_side(self, back: Pair) -> None:
        """Make families that start on the receiving side."""
        self._still(back)
        for row in back.rows:
            if row.rule is not None:
                self._row(back, row)
        for index in range(1 + self.count):
            self.add(back, "all fields", index=index)
        self._hazards(back)
        fill_held(self, back)

    def _told_by_blanking(self, pair: Pair, row: BoundRow) -> dict[str, Value]:
        """Return a value for a row's source after which its blank is seen; none where every value is such a one."""
        one = handle(self.world.agreement, pair, row.sources[0]) if len(row.sources) == 1 else None
        if one is None or one.via != "" or one.leaf.many or one.leaf.type is Type.REFERENCE:
            return {}
        telling = self.pools.unlike_blank(pair, row, one)
        return {one.path: self.world.rng.choice(telling)} if telling else {}

    def _values(self, pair: Pair) -> None:
        for row in pair.rows:
            if row.rule is None or not row.rule.table or len(row.sources) != 1:
                continue
            one = handle(self.world.agreement, pair, row.sources[0])
            if one is None or one.via != "":
                continue
            pool = self.pools.of(pair.sender, one.entity, one.path)
            # Where every change of status is walked, records begin in each status and change into it anyway.
            rows = {} if is_walked(self.world.agreement, pair, row.statement, self.effort) else pool.rows
            for index, (statement, values) in enumerate(rows.items()):
                for turn in range(self.count):
                    self.add(
                        pair,
                        "value",
                        row,
                        {one.path: values[turn % len(values)]},
                        index=index,
                        statement=statement,
                    )
            self._branch_values(pair, row, one)

    def _branch_values(self, pair: Pair, row: BoundRow, one: Handle) -> None:
        """Make records of every branch that has a value table of its own, for each of that table's own rows."""
        world, agreement = self.world, self.world.agreement
        case = pair.usual
        for branch, tables in agreement.branch_tables.items():
            table = next((found for name, found in tables.items() if row.rule and name == row.rule.table), None)
            if table is None:
                continue
            own = [(value, self.pools.listed(pair.sender, one.leaf, table, value)) for value in table.rows]
            tried = [(value, raw[0]) for value, raw in own if raw and value.labels.branch == branch]
            ways = (*world.ways(pair, case)[0], *world.ways_of(pair, agreement.branches[branch], True)[0])
            for index, (value, raw) in enumerate(tried):
                for _ in range(self.count):
                    statement = agreement.value_row_statement(value)
                    member = self.add(pair, "value", row, {one.path: raw}, index=index, way=ways, statement=statement)
                    member.choices = [choice for _, choice in tried]

    def _whole(self, pair: Pair) -> None:
        for arm in ("all fields", "other side", "kept"):
            for index in range(1 + self.count):
                self.add(pair, arm, index=index)
        for row in {row.branch: row for row in pair.rows if row.branch}.values():
            for index in range(self.count):
                self.add(pair, "other side", row, index=index)
            first = self.world.ways(pair, pair.usual)[0]
            for way in self.world.ways_of(pair, self.world.agreement.branches[row.branch], False)[: 1 + self.count]:
                self.add(pair, "still", way=(*first, *way), note=f"not of the branch {row.branch}")
        for row in pair.protected:
            if row.flow is Flow.NEVER and row.field is not None and changeable(row.field) and row.side is pair.sender:
                for index in range(self.count):
                    self.add(pair, "never only", row, index=index)

    def _hazards(self, pair: Pair) -> None:
        edges: dict[str, list[Value]] = {}
        for row in pair.rows:
            for source in row.sources:
                one = handle(self.world.agreement, pair, source)
                if one is not None and one.via == "" and not (one.leaf.technical or one.leaf.read_only):
                    found = self.pools.of(pair.sender, one.entity, one.path).edges
                    if found and not one.leaf.choices:
                        edges[one.path] = found
        # Fields of one type share most edges: each starts elsewhere, or only the first would ever get them. One that
        # has to stand back, because another field of the record has the value already, gets it in a later record.
        waiting = {path: beginning_at(found, number) for number, (path, found) in enumerate(edges.items())}
        turn = -1
        while any(waiting.values()):
            turn += 1
            overrides: dict[str, Value] = {}
            for path, values in waiting.items():
                free = next((at for at, one in enumerate(values) if one not in overrides.values()), None)
                if free is not None:
                    overrides[path] = values.pop(free)
            for path, found in edges.items():
                value = found[turn % len(found)]
                if path not in overrides and not self.unique(pair, path) and value not in overrides.values():
                    overrides[path] = value
            case = pair.usual
            self.add(pair, "hazard", overrides=overrides, index=turn, way=self.world.ways(pair, case)[0])

    def _ties(self, pair: Pair) -> None:
        """Make records whose formula lies exactly between two roundings."""
        subject = next((one.subject for one in self.families if one.pair is pair and one.arm == "still"), None)
        for row in pair.rows:
            if row.rule is not None and subject is not None:
                for index, values in enumerate(ties(self.world, pair, row, subject)):
                    self.add(pair, "still", row, values, index=index, note="between two roundings")

    def unique(self, pair: Pair, path: str) -> bool:
        """Tell whether no two sending records share a field."""
        return path in pair.entity.unique

    def required(self, side: Side, entity: str) -> dict[str, Any]:
        """Return what the system itself demands of a record; texts that nobody else has, so that it is nobody else."""
        kind = self.world.entity(side, entity)
        found = {one.path: self.world.entered(side, one) for one in kind.fields.values() if one.mandatory}
        return {
            path: f"Nobody {len(self.world.order)}" if kind.fields[path].type is Type.TEXT else value
            for path, value in found.items()
            if not kind.fields[path].technical
        }

    def _population(self, pair: Pair) -> None:
        for case in pair.population:
            ways = self.world.ways(pair, case)
            arm = "in scope" if case.reaches else "outsider"
            for index in range(max(2, min(len(ways), 2 + 2 * self.count))):
                self.add(pair, arm, way=ways[index % len(ways)], index=index, statement=case.statement)
            for index, way in enumerate(self.world.sole_ways(pair, case)[: 1 + self.count]):
                self.add(pair, arm, way=way, index=index, statement=case.statement, note="kept out by this row alone")

    def plans_of_families(self) -> tuple[FamilyPlan, ...]:
        """Return the families as a script holds them."""
        return tuple(
            FamilyPlan(
                f"{member.pair.entity_word}-{number}",
                member.pair.entity_word,
                member.arm,
                member.statement,
                member.subject.name,
                tuple(dict.fromkeys([*member.members, member.subject.name])),
                member.note,
            )
            for number, member in enumerate(self.families, 1)
        )
