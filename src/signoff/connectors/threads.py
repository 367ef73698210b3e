"""Notice threads that outlive a run, and let none of them keep the test run from ending."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import thread as pools
from contextlib import contextmanager
from typing import Any
from unittest import mock

_GRACE_SECONDS = 0.5
_WAITING = ("queue", "threading", "signoff.wire.driving")
"""Where a worker without work may be found waiting for some."""
_monotonic = time.monotonic


class Left:
    """Hold the names of the threads that a block left running."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()


_told: set[int] = set()
"""Threads that have been told of; one that runs on is told once."""
_kept: list[threading.Thread] = []
"""They are kept, so that no later thread gets the number of one that was told of."""


@contextmanager
def outliving() -> Iterator[Left]:
    """Collect the threads that are started in the block and still run after it, which would keep a process alive.

    They are started as daemons, because the test run must end whatever they do. Daemons of the connector's own making
    and workers of a pool that have nothing to do end with any process, and are not told of.
    """
    started: list[threading.Thread] = []
    start = threading.Thread.start

    def start_as_daemon(thread: threading.Thread, *arguments: Any, **named: Any) -> None:
        if not thread.daemon and not thread.is_alive():
            started.append(thread)
            thread.daemon = True
        start(thread, *arguments, **named)

    left = Left()
    with mock.patch.object(threading.Thread, "start", start_as_daemon):
        try:
            yield left
        finally:
            left.names = _still(started)


def _still(started: list[threading.Thread]) -> tuple[str, ...]:
    until = _monotonic() + _GRACE_SECONDS
    found = []
    for thread in started:
        while _busy(thread) and _monotonic() < until:
            thread.join(0.01)
        if _busy(thread) and id(thread) not in _told:
            _told.add(id(thread))
            _kept.append(thread)
            # A pool would wait for its worker at the end of the process.
            getattr(pools, "_threads_queues", {}).pop(thread, None)
            found.append(thread.name)
    return tuple(found)


def _busy(thread: threading.Thread) -> bool:
    if not thread.is_alive():
        return False
    if thread not in getattr(pools, "_threads_queues", {}):
        return True
    frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None and frame.f_globals.get("__name__") in _WAITING:
        frame = frame.f_back
    return frame is None or (frame.f_code.co_filename, frame.f_code.co_name) != (pools.__file__, "_worker")
