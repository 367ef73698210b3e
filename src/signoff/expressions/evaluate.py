"""Work out conditions against anything that can be read like a record.

Values come typed from the Reader (text, Decimal or int, bool, date, aware datetime, list, None or ABSENT). Every
comparison with a blank value is false, and so every `is not` with one is true; texts compare exactly; days are
calendar days in the reader's zone. A list passes a test when one of its items does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from signoff.expressions import tree as t
from signoff.expressions.calendar import seen_in
from signoff.expressions.regex import compiled
from signoff.record import Value, blank

_YES: Final = frozenset({"true", "yes", "y", "1"})
_NO: Final = frozenset({"false", "no", "n", "0"})


class Reader(Protocol):
    """Read one record at one moment, as conditions and formulas need it."""

    @property
    def zone(self) -> ZoneInfo:
        """The integration's zone, in which instants become days."""

    def today(self) -> date:
        """Return today's date in the integration's zone."""

    def typed(self, name: str) -> Value:
        """Return the typed value of a field by its name as written, ABSENT when missing."""

    def setting(self, name: str) -> Value:
        """Return a setting of the integration by name, ABSENT when there is none."""

    def related(self, entity: str, by: str = "") -> Sequence[Reader]:
        """Return the records of an entity that refer to this one, by the named reference or the only one."""


class Unreadable(ValueError):
    """Say that a value is not of the kind that a condition, formula or step needs; the record is bad data."""


class NoNumber(Unreadable):
    """Say that a value is no number, where one is needed."""


def number(value: Value) -> Decimal | None:
    """Read a number exactly; None for blank; raise Unreadable for anything that is no number."""
    if blank(value):
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise NoNumber("not a number")
    try:
        found = Decimal(value.strip()) if isinstance(value, str) else Decimal(value)
    except InvalidOperation:
        raise NoNumber("not a number") from None
    if not found.is_finite():
        raise NoNumber("not a number")
    return found


def day(value: Value, zone: ZoneInfo) -> date | None:
    """Read a calendar day: a date, an instant's day in the zone, or ISO text; None for blank; raise Unreadable."""
    if blank(value):
        return None
    if isinstance(value, datetime):
        return seen_in(value, zone).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        text = value.strip()
        try:
            if len(text) == 10:
                return date.fromisoformat(text)
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise Unreadable("not a date") from None
        return seen_in(moment, zone).date() if moment.tzinfo else moment.date()
    raise Unreadable("not a date")


def yes_no(value: Value) -> bool | None:
    """Read yes or no from a bool, 1, 0, or the usual words in any case; None for blank; raise Unreadable."""
    if isinstance(value, bool):
        return value
    if blank(value):
        return None
    word = str(value).strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unreadable("neither yes nor no")


_UNREADABLE: Final = object()
"""Stands for a value that is not of its field's type: filled, and yet true of nothing."""

Test = Callable[[Reader], bool]


@lru_cache(maxsize=20_000)
def condition(tree: t.Condition) -> Test:
    """Compile a condition to a function of a Reader; the same tree is compiled once.

    A value that cannot be read as the test needs it makes the test false, as blank does.
    """
    if isinstance(tree, t.And):
        parts = [condition(part) for part in tree.parts]
        return lambda reader: all(part(reader) for part in parts)
    if isinstance(tree, t.Or):
        parts = [condition(part) for part in tree.parts]
        return lambda reader: any(part(reader) for part in parts)
    if isinstance(tree, t.Not):
        inner = condition(tree.part)
        return lambda reader: not inner(reader)
    if isinstance(tree, t.Quantified):
        return _quantified(tree)
    return _atom(tree)


_COMPILED: Final[dict[int, tuple[t.Condition, Test]]] = {}
_MOST_COMPILED: Final = 20_000


def holds(tree: t.Condition, reader: Reader) -> bool:
    """Tell whether a condition holds for a record."""
    # A tree is asked thousands of times, and each time it would take longer to hash it than to evaluate it.
    known = _COMPILED.get(id(tree))
    if known is None or known[0] is not tree:
        if len(_COMPILED) >= _MOST_COMPILED:
            _COMPILED.clear()
        known = _COMPILED[id(tree)] = (tree, condition(tree))
    return known[1](reader)


def _quantified(tree: t.Quantified) -> Test:
    entity, by, count = tree.entity, tree.by, tree.count
    inner: Test = (lambda _: True) if tree.condition is None else condition(tree.condition)
    if tree.quantifier == "some":
        return lambda reader: any(inner(one) for one in reader.related(entity, by))
    if tree.quantifier == "no":
        return lambda reader: not any(inner(one) for one in reader.related(entity, by))
    if tree.quantifier == "every":
        return lambda reader: all(inner(one) for one in reader.related(entity, by))
    if tree.quantifier == "fewer than":
        return lambda reader: sum(inner(one) for one in reader.related(entity, by)) < count
    return lambda reader: sum(inner(one) for one in reader.related(entity, by)) > count


