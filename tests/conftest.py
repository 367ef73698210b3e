import gc
import os
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from coverage import Coverage

pytest_plugins = ["pytester"]

# Modules that tests share, stories.py, perfect.py, tiny_worlds.py and bench.py among them, stand in these folders; a
# package `tests` cannot be relied on, others install one.
for folder in ("checks", "strategies", "trial", "defects", "lint", "stack"):
    sys.path.insert(0, str(Path(__file__).parent / folder))


def pytest_configure(config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        # What tests start themselves runs at its own speed: a worker of xdist is measured, its children are not.
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
    config.addinivalue_line("markers", "defects: rehearses a whole suite once more, minutes together; -m defects")


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what every test imports, and look less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


TURNS = (
    *("test_branches.py", "test_conditions_alone.py", "test_edges.py", "test_entering.py", "test_linked.py"),
    *("test_siblings.py", "test_phrases.py::test_a_wrong", "test_population.py::test_who_reaches"),
    *("test_bad_records.py::test_a_wrong", "test_leaving.py::test_ends"),
)
"""Beginnings of those tests of tests/stack that take turns: many of a kind, each a rehearsal or more."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the rehearsals of planted defects out unless they are asked for, and of those that take turns all but some.

    `PART=2/4` names the part of these whose turn it is (default: 1/4). With `-m defects`, and where files are named,
    all are run.
    """
    turns = [item for item in items if item.nodeid.rpartition("tests/stack/")[2].startswith(TURNS)]
    if "defects" in str(config.getoption("markexpr", default="")):
        for item in turns:
            item.add_marker("defects")
        return
    left_out = {item for item in items if item.get_closest_marker("defects")}
    if not any(".py" in one for one in config.args):
        part, _, parts = os.environ.get("PART", "1/4").partition("/")
        left_out |= {item for index, item in enumerate(turns) if index % int(parts) != int(part) - 1}
    if left_out:
        config.hook.pytest_deselected(items=[item for item in items if item in left_out])
        items[:] = [item for item in items if item not in left_out]


UNMEASURED = (
    *("connectors", "defects", "docs", "evidence", "plugin", "reference_connector", "strategies", "systems", "wire"),
    "stack",
)
"""Tests of the rooms with effects, and those that play whole rehearsals, which tracing makes three times slower.

The coverage that is asked for is of the pure rooms, by tests of their own.
"""

MEASURED = (
    *("test_both_ways.py", "test_coming.py", "test_items.py::test_a_right", "test_keys.py", "test_labels.py"),
    *("test_misbehaving.py", "test_nested.py", "test_phrases.py::test_a_right_connector_is_green[created"),
    *("test_workflow_sensitivity.py", "test_workflows.py"),
    *("test_addresses.py::test_the_right", "test_addresses.py::test_without", "test_addresses.py::test_a_wrong_word"),
    "test_bad_records.py::test_a_right_connector",
    *("test_leaving.py::test_lifecycle_rows", "test_leaving.py::test_who_comes", "test_leaving.py::test_two"),
    *("test_population.py::test_branches", "test_population.py::test_never", "test_population.py::test_what"),
)
"""Beginnings of those rehearsals of tests/stack that show the pure rooms at work, each kind of statement once."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Stop measuring coverage while a test plays a whole rehearsal."""
    measuring = Coverage.current()
    if measuring is None or not _unmeasured(item):
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()


def _unmeasured(item: pytest.Item) -> bool:
    file = item.path.relative_to(Path(__file__).parent)
    told = f"{file.name}::{item.name}"
    if file.parts[0] == "stack" and any(told.startswith(one) for one in MEASURED):
        return False
    return any(file.is_relative_to(one) for one in UNMEASURED)
