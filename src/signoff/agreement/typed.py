"""Complete a system's schema with what the toml knows better: types, labels, references."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from signoff.agreement.items import with_items
from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.record import Path
from signoff.schema import Entity, Field, Side, SystemSchema, Type, Wire
from signoff.scope import Integration

_WORDS: Mapping[str, Type] = {one.value: one for one in Type} | {
    "instant": Type.INSTANT,
    "e-mail": Type.EMAIL,
    "integer": Type.INTEGER,
    "money": Type.AMOUNT,
    "boolean": Type.YES_NO,
}
_WIRES: Mapping[str, Wire] = {one.value: one for one in Wire}


def typed(integration: Integration, schemas: Mapping[Side, SystemSchema]) -> dict[Side, SystemSchema]:
    """Return both schemas with the toml's `[types]` and `[labels]` applied, and entities for the lists that it names.

    `"Candidate.mobile" = "phone"`, `"Worker.recruiter_id" = "reference to Recruiter"`,
    `"Placement.dateBegin" = "date as epoch ms"`. Raises ScopeError naming every key that fits nothing.
    """
    problems: list[Problem] = []
    changed = {side: dict(schema.entities) for side, schema in schemas.items()}
    for key, words in integration.types.items():
        where = Place(integration.file, cell=f'[types] "{key}"')
        found = _located(changed, key, where, problems)
        if found is None:
            continue
        side, entity, path = found
        change = _change(words, changed, where, problems)
        if change is not None:
            changed[side][entity.name] = _with(entity, path, change)
    for label, key in integration.labels.items():
        where = Place(integration.file, cell=f'[labels] "{label}"')
        found = _located(changed, key, where, problems)
        if found is not None:
            side, entity, path = found
            changed[side][entity.name] = _with(entity, path, {"label": label})
    with_items(integration, schemas, changed, problems)
    if problems:
        raise ScopeError(problems)
    return {side: replace(schema, entities=changed[side], known_references={}) for side, schema in schemas.items()}


def _located(
    entities: Mapping[Side, Mapping[str, Entity]], key: str, where: Place, problems: list[Problem]
) -> tuple[Side, Entity, str] | None:
    name, _, path = key.partition(".")
    known = [one for side in Side for one in entities[side]]
    for side in Side:
        entity = entities[side].get(name)
        if entity is None:
            continue
        if path and entity.field_at(path) is not None:
            return side, entity, path
        problems.append(
            Problem(
                where,
                f"a field of {name}",
                f"`{path}`" if path else "no field",
                did_you_mean=nearest(path, [one.path for one in entity.all_fields()]),
                how="Write `Entity.field` as the system itself names them.",
                code="unknown-field",
            )
        )
        return None
    problems.append(
        Problem(
            where,
            "an entity of one of the two systems",
            f"`{name}`",
            did_you_mean=nearest(name, known),
            code="unknown-entity",
        )
    )
    return None


def _change(
    words: str, entities: Mapping[Side, Mapping[str, Entity]], where: Place, problems: list[Problem]
) -> dict[str, object] | None:
    kind, _, wire = words.partition(" as ")
    if kind.startswith("reference to "):
        target = kind.removeprefix("reference to ").strip()
        known = [one for side in Side for one in entities[side]]
        if target not in known:
            problems.append(
                Problem(
                    where,
                    "an entity of one of the two systems",
                    f"`{target}`",
                    did_you_mean=nearest(target, known),
                    code="unknown-entity",
                )
            )
            return None
        change: dict[str, object] = {"type": Type.REFERENCE, "entity": target}
    elif kind.strip() in _WORDS:
        change = {"type": _WORDS[kind.strip()]}
    else:
        problems.append(
            Problem(
                where,
                f"one of {', '.join(_WORDS)}, or `reference to ENTITY`",
                f'"{kind}"',
                did_you_mean=nearest(kind, _WORDS),
                code="unknown-type",
            )
        )
        return None
    if wire:
        if wire not in _WIRES:
            problems.append(
                Problem(where, f"one of {', '.join(_WIRES)}", f'"{wire}"', nearest(wire, _WIRES), code="unknown-type")
            )
            return None
        change["wire"] = _WIRES[wire]
    return change


def _with(entity: Entity, path: str, change: Mapping[str, object]) -> Entity:
    def walk(fields: Mapping[str, Field], parts: list[str]) -> dict[str, Field]:
        head, *rest = parts
        one = fields[head]
        new = replace(one, fields=walk(one.fields, rest)) if rest else replace(one, **change)  # type: ignore[arg-type]
        return {**fields, head: new}

    return replace(entity, fields=walk(entity.fields, [one.name for one in Path.parse(path).segments]))
