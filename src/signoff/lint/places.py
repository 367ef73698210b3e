"""Find the line and the column of a cell or key in a file's text, so that an editor can go there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from signoff.errors import Place

_HEADER = re.compile(r"\s*\[\[?(?P<name>[^\]]+)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"(?P<indent>\s*)(?P<name>(?:\"[^\"]*\"|'[^']*'|[\w.\- ])+?)\s*=")


@dataclass(frozen=True, slots=True)
class Spot:
    """Hold where a finding is: line and column from 1 (0 where unknown), its length, and the line to quote.

    Of a toml only the key is quoted, never its value: that may be a secret.
    """

    file: str
    line: int = 0
    column: int = 0
    length: int = 0
    quoted: str = ""


def spot(place: Place, texts: Mapping[str, str], toml: str = "") -> Spot:
    """Return the spot of a place; `texts` are the files' texts by the names that places use, `toml` is the toml's name.

    Places of a system's options name a table of the toml instead of a file.
    """
    file, keys = place.file, _keys(place.cell)
    if file.startswith("["):
        file, keys = toml, (*_keys(file), *_keys(place.row), *keys)
    if file not in texts and f"{_folder(toml)}{file}" in texts:
        file = f"{_folder(toml)}{file}"
    lines = texts.get(file, "").splitlines()
    if file.endswith(".toml"):
        return _in_toml(file, lines, place, keys)
    if not 0 < place.line <= len(lines):
        return Spot(file, place.line, place.column)
    line = lines[place.line - 1]
    if line.lstrip().startswith("|"):
        column, length = _in_row(lines, place)
    else:
        column, length = _whole(line)
    if place.column:
        column, length = place.column, max(1, len(line.rstrip()) - place.column + 1)
    return Spot(file, place.line, column, length, line.rstrip())


def _folder(toml: str) -> str:
    return toml.rpartition("/")[0] + "/" if "/" in toml else ""


def _whole(line: str) -> tuple[int, int]:
    text = line.strip()
    return len(line) - len(line.lstrip()) + 1, max(1, len(text))


def cells(line: str) -> list[tuple[int, str]]:
    """Return the cells of a table row: the column of each cell's text (from 1), and the text as written."""
    found: list[tuple[int, str]] = []
    start = line.index("|") + 1
    at = start
    while at < len(line):
        if line[at] == "\\":
            at += 2
            continue
        if line[at] == "|":
            inner = line[start:at]
            text = inner.strip()
            lead = len(inner) - len(inner.lstrip()) if text else min(1, len(inner) - 1)
            found.append((start + max(0, lead) + 1, text))
            start = at + 1
        at += 1
    return found


def _in_row(lines: Sequence[str], place: Place) -> tuple[int, int]:
    line = lines[place.line - 1]
    found = cells(line)
    first = place.line - 1
    while first > 0 and lines[first - 1].lstrip().startswith(("|", "#")):
        first -= 1
    while first < place.line - 1 and not lines[first].lstrip().startswith("|"):
        first += 1
    wanted = " ".join(place.cell.split()).lower()
    headings = [" ".join(text.split()).lower() for _, text in cells(lines[first])]
    if wanted and wanted in headings and headings.index(wanted) < len(found):
        column, text = found[headings.index(wanted)]
        return column, max(1, len(text))
    filled = [(column, text) for column, text in found if text]
    if not filled:
        return _whole(line)
    last_column, last = filled[-1]
    return filled[0][0], last_column + len(last) - filled[0][0]


def _keys(cell: str) -> tuple[str, ...]:
    """Return the keys of `systems.app.zone`, `[types] "Candidate.mobile"` or `[branches.chicago]`."""
    return tuple(one or two or three for one, two, three in re.findall(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)", cell))


def _in_toml(file: str, lines: Sequence[str], place: Place, keys: tuple[str, ...]) -> Spot:
    number = place.line or _line_of(lines, keys)
    if not 0 < number <= len(lines):
        return Spot(file, number, place.column)
    line = lines[number - 1]
    if place.column:
        return Spot(file, number, place.column, 1)
    if matched := _KEY.match(line):
        name = matched["name"].strip()
        return Spot(file, number, len(matched["indent"]) + 1, len(name), f"{matched['indent']}{name} = …")
    column, length = _whole(line)
    return Spot(file, number, column, length, line.rstrip() if _HEADER.match(line) else "")


def _line_of(lines: Sequence[str], keys: tuple[str, ...]) -> int:
    """Return the line of the key that shares most with `keys`; 0 if none does."""
    best, best_line = 0, 0
    table: tuple[str, ...] = ()
    for number, line in enumerate(lines, 1):
        if matched := _HEADER.match(line):
            table = here = _keys(matched["name"])
        elif matched := _KEY.match(line):
            here = (*table, *_keys(matched["name"]))
        else:
            continue
        shared = 0
        for one, other in zip(here, keys, strict=False):
            if one != other:
                break
            shared += 1
        if shared > best:
            best, best_line = shared, number
    return best_line
