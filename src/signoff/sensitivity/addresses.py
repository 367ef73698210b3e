"""Put wrong addresses in: as it was where it should be corrected, a mere suggestion taken, a report that is missing."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace

from signoff.addresses import Answer
from signoff.agreement.matters import BoundAddress
from signoff.agreement.resolved import BoundRow, Pair
from signoff.agreement.statement import Kind, Statement
from signoff.checks.addresses import CHANGED, REPORTED, Fresh, as_it_was, promised, taken_result
from signoff.checks.case import Phase
from signoff.record import Value
from signoff.sensitivity.attempt import Attempt, Way, alters
from signoff.sensitivity.draft import Draft
from signoff.sensitivity.rows import way_with
from signoff.sensitivity.scene import Scene, Shown, Spot, mark

_NAMES = {
    Answer.CORRECTED: "as it was",
    Answer.UNCERTAIN: "the suggestion taken",
    Answer.UNKNOWN: "what is left of it taken",
    Answer.NONE: "the address left out",
}


@alters(Kind.ADDRESS)
def wrong_addresses(scene: Scene, statement: Statement) -> Iterator[Attempt]:
    """Yield what a connector would do with an answer that it does not heed, in each phase, and its silence."""
    row = next(one for one in scene.agreement.matters.addresses if one.statement == statement.id)
    met = [found for found in scene.addresses_met if found[2].said is row.answer]
    for kind in promised(row):
        if kind == REPORTED:
            yield Attempt(row.statement, kind, "not reported", _unsaid(scene, met), fitting="one who is reported")
            continue
        spots = [found for found in met if found[2].kind == kind]
        # A field that the outage kept back looks like one that is never brought: that is told of the chart row.
        rows = frozenset(one.statement for found in spots for one in found[2].rows) if kind == CHANGED else frozenset()
        told_of = rows if row.answer is Answer.NONE else frozenset[str]()
        ways = (way for found in spots for way in _ways(scene, *found, row))
        yield Attempt(row.statement, kind, _NAMES[row.answer], ways, told_of, "an address that would then be wrong")


def _ways(scene: Scene, pair: Pair, phase: Phase, found: Fresh, row: BoundAddress) -> Iterator[Way]:
    for one in found.rows:
        shown = _shown(scene, pair, phase, found, one)
        if shown is None:
            continue
        for value in _values(pair, phase, found, one, row, shown):
            way = way_with(shown, value)
            if way is not None:
                yield way


def _shown(scene: Scene, pair: Pair, phase: Phase, found: Fresh, row: BoundRow) -> Shown | None:
    assert found.receiver is not None
    promise = phase.settled.promise(pair, row.target, found.sender)
    if promise is None or promise.row is not row:
        return None
    return scene.field(Spot(pair, phase, found.sender, found.receiver), promise)


def _values(pair: Pair, phase: Phase, found: Fresh, one: BoundRow, row: BoundAddress, shown: Shown) -> Iterator[Value]:
    assert one.rule is not None
    if row.answer is Answer.NONE:
        yield shown.held
        return
    if row.answer is Answer.CORRECTED:
        other = as_it_was(phase.settled, pair, one, found.sender)
    else:
        other = taken_result(phase.settled, pair, one, found.sender, found.entry)
    if other is not None:
        yield one.rule.raw(other, one.target_field)
    elif row.answer is Answer.UNKNOWN:
        yield None


def _unsaid(scene: Scene, met: list[tuple[Pair, Phase, Fresh]]) -> Iterator[Way]:
    """Yield how a record that was reported is reported by no run of its phase."""
    for pair, phase, found in met:
        ids = (found.sender, found.receiver)
        runs = [run for run in phase.runs if any(one.id in ids for one in run.reported)]
        if not runs:
            continue

        def edit(draft: Draft, numbers: tuple[int, ...] = tuple(run.number for run in runs), ids: object = ids) -> None:
            for number in numbers:
                run = draft.run(number)
                draft.set_run(replace(run, reported=tuple(one for one in run.reported if one.id not in ids)))  # type: ignore[operator]

        key = scene.case.sender_key(pair, found.sender)
        yield Way(
            edits=(edit,),
            marks=frozenset({mark(key)}),
            until=phase.label,
            subjects=frozenset({key}),
            spoils=frozenset[Hashable]({key, ("reported", key)}),
        )
