"""Keep the records of one entity: in order of creation, never changed in place, unique where it must be."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

from signoff.record import ABSENT, Record, RecordId, get
from signoff.systems.openapi.json_text import json_bytes
from signoff.systems.openapi.shapes import Shape

_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one record as it stands: its place in the order, its bytes on the wire, when it last changed."""

    sequence: int
    id: RecordId
    record: Record
    shown: bytes
    changed: datetime


class Shelf:
    """Keep one entity's rows. `unique` maps a field to whether case counts; `hidden` fields are never shown."""

    def __init__(self, unique: Mapping[str, bool], hidden: Iterable[str]) -> None:
        self._rows: dict[RecordId, Row] = {}
        self._order: list[int] = []
        self._listed: list[Row] = []
        self._unique = dict(unique)
        self._taken: dict[str, dict[Any, RecordId]] = {name: {} for name in unique}
        self._hidden = frozenset(hidden)

    def __len__(self) -> int:
        return len(self._rows)

    def row(self, record_id: RecordId) -> Row | None:
        """Return a row, or None."""
        return self._rows.get(record_id)

    def records(self) -> dict[RecordId, Record]:
        """Return every record by id."""
        return {record_id: row.record for record_id, row in self._rows.items()}

    def after(self, sequence: int) -> Iterator[Row]:
        """Yield rows in order of creation, those after a place in the order."""
        listed = self._listed
        for index in range(bisect_right(self._order, sequence), len(listed)):
            yield listed[index]

    def holder(self, record: Record, but: RecordId = "") -> tuple[str, RecordId] | None:
        """Return the first unique field whose value another record already has, and that record's id."""
        for name in self._unique:
            key = self._key(name, record)
            held = self._taken[name].get(key) if key is not None else None
            if held is not None and held != but:
                return name, held
        return None

    def put(self, sequence: int, record_id: RecordId, record: Record, changed: datetime) -> Row:
        """Add or replace a record."""
        before = self._rows.get(record_id)
        shown = {name: value for name, value in record.items() if name not in self._hidden} if self._hidden else record
        row = Row(sequence, record_id, record, json_bytes(shown), changed)
        self._rows[record_id] = row
        if before is None:
            self._order.append(sequence)
            self._listed.append(row)
        else:
            self._forget(before)
            self._listed[bisect_left(self._order, before.sequence)] = row
        for name in self._unique:
            key = self._key(name, record)
            if key is not None:
                self._taken[name][key] = record_id
        return row

    def remove(self, record_id: RecordId) -> None:
        """Remove a record; raise KeyError if there is none."""
        row = self._rows.pop(record_id)
        self._forget(row)
        index = bisect_left(self._order, row.sequence)
        del self._order[index]
        del self._listed[index]

    def _forget(self, row: Row) -> None:
        for name in self._unique:
            key = self._key(name, row.record)
            if key is not None and self._taken[name].get(key) == row.id:
                del self._taken[name][key]

    def _key(self, name: str, record: Record) -> Any:
        value = get(record, name)
        if value is ABSENT or value is None or value == "":
            return None
        if isinstance(value, str) and not self._unique[name]:
            return value.casefold()
        return value if isinstance(value, str | int) else json_bytes(value)


def make_id(entity: str, prefix: str, count: int, shape: Shape) -> Any:
    """Return the id of the n-th record of an entity: opaque, the same in every run, of the type that is declared."""
    digest = blake2b(f"{entity}:{count}".encode(), digest_size=16).digest()
    if shape.type in ("integer", "number"):
        # Rising, as serial numbers are, but with no two entities alike.
        return 100_000 + blake2b(entity.encode(), digest_size=2).digest()[0] * 1_000_000 + count * 7
    if shape.more.get("format") == "uuid":
        return str(UUID(bytes=digest, version=4))
    text = f"{prefix}_" + "".join(_LETTERS[byte % 32] for byte in digest)
    return text[: int(shape.more.get("maxLength", len(text)))]


def prefixes(names: Sequence[str]) -> dict[str, str]:
    """Return a short prefix for each entity's ids, such as `wrk` for Worker; the whole name where two would meet."""
    short = {name: (name[0] + "".join(c for c in name[1:] if c.lower() not in "aeiou"))[:3].lower() for name in names}
    return {name: one if list(short.values()).count(one) == 1 else name.lower() for name, one in short.items()}


def floor_to(moment: datetime, milliseconds: int) -> datetime:
    """Return the last tick of a clock with this resolution, in UTC."""
    micros = (moment.astimezone(UTC) - _EPOCH) // _MICROSECOND
    return _EPOCH + _MICROSECOND * (micros - micros % (milliseconds * 1000))


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = datetime(1970, 1, 1, 0, 0, 0, 1, tzinfo=UTC) - _EPOCH


def stamp_writer(shape: Shape, milliseconds: int) -> Callable[[datetime], Any]:
    """Return how a moment is written in a field: ISO 8601 with `Z`, or epoch seconds where it is a number."""
    if shape.type in ("integer", "number"):
        return lambda moment: int(moment.timestamp())
    if milliseconds % 1000 == 0:
        return lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
