"""Name values that people enter, and that are no phone, no e-mail, no number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from signoff.agreement.policy import reads_number
from signoff.agreement.resolved import BoundRow
from signoff.schema import Field, Type

_UNREADABLE: Final[Mapping[Type, tuple[Any, ...]]] = {
    Type.PHONE: ("ask reception", "555-0147", "+1 200 555 01"),
    Type.EMAIL: ("not an e-mail", "two@at@example.com"),
    Type.STATE: ("Nowhere",),
}

_NO_NUMBERS: Final = ("twelve", "80,00 USD", "1.234,50", "20-25", "n/a")
"""Texts in which people write amounts: whoever reads up to the first other sign takes some of them for a number."""


def unreadable(field: Field, rows: Sequence[BoundRow]) -> tuple[Any, ...]:
    """Return values of a field that cannot be read as what it is, or as what rows that read it make of it.

    None where a system checks the form of the field: it holds nothing that cannot be read.
    """
    if field.pattern is not None:
        return ()
    numbers = field.type in (Type.TEXT, Type.ANY) and any(reads_number(row) for row in rows)
    return (*_UNREADABLE.get(field.type, ()), *(_NO_NUMBERS if numbers else ()))
