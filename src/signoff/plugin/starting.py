"""Write a small suite that runs, so that nobody begins at an empty folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from string import Template

from signoff.errors import Blocked, Place, Problem
from signoff.settings.names import taken

_NAME = re.compile(r"\w[\w.-]*")
_LONGEST = 100
"""Signs of an integration's name; file systems allow 255 bytes, and something is put behind it."""

_IGNORED = ".gitignore"


def start(folder: Path, name: str = "") -> tuple[Path, ...]:
    """Write the first files of an integration into a folder, made if need be, and return them in reading order.

    Without a name, the integration is called like the folder. Raises `Blocked` when a file is there already, the name
    can be no file's, or the folder cannot be written; nothing is then left that was not there before.
    """
    called = _called(folder, name)
    texts = _texts(folder, called)
    for file in texts:
        if os.path.lexists(file):
            raise Blocked(
                Problem(
                    Place(str(file)),
                    "no such file: what is there is never overwritten",
                    "it exists, and nothing was written",
                    how="Name another folder, give --integration NAME for one more integration here, or move the "
                    "file away.",
                )
            )
    made: list[Path] = []
    try:
        for file, text in texts.items():
            for above in _lacking(file.parent):
                above.mkdir()
                made.append(above)
            with file.open("x", encoding="utf-8", newline="\n") as stream:
                made.append(file)
                stream.write(text)
    except BaseException as error:
        _undo(made)
        if not isinstance(error, OSError):
            raise
        raise Blocked(
            Problem(
                Place(str(error.filename or folder)),
                "a place that can be written",
                f"{error.strerror or type(error).__name__}; nothing was written",
                how="Correct its rights, or name another folder: signoff init FOLDER.",
            )
        ) from None
    return tuple(texts)


def _called(folder: Path, name: str) -> str:
    called = name or folder.resolve().name
    if _NAME.fullmatch(called) and len(called) <= _LONGEST and not taken(called):
        return called
    raise Blocked(
        Problem(
            Place(f"--integration {name[:_LONGEST]}" if name else str(folder)),
            f"a name of letters, digits, - and _, at most {_LONGEST} of them, that is none of what reports/ holds",
            f"`{called[:_LONGEST]}`",
            f"{called}-app" if taken(called) else re.sub(r"[^\w.-]+", "-", called).strip("-.")[:_LONGEST] or None,
            how="Give the integration a name: signoff init FOLDER --integration NAME.",
        )
    )


def _texts(folder: Path, name: str) -> Mapping[Path, str]:
    """Return what is written, by its place: the agreement first, for it is read first."""
    module = re.sub(r"\W", "_", name) + "_connector"
    places = {
        "people.feature": f"features/{name}/people.feature",
        "scope.toml": f"scope/{name}.toml",
        "app.openapi.yaml": f"scope/schemas/{name}.openapi.yaml",
        "connector.py.txt": f"fixtures/{module}.py",
    }
    if not os.path.lexists(folder / _IGNORED):
        # A team's own says already what is not kept.
        places["gitignore.txt"] = _IGNORED
    templates = files("signoff.plugin") / "templates"
    return {
        # `safe`: an OpenAPI document has a `$ref` of its own.
        folder / place: Template((templates / one).read_text("utf-8")).safe_substitute(name=name, module=module)
        for one, place in places.items()
    }


def _lacking(folder: Path) -> Iterator[Path]:
    """Yield the folders that must be made, the outermost first."""
    if not folder.exists():
        yield from _lacking(folder.parent)
        yield folder


def _undo(made: list[Path]) -> None:
    for one in reversed(made):
        with suppress(OSError):  # what cannot be taken away is no worse than the trouble that is told
            if one.is_dir():
                one.rmdir()
            else:
                one.unlink()
