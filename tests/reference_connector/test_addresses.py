"""Addresses that an address service puts right, and what a run does when it is not sure, or gives no answer."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

URL = "https://addresses.test"
DAY = 86_400
TYPED = {"address1": "9 Oka Ave", "city": "Joliet", "state": "Illinois", "zip": "60432", "countryName": "United States"}
RIGHT = {"regionCode": "US", "addressLines": ["9 Oak Ave"], "locality": "Joliet", "administrativeArea": "IL"}
SURE = {"addressComplete": True, "validationGranularity": "PREMISE", "hasSpellCorrectedComponents": True}


def told(verdict: dict[str, Any], postal: dict[str, Any] | None = None) -> dict[str, Any]:
    """Make an answer in Google's form: a flag that is false is left out."""
    return {"result": {"verdict": verdict, "address": {"postalAddress": postal or {}}}, "responseId": "r"}


class Service:
    """Answer what a test says, and keep what was asked."""

    def __init__(self, world: Any, fakes: Any) -> None:
        self.answer: Any = fakes.reply(200, told(SURE, {**RIGHT, "postalCode": "60435"}))
        self.asked: list[dict[str, Any]] = []
        self.world = world
        world.before.append(self.hear)

    def hear(self, method: str, url: str) -> Any:
        if not url.startswith(URL):
            return None
        assert method == "POST"
        assert urlsplit(url).path == "/v1:validateAddress"
        assert parse_qs(urlsplit(url).query) == {"key": ["secret-key"]}
        self.asked.append(json.loads(self.world.log[-1][2])["address"])
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@pytest.fixture
def service(staffed: Any, fakes: Any) -> Service:
    staffed.ats.put("ClientCorporation", 10, address=dict(TYPED))
    return Service(staffed, fakes)


@pytest.fixture
def run(connect: Any) -> Any:
    return lambda: connect(ADDRESS_URL=URL, ADDRESS_KEY="secret-key").sync()


def place(world: Any) -> tuple[Any, ...]:
    site = world.app.only("worksites", external_id="10")
    return tuple(site.get(name) for name in ("street", "city", "state", "postal_code", "country"))


AS_TYPED = ("9 Oka Ave", "Joliet", "IL", "60432", "US")


def test_a_corrected_address_arrives_and_is_asked_about_once(staffed: Any, run: Any, service: Service) -> None:
    result = run()
    assert (result.ok, result.failed, result.reported) == (True, (), ())
    assert place(staffed) == ("9 Oak Ave", "Joliet", "IL", "60435", "US")
    assert service.asked == [
        {
            "regionCode": "US",
            "addressLines": ["9 Oka Ave"],
            "locality": "Joliet",
            "administrativeArea": "Illinois",
            "postalCode": "60432",
        }
    ]
    staffed.later()
    run()
    staffed.ats.put("ClientCorporation", 10, phone="312-555-0170")
    staffed.later()
    run()
    assert [body for _, path, body in staffed.writes() if path.startswith("/worksites")] == [{"phone": "+13125550170"}]
    assert len(service.asked) == 1
    staffed.ats.put("ClientCorporation", 10, address={**TYPED, "address1": "10 Oka Ave"})
    run()
    assert len(service.asked) == 2


DOUBTS = [
    told({**SURE, "hasUnconfirmedComponents": True}, RIGHT),
    told({**SURE, "validationGranularity": "ROUTE"}, RIGHT),
    told({"validationGranularity": "PREMISE", "hasReplacedComponents": True}, RIGHT),
    told({"validationGranularity": "OTHER"}),
    told({}),
]


@pytest.mark.parametrize("answer", DOUBTS)
def test_an_address_in_doubt_arrives_as_it_was_and_is_reported(
    staffed: Any, run: Any, service: Service, fakes: Any, answer: Any
) -> None:
    service.answer = fakes.reply(200, answer)
    for _ in range(3):
        result = run()
        assert (result.ok, result.failed) == (True, ())
        assert [(one.system, one.entity, one.id) for one in result.reported] == [("ats", "ClientCorporation", "10")]
        assert "Oka" not in result.reported[0].reason
        assert place(staffed) == AS_TYPED
        staffed.later()
    assert len(service.asked) == 1
    service.answer = fakes.reply(200, told(SURE, {**RIGHT, "postalCode": "60435"}))
    staffed.ats.put("ClientCorporation", 10, address={**TYPED, "address1": "9 Oak Avenue"})
    assert run().reported == ()
    assert place(staffed)[0] == "9 Oak Ave"


