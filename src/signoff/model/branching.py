"""Tell which fields of a record are written by another row, or through another table, since its branch is another."""

from __future__ import annotations

from signoff.agreement.resolved import Pair
from signoff.model.promise import Promise
from signoff.model.sight import Sight
from signoff.record import RecordId


def has_moved(old: Sight, now: Sight, pair: Pair, sender: RecordId, promise: Promise) -> bool:
    """Tell whether a record has come under a promise by its branch, and what was so before would give another value.

    A row that has no other beside it wrote nothing before. Where both give the same, nothing can be seen.
    """
    left, entered = _moves(old, now, pair, sender)
    if not left | entered:
        return False
    row, former = promise.row, old.promise(pair, promise.row.target, sender)
    if former is None:
        return row.branch in entered
    if former.row is not row:
        by_branch = former.row.branch != row.branch and bool({former.row.branch, row.branch} & (left | entered))
        return by_branch and now.result(pair, former.row, sender) != promise.result
    table = row.rule.table if row.rule is not None else ""
    own = old.agreement.branch_tables
    others = any(table in own.get(branch, {}) for branch in left | entered) if table else False
    return others and former.result != promise.result


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
