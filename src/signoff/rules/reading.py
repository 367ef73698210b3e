"""Read raw JSON values as typed ones by their field, and write them back.

How a type is written on the wire (epoch ms, decimal comma, object with id) is the field's `Wire`, and never a
rule's business. Blank raw values are returned as they are, because absent, null and empty stay apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from jsonschema_rs import Draft202012Validator

from signoff.expressions.calendar import seen_in
from signoff.expressions.evaluate import NoNumber, Unreadable, as_text, plain_number, yes_no
from signoff.expressions.regex import described
from signoff.record import ABSENT, Value, blank
from signoff.schema import Field, Type, Wire

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_MILLISECOND: Final = timedelta(milliseconds=1)

Read: TypeAlias = Callable[[Value, ZoneInfo], Value]


def read(field: Field | None, raw: Value, zone: ZoneInfo) -> Value:
    """Return the typed value of a raw one; lists item by item; raise Unreadable.

    `zone` is the system's: in it, instants without offset are meant, and epoch values of date fields become days.
    """
    if blank(raw) or field is None:
        return raw
    one = reading(field.type, field.wire)
    if isinstance(raw, list | tuple):
        return [item if blank(item) else one(item, zone) for item in raw]
    return one(raw, zone)


@lru_cache(maxsize=256)
def reading(kind: Type, wire: Wire) -> Read:
    """Return the function that reads one non-blank value of a type and wire form."""
    if kind in _NUMBERS:
        return _number_comma if wire is Wire.DECIMAL_COMMA else _number
    return _READERS.get(kind, _as_it_is)(wire)


def _as_it_is(_wire: Wire) -> Read:
    return lambda raw, _zone: raw


def _number(raw: Value, _zone: ZoneInfo) -> Decimal:
    return decimal(raw)


def decimal(raw: Value) -> Decimal:
    """Read a number exactly from a JSON number or from text with a decimal point; raise Unreadable."""
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal | str):
        raise NoNumber("not a number")
    try:
        found = Decimal(raw.strip()) if isinstance(raw, str) else Decimal(raw)
    except InvalidOperation:
        raise NoNumber("not a number") from None
    if not found.is_finite():
        raise NoNumber("not a number")
    return found


def _number_comma(raw: Value, zone: ZoneInfo) -> Decimal:
    if isinstance(raw, str):
        raw = raw.replace(".", "").replace(",", ".")
    return _number(raw, zone)


def instant_of_epoch(raw: Value, wire: Wire) -> datetime:
    """Return the UTC instant of an epoch number in milliseconds or seconds, exactly; raise Unreadable."""
    number = raw if type(raw) is int else decimal(raw)
    micros = number * (1000 if wire is Wire.EPOCH_MS else 1_000_000)
    try:
        return EPOCH + timedelta(microseconds=int(micros))
    except OverflowError:
        raise Unreadable("not a date") from None


MOST_DIGITS: Final = 8
"""Digits behind a point that a pattern is tried with."""
_ISO_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


def _date_reader(wire: Wire) -> Read:
    def date_reader(raw: Value, zone: ZoneInfo) -> date:
        if wire in (Wire.EPOCH_MS, Wire.EPOCH_S) and not isinstance(raw, str):
            return seen_in(instant_of_epoch(raw, wire), zone).date()
        return day_of_text(raw)

    return date_reader


def day_of_text(raw: Value) -> date:
    """Read the calendar day that a text shows, never shifted: of a date and time, the day written; raise Unreadable."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if not isinstance(raw, str) or not _ISO_DAY.match(raw.strip()):
        raise Unreadable("not a date")
    text = raw.strip()
    try:
        if len(text) > 10:
            datetime.fromisoformat(text)
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Unreadable("not a date") from None


def _instant_reader(wire: Wire) -> Read:
    def instant_reader(raw: Value, zone: ZoneInfo) -> datetime:
        if wire in (Wire.EPOCH_MS, Wire.EPOCH_S) and not isinstance(raw, str):
            return instant_of_epoch(raw, wire)
        return instant_of_text(raw, zone)

    return instant_reader


