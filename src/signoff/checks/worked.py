"""Check worked examples: what both companies computed by hand is what the row's rule gives."""

from __future__ import annotations

from signoff.agreement.matters import BoundWorked
from signoff.agreement.resolved import BoundRow, Pair
from signoff.checks.case import Case
from signoff.checks.ledger import Ledger
from signoff.checks.telling import reproduce
from signoff.expressions.evaluate import Unreadable
from signoff.record import ABSENT, Record, Value, blank
from signoff.rules.context import Context, Moment, World, zone_named
from signoff.rules.reading import read
from signoff.rules.results import Blank, LeftOut, Result, Unwritten
from signoff.schema import Type
from signoff.verdict import Counterexample

WORKED = "worked out"
_UNWRITTEN = "nothing is written"


class Stated(Context):
    """Be a record of which only the literal inputs of an example are known; everything else is blank."""

    __slots__ = ("inputs", "known")

    def __init__(self, world: World, entity: str, moment: Moment, row: BoundRow, inputs: Record) -> None:
        super().__init__(world, entity, {}, moment)
        self.inputs = inputs
        self.known = dict(zip(row.sources, row.source_fields, strict=True))

    def value(self, name: str) -> Value:
        """Return an input as the sending system would hold it; ABSENT for every other field."""
        return self.inputs.get(name, ABSENT)

    def typed(self, name: str) -> Value:
        """Return an input as its field's type reads it; raise Unreadable."""
        raw = self.inputs.get(name, ABSENT)
        return raw if blank(raw) else read(self.known.get(name), raw, self.moment.system_zone)


def check_worked(case: Case, ledger: Ledger) -> None:
    """Work every example out by the rule of the row that it proves; the connector plays no part in it."""
    for one in case.agreement.matters.worked:
        pair = case.agreement.pair(one.pair)
        row = next((found for found in pair.rows if found.statement == one.row), None)
        ledger.promise(one.statement, WORKED, f"the row {one.row}")
        if row is None or row.rule is None:
            continue
        ledger.exercise(one.statement, WORKED)
        context = _context(case, pair, row, one)
        result = row.rule.value(context)
        if not _gives(row, result, one.result, context):
            shown = row.rule.shown(result)
            ledger.find(one.statement, "worked example", lambda one=one, shown=shown: _example(case, one, shown))  # type: ignore[misc]


def _context(case: Case, pair: Pair, row: BoundRow, one: BoundWorked) -> Stated:
    agreement = case.agreement
    integration = agreement.integration
    side = row.sender
    branch = agreement.branch_tables.get(row.branch, {})
    moment = Moment(
        now=case.history.started,
        zone=zone_named(integration.zone),
        system_zone=zone_named(agreement.schemas[side].zone),
        target_zone=zone_named(agreement.schemas[side.other].zone),
        default_country=integration.default_country,
        tables={**agreement.tables, **branch},
        settings=integration.settings,
    )
    entity = pair.source if side is pair.sender else pair.target
    return Stated(World(agreement.schemas[side], {}), entity, moment, row, one.inputs)


def _gives(row: BoundRow, result: Result, expected: str, context: Context) -> bool:
    assert row.rule is not None
    if isinstance(result, Unwritten | LeftOut):
        return expected.lower() in (_UNWRITTEN, "left out")
    if isinstance(result, Blank):
        return not expected
    if not expected or expected.lower() == _UNWRITTEN:
        return False
    field = row.target_field
    raw: Value = expected
    if field is not None and field.type in (Type.AMOUNT, Type.NUMBER, Type.INTEGER, Type.YES_NO):
        try:
            raw = read(field, expected, context.target_zone)
        except Unreadable:
            return False
    if row.rule.many:
        raw = [part.strip() for part in expected.split(";")]
    return row.rule.agrees(result, raw, context)


def _example(case: Case, one: BoundWorked, shown: str) -> Counterexample:
    return Counterexample(
        record=f"the example in {one.place.file}:{one.place.line}",
        expected=one.result or "blank",
        found=f"{shown}, by the rule of {one.row}",
        given=one.shown,
        reproduce=reproduce(case, one.statement),
        note="The rule and the example contradict each other; the connector was not asked.",
    )
