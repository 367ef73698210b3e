"""Bind what must be possible: which system and which of its records a row means."""

from __future__ import annotations

from collections.abc import Mapping

from signoff.agreement.asking import matter_id, plain, stated
from signoff.agreement.matters import BoundAccess
from signoff.agreement.statement import Kind, Statement
from signoff.agreement.words import entity_words
from signoff.errors import Problem, nearest
from signoff.rules.context import entity_named
from signoff.schema import Side, SystemSchema
from signoff.scope import Access, Document, Integration


def bind_access(
    integration: Integration,
    schemas: Mapping[Side, SystemSchema],
    document: Document,
    one: Access,
    problems: list[Problem],
) -> tuple[BoundAccess, Statement] | None:
    """Bind one row; None when it is wrong (then `problems` grew)."""
    names = {integration.systems[side].name.casefold(): side for side in Side} | {side.value: side for side in Side}
    side = names.get(one.system.text.casefold())
    if side is None:
        known = [integration.systems[side].name for side in Side]
        problems.append(
            Problem(
                one.system.place,
                f"one of the two systems: {' or '.join(known)}",
                f'"{one.system.text}"',
                did_you_mean=nearest(one.system.text, [*known, *names]),
                how="Write the system's name, ATS or app.",
                code="unknown-system",
            )
        )
        return None
    system = integration.systems[side].name
    entity = entity_named(schemas[side], one.entity.text, entity_words(integration, side))
    if not entity:
        problems.append(
            Problem(
                one.entity.place,
                f"an entity of {system}",
                f"`{one.entity.text}`",
                did_you_mean=nearest(one.entity.text, schemas[side].entities),
                how="Write it as the system names it, or by a word of [entities].",
                code="unknown-entity",
            )
        )
        return None
    kind = schemas[side].entities[entity]
    if kind.listed:
        problems.append(
            Problem(
                one.entity.place,
                f"an entity of {system} with routes of its own",
                f"`{one.entity.text}`, the items of {entity}",
                how=f"Name {kind.holder}: its list is read and written with it.",
                code="access",
            )
        )
        return None
    statement = matter_id("access", f"{system} {entity}", one.row, problems)
    may = ", ".join(one.may)
    made = plain(statement, Kind.ACCESS, f"{system} {entity}: {may}", f"With our credentials for {system}: {may}.")
    return BoundAccess(statement, side, entity, one.may), stated(integration, document, one.row, made)
