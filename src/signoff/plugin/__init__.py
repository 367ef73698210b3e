"""Wire the harness into pytest.

An installed plugin is imported by every pytest session on the machine, so this module imports nothing heavy, and
nothing happens outside the folder of a suite (one that holds `scope/*.toml` with `signoff = 1`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pluggy import HookimplMarker

from signoff.plugin.options import add_options

if TYPE_CHECKING:
    import pytest

_hookimpl = HookimplMarker("pytest")
"""What `pytest.hookimpl` is; `signoff lint` comes through here and has no need of pytest."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; they are known everywhere, so that a command line does not depend on the folder."""
    add_options(parser)


@_hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Hold back what allure-pytest would delete when it is configured: no document has been read yet."""
    from signoff.plugin.opening import before_allure

    before_allure(config)


@_hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Take part in the session if it collects from a suite; last, because Allure's listener must be there."""
    from signoff.plugin.opening import open_session

    open_session(config)
