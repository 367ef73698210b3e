"""Find the tests of a condition that no value of their field's type can pass, or all do.

The semantics are those of `signoff.expressions.evaluate`: numbers, days and answers are read from texts too, equality
is that of numbers, of instants, and else of texts as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from signoff.expressions import tree as t
from signoff.expressions.evaluate import Unreadable, as_text, day, number, yes_no
from signoff.expressions.regex import compiled
from signoff.lint.matter import Matter
from signoff.schema import Field, Side, Type

_UTC: Final = ZoneInfo("UTC")
_NUMBERS: Final = (Type.AMOUNT, Type.NUMBER, Type.INTEGER)
_DAYS: Final = (Type.DATE, Type.INSTANT)
_WHOLES: Final = (Type.OBJECT, Type.ADDRESS)
_FREE: Final = (Type.TEXT, Type.ANY, Type.FILE)
"""Types whose values may be anything that a test reads."""
_CODES: Final = (Type.PHONE, Type.REFERENCE, Type.COUNTRY, Type.STATE)
"""Types whose values may be numbers, as ids are."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """Hold one test that means nothing: what would, what stands there, and how to go on."""

    expected: str
    found: str
    how: str


@dataclass(frozen=True, slots=True)
class _Record:
    """Name the record that is asked, and find its fields and the integration's settings."""

    matter: Matter
    side: Side
    entity: str

    def field(self, operand: Any) -> Field | None:
        """Return the field that a name means; None for what is no name, or none that is known."""
        return self.matter.field(self.side, self.entity, operand.text) if isinstance(operand, t.Name) else None


def misfits(matter: Matter, tree: t.Condition, side: Side, entity: str) -> Iterator[Misfit]:
    """Yield the tests of a condition that mean nothing for the records of an entity, in the order written."""
    if isinstance(tree, t.Not):
        yield from misfits(matter, tree.part, side, entity)
    elif isinstance(tree, t.And | t.Or):
        for part in tree.parts:
            yield from misfits(matter, part, side, entity)
    elif isinstance(tree, t.Quantified):
        if tree.quantifier == "fewer than" and tree.count < 1:
            yield Misfit(
                "a number of records that there can be",
                f"`fewer than {tree.count} {tree.entity}`",
                f"For nobody with any, write `fewer than 1 {tree.entity}`.",
            )
        related = matter.world(side).entity_named(tree.entity)
        if related and tree.condition is not None:
            yield from misfits(matter, tree.condition, side, related)
    elif not isinstance(tree, t.IsBlank):
        yield from _atom(_Record(matter, side, entity), tree)


def _atom(
    record: _Record, tree: t.Is | t.IsYes | t.Contains | t.Matches | t.When | t.Within | t.Compare
) -> Iterator[Misfit]:
    field = record.field(tree.subject)
    if isinstance(tree, t.Is):
        if field is not None:
            yield from _equal(record, tree, field)
    elif field is not None and not _reads(tree, field):
        yield _misfit(record, field, tree.subject.text, f"`{spelt(tree)}`")
    elif isinstance(tree, t.Compare):
        yield from _operand(record, tree.other, f"`{spelt(tree)}`", _holds_number, "number", _is_number)
    elif isinstance(tree, t.When) and tree.day.field is not None:
        yield from _operand(record, tree.day.field, f"`{spelt(tree)}`", _holds_day, "day", _is_day)


def _reads(tree: t.Atom, field: Field) -> bool:
    if isinstance(tree, t.Compare):
        return _holds_number(field)
    if isinstance(tree, t.When | t.Within):
        return _holds_day(field)
    if isinstance(tree, t.IsYes):
        return field.type in (*_FREE, Type.YES_NO, Type.NUMBER, Type.INTEGER) or _chosen(field, _is_answer)
    if field.type in _WHOLES:
        return not field.fields
    if isinstance(tree, t.Contains):
        return _can_contain(field, tree.text)
    if isinstance(tree, t.Matches) and field.type is Type.YES_NO:
        return any(compiled(tree.pattern).fullmatch(answer) for answer in ("true", "false"))
    return True


