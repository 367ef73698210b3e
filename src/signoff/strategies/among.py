"""Tell quickly whether values stand among others: numbers take long to learn that a text is no number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from signoff.record import Value, same_json


def among(values: Iterable[Value]) -> Callable[[Value], bool]:
    """Return what tells whether a value is equal to one of some values, for asking about many."""
    texts, others = set(), []
    for one in values:
        if isinstance(one, str):
            texts.add(one)
        else:
            others.append(one)
    return lambda value: value in texts if isinstance(value, str) else value in others


def is_among(value: Value, values: Iterable[Value]) -> bool:
    """Tell whether a value is equal to one of some values, for asking about one."""
    text = isinstance(value, str)
    return value in [one for one in values if isinstance(one, str) is text]


def same_among(value: Value, values: Sequence[Value]) -> bool:
    """Tell whether JSON would call a value the same as one of some values."""
    if type(value) is str:
        return any(type(one) is str and one == value for one in values)
    return any(same_json(value, one) for one in values)
