"""Let fields that name a record of the other side by one of its fields hold what such records have.

`the recruiter with the same email` shows nothing where no drawn e-mail is any recruiter's. So each entity that is named
like this has several records from the beginning, and two of one value where it allows that; the drawn values are mostly
theirs. Values nobody has come of themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING
from unicodedata import is_normalized

from signoff.agreement.abilities import handle
from signoff.agreement.creating import Creating, creatings
from signoff.agreement.resolved import Agreement, BoundRow, Pair
from signoff.expressions import walk
from signoff.record import Value, blank, get, same_json, with_value
from signoff.rules.reading import breaks
from signoff.rules.results import Value as Given
from signoff.schema import Field, Side, Type
from signoff.scope import EntitySettings
from signoff.strategies.made import Made
from signoff.strategies.shapes import PLAIN

if TYPE_CHECKING:
    from signoff.strategies.draft import Draft
    from signoff.strategies.world import World

SHARE = 0.8
"""Share of drawn values that a record of the other side has."""
THERE = 3
"""Records of each sort that are there already."""
MORE = 3
"""Shared records that an entity has more where records are named by its fields, so that values are several."""
HANDED_ON = (*PLAIN, "every ", "the first", "the latest", "in order", "as text")
"""Beginnings of the phrases behind which a value is still the one that was drawn."""

REFERRING = ("the with the same", "match or create the")
"""Phrases that name a record."""

_WORDS = (Type.TEXT, Type.EMAIL, Type.PHONE, Type.ANY)

FieldAt = tuple[Side, str, str]
"""A field: its side, its entity, its path."""


@dataclass(frozen=True, slots=True)
class Meant:
    """Hold which records a field names: of which toml entity, on which side, by which of their fields."""

    name: str
    side: Side
    entity: str
    by: tuple[str, ...]


@dataclass(slots=True)
class Known:
    """Hold what fields may name: values that one record has, and values that two have, by the field that names them.

    `receivers` are the records named, by side and entity, with nothing but the fields by which they are.
    """

    once: dict[FieldAt, list[Value]] = field(default_factory=dict)
    twice: dict[FieldAt, list[Value]] = field(default_factory=dict)
    receivers: list[tuple[Side, str, dict[str, Value]]] = field(default_factory=list)
    limits: dict[FieldAt, list[Field]] = field(default_factory=dict)
    """Fields that hold a value where a record is created for it."""

    def refused(self, place: FieldAt, value: Value) -> bool:
        """Tell whether no record can be created for a value, or its signs have two spellings that look the same."""
        texts = value if isinstance(value, list) else [value]
        return any(
            breaks(one, text) or (isinstance(text, str) and not is_normalized("NFC", text))
            for one in self.limits.get(place, ())
            for text in texts
            if not blank(text)
        )

    def drawn(self, place: FieldAt, rng: Random) -> Value:
        """Return a value that a record has, mostly; None where none has or another value is to be drawn."""
        values = self.once.get(place)
        return rng.choice(values) if values and rng.random() < SHARE else None

    def spellings(self, place: FieldAt, leaf: Field) -> list[Value]:
        """Return values that two records have, and other spellings of one that one has: with blanks, in other case."""
        found = list(self.twice.get(place, ()))
        for value in self.once.get(place, ())[:1]:
            if isinstance(value, str) and leaf.type in (Type.TEXT, Type.ANY, Type.EMAIL):
                found += [f"  {value} ", value.upper() if value != value.upper() else value.lower()]
        return found


NOBODY = Known()


def meant(agreement: Agreement) -> dict[FieldAt, Meant]:
    """Return the fields that name a record of the other side by a field that is equal."""
    found: dict[FieldAt, Meant] = {}
    for pair in agreement.directions():
        for row in pair.rows:
            for one in _of_row(agreement, pair, row):
                for source in _subjects(row):
                    at = handle(agreement, pair, source)
                    if at is not None and at.leaf.type not in (Type.REFERENCE, Type.OBJECT) and not at.leaf.choices:
                        found.setdefault((pair.sender, at.entity, at.path), one)
    return found


class Naming:
    """Know by which fields records are named from the other side: `by` side and entity.

    `sources` are the sending entities of those that a chart brings over, or that people make on both sides.
    """

    def __init__(self, agreement: Agreement) -> None:
        self.by: dict[tuple[Side, str], tuple[str, ...]] = {}
        self.sources: set[tuple[Side, str]] = set()
        for one in meant(agreement).values():
            key, settings = (one.side, one.entity), agreement.integration.entities[one.name]
            self.by[key] = tuple(dict.fromkeys((*self.by.get(key, ()), *one.by)))
            self.sources.add((one.side.other, settings.app if one.side is Side.ATS else settings.ats))
            if settings.seeded:
                self.sources.add((Side.ATS, settings.ats))
        for creating in creatings(agreement):
            keys = [(creating.side, creating.entity), *_referred(creating)]
            self.sources.update(keys[1:])
            for key in keys:
                self.by[key] = tuple(dict.fromkeys((*self.by.get(key, ()), creating.by)))


def _referred(one: Creating) -> list[tuple[Side, str]]:
    """Return the entity that a creating row's source refers to, whose field then is the one that counts."""
    fields = [field for field in one.row.source_fields if field is not None and field.type is Type.REFERENCE]
    return [(one.pair.sender, field.entity) for field in fields]


