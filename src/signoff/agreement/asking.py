"""Bind questions and checklists: what is open since when, and what each item rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from signoff.agreement.ids import slug
from signoff.agreement.matters import BoundItem, BoundQuestion
from signoff.agreement.statement import Kind, Matter, Statement
from signoff.errors import Place, Problem, nearest
from signoff.scope import ChecklistItem, Document, Integration, Question, TableRow


def matter_id(prefix: str, said: str, row: TableRow, problems: list[Problem]) -> str:
    """Return the id of a row: its own, or `question:` and the slug of what it says."""
    if row.id:
        return row.id
    short = slug(said)
    if not short:
        problems.append(
            Problem(
                row.place,
                "words that make an id",
                f'"{said}"',
                how="Give the row a column `id` with an id of its own.",
                code="no-id",
            )
        )
    return f"{prefix}:{short}"


def stated(integration: Integration, document: Document, row: TableRow, statement: Statement) -> Statement:
    """Return a statement with what every row of a table says of itself: place, table, cells, labels, reason."""
    written = {key.lower(): text for key, text in row.cells.items()}
    return replace(
        statement,
        integration=integration.name,
        document=document.name,
        story=row.table or document.name,
        file=row.place.file,
        line=row.place.line,
        cells=row.cells,
        labels=row.labels,
        waived_until=row.labels.waived_until,
        waived_reason=row.labels.waived_reason,
        because=written.get("why", "") or written.get("note", ""),
    )


def plain(statement: str, kind: Kind, title: str, sentence: str = "") -> Statement:
    """Return a statement that does not yet know where it stands."""
    return Statement(statement, kind, "", "", "", "", 0, title, sentence)


def bind_question(
    integration: Integration, document: Document, one: Question, today: date | None, problems: list[Problem]
) -> tuple[BoundQuestion, Statement]:
    """Bind one question; one that was asked in the future is a slip of the pen."""
    found = matter_id("question", one.question, one.row, problems)
    if today is not None and one.asked_on > today:
        problems.append(_future(one.row.place, "asked on", one.asked_on, today))
    waiting = f"{one.question} (for {one.asked_of}, asked on {one.asked_on})"
    statement = replace(
        plain(found, Kind.QUESTION, one.question, one.answer),
        open_question="" if one.answer else waiting,
        matter=Matter(asked_of=one.asked_of, asked_on=one.asked_on.isoformat(), answer=one.answer),
    )
    return BoundQuestion(found, one.asked_on, one.answer), stated(integration, document, one.row, statement)


def bind_item(
    integration: Integration,
    document: Document,
    one: ChecklistItem,
    known: Sequence[Statement],
    today: date | None,
    problems: list[Problem],
) -> tuple[BoundItem, Statement]:
    """Bind one item of a checklist. `known` are the statements that it may rest on."""
    found = matter_id("checklist", one.item, one.row, problems)
    evidence: dict[str, None] = {}
    ids = [other.id for other in known]
    for written in one.ids:
        prefix = written.removesuffix("*")
        fits = [other for other in ids if other.startswith(prefix)] if written.endswith("*") else [written]
        if not fits or fits[0] not in ids:
            problems.append(
                Problem(
                    one.evidence.place,
                    "the id of a statement, or the beginning of some ids and a *",
                    f"`{written}`",
                    did_you_mean=nearest(prefix, [*ids, *{other.partition(".")[0] for other in ids}]),
                    how="`pytest --collect-only -q` lists every id; an item cannot rest on another item.",
                    code="unknown-id",
                )
            )
            continue
        evidence.update(dict.fromkeys(fits))
    if one.attested_on is not None and today is not None and one.attested_on > today:
        problems.append(_future(one.evidence.place, "", one.attested_on, today))
    by = f"{one.attested_by}, {one.attested_on}" if one.attested_by else ""
    statement = replace(
        plain(found, Kind.CHECKLIST, one.item, f"Attested by {by}." if by else ""),
        matter=Matter(
            attested_by=one.attested_by,
            attested_on=one.attested_on.isoformat() if one.attested_on else "",
            evidence=tuple(evidence),
            named=one.ids,
        ),
    )
    return (
        BoundItem(found, tuple(evidence), bool(one.attested_by)),
        stated(integration, document, one.row, statement),
    )


def _future(place: Place, cell: str, day: date, today: date) -> Problem:
    return Problem(
        replace(place, cell=cell) if cell else place,
        f"a day that has come: {today} or before",
        str(day),
        how="Correct the date; what has not happened yet is no evidence.",
        code="future-day",
    )
