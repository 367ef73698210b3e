"""Measure which edge of which rule a rehearsal uses, and how often: a pool may hold a value that no record got."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from signoff.agreement.abilities import handle
from signoff.agreement.resolved import Agreement, BoundRow, Pair
from signoff.record import ABSENT, Path, Value, get
from signoff.rules.reading import breaks
from signoff.schema import Field, Side, Type
from signoff.strategies.around import around
from signoff.strategies.fitting import fits
from signoff.strategies.made import raw_of
from signoff.strategies.script import Script

BLANK = "blank"
CREATES = ("create",)
"""Kinds of operations that make a record; every other one changes one."""


@dataclass(frozen=True, slots=True)
class EdgeUse:
    """Say how often one edge of one row's sending field stands in what people enter during a rehearsal."""

    statement: str
    system: str
    field: str
    """The sending field as `Entity.path`."""
    why: str
    """What makes the value an edge, in the rule's words."""
    value: str
    """The value as the record holds it, as JSON."""
    created: int
    """Records that people made with it."""
    changed: int
    """Changes of people to it."""


def edges_used(agreement: Agreement, script: Script) -> tuple[EdgeUse, ...]:
    """Return every edge that a chart row names for its sending fields and the field can hold, with its use.

    An edge that another system's form refuses, or that would be bad data everywhere, may rightly have been used by
    nobody; one of a row whose field people cannot write is left out.
    """
    entered = _Entered(script)
    found: dict[tuple[str, str, str], EdgeUse] = {}
    for pair in agreement.directions():
        for row in pair.rows:
            for use in _of_row(agreement, entered, pair, row, script.now):
                found.setdefault((use.statement, use.field, use.value), use)
    return tuple(found.values())


def _of_row(agreement: Agreement, entered: _Entered, pair: Pair, row: BoundRow, now: datetime) -> list[EdgeUse]:
    if row.rule is None or (pair.mirrors and not row.both_ways and not pair.either):
        return []
    zone = ZoneInfo(agreement.schemas[pair.sender].zone)
    name = agreement.integration.systems[pair.sender].name
    found: list[EdgeUse] = []
    for number, source in enumerate(row.sources):
        one = handle(agreement, pair, source)
        if one is None or one.leaf.type is Type.REFERENCE or one.leaf.read_only or one.leaf.technical:
            continue
        counts = entered.of(pair.sender, one.entity, one.path)
        surroundings = around(agreement, pair.sender, now)
        edges = [(edge.value, edge.why) for edge in row.rule.edges(row.rule.types.sources[number].name, surroundings)]
        for typed, why in [*edges, (None, BLANK)]:
            value = _held(one.leaf, typed, zone)
            if value is ABSENT:
                continue
            text = _text(value)
            made, changed = counts.get(text, (0, 0))
            found.append(EdgeUse(row.statement, name, f"{one.entity}.{one.path}", why, text, made, changed))
    return found


def _held(known: Field, typed: Value, zone: ZoneInfo) -> Value:
    """Return an edge as a record holds it; ABSENT where the field can hold no such thing, or its system refuses it."""
    try:
        value = raw_of(known, typed, zone)
    except (TypeError, ValueError, AttributeError, ArithmeticError):
        return ABSENT
    return value if fits(known, value if not known.many else [value]) and not breaks(known, value) else ABSENT


class _Entered:
    """Count what people enter, by field and value."""

    def __init__(self, script: Script) -> None:
        self._by_entity: dict[tuple[Side, str], list[tuple[bool, Mapping[str, Value]]]] = {}
        for phase in script.phases:
            for plan in phase.plans:
                if plan.fields:
                    home = self._by_entity.setdefault((plan.side, plan.entity), [])
                    home.append((plan.kind in CREATES, plan.fields))
        self._counted: dict[tuple[Side, str, str], Mapping[str, tuple[int, int]]] = {}

    def of(self, side: Side, entity: str, path: str) -> Mapping[str, tuple[int, int]]:
        """Return value as JSON → (times a record was made with it, times a record was changed to it)."""
        key = (side, entity, path)
        if key not in self._counted:
            made: Counter[str] = Counter()
            changed: Counter[str] = Counter()
            head = Path.parse(path).head
            for created, fields in self._by_entity.get((side, entity), ()):
                value = get(fields, path) if head in fields else (fields.get(path, ABSENT))
                if value is ABSENT and not created:
                    continue
                home = made if created else changed
                items = value if isinstance(value, list) and value else [value]
                for one in items:
                    home[_text(None if one is ABSENT else one)] += 1
            self._counted[key] = {text: (made[text], changed[text]) for text in made | changed}
        return self._counted[key]


def _text(value: Value) -> str:
    """Write a value as JSON; equal numbers alike, however many zeros they end with."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return json.dumps(value, ensure_ascii=False, default=str)
