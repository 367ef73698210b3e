"""Hold everything else that scope documents and the toml say, as it was written, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from signoff.chart import Cell, Chart, Labels, ValueTable
from signoff.errors import Place
from signoff.schema import Side


@dataclass(frozen=True, slots=True)
class Binding:
    """Hold one `Given each Candidate is a worker …` as written.

    `linked_pick` is latest, only, first, primary or "" when no linked record is named. `started` is ats, app
    or either. For `each item of Candidate.workHistory`, `item_of` is the list's path.
    """

    place: Place
    source: str
    target: str
    linked_pick: str = ""
    linked: str = ""
    linked_by: str = ""
    linked_where: str = ""
    matched: tuple[str, ...] = ()
    started: str = "ats"
    item_of: str = ""
    text: str = ""
    group: str = ""
    """Name of the Gherkin Rule that holds it, or ""."""


@dataclass(frozen=True, slots=True)
class PopulationRow:
    """Hold one row of a population table: a condition (or `anyone else`) and what follows from it."""

    place: Place
    who: Cell
    outcome: Cell
    id: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    labels: Labels = Labels()


@dataclass(frozen=True, slots=True)
class Population:
    """Hold one population table; first match wins."""

    name: str
    place: Place
    headings: tuple[str, ...]
    rows: tuple[PopulationRow, ...]
    group: str = ""
    labels: Labels = Labels()
    description: str = ""


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """Hold one row of a bad-data table: what is bad, and what follows."""

    place: Place
    bad: Cell
    then: Cell
    id: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    labels: Labels = Labels()


@dataclass(frozen=True, slots=True)
class LifecycleRow:
    """Hold one row of a lifecycle table: what happens to a record, and what then becomes of its partner."""

    place: Place
    when: Cell
    then: Cell
    id: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    labels: Labels = Labels()


@dataclass(frozen=True, slots=True)
class Policy:
    """Hold one bad-data table; first match wins."""

    name: str
    place: Place
    rows: tuple[PolicyRow, ...]
    group: str = ""
    labels: Labels = Labels()


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Hold one lifecycle table."""

    name: str
    place: Place
    headings: tuple[str, ...]
    rows: tuple[LifecycleRow, ...]
    group: str = ""
    labels: Labels = Labels()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """Hold one row of an @exceptions table. `agreed` is waived, switched off, or a title that restates it."""

    place: Place
    statement: str
    agreed: str
    until: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """Hold what every row of an agreement that is not a field has: its place, its table's name, its cells."""

    place: Place
    table: str
    id: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    labels: Labels = Labels()


@dataclass(frozen=True, slots=True)
class Question:
    """Hold one row of a @questions table. `answer` is "" as long as the question is open."""

    row: TableRow
    question: str
    asked_of: str
    asked_on: date
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """Hold one row of a @checklist table: statement ids as written, or who attested it and when."""

    row: TableRow
    item: str
    evidence: Cell
    ids: tuple[str, ...] = ()
    """With a `*` at the end: every statement whose id begins so."""
    attested_by: str = ""
    attested_on: date | None = None


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """Hold one row of a @worked table: a chart row's id, literal inputs by their headings, and the result."""

    row: TableRow
    proves: Cell
    given: tuple[tuple[str, Cell], ...]
    result: Cell


@dataclass(frozen=True, slots=True)
class Goal:
    """Hold one row of a @goals table. `targets` are the columns after `measured as`: baseline, 3 months and so on."""

    row: TableRow
    goal: str
    measured_as: Cell
    targets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """Hold one row of an @access table: what the integration may do with an entity of a system."""

    row: TableRow
    system: Cell
    entity: Cell
    may: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddressRow:
    """Hold one row of an @address table: what the address service says, and what becomes of the address then."""

    row: TableRow
    answer: Cell
    then: Cell


