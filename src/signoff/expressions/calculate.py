"""Work out formulas exactly, against anything that can be read like a record."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from signoff.expressions import tree as t
from signoff.expressions.evaluate import Reader, Unreadable, number
from signoff.record import Value

Calculated = Callable[[Reader], "Decimal | None"]
_Inner = Callable[[Reader], "Fraction | None"]
_DIGITS = 50
_LARGEST = 1000
"""Digits before or after the point; a fraction of a number such as 1e999999999 would fill the memory."""
Stepped = Callable[[t.Paren], Callable[[Any], Value]]


def formula(tree: t.Formula, blank_as_0: bool = False, steps: Stepped | None = None) -> Calculated:
    """Compile a formula to a function that returns its exact value, or None when an operand is blank.

    `blank_as_0` counts blank operands as 0. `steps` compiles steps in parentheses. The function raises Unreadable
    when an operand is no number, or when it divides by 0. It is worked out in fractions, so that half a cent is still
    half a cent after a division in the middle; a value without an end has 50 significant digits.
    """
    inner = _calculated(tree, blank_as_0, steps)

    def calculate(reader: Reader) -> Decimal | None:
        found = inner(reader)
        return None if found is None else _decimal(found)

    return calculate


def _decimal(exact: Fraction) -> Decimal:
    under, twos, fives = exact.denominator, 0, 0
    while under % 2 == 0:
        under, twos = under // 2, twos + 1
    while under % 5 == 0:
        under, fives = under // 5, fives + 1
    if under == 1:
        places = max(twos, fives)
        # Written digit by digit: arithmetic would round to the precision of the moment.
        return Decimal(f"{exact.numerator * 10**places // exact.denominator}E-{places}")
    with localcontext() as context:
        context.prec = _DIGITS + len(str(abs(exact.numerator) // exact.denominator))
        return Decimal(exact.numerator) / Decimal(exact.denominator)


def _calculated(tree: t.Formula, zero: bool, steps: Stepped | None) -> _Inner:
    nothing = Fraction(0) if zero else None
    if isinstance(tree, t.Literal):
        fixed = _fraction(tree.value)
        return lambda _: fixed
    if isinstance(tree, t.Name):
        text = tree.text

        def named(reader: Reader) -> Fraction | None:
            found = _fraction(_single(reader.typed(text)))
            return nothing if found is None else found

        return named
    if isinstance(tree, t.Paren):
        if steps is None:
            raise Unreadable("no steps can stand in this formula")
        run = steps(tree)

        def stepped(reader: Reader) -> Fraction | None:
            found = _fraction(run(reader))
            return nothing if found is None else found

        return stepped
    if isinstance(tree, t.Negative):
        part = _calculated(tree.part, zero, steps)

        def negative(reader: Reader) -> Fraction | None:
            found = part(reader)
            return None if found is None else -found

        return negative
    if isinstance(tree, t.Instead):
        first, second = _calculated(tree.first, False, steps), _calculated(tree.second, zero, steps)

        def instead(reader: Reader) -> Fraction | None:
            found = first(reader)
            return second(reader) if found is None else found

        return instead
    if isinstance(tree, t.Function):
        return _function(tree, zero, steps)
    return _arithmetic(tree, zero, steps)


def _fraction(value: Value) -> Fraction | None:
    found = number(value)
    if found is not None and found and abs(found.adjusted()) > _LARGEST:
        raise Unreadable("a number too large or too small to reckon with")
    return None if found is None else Fraction(found)


def _single(value: Value) -> Value:
    if isinstance(value, list | tuple):
        if len(value) > 1:
            raise Unreadable("a list where one number is needed")
        return value[0] if value else None
    return value


def _function(tree: t.Function, zero: bool, steps: Stepped | None) -> _Inner:
    applied: dict[str, Callable[[list[Fraction]], Fraction]] = {
        "min": lambda values: min(values),
        "max": lambda values: max(values),
        "sum": lambda values: sum(values, Fraction(0)),
    }
    apply = applied[tree.name]
    parts: list[Callable[[Reader], list[Fraction | None]]] = []
    for part in tree.parts:
        parts.append(_listed(part.text) if isinstance(part, t.Name) else _alone(_calculated(part, zero, steps)))

    def function(reader: Reader) -> Fraction | None:
        values = [value for part in parts for value in part(reader)]
        if zero:
            values = [Fraction(0) if value is None else value for value in values]
        known = [value for value in values if value is not None]
        return apply(known) if known and len(known) == len(values) else None

    return function


def _alone(one: _Inner) -> Callable[[Reader], list[Fraction | None]]:
    return lambda reader: [one(reader)]


def _listed(name: str) -> Callable[[Reader], list[Fraction | None]]:
    def listed(reader: Reader) -> list[Fraction | None]:
        value = reader.typed(name)
        return (
            [_fraction(one) for one in value]
            if isinstance(value, list | tuple) and value
            else [_fraction(_single(value))]
        )

    return listed


def _arithmetic(tree: t.Arithmetic, zero: bool, steps: Stepped | None) -> _Inner:
    left, right = _calculated(tree.left, zero, steps), _calculated(tree.right, zero, steps)
    if tree.sign == "/":

        def divide(reader: Reader) -> Fraction | None:
            over, under = left(reader), right(reader)
            if over is None or under is None:
                return None
            if under == 0:
                raise Unreadable("a division by 0")
            return over / under

        return divide
    signs: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
    }
    sign = signs[tree.sign]

    def combine(reader: Reader) -> Fraction | None:
        one, other = left(reader), right(reader)
        return None if one is None or other is None else sign(one, other)

    return combine


def divides(tree: t.Formula) -> bool:
    """Tell whether a formula divides, and so needs `rounded to N decimals`."""
    if isinstance(tree, t.Arithmetic):
        return tree.sign == "/" or divides(tree.left) or divides(tree.right)
    if isinstance(tree, t.Negative):
        return divides(tree.part)
    if isinstance(tree, t.Instead):
        return divides(tree.first) or divides(tree.second)
    if isinstance(tree, t.Function):
        return any(divides(part) for part in tree.parts)
    return False
