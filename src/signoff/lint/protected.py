"""Check never and kept rows against the rows that carry values."""

from __future__ import annotations

from collections.abc import Iterator

from signoff.agreement.resolved import BoundRow
from signoff.chart import Flow
from signoff.errors import Problem
from signoff.lint.codes import Level, rule
from signoff.lint.matter import Matter
from signoff.record import Path
from signoff.schema import Side


def _names(path: str) -> tuple[str, ...]:
    try:
        return tuple(segment.name for segment in Path.parse(path).segments)
    except ValueError:
        return (path,)


def _overlap(one: str, other: str) -> bool:
    """Tell whether one path is the other, or holds it."""
    left, right = _names(one), _names(other)
    shared = min(len(left), len(right))
    return left[:shared] == right[:shared]


def _protected(matter: Matter, flow: Flow) -> Iterator[tuple[Side, str, BoundRow]]:
    for pair in matter.bound.pairs:
        for row in pair.protected:
            if row.flow is flow:
                yield row.side, pair.source if row.side is pair.sender else pair.target, row


@rule(
    "never-mapped",
    level=Level.ERROR,
    what="A field that must never leave its system is sent by another row, alone or as a part of a composed value.",
    why="Both rows cannot hold: one promises that the value goes nowhere, the other that it arrives.",
    bad='`| ssn | never | | |` and `| lastName, ssn | -> | login | lastName + "-" + ssn |`.',
    fix="Take the field out of the other row, or agree that it may leave and remove the never row.",
)
def never_mapped(matter: Matter) -> Iterator[Problem]:
    """Find rows that read a field which a never row protects."""
    secret = list(_protected(matter, Flow.NEVER))
    for pair, row in matter.rows() if secret else ():
        for source in row.sources:
            entity, path = matter.held(pair, row.sender, source)
            for side, owner, one in secret:
                if side is row.sender and owner == entity and _overlap(one.path, path):
                    cell = row.row.ats if side is Side.ATS else row.row.app
                    yield Problem(
                        cell.place,
                        f"no field that never leaves {matter.system(side)}",
                        f"`{source}`; {one.row.place} says never",
                        how="Take it out of this row, or remove the never row.",
                    )


@rule(
    "kept-written",
    level=Level.ERROR,
    what="A field that the connector must leave alone is written by another row.",
    why="Both rows cannot hold.",
    bad="`| | kept | nickname | |` and `| firstName | -> | nickname | same text |`.",
    fix="Remove one of the two rows, or write the value `on create only` and drop the kept row.",
)
def kept_written(matter: Matter) -> Iterator[Problem]:
    """Find rows that write a field which a kept row protects."""
    kept = list(_protected(matter, Flow.KEPT))
    for pair, row in matter.rows() if kept else ():
        receiver = row.sender.other
        entity = pair.source if receiver is pair.sender else pair.target
        for side, owner, one in kept:
            if side is receiver and owner == entity and _overlap(one.path, row.target):
                cell = row.row.ats if receiver is Side.ATS else row.row.app
                yield Problem(
                    cell.place,
                    "a field that the connector may write",
                    f"`{row.target}`; {one.row.place} says kept",
                    how="Remove one of the two rows.",
                )
