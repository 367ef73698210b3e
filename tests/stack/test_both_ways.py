"""Rehearse everything that rows say of two directions through the whole stack: right green, wrong red in its row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from copying import blank
from meeting import Field, Meeting, app_wins, ats_wins, earliest_wins, latest_wins, same
from rig import LONG, TEXT, VALUES, Integration, Rig, chart, choice, failed, unproven, values

SHIFTS = {"Days": "day", "Early": "day", "Late": "late", "Nights": "night"}
BACK = {"day": "Early", "late": "Late", "night": "Nights"}


def badged(value: Any) -> Any:
    return None if blank(value) else f"CB-{value}/1"


def unbadged(value: Any) -> Any:
    return None if blank(value) else value.removeprefix("CB-").removesuffix("/1").strip() or None


def otherwise(value: Any) -> Any:
    return None if blank(value) else value.removesuffix("/1").removeprefix("CB")[1:].strip().swapcase() or None


ROWS: Mapping[str, tuple[str, str, Field]] = {
    "boss": ("<->", "same text, ATS wins", Field()),
    "hobby": ("<->", "same text, app wins", Field(wins=app_wins)),
    "town": ("<->", "same text, latest change wins", Field(wins=latest_wins)),
    "motto": ("<->", "same text", Field(wins=app_wins)),
    "badge": ("<->", '"CB-" + badge + "/1", app wins', Field(badged, unbadged, app_wins)),
    "shift": ("<->", 'look up in "Shift", app wins', Field(SHIFTS.get, BACK.get, app_wins)),
    "first": ("->", "same text, kept right", Field(back=None, kept="now")),
    "last": ("->", "same text, put right at the next change", Field(back=None, kept="next")),
    "plain": ("->", "same text", Field(back=None)),
}
REQUIRED = "plain"
WRONG: Mapping[str, tuple[Field, str]] = {
    "the other side wins: ATS": (Field(wins=app_wins), "boss"),
    "the other side wins: app": (Field(wins=ats_wins), "hobby"),
    "the earlier change wins": (Field(wins=earliest_wins), "town"),
    "the toml is not asked": (Field(wins=ats_wins), "motto"),
    "nothing goes back": (Field(back=None), "hobby"),
    "nothing goes there": (Field(there=lambda value: "x"), "boss"),
    "it goes back in capitals": (Field(back=lambda value: same(value) and value.upper(), wins=latest_wins), "town"),
    "what stood between fixed texts goes back otherwise": (Field(badged, otherwise, app_wins), "badge"),
    "it stays wrong": (Field(back=None), "first"),
    "it is put right too late": (Field(back=None, kept="next"), "first"),
    "it is never put right": (Field(back=None), "last"),
    "what was not asked for goes back": (Field(), "plain"),
}
TABLE = values(
    "Shift",
    *[("Days", "day", ""), ("Early", "day", "Early"), ("Late", "late", ""), ("Nights", "night", "")],
    ("(blank)", "", ""),
    more=("back to",),
)
CHART = chart(
    "Both ways",
    [(name, flow, name, rule, "yes" if name == REQUIRED else "") for name, (flow, rule, _) in ROWS.items()],
)
TINY = Integration(
    (),
    head='conflict = "app wins"',
    documents={"member": CHART + VALUES + TABLE},
    fields={**dict.fromkeys(ROWS, TEXT), "shift": choice(*SHIFTS)},
    taken={**dict.fromkeys(ROWS, LONG), "shift": choice(*BACK), "external_id": {**TEXT, "x-mandatory": True}},
)


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    folder: Path = tmp_path_factory.mktemp("both")
    return Rig(folder, TINY)


def connector(**altered: Any) -> Any:
    fields = {name: one for name, (_, _, one) in ROWS.items()}
    return type("Now", (Meeting,), {"fields": {**fields, **altered}, "required": REQUIRED})


def test_a_right_connector_is_green(rig: Rig) -> None:
    assert unproven(rig.rehearsed(connector())) == {}


def test_a_link_that_is_named_as_a_key_brings_two_together_that_differ(tmp_path: Path) -> None:
    known = Rig(tmp_path, replace(TINY, binding="Given each Person is a member, matched by external_id"))
    found = known.rehearsed(connector())
    assert unproven(found) == {}
    for name, (flow, _, _) in ROWS.items():
        assert ("there on both sides already" in found[f"member.{name}"].exercised) is (flow == "<->")


@pytest.mark.defects
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_row_is_red_and_nothing_else_is(rig: Rig, wrong: str) -> None:
    one, name = WRONG[wrong]
    found = rig.rehearsed(connector(**{name: one}))
    assert failed(found) == {f"member.{name}"}
    assert unproven(found, {f"member.{name}"}) == {}


def test_a_value_that_goes_back_to_another_of_several_is_red_in_the_row_of_its_table(rig: Rig) -> None:
    found = rig.rehearsed(connector(shift=Field(SHIFTS.get, {**BACK, "day": "Days"}.get, app_wins)))
    # Of several rows with one app value the first speaks for the way back, whichever of them says what it is.
    assert failed(found) == {"shift:days"}
    assert unproven(found, {"shift:days"}) == {}
