"""Lay out a history for the checks: sights by phase, who was edited when, which exchange carried what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Protocol

from signoff.agreement.resolved import Agreement, Pair, Then, When
from signoff.checks.lives import RETURNING, Lives, Turn
from signoff.history import Exchange, Family, History, Key, NamedFailure, Operation, Run, Snapshot, Write
from signoff.model.policy import decided
from signoff.model.promise import Bad, Promise
from signoff.model.sight import Sight
from signoff.record import Path, RecordId
from signoff.schema import Side

FINISHES = "connector:finishes"
"""The one statement about the connector itself."""


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

    @property
    def crashed(self) -> bool:
        """Tell whether a run that was to settle this phase did not come to its end."""
        return any(run.crashed for run in self.runs)

    def cut_off(self, key: Key) -> bool:
        """Tell whether a record was never come to in this phase, because a run did not come to its end."""
        return self.crashed and not any(write.key == key and write.accepted for _, write in self.writes)


class Former(Protocol):
    """Know what checks have seen before of a history of which some records were altered since."""

    def settled(self, check: str, pair: Pair, phase: Phase, record_id: RecordId) -> bool:
        """Tell whether all of a sending record is as it was when a check saw nothing of it deviate."""

    def told(
        self, check: str, pair: Pair, phase: Phase, promise: Promise, record_id: RecordId, receiver: RecordId
    ) -> bool:
        """Tell whether a field is promised, and holds, what it did when a check saw nothing of its record deviate."""

    def left_aside(self, name: NamedFailure) -> bool:
        """Tell whether a result names a record that there was, and that is not looked at again."""


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
        self._people = frozenset(history.names)
        self.phases: tuple[Phase, ...] = tuple(self._phases())
        self.by_target: dict[tuple[Side, str], list[Pair]] = {}
        self.by_source: dict[tuple[Side, str], list[Pair]] = {}
        for pair in agreement.pairs:
            self.by_target.setdefault((pair.sender.other, pair.target), []).append(pair)
            self.by_source.setdefault((pair.sender, pair.source), []).append(pair)
            if pair.either and pair.back is not None:
                self.by_source.setdefault((pair.back.sender, pair.back.source), []).append(pair.back)
        self._noted: dict[str, Any] = {}
        self._keys: dict[tuple[Side, str], dict[RecordId, Key]] = {}
        self._due: dict[tuple[str, str], list[RecordId]] = {}
        self._made_there: dict[str, frozenset[RecordId]] = {}
        self._of_agreement: dict[str, Any] = {}
        self.former: Former | None = None
        """What is known of a history that is judged again; None at first."""
        self.deviating: dict[str, set[tuple[str, str, RecordId]]] = {}
        """Binding, phase and sending record of everything in which a check saw something deviate, by its name."""
        self._missing: dict[str, Mapping[str, Mapping[RecordId, str]]] = {}
        self._looked_up: dict[str, tuple[str, ...]] = {}
        self._other_days: dict[tuple[str, int], Sight] = {}
        self._turns: dict[str, Mapping[str, Mapping[RecordId, Turn]]] = {}

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
            # What nobody touched is taken over from sight to sight, so that it is worked out once.
            first = self.sight(before, previous)
            sight = self.sight(settled, first)
            yield Phase(
                label,
                first,
                sight,
                previous,
                operations,
                runs,
                tuple((exchange, write) for exchange, write in history.writes() if exchange.run in settling),
                {key: frozenset(names) for key, names in touched.items()},
            )
            previous = sight

    def sight(self, snapshot: Snapshot, former: Sight | None) -> Sight:
        """Return how a snapshot is looked at; `former` is the settled sight of the phase before."""
        found = Sight(self.agreement, snapshot, former)
        found.people = self._people
        return found

    def noted(self, what: str, work_out: Callable[[], Any]) -> Any:
        """Return what several checks ask of the history, worked out once."""
        if what not in self._noted:
            self._noted[what] = work_out()
        return self._noted[what]

    def known_field(
        self, check: str, pair: Pair, phase: Phase, target: str, record_id: RecordId, receiver: RecordId
    ) -> bool:
        """Tell whether a check knows a field of a pair of records from an earlier judging: nothing of it has moved."""
        promise = phase.settled.promise(pair, target, record_id) if self.former is not None else None
        return (
            self.former is not None
            and promise is not None
            and self.former.told(check, pair, phase, promise, record_id, receiver)
        )

    def of_agreement(self, what: str, work_out: Callable[[], Any]) -> Any:
        """Return what rests on nothing but the agreement, worked out once for all histories that are judged by it."""
        if what not in self._of_agreement:
            self._of_agreement[what] = work_out()
        return self._of_agreement[what]

    def deviates(self, check: str, pair: Pair, phase: Phase, record_id: RecordId) -> None:
        """Note that a check sees something of a sending record deviate, whether or not it finds it wrong."""
        self.deviating[check].add((pair.name, phase.label, record_id))

    def pair_of_write(self, write: Write) -> Pair | None:
        """Return the binding whose receiving or sending record a write is about; None for other entities."""
        found = self.by_target.get((write.key.side, write.key.entity)) or self.by_source.get(
            (write.key.side, write.key.entity)
        )
        return found[0] if found else None

    def family_for(self, key: Key) -> Family | None:
        """Return the family of a record, or of the record whose partner it is."""
        found = self.family_of.get(key)
        for pair in self.by_target.get((key.side, key.entity), ()) if found is None else ():
            for phase in reversed(self.phases):
                for one in phase.settled.senders(pair):
                    if key.id in phase.settled.partners_of(pair.name, pair.sender, one):
                        return self.family_of.get(self.sender_key(pair, one))
        return found

    def sender_key(self, pair: Pair, record_id: RecordId) -> Key:
        """Return the key of a sending record."""
        return self._key(pair.sender, pair.source, record_id)

    def receiver_key(self, pair: Pair, record_id: RecordId) -> Key:
        """Return the key of a receiving record."""
        return self._key(pair.sender.other, pair.target, record_id)

    def _key(self, side: Side, entity: str, record_id: RecordId) -> Key:
        known = self._keys.get((side, entity))
        if known is None:
            known = self._keys[side, entity] = {}
        found = known.get(record_id)
        if found is None:
            found = known[record_id] = Key(side, entity, record_id)
        return found

    # What has become of whom

    def turns(self, pair: Pair, phase: Phase) -> Mapping[RecordId, Turn]:
        """Return the sending records of a binding to which something happened in their life, up to a phase."""
        if pair.name not in self._turns:
            self._turns[pair.name] = Lives(self, pair).walk()
        return self._turns[pair.name][phase.label]

    def turn(self, pair: Pair, phase: Phase, record_id: RecordId) -> Turn | None:
        """Return what has become of a sending record up to a phase; None where it lives by the chart alone."""
        return self.turns(pair, phase).get(record_id)

    def let_down(self, phase: Phase, reasons: tuple[Bad, ...]) -> bool:
        """Tell whether a record waits only for such as have left, and whose partner was removed by mistake."""
        keys = [one.waits_for for one in reasons if one.waits_for is not None]
        turns = [
            (turn, phase.settled.partner(pair, key.id))
            for key in keys
            for pair in self.by_source.get((key.side, key.entity), ())
            if (turn := self.turn(pair, phase, key.id)) is not None
        ]
        return bool(turns) and all(turn.statement and partner is None for turn, partner in turns)

    def on_another_day(self, phase: Phase, days: int) -> Sight:
        """Return what a phase settled as it would be seen so many days later."""
        key = (phase.label, days)
        if key not in self._other_days:
            snapshot = phase.settled.snapshot
            found = Sight(self.agreement, replace(snapshot, at=snapshot.at + timedelta(days=days)))
            found.earlier = phase.settled
            self._other_days[key] = found
        return self._other_days[key]

    # Who is missing, and what that is attributed to

    def due(self, pair: Pair, phase: Phase) -> Sequence[RecordId]:
        """Return the sending records that must have a partner at the end of a phase."""
        key = (pair.name, phase.label)
        if key not in self._due:
            self._due[key] = self._who_is_due(pair, phase)
        return self._due[key]

    def _who_is_due(self, pair: Pair, phase: Phase) -> list[RecordId]:
        now = phase.settled
        turns = self.turns(pair, phase)
        found = [
            one
            for one in now.senders(pair)
            if now.in_scope(pair, one) and not now.bad(pair, one) and not _let_go(pair, turns.get(one))
        ]
        if not (pair.either or pair.mirrors):
            return found
        # Where records start on both sides, one that the connector made and nobody has belongs to nobody.
        return [one for one in found if self.made_by_people(pair, one) or now.partner(pair, one) is not None]

    def made_by_people(self, pair: Pair, record_id: RecordId) -> bool:
        """Tell whether a sending record was made by the harness, in the place of people."""
        return self.sender_key(pair, record_id) in self.history.names

    def made_there(self, pair: Pair) -> frozenset[RecordId]:
        """Return the receiving records of a binding that were made by the harness, in the place of people."""
        if pair.name not in self._made_there:
            side, names = pair.sender.other, self.history.names
            here = frozenset(key.id for key in names if key.side is side and key.entity == pair.target)
            self._made_there[pair.name] = here
        return self._made_there[pair.name]

    def missing(self, pair: Pair, phase: Phase) -> Mapping[RecordId, str]:
        """Return every due record without a partner → the statement to which that is attributed.

        That is `:arrive`; or the population row, where every record of its case (at least two) is missing while
        others arrived; or the lifecycle row, where the record was there before; or `connector:finishes`, where a run
        crashed: it may not have come to the record. A record that stays away stays with the statement to which its
        absence was attributed first.
        """
        if pair.name not in self._missing:
            self._missing[pair.name] = self._attributed(pair)
        return self._missing[pair.name][phase.label]

    def stood_still(self, pair: Pair, phase: Phase) -> str:
        """Return the statement to blame when nobody at all arrived; "" otherwise.

        A connector that carries nothing keeps nobody out and holds nobody back: it proves neither. Whoever was there
        before it ran, and was not linked by it, has not arrived.
        """
        missing = self.missing(pair, phase)
        arrived = (one for one in self.due(pair, phase) if one not in missing)
        if not missing or any(not self.merely_there(pair, phase, one) for one in arrived):
            return ""
        return next(iter(missing.values()))

    def merely_there(self, pair: Pair, phase: Phase, one: RecordId) -> bool:
        """Tell whether people made a record's partner, and the connector has not linked the two: it brought nobody."""
        found = phase.settled.paired(pair)
        return one in found.loosely and all(
            self.receiver_key(pair, other) in self.history.names for other in found.partners.get(one, ())
        )

    def _attributed(self, pair: Pair) -> Mapping[str, Mapping[RecordId, str]]:
        found: dict[str, Mapping[RecordId, str]] = {}
        first: dict[RecordId, str] = {}
        for phase in self.phases:
            now = phase.settled
            due = self.due(pair, phase)
            gone = {one for one in due if now.partner(pair, one) is None}
            cases = {one: fits.statement for one in due if (fits := now.case(pair, one)) is not None}
            size, lost = Counter(cases.values()), Counter(cases[one] for one in gone if one in cases)
            everything = len(gone) == len(due)
            kept = _kept_by_policy(pair, phase, gone, due) if gone and pair.policy and not everything else {}
            here: dict[RecordId, str] = {}
            for one in due:
                if one not in gone:
                    continue
                if phase.crashed and one not in first:
                    here[one] = FINISHES
                    continue
                lived = _lost_in_life(self.turn(pair, phase, one))
                if lived:
                    here[one] = first.setdefault(one, lived)
                    continue
                row = cases.get(one, "")
                whole = bool(row) and lost[row] == size[row] >= 2 and not everything
                usual = row if whole else pair.statement("arrive")
                here[one] = first.setdefault(one, kept.get(one, usual))
            found[phase.label] = here
        return found

    def brought(self, pair: Pair, phase: Phase) -> bool:
        """Tell whether some record that is due has a partner that people did not make."""
        partners = (phase.settled.partner(pair, one) for one in self.due(pair, phase))
        return any(one is not None and self.receiver_key(pair, one) not in self.history.names for one in partners)

    def lost_to(self, pair: Pair, phase: Phase, record_id: RecordId, seen: frozenset[Key] = frozenset()) -> str:
        """Return the statement that took a record's evidence away: its own absence, or that of what it waits for."""
        own = self.missing(pair, phase).get(record_id, "")
        now = phase.settled
        key = self.sender_key(pair, record_id)
        if own or key in seen or record_id not in now.senders(pair) or not now.in_scope(pair, record_id):
            return own
        reasons = now.bad(pair, record_id)
        if not all(one.waits for one in reasons):
            return ""
        for one in reasons:
            if one.waits_for is not None:
                for other in self.by_source.get((one.waits_for.side, one.waits_for.entity), ()):
                    cause = self.lost_to(other, phase, one.waits_for.id, seen | {key})
                    if cause:
                        return cause
        return ""

    def looked_up(self, pair: Pair) -> tuple[str, ...]:
        """Return the receiving fields of a binding that a value table may give, in the order of the chart."""
        if pair.name not in self._looked_up:
            tables = {row.target for row in pair.rows if row.rule is not None and row.rule.tables}
            self._looked_up[pair.name] = tuple(target for target in pair.targets() if target in tables)
        return self._looked_up[pair.name]

    def never_edited(self, pair: Pair, record_id: RecordId) -> bool:
        """Tell whether an edit of a record's partner could not be made, because there was none."""
        name = self.history.names.get(self.sender_key(pair, record_id), "")
        return f"partner of {name}" in self.history.skipped


