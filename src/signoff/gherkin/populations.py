"""Read the tables of who is in scope and of what becomes of whom: two columns each, a case and what follows."""

from __future__ import annotations

from collections.abc import Iterator

from signoff.chart import Cell, Labels
from signoff.errors import Place, Problem
from signoff.gherkin.tables import Line, Table, labelled, lacking
from signoff.scope import Lifecycle, LifecycleRow, Population, PopulationRow


def population(table: Table) -> tuple[Population, list[Problem]]:
    """Read a population table: who, and what follows."""
    problems: list[Problem] = []
    rows = tuple(
        PopulationRow(place, case, then, line.cells.get("id", ""), line.written, marked)
        for line, place, case, then, marked in _rows(table, "who", "outcome", problems)
    )
    return Population(
        table.name, table.place, table.headings, rows, table.group, table.labels, table.description
    ), problems


def lifecycle(table: Table) -> tuple[Lifecycle, list[Problem]]:
    """Read a lifecycle table: when, and what then becomes of the partner."""
    problems: list[Problem] = []
    rows = tuple(
        LifecycleRow(place, case, then, line.cells.get("id", ""), line.written, marked)
        for line, place, case, then, marked in _rows(table, "when", "then", problems)
    )
    return Lifecycle(
        table.name, table.place, table.headings, rows, table.group, table.labels, table.description
    ), problems


def _rows(
    table: Table, case: str, then: str, problems: list[Problem]
) -> Iterator[tuple[Line, Place, Cell, Cell, Labels]]:
    """Yield each row with its place, its two cells and its labels; what is wrong is added to the problems."""
    wanted = lacking(table, (case, then))
    problems += wanted
    for line in table.lines if not wanted else ():
        row = f"{line.cells[case]} {line.cells[then]}".strip()
        marked, wrong = labelled(table, line, row)
        problems += wrong
        for key in (case, then):
            if not line.cells[key]:
                place = Place(table.place.file, line.number, row, key)
                problems.append(Problem(place, f"what the column {key} says", "an empty cell", code="empty-cell"))
        yield (
            line,
            Place(table.place.file, line.number, row),
            _cell(table, line, row, case),
            _cell(table, line, row, then),
            marked,
        )


def _cell(table: Table, line: Line, row: str, key: str) -> Cell:
    heading = table.headings[table.keys.index(key)]
    return Cell(line.cells[key], Place(table.place.file, line.number, row, heading))
