"""Check what is agreed about addresses: what an address service may say, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator

from signoff.agreement.addresses import OUTCOMES, corrects
from signoff.errors import Problem
from signoff.lint.codes import Level, code, rule
from signoff.lint.matter import Matter

code(
    "address-answer",
    what="A row of an @address table names an answer that no address service gives.",
    why="Nobody could say when the row holds.",
    bad="`| corected | the corrected address arrives |`",
    fix="Write corrected, uncertain, unknown or no answer.",
)
code(
    "address-outcome",
    what="A row of an @address table says something else than what can become of such an address.",
    why="Only what the service is sure of is taken; the record arrives in any case.",
    bad="`| uncertain | the corrected address arrives |`",
    fix="Write `the corrected address arrives` or `the address arrives as it was`, with `and is reported` where a "
    "person has to look at it.",
)
code(
    "address-twice",
    what="Two rows of @address tables for one answer of the service.",
    why="They could say different things.",
    bad="`unknown` in two rows.",
    fix="Keep one of them.",
)
code(
    "address-unused",
    what="An @address table, and no row of a chart that asks the service.",
    why="Nothing could show that it holds.",
    bad="A table, and `same text` in every row of the address.",
    fix="Write `address corrected` in the rows of the address, or take the table out.",
)
code(
    "no-address-service",
    what="A row says `address corrected`, and the toml has no address service.",
    why="Nobody would answer the connector.",
    bad="`| street, city, state, zip | -> | street | address corrected |` without [systems.address].",
    fix='Write [systems.address] with dialect = "google-address" into the toml.',
)


@rule(
    "address-unsaid",
    level=Level.WARNING,
    what="Rows say `address corrected`, and no @address table says what becomes of each answer.",
    why="That an address which nobody could confirm is told to a person is then tested by nothing.",
    bad="`address corrected`, and no row for `uncertain`.",
    fix="Add an @address table with a row for corrected, uncertain, unknown and no answer.",
)
def address_unsaid(matter: Matter) -> Iterator[Problem]:
    """Find the first row that asks the service where some of its answers are not spoken of."""
    if matter.agreement is None:
        return
    said = {one.answer for one in matter.agreement.matters.addresses}
    lacking = [answer.value for answer in OUTCOMES if answer not in said]
    asking = [row for pair in matter.agreement.pairs for row in pair.rows if corrects(row)]
    if asking and lacking:
        yield Problem(
            asking[0].row.rule.place,
            "an @address table that says what becomes of every answer",
            f"no row for {', '.join(lacking)}",
            how="Add the rows; until then only the values are judged.",
        )
