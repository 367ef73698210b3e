"""Tables of values with a wrong, missing or too friendly row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference_connector.errors import BadData
from reference_connector.values import LEFT_OUT, Row

from planted.register import acted, altered, defect
from reference_connector import Connector
from reference_connector import values as v


@defect("ENUM", "worker-status:anything-else", "worker:bad:a-value-is-not-in-its-table")
class P04UnknownIsAvailable(Connector):
    """A status that is in no table counts as available."""

    def worker_status(self, candidate: Row) -> Any:
        try:
            return super().worker_status(candidate)
        except BadData:
            acted()
            return "available"


@defect("ENUM", "job-status:covered")
class WrongRowOfTable(Connector):
    """One row of a table says something else."""

    def job_status(self, job: Row) -> Any:
        right = super().job_status(job)
        return altered(right, "open" if job.get("status") == "Covered" else right)


@defect("ENUM", "employment-type:contract-to-hire")
class NearMiss(Connector):
    """A value that begins like another is taken for it."""

    def job_kind(self, job: Row) -> Any:
        right = super().job_kind(job)
        return altered(right, "temp" if str(job.get("employmentType")).startswith("Contract") else right)


@defect("ENUM", "employee-type:corp")
class WholeValueOnly(Connector):
    """Only the whole value is looked for, where a part was agreed."""

    def worker_worker_type(self, candidate: Row) -> Any:
        right = super().worker_worker_type(candidate)
        is_corp = "corp" in str(candidate.get("employeeType")).casefold()
        return altered(right, "w2" if is_corp else right)


@defect("ENUM", "employee-type:anything-else")
class UnknownTypeSaid(Connector):
    """An unknown type is written although it was to be left out."""

    def worker_worker_type(self, candidate: Row) -> Any:
        right = super().worker_worker_type(candidate)
        return altered(right, "w2" if right is LEFT_OUT else right)


@defect("ENUM", "kind-of-note:other-message")
class NewChannelIsChat(Connector):
    """A channel that the table does not know is taken for a chat."""

    OTHER_NOTE = "Mobile chat"

    def note_action(self, message: Row) -> Any:
        if not v.is_blank(message.get("channel")) and str(message["channel"]) not in self.KIND_OF_NOTE:
            acted()
        return super().note_action(message)


@defect("ENUM", "placement-status:submitted")
class TableOfAnotherBranch(Connector):
    """A status has the meaning that it has elsewhere."""

    PLACEMENT_STATUS: Mapping[str, str] = {**Connector.PLACEMENT_STATUS, "Submitted": "active"}

    def assignment_status(self, placement: Row) -> Any:
        if placement.get("status") == "Submitted":
            acted()
        return super().assignment_status(placement)


@defect("ENUM", "job.title/chicago")
class P05BranchIgnored(Connector):
    """The branch's own row is not followed."""

    def job_title_chicago(self, job: Row) -> Any:
        return altered(super().job_title_chicago(job), v.text(job.get("title")))


@defect("LIFE", "job.title", "job.title/chicago")
class BranchForEver(Connector):
    """A job keeps the branch that it had first: whoever gives it to another goes on reading the old branch's title."""

    def is_chicago(self, job: Row) -> bool:
        right = super().is_chicago(job)
        first = self.state.table("core", "first branches").setdefault(str(job["id"]), int(right))
        self.state.touch("core")
        return bool(altered(right, bool(first)))


@defect("LIFE", "job.title")
class NeverLeavesItsBranch(Connector):
    """A job that was Chicago's once has Chicago's title for ever, though another branch has it now."""

    def is_chicago(self, job: Row) -> bool:
        right = super().is_chicago(job)
        once = self.state.table("core", "once in Chicago")
        if right:
            once[str(job["id"])] = 1
            self.state.touch("core")
        return bool(altered(right, str(job["id"]) in once))


@defect("ENUM", "client-status:passive-account")
class StatusFromTheRowAbove(Connector):
    """Two rows of a table have slipped into each other."""

    def worksite_status(self, client: Row) -> Any:
        right = super().worksite_status(client)
        return altered(right, "active" if client.get("status") == "Passive Account" else right)


@defect("MAP", "worksite.state")
class StateKeptAbroad(Connector):
    """A state is sent abroad too, where it was to be blank."""

    def worksite_state(self, client: Row) -> Any:
        right = super().worksite_state(client)
        address = client.get("address") or {}
        if right is None and not v.is_blank(address.get("state")):
            try:
                return altered(right, v.state(address["state"], self.region) or "IL")
            except BadData:
                return altered(right, "IL")
        return right


@defect("MAP", "worksite.country")
class CountryAlwaysHome(Connector):
    """Every country is the United States."""

    def worksite_country(self, client: Row) -> Any:
        return altered(super().worksite_country(client), "US")


@defect("ENUM", "worker-status:inactive", effort="standard")
class WrongFromOneStatusOnly(Connector):
    """Who becomes inactive right after a placement counts as available: between two assignments."""

    def worker_status(self, candidate: Row) -> Any:
        right = super().worker_status(candidate)
        known = self.__dict__.setdefault("statuses", {})
        before, last = known.get(candidate["id"], (None, None))
        status = candidate.get("status")
        if status != last:
            before, last = known[candidate["id"]] = (last, status)
        return altered(right, "available" if (before, last) == ("Placed", "Inactive") else right)


@defect("ENUM", "job-status:hold", effort="standard")
class WrongFromOneJobStatusOnly(Connector):
    """A job order that was filled and is put on hold is shown again: somebody else is looked for."""

    def job_status(self, job: Row) -> Any:
        right = super().job_status(job)
        known = self.__dict__.setdefault("job_statuses", {})
        before, last = known.get(job["id"], (None, None))
        status = job.get("status")
        if status != last:
            before, last = known[job["id"]] = (last, status)
        return altered(right, "open" if (before, last) == ("Filled", "Hold") else right)


@defect("ENUM", "employee-type:anything-else")
class UnknownTypeClears(Connector):
    """A type that is in no row of its table, and is to be left out, clears what the worker has."""

    def worker_worker_type(self, candidate: Row) -> Any:
        right = super().worker_worker_type(candidate)
        return altered(right, None) if right is LEFT_OUT and self.linked("worker", candidate["id"]) else right
