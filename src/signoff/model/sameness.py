"""Tell what of a record is the very same in two snapshots, so that what was found of it need not be found again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, Final

from signoff.agreement.resolved import BoundRow, Pair
from signoff.expressions import tree as t
from signoff.expressions import walk
from signoff.record import ABSENT, Path, Record, RecordId, Value
from signoff.rules.context import Context
from signoff.rules.references import REFERENCE
from signoff.rules.registry import PHRASES
from signoff.schema import Field, Type

if TYPE_CHECKING:
    from signoff.model.sight import Sight

Look = Callable[[Context], Any]
"""Return what stands at one place that an agreement reads."""

Reads = frozenset[str] | None
"""The places that something reads, by name; None: nobody can tell, so it is worked out anew each time."""

TODAY: Final = "(today)"
_NOTHING: Final[frozenset[str]] = frozenset()
_PICKS: Final = frozenset(name for name, one in PHRASES.items() if one.family == "picks")
"""Steps that look at whole items of a list."""


class Sameness:
    """Compare the records of a sight with those of a former one: records are replaced, never changed."""

    def __init__(self, sight: Sight, former: Sight | None, like: Sight | None = None) -> None:
        self._sight = sight
        self._former = former
        self._moved: dict[tuple[str, RecordId], Reads] = {}
        self._seen: dict[tuple[str, RecordId], tuple[Any, ...]] = {}
        self._reading: dict[str, Reading] = like.sameness._reading if like is not None else {}

    def reads_like(self, other: Sameness) -> None:
        """Take over what another sight of the same agreement has worked out of what statements read."""
        self._reading = other._reading

    def moved(self, pair: Pair, record_id: RecordId) -> Reads:
        """Return the places whose content is another than in the former sight; None for a record that is new to it."""
        if self._former is None:
            return None
        key = (pair.name, record_id)
        if key not in self._moved:
            self._moved[key] = self._differing(pair, record_id, self._former)
        return self._moved[key]

    def reading(self, pair: Pair) -> Reading:
        """Return what the statements of a binding read; the same for every sight of an agreement."""
        found = self._reading.get(pair.name)
        if found is None:
            found = self._reading[pair.name] = Reading(self._sight, pair)
        return found

    def _differing(self, pair: Pair, record_id: RecordId, former: Sight) -> Reads:
        if record_id not in former.senders(pair):
            return None
        now, old = self._sight.context(pair, record_id), former.context(pair, record_id)
        reading = self.reading(pair)
        found: set[str] = set()
        mine, theirs = now.record, old.record
        if mine is not theirs:
            for name, (head, look) in reading.own.items():
                here, there = mine.get(head, ABSENT), theirs.get(head, ABSENT)
                if here is there or (type(here) is str and type(there) is str and here == there):
                    continue
                if not _same(here, there) and (look is None or not _same(look(now), look(old))):
                    found.add(name)
        if reading.elsewhere:
            places = reading.elsewhere
            seen, before = self._outside(pair, record_id), former.sameness._outside(pair, record_id)
            found.update(name for name, left, right in zip(places, seen, before, strict=True) if not _same(left, right))
        if reading.today and now.today() != old.today():
            found.add(TODAY)
        return frozenset(found) if found else _NOTHING

    def _outside(self, pair: Pair, record_id: RecordId) -> tuple[Any, ...]:
        """Return what stands at the places outside a record that its binding reads; looked at once."""
        key = (pair.name, record_id)
        found = self._seen.get(key)
        if found is None:
            context = self._sight.context(pair, record_id)
            found = self._seen[key] = tuple(look(context) for look in self.reading(pair).elsewhere.values())
        return found


class Reading:
    """Hold what the rows, conditions and branches of one binding read of a record.

    `own` gives the places inside the record: the field in which each lies, and how to look at it where it is only a
    part. `elsewhere` gives how to look at the places that lead out of the record.
    `by_target` gives the reads of each receiving field, `population` and `branches` those of the conditions.
    """

    def __init__(self, sight: Sight, pair: Pair) -> None:
        self._sight = sight
        self._pair = pair
        self.own: dict[str, tuple[str, Look | None]] = {}
        self.elsewhere: dict[str, Look] = {}
        self.links: dict[RecordId, tuple[Record, str | None]] = {}
        """The links last worked out of records that show theirs by themselves, in whatever sight."""
        self._alone: dict[str, bool] = {}
        agreement = sight.agreement
        self.branches = self._of(list(agreement.branches.values()))
        self.population = _union(
            self.branches,
            self._of([one.condition for one in pair.population if one.condition is not None]),
        )
        self.population = _union(
            self.population, self._of([one.condition for one in pair.life if one.condition is not None])
        )
        self.by_target: dict[str, Reads] = {}
        for target in pair.targets():
            found: Reads = self.branches
            for row in pair.writers(target):
                found = _union(found, self._of_row(row))
            self.by_target[target] = found
        self.policy = self._of([one.condition for one in pair.policy if one.condition is not None])
        every = (self.population, self.policy, *self.by_target.values())
        self.today = any(one is not None and TODAY in one for one in every)
        self.certain = all(one is not None for one in every)

    def by_itself(self, row: BoundRow) -> bool:
        """Tell whether a row's rule reads nothing but fields of the sending record itself."""
        found = self._alone.get(row.statement)
        if found is None:
            reads = self._of_row(row)
            found = self._alone[row.statement] = reads is not None and reads <= self.own.keys()
        return found

    def _of_row(self, row: BoundRow) -> Reads:
        rule = row.rule
        if rule is None:
            return _NOTHING
        written = (rule.tree.steps, rule.tree.modifiers)
        phrases = {step.phrase for step in _steps(written)}
        if rule.modifiers.must_exist is not None or "checked by" in phrases:
            return None
        named = (*row.sources, *rule.names)
        whole = phrases & _PICKS or (rule.assumed and any(_refers(one) for one in row.source_fields))
        found = _union(self._of(written), self._records(named) if whole else self._named(named))
        if rule.modifiers.only_when is not None:
            found = _union(found, self._of(rule.modifiers.only_when))
        if rule.modifiers.effective_date:
            found = _union(found, _union(frozenset({TODAY}), self._named([rule.modifiers.effective_date])))
        asked = walk.references(rule.tree.steps)
        return _union(found, self._partners(named, asked)) if asked or rule.kind is REFERENCE else found

    def _partners(self, named: tuple[str, ...], asked: tuple[tuple[str, str], ...]) -> Reads:
        """Return the place of the partners that a reference row asks for; None where it asks by another field."""
        if not asked or any(by != "id" for _, by in asked):
            return None
        names, words = tuple(dict.fromkeys(named)), tuple(dict.fromkeys(entity for entity, _ in asked))

        def look(context: Context) -> list[Any]:
            values = [one for name in names for one in _items(context.value(name))]
            return [context.partner(one, "id", value).ids for one in words for value in values]

        return self._elsewhere(f"(partners of {', '.join(names)} among {', '.join(words)})", look)

    def _of(self, tree: Any) -> Reads:
        """Return what conditions and steps read."""
        found = self._named(used.name for used in walk.names(tree) if not used.within and not used.of_items)
        for one in walk.quantified(tree):
            inner = walk.names(one.condition) if one.condition is not None else ()
            if walk.entities(one.condition):
                return None  # records of records: worked out anew
            found = _union(found, self._related(one, tuple(dict.fromkeys(used.name for used in inner))))
        return _union(found, frozenset({TODAY})) if _asks_today(tree) else found

    def _related(self, asked: t.Quantified, names: tuple[str, ...]) -> Reads:
        entity, by = asked.entity, asked.by

        def look(context: Context) -> list[Any]:
            return [[one.value(name) for name in names] for one in context.related(entity, by)]

        return self._elsewhere(f"({', '.join(names)} of {entity} by {by})", look)

    def _named(self, names: Iterable[str]) -> Reads:
        """Return the places of names of the sending record: the value is all that is read of them."""
        world = self._sight.worlds[self._pair.sender]
        fields = world.fields_of(self._pair.source)
        found = frozenset(names)
        for name in found - self.own.keys() - self.elsewhere.keys():
            segments = Path.parse(name).segments
            field = fields.get(segments[0].name)
            if len(segments) > 1 and (field is None or _refers(field)):
                self.elsewhere[name] = _value(name)
            elif len(segments) > 1 or segments[0].where:
                self.own[name] = (segments[0].name, _value(name))
            else:
                resolved = world.labels.get(segments[0].name) if field is None else segments[0].name
                if resolved in fields and name in (segments[0].name, f"{segments[0].name}[]"):
                    self.own[name] = (str(resolved), None)
                else:
                    self.elsewhere[name] = _value(name)
        return found

    def _records(self, names: Iterable[str]) -> Reads:
        """Return the places of names of which more is read than the value: a list's items, what a reference shows."""
        own = self._sight.worlds[self._pair.sender].fields_of(self._pair.source)
        found = self._named(names)
        for name in names:
            head = Path.parse(name).head
            field = own.get(head)
            if field is None or "." in name.rpartition("[]")[0]:
                return None
            found = _union(found, self._elsewhere(f"(records of {head})", _shown(head, field)))
        return found

    def _elsewhere(self, place: str, look: Look) -> Reads:
        self.elsewhere[place] = look
        return frozenset({place})


