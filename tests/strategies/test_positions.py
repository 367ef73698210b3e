"""Bad records stand first, in the middle and last on a page, and nothing is made before what it needs."""

from __future__ import annotations

from signoff.schema import Side
from signoff.strategies.positions import at_page_edges
from signoff.strategies.script import Plan


def plan(number: int, entity: str = "Candidate") -> Plan:
    return Plan("create", f"{entity}#{number}", Side.ATS, entity, {}, "still")


def needs(plan: Plan) -> frozenset[str]:
    """Let every placement need the candidate of its number, and Candidate#18 need Candidate#17."""
    entity, number = plan.name.split("#")
    if entity == "Placement":
        return frozenset({f"Candidate#{number}"})
    return frozenset({"Candidate#17"} if number == "18" else ())


PLANS = [*(plan(one) for one in range(1, 21)), *(plan(one, "Placement") for one in range(1, 21))]


def places(names: list[str], cap: int = 10) -> dict[str, int]:
    found = [one.name for one in at_page_edges(PLANS, names, cap, needs)]
    assert sorted(found) == sorted(one.name for one in PLANS)
    return {name: found.index(name) for name in names}


def test_they_stand_at_the_edges_and_in_the_middle_in_turn() -> None:
    names = [f"Candidate#{one}" for one in (2, 3, 4, 5, 6, 7)]
    assert list(places(names).values()) == [0, 5, 9, 10, 15, 19]


def test_each_kind_of_record_has_pages_of_its_own() -> None:
    assert places(["Candidate#2", "Placement#2"]) == {"Candidate#2": 0, "Placement#2": 20}


def test_what_finds_no_place_stays_and_so_does_what_would_come_before_what_it_needs() -> None:
    names = [f"Candidate#{one}" for one in (2, 3, 4, 5, 6, 7, 8)]
    assert places(names)["Candidate#8"] == 7
    assert places(["Candidate#18"])["Candidate#18"] == 17
