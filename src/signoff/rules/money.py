"""Compare numbers and amounts exactly, and round them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from typing import Any, Final

from signoff.expressions.evaluate import Unreadable
from signoff.expressions.tree import Step
from signoff.record import Value
from signoff.rules import results
from signoff.rules import sources as s
from signoff.rules.context import Context
from signoff.rules.reading import decimal, decimals_of, reading
from signoff.rules.registry import BLANK, Around, Ask, Edge, Kind, Outcome, Run, ex, kind, rule
from signoff.rules.work import Work
from signoff.schema import Field, Type, Wire

NUMBERS: Final = frozenset({Type.AMOUNT, Type.NUMBER, Type.INTEGER})


def numbered(value: Any, _context: Context | None = None, _ask: Ask | None = None) -> Decimal:
    """Return a value as an exact number; what is none is bad data."""
    try:
        return decimal(value)
    except Unreadable:
        raise results.bad(results.NUMBER_UNREADABLE, "it is no number") from None


def _found(raw: Value, context: Context, ask: Ask) -> Decimal:
    wire = ask.target.wire if ask.target is not None else Wire.NATURAL
    found = reading(Type.NUMBER, wire)(raw, context.target_zone)
    assert isinstance(found, Decimal)
    return found


def _near(number: Decimal, field: Field | None) -> Iterator[Decimal]:
    whole = field is not None and field.type is Type.INTEGER
    step = Decimal(1) if whole else Decimal("0.01")
    yield number + step
    yield number - step
    yield number * 100 if number else Decimal(1)
    if number:
        yield -number
        yield Decimal(0)
    if number != number.to_integral_value():
        yield number.to_integral_value()


def number_edges(field: Field | None, _around: Around) -> Iterator[Edge]:
    """Yield numbers worth trying, within the field's limits."""
    whole = field is not None and field.type is Type.INTEGER
    edges = [
        Edge(Decimal(0), "zero is a value, not a blank"),
        Edge(Decimal(1), "one"),
        Edge(Decimal(-1), "below zero"),
        Edge(Decimal(9007199254740993), "more than a float can hold exactly"),
    ]
    if not whole:
        edges += [
            Edge(Decimal("0.1"), "what binary fractions cannot hold"),
            Edge(Decimal("0.01"), "a cent"),
            Edge(Decimal("19.999"), "three decimals"),
            Edge(Decimal("2.675"), "a half that a float rounds the wrong way"),
            Edge(Decimal("1234567.89"), "thousands and cents"),
            Edge(Decimal("33.333333"), "six decimals: a third, as systems keep it", where_held=True),
            Edge(Decimal("0.00000001"), "eight decimals, which are easily written as 1E-8", where_held=True),
        ]
    low = field.minimum if field is not None else None
    high = field.maximum if field is not None else None
    places = field.decimals if field is not None else None
    for edge in edges:
        fits = places is None or decimals_of(edge.value) <= places
        if (low is None or edge.value >= low) and (high is None or edge.value <= high) and fits:
            yield edge
    if low is not None:
        yield Edge(low, "the least that the field allows")
    if high is not None:
        yield Edge(high, "the most that the field allows")


def _exact(left: Decimal, right: Decimal, _ask: Ask) -> bool:
    return left == right


NUMBER: Final = kind(
    Kind(
        "number",
        (Type.AMOUNT, Type.NUMBER, Type.INTEGER),
        frozenset({Type.AMOUNT, Type.NUMBER, Type.INTEGER, Type.TEXT, Type.PICKLIST, Type.ANY}),
        numbered,
        _found,
        _exact,
        _near,
        number_edges,
        says="the same number",
    )
)

_BAD: Final = Outcome("bad data", results.NUMBER_UNREADABLE)
_A: Final = (Type.AMOUNT, Type.AMOUNT)
_N: Final = (Type.NUMBER, Type.NUMBER)
_NEAR = "A cent more or less, a hundred times as much, the other sign, the cents lost, zero."


def _compare(_step: Step, work: Work) -> Run:
    work.comparison = NUMBER
    return lambda value, _context: value


