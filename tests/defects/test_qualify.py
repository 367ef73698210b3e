"""What `make qualify` plays, and when it ends with 1; the trials themselves are made up here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import qualify
from bench import CORRECT, Trial, known
from planted.register import BENIGN, DEFECTS
from witnesses import WITHOUT, caught_by

Task = tuple[tuple[str, ...], int]


def played(monkeypatch: pytest.MonkeyPatch, arguments: Sequence[str], checks: Sequence[str]) -> tuple[int, list[Task]]:
    """Run qualify on trials that all end right; the defects are caught by the checks in turn, each by one alone."""
    due: list[Task] = []

    def made_up(tasks: Sequence[Task], *_: Any, **__: Any) -> Iterator[Trial]:
        due.extend(tasks)
        for number, (group, seed) in enumerate(tasks):
            for name in group:
                klass = known(name).klass
                by = () if klass in ("BENIGN", "CORRECT") or not checks else (checks[number % len(checks)],)
                yield Trial(name, klass, seed, (), (), (), 0, 1, 0.0, by)

    monkeypatch.setattr(qualify, "_trials", made_up)
    return qualify.main(arguments), due


def test_what_is_right_is_played_in_as_many_seeds_as_asked_and_defects_in_fewer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, due = played(monkeypatch, ["--count", "2", "--correct", "5"], [])
    seeds = {name: sorted(seed for group, seed in due if name in group) for name in (CORRECT.name, *BENIGN, *DEFECTS)}
    assert {name for name, found in seeds.items() if found == [1, 2, 3, 4, 5]} == {CORRECT.name, *BENIGN}
    assert {name for name, found in seeds.items() if found == [1, 2]} == set(DEFECTS)


def test_a_check_that_no_defect_needs_ends_with_1_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checks = [name for name in caught_by([]) if name not in WITHOUT]
    assert played(monkeypatch, ["--seeds", "1"], checks)[0] == 0
    assert played(monkeypatch, ["--seeds", "1"], [one for one in checks if one != "check_privacy"])[0] == 1
    told = capsys.readouterr().out
    assert "no planted defect is caught by check_privacy alone: plant one, or say in WITHOUT why none can" in told


@pytest.mark.parametrize("part", [["CentsCutOff"], ["--slice", "1/2"]])
def test_of_a_part_of_the_defects_nothing_is_said_about_checks(
    monkeypatch: pytest.MonkeyPatch, part: list[str]
) -> None:
    assert played(monkeypatch, ["--seeds", "1", *part], ["check_mapping"])[0] == 0
