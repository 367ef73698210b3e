"""End a connector that does not end by itself."""

from __future__ import annotations

import _thread
import ctypes
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
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
_monotonic = time.monotonic


Turn = Callable[[], AbstractContextManager[None]]
"""Give a block that ends in time."""


class TooLong(BaseException):
    """Interrupt a connector's run; a BaseException, so that its own `except Exception` cannot swallow it."""


class _Watch:
    """Hold whether one block still runs, and whether its time is up."""

    def __init__(self, seconds: float) -> None:
        self.until = _monotonic() + seconds + _PATIENCE_SECONDS
        """When the second thread interrupts it, in real seconds."""
        self.over = False
        self.rung = False


class _Rounds:
    """Hold what the second thread looks at: one block after the other."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.watch: _Watch | None = None
        self.between = _new_lock()
        """Held while a block is being interrupted, and while one ends: none is interrupted after its end."""
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
    with in_turns(seconds) as turn, turn():
        yield


@contextmanager
def in_turns(seconds: float) -> Iterator[Turn]:
    """Give what ends each of many blocks, one after the other, as `at_most` does; one second thread watches over all.

    To start a thread and wait for its end takes longer than to deliver a webhook.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
        yield nullcontext
        return
    rounds = _Rounds(max(seconds, _SHORTEST_SECONDS))
    # A plain thread: `threading` waits for each to begin and to end.
    _thread.start_new_thread(_look, (rounds, threading.get_ident()))
    try:
        yield partial(_turn, rounds)
    finally:
        rounds.ended.release()
        rounds.unseen.acquire(timeout=_PATIENCE_SECONDS)  # a process with a second thread is not forked


@contextmanager
def _turn(rounds: _Rounds) -> Iterator[None]:
    watch = _Watch(rounds.seconds)

    def ring(_signum: int, frame: FrameType | None) -> None:
        if watch.over:
            return
        watch.rung = True
        if _within(frame, _UNDIVIDED):
            signal.setitimer(signal.ITIMER_REAL, _SOON_SECONDS, 1.0)
            return
        raise TooLong

    before = signal.signal(signal.SIGALRM, ring)
    try:
        try:
            rounds.watch = watch
            # Rung again each second, for a connector that catches even this and goes on.
            signal.setitimer(signal.ITIMER_REAL, rounds.seconds, 1.0)
            yield
            if watch.rung:
                raise TooLong
        finally:
            with rounds.between:
                watch.over = True
    finally:
        watch.over = True
        rounds.watch = None
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _look(rounds: _Rounds, whom: int) -> None:
    """Interrupt a thread in a block whose time is up, again and again until the block is over."""
    try:
        wait = rounds.seconds + _PATIENCE_SECONDS
        while not rounds.ended.acquire(timeout=min(wait, threading.TIMEOUT_MAX)):
            wait = _interrupted(rounds, whom)
    finally:
        rounds.unseen.release()


def _interrupted(rounds: _Rounds, whom: int) -> float:
    """Interrupt the present block if its time is up; return in how many seconds to look again."""
    with rounds.between:
        watch = rounds.watch
        if watch is None or watch.over:
            return rounds.seconds + _PATIENCE_SECONDS
        left = watch.until - _monotonic()
        if left > 0:
            return left
        if _within(sys._current_frames().get(whom), _UNDIVIDED):
            return _SOON_SECONDS
        watch.rung = True
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(whom), ctypes.py_object(TooLong))
        return _PATIENCE_SECONDS


def _within(frame: FrameType | None, modules: tuple[str, ...]) -> bool:
    while frame is not None:
        if frame.f_globals.get("__name__") == __name__:
            return False
        if frame.f_globals.get("__name__") in modules:
            return True
        frame = frame.f_back
    return False
