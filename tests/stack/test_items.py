"""Rehearse the items of a list as records of their own: right green, every wrong one red where it is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import copying
import pytest
import requests
from copying import APP, ATS, TOKENS, blank, listed, read, signed, written
from rig import DATE, SEED, TEXT, WHOLE, Integration, Rig, chart, failed, unproven

from signoff.strategies.listed import MANY, SORTED
from signoff.trial.company import companions
from signoff.trial.smaller import smaller
from signoff.trial.story import story


def jobs(ids: Mapping[str, Any]) -> dict[str, Any]:
    parts = {"id": {**ids}, "company": TEXT, "title": TEXT, "since": DATE}
    return {"type": "array", "items": {"type": "object", "properties": parts}}


ROWS = [
    ("id", "->", "external_id", "as text", "yes"),
    ("Person", "->", "member_id", "the member with the same id", "yes"),
    ("company", "->", "employer", "same text", "yes"),
    ("title", "->", "title", "same text", ""),
    ("since", "->", "since", "same date", ""),
    ("Person.name", "->", "person", "same text", ""),
]
LIFE = """
  @lifecycle
  Scenario Outline: <when> <then>
    When the connector has been rehearsed
    Then this row of the lifecycle holds

    Examples: What happens
      | when                  | then                    |
      | a past job is deleted | the past job is removed |
