"""Fall back to another field or to a constant; join fields into one text."""

from __future__ import annotations

from typing import Any, Final, cast

from signoff.expressions import tree as t
from signoff.record import blank
from signoff.rules import sources as s
from signoff.rules.context import Context
from signoff.rules.registry import BLANK, Run, ex, rule
from signoff.rules.results import UNREADABLE, bad
from signoff.rules.wording import texted
from signoff.rules.work import Work
from signoff.schema import Type

_P: Final = {"mobile": Type.PHONE, "phone": Type.PHONE}


@rule(
    "first filled of",
    shape="first filled of a or b",
    family="fallback",
    says="the first filled one of the fields",
    computes="The value of the first named field that is not blank; a text in quotes may stand last.",
    inverts="which field the value came from is lost",
    near="The value of a later field.",
    starts=True,
    on_list=True,
    on_blank=True,
    examples=[
        ex("first filled of mobile or phone, same phone", {"mobile": "(512) 555-0147", "phone": "(512) 555-0199"},
           "+15125550147", s.BAMBOO, _P, Type.PHONE),
        ex("first filled of mobile or phone, same phone", {"mobile": "", "phone": "(512) 555-0199"}, "+15125550199",
           s.BAMBOO, _P, Type.PHONE),
        ex("first filled of mobile or phone", {"mobile": None, "phone": None}, BLANK, s.BAMBOO, _P, Type.PHONE),
        ex('first filled of a or "UNKNOWN"', {"a": " "}, "UNKNOWN", s.HRFLOW),
        ex("first filled of a, b or c", {"a": "", "b": "\u00a0", "c": "z"}, "z", s.SPACES),
        ex("first filled of a or b", {"a": 0, "b": 5}, 0, s.FALSY, to=Type.NUMBER),
    ],
)  # fmt: skip
def build_first_filled(step: t.Step, work: Work) -> Run:
    """Build `first filled of a or b`."""
    parts = cast("tuple[t.Name | t.Literal | t.Paren, ...]", step.arguments[0])
    gets, types = [], []
    for part in parts:
        get, type_, _ = work.operand(part)
        gets.append(get)
        if not isinstance(part, t.Literal):
            types.append(type_)
    work.type = types[0] if types and len(set(types)) == 1 else Type.ANY
    work.many = False

    def run(_value: Any, context: Context) -> Any:
        for get in gets:
            found = get(context)
            if not blank(found):
                return found
        return None

    return run


@rule(
    "or if blank",
    shape='or "X" if blank',
    family="fallback",
    says='or "{0}" if blank',
    computes="The text, read as the receiving field's type, where everything before it is blank.",
    inverts="the text cannot be told from the same text written by a person",
    near="Blank; the text where there is a value.",
    on_blank=True,
    on_list=True,
    examples=[
        ex('or "UNKNOWN" if blank', None, "UNKNOWN", s.HRFLOW),
        ex('or "UNKNOWN" if blank', "Smith", "Smith", s.HRFLOW),
        ex('or "0" if blank', None, 0, s.DUALWRITE, Type.NUMBER, Type.NUMBER),
        ex('or "5" if blank', 0, 0, s.FALSY, Type.NUMBER, Type.NUMBER),
        ex('or "no" if blank', None, False, s.ENTRA, Type.YES_NO, Type.YES_NO),
        ex('first filled of a or b, or "none" if blank', {"a": "", "b": None}, "none", s.HRFLOW),
    ],
)
def build_or_if_blank(step: t.Step, work: Work) -> Run:
    """Build `or "X" if blank`."""
    text = str(step.arguments[0])
    if not text.strip():
        raise work.wrong(
            "a text to write where it is blank", "empty quotes", "Leave the step away, or say `empty text`."
        )
    return lambda value, _context: text if blank(value) else value


@rule(
    "join",
    shape='firstName + " " + lastName',
    family="fallback",
    says="joined",
    computes="The parts as text, one after the other; a blank part takes its separator along: the one before it, or "
    "at the beginning the one after it. Texts at either end (`\"BH-\" + id`) stand or fall with the part beside them.",
    compares="As text.",
    inverts="yes, where one field stands between fixed texts",
    near="A part lost; a double blank where a part is blank.",
    starts=True,
    on_blank=True,
    on_list=True,
    examples=[
        ex('firstName + " " + lastName', {"firstName": "Maria", "lastName": "Lopez"}, "Maria Lopez", s.SYNCED),
        ex('firstName + " " + lastName', {"firstName": None, "lastName": "Lopez"}, "Lopez", s.CEIPAL),
        ex('firstName + " " + lastName', {"firstName": "Maria", "lastName": ""}, "Maria", s.CEIPAL),
        ex('a + " " + b + " " + c', {"a": "Ana", "b": "", "c": "Silva"}, "Ana Silva", s.CEIPAL),
        ex('"BH-" + id', {"id": 123}, "BH-123", s.BULLHORN, {"id": Type.INTEGER}),
        ex('"BH-" + id', {"id": None}, BLANK, s.BULLHORN, {"id": Type.INTEGER}),
        ex('lastName + ", " + (first, upper case)', {"lastName": "Lopez", "first": "maria"}, "Lopez, MARIA", s.HRFLOW),
    ],
)  # fmt: skip
def build_join(step: t.Step, work: Work) -> Run:
    """Build a join; one of a fixed text and a single field can be turned round."""
    parts = cast("tuple[t.Name | t.Literal | t.Paren, ...]", step.arguments[0])
    if all(isinstance(part, t.Literal) for part in parts):
        raise work.wrong("at least one field in a join", "texts only", 'Use always "X" for a constant.')
    if work.types.backwards:
        return _unjoined(parts, work)
    built = [
        (isinstance(part, t.Literal), str(part.value) if isinstance(part, t.Literal) else "", work.operand(part)[0])
        for part in parts
    ]
    work.type = Type.TEXT
    work.many = False

    def run(_value: Any, context: Context) -> str | None:
        out: list[str] = []
        pending = ""
        filled = True
        dropped = False
        for literal, text, get in built:
            if literal:
                pending += text
                continue
            value = get(context)
            filled = not blank(value)
            if filled:
                text = texted(value).strip()
                out.append(pending + text if out or not dropped else text)
            dropped = not filled and not out
            pending = ""
        return "".join(out) + (pending if filled else "") if out else None

    return run


def _unjoined(parts: tuple[t.Name | t.Literal | t.Paren, ...], work: Work) -> Run:
    """Take the fixed texts around the one field of a join off again."""
    fields = [index for index, part in enumerate(parts) if not isinstance(part, t.Literal)]
    if len(fields) != 1:
        raise work.wrong(
            "a rule that can be turned round, because the row flows both ways",
            "a join of several fields, which cannot be told apart again",
            "Write two rows, one -> and one <-, each with its own rule.",
        )
    before = "".join(str(part.value) for part in parts[: fields[0]] if isinstance(part, t.Literal))
    after = "".join(str(part.value) for part in parts[fields[0] + 1 :] if isinstance(part, t.Literal))
    get = work.get(work.types.sources[0])
    work.type = Type.TEXT

    def run(_value: Any, context: Context) -> str | None:
        value = get(context)
        if blank(value):
            return None
        text = texted(value)
        if not text.startswith(before) or not text.endswith(after) or len(text) < len(before) + len(after):
            raise bad(UNREADABLE, "it does not have the fixed texts of the row's rule around it")
        return text[len(before) : len(text) - len(after)] or None

    return run
