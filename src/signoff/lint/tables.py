"""Check value tables against the fields that are looked up in them, and constants against the receiving field."""

from __future__ import annotations

from collections.abc import Iterator

from signoff.agreement.resolved import BoundRow
from signoff.chart import Cell, ValueRow, ValueTable
from signoff.errors import Problem, ScopeError, nearest
from signoff.lint.codes import Level, rule
from signoff.lint.matter import Matter
from signoff.record import ABSENT
from signoff.rules.lookup import BLANK_CELL, ELSE_CELL, Lookup, folded, prepared
from signoff.rules.wording import normal
from signoff.schema import Field, Side

_OUTCOMES = ("error", "left out", "the same value", "kept as it is", BLANK_CELL)
_WORDS = (*_OUTCOMES, ELSE_CELL, "")


def users(matter: Matter, table: ValueTable) -> list[BoundRow]:
    """Return the rows that look up in a table."""
    return [row for _, row in matter.users(table.name)]


def looked_up_field(row: BoundRow) -> Field | None:
    """Return the sending field whose own value is looked up; None where a step changes it before."""
    if row.rule is None or (row.rule.tree.steps and row.rule.tree.steps[0].phrase != "look up in"):
        return None
    first = row.rule.names[0] if row.rule.names else ""
    return next((one for name, one in zip(row.sources, row.source_fields, strict=True) if name == first), None)


def _written_field(row: BoundRow) -> Field | None:
    steps = row.rule.tree.steps if row.rule is not None else ()
    return row.target_field if not steps or steps[-1].phrase == "look up in" else None


def _tables(matter: Matter) -> Iterator[tuple[ValueTable, list[BoundRow]]]:
    for document in matter.documents:
        for table in document.tables:
            yield table, users(matter, table)


def _cell(row: ValueRow, side: Side) -> Cell:
    return row.ats if side is Side.ATS else row.app


@rule(
    "unused-table",
    level=Level.WARNING,
    what="No row looks up in a value table.",
    why="Its rows look like promises, and nothing would notice if they were broken.",
    bad='`Examples: Worker status`, while the row says `look up in "Status"` or nothing at all.',
    fix='Let a row say `look up in "Worker status"`, or remove the table.',
)
def unused_table(matter: Matter) -> Iterator[Problem]:
    """Find tables that no rule names."""
    for table, rows in _tables(matter):
        if not rows:
            yield Problem(
                table.place,
                f'a row that says look up in "{table.name}"',
                "none",
                how="Use the table in a rule, or remove it.",
            )


@rule(
    "unfilled-value",
    level=Level.WARNING,
    what="A value row whose app value is an empty cell.",
    why="It counts as blank, and looks like a row that somebody has yet to fill in.",
    bad="`| Active | |`",
    fix="Write the value, or `(blank)` if it is to be blank.",
)
def unfilled_value(matter: Matter) -> Iterator[Problem]:
    """Find value rows that say by silence that the app's value is blank."""
    for table, _ in _tables(matter):
        for row in table.rows:
            if folded(row.ats.text) not in ("", BLANK_CELL) and not row.app.text:
                yield Problem(
                    row.app.place,
                    f"the app's value for {row.ats.text}",
                    "an empty cell, which counts as blank",
                    BLANK_CELL,
                    how=f"Write the value, or `{BLANK_CELL}` if it is to be blank.",
                )


@rule(
    "left-out-required",
    level=Level.ERROR,
    what="A value table leaves out a field that the receiving system demands.",
    why="Every record with such a value is refused, so it can never arrive.",
    bad="`| anything else | left out |` for Worker.status, which the app's schema requires.",
    fix="Write the value that it is to have, or `error` to hold the record back and report it.",
)
def left_out_required(matter: Matter) -> Iterator[Problem]:
    """Find value rows that leave out what no record of the receiving system may lack."""
    for table, rows in _tables(matter):
        told: set[tuple[int, Side]] = set()
        for row in rows:
            field, receiver = _written_field(row), row.sender.other
            if field is None or not demanded(field):
                continue
            for one in table.rows:
                cell = _cell(one, receiver)
                if folded(cell.text) == "left out" and (one.place.line, receiver) not in told:
                    told.add((one.place.line, receiver))
                    yield Problem(
                        cell.place,
                        f"a value for {row.target}, which {matter.system(receiver)} demands",
                        f'"{cell.text}"',
                        how="Write the value, or `error` to hold the record back and report it.",
                    )


def demanded(field: Field) -> bool:
    """Tell whether a system refuses a record without a field, and does not fill it itself."""
    return field.mandatory and not field.read_only and not field.technical and field.default is ABSENT


