"""Check conditions: those that never hold, those that never get their turn, and values that no record has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any, cast

from signoff.agreement.resolved import Pair, PopulationCase
from signoff.errors import Place, Problem, nearest
from signoff.expressions import tree as t
from signoff.expressions.evaluate import as_text
from signoff.lint.applies import misfits
from signoff.lint.codes import Level, rule
from signoff.lint.logic import never
from signoff.lint.matter import Matter
from signoff.lint.tables import looked_up_field
from signoff.rules.lookup import BLANK_CELL, ELSE_CELL, folded
from signoff.schema import Field, Side


def _known(matter: Matter, pair: Pair) -> Callable[[str], Field | None]:
    return partial(matter.field, pair.sender, pair.source)


def _conditions(matter: Matter, pair: Pair) -> Iterator[tuple[t.Condition, Place]]:
    """Yield every condition over a pair's sending record, with its place."""
    for case in pair.population:
        if case.condition is not None:
            yield case.condition, matter.place_of(case)
    for row in pair.rows:
        if row.rule is not None and row.rule.modifiers.only_when is not None:
            yield row.rule.modifiers.only_when, row.row.rule.place


@rule(
    "never-true",
    level=Level.ERROR,
    what="A condition that no record can fulfil.",
    why="What stands behind it is never tried, and never happens.",
    bad='`status is "Active" and status is "Placed"`, or `payRate > 20 and payRate < 10`.',
    fix='Write `or` where either will do, `is one of "Active" or "Placed"`, or correct the limits.',
)
def never_true(matter: Matter) -> Iterator[Problem]:
    """Find conditions that contradict themselves."""
    for condition, place, side, entity in all_conditions(matter):
        # Of a test that means nothing it is said already why it cannot hold.
        told = any(misfits(matter, condition, side, entity))
        if not told and never([condition], partial(matter.field, side, entity)):
            yield Problem(
                place,
                "a condition that some record can fulfil",
                "one that contradicts itself",
                how="Look for tests that exclude each other, where `or` may do, or for one that no value passes.",
            )


def all_conditions(matter: Matter) -> Iterator[tuple[t.Condition, Place, Side, str]]:
    """Yield every condition with its place, and the side and the entity of the record that it is asked of."""
    for pair in matter.bound.pairs:
        for condition, place in _conditions(matter, pair):
            yield condition, place, pair.sender, pair.source
        for asked in pair.policy:
            if asked.condition is not None:
                yield asked.condition, matter.place_of(asked, "bad data"), pair.sender, pair.source
        for row in pair.rows:
            for step in row.rule.tree.steps if row.rule is not None else ():
                if step.phrase == "yes if":
                    yield cast("t.Condition", step.arguments[0]), row.row.rule.place, pair.sender, pair.source
        if pair.linked is not None and pair.linked.where is not None:
            yield pair.linked.where, pair.place, pair.sender, pair.linked.entity
        for name, condition in matter.bound.branches.items():
            place = Place(matter.integration.file, cell=f"[branches.{name}]")
            yield condition, place, pair.sender, pair.source


@rule(
    "shadowed-who",
    level=Level.WARNING,
    what="A row of a population never decides, because the rows above it take all of its records.",
    why="The first row that fits decides; the one below is dead text.",
    bad='`status is "DNU"` reaches, below `status is one of "DNU" or "Archive"` never reaches.',
    fix="Move the narrower row up, or remove it.",
)
def shadowed_who(matter: Matter) -> Iterator[Problem]:
    """Find population rows that are covered by the rows above them."""
    for pair in matter.bound.pairs:
        known = _known(matter, pair)
        above: list[t.Condition] = []
        for case in pair.population:
            if case.condition is None:
                continue
            if not never([case.condition], known) and above and never([case.condition], known, above):
                yield Problem(
                    matter.place_of(case),
                    "records that the rows above leave over",
                    "a condition that they cover already",
                    how="Move the row up, or remove it: the first row that fits decides.",
                )
            above.append(case.condition)


def _reaching(pair: Pair) -> Iterator[tuple[PopulationCase, list[t.Condition]]]:
    """Yield every case that reaches the other side, with the conditions above it."""
    above: list[t.Condition] = []
    for case in pair.population:
        if case.reaches:
            yield case, list(above)
        if case.condition is not None:
            above.append(case.condition)


def _out_of_reach(matter: Matter, pair: Pair, condition: t.Condition | None) -> bool:
    """Tell whether no record of the population fulfils a condition (None: any record at all)."""
    if not pair.population:
        return False
    known = _known(matter, pair)
    return all(
        never([one for one in (condition, case.condition) if one is not None], known, above)
        for case, above in _reaching(pair)
    )


@rule(
    "nobody-reaches",
    level=Level.ERROR,
    what="A population lets no record reach the other side.",
    why="Nothing would ever be sent, so no row of the chart can be tried.",
    bad="A table whose only row says `anyone else | never reaches the app`.",
    fix="Add the row that says who reaches the other side, above the row `anyone else`.",
)
def nobody_reaches(matter: Matter) -> Iterator[Problem]:
    """Find populations without a row that can let somebody through."""
    for pair in matter.bound.pairs:
        if pair.population and _out_of_reach(matter, pair, None):
            yield Problem(
                matter.place_of(pair.population[0]),
                f"a row whose records reach the {pair.sender.other}",
                "none that any record can come to",
                how=f"Say who `reaches the {pair.sender.other}`.",
            )


