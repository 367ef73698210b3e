"""Alter a recorded history at its records: snapshots, messages, what a run said. Never at a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from signoff.history import Exchange, History, Key, Run, Snapshot, Write
from signoff.record import ABSENT, Path, Record, Segment, Value
from signoff.schema import Side


class Draft:
    """Hold a history that is being altered; what it was made from stays as it is."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._snapshots: dict[tuple[str, str], dict[Side, dict[str, dict[str, Record]]]] = {}
        self._exchanges = {one.number: one for one in history.exchanges}
        self._runs = {one.number: one for one in history.runs}
        self.altered: set[Key] = set()
        """The records that were altered, put in or taken out."""
        self.messages: set[Key] = set()
        """The records of which a message now says something else."""

    def record(self, label: str, moment: str, key: Key) -> Record | None:
        """Return a record as it now stands in a snapshot."""
        changed = self._snapshots.get((label, moment))
        if changed is not None:
            return changed[key.side].get(key.entity, {}).get(key.id)
        snapshot = self._history.snapshot(label, moment)
        return snapshot.record(key) if snapshot is not None else None

    def set_record(self, label: str, moment: str, key: Key, record: Record | None) -> None:
        """Put a record into a snapshot, or take it out (None). A snapshot that was not taken stays untaken."""
        changed = self._snapshots.get((label, moment))
        if changed is None:
            snapshot = self._history.snapshot(label, moment)
            if snapshot is None:
                return
            changed = self._snapshots[label, moment] = {
                side: {kind: dict(known) for kind, known in snapshot.of(side).items()} for side in Side
            }
        known = changed[key.side].setdefault(key.entity, {})
        if record is not None:
            known[key.id] = record
        elif known.pop(key.id, None) is None:
            return
        self.altered.add(key)

    def set_value(self, label: str, moment: str, key: Key, path: str, value: Value) -> None:
        """Put a value into a record of a snapshot; ABSENT takes it out."""
        record = self.record(label, moment, key)
        if record is not None:
            self.set_record(label, moment, key, placed(record, Path.parse(path).segments, value))

    def exchange(self, number: int) -> Exchange:
        """Return an exchange as it now stands."""
        return self._exchanges[number]

    def set_exchange(self, exchange: Exchange) -> None:
        """Put an exchange in the place of the one with its number, or after all others."""
        former = self._exchanges.get(exchange.number)
        self.messages.update(write.key for one in (former, exchange) if one is not None for write in one.writes)
        self._exchanges[exchange.number] = exchange

    def send(self, number: int, key: Key, fields: Mapping[str, Any]) -> None:
        """Let the message about a record carry further fields, and the record take them over."""
        self.messages.add(key)
        exchange = self._exchanges[number]
        writes = tuple(_carrying(one, fields) if one.key == key else one for one in exchange.writes)
        self._exchanges[number] = replace(exchange, writes=writes)

    def run(self, number: int) -> Run:
        """Return a run as it now stands."""
        return self._runs[number]

    def set_run(self, run: Run) -> None:
        """Put what a run said in the place of what it said."""
        self._runs[run.number] = run

    def next_number(self) -> int:
        """Return a number that no exchange has."""
        return max(self._exchanges, default=0) + 1

    def history(self) -> History:
        """Return the altered history."""
        return replace(
            self._history,
            snapshots=tuple(self._altered(one) for one in self._history.snapshots),
            exchanges=tuple(self._exchanges.values()),
            runs=tuple(self._runs.values()),
        )

    def _altered(self, snapshot: Snapshot) -> Snapshot:
        changed = self._snapshots.get((snapshot.label, snapshot.moment))
        return replace(snapshot, ats=changed[Side.ATS], app=changed[Side.APP]) if changed is not None else snapshot


Edit: TypeAlias = Callable[[Draft], None]
"""Put one wrong thing into a history."""


def _carrying(write: Write, fields: Mapping[str, Any]) -> Write:
    after = {**write.after, **fields} if write.after is not None else None
    return replace(write, sent={**write.sent, **fields}, after=after)


def placed(record: Record, segments: Iterable[Segment], value: Value) -> dict[str, Any]:
    """Return a copy of a record with a value at a path; `tags[name is "x"].value` means the item of that name."""
    head, *rest = segments
    copy = dict(record)
    held = copy.get(head.name)
    if not rest and not head.where:
        if value is ABSENT:
            copy.pop(head.name, None)
        else:
            copy[head.name] = value
    elif head.where:
        copy[head.name] = _item_placed(held if isinstance(held, list | tuple) else (), head, rest, value)
    else:
        copy[head.name] = placed(held if isinstance(held, Mapping) else {}, rest, value)
    return copy


def _item_placed(items: Iterable[Any], head: Segment, rest: list[Segment], value: Value) -> list[Any]:
    name, _, wanted = (part.strip().strip("\"'") for part in head.where.partition(" is "))
    others = [one for one in items if not (isinstance(one, Mapping) and one.get(name) == wanted)]
    own = next((one for one in items if isinstance(one, Mapping) and one.get(name) == wanted), {name: wanted})
    if not rest:
        return others if value is ABSENT else [*others, value]
    return [*others, placed(own, rest, value)]
