"""Describe what a system's records may be: entities, fields, types, limits and references.

Values only: dialects build these from a vendor's own documents, and everything else reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from signoff.record import ABSENT, Path, Value


class Side(StrEnum):
    """Name the two sides of an integration."""

    ATS = "ats"
    APP = "app"

    @property
    def other(self) -> Side:
        """Return the opposite side."""
        return Side.APP if self is Side.ATS else Side.ATS

    def __str__(self) -> str:
        return "ATS" if self is Side.ATS else "app"


class Type(StrEnum):
    """Name the type of a field in the words of the language; decides the default rule and the comparison."""

    TEXT = "text"
    EMAIL = "email"
    PHONE = "phone"
    DATE = "date"
    INSTANT = "date and time"
    AMOUNT = "amount"
    NUMBER = "number"
    INTEGER = "whole number"
    YES_NO = "yes/no"
    PICKLIST = "picklist"
    COUNTRY = "country"
    STATE = "state"
    ADDRESS = "address"
    FILE = "file"
    REFERENCE = "reference"
    OBJECT = "object"
    ANY = "anything"


class Events(StrEnum):
    """Name whether a system tells the connector itself what people change, and whether such news may get lost."""

    NONE = "none"
    SURE = "sure"
    MAY_BE_LOST = "may be lost"


class Wire(StrEnum):
    """Name how a typed value is written in the record. NATURAL: ISO 8601 text, JSON number, JSON boolean, bare id."""

    NATURAL = "natural"
    EPOCH_MS = "epoch ms"
    EPOCH_S = "epoch s"
    NUMBER_TEXT = "number in text"
    DECIMAL_COMMA = "decimal comma"
    ID_OBJECT = "object with id"
    ONE_ZERO = "1 and 0"


@dataclass(frozen=True, slots=True)
class Field:
    """Describe one field of an entity.

    `path` is dotted from the record's root. `many` means a JSON list of such values. `mandatory`: a create
    without it is refused and it cannot be cleared. `default` is what the system itself fills in on create
    (ABSENT: nothing). `closed` picklists refuse values outside `choices`. Lengths are in Unicode code points,
    limits in the field's own unit. `form` is a JSON Schema, as text, of what the system demands beyond all this, of
    the list as a whole where there is one. `entity` is the target of a reference, `fields` the parts of an object.
    """

    path: str
    type: Type
    many: bool = False
    wire: Wire = Wire.NATURAL
    mandatory: bool = False
    nullable: bool = True
    read_only: bool = False
    create_only: bool = False
    min_length: int | None = None
    max_length: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimals: int | None = None
    pattern: str | None = None
    form: str = ""
    choices: tuple[str, ...] = ()
    closed: bool = True
    entity: str = ""
    fields: Mapping[str, Field] = field(default_factory=dict)
    default: Value = ABSENT
    label: str = ""
    technical: bool = False
    """The system keeps it itself (id, time stamps, counters): no chart needs to name it."""

    @property
    def name(self) -> str:
        """Return the last part of the path."""
        return self.path.rpartition(".")[2]

    def part(self, path: str) -> Field | None:
        """Return the field at a dotted path inside an object, or inside each item of a list of them; None if none."""
        found: Field | None = self
        for name in path.split("."):
            found = found.fields.get(name) if found is not None else None
        return found


@dataclass(frozen=True, slots=True)
class Entity:
    """Describe one kind of record. `modified` names the time stamp that every change moves ("" if none)."""

    name: str
    fields: Mapping[str, Field]
    id_field: str = "id"
    modified: str = ""
    deleted_flag: str = ""
    archived: str = ""
    """The condition that an archived record fulfils, in the words of the language; "" if the system has none."""
    replaced: bool = False
    """An update puts the whole record in the place of the former one, so that what it leaves out is lost."""
    unforeseen: tuple[str, ...] = ()
    """What the system demands of a record as a whole, which nothing here says: keywords of its document."""
    holder: str = ""
    """For the items of a list: the entity whose records hold them; also the field that refers to that record."""
    listed: str = ""
    """For the items of a list: the holder's field that they stand in."""

    def field_at(self, path: str) -> Field | None:
        """Return the field at a dotted path inside this entity's own record, or None; follows no reference."""
        here: Mapping[str, Field] = self.fields
        found: Field | None = None
        try:
            segments = Path.parse(path).segments
        except ValueError:
            return None  # what is no path leads to no field
        for segment in segments:
            found = here.get(segment.name)
            if found is None:
                return None
            here = found.fields
        return found

    def all_fields(self) -> Iterator[Field]:
        """Yield every field, objects before their parts."""

        def walk(fields: Mapping[str, Field]) -> Iterator[Field]:
            for one in fields.values():
                yield one
                yield from walk(one.fields)

        yield from walk(self.fields)


@dataclass(frozen=True, slots=True)
class SystemSchema:
    """Describe one system. `zone` is the IANA name of the zone in which its instants become days."""

    side: Side
    name: str
    entities: Mapping[str, Entity]
    zone: str = "UTC"
    source: str = ""
    """Which vendor document this was read from."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    item_lists: frozenset[Type] = frozenset()
    """Of lists of which types its simulator gives and takes the items as records (`agreement.items`)."""
    events: Events = Events.NONE
    """Whether what people change is brought to the connector, besides being there to be asked for."""
    known_references: dict[tuple[str, str], list[Field]] = field(default_factory=dict, compare=False, repr=False)
    """What `references_to` has worked out; `dataclasses.replace` must not carry it over to other entities."""

    def references_to(self, entity: str, target: str) -> list[Field]:
        """Return the fields of `entity` that refer to `target`, in their declared order."""
        key = (entity, target)
        if key not in self.known_references:
            found = self.entities.get(entity)
            fields = found.all_fields() if found is not None else ()
            self.known_references[key] = [one for one in fields if one.type is Type.REFERENCE and one.entity == target]
        return self.known_references[key]