"""
DOCUMENT = (
    "Feature: Past jobs\n\n  Background:\n    Given each item of Person.jobs is a past job\n"
    + chart("Jobs", ROWS)
    + LIFE
)
MEMBERS_LIFE = LIFE.replace("a past job is deleted", "a person is deleted").replace("the past job", "the member")


def tiny(ids: Mapping[str, Any]) -> Integration:
    return Integration(
        (),
        documents={
            "jobs": DOCUMENT,
            "member": chart("Names", [("name", "->", "name", "same text", "yes")]) + MEMBERS_LIFE,
        },
        taken={"name": TEXT},
        fields={"jobs": jobs(ids)},
        others={
            ("app", "PastJob"): {
                "external_id": TEXT,
                "member_id": {**TEXT, "x-type": "reference to Member"},
                "employer": TEXT,
                "title": TEXT,
                "since": DATE,
                "person": TEXT,
                "note": TEXT,
            }
        },
        toml='[entities.past_job]\nats = "Person.jobs"\napp = { schema = "PastJob" }\n',
    )


class Jobs:
    """Carry persons over, and each of their jobs; what is gone here is removed there."""

    def __init__(self, settings: Mapping[str, str], state: Path) -> None:
        TOKENS.update({ATS: settings["ATS_TOKEN"], APP: settings["APP_TOKEN"]})

    def sync(self) -> dict[str, Any]:
        persons = list(self.persons())
        members = {one["external_id"]: one for one in listed(APP, "members")}
        failed: list[dict[str, str]] = []
        for person in persons:
            key, name = str(person["id"]), text(person["name"])
            if name is None:
                failed.append({"system": "ats", "entity": "Person", "id": key, "reason": "name is blank"})
                continue
            members[key] = self.write("members", {"external_id": key, "name": name}, members.get(key))
        self.remove("members", members, {str(one["id"]) for one in persons})
        there = {one["external_id"]: one for one in listed(APP, "pastjobs")}
        wanted = dict(self.wanted(persons, members))
        for key, fields in wanted.items():
            if fields["employer"] is None:
                failed.append({"system": "ats", "entity": "jobs", "id": key, "reason": "company is blank"})
                continue
            there[key] = self.write("pastjobs", fields, there.get(key))
        self.remove("pastjobs", there, set(wanted))
        return {"ok": True, "failed": failed}

    def persons(self) -> Iterator[dict[str, Any]]:
        return listed(ATS, "persons")

    def wanted(self, persons: Any, members: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        for person in persons:
            for job in person["jobs"] or ():
                if str(person["id"]) in members:
                    yield str(job["id"]), self.fields(person, job, members[str(person["id"])]["id"])

    def fields(self, person: Any, job: Any, member: str) -> dict[str, Any]:
        return {
            "external_id": str(job["id"]),
            "member_id": member,
            "employer": text(job.get("company")),
            "title": text(job.get("title")),
            "since": text(job.get("since")),
            "person": text(person["name"]),
        }

    def write(self, collection: str, wanted: dict[str, Any], held: dict[str, Any] | None) -> Any:
        if held is None:
            return self.ask("POST", f"{APP}/{collection}", {k: v for k, v in wanted.items() if v is not None})
        changed = {
            name: value
            for name, value in wanted.items()
            if held.get(name) != value and not (value is None and blank(held.get(name)))
        }
        return self.ask("PATCH", f"{APP}/{collection}/{held['id']}", changed) if changed else held

    def ask(self, method: str, url: str, body: Any) -> Any:
        answer = requests.request(method, url, data=written(body), headers=signed(APP), timeout=30)
        answer.raise_for_status()
        return read(answer)

    def remove(self, collection: str, there: dict[str, Any], wanted: set[str]) -> None:
        for key in [one for one in there if one not in wanted]:
            gone = there.pop(key)
            url = f"{APP}/{collection}/{gone['id']}"
            requests.delete(url, headers=signed(APP), timeout=30).raise_for_status()


def text(value: Any) -> Any:
    return None if blank(value) else value.strip() if isinstance(value, str) else value


@pytest.fixture(scope="module", params=["ids of the system", "ids that partners give"])
def rig(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rig:
    ids = {**WHOLE, "readOnly": True} if request.param == "ids of the system" else {"type": "string"}
    return Rig(tmp_path_factory.mktemp("items"), tiny(ids))


def test_a_right_connector_is_green(rig: Rig) -> None:
    assert unproven(rig.rehearsed(Jobs)) == {}


class LastDropped(Jobs):
    def wanted(self, persons: Any, members: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        short = [{**one, "jobs": one["jobs"][:-1] if len(one["jobs"] or ()) > 1 else one["jobs"]} for one in persons]
        return super().wanted(short, members)


class FirstOnly(Jobs):
    def wanted(self, persons: Any, members: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        return super().wanted([{**one, "jobs": (one["jobs"] or [])[:1]} for one in persons], members)


class OfAnother(Jobs):
    """Give what stands in the second record of every two to the first."""

    def wanted(self, persons: Any, members: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        before: dict[str, str] = {}
        for turn, person in enumerate(persons):
            first = persons[turn - turn % 2]
            for key, fields in super().wanted([person], members):
                taken = members.get(str(first["id"]), {}).get("id", fields["member_id"])
                yield key, {**fields, "member_id": before.setdefault(key, taken)}


class NeverChanged(Jobs):
    stale: tuple[str, ...] = ("title",)

    def write(self, collection: str, wanted: dict[str, Any], held: dict[str, Any] | None) -> Any:
        if held is not None and collection == "pastjobs":
            wanted = {name: value for name, value in wanted.items() if name not in self.stale}
        return super().write(collection, wanted, held)


class NeverRemoved(Jobs):
    def remove(self, collection: str, there: dict[str, Any], wanted: set[str]) -> None:
        if collection != "pastjobs":
            super().remove(collection, there, wanted)


class Remembering(Jobs):
    """Know what stood in each list when it was read last."""

    lists: dict[str, Any]

    def __init__(self, settings: Mapping[str, str], state: Path) -> None:
        super().__init__(settings, state)
        self.lists = {}

    def changed(self, person: Any, by: Any) -> bool:
        now = [by(job) for job in person["jobs"] or ()]
        before = self.lists.get(person["id"], now)
        self.lists[person["id"]] = now
        return bool(before != now)


class Doubled(Remembering):
    """Write a list anew as soon as anything in it has changed, beside what is there."""

    def wanted(self, persons: Any, members: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        self.again = {str(job["id"]) for one in persons if self.changed(one, dict) for job in one["jobs"]}
        return super().wanted(persons, members)

    def write(self, collection: str, wanted: dict[str, Any], held: dict[str, Any] | None) -> Any:
        fresh = collection == "pastjobs" and wanted["external_id"] in self.again
        return super().write(collection, wanted, None if fresh else held)


class OrderCounts(Remembering):
    """Take another order for a new list: remove what is there and make it again."""

    def wanted(self, persons: Any, members: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        self.again = {str(job["id"]) for one in persons if self.resorted(one) for job in one["jobs"]}
        return super().wanted(persons, members)

    def resorted(self, person: Any) -> bool:
        before = self.lists.get(person["id"], [])
        return self.changed(person, lambda job: job["id"]) and sorted(before, key=str) == sorted(
            self.lists[person["id"]], key=str
        )

    def write(self, collection: str, wanted: dict[str, Any], held: dict[str, Any] | None) -> Any:
        if held is not None and collection == "pastjobs" and wanted["external_id"] in self.again:
            self.remove(collection, {"": held}, set())
            held = None
        return super().write(collection, wanted, held)


class ByPosition(Jobs):
    """Know an item by its place in the list."""

    def wanted(self, persons: Any, members: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        placed = [
            {**one, "jobs": [{**job, "id": f"{one['id']}-{at}"} for at, job in enumerate(one["jobs"] or ())]}
            for one in persons
        ]
        return super().wanted(placed, members)


WRONG = [
    (LastDropped, {"past_job:arrive"}),
    # What stands behind the first and is bad is not named either.
    (FirstOnly, {"past_job:arrive", "past_job:held"}),
    (OfAnother, {"past_job.member_id"}),
    (NeverChanged, {"past_job.title"}),
    (NeverRemoved, {"past_job:when:a-past-job-is-deleted"}),
    (Doubled, {"past_job:once"}),
    (OrderCounts, {"past_job:once"}),
]


@pytest.mark.defects
@pytest.mark.parametrize(("wrong", "reds"), WRONG, ids=[one.__name__ for one, _ in WRONG])
def test_a_wrong_connector_is_red_in_its_statement_alone(rig: Rig, wrong: Any, reds: set[str]) -> None:
    found = rig.rehearsed(wrong)
    assert failed(found) == reds
    assert unproven(found, reds) == {}


def test_who_knows_an_item_by_its_place_is_red_in_the_link(rig: Rig) -> None:
    found = rig.rehearsed(ByPosition)
    shown = found["past_job.external_id"].counterexample
    assert "past_job.external_id" in failed(found)
    assert shown is not None
    assert shown.found.strip('"').endswith("-0")


def test_lists_of_none_one_and_many_are_drawn_sorted_and_deleted(rig: Rig) -> None:
    plans = [one for phase in rig.script().phases for one in phase.plans]
    made = [one for one in plans if one.kind == "create"]
    persons = {one.name for one in made if one.entity == "Person"}
    held = Counter(one.fields["Person"]["$ref"] for one in made if one.entity == "Person.jobs")
    gone = {one.name for one in plans if (one.kind, one.entity) == ("delete", "Person")}
    assert persons - set(held)
    assert {1, MANY} <= set(held.values())
    assert [one for one in plans if (one.kind, one.entity, one.fields) == ("update", "Person.jobs", {})]
    assert [one for one in plans if (one.kind, one.entity) == ("delete", "Person.jobs")]
    assert gone & set(held)


def test_wrong_values_of_items_are_noticed(rig: Rig) -> None:
    copying.Now = Jobs
    rehearsal = rig._rehearsal()
    found = rehearsal.weighed(rehearsal.play(rehearsal.script()))[0]
    assert unproven(found) == {}


class WritesBack(Jobs):
    """Number the titles of a list in the ATS, where nothing is to be written."""

    def sync(self) -> dict[str, Any]:
        for person in listed(ATS, "persons"):
            jobs = [{k: v for k, v in one.items() if k != "id" or isinstance(v, str)} for one in person["jobs"] or ()]
            if jobs and not any(str(one.get("title")).startswith("1.") for one in jobs):
                jobs[0] = {**jobs[0], "title": f"1. {text(jobs[0].get('title')) or ''}"}
                body = written({"jobs": jobs})
                url = f"{ATS}/persons/{person['id']}"
                requests.patch(url, data=body, headers=signed(ATS), timeout=30).raise_for_status()
        return super().sync()


@pytest.mark.defects
def test_who_writes_a_list_back_is_red_outside_the_chart(rig: Rig) -> None:
    found = rig.rehearsed(WritesBack)
    assert failed(found) == {"member:outside"}


def test_what_a_list_holds_is_looked_at_together(rig: Rig) -> None:
    script = rig.script()
    several = [one for one in script.families if one.arm == SORTED and one.note.endswith(f"of {MANY} in its list")]
    found = companions(rig.agreement, script, "past_job:once", several[1].name)
    assert set(found[:MANY]) == {one.name for one in several}


def test_a_smaller_case_keeps_and_tells_that_an_item_is_moved(rig: Rig) -> None:
    script = rig.script()
    plans = [one for phase in script.phases for one in phase.plans]
    moved = next(one.name for one in plans if (one.kind, one.entity, one.fields) == ("update", "Person.jobs", {}))
    family = next(one.name for one in script.families if one.subject == moved)
    small = smaller(rig.agreement, script, {"past_job.title": family}, "third")
    assert [one for one in story(rig.agreement, small, family) if one.endswith("is moved to the front of its list")]


FLOW = """Feature: Flows

  Scenario: A job is added, changed and taken out
    Given a person "Maria Lopez"
    And a past job "Nurse" with
      | company | Acme        |
      | Person  | Maria Lopez |
    When the connector syncs until it settles
    Then in the app "Nurse" has employer "Acme"
    When in the ATS "Nurse"'s company becomes "Other"
    And the connector syncs until it settles
    Then in the app "Nurse" has employer "Other"
    When in the ATS "Nurse" is deleted
    And the connector syncs until it settles
    Then "Nurse" is not in the app
    And both systems agree
