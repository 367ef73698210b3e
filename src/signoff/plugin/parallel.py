"""Run under pytest-xdist: one worker an integration, one seed, one writer of reports."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from signoff.errors import ScopeError
from signoff.plugin.loading import unknown_steps
from signoff.plugin.opening import asked_for
from signoff.plugin.rows import steps_of
from signoff.plugin.session import SuiteSession

_FOUND = "signoff_found"
"""A worker's acceptances, and why a result of its could not be written for Allure ("" if all were)."""


class Parallel:
    """Take xdist's hooks for a session."""

    def __init__(self, session: SuiteSession) -> None:
        self._session = session

    @pytest.hookimpl
    def pytest_sessionstart(self) -> None:
        """Look for sentences that nobody knows before a worker is started: only workers collect.

        Else Allure's folder would be empty when they tell it. Comes after the documents were read, and before xdist
        starts its workers (`trylast`).
        """
        session = self._session
        if session.worker or not session.config.pluginmanager.hasplugin("dsession"):
            return
        problems = [
            problem
            for name in session.chosen
            for file in session.suite.features(name)
            if asked_for(session.config, file) and not self._steps_to_come(file)
            for problem in unknown_steps(session.suite.relative(file), steps_of(file))
        ]
        if problems:
            raise pytest.UsageError(str(ScopeError(problems)))

    def _steps_to_come(self, file: Path) -> bool:
        """Tell whether a conftest.py on the way to a file is not loaded yet, and may define its sentences."""
        loaded = {getattr(one, "__file__", None) for one in self._session.config.pluginmanager.get_plugins()}
        conftests = [
            folder / "conftest.py" for folder in file.parents if folder.is_relative_to(self._session.suite.root)
        ]
        return any(one.is_file() and str(one) not in loaded for one in conftests)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker the controller's seed."""
        node.workerinput["signoff_seed"] = self._session.options.seed

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """Keep an integration's statements on one worker: they share one trial."""
        from xdist.scheduler import LoadScopeScheduling

        session = self._session

        class ByIntegration(LoadScopeScheduling):  # type: ignore[misc]  # xdist is not always installed
            def _split_scope(self, nodeid: str) -> str:
                return session.scope_of(nodeid) or str(super()._split_scope(nodeid))

        return ByIntegration(config, log)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Send to the controller what a worker found."""
        session = self._session
        if session.worker:
            found = pickle.dumps((session.acceptances, session.bridge.trouble))
            session.config.workeroutput[_FOUND] = found  # type: ignore[attr-defined]  # xdist adds it

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker found."""
        sent = getattr(node, "workeroutput", {}).get(_FOUND)
        if sent is not None:
            # From our own worker process over its pipe, never from a file or another host.
            acceptances, trouble = pickle.loads(sent)  # noqa: S301
            self._session.acceptances.update(acceptances)
            self._session.bridge.trouble = self._session.bridge.trouble or trouble
