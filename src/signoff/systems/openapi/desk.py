"""Do what an entity's API promises: check, refuse or store; the same for partners and for the harness."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signoff.record import ABSENT, Record, RecordId, get
from signoff.schema import Entity, Field, Type, Wire
from signoff.systems.openapi.description import EntityRoutes
from signoff.systems.openapi.document import Document
from signoff.systems.openapi.refusals import Refused
from signoff.systems.openapi.schemas import inside
from signoff.systems.openapi.shapes import Shape, shape_of
from signoff.systems.openapi.store import Shelf, make_id, stamp_writer
from signoff.systems.openapi.validation import Check, Checks, FieldProblem


@dataclass(frozen=True, slots=True)
class Reference:
    """Say which field holds the id of a record of another entity, or several."""

    path: str
    entity: str
    wire: Wire


class Desk:
    """Keep one entity's records by the document's rules.

    `exists(entity, id)` tells whether a record is there; `now()` is the time by the system's own, coarse clock;
    `next_sequence()` numbers creations over all entities; `lists` are the lists whose items have ids, each with the
    field of its items' id, which the system gives to every item that comes without one. Every method raises Refused
    instead of storing anything that the document forbids.
    """

    def __init__(
        self,
        document: Document,
        checks: Checks,
        routes: EntityRoutes,
        entity: Entity,
        prefix: str,
        resolution_ms: int,
        now: Callable[[], datetime],
        next_sequence: Callable[[], int],
        exists: Callable[[str, RecordId], bool],
        lists: Mapping[str, Field] | None = None,
    ) -> None:
        self.routes = routes
        self.entity = entity
        self._now = now
        self._next = next_sequence
        self._exists = exists
        self._prefix = prefix
        self._created = 0
        self._lists = dict(lists or {})
        self._items = dict.fromkeys(self._lists, 0)
        shown = shape_of(document, document.schemas()[routes.name])
        self._shapes = {name: shape_of(document, raw) for name, raw in shown.properties.items()}
        self._item_ids = {
            name: _part_shape(document, self._shapes[name], one.name) for name, one in self._lists.items()
        }
        self._required = shown.required
        self._stamp = {
            name: stamp_writer(self._shapes[name], resolution_ms) for name in (routes.created, routes.modified) if name
        }
        post = document.request_schema(routes.collection, "post")
        changes = {one: document.request_schema(routes.item, one.lower()) for one in ("PATCH", "PUT")}
        own = {"$ref": f"#/components/schemas/{routes.name}"}
        sent = routes.envelope.sent
        # Where partners cannot create (recruiters, say), the harness still must; the record's own schema then counts.
        self._create_wrap = sent if post is not None else ""
        self._check_create: Check = checks.of_request(own if post is None else post)
        self._check_change: dict[str, Check] = {
            method: checks.of_request(schema) for method, schema in changes.items() if schema is not None
        }
        self._change_wrap = sent if self._check_change else ""
        asked = inside(document, shape_of(document, post), self._create_wrap).required
        self._empty: dict[str, list[Record]] = {name: [] for name in self._lists if name in asked}
        put = inside(document, shape_of(document, changes["PUT"]), sent)
        self._puttable = frozenset(put.properties)
        hidden = [name for name in entity.fields if name not in self._shapes or self._shapes[name].write_only]
        self.shelf = Shelf({name: not self._is_email(name) for name in routes.unique}, hidden)
        self.references = tuple(
            Reference(one.path, one.entity, one.wire)
            for one in entity.all_fields()
            if one.type is Type.REFERENCE and one.entity
        )

    def _is_email(self, name: str) -> bool:
        found = self.entity.fields.get(name)
        return found is not None and found.type is Type.EMAIL

    def create(self, body: Any) -> RecordId:
        """Store a new record from a request body and return its id."""
        self._refuse(self._check_create(body), body)
        sent = unwrapped(body, self._create_wrap)
        self._refuse_lost(sent)
        record = self._numbered(self._filled(sent))
        self._refuse_taken(record)
        self._created += 1
        found = make_id(self.routes.name, self._prefix, self._created, self._shapes[self.routes.id_field])
        record_id = str(found)
        now = self._now()
        record[self.routes.id_field] = found
        for name, stamp in self._stamp.items():
            record[name] = stamp(now)
        self.shelf.put(self._next(), record_id, record, now)
        return record_id

    def change(self, record_id: RecordId, body: Any, method: str) -> None:
        """Store what an update's body says: with PATCH a merge patch, with PUT the whole record anew."""
        row = self._row(record_id)
        check = self._check_change.get(method)
        self._refuse([] if check is None else check(body), body)
        sent = unwrapped(body, self._change_wrap)
        self._refuse_lost(sent)
        if method == "PUT":
            record = self._filled(sent)
            for name, field in self.entity.fields.items():
                kept = (field.read_only or field.create_only) and name not in self._lists
                if kept and name in row.record:
                    record[name] = row.record[name]
        else:
            record = merged(row.record, sent, self.entity.fields)
        record = self._numbered(record)
        self._refuse_taken(record, record_id)
        self._store(row.sequence, record_id, record)

    def set(self, record_id: RecordId, fields: Record) -> None:
        """Change the named fields, whichever way partners update."""
        body = dict(fields)
        method = self.routes.update.upper()
        if method == "PUT" and "PUT" in self._check_change:
            kept = self._row(record_id).record
            fixed = self.routes.read_only
            body = {
                name: self._sendable(name, kept[name]) for name in kept if name in self._puttable and name not in fixed
            } | body
        else:
            method = "PATCH"
        before = self._row(record_id).record
        self.change(record_id, wrapped(body, self._change_wrap), method)
        self._keep(record_id, {name: before[name] for name in self._lists if name in before and name not in fields})

    def new(self, fields: Record) -> RecordId:
        """Store a new record from its fields, without an envelope."""
        return self.create(wrapped({**self._empty, **fields}, self._create_wrap))

    def new_item(self, name: str) -> Any:
        """Return the id of a list's next item; no two items of the system have the same."""
        self._items[name] += 1
        return make_id(f"{self.routes.name}.{name}", self._prefix, self._items[name], self._item_ids[name])

    def set_items(self, record_id: RecordId, name: str, items: list[Record]) -> None:
        """Change a list as a whole, each item keeping the id that it has."""
        self.set(record_id, {name: self._sendable(name, items)})
        self._keep(record_id, {name: items})

    def _keep(self, record_id: RecordId, lists: Mapping[str, Any]) -> None:
        """Let lists hold what they are to hold with the ids that no request could name."""
        row = self._row(record_id)
        if lists:
            self.shelf.put(row.sequence, record_id, {**row.record, **lists}, row.changed)

    def _sendable(self, name: str, value: Any) -> Any:
        """Return a list without the ids that no request may name."""
        found = self._lists.get(name)
        if found is None or not found.read_only or not isinstance(value, list):
            return value
        return [{key: part for key, part in one.items() if key != found.name} for one in value]

    def _numbered(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return a record in whose lists every item has an id."""
        for name, found in self._lists.items():
            items = record.get(name)
            if isinstance(items, list) and any(found.name not in one for one in items):
                items = [one if found.name in one else {found.name: self.new_item(name), **one} for one in items]
                record = {**record, name: items}
        return record

    def remove(self, record_id: RecordId) -> None:
        """Remove a record."""
        self._row(record_id)
        self.shelf.remove(record_id)

    def records(self) -> dict[RecordId, Record]:
        """Return every record by id; none of them is ever changed in place."""
        return self.shelf.records()

    def record(self, record_id: RecordId) -> Record | None:
        """Return a record, or None."""
        row = self.shelf.row(record_id)
        return None if row is None else row.record

    def sent(self, method: str, body: Any) -> Record:
        """Return what a request's body says of the record, out of its envelope; {} if it says nothing readable."""
        inner = unwrapped(body, self._create_wrap if method == "POST" else self._change_wrap)
        return inner if isinstance(inner, Mapping) else {}

    def _row(self, record_id: RecordId) -> Any:
        row = self.shelf.row(record_id)
        if row is None:
            raise Refused(404, f"there is no such {self.routes.name}")
        return row

    def _store(self, sequence: int, record_id: RecordId, record: dict[str, Any]) -> None:
        now = self._now()
        if self.routes.modified:
            record[self.routes.modified] = self._stamp[self.routes.modified](now)
        self.shelf.put(sequence, record_id, record, now)

    def _refuse(self, problems: list[FieldProblem], body: Any) -> None:
        if not problems and not isinstance(body, Mapping):
            problems = [FieldProblem("", "must be an object")]
        if problems:
            raise Refused(422, "one or more fields are not valid", problems, breaks_schema=True)

    def _refuse_lost(self, sent: Any) -> None:
        problems = [
            FieldProblem(one.path, f"no {one.entity} has this id")
            for one in self.references
            for value in _values(sent, one.path)
            if not self._exists(one.entity, _id_of(value))
        ]
        if problems:
            raise Refused(422, "one or more references lead nowhere", list(dict.fromkeys(problems)))

    def _refuse_taken(self, record: Record, but: RecordId = "") -> None:
        held = self.shelf.holder(record, but)
        if held is not None:
            name, existing = held
            problems = [FieldProblem(name, "another record has this value")]
            raise Refused(409, f"another {self.routes.name} has this {name}", problems, existing)

    def _filled(self, sent: Record) -> dict[str, Any]:
        """Return a record with every field that the system shows: sent, by default, else null or an empty list."""
        record: dict[str, Any] = {}
        for name, field in self.entity.fields.items():
            shape = self._shapes.get(name, Shape())
            if name in sent:
                record[name] = sent[name]
            elif field.default is not ABSENT:
                record[name] = field.default
            elif shape.may_be_null:
                record[name] = None
            elif shape.type == "array" and not shape.more.get("minItems"):
                record[name] = []
            elif field.read_only and name in self._required:
                record[name] = _own_value(shape)
        for name, value in sent.items():
            record.setdefault(name, value)
        return record


def _part_shape(document: Document, shape: Shape, name: str) -> Shape:
    """Return the shape of a part of a list's items."""
    item = shape_of(document, shape.more.get("items"), shape.trail)
    return shape_of(document, item.properties.get(name, {}), item.trail)


def _own_value(shape: Shape) -> Any:
    """Return what the system itself may put into a required field of which nothing is known."""
    if shape.choices:
        return shape.choices[0]
    return {"integer": 0, "number": 0, "boolean": False, "object": {}, "array": []}.get(shape.type, "")


def merged(before: Record, patch: Record, fields: Mapping[str, Field]) -> dict[str, Any]:
    """Return a record after a merge patch (RFC 7396), null staying where the field may be null."""
    after = dict(before)
    for name, value in patch.items():
        field = fields.get(name)
        if isinstance(value, Mapping) and field is not None and field.fields:
            inner = after.get(name)
            after[name] = merged(inner if isinstance(inner, Mapping) else {}, value, field.fields)
        elif value is None and field is not None and not field.nullable:
            after.pop(name, None)
        else:
            after[name] = value
    return after


def wrapped(record: Any, key: str) -> Any:
    """Return a record in its envelope; `key` is dotted, "" for none."""
    for name in reversed(key.split(".")) if key else ():
        record = {name: record}
    return record


def unwrapped(body: Any, key: str) -> Any:
    """Return what stands in an envelope, or None."""
    if not key:
        return body
    found = get(body, key)
    return None if found is ABSENT else found


def _values(sent: Any, path: str) -> list[Any]:
    """Return the values that a request holds at a path, those of lists one by one, without nulls."""
    here = [sent]
    for name in path.split("."):
        inner = [one[name] for one in here if isinstance(one, Mapping) and name in one]
        here = [item for one in inner for item in (one if isinstance(one, list) else [one])]
    return [one for one in here if one is not None]


def _id_of(value: Any) -> RecordId:
    return str(value.get("id", "")) if isinstance(value, Mapping) else str(value)
