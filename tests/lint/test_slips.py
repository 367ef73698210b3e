"""Slips that the language allows and nobody means: a heading, a value of a workflow; and one slip told once."""

from __future__ import annotations

from pathlib import Path

import pytest
from matters import W, changed, found, shown
from stories import WORKERS
from suites import P, T, linted_as, written

from signoff.lint.codes import Level

DAYS = "features/crm-rota/days.feature"
HEADING = "| ATS field | flow  | app field   | rule                     | required |"


def said(code: str, text: str) -> list[str]:
    return shown(found(text), code)


def test_a_heading_with_a_slip_is_told() -> None:
    assert said("misspelt-column", changed(HEADING, HEADING.replace("rule ", "Rules"))) == [
        f"warning misspelt-column: {W}:10\n"
        "  expected: the column `rule`, or one whose name is not so like it\n"
        "  found:    `Rules`, which is shown and means nothing\n"
        "  did you mean: rule\n"
        "  Correct the heading, or give a column of your own another name."
    ]


def test_a_heading_of_a_value_table_with_a_slip_is_told() -> None:
    text = WORKERS
    for old, new in (
        ("| ATS status    | app status |", "| ATS status    | app status | mach |"),
        *((f"{one} |\n", f"{one} | |\n") for one in ("Active        | available ", "Placed        | assigned  ")),
        ("| (blank)       | available  |", "| (blank)       | available  | |"),
        ("| anything else | error      |", "| anything else | error      | |"),
    ):
        text = changed(old, new, text)
    assert "  did you mean: match" in said("misspelt-column", text)[0]


def test_an_empty_cell_among_the_app_s_values_is_told() -> None:
    assert said("unfilled-value", changed("| Placed        | assigned   |", "| Placed        |            |")) == [
        f'warning unfilled-value: {W}:28, row "Placed = ", cell "app status"\n'
        "  expected: the app's value for Placed\n"
        "  found:    an empty cell, which counts as blank\n"
        "  did you mean: (blank)\n"
        "  Write the value, or `(blank)` if it is to be blank."
    ]
    assert said("unfilled-value", changed("| Placed        | assigned   |", "| Placed        | (blank)    |")) == []
    assert said("unfilled-value", changed("| (blank)       | available  |", "| (blank)       |            |")) == []


@pytest.mark.parametrize("own", ["role", "other", "why", "note", "RULE"])
def test_a_column_of_one_s_own_is_left_alone(own: str) -> None:
    heading = HEADING.replace("| rule ", f"| {own} ")
    assert said("misspelt-column", changed(HEADING, heading)) == []


def test_a_column_that_is_like_one_which_is_there_is_left_alone() -> None:
    heading = HEADING.replace("| required |", "| rules    |")
    assert said("misspelt-column", changed(HEADING, heading)) == []


def days(tmp_path: Path, steps: str) -> list[tuple[str, int, str | None]]:
    """Return code, line of the step from 1 and the nearest valid thing of what is found in a workflow."""
    suite = written(
        tmp_path,
        T,
        "[systems.app]",
        '[systems.ats.picklists]\n"Candidate.status" = ["Active", "Inactive"]\n\n[systems.app]',
    )
    (tmp_path / DAYS).write_text(f"Feature: Days\n\n  Scenario: A day\n{steps}", encoding="utf-8")
    return [
        (one.finding.code, one.finding.problem.where.line - 3, one.finding.problem.did_you_mean)
        for one in linted_as(suite)
        if one.file == DAYS and one.finding.level is not Level.NOTE
    ]


GIVEN = '    Given a candidate "Maria Lopez" in scope\n    And the connector syncs until it settles\n'
AGREE = "    And the connector syncs until it settles\n    Then both systems agree\n"


@pytest.mark.parametrize(("value", "close"), [("Inactve", "Inactive"), ("Active", None), ("On Leave", None)])
def test_a_slip_in_what_people_choose(value: str, close: str | None, tmp_path: Path) -> None:
    steps = f"""{GIVEN}    When in the ATS "Maria Lopez"'s status becomes "{value}"\n{AGREE}"""
    assert days(tmp_path, steps) == ([("workflow-choice", 3, close)] if close else [])


