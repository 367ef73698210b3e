"""Show one sending record at one moment to a rule: its fields, what it refers to, and what refers to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import is_
from typing import Any, Final
from zoneinfo import ZoneInfo

from signoff.addresses import NO_SERVICE, Service
from signoff.chart import ValueRow, ValueTable
from signoff.errors import Place
from signoff.record import ABSENT, Record, Records, Value, blank
from signoff.rules.names import Resolved, resolve
from signoff.rules.reading import id_of, reading
from signoff.schema import Field, Side, SystemSchema, Type


@dataclass(frozen=True, slots=True)
class SourceField:
    """Name one field of the sending cell: by the API's name, its dotted path, and its field if the schema knows it.

    `written` is what the cell calls it where that is a label.
    """

    name: str
    path: str = ""
    field: Field | None = None
    written: str = ""

    @property
    def many(self) -> bool:
        """Tell whether it gives a list."""
        return "[]" in self.name or (self.field is not None and self.field.many)


def _refuse(name: str) -> Callable[..., Any]:
    raise LookupError(name)


@dataclass(frozen=True, slots=True)
class RowTypes:
    """Hold what the rule of one row must fit: the sending fields, the receiving field, the tables, the zones.

    `side` is the sending side; `backwards` asks for the way back of a `<->` row, against the order in which its
    rule is written. `target_many`: the receiving cell holds `[]`. `resolve` finds the function of `checked by`
    and raises LookupError. `target_id` is the id field of the entity that a receiving reference names.
    `primary_flag` is the toml's name of the flag of `the primary one`.
    """

    place: Place
    sources: tuple[SourceField, ...] = ()
    target: Field | None = None
    tables: Mapping[str, ValueTable] = field(default_factory=dict)
    side: Side = Side.ATS
    backwards: bool = False
    target_many: bool = False
    target_name: str = ""
    target_id: Field | None = None
    target_zone: str = "UTC"
    required: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    primary_flag: str = "isPrimary"
    resolve: Callable[[str], Callable[..., Any]] = _refuse


@dataclass(frozen=True, slots=True)
class PartnerFound:
    """Hold the receiving ids that fit a sending reference: none, one or several.

    `own` are those of them that a connector created for want of one, the first of them first. `awaited`: a chart
    brings such records over.
    """

    ids: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    awaited: bool = False


def _nobody(_entity: str, _by: str, _value: Value) -> PartnerFound:
    return PartnerFound()


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name; raise ZoneInfoNotFoundError."""
    return ZoneInfo(name)


UTC_ZONE: Final = zone_named("UTC")


@dataclass(frozen=True, slots=True)
class Moment:
    """Hold what all records of one side share at one moment.

    `zone` is the integration's, `system_zone` the sending system's, `target_zone` the receiving system's. `now` is
    aware. `partner(entity words, field, value)` finds receiving records for a reference: by "id" the one made for
    that sending id, else those whose field equals the value.
    """

    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    zone: ZoneInfo = UTC_ZONE
    system_zone: ZoneInfo = UTC_ZONE
    target_zone: ZoneInfo = UTC_ZONE
    default_country: str = "US"
    tables: Mapping[str, ValueTable] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    partner: Callable[[str, str, Value], PartnerFound] = _nobody
    service: Service = NO_SERVICE
    """What the address service says."""


