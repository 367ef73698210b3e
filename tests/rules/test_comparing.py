"""The finer points of comparing: what is the same, what is not, and the laws that hold for every value."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signoff.errors import Place
from signoff.record import ABSENT
from signoff.rules.cell import Rule, settled, understand
from signoff.rules.context import Context, Moment, RowTypes, SourceField, World, zone_named
from signoff.rules.cutting import cut
from signoff.rules.geography import country_code, one_line, state_code
from signoff.rules.money import rounded
from signoff.rules.phone import phone
from signoff.rules.results import BadData, Blank, Kept, Unwritten, Value
from signoff.rules.text import plain_text
from signoff.rules.wording import normal, same_text
from signoff.schema import Entity, Field, Side, SystemSchema, Type, Wire


def rule_of(text: str, sending: Type | Field, receiving: Type | Field) -> Rule:
    source = sending if isinstance(sending, Field) else Field("x", sending)
    target = receiving if isinstance(receiving, Field) else Field("y", receiving)
    return understand(text, RowTypes(Place("test"), (SourceField("x", "x", source),), target))


def judged(text: str, sending: Type | Field, receiving: Type | Field, value: Any, held: Any, **moment: Any) -> bool:
    rule = rule_of(text, sending, receiving)
    source = sending if isinstance(sending, Field) else Field("x", sending)
    schema = SystemSchema(Side.ATS, "ats", {"E": Entity("E", {"x": source})})
    at = Moment(**{"now": datetime(2026, 1, 1, tzinfo=UTC), **moment})
    context = Context(World(schema, {}), "E", {"x": value}, at)
    return rule.agrees(rule.value(context), held, context)


@pytest.mark.parametrize(
    ("value", "held", "same"),
    [
        ("Zoë", "Zoe\u0308", True),
        ("\u00a0Ann\u2003", "Ann", True),
        ("Ann", "ann", False),
        ("Ann Lee", "Ann  Lee", False),
        ("Köln", "KÃ¶ln", False),
        ("O'Brien", "O&#39;Brien", False),
        ("ﬁ", "fi", False),
        ("Ann", None, False),
        (None, "", True),
        ("", ABSENT, True),
        ("0", "", False),
    ],
)
def test_same_text(value: Any, held: Any, same: bool) -> None:
    assert judged("same text", Type.TEXT, Type.TEXT, value, held) is same


@pytest.mark.parametrize(
    ("value", "held", "country", "same"),
    [
        ("(512) 555-0147", "+15125550147", "US", True),
        ("(512) 555-0147", "512-555-0147", "US", True),
        ("512 555 0147 ext. 12", "+15125550147", "US", True),
        ("020 7946 0958", "+442079460958", "GB", True),
        ("020 7946 0958", "+4402079460958", "GB", False),
        ("030 23125 123", "+493023125123", "DE", True),
        ("030 23125 123", "+49030 23125123", "DE", False),
        ("06 698 12345", "+390669812345", "IT", True),
        ("06 698 12345", "+39669812345", "IT", False),
        ("0152 28817386", "+9115228817386", "DE", False),
        ("(512) 555-0147", "+15125550148", "US", False),
        ("(512) 555-0147", "5125550147x99", "US", True),
    ],
)
def test_same_phone(value: str, held: str, country: str, same: bool) -> None:
    assert judged("same phone", Type.PHONE, Type.PHONE, value, held, default_country=country) is same


def test_a_phone_has_its_number_and_its_extension() -> None:
    found = phone("+1 512 555 0147 x12", "")
    assert found is not None
    assert (found.e164, found.extension) == ("+15125550147", "12")
    assert phone("12345", "US") is None


@pytest.mark.parametrize(
    ("value", "zone", "held", "same"),
    [
        ("2026-07-01T04:59:59Z", "America/Chicago", "2026-06-30", True),
        ("2026-07-01T05:00:00Z", "America/Chicago", "2026-07-01", True),
        ("2026-01-01T05:59:59Z", "America/Chicago", "2025-12-31", True),
        ("2026-01-01T06:00:00Z", "America/Chicago", "2026-01-01", True),
        ("2026-06-30T15:00:00Z", "Asia/Tokyo", "2026-07-01", True),
        ("2026-06-30T14:59:59Z", "Asia/Tokyo", "2026-06-30", True),
        ("2026-06-30T15:00:00Z", "Asia/Tokyo", "2026-06-30", False),
    ],
)
def test_an_instant_becomes_a_day_in_its_systems_zone(value: str, zone: str, held: str, same: bool) -> None:
    system = {"system_zone": zone_named(zone)}
    assert judged("same date", Type.INSTANT, Type.DATE, value, held, **system) is same


@pytest.mark.parametrize("zone", ["UTC", "America/Chicago", "Asia/Tokyo"])
def test_a_date_is_never_shifted_whatever_the_zones(zone: str) -> None:
    zones = {name: zone_named(zone) for name in ("zone", "system_zone", "target_zone")}
    assert judged("same date", Type.DATE, Type.DATE, "1990-05-01", "1990-05-01", **zones)
    assert not judged("same date", Type.DATE, Type.DATE, "1990-05-01", "1990-04-30", **zones)


@pytest.mark.parametrize(
    ("held", "same"),
    [
        ("2026-11-01T01:30:00-05:00", True),
        ("2026-11-01T01:30:00-06:00", False),
        ("2026-11-01T06:30:00.0004Z", True),
        ("2026-11-01T06:30:00.002Z", False),
        (1793514600000, False),
    ],
)
def test_the_hour_that_comes_twice_is_two_moments(held: Any, same: bool) -> None:
    assert judged("same date and time", Type.INSTANT, Type.INSTANT, "2026-11-01T06:30:00Z", held) is same


def test_instants_compare_at_the_receivers_resolution() -> None:
    seconds = Field("y", Type.INSTANT, wire=Wire.EPOCH_S)
    value = "2026-01-31T12:00:00.900Z"
    assert judged("same date and time", Type.INSTANT, seconds, value, 1769860800)
    assert judged("same date and time", Type.INSTANT, seconds, value, 1769860801)
    assert not judged("same date and time", Type.INSTANT, seconds, value, 1769860802)


def test_amounts_are_exact() -> None:
    assert judged("same amount", Type.AMOUNT, Type.AMOUNT, Decimal("0.1"), Decimal("0.100"))
    assert not judged("same amount", Type.AMOUNT, Type.AMOUNT, Decimal("0.1"), Decimal("0.1000000000000001"))
    assert not judged("same amount", Type.AMOUNT, Type.AMOUNT, 0, None)
    assert judged("same number", Type.INTEGER, Type.INTEGER, 9007199254740993, 9007199254740993)
    assert not judged("same number", Type.INTEGER, Type.INTEGER, 9007199254740993, 9007199254740992)


def test_halves_go_away_from_zero_or_to_the_even_digit() -> None:
    assert [rounded(Decimal(n), 2) for n in ("2.675", "-2.675", "2.665")] == [
        Decimal("2.68"), Decimal("-2.68"), Decimal("2.67"),
    ]  # fmt: skip
    assert rounded(Decimal("2.665"), 2, half_even=True) == Decimal("2.66")


@pytest.mark.parametrize(
    ("rule", "value", "held", "same"),
    [
        ("every item", ["a", "b"], ["b", "a"], True),
        ("every item", ["a", "b"], ["a", "b", "b"], True),
        ("every item", ["a", "b"], ["a"], False),
        ("every item", ["a", "b"], ["a", "b", "c"], False),
        ("every item", ["a, b"], ["a", "b"], False),
        ("every item, in order", ["a", "b"], ["b", "a"], False),
        ("every item, in order", ["a", "a"], ["a"], False),
        ("every item", ["a", None], ["a", ""], True),
        ("every item", [], None, True),
        ("every item", ["a"], [], False),
    ],
)
def test_lists(rule: str, value: list[Any], held: Any, same: bool) -> None:
    many = Field("y", Type.TEXT, many=True)
    assert judged(rule, Field("x", Type.TEXT, many=True), many, value, held) is same


def test_countries_and_states_have_their_codes() -> None:
    names = ("United States", "usa", "U.S.", "UK", "Côte d'Ivoire", "DEU")
    assert [country_code(name) for name in names] == ["US", "US", "US", "GB", "CI", "DE"]
    assert state_code("Quebec", "CA") == "QC"
    assert state_code("TX", "DE") is None
    assert country_code("Texas") is None


def test_an_address_on_one_line_has_no_comma_for_what_is_not_there() -> None:
    assert one_line({"address1": "1 Main St", "address2": "", "city": "Austin", "zip": "78701"}) == (
        "1 Main St, Austin, 78701"
    )


def test_characters_are_never_parted() -> None:
    family = "👩\u200d👩\u200d👧"
    assert cut(f"a{family}", 3) == "a"
    assert cut("e\u0301e\u0301", 3) == "e\u0301"
    assert cut("🇺🇸🇩🇪", 3) == "🇺🇸"
    assert cut("👍🏽", 1) == ""


def test_html_is_taken_away_once() -> None:
    assert plain_text("<div>a &lt;b&gt;</div><script>x</script><ul><li>1<li>2</ul>") == "a <b>\n1\n2"


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@given(st.text())
def test_every_form_of_a_text_is_the_same_text(text: str) -> None:
    assert same_text(unicodedata.normalize("NFD", text), unicodedata.normalize("NFC", text))


@given(st.text(), st.integers(1, 30))
def test_a_cut_text_is_short_and_the_beginning_of_the_text(text: str, most: int) -> None:
    assert len(cut(text, most)) <= most
    assert text.startswith(cut(text, most))


RESULTS = st.one_of(
    st.text(min_size=1).filter(str.strip).map(Value),
    st.just(Blank()),
    st.just(Unwritten("its condition does not hold")),
    st.just(BadData("number cannot be read", "it is no number")),
)
BEFORE = st.one_of(st.just(ABSENT), st.none(), st.text())
MODIFIERS = st.sampled_from(
    ["same text", "same text, on create only", "same text, only if blank", "same text, only if newer",
     "same text, blank is ignored", "same text, blank clears"]
)  # fmt: skip


@given(MODIFIERS, RESULTS, BEFORE, st.sampled_from([True, False, None]))
def test_what_settled_keeps_it_keeps_whole(text: str, result: Any, before: Any, newer: bool | None) -> None:
    rule = rule_of(text, Type.TEXT, Type.TEXT)
    found = settled(rule, result, before, False, newer)
    assert found == result or found == Kept(before)
    if isinstance(result, Unwritten | BadData) or rule.modifiers.on_create_only:
        assert found == Kept(before)


@given(MODIFIERS, RESULTS)
def test_a_created_record_gets_what_the_rule_says(text: str, result: Any) -> None:
    found = settled(rule_of(text, Type.TEXT, Type.TEXT), result, ABSENT, True)
    assert found == (Kept(ABSENT) if isinstance(result, Unwritten) else result)


@given(st.lists(st.text(min_size=1).filter(str.strip)), st.lists(st.text(min_size=1).filter(str.strip), min_size=1))
def test_adding_never_removes_and_adding_twice_is_adding_once(had: list[str], new: list[str]) -> None:
    many = Field("x", Type.TEXT, many=True)
    rule = rule_of("every item, add, never remove", many, Field("y", Type.TEXT, many=True))
    once = settled(rule, Value(new), had, False)
    assert isinstance(once, Value)
    assert {normal(one) for one in [*had, *new]} == {normal(one) for one in once.typed}
    again = settled(rule, Value(new), rule.raw(once), False)
    assert isinstance(again, Value)
    assert again.typed == once.typed
