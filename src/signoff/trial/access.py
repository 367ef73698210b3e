"""Try what the integration must be able to do, with its own credentials, before anything else is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, Protocol, cast

from signoff.agreement.matters import BoundAccess
from signoff.agreement.resolved import Agreement
from signoff.errors import Blocked, Place, Problem
from signoff.history import Tried
from signoff.record import RecordId
from signoff.schema import Entity, Side, SystemSchema
from signoff.systems.dialect import Endpoint, Knobs, Simulator
from signoff.systems.registry import dialect
from signoff.systems.trouble import Kind, Trouble
from signoff.trial.marked import Marker, change, fewest
from signoff.wire.clock import WorldClock
from signoff.wire.driving import driving
from signoff.wire.in_process import in_process

ORDER: Final = ("create", "read", "update", "subscribe", "delete")
"""In this order whatever the row says: a record must be there to be read, changed and removed."""


def tried(agreement: Agreement, read: Callable[[str], str], now: datetime) -> tuple[Tried, ...]:
    """Try every statement about access on fresh simulators, through the dialect's client; each on its own.

    Nothing of it is left over: the simulators are thrown away, and every record that was made is removed.
    """
    wanted = agreement.matters.access
    if not wanted:
        return ()
    integration = agreement.integration
    clock = WorldClock(now)
    simulators: dict[Side, Simulator] = {}
    clients: dict[Side, Endpoint] = {}
    for side in dict.fromkeys(one.side for one in wanted):
        system = integration.systems[side]
        speaks = dialect(system.dialect, integration.file)
        schema = agreement.schemas[side]
        simulators[side] = speaks.simulator(system, integration.entities, schema, clock, Knobs(), read)
        clients[side] = speaks.client(system, integration.entities, schema, simulators[side].addresses())
    hosts = {host: one for one in simulators.values() for host in one.hosts}

    @contextmanager
    def mounted() -> Iterator[None]:
        with in_process(hosts, None, clock), driving(clock):
            yield

    with mounted():
        return tuple(
            attempt(one, agreement.schemas[one.side], clients[one.side], simulators[one.side], now) for one in wanted
        )


def attempt(one: BoundAccess, schema: SystemSchema, client: Endpoint, hands: Endpoint, now: datetime) -> Tried:
    """Try the operations of one row through `client`, and say what stopped the first that could not be done.

    `hands` make what the row gives no right to make: records to refer to, and the record itself without `create`.
    """
    done: list[str] = []
    made: list[tuple[str, RecordId]] = []
    entity = schema.entities[one.entity]
    record_id, operation = "", "prepare"
    try:
        fields = fewest_fields(entity, schema, hands, made, now)
        for operation in ORDER:
            if operation == "create":
                maker = client if operation in one.may else hands
                record_id = maker.create(one.entity, fields) if set(one.may) - {"subscribe"} else ""
            elif operation not in one.may:
                continue
            elif operation == "read":
                if record_id not in client.read_all(one.entity):
                    return Tried(one.statement, tuple(done), "read: the record that was made is not among those read")
            elif operation == "update":
                client.update(one.entity, record_id, change(entity, schema, Marker()))
            elif operation == "subscribe":
                subscribe(client, one.entity)
            else:
                client.delete(one.entity, record_id)
                record_id = ""
            if operation in one.may:
                done.append(operation)
    except Blocked as trouble:
        return Tried(one.statement, tuple(done), f"{operation}: {told(trouble)}")
    finally:
        if record_id:
            made.append((one.entity, record_id))
        for kind, name in reversed(made):
            hands.delete(kind, name)
    return Tried(one.statement, tuple(done))


def told(trouble: Blocked) -> str:
    """Say what it was, and then where, what was expected, what was found, and how to go on."""
    kind = trouble.kind if isinstance(trouble, Trouble) else Kind.REQUEST
    one = trouble.problems[0]
    meant = f" (did you mean {one.did_you_mean}?)" if one.did_you_mean else ""
    return f"{kind.value}: {one.where}: expected {one.expected}, found {one.found}{meant}. {one.how}".strip()


class Subscribes(Protocol):
    """Be subscribed to a system's events, and end the subscription again."""

    def subscribe(self, entity: str) -> None:
        """Subscribe to an entity's events."""

    def unsubscribe(self) -> None:
        """End the subscription."""


def subscribing(client: Endpoint, entity: str) -> Subscribes:
    """Return a client that can subscribe; raise Trouble for one that cannot."""
    if not hasattr(client, "subscribe"):
        raise Trouble(
            Kind.PERMISSION,
            Problem(
                Place(f"subscribe to {entity}"),
                "a dialect that can subscribe",
                "one that cannot",
                how="Take `subscribe` out of the row; webhooks of this system are set up by hand.",
            ),
        )
    return cast("Subscribes", client)


def subscribe(client: Endpoint, entity: str) -> None:
    """Subscribe to an entity's events, and end the subscription again; raise Trouble."""
    able = subscribing(client, entity)
    able.subscribe(entity)
    able.unsubscribe()


def fewest_fields(
    entity: Entity, schema: SystemSchema, hands: Endpoint, made: list[tuple[str, RecordId]], now: datetime
) -> dict[str, Any]:
    """Return the fewest fields with which a create is valid; records to refer to are made, and noted in `made`."""

    def refer(other: Entity) -> RecordId:
        value = hands.create(other.name, fewest_fields(other, schema, hands, made, now))
        made.append((other.name, value))
        return value

    return fewest(entity, schema, refer, now, Marker())
