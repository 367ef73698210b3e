"""Check whether what may be sent fits into the receiving field."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Final

from signoff.agreement.policy import BREAKS, TOO_LONG
from signoff.agreement.resolved import BoundRow, Pair
from signoff.errors import Problem
from signoff.expressions import tree as t
from signoff.lint.codes import Level, rule
from signoff.lint.matter import Matter
from signoff.schema import Field, Type

_KEEPS: Final = frozenset({"same text", "same email", "same value", "upper case", "lower case", "every item"})
"""Steps that leave a text as long as it was."""
_TEXTS: Final = (Type.TEXT, Type.EMAIL)


@rule(
    "may-be-too-long",
    level=Level.WARNING,
    what="A sending field can hold more than the receiving field takes, and nothing says what becomes of the rest.",
    why="A text that does not fit is bad data: the whole record is held back, which is rarely what was meant.",
    bad="`| nickName | -> | nickname | same text |`, where the ATS takes 50 characters and the app 20.",
    fix="Write `at most 20 characters` into the rule, or a row `a text is too long` into a @bad-data table.",
)
def may_be_too_long(matter: Matter) -> Iterator[Problem]:
    """Find rows whose value may be longer than the receiving field, in bindings that do not say what follows."""
    for pair in matter.bound.pairs:
        if any(one.kind in (TOO_LONG, BREAKS) for one in pair.policy):
            continue
        for row in pair.rows:
            field = row.target_field
            if row.rule is None or field is None or field.max_length is None or field.type not in _TEXTS:
                continue
            longest = _longest(row)
            if longest is not None and longest > field.max_length:
                yield _told(matter, pair, row, field, longest)


def _told(matter: Matter, pair: Pair, row: BoundRow, field: Field, longest: float) -> Problem:
    names = " and ".join(f"{pair.source}.{one}" for one in row.sources)
    may = "of any length" if longest == inf else f"of up to {longest:.0f} characters"
    receiver = matter.system(row.sender.other)
    return Problem(
        row.row.rule.place,
        f"a value that fits {pair.target}.{field.path}, for which {receiver} takes {field.max_length} characters",
        f"one {may}, from {names}",
        how=f"Write `at most {field.max_length} characters` into the rule, or say in a @bad-data table what becomes "
        "of `a text is too long`.",
    )


def _longest(row: BoundRow) -> float | None:
    """Return how long a row's value can be: `inf` without a limit, None where the rule does not tell."""
    assert row.rule is not None
    lengths = {name: _of(field) for name, field in zip(row.sources, row.source_fields, strict=True)}
    if row.rule.table or row.rule.open_question:
        return None
    names = row.rule.names[:1] or row.sources[:1]
    longest = lengths.get(names[0]) if names else None
    for step in row.rule.tree.steps:
        if step.phrase in ("first filled of", "join"):
            listed = [_part(one, lengths) for argument in step.arguments for one in _items(argument)]
            known = [one for one in listed if one is not None]
            if len(known) < len(listed) or not known:
                return None
            longest = max(known) if step.phrase == "first filled of" else sum(known)
        elif step.phrase == "at most":
            longest = min(inf if longest is None else longest, float(str(step.arguments[0])))
        elif step.phrase not in _KEEPS:
            return None
    return longest


def _items(argument: object) -> tuple[object, ...]:
    return argument if isinstance(argument, tuple) else (argument,)


def _part(part: object, lengths: dict[str, float | None]) -> float | None:
    if isinstance(part, t.Literal):
        return float(len(str(part.value)))
    return lengths.get(part.text) if isinstance(part, t.Name) else None


def _of(field: Field | None) -> float | None:
    if field is None:
        return None
    if field.choices:
        return float(max(len(one) for one in field.choices))
    if field.type not in _TEXTS:
        return None
    return inf if field.max_length is None else float(field.max_length)
