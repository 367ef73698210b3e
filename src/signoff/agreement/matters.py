"""Hold the agreements that are not fields, bound: what each rests on, and what it is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from signoff.addresses import Answer
from signoff.errors import Place
from signoff.expressions.measures import Measure
from signoff.expressions.tree import Condition
from signoff.record import Value
from signoff.schema import Side


@dataclass(frozen=True, slots=True)
class BoundQuestion:
    """Hold one question. `answer` is "" as long as it is open."""

    statement: str
    asked_on: date
    answer: str = ""


@dataclass(frozen=True, slots=True)
class BoundItem:
    """Hold one item of a checklist: the statements that it rests on, or that a person attests it."""

    statement: str
    evidence: tuple[str, ...] = ()
    attested: bool = False


@dataclass(frozen=True, slots=True)
class BoundWorked:
    """Hold one worked example: the chart row that it proves, and its literal inputs by sending field.

    `inputs` are raw JSON values as the sending system would hold them, `shown` the same as written.
    """

    statement: str
    pair: str
    row: str
    place: Place
    inputs: Mapping[str, Value]
    shown: tuple[tuple[str, str], ...]
    result: str


@dataclass(frozen=True, slots=True)
class BothSides:
    """Hold the paths of one field on both sides of a binding; `sending` is the sending side's."""

    sending: str
    receiving: str

    def at(self, sending: bool) -> str:
        """Return the path on one side."""
        return self.sending if sending else self.receiving


@dataclass(frozen=True, slots=True)
class BoundGoal:
    """Hold one goal and how its measure is read on both sides.

    `pair` is the binding of the records that are measured, `end_pair` that of the records in which the days end
    ("" where they are the same). `fields` are by part: value, by, start, end, link. `wheres` are the condition as
    the sending side and as the receiving side has it. `lacking` says why it cannot be computed from what arrives;
    `rests_on` are the chart rows that carry what it reads.
    """

    statement: str
    measure: Measure
    pair: str = ""
    end_pair: str = ""
    fields: Mapping[str, BothSides] = field(default_factory=dict)
    wheres: tuple[Condition, Condition] | None = None
    lacking: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    named: Side = Side.ATS


@dataclass(frozen=True, slots=True)
class BoundAccess:
    """Hold what must be possible with one entity of one system: read, create, update, delete, subscribe."""

    statement: str
    side: Side
    entity: str
    may: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoundAddress:
    """Hold what becomes of an address by what the service says of it. `reported`: the connector names the record."""

    statement: str
    answer: Answer
    reported: bool
    place: Place


@dataclass(frozen=True, slots=True)
class BoundMatters:
    """Hold every agreement of an integration that is not a field."""

    questions: tuple[BoundQuestion, ...] = ()
    checklist: tuple[BoundItem, ...] = ()
    worked: tuple[BoundWorked, ...] = ()
    goals: tuple[BoundGoal, ...] = ()
    access: tuple[BoundAccess, ...] = ()
    addresses: tuple[BoundAddress, ...] = ()
