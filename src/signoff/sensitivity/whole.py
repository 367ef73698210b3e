"""Put wrong observations in for what a workflow says of everybody: more is written, doubled, removed, not as charted.

Each function yields what could be wrong, by name, with the edit that makes it so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from signoff.agreement.played import Step
from signoff.checks.case import Case
from signoff.checks.sentences import Judging
from signoff.history import Key, Write
from signoff.record import ABSENT, Record, Value, blank
from signoff.rules.results import Value as Given
from signoff.sensitivity.again import SecondCase
from signoff.sensitivity.attempt import Way
from signoff.sensitivity.cut import Cutter
from signoff.sensitivity.draft import Draft
from signoff.sensitivity.made import nobodys, second_of
from signoff.sensitivity.message import add, other_than
from signoff.sensitivity.observed import Wrong
from signoff.sensitivity.rows import way_with
from signoff.sensitivity.scene import Scene, Shown, Spot, mark
from signoff.verdict import Finding, Outcome

_LOOKED_AT = 3
"""So many records of each binding are looked at for one into which something wrong fits."""


def wrong_writes(judging: Judging, number: int, _: Step) -> Wrong:
    """Yield how a further run writes once more what is there, or makes something new."""
    label, snapshot = judging.cast.phases[number], judging.snapshot(number)
    runs = [one.number for one in judging.history.runs if one.phase == label and one.kind == "further"]
    if not runs:
        return
    for pair in judging.agreement.pairs:
        key, record = nobodys(judging.agreement, snapshot, pair)
        held = next(iter(snapshot.of(key.side).get(key.entity, {}).items()), None)
        if held is not None:
            there = replace(key, id=held[0])
            yield "written again", partial(_written, runs[-1], Write("update", there, held[1], held[1], held[1]))
        yield "created", partial(_written, runs[-1], Write("create", key, record, None, record))


def _written(run: int, write: Write, draft: Draft) -> None:
    add(draft, run, write)


def wrong_counts(judging: Judging, number: int, _: Step) -> Wrong:
    """Yield how somebody has a second record, and how one there is nobody's."""
    label, snapshot = judging.cast.phases[number], judging.snapshot(number)
    sight = judging.sight(snapshot)
    for pair in judging.agreement.pairs:
        receiver = next((found[0] for found in sight.paired(pair).partners.values() if found), "")
        if receiver:
            yield "a second one", partial(_put, label, *second_of(judging.agreement, snapshot, pair, receiver))
        yield "one that is nobody's", partial(_put, label, *nobodys(judging.agreement, snapshot, pair))


def _put(label: str, key: Key, record: Record | None, draft: Draft) -> None:
    draft.set_record(label, "settled", key, record)


def wrong_removals(judging: Judging, number: int, _: Step) -> Wrong:
    """Yield how the connector deletes somebody, and how one who had arrived is gone."""
    label = judging.cast.phases[number]
    run = next((one.number for one in reversed(judging.history.runs) if one.phase == label), 0)
    sight = judging.sight(judging.snapshot(number))
    earlier = judging.history.phases[: judging.history.phases.index(label)]
    for pair in judging.agreement.pairs:
        for sender, partners in list(sight.paired(pair).partners.items())[:_LOOKED_AT]:
            key = Key(pair.sender.other, pair.target, partners[0])
            if run:
                yield "deleted", partial(_written, run, Write("delete", key, {}, sight.receivers(pair)[key.id], None))
            stands = sight.standing(pair, sender)
            # Whoever has left, and is kept there, need not be there.
            if (stands is None or not stands.out) and any(_held(judging, one, key) for one in earlier):
                yield "gone", partial(_put, label, key, None)


def _held(judging: Judging, label: str, key: Key) -> bool:
    snapshot = judging.history.snapshot(label, "settled")
    return snapshot is not None and snapshot.record(key) is not None


@dataclass(slots=True)
class Again(Judging):
    """Judge a workflow of which a part was altered and laid out for the second time."""

    altered: Case | None = None

    def case(self, label: str) -> Case:
        """Return the altered part."""
        return self.altered or Judging.case(self, label)


