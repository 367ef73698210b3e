"""Bad-data tables: what is wrong in one is said with its place and the nearest phrase; ids, titles and hashes."""

from __future__ import annotations

import pytest
from matters import W, found, shown
from stories import WORKERS, agree

from signoff.agreement.statement import Kind
from signoff.errors import ScopeError
from signoff.gherkin.document import read_document

TABLE = """
  @bad-data
  Scenario Outline: <bad data> <then>
    When the connector has been rehearsed
    Then this row of the bad-data policy holds

    Examples: Bad people
      | bad data | then |
"""
LINE = len((WORKERS + TABLE).splitlines()) + 1
HELD = "the record is held back and reported"
EVERY = (
    "a required field is blank, a value breaks the receiving schema, a value is not in its table, a phone cannot be "
    "read, a date cannot be read, an e-mail cannot be read, a number cannot be read, a text is too long, a reference "
    "leads nowhere, two records share a key, a text has characters that cannot be shown"
)


def with_rows(*rows: tuple[str, str]) -> str:
    return WORKERS + TABLE + "".join(f"      | {bad} | {then} |\n" for bad, then in rows)


def problems(*rows: tuple[str, str]) -> list[str]:
    with pytest.raises(ScopeError) as caught:
        agree(with_rows(*rows))
    return [f"{one.code}: {one}" for one in caught.value.problems]


def test_an_unknown_kind_is_refused_with_the_nearest() -> None:
    assert problems(("a phone cannot be raed", HELD)) == [
        f'bad-data: {W}:{LINE}, row "a phone cannot be raed {HELD}", cell "bad data"\n'
        f"  expected: a condition, or one of: {EVERY}\n"
        '  found:    "a phone cannot be raed"\n'
        "  did you mean: a phone cannot be read\n"
        "  Write one of these, or a condition such as `hourlyRate < 0`."
    ]


def test_an_unknown_outcome_is_refused_with_the_nearest() -> None:
    assert problems(("a phone cannot be read", "the field is left away")) == [
        f'bad-data-then: {W}:{LINE}, row "a phone cannot be read the field is left away", cell "then"\n'
        f"  expected: what becomes of it: {HELD}, the field is left out, nothing is written\n"
        '  found:    "the field is left away"\n'
        "  did you mean: the field is left out\n"
        "  What no row names is held back and reported."
    ]


def test_an_outcome_that_means_nothing_for_a_kind_is_refused() -> None:
    assert problems(("a phone cannot be read", "the text is cut")) == [
        f'bad-data-then: {W}:{LINE}, row "a phone cannot be read the text is cut", cell "then"\n'
        f"  expected: what becomes of it: {HELD}, the field is left out, nothing is written\n"
        '  found:    "the text is cut", which means nothing where a phone cannot be read\n'
        "  Only a text that is too long can be cut, only characters that cannot be shown can be removed, and only a "
        "field that is at fault can be left out."
    ]
    assert [one.partition(":")[0] for one in problems(('kind is "x"', "the field is left out"))] == ["bad-data-then"]


def test_a_kind_twice_and_two_tables_are_refused() -> None:
    twice = problems(("a text is too long", "the text is cut"), ("a text is too long", HELD))
    assert [one.partition(":")[0] for one in twice] == ["bad-data-twice"]
    with pytest.raises(ScopeError) as caught:
        agree(with_rows(("a text is too long", HELD)) + TABLE + f"      | a phone cannot be read | {HELD} |\n")
    assert [one.code for one in caught.value.problems] == ["two-policies"]


def test_a_shared_key_needs_a_key() -> None:
    text = with_rows(("two records share a key", HELD))
    assert agree(text)
    with pytest.raises(ScopeError) as caught:
        agree(text.replace(", then same email", ""))
    assert [one.code for one in caught.value.problems] == ["bad-data-key"]


def test_a_name_that_no_record_has_is_refused() -> None:
    assert [one.partition(":")[0] for one in problems(("knd is blank", HELD))] == ["unknown-field"]


def test_a_table_without_its_columns_or_with_an_empty_cell() -> None:
    with pytest.raises(ScopeError) as caught:
        read_document(with_rows(("a text is too long", "")), W)
    assert [(one.code, one.where.cell) for one in caught.value.problems] == [("empty-cell", "then")]
    with pytest.raises(ScopeError) as caught:
        read_document(with_rows(("a", "b")).replace("| bad data | then |", "| bad data | than |"), W)
    assert "missing-column" in [one.code for one in caught.value.problems]


def test_a_condition_that_contradicts_itself_is_an_error() -> None:
    text = with_rows(('kind is "a" and kind is "b"', HELD))
    assert len(shown(found(text), "never-true")) == 1


def test_each_row_is_a_statement() -> None:
    rows = (("an email cannot be read", "the field is left out"), ('kind is "x"', "nothing is written"))
    agreement = agree(with_rows(*rows))
    made = [one for one in agreement.statements if one.kind is Kind.BAD_DATA]
    assert [(one.id, one.title, one.story, one.line) for one in made] == [
        (
            "worker:bad:an-email-cannot-be-read",
            "an email cannot be read: the field is left out",
            "Bad people",
            LINE,
        ),
        ("worker:bad:kind-is-x", 'kind is "x": nothing is written', "Bad people", LINE + 1),
    ]
    assert Kind.BAD_DATA.value == "bad-data row"
    assert [(one.kind, one.then) for one in agreement.pair("worker").policy] == [
        ("an e-mail cannot be read", "the field is left out"),
        ("", "nothing is written"),
    ]


def test_an_id_of_its_own() -> None:
    table = TABLE.replace("| bad data | then |", "| bad data | then | id |")
    agreement = agree(WORKERS + table + f"      | a text is too long | {HELD} | worker:bad:long |\n")
    assert agreement.statement("worker:bad:long") is not None


def test_another_outcome_is_another_promise_of_the_table_and_of_those_that_rest_on_it() -> None:
    one = agree(with_rows(("a text is too long", HELD)))
    other = agree(with_rows(("a text is too long", "the text is cut")))
    hashes = {which.id: which.hash for which in other.statements}
    moved = {which.id for which in one.statements if hashes[which.id] != which.hash}
    assert moved == {"worker:bad:a-text-is-too-long", "worker:arrive", "worker:held"}
    plain = {which.id: which.hash for which in agree().statements}
    assert all(plain[which.id] == which.hash for which in one.statements if which.id in plain and which.id not in moved)


def test_only_what_cannot_be_shown_is_removed() -> None:
    assert agree(with_rows(("a text has characters that cannot be shown", "the characters are removed")))
    [told] = problems(("a text is too long", "the characters are removed"))
    assert told.startswith("bad-data-then: ")
    assert "which means nothing where a text is too long" in told


@pytest.mark.parametrize(
    ("row", "can"),
    [
        ("firstName | -> | first_name | same text |", False),
        ("firstName | -> | nickname | as a number |", True),
        ("firstName | -> | nickname | = firstName * 2 |", True),
        ('firstName | -> | nickname | part before "-", as a number |', True),
    ],
)
def test_a_number_is_made_of_a_text_or_cannot_be_unreadable(row: str, can: bool) -> None:
    text = with_rows(("a number cannot be read", HELD))
    text = text.replace(
        "  @values",
        f"    Examples: More\n      | ATS field | flow | app field | rule | required |\n      | {row} |\n\n  @values",
        1,
    )
    text = text.replace("      | firstName | ->    | first_name  | same text                | yes      |\n", "")
    assert (shown(found(text), "bad-data-never") == []) is can
