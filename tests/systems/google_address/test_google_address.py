"""The simulated address service, over both mounts: verdicts, key, quota, outages, refusals, places.

Field names, choices and error statuses are those of Google's discovery documents (addressvalidation v1 20250618, places
v1 20261101); that false flags are left out is said there of each flag ("If unset, indicates that the value is false").
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from signoff.addresses import Address, AddressBook, Answer, Entry, Mark
from signoff.systems.google_address import dialect
from signoff.systems.google_address.schemas import TABLES, flaws
from signoff.systems.google_address.simulator import OUTAGES, GoogleAddress
from signoff.systems.registry import names
from signoff.systems.service import GROUP, service_dialect
from signoff.wire.clock import WorldClock
from signoff.wire.in_process import in_process
from signoff.wire.journal import Journal
from signoff.wire.port import on_port

RIGHT = Address("412 Maple St", "Peoria", "IL", "61602", "US")
BOOK = AddressBook(
    (
        Entry(RIGHT, Answer.ACCEPTED, RIGHT),
        Entry(
            Address("9 Oka Ave", "Joliet", "IL", "60432", "US"),
            Answer.CORRECTED,
            Address("9 Oak Ave", "Joliet", "IL", "60435", "US"),
            (("route", Mark.SPELLING), ("postcode", Mark.REPLACED)),
        ),
        Entry(
            Address("77 Lake Rd", "Austin", "TX", "78701", "US"),
            Answer.CORRECTED,
            Address("77 Lake Rd", "Austin", "TX", "78701-1417", "US"),
            (("postcode suffix", Mark.INFERRED),),
        ),
        Entry(
            Address("500 Tower Blvd", "Dayton", "OH", "45402", "US"),
            Answer.UNCERTAIN,
            Address("500 Tower Blvd", "Dayton", "OH", "45404", "US"),
            (("subpremise", Mark.MISSING), ("postcode", Mark.REPLACED)),
        ),
        Entry(
            Address("90001 Elm St", "Reno", "NV", "89501", "US"),
            Answer.UNCERTAIN,
            Address("90001 Elm St", "Sparks", "NV", "89501", "US"),
            (("street number", Mark.UNCONFIRMED), ("city", Mark.REPLACED)),
        ),
        Entry(
            Address("Lot behind the old mill", "Salem", "OR", "97301", "US"),
            Answer.UNKNOWN,
            Address("", "Salem", "OR", "97301", "US"),
            (("route", Mark.UNRESOLVED),),
        ),
    )
)


@dataclass
class Asking:
    service: GoogleAddress
    journal: Journal
    clock: WorldClock
    told: dict[str, str]

    def validate(self, address: dict[str, Any], **more: Any) -> requests.Response:
        return requests.post(
            f"{self.told['url']}/v1:validateAddress",
            params={"key": self.told["key"]},
            json={"address": address, **more},
            timeout=5,
        )

    def result(self, street: str, city: str, state: str, postcode: str, region: str = "US") -> dict[str, Any]:
        answer = self.validate(
            {
                "regionCode": region,
                "addressLines": [street],
                "locality": city,
                "administrativeArea": state,
                "postalCode": postcode,
            }
        )
        assert answer.status_code == 200, answer.text
        assert flaws("ValidateAddressResponse", answer.json()) == []
        return dict(answer.json()["result"])

    def place(self, path: str, mask: str = "", **body: Any) -> requests.Response:
        headers = {"X-Goog-Api-Key": self.told["key"]} | ({"X-Goog-FieldMask": mask} if mask else {})
        url = f"{self.told['places_url']}/v1/{path}"
        return requests.post(url, json=body, headers=headers, timeout=5)


@pytest.fixture(params=["in process", "port"])
def asking(request: pytest.FixtureRequest) -> Iterator[Asking]:
    with ExitStack() as stack:
        clock = WorldClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
        journal = Journal(clock)
        service = GoogleAddress({"key": "k-1234567890", "requests_per_minute": 8}, BOOK, clock)
        watched = journal.watched(None, service, "address")
        if request.param == "port":
            origin = stack.enter_context(on_port(watched, silence_seconds=0.1))
        else:
            origin = ""
            stack.enter_context(in_process(dict.fromkeys(service.hosts, watched), journal, clock))
        yield Asking(service, journal, clock, dict(service.addresses(origin)))


def test_a_good_address_is_accepted(asking: Asking) -> None:
    result = asking.result("412 Maple St", "Peoria", "IL", "61602")
    assert result["verdict"] == {
        "inputGranularity": "PREMISE",
        "validationGranularity": "PREMISE",
        "geocodeGranularity": "PREMISE",
        "addressComplete": True,
        "possibleNextAction": "ACCEPT",
    }
    assert result["address"]["postalAddress"] == {
        "regionCode": "US",
        "languageCode": "en",
        "postalCode": "61602",
        "administrativeArea": "IL",
        "locality": "Peoria",
        "addressLines": ["412 Maple St"],
    }
    assert result["address"]["formattedAddress"] == "412 Maple St, Peoria, IL 61602, USA"
    assert {one["confirmationLevel"] for one in result["address"]["addressComponents"]} == {"CONFIRMED"}
    assert result["uspsData"]["dpvConfirmation"] == "Y"


def test_corrected_parts_are_marked(asking: Asking) -> None:
    result = asking.result("9 Oka Ave", "Joliet", "IL", "60432")
    assert result["verdict"]["hasSpellCorrectedComponents"] is True
    assert result["verdict"]["hasReplacedComponents"] is True
    assert "hasInferredComponents" not in result["verdict"]
    assert "hasUnconfirmedComponents" not in result["verdict"]
    components = {one["componentType"]: one for one in result["address"]["addressComponents"]}
    assert components["route"]["componentName"]["text"] == "Oak Ave"
    assert components["route"]["spellCorrected"] is True
    assert components["postal_code"] == {
        "componentName": {"text": "60435"},
        "componentType": "postal_code",
        "confirmationLevel": "CONFIRMED",
        "replaced": True,
    }
    assert "replaced" not in components["locality"]


def test_an_inferred_suffix_stands_in_the_postal_code(asking: Asking) -> None:
    result = asking.result("77 Lake Rd", "Austin", "TX", "78701")
    assert result["verdict"]["hasInferredComponents"] is True
    assert result["address"]["postalAddress"]["postalCode"] == "78701-1417"
    assert result["uspsData"]["standardizedAddress"]["zipCodeExtension"] == "1417"


def test_a_missing_sub_premise_leaves_the_address_incomplete(asking: Asking) -> None:
    result = asking.result("500 Tower Blvd", "Dayton", "OH", "45402")
    assert "addressComplete" not in result["verdict"]
    assert result["verdict"]["possibleNextAction"] == "CONFIRM_ADD_SUBPREMISES"
    assert result["address"]["missingComponentTypes"] == ["subpremise"]
    assert result["uspsData"]["dpvConfirmation"] == "D"


def test_an_unconfirmed_component_is_named(asking: Asking) -> None:
    result = asking.result("90001 Elm St", "Reno", "NV", "89501")
    assert result["verdict"]["hasUnconfirmedComponents"] is True
    assert result["verdict"]["validationGranularity"] == "ROUTE"
    assert result["verdict"]["possibleNextAction"] == "FIX"
    assert result["address"]["unconfirmedComponentTypes"] == ["street_number"]


@pytest.mark.parametrize("street", ["Lot behind the old mill", "1 Nowhere Particular"])
def test_what_is_not_known_is_no_premise(asking: Asking, street: str) -> None:
    result = asking.result(street, "Salem", "OR", "97301")
    assert result["verdict"]["validationGranularity"] == "OTHER"
    assert "addressComplete" not in result["verdict"]
    assert result["address"]["unresolvedTokens"] == street.split()
    assert "addressLines" not in result["address"]["postalAddress"]


@pytest.mark.parametrize(
    "address",
    [
        {"addressLines": ["9 oka ave, Joliet, IL 60432"]},
        {"addressLines": ["9 Oka Ave.", "Joliet"], "administrativeArea": "Illinois", "postalCode": "60432"},
        {"addressLines": ["9 Oka Ave"], "locality": "JOLIET", "administrativeArea": "IL", "postalCode": "60432"},
    ],
)
def test_an_address_is_found_however_it_is_spread_over_the_fields(asking: Asking, address: dict[str, Any]) -> None:
    answer = asking.validate({"regionCode": "us", **address}).json()
    assert answer["result"]["address"]["postalAddress"]["addressLines"] == ["9 Oak Ave"]


def test_another_country_is_another_address(asking: Asking) -> None:
    found = asking.result("412 Maple St", "Peoria", "IL", "61602", "CA")
    assert found["verdict"]["validationGranularity"] == "OTHER"


def test_a_key_is_asked_for(asking: Asking) -> None:
    url = f"{asking.told['url']}/v1:validateAddress"
    body = {"address": {"regionCode": "US", "addressLines": ["412 Maple St"]}}
    none = requests.post(url, json=body, timeout=5)
    assert (none.status_code, none.json()["error"]["status"]) == (403, "PERMISSION_DENIED")
    wrong = requests.post(url, json=body, params={"key": "other"}, timeout=5)
    assert (wrong.status_code, wrong.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert wrong.json()["error"]["details"][0]["reason"] == "API_KEY_INVALID"
    header = requests.post(url, json=body, headers={"X-Goog-Api-Key": asking.told["key"]}, timeout=5)
    assert header.status_code == 200
    assert asking.service.secrets() == {"k-1234567890"}


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"[]"])
def test_a_message_that_is_no_json_is_refused(asking: Asking, body: bytes) -> None:
    url, key = f"{asking.told['url']}/v1:validateAddress", asking.told["key"]
    answer = requests.post(url, params={"key": key}, data=body, timeout=5)
    assert (answer.status_code, answer.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"addressLines": ["1 Main St"]}, "Region code is missing."),
        ({"regionCode": "AQ", "addressLines": ["1 Main St"]}, "Unsupported region code: AQ."),
        ({"regionCode": "US"}, "Address is missing"),
        ({"regionCode": "US", "addressLines": ["x" * 281]}, "280 characters"),
        ({"regionCode": "US", "addressLines": "1 Main St"}, "Invalid value at 'address.addressLines'"),
        ({"regionCode": "US", "street": "1 Main St"}, "Unknown name \"street\" at 'address': Cannot find field."),
    ],
)
def test_a_message_that_cannot_be_read_is_refused(asking: Asking, address: dict[str, Any], said: str) -> None:
    answer = asking.validate(address)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["status"]) == (400, 400, "INVALID_ARGUMENT")
    assert said in error["message"]
    assert flaws("ErrorAnswer", answer.json()) == []


def test_a_session_token_has_at_most_36_characters(asking: Asking) -> None:
    assert asking.validate({"regionCode": "US", "postalCode": "61602"}, sessionToken="s" * 37).status_code == 400
    assert asking.validate({"regionCode": "US", "postalCode": "61602"}, sessionToken="s" * 36).status_code == 200


def test_beyond_the_quota_of_a_minute_requests_are_refused(asking: Asking) -> None:
    codes = [asking.validate({"regionCode": "US", "postalCode": "61602"}).status_code for _ in range(9)]
    assert codes == [200] * 8 + [429]
    asking.clock.advance(60)
    assert asking.validate({"regionCode": "US", "postalCode": "61602"}).status_code == 200


def test_an_outage_begins_and_ends(asking: Asking) -> None:
    told = {"unavailable": (503, "UNAVAILABLE"), "over quota": (429, "RESOURCE_EXHAUSTED")}
    told["not enabled"] = (403, "PERMISSION_DENIED")
    for outage, expected in told.items():
        asking.service.outage = outage
        answer = asking.validate({"regionCode": "US", "postalCode": "61602"})
        assert (answer.status_code, answer.json()["error"]["status"]) == expected
    for outage in set(OUTAGES) - told.keys():
        asking.service.outage = outage
        with pytest.raises((requests.ConnectionError, requests.ReadTimeout)):
            asking.validate({"regionCode": "US", "postalCode": "61602"})
    asking.service.outage = ""
    assert asking.validate({"regionCode": "US", "postalCode": "61602"}).status_code == 200


def test_every_exchange_stands_in_the_journal_as_the_services(asking: Asking) -> None:
    asking.result("412 Maple St", "Peoria", "IL", "61602")
    (one,) = asking.journal.exchanges()
    assert (one.side, one.service, one.status, one.method) == (None, "address", 200, "POST")
    assert b"Peoria" in one.request_body


def test_feedback_closes_a_validation(asking: Asking) -> None:
    url = f"{asking.told['url']}/v1:provideValidationFeedback"
    params = {"key": asking.told["key"]}
    good = {"conclusion": "VALIDATED_VERSION_USED", "responseId": "an id"}
    assert requests.post(url, json=good, params=params, timeout=5).json() == {}
    assert requests.post(url, json={"responseId": "an id"}, params=params, timeout=5).status_code == 400


def test_places_are_found_by_text_and_need_a_field_mask(asking: Asking) -> None:
    assert asking.place("places:searchText", textQuery="maple st peoria").status_code == 400
    found = asking.place("places:searchText", "places.id,places.formattedAddress", textQuery="maple st peoria").json()
    assert [one["formattedAddress"] for one in found["places"]] == ["412 Maple St, Peoria, IL 61602, USA"]
    assert set(found["places"][0]) == {"id", "formattedAddress"}
    assert asking.place("places:searchText", "*", textQuery="atlantis").json() == {}
    assert asking.place("places:searchText", "places.street", textQuery="maple").status_code == 400
    page = asking.place("places:searchText", "places.id,nextPageToken", textQuery="usa", pageSize=2).json()
    rest = asking.place(
        "places:searchText", "places.id,nextPageToken", textQuery="usa", pageSize=2, pageToken=page["nextPageToken"]
    ).json()
    assert (len(page["places"]), len(rest["places"]), "nextPageToken" in rest) == (2, 1, False)


def test_autocomplete_leads_to_the_details_of_a_place(asking: Asking) -> None:
    suggested = asking.place("places:autocomplete", input="9 Oak Av").json()["suggestions"]
    assert [one["placePrediction"]["text"]["text"] for one in suggested] == ["9 Oak Ave, Joliet, IL 60435, USA"]
    place = suggested[0]["placePrediction"]["placeId"]
    headers = {"X-Goog-Api-Key": asking.told["key"], "X-Goog-FieldMask": "postalAddress"}
    url = f"{asking.told['places_url']}/v1/places/"
    details = requests.get(url + place, headers=headers, timeout=5)
    assert details.json()["postalAddress"]["addressLines"] == ["9 Oak Ave"]
    assert requests.get(url + "ChIJnowhere", headers=headers, timeout=5).status_code == 404


def test_the_dialect_is_installed_by_its_name() -> None:
    assert "google-address" in names(GROUP)
    assert service_dialect("google-address", "scope/x.toml") is dialect


def test_every_type_of_the_tables_exists() -> None:
    plain = {"text", "yes/no", "number", "whole", "anything"}
    for fields in TABLES.values():
        for kind in fields.values():
            assert kind.strip("[]") in plain | TABLES.keys() or "|" in kind
