"""Keep account of every statement while the checks judge: evidence, findings, and evidence that was taken away."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from signoff.agreement.resolved import Agreement
from signoff.agreement.statement import Statement
from signoff.history import Key
from signoff.verdict import Counterexample, Finding, Outcome, Verdict

ANY_PHASE = "*"
LOST_TO = "lost to"
"""The fact of a green verdict that names the statements whose findings took a part of its evidence away."""
MOST_FINDINGS = 5
"""Kept for each statement unless more are asked for; further ones are only counted."""


@dataclass(slots=True)
class Account:
    """Hold what is known of one statement so far."""

    promised: dict[str, str] = field(default_factory=dict)
    """Phase → what would exercise it."""
    exercised: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    blocked: str = ""
    """What kept it from being tried at all."""
    more: int = 0
    causes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Phase → statements whose loss took this one's evidence."""


class Ledger:
    """Collect evidence and findings, then give verdicts. `most` findings are kept for each statement."""

    def __init__(self, most: int = MOST_FINDINGS) -> None:
        self._most = most
        self._accounts: dict[str, Account] = defaultdict(Account)
        self.comparisons = 0
        self.check = ""
        """Name of the check that is looking now; findings carry it."""
        self._told: set[tuple[str, str]] = set()
        self.figures: dict[str, str] = {}
        """Goals → what was measured, in words."""
        self._spoilt: set[tuple[str, str]] = set()
        self.blamed: dict[tuple[str, Key, str], str] = {}
        """Phase, sending record and receiving field of each wrong value → the statement to which it was attributed."""
        self.undecided: list[tuple[str, Callable[[], None]]] = []
        """Findings that wait for all others, because these tell whose they are, with the name of their check."""
        self.stumbled: dict[tuple[str, str], str] = {}
        """Value row and change of status that did not arrive right → the statement that was found wrong."""
        self.into_error: dict[tuple[str, Key, str], str] = {}
        """Phase, sending record and value row that holds it back → the change of status by which it came there."""
        self._unfit: dict[str, str] = {}
        self.cut_short = ""
        """The statement whose finding ended the trial before its last phase, "" if it came to its end."""

    def once(self, statement: str, what: str) -> bool:
        """Tell whether this is the first time that something is told of a statement."""
        key = (statement, what)
        first = key not in self._told
        self._told.add(key)
        return first

    def promise(self, statement: str, phase: str, hint: str) -> None:
        """Say that a statement must be exercised in a phase to be verified, and what would do so."""
        self._accounts[statement].promised.setdefault(phase, hint)

    def exercise(self, statement: str, phase: str, count: int = 1) -> None:
        """Count pairs that could have shown the statement wrong."""
        self._accounts[statement].exercised[phase] += count
        self.comparisons += count

    def take_back(self, statement: str, phase: str, cause: str) -> None:
        """Take back one piece of evidence: what it would have shown was kept from happening by another statement's."""
        self._accounts[statement].exercised[phase] -= 1
        self.comparisons -= 1
        self.lose(statement, phase, cause)

    def spoil(self, statement: str, phase: str) -> None:
        """Say that no evidence of a phase counts, because another statement's finding has spoilt some of it."""
        self._spoilt.add((statement, phase))

    def find(
        self,
        statement: str,
        kind: str,
        tell: Callable[[], Counterexample],
        about: Key | None = None,  # noqa: ARG002 - for a ledger that need not know more
    ) -> None:
        """Attribute one observed fault to a statement; `tell` builds the counterexample if it is to be kept.

        `about` is the record that the counterexample will be about, for a ledger that need not know more.
        """
        account = self._accounts[statement]
        if len(account.findings) < self._most:
            account.findings.append(Finding(statement, kind, tell(), check=self.check))
        else:
            account.more += 1

    def block(self, statement: str, why: str) -> None:
        """Say that access or environment kept a statement from being tried."""
        self._accounts[statement].blocked = self._accounts[statement].blocked or why

    def lose(self, statement: str, phase: str, cause: str) -> None:
        """Note that a pair which would have exercised a statement is missing because of another ("": of none)."""
        if cause and cause != statement:
            self._accounts[statement].causes[phase].add(cause)

    def lose_all(self, statement: str, cause: str) -> None:
        """Note that a record, with whatever it would have shown of a statement, is missing because of another."""
        self.lose(statement, ANY_PHASE, cause)

    def unfit(self, statement: str, hint: str) -> None:
        """Say that no value was found that a row accepts, and what would let one be found."""
        self._unfit.setdefault(statement, hint)

    def failed(self, statement: str) -> bool:
        """Tell whether a statement has a finding so far."""
        return statement in self._accounts and bool(self._accounts[statement].findings)

    def verdicts(self, agreement: Agreement, today: date) -> Mapping[str, Verdict]:
        """Return a verdict for every statement of the agreement. `today` decides about waivers (inclusive)."""
        found = {one.id: self._verdict(one, today) for one in agreement.statements}
        return {name: self._waived_causes(verdict, found) for name, verdict in found.items()}

    def _verdict(self, statement: Statement, today: date) -> Verdict:
        account = self._accounts[statement.id]
        exercised = {phase: count for phase, count in account.exercised.items() if count > 0}
        if statement.switched_off:
            return Verdict(statement.id, Outcome.OPEN, exercised=exercised, note=statement.switched_off)
        if statement.open_question:
            return Verdict(statement.id, Outcome.OPEN, exercised=exercised, note=statement.open_question)
        if account.blocked:
            return Verdict(statement.id, Outcome.BLOCKED, exercised=exercised, note=account.blocked)
        waived = bool(statement.waived_until) and today <= date.fromisoformat(statement.waived_until)
        note = ""
        if account.findings:
            if account.more:
                note = f"and {account.more} more like it"
            return Verdict(
                statement.id,
                Outcome.WAIVED if waived else Outcome.FAILED,
                tuple(account.findings),
                exercised,
                note=statement.waived_reason if waived else note,
            )
        missing = [
            phase
            for phase in account.promised
            if not account.exercised.get(phase) or (statement.id, phase) in self._spoilt
        ]
        if missing or not account.promised:
            causes = sorted({cause for phase in (*missing, ANY_PHASE) for cause in account.causes.get(phase, ())})
            causes = causes or [one for one in (self.cut_short,) if one and one != statement.id]
            unfit = [self._unfit[statement.id]] if statement.id in self._unfit else []
            hints = unfit or [account.promised[phase] for phase in missing] or ["no check knows how to exercise it"]
            return Verdict(
                statement.id,
                Outcome.NOT_EXERCISED,
                exercised=exercised,
                because_of=tuple(causes),
                would_exercise="; ".join(dict.fromkeys(hints)),
                note=f"lacking: {', '.join(missing)}" if missing else "",
            )
        if statement.waived_until:
            note = "waiver no longer needed"
        outcome = Outcome.ASSUMED if statement.assumed_rule else Outcome.VERIFIED
        lost = sorted({cause for causes in account.causes.values() for cause in causes})
        return Verdict(statement.id, outcome, exercised=exercised, note=note, facts={LOST_TO: lost} if lost else {})

    @staticmethod
    def _waived_causes(verdict: Verdict, all_verdicts: Mapping[str, Verdict]) -> Verdict:
        causes = [all_verdicts[one].outcome for one in verdict.because_of if one in all_verdicts]
        if verdict.outcome is Outcome.NOT_EXERCISED and causes and all(one is Outcome.WAIVED for one in causes):
            return Verdict(
                verdict.statement,
                Outcome.WAIVED,
                exercised=verdict.exercised,
                because_of=verdict.because_of,
                would_exercise=verdict.would_exercise,
                note="its evidence is missing only because of waived findings",
            )
        return verdict
