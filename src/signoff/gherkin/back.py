"""Let what one row of a value table says of the way back hold for every row with the same app value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from signoff.chart import ValueRow
from signoff.errors import Problem


def led_back(rows: Sequence[ValueRow]) -> tuple[tuple[ValueRow, ...], list[Problem]]:
    """Return the rows with `back to` filled in, and a problem for each row that contradicts an earlier one.

    Several ATS values may lead to one app value; it is enough that one of the rows says which of them is meant.
    """
    meant: dict[str, ValueRow] = {}
    problems: list[Problem] = []
    for one in rows:
        if not one.back_to:
            continue
        first = meant.setdefault(one.app.text.casefold(), one)
        if first.back_to != one.back_to:
            problems.append(
                Problem(
                    replace(one.place, cell="back to"),
                    f'"{first.back_to}" as in line {first.place.line}: "{one.app.text}" becomes one value only',
                    f'"{one.back_to}"',
                    how="Say the same in both rows, or say it in one of them.",
                    code="back-to",
                )
            )
    return tuple(
        replace(one, back_to=meant[one.app.text.casefold()].back_to) if one.app.text.casefold() in meant else one
        for one in rows
    ), problems
