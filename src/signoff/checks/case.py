"""Lay out a history for the checks: sights by phase, who was edited when, which exchange carried what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from signoff.agreement.resolved import Agreement, Pair
from signoff.history import Exchange, Family, History, Key, Operation, Run, Write
from signoff.model.sight import Sight
from signoff.record import Path, RecordId
from signoff.schema import Side


@dataclass(frozen=True, slots=True)
class Phase:
    """Hold one phase as the checks see it. `previous` is the settled sight of the phase before, if any."""

    label: str
    before: Sight
    settled: Sight
    previous: Sight | None
    operations: tuple[Operation, ...]
    runs: tuple[Run, ...]
    writes: tuple[tuple[Exchange, Write], ...]
    """Accepted and refused writes of the connector in the runs that settle this phase."""
    touched: Mapping[Key, frozenset[str]]
    """Records that people changed in this phase → top-level fields ("*" for a create or delete)."""


class Case:
    """Hold one history and one agreement."""

    def __init__(self, agreement: Agreement, history: History) -> None:
        self.agreement = agreement
        self.history = history
        self.family_of: dict[Key, Family] = {}
        for family in history.families:
            for key in family.members:
                self.family_of.setdefault(key, family)
            if family.subject is not None:
                self.family_of[family.subject] = family
        self.phases: tuple[Phase, ...] = tuple(self._phases())
        self.by_target: dict[tuple[Side, str], list[Pair]] = {}
        self.by_source: dict[tuple[Side, str], list[Pair]] = {}
        for pair in agreement.pairs:
            self.by_target.setdefault((pair.sender.other, pair.target), []).append(pair)
            self.by_source.setdefault((pair.sender, pair.source), []).append(pair)

    def _phases(self) -> Iterator[Phase]:
        history = self.history
        previous: Sight | None = None
        for label in history.phases:
            before = history.snapshot(label, "before")
            settled = history.snapshot(label, "settled")
            if before is None or settled is None:
                return
            operations = tuple(one for one in history.operations if one.phase == label)
            runs = tuple(one for one in history.runs if one.phase == label)
            settling = {one.number for one in runs if one.kind == "settle"}
            touched: dict[Key, set[str]] = {}
            for one in operations:
                names = touched.setdefault(one.key, set())
                names.update({"*"} if one.kind != "update" else {Path.parse(name).head for name in one.fields})
            sight = Sight(self.agreement, settled)
            yield Phase(
                label,
                Sight(self.agreement, before),
                sight,
                previous,
                operations,
                runs,
                tuple((exchange, write) for exchange, write in history.writes() if exchange.run in settling),
                {key: frozenset(names) for key, names in touched.items()},
            )
            previous = sight

    def pair_of_write(self, write: Write) -> Pair | None:
        """Return the binding whose receiving or sending record a write is about; None for other entities."""
        found = self.by_target.get((write.key.side, write.key.entity)) or self.by_source.get(
            (write.key.side, write.key.entity)
        )
        return found[0] if found else None

    def sender_key(self, pair: Pair, record_id: RecordId) -> Key:
        """Return the key of a sending record."""
        return Key(pair.sender, pair.source, record_id)

    def receiver_key(self, pair: Pair, record_id: RecordId) -> Key:
        """Return the key of a receiving record."""
        return Key(pair.sender.other, pair.target, record_id)
