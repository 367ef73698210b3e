"""Tell a case in sentences: who is there, what people do, when the connector runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from signoff.agreement.resolved import Agreement
from signoff.chart import Flow
from signoff.expressions.evaluate import Unreadable
from signoff.record import Value, blank
from signoff.rules.context import zone_named
from signoff.rules.reading import read, shown
from signoff.schema import Field, Type
from signoff.strategies.script import Phase, Plan, Script, marker

MOST_ALIKE = 4
"""Records of a kind that are told one by one; the rest are counted."""
MOST_CHANGES = 8
"""Changes of a phase that are told one by one; the rest are counted."""
MOST_FIELDS = 10
"""Fields of a record that are told; the rest are counted."""
LONGEST = 160
"""Characters of a value that a reader is shown."""
MASK = "•••"
UNHEARD = "; its event is lost"

_TIMES = {1: "once", 2: "twice", 3: "three times"}
_WHOLE = ("name", "firstName", "lastName", "first_name", "last_name", "title")


def story(agreement: Agreement, script: Script, failing: str = "") -> tuple[str, ...]:
    """Return a script in sentences, one for each record, change and sync. Values of never-fields are masked.

    Of many records alike some are only counted, but never those of the `failing` family.
    """
    return tuple(_Teller(agreement, script, failing).sentences())


class _Teller:
    def __init__(self, agreement: Agreement, script: Script, failing: str) -> None:
        self._agreement = agreement
        self._script = script
        self._failing = {name for one in script.families if one.name == failing for name in (one.subject, *one.members)}
        self._made = {plan.name: plan for phase in script.phases for plan in phase.plans if plan.kind == "create"}
        self._labels = {path: label for label, path in agreement.integration.labels.items()}
        self._secret = {
            (row.side, pair.source if row.side is pair.sender else pair.target, row.path)
            for pair in agreement.pairs
            for row in pair.protected
            if row.flow is Flow.NEVER
        }

    def sentences(self) -> Iterator[str]:
        for at, phase in enumerate(self._script.phases):
            yield from self._phase(phase, "" if at == 0 else "then ")

    def _phase(self, phase: Phase, then: str) -> Iterator[str]:
        if phase.midnight:
            yield f"{then}a day passes"
        told: Counter[str] = Counter()
        counted: Counter[str] = Counter()
        for plan in phase.plans:
            kind, most = (plan.entity, MOST_ALIKE) if plan.kind == "create" else ("", MOST_CHANGES)
            if told[kind] < most or plan.name in self._failing:
                told[kind] += 1
                yield f"{then}{self._plan(plan)}{UNHEARD if plan.unheard else ''}"
            else:
                counted[kind] += 1
        if counted[""]:
            yield f"{then}and {counted['']} more change{'' if counted[''] == 1 else 's'}"
        for entity, more in counted.items():
            if entity and more:
                yield f"and {more} more {entity} {'record' if more == 1 else 'records'} like these"
        if phase.evening:
            yield f"{then}it becomes evening"
        runs = phase.settle + phase.further
        yield f"{then}the connector syncs {_TIMES.get(runs, f'{runs} times')}"

    def _plan(self, plan: Plan) -> str:
        system = self._agreement.integration.systems[plan.side].name
        called = self._name(plan.fields) if plan.kind == "create" else ""
        fields = [
            text
            for name, value in plan.fields.items()
            if not (name == "name" and {"firstName", "lastName"} & plan.fields.keys())
            and not (name in _WHOLE and isinstance(value, str) and value and value == value.strip() and value in called)
            for text in self._texts(plan, name, value)
        ]
        if plan.kind == "create":
            return f"{system}: {self.who(plan.name)}" + (f" has {_joined(fields)}" if fields else " is there")
        if plan.kind == "delete":
            return f"{system}: {self.who(plan.name)} is deleted"
        whose = f"the {plan.entity} of {self.who(plan.name)}" if "partner" in plan.kind else self.who(plan.name)
        if plan.kind == "delete partner":
            return f"{system}: {whose} is deleted"
        if plan.kind == "update" and not plan.fields:
            return f"{system}: {whose} is moved to the front of its list"
        if plan.kind in ("update", "update partner"):
            return f"{system}: {whose}: {_joined(self._changes(plan))}"
        return f"{system}: {self.who(plan.name)}: {plan.kind}" + (f" with {_joined(fields)}" if fields else "")

    def _changes(self, plan: Plan) -> list[str]:
        found = []
        for name, value in plan.fields.items():
            if blank(value):
                found.append(f"{self._called(plan, name)} becomes blank")
            else:
                found += [
                    f"{self._called(plan, path)} becomes {text}" for path, text in self._values(plan, name, value)
                ]
        return found

    def _texts(self, plan: Plan, name: str, value: Value) -> Iterator[str]:
        for path, text in self._values(plan, name, value):
            yield f"{self._called(plan, path)} {text}"

    def _values(self, plan: Plan, path: str, value: Value) -> Iterator[tuple[str, str]]:
        entity = self._agreement.schemas[plan.side].entities.get(plan.entity)
        known = entity.field_at(path) if entity is not None else None
        found = marker(value) or (marker(value.get("id")) if isinstance(value, Mapping) and len(value) == 1 else None)
        if found is not None:
            called = self.who(found[1])
            entity_name, _, name = called.partition(" ")
            yield path, name if name and entity_name.lower() == path.lower() else called
        elif isinstance(value, Mapping):
            for name, inner in value.items():
                yield from self._values(plan, f"{path}.{name}", inner)
        elif isinstance(value, list | tuple) and any(_refers(one) for one in value):
            yield path, _joined([text for one in value for _, text in self._values(plan, path, one)])
        elif (plan.side, plan.entity, path) in self._secret:
            yield path, MASK
        else:
            yield path, self._value(plan, known, value)

    def _value(self, plan: Plan, known: Field | None, value: Value) -> str:
        if blank(value):
            return "blank" if not isinstance(value, str) or not value else _cut(shown(value))
        if known is not None and known.type in (Type.DATE, Type.INSTANT):
            try:
                typed = read(known, value, zone_named(self._agreement.schemas[plan.side].zone))
            except Unreadable:
                return _cut(shown(value))
            if isinstance(typed, datetime):
                return typed.isoformat(sep=" ", timespec="minutes").replace("+00:00", " UTC")
            if isinstance(typed, date):
                return typed.isoformat()
        return _cut(shown(value))

    def _called(self, plan: Plan, path: str) -> str:
        return self._labels.get(f"{plan.entity}.{path}", path)

    def who(self, name: str) -> str:
        """Return a record as people would call it: `Candidate Maria Lopez`, `Placement of Candidate Maria Lopez`."""
        plan = self._made.get(name)
        if plan is None:
            return name.partition("#")[0]
        called = self._name(plan.fields)
        if called:
            return f"{plan.entity} {called}"
        subjects = {one.subject for one in self._script.families}
        for value in plan.fields.values():
            found = _refers(value)
            if found and (found in subjects or len(self._made) <= 2) and found != name and found in self._made:
                named = self._name(self._made[found].fields)
                if named:
                    return f"{plan.entity} of {self._made[found].entity} {named}"
        alike = [one for one, other in self._made.items() if other.entity == plan.entity]
        return f"the {plan.entity}" if len(alike) == 1 else f"{plan.entity} {alike.index(name) + 1}"

    @staticmethod
    def _name(fields: Mapping[str, Any]) -> str:
        parts = [fields.get(one) for one in ("firstName", "lastName")]
        parts = parts if any(parts) else [fields.get(one) for one in ("first_name", "last_name")]
        if any(isinstance(one, str) and one.strip() for one in parts):
            return " ".join(str(one).strip() for one in parts if isinstance(one, str) and one.strip())
        found = fields.get("name") or fields.get("title")
        return found.strip()[:60] if isinstance(found, str) else ""


def _refers(value: Value) -> str:
    found = marker(value) or (marker(value.get("id")) if isinstance(value, Mapping) and len(value) == 1 else None)
    return found[1] if found is not None else ""


def _joined(texts: list[str]) -> str:
    if len(texts) > MOST_FIELDS + 1:
        texts = [*texts[:MOST_FIELDS], f"{len(texts) - MOST_FIELDS} more fields"]
    return ", ".join(texts[:-1]) + (" and " if len(texts) > 1 else "") + texts[-1] if texts else ""


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
