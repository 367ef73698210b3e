"""Rehearse one altered connector on a world that is drawn once, and compare its verdicts with what was declared."""

from __future__ import annotations

import importlib
import pkgutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import planted
from focus import concerned, cut, spoken_of
from planted.register import BENIGN, DEFECTS, Defect, times_acted

from signoff.agreement.resolved import Agreement
from signoff.evidence.acceptance import COUNTED_APART
from signoff.plugin.agreeing import agree
from signoff.plugin.options import RunOptions
from signoff.plugin.shrinking import first_findings, judged_by
from signoff.plugin.standard import Rehearsal
from signoff.plugin.workflows import workflows_judged
from signoff.settings import Suite
from signoff.settings.suite import find_suite
from signoff.strategies.script import Script
from signoff.trial.cohort import weight
from signoff.trial.smallest import Search, Smallest
from signoff.verdict import Outcome, Verdict

for _module in pkgutil.iter_modules(planted.__path__):
    importlib.import_module(f"planted.{_module.name}")

INTEGRATION = "bullhorn-shiftline"
CORRECT = Defect("Correct", "CORRECT", "", frozenset(), "The reference connector as it is.")
GREEN = (Outcome.VERIFIED, Outcome.ASSUMED)


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Hold how small the counterexamples of a trial became; the figures are those of the largest one."""

    records: int
    operations: int
    company: int
    """Statements that fail only in company, or were not made smaller."""
    rounds: int
    runs: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Trial:
    """Hold how the verdicts on one connector and seed compare with its declaration."""

    name: str
    klass: str
    seed: int
    caught: tuple[str, ...]
    missed: tuple[str, ...]
    """Declared, and not failed."""
    surplus: tuple[str, ...]
    """Failed and not declared, or without evidence for another reason than what was declared."""
    lost: int
    """Statements that are not exercised because of the declared ones."""
    witnessed: int
    seconds: float
    checks: tuple[str, ...] = ()
    """Names of the checks that found the declared statements wrong."""
    shown: tuple[str, ...] = ()
    """Counterexamples of what deviates, for whoever has to look into it."""
    shrunk: Shrunk | None = None
    """What became of the counterexamples; None: they were not made smaller."""

    @property
    def right(self) -> bool:
        """Tell whether exactly the declared statements failed, and the altered line ran."""
        return not self.missed and not self.surplus and (self.witnessed > 0 or self.klass in ("BENIGN", "CORRECT"))


def known(name: str) -> Defect:
    """Return a declared defect or benign variant, or the correct connector."""
    return CORRECT if name == CORRECT.name else (DEFECTS | BENIGN)[name]


@lru_cache(maxsize=1)
def bound() -> tuple[Suite, Agreement]:
    """Return the suite and its agreement, read once."""
    suite = find_suite(Path(__file__).parent)
    assert suite is not None
    return suite, agree(suite, INTEGRATION)


@lru_cache(maxsize=2)
def _script(seed: int, effort: str) -> Script:
    suite, agreement = bound()
    return Rehearsal(suite, agreement, RunOptions(seed=seed, effort=effort), _quiet).script()


def _quiet(_: str) -> None:
    """Say nothing."""


def _rehearsal(target: str, seed: int, effort: str) -> tuple[Rehearsal, Agreement]:
    suite, agreement = bound()
    if target:
        declared = replace(agreement.integration.connector, kind="python", target=target)
        agreement = replace(agreement, integration=replace(agreement.integration, connector=declared))
    return Rehearsal(suite, agreement, RunOptions(seed=seed, effort=effort), _quiet), agreement


def verdicts_on(target: str, seed: int, effort: str, bindings: frozenset[str] = frozenset()) -> Mapping[str, Verdict]:
    """Rehearse a connector (`module:Class`, "" for the toml's) on a seed's world, and judge it.

    `bindings`: only these, with what they refer to; empty: all.
    """
    rehearsal, agreement = _rehearsal(target, seed, effort)
    script = _script(seed, effort)
    return rehearsal.judged(rehearsal.play(cut(agreement, script, bindings) if bindings else script))[0]


def workflows_on(target: str, seed: int, effort: str, declared: frozenset[str]) -> Mapping[str, Verdict]:
    """Play the workflows that are declared, and judge them. The others are not played: nothing is said of them."""
    wanted = declared & {one.statement for one in bound()[1].workflows}
    if not wanted:
        return {}
    rehearsal, agreement = _rehearsal(target, seed, effort)
    return workflows_judged(rehearsal, agreement, RunOptions(seed=seed, selected=wanted), seed, {})


def smallest_on(target: str, seed: int, effort: str, verdicts: Mapping[str, Verdict]) -> Mapping[str, Smallest]:
    """Make the counterexamples of a trial smaller, as a run of pytest does."""
    return _search(target, seed, effort, verdicts)[1]


def _search(
    target: str, seed: int, effort: str, verdicts: Mapping[str, Verdict]
) -> tuple[Search, Mapping[str, Smallest]]:
    rehearsal, agreement = _rehearsal(target, seed, effort)
    script = _script(seed, effort)
    search = Search(agreement, script, judged_by(rehearsal))
    return search, search.smallest(first_findings(script, verdicts))


def _shrunk(target: str, seed: int, effort: str, verdicts: Mapping[str, Verdict]) -> Shrunk | None:
    begun = time.perf_counter()
    search, found = _search(target, seed, effort, verdicts)
    if not found:
        return None
    sizes = [weight(one.script) if one.script is not None else one.before for one in found.values()]
    return Shrunk(
        max(one.records for one in sizes),
        max(one.operations for one in sizes),
        sum(not one.alone for one in found.values()),
        search.budget.spent_rounds,
        search.budget.spent_runs,
        time.perf_counter() - begun,
    )


def enough(names: Sequence[str], effort: str) -> str:
    """Return the effort that is asked for, or the least that shows all of some defects where that is more."""
    return max((effort, *(known(one).effort for one in names)), key=("quick", "standard", "thorough").index)


def trial(name: str, seed: int, effort: str, *, shrink: bool = False, focused: bool = False) -> Trial:
    """Rehearse one declared connector and compare; `shrink`: make its counterexamples smaller too.

    `focused`: in a world cut down to the bindings concerned.
    """
    one = known(name)
    [found] = compared([name], one.target, seed, effort, shrink=shrink, focused=focused)
    return found


def compared(
    names: Sequence[str], target: str, seed: int, effort: str, *, shrink: bool = False, focused: bool = False
) -> list[Trial]:
    """Rehearse a connector with one or several declared defects, and compare with what each declares."""
    several = [known(name) for name in names]
    declared = frozenset[str]().union(*(one.reddens for one in several))
    effort = enough(names, effort)
    _script(seed, effort)
    begun = time.perf_counter()
    times_acted(start=True)
    apart = {known.id for known in bound()[1].statements if known.kind in COUNTED_APART}
    cuttable = focused and not any(one.whole for one in several)
    bindings = concerned(bound()[1], declared) if cuttable else frozenset[str]()
    about = spoken_of(bound()[1], bindings) if bindings else {one.id for one in bound()[1].statements}
    judged = {**verdicts_on(target, seed, effort, bindings), **workflows_on(target, seed, effort, declared)}
    scenarios = {one.statement for one in bound()[1].workflows} - declared
    verdicts = {key: found for key, found in judged.items() if key in about - apart - scenarios}
    witnessed = {name: times_acted(name if len(names) > 1 else "") for name in names}
    seconds = (time.perf_counter() - begun) / len(names)
    failed = {key for key, verdict in verdicts.items() if verdict.outcome is Outcome.FAILED}
    others = {key: one for key, one in verdicts.items() if key not in failed and one.outcome not in GREEN}
    lost = {key for key, verdict in others.items() if verdict.because_of and set(verdict.because_of) <= declared}
    surplus = (failed - declared) | (others.keys() - lost - declared)
    return [
        Trial(
            one.name,
            one.klass,
            seed,
            tuple(sorted(one.reddens & failed)),
            tuple(sorted(one.reddens - failed)),
            tuple(sorted(surplus)),
            len(lost),
            witnessed[one.name],
            seconds,
            tuple(sorted({found.check for key in one.reddens & failed for found in verdicts[key].findings})),
            tuple(_shown(key, verdicts[key]) for key in sorted(surplus)[:4] if key in verdicts),
            _shrunk(target, seed, effort, verdicts) if shrink else None,
        )
        for one in several
    ]


def _shown(statement: str, verdict: Verdict) -> str:
    example = verdict.counterexample
    if example is None:
        return (
            f"{statement}: {verdict.outcome.value}, {verdict.note}, because of {', '.join(verdict.because_of) or '-'}"
        )
    return (
        f"{statement}: {verdict.findings[0].kind}: {example.record}, given {example.given}, {example.phase}: "
        f"expected {example.expected}, found {example.found}; {example.note}"
    )
