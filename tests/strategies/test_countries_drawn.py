"""What people write is of the integration's country, or of the one that the rule or the record names."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from signoff.plugin.agreeing import agree
from signoff.rules.geography import country_code, state_code
from signoff.rules.phone import phone
from signoff.schema import Field, Side, Type
from signoff.settings.suite import find_suite
from signoff.strategies.abroad import national_of, number_of, phone_of, state_of
from signoff.strategies.people import People
from signoff.strategies.plain import Plain

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PHONE, STATE, COUNTRY = (Field(kind.value, kind) for kind in (Type.PHONE, Type.STATE, Type.COUNTRY))


@pytest.mark.parametrize("country, code", [("GB", "+44"), ("CA", "+1"), ("AU", "+61"), ("MX", "+52"), ("IT", "+39")])
def test_phones_are_of_the_country_in_every_way_of_writing(country: str, code: str) -> None:
    people = People(random.Random(3), NOW, country)
    written = [str(people.plain(PHONE)) for _ in range(60)]
    found = [phone(one, country) for one in written]
    assert all(one is not None and one.e164.startswith(code) for one in found)
    assert len({one.e164 for one in found if one is not None}) > 40
    assert [one for one in written if "+" in one]
    assert [one for one in written if "+" not in one]
    assert people.number().startswith(code)
    assert "+" not in national_of(country, random.Random(3))


def test_a_row_s_own_country_goes_before_the_integration_s() -> None:
    people = People(random.Random(3), NOW)
    british = phone(str(people.plain(PHONE, country="GB")), "GB")
    assert british is not None
    assert british.e164.startswith("+44")
    assert state_code(str(people.plain(STATE, country="CA")), "CA") is not None
    american = phone(str(people.plain(PHONE)), "US")
    assert american is not None
    assert american.e164.startswith("+1")


@pytest.mark.parametrize("country", ["CA", "AU", "MX", "US"])
def test_states_are_of_the_country_by_code_and_by_name(country: str) -> None:
    people = People(random.Random(3), NOW, country)
    written = [str(people.plain(STATE)) for _ in range(60)]
    codes = {state_code(one, country) for one in written}
    assert None not in codes
    assert codes & {one.upper() for one in written}
    assert codes - set(written)
    assert state_code(people.state_code(), country) is not None


def test_the_integration_s_own_country_is_among_those_that_people_name() -> None:
    people = People(random.Random(3), NOW, "AU")
    assert "AU" in {country_code(str(people.plain(COUNTRY))) for _ in range(200)}


def test_what_a_country_has_not_is_nothing() -> None:
    rng = random.Random(3)
    assert (phone_of("XX", rng), number_of("XX", rng), national_of("XX", rng), state_of("XX", rng)) == ("", "", "", "")
    people = People(rng, NOW, "XX")
    assert phone(str(people.plain(PHONE)), "US") is not None
    assert state_code(str(people.plain(STATE)), "US") is not None


ABROAD = {"address.state": "México", "address.countryName": "Antigua and Barbuda"}


@pytest.mark.parametrize(
    ("now", "entered", "moved"),
    [
        ({"address.countryName": None}, {"address.countryName"}, "US"),
        ({"address.countryName": "Germany"}, {"address.countryName"}, "DE"),
        ({"address.countryName": None, "address.state": "Nowhere"}, {"address.countryName"}, None),
        ({"address.countryName": None, "address.state": "Ontario"}, {"address.countryName", "address.state"}, None),
        ({"address.countryName": None, "address.state": "Ohio"}, {"address.countryName"}, None),
    ],
)
def test_a_state_that_nobody_read_is_moved_when_its_country_changes(
    now: dict[str, str | None], entered: set[str], moved: str | None
) -> None:
    suite = find_suite(Path(__file__).parent)
    assert suite is not None
    agreement = agree(suite, "bullhorn-shiftline")
    plain = Plain(agreement, People(random.Random(3), NOW))
    candidate = agreement.schemas[Side.ATS].entities["Candidate"]
    found = plain.at_home(candidate, Side.ATS, {**ABROAD, **now}.get, ABROAD.get, entered)
    assert [*found] == (["address.state"] if moved else [])
    assert all(state_code(str(one), moved or "") for one in found.values())
