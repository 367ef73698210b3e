"""Commissions are exact to the cent, in whatever order a formula works them out.

The examples are Bullhorn's own (Placement Commission Calculation; Permanent Placement Fee Calculation). What is right
is worked out here in fractions, and rounded with whole numbers: nothing is shared with the rules.
"""

from __future__ import annotations

import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signoff.rules import sources as s
from signoff.rules.registry import ex
from signoff.rules.results import BadData, Value
from signoff.rules.worked import work_out
from signoff.schema import Type

QUICK = settings(max_examples=60, deadline=None, database=None)
AMOUNTS = st.decimals(0, 999_999, places=2)
RATES = st.decimals(0, 999, places=4)
HOURS = st.decimals(0, 200, places=3)
PERCENT = st.decimals(0, 100, places=2)
TIERS = (("0", "5", "from"), ("1000", "7.5", "from"), ("5000", "10", "from"))
SPREAD = "((bill - ((pay * (1 + burden / 100)) + perDiem)) * hours)"


def worked(rule: str, **given_: Decimal | int | None) -> Decimal | None:
    options = {"table": TIERS} if "look up" in rule else {}
    result = work_out(ex(rule, given_, 0, s.COMMISSION, Type.AMOUNT, Type.AMOUNT, **options)).result
    return result.typed if isinstance(result, Value) else None


def cents(exact: Fraction, half_even: bool = False) -> Decimal:
    """Round a fraction to cents with whole numbers alone."""
    sign, scaled = (-1 if exact < 0 else 1), abs(exact) * 100
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    twice = 2 * rest
    up = twice > scaled.denominator or (twice == scaled.denominator and (not half_even or whole % 2 == 1))
    return Decimal(sign * (whole + up)) / 100


@pytest.mark.parametrize(
    "rule",
    ["= salary * 20 %", "= salary * fee / 100, rounded to 2 decimals", "= fee / 100 * salary, rounded to 2 decimals"],
)
def test_bullhorns_fee(rule: str) -> None:
    assert worked(rule, salary=100_000, fee=20) == 20_000


def test_bullhorns_spread() -> None:
    given_ = {"bill": 80, "pay": 40, "burden": 20, "perDiem": 12, "hours": 40}
    assert worked(f"= {SPREAD}, rounded to 2 decimals", **given_) == 800
    halves = [worked(f"= {SPREAD} * split / 100, rounded to 2 decimals", **given_, split=one) for one in (60, 40)]
    assert halves == [480, 320]


@pytest.mark.parametrize(
    ("hours", "result"), [("37.125", "111.38"), ("24.999", "50.00"), ("25", "75.00"), ("125", "500.00")]
)
def test_a_tier_is_found_by_the_exact_spread(hours: str, result: str) -> None:
    # (80 - 40) * 24.999 is 999.96 and pays 5 %; a cent and a bit more pays 7.5 %. Hours in thousandths decide.
    rule = '= (bill - pay) * hours * (= (bill - pay) * hours, look up in "Status") / 100, rounded to 2 decimals'
    assert worked(rule, bill=80, pay=40, hours=Decimal(hours)) == Decimal(result)


def test_hours_keep_three_decimals() -> None:
    # Three lines of 50 minutes: 0.833 h each. Rounded to 0.83 first, they would pay 7 cents less.
    rule = "= (a + b + c) * rate, rounded to 2 decimals"
    line = Decimal("0.833")
    assert worked(rule, a=line, b=line, c=line, rate=Decimal("22.335")) == Decimal("55.82")


def test_a_burden_that_nobody_entered_is_the_usual_one() -> None:
    rule = "= pay * (burden or 14 %) * hours, rounded to 2 decimals"
    assert worked(rule, pay=40, burden=None, hours=Decimal("37.5")) == 210
    assert worked(rule, pay=40, burden=Decimal("0.2"), hours=Decimal("37.5")) == 300


