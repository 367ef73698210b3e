"""Say what of a binding hangs on the branch of a record, and which branches a record can come to after it was made."""

from __future__ import annotations

from signoff.agreement.abilities import changeable, handle
from signoff.agreement.resolved import Agreement, BoundRow, Pair
from signoff.agreement.words import entity_words
from signoff.expressions import walk

MOVED = "moved to another branch"
"""Phase of a row that writes a field from then on, or looks up in another table: people moved the record."""


def counting(agreement: Agreement, pair: Pair) -> tuple[str, ...]:
    """Return the branches that have a row or a value table of their own in a binding, in the toml's order."""
    rows = {row.branch for row in pair.rows if row.branch}
    used = {row.rule.table for row in pair.rows if row.rule is not None and row.rule.table}
    tables = {name for name, own in agreement.branch_tables.items() if used & own.keys()}
    return tuple(name for name in agreement.branches if name in rows | tables)


def movable(agreement: Agreement, pair: Pair, branch: str) -> bool:
    """Tell whether people can bring a record into a branch or out of it by an edit.

    By one of its own fields, by its reference to another record, by a field of the one record that it refers to for
    ever, or by a field of a record that refers to it. Not of a branch with rows of its own that flow both ways: whose
    word counts after a move is said nowhere.
    """
    if any(row.both_ways and _overridden(agreement, pair, row, branch) for row in pair.rows):
        return False
    return any(_changeable(agreement, pair, used) for used in walk.names(agreement.branches[branch]))


def _overridden(agreement: Agreement, pair: Pair, row: BoundRow, branch: str) -> bool:
    """Tell whether a branch has another row for a row's receiving field, or another table for its values."""
    own = any(one.branch == branch for one in pair.writers(row.target))
    return own or (row.rule is not None and row.rule.table in agreement.branch_tables.get(branch, {}))


def _changeable(agreement: Agreement, pair: Pair, used: walk.Used) -> bool:
    if used.within:
        known = agreement.schemas[pair.sender].entities
        words = entity_words(agreement.integration, pair.sender)
        named = used.within[-1]
        entity = known.get(named) or known.get(words.get(" ".join(named.lower().split()), ""))
        field = entity.field_at(used.name) if entity is not None else None
        return field is not None and changeable(field)
    found = handle(agreement, pair, used.name)
    if found is None or found.leaf.technical:
        return False
    head = found.head if found.via not in ("", "linked") else None
    if head is None:
        return changeable(found.leaf)
    # Who refers to one record for ever, as an item to the record that holds it, moves with what that record says.
    follows = not head.many and bool(agreement.entity(pair.sender, found.entity).modified)
    return changeable(head) or (follows and changeable(found.leaf))


def changes_by_moving(agreement: Agreement, pair: Pair, row: BoundRow) -> bool:
    """Tell whether a move to another branch can make a row write a field, or look its value up in another table."""
    if row.rule is None or row.both_ways or pair.mirrors:
        return False
    others = [one for one in pair.writers(row.target) if one.branch != row.branch and not _same(one, row)]
    alone = not any(one.branch != row.branch for one in pair.writers(row.target))
    if row.branch:
        return movable(agreement, pair, row.branch) and (bool(others) or alone)
    by_rows = {one.branch for one in others}
    by_tables = {name for name, own in agreement.branch_tables.items() if row.rule.table and row.rule.table in own}
    return any(movable(agreement, pair, name) for name in agreement.branches if name in by_rows | by_tables)


def _same(one: BoundRow, other: BoundRow) -> bool:
    """Tell whether two rows say the same, so that nobody could see which of them wrote a value."""
    assert one.rule is not None
    assert other.rule is not None
    return one.sources == other.sources and one.rule.tree == other.rule.tree
