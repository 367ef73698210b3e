"""Single values, with literal expectations."""

import sys
from decimal import Decimal
from fractions import Fraction
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="session")
def values(package: ModuleType) -> Any:
    return package.connector.v


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("\u00a0 Ann \u00a0", "Ann"),
        ("Nguye\u0302\u0303n", "Nguy\u1ec5n"),
        ("O'Brien & Sons", "O'Brien & Sons"),
        (" \u00a0\t", None),
        (None, None),
        ([], None),
        (0, "0"),
        (False, "false"),
        (Decimal("12.50"), "12.5"),
    ],
)
def test_text(values: Any, given: object, expected: str | None) -> None:
    assert values.text(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("(312) 555-0142", "+13125550142"),
        ("312.555.0142 ext. 77", "+13125550142"),
        ("+44 20 7946 0958", "+442079460958"),
        ("1-800-356-9377", "+18003569377"),
        ("", None),
    ],
)
def test_phone(values: Any, given: str, expected: str | None) -> None:
    assert values.phone(given, "US") == expected


@pytest.mark.parametrize("given", ["call me", "555-0142", "+1 312 555 014", "000-000-0000", "n/a"])
def test_a_phone_that_is_none_is_bad_data(values: Any, given: str) -> None:
    with pytest.raises(values.BadData, match=r"^not a valid phone number$"):
        values.phone(given, "US")


@pytest.mark.parametrize(
    ("given", "expected"),
    [("Illinois", "IL"), ("il", "IL"), (" IL ", "IL"), ("US-IL", "IL"), ("district of columbia", "DC"), (None, None)],
)
def test_state(values: Any, given: str | None, expected: str | None) -> None:
    assert values.state(given, "US") == expected


def test_a_state_of_another_country(values: Any) -> None:
    assert values.state("Ontario", "CA") == "ON"
    with pytest.raises(values.BadData):
        values.state("Ontario", "US")


@pytest.mark.parametrize(
    ("given", "expected"),
    [("United States", "US"), ("usa", "US"), ("U.S.A.", "US"), ("UK", "GB"), ("Deutschland", None), ("Germany", "DE")],
)
def test_country(values: Any, given: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(values.BadData):
            values.country(given)
    else:
        assert values.country(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (1767225600000, "2026-01-01"),
        (0, "1970-01-01"),
        (-86400000, "1969-12-31"),
        (1772323199000, "2026-02-28"),
        (None, None),
    ],
)
def test_day(values: Any, given: int | None, expected: str | None) -> None:
    assert values.day_text(given) == expected


def test_instants(values: Any) -> None:
    assert values.instant_text(1767225600000) == "2026-01-01T00:00:00Z"
    assert values.instant_text(1767225600123) == "2026-01-01T00:00:00.123Z"
    assert values.epoch_ms("2026-01-01T00:00:00.123Z") == 1767225600123
    assert values.epoch_ms("2025-12-31T18:00:00-06:00") == 1767225600000


@pytest.mark.parametrize(
    ("given", "expected"),
    [(True, True), ("False", False), ("N", False), (0, False), (1, True), ("yes", True), (None, None), ("", None)],
)
def test_yes_no(values: Any, given: object, expected: bool | None) -> None:
    assert values.yes_no(given) is expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("<p>Fish &amp; chips</p><p>daily</p>", "Fish & chips\ndaily"),
        ("a<br/>b<br>c", "a\nb\nc"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("<style>p{}</style>seen<script>x()</script>", "seen"),
        ("<b>bold</b>&nbsp; text", "bold text"),
        ("5 < 6 &lt; 7", "5 < 6 < 7"),
        ("<p> </p>", None),
    ],
)
def test_plain_text(values: Any, given: str, expected: str | None) -> None:
    assert values.plain_text(given) == expected


@pytest.mark.parametrize(
    ("given", "length", "expected"),
    [
        ("abcdef", 3, "abc"),
        ("abc", 3, "abc"),
        ("abe\u0301", 3, "ab"),
        ("a\U0001f468\u200d\U0001f469", 3, "a"),
        ("a\U0001f44d\U0001f3fd", 2, "a"),
        ("ab cd", 3, "ab"),
    ],
)
def test_cut(values: Any, given: str, length: int, expected: str) -> None:
    assert values.cut(given, length) == expected


@pytest.mark.parametrize(
    ("given", "places", "half_even", "expected"),
    [
        ("2.345", 2, False, "2.35"),
        ("2.345", 2, True, "2.34"),
        ("2.355", 2, True, "2.36"),
        ("-2.345", 2, False, "-2.35"),
        ("2.3449", 2, False, "2.34"),
        ("0.5", 0, False, "1"),
        ("1.25", 1, False, "1.3"),
        ("0.004", 2, False, "0"),
    ],
)
def test_rounded(values: Any, given: str, places: int, half_even: bool, expected: str) -> None:
    assert values.rounded(Fraction(given), places, half_even=half_even) == Decimal(expected)


def test_money_has_no_exponent_and_every_decimal(values: Any) -> None:
    assert values.money(Decimal("18.12345678")) == "18.12345678"
    assert values.money(Decimal("1E+3")) == "1000"
    assert values.money(Decimal("0")) == "0"
    assert values.money(Decimal("25.50")) == "25.5"


@pytest.mark.parametrize("given", ["ann", "ann@", "@x.com", "a b@x.com", "ann@x..com", "ünn@x.com", "a@b@c.com"])
def test_an_email_that_is_none_is_bad_data(values: Any, given: str) -> None:
    with pytest.raises(values.BadData):
        values.email(given)


def test_emails(values: Any) -> None:
    assert values.email("\u00a0Ann.O'Brien+x@mail.example.com ") == "Ann.O'Brien+x@mail.example.com"
    assert values.email_key(" ANN@X.com\u00a0") == "ann@x.com"


def test_lists_and_joins(values: Any) -> None:
    assert values.split_filled(" a, ,b ,", ",") == ["a", "b"]
    assert values.split_filled(None, ",") == []
    assert values.joined(["Ann", "  "], " ") == "Ann"
    assert values.joined([None, ""], " ") is None
    assert values.first_filled(["", None, 0, 5]) == 0
    assert values.without("AB-12 3", "- ") == "AB123"


def test_decimals_are_sent_digit_by_digit(package: ModuleType) -> None:
    module: Any = sys.modules[f"{package.__name__}.wire"]
    assert (
        module.encode({"a": Decimal("0.10"), "b": "Köln", "c": [Decimal("1E+2")]})
        == '{"a":0.10,"b":"Köln","c":[100]}'.encode()
    )
    assert module.decode(b'{"a": 0.1, "id": 9223372036854775807}') == {"a": Decimal("0.1"), "id": 9223372036854775807}
