"""Put wrong values in for chart rows: blank, the one before, a neighbour's, a stranger's, one that is nearly right."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeAlias

from signoff.agreement.addresses import corrects
from signoff.agreement.branching import MOVED
from signoff.agreement.phases import promised_phases
from signoff.agreement.resolved import BoundRow, Pair
from signoff.agreement.statement import Kind, Statement
from signoff.record import ABSENT, Path, Value, blank, same_json, with_value
from signoff.rules.results import Blank, Kept, LeftOut
from signoff.rules.results import Value as Given
from signoff.sensitivity.attempt import Attempt, Way, alters
from signoff.sensitivity.message import adding, free_fields, other_than
from signoff.sensitivity.near import near_name
from signoff.sensitivity.scene import Scene, Shown, mark

STRANGERS = 6
"""So many other records are asked for their value of a field."""

Wrong: TypeAlias = "Callable[[Scene, Shown], Iterable[Value]]"
"""Return wrong values for a field, the best first."""


@alters(Kind.ROW)
def wrong_values(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield the wrong values for a chart row, in each phase that it promises."""
    known = scene.row(statement.id)
    if known is None or known[1].rule is None:
        return
    pair, row = known
    tables = row.rule.tables if row.rule is not None else ()
    elsewhere = frozenset(one.statement for one in scene.agreement.value_rows if one.table in tables)
    if statement.id == pair.link_statement and not _known_without_link(pair):
        elsewhere = frozenset({pair.statement("arrive")})  # nobody can tell whose the record is: its sender is missing
    asked = frozenset(one.statement for one in scene.agreement.matters.addresses if corrects(row))
    for phase in promised_phases(scene.agreement, pair, row):
        spots = scene.shown(statement.id, phase)
        for name, wrong in _WRONG.items():
            if name in _does_not_apply(pair, row, phase) or (name == "overwritten" and not _keeping(spots)):
                continue
            told_of = elsewhere if name in _THE_TABLES or statement.id == pair.link_statement else frozenset[str]()
            ways = _ways(scene, spots, wrong)
            yield Attempt(statement.id, phase, name, ways, told_of | asked, _lacking(spots, phase, name))
        near: dict[str, list[tuple[Shown, Value]]] = {}
        for one in spots:
            for name, value in _near(one).items():
                near.setdefault(name, []).append((one, value))
        for name, found in near.items():
            ways = (way for one, value in found if (way := _way(one, value)) is not None)
            yield Attempt(statement.id, phase, name, ways, elsewhere | asked)


def _known_without_link(pair: Pair) -> bool:
    """Tell whether a binding has a key besides its link, by which a record is known again."""
    return any(set(key.rows) - {pair.link_statement} for key in pair.matched)


_THE_TABLES = frozenset({"overwritten", "stranger"})
"""Wrong values that are told of the table's row where a table gave the right one."""


def _ways(scene: Scene, spots: list[Shown], wrong: Wrong) -> Iterator[Way]:
    for one in spots:
        for value in wrong(scene, one):
            way = _way(one, value)
            if way is not None:
                yield way


def _does_not_apply(pair: Pair, row: BoundRow, phase: str) -> frozenset[str]:
    """Return the wrong values that mean nothing for a row: they would be right, or another statement's."""
    found: set[str] = set()
    if phase.startswith("created"):
        found |= {"stale", "overwritten"}
    if phase == "edited on the other side":
        found.add("stale")  # an edit may stay until the sending side changes
    if row.statement == pair.link_statement:
        found.add("stranger")  # then it is the other's record: `:arrive` and `:once` are told
    if row.rule is not None and row.rule.tree.steps and row.rule.tree.steps[0].phrase == "left blank":
        found.add("missing")
    if not row.sources and phase != MOVED:
        found |= {"stranger", "stale", "overwritten"}  # a constant is the same everywhere and always
    return frozenset(found)


def _keeping(spots: list[Shown]) -> bool:
    """Tell whether some field is to keep what it held: else there is nothing that could be overwritten."""
    return any(isinstance(one.expected, Kept) for one in spots)


def _lacking(spots: list[Shown], phase: str, name: str) -> str:
    """Return what would have shown a wrong value that fitted no record; "" where that is no matter."""
    if all(isinstance(one.expected, Kept) for one in spots):
        gives = any(isinstance(one.promise.result, Given | Blank) for one in spots)
        return "a record in which the rule gives another value" if gives and name == "overwritten" else ""
    if name == "missing" and phase in ("created", "changed"):
        return "a record whose value is not blank"
    if name == "stale" and phase in ("changed", "cleared", MOVED):
        return "a record whose value becomes another one"
    return ""


def _missing(_scene: Scene, _one: Shown) -> tuple[Value, ...]:
    return (ABSENT,)


def _stale(_scene: Scene, one: Shown) -> tuple[Value, ...]:
    return () if isinstance(one.expected, Kept) else (one.held,)


def _overwritten(_scene: Scene, one: Shown) -> tuple[Value, ...]:
    """Return what the rule alone gives, where the receiving field is to keep what it held."""
    result, field = one.promise.result, one.row.target_field
    assert one.row.rule is not None
    return (
        (one.row.rule.raw(result, field),)
        if isinstance(one.expected, Kept) and isinstance(result, Given | Blank)
        else ()
    )


