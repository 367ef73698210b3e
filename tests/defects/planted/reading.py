"""Records that do not arrive, arrive twice or should not arrive; children whose changes are not noticed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from reference_connector.errors import BadData, Waits
from reference_connector.values import Row

from planted.register import acted, altered, defect
from reference_connector import Connector
from reference_connector import values as v


# Bad records beyond the first page are overlooked too, and so nobody names them.
@defect("PAGE", "contact:arrive", "contact:held", whole=True)
class P23FirstPageOnly(Connector):
    """Of a listing in pages only the first page is read."""

    def list_changed(self, entity: str, since_ms: int | None) -> Any:
        found = super().list_changed(entity, since_ms)
        if entity != "ClientContact" or since_ms is not None:
            return found
        for row in found[20:]:
            self.saw(entity, int(row["dateLastModified"]))
        self.saw(entity, self.run_started)
        return altered(found, found[:20])


@defect("PAGE", "message:arrive")
class LastPageLost(Connector):
    """What stands on the last page of the first listing of messages is never read."""

    unread: frozenset[str] | None = None

    def paginate_app(self, collection: str, params: Mapping[str, str] | None = None) -> Any:
        found = super().paginate_app(collection, params)
        if collection != "messages":
            return found
        if self.unread is None and found:
            self.unread = frozenset(str(one["id"]) for one in found[len(found) * 3 // 4 :])
        return altered(found, [one for one in found if str(one["id"]) not in (self.unread or ())])

    def deliver(self, headers: Mapping[str, str], body: bytes) -> bool:
        return True


@defect("PAGE", "worker.skills")
class P25NestedFirstPage(Connector):
    """Of a long list inside a record only what comes with the record is read."""

    def whole_list(self, entity: str, key: int, name: str, embedded: Any, fields: str) -> Any:
        right = super().whole_list(entity, key, name, embedded, fields)
        return altered(right, self.rows_of(embedded) if isinstance(embedded, dict) else [])


@defect("CURSOR", "job.contact_name", "job.contact_phone")
class P31ContactNotFollowed(Connector):
    """A contact's change does not reach the jobs that show it."""

    def read_contacts(self) -> None:
        acted()


@defect("CURSOR", "worksite.parent_name")
class ParentNotFollowed(Connector):
    """A client's new name does not reach the worksites below it."""

    def worksite_depends(self, client: Row) -> Any:
        return altered(super().worksite_depends(client), {})


@defect("CURSOR", "worker.pay_rate", "worker.assigned_since")
class P31PlacementNotFollowed(Connector):
    """A placement's change does not reach its worker, unless somebody comes or goes with it."""

    def concern(self, before: Any, after: Any) -> None:
        if before is not None and all(before[one] == after[one] for one in ("status", "candidate", "dateEnd")):
            acted()
            return
        super().concern(before, after)


@defect("SCOPE", "worker:who:status-is-one-of-dnu-or-archive")
class BarredShown(Connector):
    """Barred candidates reach the app."""

    NEVER_STATUS = frozenset()

    def worker_status(self, candidate: Row) -> Any:
        if candidate.get("status") in Connector.NEVER_STATUS:
            acted()
            return "inactive"
        return super().worker_status(candidate)


@defect("SCOPE", "job:who:isdeleted-is-yes", "job:when:a-job-order-is-deleted")
class DeletedShown(Connector):
    """Deleted job orders reach the app."""

    def in_scope_job_order(self, job: Row) -> bool:
        return bool(altered(super().in_scope_job_order(job), super().in_scope_job_order({**job, "isDeleted": False})))


@defect("SCOPE", "assignment:who:status-is-rejected")
class RejectedShown(Connector):
    """Rejected placements reach the app."""

    def in_scope_placement(self, placement: Row) -> bool:
        return bool(
            altered(
                super().in_scope_placement(placement),
                super().in_scope_placement({**placement, "status": "Submitted"}),
            )
        )

    def assignment_status(self, placement: Row) -> Any:
        return "ended" if placement.get("status") == "Rejected" else super().assignment_status(placement)


@defect("SCOPE", "worksite:who:status-is-one-of-unqualified-or-dnc-or-archive")
class ClientsToAvoidShown(Connector):
    """Clients to whom nobody goes reach the app."""

    NEVER_CLIENT = frozenset()

    def worksite_status(self, client: Row) -> Any:
        if client.get("status") in Connector.NEVER_CLIENT:
            acted()
            return "dormant"
        return super().worksite_status(client)


@defect("SCOPE", "job:who:some-placement-has-status-is-approved")
class FilledJobsHidden(Connector):
    """A job order that is closed, and on which people work, does not reach the app."""

    def has_approved_placement(self, job: int) -> bool:
        return bool(altered(super().has_approved_placement(job), False))


@defect("SCOPE", "worker:arrive")
class LastDayNotCounted(Connector):
    """A placement that ends today is taken for ended."""

    def is_running(self, placement: Row) -> bool:
        right = super().is_running(placement)
        try:
            ends = v.day(placement["dateEnd"])
        except BadData:
            return right
        return bool(altered(right, right and (ends is None or ends >= self.today() + timedelta(days=1))))


@defect("MATCH", "message:once")
class P36WrittenTwice(Connector):
    """Every note is made twice."""

    def create_note(self, body: Any) -> int:
        acted()
        super().create_note(body)
        return super().create_note(body)


@defect("MATCH", "worksite:once")
class StrayRecord(Connector):
    """With every twentieth worksite one is made that belongs to no client."""

    def create_app(self, kind: str, body: Any) -> Any:
        if kind == "worksite" and int(body["external_id"]) % 20 == 0:
            acted()
            super().create_app(kind, {"name": "Test", "status": "active"})
        return super().create_app(kind, body)


@defect("FK", "assignment:arrive", whole=True)
class P57ChildWithoutParentSkipped(Connector):
    """An assignment whose worker is not there yet is skipped for good."""

    def wait_for(self, kind: str, key: str, reference: Waits) -> None:
        if kind == "assignment" and reference.kind == "worker":
            acted()
            self.settle(kind, key)
            return
        super().wait_for(kind, key, reference)


@defect("FK", "assignment.job_id")
class WrongParent(Connector):
    """Every assignment points at the same job."""

    def assignment_job_id(self, placement: Row) -> Any:
        right = super().assignment_job_id(placement)
        links = self.links("job")
        return altered(right, str(links[min(links, key=int)]["id"]) if right and links else right)


@defect("FAIL", "job:arrive")
class P54PoisonTakesNeighbours(Connector):
    """A bad record takes the next good one with it."""

    def map_all(self, kind: str, rows: Iterable[Any]) -> Any:
        listed = list(rows)
        if kind == "job":
            held = set(self.held(kind))
            good = list(super().map_all(kind, listed))
            bad = set(self.held(kind)) - held
            new = [one for one in good if one.key not in self.links(kind)]
            if bad and new:
                acted()
                self.settle(kind, new[0].key)
                good.remove(new[0])
            return iter(good)
        return super().map_all(kind, listed)
