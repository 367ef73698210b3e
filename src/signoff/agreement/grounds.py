"""Say what of the toml and of the schemas each statement rests on, so that a change of them is known as one of it.

Each ground has a name as people know it (`toml: zone`, `schema: Candidate.status`) and a short digest of what it says:
enough to tell that it says something else, and nothing of what it is.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, TypeAlias

from signoff.agreement.leaving import SUFFIX
from signoff.agreement.played import BoundWorkflow
from signoff.agreement.resolved import Agreement, BoundRow, Pair
from signoff.agreement.rows import labels_of
from signoff.agreement.statement import Kind, Statement
from signoff.agreement.words import entity_words
from signoff.expressions import tree as t
from signoff.expressions import walk
from signoff.record import ABSENT
from signoff.rules.context import World
from signoff.schema import Entity, Field, Side, Type

TOML: Final = "toml: "
SCHEMA: Final = "schema: "

Grounds: TypeAlias = "dict[str, str]"
"""Digests of what a statement rests on, by the name of each."""

_LENGTH: Final = 8
_OF_DAYS: Final = re.compile(r"\b(?:date|day|days|today|time|zone)\b", re.IGNORECASE)
_OF_PLACES: Final = re.compile(r"\b(?:phone|country|state|(?<!e-mail )address|place)\b", re.IGNORECASE)
_DAYS: Final = (Type.DATE, Type.INSTANT)
_PLACES: Final = (Type.PHONE, Type.COUNTRY, Type.STATE, Type.ADDRESS)
_NO_MATTER: Final = ("label", "technical", "fields")
"""What a schema says of a field and no promise rests on; its parts are looked at by themselves."""
_WORDS_ONLY: Final = ("words",)


def grounds(agreement: Agreement, statements: Iterable[Statement]) -> dict[str, Grounds]:
    """Return what each statement rests on beyond the documents; statements that rest on nothing else are left out."""
    finding = _Finding(agreement)
    found: dict[str, Grounds] = {}
    for pair in agreement.pairs:
        found |= finding.of_pair(pair, [one for one in statements if one.kind is Kind.BINDING])
    found |= finding.of_values(found)
    for goal in agreement.matters.goals:
        found[goal.statement] = finding.together(found, goal.rests_on) | finding.days()
    for worked in agreement.matters.worked:
        found[worked.statement] = found.get(worked.row, {})
    for workflow in agreement.workflows:
        found[workflow.statement] = finding.of_workflow(workflow)
    return {name: dict(sorted(one.items())) for name, one in found.items() if one}


def digest(said: Any) -> str:
    """Return a short digest of values of the toml or of a schema."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


