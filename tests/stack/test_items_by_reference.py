"""Rehearse a list that its system works out of records that refer to one, such as Bullhorn's workHistories."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from copying import APP, TOKENS, blank, listed, signed, written
from openapi_text import document
from rig import DATE, LONG, TEXT, Integration, Rig, chart, failed, unproven

from signoff.schema import Side
from signoff.scope import SystemSettings
from signoff.systems.bullhorn import dialect
from signoff.systems.bullhorn.client import BullhornClient

TOML = """
signoff = 1
zone = "America/Chicago"

[connector]
target = "copying:Now"

[connector.settings]
url = "{ats.url}"
username = "{ats.username}"
password = "{ats.password}"
client_id = "{ats.client_id}"
client_secret = "{ats.client_secret}"
APP_TOKEN = "{app.token}"

[systems.ats]
dialect = "bullhorn"
name = "ATS"

[systems.app]
dialect = "openapi"
name = "app"
document = "app.json"
paging = { style = "cursor", cursor = "cursor", next = "next", limit = "limit" }
envelope = { items = "items" }

[entities.past_job]
ats = "Candidate.workHistories"
app = { schema = "PastJob", collection = "/pastjobs" }

[types]
"CandidateWorkHistory.startDate" = "date as epoch ms"
"""

FEATURE = (
    "Feature: Past jobs\n\n  Background:\n    Given each item of Candidate.workHistories is a past job\n"
    + chart(
        "Jobs",
        [
            ("id", "->", "external_id", "as text", "yes"),
            ("companyName", "->", "employer", "same text", "yes"),
            ("startDate", "->", "since", "same date", ""),
            ("candidate.lastName", "->", "last_name", "same text", ""),
        ],
    )
    + """
  @population
  Scenario Outline: <who> <outcome>
    When the connector has been rehearsed
    Then this row of the population holds

    Examples: Who reaches the app
      | who              | outcome               |
      | isDeleted is yes | never reaches the app |
      | anyone else      | reaches the app       |

  @lifecycle
  Scenario Outline: <when> <then>
    When the connector has been rehearsed
    Then this row of the lifecycle holds

    Examples: What happens
      | when                                           | then                    |
      | an item of Candidate.workHistories is deleted  | the past job is removed |
"""
)


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    folder: Path = tmp_path_factory.mktemp("bullhorn")
    (folder / "scope").mkdir()
    (folder / "features" / "tiny").mkdir(parents=True)
    (folder / "scope" / "tiny.toml").write_text(TOML, encoding="utf-8")
    (folder / "features" / "tiny" / "jobs.feature").write_text(FEATURE, encoding="utf-8")
    fields: dict[str, Mapping[str, Any]] = {"external_id": TEXT, "employer": LONG, "since": DATE, "last_name": LONG}
    app = document({"PastJob": fields}, "app.example", {"type": "string"})
    (folder / "scope" / "app.json").write_text(app, encoding="utf-8")
    return Rig(folder, Integration(()))


class Histories:
    """Read every candidate with the list, and each record that the list names."""

    def __init__(self, settings: Mapping[str, str], state: Path) -> None:
        TOKENS[APP] = settings["APP_TOKEN"]
        schema = dialect.schema(SystemSettings(Side.ATS, "bullhorn", "ATS"), {}, None)
        self.ats = BullhornClient(schema, settings)

    def sync(self) -> dict[str, Any]:
        jobs = self.ats.read_all("CandidateWorkHistory")
        there = {one["external_id"]: one for one in listed(APP, "pastjobs")}
        failed_: list[dict[str, str]] = []
        seen: set[str] = set()
        for person in self.ats.read_all("Candidate").values():
            for key in self.of(person):
                if key not in jobs or jobs[key].get("isDeleted"):
                    continue
                seen.add(key)
                wanted = self.fields(key, jobs[key], person)
                if wanted["employer"] is None or not self.write(wanted, there.get(key)):
                    failed_.append({"system": "ats", "entity": "workHistories", "id": key, "reason": "it cannot be"})
        for key in set(there) - seen:
            self.remove(there[key])
        return {"ok": True, "failed": failed_}

    def of(self, person: Mapping[str, Any]) -> list[str]:
        return [str(one["id"]) for one in person.get("workHistories") or ()]

    def fields(self, key: str, job: Mapping[str, Any], person: Mapping[str, Any]) -> dict[str, Any]:
        began = job.get("startDate")
        return {
            "external_id": key,
            "employer": text(job.get("companyName")),
            "since": None if began is None else datetime.fromtimestamp(began / 1000, UTC).date().isoformat(),
            "last_name": text(person.get("lastName")),
        }

    def write(self, wanted: dict[str, Any], held: dict[str, Any] | None) -> bool:
        method, url = ("POST", f"{APP}/pastjobs") if held is None else ("PATCH", f"{APP}/pastjobs/{held['id']}")
        before = held or {}
        sent = {
            name: value
            for name, value in wanted.items()
            if before.get(name) != value and not (value is None and blank(before.get(name)))
        }
        if sent:
            answer = requests.request(method, url, data=written(sent), headers=signed(APP), timeout=30)
            if answer.status_code == 422:
                return False
            answer.raise_for_status()
        return True

    def remove(self, held: Mapping[str, Any]) -> None:
        requests.delete(f"{APP}/pastjobs/{held['id']}", headers=signed(APP), timeout=30).raise_for_status()


def text(value: Any) -> Any:
    return None if blank(value) else value.strip()


class FirstOnly(Histories):
    def of(self, person: Mapping[str, Any]) -> list[str]:
        return super().of(person)[:1]


class NeverRemoved(Histories):
    def remove(self, held: Mapping[str, Any]) -> None:
        pass


LIFE = "past_job:when:an-item-of-candidate-workhistories-is-deleted"


def test_a_right_connector_is_green(rig: Rig) -> None:
    assert rig.agreement.pair("past_job").source == "CandidateWorkHistory"
    assert unproven(rig.rehearsed(Histories)) == {}


@pytest.mark.defects
def test_who_takes_the_first_of_each_list_is_red(rig: Rig) -> None:
    assert "past_job:arrive" in failed(rig.rehearsed(FirstOnly))


@pytest.mark.defects
def test_who_leaves_what_was_taken_out_is_red(rig: Rig) -> None:
    found = rig.rehearsed(NeverRemoved)
    assert failed(found) == {LIFE}
    assert unproven(found, {LIFE}) == {}
