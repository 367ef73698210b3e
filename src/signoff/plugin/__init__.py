"""Wire the harness into pytest.

An installed plugin is imported by every pytest session on the machine, so this module imports nothing heavy, and
nothing happens outside the folder of a suite (one that holds `scope/*.toml` with `signoff = 1`).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pluggy import HookimplMarker

from signoff.plugin.options import add_options

if TYPE_CHECKING:
    import pytest

_INTERRUPTED = 2
"""What `pytest.ExitCode.INTERRUPTED` is."""
_hookimpl = HookimplMarker("pytest")
"""What `pytest.hookimpl` is; `signoff lint` comes through here and has no need of pytest."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; they are known everywhere, so that a command line does not depend on the folder."""
    add_options(parser)


@_hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Hold back what allure-pytest would delete when it is configured: no document has been read yet.

    Returns pytest's status of an interrupted run where Ctrl-C comes while this is loaded: pytest catches it only later,
    and would show where in the harness it came.
    """
    try:
        from signoff.plugin.opening import before_allure

        before_allure(config)
    except KeyboardInterrupt:
        sys.stderr.write("signoff: interrupted before anything was read or run\n")
        return _INTERRUPTED
    return None


@_hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Take part in the session if it collects from a suite; last, because Allure's listener must be there."""
    from signoff.plugin.opening import open_session

    open_session(config)
