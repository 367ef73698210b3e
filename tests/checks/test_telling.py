"""How values and records are shown to people."""

from decimal import Decimal
from typing import Any

import pytest

from signoff.checks.telling import LONGEST, apart, name_of, record_words, shown
from signoff.history import Key
from signoff.record import ABSENT
from signoff.schema import Side


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (ABSENT, "nothing (absent)"),
        (None, "null"),
        ("Zoë", '"Zoë"'),
        (" ", '" "'),
        (Decimal("20.50"), "20.50"),
        (Decimal("1E+3"), "1000"),
        (True, "true"),
        (False, "false"),
        (17, "17"),
        ([1, "a"], '[1, "a"]'),
        ({"a": Decimal("1.50"), "b": [Decimal(2), None, True, "ü"]}, '{"a": 1.50, "b": [2, null, true, "ü"]}'),
    ],
)
def test_a_value_as_a_reader_sees_it(value: Any, words: str) -> None:
    assert shown(value) == words


def test_a_long_value_is_cut() -> None:
    assert len(shown("x" * 1000)) == 300
    assert shown("x" * 1000).endswith("x…")


def test_two_long_texts_are_shown_where_they_begin_to_differ() -> None:
    text = "x" * 499 + "abc" + "y" * 100
    wanted, came = apart(f'"{text}"', f'"{text[:499]}…"')
    assert wanted.startswith("from character 441 of 604: …xxx")
    assert "xabcy" in wanted
    assert came.startswith("from character 441 of 502: …xxx")
    assert came.endswith('x…"')
    assert max(len(wanted), len(came)) < LONGEST + 40


def test_a_text_that_is_longer_than_another_is_shown_where_the_other_ends() -> None:
    wanted, came = apart(f'"{"x" * 400}"', f'"{"x" * 350}"')
    assert (wanted[-4:], came[-4:]) == ('xxx"', 'xxx"')
    assert apart('"ab"', '"ac"') == ('"ab"', '"ac"')
    short, long = apart('"a"', f'"{"x" * 400}"')
    assert short == '"a"'
    assert long.endswith("xxx…")


@pytest.mark.parametrize(
    ("record", "name"),
    [
        (None, ""),
        ({"firstName": "Zoë", "lastName": "O'Brien "}, "Zoë O'Brien"),
        ({"first_name": "Ana"}, "Ana"),
        ({"title": " Welder "}, "Welder"),
        ({"name": {"first": "Courtney", "middle": None, "last": "Ng ", "display": "C. Ng"}}, "Courtney Ng"),
        ({"name": {"firstName": "Ana"}, "title": "Dr"}, "Ana"),
        ({"fullName": {"display": "Ana Silva"}}, "Ana Silva"),
        ({"firstName": {"de": "Zoë"}, "name": 5, "title": {"de": "Welder"}}, ""),
        ({"id": 1}, ""),
    ],
)
def test_what_people_would_call_a_record(record: dict[str, Any] | None, name: str) -> None:
    assert name_of(record) == name
    words = record_words(Key(Side.ATS, "Candidate", "17"), record)
    assert words == (f"Candidate 17, {name}" if name else "Candidate 17")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\x07b", '"a\\u0007b"'),
        ("a\x85b", '"a\\x85b"'),
        ("a\x7fb", '"a\\x7fb"'),
        ("a\ud83db", '"a\\ud83db"'),
        ("Zoë 👷", '"Zoë 👷"'),
    ],
)
def test_what_cannot_be_shown_is_told_as_its_escape(text: str, told: str) -> None:
    assert shown(text) == told
    assert shown([text]) == f"[{told}]"
    name = told[1:-1].replace("\\u0007", "\\x07")
    assert (
        record_words(Key(Side.ATS, "Candidate", "7"), {"firstName": text, "lastName": "Ng"})
        == f"Candidate 7, {name} Ng"
    )
