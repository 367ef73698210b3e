"""Where a finding is shown: the cell of a row, the key of a toml, and never a toml's value."""

from __future__ import annotations

import pytest

from signoff.errors import Place
from signoff.lint.places import Spot, cells, spot

TABLE = """\
Feature: F
    Examples: E
      | a field | flow | b field |  rule |
      # said
      | ü\\|x   | ->   |         | r s |
"""
TOML = 'signoff = 1\n[systems.app]\nname = "Rota"\n\n[connector.settings]\n"KEY" = "hunter2"\n[branches.south]\n'
TEXTS = {"f.feature": TABLE, "scope/a.toml": TOML, "scope/s.yaml": "a:\n  b: 1\n"}


def test_cells_are_told_apart_as_gherkin_does() -> None:
    assert cells(r"  | ü\|x | |  y |") == [(5, r"ü\|x"), (11, ""), (15, "y")]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place("f.feature", 5, cell="a field"), (5, 9, 4)),
        (Place("f.feature", 5, cell="B  Field"), (5, 25, 1)),
        (Place("f.feature", 5, cell="rule"), (5, 35, 3)),
        (Place("f.feature", 5), (5, 9, 29)),
        (Place("f.feature", 5, cell="no such"), (5, 9, 29)),
        (Place("f.feature", 2), (2, 5, 11)),
        (Place("f.feature", 1, column=3), (1, 3, 8)),
        (Place("f.feature", 99), (99, 0, 0)),
        (Place("f.feature"), (0, 0, 0)),
        (Place("s.yaml", 2, cell="a/b"), (2, 3, 4)),
        (Place("scope/a.toml", 3, cell="systems.app.name"), (3, 1, 4)),
        (Place("scope/a.toml", cell="[branches.south]"), (7, 1, 16)),
        (Place("scope/a.toml", cell="connector.settings.KEY"), (6, 1, 5)),
        (Place("scope/a.toml", cell="nothing"), (0, 0, 0)),
        (Place("[systems.app]", cell="name"), (3, 1, 4)),
    ],
)
def test_line_column_and_length(place: Place, expected: tuple[int, int, int]) -> None:
    found = spot(place, TEXTS, "scope/a.toml")
    assert (found.line, found.column, found.length) == expected


def test_a_file_beside_the_toml_is_named_from_the_root() -> None:
    assert spot(Place("s.yaml", 1), TEXTS, "scope/a.toml").file == "scope/s.yaml"


def test_a_value_of_the_toml_is_never_quoted() -> None:
    found = spot(Place("scope/a.toml", 6), TEXTS, "scope/a.toml")
    assert found == Spot("scope/a.toml", 6, 1, 5, '"KEY" = …')


def test_what_is_neither_key_nor_table_is_not_quoted_at_all() -> None:
    texts = {"a.toml": 'tags = [\n  "hunter2",\n]\n'}
    assert spot(Place("a.toml", 2), texts, "a.toml").quoted == ""
