"""The items of a list as records of their own: the harness's hands on them, by the document's rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from openapi_text import document
from werkzeug.test import Client

from signoff.agreement.typed import typed
from signoff.errors import Blocked, ScopeError
from signoff.schema import Side
from signoff.scope import EntitySettings, Integration, SystemSettings
from signoff.systems.dialect import Knobs
from signoff.systems.openapi import dialect
from signoff.systems.openapi.simulator import OpenApiSimulator
from signoff.wire.clock import WorldClock

GIVEN = {"type": "integer", "readOnly": True}
OWN = {"type": "string"}
TITLE = {"type": "string", "maxLength": 20}
ENTITIES = {"past_job": EntitySettings("past_job", "Person.jobs", "Person", {"collection": "/persons"})}
Make = Callable[..., OpenApiSimulator]


def settings(side: Side) -> SystemSettings:
    options = {
        "paging": {"style": "cursor", "next": "next", "limit": "limit"},
        "envelope": {"items": "items"},
        "entities": {"Person": {"collection": "/persons"}},
        "webhooks": {"signature_header": "X-Sign", "delivery_header": "X-Id"},
    }
    return SystemSettings(side, "openapi", side.value, document="doc.json", options=options)


@pytest.fixture
def make() -> Make:
    def made(ids: Any = GIVEN, update: str = "patch", **jobs: Any) -> OpenApiSimulator:
        item = {"type": "object", "properties": {"id": ids, "title": TITLE}, "required": ["title"]}
        fields = {"name": TITLE, "jobs": {"type": "array", "items": item, **jobs}}
        text = document({"Person": fields}, "ats.example", OWN, update)

        def read(_: str) -> str:
            return text

        systems = {side: settings(side) for side in Side}
        schemas = {side: dialect.schema(one, ENTITIES, read) for side, one in systems.items()}
        whole = typed(Integration("one", "scope/one.toml", systems=systems, entities=ENTITIES), schemas)[Side.ATS]
        clock = WorldClock(datetime(2026, 3, 2, 15, 0, tzinfo=UTC))
        simulator = dialect.simulator(systems[Side.ATS], ENTITIES, whole, clock, Knobs(), read)
        simulator.check_answers = True
        return simulator

    return made


def titles(simulator: OpenApiSimulator, person: str) -> list[str]:
    return [one["title"] for one in simulator.read_all("Person")[person]["jobs"] or ()]


@pytest.mark.parametrize("update", ["patch", "put"])
@pytest.mark.parametrize("ids", [GIVEN, OWN], ids=["given by the system", "settable"])
def test_items_are_added_changed_moved_and_taken_out(make: Make, ids: Any, update: str) -> None:
    simulator = make(ids, update)
    ana, bo = (simulator.create("Person", {"name": name}) for name in ("Ana", "Bo"))
    one, two = (simulator.create("Person.jobs", {"Person": ana, "title": title}) for title in ("cook", "smith"))
    three = simulator.create("Person.jobs", {"Person": bo, "title": "clerk"})
    assert simulator.read_all("Person.jobs") == {
        one: {"id": int(one) if ids is GIVEN else one, "title": "cook", "Person": ana},
        two: {"id": int(two) if ids is GIVEN else two, "title": "smith", "Person": ana},
        three: {"id": int(three) if ids is GIVEN else three, "title": "clerk", "Person": bo},
    }
    simulator.update("Person.jobs", one, {"title": "chef"})
    assert titles(simulator, ana) == ["chef", "smith"]
    simulator.update("Person.jobs", two, {})
    assert titles(simulator, ana) == ["smith", "chef"]
    simulator.update("Person", ana, {"name": "Anna"})
    assert list(simulator.read_all("Person.jobs")) == [two, one, three]
    simulator.delete("Person.jobs", one)
    assert (titles(simulator, ana), titles(simulator, bo)) == (["smith"], ["clerk"])
    simulator.delete("Person", ana)
    assert list(simulator.read_all("Person.jobs")) == [three]


def test_the_list_is_shown_and_its_record_has_changed(make: Make) -> None:
    simulator = make()
    ana = simulator.create("Person", {"name": "Ana"})
    simulator.take_deliveries()
    one = simulator.create("Person.jobs", {"Person": ana, "title": "cook"})
    headers = {"Authorization": f"Bearer {simulator.addresses()['token']}"}
    shown = Client(simulator).get(f"/persons/{ana}", headers=headers).get_json()
    assert shown["jobs"] == [{"id": int(one), "title": "cook"}]
    [told] = simulator.take_deliveries()
    assert ana in told.body.decode()
    assert "updated" in told.body.decode()


def test_what_a_partner_writes_without_ids_gets_new_ones(make: Make) -> None:
    simulator = make()
    ana = simulator.create("Person", {"name": "Ana"})
    one = simulator.create("Person.jobs", {"Person": ana, "title": "cook"})
    headers = {"Authorization": f"Bearer {simulator.addresses()['token']}"}
    answer = Client(simulator).patch(
        f"/persons/{ana}", json={"jobs": [{"title": "a"}, {"title": "b"}]}, headers=headers
    )
    assert answer.status_code == 200
    ids = [item["id"] for item in answer.get_json()["jobs"]]
    assert len({*ids, int(one)}) == 3


def test_a_list_that_every_record_must_have_is_empty_at_first(make: Make) -> None:
    simulator = make(**{"x-mandatory": True})
    ana = simulator.create("Person", {"name": "Ana"})
    assert titles(simulator, ana) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"title": "x" * 21}, "jobs[0].title: is longer than 20 characters"), ({}, "jobs[0].title: is required")],
)
def test_an_item_that_the_document_forbids_is_refused(make: Make, fields: Any, said: str) -> None:
    simulator = make()
    ana = simulator.create("Person", {"name": "Ana"})
    with pytest.raises(Blocked) as caught:
        simulator.create("Person.jobs", {"Person": ana, **fields})
    assert said in str(caught.value)
    assert titles(simulator, ana) == []


@pytest.mark.parametrize("what", ["update", "delete"])
def test_an_item_that_is_gone(make: Make, what: str) -> None:
    simulator = make()
    with pytest.raises(Blocked, match=r"there is no such item of Person\.jobs"):
        getattr(simulator, what)("Person.jobs", "7", *([{"title": "x"}] if what == "update" else []))


def test_a_list_of_a_schema_that_the_toml_does_not_place() -> None:
    wrong = {"past_job": EntitySettings("past_job", "Persn.jobs", "Person", {"collection": "/persons"})}
    with pytest.raises(ScopeError) as caught:
        dialect.schema(settings(Side.ATS), wrong, lambda _: "")
    assert str(caught.value).splitlines() == [
        '[entities.past_job], cell "ats"',
        "  expected: a list of a schema under [systems.ats.entities]: Person",
        "  found:    `Persn.jobs`",
        "  did you mean: Person",
        '  Correct it, or add Persn = { collection = "/…" } there.',
    ]
