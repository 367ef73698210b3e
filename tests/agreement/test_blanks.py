"""Whether a population keeps a record out as soon as a field of it is blank, whatever else it holds."""

from __future__ import annotations

import pytest

from signoff.agreement.blanks import keeps_out
from signoff.agreement.resolved import PopulationCase
from signoff.errors import Place
from signoff.expressions.parse import parse_condition


def case(words: str, reaches: bool) -> PopulationCase:
    condition = parse_condition(words, Place("who")) if words else None
    return PopulationCase(statement=words or "else", who=words, condition=condition, reaches=reaches)


OUT, IN = False, True


@pytest.mark.parametrize(
    ("rows", "out"),
    [
        ([], False),
        ([("email is blank", OUT), ("", IN)], True),
        ([("email is blank and vip is yes", OUT), ("", IN)], False),
        ([("email is blank or vip is yes", OUT), ("", IN)], True),
        ([("vip is yes", IN), ("email is blank", OUT), ("", IN)], False),
        ([("vip is yes", OUT), ("email is blank", OUT), ("", IN)], True),
        ([("email is filled", IN), ("", OUT)], True),
        ([("email is filled and vip is yes", IN), ("", OUT)], True),
        ([("email is filled or vip is yes", IN), ("", OUT)], False),
        ([("not email is blank", IN), ("", OUT)], True),
        ([('email is "a@b.c"', IN), ("", OUT)], True),
        ([('email is not "a@b.c"', IN), ("", OUT)], False),
        ([("email is nick", IN), ("", OUT)], False),
        ([('email contains "@"', IN), ("", OUT)], True),
        ([('email does not contain "@"', IN), ("", OUT)], False),
        ([("email > 5", IN), ("", OUT)], True),
        ([("some Placement has (email is filled)", IN), ("", OUT)], False),
        ([("vip is yes", IN), ("", OUT)], False),
    ],
)
def test_a_population_keeps_out_who_has_a_blank(rows: list[tuple[str, bool]], out: bool) -> None:
    assert keeps_out([case(*one) for one in rows], lambda name: name == "email") is out
