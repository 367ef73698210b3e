"""Tell which rows can flow both ways, and see a binding from its receiving side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from signoff.agreement.phases import promised_phases
from signoff.agreement.resolved import Agreement, BoundRow, Pair
from signoff.chart import Row, ValueRow, ValueTable
from signoff.errors import Problem
from signoff.rules.cell import Rule
from signoff.rules.context import SourceField

BACK = "<-"
"""Ends the name under which a binding seen from its receiving side is kept."""

_WORDS = ("(blank)", "anything else", "error", "left out", "the same value", "kept as it is", "")


def two_way_problem(
    row: Row, rule: Rule, sources: Sequence[SourceField], tables: Mapping[str, ValueTable]
) -> Problem | None:
    """Return why a row cannot flow both ways, or None. That its steps can be turned round is asked of the rules."""
    if len(sources) != 1:
        return Problem(
            row.place,
            "one field on each side of a row that flows both ways",
            f"{len(sources)} fields" if sources else "an empty cell",
            how="Write one row for each field, or two rows, one -> and one <-.",
            code="two-way-fields",
        )
    name = sources[0].name
    if "." in name and sources[0].field is not None and sources[0].field.path != name:
        return Problem(
            row.place,
            "a field of the record itself in a row that flows both ways",
            f"`{name}`, which stands in another record",
            how="Let it flow one way, or bind the other record in a chart of its own.",
            code="two-way-elsewhere",
        )
    field = sources[0].field
    if field is not None and (field.read_only or field.create_only):
        return Problem(
            row.place,
            "fields on both sides that can be changed after the record was made",
            f"`{name}`, which its system takes {'from nobody' if field.read_only else 'on create only'}",
            how="Let the row flow one way, away from it.",
            code="two-way-fixed",
        )
    one_way = _one_way_words(rule)
    if one_way:
        return Problem(
            row.rule.place,
            "a rule that holds in both directions",
            f"`{one_way}`",
            how="Take it away, or write two rows, one -> and one <-, each with its own rule.",
            code="two-way-modifier",
        )
    table = tables.get(rule.table) if rule.table else None
    return _several(row, table) if table is not None else None


def one_way_problem(row: Row, rule: Rule) -> Problem | None:
    """Return why a row cannot flow one way: it says whose word counts, as if both sides had one."""
    if not rule.modifiers.conflict:
        return None
    return Problem(
        row.rule.place,
        "a row that flows both ways (`<->`), where the rule says who wins",
        f"`{rule.modifiers.conflict.replace('ats', 'ATS')}` in a row that flows `{row.flow.value}`",
        how="Let the row flow both ways, or take the words away: one side leads here. "
        "`kept right` says that a change on the other side does not stay.",
        code="who-wins",
    )


def _one_way_words(rule: Rule) -> str:
    said = rule.modifiers
    found = {
        "only when": said.only_when is not None,
        "on create only": said.on_create_only,
        "only if blank": said.only_if_blank,
        "only if newer": said.only_if_newer,
        "add, never remove": said.add_never_remove,
        "must already exist": said.must_exist is not None,
        "from its effective date": bool(said.effective_date),
        "kept right": said.kept_right,
        "put right at the next change": said.put_right,
    }
    return next((words for words, there in found.items() if there), "")


def _several(row: Row, table: ValueTable) -> Problem | None:
    """Say so when several ATS values lead to one app value and none of them says which is meant on the way back."""
    count = Counter(one.app.text.casefold() for one in table.rows if one.ats.text.casefold() not in _WORDS)
    for one in table.rows:
        app = one.app.text.casefold()
        if app in _WORDS or count[app] < 2:
            continue
        if not any(other.back_to for other in table.rows if other.app.text.casefold() == app):
            return Problem(
                one.place,
                f'a `back to` for "{one.app.text}", because the row in {row.place} flows both ways',
                f"{count[app]} ATS values that lead to it, and no word on which is meant on the way back",
                how="Add a column `back to` to the table, and name the ATS value there.",
                code="back-to",
            )
    return None


def leading_back(agreement: Agreement, pair: Pair, row: BoundRow) -> tuple[ValueRow, ...]:
    """Return the rows of a two-way row's table that say what each app value becomes on the way back.

    Of several rows with one app value the first speaks for it. Empty where the app's people cannot change the field.
    """
    table = agreement.tables.get(row.rule.table) if row.rule is not None and row.both_ways else None
    if table is None or "changed on the other side" not in promised_phases(agreement, pair, row):
        return ()
    found: dict[str, ValueRow] = {}
    for one in table.rows:
        back = (one.back_to or one.ats.text).casefold()
        if one.app.text.casefold() not in _WORDS and back not in ("anything else", "error"):
            found.setdefault(one.app.text.casefold(), one)
    return tuple(found.values())


def mirrored(pair: Pair, rows: tuple[BoundRow, ...], link: tuple[str, str] | None) -> Pair:
    """Return a binding as seen from its receiving side; `rows` write on its sending side."""
    return replace(
        pair,
        name=f"{pair.name}{BACK}",
        mirrors=pair.name,
        sender=pair.sender.other,
        source=pair.target,
        target=pair.source,
        linked=None,
        link=(link[1], link[0]) if link is not None else None,
        rows=rows,
        population=(),
        policy=(),
        life=(),
        back=None,
    )
