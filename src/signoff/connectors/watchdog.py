"""End a connector that does not end by itself."""

from __future__ import annotations

import _thread
import ctypes
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_UNDIVIDED = ("time_machine", "signoff.wire.clock", "signoff.wire.driving")
"""Modules that move the world's time: interrupted half-way they could not put the real time back."""

_SOON_SECONDS = 0.005
_SHORTEST_SECONDS = 0.001
"""An alarm in no time at all is none."""
_PATIENCE_SECONDS = 1.0
"""After the alarm should have rung, and between two tries: a connector may have taken the alarm for itself."""

# Taken before anything drives them by the world's clock.
_new_lock = threading.Lock


class TooLong(BaseException):
    """Interrupt a connector's run; a BaseException, so that its own `except Exception` cannot swallow it."""


class _Watch:
    """Hold whether a block still runs, and whether its time is up."""

    def __init__(self) -> None:
        self.over = False
        self.rung = False
        self.ended = _new_lock()
        self.ended.acquire()
        self.unseen = _new_lock()
        """Free once the second thread looks no longer."""
        self.unseen.acquire()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TooLong inside the block after so many real seconds.

    Works by SIGALRM in the main thread, and by a second thread where the connector has taken that signal for itself. In
    another thread, or where there is no such signal, a run is not ended, because nothing in Python can end it safely.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
        yield
        return
    seconds = max(seconds, _SHORTEST_SECONDS)
    watch = _Watch()

    def ring(_signum: int, frame: FrameType | None) -> None:
        if watch.over:
            return
        watch.rung = True
        if _within(frame, _UNDIVIDED):
            signal.setitimer(signal.ITIMER_REAL, _SOON_SECONDS, 1.0)
            return
        raise TooLong

    before = signal.signal(signal.SIGALRM, ring)
    looking = False
    try:
        try:
            # A plain thread: `threading` waits for each to begin and to end, which takes longer than a delivery does.
            _thread.start_new_thread(_look, (watch, threading.get_ident(), seconds))
            looking = True
            # Rung again each second, for a connector that catches even this and goes on.
            signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
            yield
            if watch.rung:
                raise TooLong
        finally:
            watch.over = True
    finally:
        watch.over = True
        watch.ended.release()
        if looking:
            watch.unseen.acquire(timeout=_PATIENCE_SECONDS)  # a process with a second thread is not forked
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _look(watch: _Watch, whom: int, seconds: float) -> None:
    """Interrupt a thread whose time is up, again and again until its block is over."""
    try:
        _interrupt(watch, whom, seconds)
    finally:
        watch.unseen.release()


def _interrupt(watch: _Watch, whom: int, seconds: float) -> None:
    wait = seconds + _PATIENCE_SECONDS
    while not watch.ended.acquire(timeout=min(wait, threading.TIMEOUT_MAX)):
        wait = _PATIENCE_SECONDS
        frame = sys._current_frames().get(whom)
        if watch.over:
            return
        if _within(frame, _UNDIVIDED):
            wait = _SOON_SECONDS
            continue
        watch.rung = True
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(whom), ctypes.py_object(TooLong))


def _within(frame: FrameType | None, modules: tuple[str, ...]) -> bool:
    while frame is not None:
        if frame.f_globals.get("__name__") == __name__:
            return False
        if frame.f_globals.get("__name__") in modules:
            return True
        frame = frame.f_back
    return False
