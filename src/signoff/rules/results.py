"""Say what a rule gives for one record: a value, a blank, nothing at all, or bad data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from signoff.chart import ValueRow
from signoff.record import Value as Raw

PHONE_UNREADABLE: Final = "phone cannot be read"
DATE_UNREADABLE: Final = "date cannot be read"
EMAIL_UNREADABLE: Final = "e-mail cannot be read"
NUMBER_UNREADABLE: Final = "number cannot be read"
UNREADABLE: Final = "value cannot be read"
NOT_IN_TABLE: Final = "value is not in its table"
LEADS_NOWHERE: Final = "reference leads nowhere"
SEVERAL: Final = "several records fit"
MUST_EXIST: Final = "value must already exist"


class New(str):
    """Stand in the place of the id of a record that a connector is to create; no record has it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Value:
    """Hold the value that the receiving field should have, typed.

    `typed` is text, Decimal, bool, date, aware datetime, `places.Address`-like mapping, `phone.Phone`, an id as
    text, or a list of these. `rows` are the rows of the value table that gave it, in the order used.
    """

    typed: Any
    rows: tuple[ValueRow, ...] = ()
    table: str = ""

    @property
    def table_row(self) -> ValueRow | None:
        """Return the first table row that gave the value, or None."""
        return self.rows[0] if self.rows else None


@dataclass(frozen=True, slots=True)
class Blank:
    """The receiving field is blank. `form` is "" for any form, else null, empty text or empty list, judged strictly."""

    form: str = ""
    rows: tuple[ValueRow, ...] = ()
    table: str = ""

    @property
    def table_row(self) -> ValueRow | None:
        """Return the table row that gave the blank, or None."""
        return self.rows[0] if self.rows else None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The field is not sent at all."""

    rows: tuple[ValueRow, ...] = ()
    table: str = ""

    @property
    def table_row(self) -> ValueRow | None:
        """Return the table row that left it out, or None."""
        return self.rows[0] if self.rows else None


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Nothing is written for this row; what the field held stays. `reason` is in words for a report."""

    reason: str
    rows: tuple[ValueRow, ...] = ()
    table: str = ""

    @property
    def table_row(self) -> ValueRow | None:
        """Return the table row that said so, or None."""
        return self.rows[0] if self.rows else None


@dataclass(frozen=True, slots=True)
class BadData:
    """The record's own data stop the rule. `kind` is one of this module's constants; `reason` quotes no value."""

    kind: str
    reason: str
    rows: tuple[ValueRow, ...] = ()
    table: str = ""

    @property
    def table_row(self) -> ValueRow | None:
        """Return the table row that said `error`, or None."""
        return self.rows[0] if self.rows else None


@dataclass(frozen=True, slots=True)
class Kept:
    """The receiving field still holds what it held before, as JSON; ABSENT and null count as one."""

    raw: Raw


Result: TypeAlias = Value | Blank | LeftOut | Unwritten | BadData | Kept


def to_be_made(result: Result) -> bool:
    """Tell whether a result is a reference to a record that is still to be created."""
    typed = result.typed if isinstance(result, Value) else ()
    if isinstance(typed, list):
        return any(isinstance(one, New) for one in typed)
    return isinstance(typed, New)


class Stopped(Exception):
    """End the evaluation of a rule with a result other than a value."""

    def __init__(self, result: Result) -> None:
        self.result = result
        super().__init__(type(result).__name__)


def bad(kind: str, reason: str) -> Stopped:
    """Return the exception that ends a rule with bad data."""
    return Stopped(BadData(kind, reason))
