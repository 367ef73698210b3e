"""Take lists whole: every item, joined, split. Order and duplicates count only with `in order`."""

from __future__ import annotations

from typing import Any, Final, cast

from signoff.expressions import tree as t
from signoff.record import blank
from signoff.rules import sources as s
from signoff.rules.context import Context
from signoff.rules.registry import BLANK, Outcome, Run, ex, rule
from signoff.rules.results import Blank, Stopped
from signoff.rules.wording import texted
from signoff.rules.work import Work
from signoff.schema import Type

_NEAR: Final = "The last item lost, only the first item, an item altered; with `in order`, the order turned round."
_MANY: Final[dict[str, Any]] = {"target_many": True}


def listed(value: Any) -> list[Any]:
    """Return a value as a list: a single value is a list of one, a blank one an empty list."""
    if isinstance(value, list | tuple):
        return list(value)
    return [] if value is None else [value]


@rule(
    "every item",
    family="lists",
    says="every item",
    computes="Every item of the list, each by the receiving items' type. A single value is a list of one.",
    compares="As a set: order and duplicates do not count.",
    near=_NEAR,
    on_list=True,
    examples=[
        ex("every item", ["ICU", "ER"], ["ER", "ICU"], s.MULTI, **_MANY),
        ex("every item", ["a, b", "c"], ["a, b", "c"], s.DELIMITER, **_MANY),
        ex("every item", ["x"], ["x"], s.LEVER, **_MANY),
        ex("every item", ["a", "a", "b"], ["a", "b"], s.MULTI, **_MANY),
        ex("every item", "solo", ["solo"], s.BULLHORN, **_MANY),
        ex("every item", [], BLANK, s.CLEARING, **_MANY),
    ],
)
def build_every_item(_step: t.Step, work: Work) -> Run:
    """Build `every item`."""
    work.many = True
    return lambda value, _context: listed(value)


@rule(
    "every filled item",
    family="lists",
    says="every filled item",
    computes="Every item that is not blank.",
    compares="As a set: order and duplicates do not count.",
    inverts="the blank items are lost",
    near=_NEAR,
    on_list=True,
    examples=[
        ex("every filled item", ["ICU", "", None, "ER"], ["ICU", "ER"], s.LEVER, **_MANY),
        ex("every filled item", ["", None], BLANK, s.LEVER, **_MANY),
        ex("every filled item", ["a"], ["a"], s.LEVER, **_MANY),
        ex("every filled item", [" ", "b"], ["b"], s.SPACES, **_MANY),
        ex("every filled item, in order", ["b", None, "a"], ["b", "a"], s.LEVER, **_MANY),
    ],
)
def build_every_filled_item(_step: t.Step, work: Work) -> Run:
    """Build `every filled item`."""
    work.many = True
    return lambda value, _context: [item for item in listed(value) if not blank(item)] or None


@rule(
    "in order",
    family="lists",
    says="in order",
    computes="The list as it is.",
    compares="Item by item: order and duplicates count.",
    near=_NEAR,
    on_list=True,
    examples=[
        ex("in order", ["b", "a"], ["b", "a"], s.MULTI, **_MANY),
        ex("every item, in order", ["a", "a", "b"], ["a", "a", "b"], s.MULTI, **_MANY),
        ex("in order", ["x"], ["x"], s.LEVER, **_MANY),
        ex("in order", [], BLANK, s.CLEARING, **_MANY),
        ex("every filled item, in order", ["b", "", "a"], ["b", "a"], s.LEVER, **_MANY),
    ],
)
def build_in_order(_step: t.Step, work: Work) -> Run:
    """Build `in order`."""
    work.ordered = True
    work.many = True
    return lambda value, _context: listed(value)


@rule(
    "joined with",
    shape='joined with ", "',
    family="lists",
    says='joined with "{0}"',
    computes="One text of the filled items with the sign between them. An item that holds the sign is not escaped.",
    compares="As text, so the order counts.",
    inverts="an item may hold the sign itself",
    near="Only the first item; another sign between them.",
    on_list=True,
    examples=[
        ex('joined with ", "', ["ICU", "ER"], "ICU, ER", s.SEPARATOR),
        ex('joined with ";"', ["ICU", "ER"], "ICU;ER", s.SEPARATOR),
        ex('joined with ", "', ["ICU"], "ICU", s.MULTI),
        ex('joined with ", "', ["ICU", "", None, "ER"], "ICU, ER", s.CEIPAL),
        ex('joined with ", "', [], BLANK, s.CLEARING),
        ex('joined with ","', ["a, b", "c"], "a, b,c", s.DELIMITER),
    ],
)
def build_joined(step: t.Step, work: Work) -> Run:
    """Build `joined with`."""
    sign = str(step.arguments[0])
    work.many = False
    work.type = Type.TEXT

    def run(value: Any, _context: Context) -> str | None:
        return sign.join(texted(item) for item in listed(value) if not blank(item)) or None

    return run


