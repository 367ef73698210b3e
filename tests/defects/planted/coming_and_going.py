"""What goes wrong where records start in the app, leave, come back or merge, and where streams are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference_connector.connector import FIELDS
from reference_connector.rows import Mapped
from reference_connector.values import Row

from planted.register import acted, altered, defect
from planted.way_back import CONTACT_ROWS, WORKER_ROWS
from reference_connector import Connector


@defect("LIFE", "contact:arrive", "contact:held")
class StartedNeverBrought(Connector):
    """Contacts that people make in the app are never made in Bullhorn."""

    def note_started(self, kind: str, app_id: str, item: Row) -> None:
        acted()


@defect("MATCH", "contact:once")
class StartedMadeTwice(Connector):
    """A contact that was made in the app is made in Bullhorn twice."""

    def create_contact(self, body: Any) -> int:
        acted()
        super().create_contact(body)
        return super().create_contact(body)


@defect("LIFE", "contact.external_id")
class IdNotWrittenBack(Connector):
    """A contact that was made in the app never learns its id in Bullhorn."""

    def update_app(self, kind: str, app_id: str, body: Any) -> Any:
        if kind == "contact" and "external_id" in body:
            acted()
            body = {name: value for name, value in body.items() if name != "external_id"}
        return super().update_app(kind, app_id, body) if body else {}


@defect("MATCH", "contact:once", "contact:arrive")
class EchoAsNew(Connector):
    """A contact that was made in Bullhorn for one of the app comes back to the app as another."""

    def join(self, key: int, item: Row, body: Row) -> None:
        super().join(key, item, body)
        acted()
        self.links("contact").pop(str(key))
        self.owned().add(str(item["id"]))

    def owned(self) -> set[str]:
        found: set[str] = self.__dict__.setdefault("owned_items", set())
        return found

    def note_started(self, kind: str, app_id: str, item: Row) -> None:
        if app_id not in self.owned():
            super().note_started(kind, app_id, item)

    def match_by_email(self, kind: str, mail: str | None, claims: Mapping[str, int]) -> Any:
        found = super().match_by_email(kind, mail, claims)
        return None if found is not None and str(found["id"]) in self.owned() else found


@defect("LIFE", "job:once", "job:when:a-job-order-comes-back")
class SecondOnComingBack(Connector):
    """A job that leaves is forgotten, and made a second time when it comes back."""

    def leave(self, kind: str, key: str) -> None:
        super().leave(kind, key)
        app_id = self.linked(kind, key)
        if kind == "job" and app_id is not None:
            acted()
            self.app("PATCH", f"jobs/{app_id}", body={"external_id": None})
            del self.links(kind)[key]
            self.state.touch(kind)


@defect("LIFE", "worker:once")
class GoneMadeAnew(Connector):
    """For a candidate who was deleted a new worker is made."""

    def leave(self, kind: str, key: str) -> None:
        if kind == "worker" and key in self.links(kind) and key not in self.made_anew():
            link = self.links(kind)[key]
            known = self.read_app(kind, str(link["id"])) or {}
            acted()
            self.made_anew().add(key)
            self.create_app(
                kind, {"first_name": known.get("first_name"), "last_name": known.get("last_name"), "status": "inactive"}
            )
        super().leave(kind, key)

    def made_anew(self) -> set[str]:
        found: set[str] = self.__dict__.setdefault("anew", set())
        return found


@defect(
    "LIFE",
    "worker:when:a-candidate-leaves-the-population",
    "worker:when:a-candidate-is-deleted",
    "worker:when:a-candidate-is-archived",
    "assignment.worker_id",
)
class LeaversRemoved(Connector):
    """Workers who leave are removed from the app, though they are to stay there as inactive."""

    def leave(self, kind: str, key: str) -> None:
        app_id = self.linked(kind, key)
        super().leave(kind, key)
        if kind == "worker" and app_id is not None:
            acted()
            self.app("DELETE", f"workers/{app_id}")
            del self.links(kind)[key]
            self.state.touch(kind)


@defect("LIFE", "assignment.worker_id", whole=True)
class MergedPlacementStays(Connector):
    """A placement that goes to another candidate stays with the first."""

    def assignment_worker_id(self, placement: Row) -> Any:
        right = super().assignment_worker_id(placement)
        first = self.state.table("core", "first_workers").setdefault(str(placement["id"]), right)
        return altered(right, first)


@defect("CURSOR", "worker.pay_rate", "worker.assigned_since")
class EarliestPlacement(Connector):
    """A worker shows the earliest placement instead of the latest."""

    def latest_placement(self, candidate: int) -> Any:
        approved = [one for one in self.placements_of(candidate) if one["status"] == "Approved"]
        wrong = min(approved, key=lambda one: (int(one["dateBegin"] or 0), one["id"]), default=None)
        return altered(super().latest_placement(candidate), wrong)


@defect("CURSOR", "worker.pay_rate", "worker.assigned_since")
class AnyPlacementShown(Connector):
    """A worker shows the latest placement of all, whether it is approved or not."""

    def latest_placement(self, candidate: int) -> Any:
        wrong = max(self.placements_of(candidate), key=_by_first_day, default=None)
        return altered(super().latest_placement(candidate), wrong)


@defect("CURSOR", "worker.pay_rate", "worker.assigned_since")
class LastEnteredPlacement(Connector):
    """A worker shows the placement that was entered last, whichever begins last."""

    def latest_placement(self, candidate: int) -> Any:
        approved = [one for one in self.placements_of(candidate) if one["status"] == "Approved"]
        return altered(super().latest_placement(candidate), max(approved, key=lambda one: one["id"], default=None))


@defect("CURSOR", "worker.pay_rate")
class EarlierOfTwoThatBeginTogether(Connector):
    """Of two placements that begin on one day a worker shows the one that was entered first."""

    def latest_placement(self, candidate: int) -> Any:
        approved = [one for one in self.placements_of(candidate) if one["status"] == "Approved"]
        wrong = max(approved, key=lambda one: (_by_first_day(one)[0], -one["id"]), default=None)
        return altered(super().latest_placement(candidate), wrong)


def _by_first_day(placement: Any) -> tuple[int, int]:
    return int(placement["dateBegin"] or -(10**18)), placement["id"]


@defect("CURSOR", *WORKER_ROWS, "worker.first_name", "worker.last_name", "worker.pay_rate")
class AppReadOnce(Connector):
    """The app's listing of workers is read in the first run only."""

    def read_app_changes(self, kind: str) -> None:
        if kind == "worker" and self.cursor_since(kind) is not None:
            acted()
            return
        super().read_app_changes(kind)


