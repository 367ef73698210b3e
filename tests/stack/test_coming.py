"""Rehearse the paths by which records come through the whole stack: listed, told by an event, looked up on demand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import copying
import pytest
from copying import Link, Run
from rig import TEXT, Integration, Rig, chart, choice, failed, population, to, unproven
from test_population import NAME, approved

from signoff.verdict import Verdict

HOOKS = 'webhooks = {{ signature_header = "X-Sign", delivery_header = "X-Id"{} }}'
GONE, ANYONE = "member:who:status-is-gone", "member:who:anyone-else"
ARRIVE, MEMBER_NAME = "member:arrive", "member.name"
Scope = Callable[[Any, Run], bool]

PEOPLE = Integration(
    (NAME,),
    documents={
        "member": population(
            ('status is "Gone"', "never reaches the app"),
            ('some Placement has (status is "Approved")', "reaches the app"),
            ("anyone else", "never reaches the app"),
        )
    },
    fields={"status": choice("Active", "Gone", "Other")},
    others={
        ("ats", "Placement"): {"status": choice("Approved", "Lost"), "person": to("Person")},
        ("app", "Shift"): {"external_id": TEXT},
    },
    toml='[entities.placement]\nats = "Placement"\napp = "Shift"\n',
)
"""People who are kept out by what they are themselves, and by what refers to them."""


def right(person: Any, run: Run) -> bool:
    """Tell whether a person is in scope, by everything that there is."""
    if person["status"] == "Gone":
        return False
    return any(approved(one) for one in run.all(copying.ATS, "placements") if one["person"] == person["id"])


def anybody(_: Any, __: Run) -> bool:
    """Ask nothing of whoever comes."""
    return True


class Looking(copying.Connector):
    """Take people over as they are listed, as events tell of them, and as placements lead to them.

    `listed`, `told` and `led` are what each path asks of a person; `polls`: people are listed in every run.
    """

    listed: Scope = staticmethod(right)
    told: Scope = staticmethod(right)
    led: Scope = staticmethod(right)
    polls = True
    origin, people, guests, by = copying.ATS, "persons", "placements", "person"

    def __init__(self, settings: Mapping[str, str], state: Path) -> None:
        super().__init__(settings, state)
        self.events: list[tuple[str, str]] = []
        self.seen: set[Any] = set()
        self.first: set[Any] | None = None

    def deliver(self, _: Mapping[str, str], body: bytes) -> None:
        event = json.loads(body)
        self.events.append((f"{event['entity'].lower()}s", event["record_id"]))

    def sync(self) -> dict[str, Any]:
        run = Run(self.zone)
        chosen = {one["id"]: one for one in self.found(run)}
        run.records[self.origin, self.people] = list(chosen.values())
        failed = [one for link in self.links for one in self._carried(run, link)]
        if not self.polls:  # who is held back is not met again unless it is remembered
            self.events += [(self.people, one["id"]) for one in failed]
        return {"ok": True, "failed": failed}

    def found(self, run: Run) -> list[Any]:
        """Return whoever came by one of the paths, and fulfils what is asked there."""
        everybody = run.all(self.origin, self.people)
        first, self.first = self.first is None, self.first or {one["id"] for one in everybody}
        chosen = [one for one in everybody if self.listed(one, run)] if self.polls or first else []
        events, self.events = self.events, []
        by_id = {one["id"]: one for one in everybody}
        chosen += [
            by_id[one] for name, one in events if name == self.people and by_id.get(one) and self.told(by_id[one], run)
        ]
        guests = {one["id"]: one for one in run.all(self.origin, self.guests)} if self.guests else {}
        # Without polling, only an event tells of a new guest.
        known = {one for name, one in events if name == self.guests} if not self.polls else guests.keys() - self.seen
        self.seen |= guests.keys()
        for one in (guests[one] for one in known if one in guests and not first):
            person = by_id.get(one[self.by])
            if person is not None and self.led(person, run):
                chosen.append(person)
        return chosen


def rehearsed(rig: Rig, **wrong: Any) -> Mapping[str, Verdict]:
    one = rig.integration
    writes = {case.name: case.made(case.right) for case in one.cases}
    main = Link("Person", "persons", "members", writes, frozenset({"name"}))
    made = {name: staticmethod(value) if callable(value) else value for name, value in wrong.items()}
    return rig.rehearsed(type("Now", (Looking,), {"links": (main,), "zone": one.zone, **made}))


def told_later() -> Scope:
    """Ask of everybody whom an event tells of but those of the later changes; most runs hear of nobody."""
    runs: list[Run] = []

    def scope(person: Any, run: Run) -> bool:
        if not any(one is run for one in runs):
            runs.append(run)
        return len(runs) > 2 or right(person, run)

    return scope


def only_at_first() -> Scope:
    """Ask only of those who were there in the first run."""
    there: dict[str, Any] = {}

    def scope(person: Any, run: Run) -> bool:
        first = there.setdefault("run", run)
        if first is run:
            there.setdefault("ids", set()).add(person["id"])
        return person["id"] not in there["ids"] or right(person, run)

    return scope


def paths(found: Mapping[str, Verdict], row: str) -> dict[str, bool]:
    return {one["path"]: one["records"] > 0 for one in found[row].facts["paths"]}


def note(found: Mapping[str, Verdict], row: str) -> str:
    example = found[row].counterexample
    assert example is not None
    return example.note


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """Return a rig whose sending system has events, of which some get lost."""
    return Rig(tmp_path_factory.mktemp("told"), replace(PEOPLE, systems={"ats": HOOKS.format("")}))


def test_every_row_is_tried_by_each_path(told: Rig) -> None:
    found = rehearsed(told)
    assert unproven(found) == {}
    for row in (GONE, ANYONE):
        assert paths(found, row) == {"poll": True, "event": True, "on demand": True}


def test_a_population_that_only_the_first_listing_asks_about(told: Rig) -> None:
    found = rehearsed(told, listed=only_at_first())
    assert failed(found) == {GONE, ANYONE}, unproven(found)
    assert "made later" in note(found, GONE)


def test_a_population_that_is_forgotten_on_demand(told: Rig) -> None:
    found = rehearsed(told, led=anybody)
    assert failed(found) == {GONE, ANYONE}, unproven(found)
    assert note(found, GONE).startswith("came on demand: only Placement ")
    assert note(found, GONE).endswith(" led to it")


def test_a_population_that_is_forgotten_where_an_event_tells(told: Rig) -> None:
    found = rehearsed(told, told=anybody)
    assert failed(found) == {GONE, ANYONE}, unproven(found)
    assert note(found, GONE) == "came by poll or event: there before the first run"


def test_a_population_that_is_forgotten_where_an_event_tells_later(told: Rig) -> None:
    found = rehearsed(told, told=told_later())
    assert failed(found) == {GONE, ANYONE}, unproven(found)
    assert note(found, GONE) == "came by event: made later; its event was delivered"


def test_events_that_are_lost_are_found_by_asking(told: Rig) -> None:
    found = rehearsed(told, polls=False)
    assert failed(found) == {ARRIVE, MEMBER_NAME}, unproven(found)
    assert note(found, ARRIVE).startswith("was to come by poll: made later; its event was lost")
    assert note(found, MEMBER_NAME).endswith("its event was lost")


def test_no_event_is_lost_where_the_vendor_says_so(tmp_path: Path) -> None:
    rig = Rig(tmp_path, replace(PEOPLE, systems={"ats": HOOKS.format(', lost = "never"')}))
    assert not any(plan.unheard for phase in rig.script().phases for plan in phase.plans)
    assert unproven(rehearsed(rig, polls=False)) == {}
    found = rehearsed(rig, polls=False, told=anybody)
    assert failed(found) == {GONE, ANYONE}, unproven(found)


def test_a_system_without_events_is_asked_and_led_to(tmp_path: Path) -> None:
    rig = Rig(tmp_path, PEOPLE)
    found = rehearsed(rig)
    assert unproven(found) == {}
    assert paths(found, GONE) == {"poll": True, "on demand": True}
    found = rehearsed(rig, listed=only_at_first())
    assert failed(found) == {GONE, ANYONE}, unproven(found)
    assert note(found, GONE).startswith("came by poll: made later")
    found = rehearsed(rig, led=anybody)
    assert failed(found) == {GONE, ANYONE}, unproven(found)


MESSAGES = Integration(
    (),
    documents={
        "notes": "Feature: Notes\n\n  Background:\n    Given each message is a note, started in the app\n"
        + chart("Notes", [("external_id", "<-", "id", "as text", "yes"), ("text", "<-", "body", "same text", "yes")])
        + population(('channel is "private"', "never reaches the ATS"), ("anyone else", "reaches the ATS"))
    },
    others={
        ("ats", "Note"): {"external_id": TEXT, "text": TEXT},
        ("app", "Message"): {"body": TEXT, "channel": choice("private", "chat", "call")},
    },
    toml='[entities.note]\nats = "Note"\napp = "Message"\n',
    systems={"app": HOOKS.format("")},
)
PRIVATE = "note:who:channel-is-private"


def messages(rig: Rig, **wrong: Any) -> Mapping[str, Verdict]:
    def public(message: Any, _: Run) -> bool:
        return bool(message["channel"] != "private")

    def body(r: Any) -> Any:
        return r.record["body"] if (r.record["body"] or "").strip() else None

    link = Link("Message", "messages", "notes", {"text": body}, frozenset({"text"}), sender=copying.APP)
    made = {"listed": public, "told": public, "origin": copying.APP, "people": "messages", "guests": "", **wrong}
    made = {name: staticmethod(value) if callable(value) else value for name, value in made.items()}
    found = rig.rehearsed(type("Now", (Looking,), {"links": (link,), "zone": rig.integration.zone, **made}))
    return {name: one for name, one in found.items() if name.startswith("note")}


def test_what_starts_in_the_app_is_polled_and_told(tmp_path: Path) -> None:
    rig = Rig(tmp_path, MESSAGES)
    found = messages(rig)
    assert unproven(found) == {}
    assert paths(found, PRIVATE) == {"poll": True, "event": True, "on demand": False}
    assert failed(messages(rig, told=anybody)) == {PRIVATE}
    assert failed(messages(rig, listed=anybody)) == {PRIVATE}
    assert failed(messages(rig, polls=False)) == {"note:arrive", "note.body"}
