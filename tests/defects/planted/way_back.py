"""What goes wrong on the way from the app to Bullhorn: wrong fields, lost values, changes that do not go back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reference_connector.contacts import CONTACT_FIELDS
from reference_connector.merge import Side
from reference_connector.rows import FieldRule, Mapped
from reference_connector.values import Row
from reference_connector.workers import WORKER_FIELDS

from planted.register import acted, altered, defect
from reference_connector import Connector
from reference_connector import values as v

BERLIN = ZoneInfo("Europe/Berlin")

WORKER_ROWS = tuple(f"worker.{rule.target}" for rule in WORKER_FIELDS if rule.back)
CONTACT_ROWS = tuple(f"contact.{rule.target}" for rule in CONTACT_FIELDS if rule.back)


def ruled(kind: str, target: str, **changes: Any) -> Mapping[str, tuple[FieldRule, ...]]:
    """Return the reference connector's rows, one of them another."""
    rules = tuple(replace(one, **changes) if one.target == target else one for one in Connector.RULES[kind])
    return {**Connector.RULES, kind: rules}


@defect("BIDIR", "worker.job_title")
class P49OneWayRowWrittenBack(Connector):
    """What a worker changes in a row that flows to the app only is written to Bullhorn."""

    def plan_back(
        self, kind: str, rules: list[FieldRule], mapped: Mapped, leads: Mapping[str, Side], current: Row | None
    ) -> Any:
        body = super().plan_back(kind, rules, mapped, leads, current)
        link = self.links(kind).get(mapped.key)
        if kind != "worker" or current is None or link is None or self.first_link(kind, link):
            return body
        unchanged = link["rows"].get("job_title") == mapped.prints["job_title"]
        if unchanged and "job_title" in mapped.values and current.get("job_title") != mapped.values["job_title"]:
            acted()
            body["occupation"] = current.get("job_title")
        return body


@defect("BIDIR", "worker.job_title", "worker.about")
class P47PutWipesBullhorn(Connector):
    """What goes back to Bullhorn blanks what the app does not know."""

    def update_ats(self, entity: str, key: str, body: Any) -> None:
        if entity == "Candidate":
            acted()
            body = {"occupation": None, "description": None, **body}
        super().update_ats(entity, key, body)


@defect("NULL", "worker.nickname")
class P10AbsentTakenForNull(Connector):
    """A field that is not among the changes of a record is taken for cleared."""

    def update_ats(self, entity: str, key: str, body: Any) -> None:
        if entity == "Candidate" and "nickName" not in body:
            acted()
            body = {"nickName": None, **body}
        super().update_ats(entity, key, body)


@defect("NULL", "worker.open_to_relocation")
class P11FalsyDroppedBack(Connector):
    """No is taken for no answer on the way back."""

    def candidate_willRelocate(self, worker: Row) -> Any:  # noqa: N802 - the field's own name
        read = super().candidate_willRelocate(worker)
        return altered(read, read or None)


@defect("NULL", "worker.emergency_contact")
class P09BlankNotClearedBack(Connector):
    """What a worker clears in the app stays in Bullhorn."""

    def update_ats(self, entity: str, key: str, body: Any) -> None:
        if "customText2" in body and body["customText2"] is None:
            acted()
            body = {name: value for name, value in body.items() if name != "customText2"}
        super().update_ats(entity, key, body)


@defect("NULL", "contact.title")
class ClearedContactTitleStays(Connector):
    """What is cleared in Bullhorn stays in the app, in a row that flows both ways."""

    def update_app(self, kind: str, app_id: str, body: Any) -> Any:
        if kind == "contact" and "title" in body and body["title"] is None:
            acted()
            body = {name: value for name, value in body.items() if name != "title"}
        return super().update_app(kind, app_id, body) if body else {}


@defect("BIDIR", *CONTACT_ROWS, "contact.first_name-last_name")
class R117OnlyEverCreated(Connector):
    """What people change in the app after a contact has been made is never brought back."""

    def note_app_change(self, kind: str, key: str, app_id: str, item: Row) -> None:
        if kind == "contact":
            acted()
            return
        super().note_app_change(kind, key, app_id, item)

    def current_of(self, kind: str, key: str, link: Row) -> Any:
        found = super().current_of(kind, key, link)
        return found if kind != "contact" or self.first_link(kind, link) else None


