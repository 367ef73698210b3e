"""Check what the toml names of both systems' records: a misspelt name there would be obeyed in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.expressions import walk
from signoff.expressions.parse import parse_condition
from signoff.lint.codes import Level, rule
from signoff.lint.matter import Matter
from signoff.schema import Side
from signoff.scope import EntitySettings

_KEY = re.compile(r"\s+and\s+")


@rule(
    "toml-name",
    level=Level.ERROR,
    what="The toml names a field or an entity that no system has, or says a link, state or word that cannot be read.",
    why="It would be obeyed in silence: records would not be linked, or fields be told as forgotten.",
    bad='`link = "id = external_id"`, `technical = ["payrate"]`',
    fix="Write the name as the system spells it, or as the agency's own label.",
    section="The toml and the systems",
    raw=True,
)
def names(matter: Matter) -> Iterator[Problem]:
    """Find names in the toml that nothing has."""
    for one in matter.integration.entities.values():
        yield from _entity(matter, one)
    for entity, fields in matter.integration.technical.items():
        side = next((side for side in Side if entity in matter.schemas[side].entities), None)
        if side is None:
            known = [name for side in Side for name in matter.schemas[side].entities]
            yield _problem(matter, f"technical.{entity}", "an entity of one of the two systems", entity, known)
        else:
            yield from _fields(matter, f"technical.{entity}", fields, [(side, entity)])
    yield from _states(matter)


def _entity(matter: Matter, one: EntitySettings) -> Iterator[Problem]:
    here = f"entities.{one.name}"
    sides = [(side, name) for side, name in ((Side.ATS, one.ats), (Side.APP, one.app)) if _known(matter, side, name)]
    if len(sides) < len(Side):
        return  # the entity itself is told elsewhere
    if one.link:
        parts = [part.strip() for part in one.link.split("->")]
        if len(parts) != len(Side) or not all(parts):
            yield _problem(matter, f"{here}.link", "two fields with an arrow: `id -> external_id`", one.link)
        else:
            for part, side in zip(parts, sides, strict=True):
                yield from _fields(matter, f"{here}.link", [part], [side])
    for key in one.matching:
        yield from _fields(
            matter, f"{here}.matching", [part.split()[-1] for part in _KEY.split(key) if part.split()], sides
        )
        if not key.strip():
            yield _problem(matter, f"{here}.matching", "a field, or several with `and`", key)
    yield from _fields(matter, f"{here}.unique", one.unique, sides)
    yield from _fields(matter, f"{here}.technical", one.technical, sides)
    yield from _fields(matter, f"{here}.period.begins", [one.begins] if one.begins else [], sides)
    yield from _fields(matter, f"{here}.period.ends", [one.ends] if one.ends else [], sides)
    for word in one.words:
        if not word.strip():
            yield _problem(matter, f"{here}.words", "words", word)
    if one.archived:
        yield from _archived(matter, one, sides)


def _archived(matter: Matter, one: EntitySettings, sides: list[tuple[Side, str]]) -> Iterator[Problem]:
    place = Place(matter.integration.file, cell=f"entities.{one.name}.archived")
    try:
        condition = parse_condition(one.archived, place)
    except ScopeError as error:
        yield from error.problems
        return
    yield from _fields(matter, place.cell, [used.name for used in walk.names(condition) if not used.within], sides)


def _states(matter: Matter) -> Iterator[Problem]:
    toml = matter.integration
    for name, states in toml.states.items():
        here = f"states.{name}"
        entity = next((one for one in toml.entities.values() if name in (one.name, one.ats, one.app)), None)
        bound = {binding.target for document in matter.documents for binding in document.bindings}
        if entity is None and name not in bound:
            yield _problem(matter, here, "an entity of the toml", name, [*toml.entities])
            continue
        for state, fields in states.items() if entity is not None else ():
            if not isinstance(fields, dict) or not fields:
                yield _problem(matter, f"{here}.{state}", "a table of fields and values", str(fields))
            elif empty := next((one for one, value in fields.items() if value == []), None):
                yield _problem(matter, f"{here}.{state}.{empty}", "a value, or a list of those that will do", "[]")
            elif entity is not None:
                yield from _fields(matter, f"{here}.{state}", fields, [(Side.APP, entity.app), (Side.ATS, entity.ats)])


def _known(matter: Matter, side: Side, entity: str) -> bool:
    return entity in matter.schemas[side].entities


def _fields(matter: Matter, cell: str, fields: Iterable[str], sides: list[tuple[Side, str]]) -> Iterator[Problem]:
    """Yield a problem for each field that no one of some entities has."""
    for name in fields:
        if not any(_known(matter, side, entity) and _has(matter, side, entity, name) for side, entity in sides):
            known = [one.path for side, entity in sides for one in matter.schemas[side].entities[entity].all_fields()]
            expected = " or ".join(f"a field of {entity} ({matter.system(side)})" for side, entity in sides)
            yield _problem(matter, cell, expected, name, known)


def _has(matter: Matter, side: Side, entity: str, name: str) -> bool:
    own = matter.schemas[side].entities[entity]
    return name == own.id_field or own.field_at(name) is not None or matter.world(side).resolved(entity, name).known


def _problem(matter: Matter, cell: str, expected: str, found: str, known: Iterable[str] = ()) -> Problem:
    how = "Correct it, or take it out."
    return Problem(
        Place(matter.integration.file, cell=cell),
        expected,
        f"`{found}`",
        nearest(found, known),
        how=how,
        code="toml-name",
    )


@rule(
    "matching-unheard",
    level=Level.WARNING,
    what="The toml says how an entity's records are matched, and every binding of it says it otherwise.",
    why="Only what a binding says counts; whoever reads the toml believes something else.",
    bad='`matching = ["email"]` beside `Given each Candidate is a worker, matched by external_id`',
    fix="Say it in one of the two places.",
    section="The toml and the systems",
)
def unheard_keys(matter: Matter) -> Iterator[Problem]:
    """Find matching keys of the toml that no binding goes by."""
    for entity in matter.integration.entities.values():
        pairs = [one for one in matter.bound.pairs if one.entity.name == entity.name]
        said = [tuple(key.text for key in one.matched) for one in pairs]
        if entity.matching and said and entity.matching not in said:
            yield Problem(
                Place(matter.integration.file, cell=f"entities.{entity.name}.matching"),
                f"the keys of its binding: {', '.join(said[0])}",
                ", ".join(entity.matching),
                how="Take it out, or take `matched by` out of the binding: only what a binding says counts.",
                code="matching-unheard",
            )
