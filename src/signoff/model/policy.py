"""Know what is bad about a record, and what the agreement's bad-data table makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from signoff.agreement import policy as p
from signoff.agreement.abilities import must_be_filled
from signoff.agreement.resolved import BoundPolicy, BoundRow, Pair
from signoff.model.unshown import shown_only, unshown
from signoff.record import ABSENT, RecordId, blank
from signoff.rules import results as r
from signoff.rules.cutting import cut
from signoff.rules.reading import breaks, unbounded
from signoff.rules.results import BadData, Blank, LeftOut, Result
from signoff.rules.results import Value as Given
from signoff.schema import Field, Type

if TYPE_CHECKING:
    from signoff.model.promise import Bad, Promise
    from signoff.model.sight import Sight

_OF_RESULT: Final[Mapping[str, str]] = {
    r.NOT_IN_TABLE: p.NOT_LISTED,
    r.PHONE_UNREADABLE: p.PHONE,
    r.DATE_UNREADABLE: p.DATE,
    r.EMAIL_UNREADABLE: p.EMAIL,
    r.NUMBER_UNREADABLE: p.NUMBER,
    r.LEADS_NOWHERE: p.NOWHERE,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Say what is bad about one promised value.

    `kinds` are the phrases of a bad-data table that mean it, `kind` and `said` what a reader is told. `harmless`: it
    holds nothing back unless a table says so. `may_wait`: the cause may be a record that has not arrived yet.
    """

    kinds: tuple[str, ...]
    kind: str
    said: str
    harmless: bool = False
    may_wait: bool = False
    without: Result | None = None
    """What the row gives without the characters that cannot be shown, where a table has them removed."""


def reason_of(sight: Sight, pair: Pair, row: BoundRow, result: Result, record_id: RecordId) -> Reason | None:
    """Return what is bad about a rule's result, None where nothing is."""
    reason = _by_result(sight, pair, row, result, record_id)
    if not sight.seeks_unshown(pair) or not unshown(sight, pair, row, record_id):
        return reason
    kinds = (p.UNSHOWN, *(reason.kinds if reason is not None else ()))
    without = shown_only(sight, pair, row, record_id)
    return Reason(kinds, p.UNSHOWN, ": holds a character that cannot be shown", without=without)


def _by_result(sight: Sight, pair: Pair, row: BoundRow, result: Result, record_id: RecordId) -> Reason | None:
    field = row.target_field
    if isinstance(result, BadData):
        kind = _OF_RESULT.get(result.kind, "")
        return Reason(
            (kind,) if kind else (), result.kind, f": {result.reason}", may_wait=result.kind == r.LEADS_NOWHERE
        )
    if isinstance(result, Blank | LeftOut):
        return _blank(sight, pair, row, result, record_id)
    if isinstance(result, Given) and field is not None and row.rule is not None and not unbounded(field):
        if r.to_be_made(result):
            return None
        raw = row.rule.raw(result, field)
        said = breaks(field, raw)
        if said:
            kinds = (p.TOO_LONG, p.BREAKS) if _too_long(field, raw) else (p.BREAKS,)
            return Reason(kinds, p.BREAKS, f": {said}")
    return None


def _blank(sight: Sight, pair: Pair, row: BoundRow, result: Result, record_id: RecordId) -> Reason | None:
    if must_be_filled(row):
        return Reason((p.BLANK,), p.BLANK, " is required", may_wait=True)
    if isinstance(result, LeftOut) or not any(one.kind == p.NOWHERE for one in pair.policy):
        return None
    field = row.target_field
    if field is None or field.type is not Type.REFERENCE or field.many or len(row.sources) != 1:
        return None
    value = sight.context(pair, record_id).value(row.sources[0])
    wanted = value.get("id") if isinstance(value, Mapping) else value
    if wanted is ABSENT or blank(wanted):
        return None
    return Reason((p.NOWHERE,), r.LEADS_NOWHERE, ": no receiving record was made for it", harmless=True, may_wait=True)


def _too_long(field: Field, raw: Any) -> bool:
    items = raw if isinstance(raw, list | tuple) else [raw]
    longest = field.max_length
    return longest is not None and any(isinstance(one, str) and len(one) > longest for one in items)


def policy_of(pair: Pair, promise: Promise) -> BoundPolicy | None:
    """Return the first row of the bad-data table that decides about a bad value; None: the default does."""
    if promise.reason is None:
        return None
    fitting = (one for one in pair.policy if one.kind and one.kind in promise.reason.kinds)
    return next((one for one in fitting if _applies(promise, one.then)), None)


def _applies(promise: Promise, then: str) -> bool:
    """Tell whether an outcome is possible: a field that must have a value can neither be left out nor cut to none."""
    if then == p.LEFT_OUT:
        return not must_be_filled(promise.row)
    if then == p.REMOVED:
        return promise.reason is not None and promise.reason.without is not None
    return then != p.CUT or _cut(promise) is not None


