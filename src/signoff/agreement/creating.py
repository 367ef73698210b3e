"""Know which rows may create the record that they refer to."""

from __future__ import annotations

from dataclasses import dataclass

from signoff.agreement.resolved import Agreement, BoundRow, Pair
from signoff.expressions import walk
from signoff.record import Value
from signoff.schema import Side, Type

CREATING = "match or create the"
"""The phrase that creates."""


@dataclass(frozen=True, slots=True)
class Creating:
    """Hold one row that may create what it refers to: a record of `entity` on `side`, known by its field `by`.

    `ignoring_case`: e-mails are the same in any case.
    """

    pair: Pair
    row: BoundRow
    side: Side
    name: str
    entity: str
    by: str
    ignoring_case: bool = False
    bound: bool = False
    """Whether a chart of its own brings such records over too."""

    def text(self, value: Value) -> str:
        """Return a value as it is compared."""
        text = str(value).strip()
        return text.casefold() if self.ignoring_case else text


def creatings(agreement: Agreement) -> tuple[Creating, ...]:
    """Return the rows that may create what they refer to.

    A row whose source refers to what a chart of its own or people bring over waits for it instead.
    """
    found: list[Creating] = []
    for pair in agreement.directions():
        for row in pair.rows:
            steps = [step for step in row.rule.tree.steps if step.phrase == CREATING] if row.rule is not None else []
            for words, by in walk.references(steps):
                name = agreement.words.get(" ".join(words.lower().split()), "")
                if not name:
                    continue
                settings, side = agreement.integration.entities[name], pair.sender.other
                entity = settings.app if side is Side.APP else settings.ats
                bound = any(one.entity.name == name for one in agreement.pairs)
                waits = bound or settings.seeded
                refers = any(one is not None and one.type is Type.REFERENCE for one in row.source_fields)
                known = agreement.schemas[side].entities.get(entity)
                field = known.fields.get(by) if known is not None else None
                if field is not None and not field.read_only and not (waits and refers):
                    folds = field.type is Type.EMAIL
                    found.append(Creating(pair, row, side, name, entity, by, folds, bound))
    return tuple(found)
