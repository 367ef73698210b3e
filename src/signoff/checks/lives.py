"""Follow the records of a binding through the phases: who leaves, ends or comes back, and what must then be so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from signoff.agreement.resolved import Pair, PopulationCase, State, When
from signoff.model.sight import Sight
from signoff.model.standing import Standing, ends_apart, vanished
from signoff.record import ABSENT, Path, RecordId, Value, same_json
from signoff.rules.results import Value as Given

if TYPE_CHECKING:
    from signoff.checks.case import Case, Phase

ENDING = (When.ENDS, When.ENDS_EARLY)
RETURNING = (When.BACK, When.EXTENDED)


@dataclass(frozen=True, slots=True)
class Turn:
    """Hold what has become of one sending record in one phase, and what must be so of its partner.

    `when` is what happened last, None where only the population gives a state. `statement` is told of what is wrong,
    "" where nobody has said what must be. `held` is the partner before the runs of the phase, None where none was.
    `fresh`: it came about in this phase. `spoilt` is the statement that has been told that the partner is lost.
    """

    when: When | None
    statement: str
    held: RecordId | None
    state: State | None = None
    case: PopulationCase | None = None
    out: bool = False
    removed: bool = False
    kept: bool = False
    fresh: bool = True
    spoilt: str = ""
    merged: str = ""
    """The lifecycle row of merges, where it is one of two that people merged."""
    other: RecordId | None = None
    """For one who survives a merge, the partner that the other had."""
    was: State | None = None
    """For one who comes back, the state in which it was until then."""

    def sets(self, field: str) -> bool:
        """Tell whether a record comes back into a state that names a field: its row says then how that must be."""
        return self.when in RETURNING and bool(self.statement and self.state and self.state.allowed(field))

    def stays(self, field: str, actual: Value) -> bool:
        """Tell whether what a field holds shows that a record has not come back: its old state, or none it may have.

        Any other wrong value is the chart's fault, not that of who brings records back.
        """
        if self.state is None or not any(same_json(actual, one) for one in self.state.allowed(field)):
            return True
        return self.was is not None and any(same_json(actual, one) for one in self.was.allowed(field))


@dataclass(slots=True)
class Lives:
    """Walk the phases once; `turns` are what has become of whom, by phase and sending record."""

    case: Case
    pair: Pair
    turns: dict[str, dict[RecordId, Turn]] = field(default_factory=dict)
    _held: dict[RecordId, RecordId] = field(default_factory=dict)
    """The partner that each sending record had when the phase before was settled."""
    _lasting: dict[RecordId, Turn] = field(default_factory=dict)
    _spoilt: dict[RecordId, str] = field(default_factory=dict)
    _ever: set[RecordId] = field(default_factory=set)
    """The sending records that have had a partner at some time; nobody else comes back."""
    _intruders: set[RecordId] = field(default_factory=set)
    """The sending records that got a partner while they were out of scope: that is the population's, not their life."""
    _merges: Mapping[RecordId, RecordId] = field(default_factory=dict)
    """Each record that was merged into another, and that other one."""

    def walk(self) -> Mapping[str, Mapping[RecordId, Turn]]:
        """Return what has become of whom; nothing where no document says what is to become of anybody."""
        pair = self.pair
        self._merges = merges(self.case, pair)
        says = not pair.mirrors and (bool(pair.life) or any(one.state is not None for one in pair.population))
        for phase in self.case.phases:
            here = self.turns[phase.label] = {}
            if says:
                for sender in self._everybody(phase):
                    turn = self._in_merge(phase, sender, self._turn(phase, sender))
                    if turn is not None:
                        here[sender] = turn
                self._remember(phase, here)
        return self.turns

    def _everybody(self, phase: Phase) -> Iterator[RecordId]:
        senders = phase.settled.senders(self.pair)
        yield from senders
        yield from (one for one in self._held if one not in senders)

    def _turn(self, phase: Phase, sender: RecordId) -> Turn | None:
        pair, now = self.pair, phase.settled
        former = self._held.get(sender)
        there = former if former is not None and former in phase.before.receivers(pair) else None
        old = self._lasting.get(sender)
        taken = self._taken_over_there(phase, former, there, old)
        if taken is not None:
            return taken
        stands = now.standing(pair, sender) if sender in now.senders(pair) else vanished(pair)
        spoilt = self._spoilt.get(sender, "")
        if stands is not None and (stands.when is not None or old is None):
            return self._standing(phase, sender, stands, old, there, spoilt)
        if old is None:
            return None
        when = old.when if old.when in RETURNING else When.EXTENDED if old.when in ENDING else When.BACK
        if when is When.BACK and sender not in self._ever:  # it enters for the first time
            return self._standing(phase, sender, stands, None, there, spoilt) if stands is not None else None
        row = pair.life_row(when)
        state = row.state if row is not None else None
        if stands is not None:
            state = stands.state  # it comes back as the population says
        was = old.was if old.when in RETURNING else old.state
        return Turn(
            when, row.statement if row else "", there, state, fresh=old.when is not when, spoilt=spoilt, was=was
        )

    def _in_merge(self, phase: Phase, sender: RecordId, turn: Turn | None) -> Turn | None:
        """Return the turn of a record with what a merge of this phase means for it."""
        row = self.pair.life_row(When.MERGED)
        if row is None or not self._merges:
            return turn
        if sender in self._merges:
            return replace(turn, merged=row.statement) if turn is not None else None
        loser = next((one for one, kept in self._merges.items() if kept == sender), None)
        there = self._held.get(sender)
        if turn is not None or loser is None or there is None or there not in phase.before.receivers(self.pair):
            return turn
        if not any(one.key.id == loser and one.kind == "delete" for one in phase.operations):
            return None
        return Turn(row.when, row.statement, there, merged=row.statement, other=self._held.get(loser))

    def _standing(
        self, phase: Phase, sender: RecordId, stands: Standing, old: Turn | None, there: RecordId | None, spoilt: str
    ) -> Turn:
        pair, when, statement, state = self.pair, stands.when, stands.statement, stands.state
        if when in ENDING and not ends_apart(pair):
            if old is not None and old.when in ENDING:
                when, statement, state = old.when, old.statement, old.state
            elif there is not None or sender in phase.before.senders(pair):
                edits = phase.touched.get(self.case.sender_key(pair, sender), frozenset())
                early = pair.life_row(When.ENDS_EARLY, When.ENDS)
                on_time = pair.life_row(When.ENDS, When.ENDS_EARLY)
                row = early if Path.parse(pair.entity.ends).head in edits else on_time
                if row is not None:
                    when, statement = row.when, row.statement
                    # Who has arrived only now does not show how it ended: either state is right.
                    state = row.state if there is not None else state
        return Turn(
            when,
            statement,
            there,
            state,
            stands.case,
            stands.out,
            stands.removed,
            stands.kept,
            old is None or old.when is not when,
            spoilt,
        )

    def _taken_over_there(
        self, phase: Phase, former: RecordId | None, there: RecordId | None, old: Turn | None
    ) -> Turn | None:
        """Return the turn of a record whose partner people have deleted, until it has another."""
        row = self.pair.life_row(When.GONE_THERE)
        if row is None or (old is not None and old.out):
            return None
        again = old is not None and old.when is When.GONE_THERE and there is None
        key = self.case.receiver_key(self.pair, former) if former is not None else None
        now = former is not None and there is None and key in phase.touched
        return Turn(row.when, row.statement, None, fresh=now) if now or again else None

    def _remember(self, phase: Phase, here: Mapping[RecordId, Turn]) -> None:
        pair, now = self.pair, phase.settled
        receivers = now.receivers(pair)
        held = {one: found for one in now.senders(pair) if (found := now.partner(pair, one)) is not None}
        held |= {
            one: former for one, former in self._held.items() if one not in now.senders(pair) and former in receivers
        }
        outside = {one for one, turn in here.items() if turn.out and turn.held is None and turn.when is not None}
        self._intruders = {one for one in held if one in outside and (one in self._intruders or one not in self._held)}
        held = {one: partner for one, partner in held.items() if one not in self._intruders}
        for one, turn in here.items():
            if turn.when in (None, When.MERGED):
                continue
            lasts = turn.out or turn.when in (*ENDING, When.GONE_THERE) or self._unsettled(phase, one, turn)
            if lasts:
                self._lasting[one] = replace(turn, fresh=False)
            else:
                self._lasting.pop(one, None)
            if turn.out and not turn.removed and turn.held is not None and turn.held not in receivers:
                self._spoilt[one] = turn.statement
            elif one in held:
                self._spoilt.pop(one, None)
        for one in [one for one in self._lasting if one not in here]:
            del self._lasting[one]
        self._held = held
        self._ever |= held.keys()

    def _unsettled(self, phase: Phase, sender: RecordId, turn: Turn) -> bool:
        """Tell whether a record that has come back is still treated as one that has not."""
        if turn.when not in RETURNING or turn.held is None or not turn.statement:
            return False
        if turn.held not in phase.settled.receivers(self.pair):
            return False
        if turn.state is not None and amiss(phase.settled, self.pair, sender, turn.held, turn):
            return True
        return untouched(phase, self.case, self.pair, turn.held)


