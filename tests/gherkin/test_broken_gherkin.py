"""Gherkin that cannot be read: what stands there, what was expected, how to go on."""

import pytest

from signoff.errors import ScopeError
from signoff.gherkin import read_document

FILE = "features/x/workers.feature"


def said(text: str) -> list[str]:
    with pytest.raises(ScopeError) as caught:
        read_document(text, FILE)
    return str(caught.value).split("\n\n")[0].splitlines()


@pytest.mark.parametrize(
    ("text", "where", "found", "how"),
    [
        ("", f"{FILE}:1", "no Feature", "Give the document a name: `Feature: Workers`."),
        (
            "Feature: A\n  Scenario: x\n    When a\nFeature: B\n",
            f"{FILE}:4:1",
            '"Feature: B"',
            "Put each Feature into a file of its own.",
        ),
        (
            "Feature: A\n  Scenario: x\n    When a\n  Background:\n    Given b\n",
            f"{FILE}:4:3",
            '"Background:"',
            "Keep one Background, before the first Scenario of its Feature or Rule.",
        ),
        (
            "Feature: A\n  Scenario Outline: x\n  | a |\n",
            f"{FILE}:4:1",
            "",
            "",
        ),
        (
            "Feature: A\n  Scenario: x\n    When a\n      | b | c |\n      | d |\n",
            f"{FILE}:5:7",
            "1 cell, and 2 in the heading",
            "Look for a missing | or write a | inside a cell as \\|.",
        ),
        (
            "Feature: A\n  @tag\n",
            f"{FILE}:3",
            "the end of the document",
            "Complete the document, or remove the last line.",
        ),
        (
            "# language: xx\nFeature: A\n",
            f"{FILE}:1:1",
            "xx",
            "Write its code, such as `de` or `en-au`; without the line it is English.",
        ),
        (
            "# language: de\nFeature: A\n",
            f"{FILE}:2:1",
            '"Feature: A"',
            "Begin the document with `Funktionalität:` and its name, as `# language: de` asks for, or remove that.",
        ),
        ("Feature : A\n", f"{FILE}:1:1", '"Feature : A"', "Begin the document with `Feature:` and its name."),
        ("Workers\nFeature: A\n", f"{FILE}:1:1", '"Workers"', "Begin the document with `Feature:` and its name."),
    ],
)
def test_where_what_and_how(text: str, where: str, found: str, how: str) -> None:
    if not found:
        # A line that begins with | is a description until there are Examples: nothing is wrong with the Gherkin,
        # and the outline has neither steps nor rows.
        assert said(text)[0].startswith(FILE)
        return
    lines = said(text)
    assert lines[0] == where
    assert f"  found:    {found}" in lines
    if how:
        assert lines[-1] == f"  {how}"


def test_a_country_behind_a_language_is_answered_with_the_language() -> None:
    assert "  did you mean: de" in said("# language: de_AT\nFeature: A\n")


HEAD = "Feature: A\n  Background:\n    Given each Candidate is a worker\n  @chart\n  Scenario Outline: x\n"
STEPS = "    When the connector has been rehearsed\n    Then this row of the chart holds\n    Examples:\n"


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ("      | flow | app field |\n      | -> | a |\n", "flow as the first column"),
        ("      | ATS field | flow |\n      | a | -> |\n", "flow as the last column"),
        ("      | ATS field | flow | app field | must |\n      | a | -> | b | perhaps |\n", '"perhaps"'),
    ],
)
def test_columns_that_cannot_be_meant(table: str, found: str) -> None:
    assert f"  found:    {found}" in said(HEAD + STEPS + table)


def test_columns_for_grade_owner_and_ticket_label_their_row() -> None:
    table = (
        "      | ATS field | flow | app field | must | owner | ticket |\n      | a | -> | b | should | dana | ABC-1 |\n"
    )
    labels = read_document(HEAD + STEPS + table, FILE).charts[0].rows[0].labels
    assert (labels.must, labels.owner, labels.ticket) == ("should", "dana", "ABC-1")
