"""Questions, checklists, worked examples and goals, as they are read."""

from datetime import date

import pytest

from signoff.errors import Problem, ScopeError
from signoff.gherkin import read_document
from signoff.scope import Matters

FILE = "features/x/agreement.feature"


def table(kind: str, *rows: str, steps: str = "    Then this row holds\n", name: str = "A table") -> str:
    lines = "".join(f"      {row}\n" for row in rows)
    return f"Feature: F\n  @{kind}\n  Scenario Outline: a\n{steps}    Examples: {name}\n{lines}"


def read(kind: str, *rows: str) -> Matters:
    return read_document(table(kind, *rows), FILE).matters


def problems(kind: str, *rows: str) -> list[Problem]:
    with pytest.raises(ScopeError) as caught:
        read(kind, *rows)
    return list(caught.value.problems)


ASKED = "| question | for | asked on | answer | owner |"
MUST = "| item | evidence |"
BY_HAND = "| row | pay | hours | result | note |"
MAY = "| system | entity | may |"
GOALS = "| goal | measured as | baseline | 3 months | 6 months | 12 months |"


def test_a_question_is_open_until_it_has_an_answer() -> None:
    first, second = read(
        "questions", ASKED, "| Who? | Dana | 2026-10-16 | | luis |", "| Why? | Luis | 2026-11-01 | so | |"
    ).questions
    assert (first.question, first.asked_of, first.asked_on, first.answer) == ("Who?", "Dana", date(2026, 10, 16), "")
    assert (first.row.place.line, first.row.table, first.row.labels.owner) == (7, "A table", "luis")
    assert (second.answer, second.row.cells["asked on"]) == ("so", "2026-11-01")


def test_an_item_rests_on_statements_or_on_a_person() -> None:
    first, second = read(
        "checklist", MUST, "| APIs | worker:contract, job.* |", "| Access | attested by Dana  O'Hara on 2026-09-18 |"
    ).checklist
    assert (first.item, first.ids, first.attested_by) == ("APIs", ("worker:contract", "job.*"), "")
    assert (second.ids, second.attested_by, second.attested_on) == ((), "Dana O'Hara", date(2026, 9, 18))


def test_a_worked_example_keeps_its_filled_inputs_and_leaves_free_columns_out() -> None:
    [one] = read("worked", BY_HAND, "| job.fee | 40 | | 320 | by hand |").worked
    assert (one.proves.text, one.result.text) == ("job.fee", "320")
    assert [(heading, cell.text, cell.place.cell) for heading, cell in one.given] == [("pay", "40", "pay")]


def test_a_goal_keeps_its_targets_in_order() -> None:
    [one] = read("goals", GOALS, "| Reach | count of Message per week | 120 | 250 | | 600 |").goals
    assert (one.goal, one.measured_as.text) == ("Reach", "count of Message per week")
    assert one.targets == (("baseline", "120"), ("3 months", "250"), ("6 months", ""), ("12 months", "600"))


@pytest.mark.parametrize(
    ("kind", "rows", "code", "cell", "found"),
    [
        ("questions", (ASKED, "| Who? | Dana | 2026-02-30 | | |"), "day", "asked on", '"2026-02-30"'),
        ("questions", (ASKED, "| Who? | Dana | | | |"), "day", "asked on", "an empty cell"),
        ("questions", (ASKED, "| | Dana | 2026-02-20 | | |"), "empty-cell", "question", "an empty cell"),
        ("questions", (ASKED, "| Who? | | 2026-02-20 | | |"), "empty-cell", "for", "an empty cell"),
        (
            "questions",
            ("| question | for | answer |", "| Who? | Dana | |"),
            "missing-column",
            "",
            "question, for, answer",
        ),
        ("checklist", (MUST, "| APIs | |"), "empty-cell", "evidence", "an empty cell"),
        ("checklist", (MUST, "| APIs | worker:a,, b |"), "evidence", "evidence", "nothing between two commas"),
        ("checklist", (MUST, "| APIs | Dana says so |"), "evidence", "evidence", '"Dana says so"'),
        ("checklist", (MUST, "| APIs | w*er |"), "evidence", "evidence", '"w*er"'),
        (
            "checklist",
            (MUST, "| APIs | attested by Dana on 31.1.2026 |"),
            "attestation",
            "evidence",
            '"attested by Dana on 31.1.2026"',
        ),
        ("checklist", (MUST, "| APIs | attested by Dana |"), "attestation", "evidence", '"attested by Dana"'),
        ("worked", (BY_HAND, "| job.fee | 40 | | | |"), "empty-cell", "result", "an empty cell"),
        ("worked", (BY_HAND, "| job.fee | | | 5 | |"), "no-inputs", "", "no value at all"),
        ("access", (MAY, "| ATS | Candidate | read, wirte |"), "access", "may", '"wirte"'),
        ("access", (MAY, "| ATS | | read |"), "empty-cell", "entity", "an empty cell"),
        ("goals", (GOALS, "| Reach | | 1 | 2 | 3 | 4 |"), "empty-cell", "measured as", "an empty cell"),
        (
            "goals",
            (GOALS, "| Reach | count of Message per week | 1 | | | |"),
            "empty-cell",
            "12 months",
            "an empty cell",
        ),
        (
            "goals",
            ("| goal | measured as | 12 months |", "| a | b | c |"),
            "missing-column",
            "",
            "goal, measured as, 12 months",
        ),
    ],
)
def test_what_cannot_be_read_is_told_with_its_cell(
    kind: str, rows: tuple[str, ...], code: str, cell: str, found: str
) -> None:
    first = problems(kind, *rows)[0]
    assert (first.code, first.where.cell, first.found) == (code, cell, found)
    assert first.where.file == FILE
    assert first.where.line in (5, 7)


def test_the_sentence_of_the_rows_must_be_there() -> None:
    text = table("goals", GOALS, "| a | b | | | | 4 |", steps="    Then this row of the chart holds\n")
    with pytest.raises(ScopeError) as caught:
        read_document(text, FILE)
    assert caught.value.problems[0].expected == "the step `Then this row holds` for the rows of @goals"


def test_such_a_table_needs_no_binding_and_an_empty_one_is_an_error() -> None:
    assert problems("questions", ASKED)[0].code == "empty-table"
    assert read("questions", ASKED, "| Who? | Dana | 2026-10-16 | | |").questions


def test_access_names_a_system_an_entity_and_what_is_needed() -> None:
    [one] = read("access", MAY, "| ATS | Candidate | read, Subscribe, read |").access
    assert (one.system.text, one.entity.text, one.may) == ("ATS", "Candidate", ("read", "subscribe"))
