"""What goes wrong where a list fails or comes back empty: only workflows show it."""

from __future__ import annotations

from typing import Any

from reference_connector.errors import Unavailable

from planted.register import acted, defect
from reference_connector import Connector


@defect("FAIL", "scenario:system-lists-no-whom-and-nobody-has-left:bullhorn-candidates")
class P57EmptyListMeansGone(Connector):
    """An empty list of candidates is read as everybody having left."""

    def read_candidates(self) -> None:
        super().read_candidates()
        if not self.list_changed("Candidate", None):
            for key in [key for key in self.links("worker") if self.is_here("worker", key)]:
                acted()
                self.leave("worker", key)


@defect("FAIL", "scenario:system-lists-no-whom-and-nobody-has-left:shiftline-workers")
class P57EmptyListEndsCandidates(Connector):
    """An empty list of the app's workers is read as all of them having quit: their candidates become inactive."""

    def read_app_changes(self, kind: str) -> None:
        super().read_app_changes(kind)
        if kind == "worker" and not self.collection(kind):
            for key in self.links(kind):
                acted()
                self.update_ats("Candidate", key, {"status": "Inactive"})


@defect("FAIL", "scenario:a-list-fails-and-what-it-would-have-told-is-heard-later")
class P57FailedListSwallowed(Connector):
    """A list that failed counts as one that was read, without anything in it."""

    def list_changed(self, entity: str, since_ms: int | None) -> list[dict[str, Any]]:
        try:
            return super().list_changed(entity, since_ms)
        except Unavailable:
            acted()
            self.saw(entity, self.run_started)
            return []