def disagreements(judging: Judging, number: int, step: Step) -> Iterator[tuple[str, bool]]:
    """Yield each wrong value by its name, and whether `both systems agree` notices it.

    All is put into one record at once, each wrong value into a field of its own, so that one more look is enough: the
    row that says what the field holds must be found wrong there. What is not told of its row is put in alone.
    """
    case = judging.case(judging.cast.phases[number])
    scene = Scene(case)
    places = _places(scene)
    if not places:
        return
    spot, wrong = places[0]
    guilty = _guilty(judging, number, step, spot, [way for _, way in wrong.values()])
    seen = [name for name, (statement, _) in wrong.items() if statement in guilty]
    yield from ((name, True) for name in seen)
    for name in dict.fromkeys(name for _, found in places for name in found if name not in seen):
        ways = [(where, found[name][1]) for where, found in places if name in found]
        yield name, any(_guilty(judging, number, step, where, [way]) for where, way in ways)


def _guilty(judging: Judging, number: int, step: Step, spot: Spot, ways: list[Way]) -> set[str]:
    """Return the statements that are found wrong at a record once wrong values were put in, if the sentence is."""
    label = judging.cast.phases[number]
    case = judging.case(label)
    draft = Draft(Cutter(case).cut({spot.sender_key}, spot.phase.label, frozenset(), printed=False))
    for way in ways:
        for edit in way.edits:
            edit(draft)
    again = Again(
        judging.agreement, judging.workflow, judging.cast, judging.history, judging.today,
        altered=SecondCase(case, draft.history()),
    )  # fmt: skip
    if again.told(number, step).right:
        return set()
    red = [one for one in again.judged(label)[0].values() if one.outcome is Outcome.FAILED]
    who = mark(spot.sender_key)
    return {one.statement for one in red if any(_whose(found) == who for found in one.findings)}


def _whose(finding: Finding) -> str:
    return finding.counterexample.record.partition(",")[0].partition(" of ")[0]


def _places(scene: Scene) -> list[tuple[Spot, dict[str, tuple[str, Way]]]]:
    """Return records of the last phase with the wrong values that fit, the most first; those that people changed."""
    found: list[tuple[Spot, dict[str, tuple[str, Way]]]] = []
    last = scene.case.phases[-1]
    for pair in scene.case.agreement.pairs:
        spots = [one for one in scene.pairs_of(pair) if one.phase is last]
        for spot in sorted(spots, key=lambda one: one.sender_key not in last.touched)[:_LOOKED_AT]:
            wrong = _wrong_values(scene, spot)
            if wrong:
                found.append((spot, wrong))
    return sorted(found, key=lambda one: -len(one[1]))


def _stale(one: Shown) -> Value:
    return one.actual if one.spot.created else one.held


_SORTS: Mapping[str, Callable[[Shown], Value]] = {
    "stale": _stale,
    "missing": lambda _: ABSENT,
    "another": lambda one: other_than(one.actual),
}
"""The wrong values that are put into a record, by name."""


def _wrong_values(scene: Scene, spot: Spot) -> dict[str, tuple[str, Way]]:
    """Return wrong values for fields of one record, each with the row that tells of it: never two of one row."""
    found: dict[str, tuple[str, Way]] = {}
    used: set[str] = set()
    shown = list(_charted(scene, spot))
    for name, wrong in _SORTS.items():
        for one in shown:
            way = way_with(one, wrong(one)) if one.row.statement not in used and not blank(one.actual) else None
            if way is not None:
                found[name] = one.row.statement, way
                used.add(one.row.statement)
                break
    return found


def _charted(scene: Scene, spot: Spot) -> Iterator[Shown]:
    """Yield the fields of a record whose value is told of their own chart row, and of no table, key or other side."""
    pair = spot.pair
    keys = {pair.link_statement, *(one for match in pair.matched for one in match.rows)}
    for promise in spot.phase.settled.promises(pair, spot.sender).values():
        if promise is None or promise.policy or promise.row.rule is None or promise.row.statement in keys:
            continue
        if not promise.row.both_ways and not promise.row.rule.tables and isinstance(promise.result, Given):
            shown = scene.field(spot, promise)
            if isinstance(shown.expected, Given):
                yield shown