def instant_of_text(raw: Value, zone: ZoneInfo) -> datetime:
    """Read an ISO 8601 date and time; without an offset it is meant in the zone; raise Unreadable."""
    if isinstance(raw, datetime):
        return raw if raw.tzinfo else raw.replace(tzinfo=zone)
    if not isinstance(raw, str) or not _ISO_DAY.match(raw.strip()):
        raise Unreadable("not a date and time")
    try:
        moment = datetime.fromisoformat(raw.strip())
    except ValueError:
        raise Unreadable("not a date and time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _yes_no_reader(_wire: Wire) -> Read:
    def yes_no_reader(raw: Value, _zone: ZoneInfo) -> bool | None:
        return yes_no(raw)

    return yes_no_reader


def id_of(raw: Value) -> Value:
    """Return the id of a reference as text, from the bare id or from an object with id; ABSENT when there is none."""
    if isinstance(raw, (dict, Mapping)):
        raw = raw.get("id", ABSENT)
    if blank(raw):
        return ABSENT
    return raw if isinstance(raw, str) else as_text(raw)


def _reference_reader(_wire: Wire) -> Read:
    return lambda raw, _zone: id_of(raw)


def _text_reader(_wire: Wire) -> Read:
    return lambda raw, _zone: raw if isinstance(raw, str | Mapping) else as_text(raw)


_NUMBERS: Final = frozenset({Type.AMOUNT, Type.NUMBER, Type.INTEGER})
_READERS: Final[Mapping[Type, Callable[[Wire], Read]]] = {
    Type.TEXT: _text_reader,
    Type.EMAIL: _text_reader,
    Type.PHONE: _text_reader,
    Type.DATE: _date_reader,
    Type.INSTANT: _instant_reader,
    Type.YES_NO: _yes_no_reader,
    Type.REFERENCE: _reference_reader,
}


def write(field: Field | None, typed: Value, zone: ZoneInfo) -> Value:
    """Return a typed value as the field's system writes it; `zone` is that system's. Blank values pass unchanged."""
    if typed is ABSENT or typed is None or typed == "":
        return typed
    if isinstance(typed, (list, tuple)):
        return [write(field, item, zone) for item in typed]
    wire = field.wire if field is not None else Wire.NATURAL
    if isinstance(typed, bool):
        return int(typed) if wire is Wire.ONE_ZERO else typed
    if isinstance(typed, datetime):
        return write_instant(typed, wire)
    if isinstance(typed, date):
        if (field is not None and field.type is Type.INSTANT) or wire in (Wire.EPOCH_MS, Wire.EPOCH_S):
            return write_instant(datetime.combine(typed, time(), zone), wire)
        return typed.isoformat()
    if isinstance(typed, int | Decimal):
        return _write_number(field, Decimal(typed))
    if field is not None and field.type is Type.REFERENCE and wire is Wire.ID_OBJECT and isinstance(typed, str):
        return {"id": int(typed) if typed.isdecimal() else typed}
    if field is not None and field.type in _NUMBERS and isinstance(typed, str):
        return _write_number(field, decimal(typed))
    return typed


def write_instant(moment: datetime, wire: Wire) -> Value:
    """Write an instant: epoch ms, epoch s, or ISO 8601 in UTC with milliseconds only where there are any."""
    if wire is Wire.EPOCH_MS:
        return (moment - EPOCH) // _MILLISECOND
    if wire is Wire.EPOCH_S:
        return (moment - EPOCH) // _SECOND
    utc = seen_in(moment)
    spec = "milliseconds" if utc.microsecond else "seconds"
    return utc.isoformat(timespec=spec).replace("+00:00", "Z")


def _write_number(field: Field | None, number: Decimal) -> Value:
    if field is not None and field.wire is Wire.NUMBER_TEXT:
        return _padded(field, number)
    if field is not None and field.wire is Wire.DECIMAL_COMMA:
        return _padded(field, number).replace(".", ",")
    if field is not None and field.type is Type.TEXT:
        return plain_number(number)
    return int(number) if number == number.to_integral_value() else Decimal(plain_number(number))


def _padded(field: Field, number: Decimal) -> str:
    text = plain_number(number)
    held = len(text.partition(".")[2])
    if field.decimals:
        return f"{number:.{field.decimals}f}" if held <= field.decimals else text
    return _as_asked(field, text, held) if field.pattern else text


def _as_asked(field: Field, text: str, held: int) -> str:
    """Return a number with as many zeros behind its point as the field's pattern wants: 50 as 50.00."""
    shape = described(field.pattern or "")
    longer = (f"{Decimal(text):.{digits}f}" for digits in range(held, MOST_DIGITS + 1))
    mark = "," if field.wire is Wire.DECIMAL_COMMA else "."
    return next((one for one in longer if shape.search(one.replace(".", mark))), text)


def breaks(field: Field, raw: Value) -> str:
    """Say in words which limit of the receiving field a raw value breaks, or "" when it breaks none.

    Looks at lengths (in code points), limits, decimals, pattern, closed choices and the form that its system demands.
    """
    said = _breaks(field, raw)
    if said or not field.form or blank(raw):
        return said
    return "" if formed(field.form)(raw) else "not in the form that the field asks for"


def unbounded(field: Field) -> bool:
    """Tell whether a field has no limit at all that a value could break."""
    if field.mandatory or field.pattern or field.form or field.max_length is not None:
        return False
    if (field.choices and field.closed) or field.min_length is not None or field.decimals is not None:
        return False
    return field.minimum is None and field.maximum is None


@lru_cache(maxsize=512)
def formed(form: str) -> Callable[[Value], bool]:
    """Return what tells whether a raw value fits a JSON Schema, given as text (2020-12, formats asserted)."""
    schema = Draft202012Validator(json.loads(form), validate_formats=True, formats={"decimal": _decimal})

    def fits(raw: Value) -> bool:
        try:
            return schema.is_valid(raw)
        except UnicodeEncodeError:  # half a pair: nothing that UTF-8 can write
            return False

    return fits


def _decimal(text: str) -> bool:
    return re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", text) is not None


def _breaks(field: Field, raw: Value) -> str:
    if isinstance(raw, (list, tuple)):
        return next((why for item in raw if (why := _breaks(field, item))), "")
    if blank(raw):
        return "it is mandatory" if field.mandatory else ""
    if isinstance(raw, str):
        if field.max_length is not None and len(raw) > field.max_length:
            return f"longer than {field.max_length} characters"
        if field.min_length is not None and len(raw) < field.min_length:
            return f"shorter than {field.min_length} characters"
        if field.pattern and not described(field.pattern).search(raw):
            return "not in the form that the field asks for"
    if field.choices and field.closed and as_text(raw) not in field.choices:
        return "not one of the field's choices"
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        if field.minimum is not None and raw < field.minimum:
            return f"less than {field.minimum}"
        if field.maximum is not None and raw > field.maximum:
            return f"more than {field.maximum}"
        if field.decimals is not None and field.type in _NUMBERS and decimals_of(raw) > field.decimals:
            return f"more than {field.decimals} decimals"
    return ""


def decimals_of(number: int | Decimal) -> int:
    """Return how many decimals a number has, zeros at the end apart."""
    return len(plain_number(Decimal(number)).partition(".")[2])


def shown(typed: Any) -> str:
    """Write a typed value for a reader: texts in quotes, lists in brackets."""
    if isinstance(typed, str):
        return f'"{typed}"'
    if isinstance(typed, bool):
        return "yes" if typed else "no"
    if isinstance(typed, list | tuple):
        return "[" + ", ".join(shown(item) for item in typed) + "]"
    if typed is None or typed is ABSENT:
        return "blank"
    if isinstance(typed, Mapping):
        return "{" + ", ".join(f"{key}: {shown(value)}" for key, value in typed.items()) + "}"
    return as_text(typed)