def _kept_by_policy(pair: Pair, phase: Phase, gone: set[RecordId], due: Sequence[RecordId]) -> dict[RecordId, str]:
    """Return missing records → the bad-data row that lets them arrive, or that held them back until now.

    Only where every record about which the row decides (at least two) is missing: whoever loses single records does not
    do so because of their data.
    """
    found: dict[RecordId, str] = {}
    old = phase.previous
    like: dict[str, list[RecordId]] = {}
    for one in due:
        rows = {*decided(phase.settled, pair, one), *(decided(old, pair, one) if old is not None else ())}
        for row in rows:
            like.setdefault(row.statement, []).append(one)
    for row in pair.policy:
        records = like.get(row.statement, [])
        if len(records) >= 2 and gone.issuperset(records):
            for one in records:
                found.setdefault(one, row.statement)
    return found


def _let_go(pair: Pair, turn: Turn | None) -> bool:
    """Tell whether nobody has said that a record whose partner people deleted gets another."""
    row = pair.life_row(When.GONE_THERE) if turn is not None and turn.when is When.GONE_THERE else None
    return row is not None and row.then is Then.UNTOUCHED


def _lost_in_life(turn: Turn | None) -> str:
    """Return the lifecycle row to which the loss of a partner is attributed, "" where it is none's."""
    if turn is None:
        return ""
    there = turn.held is not None or turn.when in (When.GONE_THERE, *RETURNING)
    return turn.spoilt or (turn.statement if there else "")
