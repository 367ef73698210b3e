"""What stands by itself is done in a process of its own, and nothing is lost where that process fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from signoff.connectors.listening import words
from signoff.connectors.python import PythonConnector
from signoff.plugin import beside as module
from signoff.plugin.beside import WORKER, beside
from signoff.trial import stage


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tests fork, whatever machine and however many processes they run in."""
    monkeypatch.setattr(module, "possible", lambda: True)


def test_another_process_finds_what_it_was_asked_for() -> None:
    with beside(lambda: [("who", os.getpid()), ("many", list(range(100_000)))]) as there:
        found = there.found()
    assert found["who"] != os.getpid()
    assert found["many"][-1] == 99_999


def test_what_was_found_before_an_error_is_kept_and_the_rest_is_left_to_the_caller() -> None:
    def work() -> Iterator[tuple[str, int]]:
        yield "first", 1
        raise ValueError("the connector broke")

    with beside(work) as there:
        assert there.found() == {"first": 1}


def test_a_process_that_is_ended_has_found_nothing() -> None:
    def work() -> Iterator[tuple[str, int]]:
        os._exit(0)
        yield "never", 1

    with beside(work) as there:
        assert there.found() == {}


def test_a_process_nobody_waits_for_is_ended() -> None:
    def work() -> Iterator[tuple[str, int]]:
        while True:
            pass
        yield "never", 1

    with beside(work) as there:
        process = there._process
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


class Talking:
    """Print fifty lines, slowly enough for two of it to talk at once."""

    def __init__(self, settings: Mapping[str, str], _state: Path) -> None:
        self._who = settings["who"]

    def sync(self) -> None:
        """Say who talks."""
        for _ in range(50):
            print(self._who)
            time.sleep(0.001)


def said_by(who: str) -> list[str]:
    """Return what a connector said in three runs."""
    connector = PythonConnector(Talking, {"who": who}, Path(), 30)
    return [connector.run().printed for _ in range(3)]


def test_each_process_hears_its_own_connector_and_all_of_it() -> None:
    words()  # listened to before, as the import of a connector is
    with beside(lambda: [("said", said_by("there"))]) as there:
        here = said_by("here")
        assert there.found()["said"] == ["there\n" * 50] * 3
    assert here == ["here\n" * 50] * 3


def test_nothing_is_lost_where_nobody_wants_to_hear_of_children_that_end() -> None:
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        with beside(lambda: [("one", 1)]) as there:
            assert there.found() == {"one": 1}
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_a_process_that_somebody_else_has_waited_for_is_no_trouble() -> None:
    with beside(lambda: [("one", 1)]) as there:
        os.waitpid(there._process, 0)  # as a connector does that waits for all its children


def test_a_process_that_is_killed_leaves_no_state_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "MEMORY", tmp_path)

    def work() -> Iterator[tuple[str, int]]:
        tempfile.mkdtemp(prefix=stage.state_name(os.getpid()), dir=tmp_path)
        time.sleep(60)
        yield "never", 1

    with beside(work):
        until = time.monotonic() + 10
        while not list(tmp_path.iterdir()) and time.monotonic() < until:
            time.sleep(0.01)
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())


ORPHANING = """
import os, time
from signoff.plugin import beside as module
module.possible = lambda: True
def work():
    print(os.getpid(), flush=True)
    time.sleep(60)
    yield "never", 1
with module.beside(work):
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
def test_a_process_ends_with_the_one_that_forked_it() -> None:
    with subprocess.Popen([sys.executable, "-c", ORPHANING], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        forked = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
        try:
            until = time.monotonic() + 10
            while _runs(forked) and time.monotonic() < until:
                time.sleep(0.01)
            assert not _runs(forked)
        finally:
            with suppress(ProcessLookupError):
                os.kill(forked, signal.SIGKILL)


def _runs(process: int) -> bool:
    state = Path(f"/proc/{process}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


THREADED = """
import ctypes, os, threading
from signoff.plugin import beside as module
os.environ.pop(module.WORKER, None)
os.sched_getaffinity = lambda _: {0, 1}
libc, number = ctypes.CDLL(None), ctypes.c_ulong()
before = module.possible()
libc.pthread_create(ctypes.byref(number), None, ctypes.cast(libc.usleep, ctypes.c_void_p), ctypes.c_void_p(200_000))
print(before, threading.active_count(), module.possible())
libc.pthread_join(number, None)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
def test_a_thread_of_which_python_knows_nothing_keeps_a_process_from_forking() -> None:
    done = subprocess.run([sys.executable, "-c", THREADED], capture_output=True, text=True, check=True)
    assert done.stdout == "True 1 False\n"


def test_without_a_second_core_nothing_is_found_and_nothing_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "possible", lambda: False)
    with beside(lambda: [("who", os.getpid())]) as there:
        assert there.found() == {}


def test_one_of_several_test_processes_forks_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv(WORKER, "gw0")
    assert not module.possible()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how many cores a process may use")
def test_a_process_that_may_use_one_core_only_forks_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.delenv(WORKER, raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    assert not module.possible()
