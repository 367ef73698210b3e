"""Check bad-data tables: what they call bad, and what they make of it."""

from __future__ import annotations

from collections.abc import Iterator

from signoff.agreement import policy as p
from signoff.agreement.abilities import must_be_filled
from signoff.agreement.resolved import BoundRow, Pair
from signoff.errors import Problem
from signoff.lint.codes import Level, code, rule
from signoff.lint.matter import Matter
from signoff.schema import Type

code(
    "bad-data",
    what="A kind of bad data that the language does not know.",
    why="Nobody could say which records are meant.",
    bad="`| a phone is unreadable | the field is left out |`",
    fix="Write one of the [kinds](language.md#bad-data), or a condition on the record.",
)
code(
    "bad-data-then",
    what="An outcome that the language does not know, or that means nothing for this kind of bad data.",
    why="Nobody could say what becomes of the record.",
    bad="`| a phone cannot be read | the text is cut |`",
    fix="Write one of the outcomes that fit the kind: only a field that is at fault can be left out, only a text "
    "that is too long be cut, only characters that cannot be shown be removed.",
)
code(
    "bad-data-twice",
    what="A kind of bad data that a row above decides already.",
    why="The first row that fits decides, so this one never would.",
    bad="`a text is too long` in two rows.",
    fix="Keep one of them.",
)
code(
    "bad-data-key",
    what="A row about records that share a key, where records have none besides the link.",
    why="Two records never share what the system gives to each of them.",
    bad="`two records share a key`, and a binding that is `matched by external_id` alone.",
    fix="Name the key in the binding: `, then same email`, or as `unique` in the toml.",
)
code(
    "two-policies",
    what="Two bad-data tables for one binding.",
    why="The first row that fits decides, so there is one order.",
    bad="Two @bad-data tables under one binding.",
    fix="Make them one table.",
)


@rule(
    "bad-data-never",
    level=Level.WARNING,
    what="No row of the chart can be bad in the sense of a bad-data row.",
    why="It is never tried: its verdict is *not exercised*, and the gate refuses that.",
    bad="`a phone cannot be read`, in a document whose chart carries no phone.",
    fix="Remove the row, or write the row of the chart that is meant.",
)
def never_bad(matter: Matter) -> Iterator[Problem]:
    """Find bad-data rows that nothing in the chart can fulfil."""
    for pair in matter.bound.pairs:
        for one in pair.policy:
            rows = [row for row in pair.rows if row.rule is not None]
            if one.kind and not any(_may_be(pair, one.kind, row) for row in rows):
                yield Problem(
                    matter.place_of(one, "bad data"),
                    f"a row of the {pair.name} chart of which this can be said",
                    "none",
                    how="Remove the row, or write the row of the chart that is meant.",
                )


def _may_be(pair: Pair, kind: str, row: BoundRow) -> bool:
    """Tell whether the value of a chart row can be bad in the sense of a kind, as far as the schemas say."""
    field, reads = row.target_field, row.rule.kind.name if row.rule is not None else ""
    if field is None:
        return False
    sending = {one.type for one in row.source_fields if one is not None}
    if kind == p.BLANK:
        return must_be_filled(row) and row.statement != pair.link_statement
    if kind == p.NOT_LISTED:
        return row.rule is not None and bool(row.rule.table)
    if kind == p.TOO_LONG:
        return field.max_length is not None
    if kind == p.NOWHERE:
        return field.type is Type.REFERENCE
    if kind == p.UNSHOWN:
        return p.sends_text(row)
    if kind == p.NUMBER:
        return p.reads_number(row)
    typed = {p.PHONE: ("phone", Type.PHONE), p.EMAIL: ("email", Type.EMAIL), p.DATE: ("date", Type.DATE)}.get(kind)
    if typed is None:
        return kind != p.BREAKS or any(
            (field.max_length, field.min_length, field.pattern, field.closed, field.minimum, field.maximum)
        )
    read = typed[0] in reads.replace("-", "") or field.type is typed[1]
    return read and (kind != p.DATE or not sending <= {Type.DATE, Type.INSTANT})