@defect("PAGE", "contact:arrive", "contact:once", "contact:held", *CONTACT_ROWS, "contact.first_name-last_name")
class P23FirstPageOfTheApp(Connector):
    """Of what people changed or made in the app only the first records are read, and the others never."""

    unread: frozenset[str] = frozenset()

    def paginate_app(self, collection: str, params: Mapping[str, str] | None = None) -> Any:
        found = super().paginate_app(collection, params)
        if collection != "site-contacts" or "updated_since" not in (params or {}):
            return found
        self.unread |= {str(one["id"]) for one in found[5:]}
        return altered(found, [one for one in found if str(one["id"]) not in self.unread])


@defect("CURSOR", *WORKER_ROWS, "worker.first_name", "worker.last_name", "worker.pay_rate")
class AheadOfTheClock(Connector):
    """The app's changes are asked for from a moment that has not come yet."""

    def cursor_since(self, stream: str) -> int | None:
        right = super().cursor_since(stream)
        return altered(right, right + 24 * 60 * 60 * 1000) if stream == "worker" and right is not None else right


@defect("BIDIR", "worker:settle")
class P46EchoLoop(Connector):
    """What the connector wrote itself is taken for the worker's change, and told again."""

    def sync_workers(self) -> None:
        super().sync_workers()
        owners = {str(link["id"]): key for key, link in self.links("worker").items()}
        ids = [int(owners[one]) for one in self.listed["worker"] if one in owners]
        rows = [row for batch in self.fetch_rows("Candidate", ids, FIELDS["worker"]) for row in batch]
        sound = {one.key for one in self.map_all("worker", rows) if one.problem is None}
        stopped = {**self.held("worker"), **self.waiting("worker")}
        for app_id, item in list(self.listed["worker"].items()):
            key = owners.get(app_id)
            if key in sound and key not in stopped and self.has_running_placement(int(key)):
                acted()
                self.update_app("worker", app_id, {"tenant_code": item.get("tenant_code")})


@defect("BIDIR", "contact:settle")
class P46EchoToBullhorn(Connector):
    """What the connector wrote to Bullhorn itself is taken for a recruiter's change, and told back to Bullhorn."""

    def bring_together(self, kind: str, mapped: Mapped, link: Any) -> None:
        super().bring_together(kind, mapped, link)
        if kind == "contact" and mapped.problem is None and not mapped.open:
            acted()
            [found] = self.fetch_batch("ClientContact", [int(mapped.key)], "id,occupation")
            self.update_ats("ClientContact", mapped.key, {"occupation": found.get("occupation")})


@defect("PII", "worker:who:anyone-else")
class LooksEverybodyUp(Connector):
    """The app is asked about every candidate, also about those who never reach it."""

    def read_candidates(self) -> None:
        super().read_candidates()
        listed = [int(row["id"]) for row in self.list_changed("Candidate", None)]
        placed = {one for one in listed if any(each["status"] == "Approved" for each in self.placements_of(one))}
        for rows in self.fetch_rows("Candidate", set(listed) - placed, "id,status,isDeleted"):
            for row in rows:
                gone = row.get("isDeleted") or row.get("status") in ("DNU", "Archive")
                if not gone and self.linked("worker", row["id"]) is None:
                    acted()
                    self.find_by_external_id("worker", str(row["id"]))
