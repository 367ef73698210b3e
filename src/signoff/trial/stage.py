"""Set the stage: both systems simulated on one world clock, the journal, and the connector between them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from signoff.addresses import NO_BOOK, AddressBook
from signoff.connectors.program import ProgramConnector
from signoff.connectors.python import PythonConnector, load
from signoff.connectors.result import Delivery, Told, UnderTest, is_secret
from signoff.schema import Side, SystemSchema
from signoff.scope import Integration
from signoff.systems.dialect import Endpoint, Knobs, Simulator
from signoff.systems.registry import dialect
from signoff.systems.service import ServiceSimulator, service_dialect
from signoff.trial.filled import filled_settings
from signoff.wire.clock import WorldClock
from signoff.wire.driving import driving
from signoff.wire.guard import guarded
from signoff.wire.in_process import in_process
from signoff.wire.journal import Journal
from signoff.wire.port import on_port

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of one's own is made in it
"""Where Linux keeps files in memory. A connector that saves its state safely waits for the disk most of the time."""


ADDRESS = "address"
"""The service beside the two systems, as exchanges name it."""


@dataclass(slots=True)
class Stage:
    """Hold everything that a trial moves. `endpoints` are the harness's own hands on both systems.

    `service` is the address service, None where the integration has none; it answers from `book`.
    """

    integration: Integration
    schemas: Mapping[Side, SystemSchema]
    clock: WorldClock
    journal: Journal
    simulators: Mapping[Side, Simulator]
    endpoints: Mapping[Side, Endpoint]
    connector: UnderTest
    _mounted: Callable[[], Any]
    _state: Path = Path()
    service: ServiceSimulator | None = None
    book: AddressBook = NO_BOOK

    def run(self, number: int) -> Told:
        """Run the connector once, as run `number` of the trial, with the world's time and no other socket."""
        self.journal.run = number
        try:
            with self._mounted():
                return self.connector.run()
        finally:
            self.journal.run = 0

    @contextmanager
    def killing(self, requests: int) -> Iterator[list[bool]]:
        """End the connector with its request of that number; the list tells afterwards whether it came to that.

        What it writes while it is being ended is undone: a process that is killed writes nothing more.
        """
        kept = self._state.with_name(self._state.name + "-kept")
        ended = [False]
        self.journal.end_after(requests, lambda: _copied(self._state, kept))
        try:
            yield ended
        finally:
            ended[0] = self.journal.end_no_more()
            if ended[0]:
                _copied(kept, self._state)
                shutil.rmtree(kept, ignore_errors=True)
                self.connector.forget()

    def deliver(self, number: int, due: Sequence[Delivery]) -> list[str]:
        """Hand webhooks to the connector, one after the other; its requests count to run `number`.

        They are mounted together: mounting looks through every loaded module for clocks, which takes longer than a
        delivery does. Returns what went wrong, if anything; nothing where the connector takes no webhooks.
        """
        if not due:
            return []
        self.journal.run = number
        try:
            with self._mounted():
                return self.connector.deliver(due)
        finally:
            self.journal.run = 0

    def restart(self, number: int) -> None:
        """Let the next run be one of a connector that was stopped and started; what it asks counts to that run."""
        self.journal.run = number
        try:
            with self._mounted():
                self.connector.restart()
        finally:
            self.journal.run = 0


def sweep(process: int) -> None:
    """Remove the state folders of a process that was killed before it could do so itself."""
    for left in _memory().glob(f"{state_name(process)}*"):
        shutil.rmtree(left, ignore_errors=True)


def _memory() -> Path:
    return MEMORY if os.access(MEMORY, os.W_OK) else Path(tempfile.gettempdir())


def state_name(process: int) -> str:
    """Return how the names of a process's state folders begin."""
    return f"signoff-state-{process}-"


