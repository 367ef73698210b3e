"""Load the reference connector by its path, as the plugin does, and give it two stand-in systems."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import responses

FOLDER = Path(__file__).parents[2] / "fixtures/reference_connector"


def load_by_path(name: str, folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


fakes: Any = sys.modules.get("_reference_fakes")
if fakes is None:
    _spec = importlib.util.spec_from_file_location("_reference_fakes", Path(__file__).with_name("fakes.py"))
    assert _spec is not None
    assert _spec.loader is not None
    fakes = importlib.util.module_from_spec(_spec)
    sys.modules["_reference_fakes"] = fakes
    _spec.loader.exec_module(fakes)

SETTINGS = {
    "ATS_URL": fakes.ATS,
    "ATS_USERNAME": "api.user",
    "ATS_PASSWORD": "pass-word",
    "ATS_CLIENT_ID": "client-id",
    "ATS_CLIENT_SECRET": "client-secret",
    "APP_URL": fakes.APP,
    "APP_TOKEN": "app-token",
    "APP_WEBHOOK_SECRET": "hook-secret",
    "ZONE": "America/Chicago",
    "DEFAULT_COUNTRY": "US",
    "TENANT": "northside-staffing",
    "NOTE_AUTHOR": "1",
}


@pytest.fixture
def settings() -> dict[str, str]:
    return dict(SETTINGS)


@pytest.fixture(scope="session", name="fakes")
def fakes_fixture() -> Any:
    return fakes


@pytest.fixture(scope="session")
def package() -> ModuleType:
    return load_by_path("_reference_under_test", FOLDER)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    made = fakes.Clock()
    monkeypatch.setattr("time.time", made.time)
    monkeypatch.setattr("time.sleep", made.sleep)
    return made


@pytest.fixture
def world(clock: Any) -> Iterator[Any]:
    made = fakes.World(clock)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        made.connect(mock)
        yield made


@pytest.fixture
def connect(package: ModuleType, tmp_path: Path) -> Callable[..., Any]:
    def make(**settings: str) -> Any:
        return package.Connector({**SETTINGS, **settings}, tmp_path / "state")

    return make


def midnight(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def staffed(world: Any) -> Any:
    """One client, one job order, one candidate placed on it, one recruiter."""
    world.app.put("recruiters", name="Rosa", external_id="5")
    world.ats.put("Skill", 31, name="Forklift")
    world.ats.put(
        "ClientContact",
        41,
        firstName="Gus",
        lastName="Hall",
        name="Gus Hall",
        phone="312-555-0199",
        clientCorporation={"id": 10},
        isDeleted=False,
        dateAdded=midnight(2026, 1, 5),
    )
    world.ats.put("ClientCorporation", 10, name="Acme", status="Active Account", address={"state": "Illinois"})
    world.ats.put(
        "JobOrder",
        20,
        title="Picker",
        isOpen=True,
        employmentType="Contract",
        status="Accepting Candidates",
        clientCorporation={"id": 10},
        clientContact={"id": 41},
        owner={"id": 5},
        startDate=midnight(2026, 3, 1),
    )
    world.ats.put(
        "Candidate",
        1,
        firstName="Ann",
        lastName="Lee",
        status="Placed",
        mobile="(312) 555-0142",
        email="Ann@x.com",
        owner={"id": 5},
        primarySkills=[31],
        ssn="123-45-6789",
        isDeleted=False,
    )
    world.ats.put(
        "Placement",
        30,
        candidate={"id": 1},
        jobOrder={"id": 20},
        status="Approved",
        dateBegin=midnight(2026, 2, 1),
        payRate=18.5,
        clientBillRate=30,
        hoursPerDay=8,
    )
    return world


@pytest.fixture
def linked(staffed: Any, connect: Callable[..., Any]) -> Any:
    """The candidate and the worker are linked, and an hour has passed."""
    staffed.ats.put(
        "Candidate",
        1,
        nickName="Annie",
        address={"address1": "1 Elm", "city": "Peoria", "state": "IL", "zip": "61602", "countryID": 1},
        massMailOptOut=True,
        willRelocate=True,
        customText2="Mum",
        customText3="1st shift",
        hourlyRate=20,
        dateAvailable=1767225600000,
    )
    connect().sync()
    staffed.later()
    return staffed


@pytest.fixture
def settled(world: Any, connect: Callable[..., Any]) -> Callable[[], None]:
    """Check that further runs write nothing."""

    def check() -> None:
        for _ in range(2):
            world.later()
            assert connect().sync().ok
            assert world.writes() == []

    return check
