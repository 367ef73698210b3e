"""Check what becomes of addresses: each answer of the address service was met, and what is uncertain was reported.

Wrong values are found by the check of chart rows; this module says whose finding they are.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from signoff.addresses import Address, AddressBook, Answer, Entry, Service
from signoff.agreement.addresses import correcting, corrects
from signoff.agreement.matters import BoundAddress
from signoff.agreement.resolved import BoundRow, Pair
from signoff.checks.case import FINISHES, Case, Phase
from signoff.checks.ledger import Ledger
from signoff.checks.telling import plain_example, record_words
from signoff.model.sight import Sight
from signoff.record import RecordId, Value, blank, same_json
from signoff.rules.address import answer, asked, known
from signoff.rules.results import Result
from signoff.rules.results import Value as Given

REPORTED = "reported"
CREATED = "created"
CHANGED = "changed into"
_HINTS: Mapping[Answer, str] = {
    Answer.CORRECTED: "an address that the service corrects",
    Answer.UNCERTAIN: "an address of which the service is not sure",
    Answer.UNKNOWN: "an address that the service does not know",
    Answer.NONE: "an address that people change while the service does not answer",
}


@dataclass(frozen=True, slots=True)
class Fresh:
    """Hold one address that came to be so in a phase: what it is, what is known of it, what the service says."""

    sender: RecordId
    receiver: RecordId | None
    rows: tuple[BoundRow, ...]
    typed: Address
    entry: Entry
    said: Answer
    kind: str


def promised(one: BoundAddress) -> tuple[str, ...]:
    """Return the phases in which a row of the table must have been met."""
    met = (CHANGED,) if one.answer is Answer.NONE else (CREATED, CHANGED)
    return (*met, REPORTED) if one.reported else met


def check_addresses(case: Case, ledger: Ledger) -> None:
    """Count the evidence of every row about addresses, and judge whether the connector reported what it should."""
    agreed = _agreed(case)
    if not agreed:
        return
    speaks = any(run.ok is not None for run in case.history.runs)
    for one in agreed.values():
        for kind in promised(one):
            lacking = "" if kind != REPORTED or speaks else ", and a connector that gives a result (it never did)"
            ledger.promise(one.statement, kind, _HINTS[one.answer] + lacking)
    for pair in case.agreement.directions():
        for phase in case.phases:
            for found in fresh(pair, phase):
                row = agreed.get(found.said)
                if row is not None:
                    _met(case, ledger, pair, phase, found, row)


def fresh(pair: Pair, phase: Phase) -> Iterator[Fresh]:
    """Yield the addresses of a binding that came to be so in a phase, of which the service knows something."""
    now = phase.settled
    for sources, rows in correcting(pair).items():
        for sender in now.senders(pair):
            if not now.in_scope(pair, sender) or now.bad(pair, sender):
                continue
            typed = asked(now.context(pair, sender), sources)
            entry = known(now.snapshot.service, typed)
            if entry is None or not _came_to_be(pair, phase, sources, sender, typed):
                continue
            receiver = now.partner(pair, sender)
            new = receiver is None or receiver not in phase.before.receivers(pair)
            said = answer(now.snapshot.service, typed)
            yield Fresh(sender, receiver, tuple(rows), typed, entry, said, CREATED if new else CHANGED)


def _came_to_be(pair: Pair, phase: Phase, sources: tuple[str, ...], sender: RecordId, typed: Address) -> bool:
    """Tell whether an address is another than in the phase before, or its record one that was not to arrive then."""
    old = phase.previous
    if old is None or sender not in old.senders(pair) or not old.in_scope(pair, sender) or old.bad(pair, sender):
        return True
    return asked(old.context(pair, sender), sources) != typed


def _met(case: Case, ledger: Ledger, pair: Pair, phase: Phase, found: Fresh, row: BoundAddress) -> None:
    cause = case.lost_to(pair, phase, found.sender) if found.receiver is None else ""
    if found.receiver is not None and phase.cut_off(case.receiver_key(pair, found.receiver)):
        cause = FINISHES
    kinds = [one for one in promised(row) if one in (found.kind, REPORTED)]
    if cause or found.receiver is None:
        for kind in kinds:
            ledger.lose(row.statement, kind, cause)
        return
    if found.kind in kinds:
        ledger.exercise(row.statement, found.kind)
    if row.reported:
        _reported(case, ledger, pair, phase, found, row)


def _reported(case: Case, ledger: Ledger, pair: Pair, phase: Phase, found: Fresh, row: BoundAddress) -> None:
    if not any(run.ok is not None for run in phase.runs):
        ledger.lose(row.statement, REPORTED, FINISHES if any(run.crashed for run in phase.runs) else "")
        return
    ledger.exercise(row.statement, REPORTED)
    ids = (found.sender, found.receiver)
    words = {"".join(one.lower().split()) for one in (pair.source, pair.target, pair.entity_word, "")}
    if any(
        one.id in ids and "".join(one.entity.lower().split()) in words for run in phase.runs for one in run.reported
    ):
        return
    key = case.sender_key(pair, found.sender)
    said = sum(len(run.reported) for run in phase.runs)
    ledger.find(
        row.statement,
        "not reported",
        lambda: plain_example(
            case,
            row.statement,
            record_words(key, phase.settled.senders(pair)[found.sender]),
            f"reported in the result, because the address service says {found.said.value} of {_shown(found.typed)}",
            f"{said} others reported" if said else "nothing reported",
            phase.label,
            key=key,
        ),
    )


def _shown(one: Address) -> str:
    return ", ".join(part for part in (one.street, one.city, one.state, one.postcode) if part)


def _agreed(case: Case) -> Mapping[Answer, BoundAddress]:
    return {one.answer: one for one in case.agreement.matters.addresses}


# Whose finding a wrong value is


def whose(
    case: Case, ledger: Ledger, pair: Pair, phase: Phase, row: BoundRow, sender: RecordId, held: Value, actual: Value
) -> str:
    """Return the row about addresses that a wrong part of an address belongs to; "" for the chart row itself.

    It is told of what the connector made of the service's answer: as it was where the corrected one should arrive,
    a mere suggestion taken, what is unknown or unanswered blanked or kept back.
    """
    agreed = _agreed(case)
    if not corrects(row) or not agreed or row.rule is None:
        return ""
    now = phase.settled
    context = now.context(pair, sender)
    typed = asked(context, row.sources)
    entry = known(now.snapshot.service, typed)
    said = answer(now.snapshot.service, typed)
    told = agreed.get(said)
    if told is None:
        return ""
    if said is Answer.NONE:
        # What is wrong with the row while the service answers, an outage is not to blame for.
        new = _came_to_be(pair, phase, tuple(sorted(row.sources)), sender, typed)
        lost = blank(actual) or (new and same_json(actual, held))
        return told.statement if lost and not ledger.failed(row.statement) else ""
    if entry is None:
        return told.statement if blank(actual) else ""
    service = now.snapshot.service
    other = {
        Answer.CORRECTED: _result(now, pair, row, sender, replace(service, down=True)),
        Answer.UNCERTAIN: _suggested(now, pair, row, sender, entry),
        Answer.UNKNOWN: _suggested(now, pair, row, sender, entry),
    }.get(said)
    taken = other is not None and row.rule.agrees(other, actual, context)
    lost = said is Answer.UNKNOWN and blank(actual)
    return told.statement if taken or lost else ""


def _result(now: Sight, pair: Pair, row: BoundRow, sender: RecordId, service: Service) -> Result:
    """Return what a row gives for a record under another word of the service."""
    assert row.rule is not None
    context = copy.copy(now.context(pair, sender))
    context.moment = replace(context.moment, service=service)
    context.trace = []
    return row.rule.value(context)


def suggestion(entry: Entry) -> Service:
    """Return a service that is sure of what is a mere suggestion: the word of a connector that takes everything."""
    return Service(AddressBook((replace(entry, answer=Answer.CORRECTED),)))


def _suggested(now: Sight, pair: Pair, row: BoundRow, sender: RecordId, entry: Entry) -> Result:
    return _result(now, pair, row, sender, suggestion(entry))


def taken_result(now: Sight, pair: Pair, row: BoundRow, sender: RecordId, entry: Entry) -> Given | None:
    """Return what a row gives a connector that takes whatever the service suggests; None for a blank."""
    found = _suggested(now, pair, row, sender, entry)
    return found if isinstance(found, Given) else None


def as_it_was(now: Sight, pair: Pair, row: BoundRow, sender: RecordId) -> Given | None:
    """Return what a row gives a connector that never asks the service; None for a blank."""
    found = _result(now, pair, row, sender, replace(now.snapshot.service, down=True))
    return found if isinstance(found, Given) else None


def may_stand(case: Case, phase: Phase, pair: Pair, row: BoundRow, sender: RecordId, actual: Value) -> bool:
    """Tell whether a part may be as it was typed or as it was corrected, because of an outage now or before.

    Where people did not change the address, nobody said whether it is asked about again.
    """
    if not corrects(row) or row.rule is None:
        return False
    now = phase.settled
    labels = [one.label for one in case.phases]
    until = case.phases[: labels.index(phase.label) + 1]
    if not any(one.settled.snapshot.service.down for one in until):
        return False
    context = now.context(pair, sender)
    if _came_to_be(pair, phase, tuple(sorted(row.sources)), sender, asked(context, row.sources)):
        return False
    return any(
        row.rule.agrees(_result(now, pair, row, sender, replace(now.snapshot.service, down=down)), actual, context)
        for down in (False, True)
    )


def stopped(
    case: Case, ledger: Ledger, pair: Pair, phase: Phase, statement: str, sender: RecordId, receiver: RecordId
) -> str:
    """Return the row for no answer if nothing of a record was written because of its address, one finding for all.

    "" where something was, where the service answers, or where the `statement` in question fails without an outage.
    """
    row = _agreed(case).get(Answer.NONE)
    key = case.receiver_key(pair, receiver)
    if row is None or not phase.settled.snapshot.service.down or phase.crashed or ledger.failed(statement):
        return ""
    if any(write.key == key and write.accepted for _, write in phase.writes):
        return ""
    now = phase.settled
    addresses = [asked(now.context(pair, sender), sources) for sources in correcting(pair)]
    if not any(_shown(one) for one in addresses):
        return ""
    if ledger.once(row.statement, f"{phase.label}/{sender}"):
        ledger.find(
            row.statement,
            "stopped",
            lambda: plain_example(
                case,
                row.statement,
                record_words(case.sender_key(pair, sender), now.senders(pair)[sender]),
                "its change arrives, though the address service does not answer",
                "nothing of it was written",
                phase.label,
                key=case.sender_key(pair, sender),
            ),
        )
    return row.statement


def touched_by_outage(phase: Phase, pair: Pair) -> frozenset[str]:
    """Return the receiving record's keys that may change because the address service does not answer."""
    if not phase.settled.snapshot.service.down:
        return frozenset()
    return frozenset(row.target_top for rows in correcting(pair).values() for row in rows)
