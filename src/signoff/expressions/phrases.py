"""List the phrases of the language as an author writes them, for messages that suggest the nearest one."""

from __future__ import annotations

from typing import Final

SAME: Final = (
    "same text", "same email", "same phone", "same date and time", "same date", "same amount", "same number",
    "same yes/no", "same place", "same file and name", "same file", "same value",
)  # fmt: skip

STEPS: Final = (
    *SAME,
    "as text", "as a number", "date only", 'yes/no as "Y" and "N"',
    'always "X"', "always setting NAME", "left blank", "left out", "null", "empty text", "empty list",
    'look up in "Table"', "the ENTITY with the same FIELD", "match or create the ENTITY by FIELD",
    "the first one", "the first one where CONDITION", "the latest one by FIELD",
    "the latest one by FIELD where CONDITION", "the primary one", "the one where CONDITION",
    "every item", "every filled item", "in order", 'joined with ", "', 'split at ","',
    "or an empty list if blank", "every filled one of a, b or c", "first filled of a or b", 'or "X" if blank',
    "country as 2-letter code", "state as 2-letter code", "address on one line", "address corrected",
    "first word", "rest", "last word", "all but the last word", 'part before ","', 'part after "-"',
    'part between "(" and ")"', 'without the part between "(" and ")"', 'without the characters "/"',
    "letters and digits only", "digits only", "upper case", "lower case", "plain text", "at most N characters",
    "yes if CONDITION, otherwise no", "= FORMULA", "rounded to N decimals", "half-even", "blank as 0",
    "checked by module.function",
)  # fmt: skip

MODIFIERS: Final = (
    "only when CONDITION", "only when CONDITION, else blank", "on create only", "only if blank", "only if newer",
    "add, never remove", "blank clears", "blank is ignored", "must already exist in the ATS",
    "must already exist by name or external id", "from its effective date FIELD", "in ZONE", "default country XX",
    "ATS wins", "app wins", "latest change wins", "kept right", "put right at the next change",
)  # fmt: skip

CONDITIONS: Final = (
    'FIELD is "X"', 'FIELD is not "X"', 'FIELD is one of "A" or "B"', "FIELD is yes", "FIELD is no", "FIELD is blank",
    "FIELD is filled", 'FIELD contains "X"', 'FIELD matches "regex"', "FIELD is before today",
    "FIELD is after today", "FIELD is on or before today", "FIELD is on or after 2026-01-31",
    "FIELD is before in N days", "FIELD is after N days ago", "FIELD is within N days", "FIELD > 5",
    "some ENTITY has (CONDITION)", "no ENTITY has (CONDITION)", "every ENTITY has (CONDITION)",
    "fewer than N ENTITIES have (CONDITION)", "more than N ENTITIES", 'setting NAME is "X"',
)  # fmt: skip

ALL: Final = STEPS + MODIFIERS + CONDITIONS
