"""Cut cases out of a script, and put several cases into one script in which they do not disturb each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from signoff.agreement.resolved import Agreement
from signoff.chart import Flow
from signoff.expressions.calendar import beside
from signoff.record import Value
from signoff.schema import Entity, Field, Side, Type, Wire
from signoff.strategies.script import Phase, Plan, Script, marker

LANE = "~"
"""Stands between a name and the number of the case that it belongs to."""

_DAY = {Wire.EPOCH_MS: 86_400_000, Wire.EPOCH_S: 86_400}
_LETTERS = "bcdfghjkmpqrvwxz"


@dataclass(frozen=True, slots=True)
class Weight:
    """Say how large a case is: its records, its operations (making a record is one), its fields."""

    records: int
    operations: int
    fields: int


def weight(script: Script) -> Weight:
    """Return how large a case is."""
    plans = [plan for phase in script.phases for plan in phase.plans]
    fields = sum(_leaves(plan.fields) for plan in plans)
    return Weight(sum(plan.kind == "create" for plan in plans), len(plans), fields)


def _leaves(value: Value) -> int:
    if isinstance(value, Mapping) and marker(value) is None:
        return sum(_leaves(inner) for inner in value.values())
    return 1


def mentioned(value: Any) -> Iterator[str]:
    """Yield the names of the records that a value refers to."""
    known = marker(value)
    if known is not None:
        yield known[1]
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from mentioned(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from mentioned(inner)


def cut(
    script: Script, families: Iterable[str], until: str = "", *, changed: bool = False, children: bool = False
) -> Script:
    """Return a script of some families and of what their records refer to, up to the phase `until`.

    `changed`: phases in which nothing happens to them are left out, but for the first and the last. `children`: shared
    records come with the shared records that refer to them, without which they may not be in scope.
    """
    wanted = [one for name in dict.fromkeys(families) for one in script.families if one.name == name]
    plans = [plan for phase in script.phases for plan in phase.plans]
    refers: dict[str, set[str]] = {}
    for plan in plans:
        refers.setdefault(plan.name, set()).update(mentioned(plan.fields))
    kept: set[str] = set()
    todo = [name for one in wanted for name in (one.subject, *one.members)]
    shared = [plan.name for plan in plans if plan.kind == "create" and plan.arm == "shared"]
    while todo:
        name = todo.pop()
        if name not in kept:
            kept.add(name)
            todo += refers.get(name, ())
        if children and not todo:
            todo = [one for one in shared if one not in kept and refers[one] & kept]
    labels = [phase.label for phase in script.phases]
    last = labels.index(until) if until in labels else len(labels) - 1
    phases = [
        replace(phase, plans=_in_time(phase.plans, [plan for plan in phase.plans if plan.name in kept]))
        for phase in script.phases[: last + 1]
    ]
    found = replace(script, phases=tuple(phases), families=tuple(wanted), statements=())
    return eventful(found) if changed else found


def eventful(script: Script) -> Script:
    """Return a script without the phases in which nothing happens, but for the first and the last."""
    last = len(script.phases) - 1
    phases = tuple(one for at, one in enumerate(script.phases) if one.plans or at in (0, last))
    return replace(script, phases=phases)


def _in_time(plans: Sequence[Plan], kept: Sequence[Plan]) -> tuple[Plan, ...]:
    """Return the kept plans at the moments at which they were: whoever left takes no time away."""
    moments = {id(plan): moment for moment, plan in _moments(plans)}
    found: list[Plan] = []
    before = 0.0
    for plan in kept:
        if plan.tick:
            found.append(plan)
        else:
            found.append(replace(plan, pause=round(moments[id(plan)] - before, 3)))
            before = moments[id(plan)]
    return tuple(found)


def _moments(plans: Sequence[Plan]) -> Iterator[tuple[float, Plan]]:
    """Yield the plans with the seconds of their phase after which they come; those of the tick come at its begin."""
    moment = 0.0
    for plan in plans:
        moment += 0.0 if plan.tick else plan.pause
        yield (0.0 if plan.tick else moment), plan


def without(script: Script, gone: str, entity_of: Callable[[Plan], Entity | None]) -> Script | None:
    """Return a script without a record and whatever cannot be without it; None if no subject would be left.

    A family whose subject goes, goes as a whole; a mandatory reference takes the record that holds it along.
    """
    dead = {gone}
    while True:
        before = len(dead)
        for phase in script.phases:
            for plan in phase.plans:
                if plan.kind == "create" and plan.name not in dead and _needs(plan, dead, entity_of(plan)):
                    dead.add(plan.name)
        for one in script.families:
            if one.subject in dead:
                dead |= {name for name in one.members if not _elsewhere(script, name, one.name)}
        if len(dead) == before:
            break
    families = tuple(
        replace(one, members=tuple(name for name in one.members if name not in dead))
        for one in script.families
        if one.subject not in dead
    )
    if script.families and not families:
        return None
    phases = []
    for phase in script.phases:
        plans = []
        for plan in phase.plans:
            fields = _freed(plan.fields, dead)
            if plan.name not in dead and not (plan.fields and not fields and plan.kind != "create"):
                plans.append(replace(plan, fields=fields))
        phases.append(replace(phase, plans=tuple(plans)))
    return replace(script, phases=tuple(phases), families=families)


def _elsewhere(script: Script, name: str, family: str) -> bool:
    return any(name in one.members or name == one.subject for one in script.families if one.name != family)


def _needs(plan: Plan, dead: set[str], entity: Entity | None) -> bool:
    for name, value in plan.fields.items():
        known = entity.fields.get(name) if entity is not None else None
        if (
            known is not None
            and known.mandatory
            and not isinstance(value, list | tuple)
            and set(mentioned(value)) & dead
        ):
            return True
    return False


def _freed(fields: Mapping[str, Any], dead: set[str]) -> dict[str, Any]:
    """Return fields without mention of dead records; lists lose the items that mention them."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, list | tuple):
            kept = [one for one in value if not set(mentioned(one)) & dead]
            if kept or not value:
                found[name] = kept
        elif not set(mentioned(value)) & dead:
            found[name] = value
    return found


