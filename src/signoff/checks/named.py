"""Check that whom the connector names as failed is a record, and one that something kept from arriving."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set

from signoff.agreement.addresses import correcting
from signoff.agreement.resolved import Pair
from signoff.checks.case import FINISHES, Case, Phase
from signoff.checks.held import about
from signoff.checks.ledger import Ledger
from signoff.checks.telling import plain_example, record_words
from signoff.history import Exchange, Key, NamedFailure, Run
from signoff.model.policy import decided
from signoff.model.sight import Sight
from signoff.record import RecordId
from signoff.schema import Side

_TROUBLE = (408, 429)
_SERVER_ERRORS = range(500, 600)
_WORD = re.compile(r"[A-Za-z0-9_-]+")


def check_named(case: Case, ledger: Ledger) -> None:
    """Judge whom results name as failed: `connector:finishes` for invented ids, `:held` for records that arrived.

    A connector that names everybody says nothing of anybody, and would hide what it lost. A name is believed where
    anything explains it: bad data, somebody who has left, a wrong value, a refused request about the record, or a
    system that answered with trouble, or a list wrongly, in that run or an earlier one of the phase.
    """
    wrong = {(label, key) for label, key, _ in ledger.blamed}
    known: dict[tuple[Side, str], set[RecordId]] = {}
    meant = Meant(case)
    for phase in case.phases:
        _meet(phase, known)
        every = {run.number for run in phase.runs}
        there: dict[tuple[str, RecordId], bool] = {}
        for run in phase.runs:
            asked = [one for one in case.history.exchanges if one.run in every and one.run <= run.number]
            in_trouble = troubled(phase, run, asked)
            refused = refused_words(asked)
            for one in dict.fromkeys(run.failed):
                if not meant.exists(known, one):
                    if case.former is None or not case.former.left_aside(one):
                        _invented(case, ledger, run, one)
                    continue
                if in_trouble or run.crashed or one.id in refused:
                    continue
                found = list(meant.records(phase, one))
                for pair, sender in found:
                    if (pair.name, sender) not in there:
                        there[pair.name, sender] = not any(
                            (phase.label, key) in wrong for key in _both_of(case, phase, pair, sender)
                        ) and _arrived(case, phase, pair, sender)
                if found and all(there[pair.name, sender] for pair, sender in found):
                    partners = {partner for pair, sender in found if (partner := phase.settled.partner(pair, sender))}
                    if refused.isdisjoint(partners | {sender for _, sender in found}):
                        _arrived_all_the_same(case, ledger, phase, run, one, *found[0])


def troubled(phase: Phase, run: Run, asked: Iterable[Exchange]) -> bool:
    """Tell whether a system answered with trouble, or a list wrongly, in a run or an earlier one of its phase."""
    return any(one.status in _TROUBLE or one.status in _SERVER_ERRORS for one in asked) or any(
        one.spoilt for one in phase.runs if one.number <= run.number
    )


def refused_words(asked: Iterable[Exchange]) -> frozenset[str]:
    """Return every word of the requests that were refused, ids among them."""
    return frozenset[str]().union(*(_words(one) for one in asked if _refused(one)))


def whole(case: Case, phase: Phase, one: NamedFailure) -> bool:
    """Tell whether all that a name may mean arrived, with nothing about it that explains that it is named."""
    found = list(Meant(case).records(phase, one))
    return bool(found) and all(_arrived(case, phase, pair, sender) for pair, sender in found)


def _both_of(case: Case, phase: Phase, pair: Pair, sender: RecordId) -> Iterator[Key]:
    """Yield the keys of a record and of its partner: what is wrong on the way back is found at the partner."""
    yield case.sender_key(pair, sender)
    partner = phase.settled.partner(pair, sender)
    if partner is not None:
        yield case.receiver_key(pair, partner)


def everybody(case: Case) -> Mapping[tuple[Side, str], Set[RecordId]]:
    """Return the records that there ever were, by where they stand."""
    known: dict[tuple[Side, str], set[RecordId]] = {}
    for phase in case.phases:
        _meet(phase, known)
    return known


def _meet(phase: Phase, known: dict[tuple[Side, str], set[RecordId]]) -> None:
    """Add the records that there were in a phase, also those that came and went between two snapshots."""
    for sight in (phase.before, phase.settled):
        for side in Side:
            for entity, records in sight.snapshot.of(side).items():
                known.setdefault((side, entity), set()).update(records)
    keys = [one.key for one in phase.operations]
    keys += [write.key for _, write in phase.writes]
    for key in keys:
        known.setdefault((key.side, key.entity), set()).add(key.id)


class Meant:
    """Know what the names in results may mean; what a word for an entity may mean is worked out once."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._pairs: dict[str, tuple[Pair, ...]] = case.of_agreement("bindings by word", dict)
        self._places: dict[str, tuple[tuple[Side, str], ...] | None] = case.of_agreement("places by word", dict)

    def exists(self, known: Mapping[tuple[Side, str], Set[RecordId]], one: NamedFailure) -> bool:
        """Tell whether a name is that of a record; True also for entities of which the harness reads nothing."""
        if one.entity not in self._places:
            self._places[one.entity] = self._places_of(one.entity)
        places = self._places[one.entity]
        if places is None:
            return any(one.id in ids for ids in known.values())
        if places and not self.bindings(one.entity) and not any(place in known for place in places):
            return True
        return any(one.id in known.get(place, ()) for place in places)

    def records(self, phase: Phase, one: NamedFailure) -> Iterator[tuple[Pair, RecordId]]:
        """Yield the records that a name may mean, by the id of either side."""
        for pair in self.bindings(one.entity):
            if one.id in phase.settled.senders(pair):
                yield pair, one.id
            sender = phase.settled.paired(pair).sender_of.get(one.id)
            if sender is not None and sender != one.id:
                yield pair, sender

    def bindings(self, entity: str) -> tuple[Pair, ...]:
        """Return the bindings that a word may mean."""
        if entity not in self._pairs:
            self._pairs[entity] = tuple(pair for pair in self._case.agreement.pairs if about(entity, pair))
        return self._pairs[entity]

    def _places_of(self, entity: str) -> tuple[tuple[Side, str], ...] | None:
        """Return where the records stand that a word may mean; None: anywhere."""
        word, pairs = entity.replace(" ", "").lower(), self.bindings(entity)
        if word and not pairs:
            schemas = self._case.agreement.schemas
            named = [(side, one) for side in Side for one in schemas[side].entities if one.lower() == word]
            return tuple(named) or None
        both = (place for pair in pairs for place in ((pair.sender, pair.source), (pair.sender.other, pair.target)))
        return tuple(dict.fromkeys(both))


