"""Rehearse one altered connector on a world that is drawn once, and compare its verdicts with what was declared."""

from __future__ import annotations

import importlib
import pkgutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import planted
from planted.register import BENIGN, DEFECTS, Defect, times_acted

from signoff.agreement.resolved import Agreement
from signoff.plugin.agreeing import agree
from signoff.plugin.options import RunOptions
from signoff.plugin.standard import Rehearsal
from signoff.settings import Suite
from signoff.settings.suite import find_suite
from signoff.strategies.script import Script
from signoff.verdict import Outcome, Verdict

for _module in pkgutil.iter_modules(planted.__path__):
    importlib.import_module(f"planted.{_module.name}")

INTEGRATION = "bullhorn-shiftline"
CORRECT = Defect("Correct", "CORRECT", "", frozenset(), "The reference connector as it is.")
GREEN = (Outcome.VERIFIED, Outcome.ASSUMED)


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


def verdicts_on(target: str, seed: int, effort: str) -> Mapping[str, Verdict]:
    """Rehearse a connector (`module:Class`, "" for the toml's) on a seed's world, and judge it."""
    suite, agreement = bound()
    if target:
        declared = replace(agreement.integration.connector, kind="python", target=target)
        agreement = replace(agreement, integration=replace(agreement.integration, connector=declared))
    rehearsal = Rehearsal(suite, agreement, RunOptions(seed=seed, effort=effort), _quiet)
    return rehearsal.judged(rehearsal.play(_script(seed, effort)))[0]


def trial(name: str, seed: int, effort: str) -> Trial:
    """Rehearse one declared connector and compare."""
    one = known(name)
    _script(seed, effort)
    begun = time.perf_counter()
    times_acted(start=True)
    verdicts = verdicts_on(one.target, seed, effort)
    failed = {key for key, verdict in verdicts.items() if verdict.outcome is Outcome.FAILED}
    others = {key: one for key, one in verdicts.items() if key not in failed and one.outcome not in GREEN}
    lost = {key for key, verdict in others.items() if verdict.because_of and set(verdict.because_of) <= one.reddens}
    surplus = (failed - one.reddens) | (others.keys() - lost - one.reddens)
    missed = one.reddens - failed
    return Trial(
        name,
        one.klass,
        seed,
        tuple(sorted(one.reddens & failed)),
        tuple(sorted(missed)),
        tuple(sorted(surplus)),
        len(lost),
        times_acted(),
        time.perf_counter() - begun,
        tuple(sorted({found.check for key in one.reddens & failed for found in verdicts[key].findings})),
        tuple(_shown(key, verdicts[key]) for key in sorted(surplus)[:4] if key in verdicts),
    )


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
