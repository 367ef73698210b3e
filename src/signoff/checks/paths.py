"""Tell by which paths records came to the connector: it asked, it was told, or another record led it there.

What is wrong is found by the checks of arrivals and requests; here it is told how whoever shows it had come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from signoff.agreement.abilities import handle
from signoff.agreement.resolved import Pair
from signoff.checks.case import Case, Phase
from signoff.expressions import walk
from signoff.history import Key, Operation
from signoff.record import Record, RecordId
from signoff.schema import Events, Side, Type
from signoff.verdict import PATHS, Verdict

POLL, EVENT, ON_DEMAND = "poll", "event", "on demand"
"""Paths: there before the first run, or no event of it was delivered; its event was; only another record led to it."""


def with_paths(case: Case, found: Mapping[str, Verdict]) -> Mapping[str, Verdict]:
    """Return the verdicts of population rows with the paths by which they were tried, and with how many records."""
    every = dict(found)
    for pair in case.agreement.pairs:
        if not pair.population:
            continue
        tried: dict[str, dict[str, set[RecordId]]] = {}
        for phase in case.phases:
            for one in phase.settled.senders(pair):
                fits = phase.settled.case(pair, one)
                path = _path(case, pair, phase, case.sender_key(pair, one)) if fits is not None else ""
                if fits is not None and path:
                    tried.setdefault(fits.statement, {}).setdefault(path, set()).add(one)
        told = case.agreement.schemas[pair.sender].events is not Events.NONE
        for name, records in tried.items():
            if name in every:
                paths = tuple(
                    {"path": path, "records": len(records.get(path, ()))}
                    for path in (POLL, EVENT, ON_DEMAND)
                    if told or path != EVENT
                )
                every[name] = replace(every[name], facts={**every[name].facts, PATHS: paths})
    return every


def came(case: Case, pair: Pair, phase: Phase, record_id: RecordId) -> str:
    """Return how a record came to the connector, last before a phase was settled: `came by poll: made later, …`."""
    key = case.sender_key(pair, record_id)
    until = case.phases[: case.phases.index(phase) + 1]
    return next((said for one in reversed(until) if (said := _came_in(case, pair, one, key))), "")


def was_to_come(case: Case, pair: Pair, phase: Phase, record_id: RecordId) -> str:
    """Return how a record that never arrived was to come: `was to come by poll: made later, …`."""
    said = came(case, pair, phase, record_id)
    return f"was to come{said.removeprefix('came')}" if said else ""


def _came_in(case: Case, pair: Pair, phase: Phase, key: Key) -> str:
    path = _path(case, pair, phase, key)
    led = _leading(case, pair, phase, key)
    if path == ON_DEMAND and led is not None:
        return f"came on demand: only {led.entity} {led.id} led to it"
    own = _own(case, phase).get(key, ())
    if not own:
        return ""
    told, lost = case.agreement.schemas[pair.sender].events is not Events.NONE, _lost(own)
    after = "; its event was lost" if lost else "; its event was delivered" if told else ""
    if phase is case.phases[0]:
        return f"came by {POLL}{f' or {EVENT}' if told and not lost else ''}: there before the first run{lost * after}"
    made = any(one.kind == "create" for one in own)
    return f"came by {path}: {'made later' if made else 'changed'}{after}"


def unheard(case: Case, phase: Phase, *keys: Key) -> str:
    """Return that the event of what people did to a record in a phase was lost, for a finding; "" where none was."""
    own = _own(case, phase)
    return "its event was lost" if any(_lost(own.get(key, ())) for key in keys) else ""


def _path(case: Case, pair: Pair, phase: Phase, key: Key) -> str:
    own = _own(case, phase).get(key, ())
    if not own:
        return ON_DEMAND if phase is not case.phases[0] and _leading(case, pair, phase, key) is not None else ""
    told = case.agreement.schemas[key.side].events is not Events.NONE
    return EVENT if told and phase is not case.phases[0] and not _lost(own) else POLL


def _lost(own: Sequence[Operation]) -> bool:
    return bool(own) and all(one.unheard for one in own)


def _own(case: Case, phase: Phase) -> Mapping[Key, Sequence[Operation]]:
    """Return what people did to each record in a phase."""

    def work_out() -> Mapping[Key, Sequence[Operation]]:
        found: dict[Key, list[Operation]] = {}
        for one in phase.operations:
            found.setdefault(one.key, []).append(one)
        return found

    known: Mapping[Key, Sequence[Operation]] = case.noted(f"operations of {phase.label}", work_out)
    return known


def _leading(case: Case, pair: Pair, phase: Phase, key: Key) -> Key | None:
    """Return a record that people made or changed in a phase, and that leads to one: it refers to it, or is read by it.

    What is referred to leads back only where the binding reads more of it than which record it is.
    """
    child = _led(case, phase).get(key)
    if child is not None:
        return child
    own, record = _own(case, phase), _record(phase, key)
    through = _reads_through(case, pair)
    return next((one for name, one in _references(case, key, record) if name in through and one in own), None)


def _led(case: Case, phase: Phase) -> Mapping[Key, Key]:
    """Return each record to which one refers that people made or changed in a phase, with the first such."""

    def work_out() -> Mapping[Key, Key]:
        found: dict[Key, Key] = {}
        for key in _own(case, phase):
            for _, one in _references(case, key, _record(phase, key)):
                found.setdefault(one, key)
        return found

    known: Mapping[Key, Key] = case.noted(f"led to in {phase.label}", work_out)
    return known


def _record(phase: Phase, key: Key) -> Record:
    return phase.settled.snapshot.of(key.side).get(key.entity, {}).get(key.id, {})


def _references(case: Case, key: Key, record: Record) -> Iterator[tuple[str, Key]]:
    for name, entity in _reference_fields(case, key.side, key.entity) if record else ():
        raw: Any = record.get(name)
        for one in raw if isinstance(raw, list | tuple) else (raw,):
            found = one.get("id") if isinstance(one, Mapping) else one
            if found is not None:
                yield name, Key(key.side, entity, str(found))


def _reference_fields(case: Case, side: Side, entity: str) -> tuple[tuple[str, str], ...]:
    def work_out() -> tuple[tuple[str, str], ...]:
        fields = case.agreement.entity(side, entity).fields
        return tuple((name, one.entity) for name, one in fields.items() if one.type is Type.REFERENCE)

    found: tuple[tuple[str, str], ...] = case.noted(f"references of {side} {entity}", work_out)
    return found


def _reads_through(case: Case, pair: Pair) -> frozenset[str]:
    """Return the references through which rows and conditions of a binding read other records."""

    def work_out() -> frozenset[str]:
        conditions = [one.condition for one in pair.population if one.condition is not None]
        names = [source for row in pair.rows for source in row.sources]
        names += [used.name for one in conditions for used in walk.names(one) if not used.within]
        known = (handle(case.agreement, pair, name) for name in names)
        return frozenset(one.via for one in known if one is not None and one.via not in ("", "linked"))

    found: frozenset[str] = case.noted(f"read through by {pair.name}", work_out)
    return found