def _neighbour(_scene: Scene, one: Shown) -> Iterator[Value]:
    spot, field = one.spot, one.row.target_field
    now = spot.phase.settled
    for other in spot.pair.rows:
        theirs = other.target_field
        if other.target == one.row.target or theirs is None or field is None:
            continue
        if (theirs.type, theirs.many, theirs.entity) == (field.type, field.many, field.entity):
            value = now.raw(spot.pair, spot.receiver, other.target)
            if not blank(value) and not (field.choices and value not in field.choices):
                yield value


def _stranger(_scene: Scene, one: Shown) -> Iterator[Value]:
    spot = one.spot
    now = spot.phase.settled
    asked = 0
    for other in now.receivers(spot.pair):
        value = now.raw(spot.pair, other, one.row.target)
        if other != spot.receiver and not blank(value) and not same_json(value, one.actual):
            asked += 1
            yield value
            if asked == STRANGERS:
                return


_WRONG: dict[str, Wrong] = {
    "missing": _missing,
    "stale": _stale,
    "overwritten": _overwritten,
    "neighbour": _neighbour,
    "stranger": _stranger,
}
"""Wrong values that do not depend on the rule, by name."""


def _near(one: Shown) -> dict[str, Value]:
    rule, field = one.row.rule, one.row.target_field
    assert rule is not None
    if isinstance(one.expected, Kept):
        return {}
    right = rule.raw(one.expected, field)
    found: dict[str, Value] = {}
    others = rule.other_outputs(one.expected)
    for value in rule.near_misses(one.expected):
        if any(same_json(value, other) for other in others):
            continue  # the rows of the table are tried with another row's value, each by itself
        found.setdefault(near_name(right, value, field.type if field is not None else None), value)
    return found


def _way(one: Shown, value: Value) -> Way | None:
    """Return how a wrong value is put into a field; None where it would be right, or is there already."""
    spot, row = one.spot, one.row
    rule = row.rule
    assert rule is not None
    now, label = spot.phase.settled, spot.phase.label
    if isinstance(one.expected, LeftOut):
        return _sent(one, value)
    if same_json(value, one.actual) or rule.agrees(one.expected, value, now.context(spot.pair, spot.sender)):
        return None
    if one.tolerated and same_json(value, one.held):
        return None
    cell: Hashable = (label, spot.receiver_key, row.target_top)
    both: frozenset[Hashable] = frozenset({spot.sender_key, spot.receiver_key})
    link = row.statement == spot.pair.link_statement
    return Way(
        edits=(lambda draft: draft.set_value(label, "settled", spot.receiver_key, row.target, value),),
        marks=frozenset({mark(spot.sender_key)}),
        until=label,
        subjects=frozenset({spot.sender_key}),
        spoils=both | {cell} if link else frozenset({cell}),
        uses=frozenset({("table", rule.table)}) if link else both | {("table", rule.table)},
    )


def _sent(one: Shown, value: Value) -> Way | None:
    """Return how a field that is to be left out is sent after all, in the message that made the record."""
    spot, row = one.spot, one.row
    key, label = spot.receiver_key, spot.phase.label
    carried = [found for found in spot.phase.writes if found[1].key == key and found[1].accepted]
    if not carried or value is ABSENT:
        return None
    number, top = carried[0][0].number, row.target_top
    part = "[" not in row.target
    sent = {top: with_value(carried[0][1].sent, row.target, value)[top] if part else value}
    return Way(
        edits=(
            lambda draft: draft.send(number, key, sent),
            lambda draft: draft.set_value(label, "settled", key, row.target, value),
        ),
        marks=frozenset({mark(spot.sender_key)}),
        until=label,
        subjects=frozenset({spot.sender_key}),
        spoils=frozenset({(label, key, top), ("message", number, top)}),
        uses=frozenset({spot.sender_key, key}),
    )


def outputs(one: Shown) -> tuple[Value, ...]:
    """Return what other rows of the table give in place of a field's value."""
    rule = one.row.rule
    assert rule is not None
    if rule.tables and not rule.table:
        return rule.in_other_bands(one.spot.phase.settled.context(one.spot.pair, one.spot.sender))
    result = one.expected if isinstance(one.expected, Given | Blank | LeftOut) else one.promise.result
    return rule.other_outputs(result)


def way_with(one: Shown, value: Value) -> Way | None:
    """Return how a value is put into a field, for kinds of statement that choose it themselves."""
    return _way(one, value)


@alters(Kind.ROW)
def written_back(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield a write to a row's own source, though the value flows the other way."""
    known = scene.row(statement.id)
    if known is None or known[1].rule is None or known[1].both_ways:
        return
    pair, row = known
    fields = scene.agreement.entity(pair.sender, pair.source).fields
    free = free_fields(scene, pair, pair.sender, pair.source)
    heads = [head for source in row.sources if (head := Path.parse(source).head) in fields and head in free]
    if not heads:
        return
    head = heads[0]
    others = [one.statement for one in pair.rows if head in {Path.parse(source).head for source in one.sources}]
    ways = (
        adding(one.phase, "settle", one.sender_key, {head: other_than(one.sender_record.get(head))})
        for one in scene.pairs_of(pair)
    )
    yield Attempt(statement.id, "direction", "written back", ways, frozenset(others) - {statement.id})