@rule(
    "unreachable-row",
    level=Level.WARNING,
    what="A row counts only for records that the population keeps out.",
    why="It is never tried: its verdict is *not exercised*, and the gate refuses that.",
    bad='A value row for `DNU`, while the population says that `status is "DNU"` never reaches the app.',
    fix="Remove the row, or let those records through.",
)
def unreachable_row(matter: Matter) -> Iterator[Problem]:
    """Find rows and value rows that no record of the population comes to."""
    for pair in matter.bound.pairs:
        if _out_of_reach(matter, pair, None):
            continue
        for row in pair.rows:
            when = row.rule.modifiers.only_when if row.rule is not None else None
            if when is not None and not never([when], _known(matter, pair)) and _out_of_reach(matter, pair, when):
                yield _unreached(row.row.rule.place, f"the {pair.name} population")
    yield from _unreached_values(matter)


def _unreached(place: Place, by: str) -> Problem:
    return Problem(
        place,
        "a case that records in scope can come to",
        f"one that {by} keeps out",
        how="Remove the row, or let those records through.",
    )


def _unreached_values(matter: Matter) -> Iterator[Problem]:
    for document in matter.documents:
        for table in document.tables:
            using = [
                (pair, row, name) for pair, row in matter.users(table.name) if (name := _looked_up(row)) is not None
            ]
            if (
                not using
                or len(using) != len(matter.users(table.name))
                or any(row.sender is not Side.ATS for _, row, _ in using)
            ):
                continue
            for one in table.rows:
                word = folded(one.ats.text)
                if word == ELSE_CELL or folded(one.match) not in ("", "exactly"):
                    continue
                blank = word == BLANK_CELL
                if all(
                    pair.sender is row.sender and _out_of_reach(matter, pair, _has(name, one.ats.text, blank))
                    for pair, row, name in using
                ):
                    names = " and ".join(dict.fromkeys(pair.name for pair, _, _ in using))
                    yield _unreached(one.ats.place, f"the {names} population")


def _looked_up(row: Any) -> str | None:
    return row.rule.names[0] if looked_up_field(row) is not None else None


def _has(name: str, value: str, blank: bool) -> t.Condition:
    subject = t.Name(name)
    return t.IsBlank(subject) if blank else t.Is(subject, (t.Literal(value),))


@rule(
    "unknown-choice",
    level=Level.WARNING,
    what="A condition compares a picklist with a value that it does not have.",
    why="No record has it, so the test is never true; mostly the value is misspelt.",
    bad='`status is "Aproved"`, where the picklist has Approved.',
    fix="Spell the value as the picklist does, or add it to the picklist in the toml if the schema lags behind.",
)
def unknown_choice(matter: Matter) -> Iterator[Problem]:
    """Find values in conditions that are not in the field's picklist."""
    for pair in matter.bound.pairs:
        found = [(condition, place) for condition, place in _conditions(matter, pair)]
        found += [(row.rule.tree.steps, row.row.rule.place) for row in pair.rows if row.rule is not None]  # type: ignore[misc]
        for tree, place in found:
            yield from _strange(matter, pair.sender, pair.source, tree, place)
        if pair.linked is not None and pair.linked.where is not None:
            yield from _strange(matter, pair.sender, pair.linked.entity, pair.linked.where, pair.place)


def _strange(matter: Matter, side: Side, entity: str, tree: Any, place: Place) -> Iterator[Problem]:
    for where, test in _tests(matter, side, entity, tree):
        field = matter.field(side, where, test.subject.text)
        if field is None or not field.choices:
            continue
        for value in test.values:
            if isinstance(value, t.Literal) and as_text(value.value) not in field.choices:
                text = as_text(value.value)
                yield Problem(
                    place,
                    f"a value of the picklist {where}.{field.path} ({matter.system(side)})",
                    f'"{text}"',
                    nearest(text, field.choices),
                    how="Spell it as the picklist does, or add it to the picklist in the toml.",
                )


def _tests(matter: Matter, side: Side, entity: str, tree: Any) -> Iterator[tuple[str, t.Is]]:
    """Yield every test for equality in a tree, with the entity whose record it reads."""
    if isinstance(tree, t.Is):
        if isinstance(tree.subject, t.Name):
            yield entity, tree
    elif isinstance(tree, t.Quantified):
        related = matter.world(side).entity_named(tree.entity)
        if related and tree.condition is not None:
            yield from _tests(matter, side, related, tree.condition)
    elif isinstance(tree, t.Where):
        return  # its names are those of a list's items
    elif isinstance(tree, tuple):
        for part in tree:
            yield from _tests(matter, side, entity, part)
    elif is_dataclass(tree) and not isinstance(tree, type):
        for one in fields(tree):
            yield from _tests(matter, side, entity, getattr(tree, one.name))
