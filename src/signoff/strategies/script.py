"""Hold a rehearsal as a script: which records are made and changed, in which phase, and why.

A script is all that a trial needs besides the systems and the connector: it is drawn once from a seed, kept with
the run, and can be played again without the generators. Records have names (`Candidate#12`); where a field must
hold another record's id, it holds a marker, because ids are given by the systems when the script is played.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from signoff.addresses import Entry
from signoff.record import Value
from signoff.schema import Side
from signoff.strategies.sealed import protects, seal

REF = "$ref"
"""Marker of the raw id of a record, as its own `id` field holds it."""
TEXT_OF_ID = "$id"
"""Marker of the id of a record as text."""
MADE, CHANGED, CHANGED_THERE = "create", "update", "update partner"
"""Kinds of plans that may be unheard."""
MOST_READ = 200
"""Plans of a script that people may want to read: that of a counterexample has a few."""
PARTNER = "$partner"
"""Marker of the raw id of the record that the connector made for a record."""


def ref(name: str) -> dict[str, str]:
    """Return a marker for the raw id of a record."""
    return {REF: name}


def id_text(name: str) -> dict[str, str]:
    """Return a marker for the id of a record as text."""
    return {TEXT_OF_ID: name}


def partner_of(name: str) -> dict[str, str]:
    """Return a marker for the raw id of a record's partner on the other side."""
    return {PARTNER: name}


def marker(value: Value) -> tuple[str, str] | None:
    """Return (kind, name) if a value is a marker, else None."""
    if isinstance(value, dict) and len(value) == 1:
        kind, name = next(iter(value.items()))
        if kind in (REF, TEXT_OF_ID, PARTNER):
            return kind, str(name)
    return None


def resolved(value: Value, resolve: Callable[[str, str], Value]) -> Value:
    """Return a value with every marker replaced by `resolve(kind, name)`."""
    if value is None or isinstance(value, str | int):
        return value
    found = marker(value)
    if found is not None:
        return resolve(*found)
    if isinstance(value, Mapping):
        return {key: resolved(inner, resolve) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [resolved(inner, resolve) for inner in value]
    return value


@dataclass(frozen=True, slots=True)
class Plan:
    """Plan one operation. `pause` is the world's seconds before it; `tick`: in the tick in which a run ended.

    `even`: on a whole second, so that the stamps of two systems can be equal. `unheard`: the event with which its
    system tells of it gets lost.
    """

    kind: str
    name: str
    side: Side
    entity: str
    fields: Mapping[str, Any]
    arm: str
    why: str = ""
    family: str = ""
    pause: float = 0.0
    tick: bool = False
    even: bool = False
    unheard: bool = False


@dataclass(frozen=True, slots=True)
class FamilyPlan:
    """Plan one family: the record under test, what belongs to it, and which arm it walks through."""

    name: str
    binding: str
    arm: str
    statement: str
    subject: str
    members: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Spoilt:
    """Plan what is wrong with a system's lists: of an entity (of all, for ""), of every one or of the `first` only."""

    side: Side
    answer: str
    """error or nothing."""
    entity: str = ""
    first: int = 0


@dataclass(frozen=True, slots=True)
class Phase:
    """Plan one phase: time passes, operations, runs to settle, further runs that must find nothing to do."""

    label: str
    plans: tuple[Plan, ...]
    settle: int
    further: int = 0
    hours: float = 0.0
    """Hours of the world that pass before its first operation."""
    midnight: bool = False
    """Pass over the next midnight of the integration's zone first."""
    evening: float = 0.0
    """Hour of the day in the integration's zone, on the day of its last operation, before which no run begins."""
    wait: float = 0.0
    """Seconds of the world that pass after its last operation, before the first run."""
    killed_after: int = -1
    """Before the runs that settle it, one is ended with its request of this number; -1: none."""
    restart: bool = False
    """Run a new connector on the state that the former one left."""
    outage: str = ""
    """What is wrong with the address service meanwhile; "" for nothing."""
    lists: tuple[Spoilt, ...] = ()
    """Which lists are answered wrongly in the runs that settle it; afterwards all are answered again."""


@dataclass(frozen=True, slots=True)
class Script:
    """Hold a whole rehearsal. `now` is the world's first instant, in UTC."""

    integration: str
    seed: int
    effort: str
    now: datetime
    scope_hash: str
    phases: tuple[Phase, ...]
    families: tuple[FamilyPlan, ...]
    knobs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Side → the knobs of its simulator."""
    statements: tuple[str, ...] = ()
    """The statements that it was made for; empty: all."""
    addresses: tuple[Entry, ...] = ()
    """What the address service knows."""
    never: tuple[str, ...] = ()
    """Fields of never rows, `ats.Candidate.ssn`: their values are sealed where the script is kept."""

    @property
    def runs(self) -> int:
        """Return how many connector runs it takes."""
        return sum(phase.settle + phase.further + (phase.killed_after >= 0) for phase in self.phases)

    def to_json(self) -> str:
        """Return the script as JSON text; decimals stay exact, and values of never rows are sealed."""

        def plain(value: Any) -> Any:
            if isinstance(value, Decimal):
                return {"$decimal": str(value)}
            if isinstance(value, datetime):
                return value.isoformat()
            if isinstance(value, Plan):
                return {**_parts(value), "fields": sealed(value)}
            if is_dataclass(value):
                return _parts(value)
            raise TypeError(type(value).__name__)

        def sealed(plan: Plan) -> dict[str, Any]:
            place = f"{plan.side.value}.{plan.entity}"
            return {
                name: seal(self.seed, json.dumps(value, default=plain)) if protects(self.never, place, name) else value
                for name, value in plan.fields.items()
            }

        # Python's own encoder writes indented text, at a tenth of the speed; nobody reads a whole rehearsal.
        indent = 1 if sum(len(phase.plans) for phase in self.phases) <= MOST_READ else None
        return json.dumps(self, default=plain, ensure_ascii=False, indent=indent)


def _parts(value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass by name, as they are."""
    return {one.name: getattr(value, one.name) for one in fields(value)}


def in_real_time(script: Script, now: datetime) -> Script:
    """Return a script for a connector that lives by real time: it begins now, and no day is made to pass.

    What a passing day alone changes is then not tried, and the time between phases is what the runs take.
    """
    phases = [
        replace(phase, hours=0.0, evening=0.0, plans=tuple(replace(plan, pause=0.0) for plan in phase.plans))
        for phase in script.phases
        if not phase.midnight
    ]
    if phases and any(phase.further for phase in script.phases if phase.midnight):
        phases[-1] = replace(phases[-1], further=1)
    return replace(script, now=now, phases=tuple(phases))
