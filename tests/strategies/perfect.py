"""Play a script without systems: records in memory, and a connector that does exactly what was agreed.

It takes what to write from the rules themselves, so that it says nothing about them. What it shows is whether a
script gives every statement the evidence that it promises.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from signoff.agreement.resolved import Agreement, Pair
from signoff.history import Exchange, Family, History, Key, NamedFailure, Operation, Run, Snapshot, Write
from signoff.model.sight import Sight
from signoff.record import ABSENT, with_value
from signoff.rules.cell import settled
from signoff.rules.results import Blank, Kept, LeftOut, Unwritten, Value
from signoff.schema import Side, Type
from signoff.strategies.script import PARTNER, TEXT_OF_ID, Plan, Script, resolved


@dataclass
class Perfect:
    """Hold the records of both systems while a script is played."""

    agreement: Agreement
    script: Script
    records: dict[Side, dict[str, dict[str, dict[str, Any]]]] = field(init=False)
    keys: dict[str, Key] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    next_id: int = 100_001

    def play(self) -> History:
        self.records = {side: {name: {} for name in schema.entities} for side, schema in self.agreement.schemas.items()}
        now = self.script.now
        for phase in self.script.phases:
            now += timedelta(days=1) if phase.midnight else timedelta(hours=2)
            for plan in phase.plans:
                self._operate(plan, phase.label, now)
            self._snapshot(phase.label, "before", now)
            for kind in ("settle",) * phase.settle + ("further",) * phase.further:
                if kind == "further" and self.runs[-1].kind == "settle":
                    self._snapshot(phase.label, "settled", now)
                self._run(phase.label, kind, now)
            self._snapshot(phase.label, "further" if phase.further else "settled", now)
        return History(
            "crm-app",
            self.script.seed,
            self.script.effort,
            "simulated",
            "",
            "hash",
            self.script.now,
            tuple(phase.label for phase in self.script.phases),
            tuple(self.operations),
            tuple(self.runs),
            tuple(self.exchanges),
            tuple(self.snapshots),
            tuple(
                Family(
                    one.name,
                    one.binding,
                    one.arm,
                    one.statement,
                    self.keys.get(one.subject),
                    tuple(self.keys[name] for name in one.members if name in self.keys),
                )
                for one in self.script.families
            ),
            self.skipped,
            {key: name for name, key in self.keys.items()},
        )

    def _now(self, label: str, moment: str, at: datetime) -> Snapshot:
        frozen = {
            side: {name: {one: dict(record) for one, record in known.items()} for name, known in kinds.items()}
            for side, kinds in self.records.items()
        }
        return Snapshot(label, moment, at, len(self.runs), frozen[Side.ATS], frozen[Side.APP])

    def _snapshot(self, label: str, moment: str, at: datetime) -> None:
        self.snapshots.append(self._now(label, moment, at))

    def _partner(self, key: Key) -> str | None:
        sight = Sight(self.agreement, self.snapshots[-1])
        for pair in self.agreement.pairs:
            if pair.sender is key.side and pair.source == key.entity:
                return sight.partner(pair, key.id)
        return None

    def _resolve(self, kind: str, name: str) -> Any:
        key = self.keys[name]
        if kind == PARTNER:
            found = self._partner(key)
            if found is None:
                raise LookupError(name)
            return found
        entity = self.agreement.entity(key.side, key.entity)
        number = entity.fields[entity.id_field].type is Type.INTEGER and kind != TEXT_OF_ID
        return int(key.id) if number else key.id

    def _operate(self, plan: Plan, label: str, at: datetime) -> None:
        try:
            fields: dict[str, Any] = resolved(plan.fields, self._resolve)
        except LookupError as missing:
            self.skipped[plan.name] = str(missing)
            return
        home = self.records[plan.side][plan.entity]
        if plan.kind == "create":
            entity = self.agreement.entity(plan.side, plan.entity)
            number = entity.fields[entity.id_field].type is Type.INTEGER
            key = Key(plan.side, plan.entity, str(self.next_id) if number else f"x{self.next_id}")
            home[key.id] = {entity.id_field: self.next_id if number else key.id, **fields}
            self.next_id += 1
            self.keys[plan.name] = key
        elif plan.kind == "update partner":
            partner = self._partner(self.keys[plan.name])
            if partner is None:
                self.skipped[f"partner of {plan.name}"] = plan.name
                return
            key = Key(plan.side, plan.entity, partner)
            home[partner] = {**home[partner], **fields}
        else:
            key = self.keys[plan.name]
            home[key.id] = {**home[key.id], **fields}
        self.operations.append(Operation(at, label, plan.kind.split()[0], key, plan.name, fields, plan.arm, plan.why))

    def _run(self, label: str, kind: str, at: datetime) -> None:
        number = len(self.runs) + 1
        failed: dict[Key, NamedFailure] = {}
        for _ in range(3):  # what refers to a record comes after it
            failed.clear()
            sight = Sight(self.agreement, self._now(label, "running", at))
            for pair in self.agreement.pairs:
                for one in sight.senders(pair):
                    if not sight.in_scope(pair, one):
                        continue
                    bad = sight.bad(pair, one)
                    if not bad:
                        self._bring(sight, pair, one, number)
                    elif not all(why.waits for why in bad):
                        failed[Key(pair.sender, pair.source, one)] = NamedFailure(
                            str(pair.sender), pair.source, one, bad[0].reason
                        )
        self.runs.append(Run(number, label, kind, at, at, 0.1, not failed, tuple(failed.values())))

    def _bring(self, sight: Sight, pair: Pair, one: str, number: int) -> None:
        side = pair.sender.other
        home = self.records[side][pair.target]
        partner = sight.partner(pair, one)
        before = home.get(partner) if partner is not None else None
        record: dict[str, Any] = dict(before or {})
        for target in pair.targets():
            promise = sight.promise(pair, target, one)
            if promise is None or promise.row.rule is None or promise.row.target_field is None:
                continue
            held = record.get(target, ABSENT)
            result = settled(promise.row.rule, promise.result, held, before is None, None)
            if isinstance(result, LeftOut | Unwritten | Kept):
                continue
            if before is not None and promise.row.rule.agrees(result, held, sight.context(pair, one)):
                continue
            if isinstance(result, Value | Blank):
                record = with_value(record, target, promise.row.rule.raw(result, promise.row.target_field))
        if record == before:
            return
        new = partner or f"r{self.next_id}"
        self.next_id += partner is None
        record = {**record, "id": new}
        sent = {name: value for name, value in record.items() if before is None or before.get(name, ABSENT) != value}
        sent.pop("id", None)
        home[new] = record
        write = Write("update" if before else "create", Key(side, pair.target, new), sent, before, record)
        url = f"https://{side.value}.example.com/{pair.target.lower()}s"
        self.exchanges.append(
            Exchange(
                len(self.exchanges) + 1, number, self.script.now, side, "POST", url, (), b"", 200, (), b"", (write,)
            )
        )
