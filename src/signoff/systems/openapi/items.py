"""Give and take the items of a record's list as records of their own: the harness's own hands on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from signoff.record import Record, RecordId
from signoff.schema import Entity, Field, SystemSchema
from signoff.systems.openapi.desk import Desk, merged
from signoff.systems.openapi.refusals import Refused


class Items:
    """Keep the items of one list by the rules of the record that holds them.

    A new item comes to stand last. An update without any field moves an item to the front of its list, as people do
    who only sort it.
    """

    def __init__(self, entity: Entity, desk: Desk) -> None:
        self.entity = entity
        self.desk = desk
        self.touched: RecordId = ""
        """The record whose list was changed last."""

    def new(self, fields: Record) -> RecordId:
        """Add an item to the list of the record that it names; return its id."""
        own = {name: value for name, value in fields.items() if name != self.entity.holder}
        holder = str(fields.get(self.entity.holder))
        number = self.desk.new_item(self.entity.listed)
        self._put(holder, [*self._held(holder), {self.entity.id_field: number, **own}])
        return str(number)

    def set(self, record_id: RecordId, fields: Record) -> None:
        """Change the named fields of an item."""
        holder, items = self._found(record_id)
        item = next(one for one in items if self._id(one) == record_id)
        if fields:
            after = merged(item, fields, self.entity.fields)
            items = [after if one is item else one for one in items]
        else:
            items = [item, *(one for one in items if one is not item)]
        self._put(holder, items)

    def remove(self, record_id: RecordId) -> None:
        """Take an item out of its list."""
        holder, items = self._found(record_id)
        self._put(holder, [one for one in items if self._id(one) != record_id])

    def records(self) -> dict[RecordId, Record]:
        """Return every item of every record by its id, with the record that holds it."""
        return {self._id(item): {**item, self.entity.holder: raw} for raw, item in self._all()}

    def _all(self) -> Iterator[tuple[Any, Record]]:
        id_field = self.desk.routes.id_field
        for holder, record in self.desk.shelf.records().items():
            for item in self._held(holder):
                yield record[id_field], item

    def _found(self, record_id: RecordId) -> tuple[RecordId, list[Record]]:
        for raw, item in self._all():
            if self._id(item) == record_id:
                return str(raw), self._held(str(raw))
        raise Refused(404, f"there is no such item of {self.entity.name}")

    def _held(self, holder: RecordId) -> list[Record]:
        record = self.desk.record(holder)
        if record is None:
            raise Refused(404, f"there is no such {self.desk.routes.name}")
        return list(record.get(self.entity.listed) or ())

    def _put(self, holder: RecordId, items: list[Record]) -> None:
        self.desk.set_items(holder, self.entity.listed, items)
        self.touched = holder

    def _id(self, item: Record) -> RecordId:
        return str(item.get(self.entity.id_field))


def ids_of(schema: SystemSchema, holder: str) -> dict[str, Field]:
    """Return the lists of an entity whose items are records of their own, each with the field of its items' id."""
    own = schema.entities[holder].fields
    lists = [one for one in schema.entities.values() if one.listed and one.holder == holder]
    return {one.listed: own[one.listed].fields[one.id_field] for one in lists}
