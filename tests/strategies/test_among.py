"""Values stand among others exactly where `in` finds them, however they are looked up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from signoff.record import same_json
from signoff.strategies.among import Drawn, among, is_among, others, same_among

VALUES: tuple[Any, ...] = (
    "1",
    "",
    "true",
    "Peoria",
    1,
    0,
    Decimal(1),
    Decimal("1.5"),
    True,
    None,
    [],
    ["1"],
    [1],
    {"id": 1},
)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("left_out", VALUES)
def test_a_value_is_among_others_where_it_is_in_them(value: Any, left_out: Any) -> None:
    held = {str(at): one for at, one in enumerate(VALUES) if one is not left_out}
    drawn = Drawn()
    for path, one in held.items():
        drawn.draw(path, one)
    expected = value in held.values()
    assert dict(drawn) == held
    assert among(held.values())(value) is expected
    assert is_among(value, held) is expected
    assert is_among(value, drawn) is expected
    assert same_among(value, list(held.values())) is any(same_json(value, one) for one in held.values())


def test_other_values_are_neither_held_nor_had_by_a_field() -> None:
    assert others(["a", "b", 1, Decimal(2), True], "a", {"x": "b", "y": 2}) == [1, True]
    assert others([1, "1", 3], 1, {}) == ["1", 3]
