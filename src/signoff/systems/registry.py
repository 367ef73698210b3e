"""Find dialects: every installed distribution may bring some under the entry point group `signoff.systems`."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import cast

from signoff.errors import Place, Problem, ScopeError, nearest
from signoff.systems.dialect import Dialect

GROUP = "signoff.systems"


@cache
def names() -> tuple[str, ...]:
    """Return the names of all installed dialects, sorted."""
    return tuple(sorted({one.name for one in entry_points(group=GROUP)}))


@cache
def dialect(name: str, file: str) -> Dialect:
    """Return the dialect of a name; raise ScopeError naming the toml and the nearest dialect."""
    for one in entry_points(group=GROUP):
        if one.name == name:
            return cast("Dialect", one.load())
    raise ScopeError(
        Problem(
            Place(file, cell=f'dialect = "{name}"'),
            f"one of {', '.join(names())}",
            f'"{name}"',
            did_you_mean=nearest(name, names()),
            how="Any system with an OpenAPI document is served by `openapi`.",
            code="unknown-dialect",
        )
    )
