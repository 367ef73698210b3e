"""Check that nobody is given somebody else's record: one that people made, and that neither link nor key gives them."""

from __future__ import annotations

from signoff.agreement.resolved import Pair
from signoff.checks.case import Case, Phase
from signoff.checks.ledger import Ledger
from signoff.checks.telling import a, plain_example, record_words
from signoff.record import RecordId


def taken_over(case: Case, ledger: Ledger, pair: Pair, phase: Phase) -> None:
    """Find new pairs of which people made the receiving record for somebody else; the sending one did not arrive.

    Whom link or key name for several, or by a key that a stronger one goes before, is told elsewhere.
    """
    before, now = phase.before, phase.settled
    found, former, there = now.paired(pair), before.paired(pair), before.receivers(pair)
    old = phase.previous.paired(pair) if phase.previous is not None else None
    for one, partners in found.partners.items():
        if one in found.loosely or one not in before.senders(pair) or not now.in_scope(pair, one):
            continue
        if old is not None and one in old.partners:
            continue
        for receiver in partners:
            strange = receiver in there and case.receiver_key(pair, receiver) in case.history.names
            owned = receiver in former.sender_of or (old is not None and receiver in old.sender_of)
            if strange and not owned and not before.agree(pair, one, receiver):
                _tell(case, ledger, pair, phase, one, receiver)


def _tell(case: Case, ledger: Ledger, pair: Pair, phase: Phase, one: RecordId, receiver: RecordId) -> None:
    key, statement = case.sender_key(pair, one), pair.statement("arrive")
    whole = ", then ".join(key.text for key in pair.matched)
    ledger.find(
        statement,
        "taken over",
        lambda: plain_example(
            case,
            statement,
            record_words(key, phase.settled.senders(pair)[one]),
            f"{a(pair.target)} of its own",
            f"{pair.target} {receiver}, who is somebody else by {whole or 'the link'}",
            phase.label,
            key=key,
        ),
    )
