"""The schema of a tenant, held against the vendor's field tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from signoff.errors import Blocked, ScopeError
from signoff.record import ABSENT
from signoff.schema import Side, SystemSchema, Type, Wire
from signoff.scope import SystemSettings
from signoff.systems.bullhorn import dialect
from signoff.systems.bullhorn.schemas import build_schema
from signoff.systems.dialect import Knobs
from signoff.wire.clock import WorldClock


def schema(**options: Any) -> SystemSchema:
    return build_schema(SystemSettings(Side.ATS, "bullhorn", "Bullhorn", options=options))


@pytest.mark.parametrize(
    "path, type_, wire, longest",
    [
        ("Candidate.firstName", Type.TEXT, Wire.NATURAL, 50),
        ("Candidate.email", Type.EMAIL, Wire.NATURAL, 100),
        ("Candidate.mobile", Type.PHONE, Wire.NATURAL, 20),
        ("Candidate.ssn", Type.TEXT, Wire.NATURAL, 18),
        ("Candidate.dateAvailable", Type.INSTANT, Wire.EPOCH_MS, None),
        ("Candidate.status", Type.PICKLIST, Wire.NATURAL, 100),
        ("Candidate.customText40", Type.TEXT, Wire.NATURAL, 100),
        ("Candidate.customInt23", Type.INTEGER, Wire.NATURAL, None),
        ("Candidate.salary", Type.AMOUNT, Wire.NATURAL, None),
        ("Candidate.address", Type.OBJECT, Wire.NATURAL, None),
        ("Candidate.address.state", Type.STATE, Wire.NATURAL, 30),
        ("Candidate.address.countryName", Type.COUNTRY, Wire.NATURAL, 64),
        ("Candidate.owner", Type.REFERENCE, Wire.ID_OBJECT, None),
        ("Candidate.willRelocate", Type.YES_NO, Wire.NATURAL, None),
        ("Placement.payRate", Type.AMOUNT, Wire.NATURAL, None),
        ("Placement.clientBillRate", Type.AMOUNT, Wire.NATURAL, None),
        ("Placement.fee", Type.AMOUNT, Wire.NATURAL, None),
        ("Placement.hoursPerDay", Type.NUMBER, Wire.NATURAL, None),
        ("Placement.salesManagerPercentGrossMargin", Type.NUMBER, Wire.NATURAL, None),
        ("PlacementCommission.flatPayout", Type.AMOUNT, Wire.NATURAL, None),
        ("JobOrder.title", Type.TEXT, Wire.NATURAL, 100),
        ("JobOrder.estimatedEndDate", Type.DATE, Wire.NATURAL, None),
        ("Note.comments", Type.TEXT, Wire.NATURAL, None),
        ("Branch.name", Type.TEXT, Wire.NATURAL, 255),
    ],
)
def test_fields_have_the_documented_types(path: str, type_: Type, wire: Wire, longest: int | None) -> None:
    entity, _, name = path.partition(".")
    found = schema().entities[entity].field_at(name)
    assert found is not None
    assert (found.type, found.wire, found.max_length) == (type_, wire, longest)


def test_numbered_fields_end_where_the_table_ends() -> None:
    fields = schema().entities["Candidate"].fields
    assert "customText1" in fields
    assert "customText41" not in fields
    assert {"phone", "phone2", "phone3"} <= set(schema().entities["CorporateUser"].fields)


def test_references_know_their_targets() -> None:
    entities = schema().entities
    assert entities["Candidate"].fields["primarySkills"].entity == "Skill"
    assert entities["Candidate"].fields["primarySkills"].many
    assert entities["Placement"].fields["candidate"].entity == "Candidate"
    for entity in entities.values():
        for field in entity.fields.values():
            if field.type is Type.REFERENCE:
                assert field.entity in entities


def test_marks_follow_the_api() -> None:
    candidate = schema().entities["Candidate"]
    assert candidate.modified == "dateLastModified"
    assert candidate.deleted_flag == "isDeleted"
    assert schema().entities["Placement"].deleted_flag == ""
    assert [one.name for one in candidate.fields.values() if one.mandatory] == ["firstName", "lastName", "name"]
    assert candidate.fields["smsOptIn"].create_only
    assert candidate.fields["id"].read_only
    assert candidate.fields["dateAdded"].technical
    assert candidate.fields["placements"].read_only
    assert not candidate.fields["status"].closed
    assert candidate.fields["status"].default == "New Lead"
    assert candidate.fields["mobile"].default is ABSENT
    assert candidate.fields["mobile"].nullable
    assert not candidate.fields["isDeleted"].nullable


def test_a_tenant_has_its_own_picklists_and_defaults() -> None:
    made = schema(picklists={"Candidate.customText5": ["A", "B"]}, defaults={"Candidate.status": "Active"})
    assert made.entities["Candidate"].fields["customText5"].type is Type.PICKLIST
    assert made.entities["Candidate"].fields["customText5"].choices == ("A", "B")
    assert made.entities["Candidate"].fields["status"].default == "Active"


def test_a_picklist_of_no_field_is_an_error_with_the_nearest() -> None:
    with pytest.raises(ScopeError, match=r"did you mean: Candidate\.status"):
        schema(picklists={"Candidate.statis": ["A"]})
    with pytest.raises(ScopeError, match="a table"):
        schema(picklists=["A"])


@pytest.mark.parametrize("option", ["confidential", "unindexed"])
def test_a_field_that_is_hidden_or_not_indexed_is_one_of_bullhorns(option: str) -> None:
    assert schema(**{option: ["Candidate.ssn"]}).entities["Candidate"].fields["ssn"].name == "ssn"
    with pytest.raises(ScopeError, match=rf"\] {option}, row .*\n.*\n.*\n.*did you mean: Candidate\.salary"):
        schema(**{option: ["Candidate.salry"]})


@pytest.mark.parametrize("values, found", [(1.5, "1.5"), ("Active", '"Active"'), ([], r"\[\]"), (["A", 1], "'A', 1")])
def test_a_picklist_is_a_list_of_texts(values: Any, found: str) -> None:
    with pytest.raises(ScopeError, match=rf"expected: a list of texts, at least one\n  found: .*{found}"):
        schema(picklists={"Candidate.status": values})


def test_the_service_keeps_its_own_types_when_the_integration_reads_a_field_otherwise() -> None:
    settings = SystemSettings(Side.ATS, "bullhorn", "Bullhorn")
    own = build_schema(settings)
    candidate = own.entities["Candidate"]
    fields = {**candidate.fields, "customText1": replace(candidate.fields["customText1"], type=Type.AMOUNT)}
    read = replace(own, entities={**own.entities, "Candidate": replace(candidate, fields=fields)})
    clock = WorldClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    simulator = dialect.simulator(settings, {}, read, clock, Knobs(), None)
    assert simulator.schema is read
    person = {"firstName": "A", "lastName": "B", "name": "A B"}
    assert simulator.create("Candidate", {**person, "customText1": "12.50"})
    with pytest.raises(Blocked, match="customText1: must be text"):
        simulator.create("Candidate", {**person, "customText1": 12})


def test_doubled_picklist_values_are_kept_once() -> None:
    choices = schema().entities["Placement"].fields["status"].choices
    assert choices.count("Completed") == 1
