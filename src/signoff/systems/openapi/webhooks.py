"""Sign and queue what the app tells its subscribers."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from signoff.systems.openapi.json_text import json_bytes
from signoff.systems.openapi.options import Webhooks
from signoff.systems.openapi.shapes import Shape
from signoff.systems.openapi.store import make_id

_PAST = {"create": "created", "update": "updated", "delete": "deleted"}


@dataclass(frozen=True, slots=True)
class Delivery:
    """Hold one signed message to a subscriber: exactly these headers and bytes, however often it is sent.

    `by` is "connector" or "harness": who made the change that it tells of.
    """

    id: str
    headers: Mapping[str, str]
    body: bytes
    at: datetime
    by: str
    entity: str
    record_id: str
    kind: str
    """create, update or delete."""


class Outbox:
    """Queue deliveries until someone takes them."""

    def __init__(self, webhooks: Webhooks | None, secret: str) -> None:
        self._webhooks = webhooks
        self._secret = secret.encode()
        self._waiting: list[Delivery] = []
        self.lost = False
        """Whether what is told now gets lost: it was sent, and nobody ever receives it."""
        self._count = 0

    def tell(self, kind: str, entity: str, record_id: str, at: datetime, by: str) -> None:
        """Queue the news of one change; does nothing when the app has no webhooks."""
        hooks = self._webhooks
        if hooks is None:
            return
        self._count += 1
        if self.lost:
            return
        delivery_id = str(make_id("delivery", "evt", self._count, Shape()))
        body = json_bytes(
            {
                hooks.id: delivery_id,
                hooks.type: _PAST[kind],
                hooks.entity: entity,
                hooks.record: record_id,
                hooks.at: at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        )
        headers = {
            "Content-Type": "application/json",
            hooks.delivery_header: delivery_id,
            hooks.signature_header: signature(hooks, self._secret, body),
        }
        self._waiting.append(Delivery(delivery_id, headers, body, at, by, entity, record_id, kind))

    def take(self) -> tuple[Delivery, ...]:
        """Return what is waiting, oldest first, and forget it; whoever wants to send one again keeps it."""
        taken = tuple(self._waiting)
        self._waiting.clear()
        return taken


def signature(webhooks: Webhooks, secret: bytes, body: bytes) -> str:
    """Return the signature header's value: the prefix and the hexadecimal HMAC of the raw body."""
    return webhooks.prefix + hmac.new(secret, body, webhooks.algorithm.removeprefix("hmac-")).hexdigest()
