"""Say which fields and parts of objects a message changes: those that it names, those that a PUT leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from signoff.agreement.resolved import BoundRow, Pair
from signoff.chart import Flow
from signoff.checks.case import Phase
from signoff.history import Exchange, Key, Write
from signoff.record import ABSENT, Path, Value, blank, get, same_json
from signoff.schema import Entity, Field, Side


@dataclass(frozen=True, slots=True)
class KeptRows:
    """Hold a binding's kept rows of one side: by top-level field, and those of parts of objects by their path."""

    whole: Mapping[str, BoundRow]
    parts: Mapping[str, BoundRow]

    def all(self) -> tuple[BoundRow, ...]:
        """Return every row."""
        return (*self.whole.values(), *self.parts.values())


def kept_rows(pair: Pair, side: Side, entity: Entity) -> KeptRows:
    """Return the kept rows of one side of a binding."""
    rows = [row for row in pair.protected if row.flow is Flow.KEPT and row.side is side]
    return KeptRows(
        {Path.parse(row.path).head: row for row in rows if not is_part(entity, row.path)},
        {row.path: row for row in rows if is_part(entity, row.path)},
    )


def is_part(entity: Entity, path: str) -> bool:
    """Tell whether a path leads to a part of an object of the record itself, through no list and no reference."""
    head, dot, _ = path.partition(".")
    return bool(dot) and "[" not in path and head in entity.fields and _parted(entity.fields[head])


def has_parts(entity: Entity) -> bool:
    """Tell whether some field of a record is an object with known parts."""
    return any(_parted(one) for one in entity.fields.values())


def _parted(one: Field) -> bool:
    return bool(one.fields) and not one.many and not one.entity


def replaces(exchange: Exchange, write: Write) -> bool:
    """Tell whether a message is an update that puts a whole record in the place of the former one."""
    return write.kind == "update" and exchange.method == "PUT"


def dropped(exchange: Exchange, write: Write, entity: Entity) -> Iterator[str]:
    """Yield the fields of the record that a replacing message leaves out, and that are others after it."""
    if not (write.accepted and replaces(exchange, write)) or write.before is None or write.after is None:
        return
    for name, one in entity.fields.items():
        if name in write.sent or one.read_only or one.technical:
            continue
        if _other(write.before.get(name, ABSENT), write.after.get(name, ABSENT)):
            yield name


def part_changed(exchange: Exchange, write: Write, path: str, one: Field | None) -> bool:
    """Tell whether a message changes a part of an object: by the record before and after, where it was accepted."""
    said = get(write.sent, path)
    if write.before is None:
        default = one.default if one is not None else ABSENT
        return not blank(said) and not (default is not ABSENT and same_json(said, default))
    if not write.accepted or write.after is None:
        return said is not ABSENT and _other(get(write.before, path), said)
    touched = Path.parse(path).head in write.sent or replaces(exchange, write)
    return touched and _other(get(write.before, path), get(write.after, path))


def unnamed_parts(entity: Entity, name: str, named: frozenset[str]) -> Iterator[Field]:
    """Yield the parts of an object that nothing names, where some of its parts are named and the object is not."""
    one = entity.fields.get(name)
    if one is not None and name not in named and _parted(one):
        yield from _walked(one, named)


def _walked(one: Field, named: frozenset[str]) -> Iterator[Field]:
    for part in one.fields.values():
        if part.path in named or part.read_only or part.technical:
            continue
        if _parted(part) and any(other.startswith(f"{part.path}.") for other in named):
            yield from _walked(part, named)
        elif not any(other.startswith((f"{part.path}.", f"{part.path}[")) for other in named):
            yield part


def was_sent(phase: Phase, key: Key, row: BoundRow) -> bool:
    """Tell whether a write of the phase carried a field that is to be left out.

    An update that sends once more what the record holds, as one that replaces it must, sends nothing of it.
    """
    path = row.target if "[" not in row.target else row.target_top
    for _, write in phase.writes:
        said = get(write.sent, path)
        if write.key != key or not write.accepted or said is ABSENT:
            continue
        had = get(write.before, path) if write.before is not None else ABSENT
        if write.before is None or not (same_json(said, had) or (said is None and had is ABSENT)):
            return True
    return False


def _other(had: Value, has: Value) -> bool:
    return not (same_json(had, has) or (blank(had) and blank(has)))
