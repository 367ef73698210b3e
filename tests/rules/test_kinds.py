"""Every kind of value: its edges say why they are tried, and its near misses are misses."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from signoff.errors import Place
from signoff.record import ABSENT
from signoff.rules.cell import understand
from signoff.rules.context import RowTypes, SourceField
from signoff.rules.registry import AROUND, KINDS
from signoff.rules.results import BadData, Blank, Kept, LeftOut, Unwritten, Value
from signoff.schema import Field, Type


@pytest.mark.parametrize("name", sorted(KINDS))
@pytest.mark.parametrize(
    "field",
    [None, Field("x", Type.TEXT, max_length=8), Field("x", Type.INTEGER, minimum=Decimal(2), maximum=Decimal(9))],
)
def test_every_edge_says_why_it_is_tried(name: str, field: Field | None) -> None:
    edges = list(KINDS[name].edges(field, AROUND))
    assert [one for one in edges if not one.why.strip()] == []


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("date", date(2026, 3, 9), None, {date(2026, 3, 8), date(2026, 3, 10)}),
        ("amount", Decimal("20.50"), None, {Decimal("20.51"), Decimal("20.49")}),
        ("date and time", datetime(2026, 3, 9, 12, 0, tzinfo=UTC), None, {datetime(2026, 3, 9, 13, 0, tzinfo=UTC)}),
        ("yes/no", True, None, {False}),
    ],
)
def test_near_misses_are_those_that_the_design_names(
    name: str, value: Any, field: Field | None, expected: set[Any]
) -> None:
    one = next(one for one in KINDS.values() if name in [kind.value for kind in one.types])
    near = list(one.near(value, field))
    assert value not in near
    assert expected <= set(near)


@pytest.mark.parametrize(
    ("result", "words", "raw"),
    [
        (Value("Ana"), '"Ana"', "Ana"),
        (Blank(), "blank", None),
        (LeftOut(), "left out", ABSENT),
        (Unwritten("its condition does not hold"), "nothing is written: its condition does not hold", ABSENT),
        (Kept("x"), 'what it held before: "x"', "x"),
        (BadData("phone cannot be read", "no digits"), "bad data: phone cannot be read", ABSENT),
    ],
)
def test_results_are_shown_and_written(result: Any, words: str, raw: Any) -> None:
    field = Field("a", Type.TEXT)
    rule = understand("same text", RowTypes(Place("x"), (SourceField("a", "a", field),), Field("b", Type.TEXT)))
    assert rule.shown(result) == words
    assert rule.raw(result) == raw
    assert repr(rule) == "Rule('same text')"
