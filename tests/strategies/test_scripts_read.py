"""A script that was cut off or written by hand is refused before anything is played."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from signoff.addresses import Address, Answer, Entry, Mark
from signoff.errors import ScopeError
from signoff.schema import Side
from signoff.strategies.kept import ANSWERS, KNOBS, OUTAGES, SECONDS, from_json
from signoff.strategies.script import Phase, Plan, Script, Spoilt
from signoff.systems import lists
from signoff.systems.dialect import Knobs
from signoff.systems.google_address import simulator

PLAN = Plan("create", "Candidate#1", Side.ATS, "Candidate", {"a": 1}, "still")
ENTRY = {"typed": {}, "answer": "unknown", "told": {}, "marks": []}
SCRIPT = Script("x", 7, "standard", datetime(2026, 3, 2, tzinfo=UTC), "h", (Phase("first", (PLAN,), 2),), ())


def test_a_whole_script_is_read_back() -> None:
    assert from_json(SCRIPT.to_json(), "s.json") == SCRIPT


def test_who_is_not_heard_of_is_read_back_and_may_be_lacking() -> None:
    script = replace(SCRIPT, phases=(Phase("first", (replace(PLAN, unheard=True),), 2),))
    assert from_json(script.to_json(), "s.json") == script
    before = SCRIPT.to_json().replace('"unheard": false', '"even": false').replace('"even": false,', "", 1)
    assert "unheard" not in before
    assert from_json(before, "s.json") == SCRIPT


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
    with pytest.raises(ScopeError, match="a value that the script's own seed opens"):
        from_json(WITH_NEVER.to_json().replace(old, new), "s.json")


@pytest.mark.parametrize(
    "key, value, found",
    [
        ("settle", "two", 'a whole number from 0 to 100, found "two"'),
        ("settle", 10**30, "a whole number from 0 to 100, found 1000000000000000000000000000000"),
        ("settle", True, "a whole number from 0 to 100, found true"),
        ("further", -1, "a whole number from 0 to 100, found -1"),
        ("hours", "1e400", 'a number from 0 to 8,784, found "1e400"'),
        ("midnight", 1, "true or false, found 1"),
        ("killed_after", 0.5, 'a whole number from -1 to 1,000,000, found "0.5"'),
        ("outage", "silnt", 'one of nothing, unavailable, over quota, not enabled, silent, dropped, found "silnt"'),
        ("lists", [{"side": "ats", "answer": "nonsense"}], 'one of error, nothing, found "nonsense"'),
        ("lists", [{"side": "crm", "answer": "error"}], 'one of ats, app, found "crm"'),
        ("lists", [{"side": "app", "answer": "error", "first": -1}], "a whole number from 0 to 1,000,000, found -1"),
        ("label", None, "a text, found null"),
        (
            "settles",
            1,
            "only label, plans, settle, further, hours, midnight, evening, wait, killed_after, restart, outage, lists, "
            'found "s',
        ),
    ],
)
def test_a_phase_that_could_not_be_played_is_refused(key: str, value: Any, found: str) -> None:
    data = json.loads(SCRIPT.to_json())
    data["phases"][0][key] = value
    assert found in refused(data)


@pytest.mark.parametrize(
    "key, value, found",
    [
        ("kind", "drop", "one of create, update, delete, update partner, delete partner"),
        ("kind", ["create"], "found a list"),
        ("name", "", "a name"),
        ("side", "crm", "one of ats, app"),
        ("entity", 5, "a name, found 5"),
        ("fields", [1], "a table of fields and values, found a list"),
        (
            "fields",
            {"pay": {"$decimal": "lots"}},
            "phases[0].plans[0].fields.pay.$decimal: expected a number of at most",
        ),
        ("fields", {"pay": {"$decimal": 5}}, "a number of at most 100 digits, found 5"),
        ("fields", {"pay": [{"$decimal": "NaN"}]}, "fields.pay[0].$decimal: expected a number"),
        ("fields", {"pay": {"$decimal": "1e999999"}}, "a number of at most 100 digits"),
        ("pause", -1, "a number from 0 to 31,622,400, found -1"),
        ("tick", "yes", 'true or false, found "yes"'),
        ("why", 3, "a text, found 3"),
    ],
)
def test_an_operation_that_nobody_can_do_is_refused(key: str, value: Any, found: str) -> None:
    data = json.loads(SCRIPT.to_json())
    data["phases"][0]["plans"][0][key] = value
    assert found in refused(data)


@pytest.mark.parametrize(
    "key, value, found",
    [
        (
            "seed",
            "../../x",
            "seed: expected a whole number from -9,223,372,036,854,775,808 to 9,223,372,036,854,775,807",
        ),
        ("seed", 10**4000, "seed: expected a whole number"),
        ("effort", "hard", "one of quick, standard, thorough"),
        ("now", "2026-03-02T00:00:00", "an instant with its zone, between 1970 and 2200"),
        ("now", "9999-12-31T23:59:59+00:00", "between 1970 and 2200"),
        ("now", 5, "an instant such as"),
        ("scope_hash", {}, "a text, found a table"),
        ("phases", {}, "a list, found a table"),
        ("phases", [3], "phases[0]: expected a table, found 3"),
        ("families", [{"name": "x"}], "families[0]: expected a table with binding, found none"),
        ("knobs", {"ats": {"page_cap": 0}}, "knobs.ats.page_cap: expected a whole number from 1 to 1,000,000, found 0"),
        ("knobs", {"ats": {"page_cp": 5}}, 'found "page_cp", did you mean page_cap'),
        ("knobs", {"crm": {}}, "knobs: expected only ats, app"),
        ("knobs", {"app": {"throttle_every": 1}}, "knobs.app.throttle_every: expected a whole number from 2"),
        ("statements", ["a", 1], "statements[1]: expected a text, found 1"),
        (
            "addresses",
            [{"typed": {}, "answer": "maybe", "told": {}, "marks": []}],
            "addresses[0].answer: expected one of",
        ),
        (
            "addresses",
            [{"typed": {}, "answer": "unknown", "told": {}, "marks": [["a"]]}],
            "a part of an address and a m",
        ),
        ("more", 1, "only integration, seed, effort"),
    ],
)
def test_what_a_script_may_not_say_is_refused(key: str, value: Any, found: str) -> None:
    assert found in refused(json.loads(SCRIPT.to_json()) | {key: value})


def test_a_script_that_would_hardly_end_is_refused() -> None:
    phase = json.loads(SCRIPT.to_json())["phases"][0]
    long = {**phase, "hours": 8784}
    assert "at most 878,400 hours of the world" in refused(json.loads(SCRIPT.to_json()) | {"phases": [long] * 101})
    busy = {**phase, "settle": 100}
    assert "at most 1,000 runs of the connector" in refused(json.loads(SCRIPT.to_json()) | {"phases": [busy] * 11})


def refused(data: Any) -> str:
    with pytest.raises(ScopeError) as caught:
        from_json(json.dumps(data), "s.json")
    [problem] = caught.value.problems
    assert (problem.where.file, problem.code) == ("s.json", "no-script")
    meant = f", did you mean {problem.did_you_mean}" if problem.did_you_mean else ""
    return f"{problem.where.cell}: expected {problem.expected}, found {problem.found}{meant}"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "\ufffd",
        "null",
        "",
        SCRIPT.to_json()[:-20],
        '{"seed": NaN}',
        '{"a": 1e9999999999999999999}',
    ],
)
def test_what_is_no_script_is_refused(text: str) -> None:
    with pytest.raises(ScopeError, match="a script that a run wrote"):
        from_json(text, "s.json")


def test_a_script_of_an_earlier_version_may_lack_what_is_not_needed() -> None:
    data = json.loads(SCRIPT.to_json())
    del data["addresses"], data["knobs"], data["phases"][0]["wait"], data["phases"][0]["plans"][0]["even"]
    assert from_json(json.dumps(data), "s.json") == SCRIPT


def test_knobs_and_outages_are_those_of_the_simulators() -> None:
    assert {one.name for one in fields(Knobs)} == {*KNOBS, *SECONDS}
    assert ("", *simulator.OUTAGES) == OUTAGES
    assert (lists.ERROR, lists.NOTHING) == ANSWERS


def test_lists_that_are_answered_wrongly_are_read_back() -> None:
    spoilt = (Spoilt(Side.APP, "error", "Worker", 2), Spoilt(Side.ATS, "nothing"))
    script = replace(SCRIPT, phases=(replace(SCRIPT.phases[0], lists=spoilt), *SCRIPT.phases[1:]))
    assert from_json(script.to_json(), "s.json") == script
