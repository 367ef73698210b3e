"""Judge an altered history again with every check that could find it wrong, and hear who is found guilty of what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet

from signoff.agreement.resolved import BoundRow, Pair, PopulationCase
from signoff.agreement.statement import Kind
from signoff.checks import judge
from signoff.checks.case import Case, Phase
from signoff.checks.ledger import Ledger
from signoff.checks.named import Meant, everybody
from signoff.history import History, Key, NamedFailure, Snapshot
from signoff.model.partners import Partners
from signoff.model.promise import Bad, Promise
from signoff.model.sight import Sight
from signoff.model.standing import Standing
from signoff.pairing import Paired
from signoff.record import ABSENT, Record, RecordId
from signoff.rules.context import Context
from signoff.rules.results import Result
from signoff.sensitivity.disturbed import Disturbed
from signoff.sensitivity.scene import mark
from signoff.verdict import Counterexample


class Ears(Ledger):
    """Hear every finding: which statement, which record. A ledger that leaves none out, and counts no evidence."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: set[tuple[str, str]] = set()
        self._guilty: set[str] = set()

    def find(
        self,
        statement: str,
        kind: str,  # noqa: ARG002 - which statement and which record is all that is asked
        tell: Callable[[], Counterexample],
        about: Key | None = None,
    ) -> None:
        """Hear one observed fault."""
        who = mark(about) if about is not None else _named_in(tell())
        self.heard.add((statement, who))
        self._guilty.add(statement)

    def failed(self, statement: str) -> bool:
        """Tell whether a statement has a finding so far."""
        return statement in self._guilty

    def promise(self, statement: str, phase: str, hint: str) -> None:
        """Count no evidence: nobody asks for a verdict."""

    def exercise(self, statement: str, phase: str, count: int = 1) -> None:
        """Count no evidence: nobody asks for a verdict."""

    def lose(self, statement: str, phase: str, cause: str) -> None:
        """Count no evidence: nobody asks for a verdict."""


def _named_in(example: Counterexample) -> str:
    return example.record.partition(",")[0].partition(" of ")[0]


class SecondPartners(Partners):
    """Pair the records of an altered snapshot; a binding of which none is altered is paired as at the first look."""

    def __init__(self, sight: SecondSight, first: Sight, altered: AbstractSet[str] | None) -> None:
        super().__init__(sight)
        self._first = first
        self._altered = altered

    def _pair(self, pair: Pair) -> Paired:
        if self._altered is None or pair.name in self._altered:
            return super()._pair(pair)
        return _restricted(self._first.paired(pair), self._sight.senders(pair), self._sight.receivers(pair))


def _restricted(found: Paired, senders: Mapping[RecordId, Record], receivers: Mapping[RecordId, Record]) -> Paired:
    """Return the pairs of those records that are there."""
    partners: dict[RecordId, tuple[RecordId, ...]] = {}
    for one in senders:
        here = tuple(other for other in found.partners.get(one, ()) if other in receivers)
        if here:
            partners[one] = here
    sender_of = {other: one for one, several in partners.items() for other in several}
    return Paired(
        partners,
        frozenset(one for one in partners if one in found.loosely),
        frozenset(one for one in receivers if one not in sender_of),
        sender_of,
        frozenset(one for one in partners if one in found.known),
    )


class SecondSight(Sight):
    """Look at an altered snapshot; what rests on unaltered records only is taken over from the first look at it."""

    def __init__(
        self,
        first: Sight,
        snapshot: Snapshot,
        former: Sight | None,
        disturbed: Mapping[str, AbstractSet[RecordId]] | None,
    ) -> None:
        """Look again; `disturbed` are the records by binding of which something may be another; None: all of them."""
        super().__init__(first.agreement, snapshot, first)
        self.remembers = self.earlier = former
        self._first = first
        self._disturbed = disturbed

    def pairs_as_first(self, altered: AbstractSet[str]) -> None:
        """Take over who belongs to whom from the first look, but for the bindings of altered records."""
        self.partners = SecondPartners(self, self._first, altered)

    def _known(self, pair: Pair, record_id: RecordId) -> bool:
        return self._disturbed is not None and record_id not in self._disturbed.get(pair.name, ())

    def context(self, pair: Pair, record_id: RecordId, leading: RecordId | None = None) -> Context:
        """Return the context of a record, with those that are linked."""
        if self._known(pair, record_id):
            return self._first.context(pair, record_id, leading)
        return super().context(pair, record_id, leading)

    def branches(self, pair: Pair, record_id: RecordId, context: Context | None = None) -> frozenset[str]:
        """Return the branches that a sending record belongs to."""
        if self._known(pair, record_id):
            return self._first.branches(pair, record_id)
        return super().branches(pair, record_id, context)

    def case(self, pair: Pair, record_id: RecordId) -> PopulationCase | None:
        """Return the first population row that fits a record."""
        if self._known(pair, record_id):
            return self._first.case(pair, record_id)
        return super().case(pair, record_id)

    def standing(self, pair: Pair, record_id: RecordId) -> Standing | None:
        """Return what lifecycle and population say of a record."""
        if self._known(pair, record_id):
            return self._first.standing(pair, record_id)
        return super().standing(pair, record_id)

    def result(self, pair: Pair, row: BoundRow, record_id: RecordId) -> Result:
        """Return what a row's rule gives for a record."""
        if self._known(pair, record_id):
            return self._first.result(pair, row, record_id)
        return super().result(pair, row, record_id)

    def promises(self, pair: Pair, record_id: RecordId) -> Mapping[str, Promise | None]:
        """Return what every receiving field is promised for a record."""
        if self._known(pair, record_id):
            return self._first.promises(pair, record_id)
        return super().promises(pair, record_id)

    def charted(self, pair: Pair, record_id: RecordId) -> Mapping[str, Promise | None]:
        """Return what the chart alone promises every receiving field of a record."""
        if self._known(pair, record_id):
            return self._first.charted(pair, record_id)
        return super().charted(pair, record_id)

    def bad(self, pair: Pair, record_id: RecordId) -> tuple[Bad, ...]:
        """Return why a record in scope must be held back."""
        if self._known(pair, record_id):
            return self._first.bad(pair, record_id)
        return super().bad(pair, record_id)