@QUICK
@given(AMOUNTS, PERCENT, PERCENT, HOURS)
def test_factors_in_any_order_give_the_same_cent(salary: Decimal, fee: Decimal, split: Decimal, hours: Decimal) -> None:
    parts = {"salary": salary, "fee": fee, "split": split, "hours": hours}
    right = cents(Fraction(salary) * Fraction(fee) / 100 * Fraction(split) / 100 * Fraction(hours))
    factors = ("salary", "fee / 100", "split / 100", "hours")
    for order in itertools.permutations(factors):
        assert worked(f"= {' * '.join(order)}, rounded to 2 decimals", **parts) == right, order
        one, two, three, four = order
        nested = f"= {one} * ({two} * ({three} * {four})), rounded to 2 decimals"
        assert worked(nested, **parts) == right, nested


@QUICK
@given(RATES, RATES, PERCENT, RATES, HOURS, PERCENT)
def test_a_spread_written_in_other_ways_is_the_same_to_the_cent(
    bill: Decimal, pay: Decimal, burden: Decimal, per_diem: Decimal, hours: Decimal, split: Decimal
) -> None:
    given_ = {"bill": bill, "pay": pay, "burden": burden, "perDiem": per_diem, "hours": hours, "split": split}
    cost = Fraction(pay) * (1 + Fraction(burden) / 100) + Fraction(per_diem)
    exact = (Fraction(bill) - cost) * Fraction(hours) * Fraction(split) / 100
    ways = (
        f"{SPREAD} * split / 100",
        f"split / 100 * {SPREAD}",
        "(bill * hours - (pay + pay * burden / 100) * hours - perDiem * hours) * split / 100",
        "bill * hours * split / 100 - pay * hours * split / 100 - pay * burden * hours * split / 100 / 100 "
        "- perDiem * hours * split / 100",
        "sum(bill * hours, -(pay * hours), -(pay * burden / 100 * hours), -(perDiem * hours)) / 100 * split",
    )
    for way in ways:
        assert worked(f"= {way}, rounded to 2 decimals", **given_) == cents(exact), way
        even = cents(exact, half_even=True)
        assert worked(f"= {way}, rounded to 2 decimals, half-even", **given_) == even, way


@QUICK
@given(AMOUNTS, st.integers(1, 60))
def test_dividing_first_costs_no_cent(amount: Decimal, weeks: int) -> None:
    right = cents(Fraction(amount) / weeks * 52)
    for way in ("a / w * 52", "a * 52 / w", "52 / w * a", "a * (52 / w)"):
        assert worked(f"= {way}, rounded to 2 decimals", a=amount, w=weeks) == right, way


@QUICK
@given(st.integers(0, 10**9), st.integers(1, 400))
def test_exactly_half_a_cent_stays_half_a_cent(thousands: int, parts: int) -> None:
    amount = Decimal(thousands) + Decimal("0.005")
    assert worked("= a / n * n, rounded to 2 decimals", a=amount, n=parts) == cents(Fraction(amount))
    even = cents(Fraction(amount), half_even=True)
    assert worked("= a / n * n, rounded to 2 decimals, half-even", a=amount, n=parts) == even


@QUICK
@given(AMOUNTS, PERCENT)
def test_two_splits_of_a_hundred_lose_at_most_a_cent(spread: Decimal, split: Decimal) -> None:
    rule = "= spread * split / 100, rounded to 2 decimals"
    both = [worked(rule, spread=spread, split=one) for one in (split, 100 - split)]
    assert both[0] is not None
    assert both[1] is not None
    assert abs(both[0] + both[1] - spread) <= Decimal("0.01")


def test_a_number_that_nobody_can_mean_is_bad_data_and_no_endless_reckoning() -> None:
    huge = work_out(ex("= a * 2", {"a": "1e999999999"}, 0, s.COMMISSION, Type.TEXT, Type.AMOUNT)).result
    assert isinstance(huge, BadData)
