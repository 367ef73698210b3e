"""Hold statements: everything that one integration promises, each with an id, a place and its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from signoff.chart import Labels


class Kind(StrEnum):
    """Name the kinds of statement, as reports show them."""

    ROW = "chart row"
    NEVER = "never row"
    KEPT = "kept row"
    VALUE = "value row"
    POPULATION = "population row"
    LIFECYCLE = "lifecycle row"
    BAD_DATA = "bad-data row"
    BINDING = "binding"
    CONNECTOR = "connector"
    QUESTION = "question"
    CHECKLIST = "checklist item"
    WORKED = "worked example"
    GOAL = "goal"
    ACCESS = "access"
    SCENARIO = "scenario"
    ADDRESS = "address row"


@dataclass(frozen=True, slots=True)
class Matter:
    """Hold what reports say of an agreement that is not a field. Days are YYYY-MM-DD; "" where nothing is said.

    `named` is a checklist item's evidence as written (`worker.*`), `evidence` the statements that this means.
    `targets` are a goal's columns in order: baseline, 3 months and so on.
    """

    asked_of: str = ""
    asked_on: str = ""
    answer: str = ""
    attested_by: str = ""
    attested_on: str = ""
    named: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    measured_as: str = ""
    targets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """Hold one promise: one test, one verdict, one line in every report.

    `document` is the feature's name, `story` the chart's or table's name ("Every worker" for a binding's own
    statements), `title` the row in the author's words, `sentence` the rule said in a sentence, `cells` every
    column with its heading. `file` is relative to the suite's root, with forward slashes; `line` counts from 1.
    """

    id: str
    kind: Kind
    integration: str
    document: str
    story: str
    file: str
    line: int
    title: str
    sentence: str = ""
    binding: str = ""
    """Name of the app entity, as in ids; "" for value tables and the connector."""
    cells: Mapping[str, str] = field(default_factory=dict)
    labels: Labels = Labels()
    assumed_rule: bool = False
    open_question: str = ""
    """What somebody must answer before the statement can be tested; its verdict is then open."""
    switched_off: str = ""
    """Reason why it is not tested; its verdict is then open, never proven."""
    waived_until: str = ""
    waived_reason: str = ""
    because: str = ""
    """The author's own reason: the note or the why column."""
    hash: str = ""
    """What it promises and rests on, as 16 hexadecimal digits; another hash means another promise."""
    grounds: Mapping[str, str] = field(default_factory=dict)
    """What of the toml and the schemas it rests on, by name, each with a digest of what is said there."""
    matter: Matter = Matter()
    """What an agreement that is no field says beyond its cells."""
