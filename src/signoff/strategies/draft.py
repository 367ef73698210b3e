"""Draft a world: linked records with provisional ids, which rules and conditions can already look at.

The draft is what the generator reasons on; a script is written from it, in which provisional ids have become
markers. Both sides stand in it: the receiving side as stubs that hold only the link, so that references resolve.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from signoff.addresses import Service
from signoff.agreement.abilities import changeable, handle
from signoff.agreement.resolved import Agreement, Handle, Pair
from signoff.chart import Flow
from signoff.expressions import walk
from signoff.expressions.tree import Condition
from signoff.history import Snapshot
from signoff.model.sight import Sight
from signoff.record import Value, blank, get, with_value
from signoff.rules.context import Context
from signoff.rules.reading import breaks
from signoff.schema import Entity, Field, Side, Type, Wire
from signoff.strategies.addressed import Addresses, addressed, asked
from signoff.strategies.among import Drawn, is_among
from signoff.strategies.keyed import Lists
from signoff.strategies.known import MORE, NOBODY, Naming
from signoff.strategies.made import Made, raw_of
from signoff.strategies.marking import Marking
from signoff.strategies.people import People, canary
from signoff.strategies.plain import Plain
from signoff.strategies.shapes import file_in_parts, listed, only_one_primary

FIRST_ID = 1_000_001
TELLING = (Type.PHONE, Type.EMAIL, Type.DATE, Type.INSTANT, Type.AMOUNT)
"""Types of fields that are filled even where no row names them: those that a connector takes for one another."""

SHARED = 3
"""Shared parents of each entity: enough that not all records refer to the same one."""

LONG_LISTS = 0.15
"""Share of to-many fields that name every shared record."""


class Draft:
    """Hold the drafted records of both sides, in the shape in which the systems hold them."""

    def __init__(self, agreement: Agreement, seed: int, now: datetime) -> None:
        self.agreement = agreement
        self.now = now
        self.rng = random.Random(seed)  # noqa: S311 - reproducible on purpose, nothing secret
        self.people = People(self.rng, now, agreement.integration.default_country)
        self.plain = Plain(agreement, self.people)
        self.addresses, self.asked = Addresses(seed), asked(agreement)
        self.records: dict[Side, dict[str, dict[str, dict[str, Any]]]] = {
            side: {name: {} for name in agreement.schemas[side].entities} for side in Side
        }
        self.made: dict[str, Made] = {}
        self.order: list[str] = []
        self.names: dict[tuple[Side, str, str], str] = {}
        self.extra_seed: list[tuple[str, Made]] = []
        """Operations besides creation that belong to the seed: ("delete", record)."""
        self._counters: dict[str, int] = {}
        self._next = FIRST_ID
        self.shared_names: set[str] = set()
        """Names of shared parents and of what was made with them; they belong to no family."""
        self._shared: dict[tuple[Side, str], list[Made]] = {}
        self._listed = listed(agreement)
        self.lists = Lists(self)
        self.known, self.naming = NOBODY, Naming(agreement)
        self._linking: Sight | None = None
        self._first_sight: Sight | None = None
        self._zones = {side: ZoneInfo(agreement.schemas[side].zone) for side in Side}
        self._marking = Marking(agreement, self.names)
        self._filled: dict[tuple[Side, str], tuple[str, ...]] = {}
        self._fillable: dict[tuple[Side, str], tuple[tuple[str, Field, bool], ...]] = {}
        self._never: dict[tuple[Side, str], frozenset[str]] = {}

    # Looking

    def entity(self, side: Side, name: str) -> Entity:
        """Return an entity of a side."""
        return self.agreement.schemas[side].entities[name]

    def zone(self, side: Side) -> ZoneInfo:
        """Return the zone of a side's system."""
        return self._zones[side]

    def record(self, made: Made) -> dict[str, Any]:
        """Return the drafted record itself."""
        return self.records[made.side][made.entity][made.id]

    def sight(self, *, still: bool = False) -> Sight:
        """Return the draft as the agreement sees it, at the world's present; `still`: whatever is drafted later."""
        both, known = self.records, Service(self.addresses.book)
        if still:
            both = {side: {name: dict(held) for name, held in kinds.items()} for side, kinds in both.items()}
        snapshot = Snapshot("draft", "settled", self.now, 0, both[Side.ATS], both[Side.APP], known)
        found = Sight(self.agreement, snapshot, like=self._first_sight)
        self._first_sight = self._first_sight or found
        return found

    def raw(self, side: Side, field: Field, typed: Any) -> Value:
        """Return a typed value as the record of a system holds it."""
        return raw_of(field, typed, self.zone(side))

    # Making

    def add(self, side: Side, entity: str, fields: Mapping[str, Any]) -> Made:
        """Add a record with raw values at dotted paths; returns where it stands."""
        kind = self.entity(side, entity)
        id_field = kind.fields[kind.id_field]
        number = self._next
        self._next += 1
        raw_id: Value = number if id_field.type is Type.INTEGER else f"x{number}"
        record: dict[str, Any] = {kind.id_field: raw_id}
        for path, value in fields.items():
            record = with_value(record, path, value)
        self._counters[entity] = self._counters.get(entity, 0) + 1
        made = Made(f"{entity}#{self._counters[entity]}", side, entity, str(raw_id))
        self.records[side][entity][made.id] = record
        self.made[made.name] = made
        self.order.append(made.name)
        self.names[side, entity, made.id] = made.name
        return made

    def reference(self, field: Field, made: Made) -> Value:
        """Return the raw value of a reference to a record."""
        entity = self.entity(made.side, made.entity)
        raw_id = self.record(made)[entity.id_field]
        return {"id": raw_id} if field.wire is Wire.ID_OBJECT else raw_id

    def compose(self, side: Side, entity: str, overrides: Mapping[str, Any], depth: int = 0) -> Made:
        """Add a record with every field filled that the agreement reads; `overrides` are raw, by dotted path."""
        kind = self.entity(side, entity)
        drawn = Drawn()
        for path, field, protected in self._to_fill(side, entity):
            if path in overrides:
                continue
            if field.type is Type.REFERENCE:
                value = self._references(side, entity, field, depth)
            elif protected:
                value = self.raw(side, field, canary(field, self.rng))
            else:
                value = self.distinct(side, entity, field, drawn)
            drawn.draw(path, value)
        fields: dict[str, Any] = {**drawn, **addressed(self.asked, self.addresses, side, entity), **overrides}
        fields |= self.plain.at_home(kind, side, fields.get)
        if "name" in kind.fields and kind.fields["name"].mandatory and {"firstName", "lastName"} <= kind.fields.keys():
            whole = " ".join(str(fields.get(part) or "").strip() for part in ("firstName", "lastName")).strip()
            fields["name"] = whole or fields.get("name")
        return self.add(side, entity, fields)

    def distinct(self, side: Side, entity: str, field: Field, used: Mapping[str, Any]) -> Value:
        """Return a plain raw value that no other field of the record has; a list mostly has several items."""
        if field.many:
            items: list[Value] = []
            for _ in range(self.rng.choice((1, 2, 3, 3))):
                one = self.one(side, entity, field, {**used, **{str(at): item for at, item in enumerate(items)}})
                items += [] if one in items else [one]
            flag = self.agreement.integration.primary.get(f"{entity}.{field.path}", "")
            return only_one_primary(field, self.lists.arranged(side, entity, field, items), flag)
        return self.one(side, entity, field, used)

    def one(self, side: Side, entity: str, field: Field, used: Mapping[str, Any]) -> Value:
        """Return one plain raw value of a field, of a list one item."""
        place = (side, entity, field.path)
        words = self._listed.get(place, ())
        if words:
            return self.rng.choice(words)
        if (named := self.known.drawn(place, self.rng)) is not None:
            return named
        if field.type is Type.OBJECT and field.fields:
            parts: dict[str, Any] = {}
            for name, part in field.fields.items():
                parts[name] = self.distinct(side, entity, part, {**used, **parts})
            return parts
        if field.type is Type.FILE and field.fields:
            return file_in_parts(field, str(self.people.plain(field)))
        value: Value = None
        for _ in range(12):
            value = self.plain.value(side, entity, field, self.zone(side))
            if isinstance(value, bool) or field.choices or not is_among(value, used):
                break
        return value

    def _references(self, side: Side, entity: str, field: Field, depth: int) -> Value:
        target = field.entity
        if target == entity and not field.mandatory and depth > 0:
            return [] if field.many else None
        if target not in self.agreement.schemas[side].entities:
            return [] if field.many else None
        found: list[Made | str] = [
            *(self.partners(side, target) if self.is_received(side, target) else self.shared(side, target, depth))
        ]
        if not found:
            return [] if field.many else None
        if field.many:
            # Now and then all of them: systems cut long lists short inside a record.
            count = len(found) if self.rng.random() < LONG_LISTS else self.rng.randint(1, min(3, len(found)))
            return [self._raw_reference(field, one) for one in self.rng.sample(found, count)]
        return self._raw_reference(field, self.rng.choice(found))

    def _raw_reference(self, field: Field, one: Made | str) -> Value:
        if isinstance(one, Made):
            return self.reference(field, one)
        return {"id": one} if field.wire is Wire.ID_OBJECT else one

    def is_received(self, side: Side, entity: str) -> bool:
        """Tell whether records of an entity are made by the connector on a side."""
        return any(pair.target == entity and pair.sender is not side for pair in self.agreement.pairs)

    def partners(self, side: Side, entity: str) -> list[str]:
        """Return stubs of shared records as the connector will make them, for references from the receiving side."""
        pair = next((one for one in self.agreement.pairs if one.target == entity and one.sender is not side), None)
        if pair is None:
            return []
        return [f"p{made.id}" for made in self.shared(pair.sender, pair.source)]

    def shared(self, side: Side, entity: str, depth: int = 0) -> list[Made]:
        """Return the shared parents of an entity, made on first use and never changed afterwards."""
        key = (side, entity)
        if key not in self._shared:
            start = len(self.order)
            self._shared[key] = []  # a record of this kind that refers to its own kind finds none meanwhile
            seeded = next(
                (one for one in self.agreement.integration.entities.values() if one.seeded and one.ats == entity), None
            )
            pair = next((one for one in self.agreement.pairs if one.sender is side and one.source == entity), None)
            for _ in range(SHARED + (MORE if entity == "Skill" or key in self.naming.sources else 0)):
                if seeded is not None and side is Side.ATS:
                    self._shared[key].append(self.seeded(seeded.ats, seeded.app, seeded.link))
                elif pair is not None:
                    self._shared[key].append(self.in_scope(pair))
                else:
                    self._shared[key].append(self.compose(side, entity, {}, depth + 1))
            self.shared_names.update(self.order[start:])
        return list(self._shared[key])

    def in_scope(self, pair: Pair) -> Made:
        """Make a shared record of a binding; a world that knows populations makes one that reaches the other side."""
        return self.compose(pair.sender, pair.source, {}, depth=1)

    def seeded(self, ats: str, app: str, link: str) -> Made:
        """Make a record that the harness makes on both sides, linked; returns the ATS's. The app's is the last made."""
        ours, _, theirs = (part.strip() for part in link.partition("->"))
        made = self.compose(Side.ATS, ats, {})
        record = self.record(made)
        name = " ".join(str(record.get(part, "")) for part in ("firstName", "lastName")).strip()
        fields: dict[str, Any] = {theirs: str(get(record, ours))}
        kind = self.entity(Side.APP, app)
        for field in kind.fields.values():
            named = field.path in self.naming.by.get((Side.APP, app), ())
            if (field.mandatory or named) and field.path not in fields:
                same = (name if field.path == "name" else "") or (record.get(field.path) if named else "")
                fits = isinstance(same, str) and not blank(same) and not breaks(field, same)
                fields[field.path] = same if fits else self.distinct(Side.APP, app, field, fields)
        self.add(Side.APP, app, fields)
        return made

    def stub(self, pair: Pair, made: Made) -> None:
        """Put the record that the connector is to make on the receiving side, with nothing but its link."""
        if pair.link is None or pair.mirrors:
            return
        side = pair.sender.other
        kind = self.entity(side, pair.target)
        row = next((one for one in pair.rows if one.statement == pair.link_statement), None)
        linked: Value = made.id
        if row is not None and row.rule is not None and row.target_field is not None:
            self._linking = self._linking or self.sight()
            self._linking.forget()
            own = self.entity(pair.sender, pair.source).fields
            if row.rule.tables or not own.keys() >= set(row.sources):
                context = self._linking.context(pair, made.id)
            else:  # what the binding links need not be looked for
                seen = self._linking
                context = Context(seen.worlds[pair.sender], pair.source, self.record(made), seen.moments[pair.sender])
            linked = row.rule.raw(row.rule.value(context), row.target_field)
        self.records[side][pair.target][f"p{made.id}"] = with_value(
            {kind.id_field: f"p{made.id}"}, pair.link[1], linked
        )

    # Knowing which fields matter

    def _to_fill(self, side: Side, entity: str) -> tuple[tuple[str, Field, bool], ...]:
        """Return the paths and fields that a new record is filled in, and whether each is protected."""
        key = (side, entity)
        if key not in self._fillable:
            kind, protected = self.entity(side, entity), self._protected(side, entity)
            found = ((path, kind.field_at(path)) for path in self.filled(side, entity))
            self._fillable[key] = tuple(
                (path, field, path in protected)
                for path, field in found
                if field is not None and not field.technical and (field.mandatory or not field.read_only)
            )
        return self._fillable[key]

    def filled(self, side: Side, entity: str) -> tuple[str, ...]:
        """Return the paths that the agreement reads of an entity, or that its own schema demands."""
        key = (side, entity)
        if key not in self._filled:
            kind = self.entity(side, entity)
            paths: dict[str, None] = {}
            for pair in self.agreement.directions():
                if pair.sender is side:
                    for row in pair.rows:
                        for source in row.sources:
                            self._reads(pair, handle(self.agreement, pair, source), entity, paths)
                    if pair.source == entity:
                        for condition in self.conditions(pair):
                            for used in walk.names(condition):
                                if not used.within and kind.field_at(used.name) is not None:
                                    paths[used.name] = None
                    if pair.linked is not None and pair.linked.entity == entity:
                        for name in (pair.linked.by, *(used.name for used in walk.names(pair.linked.where))):
                            if name and kind.field_at(name) is not None:
                                paths[name] = None
                for row in pair.protected:
                    owner = pair.source if row.side is pair.sender else pair.target
                    led = row.flow is Flow.NEVER or side is pair.sender
                    if row.side is side and owner == entity and led:
                        paths[row.path] = None
            for field in kind.fields.values():
                if field.mandatory:
                    paths[field.path] = None
            if any(pair.sender is side and pair.source == entity for pair in self.agreement.directions()):
                # A connector that falls back to a field that no row names must be seen to do so.
                for field in kind.fields.values():
                    if field.type in TELLING and not field.many and changeable(field):
                        paths[field.path] = None
            paths.update(dict.fromkeys(self.naming.by.get(key, ())))
            if kind.deleted_flag:
                paths.pop(kind.deleted_flag, None)
            self._filled[key] = tuple(paths)
        return self._filled[key]

    def conditions(self, pair: Pair) -> list[Condition]:
        """Return every condition that decides about records of a binding's sending entity."""
        found = [one.condition for one in pair.population if one.condition is not None]
        found += [one.condition for one in pair.life if one.condition is not None]
        found += [
            row.rule.modifiers.only_when
            for row in pair.rows
            if row.rule is not None and row.rule.modifiers.only_when is not None
        ]
        found += [one.condition for one in pair.policy if one.condition is not None]
        return found + list(self.agreement.branches.values())

    def _reads(self, pair: Pair, found: Handle | None, entity: str, paths: dict[str, None]) -> None:
        if found is None:
            return
        if found.entity == entity:
            paths[found.path] = None
        if found.via not in ("", "linked") and pair.source == entity:
            paths[found.via] = None

    def _protected(self, side: Side, entity: str) -> frozenset[str]:
        key = (side, entity)
        if key not in self._never:
            self._never[key] = frozenset(
                row.path
                for pair in self.agreement.pairs
                for row in pair.protected
                if row.side is side
                and row.flow is Flow.NEVER
                and entity == (pair.source if side is pair.sender else pair.target)
            )
        return self._never[key]

    # Writing scripts

    def scripted(self, side: Side, entity: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return raw fields with every reference turned into a marker; the id itself is left to the system."""
        return self._marking.marked(side, self.entity(side, entity), fields)