def merges(case: Case, pair: Pair) -> Mapping[RecordId, RecordId]:
    """Return the records that people merged into another, each with that other one."""
    families = [one for one in case.history.families if one.arm == "merged" and one.binding == pair.entity_word]
    survivors = [one for one in families if one.note == "survives" and one.subject is not None]
    return {
        loser.subject.id: one.subject.id
        for one in survivors
        for loser in families
        if loser is not one and loser.subject in one.members and loser.subject is not None and one.subject is not None
    }


def untouched(phase: Phase, case: Case, pair: Pair, receiver: RecordId) -> bool:
    """Tell whether the connector has written nothing to a receiving record in a phase."""
    key = case.receiver_key(pair, receiver)
    return not any(write.key == key and write.accepted for _, write in phase.writes)


def shows_state(now: Sight, pair: Pair, sender: RecordId, turn: Turn, field: str) -> bool:
    """Tell whether a field of a record shows its state.

    Where a record comes back, the chart gives the value: one that the state does not allow, as of a placement that is
    extended and yet completed, shows nothing of it.
    """
    if turn.when not in RETURNING or turn.state is None:
        return True
    given = _given(now, pair, sender, field)
    return given is ABSENT or any(same_json(given, one) for one in turn.state.allowed(field))


def _given(now: Sight, pair: Pair, sender: RecordId, field: str) -> Value:
    """Return the value that the chart gives a receiving field, ABSENT where it gives none."""
    promise = now.promise(pair, field, sender)
    if promise is None or not isinstance(promise.result, Given) or promise.row.rule is None:
        return ABSENT
    return promise.row.rule.raw(promise.result, promise.row.target_field)


def amiss(
    now: Sight, pair: Pair, sender: RecordId, receiver: RecordId, turn: Turn
) -> list[tuple[str, tuple[Value, ...], Value]]:
    """Return the fields of a partner that are not as its state says: the field, what it may hold, what it holds."""
    assert turn.state is not None
    found: list[tuple[str, tuple[Value, ...], Value]] = []
    for name, allowed in turn.state.fields:
        actual = now.raw(pair, receiver, name)
        if not shows_state(now, pair, sender, turn, name):
            continue
        promise = now.promise(pair, name, sender) if turn.when in RETURNING else None
        if promise is not None and promise.row.rule is not None and isinstance(promise.result, Given):
            right = promise.row.rule.agrees(promise.result, actual, now.context(pair, sender))
            if not right and turn.stays(name, actual):
                found.append((name, (_given(now, pair, sender, name),), actual))
        elif not any(same_json(actual, one) for one in allowed):
            found.append((name, allowed, actual))
    return found
