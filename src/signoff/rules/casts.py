"""Turn a value into another type."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from signoff.expressions.evaluate import Unreadable, as_text, plain_number, yes_no
from signoff.expressions.tree import Step
from signoff.rules import results
from signoff.rules import sources as s
from signoff.rules.context import Context
from signoff.rules.money import numbered
from signoff.rules.reading import id_of
from signoff.rules.registry import BLANK, Outcome, Run, ex, rule
from signoff.rules.wording import TEXT
from signoff.rules.work import Work
from signoff.schema import Type, Wire

_BAD: Final = Outcome("bad data", results.UNREADABLE)
_NO_NUMBER: Final = Outcome("bad data", results.NUMBER_UNREADABLE)


def literal_text(raw: Any) -> str:
    """Return what a system sends, literally as text: true, false, numbers without trailing zeros, ids bare."""
    if isinstance(raw, Mapping):
        found = id_of(raw)
        if not isinstance(found, str):
            raise results.bad(results.UNREADABLE, "an object has no text of its own")
        return found
    return plain_number(raw) if isinstance(raw, Decimal) else as_text(raw)


def from_raw(work: Work) -> Run:
    """Return a run that reads the subject's raw value again, so that nothing of the wire is lost."""
    name = work.subject.name if work.subject is not None else ""

    def run(value: Any, context: Context) -> Any:
        raw = context.value(name)
        if isinstance(raw, list):
            return [None if item is None else literal_text(item) for item in raw]
        return literal_text(value if raw is None else raw)

    return run


@rule(
    "as text",
    family="casts",
    says="as text",
    computes="What the sending system sends, literally: yes/no as true or false, numbers without trailing zeros and "
    "without exponent, dates as they stand on the wire, a reference as its id.",
    compares="As text (NFC, trimmed).",
    compares_as="text",
    on_list=True,
    examples=[
        ex("as text", 123, "123", s.BULLHORN, Type.INTEGER),
        ex("as text", 9007199254740993, "9007199254740993", s.BIG_IDS, Type.INTEGER),
        ex("as text", Decimal("20.50"), "20.5", s.JSON, Type.AMOUNT),
        ex("as text", True, "true", s.JSON, Type.YES_NO),
        ex("as text", 1769860800000, "1769860800000", s.EPOCH, Type.INSTANT, wire=Wire.EPOCH_MS),
        ex("as text", {"x": {"id": 5}}, "5", s.BULLHORN, Type.REFERENCE, wire=Wire.ID_OBJECT),
        ex("as text", None, BLANK, s.CLEARING, Type.INTEGER),
    ],
)
def build_as_text(_step: Step, work: Work) -> Run:
    """Build `as text`."""
    again = from_raw(work) if work.first and work.subject is not None else None
    back = work.types.backwards
    work.type = Type.ANY if back else Type.TEXT
    if back:
        return lambda value, _context: value
    work.comparison = TEXT
    if again is not None:
        return again
    return lambda value, _context: (
        [None if item is None else literal_text(item) for item in value]
        if isinstance(value, list)
        else literal_text(value)
    )


@rule(
    "as a number",
    family="casts",
    says="as a number",
    computes="The exact number that a text shows, with a decimal point; anything else is bad data.",
    examples=[
        ex("as a number", "12", 12, s.HRFLOW, Type.TEXT, Type.NUMBER),
        ex("as a number", "12.50", Decimal("12.5"), s.JSON, Type.TEXT, Type.NUMBER),
        ex("as a number", " 7 ", 7, s.SPACES, Type.TEXT, Type.NUMBER),
        ex("as a number", "-3", -3, s.JSON, Type.TEXT, Type.NUMBER),
        ex("as a number", "1,5", _NO_NUMBER, s.JSON, Type.TEXT, Type.NUMBER),
        ex("as a number", "NaN", _NO_NUMBER, s.JSON, Type.TEXT, Type.NUMBER),
        ex("as a number", "", BLANK, s.EMPTY_STAMP, Type.TEXT, Type.NUMBER),
    ],
)
def build_as_number(_step: Step, work: Work) -> Run:
    """Build `as a number`."""
    work.type = Type.ANY if work.types.backwards else Type.NUMBER
    return lambda value, _context: numbered(value)


@rule(
    "yes/no as",
    shape='yes/no as "Y" and "N"',
    family="casts",
    says='"{0}" for yes and "{1}" for no',
    computes="The first text for yes, the second for no; a blank stays blank.",
    near="The other answer.",
    examples=[
        ex('yes/no as "Y" and "N"', True, "Y", s.HL7, Type.YES_NO),
        ex('yes/no as "Y" and "N"', False, "N", s.HL7, Type.YES_NO),
        ex('yes/no as "0" and "1"', False, "1", s.ENTRA, Type.YES_NO),
        ex('yes/no as "Yes" and "No"', None, BLANK, s.FALSE_LOST, Type.YES_NO),
        ex('yes/no as "Y" and "N"', "False", "N", s.FALSE_TEXT, Type.TEXT),
        ex('yes/no as "Y" and "N"', "maybe", _BAD, s.FALSE_TEXT, Type.TEXT),
    ],
)
def build_yes_no_as(step: Step, work: Work) -> Run:
    """Build `yes/no as "Y" and "N"`, or its way back."""
    yes, no = str(step.arguments[0]), str(step.arguments[1])
    if work.types.backwards:
        work.type = Type.YES_NO

        def back(value: Any, _context: Context) -> bool:
            text = as_text(value).strip()
            if text in (yes, no):
                return text == yes
            raise results.bad(results.UNREADABLE, "it is neither of the row's two words")

        return back
    work.type = Type.TEXT

    def run(value: Any, _context: Context) -> str:
        try:
            return yes if yes_no(value) else no
        except Unreadable:
            raise results.bad(results.UNREADABLE, "it is neither yes nor no") from None

    return run
