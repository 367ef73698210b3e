"""Work formulas out in exact decimals."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, cast

from signoff.expressions import tree as t
from signoff.expressions.calculate import divides, formula
from signoff.expressions.evaluate import NoNumber, Unreadable
from signoff.rules import results
from signoff.rules import sources as s
from signoff.rules.context import Context
from signoff.rules.registry import BLANK, Outcome, Run, ex, rule
from signoff.rules.work import Work
from signoff.schema import Type

_ONE_WAY: Final = "several operands lead to one result"
_BAD: Final = Outcome("bad data", results.UNREADABLE)
_N: Final = (Type.AMOUNT, Type.AMOUNT)


@rule(
    "=",
    shape="= FORMULA",
    family="formula",
    says="by formula",
    computes="Exact, whatever the order: + - * /, `N %` is N/100, parentheses, `min max sum`, `(a or 14 %)` for a "
    'where it is blank, `(a, look up in "Tier")` for what a table gives. A blank operand makes the result blank unless '
    "`blank as 0`. Nothing is rounded on the way; a division needs `rounded to N decimals`. What is no number, and a "
    "division by 0, are bad data.",
    inverts=_ONE_WAY,
    near="A cent more or less, a hundred times as much, the other sign, the cents lost, zero.",
    starts=True,
    examples=[
        ex("= salary * fee / 100, rounded to 2 decimals", {"salary": 100000, "fee": 20}, 20000, s.PERM_FEE, *_N),
        ex("= salary * 20 %", {"salary": 100000}, 20000, s.PERM_FEE, *_N),
        ex(
            "= (bill - ((pay * (1 + burden)) + perDiem)) * hours",
            {"bill": 80, "pay": 40, "burden": Decimal("0.2"), "perDiem": 12, "hours": 40},
            800,
            s.COMMISSION,
            *_N,
        ),
        ex("= bill - pay", {"bill": 80, "pay": 40}, 40, s.COMMISSION, *_N),
        ex("= (bill - pay) / pay, rounded to 4 decimals", {"bill": 80, "pay": 60}, Decimal("0.3333"), s.BULLHORN, *_N),
        ex("= pay * (burden or 14 %)", {"pay": 40, "burden": None}, Decimal("5.6"), s.COMMISSION, *_N),
        ex("= a + b", {"a": 5, "b": None}, BLANK, s.CLEARING, *_N),
        ex("= hours * rate", {"hours": Decimal("7.0833"), "rate": Decimal("33.125")}, Decimal("234.6343125"),
           s.EARLY_ROUND, *_N),
        ex("= a / b, rounded to 2 decimals", {"a": 1, "b": 0}, _BAD, s.IEEE, *_N),
        ex("= max(min(a, 10), b)", {"a": 12, "b": 3}, 10, s.COMMISSION, *_N),
    ],
)  # fmt: skip
def build_formula(step: t.Step, work: Work) -> Run:
    """Build a formula."""
    written = cast("t.Formula", step.arguments[0])
    work.check_names(written)
    rounds = any(one.phrase == "rounded to" for one in work.tree.steps)
    if divides(written) and not rounds:
        raise work.wrong(
            "`rounded to N decimals` after a formula that divides",
            "a division without it",
            "Say how many decimals the result has, for example: = a / b, rounded to 2 decimals.",
        )

    def stepped(part: t.Paren) -> Callable[[Any], Any]:
        get, _, _ = work.inner(part)
        return get

    run = formula(written, work.blank_as_0, stepped)
    work.type = Type.AMOUNT
    work.many = False

    def calculate(_value: Any, context: Context) -> Decimal | None:
        try:
            return run(context)
        except NoNumber:
            raise results.bad(results.NUMBER_UNREADABLE, "the formula meets what is not a number") from None
        except Unreadable as trouble:
            raise results.bad(results.UNREADABLE, f"the formula meets {trouble}") from None

    return calculate


rule(
    "blank as 0",
    family="formula",
    computes="Counts every blank operand of the cell's formula as 0.",
    inverts="it belongs to a formula",
    option=True,
    examples=[
        ex("= a + b, blank as 0", {"a": 5, "b": None}, 5, s.COMMISSION, *_N),
        ex("= a * b, blank as 0", {"a": 5, "b": None}, 0, s.COMMISSION, *_N),
        ex("= a + b, blank as 0", {"a": None, "b": None}, 0, s.COMMISSION, *_N),
        ex("= sum(a, b, c), blank as 0", {"a": 1, "b": None, "c": 2}, 3, s.COMMISSION, *_N),
        ex("= a - b, blank as 0", {"a": None, "b": Decimal("2.5")}, Decimal("-2.5"), s.COMMISSION, *_N),
    ],
)(lambda _step, _work: lambda value, _context: value)
