"""Make a failing case smaller: the failing families alone, with nothing filled that the statement does not need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from signoff.agreement.abilities import handle
from signoff.agreement.resolved import Agreement, Pair
from signoff.expressions import walk
from signoff.record import Path
from signoff.schema import Type
from signoff.strategies.script import FamilyPlan, Plan, Script, marker


def smaller(
    agreement: Agreement, script: Script, failing: Mapping[str, str], until: str, *, bare: bool = False
) -> Script:
    """Return a script with only the given families (statement → family) and what they refer to.

    `until` is the label of the last phase that is needed. Fields that neither the statement's row, nor the schema,
    nor a condition needs are left out, where the statement is a chart row. The world's now and seed stay.
    `bare`: the records that a family refers to lose what no condition and no required row needs, whatever the
    statement is.
    """
    by_name = {one.name: one for one in script.families}
    families = [by_name[name] for name in dict.fromkeys(failing.values()) if name in by_name]
    needed = {name: _needed_by_all(agreement, one, failing) for one in families for name in one.members}
    plans = [plan for phase in script.phases for plan in phase.plans]
    others = frozenset[str]().union(*(_required(agreement, pair) for pair in agreement.pairs)) if bare else None
    kept = _closure({name for one in families for name in one.members}, plans)
    labels = [phase.label for phase in script.phases]
    last = labels.index(until) if until in labels else len(labels) - 1
    phases = tuple(
        replace(
            phase,
            plans=tuple(
                trimmed
                for plan in phase.plans
                if plan.name in kept
                and (trimmed := _trimmed(agreement, plan, needed.get(plan.name, others))) is not None
            ),
        )
        for phase in script.phases[: last + 1]
    )
    return replace(script, phases=phases, families=tuple(families), statements=tuple(failing))


def _closure(names: set[str], plans: list[Plan]) -> set[str]:
    """Return names with everything that their records refer to."""
    fields: dict[str, list[Mapping[str, Any]]] = {}
    for plan in plans:
        fields.setdefault(plan.name, []).append(plan.fields)
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        todo += [one for values in fields.get(name, ()) for one in _mentioned(values)]
    # A record that others of the kept ones make reachable only by referring to it (a candidate's placement).
    children = {
        plan.name
        for plan in plans
        if plan.kind == "create" and plan.arm == "shared" and set(_mentioned(plan.fields)) & found
    }
    linked = {one for one in children if one not in found}
    return found | linked if not linked else _closure(found | linked, plans)


def _mentioned(value: Any) -> Iterator[str]:
    known = marker(value)
    if known is not None:
        yield known[1]
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _mentioned(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _mentioned(inner)


def _needed_by_all(agreement: Agreement, family: FamilyPlan, failing: Mapping[str, str]) -> frozenset[str] | None:
    """Return the fields that some failing statement of a family needs; None where nothing may be left out."""
    found: set[str] = set()
    for statement, name in failing.items():
        if name == family.name:
            needed = _needed(agreement, family, statement)
            if needed is None:
                return None
            found |= needed
    return frozenset(found)


def _needed(agreement: Agreement, family: FamilyPlan, statement: str) -> frozenset[str] | None:
    """Return the fields, by `Entity.field`, that a chart row needs; None where nothing may be left out."""
    pair = next((one for one in agreement.pairs if one.name == family.binding), None)
    row = next((one for one in pair.rows if one.statement == statement), None) if pair is not None else None
    if pair is None or row is None:
        return None
    found: set[str] = set()
    for source in row.sources:
        one = handle(agreement, pair, source)
        if one is not None:
            found.add(f"{one.entity}.{Path.parse(one.path).head}")
            if one.via not in ("", "linked"):
                found.add(f"{pair.source}.{Path.parse(one.via).head}")
    found |= _required(agreement, pair)
    return frozenset(found)


def _required(agreement: Agreement, pair: Pair) -> set[str]:
    """Return what every record of a binding needs: required rows, conditions, the linked record's own."""
    found: set[str] = set()
    conditions = [one.condition for one in pair.population if one.condition is not None]
    conditions += list(agreement.branches.values())
    if pair.linked is not None:
        for used in walk.names(pair.linked.where) if pair.linked.where is not None else ():
            found.add(f"{pair.linked.entity}.{used.name}")
        if pair.linked.by:
            found.add(f"{pair.linked.entity}.{pair.linked.by}")
    for condition in conditions:
        for used in walk.names(condition):
            entity = used.within[-1] if used.within else pair.source
            found.add(f"{entity}.{Path.parse(used.name).head}")
    for other in agreement.pairs:
        for row in other.rows:
            if row.required:
                for source in row.sources:
                    one = handle(agreement, other, source)
                    if one is not None:
                        found.add(f"{one.entity}.{Path.parse(one.path).head}")
            if row.rule is not None and row.rule.modifiers.only_when is not None:
                for used in walk.names(row.rule.modifiers.only_when):
                    found.add(f"{other.source}.{Path.parse(used.name).head}")
    return found


def _trimmed(agreement: Agreement, plan: Plan, needed: frozenset[str] | None) -> Plan | None:
    if needed is None or plan.kind == "delete":
        return plan
    entity = agreement.schemas[plan.side].entities.get(plan.entity)
    if entity is None or plan.kind == "update partner":
        return plan
    fields = {
        name: value
        for name, value in plan.fields.items()
        if f"{plan.entity}.{name}" in needed
        or (known := entity.fields.get(name)) is None
        or known.mandatory
        or known.type is Type.REFERENCE
    }
    if plan.kind == "update" and plan.fields and not fields:
        return None
    return replace(plan, fields=fields)
