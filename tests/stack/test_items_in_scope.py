"""Rehearse populations that ask an item, its holder, or the items of a record: right green, wrong red in its row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from copying import ATS, listed
from rig import WHOLE, Integration, Rig, failed, population, unproven
from test_items import Jobs, tiny

ITEMS = population(
    ('Person.name is "DNU"', "never reaches the app"),
    ('title is "Secret"', "never reaches the app"),
    ("anyone else", "reaches the app"),
)
HOLDERS = population(
    ('some past job has (title is "Retired")', "never reaches the app"), ("anyone else", "reaches the app")
)
LEAVES = "      | a past job leaves the population | the past job is removed |\n"


def asking() -> Integration:
    one = tiny({**WHOLE, "readOnly": True})
    jobs, member = one.documents["jobs"], one.documents["member"]
    others = LEAVES.replace("a past job", "a person").replace("the past job", "the member")
    return replace(
        one,
        documents={"jobs": jobs + LEAVES + ITEMS, "member": member + others + HOLDERS.replace("Who", "Who of them")},
    )


class Choosing(Jobs):
    """Carry over whom the populations let through."""

    blocked, secret, retired = "DNU", "Secret", "Retired"

    def persons(self) -> Iterator[dict[str, Any]]:
        for person in listed(ATS, "persons"):
            if not any(job.get("title") == self.retired for job in person["jobs"] or ()):
                yield person

    def wanted(self, persons: Any, members: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        for person in persons:
            jobs = [one for one in person["jobs"] or () if one.get("title") != self.secret]
            if person["name"] != self.blocked:
                yield from super().wanted([{**person, "jobs": jobs}], members)


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    return Rig(tmp_path_factory.mktemp("asking"), asking())


def test_a_right_connector_is_green(rig: Rig) -> None:
    assert unproven(rig.rehearsed(Choosing)) == {}


@pytest.mark.defects
@pytest.mark.parametrize(
    ("ignored", "red"),
    [
        ("blocked", "past_job:who:person-name-is-dnu"),
        ("secret", "past_job:who:title-is-secret"),
        ("retired", "member:who:some-past-job-has-title-is-retired"),
    ],
)
def test_who_ignores_a_row_is_red_in_it(rig: Rig, ignored: str, red: str) -> None:
    found = rig.rehearsed(type("Now", (Choosing,), {ignored: "nobody's"}))
    binding = red.partition(":")[0]
    leaves = {"past_job": "a-past-job", "member": "a-person"}[binding]
    reds = {red, f"{binding}:when:{leaves}-leaves-the-population"}
    assert failed(found) == reds
    assert unproven(found, reds) == {}
