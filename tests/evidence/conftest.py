"""Register the marker of the tests that need a browser."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

# evidence_cases.py stands beside the tests; a package `tests` cannot be relied on, others install one of that name.
sys.path.insert(0, str(Path(__file__).parent))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: looks at a page in headless Chromium; CI selects it with -m browser")


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> str:
    """Return Chromium's path. Where the marker was asked for, a missing browser fails: a skip is no pass."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if "browser" in str(request.config.getoption("markexpr")):
            pytest.fail("-m browser was asked for and there is no Chromium", pytrace=False)
        pytest.skip("no Chromium")
    return found
