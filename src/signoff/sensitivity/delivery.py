"""Deliver records that must not arrive: a receiving record of their own is put into a snapshot."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from signoff.agreement.addresses import correcting
from signoff.agreement.resolved import Pair
from signoff.checks.case import Phase
from signoff.checks.named import refused_words, troubled, whole
from signoff.history import Exchange, Key, NamedFailure, Write
from signoff.model.promise import Promise
from signoff.record import Path, Record, RecordId, same_json
from signoff.rules.results import LeftOut
from signoff.rules.results import Value as Given
from signoff.sensitivity.attempt import Way
from signoff.sensitivity.draft import Draft, placed
from signoff.sensitivity.message import add, adding
from signoff.sensitivity.scene import BadRecord, Scene, Spot, mark

COPY = "x"
"""Ends the id of a receiving record that was put in, so that no other has it."""


def linked_record(scene: Scene, pair: Pair, phase: Phase, sender: RecordId) -> tuple[Key, dict[str, Any]] | None:
    """Return a receiving record for a sending one that has none: another's copy with its own link; None if none."""
    now = phase.settled
    pattern = next(iter(now.receivers(pair).items()), None)
    link = next((row for row in pair.rows if row.statement == pair.link_statement), None)
    if pattern is None or pair.link is None:
        return None
    if link is not None and link.rule is not None:
        result = link.rule.value(now.context(pair, sender))
        if not isinstance(result, Given):
            return None
        value = link.rule.raw(result, link.target_field)
    else:
        value = str(now.senders(pair)[sender].get(pair.link[0]))
    new_id = f"{pattern[0]}{COPY}{sender}"
    record = placed(pattern[1], Path.parse(pair.link[1]).segments, value)
    id_field = scene.agreement.entity(pair.sender.other, pair.target).id_field
    if id_field != pair.link[1]:
        record[id_field] = new_id
    return Key(pair.sender.other, pair.target, new_id), record


def delivered(
    scene: Scene, pair: Pair, phase: Phase, sender: RecordId, filled: Mapping[str, object] | None = None
) -> Way | None:
    """Return how a record arrives that had no partner in a phase, neither before nor after it; None if it had one."""
    if phase.settled.partner(pair, sender) is not None:
        return None
    if phase.previous is not None and phase.previous.partner(pair, sender) is not None:
        return None
    made = linked_record(scene, pair, phase, sender)
    if made is None:
        return None
    key, record = made[0], {**made[1], **(filled or {})}
    sender_key = scene.case.sender_key(pair, sender)
    return Way(
        edits=(lambda draft: _create(draft, phase, key, record),),
        marks=frozenset({mark(sender_key)}),
        until=phase.label,
        subjects=frozenset({sender_key}),
        spoils=frozenset[Hashable]({sender_key}),
    )


def _create(draft: Draft, phase: Phase, key: Key, record: Record) -> None:
    draft.set_record(phase.label, "settled", key, record)
    run = [one.number for one in phase.runs if one.kind == "settle"][-1]
    add(draft, run, Write("create", key, dict(record), None, dict(record)))


def changed(scene: Scene, one: BadRecord) -> Way | None:
    """Return how a record that turned bad is written to all the same; None when it had not arrived before."""
    partner = one.phase.settled.partner(one.pair, one.sender)
    key = scene.case.receiver_key(one.pair, partner) if partner is not None else None
    if key is None or partner not in one.phase.before.receivers(one.pair):
        return None
    record = one.phase.settled.receivers(one.pair)[key.id]
    name = next((row.target_top for row in one.pair.rows if row.target_top in record), "")
    sender = scene.case.sender_key(one.pair, one.sender)
    way = adding(one.phase, "settle", key, {name: record.get(name)})
    return replace(way, marks=frozenset({mark(sender)}), subjects=frozenset({sender, key}))


def named_all_the_same(scene: Scene, pair: Pair) -> Iterator[Way]:
    """Yield how the result names a record of which all arrived, where nothing else would explain the name."""
    if correcting(pair):
        return
    calm = {phase.label: refused_words(_asked(scene, phase)) for phase in scene.case.phases if _calm(scene, phase)}
    for one in scene.pairs_of(pair):
        key, phase = one.sender_key, one.phase
        said = NamedFailure("", key.entity, key.id, "perhaps")
        if not calm.get(phase.label, {key.id}).isdisjoint({key.id, one.receiver}):
            continue
        if whole(scene.case, phase, said) and _as_charted(scene, one):
            yield Way(
                edits=(partial(_named, phase.runs[-1].number, said),),
                marks=frozenset({mark(key)}),
                until=phase.label,
                subjects=frozenset({key}),
                spoils=frozenset[Hashable]({key, "result", ("run", phase.runs[-1].number)}),
                uses=frozenset[Hashable]({one.receiver_key}),
            )


def _as_charted(scene: Scene, one: Spot) -> bool:
    """Tell whether all that the chart says of a record, on either side, is so: else it is rightly named."""
    spots = [one]
    if one.pair.back is not None:
        spots.append(Spot(one.pair.back, one.phase, one.receiver, one.sender))
    return all(
        promise is None or _holds(scene, spot, promise)
        for spot in spots
        for promise in one.phase.settled.promises(spot.pair, spot.sender).values()
    )


def _holds(scene: Scene, spot: Spot, promise: Promise) -> bool:
    shown, rule = scene.field(spot, promise), promise.row.rule
    if rule is None or isinstance(shown.expected, LeftOut) or (shown.tolerated and same_json(shown.held, shown.actual)):
        return True
    return rule.agrees(shown.expected, shown.actual, spot.phase.settled.context(spot.pair, spot.sender))


def _calm(scene: Scene, phase: Phase) -> bool:
    """Tell whether every run of a phase came to its end, and no system answered with trouble."""
    return bool(phase.runs) and not (phase.crashed or troubled(phase, phase.runs[-1], _asked(scene, phase)))


def _asked(scene: Scene, phase: Phase) -> list[Exchange]:
    runs = {run.number for run in phase.runs}
    return [one for one in scene.history.exchanges if one.run in runs]


def _named(run: int, said: NamedFailure, draft: Draft) -> None:
    now = draft.run(run)
    draft.set_run(replace(now, ok=False, failed=(*now.failed, said)))


def unnamed(scene: Scene, one: BadRecord) -> Way | None:
    """Return how the result says nothing of a record that it names; None where it does not name it."""
    if not any(said.id == one.sender for run in one.phase.runs for said in run.failed):
        return None
    sender = scene.case.sender_key(one.pair, one.sender)

    def edit(draft: Draft) -> None:
        for run in one.phase.runs:
            now = draft.run(run.number)
            draft.set_run(replace(now, failed=tuple(said for said in now.failed if said.id != one.sender)))

    return Way(
        edits=(edit,),
        marks=frozenset({mark(sender)}),
        until=one.phase.label,
        subjects=frozenset({sender}),
        spoils=frozenset[Hashable]({sender}),
        uses=frozenset[Hashable]({"result"}),
    )
