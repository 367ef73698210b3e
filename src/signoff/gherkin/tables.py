"""Read the rows of Examples tables into charts, value tables and exceptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from signoff.chart import Cell, Chart, Flow, Labels, Row, ValueRow, ValueTable
from signoff.errors import Place, Problem, nearest
from signoff.gherkin.back import led_back
from signoff.gherkin.flows import FLOWS, SLIPS
from signoff.gherkin.tags import GRADES, real_day
from signoff.scope import Agreed

_SIDES = {"ats": "ats", "app": "app"}
_REQUIRED = {"yes": True, "no": False, "": False}


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one row of a table as text by heading (lower case, single blanks), with its line."""

    number: int
    cells: Mapping[str, str]
    written: Mapping[str, str]
    """The same by the headings as the author wrote them."""


@dataclass(frozen=True, slots=True)
class Table:
    """Hold one Examples table as written. `keys` are the headings in lower case with single blanks."""

    name: str
    place: Place
    headings: tuple[str, ...]
    keys: tuple[str, ...]
    lines: tuple[Line, ...]
    labels: Labels
    description: str
    group: str


def key_of(heading: str) -> str:
    """Return a heading as it is compared: lower case, single blanks."""
    return " ".join(heading.split()).lower()


def read_table(
    examples: Mapping[str, Any], file: str, labels: Labels, description: str, group: str
) -> tuple[Table, list[Problem]]:
    """Read one Examples table; report missing rows and headings that are empty or stand twice."""
    place = Place(file, examples["location"]["line"])
    header = examples.get("tableHeader")
    headings = tuple(cell["value"].strip() for cell in header["cells"]) if header else ()
    keys = tuple(key_of(heading) for heading in headings)
    problems: list[Problem] = []
    called = f' "{examples["name"]}"' if examples["name"] else ""
    if not examples["tableBody"]:
        problems.append(
            Problem(
                place,
                "at least one row below the headings",
                f"the empty chart or table{called}",
                how="Add its rows, or remove the table: a table without rows would test nothing.",
                code="empty-table",
            )
        )
    if header:
        at = Place(file, header["location"]["line"])
        for number, key in enumerate(keys):
            if not key:
                problems.append(
                    Problem(at, "a heading on every column", f"none on column {number + 1}", code="empty-heading")
                )
            elif key in keys[:number]:
                problems.append(
                    Problem(
                        at,
                        "each column once",
                        f'the column "{headings[number]}" twice',
                        how="Rename or remove one: of two columns of one name only the last would count.",
                        code="duplicate-column",
                    )
                )
    lines = tuple(
        Line(
            row["location"]["line"],
            {key: cell["value"].strip() for key, cell in zip(keys, row["cells"], strict=True)},
            {heading: cell["value"].strip() for heading, cell in zip(headings, row["cells"], strict=True)},
        )
        for row in examples["tableBody"]
    )
    return Table(examples["name"].strip(), place, headings, keys, lines, labels, description, group), problems


def chart(table: Table, sides: Mapping[str, str]) -> tuple[Chart, list[Problem]]:
    """Read a mapping chart. `sides` says which first words or whole headings (lower case) name which side."""
    problems = lacking(table, ("flow",))
    if problems or not table.keys:
        return Chart(
            table.name, table.place, table.headings, (), table.group, table.labels, table.description
        ), problems
    at = table.keys.index("flow")
    if at == 0 or at == len(table.keys) - 1:
        problems.append(
            Problem(
                _header_place(table),
                "an ATS field before the column flow and an app field after it",
                "flow as the first column" if at == 0 else "flow as the last column",
                how="Write | ATS field | flow | app field | rule |.",
                code="chart-columns",
            )
        )
        return Chart(
            table.name, table.place, table.headings, (), table.group, table.labels, table.description
        ), problems
    ats, app = table.keys[at - 1], table.keys[at + 1]
    problems += _wrong_side(table, at - 1, "ats", sides) + _wrong_side(table, at + 1, "app", sides)
    rows: list[Row] = []
    for line in table.lines:
        row, wrong = _chart_row(table, line, ats, app)
        problems += wrong
        if row is not None:
            rows.append(row)
    found = Chart(table.name, table.place, table.headings, tuple(rows), table.group, table.labels, table.description)
    return found, problems


