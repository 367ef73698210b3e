"""Work on a second core: what stands by itself is done in a forked process while this one goes on."""

from __future__ import annotations

import ctypes
import os
import pickle
import re
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from signoff.connectors.listening import listen_apart
from signoff.trial.stage import sweep

WORKER = "PYTEST_XDIST_WORKER"
"""The variable by which pytest-xdist tells that this process is one of several, which have the cores already."""
TWO_AT_ONCE = (
    "a run crashed while another copy of the connector ran on a second core; if only one may run at a time, "
    "say `alone = true` under [connector] in the toml"
)
_OWN_FAULTS = (
    *("AssertionError", "AttributeError", "ImportError", "IndexError", "KeyError", "ModuleNotFoundError", "NameError"),
    *("NotImplementedError", "SyntaxError", "TypeError", "UnboundLocalError", "ZeroDivisionError"),
)
"""Errors of a connector's own code: no lock and no port raises them, and to speak of a second copy would mislead."""
_PR_SET_PDEATHSIG = 1
_THREADS = Path("/proc/self/task")
"""Where Linux lists a process's threads: those of libraries too, of which Python knows nothing."""


def possible() -> bool:
    """Tell whether there is a second core for this process, and whether forking it is safe."""
    if WORKER in os.environ or sys.platform != "linux":
        return False
    try:
        threads = len(list(_THREADS.iterdir()))
    except OSError:
        threads = threading.active_count()
    return threads == 1 and len(os.sched_getaffinity(0)) > 1


_running: list[Beside] = []


def may_be_shared(crashed: str) -> bool:
    """Tell whether a run may have crashed over what two copies of a connector share, as far as its error tells."""
    return bool(crashed) and re.split(r"[:\s]", crashed, maxsplit=1)[0] not in _OWN_FAULTS


class Beside:
    """Hold what a forked process has found, by name, once it has ended."""

    def __init__(self, process: int, file: IO[bytes]) -> None:
        self._process = process
        self._file = file
        self._found: dict[str, Any] | None = None

    @property
    def forked(self) -> bool:
        """Tell whether there is another process, and so perhaps a second copy of a connector."""
        return True

    def found(self) -> Mapping[str, Any]:
        """Wait for the process, and return what it found, as far as it came.

        What is missing raised an error there: whoever asks does that part again and meets the error here.
        """
        if self._found is None:
            self._await()
            self._found = dict(_read(self._file))
        return self._found

    def end(self) -> None:
        """End the process, if nobody has waited for it, and remove what it could not remove itself."""
        if not self._process:
            return
        # Gone already where somebody else has waited for it: a connector that waits for all its children.
        with suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)
        process = self._process
        self._await()
        sweep(process)

    def _await(self) -> None:
        # Where nobody wants to hear of children that end, the system waits for them, and then has none to tell of.
        with suppress(ChildProcessError):
            os.waitpid(self._process, 0)
        self._process = 0


class Nothing(Beside):
    """Stand where no process was forked: nothing was found yet."""

    def __init__(self) -> None:
        self._found = {}

    @property
    def forked(self) -> bool:
        """Return False."""
        return False

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
        parent = os.getpid()
        process = os.fork()
        if process == 0:
            _running.clear()
            _work(work, file, parent)
        there = Beside(process, file)
        _running.append(there)
        try:
            yield there
        finally:
            _running.remove(there)
            there.end()


def end_all() -> None:
    """End every process that runs beside this one: the process itself is about to end."""
    for one in _running:
        one.end()


def _work(work: Callable[[], Iterable[tuple[str, Any]]], file: IO[bytes], parent: int) -> None:
    """Do the work in the forked process, which ends here whatever happens: nothing of the test run goes on in it."""
    leave = os._exit
    status = 1
    try:
        _end_with(parent)
        listen_apart()
        for one in work():
            pickle.dump(one, file, protocol=pickle.HIGHEST_PROTOCOL)
            file.flush()
        status = 0
    finally:
        leave(status)


def _end_with(parent: int) -> None:
    """Let this process be killed when its parent has ended, however that came: nobody would read what it finds."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def _read(file: IO[bytes]) -> Iterator[tuple[str, Any]]:
    file.seek(0)
    while True:
        try:
            yield pickle.load(file)  # noqa: S301 - a file without a name, written by the process forked here
        except EOFError:
            return
        except pickle.UnpicklingError:
            return  # the process was ended while it wrote