def _value(name: str) -> Look:
    return lambda context: context.value(name)


def _shown(head: str, field: Field) -> Look:
    """Return a look at a value and, where it refers to records, at each of them as it is."""

    def look(context: Context) -> list[Any]:
        value = context.record.get(head, ABSENT)
        if field.type is not Type.REFERENCE:
            return [value]
        ids = [one.get("id", ABSENT) if isinstance(one, Mapping) else one for one in _items(value)]
        return [value, *(context.world.record(field.entity, one) for one in ids)]

    return look


def _refers(field: Field | None) -> bool:
    """Tell whether a field, or a part of it, refers to other records."""
    return field is not None and (field.type is Type.REFERENCE or any(_refers(one) for one in field.fields.values()))


def _items(value: Value) -> Iterable[Any]:
    if isinstance(value, Mapping) and isinstance(value.get("data"), list):
        return list(value["data"])
    return value if isinstance(value, list | tuple) else (value,)


def _same(left: Any, right: Any) -> bool:
    """Tell whether two JSON values are alike to every rule: type by type, numbers digit by digit."""
    if left is right:
        return True
    kind = type(left)
    if kind is not type(right):
        return False
    if kind is str or kind is int or isinstance(left, str | bool | int):
        return bool(left == right)
    if kind is not tuple and kind is not list and (kind is dict or isinstance(left, Mapping)):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(_same, left, right))
    return str(left) == str(right)


def _union(left: Reads, right: Reads) -> Reads:
    return None if left is None or right is None else left | right


def _parts(tree: Any) -> Iterable[Any]:
    if isinstance(tree, tuple | list):
        return tree
    return [getattr(tree, one.name) for one in fields(tree)] if is_dataclass(tree) else ()


def _steps(tree: Any) -> Iterable[t.Step]:
    if isinstance(tree, t.Step):
        yield tree
    for part in _parts(tree):
        yield from _steps(part)


def _asks_today(tree: Any) -> bool:
    if isinstance(tree, t.Within):
        return True
    if isinstance(tree, t.Day):
        return tree.field is None and not tree.date
    return any(_asks_today(part) for part in _parts(tree))
