"""Draw the script of a workflow: the records that it names, with what else they need, and what people do to them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from signoff.agreement.abilities import handle
from signoff.agreement.played import Aim, BoundWorkflow, Day, Named, Role, Said, Step, day_said
from signoff.agreement.resolved import Agreement, Pair
from signoff.record import Value, get
from signoff.schema import Field, Type, Wire
from signoff.strategies.known import acquaint
from signoff.strategies.laboratory import ROUNDS
from signoff.strategies.made import Made, raw_of, top_level
from signoff.strategies.mending import mended
from signoff.strategies.rehearsal import creations, world_now
from signoff.strategies.script import Phase, Plan, Script, Spoilt
from signoff.strategies.world import World

PAUSE = 5.0
"""Seconds of the world between two things that people do."""

_FIRST = ("firstName", "first_name")
_LAST = ("lastName", "last_name")
_WHOLE = ("name", "title", "display_name")


@dataclass(frozen=True, slots=True)
class Drawn:
    """Hold the script of a workflow. `names` say which record of the script each name means.

    `phases` are, for each step, the label of the phase that it ended or is judged after; "" before the first.
    `latest` are the records that belong to a name by entity: `Placement` → the script name of the latest one.
    """

    script: Script
    names: Mapping[str, str]
    phases: tuple[str, ...]
    latest: tuple[Mapping[tuple[str, str], str], ...]
    """For each step: (name, entity) → script name, as far as the workflow had come."""


def draw_workflow(agreement: Agreement, workflow: BoundWorkflow, seed: int, now: datetime | None = None) -> Drawn:
    """Draw the script of a workflow; the same agreement, workflow and seed give the same script everywhere."""
    own = int(hashlib.sha256(f"{seed}/{workflow.statement}".encode()).hexdigest()[:12], 16)
    return _Drawing(
        agreement, workflow, seed, World(agreement, own, now or world_now(own, agreement.integration.zone))
    ).draw()


@dataclass(slots=True)
class _Drawing:
    """Walk a workflow once, and write down what people do and when the connector runs."""

    agreement: Agreement
    workflow: BoundWorkflow
    seed: int
    world: World
    made: dict[str, Made] = field(default_factory=dict)
    latest: dict[tuple[str, str], str] = field(default_factory=dict)
    plans: list[Plan] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    passed: float = 0.0
    killed_after: int = -1
    restart: bool = False
    lists: list[Spoilt] = field(default_factory=list)
    elapsed: float = 0.0
    """Seconds of the world since the workflow began, as far as they are known before it is played."""

    def draw(self) -> Drawn:
        """Return the whole."""
        acquaint(self.world)
        self._created(0)
        labels: list[str] = []
        latest: list[Mapping[tuple[str, str], str]] = []
        for step in self.workflow.steps:
            if step.sentence.role == "then":
                if step.kind == "nothing":
                    self.phases[-1] = replace(self.phases[-1], further=1)
            else:
                self._done(step)
            labels.append(self.phases[-1].label if self.phases else "")
            latest.append(dict(self.latest))
        script = Script(
            integration=self.agreement.integration.name,
            seed=self.seed,
            effort="standard",
            now=self.world.now,
            scope_hash=self.agreement.scope_hash,
            phases=tuple(self.phases),
            families=(),
            knobs={"ats": {"page_cap": 20}, "app": {"page_cap": 20}},
            statements=(self.workflow.statement,),
            addresses=tuple(self.world.addresses.entries) if self.world.asked else (),
        )
        return Drawn(script, {name: made.name for name, made in self.made.items()}, tuple(labels), tuple(latest))

    def _done(self, step: Step) -> None:
        role = step.role
        if step.kind == "syncs":
            self._sync(step.runs)
        elif step.kind == "pass":
            self.passed += step.seconds
            self.elapsed += step.seconds
        elif step.kind == "killed":
            self.killed_after = step.count
        elif step.kind == "restarted":
            self.restart = True
        elif step.kind == "lists" and step.side is not None:
            answer = "nothing" if step.sentence.parts["answer"].lower() == "nothing" else "error"
            self.lists.append(Spoilt(step.side, answer, step.entity, step.count))
        elif step.kind == "many" and role is not None:
            for _ in range(step.count):
                self._new(role, {}, reaches=True)
        elif step.kind == "person" and role is not None:
            self._person(step, role)
        elif step.kind == "becomes" and role is not None and step.aim is not None:
            self._becomes(role, step.aim, step.value)
        elif step.kind == "placed" and role is not None:
            self._placed(step, role)
        elif step.kind == "deleted" and role is not None:
            self._deleted(step, role)
        elif step.kind == "back" and role is not None:
            made = self.made[role.name]
            self._write(made, {self.world.entity(made.side, made.entity).deleted_flag: False})
        elif step.kind == "merged" and role is not None and step.other is not None:
            self._merged(self.made[role.name], self.made[step.other.name])

    def _sync(self, runs: int) -> None:
        self.phases.append(
            Phase(
                f"sync {len(self.phases) + 1}",
                tuple(self.plans),
                runs,
                wait=self.passed,
                killed_after=self.killed_after,
                restart=self.restart,
                lists=tuple(self.lists),
            )
        )
        self.elapsed += (runs - 1 + (self.killed_after >= 0)) * self.agreement.integration.sync_every
        self.plans, self.passed, self.killed_after, self.restart, self.lists = [], 0.0, -1, False, []

    def _plan(self, plan: Plan) -> None:
        self.plans.append(replace(plan, pause=PAUSE + self.passed))
        self.elapsed += PAUSE
        self.passed = 0.0

    # People and things

    def _pair(self, role: Role) -> Pair | None:
        return next(
            (
                one
                for one in self.agreement.directions()
                if role.pair and one.sender is role.side and one.source == role.entity
            ),
            None,
        )

    def _person(self, step: Step, role: Role) -> None:
        kind = self.world.entity(role.side, role.entity)
        fields: dict[str, Any] = {}
        first, _, rest = role.name.partition(" ")
        if any(name in kind.fields for name in _FIRST):
            fields |= {name: first for name in _FIRST if name in kind.fields}
            fields |= {name: rest or first for name in _LAST if name in kind.fields}
        elif role.settings.seeded or not step.fields:
            whole = next((name for name in _WHOLE if name in kind.fields and not kind.fields[name].read_only), "")
            fields |= {whole: role.name} if whole else {}
        for leaf, said in step.fields:
            fields[leaf.path] = self._raw(leaf, said, role.side)
        if role.settings.seeded:
            self.made[role.name] = self._seeded(role, fields)
        else:
            self.made[role.name] = self._new(role, fields, reaches="scope" in step.sentence.parts)

    def _new(self, role: Role, fields: Mapping[str, Any], *, reaches: bool) -> Made:
        world, pair = self.world, self._pair(role)
        start = len(world.order)
        if pair is None:
            made = world.compose(role.side, role.entity, fields)
        else:
            case = pair.usual
            way = world.ways(pair, case)[0]
            if reaches or pair.linked is None:
                made = world.make(pair, way, fields)
            else:
                own = {}
                for demand in way:
                    one = handle(self.agreement, pair, demand.path) if not demand.child else None
                    if (
                        one is not None
                        and one.via == ""
                        and one.path != world.entity(pair.sender, pair.source).deleted_flag
                    ):
                        own[one.path] = world.raw(pair.sender, one.leaf, demand.value)
                made = world.compose(role.side, role.entity, {**own, **fields})
                world.stub(pair, made)
            self._good(pair, made, fields)
        self._created(start)
        for name in world.order[start:]:
            if world.made[name].entity != role.entity:
                self.latest[role.name, world.made[name].entity] = name
        return made

    def _good(self, pair: Pair, made: Made, fields: Mapping[str, Any]) -> None:
        """Draw anew what would be bad data by chance; what the workflow says stays, bad or not."""
        before = dict(self.world.record(made))
        for _ in range(ROUNDS):
            if not mended(self.world, pair, made):
                break
        for path in fields:
            self.world.put(made, path, get(before, path))

    def _seeded(self, role: Role, fields: Mapping[str, Any]) -> Made:
        start = len(self.world.order)
        settings = role.settings
        made = self.world.seeded(settings.ats, settings.app, settings.link)
        there = self.world.made[self.world.order[-1]]
        for path, value in fields.items():
            self.world.put(made, path, value)
        if "name" in self.world.entity(there.side, there.entity).fields:
            self.world.put(there, "name", role.name)
        self._created(start)
        return made

    def _created(self, start: int) -> None:
        world = self.world
        names = world.order[start:]
        records = {name: dict(world.record(world.made[name])) for name in names}
        for plan in creations(world, records, names, world.rng, ()):
            self._plan(plan)

    def _placed(self, step: Step, role: Role) -> None:
        world, person = self.world, self.made[role.name]
        parts = step.sentence.parts
        placement = next(one for one in self.agreement.pairs if one.source == "Placement")
        jobs = next((one for one in self.agreement.pairs if one.source == "JobOrder"), None)
        own = next(one for one in self.agreement.pairs if one.sender is role.side and one.source == role.entity)
        named = parts.get("job", "")
        if named and named in self.made:
            job = self.made[named]
        elif jobs is not None:
            titled = {"title": named} if named else {}
            job = self._new(Role(named, role.side, "JobOrder", jobs.entity, jobs.name), titled, reaches=True)
        else:
            start = len(world.order)
            job = world.compose(role.side, "JobOrder", {"title": named} if named else {})
            self._created(start)
        if named:
            self.made[named] = job
        kind = world.entity(role.side, "Placement")
        linked = own.linked
        where = world.way_to(own, linked.where, True, "Placement") if linked is not None and linked.where else ()
        inner: dict[str, Any] = {one.path: one.value for one in where}
        begins, ends = day_said(parts["starts"]), day_said(parts["ends"]) if "ends" in parts else None
        assert begins is not None
        inner |= {"dateBegin": begins.on(self.today), "dateEnd": ends.on(self.today) if ends is not None else None}
        start = len(world.order)
        made = world.child(own, person, "Placement", inner, later=False)
        reference = kind.field_at("jobOrder")
        assert reference is not None
        world.put(made, "jobOrder", world.reference(reference, job))
        kept = {path: get(world.record(made), path) for path in (*inner, "jobOrder")}
        self._good(placement, made, kept)
        self._created(start)
        self.latest[role.name, "Placement"] = made.name
        self.latest[role.name, "JobOrder"] = job.name

    # What people do

    def _becomes(self, role: Role, aim: Aim, said: Said) -> None:
        made = self.made[role.name] if not aim.owner else self.world.made[self.latest[role.name, aim.owner]]
        raw = self._raw(aim.leaf, said, aim.side)
        if aim.side is made.side:
            self._write(made, {aim.leaf.path: raw})
        else:
            fields = self.world.scripted(aim.side, aim.entity, {aim.leaf.path: raw})
            self._plan(Plan("update partner", made.name, aim.side, aim.entity, fields, "workflow"))

    def _write(self, made: Made, changed: Mapping[str, Value]) -> None:
        world = self.world
        for path, value in changed.items():
            world.put(made, path, value)
        fields = world.scripted(made.side, made.entity, top_level(world.record(made), list(changed)))
        self._plan(Plan("update", made.name, made.side, made.entity, fields, "workflow"))

    def _deleted(self, step: Step, role: Role) -> None:
        made = self.made[role.name]
        if step.side is not made.side and step.side is not None:
            other = role.settings.ats if step.side.value == "ats" else role.settings.app
            self._plan(Plan("delete partner", made.name, step.side, other, {}, "workflow"))
            return
        flag = self.world.entity(made.side, made.entity).deleted_flag
        if flag:
            self.world.put(made, flag, True)
        self._plan(Plan("delete", made.name, made.side, made.entity, {}, "workflow"))

    def _merged(self, loser: Made, survivor: Made) -> None:
        """Let what refers to the loser refer to the survivor, as a merge does, and delete the loser."""
        world = self.world
        for name in list(world.order):
            made = world.made[name]
            if made.side is not loser.side:
                continue
            for reference in world.agreement.schemas[made.side].references_to(made.entity, loser.entity):
                held = get(world.record(made), reference.path)
                owner = held.get("id") if isinstance(held, Mapping) else held
                if not reference.many and owner is not None and str(owner) == loser.id:
                    self._write(made, {reference.path: world.reference(reference, survivor)})
        flag = world.entity(loser.side, loser.entity).deleted_flag
        if flag:
            world.put(loser, flag, True)
        self._plan(Plan("delete", loser.name, loser.side, loser.entity, {}, "workflow"))

    def _raw(self, leaf: Field, said: Said, side: Any) -> Value:
        if isinstance(said, Named):
            made = self.made[said.name]
            if made.side is side:
                return self.world.reference(leaf, made)
            return {"id": f"p{made.id}"} if leaf.wire is Wire.ID_OBJECT else f"p{made.id}"
        zone = ZoneInfo(self.agreement.schemas[side].zone)
        value = raw_of(leaf, self._typed(said, leaf), zone)
        return [value] if leaf.many and value is not None else value

    def _typed(self, said: Said, leaf: Field) -> Any:
        if isinstance(said, Day):
            day = said.on(self.today)
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(self.agreement.integration.zone))
            return noon if leaf.type is Type.INSTANT else day
        if isinstance(said, Decimal) and leaf.type is Type.INTEGER:
            return int(said)
        return said

    @property
    def today(self) -> date:
        """Return the day in the integration's zone on which people do what is drawn next."""
        now = self.world.now + timedelta(seconds=self.elapsed)
        return now.astimezone(ZoneInfo(self.agreement.integration.zone)).date()
