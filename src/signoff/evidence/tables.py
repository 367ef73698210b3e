"""Write what spreadsheets read: every statement with its verdict, and every field that no statement mentions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from signoff.evidence.acceptance import Acceptance
from signoff.evidence.wording import NOT_RUN, WORDS

COVERAGE = "coverage.csv"
UNMENTIONED = "unmentioned.csv"
EDGES = "edges.csv"

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def coverage(acceptances: Sequence[Acceptance]) -> str:
    """Return `coverage.csv`: one line a statement, in document order. `test` is the name that pytest gives it."""
    headings = (
        "integration",
        "statement",
        "file",
        "kind",
        "must/should/could",
        "owner",
        "ticket",
        "verdict",
        "test",
    )
    return _written(
        headings,
        (
            (
                acceptance.integration,
                one.id,
                f"{one.file}:{one.line}",
                one.kind.value,
                one.labels.must,
                one.labels.owner,
                one.labels.ticket,
                (WORDS[acceptance.verdicts[one.id].outcome] if one.id in acceptance.verdicts else NOT_RUN).name,
                f"{one.file}::{one.id}",
            )
            for acceptance in acceptances
            for one in acceptance.statements
        ),
    )


def unmentioned(acceptances: Sequence[Acceptance]) -> str:
    """Return `unmentioned.csv`: the fields that both systems have and no statement mentions, bound entities too."""
    headings = (
        "integration",
        "system",
        "entity",
        "field",
        "label",
        "type",
        "mandatory",
        "read-only",
        "entity is bound",
    )
    return _written(
        headings,
        (
            (
                acceptance.integration,
                one.system,
                one.entity,
                f"{one.entity}.{one.field}",
                one.label,
                one.type,
                _yes(one.mandatory),
                _yes(one.read_only),
                _yes(one.bound),
            )
            for acceptance in acceptances
            for one in acceptance.unmentioned
        ),
    )


def edges(acceptances: Sequence[Acceptance]) -> str:
    """Return `edges.csv`: which edge of which row's rule people entered in the rehearsal, and how often."""
    headings = ("integration", "statement", "system", "field", "edge", "value", "made with it", "changed to it")
    return _written(
        headings,
        (
            (
                acceptance.integration,
                one.statement,
                one.system,
                one.field,
                one.why,
                one.value,
                str(one.created),
                str(one.changed),
            )
            for acceptance in acceptances
            for one in acceptance.edges
        ),
    )


def of_bound(acceptance: Acceptance) -> int:
    """Return how many fields of bound entities no statement mentions."""
    return sum(1 for one in acceptance.unmentioned if one.bound)


def _yes(answer: bool) -> str:
    return "yes" if answer else "no"


def _written(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return target.getvalue()


def _plain(cell: str) -> str:
    """Keep a spreadsheet from reading a cell as a formula: an apostrophe in front says that it is text."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
