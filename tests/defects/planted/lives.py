"""What goes wrong where records leave, are deleted, end, are extended or come back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from reference_connector.values import Row

from planted.register import acted, altered, defect
from reference_connector import Connector

OF_WORKERS = (
    "worker:when:a-candidate-leaves-the-population",
    "worker:when:a-candidate-is-deleted",
    "worker:when:a-candidate-is-archived",
)


class _Stays(Connector):
    """Say nothing to the app when a record of one kind leaves."""

    stays = ""

    def write_left(self, kind: str, key: str, link: dict[str, Any]) -> None:
        if kind != self.stays:
            super().write_left(kind, key, link)
            return
        acted()
        link["left"] = 1
        self.state.touch(kind)


@defect("LIFE", *OF_WORKERS)
class LeaverStaysWorker(_Stays):
    """Whoever leaves is forgotten in silence: the app shows them as before."""

    stays = "worker"


@defect("LIFE", "job:when:a-job-order-leaves-the-population", "job:when:a-job-order-is-deleted")
class ClosedJobStaysOpen(_Stays):
    """A job that is filled or deleted stays open in the app, and people apply for it."""

    stays = "job"


@defect("LIFE", "assignment:when:a-placement-leaves-the-population")
class RejectedStaysUpcoming(_Stays):
    """A placement that is rejected after all stays in the worker's calendar."""

    stays = "assignment"


@defect("LIFE", "worksite:when:a-client-leaves-the-population")
class ClientStaysActive(_Stays):
    """A client with whom we work no more stays an active worksite."""

    stays = "worksite"


@defect("LIFE", "contact:when:a-client-contact-is-deleted")
class DeletedContactStays(Connector):
    """A contact that is deleted in Bullhorn is still whom workers ask for at the gate."""

    def remove(self, kind: str, key: str, link: dict[str, Any]) -> None:
        acted()
        link["left"] = 1
        self.state.touch(kind)


class _LeavesAs(Connector):
    """Put a record that leaves into another state than was agreed."""

    instead: tuple[str, str, str] = ("", "", "")

    def write_left(self, kind: str, key: str, link: dict[str, Any]) -> None:
        self.__dict__["leaving"] = True
        try:
            super().write_left(kind, key, link)
        finally:
            self.__dict__["leaving"] = False

    def update_app(self, kind: str, app_id: str, body: Any) -> Any:
        of, agreed, other = self.instead
        if self.__dict__.get("leaving") and kind == of and body == {"status": agreed}:
            acted()
            body = {"status": other}
        return super().update_app(kind, app_id, body)


@defect("LIFE", "job:when:a-job-order-leaves-the-population", "job:when:a-job-order-is-deleted")
class LeavesOnHold(_LeavesAs):
    """A job that leaves is put on hold instead of being closed."""

    instead = ("job", "closed", "on_hold")


class _StaysLeft(Connector):
    """Take the state of one who has left for what the chart wrote last."""

    kind = ""

    def write_left(self, kind: str, key: str, link: dict[str, Any]) -> None:
        before = dict(link["rows"])
        super().write_left(kind, key, link)
        if kind == self.kind and "status" in before:
            acted()
            link["rows"]["status"] = before["status"]


@defect("LIFE", "worker:when:a-candidate-comes-back")
class InactiveForEver(_StaysLeft):
    """Whoever comes back with the status of before stays inactive in the app."""

    kind = "worker"


@defect("LIFE", "job:when:a-job-order-comes-back")
class OpenedAgainStaysClosed(_StaysLeft):
    """A job order that is opened again stays closed in the app."""

    kind = "job"


@defect("LIFE", "worksite:when:a-client-comes-back")
class DormantForEver(_StaysLeft):
    """A client who comes back stays dormant in the app."""

    kind = "worksite"


class _Ends(Connector):
    """End an assignment by another day than its last."""

    later = 0

    def assignment_status(self, placement: Row) -> Any:
        right = super().assignment_status(placement)
        ends = self.last_day(placement)
        if ends is None:
            return right
        over = ends + timedelta(days=self.later) < self.today()
        wrong = self.ENDED if over else self.look_up(self.PLACEMENT_STATUS, placement.get("status"))
        return altered(right, wrong)


