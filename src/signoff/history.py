"""Hold what happened in a trial: our operations, every exchange, the snapshots, the connector's words.

A history is immutable and complete: checks judge it without any input or output, now or from a file later.
Instants are aware datetimes in UTC, on the world clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from signoff.addresses import NO_SERVICE, Service
from signoff.record import Record, RecordId, Records
from signoff.schema import Side


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """Point at one record of one side."""

    side: Side
    entity: str
    id: RecordId

    def __str__(self) -> str:
        return f"{self.entity} {self.id} ({self.side})"


@dataclass(frozen=True, slots=True)
class Operation:
    """Record one thing that the harness did to a system between runs.

    `name` is the record's stable name in the script (`Candidate#12`), `fields` what was sent, `why` the arm
    and, where one row is under test, its statement id.
    """

    at: datetime
    phase: str
    kind: str
    """create, update or delete."""
    key: Key
    name: str
    fields: Record
    arm: str
    why: str = ""
    unheard: bool = False
    """The system's event of it got lost: only who asks finds it."""


@dataclass(frozen=True, slots=True)
class Write:
    """Record what one exchange changed in the receiving system, as its simulator declares it.

    `sent` is what the message said about the record, in the record's own shape; `before` the record as it was
    (None on create), `after` as it became (None on delete). A refused message has `accepted` False and
    `after` equal to `before`.
    """

    kind: str
    """create, update or delete."""
    key: Key
    sent: Record
    before: Record | None
    after: Record | None
    accepted: bool = True


@dataclass(frozen=True, slots=True)
class Exchange:
    """Record one HTTP request and its answer. Bodies are the raw bytes; `run` is 0 when the harness asked."""

    number: int
    run: int
    at: datetime
    side: Side | None
    """None: a host that is neither system."""
    method: str
    url: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: bytes
    status: int
    response_headers: tuple[tuple[str, str], ...]
    response_body: bytes
    writes: tuple[Write, ...] = ()
    problems: tuple[str, ...] = ()
    """What the receiving system's published schema says against the message; "" if nothing."""
    service: str = ""
    """The service beside the two systems that was asked: "address"; "" for everybody else."""


@dataclass(frozen=True, slots=True)
class NamedFailure:
    """Record one failure that the connector reported: which record, and why, in its own words."""

    system: str
    entity: str
    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Run:
    """Record one run of the connector. `ok` is None when it gave no result; `crashed` is its exception, shortened."""

    number: int
    phase: str
    kind: str
    """settle, further, or another word of the trial."""
    started: datetime
    ended: datetime
    seconds: float
    """Real seconds, for the figures; never judged."""
    ok: bool | None
    failed: tuple[NamedFailure, ...] = ()
    crashed: str = ""
    printed: str = ""
    """Everything the connector printed or logged in this run."""
    reported: tuple[NamedFailure, ...] = ()
    """Records that arrived, and of which it has something to say all the same."""
    left: tuple[str, ...] = ()
    """Names of threads that still ran after it."""
    spoilt: int = 0
    """Lists that the systems answered wrongly in it, on purpose."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Hold both systems' records at one moment. `label` is the phase's name; `after_run` the last run before it."""

    label: str
    moment: str
    """before (our operations are done, no run yet), settled, further."""
    at: datetime
    after_run: int
    ats: Records
    app: Records
    service: Service = NO_SERVICE
    """What the address service would say at that moment; without one it knows nothing."""

    def of(self, side: Side) -> Records:
        """Return one side's records."""
        return self.ats if side is Side.ATS else self.app

    def record(self, key: Key) -> Record | None:
        """Return one record, or None."""
        return self.of(key.side).get(key.entity, {}).get(key.id)


@dataclass(frozen=True, slots=True)
class Family:
    """Say which records were made for which purpose. `subject` is the record under test, by its script name."""

    name: str
    binding: str
    """Name of the binding's app entity; "" for shared parents."""
    arm: str
    statement: str
    """The statement that this family exercises, "" if all."""
    subject: Key | None
    members: tuple[Key, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """Record what was tried of one statement about access, before anything else.

    `done` are the operations that succeeded, in order; `trouble` says what stopped the next one, "" if nothing.
    `skipped` says of operations that were not tried what would have let them. `left` names records that could not be
    removed again, `remarks` what else is worth knowing of operations that succeeded.
    """

    statement: str
    done: tuple[str, ...]
    trouble: str = ""
    skipped: Mapping[str, str] = field(default_factory=dict)
    left: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """Hold everything one trial observed, in order."""

    integration: str
    seed: int
    effort: str
    environment: str
    connector: str
    scope_hash: str
    started: datetime
    phases: tuple[str, ...]
    operations: tuple[Operation, ...]
    runs: tuple[Run, ...]
    exchanges: tuple[Exchange, ...]
    snapshots: tuple[Snapshot, ...]
    families: tuple[Family, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)
    """Script names that could not be made → the name whose partner was not there."""
    names: Mapping[Key, str] = field(default_factory=dict)
    """The script's name of every record that the harness made."""
    access: tuple[Tried, ...] = ()

    def snapshot(self, label: str, moment: str) -> Snapshot | None:
        """Return the snapshot of a phase at a moment, or None if the trial took none."""
        for one in self.snapshots:
            if one.label == label and one.moment == moment:
                return one
        return None

    def writes(self) -> Iterator[tuple[Exchange, Write]]:
        """Yield every write that the connector made, with the exchange that carried it."""
        for exchange in self.exchanges:
            if exchange.run:
                for write in exchange.writes:
                    yield exchange, write