OUTAGES = [
    lambda fakes: fakes.reply(503),
    lambda fakes: fakes.reply(429, {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED"}}, Retry_After="3600"),
    lambda fakes: fakes.reply(403, {"error": {"code": 403, "status": "PERMISSION_DENIED"}}),
    lambda _: (200, {}, "<html>sorry</html>"),
    lambda fakes: fakes.reply(200, {}),
    lambda _: requests.ConnectionError(),
]


@pytest.mark.parametrize("outage", OUTAGES)
def test_no_answer_stops_nothing_and_is_asked_for_again(
    staffed: Any, run: Any, service: Service, fakes: Any, outage: Any
) -> None:
    for key in range(11, 31):
        staffed.ats.put("ClientCorporation", key, name=f"N{key}", status="Active Account", address={"city": f"C{key}"})
    good, service.answer = service.answer, outage(fakes)
    result = run()
    assert (result.ok, result.failed, result.reported) == (True, (), ())
    assert place(staffed) == AS_TYPED
    assert len(staffed.app.rows["worksites"]) == 21
    assert len(staffed.app.rows["assignments"]) == 1
    assert len(service.asked) <= 4
    staffed.later()
    run()
    assert staffed.writes() == []
    service.answer = good
    staffed.later()
    assert run().ok
    assert place(staffed)[0] == "9 Oak Ave"
    staffed.later()
    service.asked.clear()
    run()
    assert (staffed.writes(), service.asked) == ([], [])


def test_an_address_that_the_service_does_not_take_is_reported(
    staffed: Any, run: Any, service: Service, fakes: Any
) -> None:
    service.answer = fakes.reply(400, {"error": {"code": 400, "status": "INVALID_ARGUMENT"}})
    assert [one.id for one in run().reported] == ["10"]
    run()
    assert (len(service.asked), place(staffed)) == (1, AS_TYPED)


def test_an_answer_is_kept_for_thirty_days(staffed: Any, run: Any, service: Service) -> None:
    run()
    staffed.later()
    run()
    staffed.later(31 * DAY)
    run()
    assert len(service.asked) == 1
    staffed.ats.put("ClientCorporation", 10, name="Acme & Co")
    run()
    assert len(service.asked) == 2


def test_without_a_service_nobody_is_asked(staffed: Any, connect: Any, service: Service) -> None:
    for url in ("", " "):
        result = connect(ADDRESS_URL=url, ADDRESS_KEY="").sync()
        assert (result.ok, place(staffed), service.asked) == (True, AS_TYPED, [])


def test_a_service_that_comes_later_is_asked_about_everybody(
    staffed: Any, connect: Any, run: Any, service: Service
) -> None:
    connect().sync()
    staffed.later()
    run()
    assert place(staffed) == ("9 Oak Ave", "Joliet", "IL", "60435", "US")


def test_a_client_that_leaves_is_reported_no_more(staffed: Any, run: Any, service: Service, fakes: Any) -> None:
    service.answer = fakes.reply(200, told({}))
    assert run().reported != ()
    staffed.ats.put("ClientCorporation", 10, status="DNC")
    assert run().reported == ()


def test_a_blank_address_or_one_abroad(staffed: Any, run: Any, service: Service, fakes: Any) -> None:
    staffed.ats.put("ClientCorporation", 10, address={"countryName": "United States", "state": "Ohio"})
    run()
    assert service.asked == []
    service.answer = fakes.reply(200, told(SURE, {"addressLines": ["Kirchweg 1"], "locality": "Köln"}))
    staffed.ats.put(
        "ClientCorporation", 10, address={"address1": "Kirchw. 1", "city": "Koln", "countryName": "Germany"}
    )
    run()
    assert service.asked[0]["regionCode"] == "DE"
    assert place(staffed) == ("Kirchweg 1", "Köln", None, None, "DE")


def test_neither_key_nor_address_is_printed(
    staffed: Any, run: Any, service: Service, fakes: Any, caplog: Any, tmp_path: Any
) -> None:
    caplog.set_level("DEBUG")
    for service.answer in (fakes.reply(503), fakes.reply(403), requests.ReadTimeout(f"{URL}?key=secret-key")):
        run()
    assert not [secret for secret in ("secret-key", "Oka", "Joliet") if secret in caplog.text]
    text = "".join(path.read_text() for path in (tmp_path / "state").rglob("*.json"))
    assert "secret-key" not in text
