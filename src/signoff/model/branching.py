"""Tell which fields of a record are written by another row, or through another table, since its branch is another."""

from __future__ import annotations

from copy import copy
from dataclasses import replace

from signoff.agreement.resolved import BoundRow, Pair
from signoff.model.promise import Promise
from signoff.model.sight import Sight
from signoff.record import RecordId
from signoff.rules.results import Blank, Kept, Result
from signoff.rules.results import Value as Given


def has_moved(old: Sight, now: Sight, pair: Pair, sender: RecordId, promise: Promise) -> bool:
    """Tell whether a record has come under a promise by its branch, and what was so before would give another value.

    A row that has no other beside it wrote nothing before. Where both give the same, nothing can be seen; what people
    changed besides is no move, so that the former row and its tables are asked about the record as it is now.
    """
    left, entered = _moves(old, now, pair, sender)
    if not left | entered:
        return False
    row, former = promise.row, old.promise(pair, promise.row.target, sender)
    if former is None:
        return row.branch in entered
    if former.row is not row:
        by_branch = former.row.branch != row.branch and bool({former.row.branch, row.branch} & (left | entered))
    else:
        table = row.rule.table if row.rule is not None else ""
        own = old.agreement.branch_tables
        by_branch = any(table in own.get(branch, {}) for branch in left | entered) if table else False
    return by_branch and _said(_unmoved(old, now, pair, former.row, sender)) != _said(promise.result)


def _unmoved(old: Sight, now: Sight, pair: Pair, row: BoundRow, sender: RecordId) -> Result:
    """Return what a row gives for a record as it is now, by the value tables of the branches that it was in."""
    assert row.rule is not None
    context = copy(now.context(pair, sender))
    context.moment = replace(context.moment, tables=old.context(pair, sender).tables)
    context.trace = []
    return row.rule.value(context)


def _said(result: Result) -> tuple[object, ...]:
    """Return what of a result can be seen on the other side, whichever row of a value table has given it."""
    if isinstance(result, Given):
        return Given, result.typed
    if isinstance(result, Blank):
        return Blank, result.form
    return (Kept, result.raw) if isinstance(result, Kept) else (type(result),)


def _moves(old: Sight, now: Sight, pair: Pair, sender: RecordId) -> tuple[frozenset[str], frozenset[str]]:
    """Return the branches that a record has left and those that it has come to."""
    if not now.agreement.branches:
        return frozenset(), frozenset()
    before, after = old.branches(pair, sender), now.branches(pair, sender)
    return before - after, after - before


def told_of_move(old: Sight, now: Sight, pair: Pair, sender: RecordId) -> str:
    """Return from which branch to which a record has moved, as a finding says it; "" where it has not."""
    left, entered = _moves(old, now, pair, sender)
    if not left | entered:
        return ""
    origin, into = (" and ".join(sorted(one)) for one in (left, entered))
    if not origin:
        return f"it has come to the branch {into}"
    return f"it has gone from the branch {origin} to {into}" if into else f"it has left the branch {origin}"
