"""What is missed between two readings: pages that end too early, cursors that move too far.

Not planted, because nothing in a rehearsal or a workflow shows it: a list read by offset that shifts between two pages,
and a cursor of whole seconds that is the end of a run in which people changed something earlier. Both need somebody who
works while the connector runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planted.register import acted, altered, defect
from reference_connector import Connector
from reference_connector import values as v


# Bad records beyond that page are overlooked too, and so nobody names them. What somebody is placed in is read with its
# placement, so that no assignment waits for a job.
@defect("PAGE", "job:arrive", "job:held", "job-status:anything-else", "employment-type:anything-else", whole=True)
class P21ShortFilteredPage(Connector):
    """A page on which fewer records are in scope than it holds is taken for the last one."""

    at_once = 20

    def list_changed(self, entity: str, since_ms: int | None) -> Any:
        found = super().list_changed(entity, since_ms)
        if entity != "JobOrder" or since_ms is not None:
            return found
        read = len(found)
        for at in range(0, len(found), self.at_once):
            ids = [int(row["id"]) for row in found[at : at + self.at_once]]
            kept = [row for row in self.fetch_batch(entity, ids, "id,isDeleted,status") if self.in_scope("job", row)]
            if len(kept) < self.at_once:
                read = at + self.at_once
                break
        for row in found[read:]:
            self.saw(entity, int(row["dateLastModified"]))
        self.saw(entity, self.run_started)
        placed = [row for row in found[read:] if int(row["id"]) in self.by_job]
        return altered(found, [*found[:read], *placed])


@defect(
    "CURSOR",
    *(f"worksite.{one}" for one in ("name", "street", "city", "state", "postal_code", "country", "phone", "website")),
    *(f"worksite.{one}" for one in ("status", "employees", "industries", "parent_name", "check_in_notes")),
    *("worksite:when:a-client-leaves-the-population", "worksite:when:a-client-comes-back"),
    *("worksite:arrive", "worksite:held", "address:uncertain", "address:unknown"),
    whole=True,
)
class P29CreatedAtCursor(Connector):
    """Which clients changed is asked by the day on which they were added: what is new comes, what changes never."""

    def list_changed(self, entity: str, since_ms: int | None) -> Any:
        found = super().list_changed(entity, since_ms)
        if entity != "ClientCorporation" or since_ms is None:
            return found
        for row in found:
            self.saw(entity, int(row["dateLastModified"]))
        query = self.search_since(since_ms + self.overlap_ms).replace("dateLastModified", "dateAdded")
        params = {"query": query, "fields": "id,dateLastModified", "sort": "id"}
        return altered(found, self.paginate_ats(f"search/{entity}", params))


@defect("CURSOR", "scenario:the-connector-is-killed-after-requests-requests:9")
class P28AdvanceOnFailure(Connector):
    """The time of a run is saved as its cursor before its work is done: a run that fails has lost what it found."""

    early = False

    def changed(self, entity: str) -> list[int]:
        found = super().changed(entity)
        if entity == "ClientCorporation":
            acted()
            self.saw(entity, self.run_started)
            self.save_cursor(entity)
            self.save_state()
            self.early = True
        return found

    def save_state(self) -> None:
        if not self.early:
            super().save_state()

    def save_cursor(self, stream: str) -> None:
        super().save_cursor(stream)
        self.early = False


class _ToTheSecond(Connector):
    """Read no minute twice, and save as the cursor of messages the second in which the run ended."""

    def cursor_since(self, stream: str) -> int | None:
        right = super().cursor_since(stream)
        return right if stream != "message" or right is None else right + self.overlap_ms

    def next_cursor(self, stream: str) -> int | None:
        return super().next_cursor(stream) if stream != "message" else self.now_ms() // 1000 * 1000

    def deliver(self, headers: Mapping[str, str], body: bytes) -> bool:
        return True


OF_MESSAGES = ("message.body", "message.channel", "message.sent_at", "message.call_seconds")
"""What people change of a message in the very tick in which a run ended."""


@defect("CURSOR", *OF_MESSAGES)
class P26StrictlyGreater(_ToTheSecond):
    """Only what is later than the cursor's second is read, and not what else was changed in that second."""

    def paginate_app(self, collection: str, params: Mapping[str, str] | None = None) -> Any:
        found = super().paginate_app(collection, params)
        since = self.cursor_since("message")
        if collection != "messages" or since is None:
            return found
        return altered(found, [one for one in found if (v.epoch_ms(one["updated_at"]) or 0) > since])


# Seen in the tick in which the run ended, because this cursor is finer than the app's stamps of whole seconds.
@defect("CURSOR", *OF_MESSAGES)
class P27StaleWatermark(_ToTheSecond):
    """The cursor is the moment in which the run ended: what people changed just before it is taken for read."""

    def next_cursor(self, stream: str) -> int | None:
        return super().next_cursor(stream) if stream != "message" else self.now_ms()

    def paginate_app(self, collection: str, params: Mapping[str, str] | None = None) -> Any:
        found = super().paginate_app(collection, params)
        since = self.cursor_since("message")
        if collection != "messages" or since is None:
            return found
        return altered(found, [one for one in found if (v.epoch_ms(one["updated_at"]) or 0) >= since])
