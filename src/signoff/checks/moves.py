"""Find the records whose status people changed, and say from what into what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from signoff.agreement.resolved import Pair
from signoff.agreement.transitions import Transition, Walk, walks
from signoff.checks.case import Case, Phase
from signoff.record import Path, RecordId, get


@dataclass(frozen=True, slots=True)
class Moved:
    """Hold one record whose status people changed: in which phase, from what into what."""

    walk: Walk
    phase: Phase
    sender: RecordId
    transition: Transition


def moves(case: Case, walk: Walk) -> Iterator[Moved]:
    """Yield the records of a walk whose status people changed between two settled moments, phase by phase."""
    pair, top = walk.pair, Path.parse(walk.path).head
    for phase in case.phases:
        old = phase.previous
        if old is None:
            continue
        before, now = old.senders(pair), phase.before.senders(pair)
        for key, fields in phase.touched.items():
            if key.side is not pair.sender or key.entity != pair.source or not fields & {top, "*"}:
                continue
            if key.id in before and key.id in now:
                found = walk.transition(get(before[key.id], walk.path), get(now[key.id], walk.path))
                if found is not None:
                    yield Moved(walk, phase, key.id, found)


def between(case: Case, phase: Phase, pair: Pair, statement: str, sender: RecordId) -> str:
    """Return the change of status that a record made in a phase, as a finding names it; "" where it made none."""
    old = phase.previous
    if old is None or sender not in old.senders(pair) or sender not in phase.settled.senders(pair):
        return ""
    for walk in walks(case.agreement):
        if walk.pair.name == pair.name and walk.row.statement == statement:
            origin, into = (get(sight.senders(pair)[sender], walk.path) for sight in (old, phase.settled))
            names = walk.name_of(origin), walk.name_of(into)
            return " → ".join(names) if names[0] != names[1] else ""
    return ""
