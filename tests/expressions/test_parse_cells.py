"""Every phrase of the language parses; what does not says what is wrong, where, and how to go on."""

from __future__ import annotations

from decimal import Decimal

import pytest

from signoff.errors import Place, ScopeError
from signoff.expressions import phrases
from signoff.expressions import tree as t
from signoff.expressions.grammar import parser
from signoff.expressions.parse import parse_cell, parse_condition, parse_formula, parse_rule
from signoff.expressions.walk import atoms, entities, names, settings, unknown_names

PLACE = Place("workers.feature", 12, cell="rule")

CELLS = [
    "as text",
    "same text",
    "same email, blank is ignored",
    "same e-mail",
    "first filled of mobile or phone, same phone",
    "first filled of mobile, phone or workPhone",
    'first filled of mobile or "none"',
    "state as 2-letter code",
    'look up in "Worker status"',
    "same date",
    "the recruiter with the same id",
    "every item",
    "same amount",
    "on create only",
    "same text, on create only, blank is ignored",
    'the one where type is "home", same phone',
    'the latest one by dateBegin where status is one of "Approved" or "Placed"',
    "the first one where payRate > 5",
    "the primary one",
    'joined with ", "',
    'split at ",", or an empty list if blank',
    "every filled one of a, b or c, in order",
    'same text, or "X" if blank',
    "address on one line",
    'firstName + " " + lastName',
    '"BH-" + id',
    '(lastName, upper case) + ", " + (first filled of nick or firstName)',
    'part between "(" and ")"',
    "part between '\"' and '\"'",
    'without the part between "(" and ")", upper case',
    'without the characters "/,"',
    "all but the last word",
    "at most 20 characters",
    'yes if status is "Active" and not (payRate > 5 or name is blank), otherwise no',
    "= (clientBillRate - payRate) * hours * 10 %, rounded to 2 decimals",
    "= `Fee %` * salary, half-even, rounded to 2 decimals",
    "= min(a, b) + max(c, 5) - sum(items[].amount) / (burdenRate or 14 %), rounded to 2 decimals, blank as 0",
    '= salary * (kind, look up in "Rates")',
    "= -a + 5.5",
    "checked by rules.special.badge",
    'same text, only when status is "Active", else blank',
    "same text, only when a is blank or b is filled",
    "lastName + firstName, only when a is blank or b is filled",
    "same text, must already exist in the ATS by name or external id, else held back",
    "same date, from its effective date dateBegin",
    "same date in America/Chicago",
    "same date, in America/Argentina/Buenos_Aires",
    "same phone, default country de",
    "every item, add, never remove",
    'yes/no as "Y" and "N"',
    "always setting office",
    "always \u201cActive\u201d",
    "match or create the client by name",
    "SAME   Text,  On Create ONLY",
    "rounded to 1 decimal",
    'same text, only when `State or Province` is "TX"',
    'same text, only when some Placement by candidate has (status is "Approved")',
    "same email, ATS wins",
    "same email, kept right",
]

CONDITIONS = [
    'status is "DNU"',
    "status is not other",
    'status is one of "A" or "B" or isDeleted is yes',
    "payRate is 5",
    "count is one of 1 or 2",
    "isDeleted is not yes",
    "name is blank and phone is not filled",
    'name contains "x" or name does not contain "y"',
    'name matches "[A-Z].*"',
    "dateEnd is before today",
    "dateEnd is not on or after 2026-01-31",
    "dateEnd is after in 3 days",
    "dateEnd is on or before 14 days ago",
    "dateEnd is after dateBegin",
    "dateEnd is on or before 2026-01-31 exclusive",
    "dateEnd is within 14 days",
    "payRate >= -5.5",
    "payRate < billRate",
    'some Placement has (status is "Approved" and (dateEnd is blank or dateEnd is on or after today))',
    "no Placement by candidate has (dateEnd is blank)",
    'every Placement has (status is "Approved")',
    'fewer than 2 Placements have (status is "Approved")',
    "more than 3 Placements",
    'setting region is "EMEA"',
    'not status is "A" and status is "B"',
    'tags[name is "x"].value is "y"',
]


@pytest.mark.parametrize("text", CELLS)
def test_a_rule_cell_of_the_language_parses(text: str) -> None:
    found = parse_rule(text, PLACE)
    assert found.steps or found.modifiers


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_condition_of_the_language_parses(text: str) -> None:
    assert atoms(parse_condition(text, PLACE))


def test_no_two_terminals_take_the_same_text_unnoticed() -> None:
    assert parser(strict=True).parse("same text", start="rule") == (t.Step("same text", (None,)),)


def test_or_after_a_list_of_values_goes_on_with_the_condition() -> None:
    found = parse_condition('status is one of "A" or "B" or name is blank', PLACE)
    assert found == t.Or((t.Is(t.Name("status"), (t.Literal("A"), t.Literal("B"))), t.IsBlank(t.Name("name"))))


def test_and_binds_before_or_and_not_before_and() -> None:
    found = parse_condition("a is blank or not b is blank and c is blank", PLACE)
    blank = [t.IsBlank(t.Name(name)) for name in "abc"]
    assert found == t.Or((blank[0], t.And((t.Not(blank[1]), blank[2]))))


def test_is_not_filled_is_blank() -> None:
    assert parse_condition("a is not filled", PLACE) == parse_condition("a is blank", PLACE)
    assert parse_condition("a is not blank", PLACE) == parse_condition("a is filled", PLACE)


def test_exclusive_leaves_the_end_out() -> None:
    found = parse_condition("d is on or before 2026-01-31 exclusive", PLACE)
    assert found == t.When(t.Name("d"), "before", t.Day(date="2026-01-31"))


