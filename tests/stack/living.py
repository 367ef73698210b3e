"""Be a connector that lets people leave, and does so wrongly where a test wants it to; it knows nothing of Signoff."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import copying
import requests
from copying import APP, ATS, Link, Row, Run
from figure_cases import day
from rig import DATE, TEXT, VALUES, YES_NO, Case, Integration, Rig, chart, choice, population, table, to, values

from signoff.verdict import Verdict

Record = Mapping[str, Any]

LIFECYCLE = """
  @lifecycle
  Scenario Outline: <when> <then>
    When the connector has been rehearsed
    Then this row of the lifecycle holds

    Examples: What becomes of them
"""


def lifecycle(*rows: tuple[str, str]) -> str:
    return LIFECYCLE + table([("when", "then"), *rows])


NAME = Case("name", "same text", lambda r: r.a, required=True)
PLACED: dict[tuple[str, str], Any] = {
    ("ats", "Placement"): {"status": choice("Approved", "Lost"), "until": DATE, "person": to("Person")},
    ("app", "Shift"): {"external_id": TEXT},
}
FIELDS = {"status": choice("Active", "Idle", "Odd", "Gone", "Archive"), "vip": YES_NO, "nick": TEXT}
PERIOD = {"since": DATE, "until": DATE}
WHO = (
    ('status is one of "Gone" or "Archive"', "leaves the app as gone"),
    ("vip is yes", "never reaches the app"),
    ('some Placement has (status is "Approved" and (until is blank or until is on or after today))', "reaches the app"),
    ('some Placement has (status is "Approved")', "leaves the app as gone"),
    ("anyone else", "never reaches the app"),
)
STANDINGS = {"Active": "on", "Idle": "off"}


def written(*life: tuple[str, str], who: tuple[tuple[str, str], ...] = WHO, period: bool = False) -> Integration:
    """Write the integration: who is in scope, and what becomes of those who leave; `period`: people come to an end."""
    return Integration(
        (NAME,),
        documents={
            "member": chart(
                "More",
                [("nick", "->", "nick", "same text", ""), ("status", "->", "standing", 'look up in "Standing"', "yes")],
            )
            + VALUES
            + values("Standing", ("Active", "on"), ("Idle", "off"), ("anything else", "error"))
            + (population(*who) if who else "")
            + (lifecycle(*life) if life else "")
        },
        fields={**FIELDS, **(PERIOD if period else {})},
        taken={"nick": TEXT, "standing": choice("on", "off", "gone", "new")},
        others=PLACED,
        toml=('period = { begins = "since", ends = "until" }\n' if period else "")
        + 'archived = \'status is "Archive"\'\n[entities.placement]\nats = "Placement"\napp = "Shift"\n'
        '[states.member]\ngone = { standing = "gone" }\nthere = { standing = ["on", "off"] }\n'
        'new = { standing = "new" }\n',
    )


def placements(person: Record, run: Run) -> list[Record]:
    return [one for one in run.all(ATS, "placements") if one["person"] == person["id"] and one["status"] == "Approved"]


def running(person: Record, run: Run, days: int = 0) -> bool:
    """Tell whether a person works on the day that lies so many days ahead, or later."""
    last = run.today + timedelta(days=days)
    return any(one["until"] is None or (day(one["until"]) or last) >= last for one in placements(person, run))


def why_out(person: Record, run: Run) -> str:
    """Return why a person is not in scope, "" for one who is."""
    if person["status"] in ("Gone", "Archive"):
        return str(person["status"])
    if person["vip"] is True:
        return "vip"
    if running(person, run):
        return ""
    return "ended" if placements(person, run) else "no work"


def over(person: Record, run: Run) -> str | None:
    last = day(person.get("until"))
    return "gone" if last is not None and last < run.today else None


@dataclass(frozen=True)
class Ways:
    """Say what the connector does when people go; each is what a right one does unless a test says otherwise."""

    state: Callable[[Record | None, str], str | None] = lambda person, why: "gone"
    """The standing of one who has left; None leaves the member alone."""
    removes: Callable[[str], bool] = lambda why: False
    creates: Callable[[Record, str], bool] = lambda person, why: False
    back: Callable[[Record, Record, str], str] = lambda person, member, standing: standing
    """The standing of one who is in scope, and there already."""
    anew: Callable[[Record, Record], bool] = lambda person, member: False
    follows: Callable[[Record | None, str], bool] = lambda person, why: False
    """Whether one who has left is still kept up to date."""
    in_scope: Callable[[Record, Run], str] = why_out
    merges: Callable[[Any], Mapping[str, Any]] = lambda gone: {}
    """What is written to the member of one whom another was merged into, by the other's member."""
    revives: bool = True
    """Whether a member that somebody deleted is made again."""
    punishes: Callable[[Record], Mapping[str, Any] | None] = lambda person: None
    """What is written to a person whose member somebody deleted; nothing for None, {} deletes the person."""
    ended: Callable[[Record, Any, Run], str | None] = lambda person, there, run: over(person, run)
    """The standing of one whose last day has passed, None for one who goes on."""
    neglects: Callable[[Record, Run], bool] = lambda person, run: False
    arrives: Callable[[Record, Run], str | None] = lambda person, run: STANDINGS.get(person["status"])


