"""Which phones and states are tried, by the country in which a row reads them."""

from __future__ import annotations

import phonenumbers
import pytest

from signoff.errors import Place
from signoff.rules.cell import understand
from signoff.rules.context import RowTypes, SourceField
from signoff.rules.email import address_of_length
from signoff.rules.geography import country_name, state_code, states_of
from signoff.rules.phone import Phone, example_numbers, phone, ways_to_write
from signoff.rules.registry import Around
from signoff.schema import Field, Type
from signoff.systems.google_address.answers import area


def edges(rule: str, kind: Type, *countries: str, most: int | None = None) -> list[str]:
    types = RowTypes(Place("x"), (SourceField("a", "a", Field("a", kind, max_length=most)),), Field("b", Type.TEXT))
    return [one.value for one in understand(rule, types).edges("a", Around(countries=countries))]


def test_a_number_is_tried_as_its_own_people_write_it() -> None:
    # Ofcom's numbers for drama: https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama
    assert list(ways_to_write("+442079460958", "GB").values()) == [
        "020 7946 0958",
        "02079460958",
        "+44 20 7946 0958",
        "+442079460958",
        "+44 (0)20 7946 0958",
    ]


def test_a_zero_that_belongs_to_the_number_is_never_in_parentheses() -> None:
    assert not [one for one in ways_to_write("+390669812345", "IT").values() if "(0)" in one]  # ITU-T E.164, Italy
    assert not [one for one in ways_to_write("+15062345678", "CA").values() if "(1)" in one]


@pytest.mark.parametrize("country", ["GB", "DE", "IT", "CA", "AU", "NZ", "MX", "BR", "ES", "JP"])
def test_every_edge_of_a_country_is_read_there_as_a_valid_number(country: str) -> None:
    tried = edges("same phone", Type.PHONE, country)
    own = [one for one in tried if (found := phone(one, country)) and found.e164 in example_numbers(country)]
    assert len(own) >= 3
    assert [one for one in own if "+" not in one]
    for number in example_numbers(country):
        assert phonenumbers.region_code_for_number(phonenumbers.parse(number)) == country


def test_the_row_s_own_default_country_goes_before_the_integration_s() -> None:
    tried = edges("same phone, default country GB", Type.PHONE, "US")
    assert "0121 234 5678" in tried
    assert "(512) 555-0147" not in tried
    assert "(512) 555-0147" in edges("same phone", Type.PHONE, "US")
    assert edges("same phone", Type.PHONE, "US").count("+1 512 555 0147") == 1


def test_a_number_that_the_field_cannot_hold_is_none() -> None:
    assert max(map(len, edges("same phone", Type.PHONE, "DE", most=13))) <= 13


def test_no_country_has_no_numbers() -> None:
    assert example_numbers("XX") == ()
    assert edges("same phone", Type.PHONE, "XX")[0] == "+44 20 7946 0958"


def test_states_are_those_of_the_country() -> None:
    # ISO 3166-2 and Canada Post's symbols of the provinces
    assert dict(states_of("CA"))["QC"] in ("Quebec", "Québec")
    assert {code for code, _ in states_of("AU")} == {"ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA"}
    assert ("AGU", "Aguascalientes") in states_of("MX")
    assert states_of("XX") == ()
    assert not [name for _, name in states_of("GB") if "[" in name]
    for code, name in states_of("CA"):
        assert state_code(name.upper(), "CA") == state_code(code.lower(), "CA") == code


def test_states_are_tried_of_the_row_s_country() -> None:
    assert edges("same place, default country CA", Type.STATE, "US")[:2] == ["AB", "British Columbia"]
    assert edges("same place", Type.STATE, "US")[:3] == ["TX", "New York", "california"]


def test_a_country_is_named_as_people_name_it() -> None:
    assert [country_name(code) for code in ("US", "AU", "BO", "XX")] == ["United States", "Australia", "Bolivia", "XX"]


def test_a_phone_is_its_number_and_its_extension() -> None:
    assert phone("020 7946 0958 x12", "GB") == Phone("+442079460958", "12")


def test_blanks_around_phones_and_addresses_are_tried_in_texts_too() -> None:
    assert "\u00a0+44 20 7946 0123 " in edges("same phone", Type.PHONE, "US")
    assert {" ann.lee@example.com ", "\u00a0ann.m.lee@example.com\u00a0"} <= set(edges("same email", Type.EMAIL, "US"))
    assert " ann.lee@example.com " in edges("same email", Type.TEXT, "US")
    assert "0121 234 5678" in edges("same phone", Type.TEXT, "GB")
    assert "0121 234 5678" not in edges("same text", Type.TEXT, "GB")


@pytest.mark.parametrize("length", [6, 11, 12, 13, 60, 76, 77, 78, 100, 101, 137, 138, 139, 253, 254])
def test_an_address_of_any_length_that_the_standard_allows(length: int) -> None:
    made = address_of_length(length)
    assert made is not None
    assert len(made) == length
    name, _, domain = made.partition("@")
    # RFC 5321, 4.5.3.1.1, and RFC 1035, 2.3.4
    assert 1 <= len(name) <= 64
    assert all(1 <= len(label) <= 63 for label in domain.split("."))


def test_no_address_is_shorter_or_longer_than_the_standard_allows() -> None:
    assert (address_of_length(5), address_of_length(255)) == (None, None)


def test_a_name_of_two_states_is_always_the_same_one() -> None:
    # ISO 3166-2: districts of Bangladesh (numbers) and divisions (letters), a city and a county of Taiwan
    divided = {"Barishal": "06", "Chattogram": "10", "Dhaka": "13", "Khulna": "27", "Mymensingh": "34"}
    assert {name: state_code(name, "BD") for name in divided} == divided
    assert {name: area(name, "BD") for name in divided} == divided
    assert (state_code("Hsinchu", "TW"), area("Hsinchu", "TW")) == ("HSQ", "HSQ")
