"""Draw the lists of which a row picks an item by its key: with it in every place, without it, and beside near ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from signoff.agreement.abilities import handle
from signoff.agreement.resolved import Agreement, BoundRow, Pair
from signoff.errors import Place
from signoff.expressions.evaluate import as_text, holds
from signoff.expressions.parse import parse_condition
from signoff.expressions.tree import Condition
from signoff.record import ABSENT, Path, Value, blank, get, same_json, with_value
from signoff.rules.context import Context
from signoff.rules.names import Resolved
from signoff.schema import Field, Side, Type
from signoff.strategies.shapes import read_as, words_of
from signoff.strategies.witness import Witness

if TYPE_CHECKING:
    from signoff.strategies.draft import Draft

PLACES = ("first", "last", "middle", "nowhere")
"""Where the item stands that a row asks for; one list after the other."""
NEAR = 0.4
"""Share of the other items whose key is almost the one that is asked for."""

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Keyed:
    """Hold what a row picks of a list: the item for which `condition` holds, and of it the field at `part`."""

    condition: Condition
    part: str
    reads: Type | None = None
    """What a text of that part is taken for."""
    words: tuple[str, ...] = ()
    """Values of the table in which it is looked up."""


def picks(agreement: Agreement) -> dict[tuple[Side, str, str], tuple[Keyed, ...]]:
    """Return what rows pick by key, for the lists of things of every entity."""
    found: dict[tuple[Side, str, str], tuple[Keyed, ...]] = {}
    for pair in agreement.directions():
        for row in pair.rows:
            for source in row.sources if row.rule is not None else ():
                one = handle(agreement, pair, source)
                picked = picked_by(agreement, pair, row, source)
                if one is not None and picked is not None:
                    key = (pair.sender, one.entity, one.path)
                    found[key] = tuple(dict.fromkeys((*found.get(key, ()), picked)))
    return found


def picked_by(agreement: Agreement, pair: Pair, row: BoundRow, source: str) -> Keyed | None:
    """Return what a source of a row picks of a list of things, or None where it names no item of one."""
    one = handle(agreement, pair, source)
    segments = Path.parse(source).segments
    at = next((index for index, segment in enumerate(segments) if segment.where), None)
    if one is None or at is None or not (one.leaf.type is Type.OBJECT and one.leaf.many and one.leaf.fields):
        return None
    condition = parse_condition(segments[at].where, Place(f"[{segments[at].where}]"))
    part = ".".join(segment.name for segment in segments[at + 1 :])
    return Keyed(condition, part, read_as(row), words_of(agreement, pair, row))


class Lists:
    """Draw the lists of one draft. Each list in turn has the item that a row asks for in another place."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._picks = picks(draft.agreement)
        self._turns: dict[tuple[Side, str, str], int] = {}
        self._read: Context | None = None

    def arranged(self, side: Side, entity: str, field: Field, items: list[Value]) -> list[Value]:
        """Return drawn items with those that rows ask for among them or not; as they are where no row picks any."""
        key = (side, entity, field.path)
        asked = self._picks.get(key, ())
        if not asked:
            return items
        turn = self._turns[key] = self._turns.get(key, -1) + 1
        others = [self._other(side, field, asked, one) for one in items]
        found: list[Value] = others
        for number, one in enumerate(asked):
            place = PLACES[(turn + number * (1 + turn // len(PLACES))) % len(PLACES)]
            if place == "nowhere":
                continue
            at = {"first": 0, "last": len(found), "middle": max(1, len(found) // 2)}[place]
            found = [*found[:at], self._asked_for(side, entity, field, one, found), *found[at:]]
        return found

    def edge(self, side: Side, entity: str, field: Field, one: Keyed, value: Value) -> list[Value]:
        """Return a list in which the item that is asked for has a value, behind another item."""
        used: list[Value] = []
        for _ in range(2):
            used.append(self._draft.one(side, entity, field, {}))
        other = self._other(side, field, (one,), used[0])
        return [other, with_value(self._with(side, field, one.condition, True, used[1]), one.part, value)]

    def another(self, field: Field, one: Keyed, held: Value, good: Sequence[Value], whose: str) -> Value:
        """Return a list in which only the item that is asked for has changed (`whose` "its own"), or only another one.

        The values are those of other good lists. Returns what is held where nothing can be changed alone.
        """
        items = list(held) if isinstance(held, list) else []
        at = self.index(field, one, items)
        lists = [list(other) for other in good if isinstance(other, list) and not same_json(other, held)]
        self._draft.rng.shuffle(lists)
        for other in lists:
            there = self.index(field, one, other)
            if whose == "its own":
                if at is None or there is None:
                    continue
                value = get(other[there], one.part)
                if not blank(value) and not same_json(value, get(items[at], one.part)):
                    return [*items[:at], with_value(items[at], one.part, value), *items[at + 1 :]]
            else:
                new = next((item for number, item in enumerate(other) if number != there and item not in items), None)
                old = next((number for number in range(len(items)) if number != at), None)
                if new is not None:
                    return [*items, new] if old is None else [*items[:old], new, *items[old + 1 :]]
        return held

    def index(self, field: Field, one: Keyed, items: Sequence[Value]) -> int | None:
        """Return where the first item stands for which a bracket holds, None where it holds for none."""
        return next((at for at, item in enumerate(items) if self._holds(field, one.condition, item)), None)

    def _asked_for(self, side: Side, entity: str, field: Field, one: Keyed, others: Sequence[Value]) -> Value:
        """Return an item that a row picks, whose value no other item has, if there are others."""
        item = self._with(side, field, one.condition, True, self._draft.one(side, entity, field, {}))
        part = field.part(one.part)
        if part is None or part.many or part.fields:
            return item
        taken = [get(other, one.part) for other in others]
        for _ in range(12):
            value = self._value(side, one, part)
            if value not in taken:
                break
        return with_value(item, one.part, value)

    def _value(self, side: Side, one: Keyed, part: Field) -> Value:
        if one.words and part.type is Type.TEXT and not part.choices:
            return self._draft.rng.choice(one.words)
        if one.reads is not None and part.type is Type.TEXT and not part.choices:
            return as_text(self._draft.people.plain(replace(part, type=one.reads)))
        return self._draft.raw(side, part, self._draft.people.plain(part))

    def _other(self, side: Side, field: Field, asked: Sequence[Keyed], item: Value) -> Value:
        """Return an item that no row picks, with a value that could be taken for that of one that a row picks.

        Now and then its key is almost the one that is asked for: in other case, say.
        """
        rng = self._draft.rng
        near = rng.choice(asked)
        if rng.random() < NEAR:
            item = self._with(side, field, near.condition, False, item, near=True)
        part = field.part(near.part)
        if part is not None and not part.many and not part.fields:
            item = with_value(item, near.part, self._value(side, near, part))
        for one in asked:
            if self._holds(field, one.condition, item):
                item = self._with(side, field, one.condition, False, item)
        return item

    def _with(
        self, side: Side, field: Field, condition: Condition, truth: bool, item: Value, *, near: bool = False
    ) -> Value:
        """Return an item with what makes a condition true or false of it."""
        draft = self._draft
        day = draft.now.astimezone(draft.zone(side)).date()
        ways = Witness(lambda _, name: field.part(name), day, draft.agreement.integration.settings).ways(
            condition, truth, ""
        )
        found: dict[str, Any] = dict(item) if isinstance(item, Mapping) else {}
        if near:  # the first way is anything else
            ways = [way for way in ways[1:] if all(not blank(one.value) for one in way)] or ways[:1]
        for demand in (draft.rng.choice(ways) if near else ways[0]) if ways else ():
            known = field.part(demand.path)
            if known is not None:
                found = with_value(found, demand.path, draft.raw(side, known, demand.value))
        return found

    def _holds(self, field: Field, condition: Condition, item: Value) -> bool:
        if self._read is None:
            seen = self._draft.sight()
            self._read = Context(seen.worlds[Side.ATS], "", {}, seen.moments[Side.ATS])
        return holds(condition, self._read.item(item, Resolved(lambda _: ABSENT, field)))
