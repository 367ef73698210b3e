"""Bind chart rows: cells to fields, rules to types, flows to sides."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from signoff.agreement.ids import row_id
from signoff.agreement.primary import flag_of_items
from signoff.agreement.protecting import linked_named, nothing_named
from signoff.agreement.resolved import BoundRow
from signoff.agreement.twoway import one_way_problem, two_way_problem
from signoff.agreement.words import all_words, entity_words
from signoff.chart import Cell, Flow, Row, ValueTable
from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.expressions import walk
from signoff.expressions.parse import parse_cell
from signoff.expressions.tree import Step
from signoff.record import Path
from signoff.rules.cell import Rule, understand
from signoff.rules.context import RowTypes, SourceField, World
from signoff.rules.names import canonical, labelled_so
from signoff.schema import Field, Side, SystemSchema
from signoff.scope import EntitySettings, Integration

_CONSTANT = re.compile(r"\s*(always|left blank|left out|null|empty text|empty list)\b", re.IGNORECASE)
_REFERENCES = ("the with the same", "match or create the")
_SENDER = {Flow.TO_APP: Side.ATS, Flow.TO_ATS: Side.APP}


@dataclass(slots=True)
class RowBinder:
    """Bind the rows of one binding. `problems` collects everything that is wrong, so that all is told at once."""

    integration: Integration
    schemas: Mapping[Side, SystemSchema]
    tables: Mapping[str, ValueTable]
    entity: EntitySettings
    name: str
    sender: Side
    linked: str
    resolve: Callable[[str], Callable[..., Any]]
    problems: list[Problem] = field(default_factory=list)
    _worlds: dict[Side, World] = field(default_factory=dict)

    def world(self, side: Side) -> World:
        """Return an empty world of one side, to resolve names by; made once."""
        if side not in self._worlds:
            self._worlds[side] = self._world(side)
        return self._worlds[side]

    def _world(self, side: Side) -> World:
        return World(
            self.schemas[side],
            {},
            labels_of(self.integration, self.schemas[side]),
            entity_words(self.integration, side),
        )

    def _entity_of(self, side: Side) -> str:
        return self.entity.ats if side is Side.ATS else self.entity.app

    def bind(self, row: Row) -> BoundRow | None:
        """Return the row bound, or None when it is an open question or wrong (then `problems` grew)."""
        if row.flow in (Flow.NEVER, Flow.KEPT):
            return self._protected(row)
        return self._directed(row, _SENDER.get(row.flow, self.sender))

    def bind_back(self, row: Row) -> BoundRow | None:
        """Return the way back of a two-way row: the same rule turned round, from the receiving to the sending side."""
        return self._directed(row, self.sender.other, backwards=True)

    def _directed(self, row: Row, sender: Side, backwards: bool = False) -> BoundRow | None:
        sending, receiving = (row.ats, row.app) if sender is Side.ATS else (row.app, row.ats)
        statement = row.id or row_id(self.name, row.app.text or row.ats.text, branch=row.labels.branch)
        constant = bool(_CONSTANT.match(row.rule.text))
        if (not sending.text and not constant) or not receiving.text:
            return BoundRow(statement, self.name, row.flow, row, sender, required=row.required)
        sources = self._sources(sending, sender)
        target = self._name(receiving, sender.other)
        if sources is None or target is None:
            return None
        path, target_field = target
        rule = self._rule(row, sender, sources, path, target_field, backwards)
        if rule is None or not self._references_known(row, rule, sender.other, target_field):
            return None
        if not backwards and not self._flows(row, rule, sources):
            return None
        return BoundRow(
            statement=statement,
            binding=self.name,
            flow=row.flow,
            row=row,
            sender=sender,
            sources=tuple(one.path for one in sources),
            source_fields=tuple(one.field for one in sources),
            target=path,
            target_field=target_field,
            target_top=Path.parse(path).head,
            rule=rule,
            required=row.required,
            branch=row.labels.branch,
        )

    def each(self, row: Row) -> tuple[Row, ...]:
        """Return a row of `customFields.*` as one row for each field of that level that its named sides have."""
        levels = {Side.ATS: _level(row.ats), Side.APP: _level(row.app)}
        named = [side for side, cell in ((Side.ATS, row.ats), (Side.APP, row.app)) if cell.text]
        if not any(level is not None for level in levels.values()):
            return (row,)
        if any(levels[side] is None for side in named):
            self.problems.append(
                Problem(
                    row.place,
                    "`.*` on both sides, or on none",
                    f"{row.ats.text} {row.flow.value} {row.app.text}",
                    how="Write for instance customFields.* on both sides, or a row for each field.",
                    code="every-field",
                )
            )
            return ()
        known = {side: self._fields_of(side, levels[side] or "") for side in named}
        common = [name for name in known[named[0]] if all(name in fields for fields in known.values())]
        if not common:
            has = "; ".join(f"{side}: {', '.join(fields) or 'no field'}" for side, fields in known.items())
            self.problems.append(
                Problem(
                    row.place,
                    "a level with fields, of which both sides have some",
                    has,
                    how="Correct the path.",
                    code="every-field",
                )
            )
        return tuple(
            replace(
                row,
                ats=_inside(row.ats, name),
                app=_inside(row.app, name),
                id=f"{row.id}.{name}" if row.id else "",
            )
            for name in common
        )

    def _fields_of(self, side: Side, level: str) -> tuple[str, ...]:
        found = self.schemas[side].entities[self._entity_of(side)].field_at(level)
        return tuple(found.fields) if found is not None else ()

    def _references_known(self, row: Row, rule: Rule, receiver: Side, target: Field | None) -> bool:
        """Tell whether what a reference step names exists on the receiving side, so that it can lead somewhere."""
        words = all_words(self.integration)
        before = len(self.problems)
        for said, by in walk.references(rule.tree):
            name = words.get(" ".join(said.lower().split()), "")
            if not name:
                self.problems.append(
                    Problem(
                        row.rule.place,
                        f"an entity of the toml: {', '.join(self.integration.entities)}",
                        f"`{said}`",
                        nearest(said, words),
                        how=f"Correct the word, or add it to `words` of its entity in {self.integration.file}.",
                        code="unknown-word",
                    )
                )
                continue
            settings = self.integration.entities[name]
            entity = settings.app if receiver is Side.APP else settings.ats
            if target is not None and target.entity and target.entity != entity:
                self.problems.append(
                    Problem(
                        row.rule.place,
                        f"a reference to {target.entity}, because that is what {target.name} refers to",
                        f"`the {said}`, which is {entity}",
                        how="Name the entity that the field refers to, or correct the field's type in [types].",
                        code="wrong-reference",
                    )
                )
            known = self.schemas[receiver].entities.get(entity)
            # `id` means the record made for the sending one, whatever the receiving system calls its ids.
            if known is not None and by != "id" and not self.world(receiver).resolved(entity, by).known:
                fields = [one.path for one in known.all_fields()]
                self.problems.append(
                    Problem(
                        row.rule.place,
                        f"a field of {entity} ({self.integration.systems[receiver].name})",
                        f"`{by}`",
                        did_you_mean=nearest(by, fields),
                        how="Write the field as the system names it; `id` finds the record made for the sending one.",
                        code="unknown-field",
                    )
                )
        return len(self.problems) == before

    def _flows(self, row: Row, rule: Rule, sources: tuple[SourceField, ...]) -> bool:
        """Tell whether a row can flow as it says; say what stands in its way."""
        if row.flow is Flow.BOTH:
            problem = two_way_problem(row, rule, sources, self.tables)
        else:
            problem = one_way_problem(row, rule)
        if problem is not None:
            self.problems.append(problem)
        return problem is None

    def _protected(self, row: Row) -> BoundRow | None:
        side = Side.ATS if row.ats.text else Side.APP
        cell = row.ats if row.ats.text else row.app
        statement = row.id or row_id(self.name, cell.text, suffix=row.flow.value, branch=row.labels.branch)
        if not cell.text:
            self.problems.append(nothing_named(cell.place))
            return None
        found = self._name(cell, side)
        if found is None:
            return None
        path, one = found
        if (wrong := linked_named(cell.text, path, self.linked, cell.place)) is not None:
            self.problems.append(wrong)
            return None
        return BoundRow(
            statement, self.name, row.flow, row, side, side=side, path=path, field=one, branch=row.labels.branch
        )

    def _sources(self, cell: Cell, side: Side) -> tuple[SourceField, ...] | None:
        if not cell.text:
            return ()
        found: list[SourceField] = []
        try:
            names = [one.text for one in parse_cell(cell.text, cell.place)]
        except ScopeError as error:
            self.problems.extend(error.problems)
            return None
        for name in names:
            one = self._name(Cell(name, cell.place), side)
            if one is None:
                return None
            found.append(SourceField(one[0], one[0], one[1], name if name != one[0] else ""))
        return tuple(found)

    def _name(self, cell: Cell, side: Side) -> tuple[str, Field | None] | None:
        world = self.world(side)
        entity = self._entity_of(side)
        text = " ".join(cell.text.split())
        own, _, path = (key := labelled(self.integration, text)).partition(".")
        if key:
            text = path if own == entity else key
        prefix, _, rest = text.partition(".")
        if rest and world.entity_named(prefix) == entity and prefix not in world.fields_of(entity):
            text = rest
        linked = world.entity_named(prefix) if rest else ""
        unlinked = linked not in ("", entity, self.linked) and prefix not in world.fields_of(entity)
        resolved = world.resolved(entity, text)
        if resolved.known and not unlinked:
            # The vendor's own label of a field, in whatever case, stands for its API name everywhere.
            return canonical(world, entity, text), resolved.field
        several = labelled_so(self.schemas[side].entities[entity].fields.values(), text)
        if len(several) > 1:
            self.problems.append(shared_label(cell.text, several, cell.place))
            return None
        fields = [one.path for one in self.schemas[side].entities[entity].all_fields()]
        labels = [label for label, key in self.integration.labels.items() if key.startswith(f"{entity}.")]
        if unlinked:
            expected = f"a field of {entity}, or of a record that the binding links"
            how = f"Add `, with their latest {linked} …` to the binding, or follow a reference of {entity}."
        else:
            expected = f"a field of {entity} ({self.integration.systems[side].name})"
            how = "Write the field as the system names it, or give it a label in the toml's [labels]."
        self.problems.append(
            Problem(
                cell.place,
                expected,
                f"`{cell.text}`",
                did_you_mean=nearest(text, [*fields, *labels]),
                how=how,
                code="unknown-field",
            )
        )
        return None

    def _rule(
        self,
        row: Row,
        sender: Side,
        sources: tuple[SourceField, ...],
        path: str,
        target: Field | None,
        backwards: bool = False,
    ) -> Rule | None:
        target_id = None
        if target is not None and target.entity:
            other = self.schemas[sender.other].entities.get(target.entity)
            target_id = other.fields.get(other.id_field) if other is not None else None
        try:
            rule = understand(
                row.rule.text,
                RowTypes(
                    place=row.rule.place,
                    sources=sources,
                    target=target,
                    tables=self.tables,
                    side=sender,
                    backwards=backwards,
                    target_many="[]" in path,
                    target_name=path,
                    target_id=target_id,
                    target_zone=self.schemas[sender.other].zone,
                    required=row.required,
                    settings=self.integration.settings,
                    primary_flag=flag_of_items(self.integration, self._entity_of(sender), sources),
                    resolve=self.resolve,
                ),
            )
        except ScopeError as error:
            self.problems.extend(error.problems)
            return None
        return rule if all(self._leads_somewhere(row, sender, one) for one in rule.tree.steps) else None

    def _leads_somewhere(self, row: Row, sender: Side, step: Step) -> bool:
        """Tell whether a step that follows a reference names an entity, and a field of it on the receiving side."""
        if step.phrase not in _REFERENCES:
            return True
        word = " ".join(str(step.arguments[0]).lower().split())
        words = all_words(self.integration)
        if word not in words:
            self.problems.append(
                Problem(
                    row.rule.place,
                    "a word for an entity of the toml",
                    f"`{word}`",
                    did_you_mean=nearest(word, words),
                    how=f"Use a word of [entities] in {self.integration.file}, or add this one there.",
                    code="unknown-word",
                )
            )
            return False
        entity = self.integration.entities[words[word]]
        theirs = entity.app if sender is Side.ATS else entity.ats
        known = self.schemas[sender.other].entities.get(theirs)
        by = str(step.arguments[1])
        if by != "id" and known is not None and not self.world(sender.other).resolved(theirs, by).known:
            self.problems.append(
                Problem(
                    row.rule.place,
                    f"a field of {theirs} ({self.integration.systems[sender.other].name})",
                    f"`{by}`",
                    did_you_mean=nearest(by, [one.path for one in known.all_fields()]),
                    how="Name the field of the record that is referred to.",
                    code="unknown-field",
                )
            )
            return False
        return True


def _level(cell: Cell) -> str | None:
    """Return the path before `.*`, or None where the cell names a field."""
    text = "".join(cell.text.split())
    return text.removesuffix(".*") if text.endswith(".*") else None


def _inside(cell: Cell, name: str) -> Cell:
    return replace(cell, text=f"{_level(cell)}.{name}") if cell.text else cell


def labelled(integration: Integration, name: str) -> str:
    """Return `Entity.path` of a label of the toml, in whatever case; "" where the toml has no such label."""
    wanted = " ".join(name.split()).strip("`").casefold()
    return next((key for label, key in integration.labels.items() if label.casefold() == wanted), "")


def shared_label(name: str, several: Sequence[Field], place: Place) -> Problem:
    """Say that a label is that of several fields."""
    return Problem(
        place,
        f"a name that means one field: {', '.join(one.path for one in several)}",
        f"`{name}`, the label of {len(several)}",
        how="Write the field as the API names it, or give it a label of its own in the toml's [labels].",
        code="unknown-field",
    )


def labels_of(integration: Integration, schema: SystemSchema) -> dict[str, str]:
    """Return the toml's labels that belong to one system: label → path without the entity."""
    found = {}
    for label, key in integration.labels.items():
        entity, _, path = key.partition(".")
        if entity in schema.entities:
            found[label] = path
    return found
