"""Tell which records are the very same in two snapshots, so that what was found of them need not be found again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from signoff.agreement.resolved import Pair
from signoff.expressions import walk
from signoff.record import ABSENT, Path, RecordId, Value
from signoff.schema import Type

if TYPE_CHECKING:
    from signoff.model.sight import Sight


class Sameness:
    """Compare the records of a sight with those of a former one, by identity: records are replaced, never changed."""

    def __init__(self, sight: Sight, former: Sight | None) -> None:
        self._sight = sight
        self._former = former
        self._same: dict[tuple[str, RecordId], bool] = {}
        self._prints: dict[tuple[str, RecordId], tuple[object, ...]] = {}
        self._reads: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def of(self, pair: Pair, record_id: RecordId) -> bool:
        """Tell whether everything that the agreement reads of a record is the very same as in the former sight."""
        if self._former is None:
            return False
        key = (pair.name, record_id)
        if key not in self._same:
            former = self._former
            self._same[key] = record_id in former.senders(pair) and former.sameness.print_of(pair, record_id) == (
                self.print_of(pair, record_id)
            )
        return self._same[key]

    def print_of(self, pair: Pair, record_id: RecordId) -> tuple[object, ...]:
        """Return the identity of all that promises about a record rest on: records are replaced, never changed."""
        key = (pair.name, record_id)
        if key not in self._prints:
            context = self._sight.context(pair, record_id)
            heads, entities = self._reading(pair)
            found: list[object] = [id(context.record), context.today()]
            found += [id(one) for one in context.linked.values()]
            for head in heads:
                found.append(self._seen(pair, head, context.record.get(head)))
            for entity in entities:
                found.append(tuple(id(one.record) for one in context.related(entity)))
            self._prints[key] = tuple(found)
        return self._prints[key]

    def _seen(self, pair: Pair, head: str, value: Value) -> object:
        """Return the identity of the record that a reference leads to, and of its partners."""
        field = self._sight.agreement.schemas[pair.sender].entities[pair.source].fields[head]
        if isinstance(value, list | tuple):
            return tuple(self._seen(pair, head, one) for one in value)
        wanted = value.get("id") if isinstance(value, Mapping) else value
        if wanted is None or wanted is ABSENT:
            return None
        record = self._sight.snapshot.of(pair.sender).get(field.entity, {}).get(str(wanted))
        name = self._sight.agreement.words.get(field.entity.lower(), "")
        return id(record), self._sight.partners_of(name, pair.sender, str(wanted)) if name else ()

    def _reading(self, pair: Pair) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the references that a binding's rows and conditions follow, and the entities that they count."""
        if pair.name not in self._reads:
            fields = self._sight.agreement.schemas[pair.sender].entities[pair.source].fields
            conditions = [one.condition for one in pair.population if one.condition is not None]
            conditions += [
                row.rule.modifiers.only_when
                for row in pair.rows
                if row.rule is not None and row.rule.modifiers.only_when is not None
            ]
            conditions += list(self._sight.agreement.branches.values())
            names = [source for row in pair.rows for source in row.sources]
            names += [used.name for one in conditions for used in walk.names(one) if not used.within]
            heads = dict.fromkeys(Path.parse(name).head for name in names)
            self._reads[pair.name] = (
                tuple(one for one in heads if one in fields and fields[one].type is Type.REFERENCE),
                tuple(dict.fromkeys(words for one in conditions for words, _ in walk.entities(one))),
            )
        return self._reads[pair.name]