"""


@pytest.mark.parametrize(
    ("connector", "status", "says"),
    [
        (Jobs, 0, ["ATS and app: Accepted: 24 of 24 statements verified"]),
        pytest.param(
            OrderCounts,
            1,
            ["✗ past_job:once: expected the same PastJob as before", "front of its list", "24 statements: 1 failed"],
            marks=pytest.mark.defects,
        ),
        pytest.param(
            NeverRemoved,
            1,
            ["○ scenario:a-job-is-added-changed-and-taken-out: because of past_job:when:a-past-job-is-deleted"],
            marks=pytest.mark.defects,
        ),
    ],
    ids=["right", "order counts", "never removed"],
)
def test_a_run_of_pytest_plays_workflows_and_tells_the_smallest_case(
    tmp_path: Path, connector: type, status: int, says: list[str]
) -> None:
    one = tiny({**WHOLE, "readOnly": True})
    Rig(tmp_path, replace(one, documents={**one.documents, "flows": FLOW}))
    toml = tmp_path / "scope" / "tiny.toml"
    said = toml.read_text(encoding="utf-8").replace("copying:Now", f"test_items:{connector.__name__}")
    toml.write_text(said, encoding="utf-8")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--signoff-seed", str(SEED)],
        cwd=tmp_path,
        env={**environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    told = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == status, told[-2000:]
    assert [one for one in says if one not in told] == [], told[-2500:]


class TakesAway(Jobs):
    """Delete every third record of the ATS, with its list."""

    def sync(self) -> dict[str, Any]:
        persons = list(self.persons())
        for one in persons[::3] if len(persons) > 40 else ():
            requests.delete(f"{ATS}/persons/{one['id']}", headers=signed(ATS), timeout=30).raise_for_status()
        return super().sync()


@pytest.mark.defects
def test_who_deletes_records_that_people_then_change_is_red(rig: Rig) -> None:
    assert failed(rig.rehearsed(TakesAway)) == {"member:outside"}
