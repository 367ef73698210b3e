"""Find dialects: every installed distribution may bring some under the entry point group `signoff.systems`."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Any, cast

from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.systems.dialect import Dialect

GROUP = "signoff.systems"


@cache
def names(group: str = GROUP) -> tuple[str, ...]:
    """Return the names of all that is installed under an entry point group, sorted."""
    return tuple(sorted({one.name for one in entry_points(group=group)}))


def named(group: str, name: str, where: Place, how: str) -> Any:
    """Return what is installed under a name; raise ScopeError with its place in the toml and the nearest name."""
    for one in entry_points(group=group):
        if one.name == name:
            return one.load()
    known = names(group)
    raise ScopeError(
        Problem(where, f"one of {', '.join(known)}", f'"{name}"', nearest(name, known), how, "unknown-dialect")
    )


@cache
def dialect(name: str, file: str, side: str = "") -> Dialect:
    """Return the dialect of a name; raise ScopeError naming the toml, the side's key in it and the nearest dialect."""
    how = "Any system with an OpenAPI document is served by `openapi`."
    return cast("Dialect", named(GROUP, name, Place(file, cell=f"systems.{side}.dialect" if side else "dialect"), how))
