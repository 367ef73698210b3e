"""Load one `scope/<integration>.toml` into an Integration, or say everything that is wrong with it."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from signoff.errors import Place, Problem, ScopeError
from signoff.schema import Side
from signoff.scope import (
    ConnectorSettings,
    EntitySettings,
    EnvironmentSettings,
    Integration,
    ServiceSettings,
    SystemSettings,
)
from signoff.settings.environments import SIMULATED, environments_of
from signoff.settings.names import name_problems
from signoff.settings.values import checked, line_of, seconds

_SYSTEM_KEYS = ("dialect", "name", "zone", "document")


def load(
    toml_text: str,
    file: str,
    folder: Path | None = None,
    environment: str = "",
    variables: Mapping[str, str] | None = None,
) -> Integration:
    """Load the text of a toml; the integration's name is the file's.

    `folder` is the toml's folder, in which the named schema files must exist (None: not looked for).
    `environment` selects one of `[environments]`, whose `${NAME}` are then read from `variables` (the process's
    environment variables) and never shown. Raises `ScopeError` with all problems.
    """
    try:
        data = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as error:
        raise ScopeError(_syntax(str(error), file)) from None
    except (ValueError, RecursionError):
        found = "a number of thousands of digits, or brackets within each other without end"
        raise ScopeError(Problem(Place(file), "TOML that ends", found, how="Shorten it.", code="toml-syntax")) from None
    problems = checked(data, toml_text, file)
    if problems:
        raise ScopeError(sorted(problems, key=lambda one: one.where.line))
    if data["signoff"] != 1:
        place = Place(file, line_of(toml_text, ("signoff",)), cell="signoff")
        raise ScopeError(
            Problem(place, "signoff = 1", str(data["signoff"]), how="Upgrade signoff, or write 1.", code="toml-version")
        )
    problems += name_problems(PurePosixPath(file).stem, file, line_of(toml_text, ("signoff",)))
    problems += _called(data, toml_text, file)
    problems += _connector_problems(data, toml_text, file)
    if folder is not None:
        problems += _missing_files(data, toml_text, file, partial(_is_file, folder))
    environments, wrong = environments_of(
        data, toml_text, file, environment, os.environ if variables is None else variables
    )
    problems += wrong
    if problems:
        raise ScopeError(sorted(problems, key=lambda one: one.where.line))
    return _integration(data, file, environments, environment or SIMULATED)


def _integration(
    data: Mapping[str, Any], file: str, environments: Mapping[str, EnvironmentSettings], environment: str
) -> Integration:
    systems = {side: _system(side, data["systems"][side.value]) for side in Side}
    plain = ("title", "zone", "default_country", "settles_within", "first_link", "conflict")
    return Integration(
        name=PurePosixPath(file).stem,
        file=file,
        sync_every=seconds(data.get("sync_every", "15 minutes")) or 900.0,
        gate=data.get("gate", {}).get("level", "normal"),
        since=data.get("gate", {}).get("since", ""),
        systems=systems,
        entities={name: _entity(name, one) for name, one in data.get("entities", {}).items()},
        connector=_connector(data.get("connector", {})),
        types=data.get("types", {}),
        primary=data.get("primary", {}),
        states=data.get("states", {}),
        transitions={name: tuple(told) for name, told in data.get("transitions", {}).items()},
        labels=data.get("labels", {}),
        branches={name: one["where"] for name, one in data.get("branches", {}).items()},
        technical={name: tuple(fields) for name, fields in data.get("technical", {}).items()},
        settings=data.get("settings", {}),
        headings=_headings(systems, data.get("headings", {})),
        environments=environments,
        environment=environment,
        tags=tuple(data.get("tags", ())),
        address=_service(data["systems"].get("address")),
        **{name: data[name] for name in plain if name in data},
    )


def _system(side: Side, table: Mapping[str, Any]) -> SystemSettings:
    return SystemSettings(
        side=side,
        dialect=table["dialect"],
        name=table.get("name", table["dialect"]),
        zone=table.get("zone", "UTC"),
        document=table.get("document", ""),
        options={name: value for name, value in table.items() if name not in _SYSTEM_KEYS},
    )


def _service(table: Mapping[str, Any] | None) -> ServiceSettings | None:
    if table is None:
        return None
    options = {name: value for name, value in table.items() if name not in _SYSTEM_KEYS}
    return ServiceSettings(table["dialect"], table.get("name", "the address service"), options)


def _entity(name: str, table: Mapping[str, Any]) -> EntitySettings:
    app = table["app"]
    options = {} if isinstance(app, str) else {key: value for key, value in app.items() if key != "schema"}
    return EntitySettings(
        name=name,
        ats=table["ats"],
        app=app if isinstance(app, str) else app["schema"],
        app_options=options,
        words=tuple(table.get("words", ())),
        link=table.get("link", ""),
        matching=tuple(table.get("matching", ())),
        unique=tuple(table.get("unique", ())),
        technical=tuple(table.get("technical", ())),
        seeded=table.get("seeded", False),
        begins=table.get("period", {}).get("begins", ""),
        ends=table.get("period", {}).get("ends", ""),
        archived=table.get("archived", ""),
    )


def _connector(table: Mapping[str, Any]) -> ConnectorSettings:
    return ConnectorSettings(
        kind=table.get("kind", "python"),
        target=table.get("target", ""),
        settings=table.get("settings", {}),
        timeout_seconds=seconds(table.get("timeout", "2 minutes")) or 120.0,
        command=tuple(table.get("command", ())),
        alone=table.get("alone", False),
    )


def _headings(systems: Mapping[Side, SystemSettings], given: Mapping[str, str]) -> dict[str, str]:
    """Let a column's heading begin with a system's name, unless both systems are called alike."""
    names = {side: one.name.lower() for side, one in systems.items()}
    found = {name: side.value for side, name in names.items()} if len(set(names.values())) == len(names) else {}
    return found | {" ".join(heading.split()).lower(): side for heading, side in given.items()}


def _called(data: Mapping[str, Any], text: str, file: str) -> list[Problem]:
    """Return what is wrong with the systems' names: reports, questions and headings tell the two apart by them."""
    names = {side: str(data["systems"][side.value].get("name", "-")) for side in Side}
    problems = [
        Problem(
            Place(file, line_of(text, ("systems", side.value, "name")), cell=f"systems.{side.value}.name"),
            "the name by which people call the system",
            "none",
            how="Write it, or leave the line out: the dialect's name is then taken.",
            code="toml-value",
        )
        for side, name in names.items()
        if not name.strip()
    ]
    first, second = (" ".join(one.split()).casefold() for one in names.values())
    if not problems and "name" in data["systems"]["app"] and first == second:
        problems = [
            Problem(
                Place(file, line_of(text, ("systems", "app", "name")), cell="systems.app.name"),
                "a name that tells the app from the ATS",
                f'"{names[Side.APP]}" for both',
                how="Call them by what their users say, for instance by the product's name and the module's.",
                code="toml-value",
            )
        ]
    return problems


