"""Look values up in value tables: first fit wins; `(blank)` and `anything else` say what is not listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from signoff.chart import ValueRow, ValueTable
from signoff.errors import Place, Problem, ScopeError
from signoff.expressions.evaluate import Unreadable, as_text, plain_number
from signoff.expressions.tree import Step
from signoff.rules import results
from signoff.rules import sources as s
from signoff.rules.context import Context
from signoff.rules.reading import decimal
from signoff.rules.registry import BLANK, LEFT_OUT, UNWRITTEN, Edge, Outcome, Run, ex, rule
from signoff.rules.results import BadData, Blank, LeftOut, Stopped, Unwritten
from signoff.rules.wording import normal
from signoff.rules.work import Work
from signoff.schema import Side, Type

BLANK_CELL: Final = "(blank)"
ELSE_CELL: Final = "anything else"
_SAME, _KEPT, _LEFT_OUT, _ERROR = "the same value", "kept as it is", "left out", "error"
MATCHES: Final = ("", "exactly", "ignoring case", "contains", "contains, ignoring case", "from")

Fits: Any = Callable[[Any, str], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one row of a table as it is used in one direction: which values fit, and the cell that they lead to."""

    row: ValueRow
    fits: Fits
    gives: str
    exact: str | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """Hold a table ready for one direction. `blank` and `rest` are its rows for blank and for anything else."""

    name: str
    entries: tuple[Entry, ...]
    blank: Entry | None
    rest: Entry | None
    exact: Mapping[str, Entry] | None

    def find(self, value: Any) -> Entry | None:
        """Return the first row that fits a value (None: blank), or None."""
        if value is None:
            return self.blank
        text = normal(as_text(value))
        if self.exact is not None:
            found = self.exact.get(text)
            if found is None and isinstance(value, bool):
                found = self.exact.get("yes" if value else "no")
            return found or self.rest
        for entry in self.entries:
            if entry.fits(value, text):
                return entry
        return self.rest


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """Return a cell for comparing its words: single blanks, no case."""
    return " ".join(text.split()).casefold()


_READY: Final[dict[tuple[int, bool], tuple[ValueTable, Lookup]]] = {}
"""Tables made ready, by identity and direction; a table is kept with its lookup, so that its id stays its own."""
_MOST_READY: Final = 1_000


def prepared(table: ValueTable, backwards: bool) -> Lookup:
    """Make a table ready for looking up, from ATS to app or `backwards`; raise ScopeError for a bad `match`.

    Many rows look up in one table, so it is made ready once.
    """
    key = (id(table), backwards)
    if key not in _READY:
        if len(_READY) >= _MOST_READY:
            _READY.clear()
        _READY[key] = (table, _prepared(table, backwards))
    return _READY[key][1]


def _prepared(table: ValueTable, backwards: bool) -> Lookup:
    entries: list[Entry] = []
    blank_row: Entry | None = None
    rest: Entry | None = None
    bands = [] if backwards else sorted(
        (_band(row) for row in table.rows if folded(row.match) == "from" and not _special(row.ats.text)), key=_order
    )  # fmt: skip
    for row in table.rows:
        cell, gives = (row.app.text, row.back_to or row.ats.text) if backwards else (row.ats.text, row.app.text)
        word = folded(cell)
        if word == BLANK_CELL:
            blank_row = blank_row or Entry(row, None, gives)
        elif word == ELSE_CELL:
            rest = rest or Entry(row, None, _rest_gives(row, backwards))
        elif backwards and folded(gives) == ELSE_CELL:
            continue
        else:
            exact = normal(cell) if backwards or folded(row.match) in ("", "exactly") else None
            entries.append(Entry(row, _fits(row, cell, bands, backwards), gives, exact))
    if backwards and rest is None:
        # "anything else" in the ATS column alone says nothing of the way back.
        rest = None
    index: dict[str, Entry] | None = None
    if all(entry.exact is not None for entry in entries):
        index = {}
        for entry in entries:
            index.setdefault(entry.exact or "", entry)
    return Lookup(table.name, tuple(entries), blank_row, rest, index)


def _rest_gives(row: ValueRow, backwards: bool) -> str:
    return (row.back_to or row.ats.text) if backwards else row.app.text


def _special(text: str) -> bool:
    return folded(text) in (BLANK_CELL, ELSE_CELL)


