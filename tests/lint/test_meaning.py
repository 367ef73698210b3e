"""Tests that mean nothing for their field's type, and settings that nobody set: each message, and what may be asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from matters import W, changed, found, no_notes, shown
from stories import ASSIGNMENTS, WORKERS, integration, schemas

from signoff.schema import Field, Side, SystemSchema, Type

WHO = '| status is "DNU" | never reaches the app |'
PLACE = f'{W}:39, row "{{0}} never reaches the app", cell "who"'
NUMBER = "Candidate.score (Bullhorn), a field of type number"
ANSWER = "Candidate.vip (Bullhorn), a field of type yes/no"
DATE = "Candidate.since (Bullhorn), a field of type date"
CHOICE = "Candidate.status (Bullhorn), a field of type picklist"
OF_NUMBERS = "Compare it with a number, `score > 5` or `score is 5`, or give it its type in the toml's [types]."
OF_ANSWERS = "Write `vip is yes`, `vip is no` or `vip is blank`, or give it its type in the toml's [types]."
OF_DAYS = (
    'Compare it with a day, `since is on or after today` or `since is "2026-01-31"`, '
    "or give it its type in the toml's [types]."
)
OF_CHOICES = 'Compare it with a text, `status is "Active"`, or give it its type in the toml\'s [types].'
SETTINGS = {"tenant": "north", "level": 3, "begin": "2026-03-01", "limits": ["a", "b"], "from env": "${LIMIT}"}


def known() -> dict[Side, SystemSchema]:
    both = schemas()
    ats = both[Side.ATS]
    more = {
        "Candidate": (
            Field("score", Type.NUMBER),
            Field("vip", Type.YES_NO),
            Field("since", Type.DATE),
            Field("seen", Type.INSTANT),
            Field("nick", Type.TEXT),
            Field("level", Type.PICKLIST, choices=("1", "2", "high")),
            Field("flag", Type.PICKLIST, choices=("true", "false")),
            Field("days", Type.NUMBER, many=True),
            Field("home", Type.ADDRESS, fields={"city": Field("home.city", Type.TEXT)}),
        ),
        "Placement": (Field("approved", Type.YES_NO), Field("kind", Type.NUMBER)),
    }
    entities = {
        name: replace(one, fields={**one.fields, **{field.path: field for field in more.get(name, ())}})
        for name, one in ats.entities.items()
    }
    return {**both, Side.ATS: replace(ats, entities=entities, known_references={})}


def said(workers: str = WORKERS, assignments: str = ASSIGNMENTS, **changes: Any) -> list[str]:
    settings = integration(settings=SETTINGS, **changes)
    return shown(found(workers, assignments, settings=settings, known=known()), "test-meaning", "unknown-setting")


def of(who: str, **changes: Any) -> list[str]:
    return said(changed(WHO, f"| {who} | never reaches the app |"), **changes)


def fits(field: str) -> str:
    return f"a test that fits {field}"


def message(place: str, expected: str, found: str, how: str) -> str:
    return f"error test-meaning: {place}\n  expected: {expected}\n  found:    {found}\n  {how}"


@pytest.mark.parametrize(
    ("who", "expected", "wrong", "how"),
    [
        ('score is "high"', fits(NUMBER), '`score is "high"`', OF_NUMBERS),
        ('score is not "high"', fits(NUMBER), '`score is not "high"`', OF_NUMBERS),
        ('score is one of 5 or "5.0"', fits(NUMBER), '`score is "5.0"`', OF_NUMBERS),
        ("score is on or after today", fits(NUMBER), "`score is on or after today`", OF_NUMBERS),
        ("score is within 7 days", fits(NUMBER), "`score is within 7 days`", OF_NUMBERS),
        ('score contains "high"', fits(NUMBER), '`score contains "high"`', OF_NUMBERS),
        ('vip is "maybe"', fits(ANSWER), '`vip is "maybe"`', OF_ANSWERS),
        ('vip is "yes"', fits(ANSWER), '`vip is "yes"`', OF_ANSWERS),
        ("vip is 5", fits(ANSWER), "`vip is 5`", OF_ANSWERS),
        ("vip < 5", fits(ANSWER), "`vip < 5`", OF_ANSWERS),
        ("vip is nick", fits(ANSWER), "`vip is nick`, a field of type text", OF_ANSWERS),
        ('vip matches "y.*"', fits(ANSWER), '`vip matches "y.*"`', OF_ANSWERS),
        ("status < 5", fits(CHOICE), "`status < 5`", OF_CHOICES),
        ("status is on or after today", fits(CHOICE), "`status is on or after today`", OF_CHOICES),
        ("status is yes", fits(CHOICE), "`status is yes`", OF_CHOICES),
        ("since is nick", fits(DATE), "`since is nick`, a field of type text", OF_DAYS),
        ("since is seen", fits(DATE), "`since is seen`, a field of type date and time", OF_DAYS),
        ('since is "1 May"', fits(DATE), '`since is "1 May"`', OF_DAYS),
        ("since > 5", fits(DATE), "`since > 5`", OF_DAYS),
        ("since is not yes", fits(DATE), "`since is not yes`", OF_DAYS),
        ('score is 5 and not (kind is "a" or vip is 2)', fits(ANSWER), "`vip is 2`", OF_ANSWERS),
        (
            'home contains "Peoria"',
            fits("Candidate.home (Bullhorn), a field of type address"),
            '`home contains "Peoria"`',
            "Test one of its parts, or write `home is filled`.",
        ),
        (
            "score > since",
            "a field that holds a number",
            "`score > since`: Candidate.since is of type date",
            "Name a field that holds a number, or give it its type in the toml's [types].",
        ),
        (
            "since is before score",
            "a field that holds a day",
            "`since is before score`: Candidate.score is of type number",
            "Name a field that holds a day, or give it its type in the toml's [types].",
        ),
        (
            "score > setting tenant",
            "a setting that holds a number",
            "`score > setting tenant`: `tenant` holds something else",
            "Write a number in the toml's [settings], or name another setting.",
        ),
        (
            "since is after setting level",
            "a setting that holds a day",
            "`since is after setting level`: `level` holds something else",
            "Write a day in the toml's [settings], or name another setting.",
        ),
        (
            "score is setting tenant",
            fits(NUMBER),
            "`score is setting tenant`, which holds something else",
            OF_NUMBERS,
        ),
        (
            "fewer than 0 Placements",
            "a number of records that there can be",
            "`fewer than 0 Placements`",
            "For nobody with any, write `fewer than 1 Placements`.",
        ),
        (
            "some Placement has (approved is 1)",
            fits("Placement.approved (Bullhorn), a field of type yes/no"),
            "`approved is 1`",
            "Write `approved is yes`, `approved is no` or `approved is blank`, or give it its type in the toml's "
            "[types].",
        ),
    ],
)
def test_a_test_that_cannot_apply(who: str, expected: str, wrong: str, how: str) -> None:
    assert of(who) == [message(PLACE.format(who), expected, wrong, how)]


@pytest.mark.parametrize(
    "who",
    [
        *("score is 5", 'score is "5"', "score > 5", "score is filled", "score is yes", "score is not 0"),
        *("score is nick", "score < nick", "nick is score", "nick > 5", "nick is yes", "nick is on or after today"),
        *("vip is yes", "vip is not no", 'vip is "true"', "vip is blank", "vip is flag"),
        *("since is on or after 2026-01-31", 'since is "2026-01-31"', "since is within 7 days", "since is before seen"),
        *("since is on or after nick", 'since contains "2026-"', 'seen is "2026-01-31T10:00:00+00:00"'),
        *("level > 1", "level is 1", "status is level", "kind is firstName", "status is firstName"),
        *("score > setting level", "score is setting level", "since is after setting begin", "kind is setting tenant"),
        *("kind is setting limits", "score > setting from env", "days is 5", "days > 5", "home is filled"),
        *("home.city is firstName", "fewer than 1 Placements", "some Placement has (payRate > 5)", "nick is id"),
    ],
)
def test_what_may_be_asked(who: str) -> None:
    assert of(who) == []


PHONE = "| phone     | ->    | phone       | same phone               |          |"
BAD = """
  @bad-data
  Scenario Outline: <bad data> <then>
    When the connector has been rehearsed
    Then this row of the bad-data policy holds

    Examples: Bad people
      | bad data | then |
      | vip is 5 | the record is held back and reported |
