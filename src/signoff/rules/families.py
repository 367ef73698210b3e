"""Load every family of phrases, so that the register is complete."""

from __future__ import annotations

from signoff.rules import (
    address,
    casts,
    checked,
    constants,
    dates,
    email,
    fallback,
    files,
    formula,
    lists,
    lookup,
    modifiers,
    money,
    phone,
    picks,
    places,
    references,
    text,
    yesno,
)

LOADED = (
    text, email, phone, dates, places, address, lists, lookup, money, formula, references, constants, casts, picks,
    fallback, yesno, files, checked, modifiers,
)  # fmt: skip
"""The families in the order of the reference."""
