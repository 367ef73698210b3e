"""Load a suite's own sentences and fixtures, and refuse what pytest-bdd would pass in silence.

They are loaded by path under the private name `signoff_suite.…`, because packages called `steps` and `fixtures`
exist on the package index and nothing of a suite may depend on `sys.path`.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pytest_bdd.scenario import find_fixturedefs_for_step
from pytest_bdd.steps import step_function_context_registry

from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.vocabulary import charts, workflows

PACKAGE = "signoff_suite"


def load_suite_modules(config: pytest.Config, root: Path) -> None:
    """Register the shipped sentences, then `fixtures/*.py`, then `steps/**/*.py`: the later ones override.

    Raises `ScopeError` naming the file and line that could not be loaded.
    """
    config.pluginmanager.register(charts, "signoff-vocabulary")
    config.pluginmanager.register(workflows, "signoff-workflows")
    _package(PACKAGE, root)
    files = [*sorted((root / "fixtures").glob("*.py")), *sorted((root / "steps").rglob("*.py"))]
    for file in files:
        parts = file.relative_to(root).with_suffix("").parts
        for depth in range(1, len(parts)):
            _package(".".join((PACKAGE, *parts[:depth])), root.joinpath(*parts[:depth]))
        if parts[-1] == "__init__":
            continue
        name = ".".join((PACKAGE, *parts))
        config.pluginmanager.register(_load(name, file, root), name)


def _package(name: str, folder: Path) -> None:
    module = sys.modules.get(name)
    if module is None or getattr(module, "__path__", None) != [str(folder)]:
        module = ModuleType(name)
        module.__path__ = [str(folder)]
        sys.modules[name] = module


def _load(name: str, file: Path, root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # noqa: BLE001 - a suite's own module may fail in any way; it is shown with its line
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
        line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else 0
        raise ScopeError(
            Problem(
                Place(file.relative_to(root).as_posix(), line or 0),
                "a module that can be loaded",
                f"{type(error).__name__}: {error}",
                how="Correct it: nothing was run.",
                code="suite-module",
            )
        ) from None
    return module


def async_steps(root: Path) -> Iterator[Problem]:
    """Yield a problem for every `async def` step: pytest-bdd never awaits one, so it would always pass."""
    for context in list(step_function_context_registry.values()):
        function = context.step_func
        if not (inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)):
            continue
        if Path(inspect.unwrap(function).__code__.co_filename).is_relative_to(root):
            yield Problem(
                place_of(function, root),
                "a step written with def",
                f'async def for "{context.parser.name}"',
                how="Write it with def, and run what is asynchronous inside with asyncio.run.",
                code="async-step",
            )


def step_problems(file: str, steps: Iterable[Any], node: pytest.Item, root: Path) -> Iterator[Problem]:
    """Yield a problem for every sentence of a file that no step fits, or that two of the suite's own steps fit.

    pytest-bdd tells the first only when the scenario runs, and takes one of the two in silence. A step that overrides
    a shipped one, or one of an outer conftest.py, is meant to. `node` is a test of the file.
    """
    fixtures = node.session._fixturemanager
    for step in steps:
        levels: dict[str, dict[Any, str]] = {}
        known = False
        for found in find_fixturedefs_for_step(step, fixtures, node):
            known = True
            context = step_function_context_registry[found.func]
            if context.step_func.__module__ != charts.__name__:
                levels.setdefault(found.baseid, {})[context.step_func] = context.parser.name
        if not known:
            yield _unknown(file, step)
        for functions in levels.values():
            if len(functions) > 1:
                places = [place_of(function, root) for function in functions]
                yield Problem(
                    places[0],
                    f'one step for "{step.name}"',
                    f"another in {places[1]}",
                    how="Remove one, or make their sentences differ.",
                    code="two-steps",
                )


def unknown_steps(file: str, steps: Iterable[Any]) -> Iterator[Problem]:
    """Yield a problem for every sentence that no step fits which is loaded by now, wherever it may be used.

    What is collected is told by `step_problems`; this is for a process that collects nothing.
    """
    known = list(step_function_context_registry.values())
    for step in steps:
        if not any(one.type in (None, step.type) and one.parser.is_matching(step.name) for one in known):
            yield _unknown(file, step)


def _unknown(file: str, step: Any) -> Problem:
    sentences = [context.parser.name for context in step_function_context_registry.values()]
    return Problem(
        Place(file, step.line_number),
        "a sentence that signoff or the suite's steps/ know",
        f'"{step.keyword} {step.name}"',
        nearest(step.name, sentences),
        how="Correct it, or write the step in steps/.",
        code="unknown-step",
    )


def place_of(function: Any, root: Path) -> Place:
    """Return where a function stands, from the suite's root if it lies in it."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return Place(str(function))
    file = Path(code.co_filename)
    shown = file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name
    return Place(shown, code.co_firstlineno)