"""


def test_the_conditions_of_bad_data_and_of_rules() -> None:
    line = len((WORKERS + BAD).splitlines())
    assert said(WORKERS + BAD) == [
        message(
            f'{W}:{line}, row "vip is 5: the record is held back and reported", cell "bad data"',
            fits(ANSWER), "`vip is 5`", OF_ANSWERS,
        )
    ]  # fmt: skip
    only = changed("same phone               |", "same phone, only when vip is 5 |")
    only = only.replace("| phone     | ->", "| phone, vip | ->")
    asked = changed(PHONE, "| vip | -> | nickname | yes if vip is 5, otherwise no | |")
    for text, name in ((only, "phone, vip -> phone"), (asked, "vip -> nickname")):
        [one] = [one for one in said(text) if "test-meaning" in one]
        assert one == message(f'{W}:14, row "{name}", cell "rule"', fits(ANSWER), "`vip is 5`", OF_ANSWERS)


def test_the_condition_of_a_linked_record() -> None:
    text = changed("is a worker,", "is a worker, with their latest Placement by payRate where approved is 3,")
    [one] = said(text)
    assert one.startswith(f"error test-meaning: {W}:3\n  expected: a test that fits Placement.approved (Bullhorn)")


def test_a_branch_must_fit_the_records_of_one_chart() -> None:
    # Of a Placement `kind` is a number, of a Candidate a text.
    assert said(branches={"south": 'kind is "S"'}) == []
    assert said(branches={"south": "vip is 5"}) == [
        message("scope/crm-app.toml, cell \"[branches.south]\"", fits(ANSWER), "`vip is 5`", OF_ANSWERS)
    ]  # fmt: skip


def test_a_row_that_writes_back() -> None:
    row = '| nick | <- | nickname, status | status + "" + nickname, only when status < 5 | |'
    text = changed(PHONE, f"{PHONE}\n      {row}")
    [one] = said(text)
    assert one.startswith(
        f'error test-meaning: {W}:15, row "nick <- nickname, status", cell "rule"\n'
        "  expected: a test that fits Worker.status (Shiftline), a field of type picklist\n"
        "  found:    `status < 5`\n"
    )


GOALS = """
  @goals
  Scenario Outline: <goal>
    Then this row holds

    Examples: What success looks like
      | goal  | measured as                               | baseline | 3 months | 6 months | 12 months |
      | Ready | share of Candidate where email is setting nowhere | | | | 5 |
      | Known | share of Candidate where email < 5 | | | | 5 |
