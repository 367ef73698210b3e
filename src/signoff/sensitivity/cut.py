"""Cut a history down to a few records with all that they rest on, so that it is judged again in no time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from signoff.agreement.resolved import Pair
from signoff.checks.case import Case, Phase
from signoff.expressions import walk
from signoff.expressions.tree import Condition
from signoff.history import Exchange, History, Key, Snapshot
from signoff.record import Path, Record
from signoff.schema import Side, Type


class Cutter:
    """Cut one history, again and again. What a record rests on is worked out once."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._history = case.history
        self._agreement = case.agreement
        self._rests: dict[Key, frozenset[Key]] = {}
        self._refers: dict[Key, tuple[Record, frozenset[Key]]] = {}
        self._rests_in: dict[tuple[str, Key], frozenset[Key]] = {}
        self._counted = {pair.name: tuple(_counted(case, pair)) for pair in case.agreement.directions()}

    def closed(self, keys: Iterable[Key]) -> frozenset[Key]:
        """Return records with their partners and all that they rest on.

        What they refer to is there with its partner, but not with what it rests on itself: it is no witness.
        """
        found: set[Key] = set()
        for key in keys:
            found |= self._rest(key)
        return frozenset(found)

    def cut(self, keys: Iterable[Key], until: str, exchanges: frozenset[int], printed: bool) -> History:
        """Return the history of these records, up to and with one phase.

        The bodies of exchanges are left out but for the numbered ones, and what was printed unless it is needed.
        """
        history = self._history
        kept = self.closed(keys)
        labels = history.phases[: history.phases.index(until) + 1]
        ids: dict[tuple[Side, str], list[str]] = {}
        ordered = sorted(kept, key=self._place)
        for key in ordered:
            ids.setdefault((key.side, key.entity), []).append(key.id)
        runs = tuple(
            one if printed or not self._names_failures else replace(one, printed="")
            for one in history.runs
            if one.phase in labels
        )
        numbers = {one.number for one in runs}
        return replace(
            history,
            phases=labels,
            operations=tuple(
                one
                for at in sorted(at for key in kept for at in self._done_to.get(key, ()))
                if (one := history.operations[at]).phase in labels
            ),
            runs=runs,
            exchanges=tuple(
                one if one.number in exchanges else bare
                for number in sorted({number for key in kept for number in self._about.get(key, ())} | exchanges)
                for one, bare in (self._exchange(number),)
                if one.run in numbers
            ),
            snapshots=tuple(_of_records(one, ids) for one in history.snapshots if one.label in labels),
            families=tuple(
                history.families[at] for at in sorted(at for key in kept for at in self._families.get(key, ()))
            ),
            skipped={},
            names={key: history.names[key] for key in ordered if key in history.names},
        )

    @cached_property
    def _names_failures(self) -> bool:
        return any(run.failed for run in self._history.runs)

    @cached_property
    def _about(self) -> Mapping[Key, list[int]]:
        found: dict[Key, list[int]] = {}
        for exchange, write in self._history.writes():
            found.setdefault(write.key, []).append(exchange.number)
        return found

    @cached_property
    def _done_to(self) -> Mapping[Key, list[int]]:
        found: dict[Key, list[int]] = {}
        for at, one in enumerate(self._history.operations):
            found.setdefault(one.key, []).append(at)
        return found

    @cached_property
    def _families(self) -> Mapping[Key, list[int]]:
        found: dict[Key, list[int]] = {}
        for at, one in enumerate(self._history.families):
            if one.subject is not None:
                found.setdefault(one.subject, []).append(at)
        return found

    @cached_property
    def _numbered(self) -> Mapping[int, Exchange]:
        return {one.number: one for one in self._history.exchanges}

    def _exchange(self, number: int) -> tuple[Exchange, Exchange]:
        found = self._bare.get(number)
        if found is None:
            one = self._numbered[number]
            bare = replace(one, request_body=b"", request_headers=(), response_headers=(), response_body=b"")
            found = self._bare[number] = (one, bare)
        return found

    @cached_property
    def _bare(self) -> dict[int, tuple[Exchange, Exchange]]:
        return {}

    @cached_property
    def _places(self) -> Mapping[Key, int]:
        found: dict[Key, int] = {}
        for snapshot in self._history.snapshots:
            for side in Side:
                for entity, records in snapshot.of(side).items():
                    for one in records:
                        found.setdefault(Key(side, entity, one), len(found))
        return found

    def _place(self, key: Key) -> int:
        return self._places.get(key, 0)

    def _rest(self, key: Key) -> frozenset[Key]:
        if key not in self._rests:
            found = {key}
            family = self._case.family_of.get(key)
            if family is not None:
                found |= set(family.members)
            for phase in self._case.phases:
                found |= self.rest_in(phase, key)
            self._rests[key] = frozenset(found)
        return self._rests[key]

    def rest_in(self, phase: Phase, key: Key) -> frozenset[Key]:
        """Return what a record rests on in one phase; for a receiving record, what its sender rests on."""
        known = self._rests_in.get((phase.label, key))
        if known is None:
            known = self._rests_in[phase.label, key] = frozenset(self._found_in(phase, key))
        return known

    def _found_in(self, phase: Phase, key: Key) -> set[Key]:
        now = phase.settled
        found: set[Key] = set()
        for pair in self._case.by_target.get((key.side, key.entity), ()):
            sender = now.paired(pair).sender_of.get(key.id)
            if sender is not None:
                found |= {self._case.sender_key(pair, sender)}
                found |= self.rest_in(phase, self._case.sender_key(pair, sender))
        pairs = self._case.by_source.get((key.side, key.entity), ())
        if now.snapshot.record(key) is None:
            return found
        referred = self._referred(phase, key)
        for pair in pairs:
            context = now.context(pair, key.id)
            for words in self._counted[pair.name]:
                for one in context.related(words):
                    counted = Key(key.side, one.entity, str(one.record.get("id")))
                    referred |= {counted, *self._referred(phase, counted)}
        found |= referred
        for whose in (key, *referred):
            found |= self._partners(phase, whose)
        return found

    def _partners(self, phase: Phase, key: Key) -> set[Key]:
        pairs = self._case.by_source.get((key.side, key.entity), ())
        found = {
            self._case.receiver_key(pair, one)
            for pair in pairs
            for one in phase.settled.paired(pair).partners.get(key.id, ())
        }
        name = self._agreement.words.get(key.entity.lower(), "")
        if name and not pairs:
            entity = self._agreement.integration.entities[name]
            theirs = entity.app if key.side is Side.ATS else entity.ats
            found |= {Key(key.side.other, theirs, one) for one in phase.settled.partners_of(name, key.side, key.id)}
        return found

    def _referred(self, phase: Phase, key: Key) -> set[Key]:
        """Return the records that the agreement reads through a record's references, and through theirs."""
        found: set[Key] = set()
        todo = [key]
        while todo:
            here = todo.pop()
            record = phase.settled.snapshot.record(here)
            if record is not None:
                known = self._refers.get(here)
                if known is None or known[0] is not record:
                    known = self._refers[here] = (record, frozenset(self._references(here, record)))
                new = known[1] - found
                found |= new
                todo += new
        return found

    def _references(self, key: Key, record: Record) -> Iterator[Key]:
        fields = self._agreement.schemas[key.side].entities[key.entity].fields
        for name in self._followed.get((key.side, key.entity), ()):
            value = record.get(name)
            for one in value if isinstance(value, list | tuple) else (value,):
                wanted: Any = one.get("id") if isinstance(one, Mapping) else one
                if wanted is not None:
                    yield Key(key.side, fields[name].entity, str(wanted))

    @cached_property
    def _followed(self) -> Mapping[tuple[Side, str], set[str]]:
        """Return the references that rows and conditions follow, by the entity on which they stand."""
        found: dict[tuple[Side, str], set[str]] = {}
        for pair in self._agreement.directions():
            names = [source for row in pair.rows for source in row.sources]
            names += [used.name for one in _conditions(self._case, pair) for used in walk.names(one)]
            entities = self._agreement.schemas[pair.sender].entities
            for name in names:
                for start in (pair.source, *self._counted[pair.name]):
                    here = start
                    for segment in Path.parse(name).segments:
                        field = entities[here].fields.get(segment.name) if here in entities else None
                        if field is None or field.type is not Type.REFERENCE:
                            break
                        found.setdefault((pair.sender, here), set()).add(segment.name)
                        here = field.entity
        return found


def _conditions(case: Case, pair: Pair) -> list[Condition]:
    """Return every condition that decides about the records of a binding."""
    found = [one.condition for one in pair.population if one.condition is not None]
    found += [
        row.rule.modifiers.only_when
        for row in pair.rows
        if row.rule is not None and row.rule.modifiers.only_when is not None
    ]
    found += [one.condition for one in pair.policy if one.condition is not None]
    return [*found, *case.agreement.branches.values()]


def _counted(case: Case, pair: Pair) -> Iterator[str]:
    """Yield the entities of which a binding counts or links the records that refer to one of its own."""
    found = [words for one in _conditions(case, pair) for words, _ in walk.entities(one)]
    if pair.linked is not None:
        found.append(pair.linked.entity)
    yield from dict.fromkeys(found)


def _of_records(snapshot: Snapshot, ids: Mapping[tuple[Side, str], list[str]]) -> Snapshot:
    sides = {
        side: {
            entity: {one: records[one] for one in ids.get((side, entity), ()) if one in records}
            for entity, records in snapshot.of(side).items()
        }
        for side in Side
    }
    return replace(snapshot, ats=sides[Side.ATS], app=sides[Side.APP])
