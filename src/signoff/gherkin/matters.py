"""Read the tables of agreements that are not fields: questions, checklists, worked examples, goals, addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from signoff.chart import Cell
from signoff.errors import Place, Problem, nearest
from signoff.gherkin.tables import Line, Table, key_of, labelled, lacking
from signoff.gherkin.tags import real_day
from signoff.scope import Access, AddressRow, ChecklistItem, Goal, Matters, Question, TableRow, WorkedExample

TARGETS: Final = ("baseline", "3 months", "6 months", "12 months")

OPERATIONS: Final = ("read", "create", "update", "delete", "subscribe")
"""What a row of an @access table may ask for."""

_OWN: Final = frozenset({"id", "must", "owner", "ticket", "note", "why", "source"})
"""Columns that every table may have, and that say nothing about the row itself."""

_ATTESTED: Final = re.compile(r"attested\s+by\s+(?P<who>.+?)\s+on\s+(?P<day>\S+)", re.IGNORECASE)
_ID: Final = re.compile(r"[\w\-./:\[\]]*\*?")

Read = TypeVar("Read")


@dataclass(slots=True)
class MattersRead:
    """Gather the agreements of one document that are not fields."""

    questions: list[Question] = field(default_factory=list)
    checklist: list[ChecklistItem] = field(default_factory=list)
    worked: list[WorkedExample] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    access: list[Access] = field(default_factory=list)
    addresses: list[AddressRow] = field(default_factory=list)

    def add(self, kind: str, table: Table) -> list[Problem]:
        """Read the rows of a table whose tag is one of `tags.MATTERS`; return what is wrong."""
        if kind == "address":
            return _read(table, ("answer", "then"), _address, self.addresses)
        if kind == "access":
            return _read(table, ("system", "entity", "may"), _access, self.access)
        if kind == "questions":
            return _read(table, ("question", "for", "asked on", "answer"), _question, self.questions)
        if kind == "checklist":
            return _read(table, ("item", "evidence"), _item, self.checklist)
        if kind == "worked":
            return _read(table, ("row", "result"), _worked, self.worked)
        return _read(table, ("goal", "measured as", *TARGETS), _goal, self.goals)

    def all(self) -> Matters:
        """Return what was read."""
        return Matters(
            tuple(self.questions),
            tuple(self.checklist),
            tuple(self.worked),
            tuple(self.goals),
            tuple(self.access),
            tuple(self.addresses),
        )


def _read(
    table: Table,
    wanted: tuple[str, ...],
    one: Callable[[TableRow, Table, Line, list[Problem]], Read | None],
    into: list[Read],
) -> list[Problem]:
    problems = lacking(table, wanted)
    for line in table.lines if not problems and table.keys else ():
        said = line.cells[wanted[0]]
        marked, wrong = labelled(table, line, said)
        problems += wrong
        row = TableRow(_at(table, line, said), table.name, line.cells.get("id", ""), line.written, marked)
        found = one(row, table, line, problems)
        if found is not None:
            into.append(found)
    return problems


def _question(row: TableRow, table: Table, line: Line, problems: list[Problem]) -> Question | None:
    cells = line.cells
    filled = _filled(row, table, line, ("question", "for"), problems)
    if not real_day(cells["asked on"]):
        problems.append(
            Problem(
                _at(table, line, row.place.row, "asked on"),
                "a day of the calendar as YYYY-MM-DD",
                f'"{cells["asked on"]}"' if cells["asked on"] else "an empty cell",
                how="Write the day on which the question was asked: reports show how long it has been open.",
                code="day",
            )
        )
        return None
    if not filled:
        return None
    return Question(row, cells["question"], cells["for"], date.fromisoformat(cells["asked on"]), cells["answer"])


def _item(row: TableRow, table: Table, line: Line, problems: list[Problem]) -> ChecklistItem | None:
    if not _filled(row, table, line, ("item", "evidence"), problems):
        return None
    evidence = _cell(table, line, row.place.row, "evidence")
    if evidence.text.lower().startswith("attested"):
        matched = _ATTESTED.fullmatch(evidence.text)
        if matched is None or not real_day(matched["day"]):
            problems.append(
                Problem(
                    evidence.place,
                    "`attested by NAME on YYYY-MM-DD` with a day of the calendar",
                    f'"{evidence.text}"',
                    how="Name the person who vouches for it, and the day.",
                    code="attestation",
                )
            )
            return None
        day = date.fromisoformat(matched["day"])
        return ChecklistItem(row, line.cells["item"], evidence, (), " ".join(matched["who"].split()), day)
    ids = tuple(part.strip() for part in evidence.text.split(","))
    for one in ids:
        if not one or not _ID.fullmatch(one):
            problems.append(
                Problem(
                    evidence.place,
                    "ids of statements with commas between them, or `attested by NAME on YYYY-MM-DD`",
                    f'"{one}"' if one else "nothing between two commas",
                    how="An id may end with *, for every statement whose id begins so: worker.*",
                    code="evidence",
                )
            )
            return None
    return ChecklistItem(row, line.cells["item"], evidence, ids)


def _worked(row: TableRow, table: Table, line: Line, problems: list[Problem]) -> WorkedExample | None:
    if not _filled(row, table, line, ("row", "result"), problems):
        return None
    inputs = [heading for heading in table.headings if key_of(heading) not in ("row", "result", *_OWN)]
    given = tuple(
        (heading, _cell(table, line, row.place.row, heading)) for heading in inputs if line.cells[key_of(heading)]
    )
    if not given:
        problems.append(
            Problem(
                row.place,
                "a column with a value for each field that the row's rule uses",
                "no value at all" if inputs else ", ".join(table.headings),
                how="Write | row | pay | hours | result |, with a column for each sending field.",
                code="no-inputs",
            )
        )
        return None
    return WorkedExample(
        row, _cell(table, line, row.place.row, "row"), given, _cell(table, line, row.place.row, "result")
    )


def _goal(row: TableRow, table: Table, line: Line, problems: list[Problem]) -> Goal | None:
    if not _filled(row, table, line, ("goal", "measured as", "12 months"), problems):
        return None
    written: Mapping[str, str] = dict(zip(table.keys, table.headings, strict=True))
    targets = tuple((written[key], line.cells[key]) for key in TARGETS)
    return Goal(row, line.cells["goal"], _cell(table, line, row.place.row, "measured as"), targets)


def _access(row: TableRow, table: Table, line: Line, problems: list[Problem]) -> Access | None:
    if not _filled(row, table, line, ("system", "entity", "may"), problems):
        return None
    may = _cell(table, line, row.place.row, "may")
    words = tuple(dict.fromkeys(part.strip().lower() for part in may.text.split(",")))
    unknown = [one for one in words if one not in OPERATIONS]
    problems += [
        Problem(
            may.place,
            f"one or several of {', '.join(OPERATIONS)}, with commas between them",
            f'"{one}"' if one else "nothing between two commas",
            did_you_mean=nearest(one, OPERATIONS),
            how="Name what the integration needs to do with such records.",
            code="access",
        )
        for one in unknown
    ]
    if unknown:
        return None
    return Access(row, _cell(table, line, row.place.row, "system"), _cell(table, line, row.place.row, "entity"), words)


def _address(row: TableRow, table: Table, line: Line, problems: list[Problem]) -> AddressRow | None:
    if not _filled(row, table, line, ("answer", "then"), problems):
        return None
    return AddressRow(row, _cell(table, line, row.place.row, "answer"), _cell(table, line, row.place.row, "then"))


def _filled(row: TableRow, table: Table, line: Line, keys: tuple[str, ...], problems: list[Problem]) -> bool:
    empty = [key for key in keys if not line.cells[key]]
    problems += [
        Problem(
            _at(table, line, row.place.row, key),
            f"what the column {key} says",
            "an empty cell",
            how="Fill it, or take the row out.",
            code="empty-cell",
        )
        for key in empty
    ]
    return not empty


def _at(table: Table, line: Line, row: str, cell: str = "") -> Place:
    return Place(table.place.file, line.number, row, cell)


def _cell(table: Table, line: Line, row: str, heading: str) -> Cell:
    return Cell(line.cells[key_of(heading)], _at(table, line, row, heading))
