"""Conduct the standard rehearsal: read, bind, draw, play, judge, and make what failed smaller."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from signoff.addresses import AddressBook
from signoff.agreement.resolved import Agreement
from signoff.agreement.unmentioned import unmentioned
from signoff.checks.case import Case
from signoff.checks.judge import judge
from signoff.checks.ledger import MOST_FINDINGS
from signoff.connectors.python import load
from signoff.errors import Blocked, Place, Problem, ScopeError, nearest
from signoff.evidence.acceptance import Acceptance, Figures, GateLevel
from signoff.evidence.writing import file_name, write_whole
from signoff.history import History, Key, Snapshot, Tried
from signoff.model.sight import Sight
from signoff.plugin.agreeing import reader
from signoff.plugin.beside import TWO_AT_ONCE, beside, may_be_shared
from signoff.plugin.collecting import sparing, uncollected
from signoff.plugin.examples import Examples
from signoff.plugin.options import RunOptions
from signoff.plugin.shrinking import made_smaller, told_again
from signoff.plugin.terminated import swept_when_terminated
from signoff.plugin.workflows import chosen_workflows, play_workflows, with_workflows
from signoff.record import RecordId
from signoff.schema import Side
from signoff.sensitivity.scene import Scene
from signoff.sensitivity.weigh import parts, weigh, with_weights
from signoff.settings import Suite
from signoff.strategies.distribution import edges_used
from signoff.strategies.kept import fits, from_json
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
        """Return the script to play: the one that is replayed, or a new one from the seed."""
        if self._options.replay:
            return replayed(self._suite, self._agreement, self._options)
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
            return with_weights(verdicts, weights | weigh(scene, left)), comparisons


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


def replayed(suite: Suite, agreement: Agreement, options: RunOptions) -> Script:
    """Return the script that `--replay` names: a run's id, a file, or a statement with a kept counterexample."""
    wanted = options.replay
    name = agreement.integration.name
    places = (
        Path(wanted),
        suite.root / wanted,
        suite.root / wanted / f"script-{name}.json",
        options.reports / "runs" / wanted / f"script-{name}.json",
        options.reports / name / "counterexamples" / f"{file_name(wanted)}.json",
    )
    file = next((one for one in places if _is_file(one)), None)
    if file is None:
        runs = [one.name for one in (options.reports / "runs").glob("*")] if options.reports.is_dir() else []
        raise ScopeError(
            Problem(
                Place("--replay", cell=wanted),
                "a run's id, a script file, or a statement whose counterexample was kept",
                "none of these",
                did_you_mean=nearest(wanted, (*runs, *(one.id for one in agreement.statements))),
                how=f"Runs are kept in {options.reports.name}/runs, counterexamples beside the sheet.",
            )
        )
    try:
        text = file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise ScopeError(
            Problem(Place("--replay", cell=wanted), "a file that can be read", error.strerror or type(error).__name__)
        ) from None
    script = from_json(text, file.name)
    if script.integration != name:
        raise ScopeError(
            Problem(
                Place("--replay", cell=wanted), f"a script of {name}", f"one of {script.integration}", code="no-script"
            )
        )
    fits(script, agreement.schemas, [one.id for one in agreement.statements], file.name)
    return script


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long, or a folder that may not be entered
        return False


def conduct(suite: Suite, agreement: Agreement, options: RunOptions, progress: Telling) -> Acceptance:
    """Rehearse once and judge; make the failing cases smaller. Raises Blocked or ScopeError."""
    started = datetime.now(UTC)
    _simulated(agreement)
    begun = time.perf_counter()
    if agreement.integration.connector.kind == "python":
        # What cannot be imported is told at once, not after a world was drawn for it.
        load(agreement.integration.connector.target, suite.root, agreement.integration.connector.timeout_seconds)
    with sparing(), swept_when_terminated():
        return _conducted(suite, agreement, options, progress, started, begun)


