"""Hold what was put in for one statement, and say in its verdict what was noticed, missed, or fitted nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from signoff.checks.ledger import LOST_TO
from signoff.verdict import Outcome, Verdict

UNSEEN = "a wrong value would not have been noticed"
"""The note of a verdict that was green until something wrong was put in, and nobody saw it."""
ANYTHING = "passes whatever is found"
"""Stands for all wrong values at once, where none of them was seen or none could be put in."""

_SAY_MORE = "passes whatever is found; stronger with something that a record could prove wrong"

_STRENGTHENED_BY: Mapping[str, str] = {
    "missing": "a record whose value is not blank",
    "stale": "a record whose value becomes another one",
    "overwritten": "a record in which the rule gives another value than the one that is held",
    "neighbour": "another charted field of the same type",
    "stranger": "another record with another value",
    "another row's value": "a record for which another row's value is wrong",
}
"""What a run would have needed so that a wrong value fits, by its name."""


@dataclass(slots=True)
class Weight:
    """Hold what was put in for one statement: noticed by phase, missed, and what fitted nowhere.

    In a scenario each sentence stands in the place of a phase.
    """

    noticed: dict[str, list[str]] = field(default_factory=dict)
    missed: list[tuple[str, str, str]] = field(default_factory=list)
    """Phase, wrong value, the record that would have shown it, or what was lacking; "" where there is none."""
    unfitting: list[tuple[str, str]] = field(default_factory=list)
    """Phase and wrong value that would have been right, or the same, in every record."""

    def weak(self) -> Mapping[str, str]:
        """Return the phases in which something wrong was not seen, or nothing could be wrong, and what would help."""
        found: dict[str, list[str]] = {}
        for phase, name, record in self.missed:
            found.setdefault(phase, []).append(_SAY_MORE if name == ANYTHING else f"not seen: {_missed(name, record)}")
        fitless: dict[str, dict[str, None]] = {}
        for phase, name in self.unfitting:
            if phase not in self.noticed and phase not in found:
                lacking = _STRENGTHENED_BY.get(name, f"a record in which `{name}` is wrong")
                fitless.setdefault(phase, {})[lacking] = None
        told = {phase: "; ".join(said) for phase, said in found.items()}
        for phase, wanted in fitless.items():
            told[phase] = f"no wrong value fits; stronger with {' or '.join(wanted)}"
        return told


def _missed(name: str, record: str) -> str:
    return f"{name}, in {record}" if record else name


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for phase, name in pairs:
        found.setdefault(phase, {})[name] = None
    return {phase: tuple(names) for phase, names in found.items()}


def with_weight(verdict: Verdict, weight: Weight | None) -> Verdict:
    """Return a verdict with its weight; a green one that missed something is not exercised."""
    if weight is None:
        return verdict
    told = replace(
        verdict,
        noticed={phase: tuple(dict.fromkeys(names)) for phase, names in weight.noticed.items()},
        missed=_grouped((phase, name) for phase, name, _ in weight.missed),
        unfitting=_grouped(weight.unfitting),
        weak=weight.weak(),
    )
    if not weight.missed:
        return replace(told, sensitive=True if weight.noticed else None)
    return replace(
        told,
        outcome=Outcome.NOT_EXERCISED,
        sensitive=False,
        because_of=tuple(verdict.facts.get(LOST_TO, ())),
        would_exercise="; ".join(f"{phase}: {_missed(name, record)}" for phase, name, record in weight.missed),
        note=UNSEEN,
    )
