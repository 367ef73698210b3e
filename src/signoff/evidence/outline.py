"""Order an acceptance as its readers know it: document, chart or table, row, with the author's own columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from signoff.agreement.statement import Kind, Statement
from signoff.evidence.acceptance import Acceptance
from signoff.evidence.wording import NOT_RUN, Word, word_of
from signoff.verdict import Outcome, Verdict

PLAIN_HEADINGS = ("Promise", "What it means")
"""Columns of statements that nobody wrote as a row: those of a binding and of the connector."""


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one row as shown. `cells` go with the table's headings; `verdict` is None where it was not selected."""

    statement: Statement
    verdict: Verdict | None
    word: Word
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Hold one chart, value table or population, or a binding's own promises. `anchor` is unique on a page."""

    name: str
    kind: str
    anchor: str
    headings: tuple[str, ...]
    lines: tuple[Line, ...]

    def counts(self) -> dict[Outcome, int]:
        """Return how many rows have each verdict, worst first, without zeros."""
        found = [line.verdict.outcome for line in self.lines if line.verdict is not None and not line.verdict.standing]
        return {outcome: found.count(outcome) for outcome in Outcome if outcome in found}

    def standings(self) -> dict[str, int]:
        """Return how many rows rest on somebody's word: answered, attested; without zeros."""
        found = [line.verdict.standing for line in self.lines if line.verdict is not None and line.verdict.standing]
        return {standing: found.count(standing) for standing in sorted(set(found))}


@dataclass(frozen=True, slots=True)
class Part:
    """Hold one document with its tables, in the order of its statements."""

    document: str
    file: str
    tables: tuple[Table, ...]


_KINDS = {
    Kind.ROW: "mapping chart",
    Kind.NEVER: "mapping chart",
    Kind.KEPT: "mapping chart",
    Kind.VALUE: "value table",
    Kind.POPULATION: "population",
    Kind.BAD_DATA: "bad data",
    Kind.LIFECYCLE: "lifecycle",
    Kind.BINDING: "for every record",
    Kind.CONNECTOR: "the connector itself",
    Kind.QUESTION: "questions",
    Kind.CHECKLIST: "checklist",
    Kind.WORKED: "worked examples",
    Kind.GOAL: "goals",
    Kind.ACCESS: "access",
    Kind.SCENARIO: "workflows",
    Kind.ADDRESS: "addresses",
}


def outline(acceptance: Acceptance) -> tuple[Part, ...]:
    """Return the documents of an acceptance with their tables and rows, in document order.

    Rows that share document and story make one table; its headings are those of its rows, in the order in which
    they first appear, so that a branch's further column does not split a chart.
    """
    documents: dict[tuple[str, str], dict[str, list[Statement]]] = {}
    for one in acceptance.statements:
        documents.setdefault((one.document, one.file), {}).setdefault(one.story, []).append(one)
    parts: list[Part] = []
    for (document, file), stories in documents.items():
        tables = [
            _table(acceptance, story, rows, f"t{len(parts) + 1}-{at}")
            for at, (story, rows) in enumerate(stories.items(), start=1)
        ]
        parts.append(Part(document, file, tuple(tables)))
    return tuple(parts)


def _table(acceptance: Acceptance, story: str, rows: Sequence[Statement], anchor: str) -> Table:
    headings = tuple(dict.fromkeys(heading for row in rows for heading in row.cells))
    plain = not headings
    if not plain and any(not row.cells for row in rows):
        headings = (PLAIN_HEADINGS[0], *headings)
    lines: list[Line] = []
    for row in rows:
        verdict = acceptance.verdicts.get(row.id)
        word = word_of(verdict) if verdict is not None else NOT_RUN
        cells = (row.title, row.sentence) if plain else tuple(_cell(row, heading) for heading in headings)
        lines.append(Line(row, verdict, word, cells))
    return Table(story, _KINDS[rows[0].kind], anchor, PLAIN_HEADINGS if plain else headings, tuple(lines))


def _cell(row: Statement, heading: str) -> str:
    if heading == PLAIN_HEADINGS[0] and heading not in row.cells:
        return "" if row.cells else row.title
    return row.cells.get(heading, "")


def with_outcome(acceptance: Acceptance, *outcomes: Outcome) -> tuple[tuple[Statement, Verdict], ...]:
    """Return the tested statements with one of these verdicts, in document order."""
    return tuple(
        (one, verdict)
        for one in acceptance.tested
        if (verdict := acceptance.verdicts.get(one.id)) is not None and verdict.outcome in outcomes
    )


def needless_waivers(acceptance: Acceptance) -> tuple[Statement, ...]:
    """Return the statements that hold although they are waived: their waiver is no longer needed."""
    held = (Outcome.VERIFIED, Outcome.ASSUMED)
    return tuple(one for one, _ in with_outcome(acceptance, *held) if one.waived_until or one.labels.waived_until)
