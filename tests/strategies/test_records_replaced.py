"""Drafted records are replaced, never changed in place: what was looked up of one is known by the record itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from stories import WORKERS, agree, schemas, text

from signoff.schema import Side
from signoff.strategies import changes
from signoff.strategies.made import Made
from signoff.strategies.rehearsal import draw
from signoff.strategies.sound import keep_sound
from signoff.strategies.world import World


def test_a_whole_name_that_follows_its_parts_changes_no_record_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Mapping[str, Any], dict[str, Any]]] = []

    def looking(world: World, pools: Any, place: Made, before: Any, changed: Any) -> None:
        keep_sound(world, pools, place, before, changed)
        record = world.record(place)
        seen.append((record, dict(record)))

    monkeypatch.setattr(changes, "keep_sound", looking)
    known = schemas()
    candidate = known[Side.ATS].entities["Candidate"]
    named = {"lastName": text("lastName"), "name": text("name", mandatory=True)}
    candidate = replace(candidate, fields={**candidate.fields, **named})
    entities = {**known[Side.ATS].entities, "Candidate": candidate}
    known[Side.ATS] = replace(known[Side.ATS], entities=entities)
    script = draw(agree(WORKERS, "", known=known), 1, "quick")
    updates = [plan for phase in script.phases for plan in phase.plans if plan.kind == "update"]
    assert any({"firstName", "name"} <= plan.fields.keys() for plan in updates)
    assert all(record == then for record, then in seen)