def _arrived(case: Case, phase: Phase, pair: Pair, sender: RecordId) -> bool:
    """Tell whether a record is there, and nothing about it explains that it is said to have failed."""
    partner = phase.settled.partner(pair, sender)
    if partner is None or case.turn(pair, phase, sender) is not None or correcting(pair):
        return False
    sights = [one for one in (phase.settled, phase.before, phase.previous) if one is not None]
    return all(_sound(sight, pair, sender) for sight in sights) and (
        pair.back is None or all(_sound(sight, pair.back, partner) for sight in sights)
    )


def _sound(sight: Sight, pair: Pair, record_id: RecordId) -> bool:
    """Tell whether a record is in scope with nothing bad about it; one that was not there yet is."""
    if record_id not in sight.senders(pair):
        return True
    if not sight.in_scope(pair, record_id) or sight.bad(pair, record_id) or decided(sight, pair, record_id):
        return False
    promises = sight.promises(pair, record_id).values()
    return all(one is None or one.reason is None for one in promises)


def _refused(exchange: Exchange) -> bool:
    return exchange.status >= 400 or any(not write.accepted for write in exchange.writes)


def _words(exchange: Exchange) -> frozenset[str]:
    """Return every word of a request, its ids among them."""
    text = f"{exchange.url} {exchange.request_body.decode('utf-8', 'replace')}"
    return frozenset(_WORD.findall(text)) | {write.key.id for write in exchange.writes}


def _invented(case: Case, ledger: Ledger, run: Run, one: NamedFailure) -> None:
    if not ledger.once(FINISHES, f"names {one.entity} {one.id}"):
        return
    who = f"{one.entity or 'record'} {one.id}"[:100]
    ledger.find(
        FINISHES,
        "invented name",
        lambda: plain_example(
            case,
            FINISHES,
            f"run {run.number} of {len(case.history.runs)}",
            "whoever is named as failed is a record of one of the two systems",
            f"the result names {who} as failed, and no system has had such a record",
            run.phase,
        ),
    )


def _arrived_all_the_same(
    case: Case, ledger: Ledger, phase: Phase, run: Run, one: NamedFailure, pair: Pair, sender: RecordId
) -> None:
    statement = pair.statement("held")
    key: Key = case.sender_key(pair, sender)
    if not ledger.once(statement, f"{phase.label}/{sender}"):
        return
    ledger.find(
        statement,
        "named though it arrived",
        lambda: plain_example(
            case,
            statement,
            record_words(key, phase.settled.senders(pair)[sender]),
            "not named as failed, because nothing is wrong with it and all of it arrived",
            f"named as failed in run {run.number}; the connector said: {one.reason or 'nothing'}"[:300],
            phase.label,
            key=key,
        ),
    )