def _conducted(
    suite: Suite, agreement: Agreement, options: RunOptions, progress: Telling, started: datetime, begun: float
) -> Acceptance:
    clock = time.perf_counter
    rehearsal = Rehearsal(suite, agreement, options, progress)
    examples = Examples(suite.root, agreement.integration.name)
    own = not options.replay and not options.connector
    if own:
        examples.tried_first(rehearsal, agreement, lambda said: progress(said, at_once=True))
    alone = rehearsal.quietly()
    connector = agreement.integration.connector
    workflows = chosen_workflows(agreement, options)
    apart = bool(workflows) and not options.replay and connector.kind == "python" and not connector.alone
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
        if options.replay:
            verdicts = told_again(agreement, script, verdicts)
        else:
            verdicts = made_smaller(rehearsal, agreement, script, history, verdicts, kept)
        if own:
            examples.keep(agreement, kept, verdicts)
        if not script.statements:
            verdicts = with_workflows(rehearsal, agreement, options, script.seed, verdicts, meanwhile.found())
    if options.connector:
        verdicts = {name: _with_connector(verdict, options.connector) for name, verdict in verdicts.items()}
    folder = options.reports / "runs" / run_id(started, script.seed)
    own_folder = options.reports / agreement.integration.name
    write_scripts(folder, own_folder, agreement, script, kept, whole=options.complete and not options.replay)
    wanted = options.selected or frozenset(verdicts)
    if script.statements:
        wanted = wanted & frozenset(script.statements)
    integration = agreement.integration
    return Acceptance(
        integration=integration.name,
        title=integration.title or " and ".join(integration.systems[side].name for side in Side),
        statements=agreement.statements,
        verdicts={name: verdict for name, verdict in verdicts.items() if name in wanted},
        complete=options.complete and not options.replay,
        selection=options.selection or (f"--replay {options.replay}" if options.replay else ""),
        environment=integration.environment,
        connector=integration.connector.target or " ".join(integration.connector.command),
        connector_version=history.connector,
        scope_hash=agreement.scope_hash,
        seed=script.seed,
        effort=script.effort,
        started=started,
        seconds=clock() - begun,
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
            comparisons=comparisons,
            exchanges=sum(1 for one in history.exchanges if one.run),
            seconds_world=drawn - begun,
            seconds_sync=sum(run.seconds for run in history.runs),
            seconds_judge=judged - played,
        ),
        world_now=script.now,
        systems={side.value: integration.systems[side].name for side in Side},
        not_tested=NOT_TESTED,
        replayed=_replay_note(script, agreement, options),
        unmentioned=unmentioned(agreement),
        edges=edges_used(agreement, script) if script.effort == "thorough" else (),
    )


def _with_connector(verdict: Verdict, target: str) -> Verdict:
    """Return a verdict whose commands name the connector that was tested instead of the toml's."""
    findings = tuple(
        replace(
            one,
            counterexample=replace(
                one.counterexample, reproduce=f"{one.counterexample.reproduce} --connector {target}"
            ),
        )
        for one in verdict.findings
    )
    return replace(verdict, findings=findings)


def _simulated(agreement: Agreement) -> None:
    """Refuse a real environment: this version rehearses on simulators only, and says nothing of anything else."""
    environment = agreement.integration.environment
    if environment != "simulated":
        raise Blocked(
            Problem(
                Place(agreement.integration.file, cell=f"[environments.{environment}]"),
                "the simulated environment (no --environment)",
                f"--environment {environment}",
                how="Rehearsing on a real tenant is not part of this version; nothing has been touched.",
            )
        )


def _replay_note(script: Script, agreement: Agreement, options: RunOptions) -> str:
    if not options.replay:
        return ""
    if script.scope_hash != agreement.scope_hash:
        return f"{options.replay}; its scope was {script.scope_hash}, the scope now is {agreement.scope_hash}"
    return options.replay


def write_scripts(
    run_folder: Path,
    own_folder: Path,
    agreement: Agreement,
    script: Script,
    kept: Mapping[str, Script],
    *,
    whole: bool = True,
) -> None:
    """Keep the run's script, and one for each counterexample, so that `--replay` can play them again.

    A replay, and a run of some rows, say nothing of the others' counterexamples: these stay unless the run was `whole`.
    No script is written from a real environment. Trouble with the folder is told when the reports are written.
    """
    environment = agreement.integration.environments.get(agreement.integration.environment)
    if environment is not None and environment.real:
        return
    files = {run_folder / f"script-{script.integration}.json": script.to_json()}
    for name, one in kept.items():
        files[own_folder / "counterexamples" / f"{file_name(name)}.json"] = one.to_json()
    try:
        for stale in (own_folder / "counterexamples").glob("*.json") if whole else ():
            stale.unlink()
        for file, text in files.items():
            write_whole(file, text)
    except OSError:
        return  # publishing the reports meets the same trouble, and tells it with place and remedy
