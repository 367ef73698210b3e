"""Phrases that are read almost as they were written: the last word for the first, letters without their digits."""

from __future__ import annotations

from typing import Any

from reference_connector.rows import Mapped
from reference_connector.values import Row

from planted.register import altered, defect
from reference_connector import Connector
from reference_connector import values as v


@defect("MAP", "job.location_text")
class ZipBeforeState(Connector):
    """The ZIP code stands before the state on the address line."""

    def job_location_text(self, job: Row) -> Any:
        right = super().job_location_text(job)
        place = job.get("address") or {}
        end = v.joined([place.get("state"), place.get("zip")], " ")
        turned = v.joined([place.get("zip"), place.get("state")], " ")
        wrong = right
        if right is not None and end and turned and str(right).endswith(end):
            wrong = f"{str(right)[: -len(end)]}{turned}"
        return altered(right, wrong)


@defect("MAP", "worker.tenant_code")
class TenantOfAnother(Connector):
    """The tenant is not the one that the settings name."""

    def worker_tenant_code(self, candidate: Row) -> Any:
        return altered(super().worker_tenant_code(candidate), "southside-staffing")


@defect("TYPE", "assignment.timesheet_number")
class LastDigitLost(Connector):
    """The last digit is taken for a check digit, and dropped."""

    LARGEST = 2**53 - 1

    def assignment_timesheet_number(self, placement: Row) -> Any:
        right = super().assignment_timesheet_number(placement)
        return altered(right, right // 10 if right is not None and right <= self.LARGEST else right)


@defect("MULTI", "assignment.supervisor_first_name")
class LastWordForFirst(Connector):
    """The last word of a name is taken for the first name."""

    def assignment_supervisor_first_name(self, placement: Row) -> Any:
        words = (v.text(placement.get("reportTo")) or "").split()
        return altered(super().assignment_supervisor_first_name(placement), words[-1] if words else None)


@defect("ENC", "job.po_number")
class LettersOnly(Connector):
    """Digits are dropped where letters and digits were agreed."""

    def job_po_number(self, job: Row) -> Any:
        right = super().job_po_number(job)
        kept = "".join(sign for sign in right or "" if not sign.isdecimal())
        return altered(right, kept or None)


@defect("MULTI", "assignment.shift_start")
class WholeShift(Connector):
    """The whole shift is sent as its beginning."""

    def assignment_shift_start(self, placement: Row) -> Any:
        return altered(super().assignment_shift_start(placement), v.text(placement.get("hoursOfOperation")))


@defect("MAP", "worker.email")
class LongestAddressCut(Connector):
    """An address of just the length that the app allows loses its last character."""

    def worker_email(self, candidate: Row) -> Any:
        right = super().worker_email(candidate)
        return altered(right, right[:-1] if right is not None and len(right) == 100 else right)


@defect("ENC", "worker.email")
class DotsLost(Connector):
    """The dots of an address's name are taken for decoration."""

    def worker_email(self, candidate: Row) -> Any:
        right = super().worker_email(candidate)
        name, _, domain = (right or "").rpartition("@")
        return altered(right, f"{name.replace('.', '')}@{domain}" if right else right)

    def match_key(self, kind: str, mapped: Mapped) -> str | None:
        # Who belongs to whom is asked of the address as it was written: only what is sent is wrong.
        return v.email_key(mapped.source.get("email")) if kind == "worker" else super().match_key(kind, mapped)


@defect("MAP", "worksite.phone")
class AnotherHome(Connector):
    """A number without a country code is taken for a British one."""

    def worksite_phone(self, client: Row) -> Any:
        right = super().worksite_phone(client)
        bare = right is not None and not (v.text(client.get("phone")) or "").startswith("+")
        return altered(right, f"+44{right.removeprefix('+1')}" if bare else right)
