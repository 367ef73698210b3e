"""Tell of a lifecycle row on which day it happened to records, and on which day the other side followed.

What is wrong is found by the checks of lives and of rows; here it is told whether the other side was early or late, or
never followed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from signoff.agreement.resolved import LifeRow, Pair, Then, When
from signoff.checks.case import Case, Phase
from signoff.checks.ledger import Ledger
from signoff.checks.lifecycle import Judged, happened, judged, told_of
from signoff.checks.lives import ENDING
from signoff.model.sight import Sight
from signoff.record import RecordId, same_json
from signoff.verdict import FOLLOWED, Outcome, Verdict

EARLY: Final = "too early"
IN_TIME: Final = "in time"
THAT_DAY: Final = "later that day"
DAYS_LATER: Final = "days later"
NEVER: Final = "not at all"
LATE: Final = (EARLY, IN_TIME, THAT_DAY, DAYS_LATER, NEVER)
"""How late the other side was: in time is by the runs that had to settle it, too early on the last day already."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Hold one record: the day on which it happened, that on which the other side was right, and how late that is."""

    sender: RecordId
    on: date
    then: date | None
    late: str


def with_following(case: Case, found: Mapping[str, Verdict]) -> Mapping[str, Verdict]:
    """Return the verdicts of lifecycle rows with when it happened, and when the other side followed."""
    every = dict(found)
    for pair in case.agreement.pairs:
        rows = [one for one in pair.life if one.statement in every and one.then is not Then.UNTOUCHED]
        seen = _by_row(case, pair) if rows else {}
        for row in rows:
            records = [*_early(case, pair, row), *seen.get(row.statement, [])]
            if records:
                verdict = every[row.statement]
                told = _told(case, pair, row, records)
                every[row.statement] = replace(verdict, facts={**verdict.facts, FOLLOWED: told})
    return every


def _by_row(case: Case, pair: Pair) -> Mapping[str, list[Followed]]:
    """Return to whom each lifecycle row happened, in the order of the phases."""
    seen: set[RecordId] = set()
    phases = [(phase, list(judged(case, Ledger(), pair, phase, seen))) for phase in case.phases]
    found: dict[str, list[Followed]] = {}
    for number, (phase, everybody) in enumerate(phases):
        for one in everybody:
            statement = one.turn.statement
            if not (one.turn.fresh and one.shows and statement):
                continue
            if one.wrong and told_of(pair, one, everybody) != statement:
                continue  # that another row is to blame for
            found.setdefault(statement, []).append(_followed(one, phase, phases[number:]))
    return found


def _early(case: Case, pair: Pair, row: LifeRow) -> Iterator[Followed]:
    """Yield who is in the state of those who have ended on the last day already, though the chart says otherwise."""
    if row.when not in ENDING or row.state is None:
        return
    if row is not pair.life_row(When.ENDS, When.ENDS_EARLY):
        return  # a day that passes ends nothing early
    seen: set[RecordId] = set()
    for phase in case.phases:
        now, tomorrow = phase.settled, case.on_another_day(phase, 1)
        for sender in now.senders(pair):
            receiver = now.partner(pair, sender)
            if sender in seen or receiver is None or case.turn(pair, phase, sender) is not None:
                continue
            # Hardly anybody is in that state: what tomorrow makes of a record is asked last.
            if _ended(now, pair, row, sender, receiver):
                then = tomorrow.standing(pair, sender)
                if then is not None and then.when in ENDING:
                    seen.add(sender)
                    yield Followed(sender, _day(tomorrow), _day(now), EARLY)


def _ended(now: Sight, pair: Pair, row: LifeRow, sender: RecordId, receiver: RecordId) -> bool:
    """Tell whether a partner is in the state of a row, where the chart gives another value of some of its fields."""
    assert row.state is not None
    others = False
    for name, allowed in row.state.fields:
        actual, promise = now.raw(pair, receiver, name), now.promise(pair, name, sender)
        if not any(same_json(actual, one) for one in allowed):
            return False
        if promise is not None and promise.row.rule is not None:
            others = others or not promise.row.rule.agrees(promise.result, actual, now.context(pair, sender))
    return others


def _followed(one: Judged, phase: Phase, later: list[tuple[Phase, list[Judged]]]) -> Followed:
    on = _day(phase.before)
    for other, everybody in later:
        again = next((each for each in everybody if each.sender == one.sender), None)
        if again is None or again.turn.statement != one.turn.statement:
            break  # by then something else had happened to it
        if not again.wrong:
            then = _day(other.settled)
            late = IN_TIME if other is phase else THAT_DAY if then == on else DAYS_LATER
            return Followed(one.sender, on, then, late)
    return Followed(one.sender, on, None, NEVER)


def _day(sight: Sight) -> date:
    """Return the day of a moment in the integration's zone."""
    return sight.snapshot.at.astimezone(next(iter(sight.moments.values())).zone).date()


def _told(case: Case, pair: Pair, row: LifeRow, records: list[Followed]) -> dict[str, Any]:
    late = [one for one in records if one.late != IN_TIME]
    return {
        "happened": happened(row),
        "words": row.words,
        "system": case.agreement.integration.systems[pair.sender.other].name,
        "when": list(_counted(records)),
        "example": _example(pair, late[0]) if late else None,
    }


def _counted(records: list[Followed]) -> Iterator[dict[str, Any]]:
    for word in LATE:
        many = len({one.sender for one in records if one.late == word})
        outcome = Outcome.VERIFIED if word == IN_TIME else Outcome.FAILED
        yield {"late": word, "records": many, "verdict": outcome.value if many else None}


def _example(pair: Pair, one: Followed) -> dict[str, Any]:
    return {
        "record": f"{pair.source} {one.sender}",
        "happened_on": one.on.isoformat(),
        "followed_on": one.then.isoformat() if one.then is not None else None,
    }
