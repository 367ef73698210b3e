"""What would have been seen, and what is weak, stands in the data, the sheet, the terminal and the summary."""

from __future__ import annotations

import json
from dataclasses import replace

import evidence_cases as cases
import pytest
from test_sheet import Page

from signoff.evidence.acceptance import Acceptance
from signoff.evidence.data import data, encoded
from signoff.evidence.sheet import sheet
from signoff.evidence.summary import summary
from signoff.evidence.terminal import closing
from signoff.evidence.wording import seen_sentence
from signoff.sensitivity.weight import ANYTHING, Weight, with_weight
from signoff.verdict import Outcome, Verdict

CHANGE = "Nights → anything else"


def weighed(id_: str, weight: Weight) -> Verdict:
    return with_weight(Verdict(id_, Outcome.VERIFIED), weight)


@pytest.fixture
def acceptance() -> Acceptance:
    """Return a run with one sensitive row, and one with a phase into which no wrong value fits."""
    strong = Weight(noticed={"created": ["missing", "neighbour"], "changed": ["missing", "stale"]})
    strong.unfitting = [("changed", "neighbour")]
    weak = Weight(noticed={"created": ["another row's value"]}, unfitting=[(CHANGE, "another row's value")])
    verdicts = {one.id: Verdict(one.id, Outcome.VERIFIED) for one in cases.STATEMENTS}
    verdicts[cases.LINK.id] = weighed(cases.LINK.id, strong)
    verdicts[cases.ACTIVE.id] = weighed(cases.ACTIVE.id, weak)
    return cases.every_verdict(verdicts=verdicts)


HELP = "no wrong value fits; stronger with a record for which another row's value is wrong"


def test_the_data_says_what_was_tried(acceptance: Acceptance) -> None:
    told = {one["id"]: one for one in json.loads(encoded(data(acceptance), "signoff.json"))["statements"]}
    link, active = told[cases.LINK.id], told[cases.ACTIVE.id]
    assert link["noticed"] == {"created": ["missing", "neighbour"], "changed": ["missing", "stale"]}
    assert (link["sensitive"], link["missed"], link["unfitting"]) == (True, {}, {"changed": ["neighbour"]})
    assert link["weak"] == {}
    assert (active["verdict"], active["sensitive"]) == ("verified", True)
    assert active["weak"] == {CHANGE: HELP}


def test_the_sheet_says_beneath_each_green_row_what_would_have_been_seen(acceptance: Acceptance) -> None:
    text = Page(sheet(acceptance)).text
    assert "would have been seen: missing, neighbour, stale created missing, neighbour changed missing, stale" in text
    assert f"Weak : {CHANGE} : {HELP} ." in text
    assert text.count("Weak") == 1


def test_terminal_and_summary_count_the_weak_statements(acceptance: Acceptance) -> None:
    said = "1 statement with phases in which no wrong value would be seen: worker-status:active"
    assert f"  weak:       {said}\n" in closing(acceptance, ("reports/signoff.html",))
    assert f"Weak: {said}  \n" in summary(acceptance)
    strong = replace(acceptance, verdicts={**acceptance.verdicts, cases.ACTIVE.id: weighed(cases.ACTIVE.id, Weight())})
    assert "weak" not in closing(strong)
    assert "Weak" not in summary(strong)


def test_a_line_names_five_wrong_values_at_most() -> None:
    noticed = {"created": ("a", "b", "c", "d"), "changed": ("a", "e", "f", "g")}
    assert seen_sentence(replace(Verdict("x", Outcome.VERIFIED), noticed=noticed)) == (
        "would have been seen: a, b, c, d, e and 2 more"
    )


def test_what_was_missed_is_not_proven_and_says_what_would_help() -> None:
    found = weighed("worker.phone", Weight({"created": ["missing"]}, [("changed", "stale", "Candidate 17")]))
    assert (found.outcome, found.sensitive, found.would_exercise) == (
        Outcome.NOT_EXERCISED,
        False,
        "changed: stale, in Candidate 17",
    )
    assert found.weak == {"changed": "not seen: stale, in Candidate 17"}
    blind = weighed("scenario:a", Weight(missed=[("both systems agree", ANYTHING, "")]))
    assert blind.would_exercise == "both systems agree: passes whatever is found"
    assert blind.weak == {
        "both systems agree": "passes whatever is found; stronger with something that a record could prove wrong"
    }


def test_what_nothing_was_put_in_for_is_neither_sensitive_nor_weak() -> None:
    found = weighed("question:who", Weight())
    assert (found.outcome, found.sensitive, found.weak) == (Outcome.VERIFIED, None, {})
