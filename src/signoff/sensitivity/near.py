"""Name a near miss by how it differs from what is right, in a word or two that a reader knows."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from signoff.record import ABSENT, Value, blank
from signoff.schema import Type

NEAR = "near miss"
_DAY = timedelta(days=1)


def near_name(right: Value, near: Value, type_: Type | None) -> str:
    """Return what is wrong with a near miss; "near miss" where no shorter word fits."""
    if near is ABSENT:
        return "absent"
    if near is None:
        return "null"
    if blank(right):
        return "a value"
    if isinstance(near, list | tuple) and isinstance(right, list | tuple):
        return _list_name(list(right), list(near))
    if isinstance(right, bool) and isinstance(near, bool):
        return "the other answer"
    if isinstance(right, int | Decimal) and isinstance(near, int | Decimal):
        return _number_name(Decimal(right), Decimal(near))
    if isinstance(right, str) and isinstance(near, str):
        return _text_name(right, near, type_)
    if isinstance(right, Mapping) and isinstance(near, Mapping):
        return next((f"{name} cut" for name in right if right[name] != near.get(name)), NEAR)
    return NEAR


def _list_name(right: list[Value], near: list[Value]) -> str:
    if near == right[::-1]:
        return "the other way round"
    if len(near) < len(right):
        return "only the first" if len(near) == 1 and near[0] == right[0] else "one lost"
    return "one wrong"


def _number_name(right: Decimal, near: Decimal) -> str:
    difference = near - right
    known = {
        Decimal("0.01"): "a cent more",
        Decimal("-0.01"): "a cent less",
        Decimal(1): "one more",
        Decimal(-1): "one less",
    }
    if difference in known:
        return known[difference]
    if near == -right:
        return "the other sign"
    if near == right * 100:
        return "a hundred times as much"
    if near == 0:
        return "zero"
    return "cents lost" if near == near.to_integral_value() else NEAR


def _text_name(right: str, near: str, type_: Type | None) -> str:
    if near == "":
        return "empty text"
    if type_ in (Type.DATE, Type.INSTANT):
        return _time_name(right, near)
    if type_ is Type.PHONE:
        return _phone_name(right, near)
    if type_ is Type.EMAIL:
        name, _, domain = near.rpartition("@")
        ours, _, theirs = right.rpartition("@")
        if domain != theirs:
            return "another domain"
        return "the dots lost" if name.replace(".", "") == ours.replace(".", "") else "another name"
    if type_ is Type.COUNTRY:
        return "another country"
    if type_ is Type.STATE:
        return "another state"
    if type_ is Type.REFERENCE:
        return "another record"
    if near == right[:-1]:
        return "the last character lost"
    if near.casefold() == right.casefold():
        return "other case"
    if near == html.escape(right):
        return "escaped signs"
    return "a character more" if near[:-1] == right else "wrong encoding" if not right.isascii() else NEAR


def _phone_name(right: str, near: str) -> str:
    if len(near) == len(right) and near[:-1] == right[:-1]:
        return "last digit"
    if near == right[:-1]:
        return "last digit lost"
    return (
        "trunk zero"
        if len(near) == len(right) + 1 and near.replace("0", "") == right.replace("0", "")
        else ("other country")
    )


def _time_name(right: str, near: str) -> str:
    try:
        if len(right) == len(near) == 10:
            return _day_name(date.fromisoformat(right), date.fromisoformat(near))
        difference = datetime.fromisoformat(near) - datetime.fromisoformat(right)
    except (ValueError, TypeError):
        return NEAR
    return _difference_name(difference)


def _day_name(right: date, near: date) -> str:
    if (right.day, right.month) == (near.month, near.day) and right.year == near.year:
        return "day and month swapped"
    if abs(right.year - near.year) == 100:
        return "another century"
    return _difference_name(near - right)


def _difference_name(difference: timedelta) -> str:
    words = "later" if difference > timedelta() else "earlier"
    size = abs(difference)
    if size == _DAY:
        return f"a day {words}"
    if size == timedelta(hours=1):
        return f"an hour {words}"
    if size < timedelta(minutes=1):
        return f"seconds {words}"
    return "the offset dropped" if size < _DAY else NEAR
