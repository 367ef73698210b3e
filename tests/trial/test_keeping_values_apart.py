"""Plain words do not make one of two values: who is called otherwise is called otherwise in the smallest case too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tiny_worlds import AGREEMENT, changed, made, plans, script

from signoff.schema import Field, Type
from signoff.strategies.script import Script
from signoff.trial.distinct import Distinct
from signoff.trial.plain import COMPANIES, PEOPLE, Spot
from signoff.trial.steps import Rank, Steps, taken

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
NAME = Field("name", Type.TEXT)


def first(words: Distinct, value: str, who: int, turn: int = 0) -> str:
    raw = next(iter(words.offers(NAME, value, Spot(who, turn, 0), NOW, "UTC")))
    assert isinstance(raw, str)
    words.take(raw, value)
    return raw


def plain(one: Script) -> Script:
    """Take every step to a plainer value at once."""
    steps = [step for step in Steps(AGREEMENT, ["seed", "first"]).of(one, set()) if step.rank is Rank.VALUES]
    found = taken(one, steps)
    assert found is not None
    return found


@pytest.mark.parametrize("field", ["firstName", "email", "phone"])
def test_a_value_that_is_changed_is_not_that_of_another_record(field: str) -> None:
    one = script(
        [made(number) for number in range(1, 9)],
        [changed(number, firstName=f"Xaver {number}", email=f"x{number}@y.example", phone=f"+44 20 7946 00{number:02}")
         for number in range(1, 9)],
    )  # fmt: skip
    told = [plan.fields[field] for plan in plans(plain(one))]
    assert len(set(told)) == len(told) == 16
    names = {name for pair in PEOPLE for name in pair}
    assert field != "firstName" or any(name in names for name in told)


def test_values_that_are_the_same_may_have_one_word() -> None:
    words = Distinct(["Odd & Co", "Odd & Co"])
    assert [first(words, "Odd & Co", 0), first(words, "Odd & Co", 0)] == [COMPANIES[0], COMPANIES[0]]


def test_two_companies_do_not_become_one() -> None:
    words = Distinct(["Levine LLC 953503", "Levine LLC 2"])
    # The second of its kind, and the first one after it was given another name, are both the second company.
    assert [first(words, "Levine LLC 953503", 1), first(words, "Levine LLC 2", 0, turn=1)] == [
        COMPANIES[1],
        COMPANIES[2],
    ]


def test_a_word_that_somebody_is_called_already_is_given_to_nobody_else() -> None:
    words = Distinct([COMPANIES[0], "Levine LLC"])
    assert first(words, COMPANIES[0], 0) == COMPANIES[0]
    assert first(words, "Levine LLC", 0) == COMPANIES[1]
