"""Let a record that is to come to a state be in another one before, since only then the state shows."""

from __future__ import annotations

from collections.abc import Iterator

from signoff.agreement.abilities import changeable, handle
from signoff.agreement.resolved import BoundRow, Pair, State, When
from signoff.record import Value, get, same_json
from signoff.rules.results import Value as Given
from signoff.strategies.arms import Arms, Member
from signoff.strategies.made import Made


def going_to(pair: Pair, *when: When) -> State | None:
    """Return the state that the first of some lifecycle rows gives, None where none gives any."""
    row = pair.life_row(*when)
    return row.state if row is not None else None


def unlike(arms: Arms, pair: Pair, member: Member, state: State | None) -> None:
    """Give a record of the population other values where the chart alone would put it into a state.

    It stays where it stands in the population. Where no other value does, it stays as it is, and shows nothing.
    """
    if state is None or not state.fields or not _already(arms, pair, member.subject, state):
        return
    world, subject = arms.world, member.subject
    before = _place(arms, pair, subject)
    for path, values in _sources(arms, pair, state):
        held = get(world.record(subject), path)
        for value in values:
            if same_json(held, value):
                continue
            world.put(subject, path, value)
            if _place(arms, pair, subject) == before and not _already(arms, pair, subject, state):
                return
        world.put(subject, path, held)


def _place(arms: Arms, pair: Pair, subject: Made) -> tuple[object, ...]:
    sight = arms.world.sight()
    return sight.case(pair, subject.id), sight.standing(pair, subject.id), sight.bad(pair, subject.id)


def _already(arms: Arms, pair: Pair, subject: Made, state: State) -> bool:
    sight = arms.world.sight()
    for name, allowed in state.fields:
        promise = sight.promise(pair, name, subject.id)
        if promise is None or promise.row.rule is None or not isinstance(promise.result, Given):
            return False
        given = promise.row.rule.raw(promise.result, promise.row.target_field)
        if not any(same_json(given, one) for one in allowed):
            return False
    return True


def _sources(arms: Arms, pair: Pair, state: State) -> Iterator[tuple[str, list[Value]]]:
    """Yield the own fields on which a state's fields rest, each with its good values."""
    asked = {name for name, _ in state.fields}
    rows: list[BoundRow] = [row for row in pair.rows if row.rule is not None and row.target in asked]
    for row in rows:
        for source in row.sources:
            known = handle(arms.world.agreement, pair, source)
            if known is not None and known.via == "" and changeable(known.leaf):
                yield known.path, arms.pools.of(pair.sender, known.entity, known.path).good
