"""Find the flag that marks the primary one of several records or items, as the toml names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from signoff.errors import Place, Problem, nearest
from signoff.rules.context import SourceField
from signoff.schema import Field, Side, SystemSchema, Type
from signoff.scope import Integration

FLAGS: Final = ("isPrimary", "primary", "is_primary")
"""Names that flags have where the toml names none."""


def flag_of(integration: Integration, schema: SystemSchema, entity: str) -> str | Problem:
    """Return the field that marks the primary record of an entity, or what is wrong; its place is the binding's."""
    known = schema.entities[entity].fields
    named = integration.primary.get(entity, "")
    flag = named or next((one for one in FLAGS if one in known and _yes_no(known[one])), "")
    if flag and flag in known and _yes_no(known[flag]):
        return flag
    able = [name for name, one in known.items() if _yes_no(one)]
    return Problem(
        Place(integration.file),
        f"a yes/no field of {entity} that marks the primary one",
        f"`{named}` in [primary]" if named else f"none: [primary] in {integration.file} names no field for {entity}",
        did_you_mean=nearest(named, able) if named else None,
        how=f'Write `{entity} = "FIELD"` under [primary] in the toml, with one of: {", ".join(able)}.'
        if able
        else f"{entity} has no yes/no field. Write `latest`, `first` or `only`, with `where` if need be.",
        code="primary-flag",
    )


def flag_of_items(integration: Integration, entity: str, sources: Sequence[SourceField]) -> str:
    """Return the flag of the items of the list that a row reads; the usual one where the toml names none."""
    if not sources:
        return FLAGS[0]
    first = sources[0]
    path = first.name.rpartition("[]")[0] or first.name
    items = first.field.entity if first.field is not None else ""
    return integration.primary.get(f"{entity}.{path}") or integration.primary.get(items) or FLAGS[0]


def misnamed(integration: Integration, schemas: Mapping[Side, SystemSchema]) -> Iterator[Problem]:
    """Yield what is wrong in the toml's `[primary]`: a key that is no entity or list, a flag that is not yes/no."""
    for key, flag in integration.primary.items():
        where = Place(integration.file, cell=f'[primary] "{key}"')
        entity, _, path = key.partition(".")
        schema = next((one for one in schemas.values() if entity in one.entities), None)
        if schema is None:
            known = [name for one in schemas.values() for name in one.entities]
            yield Problem(
                where,
                "an entity of one of the two systems",
                f"`{entity}`",
                nearest(entity, known),
                code="unknown-entity",
            )
            continue
        fields = schema.entities[entity].fields
        if path:
            one = schema.entities[entity].field_at(path)
            if one is None or not one.many:
                lists = [field.path for field in schema.entities[entity].all_fields() if field.many]
                yield Problem(where, f"a list of {entity}", f"`{path}`", nearest(path, lists), code="primary-flag")
                continue
            other = schema.entities.get(one.entity)
            fields = other.fields if other is not None else one.fields
        if flag not in fields or not _yes_no(fields[flag]):
            able = [name for name, one in fields.items() if _yes_no(one)]
            yield Problem(
                where,
                f"a yes/no field of {key}" + (f": {', '.join(able)}" if able else ""),
                f"`{flag}`",
                nearest(flag, able),
                how="Name the field that is yes for the primary one."
                if able
                else "It has no yes/no field: take the line out, and say which one by `latest`, `first` or `where`.",
                code="primary-flag",
            )


def _yes_no(field: Field) -> bool:
    return field.type is Type.YES_NO and not field.many
