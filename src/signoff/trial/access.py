"""Try what the integration must be able to do, with its own credentials, before anything else is done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any, Final

import requests

from signoff.agreement.matters import BoundAccess
from signoff.agreement.resolved import Agreement
from signoff.errors import Blocked, Place, Problem
from signoff.history import Tried
from signoff.record import RecordId, with_value
from signoff.rules.context import zone_named
from signoff.rules.reading import breaks, write
from signoff.schema import Entity, Field, Side, SystemSchema, Type
from signoff.strategies.formed import in_form
from signoff.systems.dialect import Endpoint, Knobs, Simulator
from signoff.systems.registry import dialect
from signoff.wire.clock import WorldClock
from signoff.wire.driving import driving
from signoff.wire.in_process import in_process

MARK: Final = "Signoff access check"
"""What stands in the texts of a record that is made to try access, so that a person knows what it is."""

_ORDER: Final = ("create", "read", "update", "subscribe", "delete")
"""In this order whatever the row says: a record must be there to be read, changed and removed."""

_STATUS: Final = re.compile(r"status (\d{3})")
_LOGIN: Final = ("authorize", "token", "session", "login")


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
        for operation in _ORDER:
            if operation == "create":
                maker = client if operation in one.may else hands
                record_id = maker.create(one.entity, fields) if set(one.may) - {"subscribe"} else ""
            elif operation not in one.may:
                continue
            elif operation == "read":
                if record_id not in client.read_all(one.entity):
                    return Tried(one.statement, tuple(done), "read: the record that was made is not among those read")
            elif operation == "update":
                client.update(one.entity, record_id, _change(entity, schema))
            elif operation == "subscribe":
                _subscribe(client, one.entity)
            else:
                client.delete(one.entity, record_id)
                record_id = ""
            if operation in one.may:
                done.append(operation)
    except Blocked as trouble:
        return Tried(one.statement, tuple(done), f"{operation}: {told(trouble.problems[0])}")
    except requests.RequestException as trouble:
        # The exception's text holds the whole URL, in which a key may stand.
        why = f"the address: no answer ({type(trouble).__name__})"
        return Tried(one.statement, tuple(done), f"{operation}: {why}")
    finally:
        if record_id:
            made.append((one.entity, record_id))
        for kind, name in reversed(made):
            hands.delete(kind, name)
    return Tried(one.statement, tuple(done))


def told(problem: Problem) -> str:
    """Say whether it was the address, the credentials, the permission or the limit, and what was answered."""
    place = problem.where.file
    found = _STATUS.search(problem.found)
    status = int(found[1]) if found else 0
    at_login = any(word in place for word in _LOGIN)
    if problem.expected.startswith("a method that the document offers"):
        which = "the system, which offers no such thing"
    elif status == 429:
        which = "the limit"
    elif status == 403 and not at_login:
        which = "the permission"
    elif status == 401 or at_login:
        which = "the credentials"
    elif status in (0, 404, 405) or status >= 500:
        which = "the address" if status != 405 else "the permission"
    else:
        which = "the request"
    return f"{which}: {place}, {problem.found}. {problem.how}".strip()


def _subscribe(client: Endpoint, entity: str) -> None:
    subscribe: Callable[[str], None] | None = getattr(client, "subscribe", None)
    if subscribe is None:
        raise Blocked(_no_subscription(entity))
    subscribe(entity)


def _no_subscription(entity: str) -> Problem:
    return Problem(
        Place(f"subscribe to {entity}"),
        "a dialect that can subscribe",
        "status 405, one that cannot",
        how="Take `subscribe` out of the row; webhooks of this system are set up by hand.",
    )


def fewest_fields(
    entity: Entity, schema: SystemSchema, hands: Endpoint, made: list[tuple[str, RecordId]], now: datetime
) -> dict[str, Any]:
    """Return the fewest fields with which a create is valid; records to refer to are made, and noted in `made`."""
    found: dict[str, Any] = {}
    zone = zone_named(schema.zone)
    for one in entity.fields.values():
        if not one.mandatory or one.read_only:
            continue
        value: Any
        if one.type is Type.REFERENCE:
            other = schema.entities[one.entity]
            value = hands.create(other.name, fewest_fields(other, schema, hands, made, now))
            made.append((other.name, value))
        else:
            value = _value(one, now)
        raw = write(one, [value] if one.many else value, zone)
        asked = in_form(one, Random(1), 1) if breaks(one, raw) else []  # noqa: S311 - the same value each time
        found = with_value(found, one.path, (asked if one.many else asked[0]) if asked else raw)
    return found


def _value(one: Field, now: datetime) -> Any:
    if one.choices:
        return one.choices[0]
    least = one.minimum if one.minimum is not None else Decimal(1)
    values: Mapping[Type, Any] = {
        Type.DATE: now.date(),
        Type.INSTANT: now.replace(microsecond=0),
        Type.AMOUNT: least,
        Type.NUMBER: least,
        Type.INTEGER: least,
        Type.YES_NO: True,
        Type.EMAIL: "access.check@example.com",
        Type.PHONE: "+13125550123",
        Type.COUNTRY: "US",
        Type.STATE: "IL",
    }
    text = MARK if one.max_length is None else MARK[: one.max_length]
    return values.get(one.type, text)


def _change(entity: Entity, schema: SystemSchema) -> dict[str, Any]:
    """Return one field with a value to change, the plainest that the entity has."""
    free = [
        one
        for one in entity.fields.values()
        if not (one.read_only or one.create_only or one.technical or one.many or one.pattern or one.form)
    ]
    texts = [one for one in free if one.type is Type.TEXT and not one.choices and (one.max_length or 50) >= 10]
    picked = next(iter(texts), None) or next(iter(free))
    value: Any = (
        "Signoff 2" if picked in texts else _value(picked, datetime.combine(date(2026, 1, 1), datetime.min.time()))
    )
    return {picked.path: write(picked, value, zone_named(schema.zone))}
