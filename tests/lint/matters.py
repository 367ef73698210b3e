"""Lint the small integration of tests/checks/stories.py, altered in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from stories import ASSIGNMENTS, WORKERS, integration, schemas

from signoff.agreement.bind import bind
from signoff.errors import ScopeError
from signoff.gherkin import read_document
from signoff.lint.codes import Finding, Level
from signoff.lint.matter import Matter
from signoff.lint.run import checked, told
from signoff.schema import Field, Side, SystemSchema
from signoff.scope import Integration

TODAY = date(2026, 3, 2)
W = "features/crm-app/workers.feature"
A = "features/crm-app/assignments.feature"


def found(
    workers: str = WORKERS,
    assignments: str = ASSIGNMENTS,
    settings: Integration | None = None,
    known: Mapping[Side, SystemSchema] | None = None,
    **more: Any,
) -> list[Finding]:
    """Return the findings of documents that can be read; of those that cannot be bound, the raw ones."""
    documents = [read_document(workers, W), read_document(assignments, A)]
    used, types = settings or integration(), known or schemas()
    try:
        agreement = bind(used, documents, types, "hash", TODAY)
    except ScopeError as error:
        return checked(Matter(used, documents, types, None, TODAY, **more), told(error.problems))
    return checked(Matter(used, documents, types, agreement, TODAY, **more))


def shown(findings: list[Finding], *codes: str) -> list[str]:
    """Return findings as `level code: message`, only those of the codes if any are named."""
    return [f"{one.level} {one.code}: {one.problem}" for one in findings if not codes or one.code in codes]


def changed(old: str, new: str, text: str = WORKERS) -> str:
    """Return a document with one part replaced."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def with_field(side: Side, entity: str, path: str, **change: Any) -> dict[Side, SystemSchema]:
    """Return the schemas with one field altered or added."""
    both = schemas()
    there = both[side].entities[entity]
    field = replace(there.fields[path], **change) if path in there.fields else Field(path, **change)
    other = replace(there, fields={**there.fields, path: field})
    both[side] = replace(both[side], entities={**both[side].entities, entity: other}, known_references={})
    return both


UNSAID = ("may-be-too-long", "leaving-unsaid")
"""What the story does leave unsaid: a first name of 50 characters for 20, and what becomes of who leaves."""


def no_notes(findings: list[Finding]) -> list[Finding]:
    """Leave out notes, and what the story leaves unsaid."""
    return [one for one in findings if one.level is not Level.NOTE and one.code not in UNSAID]
