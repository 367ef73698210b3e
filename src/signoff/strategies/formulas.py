"""Make the families that a formula needs: an operand that is blank alone, and every row of a table inside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

from signoff.agreement.abilities import changeable, clearable, handle
from signoff.agreement.resolved import BoundRow, Handle, Pair
from signoff.expressions.walk import may_lack
from signoff.record import Value, with_value
from signoff.rules.context import Context
from signoff.rules.results import Value as Given
from signoff.strategies.arms import Arms, Member
from signoff.strategies.changes import Changes, changing

ARM: Final = "band"
TRIES: Final = 600


def fill_formulas(arms: Arms) -> None:
    """Make them for every binding."""
    for pair in arms.world.agreement.pairs:
        for row in pair.rows:
            if row.rule is not None:
                _lacking(arms, pair, row)
                _bands(arms, pair, row)


def _own(arms: Arms, pair: Pair, row: BoundRow) -> list[Handle]:
    """Return the row's sources if all are fields of the record itself, else nothing."""
    found = [handle(arms.world.agreement, pair, source) for source in row.sources]
    return [one for one in found if one is not None and one.via == ""] if None not in found else []


def _lacking(arms: Arms, pair: Pair, row: BoundRow) -> None:
    """Make records that lack nothing but an operand for which the formula has something else."""
    assert row.rule is not None
    wanted = may_lack(row.rule.tree.steps)
    for one in _own(arms, pair, row):
        if one.source in wanted and clearable(one.leaf):
            for index in range(1 + arms.count):
                arms.add(pair, "still", row, {one.path: None}, index=index, note=f"{one.source} alone is blank")


def _bands(arms: Arms, pair: Pair, row: BoundRow) -> None:
    """Make records for every row of a table inside a formula; each moves to the next row in every phase."""
    assert row.rule is not None
    own = _own(arms, pair, row)
    if row.rule.table or not row.rule.tables or len(own) != len(row.sources):
        return
    found: dict[str, list[dict[str, Value]]] = {}
    for statement, values in _drawn(arms, pair, row, own):
        if len(found.setdefault(statement, [])) < 2 + arms.count:
            found[statement].append(values)
    statements = list(found)
    for at, statement in enumerate(statements):
        for index, values in enumerate(found[statement]):
            member = arms.add(pair, ARM, row, values, index=index, statement=statement)
            after = statements[at + 1 :] + statements[: at + 1]
            member.choices = [cast("Value", found[one][index % len(found[one])]) for one in after]


def _drawn(arms: Arms, pair: Pair, row: BoundRow, own: list[Handle]) -> Iterator[tuple[str, dict[str, Value]]]:
    """Yield operands with the statement of the table's row that they meet, found by trying the rule itself."""
    world, rule = arms.world, row.rule
    assert rule is not None
    subject = next((one.subject for one in arms.families if one.pair is pair and one.arm == "still"), None)
    if subject is None:
        return
    base = world.sight().context(pair, subject.id)
    pools = {one.path: arms.pools.of(pair.sender, one.entity, one.path) for one in own}
    for _ in range(TRIES):
        values: dict[str, Value] = {}
        record: Any = base.record
        for one in own:
            known = [value for value in (*pools[one.path].good, *pools[one.path].edges) if value is not None]
            drawn = world.distinct(pair.sender, one.entity, one.leaf, {})
            values[one.path] = world.rng.choice(known) if known and world.rng.random() < 1 / 2 else drawn
            record = with_value(record, one.path, values[one.path])
        context = Context(base.world, base.entity, record, base.moment, base.linked)
        result = rule.value(context)
        if isinstance(result, Given) and result.table_row is not None:
            yield world.agreement.value_row_statement(result.table_row), values


@changing(ARM)
def _moves(changes: Changes, member: Member, label: str, turn: int) -> None:
    """Let people change the operands so that another row of the table is met."""
    assert member.row is not None
    heads = [handle(changes.world.agreement, member.pair, source) for source in member.row.sources]
    if member.choices and all(one is not None and changeable(one.leaf) for one in heads):
        values = cast("dict[str, Value]", member.choices[turn % len(member.choices)])
        changes.write(member, member.subject, values, label)
