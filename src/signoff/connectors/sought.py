"""Tell whether a Python connector is there, by its file and its text alone: nothing of it is executed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path

from signoff.errors import Place, Problem, nearest

_HOW = "Correct `target`; `signoff lint` reads the connector's text, and runs nothing of it."
_NAMES_ANYTHING = "*"


def missing(target: str, root: Path, where: Place) -> Problem | None:
    """Return what is wrong with a connector's target, None where it is there or nobody can tell without running it.

    `target` is as in `python.load`: `fixtures/folder:Class` below `root`, or `module:attribute`.
    """
    place, _, attribute = target.partition(":")
    attribute = attribute or "Connector"
    if "/" in place or _is((root / place).exists):
        file = file_of(root / place)
        expected = "a Python file or package folder of the suite, or an installed module"
        if not _is(file.is_file):
            return Problem(where, expected, f"nothing at {place}", neighbour(root / place), _HOW, "connector-target")
    else:
        found = _module(place, root)
        if found is None:
            return Problem(
                where, "a Python file of the suite, or an installed module", f"no module {place}", None, _HOW,
                "connector-target",
            )  # fmt: skip
        if found.suffix != ".py":
            return None
        file = found
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError) as error:
        at = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        said = error.msg if isinstance(error, SyntaxError) else "no text"
        return Problem(where, f"Python in {file.name}", f"{said}{at}", None, _HOW, "connector-target")
    names = list(dict.fromkeys(_names(tree.body)))
    if attribute in names or _NAMES_ANYTHING in names or "__getattr__" in names:
        return None
    public = sorted(one for one in names if not one.startswith("_"))
    return Problem(
        where,
        f"`{attribute}` in {place}",
        f"it has {', '.join(public[:8]) or 'no public name'}",
        nearest(attribute, public),
        "Name the class after the colon.",
        "connector-target",
    )


def _is(asked: Callable[[], bool]) -> bool:
    try:
        return asked()
    except (OSError, ValueError):  # no file can have such a name
        return False


def file_of(path: Path) -> Path:
    """Return the file in which a module at a path is written."""
    return path / "__init__.py" if _is(path.is_dir) else path if path.suffix == ".py" else path.with_suffix(".py")


def neighbour(path: Path) -> str | None:
    """Return what stands beside a path under the most similar name, with its folder; None if nothing is similar."""
    siblings = [one.stem for one in path.parent.glob("*")] if _is(path.parent.is_dir) else []
    found = nearest(path.stem, siblings)
    return f"{path.parent.name}/{found}" if found else None


def _module(name: str, root: Path) -> Path | None:
    """Return the file of an importable module without importing its packages; None where there is none.

    A run under pytest finds more than lint does: what stands in the suite's folder or in its `src` counts too.
    """
    head, *rest = name.split(".")
    if not head:
        return None
    try:
        spec = find_spec(head)
    except ValueError:  # a module that was made by hand, as `__main__` is
        return Path(name)
    spec = spec or PathFinder.find_spec(head, [str(root), str(root / "src"), "."])
    for count in range(1, len(rest) + 1):
        if spec is not None:
            inside = list(spec.submodule_search_locations or ())
            spec = PathFinder.find_spec(".".join((head, *rest[:count])), inside)
    if spec is None:
        return None
    return Path(spec.origin) if spec.origin is not None else Path(name)


def _names(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the names that statements of a module bind, also inside `if` and `try`; `*` for what is not told."""
    for one in body:
        if isinstance(one, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield one.name
        elif isinstance(one, ast.Import | ast.ImportFrom):
            yield from ((name.asname or name.name.partition(".")[0]) for name in one.names)
        elif isinstance(one, ast.Assign | ast.AnnAssign):
            for target in one.targets if isinstance(one, ast.Assign) else [one.target]:
                yield from (inner.id for inner in ast.walk(target) if isinstance(inner, ast.Name))
        else:
            for part in ("body", "orelse", "handlers", "finalbody"):
                for inner in getattr(one, part, ()):
                    yield from _names(inner.body if isinstance(inner, ast.ExceptHandler) else [inner])
