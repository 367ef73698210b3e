"""Play a script on a stage and write down what happened."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from signoff.addresses import Service
from signoff.connectors.result import Told
from signoff.history import Exchange, Family, History, Key, Operation, Run, Snapshot
from signoff.record import RecordId, Records, Value
from signoff.schema import Side, Type
from signoff.strategies.script import PARTNER, REF, TEXT_OF_ID, Phase, Plan, Script, resolved
from signoff.systems.lists import Lists
from signoff.trial.parts import with_whole_objects
from signoff.trial.stage import Stage

Partner = Callable[[Snapshot, Key], RecordId | None]
"""Find the record that the connector made for a record."""

Progress = Callable[[str], None]
"""Tell a person what is going on; called often, must be cheap."""

_PROGRESS: Mapping[str, str] = {
    "seed": "first records",
    "first": "first changes",
    "second": "second changes",
    "day": "the next day",
    "third": "third changes",
}
"""What a person is told of a phase while it is played."""


class _Unresolved(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Player:
    """Play one script; holds the ids that the systems gave."""

    def __init__(
        self,
        stage: Stage,
        script: Script,
        entities: Mapping[Side, Sequence[str]],
        find_partner: Partner,
        progress: Progress,
    ) -> None:
        self._stage = stage
        self._script = script
        self._entities = entities
        self._find_partner = find_partner
        self._progress = progress
        self._keys: dict[str, Key] = {}
        self._raw: dict[str, Value] = {}
        self._skipped: dict[str, str] = {}
        self._operations: list[Operation] = []
        self._runs: list[Run] = []
        self._snapshots: list[Snapshot] = []
        self._changed: dict[Key, dict[str, Value]] = {}
        """What people have sent since the last snapshot, by record."""
        self._exchanges: list[Exchange] = []
        self._hung = False
        self._down = False
        self._lists: list[Lists] = []

    def play(self) -> History:
        """Play every phase; stops early when the connector hangs, and the history shows how far it came."""
        started = datetime.now(UTC)
        zone = ZoneInfo(self._stage.integration.zone)
        for phase in self._script.phases:
            if self._hung:
                break
            self._phase(phase, zone)
        families = tuple(
            Family(
                one.name,
                one.binding,
                one.arm,
                one.statement,
                self._keys.get(one.subject),
                tuple(self._keys[name] for name in one.members if name in self._keys),
                one.note,
            )
            for one in self._script.families
        )
        return History(
            integration=self._script.integration,
            seed=self._script.seed,
            effort=self._script.effort,
            environment=self._stage.integration.environment,
            connector=self._stage.connector.version,
            scope_hash=self._script.scope_hash,
            started=started,
            phases=tuple(phase.label for phase in self._script.phases),
            operations=tuple(self._operations),
            runs=tuple(self._runs),
            exchanges=tuple(self._exchanges),
            snapshots=tuple(self._snapshots),
            families=families,
            skipped=dict(self._skipped),
            names={key: name for name, key in self._keys.items()},
        )

    def _phase(self, phase: Phase, zone: ZoneInfo) -> None:
        clock = self._stage.clock
        for plan in phase.plans:
            if plan.tick:
                self._operate(plan, phase.label)
        if phase.midnight:
            local = clock.now().astimezone(zone)
            midnight = datetime(local.year, local.month, local.day, tzinfo=zone) + timedelta(days=1)
            clock.advance_to(midnight)
        clock.advance(phase.hours * 3600)
        people = f"people make {len(phase.plans):,} changes" if phase.plans else "nobody changes anything"
        self._progress(f"{_PROGRESS.get(phase.label, phase.label)}: {people}")
        for plan in phase.plans:
            if not plan.tick:
                clock.advance(plan.pause)
                if plan.even:
                    clock.advance(-clock.now().microsecond % 1_000_000 / 1_000_000)
                self._operate(plan, phase.label)
        clock.advance(phase.wait)
        if phase.evening:
            local = clock.now().astimezone(zone)
            clock.advance_to(
                max(
                    clock.now(),
                    datetime(local.year, local.month, local.day, tzinfo=zone) + timedelta(hours=phase.evening),
                )
            )
        if self._stage.service is not None:
            self._stage.service.outage = phase.outage
            self._down = bool(phase.outage)
        self._snapshot(phase.label, "before")
        if phase.restart:
            self._stage.restart(len(self._runs) + 1)
        self._lists = [self._stage.simulators[side].lists for side in {one.side for one in phase.lists}]
        for one in phase.lists:
            self._stage.simulators[one.side].lists.spoil(one.answer, one.entity, one.first)
        killed = phase.killed_after >= 0
        if killed:
            self._run(phase.label, "killed", phase.killed_after)
        for index in range(phase.settle):
            if not self._hung:
                if index or killed:
                    clock.advance(self._stage.integration.sync_every)
                self._run(phase.label, "settle")
        for spoilt in self._lists:
            spoilt.mend()
        self._snapshot(phase.label, "settled")
        for _ in range(phase.further):
            if not self._hung:
                clock.advance(self._stage.integration.sync_every)
                self._run(phase.label, "further")
        if phase.further:
            self._snapshot(phase.label, "further")

    def _resolve(self, kind: str, name: str) -> Value:
        if kind == PARTNER:
            key = self._keys.get(name)
            found = self._find_partner(self._snapshots[-1], key) if key and self._snapshots else None
            if found is None:
                raise _Unresolved(name)
            return found
        if name not in self._keys or (kind == REF and self._taken(self._keys[name])):
            raise _Unresolved(name)
        return self._keys[name].id if kind == TEXT_OF_ID else self._raw[name]

    def _operate(self, plan: Plan, label: str) -> None:
        unheard = getattr(self._stage.simulators[plan.side], "unheard", None) if plan.unheard else None
        with unheard() if unheard is not None else nullcontext():
            self._do(plan, label, unheard=unheard is not None)

    def _do(self, plan: Plan, label: str, *, unheard: bool) -> None:
        endpoint = self._stage.endpoints[plan.side]
        try:
            fields: dict[str, Any] = resolved(plan.fields, self._resolve)
        except _Unresolved as missing:
            self._skipped[plan.name] = missing.name
            return
        if plan.kind == "create":
            given = endpoint.create(plan.entity, fields)
            key = Key(plan.side, plan.entity, given)
            self._keys[plan.name] = key
            entity = self._stage.schemas[plan.side].entities[plan.entity]
            id_field = entity.fields.get(entity.id_field)
            self._raw[plan.name] = int(given) if id_field is not None and id_field.type is Type.INTEGER else given
        elif plan.name in self._keys:
            key = self._keys[plan.name]
            if plan.kind.endswith(" partner"):
                partner = self._find_partner(self._snapshots[-1], key) if self._snapshots else None
                if partner is None:
                    self._skipped[f"partner of {plan.name}"] = plan.name
                    return
                key = Key(plan.side, plan.entity, partner)
            if self._taken(key):
                return
            if plan.kind.startswith("delete"):
                endpoint.delete(plan.entity, key.id)
            else:
                fields = self._whole(key, fields)
                endpoint.update(plan.entity, key.id, fields)
        else:
            return
        self._operations.append(
            Operation(
                self._stage.clock.now(),
                label,
                plan.kind.split()[0],
                key,
                plan.name,
                fields,
                plan.arm,
                plan.why,
                unheard,
            )
        )

    def _taken(self, key: Key) -> bool:
        """Tell whether the connector has removed a record: people cannot change what is no longer there."""
        was = any(one.record(key) is not None for one in self._snapshots[:-1])
        if not was or self._snapshots[-1].record(key) is not None:
            return False
        return not any(one.kind == "delete" and one.key == key for one in self._operations)

    def _whole(self, key: Key, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return fields with changed parts of objects as whole objects, by what the record holds at this moment."""
        last = self._snapshots[-1].record(key) if self._snapshots else None
        changed = self._changed.setdefault(key, {})
        whole = with_whole_objects(
            self._stage.schemas[key.side].entities[key.entity], fields, {**(last or {}), **changed}
        )
        changed.update(whole)
        return whole

    def _run(self, label: str, kind: str, requests: int = 0) -> None:
        number = len(self._runs) + 1
        clock = self._stage.clock
        self._progress(f"{_PROGRESS.get(label, label)}: the connector's run {number} of {self._script.runs}")
        began = clock.now()
        real = time.perf_counter()
        trouble: list[str] = []
        spoilt = self._spoilt()
        with self._stage.killing(requests) if kind == "killed" else nullcontext([False]) as ended:
            for simulator in self._stage.simulators.values():
                take = getattr(simulator, "take_deliveries", None)
                trouble.extend(self._stage.deliver(number, take() if take is not None else ()))
            told = self._stage.run(number)
        if kind == "killed":
            # A run that came to its end before it was to be killed is one as any other.
            kind = "killed" if ended[0] else "settle"
            told, trouble = (Told(printed=told.printed, left=told.left), []) if ended[0] else (told, trouble)
        self._hung = "did not finish within" in told.crashed
        self._runs.append(
            Run(
                number=number,
                phase=label,
                kind=kind,
                started=began,
                ended=clock.now(),
                seconds=time.perf_counter() - real,
                ok=told.ok,
                failed=told.failed,
                crashed=told.crashed or "; ".join(trouble)[:500],
                printed=told.printed,
                reported=told.reported,
                left=told.left,
                spoilt=self._spoilt() - spoilt,
            )
        )
        self._exchanges.extend(self._stage.journal.exchanges())
        self._stage.journal.clear()

    def _spoilt(self) -> int:
        """Return how many lists have been answered wrongly so far."""
        return sum(one.struck for one in self._lists)

    def _snapshot(self, label: str, moment: str) -> None:
        found: dict[Side, Records] = {
            side: {entity: self._stage.endpoints[side].read_all(entity) for entity in self._entities[side]}
            for side in Side
        }
        self._changed.clear()
        self._snapshots.append(
            Snapshot(
                label,
                moment,
                self._stage.clock.now(),
                len(self._runs),
                found[Side.ATS],
                found[Side.APP],
                Service(self._stage.book, self._down),
            )
        )


def play(
    stage: Stage,
    script: Script,
    entities: Mapping[Side, Sequence[str]],
    find_partner: Partner,
    progress: Progress,
) -> History:
    """Play a script on a stage; return the history. Raises Blocked when a system refuses the harness itself."""
    return Player(stage, script, entities, find_partner, progress).play()
