"""Check that bad records are held back and named, and that nobody else suffers."""

from __future__ import annotations

from signoff.agreement.abilities import can_blank, must_be_filled
from signoff.agreement.policy import NOTHING
from signoff.agreement.resolved import Pair
from signoff.checks.case import FINISHES, Case, Phase
from signoff.checks.ledger import Ledger
from signoff.checks.policy import NAMED
from signoff.checks.telling import exchange_words, plain_example, record_words
from signoff.model.policy import deciding
from signoff.model.promise import Bad
from signoff.record import ABSENT, Path, RecordId, blank, same_json
from signoff.rules.results import NOT_IN_TABLE


def check_held(case: Case, ledger: Ledger) -> None:
    """Judge `:held` of every binding, and the `error` rows of its tables.

    A record that only waits for another is not written, and need not be named.
    """
    speaks = any(run.ok is not None for run in case.history.runs)
    for pair in case.agreement.pairs:
        statement = pair.statement("held")
        unbreakable = _unbreakable(case, pair)
        ledger.promise(statement, "held back", unbreakable or f"a bad {pair.source}")
        if _all_silent(case, pair):
            pass  # the bad-data table lets every bad record that there is go unnamed
        elif speaks:
            ledger.promise(statement, NAMED, unbreakable or f"a bad {pair.source}, in a run that gives a result")
        else:
            ledger.promise(statement, NAMED, "a connector that gives a result (it never did)")
        for way in (pair, pair.back) if pair.back is not None else (pair,):
            for phase in case.phases:
                for sender in phase.settled.senders(way):
                    if way.mirrors and not _asks_to_go_back(case, way, phase, sender):
                        continue
                    reasons = phase.settled.in_scope(way, sender) and phase.settled.bad(way, sender)
                    if reasons:
                        _held(case, ledger, way, phase, sender, reasons)


def _unbreakable(case: Case, pair: Pair) -> str:
    """Return what to do about a chart whose rows take whatever was tried; "" where a record was bad, or plainly can be.

    Whether people agree that such a binding holds nobody back is theirs to say: nothing here could show it wrong.
    """
    ways = (pair, pair.back) if pair.back is not None else (pair,)
    for way in ways:
        for row in way.rows:
            if must_be_filled(row) and can_blank(case.agreement, way, row):
                return ""
            if row.rule is not None and row.rule.tables:
                return ""
        for phase in case.phases:
            senders = phase.settled.senders(way)
            if any(phase.settled.in_scope(way, one) and phase.settled.bad(way, one) for one in senders):
                return ""
    if pair.policy:
        return ""
    return (
        f"a bad {pair.source}, and no row of the chart can be broken by what was tried: mark what a {pair.target} "
        f"must have as required, or, if nothing is, say in a table of @exceptions that {pair.statement('held')} is "
        "switched off"
    )


def _all_silent(case: Case, pair: Pair) -> bool:
    """Tell whether there are records that are held back, and none of them has to be named."""
    if not any(one.then == NOTHING for one in pair.policy):
        return False
    found = [
        deciding(pair, reasons)
        for phase in case.phases
        for sender in phase.settled.senders(pair)
        if phase.settled.in_scope(pair, sender)
        and (reasons := phase.settled.bad(pair, sender))
        and not all(one.waits for one in reasons)
    ]
    return bool(found) and all(one is not None and one.then == NOTHING for one in found)


def _asks_to_go_back(case: Case, back: Pair, phase: Phase, record: RecordId) -> bool:
    """Tell whether people changed a receiving record, or made it, so that something of it must be written back."""
    key = case.sender_key(back, record)
    fields = phase.touched.get(key, frozenset())
    tops = {Path.parse(source).head for row in back.rows for source in row.sources}
    return bool(fields & (tops | {"*"})) or (back.either and phase.settled.partner(back, record) is None)


