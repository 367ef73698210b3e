"""Put wrong lives in: the state before instead of the new one, the partner removed, made anew, or still there."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace

from signoff.agreement.resolved import LifeRow, Pair, PopulationCase, State, Then, When
from signoff.agreement.statement import Kind, Statement
from signoff.checks.case import Phase
from signoff.checks.lifecycle import IN_STATE, KEPT, LEFT, happened
from signoff.checks.lives import RETURNING, Turn, amiss, shows_state, untouched
from signoff.history import Key, Write
from signoff.record import Record, RecordId, Value, same_json
from signoff.schema import Entity
from signoff.sensitivity.attempt import Attempt, Way, alters
from signoff.sensitivity.delivery import COPY
from signoff.sensitivity.draft import Draft, Edit
from signoff.sensitivity.message import add
from signoff.sensitivity.scene import Scene, mark


@dataclass(frozen=True, slots=True)
class Lived:
    """Hold one record to which something happened in one phase, and all is right with it."""

    pair: Pair
    phase: Phase
    sender: RecordId
    receiver: RecordId
    turn: Turn

    @property
    def sender_key(self) -> Key:
        """Return the sending record's key."""
        return Key(self.pair.sender, self.pair.source, self.sender)

    @property
    def receiver_key(self) -> Key:
        """Return the receiving record's key."""
        return Key(self.pair.sender.other, self.pair.target, self.receiver)

    @property
    def record(self) -> Record:
        """Return the receiving record as it stands when the phase is settled, or stood before it."""
        now = self.phase.settled.receivers(self.pair).get(self.receiver)
        return now if now is not None else self.phase.before.receivers(self.pair)[self.receiver]


