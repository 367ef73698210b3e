"""Let a connector live by the world clock while it runs in this process, so that waiting costs nothing."""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from types import ModuleType
from typing import Any, Final
from unittest import mock

import time_machine

from signoff.wire.clock import WorldClock

_REAL_SLEEP: Final = time.sleep
_REAL_MONOTONIC: Final = time.monotonic
_REAL_MONOTONIC_NS: Final = time.monotonic_ns
_GRACE_SECONDS: Final = 0.002
"""Real time given to other threads to notify a waiter before the world clock jumps over its timeout."""

_REAL_TIME_PACKAGES: Final = frozenset(
    ("signoff", "_pytest", "pytest", "pluggy", "hypothesis", "allure_pytest", "allure_commons", "waitress", "xdist",
     "execnet", "asyncio", "selectors", "time", "threading", "queue", "faulthandler", "coverage")
)  # fmt: skip
"""These keep the names they imported: they measure the test run, not the world."""

_scanned: dict[str, int] = {}
_bindings: list[tuple[ModuleType, str, str]] = []


@contextmanager
def driving(clock: WorldClock) -> Iterator[None]:
    """Drive sleep, timed waits, monotonic and wall time by `clock` until the block ends; then restore everything.

    `time.sleep(30)` moves the world 30 s at once. `Event.wait(t)` and `Condition.wait(t)` give other threads a
    moment of real time, then move the world by t. `time.monotonic` moves with the world. `time.time`,
    `datetime.now` and the like are time-machine's, standing still between moves. Modules that had imported
    `sleep` or `monotonic` by name are rebound too. `perf_counter` and asyncio's loops keep real time.
    """
    began = clock.now()
    base = _REAL_MONOTONIC()

    def sleep(seconds: float) -> None:
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        clock.advance(seconds)

    def monotonic() -> float:
        return base + (clock.now() - began).total_seconds()

    def monotonic_ns() -> int:
        return int(monotonic() * 1_000_000_000)

    real_wait = threading.Condition.wait

    def wait(condition: threading.Condition, timeout: float | None = None) -> bool:
        if timeout is None:
            return real_wait(condition)
        if timeout <= 0:
            return real_wait(condition, timeout)
        if real_wait(condition, min(timeout, _GRACE_SECONDS)):
            return True
        clock.advance(timeout)
        return False

    driven: dict[str, Callable[..., Any]] = {"sleep": sleep, "monotonic": monotonic, "monotonic_ns": monotonic_ns}
    _find_bindings()
    with ExitStack() as stack:
        stack.enter_context(_in_utc())
        traveller = stack.enter_context(time_machine.travel(began.replace(tzinfo=None), tick=False))

        def follow(moment: datetime) -> None:
            traveller.move_to(moment.replace(tzinfo=None), tick=False)

        clock.follow(follow)
        stack.callback(clock.unfollow, follow)
        for name, function in driven.items():
            stack.enter_context(mock.patch.object(time, name, function))
        stack.enter_context(mock.patch.object(threading.Condition, "wait", wait))
        # Both modules bind monotonic under a private name when they are imported.
        stack.enter_context(mock.patch.object(threading, "_time", monotonic))
        stack.enter_context(mock.patch.object(queue, "time", monotonic))
        if "asyncio" in sys.modules:
            loop = sys.modules["asyncio"].BaseEventLoop
            stack.enter_context(mock.patch.object(loop, "time", _loop_time))
        for module, attribute, name in _bindings:
            stack.enter_context(mock.patch.object(module, attribute, driven[name]))
        yield


@contextmanager
def _in_utc() -> Iterator[None]:
    """Let the process live in UTC.

    time-machine does so itself for a moment with a zone, anew at each move, and breaks when another thread moves at
    the same time, or when a connector has emptied the environment; so it is given moments without a zone, which it
    takes for UTC.
    """
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("TZ", None)
        else:
            os.environ["TZ"] = before
        time.tzset()


def _loop_time(_loop: object) -> float:
    return _REAL_MONOTONIC()


def _find_bindings() -> None:
    """Find modules that hold `sleep` or `monotonic` under a name of their own; each module is looked at once."""
    real = {id(_REAL_SLEEP): "sleep", id(_REAL_MONOTONIC): "monotonic", id(_REAL_MONOTONIC_NS): "monotonic_ns"}
    for module_name, module in list(sys.modules.items()):
        if _scanned.get(module_name) == id(module) or module_name.partition(".")[0] in _REAL_TIME_PACKAGES:
            continue
        _scanned[module_name] = id(module)
        for attribute, value in list(getattr(module, "__dict__", {}).items()):
            name = real.get(id(value))
            if name is not None:
                _bindings.append((module, attribute, name))
