"""Run worked examples: build the record and the row that an example describes, and work its rule out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from signoff.addresses import NO_SERVICE
from signoff.chart import Cell, ValueRow, ValueTable
from signoff.errors import Place
from signoff.record import ABSENT, Value
from signoff.rules.cell import Rule, settled, understand
from signoff.rules.context import Context, Moment, PartnerFound, RowTypes, SourceField, World, zone_named
from signoff.rules.registry import MODIFIERS, PHRASES, Example, Outcome
from signoff.rules.results import BadData, Blank, Kept, LeftOut, Result, Unwritten
from signoff.rules.settling import put_right, stands
from signoff.schema import Entity, Field, Side, SystemSchema, Type, Wire

PLACE = Place("reference of rules")
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""The moment of every example: noon UTC on the first day of 2026."""

_SENDER = "Sender"


@dataclass(frozen=True, slots=True)
class Worked:
    """Hold an example that has been worked out: its rule, the record's context, the result and what is then held."""

    rule: Rule
    context: Context
    result: Result
    settled: Result


def type_of(value: Value) -> Type:
    """Return the type that a literal value suggests."""
    if isinstance(value, bool):
        return Type.YES_NO
    if isinstance(value, int | Decimal):
        return Type.NUMBER
    if isinstance(value, Mapping):
        return Type.OBJECT
    if isinstance(value, list):
        return type_of(value[0]) if value else Type.TEXT
    return Type.TEXT


def field_of(name: str, value: Value, example: Example) -> Field:
    """Return the sending field that an example describes."""
    type_ = example.types.get(name) or type_of(value)
    parts: dict[str, Field] = {}
    inside = value[0] if isinstance(value, list) and value else value
    if isinstance(inside, Mapping) and type_ is Type.OBJECT:
        parts = {key: Field(key, _dated(part), nullable=True) for key, part in inside.items()}
    wire = example.options.get("wire", Wire.NATURAL)
    fits = wire is Wire.ID_OBJECT if type_ is Type.REFERENCE else wire is not Wire.ID_OBJECT
    many = isinstance(value, list) or "[]" in str(example.options.get("cell", ""))
    entity = _SENDER if type_ is Type.REFERENCE else ""
    return Field(name, type_, many=many, wire=wire if fits else Wire.NATURAL, fields=parts, entity=entity)


def _dated(value: Value) -> Type:
    return Type.DATE if isinstance(value, str) and len(value) == 10 and value[4] == "-" else type_of(value)


def table_of(rows: tuple[tuple[str, ...], ...]) -> ValueTable:
    """Return the value table "Status" of rows `(ATS value, app value[, match[, back to]])`."""
    built = []
    for number, row in enumerate(rows, 1):
        place = Place(PLACE.file, number)
        match = row[2] if len(row) > 2 else ""
        back = row[3] if len(row) > 3 else ""
        built.append(ValueRow(place, Cell(row[0], place), Cell(row[1], place), back, match))
    return ValueTable("Status", PLACE, ("ATS", "app"), tuple(built))


def row_types(example: Example) -> RowTypes:
    """Return the row that an example describes."""
    options = example.options
    source = str(options.get("cell", ""))
    sources = []
    for name, value in example.given.items():
        field = field_of(name, value, example)
        if source.startswith(f"{name}["):
            rest = source.partition("[].")[2]
            sources.append(SourceField(source, source, Field(rest, Type.TEXT)))
        else:
            sources.append(SourceField(name, name, field))
    functions: Mapping[str, Callable[..., Any]] = options.get("functions", {})
    many = bool(options.get("target_many", False))
    target = Field(str(options.get("part", "y")), example.target, many=many, choices=options.get("choices", ()))
    tables = {"Status": table_of(options["table"])} if "table" in options else {}
    flag = str(options.get("primary_flag", "isPrimary"))
    return RowTypes(
        PLACE,
        tuple(sources),
        target,
        tables,
        options.get("side", Side.ATS),
        required=bool(options.get("required", False)),
        settings=options.get("settings", {}),
        primary_flag=flag,
        resolve=lambda name: functions[name],
    )


def work_out(example: Example) -> Worked:
    """Work an example out; raises ScopeError when its rule cannot be understood."""
    options = example.options
    fields = {name: field_of(name, value, example) for name, value in example.given.items()}
    schema = SystemSchema(options.get("side", Side.ATS), "example", {_SENDER: Entity(_SENDER, fields)})
    partners: Mapping[tuple[str, str], list[str]] = options.get("partners", {})

    def partner(_entity: str, by: str, value: Value) -> PartnerFound:
        return PartnerFound(tuple(partners.get((by, str(value)), ())))

    moment = Moment(
        NOW,
        system_zone=zone_named(str(options.get("zone", "UTC"))),
        default_country=str(options.get("country", "US")),
        settings=options.get("settings", {}),
        partner=partner,
        service=options.get("service", NO_SERVICE),
    )
    created = bool(options.get("created", True))
    before = options.get("before", ABSENT)
    context = Context(World(schema, {}), _SENDER, dict(example.given), moment, previous=before, created=created)
    rule = understand(example.rule, row_types(example))
    result = rule.value(context)
    after = settled(rule, result, before, created, options.get("newer"))
    return Worked(rule, context, result, after if _written(rule, options) else Kept(before))


def _written(rule: Rule, options: Mapping[str, Any]) -> bool:
    """Tell whether the sending value is written in an example of which people changed the fields on both sides."""
    if "changed" not in options:
        return True
    changed = options["changed"]
    if options.get("both_ways"):
        return stands(rule, Side.ATS, "ats wins", "here" in changed, "there" in changed, options.get("later"))
    return "here" in changed or put_right(rule, "elsewhere" in changed)


def outcome_of(result: Result) -> Outcome | None:
    """Return what a result is called when it is no value."""
    if isinstance(result, Blank):
        return Outcome("blank", result.form)
    if isinstance(result, LeftOut):
        return Outcome("left out")
    if isinstance(result, Unwritten):
        return Outcome("nothing is written")
    if isinstance(result, Kept):
        return Outcome("kept")
    if isinstance(result, BadData):
        return Outcome("bad data", result.kind)
    return None


def wrong(example: Example) -> str:
    """Work an example out and say in words how it differs from what it claims, or "" when it holds."""
    done = work_out(example)
    if isinstance(example.gives, Outcome):
        shown = done.result if isinstance(done.result, Unwritten) else done.settled
        found = outcome_of(shown)
        return "" if found == example.gives else f"gives {done.rule.shown(shown)}, not {example.gives.name}"
    if not done.rule.agrees(done.settled, example.gives, done.context):
        return f"gives {done.rule.shown(done.settled)}, with which {example.gives!r} does not agree"
    return ""


def examples() -> Iterator[tuple[str, Example]]:
    """Yield every worked example with the key of its phrase or modifier."""
    for phrase in PHRASES.values():
        for example in phrase.examples:
            yield phrase.key, example
    for modifier in MODIFIERS.values():
        for example in modifier.examples:
            yield modifier.key, example
