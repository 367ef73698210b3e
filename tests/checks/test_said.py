"""How a workflow's values and durations are told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from signoff.agreement.played import Day, Said
from signoff.checks.said import duration, words

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (None, "blank"),
        (True, "yes"),
        (False, "no"),
        (Day(14), "2026-03-16"),
        (Day(-2), "2026-02-28"),
        ("Maria", '"Maria"'),
        (Decimal("22.50"), "22.50"),
    ],
)
def test_a_value_is_told_as_a_reader_would_write_it(said: Said, told: str) -> None:
    assert words(said, TODAY) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (30, "30 seconds"),
        (60, "1 minute"),
        (90, "1.5 minutes"),
        (3600, "1 hour"),
        (172_800, "2 days"),
        (129_600, "1.5 days"),
    ],
)
def test_a_duration_is_told_in_the_largest_unit_that_fits(seconds: float, told: str) -> None:
    assert duration(seconds) == told
