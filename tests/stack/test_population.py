"""Rehearse populations, flows and branches through the whole stack: right green, wrong red, in exactly its row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import copying
import pytest
from copying import Link, Row, Run
from figure_cases import CHICAGO, day
from rig import (
    AMOUNT,
    DATE,
    LONG,
    NUMBER,
    POPULATION,
    TEXT,
    VALUES,
    YES_NO,
    Case,
    Integration,
    Rig,
    chart,
    choice,
    failed,
    population,
    table,
    to,
    unproven,
    values,
)

NAME = Case("name", "same text", lambda r: r.a, required=True)
Scope = Callable[[Any, Run], bool]


def jobs(record: Any, run: Run, fits: Callable[[Any], bool] = lambda one: True) -> int:
    """Count the placements of a person that fit."""
    return sum(1 for one in run.all(copying.ATS, "placements") if one["person"] == record["id"] and fits(one))


def distance(record: Any, name: str, run: Run) -> int | None:
    found = day(record[name])
    return None if found is None else (found - run.today).days


def approved(one: Any) -> bool:
    return bool(one["status"] == "Approved")


def within(record: Any, run: Run, test: Callable[[int], bool]) -> bool:
    found = distance(record, "since", run)
    return found is not None and test(found)


PLACED: dict[tuple[str, str], Any] = {("ats", "Placement"): {"status": choice("Approved", "Lost"), "person": to("Person")}, ("app", "Shift"): {"external_id": TEXT}}
FIELDS = {"status": choice("Active", "Gone", "Other"), "kind": TEXT, "since": DATE, "score": NUMBER, "vip": YES_NO}

WHO: dict[str, tuple[str, Scope, tuple[Scope, ...]]] = {
    "is": ('status is "Active"', lambda p, r: p["status"] == "Active", (lambda p, r: p["status"] != "Gone",)),
    "is_not": ('status is not "Gone"', lambda p, r: p["status"] != "Gone", (lambda p, r: p["status"] == "Active",)),
    "one_of": ('status is one of "Active" or "Gone"', lambda p, r: p["status"] in ("Active", "Gone"), (lambda p, r: p["status"] == "Active",)),
    "yes": ("vip is yes", lambda p, r: p["vip"] is True, (lambda p, r: p["vip"] is not False,)),
    "blank": ("kind is blank", lambda p, r: not (p["kind"] or "").strip(), (lambda p, r: p["kind"] is None,)),
    "filled": ("kind is filled", lambda p, r: bool((p["kind"] or "").strip()), (lambda p, r: p["kind"] is not None,)),
    "contains": ('kind contains "perm"', lambda p, r: "perm" in (p["kind"] or ""), (lambda p, r: "perm" in (p["kind"] or "").lower(),)),
    "matches": ('kind matches "[A-Z]+"', lambda p, r: (p["kind"] or "").isascii() and (p["kind"] or "").isalpha() and p["kind"].isupper(), (lambda p, r: bool(p["kind"]),)),
    "above": ("score > 5", lambda p, r: (p["score"] or 0) > 5, (lambda p, r: (p["score"] or 0) >= 5,)),
    "at_least": ("score >= 5", lambda p, r: (p["score"] or 0) >= 5, (lambda p, r: (p["score"] or 0) > 5,)),
    "fixed": ("since is on or after 2026-03-01", lambda p, r: (p["since"] or "") >= "2026-03-01", (lambda p, r: (p["since"] or "") > "2026-03-01",)),
    "today": ("since is on or before today", lambda p, r: within(p, r, lambda n: n <= 0), (lambda p, r: within(p, r, lambda n: n < 0), lambda p, r: within(p, r, lambda n: n <= 10))),
    "within": ("since is within 14 days", lambda p, r: within(p, r, lambda n: abs(n) <= 14), (lambda p, r: within(p, r, lambda n: n <= 14),)),
    "some": ('some Placement has (status is "Approved")', lambda p, r: jobs(p, r, approved) > 0, (lambda p, r: jobs(p, r) > 0, lambda p, r: True)),
    "no": ('no Placement has (status is "Approved")', lambda p, r: jobs(p, r, approved) == 0, (lambda p, r: jobs(p, r) == 0, lambda p, r: True)),
    "every": ('every Placement has (status is "Approved")', lambda p, r: jobs(p, r, approved) == jobs(p, r), (lambda p, r: True,)),
    "more": ('more than 1 Placements have (status is "Approved")', lambda p, r: jobs(p, r, approved) > 1, (lambda p, r: jobs(p, r, approved) > 0,)),
    "fewer": ("fewer than 2 Placements", lambda p, r: jobs(p, r) < 2, (lambda p, r: jobs(p, r) < 1, lambda p, r: True)),
    "not": ('not (status is "Gone" or vip is yes)', lambda p, r: p["status"] != "Gone" and p["vip"] is not True, (lambda p, r: p["status"] != "Gone",)),
    "both": ('status is "Active" and vip is yes', lambda p, r: p["status"] == "Active" and p["vip"] is True, (lambda p, r: p["status"] == "Active", lambda p, r: p["vip"] is True)),
    "setting": ("kind is setting office", lambda p, r: (p["kind"] or "").strip() == "Peoria", (lambda p, r: True,)),
}  # fmt: skip


def written(who: str) -> Integration:
    return Integration(
        (NAME,),
        documents={"member": population((who, "reaches the app"), ("anyone else", "never reaches the app"))},
        fields=FIELDS,
        others=PLACED,
        toml='[entities.placement]\nats = "Placement"\napp = "Shift"\n[settings]\noffice = "Peoria"\n',
    )


@pytest.mark.parametrize("form", WHO)
def test_who_reaches_the_app(form: str, tmp_path: Path) -> None:
    who, right, wrong = WHO[form]
    rig = Rig(tmp_path, written(who))
    found = rig.verdicts(scope=right)
    assert unproven(found) == {}
    rows = {name for name in found if ":who:" in name}
    for one in wrong:
        red = failed(rig.verdicts(scope=one))
        assert red & (rows | {"member:arrive", "member:once"}), f"not noticed: {form}"
        assert red <= rows | {"member:arrive", "member:once", "member:outside"}
