"""What the schema allows, the simulator takes; what the schema forbids, it refuses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from signoff.schema import Entity, Field, Type
from signoff.systems.bullhorn.fields import entity_names
from signoff.systems.bullhorn.tenant import ID_BASES, INVERSE

NOW_MS = 1772442000000


def target_of(tenant: Any, entity: str) -> int:
    """Return the id of a record of an entity, made from its mandatory fields if there is none."""
    held = tenant.simulator.read_all(entity)
    if held:
        return int(next(iter(held)))
    return int(tenant.simulator.create(entity, minimal(tenant, tenant.simulator.schema.entities[entity])))


def minimal(tenant: Any, entity: Entity) -> dict[str, Any]:
    return {one.name: value_of(tenant, one) for one in entity.fields.values() if one.mandatory}


def value_of(tenant: Any, field: Field) -> Any:
    match field.type:
        case Type.REFERENCE:
            one = {"id": target_of(tenant, field.entity)}
            return [one] if field.many else one
        case Type.OBJECT:
            parts = field.fields.values()
            return {one.name: value_of(tenant, one) for one in parts if not one.read_only and not one.technical}
        case Type.INSTANT:
            return NOW_MS
        case Type.YES_NO:
            return False
        case Type.INTEGER:
            return int(field.maximum or 7)
        case Type.AMOUNT | Type.NUMBER:
            return Decimal("12.5")
        case Type.DATE:
            return "2026-03-02"
    if field.choices:
        return field.choices[-1]
    return "é" * (field.max_length or 300)


@pytest.mark.parametrize("make_tenant", ["in process"], indirect=True)
@pytest.mark.parametrize("entity", entity_names())
def test_every_entity_is_made_from_its_mandatory_fields_alone(tenant: Any, entity: str) -> None:
    schema = tenant.simulator.schema.entities[entity]
    made = tenant.put(entity, **minimal(tenant, schema))
    row = tenant.get(f"entity/{entity}/{made}", fields="*")["data"]
    assert row["id"] == made
    for field in schema.fields.values():
        if field.mandatory:
            told = tenant.refused("PUT", f"entity/{entity}", {**minimal(tenant, schema), field.name: None})
            assert {one["propertyName"] for one in told["errors"]} == {field.name}


@pytest.mark.parametrize("make_tenant", ["in process"], indirect=True)
@pytest.mark.parametrize("entity", entity_names())
def test_every_writable_field_is_taken_and_read_back(tenant: Any, entity: str) -> None:
    fields = tenant.simulator.schema.entities[entity].fields
    full = {
        one.name: value_of(tenant, one)
        for one in fields.values()
        if not one.read_only and not (one.many and (entity, one.name) in INVERSE)
    }
    made = tenant.simulator.create(entity, full)
    read = tenant.simulator.read_all(entity)[made]
    for name, value in full.items():
        if isinstance(value, dict) and fields[name].type is Type.OBJECT:
            assert {**read[name], **value} == read[name]
        elif entity != "Note" or not fields[name].many:
            assert read[name] == value
    plain = {name: value for name, value in full.items() if not fields[name].many}
    assert tenant.put(entity, **{name: float(v) if isinstance(v, Decimal) else v for name, v in plain.items()})
    assert tenant.journal.exchanges()[-1].problems == ()


def test_every_entity_has_a_first_id_of_its_own() -> None:
    assert set(ID_BASES) == set(entity_names())
    assert len(set(ID_BASES.values())) == len(ID_BASES)
