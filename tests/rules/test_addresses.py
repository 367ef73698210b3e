"""What a service says of an address as it was typed: found without case, marks and blanks, and part by part."""

from __future__ import annotations

import pytest

from signoff.addresses import NO_SERVICE, Address, AddressBook, Answer, Entry, Service
from signoff.rules.address import answer, known, part_of, typed_address

TYPED = Address("12 Köln Mian St.", "Peoria", "IL", "61602", "US")
ENTRY = Entry(TYPED, Answer.CORRECTED, Address("12 Koeln Main St", "Peoria", "IL", "61602", "US"))
UP = Service(AddressBook((ENTRY,)))


@pytest.mark.parametrize(
    "street, city, state, postcode, country",
    [
        ("12 Köln Mian St.", "Peoria", "IL", "61602", "United States"),
        (" 12  koln mian st ", "PEORIA", "Illinois", "61602", ""),
        ("12 Köln Mian St", "Peoria", "il", "61602\u00a0", "usa"),
    ],
)
def test_an_address_is_known_however_it_is_written(
    street: str, city: str, state: str, postcode: str, country: str
) -> None:
    texts = {"street": street, "city": city, "state": state, "postcode": postcode, "country": country}
    found = typed_address(texts, "US")
    assert known(UP, found) is ENTRY
    assert answer(UP, found) is Answer.CORRECTED
    assert answer(Service(UP.book, down=True), found) is Answer.NONE


@pytest.mark.parametrize(
    "part, value",
    [("street", "13 Köln Mian St"), ("city", ""), ("state", "TX"), ("postcode", "61603"), ("country", "CA")],
)
def test_another_part_makes_another_address(part: str, value: str) -> None:
    texts = {"street": TYPED.street, "city": "Peoria", "state": "IL", "postcode": "61602", part: value}
    assert answer(UP, typed_address(texts, "US")) is Answer.UNKNOWN


def test_nobody_knows_anything_without_a_service() -> None:
    assert answer(NO_SERVICE, TYPED) is Answer.UNKNOWN


@pytest.mark.parametrize(
    "name, part",
    [
        ("address.address1", "street"),
        ("street", "street"),
        ("address.city", "city"),
        ("address.state", "state"),
        ("postal_code", "postcode"),
        ("zip", "postcode"),
        ("address.countryName", "country"),
        ("address.address2", ""),
        ("badge", ""),
    ],
)
def test_a_field_says_by_its_name_which_part_it_holds(name: str, part: str) -> None:
    assert part_of(name) == part
