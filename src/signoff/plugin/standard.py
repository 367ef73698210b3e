"""Conduct the standard rehearsal: read, bind, draw, play, judge, and make what failed smaller."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from signoff.addresses import AddressBook
from signoff.agreement.resolved import Agreement
from signoff.agreement.unmentioned import unmentioned
from signoff.checks.case import Case
from signoff.checks.judge import judge
from signoff.checks.ledger import MOST_FINDINGS
from signoff.checks.matters import with_items
from signoff.connectors.python import load
from signoff.evidence.acceptance import Acceptance, Figures, GateLevel
from signoff.history import History, Key, Snapshot, Tried
from signoff.model.sight import Sight
from signoff.plugin.accessing import conduct_access
from signoff.plugin.again import cases, with_commands, write_scripts
from signoff.plugin.agreeing import reader
from signoff.plugin.beside import TWO_AT_ONCE, beside, may_be_shared
from signoff.plugin.collecting import sparing, uncollected
from signoff.plugin.examples import Examples
from signoff.plugin.options import RunOptions
from signoff.plugin.replaying import as_replayed, replayed
from signoff.plugin.shrinking import made_smaller, told_again
from signoff.plugin.terminated import swept_when_terminated
from signoff.plugin.workflows import (
    Listening,
    chosen_workflows,
    play_workflows,
    with_workflows,
    workflows_judged,
)
from signoff.record import RecordId
from signoff.schema import Side
from signoff.sensitivity.scene import Scene
from signoff.sensitivity.weigh import parts, weigh, with_weights
from signoff.settings import Suite
from signoff.settings.environments import SIMULATED
from signoff.strategies.distribution import edges_used
from signoff.strategies.rehearsal import draw
from signoff.strategies.script import Script, in_real_time
from signoff.trial.access import tried
from signoff.trial.play import Progress, play
from signoff.trial.stage import staged
from signoff.verdict import Verdict

if TYPE_CHECKING:
    from signoff.plugin.conduct import Progress as Telling

NOT_TESTED = (
    "Failures of the network and of the systems; restarts and the end of a run at any moment beyond what workflows do.",
    "Volumes beyond some hundred records of a kind.",
)


def run_id(started: datetime, seed: int) -> str:
    """Return the name under which a run keeps its files."""
    return f"{started.astimezone(UTC):%Y%m%dT%H%M%SZ}-{seed}"


class Rehearsal:
    """Rehearse one integration and judge it."""

    def __init__(self, suite: Suite, agreement: Agreement, options: RunOptions, progress: Progress) -> None:
        self._suite = suite
        self._agreement = agreement
        self._options = options
        self.progress = progress
        self._sights: dict[int, Sight] = {}
        self._access: tuple[Tried, ...] | None = None
        self.entities = {side: _read_entities(agreement, side) for side in Side}

    def script(self) -> Script:
        """Return a new script to play, from the seed."""
        self.progress("drawing the world")
        with uncollected(lasting=True):
            if self._agreement.integration.connector.kind == "program":
                now = datetime.now(UTC)
                return in_real_time(draw(self._agreement, self._options.seed, self._options.effort, now), now)
            return draw(self._agreement, self._options.seed, self._options.effort)

    def play(self, script: Script) -> History:
        """Try what must be possible, once, and play a script on fresh simulators."""
        self._sights.clear()
        if self._access is None:
            self._access = tried(self._agreement, reader(self._suite, self._agreement.integration), script.now)
        with (
            uncollected(),
            staged(
                self._agreement.integration,
                self._agreement.schemas,
                root=self._suite.root,
                read=reader(self._suite, self._agreement.integration),
                now=script.now,
                knobs=script.knobs,
                book=AddressBook(script.addresses),
            ) as stage,
        ):
            history = play(stage, script, self.entities, self._partner, self.progress)
        return replace(history, access=self._access)

    def play_alone(self, script: Script) -> History:
        """Play a script on fresh simulators, and try no access."""
        self._sights.clear()
        read = reader(self._suite, self._agreement.integration)
        with (
            uncollected(),
            staged(
                self._agreement.integration,
                self._agreement.schemas,
                root=self._suite.root,
                read=read,
                now=script.now,
                knobs=script.knobs,
                book=AddressBook(script.addresses),
            ) as stage,
        ):
            return play(stage, script, self.entities, self._partner, lambda _: None)

    def _partner(self, snapshot: Snapshot, key: Key) -> RecordId | None:
        sight = self._sights.get(id(snapshot))
        if sight is None:
            self._sights.clear()
            sight = self._sights[id(snapshot)] = Sight(self._agreement, snapshot)
        for pair in self._agreement.directions():
            if pair.sender is key.side and pair.source == key.entity:
                return sight.partner(pair, key.id)
        return None

    def quietly(self) -> Rehearsal:
        """Return the same rehearsal for small cases, of which nobody wants to see every phase."""
        found = Rehearsal(self._suite, self._agreement, self._options, lambda _: None)
        found._access = self._access  # what is allowed is tried once
        return found

    def judged(self, history: History, most: int = MOST_FINDINGS) -> tuple[Mapping[str, Verdict], int]:
        """Judge a history; `most` findings are kept for each statement."""
        self.progress("judging")
        # A waiver runs out at the end of its day in the integration's zone.
        today = datetime.now(ZoneInfo(self._agreement.integration.zone)).date()
        with uncollected():
            return judge(self._agreement, history, today, most)

    def weighed(self, history: History) -> tuple[Mapping[str, Verdict], int]:
        """Judge a history, and put wrong values in the evidence of every green verdict: each must be noticed."""
        self.progress("judging")
        today = datetime.now(ZoneInfo(self._agreement.integration.zone)).date()
        with uncollected(lasting=True):
            case = Case(self._agreement, history)
            verdicts, comparisons = judge(self._agreement, history, today, case=case)
            self.progress("putting wrong values in, to see whether they are noticed")
            scene = Scene(case)
            scene.look()
            first, tables = parts(case, verdicts)
            with beside(lambda: weigh(scene, tables).items()) as meanwhile:
                weights = weigh(scene, first)
                weights |= meanwhile.found()
            left = [one for one in tables if one.id not in weights]
            found = with_weights(verdicts, weights | weigh(scene, left))
            return with_items(self._agreement, found, today), comparisons


def _read_entities(agreement: Agreement, side: Side) -> list[str]:
    """Return the entities of a side that the agreement reads, directly or through references, in order."""
    schema = agreement.schemas[side]
    start = [one.ats if side is Side.ATS else one.app for one in agreement.integration.entities.values()]
    start += [pair.linked.entity for pair in agreement.pairs if pair.linked is not None and pair.sender is side]
    found: dict[str, None] = {}
    todo = [name for name in start if name in schema.entities]
    while todo:
        name = todo.pop(0)
        if name in found:
            continue
        found[name] = None
        heads = {
            source.split(".")[0].split("[")[0]
            for pair in agreement.directions()
            if pair.sender is side
            for row in pair.rows
            for source in row.sources
        }
        todo += [schema.entities[name].holder] if schema.entities[name].holder else []
        todo += [
            one.entity
            for one in schema.entities[name].fields.values()
            if one.entity in schema.entities and one.name in heads
        ]
    return list(found)


def conduct(suite: Suite, agreement: Agreement, options: RunOptions, progress: Telling) -> Acceptance:
    """Rehearse once and judge; make the failing cases smaller. In a real environment, try access. Raises as they do."""
    if agreement.integration.environment != SIMULATED:
        return conduct_access(agreement, options, progress)
    started = datetime.now(UTC)
    begun = time.perf_counter()
    if agreement.integration.connector.kind == "python":
        # What cannot be imported is told at once, not after a world was drawn for it.
        load(agreement.integration.connector.target, suite.root, agreement.integration.connector.timeout_seconds)
    with sparing(), swept_when_terminated():
        return _conducted(suite, agreement, options, progress, started, begun)


@dataclass(frozen=True, slots=True)
class _Run:
    """Hold what was played and judged, and until when (seconds of the clock) each part of it took."""

    script: Script
    history: History
    verdicts: Mapping[str, Verdict]
    comparisons: int
    drawn: float
    played: float
    judged: float
    kept: Mapping[str, Script] = field(default_factory=dict)
    replayed: str = ""


def _rehearsed(
    suite: Suite, agreement: Agreement, options: RunOptions, rehearsal: Rehearsal, progress: Telling
) -> _Run:
    """Rehearse a new world, with every workflow in its own, and make the failing cases smaller."""
    clock = time.perf_counter
    examples = Examples(suite.root, agreement.integration.name)
    own = not options.connector
    if own:
        examples.tried_first(rehearsal, agreement, lambda said: progress(said, at_once=True))
    alone = rehearsal.quietly()
    connector = agreement.integration.connector
    apart = bool(chosen_workflows(agreement, options)) and connector.kind == "python" and not connector.alone
    with beside(lambda: play_workflows(alone, agreement, options, options.seed), wanted=apart) as meanwhile:
        script = rehearsal.script()
        drawn = clock()
        history = rehearsal.play(script)
        if meanwhile.forked and any(may_be_shared(run.crashed) for run in history.runs):
            progress(TWO_AT_ONCE, at_once=True)
        played = clock()
        verdicts, comparisons = rehearsal.weighed(history)
        judged = clock()
        kept: dict[str, Script] = {}
        verdicts = made_smaller(rehearsal, agreement, script, history, verdicts, kept)
        if own:
            examples.keep(agreement, kept, verdicts)
        verdicts = with_workflows(rehearsal, agreement, options, script.seed, verdicts, meanwhile.found())
    return _Run(script, history, verdicts, comparisons, drawn, played, judged, kept)


def _played_again(suite: Suite, agreement: Agreement, options: RunOptions, rehearsal: Rehearsal) -> _Run:
    """Play what `--replay` names, and nothing else; of one case, say whether it still fails."""
    clock = time.perf_counter
    replay = replayed(suite, agreement, options)
    script, drawn = replay.script, clock()
    if replay.workflow:
        heard = Listening(rehearsal)
        only = replace(options, selected=frozenset({replay.workflow}))
        verdicts: Mapping[str, Verdict] = workflows_judged(heard, agreement, only, script.seed, {})
        history, comparisons, played = heard.heard(script), 0, clock()
    else:
        history, played = rehearsal.play(script), clock()
        verdicts, comparisons = rehearsal.weighed(history)
        verdicts = told_again(agreement, script, verdicts) if not replay.whole else verdicts
        if not replay.one:
            verdicts = with_workflows(rehearsal, agreement, options, script.seed, verdicts, {})
    judged = clock()
    if replay.one:
        verdicts = {replay.one: as_replayed(verdicts[replay.one], replay, agreement.scope_hash)}
    note = "; ".join(part for part in (replay.file, replay.changed(agreement.scope_hash)) if part)
    return _Run(script, history, verdicts, comparisons, drawn, played, judged, replayed=note)


def _conducted(
    suite: Suite, agreement: Agreement, options: RunOptions, progress: Telling, started: datetime, begun: float
) -> Acceptance:
    rehearsal = Rehearsal(suite, agreement, options, progress)
    if options.replay:
        run = _played_again(suite, agreement, options, rehearsal)
    else:
        run = _rehearsed(suite, agreement, options, rehearsal, progress)
    script, history = run.script, run.history
    complete = options.complete and not options.replay
    folder = options.reports / "runs" / run_id(started, script.seed)
    own_folder = options.reports / agreement.integration.name
    found = {} if options.replay else cases(agreement, script, run.kept, run.verdicts, folder)
    files = write_scripts(folder, own_folder, agreement, script, found, whole=complete)
    verdicts = with_commands(suite, agreement, options, run.verdicts, files)
    wanted = options.selected or frozenset(verdicts)
    integration = agreement.integration
    return Acceptance(
        integration=integration.name,
        title=integration.title or " and ".join(integration.systems[side].name for side in Side),
        statements=agreement.statements,
        verdicts={name: verdict for name, verdict in verdicts.items() if name in wanted},
        complete=complete,
        selection=options.selection or (f"--replay {options.replay}" if options.replay else ""),
        environment=integration.environment,
        connector=integration.connector.target or " ".join(integration.connector.command),
        connector_version=history.connector,
        scope_hash=agreement.scope_hash,
        seed=script.seed,
        effort=script.effort,
        started=started,
        seconds=time.perf_counter() - begun,
        gate=GateLevel(integration.gate),
        figures=Figures(
            connector_runs=len(history.runs),
            records_judged=sum(
                len(snapshot.of(side).get(pair.source, {}))
                for snapshot in history.snapshots
                if snapshot.moment == "settled"
                for pair in agreement.pairs
                for side in (pair.sender,)
            ),
            comparisons=run.comparisons,
            exchanges=sum(1 for one in history.exchanges if one.run),
            seconds_world=run.drawn - begun,
            seconds_sync=sum(one.seconds for one in history.runs),
            seconds_judge=run.judged - run.played,
        ),
        world_now=script.now,
        systems={side.value: integration.systems[side].name for side in Side},
        not_tested=NOT_TESTED,
        replayed=run.replayed,
        unmentioned=unmentioned(agreement),
        edges=edges_used(agreement, script) if script.effort == "thorough" else (),
    )
