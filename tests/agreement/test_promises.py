"""A statement's hash follows what it promises and what that rests on, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matters import changed, with_field
from stories import ASSIGNMENTS, WORKERS, agree, integration

from signoff.schema import Side, Type
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
    settings = integration(branches={"south": 'kind is "S"'})
    table = ASSIGNMENTS.replace("  @chart", "  @chart @branch:south")
    before = {one.id: one.hash for one in agree(assignments=table, settings=settings).statements}
    other = replace(settings, branches={"south": 'kind is "T"'})
    after = {one.id: one.hash for one in agree(assignments=table, settings=other).statements}
    assert {name for name in before if before[name] != after[name]} == {
        "assignment.external_id/south",
        "assignment.worker_id/south",
        "assignment.pay_rate/south",
        *(f"assignment:{one}" for one in ("arrive", "outside", "settle", "contract", "held")),
    }