def _of_row(agreement: Agreement, pair: Pair, row: BoundRow) -> Iterator[Meant]:
    rule, target = row.rule, row.target_field
    if rule is None:
        return
    said = rule.modifiers.must_exist
    phrases = [step.phrase for step in rule.tree.steps]
    referring = walk.references(rule.tree.steps)
    before = phrases[: next((at for at, one in enumerate(phrases) if one in REFERRING), None)]
    if not all(phrase.startswith(HANDED_ON) for phrase in before):
        return
    asked = [(words, (said.names if said is not None else ()) or (by,)) for words, by in referring]
    if said is not None and not referring and target is not None and not target.choices:
        asked = [(target.entity or target.name, said.names or ("name",))]
    for words, by in asked:
        name = agreement.words.get(" ".join(words.lower().split()), "")
        if not name or "id" in by:
            continue
        side = pair.sender.other
        settings = agreement.integration.entities[name]
        entity = settings.ats if side is Side.ATS else settings.app
        fields = agreement.schemas[side].entities[entity].fields if entity in agreement.schemas[side].entities else {}
        able = tuple(one for one in by if one in fields and not fields[one].read_only and not fields[one].many)
        if able:
            yield Meant(name, side, entity, able)


def _subjects(row: BoundRow) -> tuple[str, ...]:
    """Return the sources from which the value comes by which a row names a record."""
    if row.rule is None:
        return ()
    asked = {*row.rule.names[:1], *(used.name for used in walk.names(row.rule.tree.steps) if not used.within)}
    written = zip(row.rule.types.sources, row.sources, strict=False)
    return tuple(source for one, source in written if {one.name, source} & asked)


def acquaint(world: World) -> None:
    """Make the records that fields name, and let the world know their values; nothing where no field names any."""
    _there_already(world)
    found, asked = Known(), meant(world.agreement)
    records: dict[tuple[str, Side], list[Mapping[str, Value]]] = {}
    for one in dict.fromkeys(asked.values()):
        if (one.name, one.side) not in records:
            by = world.naming.by[one.side, one.entity]
            there = records[one.name, one.side] = _records(world, Meant(one.name, one.side, one.entity, by))
            found.receivers += [(one.side, one.entity, {path: held.get(path) for path in by}) for held in there]
    for place, one in asked.items():
        leaf = world.entity(place[0], place[1]).field_at(place[2])
        if leaf is None:
            continue
        values = [_as(leaf, there.get(by)) for there in records[one.name, one.side] for by in one.by]
        values = [value for value in values if not blank(value) and not breaks(leaf, value)]
        counts = [(value, sum(same_json(value, other) for other in values)) for value in values]
        found.once[place] = [value for value, count in counts if count == 1]
        found.twice[place] = list(dict.fromkeys(value for value, count in counts if count > 1))
        if any((new.name, new.side) == (one.name, one.side) for new in creatings(world.agreement)):
            found.limits[place] = [world.entity(one.side, one.entity).fields[by] for by in one.by]
    world.known = found if found.once else NOBODY


