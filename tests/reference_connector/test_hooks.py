"""The names by which a subclass changes one behaviour are those that the package tells."""

import re
from typing import Any


def test_every_hook_that_is_told_exists(package: Any) -> None:
    told = {name for name in re.findall(r"`(\w+)`", package.__doc__) if not name.endswith(("_FIELD", "_FIELDS"))}
    told -= {"python", "state", "Failed"}
    assert len(told) > 80
    assert sorted(name for name in told if not hasattr(package.Connector, name)) == []


def test_one_overridden_field_changes_one_value(staffed: Any, package: Any, settings: Any, tmp_path: Any) -> None:
    class Swapped(package.Connector):  # type: ignore[misc]  # loaded by path, so its type is not known
        def worker_last_name(self, candidate: Any) -> Any:
            return self.worker_first_name(candidate)

    assert Swapped(settings, tmp_path).sync().ok
    worker = staffed.app.only("workers")
    assert (worker["first_name"], worker["last_name"], worker["display_name"]) == ("Ann", "Ann", "Ann Lee")


def test_an_unforeseen_record_stops_no_other(staffed: Any, package: Any, settings: Any, tmp_path: Any) -> None:
    class Broken(package.Connector):  # type: ignore[misc]  # loaded by path, so its type is not known
        def worksite_name(self, client: Any) -> Any:
            return client["name"].upper() if client["id"] != 11 else 1 / 0

    staffed.ats.put("ClientCorporation", 9, name="Bolt", status="Active Account")
    staffed.ats.put("ClientCorporation", 11, name="Odd", status="Active Account")
    result = Broken(settings, tmp_path).sync()
    assert [(one.id, one.reason) for one in result.failed] == [("11", "cannot be read (ZeroDivisionError)")]
    assert {site["name"] for site in staffed.app.rows["worksites"].values()} == {"BOLT", "ACME"}
