"""Check what people enter in workflows against the picklists of the fields."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from signoff.errors import Problem
from signoff.lint.codes import Level, rule
from signoff.lint.matter import Matter
from signoff.rules.wording import normal

_ALIKE = 0.8


@rule(
    "workflow-choice",
    level=Level.WARNING,
    what="A workflow gives a field a value that is almost one of its picklist.",
    why="It is a value that nobody listed, so the story ends otherwise than it was meant.",
    bad='`When in the ATS "Maria"\'s status becomes "Inactve"`, where the picklist has Inactive.',
    fix="Spell the value as the picklist does; for a value that nobody listed take one that is less like a listed one.",
)
def workflow_choice(matter: Matter) -> Iterator[Problem]:
    """Find slips in what people enter in workflows; a value that is like no other may be meant, to see it held back."""
    for step in (step for workflow in matter.bound.workflows for step in workflow.steps):
        places = [value.place for _, value in step.sentence.table]
        given = list(zip(places, step.fields, strict=True))
        if step.kind == "becomes" and step.aim is not None:
            given.append((step.sentence.place, (step.aim.leaf, step.value)))
        for place, (field, value) in given:
            if not isinstance(value, str) or normal(value) in map(normal, field.choices):
                continue
            close = get_close_matches(value, field.choices, n=1, cutoff=_ALIKE)
            if close:
                yield Problem(
                    place,
                    f"a value of the picklist of {field.path}, or one that is like none of them",
                    f'"{value}"',
                    close[0],
                    how="Spell it as the picklist does, or take another one that nobody listed.",
                )
