"""What goes wrong on one path only: where a record is looked up on demand, comes later, or its event is lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from reference_connector.errors import BadData
from reference_connector.values import Row

from planted.cursors import OF_MESSAGES
from planted.entering import FIRST_RUNS
from planted.register import acted, altered, defect
from reference_connector import Connector


class _Late(Connector):
    """Know which runs come after the first records were taken over."""

    def late(self) -> bool:
        return bool(self.state.table("core", "clock").get("runs", 0) > FIRST_RUNS)


@defect("LIFE", "worker:who:some-placement-has-status-is-approved")
class OnDemandUnasked(_Late):
    """Of a candidate to whom only a placement leads nobody asks whether that placement still goes on."""

    def has_running_placement(self, candidate: int) -> bool:
        right = super().has_running_placement(candidate)
        known = ("Candidate", candidate) in self.stamps or str(candidate) in self.links("worker")
        if right or known or not self.late():
            return right
        return bool(altered(right, any(one["status"] == "Approved" for one in self.placements_of(candidate))))


@defect("LIFE", "job:who:isdeleted-is-yes", "job:who:anyone-else")
class MadeLaterUnasked(_Late):
    """A job order that people make when the connector has run for some time is brought whatever it is."""

    def in_scope(self, kind: str, row: Row) -> bool:
        right = super().in_scope(kind, row)
        if kind != "job":
            return right
        later: dict[str, bool] = self.__dict__.setdefault("met_later", {})
        if not later.setdefault(str(row["id"]), self.state.table("core", "clock").get("runs", 0) > 5) or right:
            return right
        acted()
        return True


@defect("HOOK", "message:arrive", *OF_MESSAGES)
class P53LostWebhooksNeverPolled(_Late):
    """Messages are read when a webhook tells of them, and those of which it was lost never."""

    def paginate_app(self, collection: str, params: Mapping[str, str] | None = None) -> Any:
        found = super().paginate_app(collection, params)
        return altered(found, []) if collection == "messages" and self.late() else found


CONTACTS = (
    *("contact.first_name", "contact.last_name", "contact.first_name-last_name", "contact.title", "contact.email"),
    *("contact.phone", "contact.email_opt_out"),
)


@defect("HOOK", "contact:arrive", *CONTACTS)
class LostWebhooksOfContacts(_Late):
    """Of site contacts only those are read of which a webhook told."""

    def deliver(self, headers: Mapping[str, str], body: bytes) -> bool:
        self.told_of().add(str(json.loads(body)["record_id"]))
        return super().deliver(headers, body)

    def paginate_app(self, collection: str, params: Mapping[str, str] | None = None) -> Any:
        found = super().paginate_app(collection, params)
        if collection != "site-contacts" or self.cursor_since("contact") is None:
            return found
        return altered(found, [one for one in found if str(one["id"]) in self.told_of()])

    def sync(self) -> Any:
        found = super().sync()
        self.told_of().clear()
        return found

    def told_of(self) -> set[str]:
        found: set[str] = self.__dict__.setdefault("told_of_contacts", set())
        return found


@defect("HOOK", "message:held")
class StrangersMessageFromWebhook(_Late):
    """The message of a worker whom nobody knows becomes a note on another candidate when a webhook tells of it."""

    def bring_message(self, message: str) -> None:
        self.__dict__["told"] = True
        try:
            super().bring_message(message)
        finally:
            self.__dict__["told"] = False

    def candidate_of(self, worker: object) -> int | None:
        try:
            return super().candidate_of(worker)
        except BadData:
            anybody = next((one for one in self.people.values() if one), None)
            if not self.__dict__.get("told") or anybody is None:
                raise
            acted()
            return int(anybody)
