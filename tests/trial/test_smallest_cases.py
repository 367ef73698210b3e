"""The smallest case is found within the budget, stands when it is not, and says what it took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from tiny_worlds import AGREEMENT, KIND, STATEMENT, changed, finding, judge, made, people, plans, script

from signoff.strategies.script import Plan, Script
from signoff.trial.budget import Budget
from signoff.trial.cohort import weight
from signoff.trial.known import Fails
from signoff.trial.smallest import MOST_STATEMENTS, Search, Smallest
from signoff.verdict import Finding

FORTY = script([made(number) for number in range(1, 41)])


def searched(whole: Script, fails: Fails, first: Finding, budget: Budget | None = None) -> tuple[Smallest, Search]:
    search = Search(AGREEMENT, whole, fails, budget)
    return search.smallest({first.statement: first})[first.statement], search


def whole_with(number: int, **fields: str) -> Script:
    return script([made(one, **(fields if one == number else {})) for one in range(1, 41)])


def test_one_of_forty_is_left_with_what_it_needs_and_a_plain_name() -> None:
    whole = whole_with(7, firstName="D'Artagnan de Batz-Castelmore")
    found, search = searched(whole, judge(lambda plan, _: "'" in plan.fields.get("firstName", "")), finding("worker-7"))
    assert found.script is not None
    [plan] = plans(found.script)
    # firstName is the row's; the schema of the story makes nothing mandatory.
    assert plan.fields == {"firstName": "O'Brien"}
    assert (found.alone, found.note) == (True, "")
    assert [(phase.label, phase.settle, phase.further) for phase in found.script.phases] == [("seed", 2, 0)]
    assert (found.before.records, found.before.operations) == (40, 40)
    assert (found.script.statements, found.script.knobs) == ((STATEMENT,), {})
    assert search.budget.spent_runs <= 60
    assert search.budget.spent_rounds <= 15


def test_exactly_two_of_forty_are_found_as_a_company() -> None:
    whole = script([made(one, kind="left" if one == 7 else "right" if one == 23 else "temp") for one in range(1, 41)])

    def fails(plan: Plan, one: Script) -> bool:
        return plan.fields.get("kind") == "right" and any(other.fields.get("kind") == "left" for other in people(one))

    found, search = searched(whole, judge(fails), finding("worker-23"))
    assert found.script is not None
    assert sorted(plan.name for plan in people(found.script)) == ["Candidate#23", "Candidate#7"]
    assert found.alone is False
    assert "fails only together with 1 other: it is the 2nd of 2 Candidate records" in found.note
    assert search.budget.spent_runs <= 60


def test_the_third_record_of_a_listing_in_pages_of_two() -> None:
    whole = script([made(number) for number in range(1, 41)], page=10)

    def fails(plan: Plan, one: Script) -> bool:
        page = one.knobs.get("ats", {}).get("page_cap", 500)
        return plan in people(one)[page:]

    found, _ = searched(whole, judge(fails), finding("worker-31"))
    assert found.script is not None
    assert len(people(found.script)) == 3
    assert found.script.knobs == {"ats": {"page_cap": 2}}
    assert found.note.startswith("fails only together with 2 others: it is the 3rd of 3 Candidate records")
    assert "with pages of 2 records" in found.note


def test_a_change_that_is_needed_stays_and_the_others_go() -> None:
    seed = [made(number) for number in range(1, 5)]
    first = [changed(number, phone=f"(312) 641-9{number:03d}") for number in range(1, 5)]
    second = [changed(number, firstName=f"Other {number}") for number in range(1, 5)]
    whole = script(seed, first, second)

    def fails(plan: Plan, one: Script) -> bool:
        return any(change.name == plan.name and "phone" in change.fields for change in plans(one, "first"))

    found, search = searched(whole, judge(fails, "second"), finding("worker-2", "second"))
    assert found.script is not None
    assert [(plan.kind, plan.name, sorted(plan.fields)) for plan in plans(found.script)] == [
        ("create", "Candidate#2", []),
        ("update", "Candidate#2", ["phone"]),
    ]
    assert found.alone is True
    assert search.budget.spent_runs <= 60


def test_kinds_and_phases_that_nobody_knew_are_treated_like_the_others() -> None:
    whole = script(
        [made(1), made(2)],
        [changed(1, "merge", into="x"), changed(2, "merge", into="y")],
        [changed(1, firstName="Z")],
        [changed(1, phone="1"), changed(2, "leave")],
    )

    def fails(plan: Plan, one: Script) -> bool:
        return any(change.kind == "leave" and change.name == plan.name for change in plans(one, "third"))

    found, _ = searched(whole, judge(fails, "third"), finding("worker-2", "third"))
    assert found.script is not None
    assert [plan.kind for plan in plans(found.script)] == ["create", "leave"]
    assert [phase.label for phase in found.script.phases] == ["seed", "third"]


def test_a_finding_that_does_not_come_again_stands() -> None:
    found, search = searched(FORTY, lambda _: {}, finding("worker-7"))
    assert (found.script, found.alone) == (None, False)
    assert found.finding == finding("worker-7")
    assert "it did not fail again alone or in" in found.note
    assert "40 records in the run" in found.note
    assert search.budget.spent_runs <= 60


def test_a_judge_that_changes_its_mind_is_not_believed_without_a_case_that_failed_alone() -> None:
    played: list[Script] = []

    def fickle(one: Script) -> Mapping[str, Sequence[Finding]]:
        played.append(one)
        return {STATEMENT: [finding(each.name) for each in one.families]} if len(played) % 2 else {}

    found, search = searched(FORTY, fickle, finding("worker-7"))
    assert search.budget.spent_runs <= 60
    if found.alone:
        assert found.script is not None
        assert replace(found.script, statements=()) in [replace(one, statements=()) for one in played[::2]]
    else:
        assert found.note


def test_another_kind_of_finding_is_not_taken_for_the_same() -> None:
    whole = whole_with(7, firstName="D'Artagnan")
    right = judge(lambda plan, _: "'" in plan.fields.get("firstName", ""))

    def other_kind(one: Script) -> Mapping[str, Sequence[Finding]]:
        found = {name: list(several) for name, several in (right(one) or {}).items()}
        bare = [finding(each.name, kind="missing") for each in one.families if len(people(one)[0].fields) < 3]
        return {STATEMENT: [*bare, *found.get(STATEMENT, ())]}

    found, _ = searched(whole, other_kind, finding("worker-7"))
    assert found.finding.kind == KIND
    assert found.script is not None
    assert "'" in people(found.script)[0].fields["firstName"]


def test_several_red_statements_share_the_rounds() -> None:
    whole = script([made(one, firstName="D'Artagnan" if one < 4 else "Konstantin") for one in range(1, 41)])
    names = ("worker.first_name", "worker.phone", "worker.email")

    def fails(one: Script) -> Mapping[str, Sequence[Finding]]:
        by_name = {plan.name: plan for plan in people(one)}
        sore = [each for each in one.families if "'" in by_name[each.subject].fields.get("firstName", "")]
        return {name: [finding(each.name, statement=name) for each in sore] for name in names}

    search = Search(AGREEMENT, whole, fails)
    found = search.smallest({name: finding(f"worker-{at}", statement=name) for at, name in enumerate(names, start=1)})
    assert set(found) == set(names)
    assert [weight(one.script).records for one in found.values() if one.script is not None] == [1, 1, 1]
    assert search.budget.spent_rounds <= 15
    assert search.budget.spent_runs <= 60


def test_none_of_many_red_statements_is_left_out() -> None:
    red = {f"worker.field{number}": finding("worker-1", statement=f"worker.field{number}") for number in range(60)}

    def everything(one: Script) -> Mapping[str, Sequence[Finding]]:
        return {name: [finding(each.name, statement=name) for each in one.families] for name in red}

    search = Search(AGREEMENT, FORTY, everything)
    found = search.smallest(red)
    assert set(found) == set(red)
    assert all(one.played for one in found.values())
    assert {weight(one.script).records for one in found.values() if one.script is not None} == {1}
    assert found["worker.field59"].note == "not made smaller, because 60 rows are red; 40 others were"
    assert search.budget.spent_runs <= 60


def test_what_was_not_made_smaller_is_tried_with_the_records_of_its_family_alone() -> None:
    names = [f"worker.field{number}" for number in range(MOST_STATEMENTS)]
    red = {name: finding("worker-1", statement=name) for name in names}
    red["worker.last"] = finding("worker-9", statement="worker.last")
    asked: list[Script] = []

    def fails(one: Script) -> Mapping[str, Sequence[Finding]]:
        asked.append(one)
        first = next(iter(one.families)).name
        found = {name: [finding(each.name, statement=name) for each in one.families] for name in names}
        return found | ({"worker.last": [finding("worker-9", statement="worker.last")]} if first == "worker-9" else {})

    last = Search(AGREEMENT, FORTY, fails).smallest(red)["worker.last"]
    assert last.script is not None
    assert (last.played, last.alone) == (True, True)
    assert [one.name for one in last.script.families] == ["worker-9"]
    assert replace(last.script, statements=()) == replace(asked[-1], statements=())
    assert last.note == "not made smaller, because 41 rows are red; 40 others were"


def test_what_does_not_fail_with_its_family_alone_is_that_of_the_whole_run() -> None:
    names = [f"worker.field{number}" for number in range(MOST_STATEMENTS)]
    red = {name: finding("worker-1", statement=name) for name in [*names, "worker.last"]}

    def fails(one: Script) -> Mapping[str, Sequence[Finding]]:
        return {name: [finding(each.name, statement=name) for each in one.families] for name in names}

    last = Search(AGREEMENT, FORTY, fails).smallest(red)["worker.last"]
    assert (last.script, last.played, last.finding) == (None, False, red["worker.last"])


def test_no_round_is_begun_when_the_time_is_over_and_it_says_so() -> None:
    ticks = iter(range(0, 10_000, 20))
    whole = whole_with(7, firstName="D'Artagnan")
    found, search = searched(
        whole,
        judge(lambda plan, _: "'" in plan.fields.get("firstName", "")),
        finding("worker-7"),
        Budget(seconds=30.0, clock=lambda: float(next(ticks))),
    )
    assert search.budget.spent_rounds < 4
    runs = search.budget.spent_runs
    assert f"the search was stopped after {runs} runs of the connector (at most 30 seconds)" in found.note
    assert found.note.endswith("is the smallest seen so far")


@pytest.mark.parametrize("runs", [4, 12, 20])
def test_a_search_that_was_cut_short_does_not_say_that_it_needs_company(runs: int) -> None:
    def fails(plan: Plan, one: Script) -> bool:
        return len(people(one)) > 30 and plan.name == "Candidate#35"

    first = finding("worker-35")
    found, _ = searched(FORTY, judge(fails), first, Budget(runs=runs))
    assert found.alone is None
    assert "only together" not in found.note
    assert "the search was stopped after" in found.note
    assert "is the smallest seen so far" in found.note
    assert found.finding.counterexample.record == "Candidate 17"


def test_a_case_that_a_system_refuses_does_not_spoil_the_others() -> None:
    whole = whole_with(7, firstName="D'Artagnan")
    right = judge(lambda plan, _: "'" in plan.fields.get("firstName", ""))

    def choosy(one: Script) -> Mapping[str, Sequence[Finding]] | None:
        return None if any("status" not in plan.fields for plan in people(one)) else right(one)

    found, _ = searched(whole, choosy, finding("worker-7"))
    assert found.script is not None
    [plan] = plans(found.script)
    assert sorted(plan.fields) == ["firstName", "status"]
    assert found.alone is True


def test_a_finding_of_no_record_is_looked_for_in_companies() -> None:
    whole = whole_with(7, firstName="D'Artagnan")

    def crash(one: Script) -> Mapping[str, Sequence[Finding]]:
        sore = any("'" in plan.fields.get("firstName", "") for plan in people(one))
        return {"connector:finishes": [finding("", statement="connector:finishes", kind="crash")]} if sore else {}

    first = finding("", statement="connector:finishes", kind="crash")
    found, search = searched(whole, crash, first)
    assert found.script is not None
    assert weight(found.script).records == 1
    assert found.alone is True
    assert search.budget.spent_runs <= 60
