"""Keep a connector from ending the process of the test run, or from turning it into another program."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

_ENDING = ("_exit", "abort", "execv", "execve")
"""What ends or replaces a process at once; the other functions of `os` that do so go through these."""


class Ended(BaseException):
    """Raised in a connector where it would have ended the process: the run is over, the test run is not."""


@contextmanager
def kept_alive() -> Iterator[None]:
    """Turn what would end this process into `Ended`; a process that the connector forked may end as it likes.

    A test run that a connector ends with status 0 would look like one that found nothing.
    """
    here = os.getpid()
    real = {name: getattr(os, name) for name in _ENDING}

    def instead(name: str) -> Any:
        def refused(*arguments: Any) -> NoReturn:
            if os.getpid() != here:
                real[name](*arguments)
            raise Ended(f"os.{name} would have ended the process of the test run")

        return refused

    for name in _ENDING:
        setattr(os, name, instead(name))
    try:
        yield
    finally:
        for name, function in real.items():
            setattr(os, name, function)
