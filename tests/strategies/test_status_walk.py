"""The walk through every change of status: short trails, few records, one change for each record and phase."""

import random
from itertools import pairwise, permutations

import pytest
from stories import agree, integration, plain_agreement

from signoff.agreement.transitions import walks
from signoff.strategies.rehearsal import draw
from signoff.strategies.script import Script
from signoff.strategies.transitions import ARM, trails

NAMES = tuple("ABCDEFGHIJKL")


@pytest.mark.parametrize("many", [2, 3, 6, 8, 12])
@pytest.mark.parametrize("seed", range(5))
def test_trails_make_every_change_once_over_few_records(many: int, seed: int) -> None:
    names = NAMES[:many]
    arcs = list(permutations(names, 2))
    found = trails(names, arcs, 3, random.Random(seed))
    made = [step for one in found for step in pairwise(one)]
    assert sorted(made) == sorted(arcs)  # every change, and none twice
    assert max(map(len, found)) <= 4
    assert len(found) <= len(arcs) / 3 * 1.5 + 1


def test_a_trail_begins_where_a_record_may_be_made_and_passes_through_what_it_must() -> None:
    arcs = [("A", "X"), ("X", "Y"), ("Y", "A"), ("X", "A")]
    found = trails(("A",), arcs, 3, random.Random(1))
    assert {one[0] for one in found} == {"A"}
    assert {step for one in found for step in pairwise(one)} == set(arcs)


def test_what_no_start_leads_to_is_left_out() -> None:
    assert trails(("A",), [("B", "C")], 3, random.Random(1)) == []
    assert trails((), [("B", "C")], 3, random.Random(1)) == []


def statuses(script: Script, name: str) -> list[str | None]:
    """Return the statuses that people give a record, in order."""
    return [
        plan.fields["status"]
        for phase in script.phases
        for plan in phase.plans
        if plan.name == name and "status" in plan.fields
    ]


@pytest.mark.parametrize("effort", ["standard", "thorough"])
def test_a_script_walks_every_change_that_is_promised(effort: str) -> None:
    agreement = plain_agreement()
    script = draw(agreement, 3, effort)
    [walk] = walks(agreement)
    seen = {
        (walk.name_of(before), walk.name_of(after))
        for family in script.families
        if family.arm == ARM
        for before, after in pairwise(statuses(script, family.subject))
    }
    assert {(one.origin, one.into) for one in walk.transitions if one.statement} <= seen


def test_one_change_for_each_record_and_phase() -> None:
    script = draw(plain_agreement(), 3)
    walked = {one.subject for one in script.families if one.arm == ARM}
    assert walked
    for phase in script.phases:
        names = [plan.name for plan in phase.plans if plan.name in walked]
        assert len(names) == len(set(names))


def test_quick_goes_through_each_value_once() -> None:
    arms = {one.arm for one in draw(plain_agreement(), 3, "quick").families}
    assert "value" in arms
    assert ARM not in arms


def test_what_the_toml_does_not_name_is_not_walked() -> None:
    told = agree(settings=integration(transitions={"Candidate.status": ("Active -> Placed", "Placed -> Active")}))
    notes = [one.note for one in draw(told, 3).families if one.arm == ARM]
    assert {step for note in notes for step in pairwise(note.split(" → "))} == {
        ("Active", "Placed"),
        ("Placed", "Active"),
    }
