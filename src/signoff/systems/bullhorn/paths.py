"""Follow a dotted path from a record through objects, to-one and to-many associations to its values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from signoff.schema import Field, Type
from signoff.systems.bullhorn.refusals import unknown_field
from signoff.systems.bullhorn.store import Store, Stored
from signoff.systems.bullhorn.tenant import PEOPLE, PERSON_FIELDS

Values = Callable[[Stored], Iterable[Any]]
"""All values at a path: one for plain paths (None if unset), any number through a to-many association."""

Predicate = Callable[[Stored], bool]


def values_at(store: Store, entity: str, path: str) -> tuple[Values, Field]:
    """Return the reader of a path and its last field; a reference itself reads as its id. Unknown: 400."""
    head, _, rest = path.partition(".")
    found = store.schema.entities[entity].fields.get(head)
    if found is None:
        raise unknown_field(entity, path)
    if found.type is Type.REFERENCE:
        return _through_reference(store, entity, found, rest, path)
    if rest:
        part = found.fields.get(rest)
        if part is None:
            raise unknown_field(entity, path)
        return (lambda record: ((record.get(head) or {}).get(rest),)), part
    return (lambda record: (record.get(head),)), found


def _through_reference(store: Store, entity: str, found: Field, rest: str, path: str) -> tuple[Values, Field]:
    name = found.name

    def ids(record: Stored) -> Iterable[int]:
        if found.many:
            return store.associated(entity, record, name)
        value = record.get(name)
        return () if value is None else (value["id"],)

    if not rest or rest == "id":
        if found.many:
            return ids, found
        return (lambda record: tuple(ids(record)) or (None,)), found
    kinds = PEOPLE if (entity, name) in PERSON_FIELDS else (found.entity,)
    inner: dict[str, Values] = {}
    last: Field | None = None
    for kind in kinds:
        if rest.partition(".")[0] in store.schema.entities[kind].fields:
            inner[kind], last = values_at(store, kind, rest)
    if last is None:
        raise unknown_field(entity, path)

    def read(record: Stored) -> Iterator[Any]:
        for one in ids(record):
            for kind, follow in inner.items():
                target = store.get(kind, one)
                if target is not None:
                    yield from follow(target)
                    break

    return read, last


def exactly(store: Store, entity: str, where: Mapping[str, frozenset[int]]) -> list[int] | None:
    """Return the ids of the few records that can match `path → allowed ids`, or None if no index helps."""
    for path, wanted in where.items():
        if path == "id":
            return sorted(wanted)
        name = path.removesuffix(".id")
        found = store.schema.entities[entity].fields.get(name)
        if found is not None and found.type is Type.REFERENCE and not found.read_only and not found.many:
            return sorted({one for target in wanted for one in store.referrers(entity, name, target)})
    return None
