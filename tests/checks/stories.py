"""A small integration and a rehearsal of it in which everything goes right; each test alters one thing.

The connector of the story is written by hand, without the rules that judge it. A candidate is a worker, a placement
an assignment; see CANDIDATES and CHANGES for who is made and what people do to them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from signoff.agreement.bind import bind
from signoff.agreement.resolved import Agreement
from signoff.checks.judge import judge
from signoff.gherkin import read_document
from signoff.history import Exchange, Family, History, Key, NamedFailure, Operation, Run, Snapshot, Write
from signoff.schema import Entity, Field, Side, SystemSchema, Type
from signoff.scope import EntitySettings, Integration, SystemSettings
from signoff.verdict import Outcome, Verdict

TODAY = date(2026, 3, 2)
START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)

CHART = """
  @chart
  Scenario Outline: <ATS field> <flow> <app field>
    When the connector has been rehearsed
    Then this row of the chart holds
"""

WORKERS = f"""\
Feature: Workers
  Background:
    Given each Candidate is a worker, matched by external_id, then same email
{CHART}
    Examples: Worker chart
      | ATS field | flow  | app field   | rule                     | required |
      | id        | ->    | external_id | as text                  | yes      |
      | firstName | ->    | first_name  | same text                | yes      |
      | phone     | ->    | phone       | same phone               |          |
      | email     | ->    | email       |                          |          |
      | status    | ->    | status      | look up in "Worker status" | yes    |
      | ssn       | never |             |                          |          |
      |           | kept  | push_token  |                          |          |

  @values
  Scenario Outline: <ATS status> means <app status>
    When the connector has been rehearsed
    Then this row of the table holds

    Examples: Worker status
      | ATS status    | app status |
      | Active        | available  |
      | Placed        | assigned   |
      | (blank)       | available  |
      | anything else | error      |

  @population
  Scenario Outline: <who> <outcome>
    When the connector has been rehearsed
    Then this row of the population holds

    Examples: Who reaches the app
      | who             | outcome               |
      | status is "DNU" | never reaches the app |
      | kind is "temp"  | reaches the app       |
      | anyone else     | reaches the app       |
"""

ASSIGNMENTS = f"""\
Feature: Assignments
  Background:
    Given each Placement is an assignment
{CHART}
    Examples: Assignment chart
      | ATS field | flow | app field   | rule                        | required |
      | id        | ->   | external_id | as text                     | yes      |
      | candidate | ->   | worker_id   | the worker with the same id | yes      |
      | payRate   | ->   | pay_rate    | same amount                 |          |
