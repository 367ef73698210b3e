"""The sentences of charts, value tables, populations and bindings.

They hold no logic: the connector is rehearsed once for all rows, and a row asks for its own verdict. What the
fixture `rehearsal` is, the plugin says.
"""

from __future__ import annotations

from typing import Protocol

from pytest_bdd import given, parsers, then, when


class Rehearsal(Protocol):
    """Offer what a row needs: the trial, made once, and the verdict of the row's own statement."""

    def observe(self) -> None:
        """Make sure that the connector has been rehearsed."""

    def hold(self) -> None:
        """Return if the row's statement holds; else fail or skip with the verdict's words."""


@given(parsers.re(r"each .+"))
def a_binding() -> None:
    """Bind records of both sides. Read with the document, before anything runs; nothing is left to do here."""


@when("the connector has been rehearsed")
def the_connector_has_been_rehearsed(rehearsal: Rehearsal) -> None:
    """Observe the connector once, for every row of the integration."""
    rehearsal.observe()


@then("this row of the chart holds")
@then("this row of the table holds")
@then("this row of the population holds")
def this_row_holds(rehearsal: Rehearsal) -> None:
    """Judge one row by what was observed."""
    rehearsal.hold()
