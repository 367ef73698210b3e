"""Tell why a record in scope must be held back: a condition, a shared key, or a bad value that it is promised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from signoff.agreement.policy import NOTHING, SHARED_KEY
from signoff.agreement.resolved import BoundRow, Pair
from signoff.history import Key
from signoff.model.linking import fitting, several
from signoff.model.policy import for_conditions, for_shared_keys, policy_of
from signoff.model.promise import Bad, Promise
from signoff.record import ABSENT, RecordId
from signoff.rules.results import SEVERAL
from signoff.schema import Type

if TYPE_CHECKING:
    from signoff.model.sight import Sight


def why_bad(sight: Sight, pair: Pair, record_id: RecordId) -> list[Bad]:
    """Return why a record in scope must be held back; empty when it need not be."""
    old, promises = _former_good(sight, pair, record_id), sight.promises(pair, record_id)
    only = pair.linked is not None and pair.linked.pick == "only"
    if old is promises and not only and _as_good_as_before(sight, pair, record_id):
        return []
    reasons = [
        Bad(one.statement, "", one.words, policy=one.statement, silent=one.then == NOTHING)
        for one in for_conditions(sight, pair, record_id)
    ]
    reasons += [
        Bad(one.statement, SHARED_KEY, said, policy=one.statement, silent=one.then == NOTHING)
        for one, said in for_shared_keys(sight, pair, record_id)
    ]
    if only and pair.linked is not None:
        found = fitting(pair.linked, sight.context(pair, record_id))
        if several(pair.linked, found):
            said = f"{len(found)} records of {pair.linked.entity} are linked to it, and there is to be one"
            reasons.append(Bad(pair.statement("held"), SEVERAL, said))
    for target, promise in promises.items() if old is not promises else ():
        if promise is None or promise.reason is None or promise.policy:
            continue
        if old is not None and old.get(target) is promise:
            continue
        row, reason = promise.row, promise.reason
        policy = policy_of(pair, promise)
        if policy is None and reason.harmless:
            continue
        waits_for = _waits_for(sight, pair, row, record_id) if reason.may_wait else None
        reasons.append(
            Bad(
                row.statement,
                reason.kind,
                f"{target}{reason.said}",
                waits_for is not None,
                waits_for,
                policy.statement if policy is not None else "",
                policy is not None and policy.then == NOTHING,
            )
        )
    return reasons


def _former_good(sight: Sight, pair: Pair, record_id: RecordId) -> Mapping[str, Promise | None] | None:
    """Return the promises of the former sight, if they were no reason to hold the record back."""
    if sight.former is None or sight.sameness.moved(pair, record_id) is None:
        return None
    return None if sight.former.bad(pair, record_id) else sight.former.promises(pair, record_id)


def _as_good_as_before(sight: Sight, pair: Pair, record_id: RecordId) -> bool:
    """Tell whether nothing can have become bad of a record but what it is promised: it was not bad before."""
    if not pair.policy:
        return True
    reads, moved = sight.sameness.reading(pair).policy, sight.sameness.moved(pair, record_id)
    if reads is None or moved is None or not reads.isdisjoint(moved):
        return False
    return not any(for_shared_keys(sight, pair, record_id))


def _waits_for(sight: Sight, pair: Pair, row: BoundRow, record_id: RecordId) -> Key | None:
    """Return the sending record whose partner a required reference waits for, or None if there is no such."""
    field = row.target_field
    if field is None or field.type is not Type.REFERENCE or not row.sources:
        return None
    value = sight.context(pair, record_id).value(row.sources[0])
    wanted = value.get("id") if isinstance(value, Mapping) else value
    if wanted is None or wanted is ABSENT:
        return None
    for other in sight.agreement.pairs:
        if other.sender is not pair.sender:
            continue  # its records come from over there: one without a partner will never get one
        ours, theirs = sight.partners.entities(other.entity.name, pair.sender)
        if theirs == field.entity and str(wanted) in sight.snapshot.of(pair.sender).get(ours, {}):
            return Key(pair.sender, ours, str(wanted))
    return None
