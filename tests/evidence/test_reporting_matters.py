"""Questions, checklists and goals in the reports: sections of their own, counted apart from what tests prove."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import evidence_cases as cases
import pytest
from test_sheet import Page

from signoff.agreement.statement import Kind, Matter, Statement
from signoff.evidence.acceptance import Acceptance, first_of
from signoff.evidence.data import data, encoded
from signoff.evidence.decision import decide
from signoff.evidence.matters import checklist_counted, counted, questions_counted
from signoff.evidence.sheet import sheet
from signoff.evidence.summary import summary
from signoff.evidence.terminal import PLAIN, chart_line, closing, red_row
from signoff.verdict import ANSWERED, ATTESTED, STANDING, Finding, Outcome, Verdict

FILE = "features/bullhorn-shiftline/agreement.feature"


def made(id_: str, kind: Kind, story: str, line: int, title: str, **more: Any) -> Statement:
    return Statement(id_, kind, "bullhorn-shiftline", "Agreement", story, FILE, line, title, cells={"a": title}, **more)


BADGE = made(
    "question:badge", Kind.QUESTION, "Questions", 8, "Who owns the badge?", open_question="Who owns the badge?",
    matter=Matter(asked_of="Dana", asked_on="2026-01-29"),
)  # fmt: skip
STREET = replace(
    BADGE, id="question:street", line=9, title="Is the unit <b>apart</b>?", matter=Matter("Luis", "2026-03-01")
)
PHONE = made(
    "question:phone", Kind.QUESTION, "Questions", 10, "Whose phone?",
    matter=Matter(asked_of="Dana", asked_on="2026-02-01", answer="the worker's"),
)  # fmt: skip
MAPPED = made(
    "checklist:mapped", Kind.CHECKLIST, "Ready", 20, "Data points are mapped",
    matter=Matter(
        named=("worker.*", "worker:arrive"), evidence=("worker.external_id", "worker.nickname", "worker:arrive")
    ),
)  # fmt: skip
ACCESS = made(
    "checklist:access", Kind.CHECKLIST, "Ready", 21, "We have access",
    matter=Matter(attested_by="Dana O'Hara", attested_on="2026-02-14"),
)  # fmt: skip
PROVEN = made(
    "checklist:arrive", Kind.CHECKLIST, "Ready", 22, "People arrive",
    matter=Matter(named=("worker:arrive",), evidence=("worker:arrive",)),
)  # fmt: skip
REACH = made(
    "goal:reach", Kind.GOAL, "Success", 30, "Workers reached each week",
    matter=Matter(
        measured_as="count of distinct message.worker per week",
        targets=(("baseline", "120"), ("3 months", "250"), ("6 months", "400"), ("12 months", "600")),
    ),
)  # fmt: skip
MATTERS = (BADGE, STREET, PHONE, MAPPED, ACCESS, PROVEN, REACH)


def verdicts() -> dict[str, Verdict]:
    known = cases.verdicts()
    found = [
        *(known[one.id] for one in (cases.ARRIVE, cases.LINK, cases.NICK)),
        Verdict(BADGE.id, Outcome.OPEN, facts={"age_days": 41}, note="open for 41 days"),
        Verdict(STREET.id, Outcome.OPEN, facts={"age_days": 10}),
        Verdict(PHONE.id, Outcome.ASSUMED, facts={STANDING: ANSWERED}),
        Verdict(MAPPED.id, Outcome.ASSUMED, exercised={"rests on": 3}),
        Verdict(ACCESS.id, Outcome.ASSUMED, facts={STANDING: ATTESTED}),
        Verdict(PROVEN.id, Outcome.VERIFIED, exercised={"rests on": 1}),
        Verdict(REACH.id, Outcome.VERIFIED, facts={"figure": "7 in 2026-W10"}),
    ]
    return {one.statement: one for one in found}


def acceptance(**changes: Any) -> Acceptance:
    statements = (cases.ARRIVE, cases.LINK, cases.NICK, *MATTERS)
    return cases.every_verdict(**{"statements": statements, "verdicts": verdicts(), **changes})


APART = "questions: 2 open (oldest 41 days), 1 answered; checklist: 1 proven by tests, 1 attested, 1 assumed"


def test_what_no_test_proves_is_counted_apart() -> None:
    one = acceptance()
    assert one.counts() == {Outcome.ASSUMED: 1, Outcome.VERIFIED: 3}
    assert questions_counted(one) == {"open": 2, "oldest_days": 41, "answered": 1}
    assert checklist_counted(one) == {"proven": 1, "attested": 1, "assumed": 1}
    assert counted(one) == APART
    assert counted(cases.accepted()) == ""


def test_the_decision_speaks_of_what_tests_prove() -> None:
    assert decide(acceptance()).sentence == "Accepted: 3 of 4 statements verified, 1 assumed (gate: normal)."
    assert closing(acceptance()).splitlines()[1] == f"  10 statements: 1 assumed, 3 verified; {APART}"


def test_strict_refuses_open_questions_but_not_what_was_answered_or_attested() -> None:
    refused = acceptance(gate=cases.STRICT)
    assert [one.id for one in refused.refused()] == ["worker.nickname", BADGE.id, STREET.id, MAPPED.id]
    assert refused.gate_reasons() == ("1 assumed", "2 questions", "1 item of the checklist")
    assert refused.gate_reasons(naming=True) == (
        "1 assumed (worker.nickname)",
        f"2 questions ({BADGE.id}, {STREET.id})",
        f"1 item of the checklist ({MAPPED.id})",
    )
    assert first_of([str(number) for number in range(1_004)]) == "0, 1, 2 and 1,001 more"


def test_an_item_that_fails_is_told_behind_its_cause() -> None:
    found = verdicts()
    finding = Finding("worker:arrive", "missing", cases.DATE_CASE)
    found["worker:arrive"] = Verdict("worker:arrive", Outcome.FAILED, (finding,))
    found[PROVEN.id] = Verdict(
        PROVEN.id, Outcome.FAILED, (replace(finding, statement=PROVEN.id),), because_of=("worker:arrive",)
    )
    failing = acceptance(verdicts=found)
    assert failing.gate_reasons() == ("1 failed", "1 item of the checklist")
    assert closing(failing).splitlines()[4] == "  ✗ checklist:arrive: because of worker:arrive"
    assert [one.id for one in failing.causes_first()] == ["worker:arrive", PROVEN.id]
    shown = red_row(PROVEN, found[PROVEN.id], PLAIN)
    assert "  because of: worker:arrive" in shown.splitlines()
    assert "  replay:     pytest --replay reports/" in shown
    assert "expected:" not in shown  # the case is told at the row that it belongs to, and only there
    page = Page(sheet(failing))
    assert "Because of worker:arrive ." in page.text
    assert data(failing)["checklist"] == {"attested": 1, "assumed": 1, "failed": 1}


def test_the_sheet_has_a_section_for_each() -> None:
    text = Page(sheet(acceptance())).text
    assert f"Counted apart, because no test proves them: {APART} ." in text
    assert "Workers reached each week count of distinct message.worker per week 120 250 400 600 ✓ verified" in text
    assert "made-up figure of the rehearsal, the same on both sides: 7 in 2026-W10" in text
    assert "2 open, the oldest for 41 days; 1 answered." in text
    assert "Who owns the badge? Dana 2026-01-29 ? open for 41 days question:badge" in text
    assert "Whose phone? Dana 2026-02-01 the worker's » answered" in text
    assert "We have access Dana O'Hara , 2026-02-14 ✎ attested checklist:access" in text
    assert "Is the unit <b>apart</b>?" in text
    assert text.index("Who owns the badge? Dana") < text.index("Is the unit") < text.index("Whose phone?")


def test_the_sheet_links_an_item_to_the_charts_that_it_rests_on() -> None:
    page = Page(sheet(acceptance()))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    links = [
        attributes["href"][1:]
        for tag, attributes in page.tags
        if tag == "a" and attributes.get("href", "").startswith("#")
    ]
    assert len(links) == 4
    assert set(links) <= set(ids)
    assert "worker.* 1 assumed, 1 verified worker:arrive verified ≈ assumed checklist:mapped" in page.text


def test_an_item_that_rests_on_questions_leads_to_their_section() -> None:
    asked = replace(MAPPED, matter=Matter(named=("question:*",), evidence=(BADGE.id, PHONE.id)))
    page = Page(sheet(acceptance(statements=(cases.ARRIVE, cases.LINK, cases.NICK, BADGE, PHONE, asked))))
    links = [attributes.get("href", "") for tag, attributes in page.tags if tag == "a"]
    assert links[0] == "#questions"
    assert "questions" in [attributes.get("id") for _, attributes in page.tags]
    assert "question:* 1 open, 1 answered" in page.text


def test_what_has_a_section_of_its_own_stands_in_no_other_list() -> None:
    text = Page(sheet(acceptance())).text
    assert text.count("question:badge") == 1
    assert "Open matters None among the rows. 2 open questions: see Questions ." in text
    assert "Open matters None. Waivers" in Page(sheet(cases.accepted())).text
    assert "a question that somebody has answered; not tested" in text
    assert "Goals" not in Page(sheet(cases.accepted())).text
    assert "» answered" not in Page(sheet(cases.accepted())).text


def test_the_data_say_it_for_programs() -> None:
    document = data(acceptance())
    encoded(document, "signoff.json")
    assert document["questions"] == {"open": 2, "oldest_days": 41, "answered": 1}
    by_id = {one["id"]: one for one in document["statements"]}
    assert by_id["question:badge"]["matter"] == {
        "for": "Dana",
        "asked_on": "2026-01-29",
        "age_days": 41,
        "answer": None,
    }
    assert (by_id["question:phone"]["verdict"], by_id["question:phone"]["standing"]) == ("assumed", "answered")
    assert by_id["checklist:access"]["matter"] == {
        "evidence": [],
        "attested_by": "Dana O'Hara",
        "attested_on": "2026-02-14",
    }
    assert by_id["goal:reach"]["matter"]["targets"]["12 months"] == "600"
    assert by_id["goal:reach"]["matter"]["figure"] == "7 in 2026-W10"
    assert by_id["worker.nickname"]["matter"] is None


def test_the_summary_counts_them_apart_and_names_the_goals_figure() -> None:
    text = summary(acceptance())
    assert f"Counted apart: {APART}" in text
    assert (
        "Workers reached each week: can be measured as count of distinct message.worker per week "
        "(made-up figure of the rehearsal, the same on both sides: 7 in 2026-W10)"
    ) in text
    assert "1 assumed: right by a default rule" in text
    assert "open: a question waits" not in text


@pytest.mark.parametrize(
    ("counts", "standings", "shown"),
    [
        ({Outcome.OPEN: 3}, {"answered": 5}, "? Questions                                    3 open, 5 answered"),
        ({}, {"attested": 2}, "≈ Questions                                    2 attested"),
    ],
)
def test_a_table_s_line_tells_what_rests_on_a_word_last(
    counts: dict[Outcome, int], standings: dict[str, int], shown: str
) -> None:
    assert chart_line("Questions", counts, standings=standings).strip().split() == shown.split()


def test_a_figure_that_no_company_has_is_never_shown_without_the_word_made_up() -> None:
    found = {**verdicts(), REACH.id: Verdict(REACH.id, Outcome.VERIFIED, facts={"figure": "-313 days (median of 2)"})}
    one = acceptance(verdicts=found)
    said = "made-up figure of the rehearsal, the same on both sides: -313 days (median of 2)"
    for text in (Page(sheet(one)).text, summary(one)):
        assert text.count("313") == text.count(said) == 1
    assert "they only prove that the goal can be measured" in Page(sheet(one)).text