rule(
    "same amount",
    family="money",
    says="the same amount",
    computes="The exact decimal amount.",
    compares="Equal as exact decimals, so 20, 20.0 and 20.00 are one; no rounding, no tolerance.",
    near=_NEAR,
    compares_as="number",
    examples=[
        ex("same amount", Decimal("40.00"), Decimal("40"), s.IEEE, *_A),
        ex("same amount", Decimal("0.1"), Decimal("0.10"), s.IEEE, *_A),
        ex("same amount", 0, 0, s.FALSY, *_A),
        ex("same amount", Decimal("1234567.89"), Decimal("1234567.89"), s.KARMLY, *_A),
        ex("same amount", "80", 80, s.KARMLY, Type.TEXT, Type.AMOUNT),
        ex("same amount", "80,00 USD", _BAD, s.JSON, Type.TEXT, Type.AMOUNT),
        ex("same amount", None, BLANK, s.CLEARING, *_A),
    ],
)(_compare)

rule(
    "same number",
    family="money",
    says="the same number",
    computes="The exact number.",
    compares="Equal as exact decimals.",
    near=_NEAR,
    compares_as="number",
    examples=[
        ex("same number", 5, 5, s.JSON, *_N),
        ex("same number", Decimal("7.50"), Decimal("7.5"), s.IEEE, *_N),
        ex("same number", 9007199254740993, 9007199254740993, s.BIG_IDS, Type.INTEGER, Type.INTEGER),
        ex("same number", 0, 0, s.FALSY, *_N),
        ex("same number", "12", 12, s.HRFLOW, Type.TEXT, Type.INTEGER),
        ex("same number", "twelve", _BAD, s.JSON, Type.TEXT, Type.INTEGER),
    ],
)(_compare)


def rounded(number: Decimal, places: int, half_even: bool = False) -> Decimal:
    """Round a decimal to so many places, half away from zero, or half to even."""
    with localcontext() as context:
        context.prec = 80
        mode = ROUND_HALF_EVEN if half_even else ROUND_HALF_UP
        return number.quantize(Decimal(1).scaleb(-places), rounding=mode)


@rule(
    "rounded to",
    shape="rounded to N decimals",
    family="money",
    says="rounded to {0} decimals",
    computes="Rounds once, at this step: a half goes away from zero (2.675 → 2.68, -2.675 → -2.68), or to the even "
    "digit with `half-even`.",
    inverts="the digits cut off are lost",
    near=_NEAR,
    examples=[
        ex("rounded to 2 decimals", Decimal("2.675"), Decimal("2.68"), s.IEEE, *_N),
        ex("rounded to 2 decimals", Decimal("-2.675"), Decimal("-2.68"), s.IEEE, *_N),
        ex("rounded to 0 decimals", Decimal("2.5"), 3, s.IEEE, *_N),
        ex("rounded to 0 decimals, half-even", Decimal("2.5"), 2, s.IEEE, *_N),
        ex("rounded to 1 decimal", Decimal("7.0833"), Decimal("7.1"), s.EARLY_ROUND, *_N),
        ex("rounded to 2 decimals", Decimal("1.004999"), 1, s.CHAIN_ROUND, *_N),
    ],
)
def build_rounded(step: Step, work: Work) -> Run:
    """Build `rounded to N decimals`."""
    places, half_even = int(str(step.arguments[0])), work.half_even
    if work.type not in NUMBERS:
        work.type = Type.NUMBER
    return lambda value, _context: rounded(numbered(value), places, half_even)


def _option(_step: Step, _work: Work) -> Run:
    return lambda value, _context: value


rule(
    "half-even",
    family="money",
    computes="Makes every `rounded to` of the cell take a half to the even digit.",
    inverts="it belongs to rounding",
    option=True,
    examples=[
        ex("rounded to 2 decimals, half-even", Decimal("2.665"), Decimal("2.66"), s.IEEE, *_N),
        ex("rounded to 2 decimals, half-even", Decimal("2.675"), Decimal("2.68"), s.IEEE, *_N),
        ex("rounded to 0 decimals, half-even", Decimal("3.5"), 4, s.IEEE, *_N),
        ex("rounded to 0 decimals, half-even", Decimal("-0.5"), 0, s.IEEE, *_N),
        ex("= x / 8, rounded to 2 decimals, half-even", 1, Decimal("0.12"), s.IEEE, *_N),
    ],
)(_option)
