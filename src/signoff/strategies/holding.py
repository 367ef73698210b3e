"""Find texts with or without others that a field can hold: what its system refuses makes no record."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from random import Random
from typing import Final

from signoff.expressions.regex import compiled
from signoff.rules.reading import breaks
from signoff.schema import Field, Type
from signoff.strategies.formed import in_form

_WITHOUT: Final = ("none of it", "~", "nobody@example.org")
"""Texts that hold hardly anything that a condition looks for; the last is an e-mail address."""
_ANY: Final = ("something", "nobody@example.org", "someone@example.org", "x", "z")
"""Texts for fields that are too short for a sentence, or take e-mail addresses only."""
_AROUND: Final = ("x {} y", "x{}", "{}x", "{}", "x{}.example", "{}@example.org", "x{}@example.org", "x@{}", "x@{}.org")
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}"
)
_NO_TEXT: Final = (
    *(Type.DATE, Type.INSTANT, Type.NUMBER, Type.INTEGER, Type.AMOUNT, Type.YES_NO),
    *(Type.REFERENCE, Type.OBJECT, Type.FILE),
)


def can_hold(field: Field | None, text: str) -> bool:
    """Tell whether a field can hold a text, as far as its kind and limits say."""
    if field is None:
        return True
    if field.type in _NO_TEXT:
        return False
    if field.type is Type.EMAIL and _ADDRESS.fullmatch(text) is None:
        return False
    return not breaks(field, text)


def with_text(text: str, field: Field | None) -> Iterator[str]:
    """Yield a text that a field can hold and in which another one stands; none where there is hardly one."""
    forms = (form.replace("{}", text) for form in _AROUND)
    yield from islice((one for one in (*_chosen(field), *forms) if text in one and can_hold(field, one)), 1)


def within_word(text: str, field: Field | None) -> Iterator[str]:
    """Yield a text that a field can hold and in which another one stands as a part of a word."""
    if (field is None or not field.choices) and text.strip() == text and can_hold(field, f"x{text}y"):
        yield f"x{text}y"


def without_text(text: str, field: Field | None) -> Iterator[str]:
    """Yield a text that a field can hold and in which another one does not stand."""
    yield from islice((one for one in (*_chosen(field), *_WITHOUT) if text not in one and can_hold(field, one)), 1)


def any_text(field: Field | None, but: Collection[object] = (), first: str = "something else") -> Iterator[str]:
    """Yield texts that a field can hold and that are none of some others; a field may ask for a form of its own."""
    formed = in_form(field, Random(0), 3) if field is not None else []  # noqa: S311 - the same every time
    texts = (*_chosen(field), first, *_ANY, *(one for one in formed if isinstance(one, str)))
    yield from (one for one in texts if one not in but and can_hold(field, one))


def matching(field: Field | None, pattern: str, truth: bool, texts: Iterable[str]) -> Iterator[str]:
    """Yield those of a field's choices that match a pattern, or do not, and of some texts those that it can hold."""
    yield from (one for one in _chosen(field) if (compiled(pattern).fullmatch(one) is not None) is truth)
    yield from (one for one in texts if can_hold(field, one))


def _chosen(field: Field | None) -> tuple[str, ...]:
    return tuple(one for one in field.choices if isinstance(one, str)) if field is not None else ()
