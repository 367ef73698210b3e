"""What is taken over from a former sight: what rests on nothing that has moved, and never anything else."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from stories import ASSIGNMENTS, START, WORKERS, agree, candidate, integration

from signoff.agreement.resolved import Agreement
from signoff.history import Snapshot
from signoff.model.sight import Sight

Rows = dict[str, list[dict[str, Any]]]

ANA = candidate(101)
PLACED: dict[str, Any] = {"id": 201, "candidate": 101, "payRate": Decimal(20)}
WORKER = {"id": "w1", "external_id": "101"}


def sight(agreement: Agreement, rows: Rows, at: datetime = START, former: Sight | None = None) -> Sight:
    records = {name: {str(one["id"]): one for one in found} for name, found in rows.items()}
    ats = {name: records.get(name, {}) for name in ("Candidate", "Placement")}
    app = {name: records.get(name, {}) for name in ("Worker", "Assignment")}
    return Sight(agreement, Snapshot("seed", "settled", at, 2, ats, app), former)


def worked_out_anew(agreement: Agreement, binding: str, before: Rows, after: Rows, at: datetime = START) -> set[str]:
    """Return the receiving fields that are not taken over, after comparing everything with a sight on its own."""
    pair = agreement.pair(binding)
    old = sight(agreement, before)
    new, alone = sight(agreement, after, at, old), sight(agreement, after, at)
    found: set[str] = set()
    for one in new.senders(pair):
        assert new.case(pair, one) == alone.case(pair, one)
        assert new.promises(pair, one) == alone.promises(pair, one)
        assert new.bad(pair, one) == alone.bad(pair, one)
        former = old.promises(pair, one) if one in old.senders(pair) else {}
        found |= {target for target, promise in new.promises(pair, one).items() if former.get(target) is not promise}
    return found


@pytest.mark.parametrize(
    ("changed", "anew"),
    [
        ({}, set()),
        ({"firstName": "Zoe"}, {"first_name"}),
        ({"firstName": ""}, {"first_name"}),
        ({"status": "Placed", "phone": None}, {"status", "phone"}),
        ({"ssn": "912-75-9999"}, set()),
        ({"status": "DNU"}, {"status"}),
        ({"kind": "perm"}, set()),
    ],
)
def test_only_what_reads_a_changed_field_is_worked_out_anew(changed: dict[str, Any], anew: set[str]) -> None:
    after = {**ANA, **changed}
    assert worked_out_anew(agree(), "worker", {"Candidate": [ANA]}, {"Candidate": [after]}) == anew


def test_a_sight_of_records_that_are_tried_takes_over_what_has_not_moved() -> None:
    agreement = agree()
    pair = agreement.pair("worker")
    usual, trying = (sight(agreement, {"Candidate": [ANA]}) for _ in range(2))
    records: Any = trying.snapshot.of(pair.sender)[pair.source]
    for changed, anew in (({"firstName": "Zoe"}, {"first_name"}), ({"phone": None}, {"phone"}), ({}, set())):
        records["101"] = {**ANA, **changed}
        trying.forget()
        trying.take_over(usual)
        found, former = trying.promises(pair, "101"), usual.promises(pair, "101")
        assert {target for target, promise in found.items() if former[target] is not promise} == anew
        alone = sight(agreement, {"Candidate": [records["101"]]})
        assert found == alone.promises(pair, "101")
        assert trying.bad(pair, "101") == alone.bad(pair, "101")
    trying.forget()
    trying.take_over(None)
    assert trying.promises(pair, "101")["first_name"] is not usual.promises(pair, "101")["first_name"]


def test_a_new_record_is_worked_out() -> None:
    found = worked_out_anew(agree(), "worker", {"Candidate": []}, {"Candidate": [ANA]})
    assert found == {"external_id", "first_name", "phone", "email", "status"}


def test_a_reference_moves_with_its_partner() -> None:
    before: Rows = {"Candidate": [ANA], "Placement": [PLACED]}
    assert worked_out_anew(agree(), "assignment", before, {**before, "Worker": [WORKER]}) == {"worker_id"}


def test_a_reference_by_another_field_is_always_worked_out() -> None:
    rows = ASSIGNMENTS.replace(
        "| candidate | ->   | worker_id   | the worker with the same id |",
        "| candidate.firstName | -> | worker_id | the worker with the same first_name |",
    )
    before: Rows = {"Candidate": [ANA], "Placement": [PLACED], "Worker": [WORKER]}
    after: Rows = {**before, "Worker": [{**WORKER, "first_name": ANA["firstName"]}]}
    assert worked_out_anew(agree(assignments=rows), "assignment", before, after) == {"worker_id"}


@pytest.mark.parametrize(("changed", "anew"), [({"firstName": "Zoe"}, {"pay_rate"}), ({"phone": "1"}, set())])
def test_a_field_of_a_referenced_record_moves_with_that_record(changed: dict[str, Any], anew: set[str]) -> None:
    rows = ASSIGNMENTS.replace(
        "| payRate   | ->   | pay_rate    | same amount                 |",
        '| payRate, candidate.firstName | -> | pay_rate | = payRate, only when candidate.firstName is "Ana" |',
    )
    before: Rows = {"Candidate": [{**ANA, "firstName": "Ana"}], "Placement": [PLACED], "Worker": [WORKER]}
    after: Rows = {**before, "Candidate": [{**ANA, "firstName": "Ana", **changed}]}
    assert worked_out_anew(agree(assignments=rows), "assignment", before, after) == anew


def test_the_name_of_a_referenced_record_moves_with_it() -> None:
    rows = ASSIGNMENTS.replace(
        "| payRate   | ->   | pay_rate    | same amount                 |", "| candidate | -> | remark | |"
    )
    before: Rows = {"Candidate": [ANA], "Placement": [PLACED], "Worker": [WORKER]}
    after: Rows = {**before, "Candidate": [{**ANA, "firstName": "Zoe"}]}
    assert worked_out_anew(agree(assignments=rows), "assignment", before, after) == {"remark"}


LINKED = WORKERS.replace(
    "each Candidate is a worker,", "each Candidate is a worker, with their latest Placement by payRate,"
).replace("| phone     | ->    | phone       | same phone  ", "| Placement.payRate | -> | nickname | as text ")


def test_a_linked_record_moves_its_rows_and_no_others() -> None:
    before: Rows = {"Candidate": [ANA], "Placement": [PLACED]}
    for after in (
        {**before, "Placement": [{**PLACED, "payRate": Decimal(21)}]},
        {**before, "Placement": []},
        {**before, "Placement": [PLACED, {**PLACED, "id": 202, "payRate": Decimal(30)}]},
    ):
        assert worked_out_anew(agree(LINKED), "worker", before, after) == {"nickname"}
    low: Rows = {**before, "Placement": [PLACED, {**PLACED, "id": 202, "payRate": Decimal(3)}]}
    assert worked_out_anew(agree(LINKED), "worker", before, low) == set()


def test_a_condition_about_other_records_moves_with_them() -> None:
    text = WORKERS.replace('kind is "temp"  |', "some Placement has (payRate > 20) |")
    agreement = agree(text)
    pair = agreement.pair("worker")
    before: Rows = {"Candidate": [ANA], "Placement": [PLACED]}
    after: Rows = {**before, "Placement": [{**PLACED, "payRate": Decimal(21)}]}
    old = sight(agreement, before)
    first = old.case(pair, "101")
    second = sight(agreement, after, former=old).case(pair, "101")
    assert first is not None
    assert second is not None
    assert first.who == "anyone else"
    assert second.who != first.who


def test_a_day_moves_what_asks_for_today_and_nothing_else() -> None:
    text = WORKERS.replace('kind is "temp"  |', "kind is after today |")
    agreement = agree(text)
    pair = agreement.pair("worker")
    rows: Rows = {"Candidate": [{**ANA, "kind": "2026-03-03"}]}
    old = sight(agreement, rows)
    new = sight(agreement, rows, START + timedelta(days=1), old)
    cases = [one.case(pair, "101") for one in (old, new)]
    assert [one.statement if one is not None else "" for one in cases] == [
        "worker:who:kind-is-after-today",
        "worker:who:anyone-else",
    ]
    former = old.promises(pair, "101")
    assert all(former[target] is promise for target, promise in new.promises(pair, "101").items())


def test_a_branch_moves_every_row_because_its_table_may_be_another() -> None:
    text = WORKERS.replace(
        "  @population",
        """\
    @branch:south
    Examples: Worker status
      | ATS status | app status |
      | Active     | assigned   |

  @population""",
    )
    agreement = agree(text, settings=integration(branches={"south": 'kind is "perm"'}))
    before: Rows = {"Candidate": [ANA]}
    after: Rows = {"Candidate": [{**ANA, "kind": "perm"}]}
    assert "status" in worked_out_anew(agreement, "worker", before, after)


def test_numbers_are_the_same_digit_by_digit() -> None:
    before: Rows = {"Candidate": [ANA], "Placement": [PLACED], "Worker": [WORKER]}
    for rate in (Decimal("20.00"), 20, "20", None):
        after: Rows = {**before, "Placement": [{**PLACED, "payRate": rate}]}
        assert worked_out_anew(agree(), "assignment", before, after) == {"pay_rate"}
    again: Rows = {**before, "Placement": [{**PLACED, "payRate": Decimal(20)}]}
    assert worked_out_anew(agree(), "assignment", before, again) == set()


def test_a_record_that_was_bad_is_judged_again() -> None:
    before: Rows = {"Candidate": [{**ANA, "firstName": ""}]}
    assert worked_out_anew(agree(), "worker", before, {"Candidate": [{**ANA, "firstName": "", "phone": ""}]}) == {
        "phone"
    }
    assert worked_out_anew(agree(), "worker", before, {"Candidate": [ANA]}) == {"first_name"}


def test_a_moment_of_another_day_is_told_in_the_integration_s_zone() -> None:
    # 3 a.m. UTC is still the day before in Chicago.
    agreement = agree(WORKERS.replace('kind is "temp"  |', "kind is after today |"))
    pair = agreement.pair("worker")
    rows: Rows = {"Candidate": [ANA]}
    old = sight(agreement, rows)
    assert sight(agreement, rows, datetime(2026, 3, 3, 3, 0, tzinfo=UTC), old).unchanged(pair, "101")
    assert not sight(agreement, rows, datetime(2026, 3, 3, 7, 0, tzinfo=UTC), old).unchanged(pair, "101")
