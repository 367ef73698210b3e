"""Read the toml's `[environments]`: addresses and credentials of real systems, which no message ever shows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from signoff.errors import Place, Problem, nearest
from signoff.schema import Side
from signoff.scope import EnvironmentSettings
from signoff.settings.values import line_of, seconds

SIMULATED: Final = "simulated"
"""The environment that needs no entry: both systems are simulators."""

PATIENT: Final = "30 seconds"
"""How long one answer of a real system may take unless the toml says otherwise."""

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_SECRET = re.compile(r"password|passwd|secret|token|credential|bearer|(^|_)key($|_)", re.IGNORECASE)


def environments_of(
    data: Mapping[str, Any], text: str, file: str, selected: str, variables: Mapping[str, str]
) -> tuple[dict[str, EnvironmentSettings], list[Problem]]:
    """Return every environment of a toml, and what is wrong with them.

    Only the selected one's `${NAME}` are read from `variables`: of the others nobody needs them.
    """
    tables: Mapping[str, Mapping[str, Any]] = data.get("environments", {})
    problems = list(_names(tables, text, file, selected))
    found = {}
    for name, table in tables.items():
        problems += _in_the_open(table, ("environments", name), text, file)
        if name == selected:
            lacking: dict[str, str] = {}
            table = _filled(table, variables, lacking)
            problems += [_missing(name, variable, why, text, file, variables) for variable, why in lacking.items()]
            problems += [] if lacking else _addresses(table, name, text, file)
        real = table.get("real", False)
        found[name] = EnvironmentSettings(
            name,
            real,
            {side.value: table[side.value] for side in Side if side.value in table},
            table.get("writes", not real),
            seconds(table.get("timeout", PATIENT)) or 30.0,
            table.get("admin", {}),
            table.get("existing", {}),
        )
    return found, problems


def _names(tables: Mapping[str, Any], text: str, file: str, selected: str) -> Iterator[Problem]:
    for name in tables:
        if name == SIMULATED or not name.strip():
            yield Problem(
                Place(file, line_of(text, ("environments", name)), cell=f"environments.{name}"),
                "a name of its own for a real environment, such as staging",
                f'"{name}"',
                how="Rename it: `simulated` is what runs without --environment, and needs no entry.",
                code="environment-name",
            )
    known = (SIMULATED, *(name for name in tables if name != SIMULATED))
    if selected and selected not in known:
        yield Problem(
            Place(file, line_of(text, ("environments",))),
            f"one of the environments {', '.join(known)}",
            f"--environment {selected}",
            nearest(selected, known),
            how=f"Name one of them, or write [environments.{selected}] with what leads to its systems.",
            code="unknown-environment",
        )


def _missing(name: str, variable: str, why: str, text: str, file: str, variables: Mapping[str, str]) -> Problem:
    return Problem(
        Place(file, line_of(text, ("environments", name)), cell=f"environments.{name}"),
        f"the environment variable {variable}",
        why,
        None if variables.get(variable, "").strip() else nearest(variable, _set(variables)),
        how=f"Set {variable} before the run; its value is never shown.",
        code="missing-variable",
    )


def _set(variables: Mapping[str, str]) -> list[str]:
    return [one for one, value in variables.items() if value.strip()]


def _in_the_open(table: Mapping[str, Any], path: tuple[str, ...], text: str, file: str) -> Iterator[Problem]:
    """Yield what looks like a secret and stands in the toml itself, which is kept with the documents."""
    for key, value in table.items():
        here = (*path, key)
        if isinstance(value, Mapping):
            yield from _in_the_open(value, here, text, file)
        elif isinstance(value, str) and (_named(key, value) or _in_address(value)):
            yield Problem(
                Place(file, line_of(text, here), cell=".".join(here)),
                "the name of an environment variable, as `${NAME}`",
                "a secret in the toml itself",
                how="Put it into an environment variable and write that one's name here; then choose a new secret, "
                "because this one has been where others read it.",
                code="environment-secret",
            )


def _named(key: str, value: str) -> bool:
    return bool(_SECRET.search(key)) and bool(value) and not _VARIABLE.fullmatch(value)


def _in_address(value: str) -> bool:
    """Tell whether an address holds a password of its own."""
    bare = _VARIABLE.sub("", value)
    return bool(re.match(r"https?://[^/@\s]+:[^/@\s]+@", bare))


def _addresses(table: Mapping[str, Any], name: str, text: str, file: str) -> Iterator[Problem]:
    """Yield the addresses that are none. What stands there is not shown: it may come from a variable."""
    for path, value in _urls(table, ("environments", name)):
        if not _is_address(value):
            yield Problem(
                Place(file, line_of(text, path), cell=".".join(path)),
                "an address such as https://api.example.com/v1, without a question mark or a password",
                "something else",
                how="Correct it, or the environment variable that it is read from.",
                code="environment-address",
            )


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain


def _urls(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _urls(value, (*path, key))
        elif key == "url" and isinstance(value, str):
            yield (*path, key), value


def _filled(value: Any, variables: Mapping[str, str], lacking: dict[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _filled(one, variables, lacking) for key, one in value.items()}
    if isinstance(value, str):
        for name in _VARIABLE.findall(value):
            given = variables.get(name, "")
            if not given.strip():
                lacking[name] = "it is empty" if name in variables else "it is not set"
            elif any(unicodedata.category(one) == "Cc" for one in given):
                lacking[name] = "it holds a line break or another control sign"
        return _VARIABLE.sub(lambda matched: variables.get(matched[1], ""), value)
    return value
