"""Tell a counterexample in the words of the chart: who, what stood there, what was expected, what was found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from signoff.agreement.resolved import BoundRow, Pair
from signoff.checks.case import Case, Phase
from signoff.checks.paths import unheard
from signoff.expressions.evaluate import Unreadable
from signoff.history import Exchange, Key, Write
from signoff.model.unshown import UNSHOWN
from signoff.record import ABSENT, Record, RecordId, Value, blank
from signoff.rules.context import Context
from signoff.schema import Field, Side, Wire
from signoff.verdict import Counterexample

LONGEST = 300
"""Characters of a value or an exchange that a reader is shown."""

BEFORE = 60
"""Characters that are shown before the place where two long texts begin to differ."""

_FIRST = ("firstName", "first_name")
_LAST = ("lastName", "last_name")
_NAMES = ("name", "fullName", "full_name", "title", "display_name", "displayName")
_WHOLE = ("full", "display", "formatted", "name", "value")
WHEN = {
    "seed": "after the first sync",
    "first": "after the first changes",
    "second": "after the second changes",
    "day": "after a day passed",
    "third": "after the third changes",
}


def a(noun: str) -> str:
    """Return a noun with its indefinite article, by its first letter."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def shown(value: Value) -> str:
    """Return a value as a reader sees it; texts in quotes, absent and null by name, long ones shortened."""
    return _cut(whole(value))


def whole(value: Value) -> str:
    """Return a value as a reader sees it, whatever its length."""
    if value is ABSENT:
        return "nothing (absent)"
    if value is None:
        return "null"
    if isinstance(value, str):
        return escaped(json.dumps(value, ensure_ascii=False))
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple | Mapping):
        return escaped(_as_json(value))
    return str(value)


def _as_json(value: Value) -> str:
    """Return a list or an object as JSON, in which exact numbers are numbers."""
    if isinstance(value, Mapping):
        parts = (f"{json.dumps(str(name), ensure_ascii=False)}: {_as_json(one)}" for name, one in value.items())
        return f"{{{', '.join(parts)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_as_json, value))}]"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(value, ensure_ascii=False, default=str)


def escaped(text: str) -> str:
    """Return a text with the characters that cannot be shown as their escapes: `\\x07`, `\\ud800`."""
    return UNSHOWN.sub(lambda found: ascii(found[0])[1:-1], text)


def apart(expected: str, found: str) -> tuple[str, str]:
    """Return two long texts around the place where they begin to differ, so that a reader sees it in both."""
    if max(len(expected), len(found)) <= LONGEST:
        return expected, found
    same = next((at for at, (one, other) in enumerate(zip(expected, found, strict=False)) if one != other), None)
    start = max(0, (min(len(expected), len(found)) if same is None else same) - BEFORE)
    return _part(expected, start), _part(found, start)


def _part(text: str, start: int) -> str:
    if len(text) <= LONGEST and start == 0:
        return text
    end = start + LONGEST - 2
    where = f"from character {start + 1} of {len(text)}: …" if start else ""
    return f"{where}{text[start:end]}{'…' if end < len(text) else ''}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def name_of(record: Record | None) -> str:
    """Return what people would call a record: a person's name, a title, or "". A name may be an object of parts."""
    if record is None:
        return ""
    parts = [_first_text(record, keys) for keys in (_FIRST, _LAST)]
    if any(parts):
        return " ".join(part for part in parts if part)
    for one in _NAMES:
        found = record.get(one)
        name = _part_names(found) if isinstance(found, Mapping) else _first_text(record, (one,))
        if name:
            return name
    return ""


def _part_names(name: Record) -> str:
    parts = [_first_text(name, (*keys, keys[0].removesuffix("Name"))) for keys in (_FIRST, _LAST)]
    return " ".join(part for part in parts if part) or _first_text(name, _WHOLE)


def _first_text(record: Record, keys: tuple[str, ...]) -> str:
    """Return the first filled text among some fields; what is no text names nobody."""
    texts = (record.get(one) for one in keys)
    return next((one.strip() for one in texts if isinstance(one, str) and one.strip()), "")


def record_words(key: Key, record: Record | None) -> str:
    """Return a record as a counterexample names it: `Candidate 17, Zoë O'Brien`."""
    name = name_of(record)
    return f"{key.entity} {key.id}" + (f", {escaped(name)}" if name else "")


def reproduce(case: Case, statement: str) -> str:
    """Return one command that shows a statement's verdict again."""
    told = case.agreement.statement(statement)
    node = f"{told.file}::{statement}" if told is not None else statement
    effort = "" if case.history.effort == "standard" else f" --effort {case.history.effort}"
    return f'pytest "{node}" --signoff-seed {case.history.seed}{effort}'


