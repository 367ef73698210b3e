"""End a connector that does not end by itself."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_UNDIVIDED = ("time_machine", "signoff.wire.clock", "signoff.wire.driving")
"""Modules that move the world's time: interrupted half-way they could not put the real time back."""

_SOON_SECONDS = 0.005


class TooLong(BaseException):
    """Interrupt a connector's run; a BaseException, so that its own `except Exception` cannot swallow it."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TooLong inside the block after so many real seconds.

    Works by SIGALRM in the main thread; in another thread, or where there is no such signal, a run is not ended,
    because nothing in Python can end it safely.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
        yield
        return

    rung = False

    def ring(_signum: int, frame: FrameType | None) -> None:
        nonlocal rung
        rung = True
        if _within(frame, _UNDIVIDED):
            signal.setitimer(signal.ITIMER_REAL, _SOON_SECONDS, 1.0)
            return
        raise TooLong

    before = signal.signal(signal.SIGALRM, ring)
    # Rung again each second, for a connector that catches even this and goes on.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
        if rung:
            raise TooLong
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _within(frame: FrameType | None, modules: tuple[str, ...]) -> bool:
    while frame is not None:
        if frame.f_globals.get("__name__") == __name__:
            return False
        if frame.f_globals.get("__name__") in modules:
            return True
        frame = frame.f_back
    return False
