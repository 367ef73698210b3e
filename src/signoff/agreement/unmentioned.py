"""Tell which fields of both systems no statement mentions: the reverse of coverage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from signoff.agreement.resolved import Agreement, Pair
from signoff.agreement.rows import labels_of
from signoff.errors import Place
from signoff.expressions import walk
from signoff.expressions.parse import parse_condition
from signoff.record import Path
from signoff.rules.context import entity_named
from signoff.schema import Entity, Field, Side, Type


@dataclass(frozen=True, slots=True)
class Unmentioned:
    """Hold one field that no statement mentions. `bound`: its entity is bound by some chart."""

    side: Side
    system: str
    entity: str
    field: str
    label: str
    type: str
    mandatory: bool
    read_only: bool
    bound: bool


def unmentioned(agreement: Agreement) -> tuple[Unmentioned, ...]:
    """Return the fields that no statement mentions, the ATS's first, in the order of the schemas.

    A row mentions its fields, every reference that it follows, and what its conditions ask for; a population what it
    asks for. Naming an object mentions its parts. What the system or the toml calls technical is left out.
    """
    named: dict[Side, set[tuple[str, str]]] = {side: set() for side in Side}
    for pair in agreement.pairs:
        for side, entity, name in _names(pair):
            named[side].update(_along(agreement, side, entity, name))
    for side, entity, name in _toml_fields(agreement):
        named[side].add((entity, name))
    bound = {(pair.sender, pair.source) for pair in agreement.pairs}
    bound |= {(pair.sender.other, pair.target) for pair in agreement.pairs}
    return tuple(
        Unmentioned(
            side,
            agreement.integration.systems[side].name,
            entity.name,
            field.path,
            field.label,
            _type(field),
            field.mandatory,
            field.read_only,
            (side, entity.name) in bound,
        )
        for side in Side
        for entity in agreement.schemas[side].entities.values()
        for field in _leaves(entity)
        if not _covered(entity.name, field.path, named[side])
    )


def _names(pair: Pair) -> Iterator[tuple[Side, str, str]]:
    """Yield every name that a binding's rows and conditions use, with side and entity."""
    entities = {pair.sender: pair.source, pair.sender.other: pair.target}
    for row in pair.rows:
        receiver = row.sender.other
        yield from ((row.sender, entities[row.sender], source) for source in row.sources)
        if row.target:
            yield receiver, entities[receiver], row.target
        if row.rule is not None:
            yield from _used(row.sender, entities[row.sender], (row.rule.tree.steps, row.rule.tree.modifiers))
            yield from ((receiver, entity, by) for entity, by in walk.references(row.rule.tree))
    for row in pair.protected:
        yield row.side, entities[row.side], row.path
    for case in pair.population:
        yield from _used(pair.sender, pair.source, case.condition)
    for row_of in pair.policy:
        yield from _used(pair.sender, pair.source, row_of.condition)
    if pair.link is not None:
        yield pair.sender, pair.source, pair.link[0]
        yield pair.sender.other, pair.target, pair.link[1]
    if pair.linked is not None:
        if pair.linked.by:
            yield pair.sender, pair.linked.entity, pair.linked.by
        yield from _used(pair.sender, pair.linked.entity, pair.linked.where)


def _used(side: Side, entity: str, tree: Any) -> Iterator[tuple[Side, str, str]]:
    if tree is None:
        return
    for one in walk.names(tree):
        if not one.of_items:
            yield side, one.within[-1] if one.within else entity, one.name


def _along(agreement: Agreement, side: Side, entity: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield the fields that a name passes and the one that it ends at, each with its entity."""
    schema = agreement.schemas[side]
    known = entity_named(schema, entity, agreement.words)
    if known not in schema.entities:
        own = agreement.integration.entities.get(agreement.words.get(entity.lower(), ""))
        known = (own.ats if side is Side.ATS else own.app) if own is not None else ""
    labels = labels_of(agreement.integration, schema)
    try:
        segments = list(Path.parse(labels.get(name, name)).segments)
    except ValueError:
        return
    here = schema.entities.get(known)
    if here is not None and segments and segments[0].name not in here.fields:
        linked = schema.entities.get(segments[0].name)
        here, segments = (linked, segments[1:]) if linked is not None else (here, segments)
    walked: list[str] = []
    for number, segment in enumerate(segments):
        field = here.field_at(".".join([*walked, segment.name])) if here is not None else None
        if here is None or field is None:
            return
        walked.append(segment.name)
        # An object that is only passed on the way to a part is not mentioned as a whole.
        if field.type is Type.REFERENCE or number == len(segments) - 1:
            yield here.name, ".".join(walked)
        if segment.where:
            for one in walk.names(parse_condition(segment.where, Place(name))):
                yield here.name, ".".join([*walked, one.name])
        if field.type is Type.REFERENCE:
            here, walked = schema.entities.get(field.entity), []


def _toml_fields(agreement: Agreement) -> Iterator[tuple[Side, str, str]]:
    for pair in agreement.pairs:
        receiver = pair.sender.other
        yield from ((receiver, pair.target, name) for name in pair.entity.technical)
        for key in (pair.target, pair.entity.name):
            for state in agreement.integration.states.get(key, {}).values():
                yield from ((receiver, pair.target, name) for name in state)
    for own in agreement.integration.entities.values():
        ats, arrow, app = (part.strip() for part in own.link.partition("->"))
        if arrow:
            yield from ((Side.ATS, own.ats, ats), (Side.APP, own.app, app))
    for entity, names in agreement.integration.technical.items():
        yield from ((side, entity, name) for side in Side for name in names)


def _leaves(entity: Entity) -> Iterator[Field]:
    """Yield the fields of an entity that hold a value: parts instead of their object, nothing technical."""
    return (one for one in entity.all_fields() if not one.technical and not (one.type is Type.OBJECT and one.fields))


def _covered(entity: str, path: str, named: set[tuple[str, str]]) -> bool:
    parts = path.split(".")
    return any((entity, ".".join(parts[: many + 1])) in named for many in range(len(parts)))


def _type(field: Field) -> str:
    return f"list of {field.type.value}" if field.many else field.type.value
