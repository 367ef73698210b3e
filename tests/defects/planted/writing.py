"""Modifiers that are not respected, records of others that are overwritten, writes in the wrong direction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from reference_connector.errors import Refused
from reference_connector.rows import FieldRule, Mapped
from reference_connector.values import Row

from planted.register import acted, altered, defect
from reference_connector import Connector


def always(kind: str, target: str) -> Mapping[str, tuple[FieldRule, ...]]:
    """Return the reference connector's rows, one of them without its modifier."""
    rules = tuple(replace(one, when="always") if one.target == target else one for one in Connector.RULES[kind])
    return {**Connector.RULES, kind: rules}


def witness_update(body: Mapping[str, Any], *targets: str) -> None:
    """Witness that an update carries one of these fields."""
    if any(one in body for one in targets):
        acted()


@defect("NULL", "job.supervisor")
class OwnEntryOverwritten(Connector):
    """The dispatcher's own entry is overwritten, though only a blank was to be filled."""

    RULES = always("job", "supervisor")

    def update_app(self, kind: str, app_id: str, body: Any) -> Any:
        if kind == "job":
            witness_update(body, "supervisor")
        return super().update_app(kind, app_id, body)


@defect("NULL", "worker.previous_employer")
class BlankWritten(Connector):
    """A blank is written where it was to be ignored."""

    RULES = always("worker", "previous_employer")

    def update_app(self, kind: str, app_id: str, body: Any) -> Any:
        witness_update(body, "previous_employer")
        return super().update_app(kind, app_id, body)


@defect("BIDIR", "worker.referral_source")
class WrittenAgain(Connector):
    """What is written on create only is written on every change."""

    RULES = always("worker", "referral_source")

    def update_app(self, kind: str, app_id: str, body: Any) -> Any:
        witness_update(body, "referral_source")
        return super().update_app(kind, app_id, body)


@defect("MULTI", "job.skills")
class OthersItemsRemoved(Connector):
    """A list is replaced where items were only to be added."""

    RULES = always("job", "skills")

    def update_app(self, kind: str, app_id: str, body: Any) -> Any:
        witness_update(body, "skills")
        return super().update_app(kind, app_id, body)


@defect("MULTI", "worker.tags.uniform.value")
class OtherTagsLost(Connector):
    """Writing our tag removes all others."""

    def merge_tag(self, tags: Any, value: Any) -> Any:
        return altered(super().merge_tag(tags, value), super().merge_tag([], value))


@defect("BIDIR", "worker.push_token:kept", "worker.app_rating:kept")
class P47PutWipes(Connector):
    """An update blanks what it does not know."""

    def update_app(self, kind: str, app_id: str, body: Any) -> Any:
        if kind == "worker":
            acted()
            body = {"push_token": None, "app_rating": None, **body}
        return super().update_app(kind, app_id, body)


@defect("BIDIR", "worksite.gate_code:kept")
class KeptFieldMadeUp(Connector):
    """A field that belongs to the supervisor gets a value on create."""

    def plan_create(self, kind: str, mapped: Mapped) -> Any:
        body = super().plan_create(kind, mapped)
        if kind == "worksite":
            acted()
            body["gate_code"] = "0000"
        return body


@defect("SCOPE", "message:outside")
class MoreThanTheChart(Connector):
    """A field that no chart names is filled too."""

    def create_note(self, body: Any) -> int:
        acted()
        return super().create_note({**body, "linkedInID": "made by Shiftline"})


@defect("BIDIR", "worker.job_title")
class P49WrittenBack(Connector):
    """A row that flows to the app is written back to Bullhorn."""

    def save_link(self, kind: str, mapped: Mapped, made: str) -> None:
        if kind == "worker" and mapped.key not in self.links(kind):
            acted()
            title = (mapped.values.get("job_title") or "") + " *"
            self.ats("POST", f"entity/Candidate/{mapped.key}", body={"occupation": title})
        super().save_link(kind, mapped, made)


@defect("BIDIR", "message.body")
class MessageCorrected(Connector):
    """A message is changed in the app after its note has been made."""

    def save_link(self, kind: str, mapped: Mapped, made: str) -> None:
        if kind == "message" and mapped.key not in self.links(kind):
            acted()
            self.app("PATCH", f"messages/{mapped.key}", body={"body": f"[sent] {mapped.values['comments']}"[:2000]})
        super().save_link(kind, mapped, made)


@defect("BIDIR", "worksite:settle")
class P46WrittenEachTime(Connector):
    """Every run writes every worksite again."""

    def sync_worksites(self) -> None:
        super().sync_worksites()
        for key, link in self.links("worksite").items():
            if key in self.held("worksite"):
                continue
            acted()
            found = self.read_app("worksite", str(link["id"]))
            if found is not None:
                self.update_app("worksite", str(link["id"]), {"name": found["name"]})


# It is refused, so the note is missing.
@defect("LEN", "message:contract", "message:arrive", "message:outside")
class AgainstTheDocument(Connector):
    """A message carries a field that the receiving system does not know."""

    def create_note(self, body: Any) -> int:
        acted()
        return super().create_note({**body, "channelOfMessage": "app"})


# Nothing is lost by it: what is refused comes again as it should be.
@defect("TYPE", "worksite:contract")
class NumberAsTextFirst(Connector):
    """A new worksite's number of employees is sent as text, and as a number only after a refusal."""

    def create_app(self, kind: str, body: Any) -> Any:
        if kind != "worksite" or not isinstance(body.get("employees"), int):
            return super().create_app(kind, body)
        try:
            return super().create_app(kind, {**body, "employees": str(body["employees"])})
        except Refused:
            acted()
            return super().create_app(kind, body)


@defect("BIDIR", "job.title")
class P49CreateOnly(Connector):
    """A field is written on create and never again."""

    def plan_update(
        self, kind: str, mapped: Mapped, prints: Mapping[str, str], current: Row | None, read: Callable[[], Row]
    ) -> Any:
        body = super().plan_update(kind, mapped, prints, current, read)
        if kind == "job" and prints and "title" in body and "#" not in str(body["title"]):
            acted()
            del body["title"]
        return body


@defect("CURSOR", "job:settle")
class WrittenEachDay(Connector):
    """On each new day every job's reference is written once more, as it stands."""

    def sync_jobs(self) -> None:
        super().sync_jobs()
        clock, day = self.state.table("core", "clock"), self.today().isoformat()
        if clock.get("jobs_day") not in (None, day):
            for key, link in list(self.links("job").items()):
                if not link.get("left"):
                    acted()
                    self.update_app("job", str(link["id"]), {"reference": f"BH-{key}"})
        clock["jobs_day"] = day
        self.state.touch("core")
