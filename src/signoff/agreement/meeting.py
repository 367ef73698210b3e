"""Tell by which matching keys records can meet that people made on both sides before the connector knew of them.

Generator, pairing and checks share these answers: a key that no person can fill on both sides brings nobody together.
"""

from __future__ import annotations

from signoff.agreement.abilities import handle
from signoff.agreement.resolved import Agreement, BoundRow, MatchKey, Pair
from signoff.record import Path
from signoff.schema import Field, Type

FIRST_LINK = "there on both sides already"
"""Phase of a two-way row: the records were there on both sides, with different values, before they were linked."""
_AS_IT_IS = ("as text", "as a number", "same ")
"""Steps that leave an id what it is: another link cannot be written before its system has given the id."""


def key_rows(pair: Pair, key: MatchKey) -> tuple[BoundRow, ...]:
    """Return the rows whose fields a matching key compares, in the order of the chart."""
    return tuple(
        row
        for row in pair.rows
        if row.statement in key.rows and row.rule is not None and row.target_field is not None and not row.branch
    )


def sought_keys(pair: Pair) -> tuple[tuple[MatchKey, tuple[BoundRow, ...]], ...]:
    """Return each matching key besides the link, in the order tried, with the rows whose fields it compares."""
    found = [
        (key, tuple(row for row in key_rows(pair, key) if row.statement != pair.link_statement)) for key in pair.matched
    ]
    return tuple((key, rows) for key, rows in found if rows)


def meeting_keys(agreement: Agreement, pair: Pair) -> tuple[tuple[BoundRow, ...], ...]:
    """Return the rows of each matching key that people can fill on both sides, in the order tried.

    The link is one of them where the binding names it as a key: then a record of the receiving side that carries the
    other's id is that record's, whoever wrote it there.
    """
    found = (key_rows(pair, key) for key in pair.matched)
    return tuple(
        rows
        for rows in found
        if any(_says_who(row) for row in rows) and all(_can_be_filled(agreement, pair, row) for row in rows)
    )


def can_meet(agreement: Agreement, pair: Pair, row: BoundRow) -> bool:
    """Tell whether two records can be there on both sides at first of which a row's values differ.

    A key that compares the row's own field brings only those together that agree in it.
    """
    return any(row not in key for key in meeting_keys(agreement, pair))


def _can_be_filled(agreement: Agreement, pair: Pair, row: BoundRow) -> bool:
    target = row.target_field
    if target is None or not _entered(target) or "[" in row.target or not row.sources:
        return False
    if row.statement == pair.link_statement:
        return row.rule is not None and all(one.phrase.startswith(_AS_IT_IS) for one in row.rule.tree.steps)
    handles = [handle(agreement, pair, source) for source in row.sources]
    return all(one is not None and one.via in ("", "linked") for one in handles) and not any(
        segment.where for source in row.sources for segment in Path.parse(source).segments
    )


def _says_who(row: BoundRow) -> bool:
    """Tell whether a row has enough values that one of them may be one person's alone."""
    choices = row.target_field is not None and row.target_field.choices
    return not choices and row.rule is not None and not row.rule.table


def _entered(field: Field) -> bool:
    """Tell whether people fill a field themselves, with a value that says by itself who is meant."""
    plain = field.type not in (Type.REFERENCE, Type.OBJECT, Type.FILE, Type.YES_NO)
    return plain and not (field.read_only or field.technical or field.many)
