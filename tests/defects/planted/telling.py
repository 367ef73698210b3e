"""Leaks, and results that lie."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterable, Iterator
from typing import Any

from reference_connector.errors import BadData
from reference_connector.outcome import Failed, Result
from reference_connector.rows import Mapped
from reference_connector.upsert import ENTITIES

from planted.register import acted, defect
from reference_connector import Connector
from reference_connector import values as v

log = logging.getLogger("reference_connector")


class _Reader(Connector):
    """Read a protected field beside what the chart names, and keep it by record."""

    entity = "Candidate"
    kind = "worker"
    protected = ""

    def fetch_rows(self, entity: str, ids: Iterable[int], fields: str) -> Iterator[Any]:
        secrets = self.__dict__.setdefault("secrets", {})
        wanted = f"{fields},{self.protected}" if entity == self.entity else fields
        for rows in super().fetch_rows(entity, ids, wanted):
            if entity == self.entity:
                secrets.update({str(row["id"]): row.pop(self.protected, None) for row in rows})
            yield rows

    def secret_of(self, key: str) -> Any:
        found = self.__dict__.setdefault("secrets", {}).get(key)
        if found is not None:
            acted()
        return found


class _InHeader(_Reader):
    """Send a protected value in a header of its own with each record that is created."""

    def create_app(self, kind: str, body: Any) -> Any:
        secret = self.secret_of(str(body["external_id"])) if kind == self.kind else None
        if secret is not None:
            self.session.headers["X-Trace"] = self.encoded(secret)
        try:
            return super().create_app(kind, body)
        finally:
            self.session.headers.pop("X-Trace", None)

    def encoded(self, secret: Any) -> str:
        return str(secret)


class _InLog(_Reader):
    """Log a protected value with each record that is created."""

    def create_app(self, kind: str, body: Any) -> Any:
        secret = self.secret_of(str(body["external_id"])) if kind == self.kind else None
        if secret is not None:
            log.info("creating a %s of %s", kind, secret)
        return super().create_app(kind, body)


@defect("PII", "worker.ssn:never")
class P44SentWhole(_InHeader):
    """The social security number leaves Bullhorn as it is."""

    protected = "ssn"


@defect("PII", "worker.taxID:never")
class SentInBase64(_InHeader):
    """A protected value is sent in base64."""

    protected = "taxID"

    def encoded(self, secret: Any) -> str:
        return base64.b64encode(f"tax={secret}".encode()).decode()


@defect("PII", "worker.dateOfBirth:never")
class BirthdayAsDay(_InHeader):
    """A date of birth is sent as a day, which is not how Bullhorn has it."""

    protected = "dateOfBirth"

    def encoded(self, secret: Any) -> str:
        return str(v.day_text(secret))


@defect("PII", "worker.dateOfBirth:never")
class BirthdayInSeconds(_InHeader):
    """A date of birth is sent in seconds, which is not how Bullhorn has it."""

    protected = "dateOfBirth"

    def encoded(self, secret: Any) -> str:
        return str(int(secret) // 1000)


@defect("PII", "worker.comments:never")
class P45CommentsLogged(_InLog):
    """What recruiters write about people stands in the log."""

    protected = "comments"


@defect("PII", "worksite.notes:never")
class NotesLogged(_InLog):
    """What is noted about a client stands in the log."""

    entity, kind, protected = "ClientCorporation", "worksite", "notes"


@defect("PII", "assignment.comments:never")
class CommentsInUrlSafeBase64(_InHeader):
    """What was said about a placement is sent in another base64, without its padding."""

    entity, kind, protected = "Placement", "assignment", "comments"

    def encoded(self, secret: Any) -> str:
        return base64.urlsafe_b64encode(str(secret).encode()).decode().rstrip("=")


@defect("PII", "message.device_location:never")
class PlaceOfThePhone(Connector):
    """Where the phone was is logged, against the direction of most rows."""

    def write_notes(self, messages: Any, *, unsure: bool) -> None:
        for one in messages:
            if one.get("device_location"):
                acted()
                log.info("message from %s", one["device_location"])
        super().write_notes(messages, unsure=unsure)


@defect(
    "FAIL",
    *("worker:held", "job:held", "assignment:held", "worksite:held", "message:held", "contact:held"),
    *("worker:bad:a-required-field-is-blank", "worker:bad:a-value-is-not-in-its-table", "worker:bad:hourlyrate-0"),
    *("worker:bad:two-records-share-a-key", "worker:bad:a-text-has-characters-that-cannot-be-shown"),
    "assignment:bad:dateend-is-before-datebegin",
)
class P55SilentSuccess(Connector):
    """Records that are held back are named nowhere."""

    def sync(self) -> Result:
        log.disabled = True
        try:
            found = super().sync()
        finally:
            log.disabled = False
        if found.failed:
            acted()
        return Result(True, (), found.reported)


@defect("FAIL", "connector:finishes")
class P54PoisonEndsTheRun(Connector):
    """The first bad record ends the run."""

    def hold_back(self, kind: str, key: str, reason: str, body: object = None) -> None:
        acted()
        raise RuntimeError("bad record")


@defect("FAIL", "job:held")
class BadRecordHalfWritten(Connector):
    """A bad record is written without the field that is bad."""

    def map_record(self, kind: str, key: str, source: Any) -> Mapped:
        if kind != "job":
            return super().map_record(kind, key, source)
        try:
            return super().map_record(kind, key, source)
        except BadData:
            mapped = super().map_record(kind, key, {**source, "numOpenings": None, "yearsRequired": None})
            acted()
            return mapped


@defect("FAIL", "worker:held", "job:held", "assignment:held", "message:held", "contact:held")
class EverybodyNamed(Connector):
    """The result names every record as failed, also those that arrived."""

    def sync(self) -> Result:
        found = super().sync()
        more = [
            Failed(*ENTITIES[kind], key, "perhaps")
            for kind in ("worksite", "job", "worker", "assignment", "contact", "message")
            for key in self.links(kind)
            if (kind, key) not in self.failed
        ]
        if more:
            acted()
        return Result(found.ok, (*found.failed, *more), found.reported)


@defect("FAIL", "connector:finishes")
class SomebodyInvented(Connector):
    """The result names as failed whom no system has."""

    def sync(self) -> Result:
        found = super().sync()
        acted()
        return Result(found.ok, (*found.failed, Failed("ats", "Candidate", "99900001", "perhaps")), found.reported)


@defect("PII", "worker.ssn:never", "connector:finishes")
class NamedByNumber(_Reader):
    """The result names a candidate by the social security number instead of the id."""

    protected = "ssn"
    spoken = ""

    def create_app(self, kind: str, body: Any) -> Any:
        secret = self.secret_of(str(body["external_id"])) if kind == self.kind else None
        self.spoken = str(secret or self.spoken)
        return super().create_app(kind, body)

    def sync(self) -> Result:
        found = super().sync()
        more = (Failed("ATS", "Candidate", self.spoken, "perhaps"),) if self.spoken else ()
        return Result(found.ok, (*found.failed, *more), found.reported)
