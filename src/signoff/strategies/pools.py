"""Sort values by what the agreement makes of them: good, bad, or moving a record across the population.

Edges first, then plain and random values. Every value is tried on a prototype record by the rules themselves, so
that the generator needs no knowledge of any rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from signoff.agreement.abilities import handle, must_be_filled
from signoff.agreement.resolved import Agreement, BoundRow, Handle, Pair
from signoff.chart import ValueRow, ValueTable
from signoff.model.policy import decided, for_conditions
from signoff.model.sight import Sight
from signoff.record import Value, blank, get, same_json, with_value
from signoff.rules.reading import breaks
from signoff.rules.results import BadData, Blank, LeftOut
from signoff.rules.results import Value as Given
from signoff.schema import Field, Side, Type, Wire
from signoff.strategies.carried import carried_over
from signoff.strategies.draft import Draft
from signoff.strategies.drawn import texts
from signoff.strategies.formed import in_form
from signoff.strategies.made import Made, rows_reading
from signoff.strategies.witness import Way

PLAIN = 14
MOST_EDGES = 24
RANDOM = 4

_DAY = re.compile(r"\d{4}-\d\d-\d\d")

UNREADABLE: dict[Type, tuple[Any, ...]] = {
    Type.PHONE: ("ask reception", "555-0147", "+1 200 555 01"),
    Type.EMAIL: ("not an e-mail", "two@at@example.com"),
    Type.STATE: ("Nowhere",),
}


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
            value = self._draft.raw(side, leaf, _figure(leaf, cell))
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
        plain = [self._draft.distinct(side, entity, known, {}) for _ in range(PLAIN)]
        edges = self._edges(side, known, readers)
        seen: list[Value] = []

        def sort(values: list[Value], home: list[Value]) -> None:
            for value in values:
                if not fits(known, value) or breaks(known, value) or any(same_json(value, one) for one in seen):
                    continue
                seen.append(value)
                before = sum(map(len, pool.bad.values()))
                self._sort(pool, home, value, readers)
                pool.doubtful |= home is pool.good and sum(map(len, pool.bad.values())) > before

        sort(edges, pool.edges)
        sort(plain, pool.good)
        if not pool.good:
            sort(carried_over(self, readers, edges=True), pool.edges)
            sort(carried_over(self, readers, edges=False), pool.good)
        if known.choices or not pool.good:  # a text with a value table has no good values but those of the table
            pool.good += [one for one in pool.edges if one not in pool.good]
        return pool

    def _edges(self, side: Side, known: Field, readers: list[tuple[Pair, BoundRow, str]]) -> list[Value]:
        if known.type is Type.OBJECT:
            return [None, []] if known.many else [None]
        typed: list[Any] = []
        for _, row, source in readers:
            assert row.rule is not None
            written = row.rule.types.sources[row.sources.index(source)].name
            typed += self._some([one.value for one in row.rule.edges(written)])
            typed += self._at_limits(row)
        # A system that checks the form of a field holds nothing that cannot be read.
        typed += [None, *(UNREADABLE.get(known.type, ()) if known.pattern is None else ())]
        if known.type is Type.TEXT and readers:
            typed += ["", "  ", "\u00a0"]
            typed += texts(known.max_length or 40, RANDOM, self._draft.rng.getrandbits(32))
        found: list[Value] = []
        for one in typed:
            try:
                value = self._draft.raw(side, known, _figure(known, one))
            except (TypeError, ValueError, AttributeError, ArithmeticError):
                continue  # an edge of another type than the field's: the rule names it for other fields too
            found.append([value] if known.many and value is not None else value)
        return found + (_lists(found) if known.many and not known.choices else [])

    def _some(self, edges: list[Any]) -> list[Any]:
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
        if target.type in (Type.TEXT, Type.ANY) and target.max_length and not target.many:
            found += [_of_length(target.max_length + step) for step in (-1, 0, 1)]
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
        for path, value in values.items():
            records[prototype.id] = with_value(records[prototype.id], path, value)
        try:
            return tuple(one.statement for one in decided(self._fresh(), pair, prototype.id))
        finally:
            records[prototype.id] = before

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
        records[place.id] = with_value(before, one.path, value)
        try:
            return judge(self._fresh())
        finally:
            records[place.id] = before

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


def _figure(known: Field, typed: Any) -> Any:
    """Return what a table lists for a field of numbers as a number."""
    if isinstance(typed, str) and known.type in (Type.NUMBER, Type.INTEGER, Type.AMOUNT) and typed.strip():
        number = Decimal(typed)
        return int(number) if known.type is Type.INTEGER and number == int(number) else number
    return typed


def fits(known: Field, value: Value) -> bool:
    """Tell whether a value is of a field's kind: a rule names edges for every type of field that it may read."""
    if known.many and isinstance(value, list):
        return all(fits(known, one) for one in value)
    if known.wire is not Wire.NATURAL or value is None:
        return True
    if known.type is Type.YES_NO:
        return isinstance(value, bool)
    if known.type in (Type.NUMBER, Type.INTEGER, Type.AMOUNT):
        if not isinstance(value, int | Decimal) or isinstance(value, bool):
            return False
        return known.type is not Type.INTEGER or value == int(value)
    if known.type is Type.FILE:
        return isinstance(value, str) is not bool(known.fields)
    if known.type in (Type.DATE, Type.INSTANT):
        return isinstance(value, str) and (not value.strip() or _DAY.match(value) is not None)
    return True


def _id(value: Value) -> str:
    found = value.get("id") if isinstance(value, dict) else value
    return "" if found is None else str(found)


def _lists(found: list[Value]) -> list[Value]:
    """Return lists in which an item stands twice, a blank stands between, and the order is not that of the alphabet."""
    items = [one[0] for one in found if isinstance(one, list) and one and not blank(one[0])][:2]
    if len(items) < 2:
        return []
    first, last = items
    between: list[Value] = [[last, "", first]] if isinstance(first, str) else []
    return [[last, first, last], [first, last], *between]


def _of_length(length: int) -> str:
    words = "Zoë O'Brien & Sons of Peoria "
    return (words * (length // len(words) + 1))[: max(1, length - 1)].strip().ljust(length, "x")[:length]
