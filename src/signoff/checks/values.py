"""Check value rows: each was met when a record arrived with its value and when one changed into it."""

from __future__ import annotations

from signoff.agreement.abilities import can_change
from signoff.agreement.resolved import Pair
from signoff.agreement.twoway import leading_back
from signoff.checks.case import Case, Phase
from signoff.checks.ledger import Ledger
from signoff.checks.twoway import LED_BACK
from signoff.model.sight import Sight
from signoff.record import RecordId
from signoff.rules.results import BadData, Kept


def check_values(case: Case, ledger: Ledger) -> None:
    """Count the evidence of every value row; what is wrong is found by the mapping and held checks."""
    used = {
        table: (pair, row)
        for pair in case.agreement.pairs
        for row in pair.rows
        if row.rule is not None
        for table in row.rule.tables
    }
    for one in case.agreement.value_rows:
        known = used.get(one.table)
        if known is None:
            ledger.promise(one.statement, "used", f'a chart row that looks up in "{one.table}"')
            continue
        sending = one.row.ats if known[0].sender.value == "ats" else one.row.app
        receiving = one.row.app if known[0].sender.value == "ats" else one.row.ats
        words = sending.text or "a blank value"
        if receiving.text.lower() == "error":
            ledger.promise(one.statement, "held back", f"a record with {words}")
            continue
        if receiving.text.lower() == "anything else":
            continue
        ledger.promise(one.statement, "created", f"a record that arrives with {words}")
        if can_change(case.agreement, *known):
            ledger.promise(one.statement, "changed into", f"a record that changes into {words}")
    statements = {id(one.row): one.statement for one in case.agreement.value_rows}
    for pair in case.agreement.pairs:
        for row in pair.rows:
            for back in leading_back(case.agreement, pair, row):
                if id(back) in statements:
                    hint = f"a {pair.target} whose {row.target} a person changes to {back.app.text}"
                    ledger.promise(statements[id(back)], LED_BACK, hint)
    for pair in case.agreement.pairs:
        earlier: Phase | None = None
        for phase in case.phases:
            still = case.stood_still(pair, phase)
            for sender in phase.settled.senders(pair):
                _record(case, ledger, pair, phase, earlier, sender, still)
            earlier = phase


def _rows(case: Case, sight: Sight, pair: Pair, sender: RecordId) -> dict[str, tuple[str, bool]]:
    """Return receiving field → (value row's statement, whether it says error) for one record."""
    found = {}
    promises = sight.promises(pair, sender)
    for target in case.looked_up(pair):
        promise = promises.get(target)
        if promise is None or isinstance(promise.result, Kept):
            continue
        row = promise.result.table_row if promise.row.rule is not None and promise.row.rule.tables else None
        if row is not None:
            error = isinstance(promise.result, BadData) or bool(promise.policy)
            found[target] = (case.agreement.value_row_statement(row), error)
    return found


def _record(
    case: Case, ledger: Ledger, pair: Pair, phase: Phase, earlier: Phase | None, sender: RecordId, still: str
) -> None:
    now = phase.settled
    if not now.in_scope(pair, sender):
        return
    rows = _rows(case, now, pair, sender)
    if not rows:
        return
    partner = now.partner(pair, sender)
    bad = now.bad(pair, sender)
    former: dict[str, tuple[str, bool]] = {}
    old = phase.previous
    if old is not None and sender in old.senders(pair) and old.in_scope(pair, sender):
        former = _rows(case, old, pair, sender)
    for target, (statement, error) in rows.items():
        moved = target in former and former[target][0] != statement
        if error and still:
            ledger.lose(statement, "held back", still)
        elif error:
            ledger.exercise(statement, "held back")
        elif bad and not all(one.waits for one in bad):
            continue
        elif partner is None:
            ledger.lose(statement, "changed into" if moved else "created", case.lost_to(pair, phase, sender))
        elif partner not in phase.before.receivers(pair):
            ledger.exercise(statement, "created")
            if moved and earlier is not None:
                ledger.lose(statement, "changed into", case.lost_to(pair, earlier, sender))
        elif moved:
            ledger.exercise(statement, "changed into")
