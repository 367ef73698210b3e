"""Bind worked examples: which chart row each proves, and which sending field each of its columns means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from signoff.agreement.asking import plain, stated
from signoff.agreement.ids import slug
from signoff.agreement.matters import BoundWorked
from signoff.agreement.resolved import BoundRow, Pair
from signoff.agreement.statement import Kind, Statement
from signoff.agreement.words import split_at_capitals
from signoff.chart import Cell
from signoff.errors import Problem, nearest
from signoff.expressions.evaluate import Unreadable
from signoff.expressions.walk import references
from signoff.record import ABSENT, Value
from signoff.rules.context import zone_named
from signoff.rules.reading import read, write
from signoff.schema import Field, Side, SystemSchema, Type
from signoff.scope import Document, Integration, WorkedExample

BLANK = "(blank)"
_PLAIN = re.compile(r"[A-Za-z0-9_.\-]+")
_FORMS: Mapping[Type, str] = {
    Type.AMOUNT: "a number as 1234.56, without a currency sign or thousands apart",
    Type.NUMBER: "a number as 1234.56",
    Type.INTEGER: "a whole number",
    Type.DATE: "a day as YYYY-MM-DD",
    Type.INSTANT: "a moment as YYYY-MM-DDTHH:MM:SSZ",
    Type.YES_NO: "yes or no",
}


@dataclass(frozen=True, slots=True)
class WorkedBinder:
    """Bind the worked examples of one integration; `problems` collects what is wrong."""

    integration: Integration
    schemas: Mapping[Side, SystemSchema]
    pairs: Sequence[Pair]
    problems: list[Problem]

    def bind(self, document: Document, one: WorkedExample) -> tuple[BoundWorked, Statement] | None:
        """Return an example bound, with its statement; None when it is wrong (then `problems` grew)."""
        rows = {row.statement: (pair, row) for pair in self.pairs for row in pair.rows if row.rule is not None}
        known = rows.get(one.proves.text)
        if known is None:
            self.problems.append(
                Problem(
                    one.proves.place,
                    "the id of a chart row that carries a value",
                    f"`{one.proves.text}`",
                    did_you_mean=nearest(one.proves.text, rows),
                    how="`pytest --collect-only -q` lists every id.",
                    code="unknown-id",
                )
            )
            return None
        pair, row = known
        assert row.rule is not None
        if references(row.rule.tree):
            self.problems.append(
                Problem(
                    one.proves.place,
                    "a row whose result follows from its own fields alone",
                    f"`{row.rule.text}`, which looks for another record",
                    how="Take this example out; the rehearsal tries such rows.",
                    code="worked-reference",
                )
            )
            return None
        before = len(self.problems)
        inputs: dict[str, Value] = {}
        shown: list[tuple[str, str]] = []
        for heading, cell in one.given:
            at = self._source(heading, cell, row)
            if at is None:
                continue
            name = row.sources[at]
            if name in inputs:
                self.problems.append(
                    Problem(cell.place, f"one column for {name}", f'"{heading}", a second one', code="two-columns")
                )
            inputs[name] = self._value(cell, row.source_fields[at], row.sender)
            shown.append((name, cell.text))
        if len(self.problems) > before:
            return None
        result = one.result.text
        end = result if _PLAIN.fullmatch(result) else slug(result) or "blank"
        statement = one.row.id or f"{row.statement}:worked:{end}"
        given = ", ".join(f"{name} {text}" for name, text in shown)
        made = replace(
            plain(statement, Kind.WORKED, f"{row.statement} of {given} is {result}", row.rule.sentence),
            binding=pair.name,
            open_question=row.rule.open_question,
        )
        bound = BoundWorked(
            statement, pair.name, row.statement, one.row.place, inputs, tuple(shown), "" if result == BLANK else result
        )
        return bound, stated(self.integration, document, one.row, made)

    def _source(self, heading: str, cell: Cell, row: BoundRow) -> int | None:
        """Return which source of the row a column means: whole, by its last part, or by words of its last part."""
        wanted = heading.casefold().strip("`")
        for names in (
            [one.casefold() for one in row.sources],
            [one.rpartition(".")[2].casefold() for one in row.sources],
        ):
            if names.count(wanted) == 1:
                return names.index(wanted)
        labels = {key.partition(".")[2]: label.casefold() for label, key in self.integration.labels.items()}
        if wanted in (found := [labels.get(one, "") for one in row.sources]):
            return found.index(wanted)
        words = f" {split_at_capitals(heading)} "
        fits = [
            at
            for at, one in enumerate(row.sources)
            if words in f" {split_at_capitals(one.rpartition('.')[2])} "
            or split_at_capitals(one.rpartition(".")[2]).startswith(words.strip())
        ]
        if len(fits) == 1:
            return fits[0]
        self.problems.append(
            Problem(
                cell.place,
                f"a column for a field of {row.statement}: {', '.join(row.sources)}",
                f'"{heading}"' + (f", which fits {len(fits)} of them" if fits else ""),
                did_you_mean=nearest(heading, row.sources),
                how="Head the column with the field, or leave its cell empty in this row.",
                code="worked-column",
            )
        )
        return None

    def _value(self, cell: Cell, known: Field | None, side: Side) -> Value:
        if cell.text == BLANK:
            return ABSENT
        if known is None:
            return cell.text
        if known.type not in _FORMS:
            return [part.strip() for part in cell.text.split(";")] if known.many else cell.text
        zone = zone_named(self.schemas[side].zone)
        natural = replace(known, wire=Field("", known.type).wire, many=False)
        try:
            typed = date.fromisoformat(cell.text) if known.type is Type.DATE else read(natural, cell.text, zone)
            return write(known, typed, zone)
        except (Unreadable, ValueError):
            self.problems.append(
                Problem(
                    cell.place,
                    _FORMS[known.type],
                    f'"{cell.text}"',
                    how=f"{known.path} is of the type {known.type.value}.",
                    code="worked-value",
                )
            )
            return ABSENT
