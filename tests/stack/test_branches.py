"""Rehearse records that move from one branch to another: who fixes the branch when a record is made is red."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import copying
import pytest
from copying import Row
from figure_cases import NAME
from rig import (
    DATE,
    NUMBER,
    TEXT,
    VALUES,
    YES_NO,
    Case,
    Integration,
    Rig,
    chart,
    choice,
    failed,
    unproven,
    values,
)

from signoff.strategies.rehearsal import draw

Office = Callable[[Row], str]
"""Say by whose rules a record goes: an office, or nothing for the general rows."""

NICKS: Mapping[str, Callable[[str], str]] = {"CHI": str.upper, "NYC": lambda text: f"NY {text}", "": str}
STANDINGS = {
    "CHI": {"Active": "CHI on", "Gone": "CHI off"},
    "NYC": {"Active": "NYC on"},
    "": {"Active": "on", "Gone": "off"},
}


def nick(office: Office) -> Callable[[Row], str | None]:
    return lambda r: NICKS[office(r)](r.a.strip()) if r.a is not None else None


def standing(office: Office) -> Callable[[Row], str | None]:
    def made(r: Row) -> str | None:
        return None if r.a is None else STANDINGS[office(r)].get(r.a) or STANDINGS[""].get(r.a, "other")

    return made


class Sticks:
    """Remember the branch that a record had first; `leaves` and `comes`: but notice that it leaves one, or comes."""

    def __init__(self, right: Office, leaves: bool = False, comes: bool = False) -> None:
        self.right, self.leaves, self.comes = right, leaves, comes
        self.known: dict[str, str] = {}

    def __call__(self, r: Row) -> str:
        now, key = self.right(r), str(r.record["id"])
        first = self.known.setdefault(key, now)
        if (self.comes and not first) or (self.leaves and not now):
            self.known[key] = now
        return self.known[key]


def general(office: Office) -> tuple[Case, ...]:
    return (
        NAME,
        Case("nick", "same text", nick(office)),
        Case("standing", 'look up in "Standing"', standing(office), sends={"a": choice("Active", "Gone", "Other")}),
    )


def branch(name: str, rule: str, *rows: tuple[str, str]) -> str:
    text = chart(f"In {name}", [("nick_a", "->", "nick", rule, "")], tags=f"@branch:{name}")
    return text + VALUES.replace("@values", f"@values @branch:{name}") + values("Standing", *rows)


TABLE = VALUES + values("Standing", ("Active", "on"), ("Gone", "off"), ("anything else", "other"))
CHICAGO = branch("chicago", "upper case", ("Active", "CHI on"), ("Gone", "CHI off"))
NEW_YORK = branch("newyork", '"NY " + nick_a', ("Active", "NYC on"))


@dataclass(frozen=True)
class Told:
    """Hold one way in which a branch is told: its condition, what it needs, and who understands it."""

    where: str
    office: Office
    fields: Mapping[str, Any] = field(default_factory=dict)
    others: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    binding: str = "Given each Person is a member"
    toml: str = ""

    def integration(self) -> Integration:
        return Integration(
            general(self.office),
            documents={"member": TABLE + CHICAGO},
            fields=self.fields,
            others=self.others,
            toml=f"{self.toml}[branches.chicago]\nwhere = '{self.where}'\n",
            binding=self.binding,
            ids={"type": "integer"},
        )


def of(code: Any) -> str:
    return "CHI" if code == "CHI" else ""


def site(r: Row) -> Any:
    return next((one for one in r.run.all(copying.ATS, "sites") if one["id"] == r.record["site"]), None)


def jobs(r: Row) -> list[Any]:
    return [one for one in r.run.all(copying.ATS, "placements") if one["person"] == r.record["id"]]


def latest(r: Row) -> Any:
    found = max(jobs(r), key=lambda one: (one["since"] or "", one["id"]), default=None)
    return found["site"] if found is not None else None


SITES = {("ats", "Site"): {"name": TEXT, "code": TEXT}, ("app", "Place"): {"name": TEXT}}
SITE = '[entities.site]\nats = "Site"\napp = "Place"\n'
PERSON = {"type": "integer", "x-type": "reference to Person"}
PLACED = {
    ("ats", "Placement"): {"person": PERSON, "site": choice("CHI", "NYC"), "since": DATE},
    ("app", "Shift"): {"name": TEXT},
}
PLACEMENT = '[entities.placement]\nats = "Placement"\napp = "Shift"\n'

WAYS: dict[str, Told] = {
    "a field": Told('office is "CHI"', lambda r: of(r.record["office"]), {"office": TEXT}),
    "a yes/no": Told("local is yes", lambda r: "CHI" if r.record["local"] is True else "", {"local": YES_NO}),
    "two fields": Told(
        'office is "CHI" and score > 5',
        lambda r: "CHI" if r.record["office"] == "CHI" and (r.record["score"] or 0) > 5 else "",
        {"office": TEXT, "score": NUMBER},
    ),
    "a record that is referred to": Told(
        'site.code is "CHI"',
        lambda r: of((site(r) or {}).get("code")),
        {"site": {"type": "integer", "x-type": "reference to Site"}},
        SITES,
        toml=SITE,
    ),
    "records that refer to it": Told(
        'some Placement has (site is "CHI")',
        lambda r: "CHI" if any(one["site"] == "CHI" for one in jobs(r)) else "",
        others=PLACED,
        toml=PLACEMENT,
    ),
    "the linked record": Told(
        'Placement.site is "CHI"',
        lambda r: of(latest(r)),
        others=PLACED,
        binding="Given each Person is a member, with their latest Placement by since",
        toml=PLACEMENT,
    ),
}


@pytest.fixture(params=WAYS)
def told(request: pytest.FixtureRequest) -> Told:
    return WAYS[request.param]


def test_who_moves_to_a_branch_and_back_goes_by_its_rules_from_then_on(told: Told, tmp_path: Path) -> None:
    rig = Rig(tmp_path, told.integration())
    assert unproven(rig.verdicts()) == {}
    # Whoever stays for ever what they were first shows both rows wrong, and the row whose table is another.
    found = rig.verdicts({"nick": nick(Sticks(told.office)), "standing": standing(Sticks(told.office))})
    assert failed(found) == {"member.nick", "member.nick/chicago", "member.standing"}
    assert unproven(found, failed(found)) == {}
    found = rig.verdicts({"nick": nick(Sticks(told.office, leaves=True))})
    assert failed(found) == {"member.nick/chicago"}
    assert found["member.nick/chicago"].counterexample is not None
    assert found["member.nick/chicago"].counterexample.note == "it has come to the branch chicago"
    found = rig.verdicts({"nick": nick(Sticks(told.office, comes=True))})
    assert failed(found) == {"member.nick"}
    assert found["member.nick"].counterexample is not None
    assert found["member.nick"].counterexample.note == "it has left the branch chicago"


def test_a_wrong_value_after_a_move_would_be_noticed(told: Told, tmp_path: Path) -> None:
    found = Rig(tmp_path, told.integration()).weighed()
    assert unproven(found) == {}
    for row in ("member.nick", "member.nick/chicago", "member.standing"):
        assert "stale" in found[row].noticed["moved to another branch"]


def test_a_record_that_is_referred_to_moves_those_who_refer_to_it(tmp_path: Path) -> None:
    told = WAYS["a record that is referred to"]
    codes: dict[Any, Any] = {}

    def first_code(r: Row) -> str:
        found = site(r)
        return of(codes.setdefault(found["id"], found["code"])) if found is not None else ""

    found = Rig(tmp_path, told.integration()).verdicts({"nick": nick(first_code)})
    assert failed(found) == {"member.nick", "member.nick/chicago"}


def named(r: Row) -> str:
    return r.record["office"] if r.record["office"] in ("CHI", "NYC") else ""


TWO = Integration(
    general(named),
    documents={"member": TABLE + CHICAGO + NEW_YORK},
    fields={"office": TEXT},
    toml="[branches.chicago]\nwhere = 'office is \"CHI\"'\n[branches.newyork]\nwhere = 'office is \"NYC\"'\n",
)


@pytest.mark.parametrize("effort", ["quick", "standard"])
def test_every_move_is_made(effort: str, tmp_path: Path) -> None:
    script = draw(Rig(tmp_path, TWO).agreement, 3, effort)
    moves = set()
    offices: dict[str, str] = {}
    for plan in (plan for phase in script.phases for plan in phase.plans if plan.entity == "Person"):
        now = {"CHI": "CHI", "NYC": "NYC"}.get(plan.fields.get("office", offices.get(plan.name, "")), "")
        if plan.kind == "update":
            moves.add((offices[plan.name], now))
        offices[plan.name] = now
    places = ("CHI", "NYC", "")
    assert moves >= {(one, other) for one in places for other in places if one != other}


def test_from_one_branch_to_another(tmp_path: Path) -> None:
    rig = Rig(tmp_path, TWO)
    assert unproven(rig.verdicts()) == {}
    # Coming from nowhere and leaving altogether are noticed; from Chicago to New York is not.
    found = rig.verdicts({"nick": nick(Sticks(named, leaves=True, comes=True))})
    assert failed(found) == {"member.nick/chicago", "member.nick/newyork"}
    notes = {one.counterexample.note for name in failed(found) for one in found[name].findings}
    assert notes == {
        "it has gone from the branch chicago to newyork",
        "it has gone from the branch newyork to chicago",
    }
