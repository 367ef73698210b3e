"""Read bad-data tables: what is bad, and what becomes of it."""

from __future__ import annotations

from signoff.chart import Cell
from signoff.errors import Place, Problem
from signoff.gherkin.tables import Table, labelled, lacking
from signoff.scope import Policy, PolicyRow

COLUMNS = ("bad data", "then")


def policy(table: Table) -> tuple[Policy, list[Problem]]:
    """Read a bad-data table; what its cells mean is a matter of the agreement."""
    problems = lacking(table, COLUMNS)
    rows: list[PolicyRow] = []
    for line in table.lines if not problems else ():
        row = " ".join(line.cells[key] for key in COLUMNS).strip()
        marked, wrong = labelled(table, line, row)
        problems += wrong
        bad, then = (Cell(line.cells[key], Place(table.place.file, line.number, row, key)) for key in COLUMNS)
        problems += [
            Problem(one.place, f"what the column {key} says", "an empty cell", code="empty-cell")
            for key, one in zip(COLUMNS, (bad, then), strict=True)
            if not one.text
        ]
        place = Place(table.place.file, line.number, row)
        rows.append(PolicyRow(place, bad, then, line.cells.get("id", ""), line.written, marked))
    return Policy(table.name, table.place, tuple(rows), table.group, table.labels), problems
