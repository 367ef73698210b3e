"""What the toml names of the systems, and tells the connector, is there; nothing misspelt is obeyed in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from suites import TOML, T, linted_as, written

from signoff.lint.codes import Level
from signoff.settings import find_suite

ENTITY = 'ats = "Candidate"\n'
BRANCH = "[branches.south]"
SECRET = 'SECRET = "hunter2-hunter2"'
TARGET = 'target = "fixtures/connector:Connector"'
EITHER = "a field of Candidate (Bullhorn) or a field of Person (Rota)"
ARROW = "two fields with an arrow: `id -> external_id`"


def told(folder: Path, old: str, new: str) -> tuple[str, str, str, str | None] | None:
    suite = written(folder, T, old, new)
    errors = [one.finding for one in linted_as(suite) if one.finding.level is Level.ERROR]
    if not errors:
        return None
    problem = errors[0].problem
    return errors[0].code, problem.expected, problem.found, problem.did_you_mean


@pytest.mark.parametrize(
    ("key", "expected", "found", "meant"),
    [
        ('link = "id = external_id"', ARROW, "`id = external_id`", None),
        ('link = "id -> externl_id"', "a field of Person (Rota)", "`externl_id`", "external_id"),
        ('link = "idd -> external_id"', "a field of Candidate (Bullhorn)", "`idd`", "id"),
        ('matching = ["emial"]', EITHER, "`emial`", "email"),
        ('matching = ["email and phon"]', EITHER, "`phon`", "phone"),
        ('matching = [" "]', "a field, or several with `and`", "` `", None),
        ('unique = ["emial"]', EITHER, "`emial`", "email"),
        ('technical = ["emial"]', EITHER, "`emial`", "email"),
        ('words = [" "]', "words", "` `", None),
        ('period = { begins = "dateAvailabl", ends = "dateAvailable" }', EITHER, "`dateAvailabl`", "dateAvailable"),
        ("archived = 'statu is \"Archive\"'", EITHER, "`statu`", "status"),
    ],
)
def test_a_key_of_an_entity(key: str, expected: str, found: str, meant: str | None, tmp_path: Path) -> None:
    assert told(tmp_path, ENTITY, f"{ENTITY}{key}\n") == ("toml-name", expected, found, meant)


def test_keys_that_name_what_is_there(tmp_path: Path) -> None:
    keys = 'link = "id -> external_id"\nmatching = ["email", "mobile and phone"]\nunique = ["email"]\n'
    assert told(tmp_path, ENTITY, ENTITY + keys) is None
    states = '[states.person]\ngone = { state = "busy" }\n[technical]\nCandidate = ["type"]\nPerson = ["state"]\n'
    assert told(tmp_path, BRANCH, states + BRANCH) is None
    assert told(tmp_path, SECRET, 'SECRET = "{ats.url} and {app.url} in {curly} braces"'.replace("{curly}", "")) is None


@pytest.mark.parametrize(
    ("table", "expected", "found", "meant"),
    [
        ('[technical]\nCandidat = ["type"]', "an entity of one of the two systems", "`Candidat`", "Candidate"),
        ('[technical]\nPerson = ["stat"]', "a field of Person (Rota)", "`stat`", "state"),
        ('[states.persn]\ngone = { state = "busy" }', "an entity of the toml", "`persn`", "person"),
        (
            '[states.person]\ngone = { stat = "busy" }',
            "a field of Person (Rota) or a field of Candidate (Bullhorn)",
            "`stat`",
            "state",
        ),
        ("[states.person]\ngone = {}", "a table of fields and values", "`{}`", None),
        ("[states.person]\ngone = { state = [] }", "a value, or a list of those that will do", "`[]`", None),
    ],
)
def test_a_table_of_names(table: str, expected: str, found: str, meant: str | None, tmp_path: Path) -> None:
    assert told(tmp_path, BRANCH, f"{table}\n{BRANCH}") == ("toml-name", expected, found, meant)


@pytest.mark.parametrize(("name", "meant"), [("app.tokn", None), ("ats.usernam", "ats.username"), ("setting.x", None)])
def test_a_name_in_braces_that_no_system_gives(name: str, meant: str | None, tmp_path: Path) -> None:
    code, expected, found, near = told(tmp_path, SECRET, f'SECRET = "{{{name}}}"') or ("", "", "", None)
    assert (code, expected, found) == ("toml-placeholder", "a name that a system or [settings] gives", f"{{{name}}}")
    assert meant is None or near == meant


@pytest.mark.parametrize("target", ["connector", ":", "fixtures/connector:", ":Connector"])
def test_a_target_that_names_no_attribute(target: str, tmp_path: Path) -> None:
    found = told(tmp_path, TARGET, f'target = "{target}"')
    form = "`path/to/package:Attribute` in the suite, or `module:attribute`"
    assert found == ("toml-connector", form, f'"{target}"', None)


@pytest.mark.parametrize(
    ("key", "expected", "found", "meant"),
    [
        ("requests_per_minut = 5", None, "`requests_per_minut`", "requests_per_minute"),
        ("requests_per_minute = -1", "a whole number from 0 to 1,000,000", "-1", None),
        ('requests_per_minute = "many"', "a whole number from 0 to 1,000,000", "str", None),
        ("search_all_fields = 1", "true or false", "1", None),
        ('confidential = "ssn"', "a list of texts", "str", None),
    ],
)
def test_a_key_of_bullhorn_s_own(key: str, expected: str | None, found: str, meant: str | None, tmp_path: Path) -> None:
    code, wanted, came, near = told(tmp_path, 'name = "Bullhorn"', f'name = "Bullhorn"\n{key}') or ("", "", "", None)
    assert (code, came, near) == ("system-options", found, meant)
    assert wanted == (expected or wanted)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ('sync_every = "0.1 seconds"', "a duration from 1 second to 366 days"),
        (f'sync_every = "{"9" * 300} days"', "a duration from 1 second to 366 days"),
        ('sync_every = "0 minutes"', 'a duration above 0 such as "15 minutes" or "2 hours"'),
        ("sync_every = nan", 'a duration above 0 such as "15 minutes" or "2 hours"'),
        ("settles_within = 101", "a whole number of at most 100"),
        ("settles_within = true", "a whole number above 0"),
        (f"settles_within = {'9' * 5000}", "TOML that ends"),
        (f"tags = {'[' * 5000}{']' * 5000}", "TOML that ends"),
    ],
)
def test_numbers_and_durations_that_nobody_can_mean(key: str, expected: str, tmp_path: Path) -> None:
    zone = 'zone = "America/Chicago"'
    found = told(tmp_path, zone, f"{zone}\n{key}")
    assert found is not None
    assert found[1] == expected


@pytest.mark.parametrize("value", ["true", '"1"'])
def test_what_was_meant_to_opt_in_is_told(value: str, tmp_path: Path) -> None:
    found = told(tmp_path, "signoff = 1", f"signoff = {value}")
    assert found is not None
    assert found[:2] == ("toml-value", "a whole number above 0")
    assert find_suite(tmp_path) is not None


def unheard(folder: Path, keys: str) -> list[tuple[str, str, str, str]]:
    suite = written(folder, T, ENTITY, f"{ENTITY}matching = {keys}\n")
    return [
        (str(one.at), one.finding.level.value, one.finding.problem.expected, one.finding.problem.found)
        for one in linted_as(suite)
        if one.finding.code == "matching-unheard"
    ]


def test_keys_that_a_binding_says_otherwise_are_told(tmp_path: Path) -> None:
    line = TOML[: TOML.index(ENTITY)].count("\n") + 2
    assert unheard(tmp_path, '["phone", "external_id"]') == [
        (f"{T}:{line}:1", "warning", "the keys of its binding: external_id", "phone, external_id")
    ]


def test_keys_that_a_binding_says_too_are_no_matter(tmp_path: Path) -> None:
    assert unheard(tmp_path, '["external_id"]') == []
