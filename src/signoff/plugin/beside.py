"""Work on a second core: what stands by itself is done in a forked process while this one goes on."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

WORKER = "PYTEST_XDIST_WORKER"
"""The variable by which pytest-xdist tells that this process is one of several, which have the cores already."""


def possible() -> bool:
    """Tell whether there is a second core for this process, and whether forking it is safe."""
    if WORKER in os.environ or threading.active_count() > 1:
        return False
    return hasattr(os, "fork") and sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


class Beside:
    """Hold what a forked process has found, by name, once it has ended."""

    def __init__(self, process: int, file: IO[bytes]) -> None:
        self._process = process
        self._file = file
        self._found: dict[str, Any] | None = None

    def found(self) -> Mapping[str, Any]:
        """Wait for the process, and return what it found, as far as it came.

        What is missing raised an error there: whoever asks does that part again and meets the error here.
        """
        if self._found is None:
            os.waitpid(self._process, 0)
            self._process = 0
            self._found = dict(_read(self._file))
        return self._found

    def end(self) -> None:
        """End the process, if nobody has waited for it."""
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
            self._process = 0


class Nothing(Beside):
    """Stand where no process was forked: nothing was found yet."""

    def __init__(self) -> None:
        self._found = {}

    def end(self) -> None:
        """Do nothing."""


@contextmanager
def beside(work: Callable[[], Iterable[tuple[str, Any]]], wanted: bool = True) -> Iterator[Beside]:
    """Run what yields (name, result) in a process of its own while the block runs; results must be picklable.

    Where it is not `wanted` or not possible, nothing is found, and the caller does all by itself.
    """
    if not (wanted and possible()):
        yield Nothing()
        return
    with tempfile.TemporaryFile() as file:
        sys.stdout.flush()
        sys.stderr.flush()
        process = os.fork()
        if process == 0:
            _work(work, file)
        there = Beside(process, file)
        try:
            yield there
        finally:
            there.end()


def _work(work: Callable[[], Iterable[tuple[str, Any]]], file: IO[bytes]) -> None:
    """Do the work in the forked process, which ends here whatever happens: nothing of the test run goes on in it."""
    leave = os._exit
    status = 1
    try:
        for one in work():
            pickle.dump(one, file, protocol=pickle.HIGHEST_PROTOCOL)
            file.flush()
        status = 0
    finally:
        leave(status)


def _read(file: IO[bytes]) -> Iterator[tuple[str, Any]]:
    file.seek(0)
    while True:
        try:
            yield pickle.load(file)  # noqa: S301 - a file without a name, written by the process forked here
        except EOFError:
            return
        except pickle.UnpicklingError:
            return  # the process was ended while it wrote
