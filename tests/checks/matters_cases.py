"""Agreements that are no fields, for the small integration of `stories`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from stories import ASSIGNMENTS, TODAY, WORKERS, Story, integration, judged, schemas

from signoff.agreement.bind import bind
from signoff.agreement.resolved import Agreement
from signoff.gherkin import read_document
from signoff.history import History, Snapshot
from signoff.schema import Entity, Field, Side, SystemSchema, Type
from signoff.scope import Integration
from signoff.verdict import Verdict

HEADS = {
    "questions": "| question | for | asked on | answer |",
    "checklist": "| item | evidence |",
    "goals": "| goal | measured as | baseline | 3 months | 6 months | 12 months |",
    "worked": "| row | amount | result |",
    "access": "| system | entity | may |",
}
DATED = """\
      | startsOn  | ->   | starts_on   | same date                   |          |
      | endsOn    | ->   | ends_on     | same date                   |          |
"""
HEADER = "      | id        | ->   | external_id | as text                     | yes      |\n"


def document(kind: str, *rows: str, head: str = "") -> str:
    lines = "".join(f"      {row}\n" for row in (head or HEADS[kind], *rows))
    return f"  @{kind}\n  Scenario Outline: {kind} of a\n    Then this row holds\n    Examples: Our {kind}\n{lines}"


def known() -> dict[Side, SystemSchema]:
    """Return the story's schemas with dates and an amount more on placements, and a date on candidates."""
    made = schemas()

    def more(side: Side, name: str, *fields: Field) -> None:
        entity: Entity = made[side].entities[name]
        wider = replace(entity, fields={**entity.fields, **{one.path: one for one in fields}})
        made[side] = replace(made[side], entities={**made[side].entities, name: wider})

    more(Side.ATS, "Placement", Field("startsOn", Type.DATE), Field("endsOn", Type.DATE), Field("hours", Type.NUMBER))
    more(Side.ATS, "Placement", Field("clientBillRate", Type.AMOUNT), Field("since", Type.DATE))
    more(Side.APP, "Assignment", Field("starts_on", Type.DATE), Field("ends_on", Type.DATE))
    more(Side.APP, "Assignment", Field("margin", Type.AMOUNT))
    more(Side.ATS, "Candidate", Field("joinedOn", Type.DATE), Field("agrees", Type.YES_NO))
    more(Side.APP, "Worker", Field("joined_on", Type.DATE), Field("agrees", Type.YES_NO))
    return made


def agreed(
    *tables: str,
    workers: str = WORKERS,
    assignments: str = ASSIGNMENTS,
    today: date | None = TODAY,
    settings: Integration | None = None,
) -> Agreement:
    """Bind the story's documents with one more that holds these tables."""
    texts = {"workers": workers, "assignments": assignments, "agreement": "Feature: Agreement\n" + "\n".join(tables)}
    documents = [read_document(text, f"features/crm-app/{name}.feature") for name, text in texts.items()]
    return bind(settings or integration(), documents, known(), "hash", today)


def with_fields(history: History, changes: Mapping[tuple[Side, str, str], Mapping[str, Any]]) -> History:
    """Return a history in whose snapshots these records hold further fields, as if they had been there always."""

    def fuller(one: Snapshot) -> Snapshot:
        sides: dict[Side, dict[str, dict[str, Any]]] = {
            side: {kind: dict(records) for kind, records in one.of(side).items()} for side in Side
        }
        for (side, kind, record_id), fields in changes.items():
            if record_id in sides[side][kind]:
                sides[side][kind][record_id] = {**sides[side][kind][record_id], **fields}
        return replace(one, ats=sides[Side.ATS], app=sides[Side.APP])

    return replace(history, snapshots=tuple(fuller(one) for one in history.snapshots))


def verdicts(agreement: Agreement, history: History | None = None, today: date = TODAY) -> dict[str, Verdict]:
    return judged(history or Story().play(), agreement, today)
