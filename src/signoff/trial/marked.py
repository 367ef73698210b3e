"""Make up the records with which access is tried, so that a person who meets one knows what it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any, Final

from signoff.record import RecordId, with_value
from signoff.rules.context import zone_named
from signoff.rules.reading import breaks, write
from signoff.schema import Entity, Field, SystemSchema, Type
from signoff.strategies.formed import in_form

MARK: Final = "Signoff access check"
"""What stands in the texts of a record that is made to try access, so that a person knows what it is."""

_TELLING: Final = ("name", "title", "comments", "description", "notes", "note", "comment")
"""Fields in which a person looks first, in order."""

_KEYS: Final = re.compile(r"(?:^|_)(?:id|ref|reference|code|number|no)$|(?:Id|ID|Code|Number)$")
"""How fields are called by which records are found."""

_ROOM: Final = len("Signoff 3f9a1c-10")
"""Characters that a mark needs to be told from that of another run."""


@dataclass(slots=True)
class Marker:
    """Write marks. `run` tells the marks of one run from those of another; "" where nothing outlives the run.

    What is left over of an earlier run must not be in the way of the next: values that must be unique are.
    """

    run: str = ""
    count: int = 0

    def next(self) -> str:
        """Begin another record, and return what stands in its texts."""
        self.count += 1
        return self.text(None)

    def text(self, room: int | None) -> str:
        """Return the mark, as much of it as a field of `room` characters holds (None: all)."""
        forms = [f"{MARK} {self.run}-{self.count}", f"Signoff {self.run}-{self.count}"] if self.run else [MARK]
        return next((one for one in forms if room is None or len(one) <= room), MARK[:room])

    def email(self) -> str:
        """Return an address at which nobody is."""
        return f"signoff.access.{self.run}.{self.count}@example.com" if self.run else "access.check@example.com"


def fewest(
    entity: Entity, schema: SystemSchema, refer: Callable[[Entity], RecordId], now: datetime, marker: Marker
) -> dict[str, Any]:
    """Return the fewest fields with which a create is valid; `refer` finds or makes a record to refer to."""
    found: dict[str, Any] = {}
    zone = zone_named(schema.zone)
    # Those to refer to come first: each is another record, with a mark of its own.
    referred = {one.path: refer(schema.entities[one.entity]) for one in demanded(entity) if one.type is Type.REFERENCE}
    marker.next()
    for one in demanded(entity):
        value = referred[one.path] if one.path in referred else _value(one, now, marker)
        raw = write(one, [value] if one.many else value, zone)
        asked = in_form(one, Random(1), 1) if breaks(one, raw) else []  # noqa: S311 - the same value each time
        found = with_value(found, one.path, (asked if one.many else asked[0]) if asked else raw)
    return found


def demanded(entity: Entity) -> list[Field]:
    """Return the fields without which no such record can be made."""
    return [one for one in entity.fields.values() if one.mandatory and not one.read_only]


def holds_mark(entity: Entity) -> bool:
    """Tell whether a person who meets such a record can be told what it is."""
    return bool(plain_texts(entity, _ROOM)) or any(map(_takes_mark, demanded(entity)))


def _takes_mark(one: Field) -> bool:
    """Tell whether the value of a demanded field says by itself whose record it is, in the form that is asked for."""
    if one.type not in (Type.TEXT, Type.EMAIL) or one.choices:
        return False
    longest = Marker("3f9a1c", 10)
    value = longest.email() if one.type is Type.EMAIL else longest.text(one.max_length)
    return "signoff" in value.casefold() and not breaks(one, [value] if one.many else value)


def marked(entity: Entity, fields: Mapping[str, Any], marker: Marker) -> dict[str, Any]:
    """Return the fields with the mark in one of them, of an entity that holds one."""
    if "signoff" in str(dict(fields)).casefold():
        return dict(fields)
    picked = next(iter(_readable(plain_texts(entity, _ROOM))))
    return with_value(dict(fields), picked.path, marker.text(picked.max_length))


def _readable(fields: list[Field]) -> list[Field]:
    """Return texts in the order in which a person reads them; what others find the record by comes last."""

    def place(one: Field) -> tuple[bool, int]:
        told = _TELLING.index(one.name) if one.name in _TELLING else len(_TELLING)
        return bool(_KEYS.search(one.name)), told

    return sorted(fields, key=place)


def plain_texts(entity: Entity, room: int) -> list[Field]:
    """Return the fields that take any text of `room` characters."""
    return [
        one
        for one in entity.fields.values()
        if one.type is Type.TEXT
        and not (one.read_only or one.technical or one.many or one.choices or one.pattern or one.form)
        and (one.max_length is None or one.max_length >= room)
    ]


def _value(one: Field, now: datetime, marker: Marker) -> Any:
    if one.choices:
        return one.choices[0]
    least = one.minimum if one.minimum is not None else Decimal(1)
    values: Mapping[Type, Any] = {
        Type.DATE: now.date(),
        Type.INSTANT: now.replace(microsecond=0),
        Type.AMOUNT: least,
        Type.NUMBER: least,
        Type.INTEGER: least,
        Type.YES_NO: True,
        Type.EMAIL: marker.email(),
        Type.PHONE: "+13125550123",
        Type.COUNTRY: "US",
        Type.STATE: "IL",
    }
    return values.get(one.type, marker.text(one.max_length))


def change(entity: Entity, schema: SystemSchema, marker: Marker) -> dict[str, Any]:
    """Return one field with a value to change, the plainest that the entity has; a text says who changed it."""
    free = [
        one
        for one in entity.fields.values()
        if not (one.read_only or one.create_only or one.technical or one.many or one.pattern or one.form)
    ]
    texts = _readable([one for one in plain_texts(entity, 10) if not one.create_only])
    picked = next(iter(texts), None) or next(iter(free))
    value: Any = _value(picked, datetime.combine(date(2026, 1, 1), datetime.min.time()), marker)
    if picked in texts:
        longer = f"{marker.text(None)}, changed"
        value = longer if picked.max_length is None or len(longer) <= picked.max_length else "Signoff 2"
    return {picked.path: write(picked, value, zone_named(schema.zone))}