"""

ALL_STATEMENTS = frozenset(
    {
        "assignment.external_id",
        "assignment.pay_rate",
        "assignment.worker_id",
        "assignment:arrive",
        "assignment:contract",
        "assignment:held",
        "assignment:once",
        "assignment:outside",
        "assignment:settle",
        "connector:finishes",
        "worker-status:active",
        "worker-status:anything-else",
        "worker-status:blank",
        "worker-status:placed",
        "worker.email",
        "worker.external_id",
        "worker.first_name",
        "worker.phone",
        "worker.push_token:kept",
        "worker.ssn:never",
        "worker.status",
        "worker:arrive",
        "worker:contract",
        "worker:held",
        "worker:leaving",
        "worker:once",
        "worker:outside",
        "worker:settle",
        "worker:who:anyone-else",
        "worker:who:kind-is-temp",
        "worker:who:status-is-dnu",
    }
)


def text(path: str, **more: Any) -> Field:
    return Field(path, Type.TEXT, **more)


def entity(name: str, *fields: Field, **more: Any) -> Entity:
    return Entity(name, {one.path: one for one in fields}, **more)


def ats_schema() -> SystemSchema:
    number = Field("id", Type.INTEGER, mandatory=True, read_only=True, technical=True)
    candidate = entity(
        "Candidate",
        number,
        text("firstName", max_length=50),
        text("phone"),
        Field("email", Type.EMAIL),
        Field("status", Type.PICKLIST, choices=("Active", "Placed", "DNU", "Retired"), closed=False),
        text("kind"),
        text("ssn", max_length=18),
    )
    placement = entity(
        "Placement",
        number,
        Field("candidate", Type.REFERENCE, entity="Candidate"),
        Field("payRate", Type.AMOUNT),
    )
    return SystemSchema(Side.ATS, "Bullhorn", {"Candidate": candidate, "Placement": placement})


def app_schema() -> SystemSchema:
    number = text("id", mandatory=True, read_only=True, technical=True)
    worker = entity(
        "Worker",
        number,
        text("external_id", mandatory=True),
        text("first_name", mandatory=True, min_length=1, max_length=20),
        Field("phone", Type.PHONE),
        Field("email", Type.EMAIL),
        Field("status", Type.PICKLIST, choices=("available", "assigned", "inactive"), mandatory=True),
        text("push_token"),
        text("nickname"),
        text("locale", default="en"),
    )
    assignment = entity(
        "Assignment",
        number,
        text("external_id", mandatory=True),
        Field("worker_id", Type.REFERENCE, entity="Worker", mandatory=True),
        Field("pay_rate", Type.AMOUNT),
        text("remark"),
    )
    return SystemSchema(Side.APP, "Shiftline", {"Worker": worker, "Assignment": assignment})


def schemas() -> dict[Side, SystemSchema]:
    return {Side.ATS: ats_schema(), Side.APP: app_schema()}


def integration(**changes: Any) -> Integration:
    plain = Integration(
        "crm-app",
        "scope/crm-app.toml",
        zone="America/Chicago",
        systems={
            Side.ATS: SystemSettings(Side.ATS, "bullhorn", "Bullhorn"),
            Side.APP: SystemSettings(Side.APP, "openapi", "Shiftline"),
        },
        entities={
            "worker": EntitySettings("worker", "Candidate", "Worker", {"collection": "/workers"}),
            "assignment": EntitySettings("assignment", "Placement", "Assignment", {"collection": "/assignments"}),
        },
    )
    return replace(plain, **changes)


@lru_cache(maxsize=1)
def plain_agreement() -> Agreement:
    return agree()


def agree(
    workers: str = WORKERS,
    assignments: str = ASSIGNMENTS,
    *,
    settings: Integration | None = None,
    known: Mapping[Side, SystemSchema] | None = None,
    today: date | None = None,
) -> Agreement:
    """Bind two feature texts; "" leaves one out. Tests replace parts of WORKERS and ASSIGNMENTS."""
    documents = [
        read_document(said, f"features/crm-app/{name}.feature")
        for name, said in (("workers", workers), ("assignments", assignments))
        if said
    ]
    return bind(settings or integration(), documents, known or schemas(), "hash", today)


CANDIDATES: dict[int, tuple[str, str, str | None]] = {
    # id: arm, kind, status
    101: ("still", "temp", "Active"),
    102: ("still", "perm", "Active"),
    103: ("first name changes", "temp", "Active"),
    104: ("phone changes", "perm", "Active"),
    105: ("phone is blanked, then filled", "temp", "Active"),
    106: ("status changes to Placed, then back", "perm", "Active"),
    107: ("e-mail changes", "temp", "Active"),
    108: ("e-mail is blanked, then filled", "perm", "Active"),
    109: ("edited in the app", "temp", "Active"),
    110: ("only the ssn changes", "perm", "Active"),
    111: ("filled in the app, then changed", "temp", "Active"),
    112: ("outsider", "temp", "DNU"),
    113: ("outsider", "perm", "DNU"),
    114: ("in no table, then repaired", "temp", "Retired"),
    115: ("without a first name", "perm", "Active"),
    116: ("arrives Placed, becomes Active", "temp", "Placed"),
    117: ("arrives without status", "perm", None),
    118: ("loses its status", "temp", "Active"),
}

PLACEMENTS: dict[int, tuple[int | None, str | None]] = {
    201: (101, "20.50"),
    202: (101, "21.50"),
    203: (102, "22.50"),
    204: (101, "23.50"),
    205: (102, "24.50"),
    206: (114, "25.50"),
    207: (None, "26.50"),
}

Edit = tuple[Side, str, str, dict[str, Any]]

CHANGES: dict[str, tuple[Edit, ...]] = {
    "first": (
        (Side.ATS, "Candidate", "103", {"firstName": "Renata"}),
        (Side.ATS, "Candidate", "104", {"phone": "+13125550204"}),
        (Side.ATS, "Candidate", "105", {"phone": None}),
        (Side.ATS, "Candidate", "106", {"status": "Placed"}),
        (Side.ATS, "Candidate", "107", {"email": "seven.new@example.com"}),
        (Side.ATS, "Candidate", "108", {"email": ""}),
        (
            Side.APP,
            "Worker",
            "w109",
            {"first_name": "Nino", "phone": "+13125550999", "email": "edited@example.com", "status": "inactive"},
        ),
        (Side.ATS, "Candidate", "110", {"ssn": "913-75-2110"}),
        (Side.APP, "Worker", "w111", {"push_token": "token-of-111"}),
        (Side.ATS, "Candidate", "116", {"status": "Active"}),
        (Side.ATS, "Candidate", "118", {"status": None}),
        (Side.ATS, "Placement", "202", {"payRate": Decimal("31.75")}),
        (Side.ATS, "Placement", "203", {"payRate": None}),
        (Side.ATS, "Placement", "204", {"candidate": 102}),
        (Side.APP, "Assignment", "a205", {"pay_rate": Decimal("99.00")}),
    ),
    "second": (
        (Side.ATS, "Candidate", "103", {"firstName": "Rosa"}),
        (Side.ATS, "Candidate", "105", {"phone": "+13125550305"}),
        (Side.ATS, "Candidate", "106", {"status": "Active"}),
        (Side.ATS, "Candidate", "108", {"email": "eight.new@example.com"}),
        (Side.ATS, "Candidate", "111", {"firstName": "Elva"}),
        (Side.ATS, "Candidate", "114", {"status": "Active"}),
        (Side.ATS, "Placement", "203", {"payRate": Decimal("33.25")}),
    ),
    "day": (),
}

NAMES = {101: "Ana", 102: "Bo", 103: "Cleo", 104: "Dag", 105: "Emil", 106: "Fay", 107: "Gus", 108: "Hal", 109: "Ida"}
NAMES |= {110: "Jon", 111: "Kai", 112: "Lea", 113: "Mia", 114: "Ned", 115: " ", 116: "Pia", 117: "Quin", 118: "Rob"}


def ssn(number: int) -> str:
    return f"912-75-1{number}"


def candidate(number: int) -> dict[str, Any]:
    _, kind, status = CANDIDATES[number]
    return {
        "id": number,
        "firstName": NAMES[number],
        "phone": f"+13125550{number}",
        "email": f"person{number}@example.com",
        "status": status,
        "kind": kind,
        "ssn": ssn(number),
    }


def placement(number: int) -> dict[str, Any]:
    whose, rate = PLACEMENTS[number]
    return {"id": number, "candidate": whose, "payRate": None if rate is None else Decimal(rate)}


STATUS = {"Active": "available", "Placed": "assigned", None: "available"}


def worker_fields(sender: Mapping[str, Any]) -> dict[str, Any]:
    """What a worker of a candidate holds; a status of no table becomes `available`."""
    return {
        "external_id": str(sender["id"]),
        "first_name": sender["firstName"],
        "phone": sender["phone"],
        "email": sender["email"] or None,
        "status": STATUS.get(sender["status"], "available"),
    }


@dataclass(slots=True)
class Errand:
    """One record that the story's connector looks at; `wanted` is None when it is to be left alone."""

    phase: str
    run: int
    entity: str
    sender: Mapping[str, Any]
    wanted: dict[str, Any] | None

    @property
    def id(self) -> int:
        return int(self.sender["id"])


