"""Judge an altered history again with every check, and hear which records are found guilty of what."""

from __future__ import annotations

from collections.abc import Callable

from signoff.checks import judge
from signoff.checks.case import Case, Phase
from signoff.checks.ledger import Ledger
from signoff.history import History, Snapshot
from signoff.model.sight import Sight
from signoff.verdict import Counterexample


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
        super().__init__(first.agreement, snapshot, first)
        self.remembers = self.earlier = former


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
    for _, decide in ears.undecided:
        decide()
    return ears.heard
