"""Put wrong values in for the rows of value tables: another row's, or a record that a table should have stopped."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace

from signoff.agreement.abilities import can_change
from signoff.agreement.resolved import BoundRow, Pair
from signoff.agreement.statement import Kind, Statement
from signoff.agreement.twoway import leading_back
from signoff.checks.blame import out_of_turn
from signoff.checks.twoway import LED_BACK
from signoff.record import Value, blank, same_json
from signoff.rules.results import NOT_IN_TABLE, Kept
from signoff.schema import Side
from signoff.sensitivity.attempt import Attempt, Way, alters
from signoff.sensitivity.delivery import delivered
from signoff.sensitivity.rows import outputs, way_with
from signoff.sensitivity.scene import Scene, Shown


@alters(Kind.VALUE)
def another_value(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield another value of the table; for what a table calls an error, the record that came through all the same."""
    row = next(one for one in scene.agreement.value_rows if one.statement == statement.id)
    used = _used(scene, row.table)
    if used is None:
        return
    receiving = row.row.app if used[0].sender is Side.ATS else row.row.ats
    if receiving.text.lower() == "error":
        yield Attempt(
            statement.id,
            "held back",
            "delivered",
            _delivered(scene, statement.id),
            fitting="a record that only this row keeps out",
        )
        return
    back = any(one is row.row for one in leading_back(scene.agreement, *used))
    phases = [
        "created",
        *(["changed into"] if can_change(scene.agreement, *used) else []),
        *([LED_BACK] if back else []),
    ]
    for phase in phases:
        yield in_its_place(
            scene,
            statement.id,
            phase,
            scene.shown(statement.id, phase),
            "a record for which another row's value is wrong",
        )


def in_its_place(scene: Scene, statement: str, phase: str, shown: list[Shown], fitting: str) -> Attempt:
    """Return the attempt to put another row's value where a table gave one; `fitting` says what may be lacking."""
    several = any(_tells(scene, one, value) for one in shown for value in outputs(one))
    # Where the table has one other value only, it is the one before the change: that is told of the chart row.
    told_of = frozenset[str]() if several else frozenset(one.row.statement for one in shown)
    return Attempt(statement, phase, "another row's value", _others(scene, shown, several), told_of, fitting)


def _tells(scene: Scene, one: Shown, value: Value) -> bool:
    """Tell whether a value would be told of the table: not the one before, nor a state in which the record is soon."""
    spot = one.spot
    return not (
        blank(value)
        or same_json(value, one.held)
        or out_of_turn(scene.case, spot.phase, spot.pair, one.row.target, spot.sender, value)
    )


def _others(scene: Scene, shown: list[Shown], several: bool) -> Iterator[Way]:
    for one in shown:
        for value in outputs(one):
            way = way_with(one, value)
            if (
                way is not None
                and not blank(value)
                and (_tells(scene, one, value) if several else same_json(value, one.held))
            ):
                assert one.row.rule is not None
                mine = frozenset[Hashable]({("table", one.row.rule.table)})
                yield replace(way, uses=way.uses - mine, spoils=way.spoils | mine)


def _used(scene: Scene, table: str) -> tuple[Pair, BoundRow] | None:
    """Return the first chart row that looks up in a table, with its binding."""
    for pair in scene.agreement.pairs:
        for row in pair.rows:
            if row.rule is not None and table in row.rule.tables:
                return pair, row
    return None


def _delivered(scene: Scene, statement: str) -> Iterator[Way]:
    """Yield how a record with a value of no row arrives with a value of the table."""
    for one in scene.bad_records():
        if any(reason.kind != NOT_IN_TABLE for reason in one.reasons):
            continue
        for target in one.pair.targets():
            promise = one.phase.settled.promise(one.pair, target, one.sender)
            if promise is None or promise.row.statement != one.reasons[0].statement or promise.row.rule is None:
                continue
            row = getattr(promise.result, "table_row", None)
            if row is not None and scene.agreement.value_row_statement(row) == statement:
                values = promise.row.rule.other_outputs(promise.result)
                filled: dict[str, object] = {promise.row.target_top: values[0]} if values else {}
                way = delivered(scene, one.pair, one.phase, one.sender, filled)
                if way is not None:
                    yield way
    yield from _filled_in(scene, statement)


def _filled_in(scene: Scene, statement: str) -> Iterator[Way]:
    """Yield how a field that the bad-data table leaves out holds a value of the table."""
    for spot, promise in scene.decided_through_tables:
        row = promise.result.table_row if not isinstance(promise.result, Kept) else None
        if row is not None and scene.agreement.value_row_statement(row) == statement:
            shown = scene.field(spot, promise)
            ways = (way_with(shown, value) for value in outputs(shown))
            yield from (way for way in ways if way is not None)