def value_table(table: Table, sides: Mapping[str, str]) -> tuple[ValueTable, list[Problem]]:
    """Read a value table: the first two columns are ATS value and app value."""
    problems: list[Problem] = []
    rows: list[ValueRow] = []
    if not table.keys:
        return ValueTable(table.name, table.place, table.headings, (), table.labels, table.description), problems
    if len(table.keys) < 2:
        problems.append(
            Problem(_header_place(table), "two columns, ATS value and app value", "one column", code="table-columns")
        )
        return ValueTable(table.name, table.place, table.headings, (), table.labels, table.description), problems
    if not table.name:
        problems.append(
            Problem(
                table.place,
                'a name, because rules say look up in "NAME"',
                "Examples: without a name",
                how="Write `Examples: Worker status`.",
                code="table-name",
            )
        )
    problems += _wrong_side(table, 0, "ats", sides) + _wrong_side(table, 1, "app", sides)
    for line in table.lines:
        ats, app = line.cells[table.keys[0]], line.cells[table.keys[1]]
        row = f"{ats} = {app}"
        marked, wrong = labelled(table, line, row)
        problems += wrong
        if not ats:
            problems.append(
                Problem(
                    _at(table, line, row, table.headings[0]),
                    "an ATS value, (blank) or anything else",
                    "an empty cell",
                    "(blank)",
                    code="empty-value",
                )
            )
        rows.append(
            ValueRow(
                place=_at(table, line, row),
                ats=_cell(table, line, 0, row),
                app=_cell(table, line, 1, row),
                back_to=line.cells.get("back to", ""),
                match=line.cells.get("match", ""),
                why=line.cells.get("why", "") or line.cells.get("note", ""),
                id=line.cells.get("id", ""),
                cells=line.written,
                labels=marked,
            )
        )
        if key_of(ats) == "anything else" and line is not table.lines[-1]:
            problems.append(
                Problem(
                    _at(table, line, row, table.headings[0]),
                    "`anything else` in the last row",
                    "rows after it",
                    how="Move it to the end: a reader takes the rows from top to bottom.",
                    code="anything-else-last",
                )
            )
    meant, wrong = led_back(rows)
    return ValueTable(table.name, table.place, table.headings, meant, table.labels, table.description), problems + wrong


def exceptions(table: Table) -> tuple[tuple[Agreed, ...], list[Problem]]:
    """Read an exceptions table: statements that are waived, switched off or restated."""
    problems = lacking(table, ("statement", "agreed"))
    rows: list[Agreed] = []
    for line in table.lines if not problems else ():
        said = {key: line.cells.get(key, "") for key in ("statement", "agreed", "until", "reason")}
        row = said["statement"]
        for key in ("statement", "agreed"):
            if not said[key]:
                problems.append(
                    Problem(
                        _at(table, line, row, key), f"what the column {key} says", "an empty cell", code="empty-cell"
                    )
                )
        waived = said["agreed"].lower() == "waived"
        if (said["until"] or waived) and not real_day(said["until"]):
            problems.append(
                Problem(
                    _at(table, line, row, "until"),
                    "a day of the calendar as YYYY-MM-DD",
                    f'"{said["until"]}"' if said["until"] else "an empty cell",
                    how="Write the last day on which it holds.",
                    code="waiver-day",
                )
            )
        if waived and not said["reason"]:
            problems.append(
                Problem(
                    _at(table, line, row, "reason"),
                    "a reason for the waiver",
                    "an empty cell",
                    how="Write why this may fail until then, and who agreed.",
                    code="waiver-reason",
                )
            )
        rows.append(Agreed(_at(table, line, row), **said))
    return tuple(rows), problems


