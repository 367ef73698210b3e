"""Bind conditions: populations, branches, and what a linked record must fulfil; every name must be known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from signoff.agreement.ids import population_id
from signoff.agreement.resolved import BoundRow, Pair, PopulationCase, State
from signoff.agreement.rows import labelled, labels_of, shared_label
from signoff.agreement.states import StateBinder
from signoff.agreement.words import entity_words
from signoff.chart import Cell
from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.expressions import walk
from signoff.expressions.parse import parse_condition
from signoff.expressions.tree import Condition
from signoff.rules.context import World
from signoff.rules.names import canonical, labelled_so
from signoff.schema import Side, SystemSchema
from signoff.scope import Document, Integration, Population

_OUTCOME = re.compile(
    r"(?P<how>reaches|never reaches|leaves) the (?P<side>app|ats)(?: as (?P<state>.+))?", re.IGNORECASE
)
_ANYONE = ("anyone else", "anything else", "everyone else")


@dataclass(slots=True)
class ConditionBinder:
    """Bind the conditions of one integration; `problems` collects what is wrong."""

    integration: Integration
    schemas: Mapping[Side, SystemSchema]
    documents: Sequence[Document]
    problems: list[Problem] = field(default_factory=list)
    _worlds: dict[Side, World] = field(default_factory=dict)

    def world(self, side: Side) -> World:
        """Return an empty world of one side, to resolve names by; made once."""
        if side not in self._worlds:
            schema = self.schemas[side]
            words = entity_words(self.integration, side)
            self._worlds[side] = World(schema, {}, labels_of(self.integration, schema), words)
        return self._worlds[side]

    def condition(self, text: str, place: Place) -> Condition | None:
        """Parse a condition; None when it is wrong."""
        try:
            return parse_condition(text, place)
        except ScopeError as error:
            self.problems += error.problems
            return None

    def plain(self, condition: Condition, source: str, side: Side) -> Condition:
        """Return a condition that names fields as the API does, whatever label the document gives them."""
        world = self.world(side)

        def name_of(name: str, within: tuple[str, ...]) -> str:
            entity = world.entity_named(within[-1]) if within else source
            return self.name(name, entity, side) if entity else name

        return cast("Condition", walk.respelt(condition, name_of))

    def name(self, name: str, entity: str, side: Side) -> str:
        """Return the API's name of a field of an entity, by its name, its label or the toml's label."""
        own, _, path = labelled(self.integration, name).partition(".")
        if path:
            name = path if own == entity else f"{own}.{path}"
        return canonical(self.world(side), entity, name)

    def unknown(self, condition: Condition, source: str, side: Side, place: Place, linked: str = "") -> list[Problem]:
        """Return a problem for every name of a condition that no record of the entity in question has."""
        world = self.world(side)
        found: list[Problem] = []
        for words, _ in walk.entities(condition):
            if not world.entity_named(words):
                known = list(self.schemas[side].entities)
                found.append(
                    Problem(
                        place,
                        f"an entity of {self.integration.systems[side].name}",
                        f"`{words}`",
                        nearest(words, known),
                        code="unknown-entity",
                    )
                )
        for used in walk.names(condition):
            entity = world.entity_named(used.within[-1]) if used.within else source
            if not entity or used.of_items:
                continue
            spelt = self.name(used.name, entity, side)
            other = self._other(spelt, entity, side)
            if other and (used.within or other != linked):
                found.append(self._not_linked(used.name, other, entity, place))
            elif not world.resolved(entity, spelt).known:
                found.append(self._no_field(used.name, other or entity, side, place))
        return [*found, *self._unrelated(condition, source, side, place)]

    def asked(self, rows: Iterable[BoundRow], pair: Pair) -> None:
        """Check the quantifiers in the conditions of rules: their records, references and fields must be known."""
        for row in rows:
            source = pair.source if row.sender is pair.sender else pair.target
            for asked in walk.quantified(row.rule.tree) if row.rule is not None else ():
                self.problems += self.unknown(asked, source, row.sender, row.row.rule.place)

    def _unrelated(self, condition: Condition, source: str, side: Side, place: Place) -> Iterator[Problem]:
        """Yield a problem for every quantifier about records that do not refer to those around it."""
        schema = self.schemas[side]
        for asked in walk.quantified(condition):
            entity = self.world(side).entity_named(asked.entity)
            if not entity:
                continue
            references = schema.references_to(entity, source)
            if not references:
                fitting = [one for one in schema.entities if schema.references_to(one, source)]
                yield Problem(
                    place,
                    f"an entity that refers to {source}: {', '.join(fitting) or 'there is none'}",
                    f"`{asked.entity}`",
                    nearest(asked.entity, fitting),
                    how=f"Of a record that {source} itself refers to, write the field with a dot, `owner.name`.",
                    code="linked-entity",
                )
            elif asked.by and not any(asked.by in (one.path, one.name, one.label) for one in references):
                paths = [one.path for one in references]
                yield Problem(
                    place,
                    f"a reference of {entity} to {source}: {', '.join(paths)}",
                    f"`by {asked.by}`",
                    nearest(asked.by, paths),
                    how="Name it, or leave `by` out where there is only one.",
                    code="unknown-field",
                )
            if asked.condition is not None:
                yield from self._unrelated(asked.condition, entity, side, place)

    def _other(self, name: str, entity: str, side: Side) -> str:
        """Return the other entity whose record a name begins with, "" where it begins with a field."""
        world = self.world(side)
        head, dot, _ = name.partition(".")
        return world.entity_named(head) if dot and head not in world.fields_of(entity) else ""

    def _not_linked(self, name: str, other: str, entity: str, place: Place) -> Problem:
        return Problem(
            place,
            f"a field of {entity}, or of a record that the binding links",
            f"`{name}`",
            how=f"Ask for them: `some {other} has (…)`; or add `, with their latest {other} …` to the binding.",
            code="unknown-field",
        )

    def unknown_field(self, name: str, entity: str, side: Side, place: Place) -> list[Problem]:
        """Return a problem if no record of the entity has the field."""
        known = self.world(side).resolved(entity, self.name(name, entity, side)).known
        return [] if known else [self._no_field(name, entity, side, place)]

    def _no_field(self, name: str, entity: str, side: Side, place: Place) -> Problem:
        kind = self.schemas[side].entities[entity]
        several = labelled_so(kind.fields.values(), name)
        if len(several) > 1:
            return shared_label(name, several, place)
        own = list(kind.all_fields())
        fields = [*(one.path for one in own), *(one.label for one in own if one.label)]
        return Problem(
            place,
            f"a field of {entity} ({self.integration.systems[side].name})",
            f"`{name}`",
            did_you_mean=nearest(name, fields),
            how="Write the field as the system names it, or give it a label in the toml's [labels].",
            code="unknown-field",
        )

    def _outcome(self, cell: Cell, pair: Pair, states: StateBinder) -> tuple[bool, State | None] | None:
        """Return whether an outcome lets its records through, and the state that it names; None where it is wrong."""
        there = f"the {pair.sender.other}"
        said = _OUTCOME.fullmatch(" ".join(cell.text.split()))
        how, name = (said["how"].lower(), said["state"] or "") if said is not None else ("", "")
        if said is None or said["side"].lower() != pair.sender.other.value or bool(name) < (how == "leaves"):
            state = next(iter(states.of(pair)), "STATE")
            known = [f"reaches {there}", f"never reaches {there}", f"leaves {there} as {state}"]
            self.problems.append(
                Problem(
                    cell.place,
                    f"`reaches {there}`, `reaches {there} as STATE`, `leaves {there} as STATE` or "
                    f"`never reaches {there}`",
                    f'"{cell.text}"',
                    nearest(cell.text, known),
                    how=f"States are those of [states.{pair.entity.name}] in {self.integration.file}.",
                    code="outcome",
                )
            )
            return None
        if how == "never reaches" and name:
            self.problems.append(
                Problem(
                    cell.place,
                    f"`never reaches {there}`, or `leaves {there} as {name}`",
                    f'"{cell.text}"',
                    how="Who is never there has no state; who leaves is there in one.",
                    code="outcome",
                )
            )
            return None
        state_ = states.state(pair, name, cell.place) if name else None
        return None if name and state_ is None else (how == "reaches", state_)

    def cases(self, population: Population, pair: Pair, states: StateBinder) -> tuple[PopulationCase, ...]:
        """Bind the rows of a population table."""
        cases: list[PopulationCase] = []
        for row in population.rows:
            outcome = self._outcome(row.outcome, pair, states)
            if outcome is None:
                continue
            reaches, state = outcome
            anyone = row.who.text.strip().lower() in _ANYONE
            condition = None if anyone else self.condition(row.who.text, row.who.place)
            if condition is None and not anyone:
                continue
            if condition is not None:
                self.problems += self.unknown(condition, pair.source, pair.sender, row.who.place, _linked(pair))
                condition = self.plain(condition, pair.source, pair.sender)
            cases.append(
                PopulationCase(
                    row.id or population_id(pair.name, row.who.text), condition, reaches, row.who.text, state
                )
            )
            if anyone and row is not population.rows[-1]:
                self.problems.append(
                    Problem(
                        row.who.place,
                        "`anyone else` in the last row",
                        "rows after it that no record can reach",
                        how="Move it to the end.",
                        code="anyone-else-last",
                    )
                )
        return tuple(cases)

    def branches(self, pairs: Sequence[Pair]) -> dict[str, Condition]:
        """Bind the toml's branches; each must fit the records of every binding in which it has rows, else of some."""
        found: dict[str, Condition] = {}
        for name, text in self.integration.branches.items():
            place = Place(self.integration.file, cell=f"[branches.{name}]")
            condition = self.condition(text, place)
            if condition is not None:
                own = [pair for pair in pairs if any(row.branch == name for row in pair.rows)]
                asked = own or pairs
                told = [self.unknown(condition, pair.source, pair.sender, place, _linked(pair)) for pair in asked]
                fits = next((pair for pair, wrong in zip(asked, told, strict=True) if not wrong), None)
                found[name] = self.plain(condition, fits.source, fits.sender) if fits is not None else condition
                if told and (any(told) if own else all(told)):
                    wrong = [one for one in told if one]
                    self.problems += next((one for one in wrong if one[0].did_you_mean), wrong[0])
        for document in self.documents:
            for chart in document.charts:
                for row in chart.rows:
                    if row.labels.branch and row.labels.branch not in self.integration.branches:
                        self.problems.append(
                            Problem(
                                row.place,
                                f"a branch of {self.integration.file}",
                                f"@branch:{row.labels.branch}",
                                did_you_mean=nearest(row.labels.branch, self.integration.branches),
                                how=f"Add [branches.{row.labels.branch}] with `where = '…'`.",
                                code="unknown-branch",
                            )
                        )
        return found


def _linked(pair: Pair) -> str:
    return pair.linked.entity if pair.linked is not None else ""
