"""Put messages into a history, or something into the messages that are there."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from signoff.agreement.resolved import Pair
from signoff.checks.case import Phase
from signoff.checks.outside import named_fields
from signoff.history import Exchange, Key, Write
from signoff.record import ABSENT, Record, Value, blank, get, with_value
from signoff.schema import Side
from signoff.sensitivity.attempt import Way
from signoff.sensitivity.draft import Draft, Edit
from signoff.sensitivity.scene import Scene, mark

UNNAMED = "unnamed_field"
"""Stands for a field that no chart names, where the schema has none."""


def other_than(value: Value) -> Value:
    """Return a value of the same sort that is another one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | Decimal):
        return value + 1
    if isinstance(value, str) and not blank(value):
        return f"{value}x"
    return "another value"


def altered(record: Record, path: str) -> dict[str, Any]:
    """Return the top-level field of a record in which a path leads to another value; its other parts stay."""
    head = path.partition(".")[0]
    return {head: with_value(record, path, other_than(get(record, path)))[head]}


def free_fields(scene: Scene, pair: Pair, side: Side, entity: str) -> tuple[str, ...]:
    """Return the fields of an entity that the connector has no business with, ones that people may fill."""
    named = named_fields(scene.case, pair, side is not pair.sender)
    found = scene.agreement.entity(side, entity).fields
    return tuple(name for name, one in found.items() if name not in named and not (one.technical or one.read_only))


def adding(phase: Phase, kind: str, key: Key, sent: Mapping[str, Any]) -> Way:
    """Return how a further update of a record is put into the last run of a kind in a phase."""
    number = [run.number for run in phase.runs if run.kind == kind][-1]
    before = phase.settled.snapshot.record(key) or {}
    return Way(
        edits=(lambda draft: add(draft, number, Write("update", key, dict(sent), before, {**before, **sent})),),
        marks=frozenset({mark(key)}),
        until=phase.label,
        subjects=frozenset({key}),
        spoils=frozenset[Hashable]({(phase.label, kind, key, name) for name in sent}),
        uses=frozenset({key}),
    )


def add(draft: Draft, run: int, write: Write, problems: tuple[str, ...] = ()) -> None:
    """Put a request with one write at the end of a run."""
    method = {"create": "POST", "update": "PATCH", "delete": "DELETE"}[write.kind]
    host = f"https://{write.key.side.value}.example.com/{write.key.entity.lower()}/{write.key.id}"
    at = draft.run(run).ended
    draft.set_exchange(
        Exchange(draft.next_number(), run, at, write.key.side, method, host, (), b"", 200, (), b"", (write,), problems)
    )


def saying(number: int, body: str) -> Edit:
    """Return the edit that puts a text into a request's body."""

    def edit(draft: Draft) -> None:
        exchange = draft.exchange(number)
        draft.set_exchange(replace(exchange, request_body=exchange.request_body + body.encode()))

    return edit


def refused_by_schema(number: int, problem: str) -> Edit:
    """Return the edit that lets the receiving schema object to a message."""

    def edit(draft: Draft) -> None:
        exchange = draft.exchange(number)
        draft.set_exchange(replace(exchange, problems=(*exchange.problems, problem)))

    return edit


def copy_of(record: Record, **changes: Value) -> dict[str, Any]:
    """Return a copy of a record with other values; ABSENT takes one out."""
    return {name: value for name, value in {**record, **changes}.items() if value is not ABSENT}
