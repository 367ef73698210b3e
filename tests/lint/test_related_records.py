"""Conditions about records that refer to the one in question: they are known, referred to, and made when drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from suites import P, linted_as, written

from signoff.lint.codes import Level
from signoff.plugin.agreeing import agree
from signoff.strategies.rehearsal import draw

WHO, RULE = 'status is "DNU"', "same phone                 "


def problems(folder: Path, old: str, new: str) -> list[tuple[str, str, str, str | None]]:
    return [
        (one.finding.code, one.finding.problem.expected, one.finding.problem.found, one.finding.problem.did_you_mean)
        for one in linted_as(written(folder, P, old, new))
        if one.finding.level is Level.ERROR
    ]


@pytest.mark.parametrize(
    "condition", ["more than 2 Placements", "fewer than 3 Notes", "some job submission has (id > 5)"]
)
def test_an_entity_beyond_the_toml_is_made_in_the_plural_too(condition: str, tmp_path: Path) -> None:
    suite = written(tmp_path, P, WHO, condition)
    entity = {"m": "Placement", "f": "Note", "s": "JobSubmission"}[condition[0]]
    script = draw(agree(suite, "crm-rota"), 1, "quick")
    made = [plan for phase in script.phases for plan in phase.plans if plan.entity == entity]
    assert len(made) >= 3


@pytest.mark.parametrize(("old", "begin"), [(WHO, ""), (RULE, "same phone, only when ")], ids=["population", "rule"])
def test_records_that_do_not_refer_to_this_one(old: str, begin: str, tmp_path: Path) -> None:
    def first(condition: str) -> tuple[str, str, str, str | None]:
        return problems(tmp_path, old, begin + condition)[0]

    assert first("more than 2 Placments")[::2] == ("unknown-entity", "`Placments`")
    code, expected, found, meant = first('some ClientCorporation has (name is "x")')
    assert (code, found, meant) == ("linked-entity", "`ClientCorporation`", "ClientContact")
    assert expected.startswith("an entity that refers to Candidate: Appointment, ")
    assert first('some Placement by candidat has (status is "x")') == (
        "unknown-field",
        "a reference of Placement to Candidate: candidate",
        "`by candidat`",
        "candidate",
    )
    assert first('some Placement has (some Placement has (status is "x"))')[0] == "linked-entity"
    assert first('some Placement has (statos is "x")')[3] == "status"
