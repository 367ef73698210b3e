"""Hold what a cell says as typed, frozen trees.

Every node keeps the column (from 1) at which it stands in its cell, so that a problem found later, such as a name
that is not in the sending cell, can still be pointed at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Name:
    """Refer to a field by its name as written, blanks made single and back-ticks taken off."""

    text: str
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """Refer to a setting of the integration by its name."""

    text: str
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Literal:
    """Hold a text, number or percentage written in the cell; a percentage is already divided by 100."""

    value: str | Decimal


Operand: TypeAlias = Name | Setting | Literal


@dataclass(frozen=True, slots=True)
class Day:
    """Name a calendar day: a date (ISO), today, so many days before or after today, or a field."""

    date: str = ""
    days: int = 0
    """Days from today; negative is ago. Used when neither `date` nor `field` is given."""
    field: Name | Setting | None = None


@dataclass(frozen=True, slots=True)
class Is:
    """Test for equality with one of several values; texts compare exactly."""

    subject: Name | Setting
    values: tuple[Operand, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class IsBlank:
    """Test for blank; negated it is the test for filled."""

    subject: Name | Setting
    negated: bool = False


@dataclass(frozen=True, slots=True)
class IsYes:
    """Test a yes/no field. `wanted` is the answer asked for."""

    subject: Name | Setting
    wanted: bool
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Contains:
    """Test whether a text holds another."""

    subject: Name | Setting
    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Matches:
    """Test whether a whole text fits a regular expression."""

    subject: Name | Setting
    pattern: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """Compare calendar days. `relation` is before, after, on or before, on or after."""

    subject: Name | Setting
    relation: str
    day: Day
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Within:
    """Test whether a day lies at most `days` days before or after today (`exclusive`: fewer than)."""

    subject: Name | Setting
    days: int
    exclusive: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Compare:
    """Compare numbers. `sign` is one of < <= > >=."""

    subject: Name | Setting
    sign: str
    other: Operand


@dataclass(frozen=True, slots=True)
class Quantified:
    """Ask for the records of an entity that refer to this one.

    `quantifier` is some, no, every, fewer than or more than; `count` belongs to the last two. `by` names the
    reference ("" if there is only one). `condition` is None when only their number matters.
    """

    quantifier: str
    entity: str
    by: str = ""
    condition: Condition | None = None
    count: int = 0
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """Turn a condition round."""

    part: Condition


@dataclass(frozen=True, slots=True)
class And:
    """Hold when every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Hold when some part holds."""

    parts: tuple[Condition, ...]


Atom: TypeAlias = Is | IsBlank | IsYes | Contains | Matches | When | Within | Compare | Quantified
Condition: TypeAlias = Atom | Not | And | Or


@dataclass(frozen=True, slots=True)
class Paren:
    """Hold steps in parentheses, as a part of a join, formula or fallback; `start` replaces the cell's own value."""

    steps: tuple[Step, ...]
    start: Name | None = None


@dataclass(frozen=True, slots=True)
class Negative:
    """Turn the sign of a formula round."""

    part: Formula


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Combine two formulas. `sign` is one of + - * /."""

    sign: str
    left: Formula
    right: Formula


@dataclass(frozen=True, slots=True)
class Instead:
    """Take the first formula, or the second where the first is blank."""

    first: Formula
    second: Formula


@dataclass(frozen=True, slots=True)
class Function:
    """Apply min, max or sum to formulas; a list counts item by item."""

    name: str
    parts: tuple[Formula, ...]


Formula: TypeAlias = Literal | Name | Negative | Arithmetic | Instead | Function | Paren


@dataclass(frozen=True, slots=True)
class Where:
    """Hold the condition after `where`; its names are those of the list's items."""

    condition: Condition


Argument: TypeAlias = (
    "str | int | Name | Literal | Paren | Where | Condition | Formula | tuple[Name | Literal | Paren, ...] | None"
)


@dataclass(frozen=True, slots=True)
class Step:
    """Hold one step. `phrase` is its key in the register of rules; `arguments` depend on the phrase."""

    phrase: str
    arguments: tuple[Argument, ...] = ()
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Modifier:
    """Hold one modifier. `phrase` is its key in the register of modifiers."""

    phrase: str
    arguments: tuple[Argument | tuple[str, ...], ...] = ()
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class RuleTree:
    """Hold a whole rule cell: its steps from left to right, its modifiers, and its text as written."""

    steps: tuple[Step, ...]
    modifiers: tuple[Modifier, ...]
    text: str = field(default="", compare=False)


Tree: TypeAlias = "RuleTree | Step | Modifier | Paren | Where | Day | Operand | Condition | Formula"
