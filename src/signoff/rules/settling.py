"""Say what a receiving field should hold after a sync, given what it held before."""

from __future__ import annotations

from signoff.expressions.evaluate import Unreadable
from signoff.record import Value, blank
from signoff.rules.results import BadData, Blank, Kept, LeftOut, Result, Unwritten
from signoff.rules.results import Value as Held
from signoff.rules.rule import NOBODY, Rule
from signoff.schema import Side


def settled(rule: Rule, result: Result, before_raw: Value, created: bool, newer: bool | None = None) -> Result:
    """Return what the receiving field should hold afterwards, given what it held before.

    `created`: the receiving record is made by this sync. `newer`: whether the sending record is newer (None:
    unknown, taken as newer). A record that is bad data is not written; one never created stays bad data.
    """
    modifiers = rule.modifiers
    if isinstance(result, Unwritten):
        return Kept(before_raw)
    if isinstance(result, BadData):
        return result if created else Kept(before_raw)
    if created:
        return result
    if modifiers.on_create_only or isinstance(result, LeftOut):
        return Kept(before_raw)
    if modifiers.only_if_blank and not blank(before_raw):
        return Kept(before_raw)
    if modifiers.only_if_newer and newer is False:
        return Kept(before_raw)
    if modifiers.blank_is_ignored and isinstance(result, Blank):
        return Kept(before_raw)
    if modifiers.add_never_remove:
        return _added(rule, result, before_raw)
    return result


def stands(rule: Rule, side: Side, conflict: str, here: bool, there: bool, later: Side | None = None) -> bool:
    """Tell whether the sending value of a two-way row stands, `here` and `there` being the sides that changed.

    `side` is the sending side, `conflict` the integration's word where the row has none, `later` the side whose record
    was changed last (None: at the same time, or not known; then the ATS counts as later).
    """
    if not there:
        return True
    if not here:
        return False
    word = (rule.modifiers.conflict or conflict).lower()
    winner = Side.ATS if word == "ats wins" else Side.APP if word == "app wins" else later or Side.ATS
    return winner is side


def put_right(rule: Rule, something_else_changed: bool) -> bool:
    """Tell whether a one-way row promises that what people changed on the receiving side does not stay."""
    return rule.modifiers.kept_right or (rule.modifiers.put_right and something_else_changed)


def _added(rule: Rule, result: Result, before_raw: Value) -> Result:
    if not isinstance(result, Held) or not isinstance(result.typed, list):
        return Kept(before_raw)
    if blank(before_raw):
        return result
    items = list(before_raw) if isinstance(before_raw, list | tuple) else [before_raw]
    try:
        had = [None if blank(item) else rule.found_item(item, NOBODY) for item in items]
    except Unreadable:
        had = []
    new = [one for one in result.typed if not any(rule.same_item(one, other) for other in had)]
    return Held([*had, *new], result.rows, result.table)
