"""Tell of whom a connector made somebody who has left, though that record is still in scope."""

from __future__ import annotations

from signoff.agreement.resolved import Pair, State, When
from signoff.checks.blame import out_of_turn
from signoff.checks.case import Case, Phase
from signoff.checks.ledger import Ledger
from signoff.checks.states import state_shown
from signoff.checks.telling import a, plain_example, record_words
from signoff.model.sight import Sight
from signoff.record import RecordId, same_json


def let_go(case: Case, ledger: Ledger, pair: Pair, phase: Phase, sender: RecordId, receiver: RecordId) -> str:
    """Return the statement to blame where a record in scope was given a state of those who leave; "" where not.

    That is one finding, in place of one for each row whose changes no longer arrive: of the row that decides about a
    state which came too early or too late; of the population row by which the record is in scope, where that is wrong
    anyway; else of `:arrive`. A state that the record was given when its own
    field changed, or when it was made, is a mistake of that field's row or table.
    """
    now = phase.settled
    if case.turn(pair, phase, sender) is not None or not now.in_scope(pair, sender):
        return ""
    state = next((one for one in _of_leaving(pair) if _given(case, pair, phase, sender, receiver, one)), None)
    if state is None:
        return ""
    fits = now.case(pair, sender)
    early = (out_of_turn(case, phase, pair, name, sender, now.raw(pair, receiver, name)) for name, _ in state.fields)
    by_row = fits is not None and ledger.failed(fits.statement)
    usual = fits.statement if fits is not None and by_row else pair.statement("arrive")
    statement = next(filter(None, early), usual)
    if ledger.once(statement, f"let go/{sender}"):
        ledger.find(
            statement,
            "let go",
            lambda: plain_example(
                case,
                statement,
                record_words(case.sender_key(pair, sender), now.senders(pair)[sender]),
                f"still {a(pair.target)} like others" + (f", because {fits.who}" if fits is not None else ""),
                f"{pair.target} {receiver} in the state of those who leave, {state_shown(case, pair, state)}",
                phase.label,
                key=case.sender_key(pair, sender),
            ),
        )
    return statement


def _of_leaving(pair: Pair) -> list[State]:
    """Return the states in which those are who leave the population."""
    by_population = [one.state for one in pair.population if not one.reaches]
    by_life = [one.state for one in pair.life if one.when is When.LEAVES]
    return [one for one in dict.fromkeys((*by_population, *by_life)) if one is not None]


def _given(case: Case, pair: Pair, phase: Phase, sender: RecordId, receiver: RecordId, state: State) -> bool:
    """Tell whether a record is in a state that nothing of its own asks for, and was not until some phase."""
    now = phase.settled
    if not _shows(now, pair, receiver, state) or _promised(now, pair, sender, state):
        return False
    so_far = case.phases[: case.phases.index(phase) + 1]
    return any(_came_about(case, pair, one, sender, receiver, state) for one in so_far)


def _came_about(case: Case, pair: Pair, phase: Phase, sender: RecordId, receiver: RecordId, state: State) -> bool:
    """Tell whether the connector gave a record the state in a phase in which its fields were promised as before."""
    old, now = phase.previous, phase.settled
    if old is None or receiver not in phase.before.receivers(pair) or sender not in old.senders(pair):
        return False
    if (
        receiver not in now.receivers(pair)
        or sender not in now.senders(pair)
        or _shows(phase.before, pair, receiver, state)
    ):
        return False
    edited = phase.touched.get(case.receiver_key(pair, receiver), frozenset())
    promises = [(old.promise(pair, name, sender), now.promise(pair, name, sender)) for name, _ in state.fields]
    same = all(
        was is not None and is_ is not None and was.result == is_.result and was.row is is_.row for was, is_ in promises
    )
    return _shows(now, pair, receiver, state) and same and not edited & {name for name, _ in state.fields}


def _shows(sight: Sight, pair: Pair, receiver: RecordId, state: State) -> bool:
    return receiver in sight.receivers(pair) and all(
        any(same_json(sight.raw(pair, receiver, name), one) for one in values) for name, values in state.fields
    )


def _promised(sight: Sight, pair: Pair, sender: RecordId, state: State) -> bool:
    """Tell whether the chart asks for every field of a state by itself."""
    for name, values in state.fields:
        promise = sight.promise(pair, name, sender)
        rule = promise.row.rule if promise is not None else None
        if promise is None or rule is None:
            return True
        if not any(rule.agrees(promise.result, one, sight.context(pair, sender)) for one in values):
            return False
    return True
