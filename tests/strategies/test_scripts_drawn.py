"""The standard rehearsal as it is drawn: the same for the same seed, in bounds, and with evidence for everything."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from perfect import Perfect
from stories import ALL_STATEMENTS, TODAY, WORKERS, agree, plain_agreement

from signoff.agreement.resolved import Agreement
from signoff.checks.judge import judge
from signoff.checks.leaks import forms_of, views
from signoff.errors import ScopeError
from signoff.rules.reading import breaks
from signoff.schema import Side
from signoff.strategies.kept import from_json
from signoff.strategies.rehearsal import draw, world_now
from signoff.strategies.script import Script, marker
from signoff.verdict import Outcome

SEEDS = range(5)
ROOT = Path(__file__).parents[2]


@cache
def drawn(seed: int, effort: str = "standard") -> Script:
    return draw(plain_agreement(), seed, effort)


ELSEWHERE = """
import sys
sys.path[:0] = [{checks!r}]
from stories import agree
from signoff.strategies.rehearsal import draw
sys.stdout.write(draw(agree(), 3).to_json())
"""


@pytest.mark.parametrize(("hashes", "zone"), [("1", "Asia/Kolkata"), ("4242", "America/St_Johns")])
def test_the_same_seed_gives_the_same_script_everywhere(hashes: str, zone: str) -> None:
    code = ELSEWHERE.format(checks=str(ROOT / "tests" / "checks"))
    path = os.pathsep.join([str(ROOT / "src"), *sys.path])
    environment = {**os.environ, "PYTHONHASHSEED": hashes, "TZ": zone, "CI": "true", "PYTHONPATH": path}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    assert done.stdout.decode() == drawn(3).to_json()


def test_where_the_latest_change_wins_two_people_change_a_field_in_the_same_second() -> None:
    one_way = "| phone     | ->    | phone       | same phone               |"
    assert one_way in WORKERS
    both = WORKERS.replace(one_way, "| phone     | <->   | phone       | same phone, latest change wins |")
    plans = [plan for phase in draw(agree(both), 1, "quick").phases for plan in phase.plans]
    firsts = [index for index, plan in enumerate(plans) if plan.even]
    assert firsts
    for index in firsts:
        assert (plans[index].kind, plans[index + 1].kind) == ("update partner", "update")
        assert plans[index].name == plans[index + 1].name
        assert plans[index + 1].pause == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_of_each_entity_a_record_changes_as_a_whole_in_the_tick_in_which_a_run_ended(seed: int) -> None:
    script = drawn(seed)
    made: set[str] = set()
    for phase in script.phases:
        whole = [one for one in phase.plans if one.arm == "all fields" and one.kind == "update"]
        ticking = [one for one in whole if one.tick]
        assert {one.entity for one in ticking} == {one.entity for one in whole}
        assert made.issuperset(one.name for one in ticking)
        made |= {one.name for one in phase.plans if one.kind == "create"}
    assert made


def test_another_seed_gives_another_world_and_another_day() -> None:
    assert drawn(1).to_json() != drawn(2).to_json()
    assert len({drawn(seed).now.date() for seed in SEEDS}) > 1


@pytest.mark.parametrize("zone", ["America/Chicago", "Asia/Kolkata", "Pacific/Auckland"])
def test_the_world_begins_on_a_morning_of_its_zone(zone: str) -> None:
    for seed in SEEDS:
        local = world_now(seed, zone).astimezone(ZoneInfo(zone))
        assert (local.hour, local.minute, local.year) == (7, 30, 2026)


def test_a_world_may_be_put_into_the_present() -> None:
    now = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
    assert draw(plain_agreement(), 1, "quick", now).now == now


def test_a_script_comes_back_from_json_as_it_was() -> None:
    script = drawn(2)
    assert from_json(script.to_json(), "script.json") == script


def test_no_protected_value_of_a_world_stands_in_the_script_that_is_kept() -> None:
    script = drawn(2)
    text = script.to_json()
    values = {
        str(plan.fields["ssn"])
        for phase in script.phases
        for plan in phase.plans
        if plan.entity == "Candidate" and plan.fields.get("ssn")
    }
    assert len(values) > 5
    assert [one for one in values if one in text] == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"phases": [{"hours": 1}]}', "null"])
def test_what_is_no_script_is_told(text: str) -> None:
    with pytest.raises(ScopeError) as caught:
        from_json(text, "script.json")
    [problem] = caught.value.problems
    assert str(problem.where) == "script.json"
    assert problem.how == (
        "Give --replay the folder of a run, a script that it wrote there, or a statement's id. "
        "What another version of signoff wrote, the next run writes anew."
    )


def test_the_runs_and_phases_of_a_rehearsal() -> None:
    script = drawn(0)
    assert [(one.label, one.settle, one.further) for one in script.phases] == [
        ("seed", 2, 1),
        ("first", 2, 0),
        ("second", 2, 0),
        ("day", 2, 0),
        ("third", 2, 1),
    ]
    assert script.runs == 12
    assert [one.label for one in script.phases if one.midnight] == ["day"]
    for phase in script.phases:
        if phase.midnight:
            continue
        assert timedelta(hours=phase.hours, seconds=sum(one.pause for one in phase.plans)) < timedelta(hours=4)
        assert all(0 <= one.pause <= 90 for one in phase.plans)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_perfect_connector_gives_every_statement_its_evidence(seed: int) -> None:
    history = Perfect(plain_agreement(), drawn(seed)).play()
    verdicts, _ = judge(plain_agreement(), history, TODAY)
    lacking = {name: one.would_exercise for name, one in verdicts.items() if one.outcome is Outcome.NOT_EXERCISED}
    assert lacking == {}
    assert {name for name, one in verdicts.items() if one.outcome is Outcome.FAILED} == set()
    assert set(verdicts) == ALL_STATEMENTS
    assert history.skipped == {}


@pytest.mark.parametrize("effort", ["quick", "thorough"])
def test_other_efforts_prove_the_same_with_fewer_or_more_records(effort: str) -> None:
    script = drawn(0, effort)
    assert (len(script.families) < len(drawn(0).families)) is (effort == "quick")
    verdicts, _ = judge(plain_agreement(), Perfect(plain_agreement(), script).play(), TODAY)
    assert {name for name, one in verdicts.items() if one.outcome is Outcome.NOT_EXERCISED} == set()


def leaves_of(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from leaves_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves_of(inner)
    elif value is not None:
        yield str(value)


@pytest.mark.parametrize("seed", SEEDS)
def test_protected_values_fit_the_schema_are_unique_and_stand_nowhere_else(seed: int) -> None:
    plans = [one for phase in drawn(seed).phases for one in phase.plans]
    field = plain_agreement().entity(Side.ATS, "Candidate").fields["ssn"]
    canaries = [one.fields["ssn"] for one in plans if "ssn" in one.fields]
    assert len(canaries) > 50
    assert [one for one in canaries if breaks(field, one) or not forms_of(one)] == []
    assert [one for one, count in Counter(canaries).items() if count > 1] == []
    others = [
        text
        for one in plans
        for name, value in one.fields.items()
        if name != "ssn"
        for leaf in leaves_of(value)
        for text in views(leaf)
    ]
    forms = {form for one in canaries for form in forms_of(one)}
    assert [text for text in others if any(form in text for form in forms)] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_hazard_holds_no_value_that_the_app_refuses(seed: int) -> None:
    script = drawn(seed)
    history = Perfect(plain_agreement(), script).play()
    hazards = {one.subject for one in script.families if one.arm == "hazard"}
    assert len(hazards) > 3
    named = {failure.id for run in history.runs for failure in run.failed}
    held = {key.id for key, name in history.names.items() if name in hazards} & named
    assert held == set()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_held_record_breaks_one_field_only(seed: int) -> None:
    history = Perfect(plain_agreement(), drawn(seed)).play()
    from signoff.model.sight import Sight

    snapshot = history.snapshot("seed", "settled")
    assert snapshot is not None
    sight = Sight(plain_agreement(), snapshot)
    held = [one for one in history.families if one.arm == "held" and one.subject is not None]
    assert len(held) >= 4
    for family in held:
        assert family.subject is not None
        pair = plain_agreement().pair(family.binding)
        if family.subject.id in sight.senders(pair):
            assert len(sight.bad(pair, family.subject.id)) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_every_reference_is_to_a_record_that_was_made_before(seed: int) -> None:
    made: set[str] = set()
    for phase in drawn(seed).phases:
        for plan in phase.plans:
            for value in plan.fields.values():
                found = marker(value)
                if found is not None:
                    assert found[1] in made
            if plan.kind == "create":
                assert plan.name not in made
                made.add(plan.name)
            else:
                assert plan.name in made


def test_outsiders_are_edited_too() -> None:
    script = drawn(0)
    outsiders = {one.subject for one in script.families if one.arm == "outsider"}
    edited = {one.name for phase in script.phases[1:] for one in phase.plans if one.kind == "update"}
    assert len(outsiders) >= 2
    assert outsiders <= edited


def test_a_field_that_the_sending_side_keeps_is_filled() -> None:
    agreement: Agreement = agree(WORKERS.replace("| ssn       | never |", "| ssn       | kept  |"))
    verdicts, _ = judge(agreement, Perfect(agreement, draw(agreement, 1)).play(), TODAY)
    assert verdicts["worker.ssn:kept"].outcome is Outcome.VERIFIED


def test_a_text_that_must_be_looked_up_takes_its_values_from_the_table() -> None:
    from dataclasses import replace

    from stories import app_schema, ats_schema

    schema = ats_schema()
    candidate = schema.entities["Candidate"]
    status = replace(candidate.fields["status"], type=candidate.fields["kind"].type, choices=())
    loose = replace(candidate, fields={**candidate.fields, "status": status})
    known = {
        Side.ATS: replace(schema, entities={**schema.entities, "Candidate": loose}),
        Side.APP: app_schema(),
    }
    agreement = agree(known=known)
    verdicts, _ = judge(agreement, Perfect(agreement, draw(agreement, 1)).play(), TODAY)
    assert {name for name, one in verdicts.items() if one.outcome is Outcome.NOT_EXERCISED} == set()


def test_a_record_that_is_adopted_is_blank_where_the_other_side_is_filled() -> None:
    plans = {plan.name: plan for phase in drawn(3).phases for plan in phase.plans if plan.kind == "create"}
    there = [one for one in drawn(3).families if one.arm == "already there"]
    found = next(one for one in there if one.note == "blank here, filled there")
    theirs = next(plans[name] for name in found.members if plans[name].side is Side.APP)
    ours = plans[found.subject]
    assert len(there) == 4
    assert ours.fields["phone"] is None
    assert theirs.fields["phone"]
    assert theirs.fields["email"] == ours.fields["email"]
