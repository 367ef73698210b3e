"""Hold the outcome of one integration's session: what every report is written from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from signoff.agreement.statement import Kind, Statement
from signoff.agreement.unmentioned import Unmentioned
from signoff.strategies.distribution import EdgeUse
from signoff.verdict import NO_LONGER, Outcome, Verdict


class GateLevel(StrEnum):
    """Name how strict the gate is (SCOPE_LANGUAGE section 9)."""

    REPORT = "report"
    NORMAL = "normal"
    STRICT = "strict"


REFUSED: Mapping[GateLevel, frozenset[Outcome]] = {
    GateLevel.REPORT: frozenset(),
    GateLevel.NORMAL: frozenset({Outcome.FAILED, Outcome.BLOCKED, Outcome.NOT_EXERCISED}),
    GateLevel.STRICT: frozenset(
        {
            Outcome.FAILED,
            Outcome.BLOCKED,
            Outcome.NOT_EXERCISED,
            Outcome.ASSUMED,
            Outcome.OPEN,
            Outcome.WAIVED,
        }
    ),
}
"""Verdicts that the gate refuses at each level; what somebody answered or attested is not refused."""

COUNTED_APART = frozenset({Kind.QUESTION, Kind.CHECKLIST})
"""Kinds of statement that no test proves by itself: they ask, or repeat what others prove."""


FIRST_NAMED = 3
"""Names that a reason of the gate gives before it only counts."""


def first_of(names: Sequence[str]) -> str:
    """Return the first names and how many more there are: `worker.phone, worker.email, worker.city and 9 more`."""
    more = len(names) - FIRST_NAMED
    return ", ".join(names[:FIRST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class Figures:
    """Hold what was measured in one session. Seconds are real time."""

    connector_runs: int = 0
    records_judged: int = 0
    comparisons: int = 0
    exchanges: int = 0
    seconds_world: float = 0.0
    seconds_sync: float = 0.0
    seconds_judge: float = 0.0


@dataclass(frozen=True, slots=True)
class Since:
    """Hold what is new or changed since an earlier sheet. `started` is that run's instant, "" if there is none.

    `marks` say `new` or `changed` by statement id, `gone` are the ids that are no longer there. `accepted` tells
    whether the earlier sheet was a sign-off.
    """

    started: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    accepted: bool = False

    def many(self, mark: str) -> int:
        """Return how many statements have a mark."""
        return sum(1 for one in self.marks.values() if one == mark)

    @property
    def sentence(self) -> str:
        """Return `Since the sign-off of 2026-03-02: 2 new, 1 changed, 1 gone.`, "" if nothing earlier was named."""
        if not self.started:
            return ""
        parts = [f"{self.many(mark):,} {mark}" for mark in ("new", "changed") if self.many(mark)]
        parts += [f"{len(self.gone):,} gone"] if self.gone else []
        what = "sign-off" if self.accepted else "run"
        return f"Since the {what} of {self.started[:10]}: {', '.join(parts) or 'nothing new or changed'}."


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Hold everything known about one integration after a session.

    `statements` are all statements of the scope in document order, `verdicts` by statement id for those that
    were selected; `complete` is False for a selected run, which is never a sign-off. `started` is real time in UTC.
    """

    integration: str
    title: str
    statements: tuple[Statement, ...]
    verdicts: Mapping[str, Verdict]
    complete: bool
    selection: str
    """How the run was selected, in the words of the command line; "" if complete."""
    environment: str
    connector: str
    connector_version: str
    scope_hash: str
    seed: int
    effort: str
    started: datetime
    seconds: float
    gate: GateLevel = GateLevel.NORMAL
    figures: Figures = Figures()
    world_now: datetime | None = None
    systems: Mapping[str, str] = field(default_factory=dict)
    """ats → Bullhorn, app → Shiftline."""
    not_tested: tuple[str, ...] = ()
    """What no statement of this kind of run covers, in sentences for the sheet."""
    replayed: str = ""
    since: Since = Since()
    unmentioned: tuple[Unmentioned, ...] = ()
    """Fields of both systems that no statement mentions."""
    left_over: tuple[str, ...] = ()
    """Records in a real environment that could not be removed again, each in a sentence: somebody must do so."""
    edges: tuple[EdgeUse, ...] = ()
    """How often which edge of which rule was used; measured with thorough effort only."""

    def edges_told(self) -> str:
        """Return how many edges people entered, and which rows have the most left; "" if nobody measured."""
        if not self.edges:
            return ""
        used = sum(1 for one in self.edges if one.created or one.changed)
        left = Counter(one.statement for one in self.edges if not (one.created or one.changed))
        said = f"{used:,} of {len(self.edges):,} edge values of the rules were entered by people"
        most = ", ".join(f"{name} ({count:,})" for name, count in left.most_common(3))
        return f"{said}; most are left of {most}" if most else said

    def refused(self) -> tuple[Statement, ...]:
        """Return the selected statements whose verdict the gate refuses, in document order."""
        bad = REFUSED[self.gate]
        return tuple(
            one
            for one in self.statements
            if (verdict := self.verdicts.get(one.id)) is not None and verdict.outcome in bad and not verdict.standing
        )

    @property
    def weak(self) -> tuple[Statement, ...]:
        """Return the statements with a phase in which something wrong was missed, or into which nothing wrong fits."""
        return tuple(
            one for one in self.statements if (verdict := self.verdicts.get(one.id)) is not None and verdict.weak
        )

    def weak_told(self) -> str:
        """Return how many statements are weak, with the first ones' names; "" if none is."""
        names = [one.id for one in self.weak]
        many = f"{len(names):,} statement{'' if len(names) == 1 else 's'}"
        return f"{many} with phases in which no wrong value would be seen: {first_of(names)}" if names else ""

    @property
    def replay_told(self) -> str:
        """Return what a replay has shown of its one statement, in a sentence; "" of any other run."""
        if not self.replayed or len(self.verdicts) != 1:
            return ""
        [(name, verdict)] = self.verdicts.items()
        if verdict.findings:
            return f"{name} still fails when it is played again"
        if verdict.standing == NO_LONGER or verdict.outcome in (Outcome.VERIFIED, Outcome.ASSUMED):
            return f"{name} no longer fails when it is played again; whether the connector is right, a whole run shows"
        why = f", because of {', '.join(verdict.because_of)}" if verdict.because_of else ""
        return f"whether {name} still fails cannot be told: what was played did not come so far{why}"

    @property
    def tested(self) -> tuple[Statement, ...]:
        """Return the statements that tests prove, selected or not: all but questions and checklists."""
        return tuple(one for one in self.statements if one.kind not in COUNTED_APART)

    def causes_first(self) -> tuple[Statement, ...]:
        """Return what the gate refuses, worst first, and what is a consequence of another statement last."""
        order, of = tuple(Outcome), self.verdicts
        return tuple(
            sorted(self.refused(), key=lambda one: (bool(of[one.id].because_of), order.index(of[one.id].outcome)))
        )

    def refused_in_groups(self) -> tuple[tuple[Statement, ...], ...]:
        """Return what the gate refuses, causes first and each by itself; consequences of the same causes together."""
        groups: dict[tuple[object, ...], list[Statement]] = {}
        for one in self.causes_first():
            verdict = self.verdicts[one.id]
            key = (verdict.outcome, verdict.because_of) if verdict.because_of else (one.id,)
            groups.setdefault(key, []).append(one)
        return tuple(map(tuple, groups.values()))

    def gate_reasons(self, *, naming: bool = False) -> tuple[str, ...]:
        """Return why the gate refuses, one sentence a reason; empty means that it lets the release pass.

        With `naming` each reason names the first statements that made it one.
        """
        by_outcome: dict[Outcome, list[str]] = {}
        refused = self.refused()
        for one in refused:
            if one.kind not in COUNTED_APART:
                by_outcome.setdefault(self.verdicts[one.id].outcome, []).append(one.id)
        told = [(outcome.value, by_outcome[outcome]) for outcome in Outcome if outcome in by_outcome]
        for kind, words in ((Kind.QUESTION, "question"), (Kind.CHECKLIST, "item")):
            ids = [one.id for one in refused if one.kind is kind]
            if ids:
                of = " of the checklist" if kind is Kind.CHECKLIST else ""
                told.append((f"{words}{'' if len(ids) == 1 else 's'}{of}", ids))
        reasons = [f"{len(ids)} {words}{f' ({first_of(ids)})' if naming else ''}" for words, ids in told]
        if self.left_over:
            # Whatever the gate lets pass: somebody must act, and would not look at what is green.
            many = len(self.left_over)
            reasons.append(f"{many} record{'' if many == 1 else 's'} left over in {self.environment}")
        if self.gate is GateLevel.STRICT and not self.complete:
            reasons.append("only a part of the statements was selected")
        return tuple(reasons)

    def counts(self) -> Mapping[Outcome, int]:
        """Return how many selected statements have each verdict, worst first, without zeros.

        Questions and checklists are counted apart (`evidence.matters`), because no test proves them by itself.
        """
        apart = {one.id for one in self.statements if one.kind in COUNTED_APART}
        apart |= {name for name, verdict in self.verdicts.items() if verdict.standing == NO_LONGER}
        found = [verdict.outcome for name, verdict in self.verdicts.items() if name not in apart]
        return {outcome: found.count(outcome) for outcome in Outcome if outcome in found}
