"""How findings are written: for people, as JSON, as SARIF 2.1.0 and for GitHub."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from suites import P, linted_as, written

from signoff.errors import Place, Problem
from signoff.lint import formats
from signoff.lint.codes import Finding, Level
from signoff.lint.formats import Printed, printed

TEXTS = {"a.feature": "Feature: A\n    Examples: T\n      | one | two |\n      | x   | yy  |\n"}
ERROR = Finding(Level.ERROR, "flow", Problem(Place("a.feature", 4, "x", "two"), "a: b", "100 %,\nsaid", "z", "Do it."))
NOTE = Finding(Level.NOTE, "open-row", Problem(Place("a.feature", 2), "something", "nothing"))
WARNING = Finding(Level.WARNING, "no-link", Problem(Place("b c.feature"), "x", "y"))


@pytest.fixture
def three() -> list[Printed]:
    return printed([ERROR, NOTE, WARNING], TEXTS)


def test_for_people(three: list[Printed]) -> None:
    assert formats.text(three, "crm-rota") == (
        "a.feature\n"
        "  2:5  note  open-row\n"
        "      Examples: T\n"
        "      ^^^^^^^^^^^\n"
        "    expected: something\n"
        "    found:    nothing\n"
        "  4:15  error  flow\n"
        "      | x | yy |\n"
        "            ^^\n"
        "    expected: a: b\n"
        "    found:    100 %,\nsaid\n"
        "    did you mean: z\n"
        "    Do it.\n"
        "\n"
        "b c.feature\n"
        "  -  warning  no-link\n"
        "    expected: x\n"
        "    found:    y\n"
        "\n"
        "crm-rota: 1 error, 1 warning, 1 note\n"
    )


def test_nothing_found() -> None:
    assert formats.text([], "crm-rota") == "crm-rota: no findings\n"
    assert formats.github([]) == ""


def test_a_long_row_is_cut_around_the_caret() -> None:
    line = "      | " + " | ".join(f"cell {number:02}" for number in range(40)) + " |"
    texts = {"a.feature": "      | " + " | ".join(f"h{number}" for number in range(40)) + f" |\n{line}\n"}
    [one] = printed([Finding(Level.ERROR, "flow", Problem(Place("a.feature", 2, cell="h20"), "a", "b"))], texts)
    quoted, caret = formats.text([one]).splitlines()[2:4]
    assert quoted[caret.index("^") : caret.rindex("^") + 1] == "cell 20"
    assert quoted.strip().startswith("… ")
    assert quoted.endswith(" …")
    assert len(quoted) <= 6 + formats.WIDTH + 4


def test_as_json(three: list[Printed]) -> None:
    found = json.loads(formats.as_json(three))
    assert found["schema"] == "signoff-lint/1"
    assert found["counts"] == {"errors": 1, "warnings": 1, "notes": 1}
    assert found["findings"][1] == {
        "code": "flow",
        "level": "error",
        "file": "a.feature",
        "line": 4,
        "column": 15,
        "row": "x",
        "cell": "two",
        "expected": "a: b",
        "found": "100 %,\nsaid",
        "did_you_mean": "z",
        "how": "Do it.",
    }
    assert (found["findings"][2]["line"], found["findings"][2]["column"]) == (None, None)


def test_for_github(three: list[Printed]) -> None:
    # Escaping as actions/toolkit does it: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
    assert formats.github(three) == (
        "::notice file=a.feature,line=2,col=5,endColumn=16,title=open-row::Expected something, found nothing.\n"
        "::error file=a.feature,line=4,col=15,endColumn=17,title=flow::"
        "Expected a: b, found 100 %25,%0Asaid. Did you mean z? Do it.\n"
        "::warning file=b c.feature,title=no-link::Expected x, found y.\n"
    )


TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LEVELS = {"enum": ["none", "note", "warning", "error"]}
REGION = {
    "type": "object",
    "properties": {name: {"type": "integer", "minimum": 1} for name in ("startLine", "startColumn", "endColumn")},
    "required": ["startLine"],
    "additionalProperties": False,
}
ARTIFACT = {
    "type": "object",
    "required": ["uri"],
    "properties": {"uri": {"type": "string", "pattern": r"^[A-Za-z0-9._~/%-]+$"}},
    "additionalProperties": False,
}
SARIF = {
    # The parts of the OASIS schema of SARIF 2.1.0 that the log uses, none of them looser than there.
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"enum": ["2.1.0"]},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "additionalProperties": False,
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "additionalProperties": False,
                                "properties": {
                                    "name": {"type": "string"},
                                    "version": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "additionalProperties": False,
                                            "properties": {
                                                "id": {"type": "string"},
                                                "shortDescription": TEXT,
                                                "fullDescription": TEXT,
                                                "help": TEXT,
                                                "defaultConfiguration": {
                                                    "type": "object",
                                                    "properties": {"level": LEVELS},
                                                    "additionalProperties": False,
                                                },
                                            },
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": LEVELS,
                                "message": TEXT,
                                "locations": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "additionalProperties": False,
                                        "properties": {
                                            "physicalLocation": {
                                                "type": "object",
                                                "additionalProperties": False,
                                                "properties": {"artifactLocation": ARTIFACT, "region": REGION},
                                            }
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


def test_sarif_has_the_shape_of_its_schema(three: list[Printed]) -> None:
    log = json.loads(formats.sarif(three, "1.2"))
    jsonschema.Draft7Validator(SARIF).validate(log)
    run = log["runs"][0]
    assert run["tool"]["driver"]["version"] == "1.2"
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert [one["level"] for one in run["results"]] == ["note", "error", "warning"]
    places = [one["locations"][0]["physicalLocation"] for one in run["results"]]
    assert places[1] == {
        "artifactLocation": {"uri": "a.feature"},
        "region": {"startLine": 4, "startColumn": 15, "endColumn": 17},
    }
    assert places[2] == {"artifactLocation": {"uri": "b%20c.feature"}}


def test_sarif_without_findings_is_a_run_with_no_results() -> None:
    log = json.loads(formats.sarif([], "1.2"))
    jsonschema.Draft7Validator(SARIF).validate(log)
    assert log["runs"][0]["results"] == []


def test_no_format_shows_a_secret_of_the_toml(tmp_path: Path) -> None:
    suite = written(tmp_path, "scope/crm-rota.toml", 'SECRET = "hunter2-hunter2"', 'SECRET = ["hunter2-hunter2"]')
    found = linted_as(suite)
    assert [one.finding.code for one in found] == ["toml-value"]
    for text in (formats.text(found), formats.as_json(found), formats.sarif(found, "1"), formats.github(found)):
        assert "hunter2" not in text


def test_a_suite_below_the_readers_folder_is_named_from_there(tmp_path: Path) -> None:
    suite = written(tmp_path, P, "| firstName      |", "| fistName       |")
    from signoff.plugin.linting import linted

    found = linted(suite, "crm-rota")
    [one] = printed(found.findings, found.texts, found.toml, "acceptance/")
    assert one.at == f"acceptance/{P}:15:9"
