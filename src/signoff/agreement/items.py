"""Make the items of a list records of their own: `Candidate.workHistory` becomes an entity with its holder's id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from signoff.agreement.resolved import BoundRow, Pair
from signoff.errors import Place, Problem, nearest
from signoff.expressions import walk
from signoff.record import Path
from signoff.schema import Entity, Field, Side, SystemSchema, Type
from signoff.scope import Binding, EntitySettings, Integration

_ID = "id"


def by_list(integration: Integration, schemas: Mapping[Side, SystemSchema]) -> Integration:
    """Return an integration whose lists are named by the entity of their items, and remembered as `items_of`.

    Of a list of references, such as Bullhorn's `Candidate.workHistories`, that is the entity they lead to; of a list of
    things it is the one that `with_items` has made. `schemas` are those that `typed` returns.
    """
    known = schemas[Side.ATS].entities
    named = {}
    for name, one in integration.entities.items():
        holder, _, path = one.ats.rpartition(".")
        if one.ats in known:
            one = replace(one, items_of=one.ats if known[one.ats].listed else "")
        elif holder in known and path in known[holder].fields:
            one = replace(one, ats=known[holder].fields[path].entity, items_of=one.ats)
        named[name] = one
    return replace(integration, entities=named)


def with_items(
    integration: Integration,
    schemas: Mapping[Side, SystemSchema],
    entities: Mapping[Side, dict[str, Entity]],
    problems: list[Problem],
) -> None:
    """Add an entity for each list that the toml names as `ats = "Candidate.workHistory"`; say what is wrong with it.

    An item's fields are its own, and one named after the holder's entity that refers to the record it stands in.
    What else reads or writes the list as a whole is refused, so the holder's own field is read-only from here on.
    """
    known = entities[Side.ATS]
    for one in integration.entities.values():
        if one.ats in known or "." not in one.ats:
            continue
        found = _list(integration, schemas[Side.ATS], known, one, problems)
        if found is None:
            continue
        holder, listed = found
        known[one.ats] = _items(holder, listed, one.ats)
        closed = replace(listed, read_only=True, mandatory=False)
        known[holder.name] = replace(known[holder.name], fields={**known[holder.name].fields, listed.path: closed})


def _list(
    integration: Integration,
    schema: SystemSchema,
    known: Mapping[str, Entity],
    one: EntitySettings,
    problems: list[Problem],
) -> tuple[Entity, Field] | None:
    """Return the record that holds a list, and the list; None where its items cannot be records."""
    place = Place(integration.file, cell=f"[entities.{one.name}] ats")
    system = integration.systems[Side.ATS].name

    def wrong(expected: str, found: str, how: str, close: str | None = None) -> None:
        problems.append(Problem(place, expected, found, did_you_mean=close, how=how, code="list-items"))

    lists = [f"{name}.{field.path}" for name, entity in known.items() for field in entity.fields.values() if _of(field)]
    name = next((name for name in known if one.ats.startswith(f"{name}.")), "")
    close = nearest(one.ats, lists)
    if not name:
        wrong(f"an entity of {system}, or a list of its records: `Entity.list`", f"`{one.ats}`", _NAMED, close)
        return None
    path = one.ats.removeprefix(f"{name}.")
    field = known[name].fields.get(path)
    if field is None:
        inner = known[name].field_at(path) is not None
        found = f"`{path}`, which stands inside another field" if inner else f"`{path}`"
        wrong(f"a list of the {name} record itself ({system})", found, _NAMED, None if inner else close)
        return None
    if field.type is Type.REFERENCE and field.many:
        if not _refers_back(schema, known, name, field):
            wrong(
                "a list of things that only their record holds, or one that the system makes of what refers to it",
                f"`{one.ats}`, a list of references to {field.entity}",
                f'Its items are records already: write ats = "{field.entity}", and `Given each {field.entity} is a …`.',
            )
    elif not _of(field):
        word = f"a list of {field.type.value}" if field.many else f"one {field.type.value}"
        said = "a list of which nothing is said" if field.many and field.type in (Type.OBJECT, Type.ANY) else word
        how = "Map it in the chart of its record, with `[]` if it is a list; items have to be objects with fields."
        wrong("a list of objects whose fields the schema names", f"`{one.ats}`, {said}", how, close)
    elif field.fields.get(_ID) is None or field.fields[_ID].type not in (Type.TEXT, Type.INTEGER):
        wrong(
            f"items with an `{_ID}` of their own, by which the system tells them apart",
            f"`{one.ats}`, whose items have {', '.join(field.fields)}",
            f"Map it in the chart of {name} with `{path}[]`: without an id a changed item is another one.",
        )
    elif name in field.fields:
        how = f"Map the list in the chart of {name} with `{path}[]`."
        wrong(f"items without a field `{name}`, which means the record that holds them", f"`{one.ats}.{name}`", how)
    elif Type.OBJECT not in schema.item_lists:
        dialect = integration.systems[Side.ATS].dialect
        how = f"Map the list in the chart of {name} with `{path}[]`, or describe the system by an OpenAPI document."
        wrong("a system whose lists of objects can be simulated item by item", f'dialect = "{dialect}"', how)
    else:
        return known[name], field
    return None


_NAMED = 'Write it as the system names it, for instance ats = "Candidate.workHistory".'


def _refers_back(schema: SystemSchema, known: Mapping[str, Entity], holder: str, field: Field) -> bool:
    """Tell whether a list holds exactly the records that refer to its own, each of which has to refer to one."""
    target = known.get(field.entity)
    back = [one for one in target.fields.values() if one.entity == holder and not one.many] if target else []
    kept = Type.REFERENCE in schema.item_lists and field.read_only
    return kept and any(one.mandatory for one in back) and len(back) == 1


def _of(field: Field) -> bool:
    return field.many and field.type is Type.OBJECT and bool(field.fields)


def _items(holder: Entity, listed: Field, name: str) -> Entity:
    back = Field(holder.name, Type.REFERENCE, mandatory=True, nullable=False, create_only=True, entity=holder.name)
    own = {key: _alone(one, f"{listed.path}.") for key, one in listed.fields.items()}
    own[_ID] = replace(own[_ID], read_only=True, mandatory=False, technical=True)
    return Entity(name, {**own, holder.name: back}, _ID, holder=holder.name, listed=listed.path)


def _alone(field: Field, prefix: str) -> Field:
    """Return a part of an item as a field of its own."""
    return replace(
        field,
        path=field.path.removeprefix(prefix),
        technical=field.technical or (field.read_only and field.type is Type.INSTANT),
        fields={name: _alone(one, prefix) for name, one in field.fields.items()},
    )


def binding_problem(
    binding: Binding, integration: Integration, schema: SystemSchema, entity: EntitySettings, side: Side
) -> Problem | None:
    """Return what is wrong with a binding of items, or with one of a list that does not say `each item of`."""
    listed = entity.items_of if side is Side.ATS else ""
    target = entity.name.replace("_", " ")
    name = entity.ats if side is Side.ATS else entity.app
    by_items, whole = f"each item of {listed}", f"each {name}"
    if binding.item_of and not listed:
        return Problem(
            binding.place,
            f"`{whole} is …`, because {name} is no list",
            f"`each item of {binding.item_of} is …`",
            how=f'Write `Given {whole} is a {target}`, or name the list in {integration.file}: ats = "{name}.…".',
            code="list-items",
        )
    if listed and not binding.item_of:
        return Problem(
            binding.place,
            f"`{by_items} is …`, because {listed} is a list",
            f"`each {binding.source} is …`",
            how=f"Write `Given {by_items} is a {target}`, or name the records themselves in {integration.file}.",
            code="list-items",
        )
    linked = schema.entities.get(binding.linked)
    if linked is not None and linked.listed:
        return Problem(
            binding.place,
            f"a record of {name} to be linked, not an item of its list",
            f"`{linked.name}`",
            how=f"Ask for items with `some {linked.name} has (…)`, or chart them under `Given each item of "
            f"{linked.name} is a …`.",
            code="linked-entity",
        )
    if schema.entities[name].listed and binding.started != "ats":
        return Problem(
            binding.place,
            f"items that start where their list is, in the {side}",
            f'"{binding.text}"',
            how="Leave the part out: what the app makes is not yet written into a list.",
            code="not-yet",
        )
    return None


def item_problems(
    pairs: Sequence[Pair], schemas: Mapping[Side, SystemSchema], ways_back: Mapping[str, Sequence[BoundRow]]
) -> Iterator[Problem]:
    """Yield what is written into a list's items, and what reads a list as a whole whose items are records."""
    for pair in pairs:
        if schemas[pair.sender].entities[pair.source].listed:
            for row in ways_back.get(pair.name, ()):
                yield Problem(
                    row.row.place,
                    "a row that flows from the item to the app",
                    f"`{row.flow.value}`",
                    how="Write `->`: what flows back is not yet written into a list's items.",
                    code="not-yet",
                )
    for entity in schemas[Side.ATS].entities.values():
        for pair in pairs if entity.listed else ():
            if entity.holder == (pair.source if pair.sender is Side.ATS else pair.target):
                yield from _whole_list(pair, entity)


def _whole_list(pair: Pair, items: Entity) -> Iterator[Problem]:
    for row in (*pair.rows, *pair.protected):
        ours = row.sources if row.sender is Side.ATS else (row.target,)
        if any(_head(one) == items.listed for one in ((row.path,) if row.path else ours) if one):
            yield _twice(row.row.place, pair, items)
    asked = [
        *(one.condition for one in pair.population),
        *(one.condition for one in pair.life),
        *(one.condition for one in pair.policy),
    ]
    used = [name for one in asked if one is not None for name in walk.names(one)]
    if any(_head(one.name) == items.listed for one in used if not one.within):
        yield _twice(pair.place, pair, items)


def _head(path: str) -> str:
    return Path.parse(path).head


def _twice(place: Place, pair: Pair, items: Entity) -> Problem:
    return Problem(
        place,
        f"fields of {pair.name} beside `{items.listed}`, whose items are records of their own",
        f"`{items.listed}` as a whole",
        how=f"Chart its fields under `Given each item of {items.name} is a …`; of conditions, ask "
        f"`some {items.name} has (…)`.",
        code="list-items",
    )
