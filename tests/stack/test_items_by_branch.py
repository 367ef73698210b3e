"""Rehearse items whose branch is told by themselves, or by the record that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rig import TEXT, Integration, Rig, chart, failed, unproven
from test_items import DOCUMENT, Jobs, text, tiny

CHICAGO = chart("In Chicago", [("title", "->", "title", "upper case", "")], tags="@branch:chicago")
TITLE, THERE = "past_job.title", "past_job.title/chicago"
WHERE = {"its own field": 'company is "CHI"', "the record that holds it": 'Person.office is "CHI"'}


def told_by(where: str) -> Integration:
    one = tiny({"type": "string"})
    return replace(
        one,
        documents={**one.documents, "jobs": DOCUMENT + CHICAGO},
        fields={**one.fields, "office": TEXT},
        toml=f"{one.toml}\n[branches.chicago]\nwhere = '{where}'\n",
    )


class Shouting(Jobs):
    """Write the titles of Chicago in capitals. `settled` forgets to ask again whether a job is one of Chicago."""

    by = ""
    settled = False
    known: Mapping[str, bool] = {}

    def fields(self, person: Any, job: Any, member: str) -> dict[str, Any]:
        found = super().fields(person, job, member)
        where = text(job["company"] if self.by == "its own field" else person["office"])
        inside = where == "CHI"
        if self.settled:
            inside = self.known.setdefault(str(job["id"]), inside)  # type: ignore[attr-defined]
        return {**found, "title": found["title"].upper()} if inside and found["title"] else found


@pytest.mark.parametrize("by", WHERE)
def test_an_item_goes_by_the_branch_that_it_is_in_now(by: str, tmp_path: Path) -> None:
    rig = Rig(tmp_path, told_by(WHERE[by]))
    assert unproven(rig.rehearsed(type("Now", (Shouting,), {"by": by}))) == {}
    wrong = type("Now", (Shouting,), {"by": by, "settled": True, "known": {}})
    assert failed(rig.rehearsed(wrong)) == {TITLE, THERE}
