"""Play every workflow of an integration on simulators of its own, and judge it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from signoff.agreement.played import BoundWorkflow
from signoff.agreement.resolved import Agreement
from signoff.checks.cast import Cast
from signoff.checks.matters import with_items
from signoff.checks.sentences import Judging
from signoff.checks.workflow import because_of, judge_workflow
from signoff.history import History
from signoff.plugin.options import RunOptions
from signoff.sensitivity.workflow import weighed_workflow
from signoff.strategies.script import Script
from signoff.strategies.workflow import draw_workflow
from signoff.verdict import Outcome, Verdict

IN_PROCESS_ONLY = {"pass": "time that passes", "killed": "the end of a run at a request"}
"""Sentences that need a connector which lives by the world's clock, and what they need."""


class Stage(Protocol):
    """Play scripts; a person is told of it."""

    @property
    def progress(self) -> object:
        """Tell a person what is going on."""

    def play_alone(self, script: Script) -> History:
        """Play a script on fresh simulators."""


class Listening:
    """Be a stage that remembers the history of what it played."""

    def __init__(self, stage: Stage) -> None:
        self.progress = stage.progress
        self._stage = stage
        self._histories: list[History] = []

    def play_alone(self, script: Script) -> History:
        """Play a script on fresh simulators."""
        self._histories.append(self._stage.play_alone(script))
        return self._histories[-1]

    def heard(self, script: Script) -> History:
        """Return the history of what was played last; an empty one of `script` where nothing was."""
        if self._histories:
            return self._histories[-1]
        return History(
            script.integration, script.seed, script.effort, "simulated", "", script.scope_hash, script.now,
            (), (), (), (), (), (),
        )  # fmt: skip


def with_workflows(
    stage: Stage,
    agreement: Agreement,
    options: RunOptions,
    seed: int,
    verdicts: Mapping[str, Verdict],
    played: Mapping[str, Verdict] | None = None,
) -> Mapping[str, Verdict]:
    """Return the rehearsal's verdicts with those on workflows, and the checklists' items that rest on both.

    `played` are the verdicts on workflows that were played meanwhile, before the rehearsal's were known.
    """
    found = workflows_judged(stage, agreement, options, seed, verdicts, played)
    today = datetime.now(ZoneInfo(agreement.integration.zone)).date()
    return with_items(agreement, {**verdicts, **found}, today) if found else verdicts


def chosen_workflows(agreement: Agreement, options: RunOptions) -> list[BoundWorkflow]:
    """Return the workflows to play: the selected ones, and those that a selected item of a checklist rests on."""
    wanted = {
        *options.selected,
        *(name for item in agreement.matters.checklist if item.statement in options.selected for name in item.evidence),
    }
    return [one for one in agreement.workflows if not options.selected or one.statement in wanted]


def play_workflows(stage: Stage, agreement: Agreement, options: RunOptions, seed: int) -> Iterator[tuple[str, Verdict]]:
    """Play the chosen workflows one after the other, for a caller that does not know the rehearsal's verdicts yet."""
    for one in chosen_workflows(agreement, options):
        alone = replace(options, selected=frozenset({one.statement}))
        yield from workflows_judged(stage, agreement, alone, seed, {}).items()


def workflows_judged(
    stage: Stage,
    agreement: Agreement,
    options: RunOptions,
    seed: int,
    elsewhere: Mapping[str, Verdict],
    played: Mapping[str, Verdict] | None = None,
) -> dict[str, Verdict]:
    """Return the verdicts on the selected workflows. `elsewhere` are those of the rehearsal.

    What is `played` already is not played again. A workflow stands by itself: it has a world of its own, drawn from
    the seed and its name, so that one selected alone does what it does among others.
    """
    today = datetime.now(ZoneInfo(agreement.integration.zone)).date()
    chosen = chosen_workflows(agreement, options)
    found: dict[str, Verdict] = {}
    for number, one in enumerate(chosen, start=1):
        if played and one.statement in played:
            found[one.statement] = because_of(played[one.statement], elsewhere)
            continue
        if callable(stage.progress):
            stage.progress(f"workflow {number} of {len(chosen)}: {one.name}")
        told = agreement.statement(one.statement)
        if told is not None and told.switched_off:
            found[one.statement] = Verdict(one.statement, Outcome.OPEN, note=told.switched_off)
            continue
        found[one.statement] = _judged(stage, agreement, one, seed, elsewhere, today)
    return found


def _judged(
    stage: Stage,
    agreement: Agreement,
    workflow: BoundWorkflow,
    seed: int,
    elsewhere: Mapping[str, Verdict],
    today: date,
) -> Verdict:
    program = agreement.integration.connector.kind == "program"
    needs = [IN_PROCESS_ONLY[one.kind] for one in workflow.steps if one.kind in IN_PROCESS_ONLY]
    if program and needs:
        return Verdict(
            workflow.statement,
            Outcome.NOT_EXERCISED,
            would_exercise=f"a connector in process: {needs[0]} cannot be shown to a program",
        )
    drawn = draw_workflow(agreement, workflow, seed, datetime.now(UTC) if program else None)
    script = _hurried(drawn.script) if program else drawn.script
    history = stage.play_alone(script)
    cast = Cast(drawn.names, drawn.phases, drawn.latest)
    judging = Judging(agreement, workflow, cast, history, today)
    return weighed_workflow(judging, judge_workflow(judging, elsewhere))


def _hurried(script: Script) -> Script:
    """Return a script in which people lose no time: a program lives by the real one."""
    return replace(
        script,
        phases=tuple(
            replace(phase, plans=tuple(replace(plan, pause=0.0) for plan in phase.plans)) for phase in script.phases
        ),
    )
