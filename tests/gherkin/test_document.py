from pathlib import Path
from textwrap import dedent

import pytest

from signoff.chart import Flow
from signoff.errors import Problem, ScopeError
from signoff.gherkin import read_document
from signoff.scope import Document

SHIPPED = Path(__file__).parents[2] / "features" / "bullhorn-shiftline"

CHART = r"""
Feature: Workers
  Everybody with a placement.

  Background:
    Given each Candidate is a worker

  @chart
  Scenario Outline: <ATS field> <flow> <app field>
    When the connector has been rehearsed
    Then this row of the chart holds

    Examples: Worker chart
      | ATS field | flow | app field | rule | required | id | note | colour |
"""

BIND = "Feature: F\n  Background:\n    Given each Candidate is a worker\n"
STEPS = "    When the connector has been rehearsed\n    Then this row of the {} holds\n"


def read(text: str) -> Document:
    return read_document(dedent(text).lstrip("\n"), "features/x/workers.feature")


def problems(text: str) -> list[Problem]:
    with pytest.raises(ScopeError) as caught:
        read(text)
    return list(caught.value.problems)


def chart(*rows: str) -> str:
    return CHART + "".join(f"      {row}\n" for row in rows)


def test_a_row_keeps_its_line_cells_and_flow() -> None:
    [found] = read(chart("| mobile, phone | ->  | phone | same phone | yes | worker.tel | E.164 | red |")).charts
    [row] = found.rows
    assert (row.place.line, row.flow, row.required, row.id, row.note) == (14, Flow.TO_APP, True, "worker.tel", "E.164")
    assert (row.ats.text, row.app.text, row.rule.text) == ("mobile, phone", "phone", "same phone")
    assert row.rule.place.cell == "rule"
    assert row.cells["colour"] == "red"
    assert found.name == "Worker chart"


@pytest.mark.parametrize(
    ("typed", "flow"),
    [
        ("->", Flow.TO_APP),
        ("→", Flow.TO_APP),
        ("<-", Flow.TO_ATS),
        ("←", Flow.TO_ATS),
        ("<->", Flow.BOTH),
        ("↔", Flow.BOTH),
        ("Never", Flow.NEVER),
        ("kept", Flow.KEPT),
    ],
)
def test_arrows_are_read_in_both_spellings(typed: str, flow: Flow) -> None:
    [found] = read(chart(f"| a | {typed} | {'' if flow in (Flow.NEVER, Flow.KEPT) else 'b'} | | | | | |")).charts
    assert found.rows[0].flow is flow


def test_escaped_pipes_and_backslashes_come_out_as_written_in_the_agreement() -> None:
    [found] = read(chart(r'| a | -> | b | split at "\|" | | | a\\b | |')).charts
    assert found.rows[0].rule.text == 'split at "|"'
    assert found.rows[0].note == "a\\b"


@pytest.mark.parametrize(
    ("row", "cell", "did_you_mean"),
    [
        ("| a |      | b | | | | | |", "flow", None),
        ("| a | =>   | b | | | | | |", "flow", "->"),
        ("| a | nevr |   | | | | | |", "flow", "never"),
        ("| a | ->   | b | | yse | | | |", "required", "yes"),
        ("| a | never | | same text | | | | |", "rule", None),
        ("| a | kept | b | | | | | |", "", None),
    ],
)
def test_a_wrong_cell_is_named_with_its_line_and_the_nearest_word(
    row: str, cell: str, did_you_mean: str | None
) -> None:
    [problem] = problems(chart(row))
    assert (problem.where.line, problem.where.cell, problem.did_you_mean) == (14, cell, did_you_mean)


