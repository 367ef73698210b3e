"""Propose steps that make a case smaller, and take them: fewer records, operations, fields; then plainer values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property, partial
from typing import Any

from signoff.agreement.resolved import Agreement
from signoff.chart import Flow
from signoff.record import Value, same_json
from signoff.schema import Entity, Field, Side, Type
from signoff.strategies.script import Plan, Script, marker
from signoff.trial.cohort import without
from signoff.trial.distinct import Distinct
from signoff.trial.plain import Spot, word_for

MOST_SIGNS = 48
"""Pieces into which a text is cut at most; the pieces of what is left are cut again in a later round."""


SHORT = 12
"""Signs of a text up to which nobody minds its length."""
PAUSE = 1.0
"""Seconds of the world between two operations of a case in which the time between them does not matter."""


class Rank(IntEnum):
    """Name the kinds of steps in the order in which they are tried."""

    RECORDS = 0
    OPERATIONS = 1
    FIELDS = 2
    VALUES = 3
    SIGNS = 4


PlanKey = tuple[str, str, str, int]
"""Phase, kind, name of the record, and which of several of these: how a plan is known in every form of a case."""

Keys = tuple[str | int, ...]
"""Where a value stands in the fields of a plan."""


@dataclass(frozen=True, slots=True)
class Step:
    """Hold one way to make a case smaller. `key` is the same in every form of the case in which it can be taken."""

    key: str
    rank: Rank
    take: Callable[[Script], Script | None]
    """Return the smaller case; None where it cannot be taken."""
    at: tuple[PlanKey, Keys] | None = None
    """For signs: the text that is shortened."""
    span: tuple[int, int] = (0, 0)
    change: tuple[PlanKey, Callable[[Plan], Plan | None]] | None = None
    """For steps that concern one plan: which, and what becomes of it."""


def taken(script: Script, steps: Sequence[Step]) -> Script | None:
    """Return the case after all of some steps; None if they lead nowhere. Signs of one text go together."""
    found: Script | None = script
    spans: dict[tuple[PlanKey, Keys], list[tuple[int, int]]] = {}
    # From the back, so that the places of a list's items in front stay what they were.
    backwards = list(reversed(steps))
    backwards.sort(key=lambda one: one.rank)
    changes: dict[PlanKey, list[Callable[[Plan], Plan | None]]] = {}
    for step in backwards:
        if step.at is not None:
            spans.setdefault(step.at, []).append(step.span)
        elif step.change is not None:
            changes.setdefault(step.change[0], []).append(step.change[1])
        elif found is not None:
            after = step.take(found)
            found = after if after is not None else found
    if found is not None and changes:
        found = _all_replaced(found, changes)
    for (plan, keys), cuts in spans.items():
        if found is not None:
            found = _cut_out(found, plan, keys, cuts)
    return None if found is None or found == script else found


def _cut_out(script: Script, plan: PlanKey, keys: Keys, spans: list[tuple[int, int]]) -> Script:
    def shorter(value: Value) -> Value:
        if not isinstance(value, str):
            return value
        gone = {at for first, last in spans for at in range(first, last)}
        return "".join(sign for at, sign in enumerate(value) if at not in gone)

    return _all_replaced(script, {plan: [partial(_changed, keys, shorter)]})


def keyed(script: Script) -> Iterator[tuple[PlanKey, Plan]]:
    """Yield every plan with its key."""
    for phase in script.phases:
        seen: Counter[tuple[str, str]] = Counter()
        for plan in phase.plans:
            yield (phase.label, plan.kind, plan.name, seen[plan.kind, plan.name]), plan
            seen[plan.kind, plan.name] += 1


def _all_replaced(script: Script, changes: Mapping[PlanKey, Sequence[Callable[[Plan], Plan | None]]]) -> Script:
    """Return a script with the changes of every plan made, in one walk: there may be thousands."""
    phases = []
    for phase in script.phases:
        plans: list[Plan] = []
        seen: Counter[tuple[str, str]] = Counter()
        for plan in phase.plans:
            key = (phase.label, plan.kind, plan.name, seen[plan.kind, plan.name])
            seen[plan.kind, plan.name] += 1
            made: Plan | None = plan
            for change in changes.get(key, ()):
                made = change(made) if made is not None else None
            if made is not None:
                plans.append(made)
        phases.append(replace(phase, plans=tuple(plans)))
    return replace(script, phases=tuple(phases))


def _one_plan(name: str, rank: Rank, key: PlanKey, change: Callable[[Plan], Plan | None]) -> Step:
    """Return a step that changes one plan, or leaves it out."""
    return Step(name, rank, _unchanged, change=(key, change))


_GONE = object()


def _at(value: Any, keys: Keys, change: Callable[[Any], Any]) -> Any:
    """Return a value with what stands at some keys changed or, if it becomes `_GONE`, left out."""
    if not keys:
        return change(value)
    head, rest = keys[0], keys[1:]
    if isinstance(value, Mapping) and head in value:
        inner = _at(value[head], rest, change)
        return {
            name: inner if name == head else one for name, one in value.items() if name != head or inner is not _GONE
        }
    if isinstance(value, list | tuple) and isinstance(head, int) and head < len(value):
        inner = _at(value[head], rest, change)
        return [inner if at == head else one for at, one in enumerate(value) if at != head or inner is not _GONE]
    return value


def _changed(keys: Keys, change: Callable[[Any], Any], plan: Plan) -> Plan:
    return replace(plan, fields=_at(plan.fields, keys, change))


def _dropped(keys: Keys, plan: Plan) -> Plan | None:
    fields = _at(plan.fields, keys, lambda _: _GONE)
    return None if plan.fields and not fields and plan.kind != "create" else replace(plan, fields=fields)


class Steps:
    """Propose the steps of a case under an agreement. `labels` are the whole script's phases, in order.

    `knobs`: whether the simulators' knobs are part of the case, as they are when it is played alone.
    """

    def __init__(self, agreement: Agreement, labels: Sequence[str], *, knobs: bool = False) -> None:
        self._agreement = agreement
        self._knobs = knobs
        self._labels = list(labels)
        self._orders: dict[tuple[Side, str], Mapping[str, int]] = {}

    def entity(self, plan: Plan) -> Entity | None:
        """Return the kind of record that a plan is about."""
        return self._agreement.schemas[plan.side].entities.get(plan.entity)

    def of(self, script: Script, refused: AbstractSet[str]) -> list[Step]:
        """Return the steps that can still be tried, in the order of their ranks."""
        found = [*self._records(script), *self._shared(script), *self._operations(script), *self._fields(script)]
        found += self._values(script, refused)
        return [one for one in found if one.key not in refused]

    def _records(self, script: Script) -> Iterator[Step]:
        alone = len(script.families) == 1
        subjects = {one.subject for one in script.families}
        for _, plan in keyed(script):
            if plan.kind == "create" and not (alone and plan.name in subjects):
                yield Step(f"record {plan.name}", Rank.RECORDS, partial(self._without, plan.name))

    def _without(self, name: str, script: Script) -> Script | None:
        return without(script, name, self.entity)

    def _shared(self, script: Script) -> Iterator[Step]:
        """Let what refers to one record refer to an earlier one of its kind, and leave the later one out."""
        subjects = {one.subject for one in script.families}
        first: dict[tuple[Side, str], str] = {}
        for _, plan in keyed(script):
            if plan.kind == "create" and plan.name not in subjects:
                earlier = first.setdefault((plan.side, plan.entity), plan.name)
                if earlier != plan.name:
                    name = f"record {earlier} for {plan.name}"
                    yield Step(name, Rank.RECORDS, partial(_in_place_of, plan.name, earlier))

    def _operations(self, script: Script) -> Iterator[Step]:
        for key, plan in keyed(script):
            if plan.kind != "create":
                yield _one_plan(f"operation {key}", Rank.OPERATIONS, key, _none)
            if plan.tick:
                yield _one_plan(f"tick {key}", Rank.OPERATIONS, key, _later)
        if any(plan.pause > PAUSE for _, plan in keyed(script)):
            yield Step("pauses", Rank.OPERATIONS, _hurried)
        for side, knobs in script.knobs.items() if self._knobs else ():
            for knob in knobs:
                # A knob that the case does not need is one thing less to explain.
                yield Step(f"knob {side} {knob}", Rank.OPERATIONS, partial(_unturned, side, knob))

    def _fields(self, script: Script) -> Iterator[Step]:
        for key, plan in keyed(script):
            entity = self.entity(plan)
            for keys, known, _ in _leaves(plan.fields, entity):
                if known is None or not known.mandatory or (len(keys) > 1 and isinstance(keys[-1], int)):
                    name = f"field {key} {keys} {len(_parent(plan.fields, keys))}"
                    yield _one_plan(name, Rank.FIELDS, key, partial(_dropped, keys))

    def _values(self, script: Script, refused: AbstractSet[str]) -> Iterator[Step]:
        whose: dict[str, int] = {}
        words = Distinct(value for _, plan in keyed(script) for _, _, value in _leaves(plan.fields, self.entity(plan)))
        kinds: Counter[str] = Counter()
        for key, plan in keyed(script):
            entity = self.entity(plan)
            if entity is None:
                continue
            person = "firstName" in entity.fields
            if plan.kind == "create":
                kind = "person" if person else plan.entity
                whose[plan.name] = kinds[kind]
                kinds[kind] += 1
            turn = self._labels.index(key[0]) if key[0] in self._labels else 0
            orders = self._order(plan.side, entity)
            for keys, known, value in _leaves(plan.fields, entity):
                path = _path(keys)
                if known is not None and (plan.side, plan.entity, path) not in self._secret:
                    spot = Spot(whose.get(plan.name, 0), turn, orders.get(path, 0), person)
                    zone = self._agreement.schemas[plan.side].zone
                    yield from self._plainer(script, key, keys, known, value, spot, zone, refused, words)

    def _order(self, side: Side, entity: Entity) -> Mapping[str, int]:
        """Return the place of each field among those of its type, so that no two get the same plain value."""
        found = self._orders.get((side, entity.name))
        if found is None:
            seen: Counter[Type] = Counter()
            orders: dict[str, int] = {}
            for one in entity.all_fields():
                orders[one.path] = seen[one.type]
                seen[one.type] += 1
            found = self._orders[side, entity.name] = orders
        return found

    def _plainer(
        self,
        script: Script,
        key: PlanKey,
        keys: Keys,
        known: Field,
        value: Value,
        spot: Spot,
        zone: str,
        refused: AbstractSet[str],
        words: Distinct,
    ) -> Iterator[Step]:
        known = replace(known, many=False) if keys and isinstance(keys[-1], int) else known
        for raw in words.offers(known, value, spot, script.now, zone):
            if same_json(raw, value):
                if not isinstance(value, str) or len(value) <= SHORT or len(set(value)) > len(value) // 3:
                    return
                break  # as plain as its letters can be, and still long: perhaps its length can be less
            name = f"plain {key} {keys} is {raw!r}"
            if name not in refused:
                words.take(raw, value)
                yield _one_plan(name, Rank.VALUES, key, partial(_changed, keys, partial(_exactly, raw)))
                return
        text = isinstance(value, str) and known.type in (Type.TEXT, Type.ANY) and not known.choices
        if text and (len(value) > len(word_for(known, spot)) + 1 or not value.isascii()):
            yield from self._signs(key, keys, value)

    @staticmethod
    def _signs(key: PlanKey, keys: Keys, text: str) -> Iterator[Step]:
        piece = max(1, -(-len(text) // MOST_SIGNS))
        spans = [(first, first + piece) for first in range(0, len(text), piece)]
        if len(set(text)) == 1:
            # Of a text of one letter only the length matters.
            spans = [(len(text) - (1 << power), len(text)) for power in range((len(text) - 1).bit_length())]
        for span in spans:
            name = f"signs {key} {keys} {text!r} {span}"
            yield Step(name, Rank.SIGNS, _unchanged, at=(key, keys), span=span)

    @cached_property
    def _secret(self) -> frozenset[tuple[Side, str, str]]:
        return frozenset(
            (row.side, pair.source if row.side is pair.sender else pair.target, row.path)
            for pair in self._agreement.pairs
            for row in pair.protected
            if row.flow is Flow.NEVER
        )


def _in_place_of(gone: str, kept: str, script: Script) -> Script | None:
    def named(value: Any) -> Any:
        known = marker(value)
        if known is not None:
            return {known[0]: kept if known[1] == gone else known[1]}
        if isinstance(value, Mapping):
            return {name: named(inner) for name, inner in value.items()}
        return [named(inner) for inner in value] if isinstance(value, list | tuple) else value

    names = {plan.name for phase in script.phases for plan in phase.plans}
    if gone not in names or kept not in names:
        return None
    phases = tuple(
        replace(
            phase,
            plans=tuple(replace(plan, fields=named(plan.fields)) for plan in phase.plans if plan.name != gone),
        )
        for phase in script.phases
    )
    families = tuple(
        replace(one, members=tuple(name for name in one.members if name != gone)) for one in script.families
    )
    return replace(script, phases=phases, families=families)


def _hurried(script: Script) -> Script:
    """Return a script in which people work without pauses."""
    phases = [
        replace(phase, plans=tuple(replace(plan, pause=min(plan.pause, PAUSE)) for plan in phase.plans))
        for phase in script.phases
    ]
    return replace(script, phases=tuple(phases))


def _none(_: Plan) -> None:
    """Leave a plan out."""


def _exactly(value: Value, _: Value) -> Value:
    return value


def _unchanged(script: Script) -> Script:
    return script


def _later(plan: Plan) -> Plan:
    """Return a plan that does not fall into the very tick in which a run ended."""
    return replace(plan, tick=False)


def _unturned(side: str, knob: str, script: Script) -> Script:
    knobs = {
        name: {key: value for key, value in values.items() if (name, key) != (side, knob)}
        for name, values in script.knobs.items()
    }
    return replace(script, knobs={name: values for name, values in knobs.items() if values})


def _path(keys: Keys) -> str:
    return ".".join(one for one in keys if isinstance(one, str))


def _parent(fields: Mapping[str, Any], keys: Keys) -> Any:
    here: Any = fields
    for key in keys[:-1]:
        here = here[key]
    return here


def _leaves(fields: Mapping[str, Any], entity: Entity | None) -> Iterator[tuple[Keys, Field | None, Value]]:
    """Yield every value of a plan: where it stands, its field, the value. Items of lists count singly."""

    def walk(value: Value, keys: Keys) -> Iterator[tuple[Keys, Field | None, Value]]:
        if isinstance(value, Mapping) and value and marker(value) is None and not _refers(value):
            for name, inner in value.items():
                yield from walk(inner, (*keys, name))
        elif isinstance(value, list | tuple) and len(value) > 1:
            for at, inner in enumerate(value):
                yield from walk(inner, (*keys, at))
        else:
            known = entity.field_at(_path(keys)) if entity is not None else None
            yield keys, known, value

    for name, value in fields.items():
        yield from walk(value, (name,))


def _refers(value: Mapping[str, Any]) -> bool:
    return len(value) == 1 and marker(next(iter(value.values()))) is not None
