"""A script is played step by step: operations, snapshots, runs; what cannot be done is noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from stories import integration, schemas

from signoff.connectors.result import Delivery, Told
from signoff.history import History, Key, Snapshot
from signoff.schema import Side
from signoff.strategies.script import FamilyPlan, Phase, Plan, Script, id_text, partner_of, ref
from signoff.trial.play import play
from signoff.trial.stage import Stage
from signoff.wire.clock import WorldClock
from signoff.wire.journal import Journal

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


class Store:
    """A system in memory, as the harness's hands know it."""

    def __init__(self, first: str) -> None:
        self.records: dict[str, dict[str, dict[str, Any]]] = {}
        self.first = first
        self.deliveries: list[SimpleNamespace] = []

    def create(self, entity: str, fields: Mapping[str, Any]) -> str:
        home = self.records.setdefault(entity, {})
        given = f"{self.first}{len(home) + 1}"
        home[given] = {"id": given, **fields}
        return given

    def update(self, entity: str, record_id: str, fields: Mapping[str, Any]) -> None:
        self.records[entity][record_id] = {**self.records[entity][record_id], **fields}

    def delete(self, entity: str, record_id: str) -> None:
        del self.records[entity][record_id]

    def read_all(self, entity: str) -> Mapping[str, Mapping[str, Any]]:
        return dict(self.records.get(entity, {}))

    def take_deliveries(self) -> list[SimpleNamespace]:
        taken, self.deliveries = self.deliveries, []
        return taken


class Copying:
    """A connector that copies first names, slowly; `hang` names the run in which it never ends.

    It deletes the candidate whose first name is `takes`.
    """

    version = "2.1"

    def __init__(self, stores: Mapping[Side, Store], clock: WorldClock, hang: int = 0, takes: str = "") -> None:
        self.stores, self.clock, self.hang, self.takes = stores, clock, hang, takes
        self.count = 0
        self.heard: list[bytes] = []

    def run(self) -> Told:
        self.count += 1
        self.clock.advance(60)
        if self.count == self.hang:
            return Told(crashed="did not finish within 5 seconds")
        for one, record in self.stores[Side.ATS].records.get("Candidate", {}).items():
            known = self.stores[Side.APP].records.setdefault("Worker", {})
            known[f"w{one}"] = {**known.get(f"w{one}", {"id": f"w{one}"}), "first_name": record["firstName"]}
        people = self.stores[Side.ATS].records.get("Candidate", {})
        for one in [one for one, record in people.items() if record["firstName"] == self.takes]:
            del people[one]
        return Told(True, printed=f"run {self.count}")

    def deliver(self, due: Sequence[Delivery]) -> list[str]:
        self.heard += [one.body for one in due]
        return ["ValueError: bad" for one in due if one.body == b"bad"]

    def restart(self) -> None:
        """Nothing to restart."""


def partner(snapshot: Snapshot, key: Key) -> str | None:
    found = f"w{key.id}"
    return found if found in snapshot.app.get("Worker", {}) else None


def made(name: str, **fields: Any) -> Plan:
    entity = name.split("#")[0]
    return Plan("create", name, Side.ATS, entity, fields, "still", pause=30.0)


def changed(name: str, kind: str = "update", **fields: Any) -> Plan:
    side, entity = (Side.APP, "Worker") if kind == "update partner" else (Side.ATS, name.split("#")[0])
    return Plan(kind, name, side, entity, fields, "one field", "worker.first_name", pause=10.0)


SEED = (
    made("Candidate#1", firstName="Ana"),
    made("Candidate#2", firstName="Bo"),
    made("Placement#1", candidate=ref("Candidate#2"), note=id_text("Candidate#1")),
)
FIRST = (
    changed("Candidate#1", firstName="Anna"),
    changed("Candidate#2", "update partner", nickname="B"),
    changed("Candidate#2", "update partner", nickname=partner_of("Candidate#1")),
)


def script(*phases: Phase) -> Script:
    families = (FamilyPlan("worker-1", "worker", "one field", "worker.first_name", "Candidate#1", ("Candidate#1",)),)
    return Script("crm-app", 7, "standard", NOW, "hash", phases, families)


