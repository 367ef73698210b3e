"""Keep a connector from ending the process of the test run, or from turning it into another program."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any, NoReturn
from unittest import mock
from weakref import WeakKeyDictionary

_ENDING = ("_exit", "abort", "execv", "execve")
"""What ends or replaces a process at once; the other functions of `os` that do so go through these."""
_KILLING = ("kill", "killpg")
"""What ends the process whose number it is given: its own, or one of a group that it belongs to."""
_SYSTEM = "posix" if "posix" in sys.builtin_module_names else "nt"
"""The module that `os` takes these functions from, and from which a connector may take them as well."""


_strangers: MutableMapping[threading.Thread, int] = WeakKeyDictionary()
"""Threads that a connector has left running, with the number of their process."""
_watched: set[str] = set()
"""What refuses to end the process for one of them."""


class Ended(BaseException):
    """Raised in a connector where it would have ended the process: the run is over, the test run is not."""


class _AtExit:
    """Call at the end of the process what a connector has asked for, so that it can neither end nor fail the test run.

    Equal to what it calls, so that `atexit.unregister` finds it.
    """

    def __init__(self, called: Callable[..., Any]) -> None:
        self._called = called

    def __call__(self, *arguments: Any, **named: Any) -> None:
        try:
            with kept_alive():
                self._called(*arguments, **named)
        except BaseException as error:  # noqa: BLE001 - the verdicts are out, and nothing may change the exit status
            del error

    def __eq__(self, other: object) -> bool:
        return self._called == (other._called if isinstance(other, _AtExit) else other)

    def __hash__(self) -> int:
        return hash(self._called)


@contextmanager
def kept_alive() -> Iterator[None]:
    """Turn what would end this process into `Ended`; a process that the connector forked may end as it likes.

    A test run that a connector ends with status 0 would look like one that found nothing. What it registers for the
    end of the process is called then, and can do no more than run. A thread that it leaves running cannot end the
    process afterwards either.
    """
    here = os.getpid()
    before = {*threading.enumerate()}
    register = atexit.register

    def later(called: Callable[..., Any], *arguments: Any, **named: Any) -> Callable[..., Any]:
        register(_AtExit(called), *arguments, **named)
        return called

    with ExitStack() as stack:
        # Called last: when everything is as it was.
        stack.callback(lambda: _watch([one for one in threading.enumerate() if one not in before]))
        for name in _ENDING:
            real = getattr(os, name, None)
            if real is not None:
                _patch(stack, name, _refused(name, real, here))
        for name in _KILLING:
            real = getattr(os, name, None)
            if real is not None:
                _patch(stack, name, _spared(name, real, here))
        stack.enter_context(mock.patch.object(atexit, "register", later))
        yield


def _patch(stack: ExitStack, name: str, instead: Callable[..., Any]) -> None:
    for module in (os, sys.modules[_SYSTEM]):
        if hasattr(module, name):
            stack.enter_context(mock.patch.object(module, name, instead))


def _watch(left: Iterable[threading.Thread]) -> None:
    """Let threads that are still there end themselves, and not the process, by what ends it at once."""
    for one in left:
        _strangers[one] = os.getpid()
    for name in {*_ENDING, *_KILLING} - _watched if _strangers else ():
        real = getattr(os, name, None)
        if real is not None:
            _watched.add(name)
            instead = _for_others(name, real)
            for module in (os, sys.modules[_SYSTEM]):
                if hasattr(module, name):
                    setattr(module, name, instead)


def _for_others(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def ending(*arguments: Any, **named: Any) -> Any:
        here = os.getpid()
        if _strangers.get(threading.current_thread()) == here and (name in _ENDING or _ours(name, here, *arguments)):
            raise SystemExit  # ends a thread without a word
        return real(*arguments, **named)

    return ending


def _ours(name: str, here: int, number: int, signum: int) -> bool:
    """Tell whether a signal would end this process, where a process or a group of that number is sent it."""
    own = {here, 0, -1} if name == "kill" else {0, os.getpgrp()}
    return number in own and bool(signum) and signum != signal.SIGALRM


def _refused(name: str, real: Callable[..., Any], here: int) -> Callable[..., Any]:
    def refused(*arguments: Any, **named: Any) -> NoReturn:
        if os.getpid() != here:
            real(*arguments, **named)
        raise Ended(f"os.{name} would have ended the process of the test run")

    return refused


def _spared(name: str, real: Callable[..., Any], here: int) -> Callable[..., Any]:
    def spared(number: int, signum: int) -> Any:
        if os.getpid() == here and _ours(name, here, number, signum):
            raise Ended(f"os.{name} would have ended the process of the test run")
        return real(number, signum)

    return spared


class Pressed:
    """Hold whether a person has pressed Ctrl-C."""

    def __init__(self) -> None:
        self.is_true = False


@contextmanager
def pressing() -> Iterator[Pressed]:
    """Tell a person's Ctrl-C from a KeyboardInterrupt that a connector raises itself."""
    found = Pressed()
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        # Ctrl-C is told to the main thread alone, and to nobody where it is ignored, as in a job in the background.
        found.is_true = before is None
        yield found
        return
    usual = before

    def press(signum: int, frame: FrameType | None) -> None:
        found.is_true = True
        usual(signum, frame)

    signal.signal(signal.SIGINT, press)
    try:
        yield found
    finally:
        signal.signal(signal.SIGINT, before)
