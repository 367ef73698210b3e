"""Check whether somebody has said what becomes of those who leave."""

from __future__ import annotations

from collections.abc import Iterator

from signoff.agreement.leaving import unsaid
from signoff.errors import Problem
from signoff.lint.codes import Level, rule
from signoff.lint.matter import Matter


@rule(
    "leaving-unsaid",
    level=Level.WARNING,
    what="Records can leave a population, and nothing says what then becomes of their partners.",
    why="What happens on the other side when somebody is no longer in scope is an open question: it is not tested.",
    bad='`status is "Active"` reaches the app, `anyone else` never does, and there is no @lifecycle table.',
    fix="Write a @lifecycle row `a candidate leaves the population`, or `leaves the app as STATE` into the population.",
)
def leaving_unsaid(matter: Matter) -> Iterator[Problem]:
    """Find populations that records can leave to a row without a state, and no lifecycle row for it."""
    for pair in matter.bound.pairs:
        silent = unsaid(matter.bound, pair)
        if silent is None:
            continue
        there = f"the {pair.sender.other}"
        yield Problem(
            matter.place_of(silent, "outcome"),
            f"what becomes of a {pair.name} in {there} whose {pair.source} comes to this row",
            "nothing that says it",
            how=f"Ask, and write a @lifecycle row for who leaves the population, or `leaves {there} as STATE`.",
        )
