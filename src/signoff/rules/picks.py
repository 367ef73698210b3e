"""Pick one item from a list: the first, the latest, the primary, or the one that a condition names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, cast

from signoff.expressions import tree as t
from signoff.expressions.evaluate import Unreadable, as_text, condition, yes_no
from signoff.record import ABSENT, blank
from signoff.rules import results
from signoff.rules import sources as s
from signoff.rules.context import Context
from signoff.rules.lists import listed
from signoff.rules.registry import BLANK, Outcome, Run, ex, rule
from signoff.rules.work import Work

Choose = Callable[[list[Context]], "Context | None"]

_ONE_WAY: Final = "the other items are lost"
_FLAGS: Final = ("isPrimary", "primary", "is_primary")
_NEAR: Final = "The same field of another item; blank."


def picking(work: Work, choose: Choose) -> Run:
    """Return a run that picks an item of the subject's list and gives the rest of its path, or the item itself.

    `phones[].number, the one where type is "home"` looks at whole items of `phones` and gives a `number`.
    """
    subject = work.subject
    work.many = False
    if not work.first or subject is None:
        return lambda value, context: _plain(listed(value), choose, context)
    path, _, rest = subject.name.rpartition("[]")
    rest = rest.removeprefix(".")
    name = f"{path}[]" if path else subject.name
    if not path:
        # A list field without [] is picked from whole.
        name, rest = subject.name, ""

    def run(_value: Any, context: Context) -> Any:
        chosen = choose(context.items(name))
        if chosen is None:
            return None
        try:
            value = chosen.typed(rest) if rest else chosen.record.get("", chosen.record)
        except Unreadable as trouble:
            raise results.bad(results.UNREADABLE, f"`{rest}` is {trouble}") from None
        return None if blank(value) or value is ABSENT else value

    return run


def _plain(items: list[Any], choose: Choose, context: Context) -> Any:
    wrapped = [
        Context(context.world, "", item if isinstance(item, dict) else {"": item}, context.moment) for item in items
    ]
    chosen = choose(wrapped)
    return None if chosen is None else chosen.record.get("", chosen.record)


def _filtered(where: Any) -> Callable[[list[Context]], list[Context]]:
    if not isinstance(where, t.Where):
        return lambda items: items
    test = condition(where.condition)
    return lambda items: [item for item in items if test(item)]


_PHONES: Final = {
    "x": [
        {"type": "home", "number": "1", "since": "2020-01-01", "isPrimary": False},
        {"type": "work", "number": "2", "since": "2024-01-01", "isPrimary": True},
        {"type": "home", "number": "3", "since": "2022-01-01", "isPrimary": False},
    ]
}
_SEVERAL: Final = Outcome("bad data", results.SEVERAL)
_AT: Final[dict[str, Any]] = {"cell": "x[].number"}


@rule(
    "the first one",
    family="picks",
    says="the first one",
    computes="The first item of the list, or the first that meets the condition after `where`; blank if there is none.",
    inverts=_ONE_WAY,
    near=_NEAR,
    on_list=True,
    examples=[
        ex("the first one", ["a", "b"], "a", s.DICE),
        ex("the first one", [], BLANK, s.CLEARING),
        ex("the first one", "a", "a", s.BULLHORN),
        ex("the first one", _PHONES, "1", s.SLOTS, **_AT),
        ex('the first one where type is "home"', _PHONES, "1", s.SLOTS, **_AT),
        ex('the first one where type is "fax"', _PHONES, BLANK, s.SLOTS, **_AT),
    ],
)
def build_first(step: t.Step, work: Work) -> Run:
    """Build `the first one [where C]`."""
    fitting = _filtered(step.arguments[0])

    def choose(items: list[Context]) -> Context | None:
        found = fitting(items)
        return found[0] if found else None

    return picking(work, choose)


def sort_key(value: Any) -> tuple[int, Any]:
    """Return by what a typed value is put in order: blank, numbers, days and instants, texts."""
    if blank(value):
        return (0, 0)
    if isinstance(value, datetime):
        return (2, value.timestamp())
    if isinstance(value, date):
        return (2, value.toordinal() * 86400)
    if isinstance(value, int | Decimal):
        return (1, value)
    return (3, as_text(value))


def id_key(item: Context) -> tuple[int, Any]:
    """Return by what ids are put in order: as numbers where they are made of digits, else as texts."""
    own = item.world.schema.entities.get(item.entity)
    found = item.record.get(own.id_field if own is not None else "id")
    text = str(found)
    return (1, int(text)) if text.isdecimal() else (0, text)


@rule(
    "the latest one by",
    shape="the latest one by FIELD",
    family="picks",
    says="the latest one by {0}",
    computes="The item with the greatest value of the field, of those that meet the condition after `where`; ties: the "
    "higher id, else the first. Items where it is blank come last; blank if there is no item.",
    inverts=_ONE_WAY,
    near=_NEAR,
    on_list=True,
    examples=[
        ex("the latest one by since", _PHONES, "2", s.HRFLOW, **_AT),
        ex('the latest one by since where type is "home"', _PHONES, "3", s.HRFLOW, **_AT),
        ex('the latest one by since where type is "fax"', _PHONES, BLANK, s.HRFLOW, **_AT),
        ex("the latest one by at", {"x": [{"id": 1, "at": "2026-01-01", "number": "1"},
           {"id": 2, "at": "2026-01-01", "number": "2"}]}, "2", s.HRFLOW, **_AT),
        ex("the latest one by at", {"x": [{"at": None, "number": "1"}, {"at": "2020-01-01", "number": "2"}]}, "2",
           s.HRFLOW, **_AT),
        ex("the latest one by at", {"x": []}, BLANK, s.CLEARING, **_AT),
    ],
)  # fmt: skip
def build_latest(step: t.Step, work: Work) -> Run:
    """Build `the latest one by FIELD [where C]`."""
    by = str(step.arguments[0])
    fitting = _filtered(step.arguments[1])

    def choose(items: list[Context]) -> Context | None:
        found = fitting(items)
        try:
            return max(found, key=lambda item: (sort_key(item.typed(by)), id_key(item))) if found else None
        except Unreadable:
            raise results.bad(results.UNREADABLE, f"`{by}` of an item cannot be read") from None

    return picking(work, choose)


@rule(
    "the primary one",
    family="picks",
    says="the primary one",
    computes="The item whose primary flag (named in the toml, else isPrimary, primary or is_primary) is yes; blank if "
    "there is none; several are bad data.",
    inverts=_ONE_WAY,
    near=_NEAR,
    on_list=True,
    examples=[
        ex("the primary one", _PHONES, "2", s.SLOTS, **_AT),
        ex("the primary one", {"x": [{"number": "1"}]}, BLANK, s.SLOTS, **_AT),
        ex("the primary one", {"x": []}, BLANK, s.CLEARING, **_AT),
        ex("the primary one", {"x": [{"number": "1", "primary": True}, {"number": "2", "primary": True}]}, _SEVERAL,
           s.SLOTS, **_AT),
        ex("the primary one", {"x": [{"number": "1", "main": 0}, {"number": "2", "main": 1}]}, "2", s.SLOTS,
           primary_flag="main", **_AT),
    ],
)  # fmt: skip
def build_primary(_step: t.Step, work: Work) -> Run:
    """Build `the primary one`."""
    flags = tuple(dict.fromkeys((work.types.primary_flag, *_FLAGS)))

    def flagged(item: Context) -> bool:
        for flag in flags:
            if flag in item.record:
                try:
                    return yes_no(item.record[flag]) is True
                except Unreadable:
                    return False
        return False

    def choose(items: list[Context]) -> Context | None:
        return _only([item for item in items if flagged(item)])

    return picking(work, choose)


def _only(found: list[Context]) -> Context | None:
    if len(found) > 1:
        raise results.bad(results.SEVERAL, "several items of the list fit")
    return found[0] if found else None


@rule(
    "the one where",
    shape="the one where CONDITION",
    family="picks",
    says="the one where a condition holds",
    computes="The one item that meets the condition; blank if there is none; several are bad data (`the first one "
    "where` takes the first).",
    inverts=_ONE_WAY,
    near=_NEAR,
    on_list=True,
    examples=[
        ex('the one where type is "work"', _PHONES, "2", s.SLOTS, **_AT),
        ex('the one where type is "home"', _PHONES, _SEVERAL, s.SLOTS, **_AT),
        ex('the one where type is "fax"', _PHONES, BLANK, s.SLOTS, **_AT),
        ex('the one where type is not "home"', _PHONES, "2", s.SLOTS, **_AT),
        ex('the one where since is before 2021-01-01', _PHONES, "1", s.HRFLOW, **_AT),
    ],
)  # fmt: skip
def build_one_where(step: t.Step, work: Work) -> Run:
    """Build `the one where C`."""
    fitting = _filtered(cast("t.Where", step.arguments[0]))
    return picking(work, lambda items: _only(fitting(items)))