class Living(copying.Connector):
    """Carry who is in scope; whoever is there and is not in scope gets the state of those who have left."""

    ways = Ways()
    brought: frozenset[str] | set[str] = frozenset()
    owners: Mapping[str, str] = {}
    adopted: Mapping[str, tuple[Record, Mapping[str, Any]]] = {}

    def sync(self) -> dict[str, Any]:
        run = Run(self.zone)
        failed: list[dict[str, str]] = []
        self.run = run
        link = Link("Person", "persons", "members", {}, frozenset())
        known = {str(one["id"]): one for one in run.all(ATS, "persons")}
        self.bereft(run, known)
        self.merged(run, known)
        for person in known.values():
            why = self.ways.in_scope(person, run)
            there = run.partner("members", person["id"])
            if why and not self.ways.creates(person, why):
                self.left(run, link, person, there, why)
                continue
            standing = self.ways.ended(person, there, run) or self.ways.arrives(person, run)
            if standing is None or copying.blank(person["name_a"]):
                failed.append({"system": "ats", "entity": "Person", "id": str(person["id"]), "reason": "bad"})
                continue
            if there is None and str(person["id"]) in self.brought and not self.ways.revives:
                continue
            if there is not None:
                standing = self.ways.back(person, there, standing)
                if self.ways.anew(person, there):
                    self.gone(run, there)
                    there = None
            if there is not None and self.ways.neglects(person, run):
                continue
            before, others = self.adopted.get(str(person["id"]), (person, {}))
            details = others if before == person else {}
            self._write(run, APP, link, there, {**self.fields(person), "standing": standing, **details})
        for member in list(run.all(APP, "members")):
            if member["external_id"] not in known:
                self.left(run, link, None, member, "deleted")
        self.brought = self.brought | {str(one["external_id"]) for one in run.all(APP, "members")}
        return {"ok": True, "failed": failed}

    def bereft(self, run: Run, known: Mapping[str, Record]) -> None:
        for one in sorted(self.brought & known.keys()):
            person = known[one]
            wanted = self.ways.punishes(person) if run.partner("members", person["id"]) is None else None
            if wanted:
                self._write(run, ATS, Link("Person", "members", "persons", {}), person, wanted)

    def merged(self, run: Run, known: Mapping[str, Record]) -> None:
        """Remember who has taken over the placements of one who is no more, and what is written there for it."""
        now = {one["id"]: str(one["person"]) for one in run.all(ATS, "placements")}
        for placement, owner in self.owners.items():
            gone = run.partner("members", owner)
            if owner not in known and gone is not None and now.get(placement, owner) in known:
                kept = now[placement]
                self.adopted = {**self.adopted, kept: (known[kept], self.ways.merges(gone))}
        self.owners = now

    def fields(self, person: Record) -> dict[str, Any]:
        row = Row("name", person, self.run, None)
        return {"external_id": str(person["id"]), "name": row.a, "nick": (person["nick"] or "").strip() or None}

    def left(self, run: Run, link: Link, person: Record | None, there: Any, why: str) -> None:
        if there is None:
            return
        if self.ways.removes(why):
            self.gone(run, there)
            return
        state = self.ways.state(person, why)
        wanted = {"standing": state} if state is not None else {}
        if person is not None and self.ways.follows(person, why):
            wanted |= self.fields(person)
        if wanted:
            self._write(run, APP, link, there, wanted)

    def gone(self, run: Run, there: Any) -> None:
        answer = requests.delete(f"{APP}/members/{there['id']}", headers=copying.signed(APP), timeout=30)
        answer.raise_for_status()
        run.all(APP, "members").remove(there)


def lived(rig: Rig, **ways: Any) -> Mapping[str, Verdict]:
    """Rehearse a connector that does as these ways say."""
    return rig.rehearsed(type("Now", (Living,), {"ways": replace(Ways(), **ways)}))


def weighed(rig: Rig, **ways: Any) -> Mapping[str, Verdict]:
    """Rehearse a right connector, and put wrong values in its evidence."""
    copying.Now = type("Now", (Living,), {"ways": replace(Ways(), **ways)})
    rehearsal = rig._rehearsal()
    return rehearsal.weighed(rehearsal.play(rig.script()))[0]
