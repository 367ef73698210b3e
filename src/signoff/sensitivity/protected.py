"""Put wrong things in for rows that keep a value where it is: a kept field overwritten, a never value let out."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace

from signoff.agreement.resolved import BoundRow, Pair
from signoff.agreement.statement import Kind, Statement
from signoff.checks.case import Phase
from signoff.checks.parts import is_part
from signoff.checks.privacy import canaries_of
from signoff.history import Key
from signoff.record import Path, blank, get
from signoff.sensitivity.attempt import Attempt, Way, alters
from signoff.sensitivity.binding import sent_ways
from signoff.sensitivity.draft import Draft
from signoff.sensitivity.message import adding, altered, other_than, saying
from signoff.sensitivity.scene import Scene, mark


def _protected(scene: Scene, statement: Statement) -> tuple[Pair, BoundRow]:
    return next(
        (pair, row) for pair in scene.agreement.pairs for row in pair.protected if row.statement == statement.id
    )


@alters(Kind.KEPT)
def overwritten(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield a kept field that the connector fills when it creates, or overwrites when it changes something."""
    pair, row = _protected(scene, statement)
    entity = scene.agreement.entity(row.side, pair.source if row.side is pair.sender else pair.target)
    path = row.path if is_part(entity, row.path) else Path.parse(row.path).head
    if row.side is pair.sender:
        ways = (
            adding(one.phase, "settle", one.sender_key, altered(one.sender_record, path))
            for one in scene.pairs_of(pair)
            if not blank(get(one.sender_record, path))
        )
        yield Attempt(
            statement.id, "filled by its owner", "overwritten", ways, fitting="a record in which it is filled"
        )
        return
    yield Attempt(
        statement.id, "created", "filled", sent_ways(scene, pair, "create", path), fitting="one that is created"
    )
    yield Attempt(
        statement.id,
        "filled by its owner",
        "overwritten",
        sent_ways(scene, pair, "update", path, filled=True),
        fitting="a change of one in which it is filled",
    )


@alters(Kind.NEVER)
def let_out(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield a never value in a request or a printed line, and a write after it alone has changed."""
    pair, row = _protected(scene, statement)
    found = [(canary.key.key, max(sorted(canary.forms), key=len)) for canary in canaries_of(scene.case, pair, row)]
    if found:
        requests = (way for key, text in found if (way := _in_request(scene, row, key, text)) is not None)
        yield Attempt(statement.id, "searched", "in a request", requests, fitting="a request to the other system")
        printed = (_in_print(scene, key, text) for key, text in found)
        yield Attempt(statement.id, "searched", "in a printed line", printed)
    alone = _written_alone(scene, pair, row)
    yield Attempt(statement.id, "changed alone", "written after", alone, fitting="a record in which it alone changes")


def _in_request(scene: Scene, row: BoundRow, key: Key, text: str) -> Way | None:
    for phase in scene.case.phases:
        for exchange, write in phase.writes:
            if exchange.side is not row.side:
                return Way(
                    edits=(saying(exchange.number, text),),
                    marks=frozenset({mark(key)}),
                    until=scene.case.phases[-1].label if not _there(phase, key) else phase.label,
                    subjects=frozenset({key, write.key}),
                    spoils=frozenset[Hashable]({("text", row.statement)}),
                    uses=frozenset[Hashable]({key}),
                    exchanges=frozenset({exchange.number}),
                )
    return None


def _there(phase: Phase, key: Key) -> bool:
    return phase.settled.snapshot.record(key) is not None


def _in_print(scene: Scene, key: Key, text: str) -> Way:
    phase = next((one for one in scene.case.phases if _there(one, key)), scene.case.phases[-1])

    def edit(draft: Draft) -> None:
        run = draft.run(phase.runs[-1].number)
        draft.set_run(replace(run, printed=f"{run.printed}\n{text}\n"))

    return Way(
        edits=(edit,),
        marks=frozenset({mark(key)}),
        until=phase.label,
        subjects=frozenset({key}),
        spoils=frozenset[Hashable]({("text", mark(key))}),
        uses=frozenset[Hashable]({key}),
    )


def _written_alone(scene: Scene, pair: Pair, row: BoundRow) -> Iterator[Way]:
    """Yield how another value is sent about a record of which only this field was changed."""
    top = Path.parse(row.path).head
    entity = pair.source if row.side is pair.sender else pair.target
    for phase in scene.case.phases:
        for key, names in phase.touched.items():
            if names != {top} or (key.side, key.entity) != (row.side, entity) or row.side is not pair.sender:
                continue
            receiver = phase.settled.partner(pair, key.id)
            if receiver is None or receiver not in phase.before.receivers(pair):
                continue
            record = phase.settled.receivers(pair)[receiver]
            name = next((one.target_top for one in pair.rows if not blank(record.get(one.target_top))), "")
            target = scene.case.receiver_key(pair, receiver)
            way = adding(phase, "settle", target, {name: other_than(record.get(name))})
            yield replace(way, marks=frozenset({mark(key)}), subjects=frozenset({key, target}))