def _got(operand: t.Operand | t.Name | t.Setting) -> Callable[[Reader], Value]:
    if isinstance(operand, t.Literal):
        value = operand.value
        return lambda _: value
    text = operand.text
    if isinstance(operand, t.Setting):
        return lambda reader: reader.setting(text)

    def typed(reader: Reader) -> Value:
        try:
            return reader.typed(text)
        except Unreadable:
            return _UNREADABLE

    return typed


def _passes(test: Callable[[Value, Reader], bool], value: Value, reader: Reader) -> bool:
    if isinstance(value, list | tuple):
        return any(_passes(test, one, reader) for one in value)
    if blank(value) or value is _UNREADABLE:
        return False
    try:
        return test(value, reader)
    except Unreadable:
        return False


def _atom(tree: t.Atom) -> Test:
    assert not isinstance(tree, t.Quantified)
    get = _got(tree.subject)
    if isinstance(tree, t.IsBlank):
        wanted = not tree.negated
        return lambda reader: _all_blank(get(reader)) is wanted
    test = _test(tree)
    if not isinstance(tree, t.Compare) and tree.negated:
        return lambda reader: not _passes(test, get(reader), reader)
    return lambda reader: _passes(test, get(reader), reader)


def _all_blank(value: Value) -> bool:
    if isinstance(value, list | tuple):
        return all(_all_blank(one) for one in value)
    return blank(value)


def _test(tree: t.Atom) -> Callable[[Value, Reader], bool]:
    if isinstance(tree, t.Is):
        others = [_got(value) for value in tree.values]
        return lambda value, reader: any(same_value(value, other(reader)) for other in others)
    if isinstance(tree, t.IsYes):
        answer = tree.wanted
        return lambda value, _: yes_no(value) is answer
    if isinstance(tree, t.Contains):
        text = tree.text
        return lambda value, _: text in as_text(value)
    if isinstance(tree, t.Matches):
        pattern = compiled(tree.pattern)
        return lambda value, _: pattern.fullmatch(as_text(value)) is not None
    if isinstance(tree, t.Compare):
        return _compare(tree)
    if isinstance(tree, t.Within):
        most = tree.days - (1 if tree.exclusive else 0)
        return lambda value, reader: abs(_days(value, reader) - reader.today().toordinal()) <= most
    assert isinstance(tree, t.When)
    return _when(tree)


def _compare(tree: t.Compare) -> Callable[[Value, Reader], bool]:
    signs: dict[str, Callable[[Decimal, Decimal], bool]] = {
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
    }
    sign, other = signs[tree.sign], _got(tree.other)

    def test(value: Value, reader: Reader) -> bool:
        left, right = number(value), number(other(reader))
        return left is not None and right is not None and sign(left, right)

    return test


def _days(value: Value, reader: Reader) -> int:
    found = day(value, reader.zone)
    if found is None:
        raise Unreadable("blank")
    return found.toordinal()


def _when(tree: t.When) -> Callable[[Value, Reader], bool]:
    relations: dict[str, Callable[[int, int], bool]] = {
        "before": lambda a, b: a < b,
        "after": lambda a, b: a > b,
        "on or before": lambda a, b: a <= b,
        "on or after": lambda a, b: a >= b,
    }
    relation = relations[tree.relation]
    target = _day_of(tree.day)
    return lambda value, reader: relation(_days(value, reader), target(reader))


def _day_of(written: t.Day) -> Callable[[Reader], int]:
    if written.field is not None:
        get = _got(written.field)
        return lambda reader: _days(get(reader), reader)
    if written.date:
        fixed = date.fromisoformat(written.date).toordinal()
        return lambda _: fixed
    shift = timedelta(days=written.days)
    return lambda reader: (reader.today() + shift).toordinal()


def as_text(value: Value) -> str:
    """Write a typed value as text, the way a reader would: numbers without trailing zeros, dates as ISO."""
    if isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def plain_number(value: Decimal) -> str:
    """Write a decimal without exponent and without trailing zeros; minus zero is zero."""
    if value == 0:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def same_value(left: Value, right: Value) -> bool:
    """Compare for a condition: numbers by number, instants by instant, everything else as exact text; blank never."""
    if isinstance(right, list | tuple):
        return any(same_value(left, one) for one in right)
    if blank(left) or blank(right):
        return False
    if _is_number(left) and _is_number(right):
        return bool(left == right)
    if isinstance(left, datetime) and isinstance(right, datetime):
        return left == right
    return as_text(left) == as_text(right)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
