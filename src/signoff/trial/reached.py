"""Reach the systems of a real environment, with time-outs, and with secrets that stand in no log and no message."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from inspect import signature
from typing import Final
from urllib.parse import quote

from signoff.agreement.resolved import Agreement
from signoff.errors import Blocked, Place, Problem
from signoff.schema import Side, SystemSchema
from signoff.scope import EnvironmentSettings, Integration
from signoff.systems.dialect import Client
from signoff.systems.line import Line
from signoff.systems.registry import dialect
from signoff.systems.trouble import Trouble

CONNECT_SECONDS: Final = 10.0
"""Real time that a connection may take to be made."""
PATIENCE_SECONDS: Final = 60.0
"""Real time that is waited for one request in all, where a system asks to slow down."""
TRIES: Final = 5

_LOGGERS: Final = ("urllib3.connectionpool", "urllib3.util.retry")
"""These write whole paths with their queries, in which a key may stand."""
_SHORTEST: Final = 4
"""Characters of what is masked: shorter ones stand in every second word."""


@dataclass(slots=True)
class Reached:
    """Hold one system of a real environment, and what may be done there.

    `client` has the integration's own credentials, `admin` those of whoever makes and removes what the integration
    may not, None where the toml names nobody. `creates` are the entities that the integration may create by some row
    about access, `seeded` those that are made by hand; `existing` are records that new ones may refer to, by entity.
    `shut` is why the integration does not get in at all, once that is known, `admin_shut` why the admin does not;
    `leaves` names the first record that could not be removed.
    """

    name: str
    environment: str
    schema: SystemSchema
    client: Client
    line: Line
    admin: Client | None = None
    creates: frozenset[str] = frozenset()
    seeded: frozenset[str] = frozenset()
    existing: Mapping[str, str] = field(default_factory=dict)
    writes: bool = False
    entered: bool = False
    """Whether any request was answered as asked."""
    shut: str = ""
    admin_shut: Trouble | None = None
    leaves: str = ""


@contextmanager
def reached(agreement: Agreement) -> Iterator[Mapping[Side, Reached]]:
    """Yield the systems of the agreement's environment that the toml says how to reach; close them afterwards."""
    integration = agreement.integration
    environment = integration.environments[integration.environment]
    with ExitStack() as stack:
        stack.enter_context(_unlogged())
        found: dict[Side, Reached] = {}
        for side in dict.fromkeys(one.side for one in agreement.matters.access):
            if side.value in environment.values:
                found[side] = _reach(agreement, environment, side, stack)
        yield found


def _reach(agreement: Agreement, environment: EnvironmentSettings, side: Side, stack: ExitStack) -> Reached:
    integration = agreement.integration
    own = environment.values[side.value]
    line = _line(environment)
    client = _client(integration, agreement.schemas[side], side, own, line)
    stack.callback(client.close)
    admin = None
    if others := environment.admin.get(side.value):
        admin = _client(integration, agreement.schemas[side], side, {**own, **others}, _line(environment))
        stack.callback(admin.close)
    return Reached(
        integration.systems[side].name,
        environment.name,
        agreement.schemas[side],
        client,
        line,
        admin,
        frozenset(one.entity for one in agreement.matters.access if one.side is side and "create" in one.may),
        frozenset(one.ats if side is Side.ATS else one.app for one in integration.entities.values() if one.seeded),
        environment.existing.get(side.value, {}),
        environment.writes,
    )


def _line(environment: EnvironmentSettings) -> Line:
    whole = environment.timeout_seconds
    return Line((min(CONNECT_SECONDS, whole), whole), whole, TRIES, PATIENCE_SECONDS)


def _client(
    integration: Integration, schema: SystemSchema, side: Side, values: Mapping[str, str], line: Line
) -> Client:
    system = integration.systems[side]
    make = dialect(system.dialect, integration.file).client
    able = "line" in signature(make).parameters
    found = make(system, integration.entities, schema, values, line) if able else None
    if found is None or not all(hasattr(found, name) for name in ("read_some", "read_one", "removable", "close")):
        raise Blocked(
            Problem(
                Place(integration.file, cell=f"systems.{side.value}.dialect"),
                "a dialect whose client can read a single record, for access to a real environment",
                f'"{system.dialect}", whose client cannot',
                how="Ask for a newer version of the distribution that brings the dialect.",
            )
        )
    return found


@contextmanager
def _unlogged() -> Iterator[None]:
    """Keep requests out of every log, whatever level it has."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [one.disabled for one in loggers]
    try:
        for one in loggers:
            one.disabled = True
        yield
    finally:
        for one, was in zip(loggers, before, strict=True):
            one.disabled = was


def masking(environment: EnvironmentSettings) -> Callable[[str], str]:
    """Return what puts … in place of every credential of an environment, should a system repeat it."""
    tables = [*environment.values.values(), *environment.admin.values()]
    texts = {value for table in tables for key, value in table.items() if key != "url" and len(value) >= _SHORTEST}
    texts |= {quote(one, safe="") for one in texts}
    if not texts:
        return lambda text: text
    secret = re.compile("|".join(re.escape(one) for one in sorted(texts, key=len, reverse=True)))
    return lambda text: secret.sub("…", text)
