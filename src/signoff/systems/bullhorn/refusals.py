"""Refuse a request the way Bullhorn does: a status, a message, a key, and the fields concerned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Flaw:
    """Name what is wrong with one field of a message: the field and the rule, never the value."""

    field: str
    rule: str
    type: str = "INVALID_VALUE"

    def as_json(self) -> dict[str, str]:
        """Return the flaw in the shape of Bullhorn's `errors` list."""
        return {"detailMessage": self.rule, "propertyName": self.field, "severity": "ERROR", "type": self.type}


class Refusal(Exception):
    """Carry an answer of 4xx; the routes turn it into a response."""

    def __init__(self, status: int, message: str, key: str, flaws: Sequence[Flaw] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.key = key
        self.flaws = tuple(flaws)

    def as_json(self) -> dict[str, Any]:
        """Return the documented body: errorMessage, errorMessageKey, errorCode, and errors if fields are named."""
        body: dict[str, Any] = {
            "errorMessage": self.message,
            "errorMessageKey": self.key,
            "errorCode": self.status,
        }
        if self.flaws:
            body["errors"] = [flaw.as_json() for flaw in self.flaws]
        return body


def bad_request(message: str, key: str = "errors.badRequest", flaws: Sequence[Flaw] = ()) -> Refusal:
    """Return a 400."""
    return Refusal(400, message, key, flaws)


def not_found(entity: str, record_id: int | str) -> Refusal:
    """Return the 404 of a record that does not exist."""
    return Refusal(404, f"Entity '{entity}' with id {record_id} does not exist.", "errors.entityNotFound")


def unknown_field(entity: str, path: str) -> Refusal:
    """Return the 400 for a field that the entity does not have (the documentation's 404 is not what is observed)."""
    return bad_request(
        f"'{path}' is not a valid field name for entity {entity}", "errors.invalidField", [Flaw(path, "unknown field")]
    )