@rule(
    "table-gap",
    level=Level.WARNING,
    what="A value table leaves out values that the sending field can have, and has no row `anything else`.",
    why="A record with such a value is bad data: it is held back, which is rarely what was meant.",
    bad="The picklist holds Active, Placed and Archive; the table has rows for Active and Placed.",
    fix="Add the missing rows, or `| anything else | error |` to say that the others are held back on purpose.",
)
def table_gap(matter: Matter) -> Iterator[Problem]:
    """Find choices of a sending field that a table does not answer."""
    for table, rows in _tables(matter):
        missing: dict[str, None] = {}
        for row in rows:
            field = looked_up_field(row)
            if field is None or table.labels.branch:
                continue
            lookup = _ready(table, row.sender)
            if lookup is not None and lookup.rest is None:
                missing |= {choice: None for choice in field.choices if lookup.find(choice) is None}
        if missing:
            shown = ", ".join(list(missing)[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
            yield Problem(
                table.place,
                f'a row of "{table.name}" for every value of the picklist, or `anything else`',
                f"none for {shown}",
                how="Add the rows, or `anything else` as the last one.",
            )


def _ready(table: ValueTable, sender: Side) -> Lookup | None:
    try:
        return prepared(table, backwards=sender is Side.APP)
    except ScopeError:
        return None  # told when the rule was bound


@rule(
    "not-in-enum",
    level=Level.ERROR,
    what="A value table or a constant gives a value that the receiving field does not take.",
    why="The receiving system refuses every record that would hold it.",
    bad='`| Active | availble |`, where the app\'s enum is available, assigned, inactive; or `always "actve"`.',
    fix="Write one of the values of the receiving field.",
)
def not_in_enum(matter: Matter) -> Iterator[Problem]:
    """Find app values outside a closed picklist of the receiving field."""
    for table, rows in _tables(matter):
        found: dict[Cell, tuple[Field, BoundRow]] = {}
        for row in rows:
            field = _written_field(row)
            if field is None or not (field.choices and field.closed):
                continue
            for one in table.rows:
                cell = _cell(one, row.sender.other)
                if folded(cell.text) not in _WORDS and normal(cell.text) not in map(normal, field.choices):
                    found.setdefault(cell, (field, row))
        for cell, (field, row) in found.items():
            yield _not_taken(matter, cell, cell.text, field, row, _OUTCOMES)
    for _, row in matter.rows():
        steps = row.rule.tree.steps if row.rule is not None else ()
        constant = str(steps[0].arguments[0]) if len(steps) == 1 and steps[0].phrase == "always" else None
        field = row.target_field
        if constant is None or field is None or not (field.choices and field.closed):
            continue
        if normal(constant) not in map(normal, field.choices):
            yield _not_taken(matter, row.row.rule, constant, field, row)


def _not_taken(
    matter: Matter, cell: Cell, text: str, field: Field, row: BoundRow, words: tuple[str, ...] = ()
) -> Problem:
    return Problem(
        cell.place,
        f"a value that {field.path} takes ({matter.system(row.sender.other)}): {_shown(field)}",
        f'"{text}"',
        nearest(text, (*field.choices, *words)),
        how="Write the value as the receiving system spells it.",
    )


def _shown(field: Field) -> str:
    return ", ".join(field.choices[:8]) + (", …" if len(field.choices) > 8 else "")


@rule(
    "unknown-value",
    level=Level.WARNING,
    what="A value table lists a sending value that is not in the field's picklist.",
    why="No record has it, so the row is never tried; mostly it is misspelt, and the real value falls through.",
    bad="`| Actve | available |`, where the picklist has Active.",
    fix="Spell the value as the picklist does, or add it to the picklist in the toml if the schema lags behind.",
)
def unknown_value(matter: Matter) -> Iterator[Problem]:
    """Find sending values that no field looked up in the table can have."""
    for table, rows in _tables(matter):
        fields = [(row, looked_up_field(row)) for row in rows]
        if not fields or any(field is None or not field.choices for _, field in fields):
            continue
        choices = [choice for _, field in fields if field is not None for choice in field.choices]
        spelt = {normal(choice) for choice in choices}
        in_any_case = {choice.casefold() for choice in spelt}
        for one in table.rows:
            cell = _cell(one, fields[0][0].sender)
            exact = folded(one.match) in ("", "exactly", "ignoring case")
            if not exact or folded(cell.text) in _WORDS:
                continue
            plain = normal(cell.text)
            known = plain.casefold() in in_any_case if folded(one.match) == "ignoring case" else plain in spelt
            if not known:
                yield Problem(
                    cell.place,
                    f"a value of the picklist ({matter.system(fields[0][0].sender)})",
                    f'"{cell.text}"',
                    nearest(cell.text, choices),
                    how="Spell it as the picklist does, or add it to the picklist in the toml.",
                )


@rule(
    "shadowed-value",
    level=Level.WARNING,
    what="A row of a value table is never reached, because a row above it takes its value.",
    why="The first row that fits counts; the one below is dead text, and it says something else.",
    bad="`| corp | contractor | contains |` above `| Corp to corp | partner | |`.",
    fix="Put the narrower row first, or remove the one that never counts.",
)
def shadowed_value(matter: Matter) -> Iterator[Problem]:
    """Find value rows whose value an earlier row takes."""
    for table, rows in _tables(matter):
        lookup = _ready(table, Side.ATS)
        if lookup is None or not any(row.sender is Side.ATS for row in rows):
            continue
        place = {id(entry.row): number for number, entry in enumerate(lookup.entries)}
        for entry in lookup.entries:
            if folded(entry.row.match) not in ("", "exactly"):
                continue
            text = normal(entry.row.ats.text)
            first = next(one for one in lookup.entries if one is entry or one.fits(text, text))
            if first is not entry and place[id(first.row)] < place[id(entry.row)]:
                yield Problem(
                    entry.row.ats.place,
                    "a value that the rows above leave over",
                    f'"{entry.row.ats.text}", which line {first.row.place.line} takes already',
                    how="Move the row up, or remove it: the first row that fits counts.",
                )