def test_all_problems_of_a_file_are_reported_at_once() -> None:
    found = problems(chart("| a | | b | | | | | |", "| | -> | | | | | | |", "| c | -> | d | | maybe | | | |"))
    assert [one.where.line for one in found] == [14, 15, 16]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (CHART, "empty-table", 12),
        (BIND + "  @chart\n  Scenario Outline: x\n" + STEPS.format("chart"), "empty-table", 5),
        (BIND + "  Scenario: x\n", "no-steps", 4),
        (BIND + "  Scenario: x\n    And it starts in the middle\n", "first-step", 5),
        (BIND + "  Scenario: x\n    When a\n  Scenario: x\n    When b\n", "duplicate-scenario", 6),
        (
            BIND + "  @chrt\n  Scenario Outline: x\n    When a\n    Examples:\n      | a |\n      | 1 |\n",
            "unknown-tag",
            4,
        ),
        (
            BIND + "  @faults\n  Scenario Outline: x\n    When a\n    Examples:\n      | a |\n      | 1 |\n",
            "not-yet",
            5,
        ),
        (BIND + "  Scenario: x\n    When a <- b\n", "arrow-in-step", 5),
        (BIND + "  Scenario Outline: <b>\n    When a\n    Examples:\n      | a |\n      | 1 |\n", "placeholder", 4),
        (CHART.replace("colour", "Note") + "      | a | -> | b | | | | | |\n", "duplicate-column", 13),
        (
            CHART.replace("    Then this row of the chart holds\n", "") + "      | a | -> | b | | | | | |\n",
            "missing-step",
            11,
        ),
        (
            CHART.replace("| flow |", "| way |").replace("<flow>", "") + "      | a | -> | b | | | | | |\n",
            "missing-column",
            12,
        ),
        (
            CHART.replace("    Given each Candidate is a worker\n", "") + "      | a | -> | b | | | | | |\n",
            "unbound",
            11,
        ),
        (BIND + "    And each Placement is an assignment\n", "two-bindings", 4),
        ("@waived:until=2027-02-30\nFeature: F\n  because\n", "waiver-day", 1),
        ("@waived:until=2027-02-28\nFeature: F\n", "waiver-reason", 1),
        ("@must @should\nFeature: F\n", "two-tags", 1),
        ("@owner:\nFeature: F\n", "tag-value", 1),
    ],
)
def test_what_pytest_bdd_passes_in_silence_is_a_located_error(text: str, code: str, line: int) -> None:
    found = [(one.code, one.where.line) for one in problems(text)]
    assert found == [(code, line)]


def test_an_unknown_tag_offers_the_nearest_one() -> None:
    [problem] = problems("@ownr:dana\nFeature: F\n")
    assert problem.did_you_mean == "@owner:dana"


def test_a_tag_of_the_teams_own_is_accepted_when_the_toml_names_it() -> None:
    document = read_document("@smoke\nFeature: F\n", "f.feature", own_tags=("smoke",))
    assert document.tags == ("smoke",)


def test_broken_gherkin_is_told_with_line_and_column_in_words() -> None:
    [problem] = problems(BIND + "  Scenario: x\n    When a\n    Them b\n")
    assert str(problem).startswith("features/x/workers.feature:6:5\n  expected: a table row, ")
    assert problem.found == '"Them b"'


def test_a_row_with_a_cell_too_many_is_told_as_such() -> None:
    [problem] = problems(chart("| a | -> | b |"))
    assert (problem.code, problem.where.line) == ("uneven-row", 14)


def test_outline_names_may_repeat_for_tables_and_across_rules() -> None:
    outline = (
        "    @chart\n    Scenario Outline: <a> <flow> <b>\n"
        + STEPS.format("chart")
        + "      Examples:\n        | a | flow | b |\n        | x | -> | y |\n"
    )
    rule = "  Rule: {}\n    Background:\n      Given each Candidate is a {}\n" + outline
    document = read("Feature: F\n" + rule.format("Temps", "worker") + outline + rule.format("Perms", "hire"))
    assert [(one.group, len(one.rows)) for one in document.charts] == [("Temps", 1), ("Temps", 1), ("Perms", 1)]
    assert [(one.group, one.target) for one in document.bindings] == [("Temps", "worker"), ("Perms", "hire")]


def test_the_nearest_tag_wins() -> None:
    text = chart("| a | -> | b | | | | | |").replace("Feature:", "@owner:dana @must\nFeature:")
    text = text.replace("    Examples:", "    @owner:luis @should @waived:until=2027-01-31\n    Examples:")
    text = text.replace("Worker chart\n", "Worker chart\n      Agreed with Ann.\n")
    marked = read(text).charts[0].rows[0].labels
    assert (marked.owner, marked.must, marked.waived_until) == ("luis", "should", "2027-01-31")
    assert marked.waived_reason == "Agreed with Ann."
    assert marked.tags == ("chart", "owner:luis", "should", "waived:until=2027-01-31")


