"""Bind what becomes of an address by what the address service says, and find the rows that ask it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from signoff.addresses import Answer
from signoff.agreement.asking import matter_id, plain, stated
from signoff.agreement.matters import BoundAddress
from signoff.agreement.resolved import BoundRow, Pair
from signoff.agreement.statement import Kind, Statement
from signoff.errors import Place, Problem, nearest
from signoff.rules.address import CORRECTED
from signoff.scope import AddressRow, Document, Integration

ARRIVES: Final = "the corrected address arrives"
AS_IT_WAS: Final = "the address arrives as it was"
_REPORTED: Final = " and is reported"

OUTCOMES: Final[Mapping[Answer, tuple[str, ...]]] = {
    Answer.CORRECTED: (ARRIVES, ARRIVES + _REPORTED),
    Answer.UNCERTAIN: (AS_IT_WAS, AS_IT_WAS + _REPORTED),
    Answer.UNKNOWN: (AS_IT_WAS, AS_IT_WAS + _REPORTED),
    Answer.NONE: (AS_IT_WAS, AS_IT_WAS + _REPORTED),
}
"""What a row may say of each answer."""


def corrects(row: BoundRow) -> bool:
    """Tell whether a chart row asks the address service."""
    return row.rule is not None and any(step.phrase == CORRECTED for step in row.rule.tree.steps)


def correcting(pair: Pair) -> Mapping[tuple[str, ...], list[BoundRow]]:
    """Return the rows of a binding that ask the address service, by the address that they ask about."""
    found: dict[tuple[str, ...], list[BoundRow]] = {}
    for row in pair.rows:
        if corrects(row):
            found.setdefault(tuple(sorted(row.sources)), []).append(row)
    return found


def bind_address(
    integration: Integration, document: Document, one: AddressRow, problems: list[Problem]
) -> tuple[BoundAddress, Statement] | None:
    """Bind one row of an @address table; None when it is wrong (then `problems` grew)."""
    said, then = (" ".join(cell.text.lower().split()) for cell in (one.answer, one.then))
    words = {answer.value: answer for answer in OUTCOMES}
    answer = words.get(said)
    if answer is None:
        problems.append(
            Problem(
                one.answer.place,
                f"what an address service may say: {', '.join(words)}",
                f'"{one.answer.text}"',
                did_you_mean=nearest(said, words),
                how="An address that is right as it stands needs no row.",
                code="address-answer",
            )
        )
        return None
    if then not in OUTCOMES[answer]:
        problems.append(
            Problem(
                one.then.place,
                f"what becomes of an address that is {answer.value}: {' or '.join(OUTCOMES[answer])}"
                if answer is not Answer.NONE
                else f"what becomes of an address without an answer: {' or '.join(OUTCOMES[answer])}",
                f'"{one.then.text}"',
                did_you_mean=nearest(then, OUTCOMES[answer]),
                how="Only an address that the service is sure of is corrected; the record arrives in any case.",
                code="address-outcome",
            )
        )
        return None
    statement = matter_id("address", answer.value, one.row, problems)
    title = f"{one.answer.text}: {one.then.text}"
    made = plain(statement, Kind.ADDRESS, title, f"Where the address service says {answer.value}: {then}.")
    if answer is Answer.NONE:
        made = plain(statement, Kind.ADDRESS, title, f"Where the address service does not answer: {then}.")
    reported = then.endswith(_REPORTED)
    return BoundAddress(statement, answer, reported, one.row.place), stated(integration, document, one.row, made)


def address_problems(
    integration: Integration, pairs: Sequence[Pair], bound: Sequence[BoundAddress]
) -> Iterator[Problem]:
    """Yield what does not go together: rows without a service, a table without rows, two rows for one answer."""
    asking = [
        row for pair in pairs for way in (pair, pair.back) if way is not None for row in way.rows if corrects(row)
    ]
    if integration.address is None:
        for row in asking:
            yield Problem(
                row.row.rule.place,
                f"an address service in {integration.file}",
                "none",
                how='Write there [systems.address] with dialect = "google-address".',
                code="no-address-service",
            )
    seen: dict[Answer, Place] = {}
    for one in bound:
        if one.answer in seen:
            yield Problem(
                one.place,
                f"one row for the answer {one.answer.value}",
                f"a second one; the first stands at {seen[one.answer]}",
                how="Keep one of them.",
                code="address-twice",
            )
        elif not asking:
            yield Problem(
                one.place,
                f"a chart row that says `{CORRECTED}`",
                "none",
                how="Say so in the rows of the address, or take this table out.",
                code="address-unused",
            )
        seen.setdefault(one.answer, one.place)
