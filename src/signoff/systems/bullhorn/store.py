"""Hold a tenant's records, who refers to whom, and what the search index knows of them so far."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from signoff.schema import SystemSchema, Type
from signoff.systems.bullhorn.tenant import ID_BASES, INVERSE

Stored = Mapping[str, Any]
Listener = Callable[[str, int, "Stored | None", "Stored | None", int], None]
_NOBODY: Mapping[int, None] = MappingProxyType({})


class Store:
    """Keep records by entity and id. A record is replaced, never changed in place.

    `version` counts changes, so that answers can be kept until the next one. `stamps` hold the order of the last
    writes: an index without a sort order returns its hits in it.
    """

    def __init__(self, schema: SystemSchema) -> None:
        self.schema = schema
        self.version = 0
        self.records: dict[str, dict[int, Stored]] = {name: {} for name in schema.entities}
        self.stamps: dict[str, dict[int, int]] = {name: {} for name in schema.entities}
        self._next = dict(ID_BASES)
        self._referrers: dict[tuple[str, str], dict[int, dict[int, None]]] = {}
        self._references = {
            name: tuple(
                one.name
                for one in entity.fields.values()
                if one.type is Type.REFERENCE and (name, one.name) not in INVERSE
            )
            for name, entity in schema.entities.items()
        }
        self._inverse = {
            name: tuple((path, *INVERSE[name, path]) for path in entity.fields if (name, path) in INVERSE)
            for name, entity in schema.entities.items()
        }
        self._lists = {
            name: tuple(one.name for one in entity.fields.values() if one.many)
            for name, entity in schema.entities.items()
        }
        self._whole: dict[str, dict[int, Stored]] = {name: {} for name in schema.entities}
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call `listener(entity, id, before, after, actor)` after every change."""
        self._listeners.append(listener)

    def get(self, entity: str, record_id: int) -> Stored | None:
        """Return one record as stored, or None."""
        return self.records[entity].get(record_id)

    def next_id(self, entity: str) -> int:
        """Take the next id of an entity."""
        taken = self._next[entity]
        self._next[entity] = taken + 1
        return taken

    def skip_to(self, entity: str, record_id: int) -> None:
        """Go on numbering an entity from `record_id`."""
        self._next[entity] = record_id

    def put(self, entity: str, record: Stored, actor: int) -> None:
        """Store a record under its id and tell the listeners."""
        record_id = record["id"]
        before = self.records[entity].get(record_id)
        self.version += 1
        self._unlink(entity, record_id, before)
        self.records[entity][record_id] = record
        self.stamps[entity][record_id] = self.version
        for path in self._references[entity]:
            for target in _targets(record.get(path)):
                self._referrers.setdefault((entity, path), {}).setdefault(target, {})[record_id] = None
        self._forget_wholes(entity, record_id, before, record)
        for listener in self._listeners:
            listener(entity, record_id, before, record, actor)

    def remove(self, entity: str, record_id: int, actor: int) -> None:
        """Remove a record for good and tell the listeners."""
        before = self.records[entity].pop(record_id)
        self.stamps[entity].pop(record_id)
        self.version += 1
        self._unlink(entity, record_id, before)
        self._forget_wholes(entity, record_id, before, None)
        for listener in self._listeners:
            listener(entity, record_id, before, None, actor)

    def referrers(self, entity: str, path: str, target: int) -> Mapping[int, None]:
        """Return the ids of the records of `entity` whose reference `path` holds `target`, oldest first."""
        return self._referrers.get((entity, path), {}).get(target, _NOBODY)

    def associated(self, entity: str, record: Stored, path: str) -> list[int]:
        """Return the ids that a to-many field holds, whether it is stored or read from the other end."""
        inverse = INVERSE.get((entity, path))
        if inverse is not None:
            return sorted(self.referrers(*inverse, record["id"]))
        return [one["id"] for one in record.get(path) or ()]

    def whole(self, entity: str, record: Stored) -> Stored:
        """Return a record with all its to-many lists, inverse ones too; the same object until something changes."""
        lists = self._lists[entity]
        if not lists:
            return record
        record_id = record["id"]
        kept = self._whole[entity].get(record_id)
        if kept is None:
            kept = {**record, **{path: record.get(path) or [] for path in lists}}
            for path, other, reference in self._inverse[entity]:
                kept[path] = [{"id": one} for one in sorted(self.referrers(other, reference, record_id))]
            self._whole[entity][record_id] = kept
        return kept

    def _unlink(self, entity: str, record_id: int, record: Stored | None) -> None:
        if record is None:
            return
        for path in self._references[entity]:
            for target in _targets(record.get(path)):
                self._referrers[entity, path][target].pop(record_id, None)

    def _forget_wholes(self, entity: str, record_id: int, before: Stored | None, after: Stored | None) -> None:
        self._whole[entity].pop(record_id, None)
        for path in self._references[entity]:
            old, new = (before or {}).get(path), (after or {}).get(path)
            if old == new and before is not None and after is not None:
                continue
            for target in (*_targets(old), *_targets(new)):
                for wholes in self._whole.values():
                    wholes.pop(target, None)


def _targets(value: Any) -> Iterator[int]:
    if isinstance(value, Mapping):
        yield value["id"]
    elif isinstance(value, list):
        for one in value:
            yield one["id"]


class Index:
    """Show the store as the search index knows it: `lag_ms` behind, by the world clock."""

    def __init__(self, store: Store, lag_ms: int, now: Callable[[], int]) -> None:
        self._store = store
        self._lag = lag_ms
        self._now = now
        self._seen: dict[str, dict[int, Stored]] = {name: {} for name in store.records}
        self._due: deque[tuple[int, str, int, Stored | None]] = deque()
        self.version = 0
        if lag_ms:
            store.listen(self._changed)

    def _changed(self, entity: str, record_id: int, _before: Stored | None, after: Stored | None, _actor: int) -> None:
        self._due.append((self._now() + self._lag, entity, record_id, after))

    def records(self, entity: str) -> Mapping[int, Stored]:
        """Return the records of an entity as indexed, and bring the index up to what is due."""
        if not self._lag:
            self.version = self._store.version
            return self._store.records[entity]
        now = self._now()
        while self._due and self._due[0][0] <= now:
            _, name, record_id, after = self._due.popleft()
            self.version += 1
            if after is None:
                self._seen[name].pop(record_id, None)
            else:
                self._seen[name][record_id] = after
        return self._seen[entity]