def _connector_problems(data: Mapping[str, Any], text: str, file: str) -> list[Problem]:
    table = data.get("connector", {})
    kind = table.get("kind", "python")
    wanted, other = ("target", "command") if kind == "python" else ("command", "target")
    place = Place(file, line_of(text, ("connector",)), cell=f"connector.{wanted}")
    if not table.get(wanted):
        example = '"fixtures/reference_connector:Connector"' if wanted == "target" else '["node", "connector.js"]'
        how = f"Write under [connector] for instance {wanted} = {example}."
        return [
            Problem(place, f"connector.{wanted} for a connector of kind {kind}", "none", how=how, code="toml-connector")
        ]
    module, colon, attribute = str(table.get("target", "")).rpartition(":")
    if kind == "python" and not (colon and module.strip() and attribute.strip()):
        return [
            Problem(
                place,
                "`path/to/package:Attribute` in the suite, or `module:attribute`",
                f'"{table["target"]}"',
                how='Write for instance target = "fixtures/reference_connector:Connector".',
                code="toml-connector",
            )
        ]
    if kind == "program" and not str(table["command"][0]).strip():
        how = 'Write the program first: command = ["node", "connector.js"].'
        return [Problem(place, "a program and its arguments", "a blank", how=how, code="toml-connector")]
    if other in table:
        how = f"Remove it, or choose the other kind; {kind} uses {wanted}."
        return [
            Problem(place, f"connector.{wanted} alone", f"connector.{other} as well", how=how, code="toml-connector")
        ]
    return []


def _missing_files(data: Mapping[str, Any], text: str, file: str, exists: Callable[[str], bool]) -> list[Problem]:
    return [
        Problem(
            Place(file, line_of(text, ("systems", side, "document")), cell=f"systems.{side}.document"),
            "a file, as a path from the toml's folder",
            f'"{document}", which does not exist',
            how="Put the file there, or correct the path.",
            code="missing-file",
        )
        for side in ("ats", "app")
        if (document := data["systems"][side].get("document")) and not exists(document)
    ]


def _is_file(folder: Path, path: str) -> bool:
    try:
        return (folder / path).is_file()
    except (OSError, ValueError):  # no file can have such a name
        return False


def _syntax(message: str, file: str) -> Problem:
    matched = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    place = Place(file, int(matched[1]), column=int(matched[2])) if matched else Place(file)
    found = message[: matched.start()] if matched else message
    how = "Put texts in quotes and lists in brackets, and each key and each [table] once, in this line or one above."
    return Problem(place, "TOML", found, how=how, code="toml-syntax")
