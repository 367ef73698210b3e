"""Rehearse an app whose ids are not called `id`: references find the record made for the sending one all the same."""

from __future__ import annotations

from typing import Any

import pytest
from copying import APP, Connector, Link
from rig import TEXT, Case, Integration, Rig, failed, to, unproven

OWN = "chiefNo"


def chief(r: Any) -> Any:
    one = r.run.partner("chiefs", r.a)
    return one[OWN] if one else None


def another(r: Any) -> Any:
    return next((one[OWN] for one in r.run.all(APP, "chiefs") if one["external_id"] != r.a), None)


CASES = (
    Case("name", "same text", lambda r: r.a, required=True),
    Case("boss", "the lead with the same id", chief, (another,), {"a": to("Lead")}, to("Chief")),
    Case("deputy", f"the lead with the same {OWN}", chief, (another,), {"a": to("Lead")}, to("Chief")),
)
TINY = Integration(
    CASES,
    others={("ats", "Lead"): {"name": TEXT}, ("app", "Chief"): {"external_id": TEXT, "name": TEXT}},
    toml='[entities.lead]\nats = "Lead"\napp = { schema = "Chief", id = "chiefNo" }\nseeded = true\n'
    'link = "id -> external_id"\n',
    app_id=OWN,
)


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    return Rig(tmp_path_factory.mktemp("ids"), TINY)


def connector(**wrong: Any) -> Any:
    writes = {one.name: one.made(wrong.get(one.name, one.right)) for one in CASES}
    link = Link("Person", "persons", "members", writes, frozenset({"name"}))
    return type("Now", (Connector,), {"links": (link,), "app_id": OWN})


def test_a_reference_finds_the_record_that_was_made(rig: Rig) -> None:
    assert unproven(rig.rehearsed(connector())) == {}


@pytest.mark.defects
@pytest.mark.parametrize("name", ["boss", "deputy"])
def test_another_record_is_red_in_the_row(rig: Rig, name: str) -> None:
    found = rig.rehearsed(connector(**{name: another}))
    assert failed(found) == {f"member.{name}"}
