"""Empty Allure's folder when a run begins, and no sooner; see before it that the reports can be written.

allure-pytest does what `--clean-alluredir` asks before any document is read. Documents that turn out to be broken would
cost the results of the run before, which nothing replaces.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from signoff.evidence.writing import write_whole

_LONGEST = 200
"""Characters of a folder's name that are shown."""
HELD: pytest.StashKey[bool] = pytest.StashKey()
"""Whether a session was asked to clean, and has not done so yet."""


def held(config: pytest.Config) -> None:
    """Keep allure-pytest from cleaning the folder; refuse one that cannot be written, before anything is run.

    To be called before allure-pytest is configured. Raises `pytest.UsageError`.
    """
    folder = _folder(config)
    if folder is None or hasattr(config, "workerinput"):
        return
    _tried(folder, "--alluredir")
    config.stash[HELD] = config.getoption("clean_alluredir", default=False) and not config.option.collectonly
    config.option.clean_alluredir = False


def _tried(folder: Path, option: str) -> None:
    """Raise `pytest.UsageError` for a folder in which nothing can be written."""
    try:
        write_whole(folder / ".signoff", "")
        (folder / ".signoff").unlink()
    except OSError as error:
        shown = str(folder) if len(str(folder)) <= _LONGEST else f"{str(folder)[:_LONGEST]}…"
        raise pytest.UsageError(
            f"{option} {shown}\n  expected: a folder that can be written\n"
            f"  found:    {error.strerror or type(error).__name__}\n"
            "  Make it writable or free some space, or name another one."
        ) from None


class Cleaning:
    """Take pytest's hook for a session of a suite, whose reports go to a folder."""

    def __init__(self, reports: Path) -> None:
        self._reports = reports

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Clean the folder as allure-pytest does: everything was read and collected, and something will be run.

        A folder that cannot take the reports is told now, and not when a run of minutes has ended.
        """
        config, folder = session.config, _folder(session.config)
        parallel = config.pluginmanager.hasplugin("dsession")
        runs = not session.testsfailed and not config.option.collectonly and (session.items or parallel)
        if runs and not hasattr(config, "workerinput"):
            _tried(self._reports, "--reports")
        if folder is not None and runs and config.stash.get(HELD, False):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)


def _folder(config: pytest.Config) -> Path | None:
    given = config.getoption("allure_report_dir", default=None)
    return Path(given).absolute() if given else None
