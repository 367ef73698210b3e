"""Hold an agreement: what was written, bound to fields, rules, tables and ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from signoff.agreement.matters import BoundMatters
from signoff.agreement.statement import Statement
from signoff.chart import Flow, Row, ValueRow, ValueTable
from signoff.errors import Place
from signoff.expressions.tree import Condition
from signoff.record import Value
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
class State:
    """Hold a state of a receiving record: its name, and each of its fields with the values of which any will do."""

    name: str
    fields: tuple[tuple[str, tuple[Value, ...]], ...]

    def allowed(self, field: str) -> tuple[Value, ...]:
        """Return the values that a field may have in this state; empty where the state does not name it."""
        return next((values for name, values in self.fields if name == field), ())

    def or_else(self, other: State) -> State:
        """Return the state of whom nobody can tell which of two it is in: any value of either will do."""
        names = list(dict.fromkeys(name for one in (self, other) for name, _ in one.fields))
        fields = tuple((name, tuple(dict.fromkeys((*self.allowed(name), *other.allowed(name))))) for name in names)
        return State(f"{self.name} or {other.name}", fields)


@dataclass(frozen=True, slots=True)
class PopulationCase:
    """Hold one population row: its condition (None: anyone else) and whether its records reach the other side.

    `state`: they do so in this state; of a row that lets nobody through, the state in which those leave who are there.
    """

    statement: str
    condition: Condition | None
    reaches: bool
    who: str
    state: State | None = None


class When(StrEnum):
    """Name what can happen to a record in its life, by the words of the language."""

    LEAVES = "leaves the population"
    DELETED = "is deleted"
    ARCHIVED = "is archived"
    BACK = "comes back"
    MERGED = "are merged"
    GONE_THERE = "is deleted over there"
    EXTENDED = "is extended"
    ENDS_EARLY = "ends early"
    ENDS = "ends"


class Then(StrEnum):
    """Name what can become of the partner of a record to which something happens."""

    BECOMES = "becomes"
    AGAIN = "becomes again"
    REMOVED = "is removed"
    REMAINS = "one remains"
    UNTOUCHED = "is untouched"
    BACK = "comes back"


@dataclass(frozen=True, slots=True)
class LifeRow:
    """Hold one lifecycle row: what happens, and what then becomes of the record's partner.

    `condition` tells by the record alone that it has happened, None where only the change itself tells. `kept`: the
    partner is still kept up to date.
    """

    statement: str
    when: When
    then: Then
    state: State | None = None
    kept: bool = False
    condition: Condition | None = None
    words: str = ""


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
    life: tuple[LifeRow, ...] = ()
    matched: tuple[MatchKey, ...] = ()
    either: bool = False
    back: Pair | None = None
    mirrors: str = ""

    @property
    def entity_word(self) -> str:
        """Return the ENTITY of ids, also for the binding seen from the other side."""
        return self.mirrors or self.name

    @property
    def usual(self) -> PopulationCase | None:
        """Return the population row by whose records everything else is tried: one that gives no state, if there is."""
        reaching = [one for one in self.population if one.reaches]
        return next((one for one in reaching if one.state is None), reaching[0] if reaching else None)

    def life_row(self, *when: When) -> LifeRow | None:
        """Return the first lifecycle row there is for any of these, in the order asked; None if there is none."""
        return next((row for one in when for row in self.life if row.when is one), None)

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
