"""What goes wrong where a candidate has several placements, and one of them counts."""

from __future__ import annotations

from planted.register import altered, defect
from reference_connector import Connector


@defect("MAP", "worker:arrive")
class FirstPlacementDecides(Connector):
    """Whether a candidate works for us is read from the placement that was entered first."""

    def has_running_placement(self, candidate: int) -> bool:
        known = sorted(self.placements_of(candidate), key=lambda one: int(one["id"]))
        return bool(altered(super().has_running_placement(candidate), any(map(self.is_running, known[:1]))))


@defect("MAP", "worker:arrive")
class LatestPlacementDecides(Connector):
    """Whether a candidate works for us is read from the approved placement that begins last."""

    def has_running_placement(self, candidate: int) -> bool:
        latest = self.latest_placement(candidate)
        return bool(altered(super().has_running_placement(candidate), latest is not None and self.is_running(latest)))


@defect("MAP", "worker:who:some-placement-has-status-is-approved")
class StatusOfOneEndOfAnother(Connector):
    """A candidate with an approved placement that is over, and another that runs and is not approved, is taken over."""

    def has_running_placement(self, candidate: int) -> bool:
        if str(candidate) in self.links("worker"):
            return super().has_running_placement(candidate)
        known = self.placements_of(candidate)
        approved = any(one["status"] == "Approved" for one in known)
        lasting = any(self.is_running({**one, "status": "Approved"}) for one in known)
        return bool(altered(super().has_running_placement(candidate), approved and lasting))