def _chart_row(table: Table, line: Line, ats: str, app: str) -> tuple[Row | None, list[Problem]]:
    at = table.keys.index("flow")
    cells = line.cells
    row = " ".join(part for part in (cells[ats], cells["flow"], cells[app]) if part)
    problems: list[Problem] = []
    typed = cells["flow"]
    flow = FLOWS.get(typed.lower())
    if flow is None:
        close = SLIPS.get(typed) or nearest(typed, FLOWS) if typed else None
        problems.append(
            Problem(
                _at(table, line, row, "flow"),
                "->, <-, <->, never or kept",
                f'"{typed}"' if typed else "an empty cell",
                close,
                how="Say which way the value passes.",
                code="flow",
            )
        )
    elif not cells[ats] and not cells[app]:
        problems.append(
            Problem(
                _at(table, line, row),
                "a field on at least one side",
                "two empty cells",
                how="Name the field, or remove the row.",
                code="no-field",
            )
        )
    elif flow in (Flow.NEVER, Flow.KEPT):
        problems += _protects_one(table, line, row, ats, app)
    required = _REQUIRED.get(cells.get("required", "").lower())
    if required is None:
        problems.append(
            Problem(
                _at(table, line, row, "required"),
                "yes, no or nothing",
                f'"{cells["required"]}"',
                nearest(cells["required"], ("yes", "no")),
                how="Write yes where a record without a value must be held back.",
                code="required",
            )
        )
    marked, wrong = labelled(table, line, row)
    problems += wrong
    if flow is None:
        return None, problems
    return (
        Row(
            place=_at(table, line, row),
            flow=flow,
            ats=_cell(table, line, at - 1, row),
            app=_cell(table, line, at + 1, row),
            rule=Cell(cells.get("rule", ""), _at(table, line, row, "rule")),
            required=bool(required),
            id=cells.get("id", ""),
            key=cells.get("key", ""),
            note=cells.get("note", ""),
            cells=line.written,
            labels=marked,
        ),
        problems,
    )


def _protects_one(table: Table, line: Line, row: str, ats: str, app: str) -> list[Problem]:
    flow, rule = line.cells["flow"], line.cells.get("rule", "")
    problems = []
    if line.cells[ats] and line.cells[app]:
        problems.append(
            Problem(
                _at(table, line, row),
                f"one field, on the side that holds it, in a row that says {flow}",
                f"`{line.cells[ats]}` and `{line.cells[app]}`",
                how="Give each field a row of its own.",
                code="protects-one",
            )
        )
    if rule:
        problems.append(
            Problem(
                _at(table, line, row, "rule"),
                f"an empty cell, because a row that says {flow} carries no value",
                f"`{rule}`",
                how="Move the text to the note, or write a row with -> or <-.",
                code="rule-not-used",
            )
        )
    return problems


def labelled(table: Table, line: Line, row: str) -> tuple[Labels, list[Problem]]:
    """Return the labels of one row: its table's, and what its own columns must, owner and ticket say instead."""
    marked, problems = table.labels, []
    must = line.cells.get("must", "").lower()
    if must and must not in GRADES:
        problems.append(
            Problem(
                _at(table, line, row, "must"),
                "must, should, could or nothing",
                f'"{must}"',
                nearest(must, GRADES),
                code="must",
            )
        )
    elif must:
        marked = replace(marked, must=must, tags=(*(tag for tag in marked.tags if tag not in GRADES), must))
    if owner := line.cells.get("owner", ""):
        marked = replace(marked, owner=owner)
    if ticket := line.cells.get("ticket", ""):
        marked = replace(marked, ticket=ticket)
    return marked, problems


def lacking(table: Table, wanted: Sequence[str]) -> list[Problem]:
    """Return a problem for each of the wanted columns that a table does not have."""
    problems = []
    for column in wanted:
        if column not in table.keys and table.keys:
            close = nearest(column, [key for key in table.keys if key not in wanted])
            problems.append(
                Problem(
                    _header_place(table),
                    f"a column headed {column}",
                    ", ".join(table.headings),
                    how=f'Rename "{close}" to {column}.' if close else f"Add the column {column}.",
                    code="missing-column",
                )
            )
    return problems


def _wrong_side(table: Table, column: int, side: str, sides: Mapping[str, str]) -> list[Problem]:
    key = table.keys[column]
    known = {**_SIDES, **sides}
    says = (
        known.get(key)
        or known.get(key.split(" ")[0])
        or next((known[one] for one in known if key.startswith(f"{one} ")), side)
    )
    if says == side:
        return []
    wanted = "the ATS's" if side == "ats" else "the app's"
    other = "the app's" if side == "ats" else "the ATS's"
    return [
        Problem(
            _header_place(table),
            f"{wanted} column here",
            f'"{table.headings[column]}", which is {other}',
            how="The ATS's column stands before the app's.",
            code="wrong-side",
        )
    ]


def _header_place(table: Table) -> Place:
    return table.place


def _at(table: Table, line: Line, row: str, cell: str = "") -> Place:
    return Place(table.place.file, line.number, row, cell)


def _cell(table: Table, line: Line, column: int, row: str) -> Cell:
    return Cell(line.cells[table.keys[column]], _at(table, line, row, table.headings[column]))
