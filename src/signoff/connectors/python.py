"""Run a connector that is a Python class: `Connector(settings, state)` with `sync()`, by shape only."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import io
import logging
import os
import sys
import traceback
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any

from signoff.connectors.alive import Ended, kept_alive
from signoff.connectors.result import Told, masked, named, ok_of, reported_of
from signoff.connectors.sought import file_of, neighbour
from signoff.connectors.watchdog import TooLong, at_most
from signoff.errors import Blocked, Place, Problem, nearest

_IN_A_SHELL = "Import it in a Python shell to see the whole trace."
_RELATIVE = "Install what it needs here; import what stands beside it with a dot, as in `from .mapping import rows`."


def load(target: str, root: Path) -> Any:
    """Return the class that `target` names: `fixtures/folder:Class` (a path from `root`) or `module:attribute`.

    A path is loaded under a private name, so that nothing of the suite stands on `sys.path`; its neighbours are
    imported with a dot. Raises Blocked
    naming the target, what was expected and what was found.
    """
    place, _, attribute = target.partition(":")
    attribute = attribute or "Connector"
    where = Place("connector", cell=target)
    try:
        with kept_alive():
            module = _from_path(root / place, place) if "/" in place or (root / place).exists() else _imported(place)
    except FileNotFoundError as error:
        raise Blocked(
            Problem(
                where,
                "a Python file or package folder of the suite, or an installed module",
                f"nothing at {error.filename or place}",
                did_you_mean=neighbour(root / place),
                how="Correct `target` in the toml's [connector], or give --connector PATH:CLASS.",
            )
        ) from error
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        raise Blocked(
            Problem(
                where,
                "a connector that can be imported",
                _last_line(error, place),
                how=_RELATIVE if isinstance(error, ModuleNotFoundError) else _IN_A_SHELL,
            )
        ) from error
    found = getattr(module, attribute, None)
    if found is not None and not callable(found):
        raise Blocked(
            Problem(
                where,
                "a class that is made with (settings, state) and has sync()",
                f"`{attribute}` is a value of type {type(found).__name__}",
                how="Name the class after the colon.",
            )
        )
    if found is None:
        names = [name for name in vars(module) if not name.startswith("_")]
        raise Blocked(
            Problem(
                where,
                f"`{attribute}` in {place}",
                f"it has {', '.join(sorted(names)[:8]) or 'no public name'}",
                did_you_mean=nearest(attribute, names),
                how="Name the class after the colon.",
            )
        )
    return found


def _imported(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and name.startswith(error.name):
            raise FileNotFoundError(2, "no such module", name) from error
        raise


def _from_path(path: Path, place: str) -> ModuleType:
    file = file_of(path)
    if not file.is_file():
        raise FileNotFoundError(2, "no such file", place)
    name = "signoff_suite." + place.removesuffix(".py").strip("./").replace("/", ".").replace("-", "_")
    folder = path.parent
    for count in range(1, name.count(".") + 1):
        parent = sys.modules.setdefault(name.rsplit(".", count)[0], ModuleType(name.rsplit(".", count)[0]))
        # What stands beside a connector can be imported from it with a dot.
        parent.__path__ = [str(folder)]
        folder = folder.parent
    # A second integration or a replay must get the file as it is now, not as it was.
    for known in [one for one in sys.modules if one == name or one.startswith(name + ".")]:
        del sys.modules[known]
    spec = importlib.util.spec_from_file_location(
        name, file, submodule_search_locations=[str(path)] if path.is_dir() else None
    )
    if spec is None or spec.loader is None:
        raise FileNotFoundError(2, "not a Python file", place)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _last_line(error: BaseException, place: str) -> str:
    if isinstance(error, SyntaxError) and error.filename:
        return f"SyntaxError: {error.msg} at {Path(error.filename).name}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if place.split("/")[-1] in frame.filename] or list(frames)[-1:]
    spot = f" at {Path(own[-1].filename).name}:{own[-1].lineno}" if own else ""
    return f"{type(error).__name__}: {error}{spot}"


_OURS = (__file__, ok_of.__code__.co_filename, inspect.getfile(Ended), os.execl.__code__.co_filename)


def _said(words: io.StringIO) -> str:
    # A connector may close the stream that it was given instead of its own.
    return "" if words.closed else words.getvalue()


class PythonConnector:
    """Hold one connector object and run it; a restart makes a new object on the same state folder."""

    def __init__(self, factory: Any, settings: Mapping[str, str], state: Path, seconds: float) -> None:
        self._factory = factory
        self._settings = dict(settings)
        self._state = state
        self._seconds = seconds
        self._object: Any = None
        self._stumbled = ""
        self.version = ""

    def _started(self) -> Any:
        if self._object is None:
            self._object = self._factory(dict(self._settings), self._state)
            self.version = masked(str(getattr(self._object, "version", "") or ""), self._settings)
        return self._object

    def run(self) -> Told:
        """Call `sync()`; what it prints, logs, returns or raises becomes data."""
        if self._stumbled:
            crashed, self._stumbled, self._object = self._stumbled, "", None
            return Told(None, (), crashed)
        words = io.StringIO()
        handler = logging.StreamHandler(words)
        handler.setLevel(logging.DEBUG)
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
        logger = logging.getLogger()
        level, others = logger.level, logger.handlers[:]
        # What it logs is evidence, and belongs into the history alone, not into the test run's own log as well.
        logger.handlers[:] = [handler]
        logger.setLevel(logging.INFO)
        ok: bool | None = None
        failed: tuple[Any, ...] = ()
        reported: tuple[Any, ...] = ()
        crashed = ""
        here = os.getpid()
        try:
            with redirect_stdout(words), redirect_stderr(words), kept_alive(), at_most(self._seconds):
                result = self._started().sync()
                if result is not None:
                    ok = ok_of(result)
                    failed = named(
                        result.get("failed") if isinstance(result, Mapping) else getattr(result, "failed", None)
                    )
                    reported = reported_of(result)
        except TooLong:
            crashed = f"did not finish within {self._seconds:g} seconds"
            self._object = None
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever a connector raises is a finding, not ours
            crashed = self._shown(error)
        finally:
            if os.getpid() != here:
                # The connector has forked, and its child came back: a second test run must not go on in it.
                os._exit(1)
            logger.handlers[:] = others
            logger.setLevel(level)
        return Told(ok, failed, crashed, masked(_said(words), self._settings), reported)

    def _shown(self, error: BaseException) -> str:
        frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename not in _OURS]
        spot = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno} in {frames[-1].name})" if frames else ""
        try:
            says = str(error)
        except Exception as worse:  # noqa: BLE001 - an exception that cannot be shown is still one
            says = f"cannot be shown: {type(worse).__name__}"
        return masked(f"{type(error).__name__}: {says}{spot}", self._settings)[:500]

    def takes_events(self) -> bool:
        """Tell whether the object has `deliver`; False where it cannot be made, which the next run will tell."""
        try:
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), at_most(self._seconds):
                return callable(getattr(self._started(), "deliver", None))
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001 - run() meets the same failure and makes it a finding
            return False

    def deliver(self, headers: Mapping[str, str], body: bytes) -> str:
        """Call `deliver(headers, body)`; return "" or the exception, shortened."""
        words = io.StringIO()
        try:
            with redirect_stdout(words), redirect_stderr(words), kept_alive(), at_most(self._seconds):
                self._started().deliver(dict(headers), body)
        except TooLong:
            return f"deliver did not finish within {self._seconds:g} seconds"
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever a connector raises is a finding, not ours
            return self._shown(error)
        return ""

    def forget(self) -> bool:
        """Let go of the object without a word to it, as the end of a process does; the next run makes a new one."""
        self._object = None
        return True

    def restart(self) -> None:
        """Restart it: its own `restart()`, or a new object on the same state; its trouble is the next run's finding."""
        own = getattr(self._object, "restart", None)
        if not callable(own):
            self._object = None
            return
        try:
            with kept_alive(), at_most(self._seconds):
                own()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - it is told of the run that comes next
            self._stumbled = self._shown(error)
