"""A statement's hash follows what it promises and what that rests on, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matters import changed, with_field
from stories import ASSIGNMENTS, WORKERS, agree, integration

from signoff.agreement.statement import Statement
from signoff.evidence.data import statement
from signoff.evidence.difference import compare
from signoff.schema import Field, Side, Type, Wire
from signoff.scope import Integration

PHONE = "| phone     | ->    | phone       | same phone               |          |"
OWN = {"worker:arrive", "worker:contract", "worker:held", "worker:outside", "worker:settle"}


def moved(workers: str = WORKERS, settings: Integration | None = None, **more: object) -> set[str]:
    """Return the ids of statements that both have and whose hashes differ."""
    before = {one.id: one.hash for one in agree().statements}
    after = {one.id: one.hash for one in agree(workers, settings=settings, **more).statements}  # type: ignore[arg-type]
    return {name for name, one in before.items() if after.get(name, one) != one}


def test_every_statement_has_a_hash_of_its_own() -> None:
    found = [one.hash for one in agree().statements]
    assert all(len(one) == 16 and set(one) <= set("0123456789abcdef") for one in found)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (PHONE, PHONE.replace("| phone     |", "|  phone    |").replace("same phone ", "same  phone")),
        ("Feature: Workers", "# moved down\nFeature: People"),
        ("Examples: Worker chart", "Examples: Chart of workers"),
        ("  @chart\n", "  @chart @owner:dana @must @ticket:A-1\n"),
    ],
)
def test_layout_names_owners_and_lines_are_no_promise(old: str, new: str) -> None:
    assert moved(WORKERS.replace(old, new, 1)) == set()


def test_notes_and_labels_in_columns_are_no_promise() -> None:
    lines = []
    for line in WORKERS.splitlines():
        chart = line.strip().startswith("|") and line.count("|") == 6
        lines.append(line + ((" note | owner |" if "ATS field" in line else " as agreed | dana |") if chart else ""))
    assert moved("\n".join(lines) + "\n") == set()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (PHONE, PHONE.replace("same phone ", "same text  "), {"worker.phone"} | OWN),
        (PHONE, PHONE.replace("|          |", "| yes      |"), {"worker.phone"} | OWN),
        ("| email     | ->    | email       |                          |", "| email | -> | email | same text |",
         {"worker.email"} | OWN),
        # A value row: the rows that look up in its table rest on it, and the binding's own statements on those.
        ("| Placed        | assigned   |", "| Placed        | inactive   |",
         {"worker-status:placed", "worker.status"} | OWN),
        ('| kind is "temp"  | reaches the app       |', '| kind is "temp"  | never reaches the app |',
         {"worker:who:status-is-dnu", "worker:who:kind-is-temp", "worker:who:anyone-else",
          "worker:leaving"} | OWN),
        ("| ssn       | never |             |", "| kind      | never |             |", OWN),
    ],
)  # fmt: skip
def test_what_is_promised_moves_what_rests_on_it(old: str, new: str, expected: set[str]) -> None:
    assert moved(changed(old, new)) == expected


def test_a_binding_moves_all_that_rests_on_it() -> None:
    found = moved(changed(", matched by external_id, then same email", ", matched by external_id"))
    assert found == {one.id for one in agree().statements if one.id.startswith(("worker.", "worker:"))}


def test_a_type_moves_the_row_that_is_judged_by_it() -> None:
    known = with_field(Side.APP, "Worker", "email", type=Type.TEXT)
    assert moved(known=known) == {"worker.email"} | OWN


def test_a_branch_moves_the_rows_of_the_branch() -> None:
    settings = integration(branches={"south": 'candidate.kind is "S"'})
    table = ASSIGNMENTS.replace("  @chart", "  @chart @branch:south")
    before = {one.id: one.hash for one in agree(assignments=table, settings=settings).statements}
    other = replace(settings, branches={"south": 'candidate.kind is "T"'})
    after = {one.id: one.hash for one in agree(assignments=table, settings=other).statements}
    assert {name for name in before if before[name] != after[name]} == {
        "assignment.external_id/south",
        "assignment.worker_id/south",
        "assignment.pay_rate/south",
        *(f"assignment:{one}" for one in ("arrive", "outside", "settle", "contract", "held")),
    }


WHO = {f"worker:who:{one}" for one in ("status-is-dnu", "kind-is-temp", "anyone-else")} | {"worker:leaving"}
VALUES = {f"worker-status:{one}" for one in ("active", "placed", "blank", "anything-else")}
OTHERS = {f"assignment:{one}" for one in ("arrive", "contract", "held", "outside", "settle")}
DAY = Field("since", Type.DATE)
TENANT = {"tenant": "north", "other": "x"}
OF_DAYS = changed(
    PHONE, f"{PHONE}\n      | since | -> | nickname | as text, only when since is on or after today | |"
).replace('| kind is "temp"  |', "| kind is setting tenant |")


def grown(settings: Integration | None = None, day: Field = DAY, **more: object) -> dict[str, Statement]:
    """Return the statements of a chart that reads a day, and of a population that reads a setting."""
    known = with_field(Side.ATS, "Candidate", "since", type=day.type, wire=day.wire)
    for side, entity, path, change in more.get("fields", ()):  # type: ignore[attr-defined]
        there = known[side].entities[entity]
        one = replace(there.fields[path], **change)
        other = replace(there, fields={**there.fields, path: one})
        known[side] = replace(known[side], entities={**known[side].entities, entity: other}, known_references={})
    if "zone" in more:
        known[Side.APP] = replace(known[Side.APP], zone=str(more["zone"]))
    given = settings or integration(settings=TENANT)
    return {one.id: one for one in agree(OF_DAYS, settings=given, known=known).statements}


def differing(after: dict[str, Statement]) -> tuple[set[str], set[str]]:
    """Return the statements that promise something else, and what they say that it is."""
    before = grown()
    moved = {name for name, one in before.items() if after[name].hash != one.hash}
    told = {what for one in compare(*([statement(one) for one in all_.values()] for all_ in (before, after)))
            for what in one.what}  # fmt: skip
    return moved, told


def of_toml(*names: str) -> set[str]:
    return {f"the toml says otherwise, which it rests on: {name}" for name in names}


def of_schema(*names: str) -> set[str]:
    return {f"the schema, or [types] in the toml, says otherwise, which it rests on: {name}" for name in names}


@pytest.mark.parametrize(
    ("settings", "expected", "told"),
    [
        # What reads a day, or may.
        (integration(settings=TENANT, zone="Europe/Rome"), {"worker.nickname"} | OWN | OTHERS, "zone"),
        (integration(settings=TENANT, default_country="CA"), {"worker.phone"} | OWN, "default_country"),
        (integration(settings=TENANT, settles_within=3), OWN | OTHERS, "settles_within"),
        (integration(settings={**TENANT, "tenant": "south"}), WHO | OWN, "[settings] tenant"),
        (integration(settings={**TENANT, "other": "y"}), set(), ""),
        (
            integration(settings=TENANT, technical={"Worker": ("nickname",)}),
            OWN | {"worker:once", "worker:leaving"},
            "[entities.worker]",
        ),
    ],
)
def test_what_the_toml_says_moves_what_rests_on_it(settings: Integration, expected: set[str], told: str) -> None:
    names = {one.replace("kind-is-temp", "kind-is-setting-tenant") for one in expected}
    assert differing(grown(settings)) == (names, of_toml(told) if told else set())


def test_the_zone_of_a_system_is_named() -> None:
    moved, told = differing(grown(zone="Europe/Rome"))
    assert (moved, told) == ({"worker.nickname"} | OWN | OTHERS, of_toml("systems.app.zone"))


@pytest.mark.parametrize(
    ("field", "expected", "told"),
    [
        (
            (Side.APP, "Worker", "first_name", {"max_length": 7}),
            {"worker.first_name"} | OWN,
            of_schema("Worker.first_name", "Worker, fields of its rows", "Worker; Worker, fields of its rows"),
        ),
        (
            (Side.APP, "Worker", "status", {"choices": ("available", "assigned", "inactive", "on leave")}),
            {"worker.status"} | VALUES | OWN,
            of_schema("Worker.status", "Worker, fields of its rows", "Worker; Worker, fields of its rows"),
        ),
        (
            (Side.ATS, "Candidate", "kind", {"type": Type.PICKLIST, "choices": ("temp", "perm")}),
            WHO | OWN,
            of_schema("Candidate.kind", "Candidate, fields of its rows"),
        ),
        # A field that no row names counts for the contract alone.
        ((Side.APP, "Worker", "push_token", {"label": "Token"}), set(), set()),
    ],
)
def test_what_a_schema_says_moves_what_rests_on_it(
    field: tuple[Side, str, str, dict[str, object]], expected: set[str], told: set[str]
) -> None:
    names = {one.replace("kind-is-temp", "kind-is-setting-tenant") for one in expected}
    assert differing(grown(fields=[field])) == (names, told)


def test_a_wire_that_types_in_the_toml_name_is_told() -> None:
    moved, told = differing(grown(day=replace(DAY, wire=Wire.EPOCH_MS)))
    assert moved == {"worker.nickname"} | OWN
    assert told == of_schema("Candidate.since", "Candidate, fields of its rows")


def test_a_sheet_from_before_the_hash_covered_them_is_compared_by_cells_and_sentence() -> None:
    new = [statement(one) for one in grown().values()]
    old = [{name: said for name, said in one.items() if name != "grounds"} | {"hash": "0" * 16} for one in new]
    resting = {one["id"] for one in new if one["grounds"]}
    assert {one.id for one in compare(old, new)} == {one["id"] for one in new} - resting
