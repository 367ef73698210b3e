"""Hand a value to a Python function of the suite, and compare whatever else falls under no other kind."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from signoff.expressions.tree import Step
from signoff.record import blank, same_json
from signoff.rules import results
from signoff.rules import sources as s
from signoff.rules.context import Context
from signoff.rules.registry import BLANK, KIND_OF_TYPE, KINDS, Ask, Kind, Outcome, Run, ex, kind, rule
from signoff.rules.wording import near_texts, normal, text_edges
from signoff.rules.work import Work
from signoff.schema import Field, Type


def _equal(left: Any, right: Any, _ask: Ask) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return normal(left) == normal(right)
    return same_json(left, right)


def _near(value: Any, field: Field | None) -> Iterable[Any]:
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int | Decimal):
        return (value + 1, value - 1)
    if isinstance(value, str):
        return near_texts(value, field)
    if isinstance(value, dict):
        return ({**value, "unexpected": "x"},)
    return (f"{value}x",)


VALUE: Final = kind(
    Kind(
        "value",
        (Type.ANY, Type.OBJECT),
        frozenset(Type),
        lambda value, _context, _ask: value,
        lambda raw, _context, _ask: raw,
        _equal,
        _near,
        text_edges,
        says="the same value",
    )
)


@rule(
    "same value",
    family="checked",
    says="the same value",
    computes="The sending value.",
    compares="By the receiving field's type (else the sending field's); where neither has one, as JSON, texts as "
    "`same text`.",
    compares_as="the field's type",
    examples=[
        ex("same value", "Zoë", "Zoe\u0308", s.NFC),
        ex("same value", "Ann@X.com", "ann@x.com", s.MAIL_CASE, Type.EMAIL, Type.EMAIL),
        ex("same value", Decimal("20.0"), 20, s.JSON, Type.AMOUNT, Type.AMOUNT),
        ex("same value", False, False, s.FALSE_LOST, Type.YES_NO, Type.YES_NO),
        ex("same value", "2026-01-31", "2026-01-31", s.ISO8601, Type.DATE, Type.DATE),
        ex("same value", {"x": {"a": 1}}, {"a": 1}, s.JSON, Type.ANY, Type.ANY),
    ],
)
def build_same_value(_step: Step, work: Work) -> Run:
    """Build `same value`."""
    target = work.types.target.type if work.types.target is not None else Type.ANY
    type_ = work.type if target is Type.ANY else target
    work.comparison = KINDS[KIND_OF_TYPE[type_]]
    return lambda value, _context: value


def _shout(value: Any, _context: Context) -> Any:
    return str(value).upper() + "!"


def _record_id(_value: Any, context: Context) -> Any:
    return f"{context.value('x')}-{context.today().year}"


def _refuses(value: Any, _context: Context) -> Any:
    raise ValueError(f"cannot use {len(str(value))} characters")


@rule(
    "checked by",
    shape="checked by module.function",
    family="checked",
    says="as the suite's function {0} says",
    computes="What the suite's function returns for `(value, record)`; None is blank; a ValueError is bad data. "
    "The value is the result of the steps before it, or the sending field's.",
    inverts="a function has no inverse",
    on_blank=True,
    on_list=True,
    examples=[
        ex("checked by names.shout", "hi", "HI!", s.ENTRA, functions={"names.shout": _shout}),
        ex("upper case, checked by names.shout", "hi", "HI!", s.ENTRA, functions={"names.shout": _shout}),
        ex("checked by names.tagged", "a", "a-2026", s.ENTRA, functions={"names.tagged": _record_id}),
        ex("checked by names.none", "a", BLANK, s.ENTRA, functions={"names.none": lambda _value, _context: None}),
        ex("checked by names.refuses", "a", Outcome("bad data", results.UNREADABLE), s.ENTRA,
           functions={"names.refuses": _refuses}),
    ],
)  # fmt: skip
def build_checked(step: Step, work: Work) -> Run:
    """Build `checked by module.function`."""
    name = str(step.arguments[0])
    try:
        function = work.types.resolve(name)
    except LookupError:
        raise work.wrong(
            "a function of the suite", f"`{name}`, which was not found", "Write it as module.function in the suite."
        ) from None
    work.type = Type.ANY

    def run(value: Any, context: Context) -> Any:
        try:
            found = function(value, context)
        except ValueError:
            raise results.bad(results.UNREADABLE, f"{name} refuses the value") from None
        return None if blank(found) else found

    return run