def settled_only(script: Script) -> Script:
    """Return a script without the further runs in which there should be nothing to do."""
    return replace(script, phases=tuple(replace(phase, further=0) for phase in script.phases))


def together(agreement: Agreement, whole: Script, cases: Sequence[Script]) -> Script:
    """Return one script of several cases, each with records of its own. `whole` gives the order of the phases.

    A family's name ends with `~` and the case's place in `cases`.
    """
    lanes = [apart(agreement, one, number) for number, one in enumerate(cases)]
    phases: list[Phase] = []
    for phase in whole.phases:
        own = [one for lane in lanes for one in lane.phases if one.label == phase.label]
        if own:
            phases.append(
                replace(
                    own[0],
                    plans=_side_by_side([one.plans for one in own]),
                    settle=max(one.settle for one in own),
                    further=max(one.further for one in own),
                )
            )
    families = tuple(one for lane in lanes for one in lane.families)
    return replace(whole, phases=tuple(phases), families=families, statements=())


def lane_of(family: str) -> int | None:
    """Return the place of the case that a family of a joint script belongs to."""
    _, sign, number = family.rpartition(LANE)
    return int(number) if sign and number.isdecimal() else None


def _side_by_side(lanes: Sequence[Sequence[Plan]]) -> tuple[Plan, ...]:
    """Return the plans of several lanes, each at the moment at which it would be alone."""
    timed = [(moment, plan) for plans in lanes for moment, plan in _moments(plans)]
    timed.sort(key=lambda one: one[0])
    found: list[Plan] = []
    before = 0.0
    for moment, plan in timed:
        found.append(plan if plan.tick else replace(plan, pause=moment - before))
        before = before if plan.tick else moment
    return tuple(found)


