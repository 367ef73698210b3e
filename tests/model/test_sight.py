"""One snapshot as the agreement sees it: branches, tables, linked records, partners, bad data."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from stories import ASSIGNMENTS, START, WORKERS, agree, candidate, integration

from signoff.agreement.resolved import Agreement
from signoff.history import Key, Snapshot
from signoff.model.promise import Bad
from signoff.model.sight import Sight
from signoff.rules.results import BadData, Unwritten, Value
from signoff.schema import Side
from signoff.scope import EntitySettings


def seen(
    agreement: Agreement,
    candidates: list[dict[str, Any]],
    placements: list[dict[str, Any]] | None = None,
    workers: list[dict[str, Any]] | None = None,
    at: datetime = START,
) -> Sight:
    def by_id(known: list[dict[str, Any]] | None) -> dict[str, dict[str, Any]]:
        return {str(one["id"]): one for one in known or ()}

    ats = {"Candidate": by_id(candidates), "Placement": by_id(placements)}
    return Sight(agreement, Snapshot("seed", "settled", at, 2, ats, {"Worker": by_id(workers), "Assignment": {}}))


ANA = candidate(101)


def given(sight: Sight, target: str, record_id: str = "101") -> Any:
    pair = sight.agreement.pair("worker")
    promise = sight.promise(pair, target, record_id)
    assert promise is not None
    return getattr(promise.result, "typed", promise.result), promise.row.statement


def test_population_decides_who_is_in_scope() -> None:
    sight = seen(agree(), [ANA, {**candidate(102), "status": "DNU"}])
    pair = sight.agreement.pair("worker")
    assert (sight.in_scope(pair, "101"), sight.in_scope(pair, "102")) == (True, False)
    first, second = sight.case(pair, "101"), sight.case(pair, "102")
    assert first is not None
    assert second is not None
    assert (first.statement, second.statement) == ("worker:who:kind-is-temp", "worker:who:status-is-dnu")


def test_without_a_population_everybody_is_in_scope_and_without_a_fit_nobody() -> None:
    everybody = agree(WORKERS[: WORKERS.index("  @population")])
    assert seen(everybody, [ANA]).in_scope(everybody.pair("worker"), "101")
    some = agree(WORKERS.replace("      | anyone else     | reaches the app       |\n", ""))
    sight = seen(some, [{**ANA, "kind": "perm"}])
    assert sight.case(some.pair("worker"), "101") is None
    assert not sight.in_scope(some.pair("worker"), "101")


BRANCHES = WORKERS.replace(
    "  @values",
    """\
    @branch:south
    Examples: In the south
      | ATS field | flow | app field  | rule                                          |
      | firstName | ->   | first_name | same text, only when firstName is not "Ana"   |
      | ssn       | ->   | nickname   | same text                                     |

  @values""",
).replace(
    "  @population",
    """\
    @branch:south
    Examples: Worker status
      | ATS status | app status |
      | Active     | assigned   |

  @population""",
)


def test_a_branch_row_goes_before_the_general_row_and_its_table_before_the_general_table() -> None:
    agreement = agree(BRANCHES, settings=integration(branches={"south": 'kind is "perm"'}))
    sight = seen(agreement, [ANA, {**candidate(102), "kind": "perm"}, {**candidate(104), "firstName": "Ana"}])
    assert given(sight, "first_name", "102")[1] == "worker.first_name/south"
    # The branch row does not write for Ana, so that the general row does.
    assert given(sight, "first_name", "104")[1] == "worker.first_name"
    assert given(sight, "first_name", "101")[1] == "worker.first_name"
    assert sight.promise(agreement.pair("worker"), "nickname", "101") is None
    assert given(sight, "nickname", "102") == ("912-75-1102", "worker.nickname/south")
    assert given(sight, "status", "101")[0] == "available"
    assert given(sight, "status", "102")[0] == "assigned"
    placed = seen(agreement, [{**candidate(102), "kind": "perm", "status": "Placed"}])
    assert given(placed, "status", "102")[0] == "assigned"
    assert given(seen(agreement, [{**candidate(102), "status": "Odd"}]), "status", "102")[0].kind == (
        "value is not in its table"
    )
    statements = [one.statement for one in agreement.value_rows]
    assert statements[-1] == "worker-status:active/south"


def test_the_last_row_says_why_nothing_is_written() -> None:
    text = WORKERS.replace("| same phone               |", '| same phone, only when phone is "x" |')
    sight = seen(agree(text), [ANA])
    promise = sight.promise(sight.agreement.pair("worker"), "phone", "101")
    assert promise is not None
    assert isinstance(promise.result, Unwritten)


LINKED = WORKERS.replace("each Candidate is a worker,", "each Candidate is a worker, with their {},").replace(
    "| phone     | ->    | phone       | same phone  ", "| Placement.payRate | -> | nickname | as text "
)


@pytest.mark.parametrize(
    ("words", "rate"),
    [
        ("latest Placement by payRate", "30"),
        ("first Placement by payRate", "10"),
        ("latest Placement by id", "10"),
        ("latest Placement", "10"),
        ("first Placement", None),
        ("first Placement where payRate is filled", "30"),
        ("latest Placement by payRate where payRate < 25", "20"),
        ("latest Placement by payRate where payRate > 99", None),
    ],
)
def test_the_linked_record(words: str, rate: str | None) -> None:
    placements: list[dict[str, Any]] = [
        {"id": 9, "candidate": 101, "payRate": Decimal(20)},
        {"id": 10, "candidate": 101, "payRate": Decimal(10)},
        {"id": 8, "candidate": 101, "payRate": Decimal(30)},
        {"id": 7, "candidate": 101, "payRate": None},
        {"id": 99, "candidate": 102, "payRate": Decimal(77)},
    ]
    sight = seen(agree(LINKED.format(words)), [ANA, candidate(102)], placements)
    assert (given(sight, "nickname")[0] == rate) is (rate is not None)


@pytest.mark.parametrize(
    ("pick", "rates", "linked"),
    [
        ("latest", {9: "20", 10: "20"}, 10),
        ("first", {9: "20", 10: "20"}, 10),
        ("latest", {9: None, 10: None}, 10),
        ("first", {9: None, 10: None}, 10),
        ("latest", {9: "20", 10: None}, 9),
        ("first", {9: "20", 10: None}, 9),
        ("latest", {9: "10.5", 10: "9.25"}, 9),
        ("first", {9: "10.5", 10: "9.25"}, 10),
        ("latest", {9: "-3", 10: "-20"}, 9),
        ("first", {9: "-3", 10: "-20"}, 10),
        ("first", {9: "20", 10: "5", 11: "5"}, 11),
    ],
)
def test_numbers_are_put_in_order_as_numbers_and_ties_go_to_the_higher_id(
    pick: str, rates: dict[int, str | None], linked: int
) -> None:
    placements: list[dict[str, Any]] = [
        {"id": number, "candidate": 101, "payRate": None if rate is None else Decimal(rate)}
        for number, rate in rates.items()
    ]
    agreement = agree(LINKED.format(f"{pick} Placement by payRate"))
    sight = seen(agreement, [ANA], placements)
    pair = agreement.pair("worker")
    found = sight.linked(pair, sight.context(pair, "101"))
    assert found is not None
    assert found["id"] == linked


def test_why_a_record_is_bad() -> None:
    def why(**changed: Any) -> list[tuple[str, str]]:
        sight = seen(agree(), [{**ANA, **changed}])
        return [(one.statement, one.kind) for one in sight.bad(sight.agreement.pair("worker"), "101")]

    assert why() == []
    assert why(firstName=" ") == [("worker.first_name", "a required field is blank")]
    assert why(firstName="x" * 21) == [("worker.first_name", "a value breaks the receiving schema")]
    assert why(status="Retired") == [("worker.status", "value is not in its table")]
    assert why(phone="ask reception")[0][0] == "worker.phone"
    assert [one for one, _ in why(firstName=None, status="Retired")] == ["worker.first_name", "worker.status"]


def test_a_record_waits_for_the_partner_of_the_one_it_refers_to() -> None:
    placements: list[dict[str, Any]] = [
        {"id": 201, "candidate": 101, "payRate": None},
        {"id": 202, "candidate": 999, "payRate": None},
    ]
    pair = agree().pair("assignment")
    waiting = seen(agree(), [ANA], placements)
    [bad] = waiting.bad(pair, "201")
    assert (bad.statement, bad.waits, bad.waits_for) == (
        "assignment.worker_id",
        True,
        Key(Side.ATS, "Candidate", "101"),
    )
    [nowhere] = waiting.bad(pair, "202")
    assert (nowhere.waits, nowhere.waits_for) == (False, None)
    there = seen(agree(), [ANA], placements, [{"id": "w1", "external_id": "101"}])
    assert there.bad(pair, "201") == ()
    promise = there.promise(pair, "worker_id", "201")
    assert promise is not None
    assert isinstance(promise.result, Value)


def test_partners_by_link_and_by_key() -> None:
    agreement = agree()
    workers: list[dict[str, Any]] = [
        {"id": "w1", "external_id": "101"},
        {"id": "w2", "external_id": None, "email": "PERSON102@example.com"},
        {"id": "w4", "external_id": "y", "first_name": "Dag"},
    ]
    sight = seen(agreement, [candidate(one) for one in (101, 102, 104)], workers=workers)
    found = sight.paired(agreement.pair("worker"))
    assert dict(found.partners) == {"101": ("w1",), "102": ("w2",)}
    assert found.loosely == {"102"}
    assert found.strays == {"w4"}
    assert sight.partners_of("worker", Side.ATS, "102") == ("w2",)
    assert sight.partners_of("worker", Side.APP, "w2") == ("102",)
    assert sight.partners_of("worker", Side.APP, "w4") == ()


def test_partners_by_three_unique_values_of_which_none_is_a_choice() -> None:
    agreement = agree(WORKERS.replace(", then same email", ""))
    pair = agreement.pair("worker")
    same = {"external_id": "x", "first_name": "Cleo", "phone": "+13125550103"}
    for other, expected in (
        ({"email": "person103@example.com"}, {"103": ("w3",)}),
        ({"status": "available"}, {}),  # half of all workers are
    ):
        workers: list[dict[str, Any]] = [{"id": "w3", **same, **other}, {"id": "w4", "external_id": "y"}]
        sight = seen(agreement, [candidate(103), candidate(104)], workers=workers)
        assert dict(sight.paired(pair).partners) == expected
    twice = [{"id": one, **same, "email": "person103@example.com"} for one in ("w3", "w4")]
    assert dict(seen(agreement, [candidate(103)], workers=twice).paired(pair).partners) == {}


def test_a_reference_by_another_field_and_one_of_a_seeded_entity() -> None:
    entities = {
        "worker": EntitySettings("worker", "Candidate", "Worker", seeded=True, link="id -> external_id"),
        "assignment": EntitySettings("assignment", "Placement", "Assignment"),
    }
    alone = agree("", ASSIGNMENTS, settings=integration(entities=entities))
    placements: list[dict[str, Any]] = [
        {"id": 201, "candidate": 101, "payRate": None},
        {"id": 202, "candidate": 104, "payRate": None},
    ]
    workers: list[dict[str, Any]] = [{"id": "w7", "external_id": "101"}, {"id": "w8", "external_id": None}]
    sight = seen(alone, [ANA], placements, workers)
    pair = alone.pair("assignment")
    promise = sight.promise(pair, "worker_id", "201")
    assert promise is not None
    assert getattr(promise.result, "typed", None) == "w7"
    lost = sight.promise(pair, "worker_id", "202")
    assert lost is not None
    assert isinstance(lost.result, BadData)
    # No chart makes workers, so that nobody waits for one.
    assert [one.waits for one in sight.bad(pair, "202")] == [False]
    assert sight.partners_of("worker", Side.APP, "w7") == ("101",)

    by_name = agree(
        assignments=ASSIGNMENTS.replace(
            "| candidate | ->   | worker_id   | the worker with the same id |",
            "| candidate.firstName | -> | worker_id | the worker with the same first_name |",
        )
    )
    named = seen(by_name, [ANA], placements, [{"id": "w9", "external_id": "5", "first_name": "Ana"}])
    found = named.promise(by_name.pair("assignment"), "worker_id", "201")
    assert found is not None
    assert getattr(found.result, "typed", None) == "w9"


def test_days_are_the_integration_s() -> None:
    # 3 a.m. UTC is still the day before in Chicago.
    text = WORKERS.replace('kind is "temp"  |', "kind is after today |")
    agreement = agree(text)
    night = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)
    sight = seen(agreement, [{**ANA, "kind": "2026-03-03"}], at=night)
    case = sight.case(agreement.pair("worker"), "101")
    assert case is not None
    assert case.statement == "worker:who:kind-is-after-today"


def test_what_was_worked_out_can_be_forgotten_and_pairs_stay() -> None:
    record = dict(ANA)
    sight = seen(agree(), [record], workers=[{"id": "w1", "external_id": "101"}])
    pair = sight.agreement.pair("worker")
    assert sight.bad(pair, "101") == ()
    assert sight.partner(pair, "101") == "w1"
    record["firstName"] = ""
    sight.snapshot.of(Side.ATS)["Candidate"]
    assert sight.bad(pair, "101") == ()
    sight.forget()
    assert sight.bad(pair, "101") == (Bad("worker.first_name", "a required field is blank", "first_name is required"),)
    assert replace(sight.snapshot, label="x").label == "x"


def test_a_linked_record_whose_date_cannot_be_read_stands_behind_those_that_can() -> None:
    placements: list[dict[str, Any]] = [
        {"id": 9, "candidate": 101, "payRate": "abc"},
        {"id": 8, "candidate": 101, "payRate": Decimal(30)},
    ]
    assert given(seen(agree(LINKED.format("latest Placement by payRate")), [ANA], placements), "nickname")[0] == "30"


@pytest.mark.parametrize(
    ("whom", "words"),
    [
        ({"firstName": "Ana"}, "Ana"),
        ({"firstName": None}, "101"),
    ],
)
def test_a_reference_into_a_text_is_the_name_of_what_it_refers_to(whom: dict[str, Any], words: str) -> None:
    rows = ASSIGNMENTS.replace(
        "| payRate   | ->   | pay_rate    | same amount                 |", "| candidate | -> | remark | |"
    )
    agreement = agree(assignments=rows)
    sight = seen(agreement, [{**ANA, **whom}], [{"id": 201, "candidate": 101, "payRate": None}])
    promise = sight.promise(agreement.pair("assignment"), "remark", "201")
    assert promise is not None
    assert promise.row.rule is not None
    assert promise.row.rule.assumed
    assert str(getattr(promise.result, "typed", None)) == words


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("= payRate * 2, rounded to 2 decimals", Decimal("41.00")),
        ("= max(payRate, 30)", Decimal(30)),
        ("= min(payRate, 30) - 0.5", Decimal("20.00")),
        ("= sum(payRate, 1, 2)", Decimal("23.50")),
        ("= (payRate or 7) * 10 %", Decimal("2.05")),
        ("= -payRate + 100", Decimal("79.50")),
    ],
)
def test_formulas_in_exact_decimals(rule: str, value: Decimal) -> None:
    rows = ASSIGNMENTS.replace("| same amount                 |", f"| {rule} |")
    agreement = agree(assignments=rows)
    sight = seen(agreement, [ANA], [{"id": 201, "candidate": 101, "payRate": Decimal("20.50")}])
    promise = sight.promise(agreement.pair("assignment"), "pay_rate", "201")
    assert promise is not None
    assert getattr(promise.result, "typed", None) == value
