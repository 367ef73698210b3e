"""Rehearse the edges of conditions with several parts through the whole stack: each decides alone at some time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from copying import Run
from figure_cases import day
from rig import DATE, TEXT, YES_NO, Integration, Rig, choice, failed, population, unproven
from test_population import NAME

Scope = Callable[[Any, Run], bool]
RED = ({"member:arrive"}, {"member:who:anyone-else"})
FIELDS = {"since": DATE, "until": DATE, "status": choice("Approved", "Lost"), "kind": TEXT, "vip": YES_NO}


def written(*rows: str) -> Integration:
    who = [(one, "reaches the app") for one in rows]
    return Integration(
        (NAME,), documents={"member": population(*who, ("anyone else", "never reaches the app"))}, fields=FIELDS
    )


def days(person: Any, name: str, run: Run) -> int | None:
    found = day(person[name])
    return None if found is None else (found - run.today).days


def employed(person: Any, run: Run, first: int = 0, last: int = 0, *, blank_first: bool = False) -> bool:
    """Tell whether a person is employed today; `first` and `last` move the boundaries by days."""
    since, until = days(person, "since", run), days(person, "until", run)
    begun = blank_first if since is None else since <= first
    return bool(person["status"] == "Approved" and begun and (until is None or until >= last))


OPEN_END = "until is blank or until is on or after today"


@pytest.mark.parametrize(
    "who",
    [
        f'status is "Approved" and since is on or before today and ({OPEN_END})',
        f'({OPEN_END}) and since is on or before today and status is "Approved"',
        f'not (status is not "Approved" or since is after today or since is blank or not ({OPEN_END}))',
    ],
)
def test_every_end_of_a_period_is_tried_with_all_else_fulfilled(who: str, tmp_path: Path) -> None:
    rig = Rig(tmp_path, written(who))
    assert unproven(rig.verdicts(scope=employed)) == {}
    wrong: dict[str, Scope] = {
        "from the day after": lambda p, r: employed(p, r, first=-1),
        "from the day before": lambda p, r: employed(p, r, first=1),
        "to the day before": lambda p, r: employed(p, r, last=1),
        "to the day after": lambda p, r: employed(p, r, last=-1),
        "without an end, to none": lambda p, r: employed(p, r) and p["until"] is not None,
        "without a beginning, from ever": lambda p, r: employed(p, r, blank_first=True),
    }
    for name, one in wrong.items():
        found = rig.verdicts(scope=one)
        assert failed(found) - {"member:held"} in RED, (name, unproven(found))


def test_a_row_below_others_is_tried_on_its_edges(tmp_path: Path) -> None:
    rig = Rig(tmp_path, written("vip is yes", 'status is "Approved" and until is on or after today'))

    def right(p: Any, r: Run, last: int = 0) -> bool:
        until = days(p, "until", r)
        return bool(p["vip"] is True or (p["status"] == "Approved" and until is not None and until >= last))

    assert unproven(rig.verdicts(scope=right)) == {}
    for last in (-1, 1):
        found = rig.verdicts(scope=lambda p, r, last=last: right(p, r, last))
        assert failed(found) - {"member:held"} in RED, (last, unproven(found))


TEXTS: dict[str, tuple[str, Callable[[str], bool], tuple[Callable[[str], bool], ...]]] = {
    "is": (
        'kind is "Contract"',
        lambda kind: kind == "Contract",
        (
            lambda kind: kind.strip() == "Contract",
            lambda kind: kind.casefold() == "contract",
            lambda kind: kind.startswith("Contract"),
            lambda kind: "Contract" in kind,
        ),
    ),
    "one of": (
        'kind is one of "Contract" or "Temp"',
        lambda kind: kind in ("Contract", "Temp"),
        (
            lambda kind: kind.strip() in ("Contract", "Temp"),
            lambda kind: kind.upper() in ("CONTRACT", "TEMP"),
            lambda kind: kind.startswith(("Contract", "Temp")),
        ),
    ),
    "is not": (
        'kind is not "Contract"',
        lambda kind: kind != "Contract",
        (
            lambda kind: kind.strip() != "Contract",
            lambda kind: kind.casefold() != "contract",
            lambda kind: not kind.startswith("Contract"),
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize("among", ["", ' and status is "Approved" and vip is yes'])
def test_a_text_is_tried_with_what_is_nearly_the_same(form: str, among: str, tmp_path: Path) -> None:
    who, right, wrong = TEXTS[form]
    rig = Rig(tmp_path, written(who + among))

    def scope(fits: Callable[[str], bool]) -> Scope:
        return lambda p, r: fits(p["kind"] or "") and (not among or (p["status"] == "Approved" and p["vip"] is True))

    assert unproven(rig.verdicts(scope=scope(right))) == {}
    for number, one in enumerate(wrong):
        found = rig.verdicts(scope=scope(one))
        assert failed(found) - {"member:held"} in RED, (number, unproven(found))
