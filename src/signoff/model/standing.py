"""Tell where a record stands in its life: in scope, in a state of its own, or gone from the population."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from signoff.agreement.resolved import LifeRow, Pair, PopulationCase, State, Then, When
from signoff.record import RecordId, get, same_json

if TYPE_CHECKING:
    from signoff.model.sight import Sight

_GOING = (When.DELETED, When.ARCHIVED)
"""What takes a record out of scope, whatever the population says; the first that has happened counts."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold what lifecycle and population say of a record beyond that it reaches the other side by the chart.

    `when` is what has happened to it, None where only the population gives it a state. `row` is the lifecycle row and
    `case` the population row that say so. `out`: from now on only the state is judged. `removed`: it is there no more.
    """

    when: When | None
    row: LifeRow | None
    case: PopulationCase | None
    state: State | None
    out: bool
    removed: bool = False
    kept: bool = False

    @property
    def statement(self) -> str:
        """Return the statement that says so; "" where nobody has said what leaving means."""
        if self.row is not None:
            return self.row.statement
        return self.case.statement if self.case is not None and self.case.state is not None else ""


def standing(sight: Sight, pair: Pair, record_id: RecordId) -> Standing | None:
    """Return where a sending record stands, as far as it shows by itself; None: in scope, and all by the chart."""
    if pair.mirrors or not (pair.life or pair.population):
        return None
    case = sight.case(pair, record_id)
    context = sight.context(pair, record_id)
    gone = next((row for row in _told(pair, *_GOING) if row.condition and sight.holds(row.condition, context)), None)
    reaches = not pair.population or (case is not None and case.reaches)
    if gone is not None or not reaches:
        row = gone or pair.life_row(When.LEAVES)
        state = row.state if row is not None else case.state if case is not None else None
        removed = row is not None and row.then is Then.REMOVED
        when = row.when if row is not None else When.LEAVES
        return Standing(when, row, None if reaches else case, state, True, removed, row is not None and row.kept)
    ended = next(
        (
            row
            for row in _told(pair, When.ENDS, When.ENDS_EARLY)
            if row.condition and sight.holds(row.condition, context)
        ),
        None,
    )
    if ended is not None:
        state = _ended_as(pair)
        if ends_apart(pair):
            ended = pair.life_row(ended_by(sight, pair, record_id)) or ended
            state = ended.state
        removed = ended.then is Then.REMOVED
        out = removed or not ended.kept
        return Standing(ended.when, ended, case, state, out, removed, ended.kept)
    if case is not None and case.state is not None:
        return Standing(None, None, case, case.state, False)
    return None


def _ended_as(pair: Pair) -> State | None:
    """Return the state of a record that has ended; where it rests on how it ended, which it does not show, either."""
    states = list(dict.fromkeys(row.state for row in _told(pair, When.ENDS, When.ENDS_EARLY) if row.state is not None))
    return states[0].or_else(states[1]) if len(states) == 2 else states[0] if states else None


def ends_apart(pair: Pair) -> bool:
    """Tell whether more than the state rests on how a record has ended: whether it is removed, or kept up to date."""
    return len({(row.then, row.kept) for row in _told(pair, When.ENDS, When.ENDS_EARLY)}) > 1


def ended_by(sight: Sight, pair: Pair, record_id: RecordId) -> When:
    """Return how a record that has ended came to that: somebody moved its last day, or its last day passed.

    A record shows it when it is looked at before and after. Of one that had ended before it was seen for the first time
    nobody can know more than that its last day has passed.
    """
    row, earlier = pair.life_row(When.ENDS, When.ENDS_EARLY), sight.earlier
    while earlier is not None and record_id in earlier.senders(pair):
        assert row is not None
        assert row.condition is not None
        if not sight.holds(row.condition, earlier.context(pair, record_id)):
            ends = (get(one.senders(pair)[record_id], pair.entity.ends) for one in (earlier, sight))
            return When.ENDS if same_json(*ends) else When.ENDS_EARLY
        sight, earlier = earlier, earlier.earlier
    return When.ENDS


def vanished(pair: Pair) -> Standing | None:
    """Return where a record stands that its own system has no more; None where nobody says what that means."""
    row = pair.life_row(When.DELETED, When.LEAVES)
    if row is None:
        return None
    return Standing(row.when, row, None, row.state, True, row.then is Then.REMOVED, row.kept)


def _told(pair: Pair, *when: When) -> Iterator[LifeRow]:
    return (row for one in when if (row := pair.life_row(one)) is not None)
