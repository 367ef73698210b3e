"""Check that what was agreed about access could be done, before anything else was."""

from __future__ import annotations

from signoff.checks.case import Case
from signoff.checks.ledger import Ledger


def check_access(case: Case, ledger: Ledger) -> None:
    """Give each statement about access what was tried of it. What could not be done is blocked, and says by what."""
    known = {one.statement: one for one in case.history.access}
    for one in case.agreement.matters.access:
        found = known.get(one.statement)
        for operation in one.may:
            ledger.promise(one.statement, operation, f"a try to {operation} such records")
            if found is not None and operation in found.done:
                ledger.exercise(one.statement, operation)
        if found is not None and found.trouble:
            ledger.block(one.statement, found.trouble)
