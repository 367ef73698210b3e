"""Write what one trouble did to many statements once: a wrong password must not fill the terminal 200 times over.

Only what the terminal shows is shortened. Every test keeps its own report, in junit's file and in Allure too.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Generator, Hashable, Sequence
from typing import Any

import pytest

from signoff.evidence.wording import number
from signoff.plugin.verdicts import Told
from signoff.verdict import ELSEWHERE, Outcome, Verdict

VerdictOf = Callable[[str], Verdict | None]
"""Return the verdict that the test of a node's id has shown, or None for a test that has none."""


class Repeats:
    """Stand around pytest's own summary; with `-v`, everything is written."""

    def __init__(self, verdict_of: VerdictOf) -> None:
        self._verdict_of = verdict_of

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: Any, config: pytest.Config) -> Generator[None, Any, Any]:
        """Hide repeats while pytest writes, and give them back to what counts afterwards."""
        if config.get_verbosity() > 0:
            return (yield)
        stats = terminalreporter.stats
        whole = {name: stats[name] for name in ("failed", "error") if name in stats}
        stats.update({name: once(reports, self._verdict_of) for name, reports in whole.items()})
        try:
            return (yield)
        finally:
            stats.update(whole)


def once(reports: Sequence[Any], verdict_of: VerdictOf) -> list[Any]:
    """Return the reports without those that say what an earlier one said; that one says how many follow."""
    firsts: dict[Hashable, int] = {}
    kept: list[Any] = []
    more: dict[int, int] = {}
    for report in reports:
        cause = _cause(verdict_of(report.nodeid))
        at = firsts.setdefault(cause, len(kept)) if cause is not None else len(kept)
        if at < len(kept):
            more[at] = more.get(at, 0) + 1
        else:
            kept.append(report)
    for at, count in more.items():
        shown = copy.copy(kept[at])
        told = number(count, "more statement")
        shown.longrepr = Told(
            f"{str(shown.longrepr).rstrip()}\n  {'also:':<12}{told} for the same reason; -v writes each",
            f"and {told} for the same reason",
        )
        kept[at] = shown
    return kept


def _cause(verdict: Verdict | None) -> Hashable:
    if verdict is None:
        return None
    if verdict.outcome is Outcome.BLOCKED:
        return "blocked", verdict.note
    if verdict.outcome is Outcome.NOT_EXERCISED and verdict.because_of:
        return "because of", tuple(verdict.because_of)
    if ELSEWHERE in verdict.facts:
        return "elsewhere", verdict.facts[ELSEWHERE]
    return None
