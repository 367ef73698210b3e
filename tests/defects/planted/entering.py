"""What goes wrong where records enter the population once the connector runs: made later, or by an edit."""

from __future__ import annotations

from reference_connector.values import Row

from planted.register import acted, defect
from reference_connector import Connector

FIRST_RUNS = 3
"""Runs in which the first records are taken over."""


@defect("LIFE", "worksite:arrive")
class MadeLaterNeverTaken(Connector):
    """Clients that people make when the connector has run for some time never reach the app."""

    def in_scope(self, kind: str, row: Row) -> bool:
        right = super().in_scope(kind, row)
        if kind != "worksite":
            return right
        first: dict[str, int] = self.__dict__.setdefault("first_met", {})
        met = first.setdefault(str(row["id"]), self.state.table("core", "clock").get("runs", 0))
        if met <= FIRST_RUNS or not right:
            return right
        acted()
        return False


@defect("LIFE", "worker:arrive")
class OutForEver(Connector):
    """A candidate who was out of scope when they were first seen is passed by for ever."""

    def may_be_worker(self, key: str) -> bool:
        right = super().may_be_worker(key)
        if not right:
            self.passed_by().add(key)
        return right

    def in_scope(self, kind: str, row: Row) -> bool:
        right, key = super().in_scope(kind, row), str(row["id"])
        if kind != "worker" or key in self.links("worker"):
            return right
        if not right:
            self.passed_by().add(key)
        elif key in self.passed_by():
            acted()
            return False
        return right

    def passed_by(self) -> set[str]:
        found: set[str] = self.__dict__.setdefault("passed_by_keys", set())
        return found


@defect("LIFE", "job:arrive")
class ClosedNeverShown(Connector):
    """A job order that is closed when it is first seen is not shown when somebody is placed there after all."""

    def in_scope(self, kind: str, row: Row) -> bool:
        right, key = super().in_scope(kind, row), str(row["id"])
        if kind != "job" or key in self.links("job"):
            return right
        passed: set[str] = self.__dict__.setdefault("closed_jobs", set())
        if not right:
            passed.add(key)
        elif key in passed and not row.get("isOpen"):
            acted()
            return False
        return right