"""


def test_the_condition_of_a_goal() -> None:
    line = len((WORKERS + GOALS).splitlines())
    [meaning, setting] = said(WORKERS + GOALS)
    assert setting.startswith(f'error unknown-setting: {W}:{line - 1}, row "Ready", cell "measured as"')
    assert meaning == message(
        f'{W}:{line}, row "Known", cell "measured as"',
        fits("Candidate.email (Bullhorn), a field of type email"),
        "`email < 5`",
        'Compare it with a text, `email is "…"`, or give it its type in the toml\'s [types].',
    )


def test_it_is_not_called_a_condition_that_nobody_fulfils_as_well() -> None:
    text = changed(WHO, '| since is "1 May" | never reaches the app |')
    assert shown(found(text, known=known()), "never-true") == []


def test_an_unknown_setting_in_a_condition_and_in_a_rule() -> None:
    assert of("kind is setting tennant") == [
        f"error unknown-setting: {PLACE.format('kind is setting tennant')}\n"
        "  expected: a setting of the toml's [settings]\n"
        "  found:    `tennant`\n"
        "  did you mean: tenant\n"
        "  Spell it as scope/crm-app.toml does, or add it to [settings] there."
    ]
    text = changed(PHONE, "| | -> | phone | always setting nowhere | |")
    assert shown(found(text), "unknown-setting") == [
        f'error unknown-setting: {W}:14, row "-> phone", cell "rule"\n'
        "  expected: a setting of the toml's [settings]\n"
        "  found:    `nowhere`\n"
        "  Spell it as scope/crm-app.toml does, or add it to [settings] there."
    ]


def test_a_document_that_means_something_has_neither() -> None:
    assert shown(no_notes(found(known=known()))) == []
