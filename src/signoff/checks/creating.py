"""Check what a connector creates because a row says `match or create`: once for a value, and for none that is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from signoff.agreement.creating import Creating, creatings
from signoff.agreement.resolved import Pair
from signoff.checks.case import Case, Phase
from signoff.checks.ledger import Ledger
from signoff.checks.telling import a, exchange_words, plain_example, record_words
from signoff.history import Exchange, Write
from signoff.model.sight import Sight
from signoff.record import RecordId, Value, blank
from signoff.rules.results import Value as Given


@dataclass(frozen=True, slots=True)
class CalledFor:
    """Hold what the connector created in one phase because a row called for it.

    `there` is the record that had the value before, None where the connector was right to create one.
    """

    creating: Creating
    exchange: Exchange
    write: Write
    there: RecordId | None


def check_creating(case: Case, ledger: Ledger) -> None:
    """Judge the rows that may create what they refer to, by what was created."""
    for one in _creatings(case):
        ledger.promise(one.row.statement, "created anew", f"a record whose {one.by} no {one.entity} has")
        ledger.promise(one.row.statement, "matched", f"a record whose {one.by} {a(one.entity)} has already")
    for phase in case.phases:
        for one in _creatings(case):
            if any(True for _ in _matched(phase, one)):
                ledger.exercise(one.row.statement, "matched")
        for found in called_for(case, phase):
            if found.there is None:
                ledger.exercise(found.creating.row.statement, "created anew")
            else:
                _twice(case, ledger, phase, found)


def called_for(case: Case, phase: Phase) -> tuple[CalledFor, ...]:
    """Return what was created in a phase because a row called for it, in the order in which it was."""
    found: tuple[CalledFor, ...] = case.noted(f"called for/{phase.label}", lambda: tuple(_called_for(case, phase)))
    return found


def _creatings(case: Case) -> tuple[Creating, ...]:
    found: tuple[Creating, ...] = case.of_agreement("creatings", lambda: creatings(case.agreement))
    return found


def _called_for(case: Case, phase: Phase) -> Iterator[CalledFor]:
    for one in _creatings(case):
        named = _named(phase.settled, one)
        if not named:
            continue
        there = {text: record_id for record_id, text in _texts(phase.before, one) if text in named}
        for exchange, write in phase.writes:
            if (write.key.side, write.key.entity, write.kind) != (one.side, one.entity, "create"):
                continue
            if not write.accepted or write.after is None or _of_its_own(phase.settled, one, write.key.id):
                continue
            text = one.text(write.after.get(one.by))
            if text in named:
                yield CalledFor(one, exchange, write, there.get(text))
                there.setdefault(text, write.key.id)


def accounted(case: Case, pair: Pair, phase: Phase, *, once: bool = False) -> frozenset[RecordId]:
    """Return the receiving records of a binding that are nobody's, because a row called for them and not a chart.

    `once`: without those that are the second of their value.
    """
    receiver = (pair.sender.other, pair.target)
    called = [one.write.key for one in called_for(case, phase) if not once or one.there is None]
    return frozenset(key.id for key in called if (key.side, key.entity) == receiver)


def _named(sight: Sight, one: Creating) -> frozenset[str]:
    """Return the values by which records in scope name what may be created for them."""
    found: set[str] = set()
    receivers = sight.snapshot.of(one.side).get(one.entity, {})
    for sender in sight.senders(one.pair):
        if not sight.in_scope(one.pair, sender):
            continue
        result = sight.result(one.pair, one.row, sender)
        typed = result.typed if isinstance(result, Given) else None
        for record_id in typed if isinstance(typed, list) else [typed]:
            record = receivers.get(record_id) if isinstance(record_id, str) else None
            if record is not None and not blank(record.get(one.by)):
                found.add(one.text(record.get(one.by)))
    return frozenset(found)


def _texts(sight: Sight, one: Creating) -> Iterator[tuple[RecordId, str]]:
    records: Mapping[RecordId, Mapping[str, Value]] = sight.snapshot.of(one.side).get(one.entity, {})
    for record_id, record in reversed(list(records.items())):
        if not blank(record.get(one.by)):
            yield record_id, one.text(record.get(one.by))


def _of_its_own(sight: Sight, one: Creating, record_id: RecordId) -> bool:
    """Tell whether a record was brought over by a chart of its own."""
    pairs = [pair for pair in sight.agreement.pairs if (pair.sender.other, pair.target) == (one.side, one.entity)]
    return any(record_id in sight.paired(pair).sender_of for pair in pairs)


def _matched(phase: Phase, one: Creating) -> Iterator[RecordId]:
    """Yield records that came in a phase and name one that was there before."""
    before = phase.before.snapshot.of(one.side).get(one.entity, {})
    for sender, partners in phase.settled.paired(one.pair).partners.items():
        if partners[0] in phase.before.receivers(one.pair) or not phase.settled.in_scope(one.pair, sender):
            continue
        result = phase.settled.result(one.pair, one.row, sender)
        if isinstance(result, Given) and result.typed in before:
            yield sender


def _twice(case: Case, ledger: Ledger, phase: Phase, found: CalledFor) -> None:
    one, write = found.creating, found.write
    ledger.find(
        one.row.statement,
        "surplus",
        lambda: plain_example(
            case,
            one.row.statement,
            record_words(write.key, write.after or write.sent),
            f"the {one.entity} that has this {one.by} already, {found.there}",
            f"another one was created, {write.key.id}",
            phase.label,
            exchange_words(case, found.exchange, write.sent),
            write.key,
        ),
    )
