"""Sort values by what the agreement makes of them: good, bad, or moving a record across the population.

Edges first, then plain and random values. Every value is tried on a prototype record by the rules themselves, so
that the generator needs no knowledge of any rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from signoff.agreement.abilities import handle, must_be_filled
from signoff.agreement.resolved import Agreement, BoundRow, Handle, Pair
from signoff.chart import ValueRow, ValueTable
from signoff.model.policy import decided, for_conditions
from signoff.model.sight import Sight
from signoff.record import Value, blank, get, same_json, with_value
from signoff.rules.email import address_of_length
from signoff.rules.reading import breaks
from signoff.rules.registry import Edge
from signoff.rules.results import BadData, Blank, LeftOut, to_be_made
from signoff.rules.results import Value as Given
from signoff.schema import Field, Side, Type
from signoff.strategies.around import around
from signoff.strategies.carried import carried_over
from signoff.strategies.draft import Draft
from signoff.strategies.drawn import texts
from signoff.strategies.fitting import beyond_a_double, figure, fits, lists_of
from signoff.strategies.formed import in_form
from signoff.strategies.keyed import picked_by
from signoff.strategies.made import Made, rows_reading
from signoff.strategies.unreadable import unreadable
from signoff.strategies.witness import Way

PLAIN = 14
MOST_EDGES = 24
RANDOM = 4


@dataclass(slots=True)
class Pool:
    """Hold the raw values of one field. `rows` are good values by the statement of the value row that they meet."""

    good: list[Value] = field(default_factory=list)
    edges: list[Value] = field(default_factory=list)
    bad: dict[str, list[Value]] = field(default_factory=dict)
    """Statement of the row that they break → values."""
    rows: dict[str, list[Value]] = field(default_factory=dict)
    doubtful: bool = False
    """Whether plain values of the field may be bad as well: phones of another country, say."""


class Pools:
    """Build pools on demand. `laboratory` is a draft whose records are never part of a script."""

    def __init__(self, laboratory: Draft, prototypes: dict[str, Made]) -> None:
        self._draft = laboratory
        self._prototypes = prototypes
        self._pools: dict[tuple[Side, str, str], Pool] = {}
        self._sight: Sight | None = None
        self._usual: Sight | None = None
        self._entered: dict[str, list[Handle]] = {}

    @property
    def agreement(self) -> Agreement:
        """Return the agreement that the values are tried by."""
        return self._draft.agreement

    def prototype(self, pair: Pair) -> Made | None:
        """Return the record of a binding on which values are tried, or None."""
        return self._prototypes.get(pair.name)

    def of(self, side: Side, entity: str, path: str) -> Pool:
        """Return the pool of a field."""
        key = (side, entity, path)
        if key not in self._pools:
            self._pools[key] = self._build(side, entity, path)
        return self._pools[key]

    def entered(self, pair: Pair) -> list[Handle]:
        """Return what the rows of a binding read that people enter, once for each row that does."""
        if pair.name not in self._entered:
            read = (handle(self.agreement, pair, source) for row in pair.rows for source in row.sources)
            known = [one for one in read if one is not None and one.leaf.type is not Type.REFERENCE]
            self._entered[pair.name] = [one for one in known if not (one.leaf.technical or one.leaf.read_only)]
        return self._entered[pair.name]

    def listed(self, side: Side, leaf: Field, table: ValueTable, row: ValueRow) -> list[Value]:
        """Return a raw value that a row of a table is for, in a list; empty where the field can hold none."""
        cells = [(one.ats if side is Side.ATS else one.app).text for one in table.rows]
        cell = (row.ats if side is Side.ATS else row.app).text
        word = cell.strip().lower()
        if word in ("", "(blank)"):
            value: Value = None
        elif word == "anything else":
            free = [one for one in leaf.choices if one not in cells] if leaf.choices else ["Unlisted value"]
            if not free:
                return []
            value = free[0]
        else:
            value = self._draft.raw(side, leaf, figure(leaf, cell))
        return [value] if fits(leaf, value) and not breaks(leaf, value) else []

    def allows(self, pair: Pair, way: Way) -> bool:
        """Tell whether a way asks a record for good values only, so that it is not held back for them."""
        for demand in way:
            one = handle(self._draft.agreement, pair, demand.path) if demand.path and not demand.child else None
            if one is None or one.via != "" or one.path == self._draft.entity(pair.sender, pair.source).deleted_flag:
                continue
            raw = self._draft.raw(pair.sender, one.leaf, demand.value)
            bad = self.of(pair.sender, one.entity, one.path).bad.values()
            if any(same_json(raw, known) for values in bad for known in values):
                return False
        return True

    def _build(self, side: Side, entity: str, path: str) -> Pool:
        pool = Pool()
        known = self._draft.entity(side, entity).field_at(path)
        if known is None or known.type is Type.REFERENCE:
            return pool
        readers = rows_reading(self._draft.agreement, side, entity, path)
        place = (side, entity, path)
        plain = [[one] if known.many else one for one in self._draft.known.once.get(place, ())]
        plain += [self._draft.distinct(side, entity, known, {}) for _ in range(PLAIN)]
        spelt = [[one] if known.many else one for one in self._draft.known.spellings(place, known)]
        edges, only_good = self._edges(side, known, readers)
        edges = [*spelt, *edges]
        seen: list[Value] = []

        def sort(values: list[Value], home: list[Value]) -> None:
            for value in values:
                if not fits(known, value) or breaks(known, value) or any(same_json(value, one) for one in seen):
                    continue
                if self._draft.known.refused(place, value):
                    continue
                seen.append(value)
                before = sum(map(len, pool.bad.values()))
                spared = any(same_json(value, one) for one in only_good)
                self._sort(pool, home, value, readers, spared=spared)
                pool.doubtful |= home is pool.good and sum(map(len, pool.bad.values())) > before

        sort(edges, pool.edges)
        sort(plain, pool.good)
        if not pool.good:
            sort(carried_over(self, readers, edges=True), pool.edges)
            sort(carried_over(self, readers, edges=False), pool.good)
        pool.doubtful |= place in self._draft.known.once  # a value that nobody has may be bad
        if known.choices or not pool.good:  # a text with a value table has no good values but those of the table
            pool.good += [one for one in pool.edges if one not in pool.good]
        return pool

    def _edges(
        self, side: Side, known: Field, readers: list[tuple[Pair, BoundRow, str]]
    ) -> tuple[list[Value], list[Value]]:
        """Return raw values worth trying, and those of them that are tried only where they are good."""
        if known.type is Type.OBJECT:
            return [None, [], *self._of_items(side, known, readers)] if known.many else [None], []
        typed: list[Any] = []
        spared: list[Any] = []
        for _, row, source in readers:
            assert row.rule is not None
            written = row.rule.types.sources[row.sources.index(source)].name
            edges = self._some(list(row.rule.edges(written, around(self._draft.agreement, side, self._draft.now))))
            typed += [one.value for one in edges]
            spared += [one.value for one in edges if one.where_held]
            typed += self._at_limits(row)
        typed += [None, *unreadable(known, [row for _, row, _ in readers])]
        if known.type is Type.TEXT and readers:
            typed += ["", "  ", "\u00a0"]
            typed += texts(known.max_length or 40, RANDOM, self._draft.rng.getrandbits(32))
        found = self._held(side, known, typed)
        return found + (lists_of(found) if known.many and not known.choices else []), self._held(side, known, spared)

    def _held(self, side: Side, known: Field, typed: list[Any]) -> list[Value]:
        """Return typed values as records hold them, without those of another type than the field's."""
        found: list[Value] = []
        for one in typed:
            try:
                value = self._draft.raw(side, known, figure(known, one))
                if beyond_a_double(known, value):
                    continue
            except (TypeError, ValueError, AttributeError, ArithmeticError):
                continue  # the rule names it for other fields too
            found.append([value] if known.many and value is not None else value)
        return found

    def _of_items(self, side: Side, known: Field, readers: list[tuple[Pair, BoundRow, str]]) -> list[Value]:
        """Return lists in which the item that a row picks by its key has a value at the edge, or none."""
        found: list[Value] = []
        for pair, row, source in readers:
            picked = picked_by(self._draft.agreement, pair, row, source)
            part = known.part(picked.part) if picked is not None else None
            if picked is None or part is None or part.many or part.fields or row.rule is None:
                continue
            written = row.rule.types.sources[row.sources.index(source)].name
            edges = self._some(list(row.rule.edges(written, around(self._draft.agreement, side, self._draft.now))))
            plain = [one.value for one in edges if not one.where_held]
            for typed in (None, *plain, *self._at_limits(row)):
                try:
                    value = self._draft.raw(side, part, figure(part, typed))
                except (TypeError, ValueError, AttributeError, ArithmeticError):
                    continue  # as for plain fields
                if fits(part, value) and not breaks(part, value):
                    found.append(self._draft.lists.edge(side, pair.source, known, picked, value))
        return found

    def _some(self, edges: list[Edge]) -> list[Edge]:
        """Return the first edges and, of the many that a list of states has, others with each seed."""
        first = MOST_EDGES // 2
        if len(edges) <= MOST_EDGES:
            return edges
        return edges[:first] + self._draft.rng.sample(edges[first:], MOST_EDGES - first)

    def _at_limits(self, row: BoundRow) -> list[Any]:
        """Return values one under, at and over the limits that the receiving field declares."""
        target = row.target_field
        if target is None:
            return []
        found: list[Any] = []
        if target.type in (Type.TEXT, Type.ANY) and target.max_length:
            found += [_of_length(target.max_length + step) for step in (-1, 0, 1)]
        if target.type is Type.EMAIL and target.max_length:
            made = [address_of_length(target.max_length + step) for step in (-1, 0, 1)]
            found += [one for one in made if one is not None]
        if (target.form or target.pattern) and target.type in (Type.TEXT, Type.ANY, Type.NUMBER, Type.INTEGER):
            asked = in_form(target, self._draft.rng, PLAIN)
            found += [", ".join(str(one) for one in asked[:2]), *asked] if target.many else asked
        if target.type in (Type.NUMBER, Type.INTEGER, Type.AMOUNT):
            found += [one + step for one in (target.minimum, target.maximum) if one is not None for step in (-1, 0, 1)]
        return found

    def _sort(
        self,
        pool: Pool,
        home: list[Value],
        value: Value,
        readers: list[tuple[Pair, BoundRow, str]],
        *,
        spared: bool = False,
    ) -> None:
        broken: list[str] = []
        hits: list[str] = []
        for pair, row, source in readers:
            one = handle(self._draft.agreement, pair, source)
            prototype = self._prototypes.get(pair.name)
            if one is None or prototype is None:
                continue
            verdict = self._tried(pair, prototype, one, value, row, hits)
            if verdict == "moves":
                return
            if verdict:
                broken.append(row.statement)
        if broken and spared:
            return
        if broken:
            pool.bad.setdefault(broken[0], []).append(value)
        elif not blank(value):
            home.append(value)
            for hit in hits:
                pool.rows.setdefault(hit, []).append(value)
        else:
            for hit in hits:
                pool.rows.setdefault(hit, []).append(value)

    def _tried(self, pair: Pair, prototype: Made, one: Handle, value: Value, row: BoundRow, hits: list[str]) -> str:
        """Return "" if a value is good for a row, "bad", or "moves" when it changes the population case."""

        def judge(sight: Sight) -> str:
            if one.via == "" and one.entity == pair.source and not sight.in_scope(pair, prototype.id):
                return "moves"
            if any(for_conditions(sight, pair, prototype.id)):
                return "moves"  # as little a plain value as one that takes the record out of the population
            result = sight.result(pair, row, prototype.id)
            table_row = getattr(result, "table_row", None)
            if isinstance(result, BadData):
                return "bad"
            if isinstance(result, Blank | LeftOut) and must_be_filled(row):
                return "bad"
            if (
                isinstance(result, Given)
                and row.target_field is not None
                and row.rule is not None
                and not to_be_made(result)
                and breaks(row.target_field, row.rule.raw(result, row.target_field))
            ):
                return "bad"
            if table_row is not None:
                hits.append(self._draft.agreement.value_row_statement(table_row))
            return ""

        return self.with_value(prototype, one, value, judge)

    def decided(self, pair: Pair, values: Mapping[str, Value]) -> tuple[str, ...]:
        """Return the rows of the bad-data table that decide about the prototype with other values of its own fields."""
        prototype = self._prototypes.get(pair.name)
        if prototype is None:
            return ()
        records = self._draft.records[prototype.side][prototype.entity]
        before = records[prototype.id]
        usual, sight = self._as_usual(), self._fresh()
        for path, value in values.items():
            records[prototype.id] = with_value(records[prototype.id], path, value)
        sight.take_over(usual)
        try:
            return tuple(one.statement for one in decided(sight, pair, prototype.id))
        finally:
            records[prototype.id] = before
            sight.take_over(None)

    def unlike_blank(self, pair: Pair, row: BoundRow, one: Handle) -> list[Value]:
        """Return values for which a row gives something else than for a blank, where a blank gives a value too.

        Few values may do so (`yes if X is 1, otherwise no`): a blanked field shows nothing unless it held one of them.
        """
        prototype = self._prototypes.get(pair.name)
        if prototype is None or row.rule is None:
            return []
        given: list[Given] = []

        def judge(sight: Sight) -> str:
            result = sight.result(pair, row, prototype.id)
            given.extend([result] if isinstance(result, Given) else [])
            return "" if isinstance(result, Given) else "no value"

        if self.with_value(prototype, one, None, judge) or not given:
            return []
        blank_gives = given[0].typed
        pool = self.of(pair.sender, one.entity, one.path)
        found: list[Value] = []
        for value in (*pool.good, *pool.edges):
            given.clear()
            if not blank(value) and not self.with_value(prototype, one, value, judge) and given[0].typed != blank_gives:
                found.append(value)
        return found

    def with_value(self, prototype: Made, one: Handle, value: Value, judge: Callable[[Sight], str]) -> str:
        """Put a value where a handle points in the prototype, judge, and put everything back."""
        place = place_of(self._draft, prototype, one)
        if place is None:
            return ""
        records = self._draft.records[place.side][place.entity]
        before = records[place.id]
        record = with_value(before, one.path, value)
        kind = self._draft.entity(place.side, place.entity)
        moved = self._draft.plain.at_home(kind, place.side, partial(get, record), partial(get, before))
        for path, other in moved.items():
            record = record if path == one.path else with_value(record, path, other)
        records[place.id] = record
        try:
            return judge(self._fresh())
        finally:
            records[place.id] = before

    def _as_usual(self) -> Sight:
        """Return a sight of the laboratory as it is while nothing is tried."""
        if self._usual is None:
            self._usual = self._draft.sight(still=True)
        return self._usual

    def _fresh(self) -> Sight:
        """Return a sight of the laboratory that knows names and links already but no record."""
        if self._sight is None:
            self._sight = self._draft.sight()
            for pair in self._draft.agreement.pairs:
                self._sight.paired(pair)
        self._sight.forget()
        return self._sight


def place_of(draft: Draft, subject: Made, one: Handle) -> Made | None:
    """Return the record in which a handle's field stands for a subject, or None when there is none."""
    if one.via == "":
        return subject
    if one.via == "linked":
        for name in reversed(draft.order):
            made = draft.made[name]
            if made.side is subject.side and made.entity == one.entity:
                for reference in draft.agreement.schemas[made.side].references_to(one.entity, subject.entity):
                    held = get(draft.record(made), reference.path)
                    if _id(held) == subject.id:
                        return made
        return None
    held = get(draft.record(subject), one.via)
    if isinstance(held, list):
        held = held[0] if held else None
    known = draft.names.get((subject.side, one.entity, _id(held)))
    return draft.made[known] if known is not None else None


def _id(value: Value) -> str:
    found = value.get("id") if isinstance(value, dict) else value
    return "" if found is None else str(found)


def _of_length(length: int) -> str:
    words = "Zoë O'Brien & Sons of Peoria "
    return (words * (length // len(words) + 1))[: max(1, length - 1)].strip().ljust(length, "x")[:length]
