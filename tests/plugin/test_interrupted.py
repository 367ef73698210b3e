"""Ctrl-C before the first row ends the session as pytest ends it: in a short sentence, with status 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import SuiteFolder

HEARD = "signal.signal(signal.SIGINT, signal.default_int_handler)"
"""A job in the background, which this test may be, ignores Ctrl-C."""
PRESSED = f"import os, signal, time\n{HEARD}\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(5)\n"
"""Ctrl-C of a person, and work that it comes in the middle of."""


def test_while_the_plugin_is_loaded(suite: SuiteFolder) -> None:
    finder = """
import sys


class Pressing:
    def find_spec(self, name, path, target=None):
        if name == "signoff.plugin.opening":
            import os, signal, time
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)


sys.meta_path.insert(0, Pressing())
"""
    conftest = suite.root / "conftest.py"
    conftest.write_text(conftest.read_text(encoding="utf-8") + finder, encoding="utf-8")
    result = suite.run_apart()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert result.errlines == ["signoff: interrupted before anything was read or run"]
    assert result.outlines == []


@pytest.mark.parametrize("file", ["fixtures/slow.py", "steps/slow.py"])
def test_while_the_suite_s_modules_are_loaded(suite: SuiteFolder, file: str) -> None:
    suite.write(file, PRESSED)
    result = suite.run_apart()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    result.stdout.fnmatch_lines(["!!!* KeyboardInterrupt !!!*", "*slow.py:3: KeyboardInterrupt"])


def test_while_the_documents_are_read(suite: SuiteFolder) -> None:
    conftest = suite.root / "conftest.py"
    pressed = PRESSED.replace("\n", "\n    ")
    conftest.write_text(
        conftest.read_text(encoding="utf-8") + f"\n\ndef pytest_collection(session):\n    {pressed}\n", encoding="utf-8"
    )
    result = suite.run_apart()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    result.stdout.fnmatch_lines(["!!!* KeyboardInterrupt !!!*"])
