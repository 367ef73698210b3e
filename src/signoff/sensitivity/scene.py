"""Find in a judged history the records that show something of each statement, and what each of them rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from signoff.agreement.addresses import correcting
from signoff.agreement.phases import promised_phases
from signoff.agreement.resolved import BoundPolicy, BoundRow, Pair
from signoff.agreement.transitions import walks
from signoff.checks.addresses import Fresh, fresh
from signoff.checks.case import Case, Phase
from signoff.checks.mapping import is_newer, phases_shown
from signoff.checks.moves import moves
from signoff.checks.transitions import comes_back, led
from signoff.checks.twoway import LED_BACK, shown_by
from signoff.history import Exchange, Key, Write
from signoff.model.policy import decided
from signoff.model.promise import Bad, Promise
from signoff.model.sight import Sight
from signoff.record import ABSENT, Record, RecordId, Value, same_json
from signoff.rules.cell import settled
from signoff.rules.results import Kept, Result
from signoff.sensitivity.resting import resting, resting_both_ways

MORE_THROUGH_TABLES = 200
"""So many fields that go through a table are kept, because each of its rows must be shown."""
ENOUGH = 8
"""So many records of each sort are kept for each row and phase to put wrong values in."""


def mark(key: Key) -> str:
    """Return how a finding names a record, without the name that people have for it."""
    return f"{key.entity} {key.id}"


@dataclass(frozen=True, slots=True)
class Spot:
    """Hold one pair of records in one phase: who sends, who receives."""

    pair: Pair
    phase: Phase
    sender: RecordId
    receiver: RecordId

    @property
    def sender_key(self) -> Key:
        """Return the sending record's key."""
        return Key(self.pair.sender, self.pair.source, self.sender)

    @property
    def receiver_key(self) -> Key:
        """Return the receiving record's key."""
        return Key(self.pair.sender.other, self.pair.target, self.receiver)

    @property
    def sender_record(self) -> Record:
        """Return the sending record, as it stood when the phase was settled."""
        return self.phase.settled.senders(self.pair)[self.sender]

    @property
    def receiver_record(self) -> Record:
        """Return the receiving record, as it stood when the phase was settled."""
        return self.phase.settled.receivers(self.pair)[self.receiver]

    @property
    def created(self) -> bool:
        """Tell whether the receiving record was made in this phase."""
        return self.receiver not in self.phase.before.receivers(self.pair)