PLAIN = script(Phase("seed", SEED, 2, 1), Phase("first", FIRST, 2, hours=2), Phase("day", (), 1, midnight=True))


def played(
    one: Script = PLAIN,
    hang: int = 0,
    deliveries: list[bytes] | None = None,
    takes: str = "",
    ats: Store | None = None,
) -> tuple[History, Copying]:
    clock = WorldClock(NOW)
    journal = Journal(clock)
    stores = {Side.ATS: ats or Store("1"), Side.APP: Store("x")}
    stores[Side.APP].deliveries = [SimpleNamespace(headers={}, body=body) for body in deliveries or ()]
    connector = Copying(stores, clock, hang, takes)

    @contextmanager
    def mounted() -> Iterator[None]:
        yield

    stage = Stage(integration(), schemas(), clock, journal, stores, stores, connector, mounted)  # type: ignore[arg-type]  # the stores stand in for simulators
    names = {Side.ATS: ["Candidate", "Placement"], Side.APP: ["Worker"]}
    return play(stage, one, names, partner, lambda words: None), connector


def test_runs_and_snapshots_come_in_order() -> None:
    history, _ = played()
    assert [(one.number, one.phase, one.kind) for one in history.runs] == [
        (1, "seed", "settle"),
        (2, "seed", "settle"),
        (3, "seed", "further"),
        (4, "first", "settle"),
        (5, "first", "settle"),
        (6, "day", "settle"),
    ]
    assert [(one.label, one.moment, one.after_run) for one in history.snapshots] == [
        ("seed", "before", 0),
        ("seed", "settled", 2),
        ("seed", "further", 3),
        ("first", "before", 3),
        ("first", "settled", 5),
        ("day", "before", 5),
        ("day", "settled", 6),
    ]
    assert (history.connector, history.seed, history.scope_hash) == ("2.1", 7, "hash")
    assert history.runs[0].printed == "run 1"


def test_markers_become_the_ids_that_the_systems_gave() -> None:
    history, _ = played()
    snapshot = history.snapshot("seed", "before")
    assert snapshot is not None
    assert snapshot.ats["Placement"]["11"] == {"id": "11", "candidate": 12, "note": "11"}
    assert history.names[Key(Side.ATS, "Candidate", "11")] == "Candidate#1"
    after = history.snapshot("first", "before")
    assert after is not None
    assert after.app["Worker"]["w12"]["nickname"] == "w11"


def test_operations_are_written_down_with_who_when_and_why() -> None:
    history, _ = played()
    first = [one for one in history.operations if one.phase == "first"]
    assert [(one.kind, str(one.key), one.why) for one in first] == [
        ("update", "Candidate 11 (ATS)", "worker.first_name"),
        ("update", "Worker w12 (app)", "worker.first_name"),
        ("update", "Worker w12 (app)", "worker.first_name"),
    ]
    assert history.families[0].subject == Key(Side.ATS, "Candidate", "11")
    assert history.operations[0].at == NOW + timedelta(seconds=30)


def test_the_world_s_time_passes_between_runs_and_over_midnight() -> None:
    history, _ = played()
    # 90 s of people's work, then one minute a run and 15 minutes between runs.
    assert history.runs[0].started == NOW + timedelta(seconds=90)
    assert history.runs[1].started == NOW + timedelta(seconds=90 + 60 + 900)
    day = history.snapshot("day", "before")
    assert day is not None
    # Midnight in Chicago is 6 a.m. UTC in winter.
    assert day.at == datetime(2026, 3, 3, 6, 0, tzinfo=UTC)


def test_an_edit_in_the_tick_of_the_last_run_comes_before_the_hours_pass() -> None:
    from dataclasses import replace

    ticking = replace(FIRST[0], tick=True)
    history, _ = played(script(Phase("seed", SEED, 1), Phase("first", (ticking,), 1, hours=2)))
    last = next(one for one in history.operations if one.phase == "first")
    assert last.at == history.runs[0].ended
    assert history.runs[1].started == last.at + timedelta(hours=2)


