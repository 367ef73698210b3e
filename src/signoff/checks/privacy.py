"""Check never rows: the value reaches no other system and no log, and changing it alone changes nothing sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from datetime import date, datetime

from signoff.agreement.resolved import BoundRow, Pair
from signoff.chart import Flow
from signoff.checks.addresses import touched_by_outage
from signoff.checks.case import Case, Phase
from signoff.checks.leaks import Canary, Search, Views, forms_of
from signoff.checks.ledger import Ledger
from signoff.checks.telling import plain_example, record_words
from signoff.expressions.calendar import seen_in
from signoff.expressions.evaluate import Unreadable
from signoff.history import Exchange, Key, Run
from signoff.record import ABSENT, Path, RecordId, blank, get, same_json
from signoff.rules.context import zone_named
from signoff.rules.reading import read
from signoff.schema import Side, Type

_HINTS = {
    "searched": "a record whose protected value is long enough to be searched for",
    "changed alone": "a delivered record of which only protected fields change",
}


MASK = "•••"


@dataclass(frozen=True, slots=True)
class _Whose:
    statement: str
    key: Key


def check_privacy(case: Case, ledger: Ledger) -> None:
    """Judge every never row, by search over all that was sent or printed, and by the records that stayed silent."""
    rows = [(pair, row) for pair in case.agreement.pairs for row in pair.protected if row.flow is Flow.NEVER]
    if not rows:
        return
    canaries: dict[Side, list[Canary]] = {side: [] for side in Side}
    for pair, row in rows:
        found = canaries_of(case, pair, row)
        if found:
            ledger.promise(row.statement, "searched", _HINTS["searched"])
            ledger.exercise(row.statement, "searched", len(found))
        canaries[row.side] += found
        ledger.promise(row.statement, "changed alone", _HINTS["changed alone"])
    views = case.noted("views", Views)
    searches = {side: Search(found, views) for side, found in canaries.items() if found}
    seen: set[str] = set()
    told: set[str] = set()
    for exchange in case.history.exchanges:
        if not exchange.run:
            continue
        texts = [exchange.url, *(value for _, value in exchange.request_headers)]
        if exchange.request_body:
            texts.append(exchange.request_body.decode("utf-8", "replace"))
        for text in texts:
            mark = f"{exchange.side}|{text}"
            if mark in seen:
                continue
            seen.add(mark)
            for side, search in searches.items():
                if exchange.side is side:
                    continue
                for canary in _in_order(case, search.found_in(text, again=True)):
                    _leak(case, ledger, canary, exchange, None, told)
    ids = _ids(case)
    for run in case.history.runs:
        for text, how in ((run.printed, "printed or logged"), (_result(run, ids), "said in its result")):
            lines = [line for line in dict.fromkeys(text.splitlines()) if line not in seen]
            seen.update(lines)
            found = [one for search in searches.values() for one in search.found_in("\n".join(lines))] if lines else []
            for canary in _in_order(case, found):
                _leak(case, ledger, canary, None, run, told, how)
    for phase in case.phases:
        _alone(case, ledger, phase, rows)


def _result(run: Run, ids: Set[RecordId]) -> str:
    """Return the words of a run's result, which whoever runs the connector writes into a log or a mail.

    `ids` are those of records, by which a result is meant to name them; whatever else stands there is searched.
    """
    every = (*run.failed, *run.reported)
    named = [part for one in every for part in (one.system, one.entity, one.reason)]
    named += [one.id for one in every if one.id not in ids]
    return "\n".join(dict.fromkeys((*named, run.crashed, *run.left)))


def _ids(case: Case) -> Set[RecordId]:
    """Return the ids of all records that there were, also of those that came and went between two snapshots."""
    found: set[RecordId] = set()
    for snapshot in case.history.snapshots:
        for side in Side:
            found.update(*snapshot.of(side).values())
    found.update(one.key.id for one in case.history.operations)
    found.update(write.key.id for _, write in case.history.writes())
    return found


def _in_order(case: Case, found: Iterable[Canary]) -> list[Canary]:
    """Return canaries in the same order each time; first those whose family can be tried once more, alone."""
    return sorted(
        found,
        key=lambda one: (one.key.key not in case.family_of, one.key.statement, one.key.key, sorted(one.forms)),
    )


def mask_of(case: Case) -> Callable[[str], str]:
    """Return a function that takes every never-value out of a text that people will read, in whatever form it stands.

    Masking by field name is not enough: a value may stand in an address, in an exception or in another field.
    """
    rows = [(pair, row) for pair in case.agreement.pairs for row in pair.protected if row.flow is Flow.NEVER]
    search = Search([one for pair, row in rows for one in canaries_of(case, pair, row)])

    def masked(text: str) -> str:
        for canary in search.found_in(text):
            for form in sorted(canary.forms, key=len, reverse=True):
                text = re.sub(re.escape(form), MASK, text, flags=re.IGNORECASE)
        return f"{MASK} (a protected value stood here, encoded)" if search.found_in(text) else text

    return masked


def canaries_of(case: Case, pair: Pair, row: BoundRow) -> list[Canary]:
    """Return the values of a never row that are long enough to be searched for."""
    if row.field is not None and (row.field.choices or row.field.type is Type.YES_NO):
        return []  # too small to be made unique: judged by the records of which it alone changes
    entity = pair.source if row.side is pair.sender else pair.target
    found: dict[tuple[Key, frozenset[str]], Canary] = {}
    last: dict[RecordId, object] = {}
    for phase in case.phases:
        for record_id, record in phase.settled.snapshot.of(row.side).get(entity, {}).items():
            raw = get(record, row.path)
            if raw is last.get(record_id, ABSENT) or blank(raw):
                continue
            last[record_id] = raw
            day = None
            if row.field is not None and row.field.type in (Type.DATE, Type.INSTANT):
                day = _day(case.agreement.schemas[row.side].zone, row, raw)
            forms = forms_of(raw, day)
            if forms:
                key = Key(row.side, entity, record_id)
                found.setdefault((key, forms), Canary(_Whose(row.statement, key), forms, day is not None))
    return list(found.values())


def _day(zone: str, row: BoundRow, raw: object) -> date | None:
    assert row.field is not None
    try:
        value = read(row.field, raw, zone_named(zone))
    except Unreadable:
        return None  # no day: it is searched for as it stands
    if isinstance(value, datetime):
        return seen_in(value, zone_named(zone)).date()
    return value if isinstance(value, date) else None


def _leak(
    case: Case,
    ledger: Ledger,
    canary: Canary,
    exchange: Exchange | None,
    run: Run | None,
    told: set[str],
    how: str = "",
) -> None:
    whose: _Whose = canary.key
    mark = f"{whose.statement}|{whose.key}"
    if mark in told:
        return
    told.add(mark)
    number = exchange.run if exchange is not None else run.number if run is not None else 0
    phase = next((one.phase for one in case.history.runs if one.number == number), "")
    if exchange is not None:
        path = "/" + exchange.url.split("?", 1)[0].split("/", 3)[-1]
        to = _receiver(case, exchange)
        where = f"in what was sent to {to}: run {number}: {exchange.method} {path} (value masked)"
    else:
        where = f"in what run {number} {how} (value masked)"
    ledger.find(
        whose.statement,
        "leak",
        lambda: plain_example(
            case,
            whose.statement,
            record_words(whose.key, None),
            "the value appears nowhere outside its own system",
            where,
            phase,
            key=whose.key,
        ),
    )


def _receiver(case: Case, exchange: Exchange) -> str:
    """Return the name of whoever was asked."""
    integration = case.agreement.integration
    if exchange.side is not None:
        return integration.systems[exchange.side].name
    return integration.address.name if exchange.service and integration.address is not None else "another host"


def _alone(case: Case, ledger: Ledger, phase: Phase, rows: list[tuple[Pair, BoundRow]]) -> None:
    """Judge the records of which only protected fields were changed in a phase."""
    for key, names in phase.touched.items():
        fitting = [
            (pair, row)
            for pair, row in rows
            if row.side is key.side
            and key.entity == (pair.source if row.side is pair.sender else pair.target)
            and Path.parse(row.path).head in names
        ]
        heads = {Path.parse(row.path).head for _, row in fitting}
        if not fitting or names - heads:
            continue
        pair = fitting[0][0]
        receiver = phase.settled.partner(pair, key.id) if key.side is pair.sender else None
        if receiver is None and key.side is pair.sender:
            for _, row in fitting:
                ledger.lose(row.statement, "changed alone", case.lost_to(pair, phase, key.id))
        if receiver is None or receiver not in phase.before.receivers(pair) or _family_moved(case, phase, key):
            continue
        outage = touched_by_outage(phase, pair)
        changed = [
            (exchange, write)
            for exchange, write in phase.writes
            if write.key == case.receiver_key(pair, receiver)
            and write.before is not None
            and write.after is not None
            and any(
                not same_json(write.sent[name], write.before.get(name, ABSENT))
                for name in write.sent
                if name not in outage and not (blank(write.sent[name]) and blank(write.before.get(name, ABSENT)))
            )
        ]
        for _, row in fitting:
            ledger.exercise(row.statement, "changed alone")
            if changed and len(fitting) == 1:
                exchange = changed[0][0]
                ledger.find(
                    row.statement,
                    "leak",
                    lambda row=row, exchange=exchange, key=key: plain_example(  # type: ignore[misc]
                        case,
                        row.statement,
                        record_words(key, None),
                        f"no value about the record changes when {row.path} alone changes",
                        f"a request with another value: {exchange.method} in run {exchange.run}",
                        phase.label,
                        key=key,
                    ),
                )


def _family_moved(case: Case, phase: Phase, key: Key) -> bool:
    family = case.family_of.get(key)
    if family is None:
        return False
    return any(other in phase.touched for other in family.members if other != key)
