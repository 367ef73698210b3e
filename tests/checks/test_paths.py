"""By which paths a population row was tried, and by which one the record of a finding came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from stories import ASSIGNMENTS, CHANGES, WORKERS, Edit, Errand, Story, agree, judged, schemas, worker_fields

from signoff.agreement.resolved import Agreement
from signoff.history import History
from signoff.schema import Events, Side
from signoff.verdict import Verdict

ROW = "worker:who:status-is-dnu"
LEA: Edit = (Side.ATS, "Candidate", "112", {"phone": "+13125550812"})
LEADS_TO_MIA: Edit = (Side.ATS, "Placement", "207", {"candidate": 113})
EDITS: Mapping[str, tuple[Edit, ...]] = {**CHANGES, "first": (*CHANGES["first"], LEA, LEADS_TO_MIA)}
"""Two are kept out: Lea is edited, and to Mia only a placement leads."""


def agreement(events: Events, assignments: str = ASSIGNMENTS) -> Agreement:
    known = schemas()
    known[Side.ATS] = replace(known[Side.ATS], events=events)
    return agree(WORKERS, assignments, known=known)


def played(*brought: int, phase: str = "first", lost: bool = False, made: bool = False) -> History:
    """Play the story with somebody brought who is kept out; the event of what was done to Lea may be lost."""

    def twist(errand: Errand) -> dict[str, Any] | None:
        wrong = errand.entity == "Worker" and errand.id in brought and errand.phase == phase
        return worker_fields(errand.sender) if wrong else errand.wanted

    history = Story(twist, edits=EDITS).play()
    operations = [
        replace(one, unheard=lost and one.key.id == "112", kind="create" if made and one.phase == "first" else one.kind)
        for one in history.operations
    ]
    return replace(history, operations=tuple(operations))


def paths(verdict: Verdict) -> dict[str, int]:
    return {one["path"]: one["records"] for one in verdict.facts["paths"]}


@pytest.mark.parametrize(
    ("events", "lost", "expected"),
    [
        (Events.NONE, False, {"poll": 2, "on demand": 1}),
        (Events.SURE, False, {"poll": 2, "event": 1, "on demand": 1}),
        (Events.MAY_BE_LOST, True, {"poll": 2, "event": 0, "on demand": 1}),
    ],
)
def test_a_row_counts_its_records_by_path(events: Events, lost: bool, expected: dict[str, int]) -> None:
    assert paths(judged(played(lost=lost), agreement(events))[ROW]) == expected


@pytest.mark.parametrize(
    ("events", "history", "note"),
    [
        (Events.NONE, {"phase": "seed"}, "came by poll: there before the first run"),
        (Events.SURE, {"phase": "seed"}, "came by poll or event: there before the first run"),
        (Events.SURE, {"phase": "seed", "lost": True}, "came by poll: there before the first run; its event was lost"),
        (Events.NONE, {}, "came by poll: changed"),
        (Events.SURE, {}, "came by event: changed; its event was delivered"),
        (Events.SURE, {"made": True}, "came by event: made later; its event was delivered"),
        (Events.SURE, {"lost": True}, "came by poll: changed; its event was lost"),
        (Events.SURE, {"phase": "second"}, "came by event: changed; its event was delivered"),
    ],
)
def test_a_finding_says_how_its_record_came(events: Events, history: dict[str, Any], note: str) -> None:
    shown = judged(played(112, **history), agreement(events))[ROW].counterexample
    assert shown is not None
    assert shown.note == note


def test_a_finding_says_who_led_to_its_record() -> None:
    shown = judged(played(113), agreement(Events.SURE))[ROW].counterexample
    assert shown is not None
    assert shown.note == "came on demand: only Placement 207 led to it"


POPULATION = """
  @population
  Scenario Outline: <who> <outcome>
    When the connector has been rehearsed
    Then this row of the population holds

    Examples: Which placements
      | who                      | outcome               |
      | candidate.kind is "perm" | never reaches the app |
      | anyone else              | reaches the app       |
"""


def test_what_is_read_of_another_record_leads_back() -> None:
    edits = {**EDITS, "first": ((Side.ATS, "Candidate", "102", {"phone": "+13125550822"}),)}
    found = judged(Story(edits=edits).play(), agreement(Events.NONE, ASSIGNMENTS + POPULATION))
    # Of the placements of 102, 203 is edited later and 205 never.
    assert paths(found["assignment:who:candidate-kind-is-perm"])["on demand"] == 2
    unread = ASSIGNMENTS + POPULATION.replace("candidate.kind", "payRate").replace('"perm"', "7")
    found = judged(Story(edits=edits).play(), agreement(Events.NONE, unread))
    assert paths(found["assignment:who:anyone-else"])["on demand"] == 0
