"""Rehearse the record that a binding links: right green, wrong red, in exactly the rows that read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import copying
import pytest
from copying import Row
from rig import AMOUNT, DATE, NUMBER, TEXT, YES_NO, Case, Integration, Rig, choice, failed, unproven

Choose = Callable[[list[Any]], Any]

NAME = Case("name", "same text", lambda r: r.a, required=True)
PERSON = {"type": "integer", "x-type": "reference to Person"}
RATE, SINCE = "member.rate", "member.since"


def jobs(r: Row) -> list[Any]:
    """Return the placements of a person, in the order of their ids."""
    found = [one for one in r.run.all(copying.ATS, "placements") if one["person"] == r.record["id"]]
    return sorted(found, key=lambda one: int(one["id"]))


def approved(found: Iterable[Any]) -> list[Any]:
    return [one for one in found if one["status"] == "Approved"]


def latest(found: Iterable[Any]) -> Any:
    """Take the greatest `since`; blank stands behind, and of equal ones the higher id is meant."""
    return max(found, key=lambda one: (one["since"] is not None, one["since"] or 0, int(one["id"])), default=None)


def first(found: Iterable[Any]) -> Any:
    given = list(found)
    dated = [one for one in given if one["since"] is not None]
    least = min((one["since"] for one in dated), default=None)
    return last([one for one in given if one["since"] == least])


def last(found: Iterable[Any]) -> Any:
    return max(found, key=lambda one: int(one["id"]), default=None)


def lowest(found: Iterable[Any]) -> Any:
    return min(found, key=lambda one: int(one["id"]), default=None)


def backwards(found: Iterable[Any], choose: Choose) -> Any:
    """Choose as ever, and of several that stand at one place the one with the lower id."""
    given = list(found)
    best = choose(given)
    return lowest([one for one in given if best is not None and one["since"] == best["since"]])


def blank_as_latest(found: Iterable[Any]) -> Any:
    given = list(found)
    return last([one for one in given if one["since"] is None]) or latest(given)


def blank_as_first(found: Iterable[Any]) -> Any:
    given = list(found)
    return last([one for one in given if one["since"] is None]) or first(given)


def rows(choose: Choose) -> tuple[Case, ...]:
    """Return rows that read the linked record as a connector chooses it."""

    def of(name: str) -> Callable[[Row], Any]:
        return lambda r: (choose(jobs(r)) or {}).get(name)

    return (
        Case("rate", "same amount", of("rate"), gives=AMOUNT, sends={}, cell="Placement.rate"),
        Case("since", "", of("since"), gives={}, sends={}, cell="Placement.since", on_blank=True),
    )


def written(words: str, choose: Choose, since: Any, toml: str = "") -> Integration:
    rate, day = rows(choose)
    placement = {"person": PERSON, "rate": AMOUNT, "since": since, "status": choice("Approved", "Lost")}
    marks = {"main": YES_NO, "isPrimary": YES_NO} if toml else {}
    return Integration(
        (NAME, rate, Case(day.name, "", day.right, gives=since, sends={}, cell=day.cell, on_blank=True)),
        binding=f"Given each Person is a member, with their {words}",
        others={
            ("ats", "Placement"): {**placement, **marks},
            ("app", "Shift"): {"external_id": TEXT},
        },
        toml='[entities.placement]\nats = "Placement"\napp = "Shift"\n' + toml,
        ids={"type": "integer"},
    )


APPROVED = 'where status is "Approved"'
BOTH = {RATE, SINCE}

PICKS: dict[str, tuple[str, Any, Choose, tuple[tuple[Choose, set[str]], ...]]] = {
    "latest": (
        f"latest Placement by since {APPROVED}",
        DATE,
        lambda found: latest(approved(found)),
        (
            (latest, BOTH),
            (lambda found: first(approved(found)), BOTH),
            (lambda found: last(approved(found)), BOTH),
            (lambda found: lowest(approved(found)), BOTH),
            (lambda found: backwards(approved(found), latest), {RATE}),
            (lambda found: blank_as_latest(approved(found)), BOTH),
            (lambda found: latest(approved(found)) if approved([latest(found)]) else None, BOTH),
        ),
    ),
    "first": (
        f"first Placement by since {APPROVED}",
        DATE,
        lambda found: first(approved(found)),
        (
            (first, BOTH),
            (lambda found: latest(approved(found)), BOTH),
            (lambda found: last(approved(found)), BOTH),
            (lambda found: lowest(approved(found)), BOTH),
            (lambda found: backwards(approved(found), first), {RATE}),
            (lambda found: blank_as_first(approved(found)), BOTH),
        ),
    ),
    "latest by number": (
        "latest Placement by since",
        NUMBER,
        latest,
        (
            (first, BOTH),
            (last, BOTH),
            (lowest, BOTH),
            (lambda found: backwards(found, latest), {RATE}),
            (blank_as_latest, BOTH),
        ),
    ),
    "first by number": (
        "first Placement by since",
        NUMBER,
        first,
        (
            (latest, BOTH),
            (last, BOTH),
            (lowest, BOTH),
            (lambda found: backwards(found, first), {RATE}),
            (blank_as_first, BOTH),
        ),
    ),
    "latest by id": (
        f"latest Placement {APPROVED}",
        DATE,
        lambda found: last(approved(found)),
        ((last, BOTH), (lambda found: lowest(approved(found)), BOTH)),
    ),
    "first by id": (
        f"first Placement {APPROVED}",
        DATE,
        lambda found: lowest(approved(found)),
        ((lowest, BOTH), (lambda found: last(approved(found)), BOTH)),
    ),
}


@pytest.mark.parametrize("pick", PICKS)
def test_one_of_several_in_order(pick: str, tmp_path: Path) -> None:
    words, since, right, wrong = PICKS[pick]
    rig = Rig(tmp_path, written(words, right, since))
    assert unproven(rig.verdicts()) == {}
    for number, (choose, red) in enumerate(wrong):
        found = rig.verdicts({case.name: case.right for case in rows(choose)})
        assert failed(found) == red, (number, unproven(found, red))
        assert unproven(found, red) == {}, number


def only(found: list[Any]) -> Any:
    if len(found) > 1:
        raise copying.Held("several placements")
    return found[0] if found else None


HELD = "member:held"

ONLY: dict[str, tuple[str, Choose, tuple[tuple[Choose, set[str]], ...]]] = {
    "one that fulfils": (
        f"only Placement {APPROVED}",
        lambda found: only(approved(found)),
        (
            (lambda found: last(approved(found)), {HELD}),
            (lambda found: lowest(approved(found)), {HELD}),
            (lambda found: None if len(approved(found)) > 1 else last(approved(found)), {HELD}),
            (only, {"member:arrive"}),
        ),
    ),
    "one at all": ("only Placement", only, ((last, {HELD}), (lowest, {HELD}))),
}


@pytest.mark.parametrize("form", ONLY)
def test_several_are_bad_data_where_there_is_to_be_one(form: str, tmp_path: Path) -> None:
    words, right, wrong = ONLY[form]
    rig = Rig(tmp_path, written(words, right, DATE))
    assert unproven(rig.verdicts()) == {}
    for number, (choose, red) in enumerate(wrong):
        found = rig.verdicts({case.name: case.right for case in rows(choose)})
        assert failed(found) == red, (number, unproven(found, red))


def marked(found: Iterable[Any], flag: str = "main") -> list[Any]:
    return [one for one in found if one[flag] is True]


PRIMARY: dict[str, tuple[str, Choose, tuple[Choose, ...]]] = {
    "marked": (
        "primary Placement",
        lambda found: last(marked(found)),
        (
            last,
            lowest,
            lambda found: lowest(marked(found)),
            lambda found: last(marked(found)) or last(found),
            lambda found: last([one for one in found if one["main"] is not False]),
        ),
    ),
    "marked and fulfilling": (
        f"primary Placement {APPROVED}",
        lambda found: last(marked(approved(found))),
        (
            lambda found: last(marked(found)),
            lambda found: last(approved(found)),
            lambda found: lowest(marked(approved(found))),
        ),
    ),
}


@pytest.mark.parametrize("form", PRIMARY)
def test_the_primary_one_is_told_by_the_flag_that_the_toml_names(form: str, tmp_path: Path) -> None:
    words, right, wrong = PRIMARY[form]
    rig = Rig(tmp_path, written(words, right, DATE, '[primary]\nPlacement = "main"\n'))
    assert unproven(rig.verdicts()) == {}
    for number, choose in enumerate(wrong):
        found = rig.verdicts({case.name: case.right for case in rows(choose)})
        assert failed(found) == BOTH, (number, unproven(found, BOTH))
