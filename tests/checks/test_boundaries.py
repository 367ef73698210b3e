"""On which days around its boundary a population row was tried, and whether whoever lay there was where he belongs."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from stories import START, WORKERS, Story, agree, judged, schemas, without

from signoff.agreement.resolved import Agreement
from signoff.checks.boundaries import boundaries
from signoff.history import History, Snapshot
from signoff.schema import Field, Side, Type
from signoff.verdict import Verdict

DATED = WORKERS.replace('| kind is "temp"  | reaches the app       |', "| CONDITION | reaches the app |").replace(
    "| anyone else     | reaches the app       |", "| anyone else | never reaches the app |"
)
OFFSETS = {101: -1, 102: 0, 103: 1, 104: 9}
"""Days of `until` from the world's today, 2 March 2026; everyone else has none."""


def agreement(condition: str) -> Agreement:
    known = schemas()
    candidate = known[Side.ATS].entities["Candidate"]
    fields = {**candidate.fields, "until": Field("until", Type.DATE), "since": Field("since", Type.DATE)}
    entities = {**known[Side.ATS].entities, "Candidate": replace(candidate, fields=fields)}
    known[Side.ATS] = replace(known[Side.ATS], entities=entities)
    return agree(DATED.replace("CONDITION", condition), "", known=known)


def dated(history: History) -> History:
    """Return a history in which some candidates have a day."""

    def fields(number: str) -> dict[str, Any]:
        far = OFFSETS.get(int(number))
        return {} if far is None else {"until": (START + timedelta(days=far)).date().isoformat()}

    def with_days(one: Snapshot) -> Snapshot:
        candidates = {name: {**record, **fields(name)} for name, record in one.ats["Candidate"].items()}
        return replace(one, ats={**one.ats, "Candidate": candidates})

    return replace(history, snapshots=tuple(map(with_days, history.snapshots)))


def days(verdicts: dict[str, Verdict]) -> list[tuple[int, bool, int, str]]:
    [told] = next(one for one in verdicts.values() if "boundaries" in one.facts).facts["boundaries"]
    return [(one["day"], one["holds"], one["tried"], one["verdict"]) for one in told["days"]]


UNTIL = "until is on or after today"


def test_each_day_says_which_side_it_is_on_and_how_many_lay_there() -> None:
    story = Story(without(*(one for one in range(101, 119) if one not in (102, 103, 104))))
    verdicts = judged(dated(story.play()), agreement(UNTIL))
    # When the day passes, 103's tomorrow has become today; 102 was there before, and what leaving means is another's.
    assert days(verdicts) == [(-1, False, 1, "verified"), (0, True, 2, "verified"), (1, True, 1, "verified")]


def test_who_stays_away_on_the_day_itself_is_wrong_there_only() -> None:
    story = Story(without(*(one for one in range(101, 119) if one not in (103, 104))))
    verdicts = judged(dated(story.play()), agreement(UNTIL))
    # A day later 102 is rightly away, and 103 rightly there.
    assert days(verdicts) == [(-1, False, 2, "verified"), (0, True, 2, "failed"), (1, True, 1, "verified")]


def test_who_arrives_a_day_too_late_is_wrong_there() -> None:
    story = Story(without(*(one for one in range(101, 119) if one not in (101, 102, 103, 104))))
    verdicts = judged(dated(story.play()), agreement(UNTIL))
    assert days(verdicts)[0] == (-1, False, 1, "failed")


def test_a_day_that_does_not_decide_shows_nothing() -> None:
    def tried(condition: str) -> list[int]:
        story = Story(without(*(one for one in range(101, 119) if one not in (102, 103, 104))))
        return [one[2] for one in days(judged(dated(story.play()), agreement(condition)))]

    # Whoever is let in anyway, or kept out anyway, says nothing of the boundary.
    assert tried(f'firstName is "Bo" or {UNTIL}') == [1, 1, 1]  # 102 is Bo; on the day itself there is 103, a day later
    assert tried(f'firstName is "Bo" and {UNTIL}') == [0, 1, 0]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (UNTIL, ["on or after today"]),
        ("until is before in 3 days", ["before in 3 days"]),
        (
            "until is after 2 days ago and since is on or before 2026-07-01",
            ["after 2 days ago", "on or before 2026-07-01"],
        ),
        ("until is before since", []),
        ("not (until is after today)", ["after today"]),
        ("until is not after today", ["not after today"]),
    ],
)
def test_the_tests_of_days_in_a_condition(condition: str, words: list[str]) -> None:
    row = next(one for one in agreement(condition).pair("worker").population if one.condition and one.reaches)
    assert [one.words for one in boundaries(row.condition)] == words
