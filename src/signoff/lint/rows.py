"""Check the rows of charts: what is filled, by which row, under which rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from signoff.agreement.resolved import BoundRow, Pair
from signoff.errors import Problem, nearest
from signoff.expressions import tree as t
from signoff.lint.codes import Level, rule
from signoff.lint.logic import never
from signoff.lint.matter import Matter
from signoff.lint.tables import demanded
from signoff.rules import families
from signoff.schema import Field, Side

assert families.LOADED

REFERRED = "the with the same"
"""The phrase of a reference, as the registry names it."""


@rule(
    "mandatory-unfilled",
    level=Level.ERROR,
    what="A field that the receiving system demands is filled by no row.",
    why="Every create without it is refused, so no record would arrive.",
    bad="Worker.first_name is required in the app's schema, and no row of the worker chart names it.",
    fix="Add a row that fills it. If the receiving system fills it itself, name it under `[technical]` in the toml.",
)
def mandatory_unfilled(matter: Matter) -> Iterator[Problem]:
    """Find mandatory fields of the receiving entity that no row, state or technical entry names."""
    for pair in matter.bound.pairs:
        receiver = pair.sender.other
        entity = matter.schemas[receiver].entities[pair.target]
        named = {row.target_top for row in pair.rows} | set(pair.entity.technical)
        named |= set(matter.integration.technical.get(pair.target, ()))
        named |= {
            name
            for key in (pair.target, pair.entity.name)
            for state in matter.integration.states.get(key, {}).values()
            for name in state
        }
        for field in entity.fields.values():
            if demanded(field) and field.name not in named and field.name != entity.id_field:
                yield Problem(
                    pair.place,
                    f"a row that fills {pair.target}.{field.name}, which {matter.system(receiver)} demands",
                    f"none in the {pair.name} chart",
                    how="Add a row for it, or name it under [technical] in the toml.",
                )


@rule(
    "record-demand",
    level=Level.WARNING,
    what="The receiving system demands something of a record as a whole, which no field of it says.",
    why="What each field takes is foreseen. A record that is refused for more than that is told as lost.",
    bad="`anyOf: [{ required: [email] }, { required: [phone] }]` beside the properties of Worker.",
    fix="Write a row into a @bad-data table whose condition says which records break it.",
)
def record_demand(matter: Matter) -> Iterator[Problem]:
    """Find receiving entities of which a document says more than their fields do, in bindings without a condition."""
    for pair in matter.bound.pairs:
        words = matter.schemas[pair.sender.other].entities[pair.target].unforeseen
        if words and all(one.condition is None for one in pair.policy):
            yield Problem(
                pair.place,
                f"fields that say all that {matter.system(pair.sender.other)} demands of a {pair.target}",
                f"{', '.join(words)} in its document, of the record as a whole",
                how="Write a row into a @bad-data table whose condition says which records break it, for instance "
                "`email is blank and phone is blank`.",
            )


@rule(
    "read-only-target",
    level=Level.ERROR,
    what="A row writes a field that the receiving system keeps itself.",
    why="What is sent there is refused or ignored, so the row can never hold.",
    bad="`| id | -> | id | as text |`, where the app's schema says `readOnly: true`.",
    fix="Name the field that takes the value; for the link this is mostly an external id.",
)
def read_only_target(matter: Matter) -> Iterator[Problem]:
    """Find rows whose receiving field is read-only."""
    for pair, row in matter.rows():
        if row.target_field is not None and row.target_field.read_only:
            receiver = row.sender.other
            cell = row.row.app if receiver is Side.APP else row.row.ats
            entity = matter.schemas[receiver].entities[pair.target if receiver is not pair.sender else pair.source]
            open_fields = [one.path for one in entity.all_fields() if not one.read_only]
            yield Problem(
                cell.place,
                f"a field that {matter.system(receiver)} lets others write",
                f"`{cell.text}`, which it keeps itself",
                nearest(cell.text, open_fields),
                how="Name another field, or write `kept` if the connector must leave it alone.",
            )


@rule(
    "made-by-nobody",
    level=Level.ERROR,
    what="A row refers to a record that no chart makes and that is not made on both sides beforehand.",
    why="The other side never has such a record, so the reference can never be set.",
    bad="`the worksite with the same id`, in documents without a chart for worksites.",
    fix="Add the chart of that entity. If people make its records on both sides, write `seeded = true` in the toml.",
)
def made_by_nobody(matter: Matter) -> Iterator[Problem]:
    """Find references to entities of the toml that are neither bound nor seeded."""
    made = {pair.entity.name for pair in matter.bound.pairs}
    lacking = {name for name, one in matter.integration.entities.items() if name not in made and not one.seeded}
    for _, row in matter.rows():
        assert row.rule is not None
        for step in row.rule.tree.steps:
            named = matter.bound.words.get(str(step.arguments[0]).casefold(), "") if step.phrase == REFERRED else ""
            if named in lacking:
                yield Problem(
                    row.row.rule.place,
                    f"a reference to what a chart makes: {', '.join(sorted(made)) or 'none'}",
                    f"`{row.row.rule.text}`, and no chart makes any {named}",
                    how=f"Add a chart for it, or write `seeded = true` under [entities.{named}] in the toml.",
                )


@rule(
    "shadowed-row",
    level=Level.WARNING,
    what="A row can never write, because the rows above it for the same field always come first.",
    why="The first row whose `only when` holds writes. A row below that never gets its turn is dead text.",
    bad='`| status | -> | state | same text |` above `| kind | -> | state | same text, only when kind is "temp" |`.',
    fix="Put the narrower row first, or remove the one that never counts.",
)
def shadowed_row(matter: Matter) -> Iterator[Problem]:
    """Find rows whose condition is covered by rows above them."""
    for pair in matter.bound.pairs:
        groups: dict[tuple[str, str], list[BoundRow]] = {}
        for row in pair.rows:
            if row.target and row.rule is not None:
                groups.setdefault((row.target, row.branch), []).append(row)
        for rows in groups.values():
            yield from _shadowed(matter, pair, rows)


def _shadowed(matter: Matter, pair: Pair, rows: Sequence[BoundRow]) -> Iterator[Problem]:
    def known(name: str) -> Field | None:
        return matter.field(pair.sender, pair.source, name)

    above: list[t.Condition] = []
    for number, row in enumerate(rows):
        when = row.rule.modifiers.only_when if row.rule is not None else None
        first = next((one for one in rows[:number] if one.rule and one.rule.modifiers.only_when is None), None)
        covered = when is not None and not never([when], known) and never([when], known, above)
        if when is not None and (first is not None or covered):
            yield Problem(
                row.row.rule.place,
                f"a case of {row.target} that the rows above leave over",
                f"a condition that is always covered by {first.row.place if first is not None else 'the rows above'}",
                how="Move the row up, or remove it: the first row that fits writes.",
            )
        if when is not None:
            above.append(when)


@rule(
    "no-link",
    level=Level.WARNING,
    what="A binding says nothing about which records belong together.",
    why="Without a link or a matching key a second sync cannot find what the first one made; pairs are then told "
    "only by their values.",
    bad="A chart without a required row for `id`, and a binding without `matched by`.",
    fix="Add a required row such as `| id | -> | external_id | as text | yes |`, or `matched by` to the binding.",
)
def no_link(matter: Matter) -> Iterator[Problem]:
    """Find bindings with neither a link nor a matching key."""
    for pair in matter.bound.pairs:
        if pair.link is None and not pair.matched:
            yield Problem(
                pair.place,
                "a link row, or `matched by` and a key",
                f"neither for {pair.name}",
                how="Add `| id | -> | external_id | as text | yes |` with the receiving system's own field.",
            )


@rule(
    "assumed-rule",
    level=Level.NOTE,
    what="A row states no rule, so it is judged by the default for its types.",
    why="Its best verdict is assumed, which a strict gate refuses.",
    bad="`| city | -> | city | |`",
    fix="Write the rule that both companies agree on, for instance `same text`.",
)
def assumed_rule(matter: Matter) -> Iterator[Problem]:
    """Find rows without a rule."""
    for _, row in matter.rows():
        if row.rule is not None and row.rule.assumed and not row.rule.open_question:
            yield Problem(
                row.row.rule.place,
                "a rule that somebody has agreed to",
                "none",
                how=f"It is judged as: {row.rule.sentence}. If that is meant, write it.",
            )


@rule(
    "open-row",
    level=Level.NOTE,
    what="A row cannot be tested before a question is answered.",
    why="Its verdict is open, and a strict gate refuses it.",
    bad="`| customText5 | -> | | |`: which app field?",
    fix="Answer the question in the row: name the field, or say how one type becomes the other.",
)
def open_row(matter: Matter) -> Iterator[Problem]:
    """Find rows with an open question."""
    for pair in matter.bound.pairs:
        for row in pair.rows:
            question = row.rule.open_question if row.rule is not None else "a field cell is empty: which field?"
            if question:
                place = row.row.place if row.rule is None else row.row.rule.place
                yield Problem(
                    place,
                    "a row that can be tested",
                    f"an open question: {question}",
                    how="Ask, and write the answer into the row; until then the strict gate refuses it.",
                )