@dataclass(frozen=True, slots=True)
class Matters:
    """Hold the agreements of one document that are not fields, in document order."""

    questions: tuple[Question, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()
    worked: tuple[WorkedExample, ...] = ()
    goals: tuple[Goal, ...] = ()
    access: tuple[Access, ...] = ()
    addresses: tuple[AddressRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """Hold one sentence of a workflow as read: which one of the vocabulary it is, and its parts by name.

    `role` is given, when or then, whatever And continues. `table` are the cells below it, field and value.
    """

    place: Place
    role: str
    kind: str
    text: str
    parts: Mapping[str, str] = field(default_factory=dict)
    table: tuple[tuple[Cell, Cell], ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """Hold one scenario in the vocabulary of workflows, or one row of its outline. `cells` are that row's."""

    name: str
    place: Place
    sentences: tuple[Sentence, ...]
    cells: Mapping[str, str] = field(default_factory=dict)
    labels: Labels = Labels()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Hold one feature file. `scenarios` are the names and lines of what is neither chart nor table."""

    file: str
    name: str
    description: str
    bindings: tuple[Binding, ...]
    charts: tuple[Chart, ...]
    tables: tuple[ValueTable, ...]
    populations: tuple[Population, ...]
    exceptions: tuple[Agreed, ...] = ()
    scenarios: tuple[tuple[str, int], ...] = ()
    tags: tuple[str, ...] = ()
    matters: Matters = Matters()
    workflows: tuple[Workflow, ...] = ()
    policies: tuple[Policy, ...] = ()
    lifecycles: tuple[Lifecycle, ...] = ()


@dataclass(frozen=True, slots=True)
class SystemSettings:
    """Hold the toml's `[systems.ats]` or `[systems.app]`. `options` are the dialect's own keys."""

    side: Side
    dialect: str
    name: str
    zone: str = "UTC"
    document: str = ""
    """The OpenAPI document or schema file, as a path from the toml's folder."""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Hold the toml's `[systems.address]`: a service beside the two systems. `options` are its dialect's own keys."""

    dialect: str
    name: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntitySettings:
    """Hold the toml's `[entities.NAME]`: which ATS entity and which app schema belong together.

    `app_options` hold collection, item and whatever else the app's dialect needs. `link` is the link row's
    pair of fields when no row shows it. `matching` are key expressions in the order tried.
    """

    name: str
    ats: str
    app: str
    app_options: Mapping[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    link: str = ""
    matching: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    technical: tuple[str, ...] = ()
    seeded: bool = False
    begins: str = ""
    """The field with the first day of its period, "" if it has none."""
    ends: str = ""
    """The field with the last day of its period, itself within it."""
    archived: str = ""
    """The condition that an archived record fulfils, "" for what its system calls so."""
    items_of: str = ""
    """The list whose items are the ATS's records, `Candidate.workHistory`, as the toml names it; "" for none."""


@dataclass(frozen=True, slots=True)
class ConnectorSettings:
    """Hold the toml's `[connector]`. `settings` values may hold `{ats.url}`-like names that systems fill in."""

    kind: str = "python"
    target: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    timeout_seconds: float = 120.0
    """Real seconds that one run may take before it is ended."""
    command: tuple[str, ...] = ()
    """For kind "program": the command and its arguments."""
    alone: bool = False
    """Only one of it may run at a time: no second copy is tried on another core."""


@dataclass(frozen=True, slots=True)
class EnvironmentSettings:
    """Hold the toml's `[environments.NAME]`.

    `values` hold, by the side's name, the address and the credentials that the integration has there; `admin` those of
    whoever may make and remove what the integration may not. Secrets come from environment variables.
    """

    name: str
    real: bool = False
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    writes: bool = False
    """Whether records may be made, changed and removed there to try access."""
    timeout_seconds: float = 30.0
    """Real seconds that one answer may take."""
    admin: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    existing: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By side and entity, the id of a record that what is made to try access may refer to; it is not changed."""


@dataclass(frozen=True, slots=True)
class Integration:
    """Hold one `scope/<integration>.toml`, validated. Durations are in seconds, zones IANA names."""

    name: str
    file: str
    zone: str = "UTC"
    default_country: str = "US"
    settles_within: int = 2
    sync_every: float = 900.0
    first_link: str = "ATS"
    conflict: str = "ATS wins"
    gate: str = "normal"
    since: str = ""
    """The earlier sheet to compare with, as a path from the toml's folder; "" for none."""
    systems: Mapping[Side, SystemSettings] = field(default_factory=dict)
    entities: Mapping[str, EntitySettings] = field(default_factory=dict)
    connector: ConnectorSettings = ConnectorSettings()
    types: Mapping[str, str] = field(default_factory=dict)
    """`Entity.path` → type word, optionally `type as WIRE`."""
    primary: Mapping[str, str] = field(default_factory=dict)
    """`Entity` or `Entity.list` → the yes/no field that marks the primary one of them."""
    states: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    transitions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """`Entity.path` → the only changes of status that its system allows, as `Active -> Placed`."""
    labels: Mapping[str, str] = field(default_factory=dict)
    branches: Mapping[str, str] = field(default_factory=dict)
    """Branch name → condition."""
    technical: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Entity → fields that no chart needs to name."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)
    """Column heading in lower case → ats, app."""
    environments: Mapping[str, EnvironmentSettings] = field(default_factory=dict)
    environment: str = "simulated"
    tags: tuple[str, ...] = ()
    """The team's own tags, without the @; every other unknown tag is an error."""
    title: str = ""
    """What reports call the integration; "" lets them use the systems' names."""
    address: ServiceSettings | None = None
    """The service that corrects addresses, if there is one."""
