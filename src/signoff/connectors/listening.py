"""Hear all that a connector says in this process, whichever way: streams, descriptors, logs, warnings, threads."""

from __future__ import annotations

import io
import logging
import os
import sys
import tempfile
import threading
import traceback
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from typing import Any, TextIO
from unittest import mock

_FORMAT = logging.Formatter("%(levelname)s %(name)s %(message)s")


class _Ear:
    """Hold one file without a name, to which all that is heard is written in its order."""

    def __init__(self) -> None:
        # Closed with the process: what a connector has bound to its streams once may be written to at any time.
        with tempfile.TemporaryFile(buffering=0) as file:
            self._numbers = (os.dup(file.fileno()), os.dup(file.fileno()), os.dup(file.fileno()))
        self.out, self.err = _stream(self._numbers[1]), _stream(self._numbers[2])

    @property
    def number(self) -> int:
        """Return the file's descriptor."""
        return self._numbers[0]

    def opened(self) -> None:
        """Open the streams again that a connector has closed."""
        self.out = _stream(self._numbers[1]) if self.out.closed else self.out
        self.err = _stream(self._numbers[2]) if self.err.closed else self.err

    def apart(self) -> None:
        """Write to another file from now on, by the same descriptors: streams that were bound before follow."""
        with tempfile.TemporaryFile(buffering=0) as other:
            for number in self._numbers:
                os.dup2(other.fileno(), number, inheritable=False)

    def take(self) -> str:
        """Return what was heard since it was last asked, and forget it."""
        size = os.lseek(self.number, 0, os.SEEK_CUR)
        found = os.pread(self.number, size, 0)
        os.ftruncate(self.number, 0)
        os.lseek(self.number, 0, os.SEEK_SET)
        return found.decode("utf-8", "replace")


def _stream(number: int) -> TextIO:
    raw = io.FileIO(number, "w", closefd=False)
    return io.TextIOWrapper(raw, "utf-8", "backslashreplace", newline="\n", write_through=True)


_ears: list[_Ear] = []
_open: list[bool] = []


def _ear() -> _Ear:
    if not _ears:
        _ears.append(_Ear())
    return _ears[0]


def words() -> str:
    """Return what was said since it was last asked."""
    return _ear().take()


def listen_apart() -> None:
    """Hear in this process, which was forked from one that listens, only what is said in it.

    The file and the place in it are one for both otherwise: each would hear what the other's connector says, and lose
    what its own says.
    """
    for ear in _ears:
        ear.apart()


@contextmanager
def heard() -> Iterator[None]:
    """Let all that is said in the block go to where `words` finds it, and nothing to the terminal or a log.

    That is: `print`, what was bound to a stream before, `os.write`, child processes, loggers with handlers of their
    own, warnings, and the last words of a thread that died.
    """
    if _open:
        yield
        return
    ear = _ear()
    ear.opened()
    with ExitStack() as stack:
        _open.append(True)
        stack.callback(_open.clear)
        stack.enter_context(_descriptors(ear))
        stack.enter_context(redirect_stdout(ear.out))
        stack.enter_context(redirect_stderr(ear.err))
        stack.enter_context(_logs(ear))
        stack.enter_context(_hooks(ear))
        yield


@contextmanager
def _descriptors(ear: _Ear) -> Iterator[None]:
    """Lead the process's own output into the ear; a descriptor that is closed stays closed."""
    kept: dict[int, int] = {}
    _flush()
    try:
        for number in (1, 2):
            with suppress(OSError):
                kept[number] = os.dup(number)
                os.dup2(ear.number, number)
        yield
    finally:
        _flush()
        for number, former in kept.items():
            os.dup2(former, number)
            os.close(former)


def _flush() -> None:
    for stream in (sys.__stdout__, sys.__stderr__):
        # A stream that somebody has closed holds nothing back.
        with suppress(ValueError, OSError):
            if stream is not None:
                stream.flush()


@contextmanager
def _logs(ear: _Ear) -> Iterator[None]:
    # What it logs is evidence, and belongs into the history alone, not into the test run's own log as well.
    handler = logging.StreamHandler(ear.err)
    handler.setLevel(logging.DEBUG)
    handler.setFormatter(_FORMAT)
    root = logging.getLogger()
    level, others = root.level, root.handlers[:]
    bound = [(one, one.stream) for one in _streaming()]
    for one, _ in bound:
        one.stream = ear.err
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.handlers[:] = others
        root.setLevel(level)
        for one, stream in bound:
            one.stream = stream


def _streaming() -> list[logging.StreamHandler[Any]]:
    """Return the handlers below the root that write to a stream, which may have been bound to it long before."""
    loggers = [one for one in logging.Logger.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    handlers = {id(one): one for logger in loggers for one in logger.handlers}
    return [
        one
        for one in handlers.values()
        if isinstance(one, logging.StreamHandler) and not isinstance(one, logging.FileHandler) and "stream" in vars(one)
    ]


@contextmanager
def _hooks(ear: _Ear) -> Iterator[None]:
    def warn(message: Any, category: Any, filename: str, lineno: int, file: Any = None, line: Any = None) -> None:
        (file or ear.err).write(warnings.formatwarning(message, category, filename, lineno, line))

    def died(one: threading.ExceptHookArgs) -> None:
        if one.exc_type is not SystemExit:
            name = one.thread.name if one.thread is not None else "?"
            ear.err.write(f"Exception in thread {name}:\n")
            _trace(ear, one.exc_type, one.exc_value, one.exc_traceback)

    def lost(one: Any) -> None:
        ear.err.write(f"{one.err_msg or 'Exception ignored in'}: {type(one.object).__name__}\n")
        _trace(ear, one.exc_type, one.exc_value, one.exc_traceback)

    with (
        mock.patch.object(warnings, "showwarning", warn),
        mock.patch.object(threading, "excepthook", died),
        mock.patch.object(sys, "unraisablehook", lost),
    ):
        yield


def _trace(ear: _Ear, kind: type[BaseException], value: BaseException | None, trace: Any) -> None:
    ear.err.write("".join(traceback.format_exception(kind, value, trace)))