@dataclass(slots=True)
class _Finding:
    """Find the grounds of one agreement's statements."""

    agreement: Agreement
    _worlds: dict[Side, World] = field(default_factory=dict)

    def world(self, side: Side) -> World:
        """Return an empty world of one side, to resolve names by."""
        if side not in self._worlds:
            ours, schema = self.agreement.integration, self.agreement.schemas[side]
            self._worlds[side] = World(schema, {}, labels_of(ours, schema), entity_words(ours, side))
        return self._worlds[side]

    # What there is to rest on

    def days(self) -> Grounds:
        """Return what decides which day it is."""
        ours = self.agreement.integration
        zones = {f"{TOML}systems.{side.value}.zone": digest(self.agreement.schemas[side].zone) for side in Side}
        return {f"{TOML}zone": digest(ours.zone), **zones}

    def _places(self) -> Grounds:
        return {f"{TOML}default_country": digest(self.agreement.integration.default_country)}

    def _settling(self) -> Grounds:
        return {f"{TOML}settles_within": digest(self.agreement.integration.settles_within)}

    def _settings(self, names: Iterable[str]) -> Grounds:
        known = self.agreement.integration.settings
        return {f"{TOML}[settings] {name}": digest(known.get(name)) for name in names}

    def _primary(self, wanted: bool) -> Grounds:
        return {f"{TOML}[primary]": digest(sorted(self.agreement.integration.primary.items()))} if wanted else {}

    def _field(self, entity: str, name: str, one: Field | None) -> Grounds:
        """Return what a field is, by the toml's types and the schema, with its allowed changes."""
        if one is None:
            return {}
        found = {f"{SCHEMA}{entity}.{name}": digest(_described(one))}
        changes = self.agreement.integration.transitions.get(f"{entity}.{name}")
        return found | ({f"{TOML}[transitions] {entity}.{name}": digest(changes)} if changes else {})

    def _named(self, side: Side, entity: str, name: str) -> Grounds:
        return self._field(entity, name, self.world(side).resolved(entity, name).field) if entity else {}

    # Conditions and rules

    def condition(self, tree: t.Condition, side: Side, entity: str) -> Grounds:
        """Return what a condition rests on when it is asked of records of an entity."""
        found = self._asked(tree, side)
        for used in walk.names(tree):
            if not used.within and not used.of_items:
                found |= self._named(side, entity, used.name)
        return found

    def _asked(self, tree: Any, side: Side) -> Grounds:
        """Return what a condition or a rule rests on besides the record's own fields."""
        found = self._settings(walk.settings(tree))
        for used in walk.names(tree):
            if used.within and not used.of_items:
                found |= self._named(side, self.world(side).entity_named(used.within[-1]), used.name)
        return found | (self.days() if any(_tests_of_days(tree)) else {})

    def row(self, row: BoundRow, pair: Pair) -> Grounds:
        """Return what a row of a chart rests on, without its binding."""
        if row.path:
            own = pair.source if row.side is pair.sender else pair.target
            return self._field(own, row.path, row.field)
        ahead = row.sender is pair.sender
        source, target = (pair.source, pair.target) if ahead else (pair.target, pair.source)
        found: Grounds = {}
        for name, one in zip(row.sources, row.source_fields, strict=False):
            found |= self._field(source, name, one)
        found |= self._field(target, row.target, row.target_field)
        ends = {one.type for one in (*row.source_fields, row.target_field) if one is not None}
        said = ""
        if row.rule is not None:
            said = f"{row.rule.text} {row.rule.sentence}"
            found |= self._asked(row.rule.tree, row.sender)
            there = self.world(row.sender.other)
            for words, by in walk.references(row.rule.tree):
                found |= self._named(row.sender.other, there.entity_named(words), by)
            found |= self._primary("the primary one" in said)
        if row.branch in self.agreement.branches:
            found |= self.condition(self.agreement.branches[row.branch], row.sender, source)
        if ends & {*_DAYS} or _OF_DAYS.search(said):
            found |= self.days()
        if ends & {*_PLACES} or _OF_PLACES.search(said):
            found |= self._places()
        return found

    # Statements

    def of_pair(self, pair: Pair, bindings: Iterable[Statement]) -> dict[str, Grounds]:
        """Return the grounds of a binding's rows and tables, and of the statements that it makes itself."""
        found: dict[str, Grounds] = {}
        linked = self._linked(pair)
        back = pair.back.rows if pair.back is not None else ()
        for row in (*pair.rows, *pair.protected, *back):
            found[row.statement] = found.get(row.statement, {}) | self.row(row, pair) | linked
        rows = list(found.values())
        population, asked = dict(linked), dict(linked)
        for case in pair.population:
            if case.condition is not None:
                population |= self.condition(case.condition, pair.sender, pair.source)
        for one in pair.policy:
            if one.condition is not None:
                asked |= self.condition(one.condition, pair.sender, pair.source)
        life = self._life(pair) if pair.life else {}
        found |= dict.fromkeys((one.statement for one in pair.population), population)
        found |= dict.fromkeys((one.statement for one in pair.policy), asked | self._in_short(rows))
        found |= dict.fromkeys((one.statement for one in pair.life), population | life)
        own = self._entity(pair)
        # A rehearsal goes over a midnight, and what is seen then is judged by the day that it is.
        whole = own | self._in_short([population, asked, life, *rows]) | self._settling() | self.days()
        contract = {f"{SCHEMA}{pair.target}": digest(_whole(self.agreement.entity(pair.sender.other, pair.target)))}
        by_suffix = {"once": own, SUFFIX: own | population, "contract": whole | contract}
        for made in bindings:
            if made.binding == pair.name:
                found[made.id] = by_suffix.get(made.id.rpartition(":")[2], whole)
        return found

    def _entity(self, pair: Pair) -> Grounds:
        """Return what the toml says of a binding's entity."""
        own = {one.name: getattr(pair.entity, one.name) for one in fields(pair.entity) if one.name not in _WORDS_ONLY}
        left_alone = [self.agreement.integration.technical.get(one, ()) for one in (pair.source, pair.target)]
        return {f"{TOML}[entities.{pair.entity.name}]": digest([own, left_alone])}

    def _life(self, pair: Pair) -> Grounds:
        found = self._entity(pair) | self._settling() | self.days()
        for name in (pair.entity.begins, pair.entity.ends):
            found |= self._named(pair.sender, pair.source, name) if name else {}
        for one in pair.life:
            if one.condition is not None:
                found |= self.condition(one.condition, pair.sender, pair.source)
        return found

    def _linked(self, pair: Pair) -> Grounds:
        if pair.linked is None:
            return {}
        one = pair.linked
        found = self._primary(one.pick == "primary")
        if one.by:
            found |= self._named(pair.sender, one.entity, one.by)
        return found | (self.condition(one.where, pair.sender, one.entity) if one.where is not None else {})

    @staticmethod
    def _in_short(several: Iterable[Grounds]) -> Grounds:
        """Return the grounds of many statements with all fields of an entity as one: of thousands of rows, a few."""
        found: Grounds = {}
        parts: dict[str, Grounds] = {}
        for name, said in (pair for one in several for pair in one.items()):
            if name.startswith(SCHEMA):
                parts.setdefault(name.partition(".")[0], {})[name] = said
            else:
                found[name] = said
        return found | {f"{name}, fields of its rows": digest(sorted(one.items())) for name, one in parts.items()}

    def of_values(self, rows: Mapping[str, Grounds]) -> dict[str, Grounds]:
        """Return the grounds of value rows: those of the rows that look up in their table."""
        users: dict[str, list[str]] = {}
        for pair in self.agreement.pairs:
            for row in pair.rows:
                for table in row.rule.tables if row.rule is not None else ():
                    users.setdefault(table, []).append(row.statement)
        of_tables = {table: self.together(rows, names) for table, names in users.items()}
        return {one.statement: of_tables.get(one.table, {}) for one in self.agreement.value_rows}

    @staticmethod
    def together(found: Mapping[str, Grounds], names: Iterable[str]) -> Grounds:
        """Return the grounds of several statements as one."""
        return {name: said for one in names for name, said in found.get(one, {}).items()}

    def of_workflow(self, workflow: BoundWorkflow) -> Grounds:
        """Return what a workflow rests on: when all is settled, which day it is, and the fields that it speaks of."""
        found = self._settling() | self.days()
        for step in workflow.steps:
            if step.aim is not None:
                found |= self._field(step.aim.entity, step.aim.leaf.path, step.aim.leaf)
            for one, _ in step.fields:
                found |= self._field(step.role.entity, one.path, one) if step.role is not None else {}
        return found


def _tests_of_days(tree: Any) -> Iterator[Any]:
    if isinstance(tree, t.When | t.Within):
        yield tree
    elif isinstance(tree, tuple | list):
        for part in tree:
            yield from _tests_of_days(part)
    else:
        for name in getattr(type(tree), "__dataclass_fields__", ()):
            yield from _tests_of_days(getattr(tree, name))


def _described(one: Field) -> list[Any]:
    """Return what a schema says of a field and its parts, as JSON can hold it."""
    own = {part.name: getattr(one, part.name) for part in fields(one) if part.name not in _NO_MATTER}
    own["default"] = None if one.default is ABSENT else [one.default]
    return [own, {name: _described(part) for name, part in one.fields.items()}]


def _whole(entity: Entity) -> list[Any]:
    return [list(entity.unforeseen), {name: _described(one) for name, one in entity.fields.items()}]
