"""Create, change and delete records by the rules of the API, for connectors and for the harness alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from signoff.history import Key, Write
from signoff.record import ABSENT, blank
from signoff.schema import Entity, Field, Type
from signoff.systems.bullhorn.refusals import Flaw, Refusal, bad_request, not_found
from signoff.systems.bullhorn.store import Store, Stored
from signoff.systems.bullhorn.tenant import (
    IMMUTABLE,
    INVERSE,
    NOW_BY_DEFAULT,
    PEOPLE,
    PERSON_FIELDS,
)
from signoff.wire.clock import WorldClock

_TEXTS: Final = frozenset({Type.TEXT, Type.EMAIL, Type.PHONE, Type.PICKLIST, Type.STATE, Type.COUNTRY, Type.DATE})


class Changes:
    """Apply changes to the store.

    `actor` is the id of the user in whose name the change is made. With `harness` true the rules of the REST API
    that do not bind people at the screen are lifted: to-many lists stand in the record, and fields that are only
    read through the API may be set. Refused changes raise `Refusal`; `report` receives a `Write` for every change
    and every refused attempt, and one text for every flaw in the message.
    """

    def __init__(self, store: Store, clock: WorldClock, resolution_ms: int, archived_contacts: bool) -> None:
        self._store = store
        self._clock = clock
        self._resolution = max(1, resolution_ms)
        self._archived_contacts = archived_contacts
        self._countries: dict[str, int] = {}

    def now(self) -> int:
        """Return the world's time in epoch ms at the tenant's granularity."""
        moment = self._clock.epoch_ms()
        return moment - moment % self._resolution

    def create(self, entity: str, body: Mapping[str, Any], actor: int, report: Report, harness: bool = False) -> int:
        """Create a record and return its id."""
        schema = self._entity(entity)
        flaws = [*self._flaws(schema, body, None, harness), *_missing(schema, body)]
        if flaws:
            report.refused("create", self._key(entity, ""), body, None, flaws)
            raise _refusal(entity, flaws)
        record = self._filled(schema, body)
        self._store.put(entity, record, actor)
        self._afterwards(entity, record, None, actor)
        whole = self._store.whole(entity, self._store.records[entity][record["id"]])
        report.done(Write("create", self._key(entity, record["id"]), body, None, whole))
        return int(record["id"])

    def update(
        self, entity: str, record_id: int, body: Mapping[str, Any], actor: int, report: Report, harness: bool = False
    ) -> None:
        """Change the named fields of a record; parts of an address that are not named stay."""
        schema = self._entity(entity)
        before = self._existing(entity, record_id)
        whole = self._store.whole(entity, before)
        flaws = list(self._flaws(schema, body, before, harness))
        if flaws:
            report.refused("update", self._key(entity, record_id), body, whole, flaws)
            raise _refusal(entity, flaws)
        record = dict(before)
        for name, value in body.items():
            if name != "id":
                record[name] = self._stored(schema.fields[name], value, before.get(name))
        if schema.modified:
            record[schema.modified] = self.now()
        self._store.put(entity, record, actor)
        self._afterwards(entity, record, before, actor)
        after = self._store.whole(entity, self._store.records[entity][record_id])
        report.done(Write("update", self._key(entity, record_id), body, whole, after))

    def delete(self, entity: str, record_id: int, actor: int, report: Report, harness: bool = False) -> None:
        """Delete a record: softly where the entity has `isDeleted`, else for good once nothing depends on it."""
        schema = self._entity(entity)
        before = self._existing(entity, record_id)
        whole = self._store.whole(entity, before)
        key = self._key(entity, record_id)
        if entity in IMMUTABLE and not harness:
            report.refused("delete", key, {}, whole, [Flaw("id", "this entity cannot be deleted")])
            raise bad_request(f"Entity {entity} is immutable and cannot be deleted.", "errors.immutableEntity")
        if schema.deleted_flag:
            record = {**before, schema.deleted_flag: True}
            if schema.modified:
                record[schema.modified] = self.now()
            self._store.put(entity, record, actor)
        else:
            children = list(self._children(entity, record_id))
            if children and not harness:
                report.refused("delete", key, {}, whole, [Flaw("id", f"{children[0][0]} records depend on it")])
                raise bad_request(
                    f"{entity} {record_id} has dependent {children[0][0]} records.", "errors.dependentEntities"
                )
            for child, child_id in children:
                if self._store.get(child, child_id) is not None:
                    self.delete(child, child_id, actor, report, harness)
            self._store.remove(entity, record_id, actor)
        report.done(Write("delete", key, {}, whole, None))

    def associate(
        self, entity: str, record_id: int, path: str, ids: Sequence[int], add: bool, actor: int, report: Report
    ) -> None:
        """Add ids to a to-many list, or take them out; adding fails if any is in it already."""
        schema = self._entity(entity)
        before = self._existing(entity, record_id)
        field = schema.fields.get(path)
        if field is None or not field.many:
            raise bad_request(f"'{path}' is not a to-many association of {entity}", "errors.invalidAssociation")
        held = self._store.associated(entity, before, path)
        whole = self._store.whole(entity, before)
        sent = {path: [{"id": one} for one in ids]}
        flaw = self._association_flaw(entity, field, held, ids, add)
        if flaw is not None:
            report.refused("update", self._key(entity, record_id), sent, whole, [flaw])
            raise bad_request(f"{path}: {flaw.rule}", "errors.invalidAssociation", [flaw])
        left = [*held, *ids] if add else [one for one in held if one not in set(ids)]
        record = {**before, path: [{"id": one} for one in left]}
        if schema.modified:
            record[schema.modified] = self.now()
        self._store.put(entity, record, actor)
        report.done(Write("update", self._key(entity, record_id), sent, whole, self._store.whole(entity, record)))

    def _association_flaw(
        self, entity: str, field: Field, held: Sequence[int], ids: Sequence[int], add: bool
    ) -> Flaw | None:
        if field.read_only or (entity, field.name) in INVERSE:
            return Flaw(field.name, "read-only association", "READ_ONLY")
        if any(self._store.get(field.entity, one) is None for one in ids):
            return Flaw(field.name, f"refers to a {field.entity} that does not exist")
        if add and set(ids) & set(held):
            return Flaw(field.name, "already associated", "DUPLICATE")
        if not add and not set(ids) <= set(held):
            return Flaw(field.name, "not associated")
        return None

    def _entity(self, entity: str) -> Entity:
        found = self._store.schema.entities.get(entity)
        if found is None:
            raise bad_request(f"Unknown entity '{entity}'", "errors.unknownEntity")
        return found

    def _existing(self, entity: str, record_id: int) -> Stored:
        found = self._store.get(entity, record_id)
        if found is None:
            raise not_found(entity, record_id)
        return found

    def _key(self, entity: str, record_id: int | str) -> Key:
        return Key(self._store.schema.side, entity, str(record_id))

    def _children(self, entity: str, record_id: int) -> Iterator[tuple[str, int]]:
        for child, schema in self._store.schema.entities.items():
            for field in schema.fields.values():
                if field.type is Type.REFERENCE and field.entity == entity and field.mandatory:
                    for one in list(self._store.referrers(child, field.name, record_id)):
                        yield child, one

    def _filled(self, schema: Entity, body: Mapping[str, Any]) -> dict[str, Any]:
        now = self.now()
        record: dict[str, Any] = {"id": self._store.next_id(schema.name)}
        for name, field in schema.fields.items():
            if field.default is not ABSENT and name not in body:
                record[name] = field.default
        for name, value in body.items():
            if name != "id":
                record[name] = self._stored(schema.fields[name], value, None)
        for name in ("dateAdded", *NOW_BY_DEFAULT.get(schema.name, ())):
            if name in schema.fields and record.get(name) is None:
                record[name] = now
        if schema.modified:
            record[schema.modified] = now
        if schema.name == "CorporateUser" and not record.get("name"):
            record["name"] = f"{record['firstName']} {record['lastName']}"[:100]
        if "username" in schema.fields and not record.get("username"):
            record["username"] = f"{schema.name.lower()}{record['id']}"
        if schema.name == "Placement" and "employmentType" not in record:
            job = self._store.get("JobOrder", record["jobOrder"]["id"]) or {}
            record["employmentType"] = job.get("employmentType")
        if schema.name == "Note":
            self._link_note(record)
        return record

    def _link_note(self, note: dict[str, Any]) -> None:
        person = note["personReference"]["id"]
        for entity, path in (("Candidate", "candidates"), ("ClientContact", "clientContacts")):
            if self._store.get(entity, person) is not None:
                listed = note.get(path) or []
                note[path] = listed if {"id": person} in listed else [*listed, {"id": person}]
        if note.get("jobOrder"):
            note["jobOrders"] = [{"id": note["jobOrder"]["id"]}]

    def _afterwards(self, entity: str, record: Stored, before: Stored | None, actor: int) -> None:
        if entity == "JobSubmission" and (before is None or before.get("status") != record.get("status")):
            history = {
                "id": self._store.next_id("JobSubmissionHistory"),
                "jobSubmission": {"id": record["id"]},
                "status": record.get("status"),
                "modifyingUser": {"id": actor},
                "dateAdded": self.now(),
            }
            self._store.put("JobSubmissionHistory", history, actor)
        if entity == "ClientCorporation" and before is None and self._archived_contacts:
            contact = {
                "name": record["name"][:100],
                "clientCorporation": {"id": record["id"]},
                "status": "Archive",
            }
            schema = self._store.schema.entities["ClientContact"]
            self._store.put("ClientContact", self._filled(schema, contact), actor)

    def _stored(self, field: Field, value: Any, before: Any) -> Any:
        if field.type is Type.REFERENCE:
            if field.many:
                return [{"id": _number(one["id"])} for one in value or ()]
            return None if value is None else {"id": _number(value["id"])}
        if field.type is Type.OBJECT and value is not None:
            return self._address({**(before or {})}, value, "countryID" in field.fields)
        return value

    def _address(self, held: dict[str, Any], sent: Mapping[str, Any], country: bool) -> dict[str, Any]:
        held.update(sent)
        if not country:
            return held
        chosen: int | None = None
        if sent.get("countryID") is not None:
            chosen = _number(sent["countryID"])
        elif not blank(sent.get("countryName")):
            chosen = self.country_named(sent["countryName"])
        elif "countryID" in sent or "countryName" in sent:
            held.update(countryID=None, countryName=None, countryCode=None)
            return held
        elif held.get("countryID") is None and "countryID" not in held:
            chosen = 1
        if chosen is not None:
            known = self._store.get("Country", chosen) or {}
            held.update(countryID=chosen, countryName=known.get("name"), countryCode=known.get("code"))
        return held

    def country_named(self, name: str) -> int | None:
        """Return the id of the country with this name or code, ignoring case, or None."""
        if not self._countries:
            for one in self._store.records["Country"].values():
                self._countries[str(one.get("code", "")).casefold()] = one["id"]
                self._countries[str(one["name"]).casefold()] = one["id"]
        return self._countries.get(name.strip().casefold())

    def _flaws(self, schema: Entity, body: Mapping[str, Any], before: Stored | None, harness: bool) -> Iterator[Flaw]:
        for name, value in body.items():
            field = schema.fields.get(name)
            if field is None:
                yield Flaw(name, "unknown field", "UNKNOWN_FIELD")
                continue
            if name == "id":
                if before is None or value != before["id"]:
                    yield Flaw(name, "read-only field", "READ_ONLY")
                continue
            if (schema.name, name) in INVERSE or name == schema.modified or (field.read_only and not harness):
                yield Flaw(name, "read-only field", "READ_ONLY")
                continue
            if field.create_only and before is not None and not harness and value != before.get(name):
                yield Flaw(name, "can only be set when the record is created", "CREATE_ONLY")
                continue
            if field.many and not harness:
                yield Flaw(name, "a to-many association is not set in the body", "TO_MANY_IN_BODY")
                continue
            yield from self._value_flaws(schema.name, field, name, value, before is not None)

    def _value_flaws(self, entity: str, field: Field, path: str, value: Any, updating: bool) -> Iterator[Flaw]:
        if value is None:
            if not field.nullable and (updating or not field.mandatory):
                yield Flaw(path, "cannot be null", "REQUIRED")
            return
        rule = _type_rule(field, value)
        if rule:
            yield Flaw(path, rule)
            return
        if field.type is Type.REFERENCE:
            for one in value if field.many else (value,):
                if not self._exists(entity, field, one["id"]):
                    yield Flaw(path, f"refers to a {field.entity} that does not exist")
        elif field.type is Type.OBJECT:
            for part, inner in value.items():
                known = field.fields.get(part)
                if known is None:
                    yield Flaw(f"{path}.{part}", "unknown field", "UNKNOWN_FIELD")
                else:
                    yield from self._value_flaws(entity, known, f"{path}.{part}", inner, updating)
                    yield from self._country_flaws(part, f"{path}.{part}", inner)
        elif isinstance(value, str):
            if field.mandatory and blank(value) and updating:
                yield Flaw(path, "cannot be blank", "REQUIRED")
            if field.max_length is not None and len(value) > field.max_length:
                yield Flaw(path, f"longer than {field.max_length} characters", "TOO_LONG")
        elif field.type is Type.INTEGER and (
            (field.maximum is not None and value > field.maximum)
            or (field.minimum is not None and value < field.minimum)
        ):
            yield Flaw(path, "out of range")

    def _country_flaws(self, part: str, path: str, value: Any) -> Iterator[Flaw]:
        if part == "countryID" and self._store.get("Country", _number(value or 0)) is None and value is not None:
            yield Flaw(path, "no such country")
        if part == "countryName" and not blank(value) and self.country_named(value) is None:
            yield Flaw(path, "no such country")

    def _exists(self, entity: str, field: Field, record_id: Any) -> bool:
        number = _number(record_id)
        if (entity, field.name) in PERSON_FIELDS:
            return any(self._store.get(one, number) is not None for one in PEOPLE)
        return self._store.get(field.entity, number) is not None


class Report:
    """Collect what one message did and what was wrong with it."""

    def __init__(self, writes: list[Write] | None = None, problems: list[str] | None = None) -> None:
        self.writes = [] if writes is None else writes
        self.problems = [] if problems is None else problems

    def done(self, write: Write) -> None:
        """Note a change that was made."""
        self.writes.append(write)

    def refused(
        self, kind: str, key: Key, sent: Mapping[str, Any], before: Stored | None, flaws: Sequence[Flaw]
    ) -> None:
        """Note a change that was refused, and why: the field and the rule, never the value."""
        self.writes.append(Write(kind, key, sent, before, before, accepted=False))
        self.problems.extend(f"{key.entity}.{flaw.field}: {flaw.rule}" for flaw in flaws)


def _missing(schema: Entity, body: Mapping[str, Any]) -> Iterator[Flaw]:
    for name, field in schema.fields.items():
        if field.mandatory and blank(body.get(name, ABSENT)):
            yield Flaw(name, "missing mandatory field", "REQUIRED")


def _refusal(entity: str, flaws: Sequence[Flaw]) -> Refusal:
    if any(flaw.type == "UNKNOWN_FIELD" for flaw in flaws):
        return bad_request(f"error persisting an entity of type: {entity}", "errors.unknownField", flaws)
    return bad_request(f"error persisting an entity of type: {entity}", "errors.cantPersistEntity", flaws)


def _type_rule(field: Field, value: Any) -> str:
    kind = field.type
    if kind in _TEXTS:
        return "" if isinstance(value, str) else "must be text"
    if kind is Type.INSTANT:
        return "" if isinstance(value, int) and not isinstance(value, bool) else "must be a whole number of epoch ms"
    if kind is Type.YES_NO:
        return "" if isinstance(value, bool) else "must be true or false"
    if kind is Type.INTEGER:
        return "" if isinstance(value, int) and not isinstance(value, bool) else "must be a whole number"
    if kind in (Type.AMOUNT, Type.NUMBER):
        return "" if isinstance(value, int | Decimal) and not isinstance(value, bool) else "must be a number"
    if kind is Type.OBJECT:
        return "" if isinstance(value, Mapping) else "must be an object"
    if kind is Type.REFERENCE:
        each = value if field.many and isinstance(value, list | tuple) else (value,)
        fits = all(isinstance(one, Mapping) and isinstance(one.get("id"), int | str) for one in each)
        return "" if fits else 'must be an object with an "id"'
    return ""


def _number(value: Any) -> int:
    try:
        return int(value)
    except ValueError:
        return -1
