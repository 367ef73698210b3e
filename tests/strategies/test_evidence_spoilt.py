"""Nothing that is drawn takes away what it was drawn to show: no state that was there before, no change held back."""

from __future__ import annotations

from pathlib import Path

from bad_cases import BAD_DATA, WORDS
from living import FIELDS, PLACED, WHO, lifecycle
from rig import NUMBER, TEXT, VALUES, Integration, Rig, chart, choice, population, table, values

from signoff.strategies.rehearsal import draw
from signoff.strategies.script import Script

NAME = ("name", "->", "name", "same text", "yes")
STATES = Integration(
    (),
    documents={
        "member": chart("More", [NAME, ("mood", "->", "standing", 'look up in "Mood"', "")])
        + VALUES
        + values("Mood", ("Fine", "on"), ("Tired", "gone"), ("Ill", "gone"), ("anything else", "error"))
        + population(*WHO)
        + lifecycle(("a person leaves the population", "the member becomes gone"))
        + lifecycle(("a person is deleted", "the member becomes gone")).replace("of them", "of the deleted"),
    },
    fields={**FIELDS, "mood": choice("Fine", "Tired", "Ill")},
    taken={"name": TEXT, "standing": choice("on", "gone")},
    others=PLACED,
    toml='[entities.placement]\nats = "Placement"\napp = "Shift"\n[states.member]\ngone = { standing = "gone" }\n',
)

NEGATIVE = Integration(
    (),
    head='conflict = "app wins"',
    documents={
        "member": chart("Both ways", [NAME, ("pay", "<->", "pay", "same number", "")])
        + BAD_DATA
        + table([("bad data", "then"), ("pay < 0", WORDS["held"])])
    },
    fields={"pay": NUMBER},
    taken={"name": TEXT, "pay": NUMBER},
)


def scripts(folder: Path, one: Integration, seeds: range) -> list[Script]:
    agreement = Rig(folder, one).agreement
    return [draw(agreement, seed, "quick") for seed in seeds]


def test_who_is_to_come_to_a_state_is_in_another_one_before(tmp_path: Path) -> None:
    went = 0
    for script in scripts(tmp_path, STATES, range(4)):
        going = {one.subject for one in script.families if one.arm in ("leaves", "deleted")}
        before = {one.name: one.fields["mood"] for one in script.phases[0].plans if one.name in going}
        assert before.keys() == going
        assert set(before.values()) == {"Fine"}
        went += len(before)
    assert went >= 30


def test_what_people_enter_on_the_other_side_does_not_get_the_record_held_back(tmp_path: Path) -> None:
    entered = [
        plan.fields["pay"]
        for script in scripts(tmp_path, NEGATIVE, range(12))
        for phase in script.phases
        for plan in phase.plans
        if plan.kind == "update partner" and plan.arm == "other field" and "pay" in plan.fields
    ]
    assert len(entered) >= 24
    assert [one for one in entered if one is not None and one < 0] == []