class World:
    """Hold one side's records at one moment, with the indexes that references need; built once, shared by contexts.

    `labels` give a label its API name; `entity_words` give the words of an entity its name.
    """

    def __init__(
        self,
        schema: SystemSchema,
        records: Records,
        labels: Mapping[str, str] | None = None,
        entity_words: Mapping[str, str] | None = None,
    ) -> None:
        self.schema = schema
        self.records = records
        self.labels = labels or {}
        self.entity_words = {word.casefold(): name for word, name in (entity_words or {}).items()}
        self._resolved: dict[tuple[str, str], Resolved] = {}
        self._reverse: dict[tuple[str, str], Referring] = {}
        self._last: dict[tuple[str, str], Referring] = {}
        self.parts: dict[str, Mapping[str, Field]] = {}

    def with_records(self, records: Records) -> World:
        """Return a world of other records of the same system; how names are read of them is known already."""
        found = World.__new__(World)
        found.schema, found.labels, found.entity_words = self.schema, self.labels, self.entity_words
        found._resolved, found.parts = self._resolved, self.parts
        found.records, found._reverse, found._last = records, {}, self._last
        return found

    def forget(self) -> None:
        """Forget who refers to whom, for a caller that changes the records."""
        self._reverse.clear()

    def entity_named(self, words: str) -> str:
        """Return the entity that a word means: its name, a word of the toml, in any case, in the plural; else ""."""
        return entity_named(self.schema, words, self.entity_words)

    def fields_of(self, entity: str) -> Mapping[str, Field]:
        """Return the fields of an entity, or of the list items registered under `Entity.path`."""
        if entity in self.parts:
            return self.parts[entity]
        found = self.schema.entities.get(entity)
        return found.fields if found is not None else {}

    def resolved(self, entity: str, name: str) -> Resolved:
        """Return how a name is read from a record of an entity, worked out once."""
        key = (entity, name)
        found = self._resolved.get(key)
        if found is None:
            found = self._resolved[key] = resolve(self, entity, name)
        return found

    def record(self, entity: str, record_id: Value) -> Record | None:
        """Return a record by id, or None."""
        found = self.records.get(entity, {}).get(str(record_id))
        return found if isinstance(found, Mapping) else None

    def referring(self, entity: str, path: str, record_id: str) -> Sequence[Record]:
        """Return the records of an entity whose reference at a path names the id, in the order of the records."""
        key = (entity, path)
        found = self._reverse.get(key)
        if found is None:
            # Of the records that were looked at last, here or in a world like this one, most are still the same.
            found = referring(list(self.records.get(entity, {}).values()), path, self._last.get(key))
            self._reverse[key] = self._last[key] = found
        return [found.records[place] for place in found.places.get(record_id, ())]


@dataclass(frozen=True, slots=True)
class Referring:
    """Hold which records name which others at one path; `places` are places among the records, by the id named."""

    records: list[Record]
    named: list[tuple[Value, ...]]
    places: Mapping[Value, Sequence[int]]


def referring(records: list[Record], path: str, before: Referring | None = None) -> Referring:
    """Return which of the records name which others at a path.

    Records are replaced, never changed: of those that stood at the same place `before`, nothing is looked at again.
    """
    if before is None or len(before.records) > len(records):
        before = Referring([], [], {})
    named, places = list(before.named), dict(before.places)
    known = len(named)
    if not all(map(is_, before.records, records)):
        for place, (old, new) in enumerate(zip(before.records, records, strict=False)):
            if old is not new:
                named[place] = _named(new, path)
        if named != before.named:
            known, places = 0, {}
    named += [_named(record, path) for record in records[len(named) :]]
    for place in range(known, len(named)):
        for target in named[place]:
            places[target] = [*places.get(target, ()), place]
    return Referring(records, named, places)


def _named(record: Record, path: str) -> tuple[Value, ...]:
    """Return the ids that a record names at a path."""
    found: Value = record
    for part in path.split("."):
        found = found.get(part, ABSENT) if isinstance(found, (dict, Mapping)) else ABSENT
    held = found if isinstance(found, (list, tuple)) else (found,)
    return tuple(target for one in held if (target := id_of(one)) is not ABSENT)


def entity_named(schema: SystemSchema, words: str, entity_words: Mapping[str, str] | None = None) -> str:
    """Return the name of the entity that words mean, or ""; ignores case, blanks and a regular plural."""
    if words in schema.entities:
        return words
    folded = {"".join(name.split()).casefold(): name for name in schema.entities}
    word = words.casefold()
    forms = [word]
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    if word.endswith("es"):
        forms.append(word[:-2])
    if word.endswith("s"):
        forms.append(word[:-1])
    for form in forms:
        named = (entity_words or {}).get(form, "")
        if named in schema.entities:
            return named
        found = folded.get("".join(form.split()))
        if found is not None:
            return found
    return ""


