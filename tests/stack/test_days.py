"""Rehearse which day it is: that of the integration's zone, not of UTC, wherever the two differ at some hour."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import copying
import pytest
from rig import Rig, failed, unproven
from test_population import WHO, written

ZONES = ("America/Chicago", "America/Sao_Paulo", "Pacific/Honolulu", "Asia/Tokyo", "Asia/Kolkata", "Europe/Berlin")


def seen_in(zone: str, right: Any) -> Any:
    """Return a scope that takes the day from another zone than the agency's."""

    def scope(record: Any, run: copying.Run) -> bool:
        return bool(right(record, replace(run, zone=zone)))

    return scope


@pytest.mark.parametrize("zone", ZONES)
def test_the_day_is_the_integrations(zone: str, tmp_path: Path) -> None:
    who, right, _ = WHO["today"]
    rig = Rig(tmp_path, replace(written(who), zone=zone))
    assert unproven(rig.verdicts(scope=right)) == {}
    red = failed(rig.verdicts(scope=seen_in("UTC", right)))
    assert red
    assert red <= {"member:arrive", "member:who:since-is-on-or-before-today", "member:who:anyone-else"}


def test_no_run_is_made_to_wait_for_an_evening_that_would_end_in_the_next_day(tmp_path: Path) -> None:
    who = WHO["today"][0]
    for zone, sync_every, evening in (
        ("America/Chicago", "15 minutes", True),
        ("America/Chicago", "3 hours", False),
        ("Atlantic/Azores", "15 minutes", False),
        ("Europe/Berlin", "15 minutes", False),
    ):
        one = replace(written(who), zone=zone, head=f'sync_every = "{sync_every}"')
        rig = Rig(tmp_path / f"{zone.replace('/', '-')}{sync_every[0]}", one)
        assert any(phase.evening for phase in rig.script().phases) is evening, zone