def _band(row: ValueRow) -> Decimal | date:
    text = row.ats.text.strip()
    try:
        return decimal(text)
    except Unreadable:
        pass
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ScopeError(
            Problem(
                row.ats.place,
                "a number or a date where the match column says `from`",
                f"`{text}`",
                how="Write where the band begins, for example 0, 1000 or 2026-01-31.",
                code="table-band",
            )
        ) from None


def _order(value: Decimal | date) -> tuple[int, Decimal]:
    return (1, Decimal(value.toordinal())) if isinstance(value, date) else (0, value)


def _fits(row: ValueRow, cell: str, bands: Sequence[Decimal | date], backwards: bool) -> Fits:
    wanted = normal(cell)
    mode = "" if backwards else folded(row.match)
    if mode in ("", "exactly"):
        return lambda value, text: text == wanted or _same_answer(value, wanted)
    if mode == "ignoring case":
        return lambda _value, text: text.casefold() == wanted.casefold()
    if mode == "contains":
        return lambda _value, text: wanted in text
    if mode == "contains, ignoring case":
        return lambda _value, text: wanted.casefold() in text.casefold()
    if mode == "from":
        return _from(_band(row), bands)
    raise ScopeError(
        Problem(
            Place(row.place.file, row.place.line, row.place.row, "match"),
            "nothing, `ignoring case`, `contains`, `contains, ignoring case` or `from`",
            f"`{row.match}`",
            how="Leave the match cell empty to compare exactly.",
            code="table-match",
        )
    )


def _same_answer(value: Any, wanted: str) -> bool:
    return isinstance(value, bool) and wanted == ("yes" if value else "no")


def _from(start: Decimal | date, bands: Sequence[Decimal | date]) -> Fits:
    kind = isinstance(start, date)
    above = [band for band in bands if isinstance(band, date) is kind and _order(band) > _order(start)]
    end = above[0] if above else None

    def fits(_value: Any, text: str) -> bool:
        try:
            found: Decimal | date = date.fromisoformat(text[:10]) if kind else decimal(text)
        except (Unreadable, ValueError):
            return False
        return _order(found) >= _order(start) and (end is None or _order(found) < _order(end))

    return fits


def looked_up(lookup: Lookup, value: Any, context: Context) -> Any:
    """Return what a table gives for a value (None: blank); raise Stopped for what is no plain value."""
    entry = lookup.find(value)
    if entry is None:
        if value is None:
            return None
        raise results.bad(results.NOT_IN_TABLE, f'it is not in the table "{lookup.name}"')
    row, word = entry.row, folded(entry.gives)
    rows, name = (row,), lookup.name
    if word == _ERROR:
        raise Stopped(BadData(results.NOT_IN_TABLE, f'the table "{name}" calls it an error', rows, name))
    if word == _LEFT_OUT:
        raise Stopped(LeftOut(rows, name))
    if word == _KEPT:
        raise Stopped(Unwritten(f'the table "{name}" keeps the field as it is', rows, name))
    if word == BLANK_CELL:
        raise Stopped(Blank("", rows, name))
    context.trace.append((name, row))
    if word in (_SAME, ELSE_CELL):
        return value
    return entry.gives


def table_named(name: str, work: Work) -> ValueTable:
    """Return a table by its name, ignoring case and surplus blanks; raise ScopeError."""
    for known, table in work.types.tables.items():
        if folded(known) == folded(name):
            return table
    raise work.wrong(
        "the name of a value table",
        f'"{name}", of which there is none',
        f'Write a @values table whose Examples are named "{name}".',
        work.types.tables,
        name,
    )


def run_of(table: ValueTable, work: Work) -> Run:
    """Return the run that looks a value up in the direction of the row, in the branch's table where there is one."""
    backwards = work.types.side is Side.APP
    # The tables are kept with their lookups, so that an id stays its table's own.
    ready = {id(table): (table, prepared(table, backwards=backwards))}
    work.type = Type.TEXT

    def run(value: Any, context: Context) -> Any:
        own = context.tables.get(table.name, table)
        if id(own) not in ready:
            ready[id(own)] = (
                own,
                prepared(own, backwards=backwards),
            )
        return looked_up(ready[id(own)][1], value, context)

    return run


