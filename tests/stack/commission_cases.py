"""Pay commissions in plain Python, and wrong as connectors do: floats, rounding on the way, the wrong base, no tier.

The rows and both examples are Bullhorn's (Placement Commission Calculation; Permanent Placement Fee Calculation):
80 billed, 40 paid, 20 % burden, 12 per diem, 40 hours make 800; 20 % of a salary of 100,000 make 20,000.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from copying import Row
from figure_cases import NAME
from rig import AMOUNT, NUMBER, Case, Integration, table, values

CENT = Decimal("0.01")


def paid(exact: Decimal | None, how: str = ROUND_HALF_UP) -> Decimal | None:
    return None if exact is None else Decimal(exact).quantize(CENT, how)


def spread(r: Row) -> Decimal | None:
    """Bill, less pay with its burden and the per diem, by the hours."""
    if None in (r.a, r.b, r.c, r.d, r.e):
        return None
    return Decimal((r.a - (r.b * (1 + Decimal(r.c) / 100) + r.d)) * r.e)


def early_hours(r: Row) -> Decimal | None:
    if spread(r) is None:
        return None
    return paid((r.a - (r.b * (1 + Decimal(r.c) / 100) + r.d)) * Decimal(r.e).quantize(Decimal("0.1"), ROUND_HALF_UP))


def burden_on_the_bill(r: Row) -> Decimal | None:
    return None if spread(r) is None else paid((r.a - (r.a * Decimal(r.c) / 100 + r.b + r.d)) * r.e)


def no_per_diem(r: Row) -> Decimal | None:
    return None if spread(r) is None else paid((r.a - r.b * (1 + Decimal(r.c) / 100)) * r.e)


def split(r: Row) -> Decimal | None:
    return None if None in (r.a, r.b, r.c, r.d) else ((r.a - r.b) * r.c * Decimal(r.d) / 100)


def split_of_cents(r: Row) -> Decimal | None:
    """Round the spread first, to tenths, and split that."""
    if split(r) is None:
        return None
    return paid(Decimal((r.a - r.b) * r.c).quantize(Decimal("0.1"), ROUND_HALF_UP) * Decimal(r.d) / 100)


def the_other_half(r: Row) -> Decimal | None:
    return None if split(r) is None else paid((r.a - r.b) * r.c * (100 - Decimal(r.d)) / 100)


def fee(r: Row) -> Decimal | None:
    return None if None in (r.a, r.b) else Decimal(r.a) * r.b / 100


def tier(r: Row) -> Decimal | None:
    if r.a is None:
        return None
    return Decimal(5) if r.a < 1000 else Decimal("7.5") if r.a < 5000 else Decimal(10)


def at_the_boundary_below(r: Row) -> Decimal | None:
    if r.a is None:
        return None
    return Decimal(5) if r.a <= 1000 else Decimal("7.5") if r.a < 5000 else Decimal(10)


def payout(r: Row) -> Decimal | None:
    """Pay a share of the spread that grows with the spread; nothing of a loss."""
    if None in (r.a, r.b, r.c):
        return None
    whole = Decimal((r.a - r.b) * r.c)
    share = 0 if whole < 0 else 5 if whole < 1000 else Decimal("7.5") if whole < 5000 else 10
    return paid(whole * share / 100)


def a_third(right: Decimal | None) -> Decimal | None:
    return None if right is None else paid(right / 3)


def top_tier(r: Row) -> Decimal | None:
    """Pay the second tier's share of the first tier too."""
    if None in (r.a, r.b, r.c):
        return None
    whole = Decimal((r.a - r.b) * r.c)
    return paid(whole * Decimal("7.5") / 100) if 0 <= whole < 1000 else payout(r)


RATE = {"type": "number", "format": "decimal", "minimum": 0, "maximum": 500}
PART = {"type": "number", "format": "decimal", "minimum": 0, "maximum": 100}
HOURS = {"type": "number", "minimum": 0, "maximum": 200}

COMMISSIONS = Integration(
    (
        NAME,
        Case(
            "spread",
            "= ({a} - (({b} * (1 + {c} / 100)) + {d})) * {e}, rounded to 2 decimals",
            lambda r: paid(spread(r)),
            (early_hours, burden_on_the_bill, no_per_diem),
            {"a": RATE, "b": RATE, "c": PART, "d": RATE, "e": HOURS},
            AMOUNT,
        ),
        Case(
            "split",
            "= ({a} - {b}) * {c} * {d} / 100, rounded to 2 decimals",
            lambda r: paid(split(r)),
            (split_of_cents, the_other_half),
            {"a": RATE, "b": RATE, "c": HOURS, "d": PART},
            AMOUNT,
        ),
        Case(
            "fee",
            "= {a} * {b} / 100, rounded to 2 decimals",
            lambda r: paid(fee(r)),
            (lambda r: paid(fee(r), ROUND_HALF_EVEN), lambda r: None if fee(r) is None else paid(r.a * r.b)),
            {"a": AMOUNT, "b": PART},
            AMOUNT,
        ),
        Case(
            "burden",
            "= {a} * ({b} or 14 %), rounded to 2 decimals",
            lambda r: None if r.a is None else paid(r.a * (Decimal("0.14") if r.b is None else r.b)),
            (lambda r: None if None in (r.a, r.b) else paid(r.a * r.b),),
            {"a": RATE, "b": PART},
            AMOUNT,
        ),
        Case(
            "percent",
            'look up in "Commission tier"',
            tier,
            (at_the_boundary_below,),
            {"a": NUMBER},
            NUMBER,
            reds=("commission-tier:1000",),
        ),
        Case(
            "payout",
            '= ({a} - {b}) * {c} * (= ({a} - {b}) * {c}, look up in "Payout tier") / 100, rounded to 2 decimals',
            payout,
            (lambda r: a_third(payout(r)), top_tier),
            {"a": RATE, "b": RATE, "c": HOURS},
            AMOUNT,
            reds=("member.payout", "payout-tier:0"),
        ),
    ),
    documents={
        "tiers": "Feature: Tiers\n\n  @values\n  Scenario Outline: <ATS value> means <app value>\n"
        "    When the connector has been rehearsed\n    Then this row of the table holds\n"
        + values(
            "Commission tier",
            ("0", "5", "from"),
            ("1000", "7.5", "from"),
            ("5000", "10", "from"),
            ("anything else", "5", ""),
            more=("match",),
        )
        + values(
            "Payout tier",
            ("0", "5", "from"),
            ("1000", "7.5", "from"),
            ("5000", "10", "from"),
            ("anything else", "0", ""),
            more=("match",),
        ),
        "worked": "Feature: By hand\n\n  @worked\n  Scenario Outline: <row> is <result>\n    Then this row holds\n\n"
        "    Examples: Bullhorn's own\n"
        + table(
            [
                ("row", *(f"spread_{one}" for one in "abcde"), "split_a", "split_b", "split_c", "split_d", "fee_a",
                 "fee_b", "percent_a", "result"),
                ("member.spread", "80", "40", "20", "12", "40", *[""] * 7, "800"),
                ("member.split", *[""] * 5, "80", "40", "37.125", "60", "", "", "", "891"),
                ("member.fee", *[""] * 9, "100000", "20", "", "20000"),
                ("member.percent", *[""] * 11, "999.99", "5"),
                ("member.percent", *[""] * 11, "1000", "7.5"),
            ]
        ),
    },
)  # fmt: skip