@defect("TIME", "assignment:when:a-placement-ends")
class EndsADayEarly(_Ends):
    """An assignment is over on the morning of its last day."""

    later = -1


@defect("TIME", "assignment:when:a-placement-ends", "assignment:when:a-placement-ends-early")
class EndsByStatusOnly(_Ends):
    """An assignment ends when somebody changes its status, whatever its last day is."""

    later = 100_000


@defect("LIFE", "assignment:when:a-placement-is-extended")
class EndedForEver(Connector):
    """An assignment that was over once stays over, though it was extended."""

    def assignment_status(self, placement: Row) -> Any:
        right = super().assignment_status(placement)
        over = self.state.table("core", "over")
        if right == self.ENDED and str(placement.get("status")) == "Approved":
            over[str(placement["id"])] = 1
            self.state.touch("core")
        return altered(right, self.ENDED) if str(placement["id"]) in over else right


@defect("LIFE", "worker:when:a-worker-is-deleted-in-the-app")
class DeletionGoesBack(Connector):
    """Whoever deletes a worker in the app makes its candidate inactive in Bullhorn, which payroll reads."""

    def sync_workers(self) -> None:
        super().sync_workers()
        there = {str(one["id"]) for one in self.collection("worker")}
        for key, link in list(self.links("worker").items()) if there else ():
            if str(link["id"]) not in there and not link.get("told"):
                acted()
                link["told"] = 1
                self.state.touch("worker")
                self.update_ats("Candidate", key, {"status": "Inactive"})


@defect("LIFE", "worker:when:a-candidate-is-archived")
class ArchivedStayActive(Connector):
    """Candidates that are archived are not looked at any more, and their workers stay as they were."""

    def write_left(self, kind: str, key: str, link: dict[str, Any]) -> None:
        if kind == "worker" and not self.is_gone("Candidate", int(key)):
            told = self.ats("GET", f"entity/Candidate/{key}", params={"fields": "id,status,isDeleted"})["data"]
            if told["status"] == "Archive" and not told["isDeleted"]:
                acted()
                link["left"] = 1
                self.state.touch(kind)
                return
        super().write_left(kind, key, link)


@defect("LIFE", "worker:when:two-candidates-are-merged")
class MergedStayTwo(Connector):
    """A candidate that is merged into another keeps a worker of its own, as if two people went on working."""

    def read_placements(self) -> None:
        owners = self.state.table("core", "owners")
        super().read_placements()
        for key, placement in self.state.table("seen", "placements").items():
            owners.setdefault(key, placement["candidate"])
        self.state.touch("core")

    def write_left(self, kind: str, key: str, link: dict[str, Any]) -> None:
        now = {name: one["candidate"] for name, one in self.state.table("seen", "placements").items()}
        owners = self.state.table("core", "owners")
        given_away = any(one == int(key) and now.get(name) not in (None, one) for name, one in owners.items())
        if kind == "worker" and given_away and self.is_deleted_now(key):
            acted()
            link["left"] = 1
            self.state.touch(kind)
            return
        super().write_left(kind, key, link)

    def is_deleted_now(self, key: str) -> bool:
        """Ask Bullhorn whether a candidate is deleted."""
        if self.is_gone("Candidate", int(key)):
            return True
        return bool(self.ats("GET", f"entity/Candidate/{key}", params={"fields": "id,isDeleted"})["data"]["isDeleted"])


@defect("LIFE", "assignment:when:a-placement-ends-early")
class EarlyEndUnseen(Connector):
    """An assignment runs on to the day that was agreed first, though its end was moved to an earlier one."""

    def assignment_status(self, placement: Row) -> Any:
        right = super().assignment_status(placement)
        ends = self.last_day(placement)
        first = self.state.table("core", "first ends")
        known = first.setdefault(str(placement["id"]), ends.isoformat() if ends is not None else "")
        self.state.touch("core")
        agreed = known == "" or known >= self.today().isoformat()
        moved = ends is not None and agreed and ends.isoformat() != known
        wrong = self.look_up(self.PLACEMENT_STATUS, placement.get("status"))
        return altered(right, wrong) if moved and right == self.ENDED else right
