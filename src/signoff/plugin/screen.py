"""Write to the terminal while a session runs: what takes long, and each chart when its last row is done."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import pytest

from signoff.agreement.statement import Statement
from signoff.evidence.acceptance import Acceptance
from signoff.evidence.terminal import PLAIN, Style, chart_line, news_line, progress_line
from signoff.plugin.conduct import Progress
from signoff.verdict import Outcome

QUIET_SECONDS = 2.0
"""Nothing is said of what takes less; and no more often than this."""

Chart = tuple[str, str, str]


class Screen:
    """Write through pytest's terminal reporter; say nothing where there is none (xdist's workers)."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._left: Counter[Chart] = Counter()
        self._counts: dict[Chart, Counter[Outcome]] = {}
        self._standings: dict[Chart, Counter[str]] = {}
        self.charts_only = False
        """Whether charts' lines are shown instead of a dot a test."""

    @property
    def _reporter(self) -> Any:
        return self._config.pluginmanager.get_plugin("terminalreporter")

    @cached_property
    def style(self) -> Style:
        """Return what the terminal can show."""
        reporter = self._reporter
        if reporter is None:
            return PLAIN
        writer = reporter._tw
        encoding = getattr(getattr(writer, "_file", None), "encoding", None) or "ascii"
        return Style.of(
            is_terminal=bool(writer.hasmarkup), encoding=encoding, width=writer.fullwidth, environ=os.environ
        )

    def expect(self, statements: Iterable[Statement], alone: bool) -> None:
        """Remember how many rows each chart has; if there is nothing else, its lines take the place of the dots."""
        self._left = Counter(_chart(one) for one in statements)
        reporter = self._reporter
        parallel = self._config.pluginmanager.hasplugin("dsession")
        if alone and self._left and reporter is not None and self._config.get_verbosity() == 0 and not parallel:
            self.charts_only = True
            reporter.showfspath = False
            # The percentage belongs to the dots; pytest has no public switch for it.
            reporter._show_progress_info = False

    def progress(self, integration: str) -> Progress:
        """Return a function that is told what is being done, and shows it when that takes long."""
        last = time.monotonic()

        def tell(doing: str, /, *, at_once: bool = False) -> None:
            nonlocal last
            if at_once or time.monotonic() - last >= QUIET_SECONDS:
                last = time.monotonic()
                line = news_line if at_once else progress_line
                self._write(line(integration, doing, style=self.style))

        return tell

    def trouble(self, error: Exception) -> None:
        """Show an error of the harness whole: its traceback is what its maintainers need."""
        import traceback

        self._write(self.style.safe("".join(traceback.format_exception(error)).rstrip()))

    def done(self, statement: Statement | None, acceptances: Mapping[str, Acceptance]) -> None:
        """Count a row that is done; after the last one of its chart, write the chart's line."""
        if statement is None or statement.integration not in acceptances:
            return
        chart = _chart(statement)
        verdict = acceptances[statement.integration].verdicts.get(statement.id)
        if verdict is not None and verdict.standing:
            self._standings.setdefault(chart, Counter())[verdict.standing] += 1
        elif verdict is not None:
            self._counts.setdefault(chart, Counter())[verdict.outcome] += 1
        self._left[chart] -= 1
        if self._left[chart] == 0 and self._config.get_verbosity() == 0:
            self._write(
                chart_line(statement.story, self._counts.get(chart, {}), self.style, self._standings.get(chart))
            )

    def _write(self, text: str) -> None:
        reporter = self._reporter
        if reporter is None:
            return
        capture = self._config.pluginmanager.get_plugin("capturemanager")
        if capture is None:
            reporter.ensure_newline()
            reporter.write_line(text)
        else:
            with capture.global_and_fixture_disabled():
                reporter.ensure_newline()
                reporter.write_line(text)


def _chart(statement: Statement) -> Chart:
    return statement.integration, statement.file, statement.story