def _there_already(world: World) -> None:
    """Make records that a row may create, where neither a chart nor the seed brings any: some are there already."""
    made: set[tuple[Side, str]] = set()
    for one in creatings(world.agreement):
        settings, key = world.agreement.integration.entities[one.name], (one.side, one.entity)
        if one.bound or settings.seeded or key in made:
            continue
        made.add(key)
        start = len(world.order)
        there = [world.compose(one.side, one.entity, {}) for _ in range(THERE)]
        if one.by not in settings.unique:
            twins = [world.compose(one.side, one.entity, {}) for _ in range(2)]
            world.put(twins[1], one.by, get(world.record(twins[0]), one.by))
        for side, entity in _referred(one):
            named = world.shared(side, entity)
            world.put(named[1], one.by, get(world.record(there[0]), one.by))
            world.put(named[-1], one.by, get(world.record(named[0]), one.by))
        world.shared_names.update(world.order[start:])


def _records(world: World, one: Meant) -> list[Mapping[str, Value]]:
    """Return the records of an entity that are there from the beginning or come with the first sync."""
    settings = world.agreement.integration.entities[one.name]
    pair = next((pair for pair in world.agreement.pairs if pair.entity.name == one.name), None)
    if pair is not None and pair.sender is not one.side:
        return _to_come(world, pair, one)
    if settings.seeded:
        world.shared(Side.ATS, settings.ats)
        for by in one.by:
            if by not in settings.unique and by not in settings.link:
                _twins(world, settings, one, by)
    return list(world.records[one.side][one.entity].values())


def _twins(world: World, settings: EntitySettings, one: Meant, by: str) -> None:
    """Make two seeded records with one value."""
    start = len(world.order)
    both: list[Made] = []
    for _ in range(2):
        made = world.seeded(settings.ats, settings.app, settings.link)
        both.append(made if one.side is Side.ATS else world.made[world.order[-1]])
    world.put(both[1], by, get(world.record(both[0]), by))
    world.shared_names.update(world.order[start:])


def _to_come(world: World, pair: Pair, one: Meant) -> list[Mapping[str, Value]]:
    """Return the records that a connector is to make with the fields by which they are named, two of them alike."""
    shared = world.shared(pair.sender, pair.source)
    for number, by in enumerate(one.by[: len(shared)]):
        twin = _twin(world, pair, by, shared[-1 - number])
        shared += [twin] if twin is not None else []
    sight, there = world.sight(), world.records[one.side][one.entity]
    for made in shared:
        for by in one.by if f"p{made.id}" in there else ():
            promise = sight.promise(pair, by, made.id)
            if promise is not None and promise.row.rule is not None and isinstance(promise.result, Given):
                raw = promise.row.rule.raw(promise.result, promise.row.target_field)
                there[f"p{made.id}"] = with_value(there[f"p{made.id}"], by, raw)
    return [there[f"p{made.id}"] for made in shared if f"p{made.id}" in there]


def _twin(world: World, pair: Pair, by: str, first: Made) -> Made | None:
    """Return another record for which the chart gives the same value, None where that cannot or must not be."""
    rows = pair.writers(by)
    if len(rows) != 1 or len(rows[0].sources) != 1 or by in pair.entity.unique:
        return None
    row = rows[0]
    at = handle(world.agreement, pair, row.sources[0])
    keys = {statement for key in pair.matched for statement in key.rows}
    if at is None or at.via != "" or at.path in pair.entity.unique or row.statement in {*keys, pair.link_statement}:
        return None
    start = len(world.order)
    twin = world.in_scope(pair)
    world.put(twin, at.path, get(world.record(first), at.path))
    world.shared_names.update(world.order[start:])
    return twin


def introduce(laboratory: Draft, known: Known) -> None:
    """Let a laboratory know the records that another world's fields name, so that values are judged as they will be."""
    laboratory.known = known
    for number, (side, entity, fields) in enumerate(known.receivers):
        kind = laboratory.entity(side, entity)
        laboratory.records[side][entity][f"k{number}"] = {kind.id_field: f"k{number}", **fields}


def _as(leaf: Field, value: Value) -> Value:
    """Return a value of the other side as a field holds it that names it."""
    if value is None or isinstance(value, str | bool) or leaf.type not in _WORDS:
        return value
    return str(value)
