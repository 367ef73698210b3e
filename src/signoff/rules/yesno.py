"""Compare and derive yes and no."""

from __future__ import annotations

from typing import Any, Final, cast

from signoff.expressions import tree as t
from signoff.expressions.evaluate import Unreadable, condition, yes_no
from signoff.record import Value
from signoff.rules import results
from signoff.rules import sources as s
from signoff.rules.context import Context
from signoff.rules.registry import BLANK, Ask, Edge, Kind, Outcome, Run, ex, kind, rule
from signoff.rules.work import Work
from signoff.schema import Type


def answered(value: Any, _context: Context | None = None, _ask: Ask | None = None) -> bool:
    """Return yes or no; what is neither is bad data."""
    try:
        found = yes_no(value)
    except Unreadable:
        found = None
    if found is None:
        raise results.bad(results.UNREADABLE, "it is neither yes nor no")
    return found


def _found(raw: Value, _context: Context, _ask: Ask) -> bool:
    found = yes_no(raw)
    if found is None:
        raise Unreadable("neither yes nor no")
    return found


YES_NO: Final = kind(
    Kind(
        "yes/no",
        (Type.YES_NO,),
        frozenset({Type.YES_NO, Type.TEXT, Type.PICKLIST, Type.INTEGER, Type.ANY}),
        answered,
        _found,
        lambda left, right, _ask: left is right,
        lambda answer, _field: (not answer,),
        lambda _field, _around: (Edge(True, "yes"), Edge(False, "no is a value, not a blank")),
        says="the same answer, yes or no",
    )
)

_BAD: Final = Outcome("bad data", results.UNREADABLE)
_Y: Final = (Type.YES_NO, Type.YES_NO)


@rule(
    "same yes/no",
    family="yesno",
    says="the same answer, yes or no",
    computes="Yes or no, from a boolean, 1 or 0, or the words true, false, yes, no, y, n in any case.",
    compares="Equal answers. Blank is neither: it stays blank.",
    near="The other answer.",
    edges=(Edge("yes", "a word for yes"), Edge("N", "a letter for no"), Edge("0", "a figure for no")),
    compares_as="yes/no",
    examples=[
        ex("same yes/no", True, True, s.JSON, *_Y),
        ex("same yes/no", False, False, s.FALSE_LOST, *_Y),
        ex("same yes/no", "False", False, s.FALSE_TEXT, Type.TEXT, Type.YES_NO),
        ex("same yes/no", 0, False, s.BULLHORN, Type.INTEGER, Type.YES_NO),
        ex("same yes/no", "N", False, s.HL7, Type.TEXT, Type.YES_NO),
        ex("same yes/no", None, BLANK, s.FALSY, *_Y),
        ex("same yes/no", "maybe", _BAD, s.FALSE_TEXT, Type.TEXT, Type.YES_NO),
    ],
)
def build_same_yes_no(_step: t.Step, work: Work) -> Run:
    """Build `same yes/no`."""
    work.comparison = YES_NO
    work.type = Type.YES_NO
    return lambda value, _context: value


@rule(
    "yes if",
    shape="yes if CONDITION, otherwise no",
    family="yesno",
    says="yes if a condition holds, otherwise no",
    computes="Yes where the condition holds for the sending record, else no; comparisons with blank do not hold.",
    inverts="many values lead to one answer",
    near="The other answer.",
    starts=True,
    examples=[
        ex('yes if x is "Active", otherwise no', "Active", True, s.AWIGN, Type.TEXT, Type.YES_NO),
        ex('yes if x is "Active", otherwise no', "active", False, s.AWIGN, Type.TEXT, Type.YES_NO),
        ex('yes if x is "Active", otherwise no', None, False, s.AWIGN, Type.TEXT, Type.YES_NO),
        ex('yes if x is not "Active", otherwise no', None, True, s.AWIGN, Type.TEXT, Type.YES_NO),
        ex('yes if x is one of "Started" or "Submitted", otherwise no', "Submitted", True, s.AWIGN, Type.TEXT,
           Type.YES_NO),
        ex("yes if x is on or after today, otherwise no", "2026-01-01", True, s.D365, Type.DATE, Type.YES_NO),
        ex('yes if x contains "perm", otherwise no', "perm hire", True, s.KARMLY, Type.TEXT, Type.YES_NO),
    ],
)  # fmt: skip
def build_yes_if(step: t.Step, work: Work) -> Run:
    """Build `yes if CONDITION, otherwise no`."""
    written = cast("t.Condition", step.arguments[0])
    work.check_names(written)
    test = condition(written)
    work.type = Type.YES_NO
    work.many = False
    return lambda _value, context: test(context)
