"""Judge a statement: findings become verdicts, and verdicts merge in one fixed order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """Name the seven verdicts, worst first (SCOPE_LANGUAGE: merged in this order)."""

    FAILED = "failed"
    BLOCKED = "blocked"
    NOT_EXERCISED = "not exercised"
    WAIVED = "waived"
    OPEN = "open"
    ASSUMED = "assumed"
    VERIFIED = "verified"


WORST_FIRST = tuple(Outcome)

BLAMED = "blamed"
"""The fact of a failed workflow that names the statements whose failing would explain it, all of them."""
SENTENCE = "sentence"
"""Name of the fact by which the verdict on a workflow says which of its sentences did not hold."""
STANDS = "sentence stands"
"""Name of the fact that says where that sentence stands: `features/x/workflows.feature:12`."""

TRANSITIONS = "transitions"
"""Name of the fact by which the verdict on a value row says from which statuses it was entered, and how each went."""

BOUNDARIES = "boundaries"
"""Name of the fact by which the verdict on a population row says on which days around its boundary it was tried."""

PATHS = "paths"
"""Name of the fact by which the verdict on a population row says by which paths its records came to the connector."""

FOLLOWED = "followed"
"""Name of the fact by which the verdict on a lifecycle row says when it happened, and when the other side followed."""

STANDING = "standing"
"""Name of the fact by which a verdict says that it rests on less than a test of all that the statement promises.

That is somebody's word (`answered`, `attested`), or one case that was played again and did not fail any more.
"""
ANSWERED = "answered"
ATTESTED = "attested"
NO_LONGER = "no longer fails"


ELSEWHERE = "environment"
"""Name of the fact that names the real environment in which a statement is not exercised, because only access is."""


def merged(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the worst of several outcomes; of none: not exercised, because nothing was shown."""
    found = set(outcomes)
    for outcome in WORST_FIRST:
        if outcome in found:
            return outcome
    return Outcome.NOT_EXERCISED


@dataclass(frozen=True, slots=True)
class CaseSize:
    """Say how small a case is beside the run it was found in, and what the search took.

    Making a record is an operation too. `rounds`, `runs` (of the connector) are those of all red rows together.
    """

    records: int
    operations: int
    whole_records: int
    whole_operations: int
    rounds: int = 0
    runs: int = 0


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Show one case that breaks a statement, in the words of the chart.

    `record` names it ("Candidate 17, Zoë O'Brien"); `given` are the sending cells and their values;
    `expected`, `found` are texts for a reader; `phase` says when ("after the first sync"); `exchange` is the
    request that carried the wrong value, shortened, secrets and never-fields masked; `reproduce` is the
    command that repeats the run, `replay` the one that plays this case alone, and `unreplayed` says why there is none.
    """

    record: str
    expected: str
    found: str
    given: tuple[tuple[str, str], ...] = ()
    phase: str = ""
    exchange: str = ""
    reproduce: str = ""
    replay: str = ""
    unreplayed: str = ""
    family: str = ""
    alone: bool | None = None
    """Whether it also failed with nobody else there; None: not tried."""
    note: str = ""
    label: str = ""
    """The phase by the name that the script gives it; "" if it belongs to none."""
    story: tuple[str, ...] = ()
    """The smallest case in sentences: the records, what people did to them, when the connector ran."""
    size: CaseSize | None = None
    """How small the case is; None: it was not made smaller."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Attribute one observed fault to one statement. `costs` lists statements whose evidence it took away."""

    statement: str
    kind: str
    """leak, missing, surplus, wrong value, delete, contract, dishonest …"""
    counterexample: Counterexample
    costs: tuple[str, ...] = ()
    check: str = ""
    """Name of the check that found it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Hold what is known of one statement after a trial.

    `exercised` counts, by phase, the pairs that could have shown it wrong; `would_exercise` says what was
    lacking when nothing did; `because_of` names the statements whose findings took the evidence away.
    """

    statement: str
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    exercised: Mapping[str, int] = field(default_factory=dict)
    because_of: tuple[str, ...] = ()
    would_exercise: str = ""
    note: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    sensitive: bool | None = None
    """Whether every wrong value that was put in its evidence was noticed; None: not tried."""
    noticed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Phase (of a scenario: sentence) → the wrong values that were put in and noticed, in words."""
    missed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Phase → the wrong values that were put in and that nobody noticed, or that nothing in the run could show."""
    unfitting: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Phase → the wrong values that would have been right, or the same, in every record."""
    weak: Mapping[str, str] = field(default_factory=dict)
    """Phase in which something wrong was missed, or into which nothing wrong fits → what would strengthen it."""

    @property
    def standing(self) -> str:
        """Return `answered`, `attested` or `no longer fails` where no test of the whole statement stands behind it."""
        return str(self.facts.get(STANDING, ""))

    @property
    def counterexample(self) -> Counterexample | None:
        """Return the smallest counterexample, or None."""
        return self.findings[0].counterexample if self.findings else None
