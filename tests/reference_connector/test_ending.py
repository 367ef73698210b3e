"""An assignment ends with its last day, is kept up to date after that, and runs again when it is extended."""

from datetime import UTC, datetime
from typing import Any

import pytest


def day(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def at(world: Any, moment: str) -> None:
    """Set the clock to a moment in UTC, and forget what was asked so far."""
    world.later(int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() - world.clock.seconds))


def test_an_ended_assignment_is_kept_up_to_date_and_runs_again_when_extended(
    linked: Any, connect: Any, settled: Any
) -> None:
    made = linked.app.only("assignments")["id"]
    linked.ats.put("Placement", 30, dateEnd=day("2026-02-27"))
    connect().sync()
    linked.ats.put("Placement", 30, payRate=21, status="no such thing")
    assert connect().sync().failed == ()
    found = linked.app.only("assignments")
    assert (found["pay_rate"], found["status"], found["ends_on"]) == ("21", "ended", "2026-02-27")
    settled()
    for extended in (day("2026-03-02"), None):
        linked.ats.put("Placement", 30, dateEnd=extended, status="Approved")
        connect().sync()
        assert (found["status"], linked.worker()["status"], found["id"]) == ("active", "assigned", made)
        linked.ats.put("Placement", 30, dateEnd=day("2026-03-01"))
        connect().sync()
        assert (found["status"], linked.worker()["status"]) == ("ended", "inactive")
    settled()


@pytest.mark.parametrize(
    ("last", "before", "after"),
    [
        ("2026-03-07", "2026-03-08T05:59", "2026-03-08T06:00"),
        ("2026-03-08", "2026-03-09T04:59", "2026-03-09T05:00"),
        ("2026-11-01", "2026-11-02T05:59", "2026-11-02T06:00"),
    ],
)
def test_an_assignment_ends_at_midnight_in_chicago(
    linked: Any, connect: Any, settled: Any, last: str, before: str, after: str
) -> None:
    linked.ats.put("Placement", 30, dateEnd=day(last))
    connect().sync()
    at(linked, before)
    connect().sync()
    assert linked.writes() == []
    at(linked, after)
    connect().sync()
    assert ("PATCH", f"/assignments/{linked.app.only('assignments')['id']}", {"status": "ended"}) in linked.writes()
    assert len(linked.writes()) == 2
    settled()


def test_only_what_ended_is_ended_after_a_pause_of_many_days(linked: Any, connect: Any, settled: Any) -> None:
    for key, last in ((31, "2026-03-04"), (32, "2026-03-20"), (33, "2027-01-01")):
        placement = linked.ats.rows["Placement"][30]
        linked.ats.put("Placement", key, **{**placement, "id": key, "dateEnd": day(last)})
    connect().sync()
    at(linked, "2026-06-01T12:00")
    connect().sync()
    states = {one["external_id"]: one["status"] for one in linked.app.rows["assignments"].values()}
    assert states == {"30": "active", "31": "ended", "32": "ended", "33": "active"}
    settled()


def test_a_status_that_nobody_listed_does_not_stop_an_end(linked: Any, connect: Any, settled: Any) -> None:
    linked.ats.put("Placement", 30, status="no such thing", dateEnd=day("2026-03-02"))
    assert [one.entity for one in connect().sync().failed] == ["Placement"]
    at(linked, "2026-03-03T12:00")
    assert connect().sync().failed == ()
    assert linked.app.only("assignments")["status"] == "ended"
    settled()


def test_what_ended_before_the_first_sync_is_shown_as_ended(staffed: Any, connect: Any) -> None:
    staffed.ats.put("Placement", 31, **{**staffed.ats.rows["Placement"][30], "id": 31, "dateEnd": day("2026-03-01")})
    connect().sync()
    assert staffed.app.only("assignments", external_id="31")["status"] == "ended"