def by_policy(pair: Pair, promise: Promise) -> Promise:
    """Return what a bad value's field is promised by the bad-data table, where that lets the record arrive."""
    found = policy_of(pair, promise)
    if found is None or found.then not in (p.LEFT_OUT, p.CUT, p.REMOVED):
        return promise
    result: Result | None
    if found.then == p.LEFT_OUT:
        result = LeftOut(getattr(promise.result, "rows", ()), getattr(promise.result, "table", ""))
    elif found.then == p.REMOVED:
        result = promise.reason.without if promise.reason is not None else None
    else:
        result = _cut(promise)
    return replace(promise, result=result, policy=found.statement) if result is not None else promise


def _cut(promise: Promise) -> Given | None:
    """Return a text as long as the receiving field lets it be; None where it is no text, or is still not right."""
    field, result, rule = promise.row.target_field, promise.result, promise.row.rule
    if field is None or rule is None or field.max_length is None or not isinstance(result, Given):
        return None
    if field.type not in (Type.TEXT, Type.ANY):
        return None
    typed = result.typed
    items = typed if isinstance(typed, list) else [typed]
    if not all(isinstance(one, str) for one in items):
        return None
    shortened = [cut(one, field.max_length) for one in items]
    found = replace(result, typed=shortened if isinstance(typed, list) else shortened[0])
    return None if breaks(field, rule.raw(found, field)) else found


def for_conditions(sight: Sight, pair: Pair, record_id: RecordId) -> Iterator[BoundPolicy]:
    """Yield the rows of the bad-data table whose condition a record fulfils."""
    for one in pair.policy:
        if one.condition is not None and sight.holds(one.condition, sight.context(pair, record_id)):
            yield one


def for_shared_keys(sight: Sight, pair: Pair, record_id: RecordId) -> Iterator[tuple[BoundPolicy, str]]:
    """Yield the row that holds a record back because another in scope has its key, and why in words.

    Of those that share one the record with the lowest id arrives.
    """
    row = next((one for one in pair.policy if one.kind == p.SHARED_KEY), None)
    if row is None:
        return
    known = sight.sharing
    if pair.name not in known:
        known[pair.name] = _shared(sight, pair)
    other = known[pair.name].get(record_id)
    if other is not None:
        yield row, f"{pair.source} {other} has the same key"


def _shared(sight: Sight, pair: Pair) -> dict[RecordId, RecordId]:
    found: dict[RecordId, RecordId] = {}
    for rows in p.keys_of(pair):
        alike: dict[tuple[str, ...], list[RecordId]] = {}
        for one in sight.senders(pair):
            values = tuple(_as_key(row, sight.result(pair, row, one)) for row in rows)
            if all(values):
                alike.setdefault(values, []).append(one)
        # What a key is takes less time to say than who is in scope, and few have a key that another one has too.
        for several in (ones for ones in alike.values() if len(ones) > 1):
            arriving = [one for one in sorted(several, key=_by_number) if sight.in_scope(pair, one)]
            found |= {one: arriving[0] for one in arriving[1:] if one not in found}
    return found


def _by_number(record_id: RecordId) -> tuple[int, int, str]:
    return (0, int(record_id), "") if record_id.isdigit() else (1, 0, record_id)


def _as_key(row: BoundRow, result: Result) -> str:
    """Return a value as keys are compared: an e-mail ignoring case; "" where there is none."""
    if not isinstance(result, Given):
        return ""
    text = str(result.typed).strip()
    field = row.target_field
    said = row.rule is not None and any(one.phrase == "same email" for one in row.rule.tree.steps)
    return text.casefold() if said or (field is not None and field.type is Type.EMAIL) else text


def decided(sight: Sight, pair: Pair, record_id: RecordId) -> tuple[BoundPolicy, ...]:
    """Return the rows of the bad-data table that decide about a record in scope; none where the default does.

    One that is held back is decided about by one row; of one that arrives each field at fault is.
    """
    if not pair.policy or record_id not in sight.senders(pair) or not sight.in_scope(pair, record_id):
        return ()
    bad = sight.bad(pair, record_id)
    if bad:
        first = deciding(pair, bad)
        return (first,) if first is not None else ()
    found = {one.policy for one in sight.promises(pair, record_id).values() if one is not None and one.policy}
    return tuple(one for one in pair.policy if one.statement in found)


def deciding(pair: Pair, reasons: Iterable[Bad]) -> BoundPolicy | None:
    """Return the first row that holds a record back; None where something that no row names does so too."""
    named = {one.policy for one in reasons if not one.waits}
    if not named or "" in named:
        return None
    return next((one for one in pair.policy if one.statement in named), None)
