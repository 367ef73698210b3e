"""Know of which records something may be another once some were altered, and from which moment on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet

from signoff.checks.case import Case, Phase
from signoff.history import History, Key, Snapshot
from signoff.record import RecordId
from signoff.schema import Side

Rests = Callable[[Phase, Key], AbstractSet[Key]]
"""Return what a record rests on in one phase."""
_NOBODY: Mapping[str, AbstractSet[RecordId]] = {}


class Disturbed:
    """Hold who is disturbed by alterations that were all made to one phase, once it was settled.

    Before that moment nobody is: what is recorded of the phases before, and of how people left this one, stands.
    Afterwards those are who were altered, and all that rests on them by what the agreement reads.
    """

    def __init__(
        self,
        case: Case,
        history: History,
        altered: AbstractSet[Key],
        label: str,
        rests: Rests,
        messages: AbstractSet[Key] = frozenset(),
    ) -> None:
        """Find out; `altered` are the records that were altered or put in, and those for whose sake it was done.

        `messages` are those of which a message now says something else.
        """
        self.messages = messages
        self._places = {(one.label, one.moment): at for at, one in enumerate(history.snapshots)}
        self._since = self._places.get((label, "settled"), 0)
        directions = case.agreement.directions()
        places = {(key.side, key.entity) for key in altered}
        self._bindings = frozenset(
            pair.name
            for pair in directions
            if not places.isdisjoint({(pair.sender, pair.source), (pair.sender.other, pair.target)})
        )
        phases = [one for one in case.phases if self._places.get((one.label, "settled"), -1) >= self._since]
        there = {
            Key(side, entity, one)
            for snapshot in history.snapshots[self._since :]
            for side in Side
            for entity, records in snapshot.of(side).items()
            for one in records
        }
        found: dict[tuple[Side, str], set[RecordId]] = {}
        for key in there:
            if key in altered or any(not altered.isdisjoint(rests(phase, key)) for phase in phases):
                found.setdefault((key.side, key.entity), set()).add(key.id)
        nobody = frozenset[RecordId]()
        self._found = {pair.name: frozenset(found.get((pair.sender, pair.source), nobody)) for pair in directions}

    def at(self, snapshot: Snapshot) -> Mapping[str, AbstractSet[RecordId]]:
        """Return the disturbed sending records of each binding in a snapshot."""
        return self._found if self._places[snapshot.label, snapshot.moment] >= self._since else _NOBODY

    def paired_anew(self, snapshot: Snapshot) -> AbstractSet[str] | None:
        """Return the bindings whose records must be paired anew; None: all, because it is remembered who was paired."""
        place = self._places[snapshot.label, snapshot.moment]
        if place < self._since:
            return frozenset()
        return self._bindings if place == self._since else None
