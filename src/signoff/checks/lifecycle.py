"""Check what becomes of those who leave, end, come back, or are deleted: the state, and that it is the same record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from signoff.agreement.abilities import can_leave
from signoff.agreement.resolved import LifeRow, Pair, Then, When
from signoff.checks.case import FINISHES, Case, Phase
from signoff.checks.ledger import Ledger
from signoff.checks.lives import RETURNING, Turn, amiss, shows_state
from signoff.checks.states import state_wanted, states_told
from signoff.checks.telling import a, exchange_words, plain_example, record_words
from signoff.record import RecordId

LEFT: Final = "left"
IN_STATE: Final = "in its state"
KEPT: Final = "kept up to date"
_REMOVED: Final = " was removed"

_HAPPENED: Final = {
    When.LEAVES: (LEFT, "{0} that leaves the population after it has arrived"),
    When.DELETED: ("deleted", "{0} that is deleted after it has arrived"),
    When.ARCHIVED: ("archived", "{0} that is archived after it has arrived"),
    When.BACK: ("came back", "{0} that comes back after it has left"),
    When.MERGED: ("merged", "two of {0} that are merged after they have arrived"),
    When.GONE_THERE: ("deleted over there", "{0} whose partner is deleted"),
    When.EXTENDED: ("extended", "{0} that is extended after it has ended"),
    When.ENDS_EARLY: ("ended early", "{0} whose end is moved to a day before today"),
    When.ENDS: ("ended", "{0} whose end passes"),
}
"""What each case is called as evidence, and what would exercise it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Hold one record in one phase: who, what must be so, and which fields are not so."""

    sender: RecordId
    turn: Turn
    wrong: str
    """What was found instead, "" if all is right."""
    wanted: str = ""
    """The state that it must be in, with what its fields must hold; "" where no state is wrong."""
    shows: bool = True
    """Whether it can be seen here at all: one that was in the state before is right however the connector is."""


def happened(row: LifeRow) -> str:
    """Return what the case of a lifecycle row is called as evidence."""
    return _HAPPENED[row.when][0]


def check_lifecycle(case: Case, ledger: Ledger) -> None:
    """Judge every lifecycle row, and the states that population rows give."""
    for pair in case.agreement.pairs:
        if not pair.life and not any(one.state is not None for one in pair.population):
            continue
        _promised(case, ledger, pair)
        told: set[tuple[RecordId, str]] = set()
        seen: set[RecordId] = set()
        for phase in case.phases:
            judged_here = list(judged(case, ledger, pair, phase, seen))
            for one in judged_here:
                if not one.wrong:
                    continue
                statement = told_of(pair, one, judged_here)
                if (one.sender, statement) not in told:
                    told.add((one.sender, statement))
                    _find(case, ledger, pair, phase, one, statement)


def _promised(case: Case, ledger: Ledger, pair: Pair) -> None:
    who = a(pair.source)
    for row in pair.life:
        kind, hint = _HAPPENED[row.when]
        ledger.promise(row.statement, kind, hint.format(who))
        if row.kept and row.when not in RETURNING:
            ledger.promise(row.statement, KEPT, f"{who} that changes after that")
    for one in pair.population:
        if one.state is not None and one.reaches:
            ledger.promise(one.statement, IN_STATE, f"{who} where {one.who}")
        elif one.state is not None and can_leave(case.agreement, pair):
            ledger.promise(one.statement, LEFT, f"{who} that has arrived, and of which then {one.who}")


def judged(case: Case, ledger: Ledger, pair: Pair, phase: Phase, seen: set[RecordId]) -> Iterator[Judged]:
    """Judge everybody of a phase; `seen`: of whom it was seen when they came to it, and who are added here."""
    receivers = phase.settled.receivers(pair)
    for sender, turn in case.turns(pair, phase).items():
        statements = _shown_by(pair, turn)
        if not statements:
            continue
        if turn.when is When.GONE_THERE:
            if turn.fresh and not phase.crashed:
                ledger.exercise(turn.statement, _HAPPENED[turn.when][0])
            continue
        if not turn.out and phase.settled.bad(pair, sender):
            continue  # nothing of one that is held back is written, until it is good again
        if turn.held is None:
            yield from _arrived_in_state(case, ledger, pair, phase, sender, turn)
            if turn.spoilt:
                for name, kind in statements:
                    ledger.lose(name, kind, turn.spoilt)
            continue
        if phase.cut_off(case.receiver_key(pair, turn.held)):
            for name, kind in statements:
                ledger.lose(name, kind, FINISHES)
            continue
        if turn.fresh:
            seen.discard(sender)
            if _telling(phase, pair, sender, turn):
                seen.add(sender)
                for name, kind in statements:
                    ledger.exercise(name, kind)
        if turn.kept and not turn.fresh and case.sender_key(pair, sender) in phase.touched:
            ledger.exercise(turn.statement, KEPT)
        ledger.comparisons += 1
        wrong, wanted = _amiss(case, phase, pair, sender, turn, turn.held in receivers)
        yield Judged(sender, turn, wrong, wanted, sender in seen)


def _telling(phase: Phase, pair: Pair, sender: RecordId, turn: Turn) -> bool:
    """Tell whether a record to which something happened shows its state, if it is to have one.

    One whose partner was in that state before shows nothing: it is right whatever the connector does.
    """
    fields = turn.state.fields if turn.state is not None else ()
    if not fields:
        return True
    if turn.when in RETURNING:
        return any(shows_state(phase.settled, pair, sender, turn, name) for name, _ in fields)
    return turn.held is None or bool(amiss(phase.before, pair, sender, turn.held, turn))


def _shown_by(pair: Pair, turn: Turn) -> list[tuple[str, str]]:
    """Return the statements, with the kind of evidence, of which a record is evidence if it came to this just now."""
    row = next((one for one in pair.life if one.statement == turn.statement), None)
    found = [(row.statement, happened(row))] if row is not None else []
    if turn.case is not None and turn.case.state is not None:
        found.append((turn.case.statement, LEFT if turn.out else IN_STATE))
    return found


def _arrived_in_state(
    case: Case, ledger: Ledger, pair: Pair, phase: Phase, sender: RecordId, turn: Turn
) -> Iterator[Judged]:
    """Judge the state of one who has only just arrived, and whoever is there though a lifecycle row keeps it out."""
    now = phase.settled
    partner = now.partner(pair, sender) if sender in now.senders(pair) else None
    if partner is None:
        return
    if turn.when in RETURNING and turn.fresh:
        for name, kind in _shown_by(pair, turn):
            ledger.exercise(name, kind)
    if not turn.out and turn.state is not None:
        if turn.case is not None and turn.case.state is not None:
            ledger.exercise(turn.case.statement, IN_STATE)
        yield Judged(sender, turn, *states_told(case, now, pair, sender, partner, turn))
    elif turn.out and turn.case is None and not turn.spoilt:
        yield Judged(sender, turn, f"{pair.target} {partner}")


def _amiss(case: Case, phase: Phase, pair: Pair, sender: RecordId, turn: Turn, there: bool) -> tuple[str, str]:
    """Return what is wrong with the partner of a record, and in which state it must be.

    Both are "" if nothing is wrong, or if it is told of elsewhere.
    """
    assert turn.held is not None
    if turn.removed:
        return f"{pair.target} {turn.held} is still there" if there else "", ""
    if not there:
        # Who is in scope and not there is missing, which the check of arrivals finds.
        return f"{pair.target} {turn.held}{_REMOVED}" if turn.out else "", ""
    return states_told(case, phase.settled, pair, sender, turn.held, turn) if turn.state is not None else ("", "")


def told_of(pair: Pair, one: Judged, everybody: list[Judged]) -> str:
    """Return whose finding a wrong state is.

    That is the lifecycle row's, unless everyone of one population row is wrong while others who left are right. Of one
    that was merged into another it is the merge's, unless who was only deleted is wrong as well.
    """
    if one.turn.merged:
        alike = [other for other in everybody if other.turn.when is one.turn.when and not other.turn.merged]
        return one.turn.merged if not any(other.wrong for other in alike) else one.turn.statement
    own = one.turn.case
    if own is None or own.state is None or one.turn.when is not When.LEAVES:
        return one.turn.statement
    if pair.life_row(When.LEAVES) is None:
        return own.statement
    leaving = [other for other in everybody if other.turn.when is When.LEAVES and other.turn.held is not None]
    same = [other for other in leaving if other.turn.case is own]
    others = [other for other in leaving if other.turn.case is not own]
    whole = all(other.wrong for other in same) and any(other.shows and not other.wrong for other in others)
    return own.statement if whole else one.turn.statement


def _find(case: Case, ledger: Ledger, pair: Pair, phase: Phase, one: Judged, statement: str) -> None:
    key = case.sender_key(pair, one.sender)
    turn = one.turn
    receiver = case.receiver_key(pair, turn.held) if turn.held is not None else None
    request = next((found for found in phase.writes if receiver is not None and found[1].key == receiver), None)
    record = phase.settled.snapshot.record(key) or phase.before.snapshot.record(key) or {}
    row = next((known for known in pair.life if known.statement == turn.statement), None)
    ledger.find(
        statement,
        _kind(one),
        lambda: plain_example(
            case,
            statement,
            record_words(key, record),
            _expected(case, pair, one, row),
            one.wrong,
            phase.label,
            exchange_words(case, request[0], request[1].sent) if request is not None else "no request touched it",
            key,
        ),
    )


def _kind(one: Judged) -> str:
    """Return what sort of fault a finding is."""
    if one.wrong.endswith(_REMOVED):
        return "removed"
    return "not removed" if one.turn.removed else "wrong state" if one.turn.state is not None else "surplus"


def _expected(case: Case, pair: Pair, one: Judged, row: LifeRow | None) -> str:
    turn = one.turn
    why = f", because {row.words}" if row is not None and row.when in RETURNING else ""
    if not why and turn.case is not None and turn.case.condition is not None:
        why = f", because {turn.case.who}"
    elif not why and row is not None:
        why = f", because {row.words}"
    if turn.removed:
        return f"no {pair.target}{why}"
    if turn.state is None:
        return f"{'the same ' if row and row.then is Then.AGAIN else ''}{pair.target}{why}"
    if turn.held is None and turn.out:
        return f"no {pair.target}{why}"
    return f"{one.wanted or state_wanted(case, pair, turn)}{why}"
