"""Decide what an empty rule cell means: by the types of both fields, or an open question."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from signoff.rules.context import RowTypes, SourceField
from signoff.schema import Field, Type

OPEN: Final = "types differ, say how"

_NUMBERS: Final = frozenset({Type.AMOUNT, Type.NUMBER, Type.INTEGER})
_NO_TEXT: Final = frozenset({Type.ADDRESS, Type.FILE, Type.OBJECT})
_READ_FROM_TEXT: Final = frozenset({Type.EMAIL, Type.PHONE, Type.DATE}) | _NUMBERS
_TEXTS: Final = frozenset({Type.TEXT, Type.PICKLIST})

BY_TYPE: Final[dict[Type, str]] = {
    Type.TEXT: "same text",
    Type.EMAIL: "same email",
    Type.PHONE: "same phone",
    Type.DATE: "same date",
    Type.INSTANT: "same date and time",
    Type.AMOUNT: "same amount",
    Type.NUMBER: "same number",
    Type.INTEGER: "same number",
    Type.YES_NO: "same yes/no",
    Type.PICKLIST: "same text",
    Type.COUNTRY: "same place",
    Type.STATE: "same place",
    Type.ADDRESS: "same place",
    Type.FILE: "same file",
    Type.REFERENCE: "the with the same",
    Type.OBJECT: "same value",
    Type.ANY: "same value",
}


def default_phrase(sending: Type, receiving: Type) -> str:
    """Return the phrase that compares a pair of types by default, or OPEN."""
    if receiving is Type.ANY:
        return BY_TYPE[sending]
    if sending is Type.ANY or sending is receiving or {sending, receiving} <= _NUMBERS:
        return BY_TYPE[receiving]
    if receiving is Type.TEXT:
        if sending in _NO_TEXT:
            return OPEN
        return "same text" if sending in _TEXTS else "as text"
    if sending is Type.TEXT and (receiving in _READ_FROM_TEXT or receiving is Type.PICKLIST):
        return BY_TYPE[receiving]
    if sending is Type.INSTANT and receiving is Type.DATE:
        return "same date"
    return OPEN


def own_table(types: RowTypes, subject: SourceField) -> str:
    """Return the name of the value table that is named like one of the row's fields, or ""."""
    target: Field | None = types.target
    names = {subject.name, subject.name.rpartition(".")[2], types.target_name}
    for field in (target, subject.field):
        if field is not None:
            names |= {field.path, field.name, field.label}
    folded = {_folded(name) for name in names if name}
    return next((name for name in types.tables if _folded(name) in folded), "")


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())
