"""A script that was cut off or written by hand is refused before anything is played."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from signoff.addresses import Address, Answer, Entry, Mark
from signoff.errors import ScopeError
from signoff.schema import Side
from signoff.strategies.script import Phase, Plan, Script, from_json

PLAN = Plan("create", "Candidate#1", Side.ATS, "Candidate", {"a": 1}, "still")
SCRIPT = Script("x", 7, "standard", datetime(2026, 3, 2, tzinfo=UTC), "h", (Phase("first", (PLAN,), 2),), ())


def test_a_whole_script_is_read_back() -> None:
    assert from_json(SCRIPT.to_json(), "s.json") == SCRIPT


def test_addresses_and_an_outage_are_read_back() -> None:
    typed, told = (
        Address("1 Mian St", "Peoria", "IL", "61602", "US"),
        Address("1 Main St", "Peoria", "IL", "61602", "US"),
    )
    known = Entry(typed, Answer.CORRECTED, told, (("route", Mark.SPELLING),))
    phases = (Phase("third", (), 2, outage="unavailable"),)
    script = replace(SCRIPT, addresses=(known,), phases=phases)
    assert from_json(script.to_json(), "s.json") == script


@pytest.mark.parametrize(
    "key, value, found",
    [
        ("settle", "two", "a phase of two runs"),
        ("settle", 10**30, "a phase of 10000000000000000000 runs"),
        ("further", -1, "a phase of -1 runs"),
        ("hours", "1e400", "a time that is not within"),
        ("plans", [{**json.loads(SCRIPT.to_json())["phases"][0]["plans"][0], "fields": [1]}], "`fields` are no map"),
    ],
)
def test_what_could_not_be_played_is_refused(key: str, value: Any, found: str) -> None:
    data = json.loads(SCRIPT.to_json())
    data["phases"][0][key] = value
    with pytest.raises(ScopeError, match=found):
        from_json(json.dumps(data), "s.json")


@pytest.mark.parametrize("text", ["[" * 100_000, "\ufffd", "null", ""])
def test_what_is_no_script_is_refused(text: str) -> None:
    with pytest.raises(ScopeError, match="a script that a run wrote"):
        from_json(text, "s.json")
