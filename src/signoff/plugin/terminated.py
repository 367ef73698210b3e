"""Leave nothing behind where a test run is ended from outside, as a CI does with a job that is cancelled."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from signoff.plugin.beside import end_all
from signoff.trial.stage import sweep


@contextmanager
def swept_when_terminated() -> Iterator[None]:
    """Remove the connector's state, which lies in memory, where SIGTERM comes in the block; then end by it as ever.

    Does nothing outside the main thread, and where somebody else has taken that signal.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return

    def end(signum: int, _: FrameType | None) -> None:
        end_all()
        sweep(os.getpid())
        signal.signal(signum, signal.SIG_DFL)
        # `os.kill` refuses to end the process while a connector runs.
        signal.raise_signal(signum)

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) is end:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
