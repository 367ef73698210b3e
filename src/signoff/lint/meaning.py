"""Check what conditions mean: tests that cannot apply to a field of such a type, and settings that nobody set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from signoff.errors import Place, Problem, nearest
from signoff.expressions import tree as t
from signoff.expressions import walk
from signoff.lint.applies import Misfit, misfits
from signoff.lint.codes import Level, rule
from signoff.lint.conditions import all_conditions
from signoff.lint.matter import Matter
from signoff.schema import Side


def _asked(matter: Matter) -> Iterator[tuple[t.Condition, Place, Side, str]]:
    """Yield every condition, of goals and of rows that write back too, with its place and the record asked."""
    yield from all_conditions(matter)
    for pair in matter.bound.pairs:
        for row in pair.back.rows if pair.back is not None else ():
            if row.both_ways or row.rule is None:
                continue
            for condition in _of_rule(row.rule.tree, row.rule.modifiers.only_when):
                yield condition, row.row.rule.place, row.sender, pair.target
    for goal in matter.bound.matters.goals:
        if goal.wheres is not None:
            pair = matter.bound.pair(goal.pair)
            yield goal.wheres[0], matter.place_of(goal, "measured as"), pair.sender, pair.source


def _of_rule(tree: t.RuleTree, only_when: t.Condition | None) -> Iterator[t.Condition]:
    if only_when is not None:
        yield only_when
    for step in tree.steps:
        if step.phrase == "yes if":
            condition: Any = step.arguments[0]
            yield condition


@rule(
    "test-meaning",
    level=Level.ERROR,
    what="A test that cannot apply to its field's type.",
    why="It is true of no record, or of every one, and a run has no value to try it with.",
    bad='`score is "high"` of a number, `vip is "maybe"` of a yes/no field, `kind < 5` of a picklist without numbers, '
    "`fewer than 0 Placements`. A text may be compared with numbers and days, because it may hold them.",
    fix="Ask what the type can answer, or give the field its type in the toml's [types].",
)
def meaningless(matter: Matter) -> Iterator[Problem]:
    """Find tests that no value of the field can pass, whichever record it is."""
    several: dict[tuple[t.Condition, Place], list[tuple[Side, str]]] = {}
    for condition, place, side, entity in _asked(matter):
        several.setdefault((condition, place), []).append((side, entity))
    for (condition, place), asked in several.items():
        # A branch is asked of the records of any chart that has such fields; it must fit those of one of them.
        wrong = [list(misfits(matter, condition, *one)) for one in asked if _knows(matter, condition, *one)]
        if wrong and all(wrong):
            yield from (_problem(place, one) for one in wrong[0])


def _knows(matter: Matter, condition: t.Condition, side: Side, entity: str) -> bool:
    """Tell whether records of an entity have every field that a condition names."""
    return all(
        matter.field(side, entity, used.name) is not None
        for used in walk.names(condition)
        if not used.within and not used.of_items
    )


def _problem(place: Place, found: Misfit) -> Problem:
    return Problem(place, found.expected, found.found, how=found.how)


@rule(
    "unknown-setting",
    level=Level.ERROR,
    what="A setting that the toml's [settings] do not have.",
    why="It is blank, so a test against it is never true, and what is written from it is nothing.",
    bad="`kind is setting tennant`, where [settings] has `tenant`.",
    fix="Spell it as [settings] does, or add it there.",
)
def unknown_setting(matter: Matter) -> Iterator[Problem]:
    """Find settings of conditions and rules that nobody set."""
    known = matter.integration.settings
    named: list[tuple[Any, Place]] = [(condition, place) for condition, place, _, _ in _asked(matter)]
    for pair in matter.bound.directions():
        for row in pair.rows:
            # Few rows name one, and to walk through every rule takes time.
            if row.rule is not None and "setting" in row.rule.text.lower():
                named.append((row.rule.tree, row.row.rule.place))
    for tree, place in named:
        for name in walk.settings(tree):
            if name not in known:
                yield Problem(
                    place,
                    "a setting of the toml's [settings]",
                    f"`{name}`",
                    nearest(name, known),
                    how=f"Spell it as {matter.integration.file} does, or add it to [settings] there.",
                )
