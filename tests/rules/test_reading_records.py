"""Values on the wire, and names that follow references, lists and linked records."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signoff.errors import Place
from signoff.expressions.evaluate import Unreadable, holds
from signoff.expressions.parse import parse_condition
from signoff.record import ABSENT
from signoff.rules.context import Context, Moment, World, entity_named
from signoff.rules.reading import breaks, read, shown, unbounded, write
from signoff.schema import Entity, Field, Side, SystemSchema, Type, Wire

CHICAGO = ZoneInfo("America/Chicago")
UTC_ZONE = ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("field", "raw", "typed"),
    [
        (Field("x", Type.TEXT), "a", "a"),
        (Field("x", Type.TEXT), 5, "5"),
        (Field("x", Type.NUMBER), Decimal("1.50"), Decimal("1.5")),
        (Field("x", Type.NUMBER, wire=Wire.NUMBER_TEXT), "1.50", Decimal("1.5")),
        (Field("x", Type.AMOUNT, wire=Wire.DECIMAL_COMMA), "1.234,50", Decimal("1234.5")),
        (Field("x", Type.INTEGER), 9007199254740993, Decimal(9007199254740993)),
        (Field("x", Type.DATE), "1990-05-01", date(1990, 5, 1)),
        (Field("x", Type.DATE), "1990-05-01T00:00:00Z", date(1990, 5, 1)),
        (Field("x", Type.INSTANT, wire=Wire.EPOCH_MS), 1769860800123, datetime(2026, 1, 31, 12, 0, 0, 123000, UTC)),
        (Field("x", Type.INSTANT, wire=Wire.EPOCH_MS), -1, datetime(1969, 12, 31, 23, 59, 59, 999000, UTC)),
        (Field("x", Type.INSTANT), "2026-01-31T12:00:00+0000", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        (Field("x", Type.YES_NO, wire=Wire.ONE_ZERO), 0, False),
        (Field("x", Type.REFERENCE, wire=Wire.ID_OBJECT), {"id": 7, "name": "A"}, "7"),
        (Field("x", Type.REFERENCE), "u-7", "u-7"),
        (Field("x", Type.NUMBER, many=True), [1, None, "2"], [1, None, 2]),
    ],
)
def test_a_raw_value_is_read_by_its_field(field: Field, raw: Any, typed: Any) -> None:
    assert read(field, raw, UTC_ZONE) == typed


@pytest.mark.parametrize("raw", [ABSENT, None, "", " ", []])
def test_blank_values_stay_apart(raw: Any) -> None:
    assert read(Field("x", Type.DATE), raw, UTC_ZONE) is raw


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (Type.NUMBER, "1,5"),
        (Type.NUMBER, True),
        (Type.NUMBER, "Infinity"),
        (Type.DATE, "04/05/2026"),
        (Type.DATE, "2026-02-30"),
        (Type.INSTANT, "soon"),
        (Type.YES_NO, "perhaps"),
    ],
)
def test_what_cannot_be_read_says_so(kind: Type, raw: Any) -> None:
    with pytest.raises(Unreadable):
        read(Field("x", kind), raw, UTC_ZONE)


def test_an_epoch_date_is_the_day_in_its_systems_zone() -> None:
    field = Field("dateOfBirth", Type.DATE, wire=Wire.EPOCH_MS)
    assert read(field, 641520000000, UTC_ZONE) == date(1990, 5, 1)
    assert read(field, 641520000000, CHICAGO) == date(1990, 4, 30)
    assert write(field, date(1990, 5, 1), CHICAGO) == 641538000000


def test_an_instant_without_offset_is_meant_in_its_systems_zone_in_summer_and_winter() -> None:
    field = Field("x", Type.INSTANT)
    assert read(field, "2026-07-01T07:00:00", CHICAGO) == datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert read(field, "2026-01-01T07:00:00", CHICAGO) == datetime(2026, 1, 1, 13, tzinfo=UTC)


@pytest.mark.parametrize("wire", [Wire.NATURAL, Wire.EPOCH_MS])
@given(moment=st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 1900 < moment.year < 2100))
def test_an_instant_written_to_the_millisecond_reads_back(wire: Wire, moment: datetime) -> None:
    exact = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    field = Field("x", Type.INSTANT, wire=wire)
    assert read(field, write(field, exact, CHICAGO), CHICAGO) == exact


@pytest.mark.parametrize("wire", [Wire.NATURAL, Wire.NUMBER_TEXT, Wire.DECIMAL_COMMA])
@given(number=st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_a_number_written_reads_back_exactly(wire: Wire, number: Decimal) -> None:
    field = Field("x", Type.AMOUNT, wire=wire, decimals=2)
    assert read(field, write(field, number, UTC_ZONE), UTC_ZONE) == number


@pytest.mark.parametrize("zone", ["UTC", "America/Chicago", "Asia/Tokyo", "Pacific/Auckland"])
@given(day=st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_a_date_is_never_shifted_by_a_zone(zone: str, day: date) -> None:
    for wire in (Wire.NATURAL, Wire.EPOCH_MS):
        field = Field("x", Type.DATE, wire=wire)
        assert read(field, write(field, day, ZoneInfo(zone)), ZoneInfo(zone)) == day


def test_limits_are_told_in_words() -> None:
    assert breaks(Field("x", Type.TEXT, max_length=3), "Zoë") == ""
    assert breaks(Field("x", Type.TEXT, max_length=3), "Zoe\u0308") == "longer than 3 characters"
    assert breaks(Field("x", Type.PICKLIST, choices=("A",)), "B") == "not one of the field's choices"
    assert breaks(Field("x", Type.NUMBER, minimum=Decimal(0)), -1) == "less than 0"
    assert breaks(Field("x", Type.TEXT, mandatory=True), None) == "it is mandatory"


def test_values_are_shown_for_a_reader() -> None:
    assert shown(["a", None, True, Decimal("1.50")]) == '["a", blank, yes, 1.5]'


CANDIDATE = Entity(
    "Candidate",
    {
        "id": Field("id", Type.INTEGER),
        "firstName": Field("firstName", Type.TEXT, label="First name"),
        "customText5": Field("customText5", Type.TEXT),
        "address": Field("address", Type.ADDRESS, fields={"state": Field("address.state", Type.STATE)}),
        "owner": Field("owner", Type.REFERENCE, wire=Wire.ID_OBJECT, entity="CorporateUser"),
        "skills": Field("skills", Type.REFERENCE, many=True, wire=Wire.ID_OBJECT, entity="Skill"),
        "tags": Field(
            "tags",
            Type.OBJECT,
            many=True,
            fields={"name": Field("tags.name", Type.TEXT), "value": Field("tags.value", Type.NUMBER)},
        ),
    },
)
SCHEMA = SystemSchema(
    Side.ATS,
    "Bullhorn",
    {
        "Candidate": CANDIDATE,
        "CorporateUser": Entity("CorporateUser", {"id": Field("id", Type.INTEGER), "name": Field("name", Type.TEXT)}),
        "Skill": Entity("Skill", {"id": Field("id", Type.INTEGER), "name": Field("name", Type.TEXT)}),
        "Placement": Entity(
            "Placement",
            {
                "id": Field("id", Type.INTEGER),
                "candidate": Field("candidate", Type.REFERENCE, wire=Wire.ID_OBJECT, entity="Candidate"),
                "backup": Field("backup", Type.REFERENCE, wire=Wire.ID_OBJECT, entity="Candidate"),
                "payRate": Field("payRate", Type.AMOUNT),
                "dateEnd": Field("dateEnd", Type.DATE),
            },
        ),
        "JobOrder": Entity("JobOrder", {"id": Field("id", Type.INTEGER)}),
    },
)
RECORD = {
    "id": 1,
    "firstName": "Maria",
    "customText5": "B-7",
    "address": {"state": "TX"},
    "owner": {"id": 7},
    "skills": [{"id": 3}, {"id": 4}],
    "tags": [{"name": "x", "value": 5}, {"name": "y", "value": 6}],
}
PLACEMENTS = {
    "11": {"id": 11, "candidate": {"id": 1}, "backup": {"id": 2}, "payRate": Decimal("40"), "dateEnd": "2026-03-31"},
    "12": {"id": 12, "candidate": {"id": 2}, "backup": {"id": 1}, "payRate": Decimal("50"), "dateEnd": None},
    "13": {"id": 13, "candidate": {"id": 1}, "payRate": Decimal("45"), "dateEnd": "2025-12-31"},
}
WORLD = World(
    SCHEMA,
    {
        "Candidate": {"1": RECORD, "2": {"id": 2}},
        "CorporateUser": {"7": {"id": 7, "name": "Ann"}},
        "Skill": {"3": {"id": 3, "name": "ICU"}, "4": {"id": 4, "name": "ER"}},
        "Placement": PLACEMENTS,
    },
    labels={"Badge": "customText5"},
    entity_words={"assignment": "Placement"},
)
MOMENT = Moment(datetime(2026, 3, 9, 12, tzinfo=UTC))
CONTEXT = Context(WORLD, "Candidate", RECORD, MOMENT, linked={"Placement": PLACEMENTS["11"]})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("firstName", "Maria"),
        ("First name", "Maria"),
        ("Badge", "B-7"),
        ("address.state", "TX"),
        ("address.city", ABSENT),
        ("owner", {"id": 7}),
        ("owner.name", "Ann"),
        ("skills[].name", ["ICU", "ER"]),
        ("skills.name", ["ICU", "ER"]),
        ("tags[].value", [5, 6]),
        ('tags[name is "y"].value', 6),
        ('tags[name is "z"].value', ABSENT),
        ("Placement.payRate", Decimal("40")),
        ("assignment.payRate", Decimal("40")),
        ("Placement.candidate.firstName", "Maria"),
        ("address.*", {"state": "TX"}),
        ("nothing", ABSENT),
        ("owner.nothing", ABSENT),
    ],
)
def test_a_name_is_read(name: str, value: Any) -> None:
    assert CONTEXT.value(name) == value


def test_a_linked_record_that_is_not_there_is_blank() -> None:
    assert Context(WORLD, "Candidate", RECORD, MOMENT).value("Placement.payRate") is ABSENT


def test_a_reference_is_followed_in_either_form() -> None:
    bare = Context(WORLD, "Candidate", {**RECORD, "owner": 7}, MOMENT)
    assert bare.value("owner.name") == "Ann"
    lost = Context(WORLD, "Candidate", {**RECORD, "owner": {"id": 99}}, MOMENT)
    assert lost.value("owner.name") is ABSENT


def test_fields_and_types_are_known_through_references() -> None:
    found = CONTEXT.field("owner.name")
    assert found is not None
    assert found.type is Type.TEXT
    assert WORLD.resolved("Candidate", "skills[].name").many
    assert not WORLD.resolved("Candidate", "owner.nothing").known
    assert CONTEXT.typed("Placement.dateEnd") == date(2026, 3, 31)


def test_related_records_refer_to_this_one() -> None:
    assert [one.record["id"] for one in CONTEXT.related("Placement")] == [11, 13]
    assert [one.record["id"] for one in CONTEXT.related("Placements", "backup")] == [12]
    assert list(CONTEXT.related("JobOrder")) == []
    condition = parse_condition("some Placement has (dateEnd is on or after today)", Place("test"))
    assert holds(condition, CONTEXT)
    condition = parse_condition("some Placement by backup has (dateEnd is filled)", Place("test"))
    assert not holds(condition, CONTEXT)


@pytest.mark.parametrize(
    ("words", "name"),
    [("Placement", "Placement"), ("placements", "Placement"), ("job orders", "JobOrder"),
     ("corporate user", "CorporateUser"),
     ("worker", "")],
)  # fmt: skip
def test_words_name_an_entity(words: str, name: str) -> None:
    assert entity_named(SCHEMA, words) == name


@pytest.mark.parametrize(
    "limit",
    [
        {"mandatory": True},
        {"pattern": "a+"},
        {"form": "{}"},
        {"max_length": 0},
        {"min_length": 0},
        {"decimals": 0},
        {"minimum": Decimal(0)},
        {"maximum": Decimal(0)},
        {"choices": ("a",), "closed": True},
    ],
)
def test_a_field_with_any_limit_is_not_unbounded(limit: dict[str, Any]) -> None:
    assert not unbounded(Field("one", Type.TEXT, **limit))


def test_a_field_without_limits_lets_every_value_be() -> None:
    free = Field("one", Type.TEXT, choices=("a",), closed=False)
    assert unbounded(free)
    assert not any(breaks(free, one) for one in ("", None, "b" * 10_000, Decimal("1e9"), ["c", None]))
