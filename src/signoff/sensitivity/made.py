"""Make receiving records that no connector made: a partner for one who has none, one that is nobody's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from signoff.agreement.resolved import Agreement, Pair
from signoff.history import Key, Snapshot
from signoff.model.sight import Sight
from signoff.record import Path, Record, get
from signoff.rules.results import Value as Given
from signoff.schema import Side, Type
from signoff.sensitivity.draft import placed

_NUMBER = "900000017"
"""An id that no simulator gives, for records that are put in."""

Records = tuple[tuple[Key, Record], ...]


def made_for(agreement: Agreement, snapshot: Snapshot, own: Key) -> Iterator[Records]:
    """Yield what would make up a partner of a record on the other side, for each binding by which it is known there."""
    for pair in agreement.pairs:
        if (pair.sender, pair.source) == (own.side, own.entity):
            yield (_linked(agreement, snapshot, pair, own.id),)
        elif (pair.sender.other, pair.target) == (own.side, own.entity) and pair.back is not None:
            # Whoever brings it back makes the record there, and writes its id into the link here.
            key, record = _bare(agreement, snapshot, pair.sender, pair.source)
            there = _with(snapshot, key, record)
            linked = _linked(agreement, there, pair, key.id)
            own_record = snapshot.record(own) or {}
            link = pair.link[1] if pair.link is not None else ""
            if link:
                path = Path.parse(link).segments
                yield (key, record), (own, placed(own_record, path, get(linked[1], link)))


def nobodys(agreement: Agreement, snapshot: Snapshot, pair: Pair) -> tuple[Key, Record]:
    """Return a receiving record that belongs to nobody."""
    return _bare(agreement, snapshot, pair.sender.other, pair.target)


def second_of(agreement: Agreement, snapshot: Snapshot, pair: Pair, receiver: str) -> tuple[Key, Record]:
    """Return a copy of a receiving record under another id."""
    key, bare = nobodys(agreement, snapshot, pair)
    return key, {**snapshot.of(key.side)[key.entity][receiver], **bare}


def _bare(agreement: Agreement, snapshot: Snapshot, side: Side, entity: str) -> tuple[Key, dict[str, Any]]:
    kind = agreement.entity(side, entity)
    known = next(iter(snapshot.of(side).get(entity, {}).values()), {}).get(kind.id_field)
    field = kind.fields.get(kind.id_field)
    number = isinstance(known, int) or (known is None and field is not None and field.type is Type.INTEGER)
    return Key(side, entity, _NUMBER), {kind.id_field: int(_NUMBER) if number else _NUMBER}


def _linked(agreement: Agreement, snapshot: Snapshot, pair: Pair, sender: str) -> tuple[Key, Record]:
    """Return a receiving record with what the link and the keys of a sending record would be on it, and no more."""
    sight = Sight(agreement, snapshot)
    key, record = nobodys(agreement, snapshot, pair)
    wanted = {pair.link_statement, *(one for match in pair.matched for one in match.rows)}
    for row in pair.rows:
        if row.statement in wanted and row.rule is not None:
            result = sight.result(pair, row, sender)
            if isinstance(result, Given):
                record = placed(record, Path.parse(row.target).segments, row.rule.raw(result, row.target_field))
    if pair.link is not None and not pair.link_statement:
        own = str(sight.senders(pair)[sender].get(pair.link[0]))
        record = placed(record, Path.parse(pair.link[1]).segments, own)
    head = Path.parse(pair.link[1]).head if pair.link is not None else ""
    id_field = agreement.entity(key.side, key.entity).id_field
    return Key(key.side, key.entity, str(record[id_field])) if head == id_field else key, record


def _with(snapshot: Snapshot, key: Key, record: Record) -> Snapshot:
    entities = snapshot.of(key.side)
    changed = {**entities, key.entity: {**entities.get(key.entity, {}), key.id: record}}
    return replace(snapshot, ats=changed) if key.side is Side.ATS else replace(snapshot, app=changed)
