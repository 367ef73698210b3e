"""Say whose finding a wrong value is: the chart row's, the table row's, or `:held` where the connector held it back."""

from __future__ import annotations

from decimal import Decimal

from signoff.agreement.resolved import BoundRow, Pair
from signoff.checks.addresses import whose
from signoff.checks.case import FINISHES, Case, Phase
from signoff.checks.held import about
from signoff.checks.ledger import Ledger
from signoff.checks.lives import ENDING, RETURNING, Turn, untouched
from signoff.checks.moves import between
from signoff.checks.policy import unwritten
from signoff.checks.telling import plain_example, record_words, row_example
from signoff.model.promise import Promise
from signoff.record import ABSENT, RecordId, Value, blank, same_json
from signoff.rules.results import Kept, LeftOut, Unwritten
from signoff.rules.results import Value as Given

HARDLY = 5
"""Units of the last digit within which two amounts may be one by rounding."""


def wrongly_held(case: Case, ledger: Ledger, pair: Pair, phase: Phase, sender: RecordId, receiver: RecordId) -> str:
    """Return the statement to blame where the connector held back what had to arrive; "" where it did not.

    That is one finding, in place of one for each row: of the bad-data row that lets such records arrive, else of
    `:held` where the connector says that it held a good record back.
    """
    said = [
        one.reason
        for run in phase.runs
        for one in run.failed
        if one.id == sender or (pair.mirrors and one.id == receiver and about(one.entity, pair))
    ]
    key = case.receiver_key(pair, receiver)
    if any(write.key == key and write.accepted for _, write in phase.writes):
        return ""
    policy = unwritten(case, pair, phase, sender)
    if not said and not policy:
        return ""
    statement = policy or pair.statement("held")
    if ledger.once(statement, f"{phase.label}/{sender}"):
        ledger.find(
            statement,
            "wrongly held back",
            lambda: plain_example(
                case,
                statement,
                record_words(case.sender_key(pair, sender), phase.settled.senders(pair)[sender]),
                "its change arrives, " + (words_of(pair, policy) or "because nothing is wrong with it"),
                f"held back; the connector said: {said[-1] if said else 'nothing'}"[:300],
                phase.label,
                key=case.sender_key(pair, sender),
            ),
        )
    return statement


def neglected(
    case: Case,
    ledger: Ledger,
    pair: Pair,
    phase: Phase,
    row: BoundRow,
    sender: RecordId,
    receiver: RecordId,
    turn: Turn,
) -> bool:
    """Tell whether a record that is to be kept up to date is left alone altogether: one finding, of its lifecycle."""
    if not turn.statement or not (turn.kept or turn.when in RETURNING) or not untouched(phase, case, pair, receiver):
        return False
    if ledger.once(turn.statement, f"{phase.label}/{sender}"):
        ledger.find(
            turn.statement,
            "not kept up to date",
            lambda: plain_example(
                case,
                turn.statement,
                record_words(case.sender_key(pair, sender), phase.settled.senders(pair)[sender]),
                f"{pair.target} {receiver} is kept up to date",
                f"{row.target} as it was, and no request touched it",
                phase.label,
                key=case.sender_key(pair, sender),
            ),
        )
    return True


def others_details(
    case: Case,
    ledger: Ledger,
    pair: Pair,
    phase: Phase,
    row: BoundRow,
    sender: RecordId,
    receiver: RecordId,
    turn: Turn,
    expected: str,
    actual: Value,
) -> None:
    """Tell the row of merges that one who survives has what belonged to the other."""
    note = "that is what the other of the two had"
    ledger.find(
        turn.statement,
        "wrong value",
        lambda: row_example(case, phase, pair, row, sender, receiver, expected, actual, note, turn.statement),
        case.sender_key(pair, sender),
    )


def blame(
    case: Case,
    ledger: Ledger,
    pair: Pair,
    phase: Phase,
    row: BoundRow,
    promise: Promise,
    sender: RecordId,
    receiver: RecordId,
    expected: str,
    actual: Value,
    note: str = "",
    through_table: bool = True,
) -> None:
    """Attribute a wrong value: to the table row when a table gave it and no simpler reason explains it.

    `through_table` False: the value is not in question, only whose it is.
    """
    statement = promise.policy or row.statement
    if receiver_is_loose(phase, pair, sender):
        if row.statement != pair.link_statement:
            return
        if phase.crashed and not case.brought(pair, phase):
            ledger.lose_all(row.statement, FINISHES)  # two that nobody came to link
            return
    held = _held_before(phase, pair, receiver, row)
    statement = whose(case, ledger, pair, phase, row, sender, held, actual) or statement
    table_row = promise.result.table_row if not isinstance(promise.result, Kept) else None
    formula = row.rule is not None and not row.rule.table
    if promise.policy and table_row is not None and _misread(phase, pair, row, promise, receiver, actual):
        statement = case.agreement.value_row_statement(table_row) or statement
    elif promise.policy:
        note = "; ".join(part for part in (note, words_of(pair, promise.policy)) if part)
        if blank(actual) and statement == promise.policy:
            told = (row.statement, promise.policy)
            _decide_later(case, ledger, phase, pair, row, sender, receiver, expected, actual, note, told)
            return
    elif table_row is not None and through_table and formula:
        # A table inside a formula is to blame only for what another of its values would have given.
        context = phase.settled.context(pair, sender)
        others = row.rule.in_other_bands(context) if row.rule is not None else ()
        if any(same_json(actual, one) for one in others):
            through = case.agreement.value_row_statement(table_row) or statement
            if _hardly_apart(promise, actual):
                told = (through, row.statement)
                _decide_later(case, ledger, phase, pair, row, sender, receiver, expected, actual, note, told)
                return
            statement = through
    elif table_row is not None and through_table:
        cleared = blank(actual) and not isinstance(promise.result, LeftOut | Unwritten)
        simple = cleared or same_json(actual, held) or _another_fields(phase, pair, row, receiver, actual)
        through = case.agreement.value_row_statement(table_row) or statement
        early = out_of_turn(case, phase, pair, row.target, sender, actual)
        if early:
            ledger.find(
                early,
                "wrong state",
                lambda: row_example(case, phase, pair, row, sender, receiver, expected, actual, note, early),
                case.sender_key(pair, sender),
            )
            return
        if not simple:
            statement = through
            where = f"through the table in {row.row.place.file}:{row.row.place.line}"
            note = f"{note}; {where}" if note else where
        elif same_json(actual, held) and ledger.failed(through):
            statement = through  # what was there before is also what this row of the table gives everywhere else
        step = between(case, phase, pair, row.statement, sender)
        note = "; ".join(part for part in (step, note) if part)
    ledger.blamed[phase.label, case.sender_key(pair, sender), row.target] = statement
    ledger.find(
        statement,
        "wrong value",
        lambda: row_example(case, phase, pair, row, sender, receiver, expected, actual, note, statement),
        case.sender_key(pair, sender),
    )


