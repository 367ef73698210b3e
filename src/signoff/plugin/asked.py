"""Say which statement was meant, where the command line names one that there is not."""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from pathlib import Path

import pytest

from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.plugin.session import SuiteSession

_OWN = "scenario:"
"""How the ids of a team's own scenarios begin: only who collects knows them."""

_OF_PYTEST = frozenset({"filterwarnings", "parametrize", "skip", "skipif", "usefixtures", "xdist_group", "xfail"})
"""Marks that are no tags of a document."""


class Asked:
    """Take pytest's hooks for a session of a suite."""

    def __init__(self, session: SuiteSession) -> None:
        self._session = session
        self._tags: frozenset[str] = frozenset()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Remember which tags there are, before `-m` leaves any out."""
        found = {mark.name for item in items for mark in item.iter_markers()}
        self._tags = frozenset(found) - _OF_PYTEST

    @pytest.hookimpl
    def pytest_sessionstart(self) -> None:
        """Refuse what is not there before xdist starts its workers: they would find nothing, and say nothing."""
        config = self._session.config
        if config.pluginmanager.hasplugin("dsession") and not self._session.worker:
            problems = [one for one in self._strangers() if not one.found.startswith(f"`{_OWN}")]
            if problems:
                raise pytest.UsageError(str(ScopeError(problems)))

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        """Add to pytest's own words what was meant."""
        try:
            return (yield)
        except pytest.UsageError as error:
            problems = self._strangers()
            if not problems:
                raise
            raise pytest.UsageError(*error.args, str(ScopeError(problems))) from None

    @pytest.hookimpl
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
        """Say what `-k` or `-m` could have meant where it left nothing: pytest says only how many were left out."""
        config = self._session.config
        words, tags = (str(config.getoption(name, "") or "") for name in ("keyword", "markexpr"))
        if exitstatus != pytest.ExitCode.NO_TESTS_COLLECTED or not (words or tags) or self._session.worker:
            return
        bare = [one for one in self._tags if ":" not in one]  # there may be hundreds of owners and tickets
        problem = Problem(
            Place(f"-k {words}" if words else f"-m {tags}"),
            "what some statement's id contains" if words else "tags that some statement bears",
            "no such statement",
            self._alike(words) if words else nearest(tags, self._tags),
            how="`pytest --collect-only -q` lists every id."
            if words
            else f"Tags that statements bear: {', '.join(sorted(bare)) or 'none'}.",
        )
        for line in str(problem).splitlines():
            terminalreporter.write_line(self._session.screen.style.safe(line))

    def _alike(self, word: str) -> str | None:
        """Return the id that is most like a word, as a whole or behind its first dot or colon."""
        ids = [one.id for statements in self._session.statements.values() for one in statements]
        ends = {re.split(r"[.:]", one, maxsplit=1)[-1]: one for one in reversed(ids)}
        return nearest(word, ids) or ends.get(nearest(word, ends) or "")

    def _strangers(self) -> list[Problem]:
        """Return a problem for every argument that names no statement, or a document that does not exist."""
        session = self._session
        documents = [file for name in session.chosen for file in session.suite.features(name)]
        ids: dict[str, list[str]] = {session.suite.relative(file): [] for file in documents}
        for statements in session.statements.values():
            for one in statements:
                ids.setdefault(one.file, []).append(one.id)
        problems: list[Problem] = []
        for arg in session.config.args:
            path, _, name = str(arg).partition("::")
            file = session.suite.relative((session.config.invocation_params.dir / path).resolve())
            there = file in ids
            if (there and (not name or name in ids[file])) or not (there or file.endswith(".feature")):
                continue
            meant_file = file if there else nearest(file, ids)
            meant = self._meant(name, meant_file, ids) if name else meant_file and self._shown(meant_file)
            problems.append(
                Problem(
                    Place(path),
                    "the id of a statement in this document" if there else "a document of the suite",
                    f"`{name}`" if there else "no such document",
                    meant,
                    how="`pytest --collect-only -q` lists every id.",
                )
            )
        return problems

    def _meant(self, name: str, file: str | None, ids: dict[str, list[str]]) -> str | None:
        """Return the statement that is most like the name: of its document, or the very one of another."""
        elsewhere = next((other for other, names in ids.items() if name in names), None)
        if elsewhere is not None and (file is None or name not in ids[file]):
            return f"{self._shown(elsewhere)}::{name}"
        found = nearest(name, ids[file]) if file is not None else None
        return f"{self._shown(file)}::{found}" if file is not None and found is not None else None

    def _shown(self, file: str) -> str:
        root, here = self._session.suite.root, self._session.config.invocation_params.dir
        return Path(os.path.relpath(root / file, here)).as_posix()
