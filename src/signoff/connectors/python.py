"""Run a connector that is a Python class: `Connector(settings, state)` with `sync()`, by shape only."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from signoff.connectors.alive import Ended, Pressed, kept_alive, pressing
from signoff.connectors.listening import heard, words
from signoff.connectors.result import Delivery, Told, masked, named, ok_of, reported_of, without_secrets
from signoff.connectors.sought import file_of, neighbour
from signoff.connectors.threads import outliving
from signoff.connectors.watchdog import TooLong, Turn, at_most, in_turns
from signoff.errors import Blocked, Place, Problem, nearest
from signoff.wire.guard import guarded

_IN_A_SHELL = "Import it in a Python shell to see the whole trace."
_RELATIVE = "Install what it needs here; import what stands beside it with a dot, as in `from .mapping import rows`."


_LOADING_SECONDS = 300.0
"""Real seconds that an import may take where nobody has said how long a run may."""


def load(
    target: str, root: Path, seconds: float = _LOADING_SECONDS, told: Callable[[str], None] = lambda _: None
) -> Any:
    """Return the class that `target` names: `fixtures/folder:Class` (a path from `root`) or `module:attribute`.

    A path is loaded under a private name, so that nothing of the suite stands on `sys.path`; its neighbours are
    imported with a dot. What it prints is heard with its first run; it reaches no other system, and `told` hears
    which it tried to. Raises Blocked naming the target, what was expected and what was found, also if it takes longer
    than so many real seconds.
    """
    place, _, attribute = target.partition(":")
    attribute = attribute or "Connector"
    where = Place("connector", cell=target)
    words()  # whoever was heard before was another one
    pressed = None
    try:
        with pressing() as pressed, guarded(told=told), heard(), outliving(), kept_alive(), at_most(seconds):
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
    except TooLong as error:
        raise Blocked(
            Problem(
                where,
                "a connector that can be imported",
                f"its import did not finish within {seconds:g} seconds",
                how="Move what it does at module level into the class; an import should only define things.",
            )
        ) from error
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and (pressed is None or pressed.is_true):
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
    return f"{type(error).__name__}: {_text(error)}{spot}"


_SHOWING_SECONDS = 5.0


def _text(error: BaseException) -> str:
    """Return an exception's own words. They may be made by the connector's code, which may do anything."""
    try:
        with heard(), kept_alive(), at_most(_SHOWING_SECONDS):
            return str(error)
    except BaseException as worse:  # noqa: BLE001 - an exception that cannot be shown is still one
        return f"cannot be shown: {type(worse).__name__}"


_OURS = (
    __file__,
    *(inspect.getfile(one) for one in (ok_of, Ended, heard, outliving, at_most, contextmanager)),
    os.execl.__code__.co_filename,
)


def _interrupted(error: KeyboardInterrupt) -> Ended:
    """Return what a KeyboardInterrupt that nobody has pressed is told as."""
    return Ended("KeyboardInterrupt would have ended the test run").with_traceback(error.__traceback__)


def _no_secrets() -> Mapping[str, str]:
    return {}


class PythonConnector:
    """Hold one connector object and run it; a restart makes a new object on the same state folder.

    `secrets` gives what must not be read anywhere besides the secret settings: value → what it is called instead.
    """

    def __init__(
        self,
        factory: Any,
        settings: Mapping[str, str],
        state: Path,
        seconds: float,
        secrets: Callable[[], Mapping[str, str]] = _no_secrets,
    ) -> None:
        self._factory = factory
        self._settings = dict(settings)
        self._state = state
        self._seconds = seconds
        self._secrets = secrets
        self._object: Any = None
        self._stumbled = ""
        self._left: tuple[str, ...] = ()
        self.version = ""

    def _started(self) -> Any:
        if self._object is None:
            self._object = self._factory(dict(self._settings), self._state)
            self.version = self._masked(str(getattr(self._object, "version", "") or ""))
        return self._object

    def _masked(self, text: str) -> str:
        return masked(text, self._settings, self._secrets())

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Hear what it says in the block, and end it in time. Only a person's Ctrl-C is a KeyboardInterrupt outside."""
        with self._watched(), at_most(self._seconds):
            yield

    @contextmanager
    def _watched(self) -> Iterator[Pressed]:
        """Hear what it says in the block, and keep it from ending more than itself."""
        here = os.getpid()
        try:
            with pressing() as pressed:
                try:
                    with heard(), outliving() as left, kept_alive():
                        yield pressed
                except KeyboardInterrupt as error:
                    if pressed.is_true:
                        raise
                    raise _interrupted(error) from error
                finally:
                    self._left += left.names
        finally:
            if os.getpid() != here:
                # The connector has forked, and its child came back: a second test run must not go on in it.
                os._exit(1)

    def run(self) -> Told:
        """Call `sync()`; what it prints, logs, returns or raises becomes data."""
        if self._stumbled:
            crashed, self._stumbled, self._object = self._stumbled, "", None
            return Told(None, (), crashed, self._masked(words()))
        told = Told()
        try:
            with self._held():
                result = self._started().sync()
                if result is not None:
                    failed = named(
                        result.get("failed") if isinstance(result, Mapping) else getattr(result, "failed", None)
                    )
                    told = Told(ok_of(result), failed, reported=reported_of(result))
        except TooLong:
            told = Told(crashed=f"did not finish within {self._seconds:g} seconds")
            self._object = None
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever a connector raises is a finding, not ours
            told = Told(crashed=self._shown(error))
        left, self._left = self._left, ()
        return replace(
            without_secrets(told, self._masked),
            printed=self._masked(words()),
            left=tuple(self._masked(one)[:100] for one in left),
        )

    def _shown(self, error: BaseException) -> str:
        frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename not in _OURS]
        spot = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno} in {frames[-1].name})" if frames else ""
        return self._masked(f"{type(error).__name__}: {_text(error)}{spot}")[:500]

    def deliver(self, due: Sequence[Delivery]) -> list[str]:
        """Call `deliver(headers, body)` for each; return what went wrong, shortened. The next run tells its words.

        It is watched over all of them at once, which takes longer than a delivery does; each has the whole time of a
        run. Returns nothing where the object has no `deliver`, and where it cannot be made: the next run will tell.
        """
        said: list[str] = []
        here = os.getpid()
        try:
            with self._watched() as pressed, in_turns(self._seconds) as turn:
                for one in due if self._has_ears(pressed, turn) else ():
                    if os.getpid() != here:
                        break  # the child of a connector that forks has nothing to deliver
                    said.append(self._delivered(one, pressed, turn))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - what it leaves behind may fail when everything is put back
            said.append(self._shown(error))
        return [one for one in said if one]

    def _has_ears(self, pressed: Pressed, turn: Turn) -> bool:
        try:
            with turn():
                return callable(getattr(self._started(), "deliver", None))
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt) and pressed.is_true:
                raise
            return False

    def _delivered(self, one: Delivery, pressed: Pressed, turn: Turn) -> str:
        try:
            with turn():
                self._started().deliver(dict(one.headers), one.body)
        except TooLong:
            return f"deliver did not finish within {self._seconds:g} seconds"
        except KeyboardInterrupt as error:
            if pressed.is_true:
                raise
            return self._shown(_interrupted(error))
        except BaseException as error:  # noqa: BLE001 - whatever a connector raises is a finding, not ours
            return self._shown(error)
        return ""

    def forget(self) -> bool:
        """Let go of the object without a word to it, as the end of a process does; the next run makes a new one."""
        self._object = None
        return True

    def restart(self) -> None:
        """Restart it: its own `restart()`, or a new object on the same state; its trouble is the next run's finding."""
        try:
            with self._held():
                own = getattr(self._object, "restart", None)
                if callable(own):
                    own()
                else:
                    self._object = None
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - it is told of the run that comes next
            self._stumbled = self._shown(error)
