"""Put wrong things in for bad-data rows: a record delivered or not named, a field sent all the same, nobody there."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from signoff.agreement.policy import CUT, HELD, NOTHING
from signoff.agreement.resolved import BoundPolicy, Pair
from signoff.agreement.statement import Kind, Statement
from signoff.checks.policy import ARRIVES, NAMED, TURNS
from signoff.record import ABSENT, Value, blank
from signoff.rules.results import Value as Given
from signoff.sensitivity.attempt import Attempt, Way, alters
from signoff.sensitivity.delivery import changed, delivered, unnamed
from signoff.sensitivity.draft import Draft
from signoff.sensitivity.message import other_than
from signoff.sensitivity.rows import way_with
from signoff.sensitivity.scene import BadRecord, Scene, Shown, Spot, mark

MOST = 12
"""So many records of a row are looked at."""


@alters(Kind.BAD_DATA)
def wrong_policy(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield what a row forbids: the record written, or held back; the field written, or not cut."""
    for pair in scene.agreement.pairs:
        for row in pair.policy:
            if row.statement == statement.id:
                yield from _held(scene, pair, row) if row.then in (HELD, NOTHING) else _arriving(scene, pair, row)


def _held(scene: Scene, pair: Pair, row: BoundPolicy) -> Iterator[Attempt]:
    bad = [
        one
        for one in scene.bad_records()
        if one.pair is pair and row in scene.decided(one.phase.settled, pair, one.sender)
    ]
    new = (way for one in bad if (way := _delivered(scene, one)) is not None)
    yield Attempt(row.statement, ARRIVES, "delivered", new, fitting="a record that is bad when it is made")
    old = (way for one in bad if (way := changed(scene, one)) is not None)
    yield Attempt(row.statement, TURNS, "changed", old)
    if row.then == HELD:
        quiet = (way for one in bad if (way := unnamed(scene, one)) is not None)
        yield Attempt(row.statement, NAMED, "not named", quiet, fitting="a record that the result names")


def _delivered(scene: Scene, one: BadRecord) -> Way | None:
    """Return how a bad record arrives; what a table should have given is blank, so that no table is misread."""
    tables = {row.target_top: None for row in one.pair.rows if row.rule is not None and row.rule.table}
    return delivered(scene, one.pair, one.phase, one.sender, tables)


def _arriving(scene: Scene, pair: Pair, row: BoundPolicy) -> Iterator[Attempt]:
    shown = list(_shown(scene, pair, row))
    name = "cut elsewhere" if row.then == CUT else "written all the same"
    for phase, created in ((ARRIVES, True), (TURNS, False)):
        fields = [one for one in shown if one.spot.created is created]
        wrong = (way for one in fields for value in _wrong(one) if (way := way_with(one, value)) is not None)
        yield Attempt(row.statement, phase, name, wrong, fitting="a record that is so" if created else "")
        if not created:
            cleared = (way for one in fields if (way := way_with(one, ABSENT)) is not None)
            yield Attempt(row.statement, phase, "cleared", cleared)
    yield Attempt(row.statement, ARRIVES, "held back", _away(scene, pair, row), fitting="two records that are so")


def _shown(scene: Scene, pair: Pair, row: BoundPolicy) -> Iterator[Shown]:
    """Yield the fields about which a row decides for the first time, of records that arrived."""
    for phase in scene.case.phases:
        found = 0
        for sender in phase.settled.senders(pair):
            receiver = scene.sound(pair, phase, sender)
            if receiver is None or row not in scene.decided(phase.settled, pair, sender):
                continue
            spot = Spot(pair, phase, sender, receiver)
            if not spot.created and phase.previous is not None and row in scene.decided(phase.previous, pair, sender):
                continue
            for promise in phase.settled.promises(pair, sender).values():
                if promise is not None and promise.policy == row.statement:
                    yield scene.field(spot, promise)
                    found += 1
            if found >= MOST:
                break


def _wrong(one: Shown) -> Iterator[Value]:
    """Yield what a connector that does not know the row might write."""
    if isinstance(one.expected, Given) and isinstance(one.expected.typed, str):
        yield from (one.expected.typed[:-1], f"{one.expected.typed}x")
    yield other_than(one.held)
    spot, target = one.spot, one.row.target
    for other in list(spot.phase.settled.receivers(spot.pair))[:MOST]:
        value = spot.phase.settled.raw(spot.pair, other, target)
        if not blank(value):
            yield value


def _away(scene: Scene, pair: Pair, row: BoundPolicy) -> Iterator[Way]:
    """Yield how every record of a row is missing in the phase in which two of them came, while others are there."""
    for phase in scene.case.phases:
        spots = [
            Spot(pair, phase, sender, receiver)
            for sender in phase.settled.senders(pair)
            if (receiver := scene.sound(pair, phase, sender)) is not None
        ]
        old = phase.previous
        before = {one.sender: scene.decided(old, pair, one.sender) if old is not None else () for one in spots}
        gone = [one for one in spots if row in (*scene.decided(phase.settled, pair, one.sender), *before[one.sender])]
        stay = [one for one in spots if one not in gone and not scene.decided(phase.settled, pair, one.sender)][:2]
        new = [one for one in gone if one.created]
        if len(new) >= 2 and stay:
            yield _missing(phase.label, gone, new[:2], stay)


def _missing(label: str, gone: list[Spot], new: list[Spot], stay: list[Spot]) -> Way:
    def edit(draft: Draft) -> None:
        for one in gone:
            draft.set_record(label, "settled", one.receiver_key, None)

    return Way(
        edits=(edit,),
        marks=frozenset(mark(one.sender_key) for one in new),
        until=label,
        subjects=frozenset(one.sender_key for one in (*new, *stay)),
        spoils=frozenset[Hashable](
            {gone[0].pair.name, *(key for one in (*gone, *stay) for key in (one.sender_key, one.receiver_key))}
        ),
    )
