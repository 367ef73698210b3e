"""Hold bound workflows: who is meant, which field, which value, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from signoff.schema import Field, Side
from signoff.scope import EntitySettings, Sentence

_DAY = re.compile(
    r"(?P<word>today|tomorrow|yesterday)|in (?P<ahead>\d+) days?|(?P<ago>\d+) days? ago|(?P<iso>\d{4}-\d\d-\d\d)",
    re.IGNORECASE,
)
SECONDS: Mapping[str, int] = {"minute": 60, "hour": 3600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class Day:
    """Hold a day as a workflow says it: so many days from the world's today, or a day of the calendar."""

    days: int = 0
    fixed: date | None = None

    def on(self, today: date) -> date:
        """Return the day of the calendar."""
        return self.fixed or today + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Named:
    """Hold a value that is another record of the workflow, by its name."""

    name: str


Said = str | bool | Decimal | Day | Named | None
"""What a workflow says of a value; None is blank."""


@dataclass(frozen=True, slots=True)
class Role:
    """Hold one record of a workflow. `pair` is the binding whose sending side it is on, "" where it has none."""

    name: str
    side: Side
    entity: str
    settings: EntitySettings
    pair: str = ""


@dataclass(frozen=True, slots=True)
class Aim:
    """Hold the field that a sentence speaks of. `owner` is the entity that a role's latest record is taken of."""

    side: Side
    entity: str
    leaf: Field
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Hold one bound sentence. `runs` counts the connector's runs of a sync, `seconds` a time or a deadline."""

    sentence: Sentence
    role: Role | None = None
    other: Role | None = None
    aim: Aim | None = None
    value: Said = None
    fields: tuple[tuple[Field, Said], ...] = ()
    side: Side | None = None
    runs: int = 0
    count: int = 0
    seconds: float = 0.0
    entity: str = ""
    """For lists that are answered wrongly: whose records, "" for all."""

    @property
    def kind(self) -> str:
        """Return which sentence of the vocabulary it is."""
        return self.sentence.kind


@dataclass(frozen=True, slots=True)
class BoundWorkflow:
    """Hold one workflow whose every word is understood."""

    statement: str
    name: str
    steps: tuple[Step, ...]


def day_said(text: str) -> Day | None:
    """Return the day that a text says, or None."""
    matched = _DAY.fullmatch(text)
    if matched is None:
        return None
    if matched["iso"]:
        try:
            return Day(fixed=date.fromisoformat(matched["iso"]))
        except ValueError:
            return None
    if matched["word"]:
        return Day({"today": 0, "tomorrow": 1, "yesterday": -1}[matched["word"].lower()])
    return Day(int(matched["ahead"])) if matched["ahead"] else Day(-int(matched["ago"]))
