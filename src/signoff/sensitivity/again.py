"""Judge an altered history again with every check, and hear which records are found guilty of what."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from signoff.agreement.resolved import Pair, PopulationCase
from signoff.checks import judge
from signoff.checks.case import Case, Phase
from signoff.checks.ledger import Ledger
from signoff.history import History, Snapshot
from signoff.model.sameness import Sameness
from signoff.model.sight import Bad, Promise, Sight
from signoff.record import RecordId
from signoff.verdict import Counterexample

Found = TypeVar("Found")


class Ears(Ledger):
    """Hear every finding: which statement, which record. A ledger that leaves none out."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: set[tuple[str, str]] = set()

    def find(self, statement: str, kind: str, tell: Callable[[], Counterexample]) -> None:
        """Hear one observed fault."""
        example = tell()
        who = example.record.partition(",")[0].partition(" of ")[0]
        self.heard.add((statement, who))
        super().find(statement, kind, lambda: example)


class SecondSight(Sight):
    """Look at an altered snapshot; what rests on unaltered records only is taken over from the first look at it."""

    def __init__(self, first: Sight, snapshot: Snapshot, former: Sight | None) -> None:
        super().__init__(first.agreement, snapshot, former)
        self._first = first
        self._as_first = Sameness(self, first)

    def case(self, pair: Pair, record_id: RecordId) -> PopulationCase | None:
        """Return the first population row that fits a record."""
        return self._kept(self._cases, pair, record_id, super().case, self._first.case)

    def bad(self, pair: Pair, record_id: RecordId) -> tuple[Bad, ...]:
        """Return why a record in scope must be held back."""
        return self._kept(self._bad, pair, record_id, super().bad, self._first.bad)

    def promise(self, pair: Pair, target: str, record_id: RecordId) -> Promise | None:
        """Return the row that writes a receiving field for a record, with its result."""
        key = (pair.name, target, record_id)
        if key not in self._promises and self._as_first.of(pair, record_id):
            self._promises[key] = self._first.promise(pair, target, record_id)
        return super().promise(pair, target, record_id)

    def _kept(
        self,
        known: dict[tuple[str, RecordId], Found],
        pair: Pair,
        record_id: RecordId,
        anew: Callable[[Pair, RecordId], Found],
        first: Callable[[Pair, RecordId], Found],
    ) -> Found:
        key = (pair.name, record_id)
        if key not in known and self._as_first.of(pair, record_id):
            known[key] = first(pair, record_id)
        return anew(pair, record_id)


class SecondCase(Case):
    """Lay out an altered history, with what is known of the unaltered one."""

    def __init__(self, first: Case, history: History) -> None:
        self._sights = {id_: sight for phase in first.phases for id_, sight in _sights(phase)}
        super().__init__(first.agreement, history)

    def sight(self, snapshot: Snapshot, former: Sight | None) -> Sight:
        """Return how a snapshot is looked at for the second time."""
        return SecondSight(self._sights[snapshot.label, snapshot.moment], snapshot, former)


def _sights(phase: Phase) -> tuple[tuple[tuple[str, str], Sight], ...]:
    return ((phase.label, "before"), phase.before), ((phase.label, "settled"), phase.settled)


def heard(first: Case, history: History) -> set[tuple[str, str]]:
    """Return (statement, record) of everything that the checks find in an altered history."""
    case, ears = SecondCase(first, history), Ears()
    for check in judge.CHECKS:
        check(case, ears)
    return ears.heard
