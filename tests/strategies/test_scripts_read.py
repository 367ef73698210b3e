"""A script that was cut off or written by hand is refused before anything is played."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
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


NUMBER = Decimal("12.340")
WITH_NEVER = replace(
    SCRIPT,
    phases=(Phase("first", (replace(PLAN, fields={"ssn": "912-75-1101", "born": 86_400_000, "a": 1}),
                            replace(PLAN, entity="Worker", side=Side.APP, fields={"ssn": {"pay": NUMBER}})), 2),),
    never=("app.Worker.ssn", "ats.Candidate.born", "ats.Candidate.ssn"),
)  # fmt: skip


def test_values_of_never_rows_stand_nowhere_in_a_kept_script_and_are_played_again_all_the_same() -> None:
    text = WITH_NEVER.to_json()
    assert [one for one in ("912-75-1101", "912751101", "86400000", "12.340") if one in text] == []
    assert '"a": 1' in text
    assert from_json(text, "s.json") == WITH_NEVER
    assert WITH_NEVER.to_json() == text


@pytest.mark.parametrize(("old", "new"), [('"seed": 7', '"seed": 8'), ('"$sealed": "', '"$sealed": "AAAA')])
def test_a_seal_that_the_seed_does_not_open_is_refused(old: str, new: str) -> None:
    with pytest.raises(ScopeError, match="a sealed value that the script's seed does not open"):
        from_json(WITH_NEVER.to_json().replace(old, new), "s.json")


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
