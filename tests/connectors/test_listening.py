"""Whatever way a connector says something, it is heard, and nothing of it reaches the terminal or a log."""

import logging
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from signoff.connectors.python import PythonConnector, load

WORD = "Nightjar-4411"

bound = logging.getLogger("tests.bound.early")
bound.addHandler(logging.StreamHandler(sys.stderr))
bound.propagate = False


def by_thread() -> None:
    def die() -> None:
        raise ValueError(WORD)

    thread = threading.Thread(target=die)
    thread.start()
    thread.join()


def by_unraisable() -> None:
    class Dying:
        def __del__(self) -> None:
            raise ValueError(WORD)

    Dying()


def by_stdout_itself() -> None:
    assert sys.__stdout__ is not None
    sys.__stdout__.write(WORD + "\n")


WAYS: list[Callable[[], Any]] = [
    lambda: print(WORD),
    lambda: print(WORD, file=sys.stderr),
    lambda: os.write(1, WORD.encode()),
    lambda: os.write(2, WORD.encode()),
    lambda: os.write(sys.stdout.fileno(), WORD.encode()),
    lambda: sys.stdout.buffer.write(WORD.encode()),
    by_stdout_itself,
    lambda: subprocess.run([sys.executable, "-c", f"print({WORD!r})"], check=True),
    lambda: subprocess.run(["sh", "-c", f"echo {WORD}"], stdout=sys.stderr, check=True),
    lambda: os.system(f"echo {WORD} >&2"),
    lambda: warnings.warn(WORD, UserWarning, stacklevel=1),
    lambda: bound.warning(WORD),
    lambda: logging.getLogger("any").info(WORD),
    by_thread,
    by_unraisable,
]


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("capture", ["fd", "none"])
def test_every_way_of_saying_something_is_heard(
    way: Callable[[], Any],
    capture: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    recwarn: pytest.WarningsRecorder,
) -> None:
    class Saying:
        def __init__(self, settings: dict[str, str], state: Path) -> None: ...

        def sync(self) -> None:
            way()

    under_test = PythonConnector(Saying, {}, tmp_path, 20.0)
    if capture == "fd":
        told = under_test.run()
    else:
        with capfd.disabled():
            told = under_test.run()
    assert told.crashed == ""
    assert WORD in told.printed
    assert (*capfd.readouterr(), len(recwarn)) == ("", "", 0)
    print("after")
    os.write(1, b"wards")
    assert capfd.readouterr().out in ("after\nwards", "wardsafter\n")


def test_what_it_says_beside_its_runs_is_told_with_the_next(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = """
import sys
out = sys.stdout
print("loaded")

class Connector:
    def __init__(self, settings, state):
        print("made")

    def deliver(self, headers, body):
        print("delivered")

    def sync(self):
        out.write("ran\\n")
"""
    (tmp_path / "saying.py").write_text(text, encoding="utf-8")
    under_test = PythonConnector(load("saying.py:Connector", tmp_path), {}, tmp_path, 5.0)
    assert under_test.deliver([SimpleNamespace(headers={}, body=b"")]) == []
    assert [under_test.run().printed for _ in range(2)] == ["loaded\nmade\ndelivered\nran\n", "ran\n"]
    assert capfd.readouterr() == ("", "")


def test_what_does_not_fit_into_text_is_heard_all_the_same(tmp_path: Path) -> None:
    class Saying:
        def __init__(self, settings: dict[str, str], state: Path) -> None: ...

        def sync(self) -> None:
            print("lone \ud800")
            os.write(1, b"\xff\n")

    assert PythonConnector(Saying, {}, tmp_path, 5.0).run().printed == "lone \\ud800\n\ufffd\n"
