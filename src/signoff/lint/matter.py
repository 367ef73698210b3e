"""Hold what is linted: the documents, the schemas and, where they could be bound, the agreement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from signoff.agreement.abilities import handle
from signoff.agreement.matters import BoundGoal
from signoff.agreement.resolved import Agreement, BoundPolicy, BoundRow, Pair, PopulationCase
from signoff.agreement.rows import labels_of
from signoff.agreement.statement import Statement
from signoff.agreement.words import entity_words
from signoff.chart import Chart, Row
from signoff.errors import Place
from signoff.rules.context import World
from signoff.schema import Field, Side, SystemSchema
from signoff.scope import Document, Integration


class Placed(Protocol):
    """Say where something stands."""

    @property
    def place(self) -> Place:
        """Return its place."""


class Question(Protocol):
    """Say what lint must know of a question to somebody. `answer` is "" as long as it is open."""

    @property
    def row(self) -> Placed:
        """Return the row that asks it."""

    @property
    def asked_of(self) -> str:
        """Return who is to answer, or ""."""

    @property
    def asked_on(self) -> date:
        """Return the day on which it was asked."""

    @property
    def answer(self) -> str:
        """Return what was answered."""


@dataclass(frozen=True, slots=True)
class Matter:
    """Hold one integration as it is linted. `agreement` is None when the documents could not be bound.

    `today` is the day in the integration's zone; None leaves out whatever depends on the day.
    """

    integration: Integration
    documents: Sequence[Document]
    schemas: Mapping[Side, SystemSchema]
    agreement: Agreement | None = None
    today: date | None = None
    questions: Sequence[Question] = ()
    _worlds: dict[Side, World] = field(default_factory=dict, compare=False, repr=False)
    _statements: dict[str, Statement] = field(default_factory=dict, compare=False, repr=False)
    _users: dict[str, list[tuple[Pair, BoundRow]]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def bound(self) -> Agreement:
        """Return the agreement; only checks that are not raw may ask."""
        assert self.agreement is not None
        return self.agreement

    def charts(self) -> Iterator[tuple[Document, Chart, Row]]:
        """Yield every row of every chart, bound or not."""
        for document in self.documents:
            for chart in document.charts:
                for row in chart.rows:
                    yield document, chart, row

    def rows(self) -> Iterator[tuple[Pair, BoundRow]]:
        """Yield every bound row that carries a value, with its binding."""
        for pair in self.bound.pairs:
            for row in pair.rows:
                if row.rule is not None:
                    yield pair, row

    def users(self, table: str) -> Sequence[tuple[Pair, BoundRow]]:
        """Return the rows that look up in a table, with their bindings."""
        if not self._users:
            self._users[""] = []
            for pair, row in self.rows():
                self._users.setdefault(row.rule.table if row.rule is not None else "", []).append((pair, row))
        return self._users.get(table, ())

    def world(self, side: Side) -> World:
        """Return an empty world of one side, to resolve names by; made once."""
        if side not in self._worlds:
            schema, words = self.schemas[side], entity_words(self.integration, side)
            self._worlds[side] = World(schema, {}, labels_of(self.integration, schema), words)
        return self._worlds[side]

    def field(self, side: Side, entity: str, name: str) -> Field | None:
        """Return the field that a name of a record stands for, through references too; None if none is known."""
        found = self.world(side).resolved(entity, name)
        return found.field if found.known else None

    def system(self, side: Side) -> str:
        """Return what people call a side's system."""
        return self.integration.systems[side].name

    def held(self, pair: Pair, side: Side, name: str) -> tuple[str, str]:
        """Return the entity and the path at which a name of a row is held: its own record, or one it refers to."""
        if side is pair.sender:
            found = handle(self.bound, pair, name)
            if found is not None:
                return found.entity, found.path
            return pair.source, name
        return pair.target, name

    def place_of(self, case: PopulationCase | BoundPolicy | BoundGoal, column: str = "who") -> Place:
        """Return the place of a population row's condition, of a bad-data row's, or of a goal's measure."""
        if not self._statements:
            self._statements.update({one.id: one for one in self.bound.statements})
        found = self._statements[case.statement]
        return Place(found.file, found.line, found.title, column)