def _holds_number(field: Field) -> bool:
    return field.type in (*_FREE, *_CODES, *_NUMBERS) or _chosen(field, _is_number)


def _holds_day(field: Field) -> bool:
    return field.type in (*_FREE, *_DAYS) or _chosen(field, _is_day)


def _chosen(field: Field, fits: Callable[[Any], bool]) -> bool:
    """Tell whether a picklist has a value that fits; one whose values nobody knows may have."""
    return field.type is Type.PICKLIST and (not field.choices or any(fits(one) for one in field.choices))


def _reading(read: Callable[[Any], Any]) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        try:
            return read(value) is not None
        except Unreadable:
            return False

    return fits


_is_number: Final = _reading(lambda value: number(Decimal(str(value)) if isinstance(value, float) else value))
_is_day: Final = _reading(lambda value: day(value, _UTC))
_is_answer: Final = _reading(yes_no)
_SIGNS: Final = {
    **dict.fromkeys(_NUMBERS, re.compile(r"[\d.-]*")),
    Type.DATE: re.compile(r"[\d-]*"),
    Type.INSTANT: re.compile(r"[\dT:.+-]*"),
}
"""What the texts of such values are written with."""


def _can_contain(field: Field, text: str) -> bool:
    if field.type is Type.YES_NO:
        return text in "true" or text in "false"
    signs = _SIGNS.get(field.type)
    return signs is None or signs.fullmatch(text) is not None


# Equality


def _equal(record: _Record, tree: t.Is, field: Field) -> Iterator[Misfit]:
    for other in tree.values:
        there = record.field(other)
        said = f"`{spelt(t.Is(tree.subject, (other,), tree.negated))}`"
        if there is not None:
            if not _alike(field, there):
                yield _misfit(record, field, tree.subject.text, f"{said}, a field of type {there.type.value}")
        elif isinstance(other, t.Literal):
            if not _can_be(field, other.value):
                yield _misfit(record, field, tree.subject.text, said)
        elif isinstance(other, t.Setting):
            value = _setting(record, other)
            if value is not None and not _can_be(field, value):
                yield _misfit(record, field, tree.subject.text, f"{said}, which holds something else")


def _can_be(field: Field, value: Any) -> bool:
    if isinstance(value, list | tuple):
        return not value or any(_can_be(field, one) for one in value)
    if field.type in _NUMBERS:
        return _is_number(value) and (not isinstance(value, str) or as_text(Decimal(value.strip())) == value)
    if field.type is Type.YES_NO:
        return isinstance(value, bool) or value in ("true", "false")
    if field.type in _DAYS:
        if isinstance(value, date):
            return isinstance(value, datetime) is (field.type is Type.INSTANT)
        return isinstance(value, str) and _is_day(value) and ("T" in value) is (field.type is Type.INSTANT)
    return field.type not in _WHOLES or not field.fields


def _alike(one: Field, other: Field) -> bool:
    """Tell whether values of two fields can be the same; numbers and texts can, as an id in a text."""
    if Type.ANY in (one.type, other.type) or one.type is other.type:
        return True
    kinds = {_kind(one), _kind(other)}
    if kinds == {"yes/no", "text"}:
        chosen = one if one.type is Type.PICKLIST else other
        return chosen.type is Type.PICKLIST and _chosen(chosen, lambda value: value in ("true", "false"))
    return len(kinds) == 1 or kinds == {"number", "text"}


def _kind(field: Field) -> str:
    if field.type in _NUMBERS:
        return "number"
    return field.type.value if field.type in (*_DAYS, *_WHOLES, Type.YES_NO) else "text"


# The other side of a comparison


