"""How a record came to its end: somebody moved its last day, or its last day passed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from stories import START, WORKERS, agree, candidate, integration

from signoff.agreement.resolved import Agreement, When
from signoff.history import Snapshot
from signoff.model.sight import Sight
from signoff.model.standing import Standing, ended_by, ends_apart

TABLE = """
  @lifecycle
  Scenario Outline: <when> <then>
    When the connector has been rehearsed
    Then this row of the lifecycle holds

    Examples: What becomes of workers
      | when                   | then |
      | a candidate ends       | {}   |
      | a candidate ends early | {}   |
"""
BECOMES, KEPT, REMOVED = (
    "the worker becomes gone",
    "the worker becomes gone and is still kept up to date",
    ("the worker is removed"),
)


def ending(ends: str = KEPT, early: str = REMOVED) -> Agreement:
    known = integration()
    worker = replace(known.entities["worker"], ends="kind")
    states = {"worker": {"gone": {"status": "inactive"}}}
    settings = replace(known, states=states, entities={**known.entities, "worker": worker})
    return agree(WORKERS + TABLE.format(ends, early), settings=settings)


def seen(agreement: Agreement, *days: tuple[int, int | None]) -> Sight:
    """See a candidate again and again: on a day, with a last day, counted from the first; None: it is not there."""
    found: Sight | None = None
    for day, last in days:
        at = START + timedelta(days=day)
        ends = (START + timedelta(days=last)).date().isoformat() if last is not None else None
        rows: dict[str, Any] = {"101": {**candidate(101), "kind": ends}} if last is not None else {}
        app: dict[str, Any] = {"Worker": {}, "Assignment": {}}
        found = Sight(agreement, Snapshot("seed", "settled", at, 2, {"Candidate": rows, "Placement": {}}, app), found)
    assert found is not None
    return found


def standing(sight: Sight) -> Standing:
    found = sight.standing(sight.agreement.pair("worker"), "101")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("days", "how"),
    [
        ([(0, 0), (1, 0)], When.ENDS),
        ([(0, 60), (0, -2)], When.ENDS_EARLY),
        ([(0, 60), (0, 0), (1, 0)], When.ENDS),
        ([(0, 60), (0, -2), (1, -2), (2, -9)], When.ENDS_EARLY),
        ([(0, 0), (1, 0), (1, -9)], When.ENDS),
        ([(0, 60), (0, -2), (1, 90), (1, -1)], When.ENDS_EARLY),
        ([(0, 60), (0, -2), (1, 1), (2, 1)], When.ENDS),
        ([(0, -3)], When.ENDS),
        ([(0, None), (0, -3), (1, -5)], When.ENDS),
    ],
)
def test_how_it_ended_is_seen_by_what_was_before(days: list[tuple[int, int | None]], how: When) -> None:
    sight = seen(ending(), *days)
    assert ended_by(sight, sight.agreement.pair("worker"), "101") is how
    found = standing(sight)
    assert (found.when, found.removed, found.kept) == (how, how is When.ENDS_EARLY, how is When.ENDS)


@pytest.mark.parametrize(
    ("ends", "early", "apart"),
    [(KEPT, REMOVED, True), (KEPT, BECOMES, True), (BECOMES, BECOMES, False), (REMOVED, REMOVED, False)],
)
def test_it_matters_where_more_than_the_state_rests_on_it(ends: str, early: str, apart: bool) -> None:
    agreement = ending(ends, early)
    assert ends_apart(agreement.pair("worker")) is apart
    sight = seen(agreement, (0, 60), (0, -2))
    assert standing(sight).when is (When.ENDS_EARLY if apart else When.ENDS)
