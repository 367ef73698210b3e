"""Hold an agreement: what was written, bound to fields, rules, tables and ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from signoff.agreement.matters import BoundMatters
from signoff.agreement.statement import Statement
from signoff.chart import Flow, Row, ValueRow, ValueTable
from signoff.errors import Place
from signoff.expressions.tree import Condition
from signoff.rules.cell import Rule
from signoff.schema import Entity, Field, Side, SystemSchema
from signoff.scope import EntitySettings, Integration

if TYPE_CHECKING:
    from signoff.agreement.played import BoundWorkflow


@dataclass(frozen=True, slots=True)
class Handle:
    """Say where a person would take hold of a source: on which entity, at which path.

    `via` is "" for the record's own field, "linked" for the record that the binding links, or the path of the
    reference that leads there. `leaf` is the field there, `head` the record's own field (the reference).
    """

    source: str
    entity: str
    path: str
    leaf: Field
    via: str = ""
    head: Field | None = None


@dataclass(frozen=True, slots=True)
class Linked:
    """Hold the record that a binding links: `their latest Placement by dateBegin where …`, on the sending side."""

    entity: str
    pick: str
    by: str = ""
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class BoundRow:
    """Hold one chart row with everything resolved.

    `sender` is the side whose value leads. `sources` and `target` are names as a `rules.context.World` reads
    them (labels replaced). `target_field` is None where the receiving cell is empty. `target_top` is the
    receiving record's own key that carries the value. Never and kept rows have `side` and `path` instead.
    """

    statement: str
    binding: str
    flow: Flow
    row: Row
    sender: Side = Side.ATS
    sources: tuple[str, ...] = ()
    source_fields: tuple[Field | None, ...] = ()
    target: str = ""
    target_field: Field | None = None
    target_top: str = ""
    rule: Rule | None = None
    required: bool = False
    branch: str = ""
    side: Side = Side.ATS
    path: str = ""
    field: Field | None = None

    @property
    def both_ways(self) -> bool:
        """Tell whether the row flows both ways."""
        return self.flow is Flow.BOTH


@dataclass(frozen=True, slots=True)
class BoundValueRow:
    """Hold one value row and its statement."""

    statement: str
    table: str
    row: ValueRow


@dataclass(frozen=True, slots=True)
class PopulationCase:
    """Hold one population row: its condition (None: anyone else) and whether its records reach the other side."""

    statement: str
    condition: Condition | None
    reaches: bool
    who: str


@dataclass(frozen=True, slots=True)
class BoundPolicy:
    """Hold one row of a bad-data table. `kind` is its phrase, "" for a condition; `then` one of the outcomes."""

    statement: str
    kind: str
    condition: Condition | None
    then: str
    words: str


@dataclass(frozen=True, slots=True)
class MatchKey:
    """Hold one matching key in the order tried: the rows that must all agree."""

    text: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Hold one binding: each record of the sending entity is one of the receiving entity.

    `name` is the ENTITY of ids. `link` is (sending field, receiving field) of the link row, or of the toml.
    `either`: a record may start on the receiving side too. `back` is the same binding seen from the receiving side,
    with the rows that write on the sending side, None where none does; it `mirrors` this one, and has its own name
    only so that what is known of the two is kept apart.
    """

    name: str
    sender: Side
    source: str
    target: str
    entity: EntitySettings
    place: Place
    document: str
    text: str
    linked: Linked | None = None
    link: tuple[str, str] | None = None
    link_statement: str = ""
    rows: tuple[BoundRow, ...] = ()
    protected: tuple[BoundRow, ...] = ()
    """Never and kept rows."""
    population: tuple[PopulationCase, ...] = ()
    policy: tuple[BoundPolicy, ...] = ()
    """What becomes of bad data, first match first; what no row names is held back and named."""
    matched: tuple[MatchKey, ...] = ()
    either: bool = False
    back: Pair | None = None
    mirrors: str = ""

    @property
    def entity_word(self) -> str:
        """Return the ENTITY of ids, also for the binding seen from the other side."""
        return self.mirrors or self.name

    def statement(self, suffix: str) -> str:
        """Return the id of one of the statements that every binding makes: `worker:arrive`."""
        return f"{self.entity_word}:{suffix}"

    def row(self, statement: str) -> BoundRow | None:
        """Return the row of a statement, or None."""
        return next((one for one in self.rows if one.statement == statement), None)

    def writers(self, target: str) -> tuple[BoundRow, ...]:
        """Return the rows for one receiving field in the order tried: branch rows first, then as written."""
        found = [row for row in self.rows if row.target == target and row.rule is not None]
        return tuple(sorted(found, key=lambda row: not row.branch))

    def targets(self) -> tuple[str, ...]:
        """Return the receiving fields in the order of the chart, each once."""
        return tuple(dict.fromkeys(row.target for row in self.rows if row.target and row.rule is not None))


@dataclass(frozen=True, slots=True)
class Agreement:
    """Hold one integration's whole agreement, ready to be tried.

    `words` give every word for an entity its toml name. `tables` are the value tables by name, `branch_tables`
    those that a branch overrides. `seeded` are the toml names of entities that the harness makes on both sides.
    """

    integration: Integration
    schemas: Mapping[Side, SystemSchema]
    pairs: tuple[Pair, ...]
    tables: Mapping[str, ValueTable]
    value_rows: tuple[BoundValueRow, ...]
    statements: tuple[Statement, ...]
    branches: Mapping[str, Condition]
    words: Mapping[str, str]
    scope_hash: str
    branch_tables: Mapping[str, Mapping[str, ValueTable]] = field(default_factory=dict)
    seeded: tuple[str, ...] = ()
    matters: BoundMatters = field(default_factory=BoundMatters)
    workflows: tuple[BoundWorkflow, ...] = ()
    handles: dict[tuple[str, str], Handle | None] = field(default_factory=dict, compare=False, repr=False)
    """What `abilities.handle` has worked out, by binding and source."""

    def directions(self) -> tuple[Pair, ...]:
        """Return every binding, and after it the same binding seen from its receiving side where rows write back."""
        return tuple(one for pair in self.pairs for one in (pair, pair.back) if one is not None)

    def statement(self, statement_id: str) -> Statement | None:
        """Return a statement by id, or None."""
        return next((one for one in self.statements if one.id == statement_id), None)

    def pair(self, name: str) -> Pair:
        """Return a binding by its name; raise KeyError."""
        for one in self.directions():
            if one.name == name:
                return one
        raise KeyError(name)

    def entity(self, side: Side, name: str) -> Entity:
        """Return an entity of one side."""
        return self.schemas[side].entities[name]

    def value_row_statement(self, row: ValueRow) -> str:
        """Return the statement id of a value row, "" when it has none."""
        for one in self.value_rows:
            if one.row is row:
                return one.statement
        return ""