def _held(case: Case, ledger: Ledger, pair: Pair, phase: Phase, sender: RecordId, reasons: tuple[Bad, ...]) -> None:
    now, before = phase.settled, phase.before
    usual, policy = pair.statement("held"), deciding(pair, reasons)
    statement = policy.statement if policy is not None else usual
    key = case.sender_key(pair, sender)
    words = record_words(key, now.senders(pair)[sender])
    said = "; ".join(dict.fromkeys(one.reason for one in reasons))
    partner = now.partner(pair, sender)
    waits = all(one.waits for one in reasons)
    if not waits:
        ledger.exercise(usual, "held back")
    delivered, blamed = "", statement
    if partner is not None and partner not in before.receivers(pair):
        delivered = f"{pair.target} {partner} was created"
        request = next((one for one in phase.writes if one[1].key == case.receiver_key(pair, partner)), None)
    else:
        receiver = case.receiver_key(pair, partner) if partner is not None else None
        request = next(
            (one for one in phase.writes if receiver is not None and one[1].key == receiver and one[1].accepted), None
        )
        if request is not None:
            delivered = f"{pair.target} {partner} was changed"
    if delivered and waits and case.let_down(phase, reasons):
        return  # what it refers to was there, until somebody's leaving was mistaken
    if delivered:
        table_row = _value_row(case, pair, phase, sender, reasons)
        if table_row and (policy is None or _misread(pair, phase, sender, partner, reasons)):
            blamed = table_row
        change = ledger.into_error.get((phase.label, key, blamed))
        if change:
            ledger.spoil(blamed, change)
            ledger.stumbled.setdefault((blamed, change), blamed)
            ledger.take_back(blamed, change, blamed)
        ledger.find(
            blamed,
            "not held back",
            lambda: plain_example(
                case,
                blamed,
                words,
                f"nothing of it is written, because {said}",
                delivered,
                phase.label,
                exchange_words(case, request[0], request[1].sent) if request is not None else "",
                key,
            ),
        )
    if waits or (policy is not None and policy.then == NOTHING):
        return
    both = dict.fromkeys((usual, statement))
    if not any(run.ok is not None for run in phase.runs):
        for one in both:
            ledger.lose(one, NAMED, FINISHES if any(run.crashed for run in phase.runs) else "")
        return
    named = any(one.id in (sender, partner) and about(one.entity, pair) for run in phase.runs for one in run.failed)
    printed = any(_word_in(sender, run.printed) for run in phase.runs)
    if named or (printed and not any(run.failed for run in case.history.runs)):
        for one in both:
            ledger.exercise(one, NAMED)
    elif delivered or any(run.crashed for run in phase.runs):
        for one in both:
            ledger.lose(one, NAMED, FINISHES if any(run.crashed for run in phase.runs) else blamed)
    else:
        # A connector that names others, but not what a table calls an error, has taken the value for a known one;
        # as has one that wrote it elsewhere, whomever it names.
        table_row = _value_row(case, pair, phase, sender, reasons) if policy is None else ""

        def decide() -> None:
            unknown = table_row and (any(run.failed for run in phase.runs) or ledger.failed(table_row))
            silent = table_row if unknown else statement
            for one in both:
                if unknown:
                    ledger.lose(one, NAMED, table_row)
                else:
                    ledger.exercise(one, NAMED)
            ledger.find(
                silent,
                "not named",
                lambda: plain_example(
                    case,
                    silent,
                    words,
                    f"named in the result as failed, because {said}",
                    _result(phase),
                    phase.label,
                    key=key,
                ),
            )

        if table_row:
            ledger.undecided.append((check_held.__name__, decide))
        else:
            decide()


def _value_row(case: Case, pair: Pair, phase: Phase, sender: RecordId, reasons: tuple[Bad, ...]) -> str:
    """Return the `error` row of the table that should have stopped the record, if nothing else should have."""
    if any(one.kind != NOT_IN_TABLE for one in reasons):
        return ""
    for target in pair.targets():
        promise = phase.settled.promise(pair, target, sender)
        if promise is not None and promise.row.statement == reasons[0].statement:
            row = getattr(promise.result, "table_row", None)
            return case.agreement.value_row_statement(row) if row is not None else ""
    return ""


def _misread(pair: Pair, phase: Phase, sender: RecordId, partner: RecordId | None, reasons: tuple[Bad, ...]) -> bool:
    """Tell whether a delivered record now holds another value of the table: the table was misread, not the policy."""
    row = next((one for one in pair.rows if one.statement == reasons[0].statement), None)
    if row is None or row.rule is None or partner is None:
        return False
    promise = phase.settled.promise(pair, row.target, sender)
    actual = phase.settled.raw(pair, partner, row.target)
    held = phase.before.raw(pair, partner, row.target) if partner in phase.before.receivers(pair) else ABSENT
    if promise is None or blank(actual) or same_json(actual, held):
        return False
    return any(same_json(actual, one) for one in row.rule.other_outputs(promise.result))


def about(entity: str, pair: Pair) -> bool:
    """Tell whether the word that a result has for an entity may mean a binding; none at all may mean any."""
    named = entity.replace(" ", "").lower()
    listed = pair.entity.items_of
    known = (pair.source, pair.target, pair.name, listed, listed.rpartition(".")[2])
    return not named or named in (one.lower() for one in known)


def _word_in(record_id: RecordId, printed: str) -> bool:
    at = printed.find(record_id)
    while at >= 0:
        before, after = printed[at - 1 : at], printed[at + len(record_id) : at + len(record_id) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        at = printed.find(record_id, at + 1)
    return False


def _result(phase: Phase) -> str:
    names = sum(len(run.failed) for run in phase.runs)
    oks = ", ".join("ok" if run.ok else "not ok" for run in phase.runs)
    return f"{oks}; {names} other records named" if names else f"{oks}; no record named"
