"""What stands by itself is done in a process of its own, and nothing is lost where that process fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from signoff.plugin import beside as module
from signoff.plugin.beside import WORKER, beside


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
