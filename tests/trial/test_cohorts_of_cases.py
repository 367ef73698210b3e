"""Cases are cut out of a script in their own time, and stand side by side without sharing what must differ."""

from __future__ import annotations

from dataclasses import replace

from tiny_worlds import AGREEMENT, changed, family, made, people, plans, script

from signoff.schema import Side
from signoff.strategies.script import Plan, ref
from signoff.trial.cohort import apart, cut, lane_of, together, weight, without
from signoff.trial.steps import Steps

PLACEMENT = Plan(
    "create", "Placement#1", Side.ATS, "Placement", {"candidate": {"id": ref("Candidate#2")}}, "still", pause=10.0
)
ENTITY = Steps(AGREEMENT, ("seed",)).entity


def test_what_a_record_refers_to_comes_along_and_everybody_keeps_the_moment() -> None:
    whole = script([made(1), made(2), made(3)])
    whole = replace(
        whole,
        phases=(replace(whole.phases[0], plans=(*whole.phases[0].plans, PLACEMENT)),),
        families=(*whole.families, replace(family(3), name="job-1", subject="Placement#1", members=())),
    )
    found = cut(whole, ["job-1"])
    # Candidate#2 was made after 20 seconds, the placement after 40.
    assert [(plan.name, plan.pause) for plan in plans(found)] == [("Candidate#2", 20.0), ("Placement#1", 20.0)]


def test_phases_in_which_nothing_happens_to_a_case_are_left_out() -> None:
    whole = script([made(1), made(2)], [changed(2, phone="1")], [changed(1, phone="2")])
    assert [phase.label for phase in cut(whole, ["worker-1"], changed=True).phases] == ["seed", "second"]
    assert [phase.label for phase in cut(whole, ["worker-1"], "first", changed=True).phases] == ["seed", "first"]
    assert [phase.label for phase in cut(whole, ["worker-1"]).phases] == ["seed", "first", "second"]


def test_a_family_goes_with_its_subject_and_the_last_subject_never_goes() -> None:
    whole = script([made(1), made(2)], [changed(1, phone="1"), changed(2, phone="2")])
    found = without(whole, "Candidate#1", ENTITY)
    assert found is not None
    assert [one.name for one in found.families] == ["worker-2"]
    assert [plan.name for plan in plans(found)] == ["Candidate#2", "Candidate#2"]
    assert without(found, "Candidate#2", ENTITY) is None


def test_cases_side_by_side_have_names_and_singular_values_of_their_own() -> None:
    case = script([made(1, ssn="987-65-4321")], [changed(1, email="new@example.com")])
    joint = together(AGREEMENT, case, [case, case, case])
    assert [one.name for one in joint.families] == ["worker-1~0", "worker-1~1", "worker-1~2"]
    assert [lane_of(one.name) for one in joint.families] == [0, 1, 2]
    assert lane_of("worker-1") is None
    emails = [plan.fields["email"] for plan in people(joint)]
    assert emails == ["konstantin.1@example.com", "konstantin.11@example.com", "konstantin.12@example.com"]
    # A protected value keeps its shape: only its last digits differ.
    assert [plan.fields["ssn"] for plan in people(joint)] == ["987-65-4321", "987-65-4322", "987-65-4323"]
    assert {plan.fields["phone"] for plan in people(joint)} == {"(312) 641-0001"}
    assert [plan.fields["email"] for plan in plans(joint, "first")] == [
        "new@example.com",
        "new1@example.com",
        "new2@example.com",
    ]
    assert weight(joint).operations == 6


def test_markers_follow_the_names_of_a_case() -> None:
    found = apart(AGREEMENT, replace(script([made(2)]), phases=(script([PLACEMENT]).phases[0],)), 3)
    [plan] = plans(found)
    assert plan.name == "Placement#1~3"
    assert plan.fields == {"candidate": {"id": {"$ref": "Candidate#2~3"}}}


def test_a_joint_script_takes_no_longer_than_its_longest_case() -> None:
    slow = script([replace(made(1), pause=3000.0), replace(made(2), pause=1500.0)])
    quick = script([made(1)])
    joint = together(AGREEMENT, slow, [slow, quick, slow])
    assert sum(plan.pause for plan in plans(joint)) == 4500.0
    assert next(plan.name for plan in plans(joint)) == "Candidate#1~1"
