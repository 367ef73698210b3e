"""Find operands at which a rounding rule lies exactly between two results, where the ways to round part."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from signoff.agreement.resolved import BoundRow, Pair
from signoff.errors import ScopeError
from signoff.record import Value, with_value
from signoff.rules.cell import Rule, understand
from signoff.rules.context import Context
from signoff.rules.reading import breaks
from signoff.rules.results import Value as Given
from signoff.schema import Type
from signoff.strategies.draft import Draft
from signoff.strategies.made import Made

TRIES = 4000
WANTED = 4
_NUMERIC = (Type.AMOUNT, Type.NUMBER, Type.INTEGER)


def ties(draft: Draft, pair: Pair, row: BoundRow, subject: Made) -> list[dict[str, Value]]:
    """Return up to 4 sets of operands (source → raw value) whose result differs between half-up and half-even.

    Found by search with the rule itself and its twin, so that nothing needs to be known of any formula. Empty for
    rules that do not round, or whose operands stand in other records.
    """
    twin = _twin(row)
    fields = [field for field in row.source_fields if field is not None]
    if twin is None or row.rule is None or len(fields) != len(row.sources) or any("." in one for one in row.sources):
        return []
    numeric = [(source, field) for source, field in zip(row.sources, fields, strict=True) if field.type in _NUMERIC]
    sight = draft.sight()
    base = sight.context(pair, subject.id)
    found: list[dict[str, Value]] = []
    for _ in range(TRIES):
        values = {source: draft.raw(pair.sender, field, _operand(draft, field.type)) for source, field in numeric}
        if any(breaks(field, values[source]) for source, field in numeric):
            continue
        record: Any = base.record
        for source, value in values.items():
            record = with_value(record, source, value)
        context = Context(base.world, base.entity, record, base.moment, base.linked)
        one, other = row.rule.value(context), twin.value(context)
        if isinstance(one, Given) and isinstance(other, Given) and one.typed != other.typed:
            target = row.target_field
            fits = target is None or not breaks(target, row.rule.raw(one, target))
            if fits and _arrives(draft, pair, subject, record):
                found.append(values)
                if len(found) == WANTED:
                    break
    return found


def _arrives(draft: Draft, pair: Pair, subject: Made, record: Any) -> bool:
    """Tell whether a record is held back for no other row: what is held back shows nothing."""
    records = draft.records[subject.side][subject.entity]
    before = records[subject.id]
    records[subject.id] = record
    try:
        return not any(not one.waits for one in draft.sight().bad(pair, subject.id))
    finally:
        records[subject.id] = before


def _operand(draft: Draft, kind: Type) -> Any:
    rng = draft.rng
    if kind is Type.INTEGER:
        return rng.randint(1, 40)
    return Decimal(rng.randint(1, 120)) / rng.choice((1, 1, 2, 4, 10, 20))


def _twin(row: BoundRow) -> Rule | None:
    """Return the rule with the other way to round; None when it does not round."""
    assert row.rule is not None
    text = row.row.rule.text
    if "rounded to" not in text.lower():
        return None
    lower = text.lower()
    other = text.replace(", half-even", "") if "half-even" in lower else _with_half_even(text)
    try:
        return understand(other, row.rule.types)
    except ScopeError:
        return None  # a cell in which the words stand elsewhere; its ties are not sought


def _with_half_even(text: str) -> str:
    at = text.lower().index("rounded to")
    end = text.lower().find("decimals", at)
    end = end + len("decimals") if end >= 0 else len(text)
    return f"{text[:end]}, half-even{text[end:]}"
