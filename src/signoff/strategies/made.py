"""Point at drafted records, and write values and fields as records hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from signoff.agreement.abilities import handle
from signoff.agreement.resolved import Agreement, BoundRow, Pair
from signoff.record import Path, Value
from signoff.rules.reading import write
from signoff.schema import Field, Side, Type


@dataclass(frozen=True, slots=True)
class Made:
    """Point at one drafted record."""

    name: str
    side: Side
    entity: str
    id: str


class Filled(str):
    """Stand for whatever a field takes that is only asked to hold something: no text is an e-mail or a phone."""

    __slots__ = ()


FILLED: Final = Filled("filled")


_TEXTS: Final = frozenset({Type.TEXT, Type.EMAIL, Type.PHONE, Type.PICKLIST, Type.STATE, Type.COUNTRY, Type.ANY})
"""Types of which records hold the text as it is."""


def raw_of(field: Field, typed: Any, zone: ZoneInfo) -> Value:
    """Return a typed value as the record of a system in a zone holds it.

    Raises what the schema raises for a value of another type than the field's.
    """
    if type(typed) is str and field.type in _TEXTS:
        return typed
    if typed is None or (isinstance(typed, str) and field.type is not Type.PHONE and not typed.strip()):
        return typed
    if isinstance(typed, list):
        return [raw_of(field, one, zone) for one in typed]
    if field.type in _TEXTS:
        return str(typed)
    return write(field, typed, zone)


def top_level(record: Mapping[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    """Return the top-level fields of a record that hold the given paths, whole."""
    return {head: record.get(head) for head in dict.fromkeys(Path.parse(path).head for path in paths)}


def rows_reading(agreement: Agreement, side: Side, entity: str, path: str) -> list[tuple[Pair, BoundRow, str]]:
    """Return every row that reads a field of an entity, with the source by which it does."""
    found = []
    for pair in agreement.directions():
        if pair.sender is not side:
            continue
        for row in pair.rows:
            if row.rule is None:
                continue
            for source in row.sources:
                one = handle(agreement, pair, source)
                if one is not None and one.entity == entity and one.path == path:
                    found.append((pair, row, source))
    return found


def linked_texts(agreement: Agreement) -> Mapping[tuple[Side, str], tuple[str, str]]:
    """Return, for each app entity that is made on both sides, its ATS entity and the field that holds the ATS id."""
    found = {}
    for one in agreement.integration.entities.values():
        if one.seeded and one.link:
            _, _, theirs = (part.strip() for part in one.link.partition("->"))
            found[Side.APP, one.app] = (one.ats, theirs)
    return found