def _decide_later(
    case: Case,
    ledger: Ledger,
    phase: Phase,
    pair: Pair,
    row: BoundRow,
    sender: RecordId,
    receiver: RecordId,
    expected: str,
    actual: Value,
    note: str,
    either: tuple[str, str],
) -> None:
    """Give a wrong value to the first of two statements if that is wrong elsewhere, else to the second."""

    def decide() -> None:
        told = either[0] if ledger.failed(either[0]) else either[1]
        ledger.find(
            told,
            "wrong value",
            lambda: row_example(case, phase, pair, row, sender, receiver, expected, actual, note, told),
            case.sender_key(pair, sender),
        )

    ledger.blamed[phase.label, case.sender_key(pair, sender), row.target] = either[1]
    ledger.undecided.append((ledger.check, decide))


def _hardly_apart(promise: Promise, actual: Value) -> bool:
    """Tell whether a wrong figure is so near the right one that what another band gives may be that by rounding."""
    right = promise.result.typed if isinstance(promise.result, Given) else None
    try:
        found = Decimal(str(actual))
    except ArithmeticError:
        return False
    if not isinstance(right, Decimal) or not found.is_finite():
        return False
    last = min(int(right.as_tuple().exponent), int(found.as_tuple().exponent), 0)
    return abs(right - found) < HARDLY * Decimal(1).scaleb(last)


def words_of(pair: Pair, policy: str) -> str:
    """Return why a row of the bad-data table decides, in words; "" for no row."""
    return next((f"because of the row: {one.words}: {one.then}" for one in pair.policy if one.statement == policy), "")


def _misread(phase: Phase, pair: Pair, row: BoundRow, promise: Promise, receiver: RecordId, actual: Value) -> bool:
    """Tell whether a field that is to be left out now holds another value of its table: the table was misread."""
    if row.rule is None or blank(actual) or same_json(actual, _held_before(phase, pair, receiver, row)):
        return False
    return not isinstance(promise.result, Kept) and any(
        same_json(actual, one) for one in row.rule.other_outputs(promise.result)
    )


def _held_before(phase: Phase, pair: Pair, receiver: RecordId, row: BoundRow) -> Value:
    return phase.before.raw(pair, receiver, row.target) if receiver in phase.before.receivers(pair) else ABSENT


def receiver_is_loose(phase: Phase, pair: Pair, sender: RecordId) -> bool:
    """Tell whether a pair was found without its link, so that only the link row is to blame."""
    return sender in phase.settled.paired(pair).loosely


def _another_fields(phase: Phase, pair: Pair, row: BoundRow, receiver: RecordId, actual: Value) -> bool:
    """Tell whether the wrong value is what another charted field of the record should hold."""
    sender = phase.settled.paired(pair).sender_of.get(receiver)
    if sender is None:
        return False
    for target in pair.targets():
        if target == row.target:
            continue
        other = phase.settled.promise(pair, target, sender)
        if other is None or not isinstance(other.result, Given) or other.row.rule is None:
            continue
        if other.row.target_field is not None and same_json(
            other.row.rule.raw(other.result, other.row.target_field), actual
        ):
            return True
    return False


def out_of_turn(case: Case, phase: Phase, pair: Pair, target: str, sender: RecordId, actual: Value) -> str:
    """Return the row that decides about a state which a record is in too early or too late; "" where none does.

    Only of a record that comes to that state in another phase, or would on the day before or after: in any other the
    value is a mistake of the table.
    """
    turns = (case.turn(pair, other, sender) for other in case.phases)
    lives = [(one.when, one.statement, one.state) for one in turns if one is not None]
    for days in (1, -1):
        stands = case.on_another_day(phase, days).standing(pair, sender) if pair.life or pair.population else None
        if stands is not None:
            lives.append((stands.when, stands.statement, stands.state))
    for when, statement, state in lives:
        if state is None or state.allowed(target) != (actual,):
            continue
        fits = phase.settled.case(pair, sender) if when not in ENDING else None
        return fits.statement if fits is not None else statement
    return ""
