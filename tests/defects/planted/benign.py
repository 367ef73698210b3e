"""Connectors that are different and right: none of their statements may fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reference_connector.rows import FieldRule, Mapped
from reference_connector.values import Row

from planted.register import benign
from reference_connector import Connector


@benign
class PagesOfSeven(Connector):
    """Listings are read seven records at a time."""

    page_size = 7
    app_page_size = 7
    batch_size = 7


@benign
class PagesOfFifty(Connector):
    """Listings are read fifty records at a time."""

    page_size = 50
    app_page_size = 50


@benign
class OtherOrder(Connector):
    """Records of a kind are written in the opposite order."""

    def upsert_all(self, kind: str, mapped: Any) -> None:
        super().upsert_all(kind, reversed(list(mapped)))


@benign
class WiderOverlap(Connector):
    """Much more than needed is read again in every run."""

    overlap_ms = 36 * 60 * 60 * 1000


@benign
class NullSentAgain(Connector):
    """An update says null where the record is null already, and repeats values that have not changed."""

    def plan_update(
        self, kind: str, mapped: Mapped, prints: Mapping[str, str], current: Row | None, read: Callable[[], Row]
    ) -> Any:
        body = super().plan_update(kind, mapped, prints, current, read)
        if body and kind == "worker":
            body.setdefault("shirt_size", None) if (current or read()).get("shirt_size") is None else None
            body.setdefault("source_system", "Bullhorn")
        return body


@benign
class NullLeftOutOnCreate(Connector):
    """A create leaves out what is blank."""

    def plan_create(self, kind: str, mapped: Mapped) -> Any:
        return {name: value for name, value in super().plan_create(kind, mapped).items() if value not in (None, [])}


@benign
class OffsetForZ(Connector):
    """Times are written with +00:00 instead of Z."""

    def worker_registered_at(self, candidate: Row) -> Any:
        read = super().worker_registered_at(candidate)
        return read.replace("Z", "+00:00") if read else read

    def validate(self, kind: str, rule: FieldRule, value: Any) -> None:
        if rule.target != "registered_at":
            super().validate(kind, rule, value)


@benign
class ExtraReads(Connector):
    """Each write is checked by reading the record again."""

    def update_app(self, kind: str, app_id: str, body: Any) -> Any:
        found = super().update_app(kind, app_id, body)
        self.read_app(kind, app_id)
        return found


@benign
class AppFirst(Connector):
    """Where both sides changed a record, the app is written before Bullhorn."""

    def bring_together(self, kind: str, mapped: Mapped, link: Any) -> None:
        current = self.current_of(kind, mapped.key, link)
        if current is None or self.first_link(kind, link) or mapped.problem is not None:
            super().bring_together(kind, mapped, link)
            return
        mapped.app = dict(link["app"])
        leads = self.leaders(kind, mapped, link, current)
        mapped.open = {target for target, side in leads.items() if side == "app"}
        for target in mapped.open:
            mapped.prints[target] = link["rows"].get(target, "")
        prints = self.considered(kind, mapped, link, leads, current)
        self.write_update(kind, mapped, str(link["id"]), prints, current)
        mapped.open = set()
        self.bring_back(kind, mapped, str(link["id"]), leads, current)
        if not mapped.open and self.dirty(kind).pop(mapped.key, None) is not None:
            self.state.touch("core")


@benign
class WholeListings(Connector):
    """Every run reads every listing from its beginning."""

    def updated_since(self, since_ms: int | None) -> dict[str, str]:
        return {}

    def list_changed(self, entity: str, since_ms: int | None) -> Any:
        return super().list_changed(entity, None)


@benign
class LinksInOtherOrder(Connector):
    """What was linked last stands first in the state."""

    def save_link(self, kind: str, mapped: Mapped, made: str) -> None:
        super().save_link(kind, mapped, made)
        links = self.links(kind)
        others = {key: links.pop(key) for key in list(links) if key != mapped.key}
        links.update(others)


@benign
class ContactsReadBack(Connector):
    """Each contact that is made in Bullhorn is read again at once."""

    def create_contact(self, body: Any) -> int:
        key = super().create_contact(body)
        self.fetch_batch("ClientContact", [key], "id,firstName,lastName,email")
        return key


@benign
class StateReadAnew(Connector):
    """Every run begins as a new process would, with what was saved and nothing else."""

    def sync(self) -> Any:
        self.restart()
        return super().sync()