def _operand(
    record: _Record,
    operand: t.Operand,
    said: str,
    holds: Callable[[Field], bool],
    what: str,
    fits: Callable[[Any], bool],
) -> Iterator[Misfit]:
    field = record.field(operand)
    if field is not None and not holds(field):
        yield Misfit(
            f"a field that holds a {what}",
            f"{said}: {_named(record, field)} is of type {field.type.value}",
            f"Name a field that holds a {what}, or give it its type in the toml's [types].",
        )
    elif isinstance(operand, t.Setting):
        value = _setting(record, operand)
        if value is not None and not fits(value):
            yield Misfit(
                f"a setting that holds a {what}",
                f"{said}: `{operand.text}` holds something else",
                f"Write a {what} in the toml's [settings], or name another setting.",
            )


def _setting(record: _Record, setting: t.Setting) -> Any:
    """Return what a setting holds, None where there is none or where only the environment knows it."""
    value = record.matter.integration.settings.get(setting.text)
    return None if value == "" or (isinstance(value, str) and "${" in value) else value


# Words


def _misfit(record: _Record, field: Field, name: str, found: str) -> Misfit:
    return Misfit(
        f"a test that fits {_named(record, field)} ({record.matter.system(record.side)}), "
        f"a field of type {field.type.value}",
        found,
        _how(field, name),
    )


def _named(record: _Record, field: Field) -> str:
    return f"{record.entity}.{field.path}"


def _how(field: Field, name: str) -> str:
    types = "or give it its type in the toml's [types]"
    if field.type in _NUMBERS:
        return f"Compare it with a number, `{name} > 5` or `{name} is 5`, {types}."
    if field.type is Type.YES_NO:
        return f"Write `{name} is yes`, `{name} is no` or `{name} is blank`, {types}."
    if field.type is Type.DATE:
        return f'Compare it with a day, `{name} is on or after today` or `{name} is "2026-01-31"`, {types}.'
    if field.type is Type.INSTANT:
        return f"Compare it with a day, `{name} is on or after today`, {types}."
    if field.type in _WHOLES:
        return f"Test one of its parts, or write `{name} is filled`."
    value = field.choices[0] if field.choices else "…"
    return f'Compare it with a text, `{name} is "{value}"`, {types}.'


def spelt(tree: t.Atom) -> str:
    """Return a test as it can be written; a quantifier is named alone."""
    if isinstance(tree, t.Quantified):
        return f"{tree.quantifier} {tree.entity}"
    subject, negation = _operand_text(tree.subject), ""
    if not isinstance(tree, t.Compare) and tree.negated:
        negation = " not"
    if isinstance(tree, t.Compare):
        return f"{subject} {tree.sign} {_operand_text(tree.other)}"
    if isinstance(tree, t.Contains):
        return f'{subject} does not contain "{tree.text}"' if negation else f'{subject} contains "{tree.text}"'
    if isinstance(tree, t.Matches):
        return f'{subject} does not match "{tree.pattern}"' if negation else f'{subject} matches "{tree.pattern}"'
    return f"{subject} is{negation} {_said(tree)}"


def _said(tree: t.Is | t.IsBlank | t.IsYes | t.When | t.Within) -> str:
    if isinstance(tree, t.Is):
        several = "one of " if len(tree.values) > 1 else ""
        return several + " or ".join(_operand_text(one) for one in tree.values)
    if isinstance(tree, t.IsBlank):
        return "blank"
    if isinstance(tree, t.IsYes):
        return "yes" if tree.wanted else "no"
    if isinstance(tree, t.Within):
        return f"within {tree.days} days" + (" exclusive" if tree.exclusive else "")
    return f"{tree.relation} {_day_text(tree.day)}"


def _day_text(written: t.Day) -> str:
    if written.field is not None:
        return _operand_text(written.field)
    if written.date:
        return written.date
    if not written.days:
        return "today"
    return f"in {written.days} days" if written.days > 0 else f"{-written.days} days ago"


def _operand_text(operand: t.Operand) -> str:
    if isinstance(operand, t.Setting):
        return f"setting {operand.text}"
    if isinstance(operand, t.Name):
        return operand.text
    return f'"{operand.value}"' if isinstance(operand.value, str) else as_text(operand.value)
