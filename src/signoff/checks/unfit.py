"""Say for which rows no value was found that they accept: their records are held back, and show nothing of any row."""

from __future__ import annotations

from dataclasses import dataclass, field

from signoff.agreement.resolved import BoundRow, Pair
from signoff.checks.case import Case
from signoff.checks.ledger import Ledger
from signoff.checks.telling import a
from signoff.model.promise import Promise
from signoff.model.sight import Sight
from signoff.record import RecordId, blank
from signoff.schema import Type

FEWEST = 3
"""So many records must have been tried before a row is said to accept none."""


@dataclass(slots=True)
class _Tried:
    """Hold what became of the records of which a row's sources are filled."""

    row: BoundRow
    refused: dict[RecordId, str] = field(default_factory=dict)
    """Record → what was bad about its value."""
    held: bool = False
    good: bool = False


def check_unfit(case: Case, ledger: Ledger) -> None:
    """Note each row whose filled sources were bad in every record that people made, and what is lost with these.

    Nobody is to blame for it: the harness found no value that fits. Without a word the whole binding would seem idle.
    """
    for pair in case.agreement.pairs:
        for way in (pair, pair.back) if pair.back is not None and pair.either else (pair,):
            for one in _tried(case, way):
                if one.good or len(one.refused) < FEWEST:
                    continue
                ledger.unfit(one.row.statement, _said(case, way, one))
                for row in way.rows if one.held else ():
                    ledger.lose_all(row.statement, one.row.statement)
                for suffix in ("arrive", "once", "outside", "settle", "contract") if one.held else ():
                    ledger.lose_all(pair.statement(suffix), one.row.statement)
                for case_of in way.population if one.held else ():
                    ledger.lose_all(case_of.statement, one.row.statement)


def _tried(case: Case, pair: Pair) -> list[_Tried]:
    found = {row.statement: _Tried(row) for row in pair.rows if row.rule is not None and _tells(row)}
    for phase in case.phases:
        now = phase.settled
        for sender in now.senders(pair):
            if not now.in_scope(pair, sender) or not case.made_by_people(pair, sender):
                continue
            for promise in now.promises(pair, sender).values():
                one = found.get(promise.row.statement) if promise is not None else None
                if promise is None or one is None or one.good or not _filled(now, pair, promise, sender):
                    continue
                if promise.reason is None or promise.reason.harmless:
                    one.good = True
                else:
                    one.refused.setdefault(sender, promise.reason.said.strip(": "))
                    one.held = one.held or not promise.policy
    return list(found.values())


def _tells(row: BoundRow) -> bool:
    """Tell whether a row's values are drawn, and not records that have to arrive first."""
    references = any(one is not None and one.type is Type.REFERENCE for one in row.source_fields)
    to_record = row.target_field is not None and row.target_field.type is Type.REFERENCE
    return bool(row.sources) and not references and not to_record


def _filled(now: Sight, pair: Pair, promise: Promise, sender: RecordId) -> bool:
    context = now.context(pair, sender)
    return any(not blank(context.value(source)) for source in promise.row.sources)


def _said(case: Case, pair: Pair, one: _Tried) -> str:
    """Return what would exercise a row of which no value was found, and what would let one be found."""
    row = one.row
    names = ", ".join(f"`{cell.name}`" for cell in row.rule.types.sources) if row.rule is not None else ""
    system = case.agreement.integration.systems[pair.sender]
    choices = (
        "choices under `picklists`"
        if system.dialect == "bullhorn"
        else "an `enum`, a `pattern` or a `format` in its document"
    )
    became = "held back" if one.held else "left out"
    reason = next(iter(one.refused.values()))
    return (
        f"{a(pair.source)} whose {names} the row accepts ({row.row.place}): no value that fits was found, and all "
        f"{len(one.refused)} that were tried were {became} (the first: {reason}). Say what {system.name} holds there: "
        f'{choices}, or its type under [types] of the toml (`"{pair.source}.{row.sources[0]}" = "…"`)'
    )
