"""Rule cells against the types of their row: defaults, open questions, errors, two ways."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from signoff.errors import Place, ScopeError
from signoff.record import ABSENT
from signoff.rules.cell import Rule, understand
from signoff.rules.context import Context, Moment, RowTypes, SourceField, World, zone_named
from signoff.rules.defaults import OPEN
from signoff.rules.reading import breaks, decimals_of
from signoff.rules.results import BadData, Blank, Kept, LeftOut, Unwritten, Value
from signoff.rules.settling import settled
from signoff.rules.worked import table_of
from signoff.schema import Entity, Field, Side, SystemSchema, Type, Wire

PLACE = Place("workers.feature", 12, cell="rule")


def make_rule(text: str, sources: Mapping[str, Field | Type], target: Field | Type | None = None, **row: Any) -> Rule:
    fields = {name: one if isinstance(one, Field) else Field(name, one) for name, one in sources.items()}
    to = Field("y", target) if isinstance(target, Type) else target
    return understand(text, RowTypes(PLACE, tuple(SourceField(n, n, f) for n, f in fields.items()), to, **row))


def make_context(
    record: Mapping[str, Any],
    fields: Mapping[str, Field | Type] | None = None,
    previous: Any = ABSENT,
    created: bool = True,
    **moment: Any,
) -> Context:
    known = {n: one if isinstance(one, Field) else Field(n, one) for n, one in (fields or {}).items()}
    for name in ("zone", "system_zone", "target_zone"):
        if name in moment:
            moment[name] = zone_named(moment[name])
    schema = SystemSchema(Side.ATS, "ats", {"Candidate": Entity("Candidate", known)})
    at = Moment(**{"now": datetime(2026, 3, 9, 12, tzinfo=UTC), **moment})
    return Context(World(schema, {}), "Candidate", record, at, previous=previous, created=created)


@pytest.mark.parametrize(
    ("sending", "receiving", "value", "held"),
    [
        (Type.TEXT, Type.TEXT, "Zoë ", "Zoe\u0308"),
        (Type.EMAIL, Type.EMAIL, "A@X.com", "a@x.com"),
        (Type.PHONE, Type.PHONE, "(512) 555-0147", "+15125550147"),
        (Type.DATE, Type.DATE, "2026-01-31", "2026-01-31"),
        (Type.INSTANT, Type.INSTANT, "2026-01-31T06:00:00-06:00", "2026-01-31T12:00:00Z"),
        (Type.AMOUNT, Type.AMOUNT, Decimal("20.50"), Decimal("20.5")),
        (Type.INTEGER, Type.NUMBER, 5, Decimal("5.0")),
        (Type.YES_NO, Type.YES_NO, False, False),
        (Type.PICKLIST, Type.PICKLIST, "Active", "Active"),
        (Type.COUNTRY, Type.COUNTRY, "United States", "US"),
        (Type.STATE, Type.STATE, "Texas", "TX"),
        (Type.INTEGER, Type.TEXT, 123, "123"),
        (Type.YES_NO, Type.TEXT, True, "true"),
        (Type.INSTANT, Type.DATE, "2026-01-31T12:00:00Z", "2026-01-31"),
        (Type.TEXT, Type.EMAIL, "a@x.com", "A@x.com"),
        (Type.TEXT, Type.PHONE, "512 555 0147", "+15125550147"),
        (Type.TEXT, Type.DATE, "2026-01-31", "2026-01-31"),
        (Type.TEXT, Type.AMOUNT, "20.5", Decimal("20.50")),
        (Type.ANY, Type.ANY, {"a": 1}, {"a": 1}),
    ],
)
def test_an_empty_cell_is_compared_by_type_and_assumed(sending: Type, receiving: Type, value: Any, held: Any) -> None:
    rule = make_rule("", {"x": sending}, receiving)
    context = make_context({"x": value}, {"x": sending})
    result = rule.value(context)
    assert rule.assumed
    assert rule.open_question == ""
    assert rule.agrees(result, held, context), result


@pytest.mark.parametrize(
    ("sending", "receiving"),
    [
        (Type.DATE, Type.YES_NO),
        (Type.YES_NO, Type.NUMBER),
        (Type.ADDRESS, Type.TEXT),
        (Type.EMAIL, Type.PHONE),
        (Type.DATE, Type.INSTANT),
        (Type.NUMBER, Type.REFERENCE),
    ],
)
def test_types_that_do_not_go_together_are_an_open_question(sending: Type, receiving: Type) -> None:
    rule = make_rule("", {"x": sending}, receiving)
    assert rule.open_question == OPEN
    assert isinstance(rule.value(make_context({"x": "1"}, {"x": sending})), BadData)


def test_a_list_into_one_field_is_open_and_one_into_a_list_is_a_list_of_one() -> None:
    assert make_rule("", {"x": Field("x", Type.TEXT, many=True)}, Type.TEXT).open_question == OPEN
    rule = make_rule("", {"x": Type.TEXT}, Field("y", Type.TEXT, many=True))
    context = make_context({"x": "a"}, {"x": Type.TEXT})
    assert rule.agrees(rule.value(context), ["a"], context)
    assert not rule.agrees(rule.value(context), ["a", "b"], context)


def test_modifiers_alone_leave_the_comparison_assumed() -> None:
    rule = make_rule("on create only", {"x": Type.EMAIL}, Type.EMAIL)
    assert rule.assumed
    assert rule.modifiers.on_create_only
    assert rule.kind.name == "email"


def test_a_picklist_takes_the_table_of_its_name() -> None:
    table = table_of((("Active", "available"), ("anything else", "error")))
    rule = make_rule("", {"status": Type.PICKLIST}, Type.PICKLIST, tables={"Status": table})
    context = make_context({"status": "Active"}, {"status": Type.PICKLIST})
    result = rule.value(context)
    assert isinstance(result, Value)
    assert result.typed == "available"
    assert result.table_row == table.rows[0]
    assert rule.assumed


def test_several_sending_fields_need_a_word() -> None:
    assert make_rule("", {"a": Type.TEXT, "b": Type.TEXT}, Type.TEXT).open_question.startswith("several")
    with pytest.raises(ScopeError, match="2 fields: a, b"):
        make_rule("same text", {"a": Type.TEXT, "b": Type.TEXT}, Type.TEXT)
    assert make_rule('same text, only when b is "x"', {"a": Type.TEXT, "b": Type.TEXT}, Type.TEXT).names == ("a", "b")


def test_an_empty_sending_cell_is_an_open_question_unless_the_rule_is_a_constant() -> None:
    assert "missing" in make_rule("", {}, Type.TEXT).open_question
    assert make_rule('always "X"', {}, Type.TEXT).open_question == ""
    with pytest.raises(ScopeError, match="an empty sending cell"):
        make_rule("same text", {}, Type.TEXT)


@pytest.mark.parametrize(
    ("text", "sources", "target", "message"),
    [
        ("same date", {"x": Type.DATE}, Type.YES_NO, "a field of type yes/no"),
        ("same amount", {"x": Type.DATE}, Type.AMOUNT, "on a field of type date"),
        ("same phone", {"x": Type.YES_NO}, Type.PHONE, "on a field of type yes/no"),
        ("every item", {"x": Field("x", Type.TEXT, many=True)}, Type.TEXT, "one value for a field that holds one"),
        ("yes if x is filled, otherwise no", {"x": Type.TEXT}, Type.DATE, "a result of type yes/no"),
        ("= x / 3", {"x": Type.AMOUNT}, Type.AMOUNT, "a division without it"),
        ('always "soon"', {}, Type.DATE, "a constant that can be read as date"),
        ("same text, in Mars/Olympus", {"x": Type.TEXT}, Type.TEXT, "a time zone of the IANA database"),
        ("same phone, default country ZZ", {"x": Type.PHONE}, Type.PHONE, "`ZZ`"),
        ("same text, upper case", {"x": Type.TEXT}, Type.TEXT, "a comparing step (`same …`) last"),
        ('look up in "Stauts"', {"x": Type.TEXT}, Type.TEXT, "a value table"),
        ("same email, ATS wins, app wins", {"x": Type.EMAIL}, Type.EMAIL, "one word on whose value stands"),
        ("same email, kept right, put right at the next change", {"x": Type.EMAIL}, Type.EMAIL, "either `kept right`"),
        ("same email, latest change wins, latest change wins", {"x": Type.EMAIL}, Type.EMAIL, "twice"),
        ("address corrected", {"x": Type.ADDRESS}, Type.ADDRESS, "named after a part of an address"),
        ("same text, blank clears, blank is ignored", {"x": Type.TEXT}, Type.TEXT, "both"),
        ("same text, on create only, on create only", {"x": Type.TEXT}, Type.TEXT, "twice"),
        ("checked by no.such", {"x": Type.TEXT}, Type.TEXT, "`no.such`, which was not found"),
        ('upper case + "x"', {"x": Type.TEXT}, Type.TEXT, "expected"),
        ("half-even", {"x": Type.NUMBER}, Type.NUMBER, "alone"),
        ("at most 0 characters", {"x": Type.TEXT}, Type.TEXT, "at least 1 character"),
    ],
)
def test_what_cannot_be_meant_is_an_error(text: str, sources: Any, target: Type, message: str) -> None:
    with pytest.raises(ScopeError) as caught:
        make_rule(text, sources, target)
    assert message in str(caught.value)
    assert str(PLACE) in str(caught.value)


def test_an_unknown_name_is_pointed_at() -> None:
    with pytest.raises(ScopeError) as caught:
        make_rule('firstNam + " " + lastName', {"firstName": Type.TEXT, "lastName": Type.TEXT}, Type.TEXT)
    assert "the name `firstNam` at character 1" in str(caught.value)
    assert "did you mean: firstName" in str(caught.value)


def test_an_unquoted_word_in_a_condition_is_taken_for_a_name_and_refused() -> None:
    with pytest.raises(ScopeError, match='write "Active" if you mean the text'):
        make_rule("same text, only when x is Active", {"x": Type.TEXT}, Type.TEXT)


@pytest.mark.parametrize(
    ("text", "value", "held", "sending", "receiving"),
    [
        ('"BH-" + id', "BH-123", 123, Type.TEXT, Type.INTEGER),
        ("as text", "123", 123, Type.TEXT, Type.INTEGER),
        ('yes/no as "Y" and "N"', "N", False, Type.TEXT, Type.YES_NO),
        ("country as 2-letter code", "GB", "United Kingdom", Type.TEXT, Type.COUNTRY),
        ("state as 2-letter code", "TX", "Texas", Type.TEXT, Type.STATE),
        ("same email", "A@x.com", "a@x.com", Type.EMAIL, Type.EMAIL),
    ],
)
def test_the_way_back(text: str, value: Any, held: Any, sending: Type, receiving: Type) -> None:
    rule = make_rule(text, {"x": sending}, receiving, side=Side.APP, backwards=True)
    context = make_context({"x": value}, {"x": sending})
    result = rule.value(context)
    assert rule.agrees(result, held, context), result


@pytest.mark.parametrize("text", ["upper case", 'a + " " + b', "plain text", "first filled of x or b", "date only"])
def test_what_has_no_way_back_says_so(text: str) -> None:
    with pytest.raises(ScopeError, match="turned round"):
        make_rule(text, {"x": Type.TEXT}, Type.TEXT, backwards=True)


def test_a_rule_tells_whether_it_can_be_turned_round() -> None:
    assert make_rule("same text", {"x": Type.TEXT}, Type.TEXT).inverts
    assert make_rule('"BH-" + x', {"x": Type.TEXT}, Type.TEXT).inverts
    assert not make_rule('a + " " + b', {"a": Type.TEXT, "b": Type.TEXT}, Type.TEXT).inverts
    assert not make_rule("upper case", {"x": Type.TEXT}, Type.TEXT).inverts


def test_a_table_backwards_takes_the_first_row_or_its_back_to() -> None:
    table = table_of(
        (
            ("New Lead", "available", "", "Active"),
            ("Active", "available"),
            ("Placed", "assigned"),
            ("(blank)", "none"),
            ("anything else", "error"),
        )
    )
    row: dict[str, Any] = {"tables": {"Status": table}, "side": Side.APP, "backwards": True}
    rule = make_rule('look up in "Status"', {"x": Type.PICKLIST}, Type.PICKLIST, **row)

    def back(value: str) -> Any:
        return rule.value(make_context({"x": value}, {"x": Type.PICKLIST}))

    assert back("available").typed == "Active"
    assert back("assigned").typed == "Placed"
    assert isinstance(back("none"), Blank)
    assert isinstance(back("unheard of"), BadData)


def test_a_table_row_is_known_even_where_it_gives_no_value() -> None:
    table = table_of((("Active", "available"), ("anything else", "error"), ("(blank)", "left out")))
    rule = make_rule('look up in "status"', {"x": Type.PICKLIST}, Type.PICKLIST, tables={"Status": table})
    bad = rule.value(make_context({"x": "Odd"}, {"x": Type.PICKLIST}))
    left = rule.value(make_context({"x": None}, {"x": Type.PICKLIST}))
    assert isinstance(bad, BadData)
    assert bad.table_row == table.rows[1]
    assert isinstance(left, LeftOut)
    assert left.table_row == table.rows[2]


def test_edges_come_from_the_type_the_choices_and_the_table() -> None:
    table = table_of((("0", "low", "from"), ("1000", "high", "from")))
    rule = make_rule('look up in "Status"', {"x": Type.AMOUNT}, Type.TEXT, tables={"Status": table})
    assert {"0", "1000", "999.99", "-0.01", "Unlisted value"} <= {str(edge.value) for edge in rule.edges()}
    picklist = make_rule("same value", {"x": Field("x", Type.PICKLIST, choices=("A", "B"))}, Type.TEXT)
    assert [edge.value for edge in picklist.edges()] == ["A", "B"]
    short = make_rule("same text", {"x": Field("x", Type.TEXT, max_length=20)}, Type.TEXT)
    assert max(len(edge.value) for edge in short.edges()) == 20


def edges_of(rule: str) -> dict[str, str]:
    made = make_rule(rule, {"x": Field("x", Type.TEXT, max_length=200)}, Type.TEXT)
    return {edge.value: edge.why for edge in made.edges()}


def test_texts_are_tried_that_only_a_copy_sign_by_sign_keeps() -> None:
    found = edges_of("same text")
    assert found["Anne  O\u2019Neil"] == "two blanks inside, and a typographic apostrophe"
    assert found["Jo\tAnn\nLee"] == "a tab and a line feed inside"


def test_case_is_tried_with_letters_that_become_two_or_another() -> None:
    assert "Straße \u0131" in edges_of("upper case")
    assert "Straße İ" in edges_of("first word, lower case")


def test_steps_name_what_they_split_and_what_they_leave_nothing_of() -> None:
    assert edges_of('split at ";", the first one')["Ab;Cd 1;Ef;Gh;Ij;Kl"] == "has more than four items"
    assert edges_of('without the characters "- ", upper case')["--"] == "has nothing but signs that go"
    assert "" not in edges_of('without the characters " "')
    assert "write &amp;lt; for less" in edges_of("plain text")


def test_days_and_instants_are_tried_that_32_bits_cannot_count() -> None:
    days = make_rule("same date", {"x": Type.DATE}, Type.DATE).edges()
    moments = make_rule("same date and time", {"x": Type.INSTANT}, Type.INSTANT).edges()
    assert date(2038, 1, 20) in [edge.value for edge in days]
    assert datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC) in [edge.value for edge in moments]


def test_sentences_use_the_authors_words() -> None:
    rule = make_rule(
        'first filled of mobile or phone, same phone, only when status is "Active", on create only',
        {"mobile": Type.PHONE, "phone": Type.PHONE, "status": Type.TEXT},
        Type.PHONE,
    )
    assert rule.sentence == (
        'first filled of mobile or phone, the same phone number; only when status is "Active"; on create only'
    )
    yes = make_rule('yes if x is "A", otherwise no', {"x": Type.TEXT}, Type.YES_NO)
    assert yes.sentence == 'yes if x is "A", otherwise no'
    cleared = make_rule('same text, only when x is "A", else blank', {"x": Type.TEXT}, Type.TEXT)
    assert cleared.sentence == 'the same text, from x; only when x is "A", else blank'
    assert make_rule("", {"x": Type.DATE}, Type.YES_NO).sentence == "types differ, say how, from x"
    assert make_rule("", {"x": Type.EMAIL}, Type.EMAIL).sentence == "the same e-mail address, from x"


def test_strict_constants() -> None:
    context = make_context({})
    null = make_rule("null", {}, Type.TEXT)
    result = null.value(context)
    assert null.agrees(result, None, context)
    assert not null.agrees(result, "", context)
    left = make_rule("left out", {}, Field("y", Type.TEXT, default="new"))
    result = left.value(context)
    assert left.raw(result) is ABSENT
    assert left.agrees(result, "new", context)
    assert not left.agrees(result, None, context)


def test_the_wire_of_the_receiving_field_is_written_and_read() -> None:
    cases: list[tuple[Type, Any, Field, Any]] = [
        (Type.DATE, "1990-05-01", Field("y", Type.DATE, wire=Wire.EPOCH_MS), 641520000000),
        (Type.INSTANT, "2026-01-31T12:00:00Z", Field("y", Type.INSTANT, wire=Wire.EPOCH_S), 1769860800),
        (Type.AMOUNT, Decimal("20.5"), Field("y", Type.AMOUNT, wire=Wire.DECIMAL_COMMA, decimals=2), "20,50"),
        (Type.AMOUNT, Decimal("20.5"), Field("y", Type.AMOUNT, wire=Wire.NUMBER_TEXT), "20.5"),
        (Type.YES_NO, True, Field("y", Type.YES_NO, wire=Wire.ONE_ZERO), 1),
    ]
    for sending, value, target, held in cases:
        rule = make_rule("same value", {"x": sending}, target)
        context = make_context({"x": value}, {"x": sending})
        result = rule.value(context)
        assert rule.raw(result) == held
        assert rule.agrees(result, held, context)


def test_settling_says_what_stays() -> None:
    rule = make_rule('same text, only when kind is "A"', {"x": Type.TEXT, "kind": Type.TEXT}, Type.TEXT)
    fields = {"x": Type.TEXT, "kind": Type.TEXT}
    unwritten = rule.value(make_context({"x": "new", "kind": "B"}, fields))
    assert isinstance(unwritten, Unwritten)
    assert settled(rule, unwritten, "old", created=False) == Kept("old")
    context = make_context({"x": "new", "kind": "B"}, fields, previous="old", created=False)
    assert rule.agrees(unwritten, "old", context)
    assert not rule.agrees(unwritten, "new", context)


def test_steps_in_parentheses_stand_for_themselves() -> None:
    fields = {"a": Type.TEXT, "b": Type.TEXT}
    context = make_context({"a": "", "b": "ann 1"}, fields)
    assert make_rule("(first filled of a or b, digits only)", fields, Type.TEXT).value(context) == Value("1")
    assert make_rule("(b, upper case), first word", fields, Type.TEXT).value(context) == Value("ANN")


def test_unknown_tables_and_missing_types_do_not_stop_an_untyped_row() -> None:
    rule = understand("same text", RowTypes(PLACE, (SourceField("x"),)))
    context = make_context({"x": "a"})
    assert rule.agrees(rule.value(context), " a", context)


def test_amounts_are_tried_at_every_decimal_and_halfway_between_what_rounding_gives() -> None:
    plain = {edge.value: edge for edge in make_rule("same amount", {"x": Type.AMOUNT}, Type.AMOUNT).edges()}
    assert {Decimal("19.999"), Decimal("33.333333"), Decimal("0.00000001")} <= plain.keys()
    assert [value for value, edge in plain.items() if edge.where_held] == [Decimal("33.333333"), Decimal("0.00000001")]
    cents = make_rule("same amount", {"x": Field("x", Type.AMOUNT, decimals=2)}, Type.AMOUNT)
    assert max(decimals_of(edge.value) for edge in cents.edges()) == 2
    small = make_rule("same amount", {"x": Field("x", Type.AMOUNT, minimum=Decimal(1))}, Type.AMOUNT)
    assert Decimal("0.00000001") not in {edge.value for edge in small.edges()}
    halves = {Decimal("12.0045"), Decimal("12.0035")}
    rounded = make_rule("rounded to 3 decimals", {"x": Type.AMOUNT}, Type.AMOUNT)
    assert halves <= {edge.value for edge in rounded.edges()}
    whole = make_rule("rounded to 0 decimals, half-even", {"x": Type.NUMBER}, Type.NUMBER)
    assert {Decimal("16.5"), Decimal("15.5")} <= {edge.value for edge in whole.edges()}
    computed = make_rule("= x * 2, rounded to 3 decimals", {"x": Type.AMOUNT}, Type.AMOUNT)
    assert not halves & {edge.value for edge in computed.edges()}


def test_a_number_of_more_decimals_than_its_field_breaks_it() -> None:
    cents = Field("x", Type.AMOUNT, decimals=2)
    assert breaks(cents, Decimal("1.005")) == "more than 2 decimals"
    assert [breaks(cents, one) for one in (Decimal("1.010"), Decimal("1E+3"), 7, None)] == ["", "", "", ""]
    assert breaks(Field("x", Type.NUMBER, decimals=0), Decimal("0.5")) == "more than 0 decimals"
    assert breaks(Field("x", Type.INSTANT, decimals=0), Decimal("0.5")) == ""
