"""Put wrong populations in: a whole case stays away, somebody who should be kept out arrives."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from signoff.agreement.resolved import Pair, PopulationCase
from signoff.agreement.statement import Kind, Statement
from signoff.checks.case import Phase
from signoff.checks.leaks import forms_of
from signoff.checks.unmentioned import hidden, searched
from signoff.history import Key
from signoff.record import get
from signoff.sensitivity.attempt import Attempt, Way, alters
from signoff.sensitivity.delivery import delivered
from signoff.sensitivity.draft import Draft
from signoff.sensitivity.message import saying
from signoff.sensitivity.scene import Scene, Spot, mark


@alters(Kind.POPULATION)
def wrong_population(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield all partners of a case removed, or a partner added to one who is kept out."""
    for pair in scene.agreement.pairs:
        for case in pair.population:
            if case.statement != statement.id:
                continue
            if case.reaches:
                only = sum(one.reaches for one in pair.population) == 1
                # Where no other row lets anybody in, nobody is left who arrived: that is told of `:arrive`.
                told_of = frozenset({pair.statement("arrive")} if only else ())
                ways = _all_away(scene, pair, case, only)
                yield Attempt(statement.id, "in scope", "all of them missing", ways, told_of, "two who arrive")
            else:
                arrivals = _added(scene, pair, case)
                yield Attempt(statement.id, "kept out", "arrived", arrivals, fitting="one who is kept out")
                yield Attempt(statement.id, "kept out", "asked about", _asked_about(scene, pair, case))


def _all_away(scene: Scene, pair: Pair, case: PopulationCase, only: bool) -> Iterator[Way]:
    for phase in scene.case.phases:
        of_case: list[Spot] = []
        others: list[Spot] = []
        for sender in phase.settled.senders(pair):
            receiver = scene.sound(pair, phase, sender)
            if receiver is not None:
                (of_case if phase.settled.case(pair, sender) is case else others).append(
                    Spot(pair, phase, sender, receiver)
                )
        new = sorted(of_case, key=lambda one: not one.created)[:2]
        if len(new) == 2 and (only or len(others) >= 2):
            yield _away(pair, phase, new, [] if only else others[:2])


def _away(pair: Pair, phase: Phase, gone: list[Spot], stay: list[Spot]) -> Way:
    def edit(draft: Draft) -> None:
        for one in gone:
            draft.set_record(phase.label, "settled", one.receiver_key, None)

    return Way(
        edits=(edit,),
        marks=frozenset(mark(one.sender_key) for one in gone),
        until=phase.label,
        subjects=frozenset(one.sender_key for one in (*gone, *stay)),
        spoils=frozenset[Hashable]({pair.name, *_keys(gone), *_keys(stay)}),
    )


def _keys(spots: list[Spot]) -> list[Key]:
    return [key for one in spots for key in (one.sender_key, one.receiver_key)]


def _added(scene: Scene, pair: Pair, case: PopulationCase) -> Iterator[Way]:
    for phase in scene.case.phases:
        for sender in phase.settled.senders(pair):
            if phase.settled.case(pair, sender) is case:
                way = delivered(scene, pair, phase, sender)
                if way is not None:
                    yield way


def _asked_about(scene: Scene, pair: Pair, case: PopulationCase) -> Iterator[Way]:
    """Yield how a value that is somebody's own stands in a request to the side that knows nothing of them."""
    fields = searched(scene.agreement.entity(pair.sender, pair.source))
    out = hidden(scene.case, pair)
    for phase in scene.case.phases:
        carrying = next((one for one in phase.writes if one[0].side is pair.sender.other), None)
        for sender, rows in out.items() if carrying is not None else ():
            record = phase.settled.senders(pair).get(sender)
            if record is None or carrying is None or rows.get(phase.label) is not case:
                continue
            values = [get(record, path) for path in fields]
            forms = sorted(form for one in values if isinstance(one, str) for form in forms_of(one))
            text = max(forms, key=len, default="")
            if text:
                exchange, write = carrying
                key = scene.case.sender_key(pair, sender)
                yield Way(
                    edits=(saying(exchange.number, f"\n{text}\n"),),
                    marks=frozenset({mark(key)}),
                    until=phase.label,
                    subjects=frozenset({key, write.key}),
                    spoils=frozenset[Hashable]({("text", mark(key))}),
                    uses=frozenset[Hashable]({key}),
                    exchanges=frozenset({exchange.number}),
                )