@rule(
    "split at",
    shape='split at ","',
    family="lists",
    says='split at "{0}"',
    computes="The parts of the text between the signs, trimmed, without empty ones.",
    compares="As a set unless `in order` follows.",
    inverts="an item may hold the sign itself",
    near=_NEAR,
    on_list=True,
    examples=[
        ex('split at ","', "ICU, ER", ["ICU", "ER"], s.SEPARATOR, **_MANY),
        ex('split at ";"', "a;b;;c", ["a", "b", "c"], s.SEPARATOR, **_MANY),
        ex('split at ","', "ICU", ["ICU"], s.MULTI, **_MANY),
        ex('split at "|"', "^a^|^b^", ["^a^", "^b^"], s.MULTI, **_MANY),
        ex('split at ","', ",", BLANK, s.CLEARING, **_MANY),
        ex('split at ",", the first one', "ICU, ER", "ICU", s.DICE),
    ],
)
def build_split(step: t.Step, work: Work) -> Run:
    """Build `split at`."""
    sign = str(step.arguments[0])
    if not sign:
        raise work.wrong("a sign to split at", "empty quotes", 'Write for example: split at ",".')
    work.many = True
    work.type = Type.TEXT

    def run(value: Any, _context: Context) -> list[str] | None:
        texts = [texted(item) for item in listed(value)]
        return [part.strip() for text in texts for part in text.split(sign) if part.strip()] or None

    return run


@rule(
    "or an empty list if blank",
    family="lists",
    computes="An empty list where there is nothing, instead of null or no field at all.",
    compares="Strictly: absent and null are wrong.",
    near="Null; absent.",
    on_list=True,
    on_blank=True,
    examples=[
        ex("every item, or an empty list if blank", [], Outcome("blank", "empty list"), s.JSON, **_MANY),
        ex("every item, or an empty list if blank", None, Outcome("blank", "empty list"), s.JSON, **_MANY),
        ex("every item, or an empty list if blank", ["a"], ["a"], s.JSON, **_MANY),
        ex("every filled item, or an empty list if blank", [""], Outcome("blank", "empty list"), s.LEVER, **_MANY),
        ex('split at ",", or an empty list if blank', None, Outcome("blank", "empty list"), s.JSON, **_MANY),
    ],
)
def build_or_empty_list(_step: t.Step, work: Work) -> Run:
    """Build `or an empty list if blank`."""
    work.form = "empty list"
    work.many = True

    def run(value: Any, _context: Context) -> Any:
        if not [item for item in listed(value) if not blank(item)]:
            raise Stopped(Blank("empty list"))
        return value

    return run


@rule(
    "every filled one of",
    shape="every filled one of a, b or c",
    family="lists",
    says="every filled one of the fields",
    computes="A list of the named fields' values, without the blank ones, in the order written.",
    compares="As a set unless `in order` follows.",
    inverts="which field a value came from is lost",
    near=_NEAR,
    starts=True,
    on_list=True,
    on_blank=True,
    examples=[
        ex("every filled one of a, b or c", {"a": "1", "b": None, "c": "3"}, ["1", "3"], s.LEVER, **_MANY),
        ex("every filled one of a or b", {"a": "", "b": ""}, BLANK, s.LEVER, **_MANY),
        ex("every filled one of a or b", {"a": "x", "b": "y"}, ["y", "x"], s.SLOTS, **_MANY),
        ex("every filled one of a or b, in order", {"a": "x", "b": "y"}, ["x", "y"], s.SLOTS, **_MANY),
        ex('every filled one of a or b, joined with " / "', {"a": "x", "b": "y"}, "x / y", s.HRFLOW),
        ex("every filled one of a or b", {"a": "x", "b": "x"}, ["x"], s.MULTI, **_MANY),
    ],
)
def build_every_filled_one(step: t.Step, work: Work) -> Run:
    """Build `every filled one of a, b or c`."""
    parts = cast("tuple[t.Name | t.Literal | t.Paren, ...]", step.arguments[0])
    gets, types = [], set()
    for part in parts:
        get, type_, _ = work.operand(part)
        gets.append(get)
        types.add(type_)
    work.many = True
    work.type = types.pop() if len(types) == 1 else Type.TEXT

    def run(_value: Any, context: Context) -> list[Any] | None:
        found: list[Any] = []
        for get in gets:
            found.extend(item for item in listed(get(context)) if not blank(item))
        return found or None

    return run
