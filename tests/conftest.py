import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

# Modules that tests share, stories.py, perfect.py, tiny_worlds.py and bench.py among them, stand in these folders; a
# package `tests` cannot be relied on, others install one.
for folder in ("checks", "strategies", "trial", "defects", "lint", "stack"):
    sys.path.insert(0, str(Path(__file__).parent / folder))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "defects: rehearses one planted defect each, minutes together; -m defects")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the rehearsals of planted defects out unless they are asked for."""
    if "defects" in str(config.getoption("markexpr", default="")):
        return
    left_out = [item for item in items if item.get_closest_marker("defects")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("defects")]
