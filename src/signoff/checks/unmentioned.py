"""Check that a record out of scope stands in no request to the other side, not even in part: by its unique values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from signoff.agreement.resolved import Pair, PopulationCase
from signoff.checks.case import Case
from signoff.checks.leaks import Canary, Search, Views, forms_of
from signoff.checks.ledger import Ledger
from signoff.checks.paths import came
from signoff.checks.telling import plain_example, record_words
from signoff.history import Exchange, Key
from signoff.record import Path, RecordId, Value, get
from signoff.schema import Entity, Side, Type

_SEARCHED = (Type.TEXT, Type.EMAIL, Type.PHONE)
"""Types of fields whose values can be somebody's own; days, numbers and choices are those of many."""


Out = Mapping[RecordId, Mapping[str, PopulationCase]]
"""Records that are kept out from beginning to end, each with the row that does so, by phase."""
Hidden = tuple[Pair, Out]


@dataclass(frozen=True, slots=True)
class _Whose:
    rows: Mapping[str, PopulationCase]
    key: Key
    field: str

    def __hash__(self) -> int:
        return hash((self.key, self.field))


def check_unmentioned(case: Case, ledger: Ledger) -> None:
    """Judge the population rows by the requests to the receiving side that hold something of a record kept out.

    Only records that were out of scope whenever the connector ran, and never had a partner: what has left may be told
    so. A value that any other record holds too, on whichever side, is not searched: it may be meant for that one.
    """
    for receiving in Side:
        out = {
            pair.name: (pair, kept)
            for pair in case.agreement.pairs
            if pair.sender.other is receiving and pair.population and (kept := hidden(case, pair))
        }
        if out:
            _searched(case, ledger, receiving, list(out.values()))


def hidden(case: Case, pair: Pair) -> Out:
    """Return the records of a binding that are kept out from beginning to end."""
    others = [
        one
        for one in case.agreement.directions()
        if (one.sender, one.source) == (pair.sender, pair.source) and one is not pair
    ]
    found: dict[RecordId, dict[str, PopulationCase]] = {}
    known: set[RecordId] = set()
    for phase in case.phases:
        for sight in (phase.before, phase.settled):
            for one in sight.senders(pair):
                fits = sight.case(pair, one)
                out = fits is not None and not fits.reaches and sight.partner(pair, one) is None
                if not out or fits is None or any(sight.in_scope(other, one) for other in others):
                    known.add(one)
                else:
                    found.setdefault(one, {})[phase.label] = fits
    return {one: rows for one, rows in found.items() if one not in known}


def searched(entity: Entity) -> list[str]:
    """Return the fields of an entity whose values can be somebody's own, and are searched for."""
    return [one.path for one in entity.all_fields() if one.type in _SEARCHED and not one.choices and not one.many]


def _searched(case: Case, ledger: Ledger, receiving: Side, hidden: Sequence[Hidden]) -> None:
    canaries: dict[tuple[Key, frozenset[str]], Canary] = {}
    ids: dict[str, _Whose] = {}
    links: set[str] = set()
    for pair, kept in hidden:
        entity = case.agreement.entity(pair.sender, pair.source)
        fields = searched(entity)
        links |= {Path.parse(pair.link[1]).head} if pair.link is not None else set()
        for record_id, record in _records(case, pair, kept):
            key, rows = case.sender_key(pair, record_id), kept[record_id]
            for path in fields:
                value = get(record, path)
                forms = forms_of(value) if isinstance(value, str) else frozenset()
                if forms and (key, forms) not in canaries:
                    canaries[key, forms] = Canary(_Whose(rows, key, path), forms)
            ids[record_id] = _Whose(rows, key, entity.id_field)
    search = Search(canaries.values(), case.noted("views", Views))
    found: list[tuple[Exchange, Canary | str]] = []
    seen: set[str] = set()
    asked: dict[str, list[str]] = {}
    for exchange in case.history.exchanges:
        if not exchange.run or exchange.side is not receiving:
            continue
        body = exchange.request_body.decode("utf-8", "replace")
        for text in (exchange.url, *(value for _, value in exchange.request_headers), body):
            if text and text not in seen:
                seen.add(text)
                found += [(exchange, one) for one in _in_order(search.found_in(text, again=True))]
        if exchange.url not in asked:
            asked[exchange.url] = [one for one in _ids_in(exchange.url) if one in ids]
        found += [(exchange, one) for one in asked[exchange.url]]
        found += [(exchange, one) for one in _linked_in(exchange, links) if one in ids]
    if found:
        _told(case, ledger, hidden, found, ids)


