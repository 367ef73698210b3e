"""A run that is ended from outside leaves no connector's state behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from signoff.plugin import beside as module
from signoff.plugin.beside import beside
from signoff.plugin.terminated import swept_when_terminated
from signoff.trial import stage


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(stage, "MEMORY", tmp_path)
    monkeypatch.setattr(module, "possible", lambda: True)
    return tmp_path


def ended(work: Callable[[], None]) -> int:
    """Return the signal that ends a process which does some work, 0 if it comes to its end."""
    process = os.fork()
    if process == 0:
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            work()
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(process, 0)[1])


def state() -> Path:
    folder = stage.MEMORY / f"{stage.state_name(os.getpid())}x"
    folder.mkdir()
    (folder / "session.json").write_text("{}", encoding="utf-8")
    return folder


def test_the_state_goes_and_the_process_ends_by_the_signal(memory: Path) -> None:
    def work() -> None:
        with swept_when_terminated():
            state()
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(10)

    assert ended(work) == signal.SIGTERM
    assert list(memory.iterdir()) == []


def test_the_process_beside_is_ended_and_its_state_goes_too(memory: Path) -> None:
    def beside_it() -> Iterator[tuple[str, int]]:
        state()
        (memory / "ready").touch()
        time.sleep(60)
        yield "never", 1

    def work() -> None:
        with swept_when_terminated(), beside(beside_it):
            state()
            while not (memory / "ready").exists():
                time.sleep(0.01)
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(10)

    began = time.monotonic()
    assert ended(work) == signal.SIGTERM
    assert [one.name for one in memory.iterdir()] == ["ready"]
    assert time.monotonic() - began < 30


def test_afterwards_the_signal_is_what_it_was() -> None:
    with swept_when_terminated():
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_handler_of_somebody_else_stays() -> None:
    def own(*_: object) -> None: ...

    before = signal.signal(signal.SIGTERM, own)
    try:
        with swept_when_terminated():
            assert signal.getsignal(signal.SIGTERM) is own
    finally:
        signal.signal(signal.SIGTERM, before)


def test_one_that_a_connector_takes_for_itself_is_not_taken_away() -> None:
    def own(*_: object) -> None: ...

    with swept_when_terminated():
        signal.signal(signal.SIGTERM, own)
    assert signal.getsignal(signal.SIGTERM) is own
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def test_another_thread_takes_no_signal() -> None:
    found: list[object] = []

    def work() -> None:
        with swept_when_terminated():
            found.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [signal.SIG_DFL]
