"""Hold mapping charts and value tables as they were written, each cell with its place.

Nothing is resolved here: names are the author's words, rules are the text of their cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from signoff.errors import Place


class Flow(StrEnum):
    """Name what a row promises about direction."""

    TO_APP = "->"
    TO_ATS = "<-"
    BOTH = "<->"
    NEVER = "never"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold one cell: its text without outer blanks, and its place."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Labels:
    """Hold what tags and free columns say about a statement; "" and None where nothing is said."""

    must: str = ""
    """must, should or could."""
    owner: str = ""
    ticket: str = ""
    severity: str = ""
    branch: str = ""
    waived_until: str = ""
    """A day as YYYY-MM-DD, from @waived:until=…."""
    waived_reason: str = ""
    tags: tuple[str, ...] = ()
    """Every tag in force, without the @; of those that can have one value only, the nearest."""


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one row of a chart. `cells` has every column in order, as written, for reports."""

    place: Place
    flow: Flow
    ats: Cell
    app: Cell
    rule: Cell
    required: bool = False
    id: str = ""
    key: str = ""
    note: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    labels: Labels = Labels()


@dataclass(frozen=True, slots=True)
class Chart:
    """Hold the rows of one Examples table of a @chart outline. `group` is the Gherkin Rule's name, or ""."""

    name: str
    place: Place
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    group: str = ""
    labels: Labels = Labels()
    description: str = ""


@dataclass(frozen=True, slots=True)
class ValueRow:
    """Hold one row of a value table; `match` says how its ATS value is compared ("" is exactly)."""

    place: Place
    ats: Cell
    app: Cell
    back_to: str = ""
    match: str = ""
    why: str = ""
    id: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    labels: Labels = Labels()


@dataclass(frozen=True, slots=True)
class ValueTable:
    """Hold one value table: pairs of ATS value and app value, tried from top to bottom.

    `(blank)` stands for a blank value on either side, `anything else` for every value not listed.
    """

    name: str
    place: Place
    headings: tuple[str, ...]
    rows: tuple[ValueRow, ...]
    labels: Labels = Labels()
    description: str = ""