def test_multiplication_binds_before_addition_and_percent_is_a_hundredth() -> None:
    found = parse_formula("= a + b * 10 %", PLACE)
    assert found == t.Arithmetic("+", t.Name("a"), t.Arithmetic("*", t.Name("b"), t.Literal(Decimal("0.1"))))


def test_names_of_several_words_back_ticks_and_paths() -> None:
    found = parse_cell('first name, `Fee %`, address.state, primarySkills[].name, tags[name is "x"].value, a.*', PLACE)
    assert [one.text for one in found] == [
        "first name",
        "Fee %",
        "address.state",
        "primarySkills[].name",
        'tags[name is "x"].value',
        "a.*",
    ]


def test_an_empty_cell_has_neither_steps_nor_names() -> None:
    assert parse_rule("  ", PLACE) == t.RuleTree((), ())
    assert parse_cell("", PLACE) == ()


def test_names_tell_whose_they_are() -> None:
    rule = parse_rule(
        'the one where kind is "x", only when status is "A" and some Placement has (dateEnd is blank)', PLACE
    )
    found = {(used.name, used.within, used.of_items) for used in names(rule)}
    assert found == {("kind", (), True), ("status", (), False), ("dateEnd", ("Placement",), False)}
    assert entities(rule) == (("Placement", ""),)


def test_settings_are_named() -> None:
    assert settings(parse_rule('same text, only when setting region is "EMEA"', PLACE)) == ("region",)
    assert settings(parse_rule("always setting office", PLACE)) == ("office",)


def test_a_misspelt_phrase_that_parses_shows_as_an_unknown_name() -> None:
    rule = parse_rule('first wrd + " " + lastName', PLACE)
    assert [used.name for used in unknown_names(rule, ["firstName", "lastName"])] == ["first wrd"]


def test_a_name_may_be_given_by_its_last_part_or_through_a_reference() -> None:
    rule = parse_rule('same text, only when state is "TX" and owner.name is "Ann"', PLACE)
    assert unknown_names(rule, ["address.state", "owner"]) == ()
    assert [one.name for one in unknown_names(rule, ["address.state", "home.state", "owner"])] == ["state"]


def trouble(text: str, kind: str = "rule") -> str:
    parse = {"rule": parse_rule, "condition": parse_condition, "formula": parse_formula, "cell": parse_cell}[kind]
    with pytest.raises(ScopeError) as caught:
        parse(text, PLACE)
    return str(caught.value)


def test_a_misspelt_phrase_names_the_nearest() -> None:
    assert trouble("same txt") == (
        'workers.feature:12, cell "rule"\n'
        "  expected: a rule\n"
        "  found:    `same txt`, which is no phrase of the language\n"
        "  did you mean: same text\n"
        "  Write `same text`, with your own names and texts in it, or see the reference of rules."
    )


@pytest.mark.parametrize(
    ("text", "expected", "found", "how"),
    [
        (
            "look up in Worker status",
            'a rule; here a text in quotes, like "Active"',
            "`Worker` at character 12 of `look up in Worker status`",
            'look up in "Table"',
        ),
        ("at most characters", "a whole number", "`characters` at character 9", "at most N characters"),
        ("the worker with same id", "`with the same FIELD`", "which is no phrase", "the ENTITY with the same FIELD"),
        (
            "= salary * fee %",
            "`+` and what is to be joined",
            "`%` at character 16",
            "stands in back-ticks, like `Fee %`",
        ),
        ('same "text', "a rule", '`"` at character 6', "Close the quotes"),
        ("country as 2 letter code", "a rule", "which is no phrase", "did you mean: country as 2-letter code"),
        (
            "on create only, same text",
            "steps first, then modifiers",
            "the step `same text`",
            "before the first modifier",
        ),
        ('yes if status is "Active"', "`, otherwise no`", "the end", ""),
    ],
)
def test_trouble_in_a_rule_says_what_was_expected_and_how_to_go_on(
    text: str, expected: str, found: str, how: str
) -> None:
    message = trouble(text)
    assert expected in message
    assert found in message
    assert how in message


def test_trouble_in_a_condition() -> None:
    assert 'Put texts in quotes: is "Active".' in trouble("status is", "condition")
    for day in ("end is 9999-12-31", "end is not 2026-02-30", "a is 1 and end is 0001-01-01"):
        assert "Compare days by `is before`" in trouble(day, "condition")
    assert "an opening parenthesis" in trouble("some Placement has status is 5", "condition")
    assert "a test such as `is`" in trouble('status iz "x"', "condition")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('x matches "("', "a regular expression"),
        ("x is before 2026-02-30", "a day of the calendar"),
        ('tags[name iz "x"].value is blank', "a test such as `is`"),
    ],
)
def test_what_parses_and_cannot_be_meant(text: str, message: str) -> None:
    assert message in trouble(text, "condition")


def test_trouble_in_a_field_cell() -> None:
    assert "`,` at character 3 of `a,,b`" in trouble("a,,b", "cell")


def test_the_list_of_phrases_is_what_the_grammar_takes() -> None:
    for phrase in phrases.STEPS + phrases.MODIFIERS:
        text = (
            phrase.replace("CONDITION", 'x is "A"')
            .replace("ENTITY", "worker")
            .replace("FIELD", "id")
            .replace("FORMULA", "a * 2")
            .replace(" N ", " 5 ")
            .replace("NAME", "office")
            .replace("ZONE", "UTC")
            .replace("XX", "US")
        )
        assert parse_rule(text, PLACE), phrase
    for phrase in phrases.CONDITIONS:
        text = phrase.replace("ENTITIES", "Placements").replace("ENTITY", "Placement").replace("CONDITION", "a is 1")
        text = text.replace(" N ", " 3 ").replace("NAME", "region").replace("FIELD", "status")
        assert parse_condition(text, PLACE), phrase
