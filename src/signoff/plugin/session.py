"""Run a suite in a pytest session: read the agreement, rehearse once, give every row its verdict, publish."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from signoff.agreement.statement import Kind, Statement
from signoff.errors import Blocked, Problem, ScopeError, SignoffError
from signoff.evidence.acceptance import Acceptance, GateLevel
from signoff.evidence.allure_bridge import AllureBridge
from signoff.evidence.earlier import since
from signoff.evidence.publish import complete_sheet, publish
from signoff.evidence.terminal import closing
from signoff.plugin.conduct import CONDUCTOR, Conductor, Replays, StandardConductor
from signoff.plugin.first import earlier, linted
from signoff.plugin.gate import Decision, decide
from signoff.plugin.loading import async_steps, step_problems
from signoff.plugin.nothing import in_a_line, nothing_known
from signoff.plugin.options import RunOptions, selection_of
from signoff.plugin.rows import STATEMENT, FeatureFile, TomlFile
from signoff.plugin.screen import Screen
from signoff.plugin.silences import leftover_modules
from signoff.plugin.verdicts import NothingKnown, Refuted, apply, known, told
from signoff.settings import Suite
from signoff.verdict import SENTENCE, Outcome, Verdict
from signoff.vocabulary.charts import REHEARSAL
from signoff.vocabulary.workflows import SAID

SESSION = "signoff-session"
"""Name under which a session is registered with pytest."""

_NONE: Mapping[int, Sequence[Statement]] = {}


def of(config: pytest.Config) -> SuiteSession | None:
    """Return the session of a pytest run, or None outside suites."""
    found = config.pluginmanager.get_plugin(SESSION)
    return found if isinstance(found, SuiteSession) else None


class SuiteSession:
    """Hold one session of a suite; pytest calls its hooks."""

    def __init__(self, config: pytest.Config, suite: Suite, options: RunOptions, chosen: tuple[str, ...]) -> None:
        self.config = config
        self.suite = suite
        self.options = options
        self.chosen = chosen
        self.conductor: Conductor = config.stash.get(CONDUCTOR, StandardConductor())
        self.statements: dict[str, tuple[Statement, ...]] = {}
        self.acceptances: dict[str, Acceptance] = {}
        self.decision: Decision | None = None
        self.building = False
        self.bridge = AllureBridge.of(config)
        self.screen = Screen(config)
        self._selected: dict[str, frozenset[str]] = {}
        self._files: dict[str, dict[int, list[Statement]]] = {}
        self._refusal = ""
        self._replays = Replays(frozenset())
        self._warnings = 0
        self._earlier: dict[str, Mapping[str, Any] | None] = {}
        self._failed: dict[str, bool] = {}
        self._published: tuple[str, ...] = ()

    # What the collectors, the sentences and the terminal ask.

    def verdict_of(self, nodeid: str) -> Verdict | None:
        """Return the verdict that a test has shown, or None if it is no statement's or nothing was rehearsed."""
        statement = self._by_nodeid.get(nodeid)
        acceptance = self.acceptances.get(statement.integration) if statement is not None else None
        return acceptance.verdicts.get(statement.id) if statement is not None and acceptance is not None else None

    @property
    def worker(self) -> bool:
        """Tell whether this process is one of xdist's workers."""
        return hasattr(self.config, "workerinput")

    def by_line(self, file: str) -> Mapping[int, Sequence[Statement]]:
        """Return the statements that a file's rows make, by the rows' lines."""
        return self._files.get(file, _NONE)

    def bindings(self, file: str) -> tuple[Statement, ...]:
        """Return the statements that a file's bindings make."""
        return tuple(
            one
            for statements in self.statements.values()
            for one in statements
            if one.kind is Kind.BINDING and one.file == file
        )

    def of_connector(self, integration: str) -> tuple[Statement, ...]:
        """Return an integration's statements about its connector as a whole."""
        return tuple(one for one in self.statements.get(integration, ()) if one.kind is Kind.CONNECTOR)

    def observe(self, item: pytest.Item) -> None:
        """Rehearse the item's integration if that has not been done; raise `NothingKnown` if that gave nothing."""
        if self._refusal:
            raise NothingKnown(self._refusal)
        statement = item.stash[STATEMENT]
        verdict = self._verdict(statement)
        self.bridge.describe(item, statement, verdict)
        known(statement, verdict, self.screen.style)

    def hold(self, item: pytest.Item, sentence: str = "") -> None:
        """Do with the item what its statement's verdict says; of a workflow, at the sentence that does not hold."""
        statement = item.stash[STATEMENT]
        verdict = self._verdict(statement)
        if sentence and verdict.facts.get(SENTENCE, sentence) != sentence:
            return
        apply(statement, verdict, self.screen.style)

    def pytest_bdd_before_step(self, request: pytest.FixtureRequest, step: Any) -> None:
        """Note which sentence is being judged."""
        request.node.stash[SAID] = step.name

    def prepare(self, item: pytest.Item, statement: Statement) -> None:
        """Tell an item which statement it tests, and give its sentences what they ask for."""
        item.stash[STATEMENT] = statement
        item.stash[REHEARSAL] = RowRehearsal(self, item)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Rehearse before the first statement's test, so that trouble is an error and no failure."""
        if STATEMENT in item.stash:
            self.observe(item)

    # Before the run.

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Read and bind the documents; broken ones end the session before any system is touched."""
        problems: list[Problem] = list(self.suite.strays())
        problems += async_steps(self.suite.root)
        for name in self.chosen:
            try:
                self.statements[name] = self.conductor.agree(self.suite, name, self.options)
                errors, warnings = linted(self.conductor, self.suite, name, self.options)
                problems += errors
                self._warnings += warnings
                self._earlier[name] = earlier(self.suite, name, self.options, self._shown)
            except SignoffError as error:
                problems += error.problems
        if problems:
            raise pytest.UsageError(str(ScopeError(problems)))
        self._replays = self._replaying()
        for statements in self.statements.values():
            for one in statements:
                if one.kind not in (Kind.BINDING, Kind.CONNECTOR):
                    self._files.setdefault(one.file, {}).setdefault(one.line, []).append(one)

    def pytest_report_header(self) -> list[str]:
        """Say how many warnings the documents have, and what is replayed."""
        many = self._warnings
        lint = [f"lint: {many} warning{'s' if many > 1 else ''}, `signoff lint` lists them"] if many else []
        return [*lint, *(self.screen.style.safe(line) for line in self._replays.told)]

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Collect the features and the toml of the chosen integrations."""
        kind = self._collectors.get(file_path)
        if kind is None:
            return None
        made: FeatureFile | TomlFile = kind.from_parent(parent, path=file_path)
        made.signoff = self
        return made

    @cached_property
    def _collectors(self) -> Mapping[Path, type[FeatureFile] | type[TomlFile]]:
        found: dict[Path, type[FeatureFile] | type[TomlFile]] = {}
        for name in self.chosen:
            found[self.suite.files[self.suite.names.index(name)]] = TomlFile
            found.update(dict.fromkeys(self.suite.features(name), FeatureFile))
        return found

    @pytest.hookimpl(tryfirst=True)
    def pytest_bdd_apply_tag(self, tag: str) -> bool | None:
        """Keep pytest-bdd from marking what is collected here: a name with a colon cannot be registered."""
        return True if self.building or ":" in tag else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Look for what would be lost or run twice in silence, and label for Allure."""
        self._keep_replayed(items)
        problems = [*async_steps(self.suite.root), *leftover_modules(items, self.suite)]
        first: dict[FeatureFile, pytest.Item] = {}
        for item in items:
            if isinstance(item, pytest.Function) and isinstance(item.parent, FeatureFile):
                first.setdefault(item.parent, item)
        for file, item in first.items():
            problems += step_problems(self.suite.relative(file.path), file.steps_used(), item, self.suite.root)
        problems = list(dict.fromkeys(problems))
        if problems and self.worker:
            self._refusal = str(ScopeError(problems))
        elif problems:
            raise pytest.UsageError(str(ScopeError(problems)))
        for item in items:
            if (statement := item.stash.get(STATEMENT, None)) is not None:
                self.bridge.label_at_collection(item, statement)

    def _keep_replayed(self, items: list[pytest.Item]) -> None:
        """Deselect what the script of `--replay` was not made for."""
        if wanted := self._replays.statements:
            others = [
                item for item in items if (one := item.stash.get(STATEMENT, None)) is None or one.id not in wanted
            ]
            items[:] = [item for item in items if item not in others]
            self.config.hook.pytest_deselected(items=others)

    def _replaying(self) -> Replays:
        """Return what `--replay` names; what cannot be played ends the session before any system is touched."""
        finder = getattr(self.conductor, "replays", None)
        if not self.options.replay or finder is None or not self.chosen:
            return Replays(frozenset())
        try:
            found: Replays = finder(self.suite, self.chosen[0], self.options)
        except SignoffError as error:
            raise pytest.UsageError(str(error)) from None
        return found

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note which statements were selected."""
        mine = [found for item in session.items if (found := item.stash.get(STATEMENT, None)) is not None]
        for name in self.chosen:
            self._selected[name] = frozenset(one.id for one in mine if one.integration == name)
        self.screen.expect(mine, alone=len(mine) == len(session.items))

    # The run.

    def _verdict(self, statement: Statement) -> Verdict:
        name = statement.integration
        if name not in self.acceptances:
            self.acceptances[name] = self._conduct(name)
        found = self.acceptances[name].verdicts.get(statement.id)
        if found is None:
            return Verdict(statement.id, Outcome.BLOCKED, note="the harness gave no verdict: an error of signoff")
        return found

    def _conduct(self, name: str) -> Acceptance:
        options = self._options_for(name)
        started = datetime.now(UTC)
        try:
            made = self.conductor.conduct(self.suite, name, options, self.screen.progress(name))
        except SignoffError as error:
            made = nothing_known(name, self.statements[name], options, started, in_a_line(error))
        except Exception as error:  # noqa: BLE001 - trouble of the harness must never look like a verdict
            self.screen.trouble(error)
            made = nothing_known(name, self.statements[name], options, started, f"{type(error).__name__}: {error}")
        before = self._earlier.get(name)
        made = replace(made, since=since(made, before)) if before is not None else made
        return replace(made, gate=GateLevel(options.gate)) if options.gate else made

    def _options_for(self, name: str) -> RunOptions:
        selected = self._selected.get(name, frozenset())
        alone = len(self.suite.names) == 1 or not self.options.integrations
        whole = alone and not self.options.replay and not self.options.real
        complete = whole and selected == {one.id for one in self.statements[name]}
        selection = "" if complete else selection_of(self.config)
        return replace(self.options, selected=selected, complete=complete, selection=selection)

    def pytest_bdd_after_step(self, step: Any) -> None:
        """Show a sentence that passed in Allure."""
        self.bridge.step(f"{step.keyword} {step.name}", passed=True)

    def pytest_bdd_step_error(self, step: Any) -> None:
        """Show a sentence that did not hold in Allure."""
        self.bridge.step(f"{step.keyword} {step.name}", passed=False)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Show a verdict as its text, without a traceback through the harness."""
        report = yield
        statement = item.stash.get(STATEMENT, None)
        if statement is None or call.excinfo is None:
            return report
        if isinstance(call.excinfo.value, Refuted | NothingKnown):
            acceptance = self.acceptances.get(statement.integration)
            verdict = acceptance.verdicts.get(statement.id) if acceptance is not None else None
            report.longrepr = told(call.excinfo.value, verdict)
        elif report.skipped:
            report.longrepr = (str(item.path), statement.line, f"Skipped: {call.excinfo.value}")
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what failed: as its verdict says, or otherwise."""
        if report.failed:
            self._failed[report.nodeid] = True

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self) -> Generator[None, Any, Any]:
        """Leave out the dots where whole charts are written instead."""
        found = yield
        return (found[0], "", found[2]) if found and self.screen.charts_only else found

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Write one line for a chart when its last row is done."""
        self.screen.done(self._by_nodeid.get(nodeid), self.acceptances)

    @cached_property
    def _by_nodeid(self) -> Mapping[str, Statement]:
        return {self._nodeid(one): one for statements in self.statements.values() for one in statements}

    def _nodeid(self, statement: Statement) -> str:
        file, root = self.suite.root / statement.file, self.config.rootpath
        shown = file.relative_to(root) if file.is_relative_to(root) else Path(os.path.relpath(file, root))
        return f"{shown.as_posix()}::{statement.id}"

    def scope_of(self, nodeid: str) -> str:
        """Return the integration that a test belongs to, or "": what must stay on one worker."""
        statement = self._by_nodeid.get(nodeid)
        return statement.integration if statement is not None else ""

    # After the run.

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Publish the reports and let the gate decide; in a worker, leave both to the controller."""
        made = [self.acceptances[name] for name in self.chosen if name in self.acceptances]
        if self.worker or not made or exitstatus not in (0, 1):
            return
        # A failing verdict fails its item at every level of the gate, so that is nothing that went wrong besides.
        verdicts = {
            self._nodeid(one)
            for acceptance in made
            for one in acceptance.statements
            if (found := acceptance.verdicts.get(one.id)) is not None
            and found.outcome in (Outcome.FAILED, Outcome.NOT_EXERCISED, Outcome.BLOCKED)
        }
        failed, mine = set(self._failed), set(self._by_nodeid)
        unjudged = [self._by_nodeid[one].id for one in self._failed if one in mine - verdicts]
        other = sorted(failed - mine)
        silent = [name for name in self.chosen if self._selected.get(name) and name not in self.acceptances]
        self.decision = decide(made, other, unjudged, silent)
        session.exitstatus = self.decision.status
        self._publish(session, made)

    def _publish(self, session: pytest.Session, made: Sequence[Acceptance]) -> None:
        self.bridge.finish(made)
        first = min(one.started for one in made)
        run_id = f"{first.astimezone(UTC):%Y%m%dT%H%M%SZ}-{made[0].seed}"
        try:
            published = publish(made, self.options.reports, run_id)
        except Blocked as error:
            self._published = ("not written:", *str(error).splitlines())
            session.exitstatus = 1
            return
        self._published = tuple(self._shown(path) for path in (published.sheet, published.summary, published.data))
        if not published.complete and (other := complete_sheet(self.options.reports)) is not None:
            self._published += (f"the complete sheet in {self._shown(other)} is untouched",)
        if self.bridge.results is not None and self.bridge.trouble:
            self._published += (f"not whole: {self._shown(self.bridge.results)}: {self.bridge.trouble}",)
            session.exitstatus = session.exitstatus or 1

    def _shown(self, path: Path) -> str:
        here = self.config.invocation_params.dir
        return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)

    def pytest_terminal_summary(self, terminalreporter: Any, exitstatus: int) -> None:
        """Write what was found, where the reports are, and what the gate decided."""
        if exitstatus == pytest.ExitCode.INTERRUPTED and not self.worker:
            terminalreporter.write_line("interrupted: no sign-off, and no report was written; run it again")
        made = [self.acceptances[name] for name in self.chosen if name in self.acceptances]
        if self.decision is None or not made:
            return
        terminalreporter.section("sign-off")
        for number, one in enumerate(made):
            paths = self._published if number == len(made) - 1 else ()
            terminalreporter.write_line(closing(one, paths, self.screen.style))
        terminalreporter.write_line(self.screen.style.safe(self.decision.sentence))


class RowRehearsal:
    """Be the `Rehearsal` of one row."""

    __slots__ = ("_item", "_session")

    def __init__(self, session: SuiteSession, item: pytest.Item) -> None:
        self._session = session
        self._item = item

    def observe(self) -> None:
        """Make sure that the connector has been rehearsed."""
        self._session.observe(self._item)

    def hold(self, sentence: str = "") -> None:
        """Do with the row what its verdict says."""
        self._session.hold(self._item, sentence)
