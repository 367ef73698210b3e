"""Put another row's value in after a change of status: wherever a status is entered from, a wrong value must show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from signoff.agreement.statement import Kind, Statement
from signoff.agreement.transitions import EFFORTS, Transition, Walk, walks
from signoff.checks.moves import moves
from signoff.history import Key
from signoff.record import Value
from signoff.rules.results import BadData
from signoff.sensitivity.attempt import Attempt, Way, alters
from signoff.sensitivity.draft import Draft
from signoff.sensitivity.message import adding
from signoff.sensitivity.scene import Scene, mark
from signoff.sensitivity.values import in_its_place


@alters(Kind.VALUE)
def another_after(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield another value of the table for each change of status that the effort promises.

    Where the status is held back, a message brings it to the record that is to stay as it was.
    """
    if scene.history.effort not in EFFORTS:
        return
    for walk in walks(scene.agreement):
        for one in walk.transitions:
            if one.statement != statement.id:
                continue
            if any(status.name == one.into and status.held for status in walk.statuses):
                told_of = frozenset({walk.pair.statement("held"), *(row.statement for row in walk.pair.policy)})
                yield Attempt(statement.id, one.name, "another row's value", _brought(scene, walk, one), told_of)
            else:
                yield in_its_place(scene, statement.id, one.name, scene.after(one.statement, one.name), "")


def _brought(scene: Scene, walk: Walk, change: Transition) -> Iterator[Way]:
    """Yield how the partner of a record that is held back from now on gets a value of the table all the same."""
    for moved in moves(scene.case, walk):
        pair, phase = walk.pair, moved.phase
        partner = phase.settled.partner(pair, moved.sender)
        promise = phase.settled.promise(pair, walk.row.target, moved.sender)
        if moved.transition != change or partner not in phase.before.receivers(pair) or partner is None:
            continue
        if promise is None or promise.row.rule is None or not isinstance(promise.result, BadData):
            continue
        held = phase.settled.raw(pair, partner, promise.row.target)
        sender, key = scene.case.sender_key(pair, moved.sender), scene.case.receiver_key(pair, partner)
        for value in promise.row.rule.other_outputs(promise.result):
            if value != held:
                way = adding(phase, "settle", key, {promise.row.target_top: value})
                taken = partial(_taken, phase.label, key, promise.row.target, value)
                yield replace(
                    way, edits=(*way.edits, taken), marks=frozenset({mark(sender)}), subjects=frozenset({sender, key})
                )


def _taken(label: str, key: Key, path: str, value: Value, draft: Draft) -> None:
    draft.set_value(label, "settled", key, path, value)