class Context:
    """Show one record to a rule; a `signoff.expressions.evaluate.Reader`.

    `linked` are the records that the binding links to it, by entity name (None: there is none, its fields are
    blank). `previous` is what the receiving field held before, `created` whether the receiving record is new,
    `newer` whether the sending record is newer than the receiving one (None: unknown). `country` is the row's
    country ("" if none). `trace` collects the table rows used in one evaluation.
    """

    __slots__ = ("country", "created", "entity", "linked", "moment", "newer", "previous", "record", "trace", "world")

    def __init__(
        self,
        world: World,
        entity: str,
        record: Record,
        moment: Moment,
        linked: Mapping[str, Record | None] | None = None,
        previous: Value = ABSENT,
        created: bool = True,
        newer: bool | None = None,
        country: str = "",
    ) -> None:
        self.world = world
        self.entity = entity
        self.record = record
        self.moment = moment
        self.linked: Mapping[str, Record | None] = linked or {}
        self.previous = previous
        self.created = created
        self.newer = newer
        self.country = country
        self.trace: list[tuple[str, ValueRow]] = []

    @property
    def side(self) -> Side:
        """Return the side on which the record lives."""
        return self.world.schema.side

    @property
    def zone(self) -> ZoneInfo:
        """Return the integration's zone, in which conditions count days."""
        return self.moment.zone

    @property
    def system_zone(self) -> ZoneInfo:
        """Return the sending system's zone, in which its instants become days."""
        return self.moment.system_zone

    @property
    def target_zone(self) -> ZoneInfo:
        """Return the receiving system's zone."""
        return self.moment.target_zone

    @property
    def now(self) -> datetime:
        """Return the moment of judging, aware."""
        return self.moment.now

    @property
    def default_country(self) -> str:
        """Return the integration's default country as a 2-letter code."""
        return self.moment.default_country

    @property
    def tables(self) -> Mapping[str, ValueTable]:
        """Return the value tables in force."""
        return self.moment.tables

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return the integration's settings."""
        return self.moment.settings

    def partner(self, entity: str, by: str, value: Value) -> PartnerFound:
        """Find the receiving records for a reference: none, one or several."""
        return self.moment.partner(entity, by, value)

    def today(self) -> date:
        """Return today's date in the integration's zone."""
        return self.moment.now.astimezone(self.moment.zone).date()

    def setting(self, name: str) -> Value:
        """Return a setting of the integration, ABSENT when there is none."""
        return self.moment.settings.get(name, ABSENT)

    def value(self, name: str) -> Value:
        """Return the raw JSON value of a name of the sending cell; ABSENT when missing; a list for `[]`."""
        return self.world.resolved(self.entity, name).get(self)

    def field(self, name: str) -> Field | None:
        """Return the field that a name leads to, following references, or None when the schema does not know it."""
        return self.world.resolved(self.entity, name).field

    def typed(self, name: str) -> Value:
        """Return the typed value of a name; blank values as they are; raise Unreadable."""
        found = self.world.resolved(self.entity, name)
        raw = found.get(self)
        if raw is ABSENT or raw is None or found.field is None:
            return raw
        if found.field.type is Type.TEXT and isinstance(raw, str):
            return raw
        if blank(raw):
            return raw
        one = reading(found.field.type, found.field.wire)
        zone = self.moment.system_zone
        if isinstance(raw, list | tuple):
            return [item if blank(item) else one(item, zone) for item in raw]
        return one(raw, zone)

    def related(self, entity: str, by: str = "") -> Sequence[Context]:
        """Return the records of an entity that refer to this one, by the named reference or the first declared."""
        world = self.world
        name = world.entity_named(entity)
        references = world.schema.references_to(name, self.entity)
        if by:
            references = [one for one in references if by in (one.path, one.name, one.label)]
        own = world.schema.entities.get(self.entity)
        record_id = id_of(self.record.get(own.id_field if own is not None else "id", ABSENT))
        if not references or record_id is ABSENT:
            return ()
        found = world.referring(name, references[0].path, record_id)
        return [Context(world, name, record, self.moment) for record in found]

    def items(self, name: str) -> list[Context]:
        """Return the items of a list as contexts of their own: objects by their parts, references by their records."""
        found = self.world.resolved(self.entity, name)
        raw = found.get(self)
        listed = raw if isinstance(raw, list | tuple) else () if blank(raw) else (raw,)
        return [self.item(one, found) for one in listed]

    def item(self, raw: Value, found: Resolved) -> Context:
        """Return one list item as a context."""
        if found.field is not None and found.field.type is Type.REFERENCE:
            record = self.world.record(found.field.entity, id_of(raw))
            if record is not None:
                return Context(self.world, found.field.entity, record, self.moment)
            return Context(
                self.world, found.field.entity, raw if isinstance(raw, Mapping) else {"id": raw}, self.moment
            )
        if found.field is not None:
            key = f"{self.entity}.{found.field.path}"
            self.world.parts.setdefault(key, found.field.fields)
        else:
            key = ""
        return Context(self.world, key, raw if isinstance(raw, Mapping) else {"": raw}, self.moment)
