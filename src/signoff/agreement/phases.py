"""Say in which phases each row must have been exercised: what can happen to its fields, by what the schemas allow."""

from __future__ import annotations

from signoff.agreement.abilities import (
    can_blank,
    can_change,
    can_clear_back,
    changeable,
    editable_target,
    handle,
    must_be_filled,
)
from signoff.agreement.blanks import keeps_out
from signoff.agreement.branching import MOVED, changes_by_moving
from signoff.agreement.meeting import FIRST_LINK, can_meet
from signoff.agreement.resolved import Agreement, BoundRow, Pair
from signoff.schema import Type


def promised_phases(agreement: Agreement, pair: Pair, row: BoundRow) -> tuple[str, ...]:
    """Return the phases in which a row must have been exercised to be verified."""
    phases = ["created"]
    if can_change(agreement, pair, row):
        phases.append("changed")
        if can_blank(agreement, pair, row) and not must_be_filled(row) and not _leaves(agreement, pair, row):
            phases.append("cleared")
    if row.both_ways:
        phases += _both_ways(agreement, pair, row)
    elif editable_target(pair, row):
        phases.append("edited on the other side")
        if row.rule is not None and row.rule.modifiers.kept_right:
            phases.append("edited alone on the other side")
        if row.rule is not None and row.rule.modifiers.put_right:
            phases.append("put right")
    if changes_by_moving(agreement, pair, row):
        phases.append(MOVED)
    return tuple(phases)


def _leaves(agreement: Agreement, pair: Pair, row: BoundRow) -> bool:
    """Tell whether a record whose sources of a row are blanked is no longer in scope."""
    own = {one.path for source in row.sources if (one := handle(agreement, pair, source)) is not None and not one.via}
    if len(own) < len(row.sources):
        return False

    def blanked(name: str) -> bool:
        found = handle(agreement, pair, name)
        return found is not None and found.via == "" and found.path in own

    return keeps_out(pair.population, blanked)


def _both_ways(agreement: Agreement, pair: Pair, row: BoundRow) -> list[str]:
    phases = []
    target = row.target_field
    if target is not None and changeable(target) and can_change(agreement, pair, row):
        phases.append("changed on the other side")
        if can_clear_back(agreement, pair, row):
            phases.append("cleared on the other side")
        if target.type is not Type.REFERENCE and (
            target.type is not Type.YES_NO or can_clear_back(agreement, pair, row)
        ):
            phases.append("changed on both sides")
        if can_meet(agreement, pair, row):
            phases.append(FIRST_LINK)
    if pair.either and not (target is not None and (target.read_only or target.technical)):
        phases.append("created on the other side")
    return phases
