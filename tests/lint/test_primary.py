"""Errors about the flag of the primary one: what the toml names must be there, and yes or no."""

from __future__ import annotations

from pathlib import Path

import pytest
from suites import FILES, P, T, linted_as, written

from signoff.lint.codes import Level

LINKED = "is a person, with their primary Placement,"


@pytest.mark.parametrize(
    ("line", "at", "found", "meant"),
    [
        ('Placement = "isWorkFromHome"', None, None, None),
        ('Placement = "status"', '[primary] "Placement"', "`status`", None),
        ('Placement = "isWorkFromHom"', '[primary] "Placement"', "`isWorkFromHom`", "isWorkFromHome"),
        ('Placment = "isWorkFromHome"', '[primary] "Placment"', "`Placment`", "Placement"),
        ('"Candidate.placement" = "isWorkFromHome"', '[primary] "Candidate.placement"', "`placement`", "placements"),
        ('"Candidate.placements" = "isWorkFromHome"', None, None, None),
        ('"Candidate.placements" = "main"', '[primary] "Candidate.placements"', "`main`", None),
    ],
)
def test_what_the_toml_names(line: str, at: str | None, found: str | None, meant: str | None, tmp_path: Path) -> None:
    suite = written(tmp_path)
    (tmp_path / T).write_text(f"{FILES[T]}\n[primary]\n{line}\n", encoding="utf-8")
    errors = [one.finding for one in linted_as(suite) if one.finding.level is Level.ERROR]
    assert [(one.problem.where.cell, one.problem.found, one.problem.did_you_mean) for one in errors] == (
        [(at, found, meant)] if at else []
    )


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('Placement = "isWorkFromHome"', None),
        ('JobOrder = "isOpen"', "none: [primary] in scope/crm-rota.toml names no field for Placement"),
    ],
)
def test_a_binding_with_the_primary_one(line: str, found: str | None, tmp_path: Path) -> None:
    suite = written(tmp_path, P, "is a person,", LINKED)
    (tmp_path / T).write_text(f"{FILES[T]}\n[primary]\n{line}\n", encoding="utf-8")
    errors = [one.finding for one in linted_as(suite) if one.finding.level is Level.ERROR]
    assert [(one.code, one.problem.found) for one in errors] == ([("primary-flag", found)] if found else [])
    if found:
        [one] = errors
        assert one.problem.where.line == 5
        assert one.problem.how == (
            'Write `Placement = "FIELD"` under [primary] in the toml, with one of: isWorkFromHome.'
        )