Twist = Callable[[Errand], dict[str, Any] | None]
"""Return what is sent for a record, or None when nothing is."""


@dataclass(slots=True)
class Story:
    """Play the rehearsal. `after(story, run)` may write more at the end of a run; `told` may alter a run's words."""

    twist: Twist = lambda errand: errand.wanted
    after: Callable[[Story, int], None] = lambda story, run: None
    told: Callable[[Run], Run] = lambda run: run
    edits: Mapping[str, tuple[Edit, ...]] = field(default_factory=lambda: CHANGES)
    effort: str = "quick"
    """Nobody walks through every change of status here; "standard" promises it."""
    records: dict[Side, dict[str, dict[str, dict[str, Any]]]] = field(init=False)
    exchanges: list[Exchange] = field(default_factory=list)
    sent: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    phase: str = "seed"
    run: int = 0

    def play(self) -> History:
        self.records = {
            Side.ATS: {
                "Candidate": {str(one): candidate(one) for one in CANDIDATES},
                "Placement": {str(one): placement(one) for one in PLACEMENTS},
            },
            Side.APP: {"Worker": {}, "Assignment": {}},
        }
        operations = [
            Operation(START, "seed", "create", Key(Side.ATS, kind, one), f"{kind}#{one}", record, "seed")
            for kind, known in self.records[Side.ATS].items()
            for one, record in known.items()
        ]
        runs: list[Run] = []
        snapshots: list[Snapshot] = []
        skipped: dict[str, str] = {}
        at = START
        for label in ("seed", "first", "second", "day"):
            self.phase = label
            at += timedelta(days=1) if label == "day" else timedelta(hours=2)
            for side, kind, one, fields in self.edits.get(label, ()):
                if one in self.records[side][kind]:
                    self.records[side][kind][one] = {**self.records[side][kind][one], **fields}
                    key = Key(side, kind, one)
                    operations.append(Operation(at, label, "update", key, f"{kind}#{one}", fields, "edit"))
                else:
                    name = f"{'Candidate' if kind == 'Worker' else 'Placement'}#{one[1:]}"
                    skipped[f"partner of {name}"] = name
            snapshots.append(self._snapshot(label, "before", at))
            for kind in ("settle", "settle", *(("further",) if label in ("seed", "day") else ())):
                self.run += 1
                failed = self._sync() if kind == "settle" else self._held()
                self.after(self, self.run)
                made = Run(self.run, label, kind, at, at, 0.1, not failed, tuple(failed))
                runs.append(self.told(made))
                if kind == "further" or self.run in (2, 5, 7, 9):
                    snapshots.append(self._snapshot(label, "settled" if kind == "settle" else "further", at))
        keys = {Key(Side.ATS, kind, one): f"{kind}#{one}" for kind in self.records[Side.ATS] for one in self._ids(kind)}
        return History(
            integration="crm-app",
            seed=7,
            effort=self.effort,
            environment="simulated",
            connector="1.0",
            scope_hash="hash",
            started=START,
            phases=("seed", "first", "second", "day"),
            operations=tuple(operations),
            runs=tuple(runs),
            exchanges=tuple(self.exchanges),
            snapshots=tuple(snapshots),
            families=tuple(
                Family(name, "worker" if key.entity == "Candidate" else "assignment", "arm", "", key, (key,))
                for key, name in keys.items()
            ),
            skipped=skipped,
            names=keys,
        )

    def _ids(self, kind: str) -> list[str]:
        return [str(one) for one in (CANDIDATES if kind == "Candidate" else PLACEMENTS)]

    def _snapshot(self, label: str, moment: str, at: datetime) -> Snapshot:
        frozen = {
            side: {kind: {one: dict(record) for one, record in known.items()} for kind, known in kinds.items()}
            for side, kinds in self.records.items()
        }
        return Snapshot(label, moment, at, self.run, frozen[Side.ATS], frozen[Side.APP])

    def _held(self) -> list[NamedFailure]:
        found = []
        for one, sender in self.records[Side.ATS]["Candidate"].items():
            if sender["status"] != "DNU" and (not sender["firstName"].strip() or sender["status"] not in STATUS):
                found.append(NamedFailure("ATS", "Candidate", one, "bad data"))
        found += [
            NamedFailure("ATS", "Placement", one, "no candidate")
            for one, sender in self.records[Side.ATS]["Placement"].items()
            if sender["candidate"] is None
        ]
        return found

    def _sync(self) -> list[NamedFailure]:
        failed = self._held()
        held = {one.id for one in failed}
        for one, sender in list(self.records[Side.ATS]["Candidate"].items()):
            wanted = None if sender["status"] == "DNU" or one in held else worker_fields(sender)
            self._bring(Errand(self.phase, self.run, "Worker", sender, wanted), f"w{one}")
        for one, sender in list(self.records[Side.ATS]["Placement"].items()):
            worker = f"w{sender['candidate']}"
            fields = {"external_id": one, "worker_id": worker, "pay_rate": sender["payRate"]}
            there = worker in self.records[Side.APP]["Worker"] and one not in held
            self._bring(Errand(self.phase, self.run, "Assignment", sender, fields if there else None), f"a{one}")
        return failed

    def _bring(self, errand: Errand, app_id: str) -> None:
        fields = self.twist(errand)
        known = self.sent.get((errand.entity, app_id), {})
        if fields is None or fields == known:
            return
        changed = {name: value for name, value in fields.items() if name not in known or known[name] != value}
        self.sent[errand.entity, app_id] = dict(fields)
        self.write(Side.APP, errand.entity, app_id, changed)

    def write(self, side: Side, kind: str, record_id: str, sent: Mapping[str, Any], **more: Any) -> None:
        """Let the connector create or change a record, now."""
        known = self.records[side][kind]
        before = known.get(record_id)
        accepted = more.pop("accepted", True)
        id_value = int(record_id) if side is Side.ATS else record_id
        after = {"id": id_value, **(before or {}), **sent} if accepted else before
        if after is not None:
            known[record_id] = after
        write = Write(
            "create" if before is None else "update", Key(side, kind, record_id), dict(sent), before, after, accepted
        )
        collection = {"Worker": "workers", "Assignment": "assignments"}.get(kind, kind)
        url = f"https://{side.value}.example.com/{collection}"
        self.ask(
            side,
            "POST" if before is None else "PATCH",
            url if before is None else f"{url}/{record_id}",
            json.dumps(sent, default=str).encode(),
            writes=(write,),
            **({"status": 200 if accepted else 422} | more),
        )

    def ask(self, side: Side | None, method: str, url: str, body: bytes = b"", **more: Any) -> None:
        """Let the connector send any request, now."""
        plain = Exchange(len(self.exchanges) + 1, self.run, START, side, method, url, (), body, 200, (), b"", (), ())
        self.exchanges.append(replace(plain, **more))


