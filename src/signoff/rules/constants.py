"""Write the same thing for every record, read as the receiving field's type."""

from __future__ import annotations

from typing import Any, Final

from signoff.errors import nearest
from signoff.expressions.tree import Step
from signoff.record import ABSENT, blank
from signoff.rules import sources as s
from signoff.rules.context import Context
from signoff.rules.registry import BLANK, LEFT_OUT, Outcome, Run, ex, rule
from signoff.rules.results import Blank, LeftOut, Stopped
from signoff.rules.work import Work
from signoff.schema import Type

_ONE_WAY: Final = "a constant says nothing about the sending record"
_NEAR = "Blank; another value of the field's type."


@rule(
    "always",
    shape='always "X"',
    family="constants",
    says='always "{0}"',
    computes='The text, read as the receiving field\'s type (`always "5"` into a number is 5, "yes" into a yes/no '
    "is yes).",
    inverts=_ONE_WAY,
    near=_NEAR,
    starts=True,
    on_blank=True,
    examples=[
        ex('always "Active"', None, "Active", s.DICE),
        ex('always "5"', None, 5, s.HRFLOW, to=Type.INTEGER),
        ex('always "yes"', None, True, s.ENTRA, to=Type.YES_NO),
        ex('always "2026-01-31"', None, "2026-01-31", s.ISO8601, to=Type.DATE),
        ex('always "W2"', "anything", "W2", s.BULLHORN),
    ],
)
def build_always(step: Step, work: Work) -> Run:
    """Build `always "X"`."""
    text = str(step.arguments[0])
    work.type, work.many, work.constant = Type.TEXT, False, True
    return lambda _value, _context: text


@rule(
    "always setting",
    shape="always setting NAME",
    family="constants",
    says="always the setting {0}",
    computes="The setting of that name in the toml, read as the receiving field's type; blank if it is blank there.",
    inverts=_ONE_WAY,
    near=_NEAR,
    starts=True,
    on_blank=True,
    examples=[
        ex("always setting office", None, "Chicago", s.DUALWRITE, settings={"office": "Chicago"}),
        ex("always setting limit", None, 5, s.DUALWRITE, to=Type.INTEGER, settings={"limit": 5}),
        ex("always setting billing", None, True, s.DUALWRITE, to=Type.YES_NO, settings={"billing": True}),
        ex("always setting office", None, BLANK, s.DUALWRITE, settings={"office": ""}),
        ex("always setting company id", None, "007", s.DUALWRITE, settings={"company id": "007"}),
    ],
)
def build_always_setting(step: Step, work: Work) -> Run:
    """Build `always setting NAME`."""
    name = str(step.arguments[0])
    if work.types.settings and name not in work.types.settings:
        raise work.wrong(
            "a setting of the toml's [settings]",
            f"`{name}`",
            f"Add it to [settings]{_hint(name, work)}.",
        )
    work.type, work.many, work.constant = Type.ANY, False, True

    def run(_value: Any, context: Context) -> Any:
        found = context.setting(name)
        return None if blank(found) or found is ABSENT else found

    return run


def _hint(name: str, work: Work) -> str:
    found = nearest(name, work.types.settings)
    return f", or write `{found}`" if found else ""


def _fixed(key: str, result: Blank | LeftOut, **about: Any) -> None:
    @rule(key, family="constants", inverts=_ONE_WAY, starts=True, on_blank=True, on_list=True, **about)
    def build(_step: Step, work: Work) -> Run:
        work.type, work.many, work.constant = Type.ANY, False, True

        def run(_value: Any, _context: Context) -> Any:
            raise Stopped(result)

        return run


_fixed(
    "left blank",
    Blank(),
    computes="Nothing: the receiving field is blank, in whatever form.",
    compares="Absent, null, empty text and empty list are one.",
    near="Any value.",
    examples=[
        ex("left blank", None, BLANK, s.HRFLOW),
        ex("left blank", "anything", BLANK, s.HRFLOW),
        ex("left blank", None, BLANK, s.HRFLOW, to=Type.DATE),
        ex("left blank", None, BLANK, s.LEVER, to=Type.NUMBER),
        ex("left blank", 0, BLANK, s.FALSY, to=Type.NUMBER),
    ],
)
_fixed(
    "left out",
    LeftOut(),
    computes="The field is not sent at all, so a create gives it the receiver's own default and an update leaves it.",
    compares="On a create: absent, or the receiver's own default. Afterwards: what it held before.",
    near="Null; empty text; any value.",
    examples=[
        ex("left out", None, LEFT_OUT, s.DUALWRITE),
        ex("left out", "anything", LEFT_OUT, s.DUALWRITE),
        ex("left out", None, LEFT_OUT, s.BULLHORN, to=Type.DATE),
        ex("left out", 0, LEFT_OUT, s.FALSY, to=Type.NUMBER),
        ex("left out", True, LEFT_OUT, s.ENTRA, to=Type.YES_NO),
    ],
)
_fixed(
    "null",
    Blank("null"),
    computes="JSON null.",
    compares="Null only: absent and empty text are wrong.",
    near="Absent; empty text.",
    examples=[
        ex("null", None, Outcome("blank", "null"), s.JSON),
        ex("null", "anything", Outcome("blank", "null"), s.JSON),
        ex("null", None, Outcome("blank", "null"), s.EMPTY_STAMP, to=Type.INSTANT),
        ex("null", 5, Outcome("blank", "null"), s.JSON, to=Type.NUMBER),
        ex("null", False, Outcome("blank", "null"), s.JSON, to=Type.YES_NO),
    ],
)
_fixed(
    "empty text",
    Blank("empty text"),
    computes="A text of no characters.",
    compares="Empty text only: absent and null are wrong.",
    near="Absent; null.",
    examples=[
        ex("empty text", None, Outcome("blank", "empty text"), s.JSON),
        ex("empty text", "anything", Outcome("blank", "empty text"), s.JSON),
        ex("empty text", 5, Outcome("blank", "empty text"), s.JSON),
        ex("empty text", " ", Outcome("blank", "empty text"), s.JSON),
        ex("empty text", True, Outcome("blank", "empty text"), s.JSON),
    ],
)
_fixed(
    "empty list",
    Blank("empty list"),
    computes="A list of no items.",
    compares="An empty list only: absent and null are wrong.",
    near="Absent; null.",
    examples=[
        ex("empty list", None, Outcome("blank", "empty list"), s.JSON, target_many=True),
        ex("empty list", "anything", Outcome("blank", "empty list"), s.JSON, target_many=True),
        ex("empty list", 5, Outcome("blank", "empty list"), s.JSON, target_many=True),
        ex("empty list", " ", Outcome("blank", "empty list"), s.JSON, target_many=True),
        ex("empty list", ["a"], Outcome("blank", "empty list"), s.JSON, target_many=True),
    ],
)