def test_a_slip_in_what_a_record_is_made_with(tmp_path: Path) -> None:
    steps = f'    Given a candidate "Maria Lopez" with\n      | status | Actve |\n{AGREE}'
    assert days(tmp_path, steps) == [("workflow-choice", 2, "Active")]


def test_who_was_named_in_a_wrong_sentence_is_not_told_again(tmp_path: Path) -> None:
    steps = GIVEN.replace("candidate", "candidat") + '    Then "Maria Lopez" is in the app\n'
    assert days(tmp_path, steps) == [("unknown-word", 1, "candidate")]


def test_a_sync_that_is_lacking_is_told_once(tmp_path: Path) -> None:
    deleted = '    When in the ATS "Maria Lopez" is deleted\n'
    steps = f"{GIVEN}{deleted}    Then nothing was created twice\n    And both systems agree\n"
    assert days(tmp_path, steps) == [("then-before-sync", 4, None)]
    settled = AGREE.replace("And", "When", 1)
    assert [one[1] for one in days(tmp_path, f"{steps}{settled}{deleted}    Then nothing was created twice\n")] == [
        4,
        9,
    ]


@pytest.mark.parametrize(
    ("sentence", "close"),
    [
        ('in the app "Maria Lopez" has state free', 'in the app "Maria Lopez" has state "free"'),
        ("in the app Maria Lopez has state free", None),
        ('in app "Ben" has state "free"', 'in the app "Maria Lopez" has status "assigned" within 5 minutes'),
        ('"Ben Okafor" is in app', '"Maria Lopez" is in the app'),
    ],
)
def test_the_nearest_sentence_whatever_stands_in_quotes(sentence: str, close: str | None, tmp_path: Path) -> None:
    assert days(tmp_path, f"{GIVEN}    Then {sentence}\n")[0] == ("unknown-sentence", 3, close)


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        (P, "| firstName      | ->    | first_name  |", "| firstName |", "4 cells, and 6 in the heading"),
        (P, "| firstName      | ->    |", "| a \\| b | x | ->    |", "7 cells, and 6 in the heading"),
    ],
)
def test_an_uneven_row_says_how_many_cells(file: str, old: str, new: str, found: str, tmp_path: Path) -> None:
    [one] = [one for one in linted_as(written(tmp_path, file, old, new)) if one.finding.code == "uneven-row"]
    assert one.finding.problem.found == found


def test_a_path_that_the_document_lacks_is_told_once_with_those_it_has(tmp_path: Path) -> None:
    suite = written(tmp_path, T, 'collection = "/people"', 'collection = "/workforce"')
    [one] = [one for one in linted_as(suite) if one.finding.code == "openapi-path"]
    assert one.finding.problem.how == "Write the path as it stands in the document: /people."


def test_an_outcome_of_a_value_table_with_a_slip() -> None:
    [told] = said("not-in-enum", changed("| anything else | error      |", "| anything else | errors     |"))
    assert "  did you mean: error\n" in told


BAD = """
  @bad-data
  Scenario Outline: <bad data> <then>
    When the connector has been rehearsed
    Then this row of the bad-data policy holds

    Examples: Bad people
      | bad data          | then                  |
      | an email is wrong | the field is left out |
"""


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("an email is wrong", ("bad-data", '"an email is wrong"', "an e-mail cannot be read")),
        ("a phone is not there", ("bad-data", '"a phone is not there"', "a phone cannot be read")),
        ("emial is blank", ("unknown-field", "`emial`", "email")),
    ],
)
def test_a_kind_of_bad_data_that_reads_like_a_condition(bad: str, told: tuple[str, str, str], tmp_path: Path) -> None:
    text = BAD.replace("an email is wrong", bad).replace("the field is left out", "nothing is written   ")
    findings = linted_as(written(tmp_path, P, "  @population", f"{text}\n  @population"))
    errors = [one.finding for one in findings if one.finding.level is Level.ERROR]
    assert [(one.code, one.problem.found, one.problem.did_you_mean) for one in errors] == [told]
