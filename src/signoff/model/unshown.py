"""Find characters that cannot be shown in the texts of a record, and read it without them.

Control characters but tab, line feed and carriage return, and lone surrogates: halves of a pair in UTF-16, which JSON
can carry as an escape and UTF-8 cannot write (RFC 8259, section 8.2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

from signoff.agreement import policy as p
from signoff.agreement.abilities import must_be_filled
from signoff.agreement.resolved import BoundRow, Pair
from signoff.record import Record, RecordId, Value
from signoff.rules.context import Context
from signoff.rules.reading import breaks
from signoff.rules.results import BadData, Blank, LeftOut, Result, Unwritten
from signoff.rules.results import Value as Given

if TYPE_CHECKING:
    from signoff.model.sight import Sight

UNSHOWN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def sought(pair: Pair) -> bool:
    """Tell whether a binding's bad-data table speaks of such characters; nobody else calls them bad."""
    return any(one.kind == p.UNSHOWN for one in pair.policy)


def unshown(sight: Sight, pair: Pair, row: BoundRow, record_id: RecordId) -> bool:
    """Tell whether a text that a chart row sends holds such a character, as it stands in the sending system."""
    context = sight.context(pair, record_id)
    return any(_holds(context.value(source)) for source in row.sources)


def _holds(value: Value) -> bool:
    if isinstance(value, str):
        return UNSHOWN.search(value) is not None
    if isinstance(value, Mapping):
        return any(_holds(one) for one in value.values())
    return isinstance(value, list | tuple) and any(_holds(one) for one in value)


def shown_only(sight: Sight, pair: Pair, row: BoundRow, record_id: RecordId) -> Result | None:
    """Return what a row gives for a record without these characters; None where that is not right either."""
    if row.rule is None or not any(one.then == p.REMOVED for one in pair.policy):
        return None
    context = sight.context(pair, record_id)
    linked = {name: cast(Record, _without(one)) if one is not None else None for name, one in context.linked.items()}
    clean = Context(context.world, context.entity, cast(Record, _without(context.record)), context.moment, linked)
    if any(_holds(clean.value(source)) for source in row.sources):
        return None  # it stands in a record that this one refers to
    result = row.rule.value(clean)
    if isinstance(result, BadData | Unwritten) or (isinstance(result, Blank | LeftOut) and must_be_filled(row)):
        return None
    field = row.target_field
    if isinstance(result, Given) and field is not None and breaks(field, row.rule.raw(result, field)):
        return None
    return result


def _without(value: Value) -> Value:
    if isinstance(value, str):
        return UNSHOWN.sub("", value)
    if isinstance(value, Mapping):
        return {name: _without(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without(one) for one in value]
    return value
