"""Find populations that records can leave without a word on what then happens, and make an open question of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from signoff.agreement.abilities import can_leave
from signoff.agreement.lifecycle import an
from signoff.agreement.resolved import Agreement, Pair, PopulationCase, When
from signoff.agreement.statement import Kind, Statement

SUFFIX = "leaving"
"""What the statement is called: `worker:leaving`."""


def unsaid(agreement: Agreement, pair: Pair) -> PopulationCase | None:
    """Return the first population row to which records can come without a word on their partners; None if none is."""
    silent = [one for one in pair.population if not one.reaches and one.state is None]
    if not silent or pair.life_row(When.LEAVES) is not None or not can_leave(agreement, pair):
        return None
    return silent[0]


def with_questions(statements: Sequence[Statement], agreement: Agreement) -> list[Statement]:
    """Return the statements with a question for each such binding, after what its binding promises by itself."""
    found = list(statements)
    for pair in agreement.pairs:
        silent = unsaid(agreement, pair)
        own = [at for at, one in enumerate(found) if one.kind is Kind.BINDING and one.binding == pair.name]
        if silent is None or not own:
            continue
        row = next(one for one in found if one.id == silent.statement)
        there = agreement.integration.systems[pair.sender.other].name
        asked = replace(
            found[own[-1]],
            id=pair.statement(SUFFIX),
            file=row.file,
            line=row.line,
            title=f"what becomes of {an(pair.name)} whose {pair.source} leaves the population",
            sentence=f"Some {pair.source} can come to the population row `{silent.who}`. Nothing says what then "
            f"becomes of the {pair.name} in {there}, so it is not tested.",
            open_question=f"what becomes of {an(pair.name)} in {there} whose {pair.source} comes to `{silent.who}`?",
        )
        found.insert(own[-1] + 1, asked)
    return found