def test_keywords_may_be_in_another_language() -> None:
    document = read(
        """
        # language: de
        Funktionalität: Leute
          Grundlage:
            Angenommen each Candidate is a worker

          @chart
          Szenariogrundriss: <ATS> <flow> <app>
            Wenn the connector has been rehearsed
            Dann this row of the chart holds

            Beispiele: Tabelle
              | ATS | flow | app |
              | a   | ->   | b   |
        """
    )
    assert (document.name, document.charts[0].rows[0].ats.text) == ("Leute", "a")


def test_swapped_columns_are_noticed_when_their_headings_name_the_sides() -> None:
    text = CHART.replace("ATS field", "Shiftline field") + "      | a | -> | b | | | | | |\n"
    with pytest.raises(ScopeError, match="Shiftline field\", which is the app's"):
        read_document(text, "f.feature", {"bullhorn": "ats", "shiftline": "app"})


def test_values_population_and_exceptions_are_read() -> None:
    document = read(
        BIND
        + "  @values\n  Scenario Outline: <ATS status> means <app status>\n"
        + STEPS.format("table")
        + "    Examples: Worker status\n      | ATS status | app status | back to | match | why |\n"
        + "      | Placed | assigned | Placed | contains | so |\n"
        + "  @population\n  Scenario Outline: <who> <outcome>\n"
        + STEPS.format("population")
        + "    Examples: Who\n      | who | outcome |\n      | anyone else | never reaches the app |\n"
        + "  @exceptions\n  Scenario Outline: <statement> is <agreed>\n    Then this row holds\n"
        + "    Examples:\n      | statement | agreed | until | reason |\n"
        + "      | worker.phone | waived | 2027-01-31 | vendor ticket 7 |\n"
    )
    [value] = document.tables[0].rows
    assert (value.ats.text, value.app.text, value.back_to, value.match, value.why) == (
        "Placed",
        "assigned",
        "Placed",
        "contains",
        "so",
    )
    assert document.populations[0].rows[0].outcome.text == "never reaches the app"
    assert (document.exceptions[0].statement, document.exceptions[0].until) == ("worker.phone", "2027-01-31")


SHIFTS = """Feature: F

  @values
  Scenario Outline: <ATS shift> means <app shift>
    When the connector has been rehearsed
    Then this row of the table holds

    Examples: Shift
      | ATS shift | app shift | back to |
      | Days      | day       |         |
      | Early     | Day       | Early   |
      | Late      | late      |         |
"""


def test_one_row_says_for_all_with_the_same_app_value_what_it_becomes_on_the_way_back() -> None:
    [table] = read(SHIFTS).tables
    assert [one.back_to for one in table.rows] == ["Early", "Early", ""]


def test_two_rows_must_not_contradict_each_other_about_the_way_back() -> None:
    [found] = problems(SHIFTS.replace("| day       |         |", "| day       | Days    |"))
    assert (found.code, found.where.line, found.where.cell) == ("back-to", 11, "back to")
    assert found.expected == '"Days" as in line 10: "Day" becomes one value only'
    assert found.found == '"Early"'


@pytest.mark.parametrize("row", ["| a.b | waived |  | why |", "| a.b | waived | 2027-13-01 | why |"])
def test_an_exception_needs_a_real_day(row: str) -> None:
    text = (
        "Feature: F\n  @exceptions\n  Scenario Outline: <statement>\n    Then this row holds\n    Examples:\n"
        f"      | statement | agreed | until | reason |\n      {row}\n"
    )
    [problem] = problems(text)
    assert (problem.code, problem.where.line, problem.where.cell) == ("waiver-day", 7, "until")


@pytest.mark.parametrize(
    ("name", "charts", "rows"),
    [
        ("workers", 5, 48),
        ("contacts", 1, 12),
        ("jobs", 3, 30),
        ("assignments", 2, 26),
        ("messages", 1, 8),
        ("worksites", 1, 17),
    ],
)
def test_the_shipped_documents_are_read_whole(name: str, charts: int, rows: int) -> None:
    text = (SHIPPED / f"{name}.feature").read_text(encoding="utf-8")
    document = read_document(text, f"{name}.feature", {"bullhorn": "ats", "shiftline": "app"})
    assert (len(document.charts), sum(len(one.rows) for one in document.charts)) == (charts, rows)
