"""Draw value tables: which status of one side is which of the other, and every change of status with its verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from signoff.agreement.statement import Kind
from signoff.evidence import svg
from signoff.evidence.outline import Line, Table
from signoff.evidence.svg import WIDTH, Drawing
from signoff.evidence.wording import number
from signoff.verdict import TRANSITIONS, Outcome, Verdict

MOST_ROWS = 14
"""A longer table is a list, and no picture of it would be read."""

_BOX, _TOP, _LETTERS = 132.0, 26.0, 19
_RIGHT = WIDTH - _BOX - 1
_SAID = {"error": "held back, reported", "": "(blank)"}


def transitions(verdict: Verdict | None) -> tuple[Mapping[str, Any], ...]:
    """Return the changes of status that lead to a value row, each with its verdict; none for other statements."""
    found: tuple[Mapping[str, Any], ...] = verdict.facts.get(TRANSITIONS, ()) if verdict is not None else ()
    return found


def entered(verdict: Verdict | None) -> str:
    """Say from how many other statuses a value row was entered: `entered from 7 of 8 statuses`; "" for other rows."""
    several = transitions(verdict)
    if not several:
        return ""
    seen = sum(bool(one["tried"]) for one in several)
    return f"entered from {seen} of {number(len(several), 'status', 'statuses')}"


def drawings(table: Table, systems: Mapping[str, str]) -> tuple[Drawing, ...]:
    """Return the drawings of a value table: its states, and the changes between them; none for other tables."""
    lines = [one for one in table.lines if one.statement.kind is Kind.VALUE]
    if not lines or len(lines) != len(table.lines) or len(lines) > MOST_ROWS or len(table.headings) < 2:
        return ()
    grids = [
        _grid(table.name, table.anchor, lines, where, at)
        for at, where in enumerate(dict.fromkeys(one["in"] for line in lines for one in transitions(line.verdict)))
    ]
    return (_states(table, lines, systems), *grids)


def into(line: Line) -> tuple[Drawing, ...]:
    """Return the drawings of one value row alone: from which statuses it was entered, on either side."""
    sides = dict.fromkeys(one["in"] for one in transitions(line.verdict))
    return tuple(_grid(line.statement.title, "row", [line], where, at) for at, where in enumerate(sides))


def _states(table: Table, lines: Sequence[Line], systems: Mapping[str, str]) -> Drawing:
    theirs = list(dict.fromkeys(_there(line) for line in lines))
    strangers = _strangers(lines)
    # Every box is as tall as the tallest must be: a long name needs two lines, above that from where it was entered.
    tall = 52.0 if any(len(name) > _LETTERS for name in (*map(_here, lines), *strangers)) else 38.0
    row = tall + 8
    step = row * len(lines) / max(1, len(theirs))
    parts: list[Markup] = [
        svg.words(0, 14, svg.cut(systems.get("ats", "ATS"), 20), "d-head"),
        svg.words(_RIGHT, 14, svg.cut(systems.get("app", "app"), 20), "d-head"),
    ]
    middle = {name: _TOP + step * (at + 0.5) - 4 for at, name in enumerate(theirs)}
    marks: list[Markup] = []
    for at, line in enumerate(lines):
        y, target = _TOP + row * at + tall / 2, middle[_there(line)]
        several = [one for one in transitions(line.verdict) if not one["in"]]
        below = f"from {sum(bool(one['tried']) for one in several)} of {len(several)}" if several else ""
        parts.append(svg.box(0.5, y - tall / 2, _BOX, tall, _here(line), _LETTERS, below))
        back = any(one["in"] for one in transitions(line.verdict))
        parts.append(svg.arrow(_BOX + 2, y, _RIGHT - 1, target, line.word, both=back))
        told = f"{_here(line)} means {_there(line)}: {line.word.name}"
        marks.append(svg.mark(_BOX + 26, y + (target - y) * 0.09, line.word, told))
    for at, name in enumerate(strangers, start=len(lines)):
        parts.append(svg.box(0.5, _TOP + row * at, _BOX, tall, name, _LETTERS, "in no row", "d-unknown"))
    parts += [svg.box(_RIGHT, middle[name] - 17, _BOX, 34, name, _LETTERS) for name in theirs]
    told = "; ".join(f"{_here(line)} means {_there(line)}, {line.word.name}" for line in lines)
    height = _TOP + max(row * (len(lines) + len(strangers)), max(middle.values()) + 21 - _TOP)
    title = f"{table.name}: what each value means"
    return Drawing(
        f"{table.anchor}-states", title, f"{told}.", height, (*parts, *marks), _states_told(lines, strangers)
    )


def _states_told(lines: Sequence[Line], strangers: Sequence[str]) -> str:
    several = any(transitions(line.verdict) for line in lines)
    told = ["The sign on an arrow is its row's verdict"]
    if several:
        told.append("“from 7 of 8”: from so many of the other values was it entered in the rehearsal")
    if strangers:
        told.append("a dashed box is a value of the system that no row of the table names")
    return "; ".join(told) + "."


def _grid(name: str, anchor: str, lines: Sequence[Line], where: str, at: int) -> Drawing:
    """Draw a table of all changes of status: from the row's into the column's."""
    several = [one for line in lines for one in transitions(line.verdict) if one["in"] == where]
    names = list(dict.fromkeys([*(one["to"] for one in several), *(one["from"] for one in several)]))
    columns = [name for name in names if any(one["to"] == name for one in several)]
    left = 148.0
    cell = min(26.0, (WIDTH - left) / len(columns))
    top = 44.0
    parts: list[Markup] = [svg.words(0, 14, f"From ↓  into →{f'  ({where})' if where else ''}", "d-head")]
    known = {(one["from"], one["to"]): one for one in several}
    for column, status in enumerate(columns):
        x = left + cell * (column + 0.5)
        parts.append(
            Markup("<g><title>{}</title>{}</g>").format(
                status, svg.words(x, top - 10, _letter(column), "d-soft", "middle")
            )
        )
    for row, origin in enumerate(names):
        y = top + 24 * row
        letter = f"{_letter(columns.index(origin))}  " if origin in columns else "    "
        parts.append(svg.words(0, y + 12, letter + svg.cut(origin, 20)))
        parts.append(svg.line(0, y + 20, WIDTH, y + 20))
        for column, status in enumerate(columns):
            x = left + cell * (column + 0.5)
            one = known.get((origin, status))
            if one is not None:
                word = svg.word_for(one["verdict"])
                parts.append(svg.mark(x, y + 8, word, f"{origin} → {status}: {_said(one)}", min(9, cell / 2 - 1.5)))
    told = changes_told(several, where)
    title = f"{name}: every change{f' in {where}' if where else ''}"
    return Drawing(f"{anchor}-changes-{at}", title, told, top + 24 * len(names), tuple(parts), told)


def changes_told(several: Sequence[Mapping[str, Any]], where: str = "") -> str:
    """Say how many changes of status arrived right, and name those that did not and those that were never tried."""
    right = [one for one in several if one["verdict"] == Outcome.VERIFIED.value]
    told = [
        f"{len(right)} of {number(len(several), 'change')} of status{f' in {where}' if where else ''} arrived right"
    ]
    for outcome, words in ((Outcome.FAILED, "wrong"), (Outcome.NOT_EXERCISED, "never tried")):
        found = [f"{one['from']} → {one['to']}" for one in several if one["verdict"] == outcome.value]
        if found:
            more = f" and {len(found) - 6} more" if len(found) > 6 else ""
            told.append(f"{words}: {', '.join(found[:6])}{more}")
    return "; ".join(told) + "."


def _said(one: Mapping[str, Any]) -> str:
    because = f", because of {one['because_of']}" if one["because_of"] else ""
    word = "never tried" if one["verdict"] == Outcome.NOT_EXERCISED.value else one["verdict"]
    return f"{word}{because}"


def _letter(at: int) -> str:
    return chr(ord("A") + at)


def _here(line: Line) -> str:
    return line.cells[0] or "(blank)"


def _there(line: Line) -> str:
    text = line.cells[1]
    return _SAID.get(text.strip().lower(), text)


def _strangers(lines: Sequence[Line]) -> list[str]:
    """Return the statuses that are in no row of the table, and from which rows were entered."""
    own = {_here(line) for line in lines}
    found = (one["from"] for line in lines for one in transitions(line.verdict) if not one["in"])
    return [name for name in dict.fromkeys(found) if name not in own]
