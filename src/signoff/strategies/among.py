"""Tell quickly whether values stand among others: numbers take long to learn that a text is no number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from signoff.record import Value, same_json


class Drawn(dict[str, Value]):
    """Hold the values of a record while one after the other is drawn, and which of them are texts."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: set[str] = set()
        self.others: list[Value] = []

    def draw(self, path: str, value: Value) -> None:
        """Add the value of another path."""
        self[path] = value
        if isinstance(value, str):
            self.texts.add(value)
        else:
            self.others.append(value)


def among(values: Iterable[Value]) -> Callable[[Value], bool]:
    """Return what tells whether a value is equal to one of some values, for asking about many."""
    texts, others = set(), []
    for one in values:
        if isinstance(one, str):
            texts.add(one)
        else:
            others.append(one)
    return lambda value: value in texts if isinstance(value, str) else value in others


def is_among(value: Value, fields: Mapping[str, Value]) -> bool:
    """Tell whether a value is equal to that of one of some fields, for asking about one."""
    text = isinstance(value, str)
    if isinstance(fields, Drawn):
        return value in (fields.texts if text else fields.others)
    return value in [one for one in fields.values() if isinstance(one, str) is text]


def others(values: Iterable[Value], held: Value, fields: Mapping[str, Value]) -> list[Value]:
    """Return the values that JSON does not call the same as what is held, and that none of some fields has."""
    used = among(fields.values())
    return [one for one in values if not same_json(one, held) and not used(one)]


def same_among(value: Value, values: Sequence[Value]) -> bool:
    """Tell whether JSON would call a value the same as one of some values."""
    if type(value) is str:
        return any(type(one) is str and one == value for one in values)
    return any(same_json(value, one) for one in values)