@defect("BIDIR", "worker.street", "worker.city", "worker.available_on")
class OnlyTheFirstField(Connector):
    """Of several changes of an address and a date, only the first one goes back."""

    SOME = ("address.address1", "address.city", "dateAvailable")

    def plan_back(
        self, kind: str, rules: list[FieldRule], mapped: Mapped, leads: Mapping[str, Side], current: Row | None
    ) -> Any:
        body = super().plan_back(kind, rules, mapped, leads, current)
        first = next(iter(body), "")
        late = [name for name in body if name in self.SOME and name != first]
        for name in late:
            acted()
            del body[name]
        return body


@defect("MAP", "worker.unit")
class SiblingSwappedBack(Connector):
    """The second line of an address goes back as the first."""

    def candidate_address2(self, worker: Row) -> Any:
        return altered(super().candidate_address2(worker), super().candidate_address1(worker))


@defect("MAP", "worker.phone", "worker.other_phones")
class OtherPhoneWritten(Connector):
    """The mobile number goes back to another field of the same type."""

    def update_ats(self, entity: str, key: str, body: Any) -> None:
        if entity == "Candidate" and "mobile" in body:
            acted()
            body = {("phone" if name == "mobile" else name): value for name, value in body.items()}
        super().update_ats(entity, key, body)


@defect("TYPE", "worker.phone")
class P02NationalFormBack(Connector):
    """A phone goes back without its country."""

    def candidate_mobile(self, worker: Row) -> Any:
        right = super().candidate_mobile(worker)
        return altered(right, right if right is None or right.startswith("+1") else "+1" + right[-10:].rjust(10, "2"))


@defect("TYPE", "contact.email_opt_out")
class OptOutTurnedRound(Connector):
    """An answer goes back as its opposite."""

    def client_contact_massMailOptOut(self, item: Row) -> Any:  # noqa: N802 - the field's own name
        right = super().client_contact_massMailOptOut(item)
        return altered(right, None if right is None else not right)

    def not_taken(self, kind: str, key: str, rules: list[FieldRule], sent: Row) -> set[str]:
        return set()


@defect("TIME", "worker.available_on")
class P18DayShiftedBack(Connector):
    """A day goes back as the midnight of a server in Berlin, and so as the day before."""

    def candidate_dateAvailable(self, worker: Row) -> Any:  # noqa: N802 - the field's own name
        right = super().candidate_dateAvailable(worker)
        read = v.text(worker.get("available_on"))
        if right is None or read is None:
            return right
        local = datetime.combine(date.fromisoformat(read), datetime.min.time(), BERLIN)
        return altered(right, v.epoch_ms(local.astimezone(UTC).isoformat()))


@defect("MONEY", "worker.desired_pay")
class AmountRoundedBack(Connector):
    """An amount goes back without its cents."""

    def candidate_hourlyRate(self, worker: Row) -> Any:  # noqa: N802 - the field's own name
        right = super().candidate_hourlyRate(worker)
        return altered(right, None if right is None else v.rounded(right, 0))


@defect("MULTI", "worker.street", "worker.unit", "worker.city", "worker.state", "worker.postal_code", "worker.country")
class AddressOverwrittenWhole(Connector):
    """An address goes back as a new one with the part that changed, and all others blank."""

    def nested(self, body: Row, source: Row) -> Any:
        blank = {"address": dict.fromkeys(source.get("address") or {})}
        return altered(super().nested(body, source), super().nested(body, blank))


@defect("ENUM", "preferred-shift:days")
class NotBackTo(Connector):
    """A value of the app goes back as another row of the table than the agreed one."""

    SHIFT_BACK: Mapping[str, str] = {**Connector.SHIFT_BACK, "day": "1st shift"}

    def candidate_customText3(self, worker: Row) -> Any:  # noqa: N802 - the field's own name
        if worker.get("preferred_shift") == "day":
            acted()
        return super().candidate_customText3(worker)