@dataclass(frozen=True, slots=True)
class BadRecord:
    """Hold one record that must be held back in one phase."""

    pair: Pair
    phase: Phase
    sender: RecordId
    reasons: tuple[Bad, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """Hold one receiving field that shows something of a row: what it held before, what it holds, what it should."""

    spot: Spot
    promise: Promise
    held: Value
    actual: Value
    expected: Result
    tolerated: bool
    """Nothing has changed on the sending side: what the field held before the phase may stay."""

    @property
    def row(self) -> BoundRow:
        """Return the row that writes the field."""
        return self.promise.row


class Scene:
    """Look over a judged case for records in which a wrong value can be put."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.agreement = case.agreement
        self.history = case.history
        self._sound: dict[tuple[str, str], dict[RecordId, RecordId | None]] = {}
        self._spots: dict[tuple[str, str], list[Spot]] = {}
        self._decided: dict[tuple[str, str, str], dict[RecordId, tuple[BoundPolicy, ...]]] = {}
        self._bad: dict[tuple[str, str], list[BadRecord]] = {}
        self._rows = {
            row.statement: (pair, row)
            for pair in case.agreement.directions()
            for row in pair.rows
            if not (pair.mirrors and row.both_ways)
        }

    def look(self) -> None:
        """Look over the whole case now, and not once for each who asks: before its statements are dealt out."""
        self._shown  # noqa: B018 - kept once asked for
        self._after  # noqa: B018

    def row(self, statement: str) -> tuple[Pair, BoundRow] | None:
        """Return a chart row with its binding, or None."""
        return self._rows.get(statement)

    def shown(self, statement: str, kind: str) -> list[Shown]:
        """Return the fields that show something of a chart row or value row in one kind of phase."""
        return self._shown.get((statement, kind), [])

    @cached_property
    def _shown(self) -> dict[tuple[str, str], list[Shown]]:
        found: dict[tuple[str, str], list[Shown]] = {}
        self._many: Counter[tuple[str, str, type, bool]] = Counter()
        for pair in self.agreement.directions():
            wanted: dict[str, set[str]] = {
                row.statement: set(promised_phases(self.agreement, pair, row)) for row in pair.rows if row.rule
            }
            for phase in self.case.phases:
                for sender in self._most_touched(pair, phase):
                    self._look(pair, phase, sender, wanted, found)
                    if pair.back is not None:
                        self._look_both_ways(pair, phase, sender, found)
        return found

    def after(self, statement: str, change: str) -> list[Shown]:
        """Return the fields that show something of a value row after one change of status, by its name."""
        return self._after.get((statement, change), [])

    @cached_property
    def _after(self) -> dict[tuple[str, str], list[Shown]]:
        found: dict[tuple[str, str], list[Shown]] = {}
        for moved in (one for walk in walks(self.agreement) for one in moves(self.case, walk)):
            pair, target = moved.walk.pair, moved.walk.row.target
            receiver = self.sound(pair, moved.phase, moved.sender)
            promise = moved.phase.settled.promise(pair, target, moved.sender) if receiver is not None else None
            if receiver is None or promise is None or promise.row.statement != moved.walk.row.statement:
                continue
            if not led(self.case, moved, receiver) or comes_back(self.case, moved):
                continue
            spot = Spot(pair, moved.phase, moved.sender, receiver)
            several = found.setdefault((moved.transition.statement, moved.transition.name), [])
            if not spot.created and len(several) < ENOUGH:
                several.append(self.field(spot, promise))
        return found

    def _look_both_ways(
        self, pair: Pair, phase: Phase, sender: RecordId, found: dict[tuple[str, str], list[Shown]]
    ) -> None:
        """Find the fields that had to follow a change on either side."""
        receiver = self.sound(pair, phase, sender)
        back = pair.back
        if receiver is None or back is None:
            return
        rests = resting_both_ways(pair, phase, sender, receiver)
        for row in pair.rows:
            if rests is not None and rests(row):
                continue
            shown = shown_by(self.case, pair, phase, row, sender, receiver) if row.both_ways else None
            enough = MORE_THROUGH_TABLES if row.rule is not None and row.rule.table else ENOUGH
            if shown is None or self._many[row.statement, shown[0], Kept, True] >= enough:
                continue
            kind, follows = shown
            there = follows is not pair.sender
            spot = Spot(pair, phase, sender, receiver) if there else Spot(back, phase, receiver, sender)
            other = row if there else back.row(row.statement)
            promise = phase.settled.promise(spot.pair, other.target, spot.sender) if other is not None else None
            if promise is None or promise.policy:
                continue
            self._many[row.statement, kind, Kept, True] += 1
            found.setdefault((row.statement, kind), []).append(self.field(spot, promise))
            table_row = promise.result.table_row if there and not isinstance(promise.result, Kept) else None
            through = self.agreement.value_row_statement(table_row) if table_row is not None else ""
            if through and self._moved_into(spot, row.target, through):
                found.setdefault((through, "changed into"), []).append(self.field(spot, promise))
            elif not there and not isinstance(promise.result, Kept) and promise.result.table_row is not None:
                through = self.agreement.value_row_statement(promise.result.table_row)
                found.setdefault((through, LED_BACK), []).append(self.field(spot, promise))

    def _most_touched(self, pair: Pair, phase: Phase) -> list[RecordId]:
        """Return the sending records of a binding, those of which people changed the most in the whole trial first."""
        edits = self._edits
        key = self.case.sender_key
        found = [one for one in phase.settled.senders(pair) if phase.previous is None or self._moved(pair, phase, one)]
        return sorted(found, key=lambda one: -edits.get(key(pair, one), 0))

    @cached_property
    def _edits(self) -> dict[Key, int]:
        found: dict[Key, int] = {}
        for one in self.history.operations:
            if one.kind == "update":
                found[one.key] = found.get(one.key, 0) + len(one.fields)
        return found

    def _moved(self, pair: Pair, phase: Phase, sender: RecordId) -> bool:
        if not (phase.before.unchanged(pair, sender) and phase.settled.unchanged(pair, sender)):
            return True
        receiver = phase.settled.partner(pair, sender)
        if receiver is None:
            return False
        key = self.case.receiver_key(pair, receiver)
        return key in phase.touched or receiver not in phase.before.receivers(pair)

    def _look(
        self,
        pair: Pair,
        phase: Phase,
        sender: RecordId,
        wanted: dict[str, set[str]],
        found: dict[tuple[str, str], list[Shown]],
    ) -> None:
        now = phase.settled
        receiver = self.sound(pair, phase, sender)
        if receiver is None:
            return
        spot = Spot(pair, phase, sender, receiver)
        rests = resting(self.case, pair, phase, sender, receiver)
        for target, promise in now.promises(pair, sender).items():
            if (
                promise is None
                or promise.policy
                or (rests is not None and rests(promise))
                or (promise.row.both_ways and not spot.created)
            ):
                continue
            statement = promise.row.statement
            row = promise.result.table_row if not isinstance(promise.result, Kept) else None
            through = self.agreement.value_row_statement(row) if row is not None else ""
            sort = type(promise.result)
            lacking = [one for one in wanted[statement] if self._many[statement, one, sort, True] < ENOUGH]
            for_table = through and any(
                self._many[through, one, sort, True] < ENOUGH for one in ("created", "changed into")
            )
            if not lacking and not for_table:
                continue
            exercised = phases_shown(self.case, pair, promise.row, phase, sender, receiver, promise)
            kinds = [(statement, one) for one in exercised if one in lacking]
            if for_table and spot.created:
                kinds.append((through, "created"))
            elif for_table and self._moved_into(spot, target, through):
                kinds.append((through, "changed into"))
            if not kinds:
                continue
            shown = self.field(spot, promise)
            moved = spot.created or not same_json(shown.held, shown.actual)
            for name, kind in kinds:
                if self._many[name, kind, sort, moved] < ENOUGH:
                    self._many[name, kind, sort, moved] += 1
                    found.setdefault((name, kind), []).append(shown)

    def sound(self, pair: Pair, phase: Phase, sender: RecordId) -> RecordId | None:
        """Return the one receiving record of a sending one that is in scope, not bad, and linked; else None."""
        known = self._sound.setdefault((pair.name, phase.label), {})
        if sender not in known:
            known[sender] = _sound(pair, phase, sender)
        return known[sender]

    def bad_records(self) -> Iterator[BadRecord]:
        """Yield every record that must be held back for its own data, phase by phase."""
        for pair in self.agreement.pairs:
            for phase in self.case.phases:
                known = self._bad.get((pair.name, phase.label))
                if known is None:
                    known = self._bad[pair.name, phase.label] = list(_bad_records(pair, phase))
                yield from known

    def _moved_into(self, spot: Spot, target: str, through: str) -> bool:
        old = spot.phase.previous
        if old is None or spot.sender not in old.senders(spot.pair) or not old.in_scope(spot.pair, spot.sender):
            return False
        former = old.promise(spot.pair, target, spot.sender)
        if former is None or isinstance(former.result, Kept) or former.result.table_row is None:
            return False
        return self.agreement.value_row_statement(former.result.table_row) != through

    def field(self, spot: Spot, promise: Promise) -> Shown:
        """Return what a receiving field shows of a promise: what it held, what it holds, what it should."""
        pair, phase, now = spot.pair, spot.phase, spot.phase.settled
        row = promise.row
        assert row.rule is not None
        held = phase.before.raw(pair, spot.receiver, row.target) if not spot.created else ABSENT
        only_newer = row.rule.modifiers.only_if_newer
        newer = is_newer(phase.before, pair, spot.sender, spot.receiver) if only_newer else None
        old = phase.previous
        former = None
        if old is not None and spot.sender in old.senders(pair) and old.in_scope(pair, spot.sender):
            former = old.promise(pair, row.target, spot.sender)
        return Shown(
            spot,
            promise,
            held,
            now.raw(pair, spot.receiver, row.target),
            settled(row.rule, promise.result, held, spot.created, newer),
            not spot.created and former is not None and former.result == promise.result,
        )

    def pairs_of(self, pair: Pair) -> Iterator[Spot]:
        """Yield every sound pair of records of a binding, phase by phase, the new ones first."""
        for phase in self.case.phases:
            yield from self.spots(pair, phase)

    def spots(self, pair: Pair, phase: Phase) -> list[Spot]:
        """Return every sound pair of records of a binding in one phase, the new ones first."""
        known = self._spots.get((pair.name, phase.label))
        if known is None:
            found = [
                Spot(pair, phase, sender, receiver)
                for sender in phase.settled.senders(pair)
                if (receiver := self.sound(pair, phase, sender)) is not None
            ]
            known = self._spots[pair.name, phase.label] = sorted(found, key=lambda one: not one.created)
        return known

    @cached_property
    def addresses_met(self) -> list[tuple[Pair, Phase, Fresh]]:
        """Return the addresses that came to be so in a phase, of sound pairs of records."""
        return [
            (pair, phase, found)
            for pair in self.agreement.directions()
            if correcting(pair)
            for phase in self.case.phases
            for found in fresh(pair, phase)
            if found.receiver is not None and self.sound(pair, phase, found.sender) == found.receiver
        ]

    def decided(self, sight: Sight, pair: Pair, sender: RecordId) -> tuple[BoundPolicy, ...]:
        """Return the rows of the bad-data table that decide about a record."""
        known = self._decided.setdefault((pair.name, sight.snapshot.label, sight.snapshot.moment), {})
        if sender not in known:
            known[sender] = decided(sight, pair, sender)
        return known[sender]

    @cached_property
    def decided_through_tables(self) -> list[tuple[Spot, Promise]]:
        """Return the fields about which the bad-data table decides, and whose value goes through a value table."""
        return [
            (spot, promise)
            for pair in self.agreement.pairs
            for phase in (self.case.phases if pair.policy else ())
            for sender in phase.settled.senders(pair)
            if (receiver := self.sound(pair, phase, sender)) is not None
            for spot in (Spot(pair, phase, sender, receiver),)
            for promise in phase.settled.promises(pair, sender).values()
            if promise is not None and promise.policy and not isinstance(promise.result, Kept)
            if promise.result.table_row is not None
        ]

    def writes_of(self, pair: Pair, kind: str) -> Iterator[tuple[Phase, Exchange, Write]]:
        """Yield the accepted writes of one kind to the receiving records of a binding."""
        for phase in self.case.phases:
            for exchange, write in phase.writes:
                if (
                    write.accepted
                    and write.kind == kind
                    and write.key.entity == pair.target
                    and write.key.side is not pair.sender
                ):
                    yield phase, exchange, write


def _sound(pair: Pair, phase: Phase, sender: RecordId) -> RecordId | None:
    now = phase.settled
    if not now.in_scope(pair, sender) or now.bad(pair, sender):
        return None
    paired = now.paired(pair)
    partners = paired.partners.get(sender, ())
    return partners[0] if len(partners) == 1 and sender not in paired.loosely else None


def _bad_records(pair: Pair, phase: Phase) -> Iterator[BadRecord]:
    now = phase.settled
    for sender in now.senders(pair):
        reasons = now.bad(pair, sender) if now.in_scope(pair, sender) else ()
        if reasons and not any(one.waits for one in reasons):
            yield BadRecord(pair, phase, sender, reasons)