def _told(
    case: Case,
    ledger: Ledger,
    hidden: Sequence[Hidden],
    found: list[tuple[Exchange, Canary | str]],
    ids: Mapping[str, _Whose],
) -> None:
    """Tell what was found, but for what may be meant for somebody else."""
    canaries = [one for _, one in found if isinstance(one, Canary)]
    shared, others = _of_others(case, hidden, canaries, {one for _, one in found if isinstance(one, str)})
    told: set[Key] = set()
    for exchange, one in found:
        if one in shared or one in others:
            continue
        whose: _Whose = one.key if isinstance(one, Canary) else ids[one]
        if whose.key in told:
            continue
        told.add(whose.key)
        run = case.history.runs[exchange.run - 1]
        fits = whose.rows.get(run.phase) or list(whose.rows.values())[-1]
        ledger.find(
            fits.statement,
            "mentioned",
            lambda whose=whose, exchange=exchange, run=run, fits=fits: plain_example(  # type: ignore[misc]
                case,
                fits.statement,
                record_words(whose.key, None),
                f"in no request to the other side, because {fits.who}",
                f"its {whose.field} in run {run.number}: {exchange.method} {urlsplit(exchange.url).path}",
                run.phase,
                key=whose.key,
                note=_how_it_came(case, hidden, run.phase, whose.key),
            ),
        )


def _how_it_came(case: Case, hidden: Sequence[Hidden], label: str, key: Key) -> str:
    pair = next(pair for pair, _ in hidden if (pair.sender, pair.source) == (key.side, key.entity))
    phase = next((one for one in case.phases if one.label == label), None)
    return came(case, pair, phase, key.id) if phase is not None else ""


def _records(case: Case, pair: Pair, hidden: Out) -> Iterator[tuple[RecordId, Mapping[str, Value]]]:
    for phase in case.phases:
        for sight in (phase.before, phase.settled):
            senders = sight.senders(pair)
            yield from ((one, senders[one]) for one in hidden if one in senders)


def _of_others(
    case: Case, hidden: Sequence[Hidden], canaries: Sequence[Canary], ids: AbstractSet[str]
) -> tuple[frozenset[Canary], AbstractSet[str]]:
    """Return which of these values other records hold too, and which of these ids may be another value of theirs."""
    kept = {(pair.sender, pair.source, one) for pair, records in hidden for one in records}
    left, open_ids = set(canaries), set(ids)
    whole: dict[str, list[Canary]] = {}
    for canary in left:
        for form in canary.forms:
            whole.setdefault(form, []).append(canary)
    texts: dict[str, None] = {}
    # A record is never changed in place: whoever was the same in several snapshots is looked at once.
    seen: set[int] = set()
    for snapshot in case.history.snapshots:
        for side in Side:
            for entity, records in snapshot.of(side).items():
                kind = case.agreement.entity(side, entity)
                refers = {name for name, one in kind.fields.items() if one.type is Type.REFERENCE}
                for record_id, record in records.items():
                    if id(record) in seen or (side, entity, record_id) in kept:
                        continue
                    seen.add(id(record))
                    for text in (record_id, *_own(record, refers)):
                        if text not in texts:
                            texts[text] = None
                            left.difference_update(whole.get(text.strip().lower(), ()))
                            open_ids.discard(text)
                if not left and not open_ids:
                    return frozenset(canaries), ids
    # What nobody holds as it stands may be a part of what somebody holds; that is seldom encoded.
    every = "\n".join(texts)
    left -= Search(left).plain_in(every)
    left -= Search(left, case.noted("views", Views)).found_in(every)
    return frozenset(canaries) - left, ids - open_ids


def _own(record: Mapping[str, Any], refers: AbstractSet[str]) -> list[str]:
    """Return the texts of a record, but for its own id and whatever refers to other records."""
    found: list[str] = []
    for name, value in record.items():
        if name not in refers:
            _add_leaves(found, name, value)
    return found


def _add_leaves(found: list[str], name: str, value: Any) -> None:
    """Add every text of a value that stands under a name."""
    kind = type(value)
    # What there is most of comes first: it takes long to learn that something is no Mapping.
    if kind is str or kind is int:
        # A reference to a record, which may be one that is kept out, is no value of the record's own.
        if name != "id":
            found.append(value if kind is str else str(value))
    elif value is None or kind is bool:
        return
    elif kind is dict or isinstance(value, Mapping):
        for inner, one in value.items():
            _add_leaves(found, inner, one)
    elif isinstance(value, list | tuple):
        for one in value:
            _add_leaves(found, "", one)
    elif name != "id" or not isinstance(value, int | str):
        found.append(value if isinstance(value, str) else str(value))


def _ids_in(url: str) -> Iterator[str]:
    """Yield what an address names by itself: parts of its path, values of its query."""
    parts = urlsplit(url)
    yield from (unquote(one) for one in parts.path.split("/") if one)
    yield from (value for _, value in parse_qsl(parts.query))


def _linked_in(exchange: Exchange, links: AbstractSet[str]) -> Iterator[str]:
    """Yield the ids of the other side's records that writes give as links."""
    for write in exchange.writes:
        for link in links & write.sent.keys():
            value = write.sent[link]
            if isinstance(value, int | str) and not isinstance(value, bool):
                yield str(value)


def _in_order(found: Iterable[Canary]) -> list[Canary]:
    return sorted(found, key=lambda one: (one.key.key, one.key.field))