@defect("ENUM", "worker.preferred_shift")
class TableWrittenBackUnasked(Connector):
    """A value that nobody changed goes back in the words that its table leads back to."""

    def plan_back(
        self, kind: str, rules: list[FieldRule], mapped: Mapped, leads: Mapping[str, Side], current: Row | None
    ) -> Any:
        body = super().plan_back(kind, rules, mapped, leads, current)
        shift = mapped.values.get("preferred_shift")
        if kind == "worker" and current is not None and "preferred_shift" not in leads and shift is not None:
            told = self.SHIFT_BACK[shift]
            if told != mapped.source.get("customText3"):
                acted()
                body["customText3"] = told
        return body


@defect("FK", "contact.worksite_id")
class WrongParentBack(Connector):
    """A contact that moves in the app goes to the same client always."""

    def client_of(self, worksite: str) -> int | None:
        right = super().client_of(worksite)
        wrong = min(map(int, self.links("worksite")), default=None)
        return right if right is None else altered(right, wrong)


@defect("FK", "contact:held")
class StrayContactTaken(Connector):
    """A contact of a worksite that belongs to no client is made at any client."""

    def client_of(self, worksite: str) -> int | None:
        right = super().client_of(worksite)
        return altered(right, right or min(map(int, self.links("worksite")), default=None))  # type: ignore[no-any-return]


@defect("NULL", "worker.email_opt_out")
class ConsentRelaxed(Connector):
    """Whoever changes anything else in the app is taken to have opted in again."""

    def update_ats(self, entity: str, key: str, body: Any) -> None:
        if entity == "Candidate" and "massMailOptOut" not in body:
            acted()
            body = {**body, "massMailOptOut": False}
        super().update_ats(entity, key, body)


@defect("BIDIR", "contact.first_name-last_name")
class WholeNameNotFollowed(Connector):
    """A contact's whole name in Bullhorn does not follow what was changed in the app."""

    def plan_back(
        self, kind: str, rules: list[FieldRule], mapped: Mapped, leads: Mapping[str, Side], current: Row | None
    ) -> Any:
        body = super().plan_back(kind, rules, mapped, leads, current)
        if kind == "contact" and body.pop("name", None) is not None:
            acted()
        return body


@defect("BIDIR", "worker.first_name")
class NotKeptRight(Connector):
    """What a worker changes for good should have been put right."""

    RULES = ruled("worker", "first_name", right="")

    def write_update(self, kind: str, mapped: Mapped, app_id: str, prints: Any, current: Row | None) -> None:
        if kind == "worker" and current is not None and current.get("first_name") != mapped.values["first_name"]:
            acted()
        super().write_update(kind, mapped, app_id, prints, current)


@defect("BIDIR", "worker.pay_rate")
class PutRightTooLate(Connector):
    """What was to be kept right is put right only when something else changes."""

    RULES = ruled("worker", "pay_rate", right="next")

    def note_app_change(self, kind: str, key: str, app_id: str, item: Row) -> None:
        super().note_app_change(kind, key, app_id, item)
        if kind == "worker" and "pay_rate" in self.links(kind)[key].get("off", ()):
            acted()


@defect("BIDIR", "worker.last_name")
class NeverPutRight(Connector):
    """What was to be put right at the next change stays wrong."""

    RULES = ruled("worker", "last_name", right="")

    def write_update(self, kind: str, mapped: Mapped, app_id: str, prints: Any, current: Row | None) -> None:
        if kind == "worker":
            found = current or self.read_app(kind, app_id)
            if found is not None and found.get("last_name") != mapped.values["last_name"]:
                acted()
        super().write_update(kind, mapped, app_id, prints, current)


@defect("BIDIR", "worker.email_opt_out")
class OptInNotReturned(Connector):
    """Of what a worker says in the app only an opt-out goes back to the ATS; the result honestly names the rest."""

    def plan_back(self, kind: str, rules: Any, mapped: Any, leads: Any, current: Any) -> Any:
        body = super().plan_back(kind, rules, mapped, leads, current)
        if kind == "worker" and body.get("massMailOptOut") is False:
            acted()
            del body["massMailOptOut"]
        return body