def only(number: int, phase: str | None = None, **changed: Any) -> Twist:
    """Alter fields of one record, in one phase or in all."""

    def twist(errand: Errand) -> dict[str, Any] | None:
        if errand.id != number or errand.wanted is None or phase not in (None, errand.phase):
            return errand.wanted
        return {**errand.wanted, **changed}

    return twist


def everyone(**changed: Callable[[Mapping[str, Any]], Any]) -> Twist:
    """Alter fields of every worker, from the candidate."""

    def twist(errand: Errand) -> dict[str, Any] | None:
        if errand.entity != "Worker" or errand.wanted is None:
            return errand.wanted
        return {**errand.wanted, **{name: make(errand.sender) for name, make in changed.items()}}

    return twist


def without(*numbers: int) -> Twist:
    """Deliver everyone but some."""
    return lambda errand: None if errand.id in numbers else errand.wanted


def judged(
    story: Story | History | None = None, agreement: Agreement | None = None, today: date = TODAY
) -> dict[str, Verdict]:
    history = story if isinstance(story, History) else (story or Story()).play()
    return dict(judge(agreement or plain_agreement(), history, today)[0])


def having(verdicts: Mapping[str, Verdict], outcome: Outcome) -> set[str]:
    return {name for name, verdict in verdicts.items() if verdict.outcome is outcome}


def failed(verdicts: Mapping[str, Verdict]) -> set[str]:
    return having(verdicts, Outcome.FAILED)


def not_exercised(verdicts: Mapping[str, Verdict]) -> dict[str, tuple[str, ...]]:
    """Return statement → because_of of everything that was not exercised."""
    return {name: one.because_of for name, one in verdicts.items() if one.outcome is Outcome.NOT_EXERCISED}
