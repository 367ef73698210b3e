"""Check that what was agreed about access could be done, before anything else was."""

from __future__ import annotations

from collections.abc import Iterable

from signoff.agreement.resolved import Agreement
from signoff.checks.case import Case
from signoff.checks.ledger import Ledger
from signoff.history import Tried


def check_access(case: Case, ledger: Ledger) -> None:
    """Give each statement about access what was tried of it. What could not be done is blocked, and says by what."""
    count_access(case.agreement, case.history.access, ledger)


def count_access(agreement: Agreement, tried: Iterable[Tried], ledger: Ledger) -> None:
    """Tell the ledger what was tried: what was skipped is not exercised; what was left over is as bad as trouble."""
    known = {one.statement: one for one in tried}
    for one in agreement.matters.access:
        found = known.get(one.statement)
        skipped = found.skipped if found is not None else {}
        for operation in one.may:
            ledger.promise(one.statement, operation, skipped.get(operation) or f"a try to {operation} such records")
            if found is not None and operation in found.done:
                ledger.exercise(one.statement, operation)
        if found is not None and (found.trouble or found.left):
            ledger.block(
                one.statement, ". ".join(part.rstrip(".") for part in (found.trouble, *found.left) if part) + "."
            )
