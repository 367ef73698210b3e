"""Put wrong observations in for what a workflow says of one record: its field, whether it is there, or named.

Each function yields what could be wrong, by name, with the edit that makes it so; None where it would be right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeAlias

from signoff.agreement.played import Aim, Step
from signoff.checks.sentences import Judging
from signoff.history import Key, NamedFailure
from signoff.record import ABSENT, Record, Value, blank, get, same_json
from signoff.schema import Side, Type
from signoff.sensitivity.draft import Draft, Edit
from signoff.sensitivity.made import made_for
from signoff.sensitivity.message import copy_of, other_than

Wrong: TypeAlias = "Iterator[tuple[str, Edit | None]]"

MOST = 4
"""So many values of a sort are tried, one after the other, until one is noticed."""
_LATER = timedelta(minutes=1)
_DAY = 86_400_000
"""A day in milliseconds, as some systems write instants."""


def wrong_fields(judging: Judging, number: int, step: Step) -> Wrong:
    """Yield how a field is blank, holds the value before, another field's or another one, or comes too late."""
    assert step.aim is not None
    assert step.role is not None
    aim = step.aim
    key = judging.key(number, step.role, aim.side, aim)
    record = judging.snapshot(number).record(key) if key is not None else None
    if key is None or record is None:
        return
    actual = get(record, aim.leaf.path)
    sorts = {
        "missing": (ABSENT,),
        "stale": _before(judging, number, key, aim),
        "neighbour": _neighbours(judging, aim, record),
        "another": _others(judging, number, aim, actual),
    }
    for name, values in sorts.items():
        fits = [
            one for one in values if not same_json(one, actual) and not judging.is_said(number, aim, step.value, one)
        ]
        if not fits:
            yield name, None
        for value in fits[:MOST]:
            yield name, partial(_with_value, judging.cast.phases[number], key, aim.leaf.path, value)
    yield from _late(judging, number, step)


def _with_value(label: str, key: Key, path: str, value: Value, draft: Draft) -> None:
    draft.set_value(label, "settled", key, path, value)


def _before(judging: Judging, number: int, key: Key, aim: Aim) -> Iterator[Value]:
    """Yield what the field held before, the latest first: before the sync, and after those before it."""
    phases = judging.history.phases
    at = phases.index(judging.cast.phases[number])
    earlier = [(phases[at], "before"), *((label, "settled") for label in reversed(phases[:at]))]
    for label, moment in earlier:
        snapshot = judging.history.snapshot(label, moment)
        record = snapshot.record(key) if snapshot is not None else None
        if record is not None:
            yield get(record, aim.leaf.path)


def _neighbours(judging: Judging, aim: Aim, record: Record) -> Iterator[Value]:
    leaf = aim.leaf
    for other in judging.agreement.schemas[aim.side].entities[aim.entity].all_fields():
        if other.path != leaf.path and (other.type, other.many, other.entity) == (leaf.type, leaf.many, leaf.entity):
            value = get(record, other.path)
            if not blank(value) and not (leaf.choices and value not in leaf.choices):
                yield value


def _others(judging: Judging, number: int, aim: Aim, actual: Value) -> Iterator[Value]:
    """Yield other values of the field's type: another choice, another record, the next day, one that is a sign off."""
    leaf = aim.leaf
    if leaf.choices:
        yield from leaf.choices
    elif leaf.type is Type.REFERENCE:
        for one in (*judging.snapshot(number).of(aim.side).get(leaf.entity, {}), "0"):
            yield {"id": one} if isinstance(actual, dict) else one
    elif leaf.type in (Type.DATE, Type.INSTANT):
        yield _next_day(actual)
    elif isinstance(actual, str) and actual[-1:].isdigit():
        yield f"{actual[:-1]}{(int(actual[-1]) + 1) % 10}"
    else:
        yield other_than(actual)


def _next_day(value: Value) -> Value:
    if isinstance(value, int) and not isinstance(value, bool):
        return value + _DAY
    try:
        text = str(value)
        return (
            (date.fromisoformat(text) + timedelta(days=1)).isoformat()
            if len(text) == len("2026-03-01")
            else (datetime.fromisoformat(text) + timedelta(days=1)).isoformat()
        )
    except (ValueError, OverflowError):
        return other_than(value)


def _late(judging: Judging, number: int, step: Step) -> Wrong:
    """Yield how the run that brought it ended a minute after the deadline."""
    runs = [one for one in judging.history.runs if one.phase == judging.cast.phases[number] and one.kind == "settle"]
    if not step.seconds:
        return
    if not runs:
        yield "late", None
        return
    last = replace(runs[-1], ended=judging.changed(number) + timedelta(seconds=step.seconds) + _LATER)
    yield "late", lambda draft: draft.set_run(last)


def wrong_presence(judging: Judging, number: int, step: Step) -> Wrong:
    """Yield how a record is missing or comes too late; of one that is not to be there, how it is there."""
    assert step.role is not None
    assert step.side is not None
    label, key = judging.cast.phases[number], judging.key(number, step.role, step.side)
    if "not" in step.sentence.parts:
        yield from (("there", edit) for edit in _there(judging, number, step, key, step.side))
    elif key is not None:
        yield "missing", lambda draft: draft.set_record(label, "settled", key, None)
        # Where somebody else there is so like them that they are taken for them, nobody is.
        everybody = judging.snapshot(number).of(key.side).get(key.entity, {})
        yield "missing", partial(_with_records, label, [(replace(key, id=one), None) for one in everybody])
        yield from _late(judging, number, step)


def _there(judging: Judging, number: int, step: Step, key: Key | None, side: Side) -> Iterable[Edit]:
    """Yield how somebody is on a side after all: as before, not marked as deleted, or with a partner of their own."""
    label, snapshot = judging.cast.phases[number], judging.snapshot(number)
    if key is not None:
        flag = judging.agreement.schemas[side].entities[key.entity].deleted_flag
        known = [snapshot.record(key), *(one.record(key) for one in reversed(judging.history.snapshots))]
        record = next((one for one in known if one is not None), None)
        if record is not None:
            back = copy_of(record, **{flag: False}) if flag else dict(record)
            yield lambda draft: draft.set_record(label, "settled", key, back)
        return
    name = judging.cast.names.get(step.role.name, "") if step.role is not None else ""
    own = next((one for one, known_as in judging.history.names.items() if known_as == name), None)
    if own is not None and snapshot.record(own) is not None:
        for records in made_for(judging.agreement, snapshot, own):
            yield partial(_with_records, label, records)


def _with_records(label: str, records: Iterable[tuple[Key, Record | None]], draft: Draft) -> None:
    for key, record in records:
        draft.set_record(label, "settled", key, record)


def wrong_names(judging: Judging, number: int, step: Step) -> Wrong:
    """Yield how the last run keeps a record's name to itself, or names one with which nothing is wrong."""
    assert step.role is not None
    runs = [one for one in judging.history.runs if one.phase == judging.cast.phases[number] and one.kind == "settle"]
    name = judging.cast.names.get(step.role.name, "")
    key = next((one for one, known in judging.history.names.items() if known == name), None)
    if not runs or key is None:
        return
    last = runs[-1]
    others = tuple(one for one in last.failed if one.id != key.id)
    if step.sentence.parts["not"].lower() == "names":
        yield "not named", lambda draft: draft.set_run(replace(last, failed=others))
        return
    said = NamedFailure(judging.agreement.integration.systems[key.side].name, key.entity, key.id, "perhaps")
    yield "named", lambda draft: draft.set_run(replace(last, failed=(*others, said)))
