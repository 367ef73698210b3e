"""Parse what a goal is measured as: a count, a number of days, a share or a sum."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.expressions import tree as t
from signoff.expressions.grammar import trusting
from signoff.expressions.parse import parse_condition

SHAPES: Final = (
    "count of ENTITY per week",
    "count of distinct ENTITY.FIELD per week",
    "median days from ENTITY.FIELD to first ENTITY.FIELD",
    "share of ENTITY where CONDITION",
    "sum of ENTITY.FIELD per month",
)
"""Every form that a measure may have, for messages and the reference."""

EXAMPLES: Final = (
    "count of distinct message.worker per week",
    "median days from JobOrder.dateAdded to first Placement.dateBegin",
    "share of Candidate where smsOptIn is yes",
    "sum of Placement.payRate per month by dateBegin",
)


@dataclass(frozen=True, slots=True)
class Named:
    """Name an entity by a word, and a field of it ("" for the records themselves), both as written."""

    entity: str
    field: str = ""

    def __str__(self) -> str:
        return f"{self.entity}.{self.field}" if self.field else self.entity


@dataclass(frozen=True, slots=True)
class Count:
    """Count records, or the distinct values of a field, by period. `by` is the date that places them, "" if unsaid."""

    of: Named
    distinct: bool
    period: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """Take the median, mean or 90th percentile of the days from one date to another.

    `pick` is first or last where several records of the second entity refer to one of the first, else "".
    """

    statistic: str
    start: Named
    end: Named
    pick: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """Take the share of an entity's records that fulfil a condition."""

    of: Named
    where: t.Condition
    text: str


@dataclass(frozen=True, slots=True)
class Sum:
    """Add a field up by period. `by` is the date that places a record, "" if unsaid."""

    of: Named
    period: str
    by: str = ""


Measure: TypeAlias = Count | Days | Share | Sum


class _Measures(Transformer[Token, object]):
    def start(self, parts: list[object]) -> object:
        return parts[0]

    def by(self, parts: list[Token]) -> str:
        return str(parts[0])

    def count(self, parts: list[Token]) -> Count:
        return Count(_named(parts[1]), parts[0] is not None, parts[2].lower(), str(parts[3] or ""))

    def days(self, parts: list[Token]) -> Days:
        return Days(parts[0].lower(), _named(parts[1]), _named(parts[3]), str(parts[2] or "").lower())

    def share(self, parts: list[Token]) -> tuple[Named, str]:
        return _named(parts[0]), str(parts[1])[len("where") :].strip()

    def sum(self, parts: list[Token]) -> Sum:
        return Sum(_named(parts[0]), parts[1].lower(), str(parts[2] or ""))


def _named(token: Token) -> Named:
    entity, _, field = str(token).partition(".")
    return Named(entity.strip("`"), field)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    with trusting():
        return Lark.open_from_package(
            "signoff",
            "measures.lark",
            ("expressions",),
            parser="lalr",
            transformer=_Measures(),
            maybe_placeholders=True,
        )


def parse_measure(text: str, place: Place) -> Measure:
    """Parse the cell `measured as`; raise ScopeError with the forms that it may have."""
    try:
        found = _parser().parse(text)
    except UnexpectedInput as trouble:
        at = trouble.pos_in_stream
        rest = text[at:].strip() if isinstance(at, int) and at >= 0 else ""
        raise ScopeError(
            Problem(
                place,
                f"one of: {'; '.join(SHAPES)}",
                f'"{text}"' + (f", which cannot be read from `{rest.split()[0]}` on" if rest else ""),
                did_you_mean=nearest(text, EXAMPLES),
                how=f"For instance: {EXAMPLES[0]}.",
                code="measure",
            )
        ) from None
    if isinstance(found, tuple):
        of, condition = found
        return Share(of, parse_condition(condition, place), condition)
    assert isinstance(found, Count | Days | Sum)
    return found
