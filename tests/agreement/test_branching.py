"""Which rows hang on the branch of a record, and which branches a record can come to."""

from dataclasses import replace
from typing import Any

import pytest
from stories import ASSIGNMENTS, WORKERS, agree, app_schema, ats_schema, integration

from signoff.agreement.branching import MOVED, changes_by_moving, counting, movable
from signoff.agreement.phases import promised_phases
from signoff.agreement.resolved import Agreement
from signoff.errors import ScopeError
from signoff.schema import Side

SOUTH = """\
    @branch:south
    Examples: In the south
      | ATS field | flow | app field | rule | required |
      | {} |

"""
TABLE = """\
    @branch:south
    Examples: Worker status
      | ATS status | app status |
      | Active     | assigned   |

"""
UPPER = "firstName | -> | first_name | upper case | yes"
PERM = 'kind is "perm"'


def southern(
    row: str = UPPER, where: str = PERM, table: str = "", workers: str = WORKERS, known: Any = None
) -> Agreement:
    text = workers.replace("  @values", (SOUTH.format(row) if row else "") + "  @values", 1)
    text = text.replace("  @population", table + "  @population")
    return agree(text, settings=integration(branches={"south": where, "north": 'kind is "temp"'}), known=known)


def by_moving(agreement: Agreement) -> set[str]:
    pair = agreement.pair("worker")
    return {row.statement for row in pair.rows if changes_by_moving(agreement, pair, row)}


def test_the_rows_of_a_branch_and_those_that_they_override_change_by_a_move() -> None:
    agreement = southern()
    pair = agreement.pair("worker")
    assert counting(agreement, pair) == ("south",)
    assert by_moving(agreement) == {"worker.first_name", "worker.first_name/south"}
    for row in pair.rows:
        asked = MOVED in promised_phases(agreement, pair, row) if row.rule is not None else False
        assert asked is (row.target == "first_name")
    assert counting(agreement, agreement.pair("assignment")) == ()


def test_the_row_whose_table_is_another_in_the_branch_changes_by_a_move() -> None:
    agreement = southern("", table=TABLE)
    assert counting(agreement, agreement.pair("worker")) == ("south",)
    assert by_moving(agreement) == {"worker.status"}


def test_a_row_that_stands_in_a_branch_only_changes_by_a_move() -> None:
    assert by_moving(southern("firstName | -> | nickname | same text |")) == {"worker.nickname/south"}


def test_nobody_sees_which_of_two_rows_that_say_the_same_has_written() -> None:
    assert by_moving(southern("firstName | -> | first_name | same text | yes")) == set()


@pytest.mark.parametrize(
    ("where", "can"),
    [
        (PERM, True),
        ('id is "7"', False),
        ('id is "7" or kind is "perm"', True),
        ("some Placement has (payRate > 20)", True),
        ("some Placement has (id > 20)", False),
    ],
)
def test_what_people_cannot_edit_moves_nobody(where: str, can: bool) -> None:
    agreement = southern(where=where)
    assert movable(agreement, agreement.pair("worker"), "south") is can
    assert bool(by_moving(agreement)) is can


@pytest.mark.parametrize("sort", ["create_only", "technical"])
def test_a_field_that_stays_as_it_was_made_moves_nobody(sort: str) -> None:
    schema = ats_schema()
    candidate = schema.entities["Candidate"]
    made = replace(candidate.fields["kind"], create_only=sort == "create_only", technical=sort == "technical")
    fields = {**candidate.fields, "kind": made}
    entities = {**schema.entities, "Candidate": replace(candidate, fields=fields)}
    known = {Side.ATS: replace(schema, entities=entities), Side.APP: app_schema()}
    assert by_moving(southern(known=known)) == set()


def test_by_the_reference_or_not_at_all() -> None:
    rows = ASSIGNMENTS + SOUTH.format("payRate | -> | pay_rate | = payRate * 2 |")
    for flag, can in ((False, True), (True, False)):
        schema = ats_schema()
        placement = schema.entities["Placement"]
        fields = {**placement.fields, "candidate": replace(placement.fields["candidate"], create_only=flag)}
        entities = {**schema.entities, "Placement": replace(placement, fields=fields)}
        known = {Side.ATS: replace(schema, entities=entities), Side.APP: app_schema()}
        settings = integration(branches={"south": 'candidate.kind is "perm"'})
        agreement = agree(assignments=rows, settings=settings, known=known)
        assert movable(agreement, agreement.pair("assignment"), "south") is can


def test_a_matching_key_is_carried_by_a_row_of_every_branch() -> None:
    first = SOUTH.format("email | -> | email | lower case |") + "    Examples: Worker chart"
    workers = WORKERS.replace("    Examples: Worker chart", first)
    agreement = agree(workers, settings=integration(branches={"south": PERM}))
    assert agreement.pair("worker").matched[1].rows == ("worker.email",)


@pytest.mark.parametrize("key", ["same nickname", "same email and same nickname"])
def test_a_matching_key_that_only_a_branch_carries_is_refused(key: str) -> None:
    workers = WORKERS.replace("then same email", f"then {key}")
    with pytest.raises(ScopeError, match=f"(?s)a row of the worker chart carries.*`{key}`.*that is in every branch"):
        southern("firstName | -> | nickname | same text |", workers=workers)


def test_a_branch_with_a_row_both_ways_is_left_alone() -> None:
    both = WORKERS.replace("| firstName | ->    | first_name  |", "| firstName | <->   | first_name  |")
    assert by_moving(southern(workers=both)) == set()
    assert by_moving(southern("firstName | <-> | first_name | same text | yes")) == set()