def carrier(phase: Phase, key: Key, top: str) -> tuple[Exchange, Write] | None:
    """Return the last write of a phase about a record that carried a field, or the last about the record."""
    about = [(exchange, write) for exchange, write in phase.writes if write.key == key]
    carrying = [one for one in about if top in one[1].sent]
    found = carrying or about
    return found[-1] if found else None


def exchange_words(case: Case, exchange: Exchange, sent: Mapping[str, Any], top: str = "") -> str:
    """Return a request shortened to the field in question, protected fields masked."""
    path = "/" + exchange.url.split("?", 1)[0].split("/", 3)[-1]
    hidden = protected_names(case)
    part = {top: sent[top]} if top in sent else dict(list(sent.items())[:6])
    kept = _masked(part, hidden)
    more = "" if len(kept) == len(sent) else ", …"
    body = ", ".join(f"{json.dumps(name)}: {shown(value)}" for name, value in kept.items())
    return _cut(f"run {exchange.run}: {exchange.method} {path} {{{body}{more}}} → {exchange.status}")


def _masked(value: Value, hidden: frozenset[str]) -> Any:
    if isinstance(value, Mapping):
        return {name: "•••" if name in hidden else _masked(one, hidden) for name, one in value.items()}
    return [_masked(one, hidden) for one in value] if isinstance(value, list | tuple) else value


def protected_names(case: Case) -> frozenset[str]:
    """Return the names of never-fields; their values are masked in everything that people read."""
    return frozenset(
        row.path.rpartition(".")[2]
        for pair in case.agreement.pairs
        for row in pair.protected
        if row.row.flow.value == "never"
    )


def row_example(
    case: Case,
    phase: Phase,
    pair: Pair,
    row: BoundRow,
    sender: RecordId,
    receiver: RecordId,
    expected: str,
    found: Value,
    note: str = "",
    statement: str = "",
) -> Counterexample:
    """Build the counterexample of a chart row; `statement` when a table's row is to blame instead.

    Of a row that flows both ways it says in which system the value is expected and found.
    """
    context = phase.settled.context(pair, sender)
    key = case.receiver_key(pair, receiver)
    carried = carrier(phase, key, row.target_top)
    family = case.family_for(case.sender_key(pair, sender))
    lost = unheard(case, phase, case.sender_key(pair, sender), key)
    where = f" in {case.agreement.integration.systems[key.side].name}" if row.both_ways else ""
    wanted, came = apart(expected, whole(found))
    return Counterexample(
        record=record_words(case.sender_key(pair, sender), context.record),
        expected=f"{wanted}{where}",
        found=f"{came}{where}",
        given=given(context, row),
        phase=WHEN.get(phase.label, phase.label),
        exchange=exchange_words(case, *_sent(carried), row.target_top) if carried else "no request carried it",
        reproduce=reproduce(case, statement or row.statement),
        family=family.name if family is not None else "",
        note="; ".join(one for one in (note, lost) if one),
        label=phase.label,
    )


def given(context: Context, row: BoundRow) -> tuple[tuple[str, str], ...]:
    """Return the sending cells of a row, in the chart's words, with what stands in a record."""
    cell = row.row.ats.text if row.sender is Side.ATS else row.row.app.text
    names = [one.strip() for one in cell.split(",")] if len(row.sources) > 1 else [cell]
    if len(names) != len(row.sources):
        names = list(row.sources)
    return tuple(
        (name, _held(context, source, field))
        for name, source, field in zip(names, row.sources, row.source_fields, strict=True)
    )


def _held(context: Context, source: str, field: Field | None) -> str:
    """Return what stands in a field; of milliseconds since 1970 the day or the moment too, as people know it."""
    raw = context.value(source)
    if field is None or field.many or blank(raw) or field.wire not in (Wire.EPOCH_MS, Wire.EPOCH_S):
        return shown(raw)
    try:
        typed = context.typed(source)
    except Unreadable:
        return shown(raw)
    return f"{shown(raw)}, which is {typed.isoformat()}" if isinstance(typed, date) else shown(raw)


def _sent(carried: tuple[Exchange, Write]) -> tuple[Exchange, Mapping[str, Any]]:
    return carried[0], carried[1].sent


def plain_example(
    case: Case,
    statement: str,
    record: str,
    expected: str,
    found: str,
    phase: str = "",
    exchange: str = "",
    key: Key | None = None,
    note: str = "",
) -> Counterexample:
    """Build a counterexample of any other statement."""
    family = case.family_for(key) if key is not None else None
    return Counterexample(
        record=record,
        expected=expected,
        found=found,
        phase=WHEN.get(phase, phase),
        exchange=exchange,
        reproduce=reproduce(case, statement),
        family=family.name if family is not None else "",
        note=note,
        label=phase,
    )
