"""Turn a verdict into what pytest does with its item: pass, fail, skip or break."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from _pytest._code.code import TerminalRepr
from _pytest._io import TerminalWriter

from signoff.agreement.statement import Statement
from signoff.evidence.terminal import Style, red_row
from signoff.evidence.wording import WORDS, headline
from signoff.evidence.writing import writable
from signoff.verdict import NO_LONGER, Outcome, Verdict


class Refuted(AssertionError):
    """Tell that a statement does not hold, or that nothing could have shown it; the text is for its author."""


class NothingKnown(Exception):
    """Tell that access, environment or the harness failed, so that the statement has no verdict."""


@dataclass(frozen=True, slots=True)
class Crash:
    """Hold what pytest shows of a failure in its short summary."""

    message: str


class Told(TerminalRepr):
    """Be a report's text: the verdict as it is written for people, without a traceback through the harness."""

    def __init__(self, text: str, summary: str) -> None:
        self.reprcrash = Crash(writable(summary))
        self._text = writable(text)

    def __str__(self) -> str:
        return self._text

    def toterminal(self, tw: TerminalWriter) -> None:
        """Write the text where pytest would write a traceback."""
        tw.line(self._text)


def told(error: BaseException, verdict: Verdict | None) -> Told:
    """Return how pytest shows a verdict that was raised."""
    text = str(error)
    summary = f"{WORDS[verdict.outcome].name}: {headline(verdict)}" if verdict is not None else text.splitlines()[0]
    return Told(text, " ".join(summary.split()).rstrip(": "))


def known(statement: Statement, verdict: Verdict, style: Style) -> None:
    """Return if something is known of the statement; else raise `NothingKnown`."""
    if verdict.outcome is Outcome.BLOCKED:
        raise NothingKnown(red_row(statement, verdict, style))


def apply(statement: Statement, verdict: Verdict, style: Style) -> None:
    """Return if the statement holds; raise `Refuted` or `NothingKnown`, or skip with the reason."""
    known(statement, verdict, style)
    if verdict.standing == NO_LONGER:
        pytest.skip(verdict.note)
    if verdict.outcome in (Outcome.FAILED, Outcome.NOT_EXERCISED):
        raise Refuted(red_row(statement, verdict, style))
    if verdict.outcome is Outcome.OPEN:
        pytest.skip(f"open question: {statement.switched_off or statement.open_question or verdict.note}")
    if verdict.outcome is Outcome.WAIVED:
        until = statement.waived_until or statement.labels.waived_until
        reason = statement.waived_reason or statement.labels.waived_reason
        pytest.skip(f"waived until {until}: {reason}")