def _copied(source: Path, target: Path) -> None:
    """Let a folder hold what another one holds, and nothing else."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


def knobs_of(values: Mapping[str, Any]) -> Knobs:
    """Build knobs from a script's values; unknown names are left to mypy's sight: they are our own."""
    known = {one.name for one in fields(Knobs)}
    return replace(Knobs(), **{name: value for name, value in values.items() if name in known})


def _secrets(
    integration: Integration,
    addresses: Mapping[Side, Mapping[str, str]],
    service: Mapping[str, str],
    sources: Sequence[Simulator | ServiceSimulator],
) -> Callable[[], Mapping[str, str]]:
    """Return what gives every secret there is by now: those that settings may hold, and tokens that were handed out."""
    known = {value: f"{side.value}.{key}" for side in Side for key, value in addresses[side].items() if is_secret(key)}
    known |= {value: f"address.{key}" for key, value in service.items() if is_secret(key)}
    known |= {str(value): f"setting.{key}" for key, value in integration.settings.items() if is_secret(key)}

    def secrets() -> Mapping[str, str]:
        return {one: "token" for source in sources for one in source.secrets()} | known

    return secrets


def _service(integration: Integration, book: AddressBook, clock: WorldClock) -> ServiceSimulator | None:
    asked = integration.address
    if asked is None:
        return None
    return service_dialect(asked.dialect, integration.file).simulator(asked.options, book, clock)


@contextmanager
def staged(
    integration: Integration,
    schemas: Mapping[Side, SystemSchema],
    *,
    root: Path,
    read: Callable[[str], str],
    now: datetime,
    knobs: Mapping[str, Mapping[str, Any]],
    book: AddressBook | None = None,
) -> Iterator[Stage]:
    """Build both simulators, the address service if there is one, and the connector; take everything down afterwards.

    A Python connector is mounted in process and lives by the world clock. A program is served on loopback
    ports and lives by real time. The state folder is temporary. Raises Blocked or ScopeError.
    """
    with ExitStack() as stack:
        clock = WorldClock(now)
        journal = Journal(clock)
        simulators: dict[Side, Simulator] = {}
        for side in Side:
            system = integration.systems[side]
            simulators[side] = dialect(system.dialect, integration.file).simulator(
                system,
                integration.entities,
                schemas[side],
                clock,
                knobs_of(knobs.get(side.value, {})),
                read,
            )
        state = Path(tempfile.mkdtemp(prefix=state_name(os.getpid()), dir=_memory()))
        stack.callback(shutil.rmtree, state, ignore_errors=True)
        book = book or NO_BOOK
        service = _service(integration, book, clock)
        asked = journal.watched(None, service, ADDRESS) if service is not None else None
        watched = {side: journal.watched(side, simulator) for side, simulator in simulators.items()}
        declared = integration.connector
        connector: UnderTest
        sources = [*simulators.values(), *((service,) if service is not None else ())]
        if declared.kind == "program":
            ports: dict[Side, str] = {side: stack.enter_context(on_port(app)) for side, app in watched.items()}
            origin = stack.enter_context(on_port(asked)) if asked is not None else ""
            told = service.addresses(origin) if service is not None else {}
            reached = {side: simulators[side].addresses(ports[side]) for side in Side}
            settings = filled_settings(integration, reached, told)
            secrets = _secrets(integration, reached, told, sources)
            connector = ProgramConnector(declared.command, settings, state, declared.timeout_seconds, root, secrets)

            @contextmanager
            def mounted() -> Iterator[None]:
                yield

        else:
            told = service.addresses() if service is not None else {}
            reached = {side: simulators[side].addresses() for side in Side}
            settings = filled_settings(integration, reached, told)
            hosts = {host: watched[side] for side in Side for host in simulators[side].hosts}
            if service is not None and asked is not None:
                hosts |= dict.fromkeys(service.hosts, asked)

            def elsewhere(host: str) -> None:
                journal.elsewhere("CONNECT", f"//{host}", (), b"")

            # From before it is loaded until the stage is taken down: what it leaves running must not get out either.
            stack.enter_context(guarded(told=elsewhere))
            factory = load(declared.target, root, declared.timeout_seconds, elsewhere)
            secrets = _secrets(integration, reached, told, sources)
            connector = PythonConnector(factory, settings, state, declared.timeout_seconds, secrets)

            @contextmanager
            def mounted() -> Iterator[None]:
                with in_process(hosts, journal, clock), driving(clock):
                    yield

        yield Stage(
            integration, schemas, clock, journal, simulators, dict(simulators), connector, mounted, state, service, book
        )
