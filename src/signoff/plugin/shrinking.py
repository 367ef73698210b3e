"""Make the failing cases of a rehearsal smaller, and put them in the place of the large ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from signoff.agreement.resolved import Agreement
from signoff.checks.ledger import MOST_FINDINGS
from signoff.errors import Blocked
from signoff.history import History
from signoff.strategies.script import Script
from signoff.trial.budget import Budget
from signoff.trial.cohort import weight
from signoff.trial.known import Fails
from signoff.trial.smallest import Search, Smallest
from signoff.trial.story import story
from signoff.verdict import CaseSize, Finding, Outcome, Verdict

if TYPE_CHECKING:
    from signoff.plugin.standard import Rehearsal

CHEAP_SECONDS = 0.25
"""Real seconds that one run of a program may take, for its failing cases to be made smaller as far as can be."""
SECONDS = 30.0
"""Real seconds after which no further round is begun."""
FOR_PROGRAMS = Budget(rounds=4, runs=24, seconds=SECONDS)
MOST_KEPT = 400
"""Findings of one statement that are looked at in a joint script, in which each belongs to another case."""


def first_findings(script: Script, verdicts: Mapping[str, Verdict]) -> dict[str, Finding]:
    """Return the finding of every failed statement from which its search begins: early, and of a known family.

    What fails because another statement does is left out: its case is that one's.
    """
    labels = [phase.label for phase in script.phases]
    sizes = {one.name: len(one.members) for one in script.families}

    def order(one: Finding) -> tuple[bool, int, int]:
        example = one.counterexample
        phase = labels.index(example.label) if example.label in labels else len(labels)
        return example.family not in sizes, phase, sizes.get(example.family, 0)

    return {
        name: min(verdict.findings, key=order)
        for name, verdict in verdicts.items()
        if verdict.outcome is Outcome.FAILED and verdict.findings and not verdict.because_of
    }


def budget_for(agreement: Agreement, history: History) -> Budget | None:
    """Return what may be spent on the search; None where nothing is made smaller.

    Nothing is outside simulators. A program on ports starts anew for each run: only a quick one is worth it.
    """
    if agreement.integration.environment != "simulated":
        return None
    if agreement.integration.connector.kind != "program":
        return Budget(seconds=SECONDS)
    quickest = min((run.seconds for run in history.runs), default=0.0)
    return Budget(seconds=SECONDS) if quickest <= CHEAP_SECONDS else replace(FOR_PROGRAMS)


def judged_by(rehearsal: Rehearsal) -> Fails:
    """Return the judge of the search: a script is played on fresh systems, and its findings are told."""

    quiet = rehearsal.quietly()

    def fails(script: Script) -> Mapping[str, Sequence[Finding]] | None:
        try:
            history = quiet.play(script)
        except Blocked:
            # A system refuses what no person could have entered there: such a case shows nothing.
            return None
        joint = len(script.families) > 1
        verdicts, _ = quiet.judged(history, MOST_KEPT if joint else MOST_FINDINGS)
        return {name: verdict.findings for name, verdict in verdicts.items() if verdict.findings}

    return fails


def made_smaller(
    rehearsal: Rehearsal,
    agreement: Agreement,
    script: Script,
    history: History,
    verdicts: Mapping[str, Verdict],
    kept: dict[str, Script],
) -> Mapping[str, Verdict]:
    """Return the verdicts with the smallest case of each red one in front; its script is put into `kept`.

    A finding is never dropped because it could not be made smaller.
    """
    budget = budget_for(agreement, history)
    red = first_findings(script, verdicts)
    if budget is None or not red:
        return verdicts
    search = Search(agreement, script, judged_by(rehearsal), budget, rehearsal.progress)
    found = dict(verdicts)
    for name, smallest in search.smallest(red).items():
        if smallest.script is not None and smallest.played:
            kept[name] = smallest.script
        others = tuple(one for one in verdicts[name].findings if one is not red[name])
        found[name] = replace(verdicts[name], findings=(_shown(agreement, red[name], smallest), *others))
    return found


def told_again(agreement: Agreement, script: Script, verdicts: Mapping[str, Verdict]) -> Mapping[str, Verdict]:
    """Return the verdicts of a replayed counterexample with its story; of a whole run's script as they are."""
    if len(script.statements) != 1 or not verdicts[script.statements[0]].findings:
        return verdicts
    name = script.statements[0]
    first, *others = verdicts[name].findings
    size = weight(script)
    told = replace(
        first.counterexample,
        story=story(agreement, script, first.counterexample.family),
        size=CaseSize(size.records, size.operations, size.records, size.operations),
        alone=True if len(script.families) == 1 else None,
    )
    return {**verdicts, name: replace(verdicts[name], findings=(replace(first, counterexample=told), *others))}


def _shown(agreement: Agreement, first: Finding, smallest: Smallest) -> Finding:
    example = smallest.finding.counterexample
    note = "; ".join(one for one in (example.note, smallest.note) if one)
    if smallest.script is None:
        # Of a case that failed only among others, the first finding is what can be played again.
        kept = first.counterexample
        note = "; ".join(one for one in (kept.note, smallest.note) if one)
        return replace(first, counterexample=replace(kept, alone=smallest.alone, note=note))
    size = weight(smallest.script)
    told = replace(
        example,
        alone=smallest.alone,
        note=note,
        reproduce=first.counterexample.reproduce,
        story=story(agreement, smallest.script, example.family),
        size=CaseSize(
            size.records,
            size.operations,
            smallest.before.records,
            smallest.before.operations,
            smallest.rounds,
            smallest.runs,
        ),
    )
    return replace(smallest.finding, counterexample=told)