def apart(agreement: Agreement, script: Script, lane: int) -> Script:
    """Return a case under names of its own, with values of its own where two records must not share one.

    E-mail addresses, fields declared unique and protected values get another value for each lane, of the same shape;
    equal values of one case stay equal.
    """
    singular = _singular(agreement)

    def named(name: str) -> str:
        return f"{name}{LANE}{lane}"

    def value_of(known: Field | None, secret: bool, value: Value) -> Value:
        if isinstance(value, list | tuple):
            return [value_of(known, secret, one) for one in value]
        return _tagged(known, secret, value, lane)

    def fields_of(plan: Plan) -> dict[str, Any]:
        entity = agreement.schemas[plan.side].entities.get(plan.entity)
        found: dict[str, Any] = {}
        for name, value in _renamed(plan.fields, named).items():
            known = entity.fields.get(name) if entity is not None else None
            kind = singular.get((plan.side, plan.entity, name), "")
            if kind or (known is not None and known.type is Type.EMAIL):
                value = value_of(known, kind == "never", value)
            found[name] = value
        return found

    phases = tuple(
        replace(
            phase,
            plans=tuple(replace(plan, name=named(plan.name), fields=fields_of(plan)) for plan in phase.plans),
        )
        for phase in script.phases
    )
    families = tuple(
        replace(
            one,
            name=named(one.name),
            subject=named(one.subject),
            members=tuple(named(name) for name in one.members),
        )
        for one in script.families
    )
    return replace(script, phases=phases, families=families)


def _renamed(value: Any, named: Callable[[str], str]) -> Any:
    known = marker(value)
    if known is not None:
        return {known[0]: named(known[1])}
    if isinstance(value, Mapping):
        return {name: _renamed(inner, named) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_renamed(inner, named) for inner in value]
    return value


def _singular(agreement: Agreement) -> dict[tuple[Side, str, str], str]:
    """Return the fields whose values no two records may share, and why: "unique" or "never"."""
    found: dict[tuple[Side, str, str], str] = {}
    for pair in agreement.pairs:
        for path in pair.entity.unique:
            found[pair.sender, pair.source, path] = "unique"
        for row in pair.protected:
            if row.flow is Flow.NEVER:
                entity = pair.source if row.side is pair.sender else pair.target
                found[row.side, entity, row.path] = "never"
    return found


def _tagged(known: Field | None, secret: bool, value: Value, lane: int) -> Value:
    """Return a value that another lane does not have; what cannot be told apart by shape stays as it is."""
    if not lane or isinstance(value, bool) or value is None or marker(value) is not None:
        return value
    if known is not None and (known.choices or known.type is Type.YES_NO):
        return value
    if isinstance(value, int | Decimal):
        return value + lane * _DAY.get(known.wire, 1) if known is not None else value + lane
    if not isinstance(value, str) or not value.strip():
        return value
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        # 9999-12-31 means no end, and stays that.
        return (beside(date.fromisoformat(value), lane) or date.max).isoformat()
    if secret:
        return _turned(value, lane)
    if "@" in value:
        name, _, host = value.rpartition("@")
        return f"{name}{lane}@{host}"
    tagged = f"{value}{lane}"
    return tagged if known is None or not known.max_length or len(tagged) <= known.max_length else value


def _turned(text: str, lane: int) -> str:
    """Return another text of the same shape: the last digits and letters are counted on."""
    signs = list(text)
    carry = lane
    for at in range(len(signs) - 1, 0, -1):
        home = "0123456789" if signs[at].isdigit() else _LETTERS if signs[at] in _LETTERS else ""
        if home and carry and signs[at] in home:
            carry, place = divmod(home.index(signs[at]) + carry, len(home))
            signs[at] = home[place]
    return "".join(signs)