@alters(Kind.LIFECYCLE)
def wrong_life(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield what would be wrong with the partner of one to whom it happened."""
    for pair in scene.agreement.pairs:
        row = next((one for one in pair.life if one.statement == statement.id), None)
        if row is None:
            continue
        kind, lacking = happened(row), f"one of {pair.source} to which it happens"
        if row.when is When.GONE_THERE:
            yield Attempt(statement.id, kind, "its own record changed", _written_back(scene, pair), fitting=lacking)
            continue
        told_of = frozenset(one.statement for one in pair.population if one.state is not None)
        lived = [one for one in _lived(scene, pair) if one.turn.statement == row.statement and one.turn.fresh]
        if row.then is Then.REMOVED:
            yield Attempt(statement.id, kind, "still there", (_still_there(one) for one in lived), fitting=lacking)
            continue
        if row.state is not None:
            wrong = (way for one in lived if (way := _other_state(scene, one)) is not None)
            yield Attempt(statement.id, kind, "the state before", wrong, told_of, lacking)
        lived = [one for one in lived if one.turn.held is not None or row.then is Then.BACK]
        yield Attempt(statement.id, kind, "removed", (_gone(one) for one in lived), told_of, lacking)
        if row.when is When.MERGED:
            yield Attempt(statement.id, kind, "a second one", (_second(scene, one) for one in lived), fitting=lacking)
        if row.then is not Then.BACK:
            yield Attempt(statement.id, kind, "made anew", (_anew(scene, one) for one in lived), told_of, lacking)
        if row.kept and row.when not in RETURNING:
            yield _neglect(scene, pair, row)


@alters(Kind.POPULATION)
def wrong_state(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield a wrong state of all who came to a population row which gives one, while others are right."""
    for pair in scene.agreement.pairs:
        for case in pair.population:
            if case.statement != statement.id or case.state is None:
                continue
            if case.reaches:
                lived = (one for one in _lived(scene, pair) if one.turn.case is case)
                wrong = (way for one in lived if (way := _other_state(scene, one)) is not None)
                yield Attempt(statement.id, IN_STATE, "another state", wrong, fitting=f"one where {case.who}")
            else:
                ways, told_of = _all_wrong(scene, pair, case)
                if ways:
                    yield Attempt(statement.id, LEFT, "the state before", iter(ways), told_of)
                if pair.life_row(When.LEAVES) is None:
                    left = [one for one in _lived(scene, pair) if one.turn.case is case and one.turn.fresh]
                    yield Attempt(statement.id, LEFT, "removed", (_gone(one) for one in left))
                    yield Attempt(statement.id, LEFT, "made anew", (_anew(scene, one) for one in left))


def _lived(scene: Scene, pair: Pair) -> Iterator[Lived]:
    """Yield every record of a binding to which something happened, phase by phase, where all was right."""
    for phase in scene.case.phases:
        now = phase.settled
        for sender, turn in scene.case.turns(pair, phase).items():
            there = turn.held
            if there is None and (not turn.out or turn.when in RETURNING) and sender in now.senders(pair):
                there = now.partner(pair, sender)
            if not turn.out and now.bad(pair, sender):
                continue
            if there is None or turn.spoilt or (there in now.receivers(pair)) is turn.removed:
                continue
            if turn.state is None or turn.removed or not amiss(now, pair, sender, there, turn):
                yield Lived(pair, phase, sender, there, turn)


def _way(one: Lived, *edits: Edit, subjects: frozenset[Key] = frozenset()) -> Way:
    return Way(
        edits=edits,
        marks=frozenset({mark(one.sender_key)}),
        until=one.phase.label,
        subjects=frozenset({one.sender_key, one.receiver_key}) | subjects,
        spoils=frozenset[Hashable]({one.sender_key, one.receiver_key}),
        uses=frozenset[Hashable]({one.pair.name}),
    )


def _other_state(scene: Scene, one: Lived) -> Way | None:
    """Return how the fields of a state hold what they held before, or else what the state does not allow."""
    state = one.turn.state
    if state is None:
        return None
    entity = scene.agreement.entity(one.receiver_key.side, one.pair.target)
    if not all(shows_state(one.phase.settled, one.pair, one.sender, one.turn, name) for name, _ in state.fields):
        return None
    had = one.phase.before.receivers(one.pair).get(one.receiver, {})
    values = {name: _wrong(entity, state, name, had.get(name)) for name, _ in state.fields}

    def edit(draft: Draft) -> None:
        for name, value in values.items():
            draft.set_value(one.phase.label, "settled", one.receiver_key, name, value)

    return _way(one, edit)


def _wrong(entity: Entity, state: State, name: str, had: Value) -> Value:
    """Return a value that a state does not allow: the one before, if it is such a one."""
    allowed = state.allowed(name)
    choices = entity.fields[name].choices if name in entity.fields else ()
    options = [had, *choices, None]
    return next(
        (one for one in options if one is not None and not any(same_json(one, known) for known in allowed)), None
    )


def _gone(one: Lived) -> Way:
    return _way(one, lambda draft: draft.set_record(one.phase.label, "settled", one.receiver_key, None))


def _still_there(one: Lived) -> Way:
    return _way(one, lambda draft: draft.set_record(one.phase.label, "settled", one.receiver_key, one.record))


def _anew(scene: Scene, one: Lived) -> Way:
    key = replace(one.receiver_key, id=f"{one.receiver}{COPY}life")
    id_field = scene.agreement.entity(key.side, key.entity).id_field
    record = {**one.record, id_field: key.id}

    def edit(draft: Draft) -> None:
        draft.set_record(one.phase.label, "settled", one.receiver_key, None)
        draft.set_record(one.phase.label, "settled", key, record)

    return _way(one, edit)


def _second(scene: Scene, one: Lived) -> Way:
    key = replace(one.receiver_key, id=f"{one.receiver}{COPY}two")
    record = {**one.record, scene.agreement.entity(key.side, key.entity).id_field: key.id}
    return _way(one, lambda draft: draft.set_record(one.phase.label, "settled", key, record))


def _all_wrong(scene: Scene, pair: Pair, case: PopulationCase) -> tuple[list[Way], frozenset[str]]:
    """Return how all who left by one row keep their state while others' is right, and who else is told of it."""
    row = pair.life_row(When.LEAVES)
    ways: list[Way] = []
    alone: list[Way] = []
    for phase in scene.case.phases:
        leaving = [
            one
            for one in _lived(scene, pair)
            if one.phase is phase and one.turn.when is When.LEAVES and one.turn.out and one.turn.state is not None
        ]
        same = [one for one in leaving if one.turn.case is case]
        others = [one for one in leaving if one.turn.case is not case]
        edits = [way.edits[0] for one in same if (way := _other_state(scene, one)) is not None]
        if not edits:
            continue
        stay = frozenset(one.sender_key for one in (*same, *others[:2]))
        found = replace(
            _way(same[0], *edits, subjects=stay),
            marks=frozenset(mark(one.sender_key) for one in same),
            spoils=frozenset[Hashable](
                {pair.name, *(one.sender_key for one in same), *(one.receiver_key for one in same)}
            ),
        )
        (ways if others or row is None else alone).append(found)
    return ways or alone, frozenset() if ways or row is None else frozenset({row.statement})


def _neglect(scene: Scene, pair: Pair, row: LifeRow) -> Attempt:
    """Return what a connector does that leaves alone whom it is still to keep up to date."""

    def ways() -> Iterator[Way]:
        for one in _lived(scene, pair):
            if one.turn.statement != row.statement or one.turn.fresh or one.sender_key not in one.phase.touched:
                continue
            had = one.phase.before.receivers(pair).get(one.receiver)
            if had is None or untouched(one.phase, scene.case, pair, one.receiver):
                continue
            yield _way(one, lambda draft, one=one, had=had: _left_alone(draft, one, had))  # type: ignore[misc]

    return Attempt(row.statement, KEPT, "left alone", ways(), fitting="one that changes after that")


def _left_alone(draft: Draft, one: Lived, had: Record) -> None:
    draft.set_record(one.phase.label, "settled", one.receiver_key, had)
    for exchange, write in one.phase.writes:
        if write.key == one.receiver_key:
            draft.set_exchange(replace(draft.exchange(exchange.number), writes=()))


def _written_back(scene: Scene, pair: Pair) -> Iterator[Way]:
    """Yield how a connector changes a record whose partner people deleted."""
    for phase in scene.case.phases:
        for sender, turn in scene.case.turns(pair, phase).items():
            if turn.when is not When.GONE_THERE or not turn.fresh or sender not in phase.settled.senders(pair):
                continue
            key = scene.case.sender_key(pair, sender)
            record = phase.settled.senders(pair)[sender]
            run = [one.number for one in phase.runs if one.kind == "settle"][-1]
            write = Write("update", key, {}, record, record)
            yield Way(
                edits=(lambda draft, run=run, write=write: add(draft, run, write),),  # type: ignore[misc]
                marks=frozenset({mark(key)}),
                until=phase.label,
                subjects=frozenset({key}),
                spoils=frozenset[Hashable]({key}),
            )
