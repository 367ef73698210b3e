"""Say which changes of status an agreement promises: a value table is a state machine, each status entered from each.

Generator, checks and sensitivity share these answers: what nobody promises is not walked, and what is not walked is
not asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import permutations
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from signoff.agreement.abilities import changeable, clearable, handle, must_be_filled
from signoff.agreement.twoway import leading_back
from signoff.chart import ValueRow
from signoff.errors import Place, Problem, nearest
from signoff.expressions.evaluate import holds
from signoff.expressions.walk import uses
from signoff.record import ABSENT, Value, blank
from signoff.rules.lookup import BLANK_CELL, ELSE_CELL, Lookup, folded, prepared
from signoff.schema import Field, Side, Type

if TYPE_CHECKING:
    from signoff.agreement.resolved import Agreement, BoundRow, Pair

MOST_STATUSES = 12
"""A table of more statuses is a list, not a state machine: each of its rows is tried once, unless the toml says which
changes are to be seen."""

EFFORTS = ("standard", "thorough")
"""Efforts that promise every change of status; a quick rehearsal tells of those that it happens to see."""

_SEVERAL = ("left out", "the same value", "kept as it is", "error")


@dataclass(frozen=True, slots=True)
class Status:
    """Hold one status of the sending side. `row` says what it means there; None: no row of the table does.

    `held`: a record with it is held back. `outside`: it is in no population, so that its row is not asked.
    """

    name: str
    row: ValueRow | None
    held: bool = False
    outside: bool = False
    value: Value = None

    @property
    def meant(self) -> bool:
        """Tell whether the table says what becomes of a record that gets this status."""
        return self.row is not None and not self.outside


@dataclass(frozen=True, slots=True)
class Transition:
    """Hold one change of status. `statement` is the value row that it must lead to, "" where none is promised."""

    origin: str
    into: str
    statement: str = ""
    where: str = ""
    """Name of the system in which people make the change; "" for the side that leads."""

    @property
    def name(self) -> str:
        """Return how reports name it: `Active → Placed`, `day → night in Shiftline`."""
        return f"{self.origin} → {self.into}" + (f" in {self.where}" if self.where else "")


@dataclass(frozen=True, slots=True)
class Walk:
    """Hold one field whose value a table looks up, with its statuses and the changes that are allowed.

    `pair` is the binding as seen from the side on which people change the field; `row` the chart row there.
    """

    pair: Pair
    row: BoundRow
    path: str
    leaf: Field
    statuses: tuple[Status, ...]
    transitions: tuple[Transition, ...]
    lookup: Lookup
    where: str = ""

    def status(self, name: str) -> Status | None:
        """Return a status by its name, or None."""
        return next((one for one in self.statuses if one.name == name), None)

    def name_of(self, raw: Value) -> str:
        """Return the name of the status that a raw value is."""
        if blank(raw) or raw is ABSENT:
            return BLANK_CELL
        entry = self.lookup.find(raw)
        if entry is None or entry is self.lookup.rest:
            return str(raw) if raw in self.leaf.choices else ELSE_CELL
        return entry.row.ats.text if self.row.sender is Side.ATS else entry.row.app.text

    def transition(self, origin: Value, into: Value) -> Transition | None:
        """Return the change from one raw value to another, or None where the status stays or nobody promises it."""
        names = self.name_of(origin), self.name_of(into)
        return next((one for one in self.transitions if (one.origin, one.into) == names), None)


def walks(agreement: Agreement) -> tuple[Walk, ...]:
    """Return every field that is walked as a state machine: of each binding, and of its way back."""
    return _walks(_Same(agreement))


def is_walked(agreement: Agreement, pair: Pair, statement: str, effort: str) -> bool:
    """Tell whether an effort walks the values of a chart row, so that nothing else need go through them."""
    return effort in EFFORTS and any(
        one.pair.name == pair.name and one.row.statement == statement for one in walks(agreement)
    )


@dataclass(frozen=True, slots=True)
class _Same:
    """Hold an agreement by its identity: it never changes, and comparing two would take longer than asking again."""

    agreement: Agreement

    def __hash__(self) -> int:
        return id(self.agreement)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.agreement is self.agreement


@lru_cache(maxsize=8)
def _walks(same: _Same) -> tuple[Walk, ...]:
    agreement = same.agreement
    found = [
        walk
        for pair in agreement.directions()
        for row in pair.rows
        if row.rule is not None and row.rule.table in agreement.tables and not row.branch
        if (walk := _walk(agreement, pair, row)) is not None
    ]
    return tuple(found)


def _walk(agreement: Agreement, pair: Pair, row: BoundRow) -> Walk | None:
    assert row.rule is not None
    one = handle(agreement, pair, row.sources[0]) if len(row.sources) == 1 else None
    if one is None or one.via != "" or not changeable(one.leaf) or one.leaf.many or len(row.rule.tree.steps) > 1:
        return None  # what is looked up is not the field itself, or nobody can change it
    if one.leaf.type not in (Type.PICKLIST, Type.TEXT, Type.ANY):
        return None  # bands of numbers and days have no statuses
    lookup = prepared(agreement.tables[row.rule.table], row.sender is Side.APP)
    statuses = _statuses(agreement, pair, row, one.leaf, lookup)
    key = f"{pair.source}.{one.path}"
    told = agreement.integration.transitions.get(key)
    if len(statuses) < 2 or (told is None and len(statuses) > MOST_STATUSES):
        return None
    where = agreement.integration.systems[pair.sender].name if pair.mirrors else ""
    pairs = permutations((status.name for status in statuses), 2) if told is None else [parts(one) for one in told]
    known = {status.name: status for status in statuses}
    lives = bool(pair.life) or any(case.state is not None for case in pair.population)
    transitions = tuple(
        Transition(origin, into, _promised(agreement, known[origin], known[into]), where)
        for origin, into in dict.fromkeys(pairs)
        if origin in known and into in known and (told is not None or _within(known[origin], known[into], lives))
    )
    return Walk(pair, row, one.path, one.leaf, statuses, transitions, lookup, where)


def _within(origin: Status, into: Status, lives: bool) -> bool:
    """Tell whether a change says something of the table.

    What becomes of one who leaves the population and comes back is the lifecycle's to say, where there is one.
    """
    return not (origin.outside or into.outside) if lives else not (origin.outside and into.outside)


def _promised(agreement: Agreement, origin: Status, into: Status) -> str:
    """Return the value row that a change must lead to; "" where the table does not say, or nothing could be seen."""
    if into.row is None or into.outside or (into.held and (origin.held or origin.outside)):
        return ""  # one that is held back already, or not there, shows nothing of being held back
    return agreement.value_row_statement(into.row)


def _statuses(agreement: Agreement, pair: Pair, row: BoundRow, leaf: Field, lookup: Lookup) -> tuple[Status, ...]:
    """Return the statuses: those of the table, then those that the system knows and the table does not."""
    assert row.rule is not None
    ats = row.sender is Side.ATS
    table = agreement.tables[row.rule.table]
    leading = (
        leading_back(agreement, agreement.pair(pair.mirrors), row_there(agreement, pair, row)) if pair.mirrors else ()
    )
    found: dict[str, Status] = {}
    reached: dict[int, list[str]] = {}
    for choice in leaf.choices:
        fits = lookup.find(choice)
        if fits is not None:
            reached.setdefault(id(fits.row), []).append(choice)
    for one in table.rows:
        cell, gives = (one.ats.text, one.app.text) if ats else (one.app.text, one.back_to or one.ats.text)
        word = folded(cell)
        if (row.both_ways and pair.mirrors and not any(one is led for led in leading)) or word in ("", *_SEVERAL):
            continue
        if word == ELSE_CELL:
            continue
        if word == BLANK_CELL:
            blank_held = must_be_filled(row) and folded(gives) in ("", BLANK_CELL)
            if ats and clearable(leaf) and not blank_held:
                found[BLANK_CELL] = Status(BLANK_CELL, one, folded(gives) == "error")
        else:
            choices = reached.get(id(one), [])
            if choices or not leaf.choices:
                value = cell if cell in choices or not choices else choices[0]
                found.setdefault(cell, Status(cell, one, folded(gives) == "error", value=value))
    if not pair.mirrors:
        unlisted = [choice for choice in leaf.choices if lookup.find(choice) in (None, lookup.rest)]
        for choice in unlisted:
            found[choice] = Status(choice, lookup.rest.row if lookup.rest else None, _held(lookup.rest), value=choice)
        if lookup.rest is not None and not unlisted and not (leaf.choices and _held(lookup.rest)):
            found[ELSE_CELL] = Status(ELSE_CELL, lookup.rest.row, _held(lookup.rest), value="Unlisted value")
    path = handle(agreement, pair, row.sources[0])
    where = path.path if path is not None else ""
    return tuple(
        Status(one.name, one.row, one.held, _outside(agreement, pair, where, one.value), one.value)
        for one in found.values()
    )


def row_there(agreement: Agreement, pair: Pair, row: BoundRow) -> BoundRow:
    """Return a two-way row as its leading side has it, given the one that writes back."""
    return agreement.pair(pair.mirrors).row(row.statement) or row


def _held(entry: Any) -> bool:
    return entry is None or folded(entry.gives) == "error"


def _outside(agreement: Agreement, pair: Pair, path: str, value: Value) -> bool:
    """Tell whether a value alone takes a record out of the population, whatever else it holds."""
    name = f"{pair.source}.{path}"
    reader = _Alone(
        path, [label for label, field in agreement.integration.labels.items() if field == name], value, agreement
    )
    for case in pair.population:
        if case.condition is None:
            break
        if _asks(case.condition, reader) and holds(case.condition, reader):
            return not case.reaches
    reaching = [case for case in pair.population if case.reaches]
    # Where only rows that ask for this field let anybody in, a value that none of them names keeps a record out.
    return bool(reaching) and all(case.condition is not None and _asks(case.condition, reader) for case in reaching)


def _asks(condition: Any, reader: _Alone) -> bool:
    return any(used.name in reader.names and not used.within and not used.of_items for used in uses(condition))


class _Alone:
    """Read a record of which nothing but one field is known."""

    def __init__(self, path: str, labels: Sequence[str], value: Value, agreement: Agreement) -> None:
        self.names = frozenset((path, *labels))
        self._value = value
        self._settings: Mapping[str, Any] = agreement.integration.settings
        self.zone = ZoneInfo("UTC")

    def today(self) -> date:
        return date.min

    def typed(self, name: str) -> Value:
        return self._value if name in self.names else ABSENT

    def setting(self, name: str) -> Value:
        return self._settings.get(name, ABSENT)

    def related(self, entity: str, by: str = "") -> Sequence[_Alone]:  # noqa: ARG002 - nothing is known to refer to it
        return ()


# What the toml says


def parts(text: str) -> tuple[str, str]:
    """Return the two statuses of `Active -> Placed`; blank where one is missing."""
    origin, _, into = text.replace("→", "->").partition("->")
    return origin.strip(), into.strip()


def transition_problems(agreement: Agreement) -> list[Problem]:
    """Return what is wrong with the toml's `[transitions]`: unknown fields and statuses, and what is no change."""
    known = {f"{one.pair.source}.{one.path}": one for one in walks(agreement)}
    problems = []
    for key, told in agreement.integration.transitions.items():
        place = Place(agreement.integration.file, cell=f'transitions."{key}"')
        walk = known.get(key)
        if walk is None:
            problems.append(
                Problem(
                    place,
                    "a field that a chart row looks up in a value table, as Entity.field: " + ", ".join(known),
                    key,
                    nearest(key, known),
                    how="Correct or remove it.",
                    code="transition-field",
                )
            )
            continue
        names = [one.name for one in walk.statuses]
        for text in told:
            origin, into = parts(text)
            wrong = next((one for one in (origin, into) if one not in names), None)
            if wrong is None and origin != into:
                continue
            problems.append(
                Problem(
                    place,
                    f'a change such as "{names[0]} -> {names[1]}", between statuses of the table or of the system',
                    f'"{text}"',
                    nearest(wrong, names) if wrong else None,
                    how="Correct or remove it.",
                    code="transition",
                )
            )
    return problems