def test_an_even_edit_waits_for_the_whole_second() -> None:
    from dataclasses import replace

    first = replace(FIRST[0], pause=0.25, even=True)
    history, _ = played(script(Phase("seed", SEED, 1), Phase("first", (first, replace(FIRST[0], pause=0.0)), 1)))
    one, other = [one for one in history.operations if one.phase == "first"]
    assert one.at == other.at
    assert one.at.microsecond == 0


def test_what_cannot_be_done_is_noted_and_the_rest_goes_on() -> None:
    early = script(
        Phase(
            "seed",
            (
                SEED[0],
                changed("Candidate#1", "update partner", nickname="A"),
                made("Placement#1", candidate=partner_of("Candidate#1")),
                made("Placement#2", candidate=ref("Candidate#9")),
                changed("Candidate#9", firstName="nobody"),
            ),
            1,
        )
    )
    history, _ = played(early)
    assert history.skipped == {
        "partner of Candidate#1": "Candidate#1",
        "Placement#1": "Candidate#1",
        "Placement#2": "Candidate#9",
    }
    assert [one.name for one in history.operations] == ["Candidate#1"]


def test_a_deletion() -> None:
    history, _ = played(script(Phase("seed", (*SEED, changed("Placement#1", "delete")), 1)))
    snapshot = history.snapshot("seed", "before")
    assert snapshot is not None
    assert snapshot.ats["Placement"] == {}
    assert history.operations[-1].kind == "delete"


def test_people_change_nothing_that_the_connector_has_removed() -> None:
    phases = Phase("seed", SEED, 2, 1), Phase("first", (FIRST[0], changed("Candidate#2", "delete")), 1)
    history, _ = played(script(*phases), takes="Ana")
    assert [(one.kind, one.name) for one in history.operations if one.phase == "first"] == [("delete", "Candidate#2")]


def test_people_make_nothing_that_refers_to_what_the_connector_has_removed() -> None:
    child = made("Placement#2", candidate=ref("Candidate#1"))
    history, _ = played(script(Phase("seed", SEED, 2, 1), Phase("first", (child,), 1)), takes="Ana")
    assert history.skipped == {"Placement#2": "Candidate#1"}
    assert [one for one in history.operations if one.phase == "first"] == []


def test_a_connector_that_hangs_ends_the_trial_and_the_history_shows_how_far_it_came() -> None:
    history, connector = played(hang=2)
    assert connector.count == 2
    assert [one.number for one in history.runs] == [1, 2]
    assert history.runs[1].crashed == "did not finish within 5 seconds"
    assert [(one.label, one.moment) for one in history.snapshots][:2] == [("seed", "before"), ("seed", "settled")]
    assert history.phases == ("seed", "first", "day")
    assert history.snapshot("first", "before") is None


def test_an_event_gets_lost_where_its_system_has_any() -> None:
    class Telling(Store):
        lost = False

        @contextmanager
        def unheard(self) -> Iterator[None]:
            self.lost = True
            yield
            self.lost = False

        def update(self, entity: str, record_id: str, fields: Mapping[str, Any]) -> None:
            super().update(entity, record_id, fields)
            if not self.lost:
                self.deliveries.append(SimpleNamespace(headers={}, body=record_id.encode()))

    both = (changed("Candidate#1"), changed("Candidate#2"))
    plans = tuple(replace(one, unheard=one.name == "Candidate#1") for one in both)
    history, connector = played(script(Phase("seed", SEED, 1), Phase("first", plans, 1)), ats=Telling("1"))
    assert connector.heard == [b"12"]
    assert [one.name for one in history.operations if one.unheard] == ["Candidate#1"]
    history, _ = played(script(Phase("seed", SEED, 1), Phase("first", plans, 1)))
    assert [one.name for one in history.operations if one.unheard] == []


def test_webhooks_are_handed_over_before_the_run() -> None:
    history, connector = played(deliveries=[b"one", b"bad"])
    assert connector.heard == [b"one", b"bad"]
    assert history.runs[0].crashed == "ValueError: bad"
    assert history.runs[1].crashed == ""