class SecondCase(Case):
    """Lay out an altered history, with what is known of the unaltered one."""

    def __init__(self, first: Case, history: History, disturbed: Disturbed | None = None) -> None:
        """Lay out again; without `disturbed` nobody knows what was altered, and every record is looked at anew."""
        self._first = first
        self._sights = {id_: sight for phase in first.phases for id_, sight in _sights(phase)}
        self._disturbed = disturbed
        self._then = {phase.label: phase for phase in first.phases}
        self._standing: dict[tuple[str, str, RecordId], bool] = {}
        super().__init__(first.agreement, history)
        self._of_agreement = first._of_agreement
        self.former = self

    def sight(self, snapshot: Snapshot, former: Sight | None) -> Sight:
        """Return how a snapshot is looked at for the second time."""
        first, known = self._sights[snapshot.label, snapshot.moment], self._disturbed
        if known is None:
            return SecondSight(first, snapshot, former, None)
        found = SecondSight(first, snapshot, former, known.at(snapshot))
        again = known.paired_anew(snapshot)
        if again is not None:
            found.pairs_as_first(again)
        return found

    def settled(self, check: str, pair: Pair, phase: Phase, sender: RecordId) -> bool:
        """Tell whether a record and all that it rests on are as they were when a check found nothing wrong with it."""
        known, wrong = self._disturbed, self._first.deviating.get(check)
        return (
            known is not None
            and wrong is not None
            and sender not in known.at(phase.settled.snapshot).get(pair.name, ())
            and (pair.name, phase.label, sender) not in wrong
        )

    def told(
        self, check: str, pair: Pair, phase: Phase, promise: Promise, record_id: RecordId, receiver: RecordId
    ) -> bool:
        """Tell whether a field is promised, and holds, what it did when a check saw nothing of its record deviate."""
        first, wrong = self._then[phase.label].settled, self._first.deviating.get(check)
        known = self._disturbed
        if known is None or wrong is None or (pair.name, phase.label, record_id) in wrong:
            return False
        top = promise.row.target_top
        there = first.receivers(pair).get(receiver)
        return (
            there is not None
            and record_id in first.senders(pair)
            and self.receiver_key(pair, receiver) not in known.messages
            and phase.settled.receivers(pair)[receiver].get(top, ABSENT) is there.get(top, ABSENT)
            and first.promise(pair, promise.row.target, record_id) is promise
            and self._stands(pair, phase, record_id)
        )

    def _stands(self, pair: Pair, phase: Phase, record_id: RecordId) -> bool:
        """Tell whether it is as it was whose partner a record is, and what has become of it in its life."""
        key = (pair.name, phase.label, record_id)
        known = self._standing.get(key)
        if known is None:
            first = self._then[phase.label]
            known = self._standing[key] = phase.settled.paired(pair).partners.get(record_id) == first.settled.paired(
                pair
            ).partners.get(record_id) and self.turn(pair, phase, record_id) == self._first.turn(pair, first, record_id)
        return known

    def left_aside(self, name: NamedFailure) -> bool:
        """Tell whether a result names a record that there was, and that is not looked at again."""
        known: dict[NamedFailure, bool] = self._first.noted("names of records", dict)
        if name not in known:
            there = self._first.noted("everybody", lambda: everybody(self._first))
            known[name] = Meant(self._first).exists(there, name)
        return known[name]


def _sights(phase: Phase) -> tuple[tuple[tuple[str, str], Sight], ...]:
    return ((phase.label, "before"), phase.before), ((phase.label, "settled"), phase.settled)


def heard(
    first: Case, history: History, disturbed: Disturbed | None = None, kinds: AbstractSet[Kind] | None = None
) -> set[tuple[str, str]]:
    """Return (statement, record) of everything that the checks find in an altered history.

    `kinds`: those of the statements that somebody listens for. Checks that can find none of them do not look.
    """
    case, ears = SecondCase(first, history, disturbed), Ears()
    for check in judge.CHECKS:
        of = judge.SPEAK_OF.get(check)
        if check in judge.COUNTING or not (of is None or kinds is None or of & kinds):
            continue
        check(case, ears)
    for _, decide in ears.undecided:
        decide()
    return ears.heard
