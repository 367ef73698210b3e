"""Keep event subscriptions: queues that hand out each event once and can repeat the last answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from signoff.systems.bullhorn.refusals import Refusal, bad_request
from signoff.systems.bullhorn.store import Store, Stored
from signoff.wire.clock import WorldClock

_KEPT_DAYS: Final = 30
_MOST_SUBSCRIPTIONS: Final = 50
_ANSWERS_KEPT: Final = 100
_KINDS: Final = ("INSERTED", "UPDATED", "DELETED")
_NAMESPACE: Final = uuid.UUID("7f1f6a52-33a5-4f0b-9d0e-6a2c8a3c51bb")


@dataclass(slots=True)
class _Subscription:
    names: frozenset[str]
    kinds: frozenset[str]
    created: int
    read: int
    waiting: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    last: int = 0


class Events:
    """Queue what happens in a store for each subscription; unread events and unused subscriptions last 30 days."""

    def __init__(self, store: Store, clock: WorldClock) -> None:
        self._clock = clock
        self._store = store
        self._subscriptions: dict[str, _Subscription] = {}
        self._number = 40_000_000
        store.listen(self._happened)

    def subscribe(self, name: str, query: Mapping[str, str]) -> dict[str, Any]:
        """Create a subscription from the request's parameters; an existing name is refused."""
        if query.get("type", "").lower() != "entity":
            raise bad_request("Only subscriptions of type entity are supported", "errors.subscription.type")
        self._expire()
        if name in self._subscriptions:
            raise bad_request(f"Subscription '{name}' already exists. Events are unique.", "errors.subscription.exists")
        if len(self._subscriptions) >= _MOST_SUBSCRIPTIONS:
            raise bad_request("No more than 50 subscriptions are allowed", "errors.subscription.limit")
        names = frozenset(one.strip() for one in query.get("names", "").split(",") if one.strip())
        kinds = frozenset(one.strip().upper() for one in query.get("eventTypes", "").split(",") if one.strip())
        if not names or not names <= set(self._store.schema.entities):
            raise bad_request("names must list entities", "errors.subscription.names")
        if not kinds or not kinds <= set(_KINDS):
            raise bad_request("eventTypes must list INSERTED, UPDATED or DELETED", "errors.subscription.eventTypes")
        now = self._clock.epoch_ms()
        self._subscriptions[name] = _Subscription(names, kinds, now, now)
        selector = " OR ".join(f"JMSType='{one}'" for one in sorted(names))
        return {"lastRequestId": 0, "subscriptionId": name, "createdOn": now, "jmsSelector": selector}

    def read(self, name: str, most: int, request_id: int | None) -> dict[str, Any] | None:
        """Hand out up to `most` waiting events and forget them, or repeat an earlier answer; None: nothing waits."""
        found = self._found(name)
        found.read = self._clock.epoch_ms()
        if request_id is not None:
            if request_id not in found.answers:
                raise bad_request(
                    f"No events were retrieved with requestId {request_id}", "errors.subscription.request"
                )
            return {"requestId": request_id, "events": found.answers[request_id]}
        if not found.waiting:
            return None
        events, found.waiting = found.waiting[:most], found.waiting[most:]
        found.last += 1
        found.answers[found.last] = events
        found.answers.pop(found.last - _ANSWERS_KEPT, None)
        return {"requestId": found.last, "events": events}

    def last_request(self, name: str) -> int:
        """Return the number of the last answer, 0 if none was given."""
        return self._found(name).last

    def unsubscribe(self, name: str) -> bool:
        """Remove a subscription; tell whether it was there."""
        return self._subscriptions.pop(name, None) is not None

    def _found(self, name: str) -> _Subscription:
        self._expire()
        if name not in self._subscriptions:
            raise Refusal(404, f"Subscription '{name}' does not exist", "errors.subscription.notFound")
        return self._subscriptions[name]

    def _expire(self) -> None:
        oldest = self._clock.epoch_ms() - _KEPT_DAYS * 86_400_000
        for name, one in list(self._subscriptions.items()):
            if one.read < oldest:
                del self._subscriptions[name]
            elif one.waiting and one.waiting[0]["eventTimestamp"] < oldest:
                one.waiting = [event for event in one.waiting if event["eventTimestamp"] >= oldest]

    def _happened(self, entity: str, record_id: int, before: Stored | None, after: Stored | None, actor: int) -> None:
        wanted = [one for one in self._subscriptions.values() if entity in one.names]
        if not wanted:
            return
        changed = _changed(before, after)
        flag = self._store.schema.entities[entity].deleted_flag
        if before is None:
            kind = "INSERTED"
        elif after is None or (flag and after.get(flag) and not before.get(flag)):
            kind = "DELETED"
        elif changed:
            kind = "UPDATED"
        else:
            return
        self._number += 1
        event: dict[str, Any] = {
            "eventId": f"ID:JBM-{self._number}",
            "eventType": "ENTITY",
            "eventTimestamp": self._clock.epoch_ms(),
            "eventMetadata": {
                "PERSON_ID": str(actor),
                "TRANSACTION_ID": str(uuid.uuid5(_NAMESPACE, str(self._number))),
            },
            "entityName": entity,
            "entityId": record_id,
            "entityEventType": kind,
        }
        if kind == "UPDATED":
            event["updatedProperties"] = changed
        for one in wanted:
            if kind in one.kinds:
                one.waiting.append(event)


def _changed(before: Stored | None, after: Stored | None) -> list[str]:
    if before is None or after is None:
        return []
    names = dict.fromkeys((*before, *after))
    return [name for name in names if name != "dateLastModified" and before.get(name) != after.get(name)]