def table_edges(table: ValueTable, side: Side) -> tuple[Edge, ...]:
    """Return sending values worth trying for a table: each row's, just below and above bands, and one not listed."""
    edges: list[Edge] = []
    for row in table.rows:
        cell = (row.ats if side is Side.ATS else row.app).text
        word = folded(cell)
        if word in (BLANK_CELL, ELSE_CELL, _ERROR, _LEFT_OUT, _SAME, _KEPT):
            continue
        mode = folded(row.match) if side is Side.ATS else ""
        edges.append(Edge(cell, f'listed in the table "{table.name}"'))
        if mode == "from":
            start = _band(row)
            if isinstance(start, Decimal):
                edges.append(Edge(plain_number(start - Decimal("0.01")), f"just below the band from {cell}"))
                edges.append(Edge(plain_number(start - 1), f"one below the band from {cell}"))
        elif mode.startswith("contains"):
            edges.append(Edge(f"x {cell} y", f"holds `{cell}`"))
            edges.append(Edge(f"x {cell.swapcase()} y", f"holds `{cell}` in other case"))
        elif mode == "ignoring case":
            edges.append(Edge(cell.swapcase(), f"`{cell}` in other case"))
        else:
            edges.append(Edge(cell.swapcase(), f"`{cell}` in other case, which is not listed"))
    edges.append(Edge("Unlisted value", "not in the table"))
    return tuple({str(edge.value): edge for edge in reversed(edges)}.values())[::-1]


_STATUS: Final = (
    ("Active", "available"),
    ("Placed", "assigned"),
    ("(blank)", "available"),
    ("anything else", "error"),
)
_BAD: Final = Outcome("bad data", results.NOT_IN_TABLE)
_T: Final[dict[str, Any]] = {"table": _STATUS}


@rule(
    "look up in",
    shape='look up in "Table"',
    family="lookup",
    says='looked up in the table "{0}"',
    computes="The other column of the first row of the value table that fits: exactly (NFC, trimmed), or as the row's "
    "match cell says: `ignoring case`, `contains`, `contains, ignoring case`, `from` (the largest value not above). "
    "`(blank)` is for blank values, `anything else` for all others; what is not listed at all is bad data. "
    "On the way back the app column is looked up, and `back to` says what several rows lead to.",
    near="Another app value of the table; blank; the sending value itself.",
    on_blank=True,
    examples=[
        ex('look up in "Status"', "Active", "available", s.AWIGN, **_T),
        ex('look up in "Status"', "Placed", "assigned", s.AWIGN, **_T),
        ex('look up in "Status"', "", "available", s.AWIGN, **_T),
        ex('look up in "Status"', "Deceased", _BAD, s.UNKNOWN_STATUS, **_T),
        ex('look up in "Status"', "active", _BAD, s.UNKNOWN_STATUS, **_T),
        ex('look up in "Status"', "Perm - FTE", "Permanent", s.KARMLY,
           table=(("perm", "Permanent", "contains, ignoring case"), ("anything else", "Contractor"))),
        ex('look up in "Status"', "Contract", "Contractor", s.KARMLY,
           table=(("perm", "Permanent", "contains, ignoring case"), ("anything else", "Contractor"))),
        ex('look up in "Status"', "DAILY", "fixed", s.KARMLY, table=(("daily", "fixed", "ignoring case"),)),
        ex('look up in "Status"', Decimal("999.99"), "low", s.COMMISSION, Type.AMOUNT,
           table=(("0", "low", "from"), ("1000", "high", "from"))),
        ex('look up in "Status"', Decimal("1000"), "high", s.COMMISSION, Type.AMOUNT,
           table=(("0", "low", "from"), ("1000", "high", "from"))),
        ex('look up in "Status"', "Odd", "Odd", s.VALUE_TABLES,
           table=(("A", "B"), ("anything else", "the same value"))),
        ex('look up in "Status"', "Odd", LEFT_OUT, s.BAMBOO, table=(("A", "B"), ("anything else", "left out"))),
        ex('look up in "Status"', "Odd", UNWRITTEN, s.LEVER, table=(("A", "B"), ("anything else", "kept as it is"))),
        ex('look up in "Status"', "Odd", BLANK, s.VALUE_TABLES, table=(("A", "B"), ("anything else", "(blank)"))),
    ],
)  # fmt: skip
def build_look_up(step: Step, work: Work) -> Run:
    """Build `look up in "Table"`."""
    return run_of(table_named(str(step.arguments[0]), work), work)
