"""The sentences of charts, value tables, populations and bindings.

They hold no logic: the connector is rehearsed once for all rows, and a row asks for its own verdict. The plugin puts
what it needs for that on the test (not into a fixture: one more for each of 10,000 rows takes seconds).
"""

from __future__ import annotations

from typing import Final, Protocol

import pytest
from pytest_bdd import given, parsers, then, when


class Rehearsal(Protocol):
    """Offer what a row needs: the trial, made once, and the verdict of the row's own statement."""

    def observe(self) -> None:
        """Make sure that the connector has been rehearsed."""

    def hold(self, sentence: str = "") -> None:
        """Return if the row's statement holds; else fail or skip with the verdict's words.

        `sentence`: one of several that judge a workflow; it fails only if it is the one that does not hold.
        """


REHEARSAL: Final[pytest.StashKey[Rehearsal]] = pytest.StashKey()
"""Where a row's test keeps its rehearsal; scenarios of a team's own sentences have none."""


def rehearsal_of(request: pytest.FixtureRequest) -> Rehearsal:
    """Return the rehearsal of the row that is tested; a sentence about rows is a mistake anywhere else."""
    found: Rehearsal | None = request.node.stash.get(REHEARSAL, None)
    if found is None:
        pytest.fail("this sentence judges a row of a chart, and this scenario is none", pytrace=False)
    return found


@given(parsers.re(r"each .+"))
def a_binding() -> None:
    """Bind records of both sides. Read with the document, before anything runs; nothing is left to do here."""


@when("the connector has been rehearsed")
def the_connector_has_been_rehearsed(request: pytest.FixtureRequest) -> None:
    """Observe the connector once, for every row of the integration."""
    rehearsal_of(request).observe()


@then("this row of the chart holds")
@then("this row of the table holds")
@then("this row of the population holds")
@then("this row of the bad-data policy holds")
@then("this row of the lifecycle holds")
@then("this row holds")
def this_row_holds(request: pytest.FixtureRequest) -> None:
    """Judge one row by what was observed."""
    rehearsal_of(request).hold()
