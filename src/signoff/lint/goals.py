"""Check goals: those whose measure reads what no chart carries to the other side."""

from __future__ import annotations

from collections.abc import Iterator

from signoff.agreement.matters import BoundGoal
from signoff.errors import Problem
from signoff.lint.codes import Level, rule
from signoff.lint.matter import Matter


@rule(
    "goal-not-charted",
    level=Level.WARNING,
    what="A goal whose measure cannot be computed from what the charts carry.",
    why="The same figure has to come out on both sides. Its verdict is *not exercised*, and the gate refuses that.",
    bad="`share of Candidate where ethnicity is filled`, where no row carries `ethnicity`, or only one that "
    "changes it; `count of JobSubmission per week`, where no binding names JobSubmission.",
    fix="Add the row or the binding, measure what is carried as it is, or switch the goal off in a table of "
    "exceptions.",
)
def goal_not_charted(matter: Matter) -> Iterator[Problem]:
    """Find goals that lack a row or a binding."""
    off = {one.id for one in matter.bound.statements if one.switched_off}
    for goal in matter.bound.matters.goals:
        if goal.statement in off:
            continue
        for lacking in goal.lacking:
            yield Problem(
                matter.place_of(goal, "measured as"),
                lacking,
                "none, so the measure cannot be computed",
                how=_how(goal),
            )


def _how(goal: BoundGoal) -> str:
    add = f"Add it to the {goal.pair} chart" if goal.pair else "Add it, with a chart"
    return f"{add}, measure what is carried as it is, or switch `{goal.statement}` off in a table of exceptions."
