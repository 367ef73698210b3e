"""The drawings of the sheet: what they show, that it is also said in words, and that no colour says it alone."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import evidence_cases as cases

from signoff.agreement.statement import Kind, Matter, Statement
from signoff.evidence import states, svg, timeline
from signoff.evidence.outline import Line, Table, outline
from signoff.evidence.sheet import sheet
from signoff.evidence.wording import headline, word_of
from signoff.verdict import BOUNDARIES, FOLLOWED, TRANSITIONS, Outcome, Verdict

SYSTEMS = {"ats": "Bullhorn", "app": "Shiftline"}


def value(id_: str, ats: str, app: str) -> Statement:
    cells = {"Bullhorn status": ats, "Shiftline status": app}
    plain = cases.row(id_, 30, ats, "->", app, "")
    return replace(plain, kind=Kind.VALUE, story="Worker status", cells=cells, title=f"{ats} means {app}")


def step(origin: str, into: str, tried: int, verdict: str, because: str = "", where: str = "") -> dict[str, Any]:
    return {"from": origin, "to": into, "in": where, "tried": tried, "verdict": verdict, "because_of": because}


ACTIVE = value("worker-status:active", "Active", "available")
PLACED = value("worker-status:placed", "Placed", "assigned")
GOOD = Verdict(
    ACTIVE.id,
    Outcome.VERIFIED,
    exercised={"created": 3, "changed into": 2, "Placed → Active": 2},
    facts={TRANSITIONS: (step("Placed", "Active", 2, "verified"), step("DNU", "Active", 0, "not exercised"))},
)
BAD = Verdict(
    PLACED.id,
    Outcome.FAILED,
    cases.every_verdict().verdicts["worker.available_on"].findings,
    facts={
        TRANSITIONS: (
            step("Active", "Placed", 0, "failed", PLACED.id),
            step("DNU", "Placed", 1, "verified"),
        )
    },
)


def table() -> Table:
    lines = tuple(
        Line(one, verdict, word_of(verdict), tuple(one.cells.values()))
        for one, verdict in ((ACTIVE, GOOD), (PLACED, BAD))
    )
    return Table("Worker status", "value table", "t1-1", ("Bullhorn status", "Shiftline status"), lines)


def texts(drawing: svg.Drawing) -> list[str]:
    """Return what is read in a drawing, in order, as an XML parser finds it."""
    root = ElementTree.fromstring(drawing.alone())
    return ["".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_value_table_is_drawn_with_both_sides_and_a_verdict_on_each_arrow() -> None:
    drawn, _ = states.drawings(table(), SYSTEMS)
    assert texts(drawn) == [
        "Bullhorn", "Shiftline", "Active", "from 1 of 2", "Placed", "from 1 of 2", "DNU", "in no row",
        "available", "assigned", "✓", "✗",
    ]  # fmt: skip
    assert drawn.told == "Active means available, verified; Placed means assigned, failed."


def test_every_change_of_status_has_its_sign_and_is_told_in_words() -> None:
    _, grid = states.drawings(table(), SYSTEMS)
    assert [one for one in texts(grid) if one in "✓✗○"] == ["✗", "✓", "○", "✓"]  # row by row
    assert grid.told == ("2 of 4 changes of status arrived right; wrong: Active → Placed; never tried: DNU → Active.")
    assert grid.caption == grid.told
    titles = re.findall("<title>([^<]*)</title>", grid.inline())
    assert "Active → Placed: failed, because of worker-status:placed" in titles
    assert "DNU → Active: never tried" in titles


def test_the_way_back_has_a_drawing_of_its_own() -> None:
    there = replace(GOOD, facts={TRANSITIONS: (step("day", "night", 1, "verified", where="Shiftline"),)})
    line = Line(ACTIVE, there, word_of(there), tuple(ACTIVE.cells.values()))
    [grid] = states.into(line)
    assert grid.told == "1 of 1 change of status in Shiftline arrived right."
    drawn = states.drawings(replace(table(), lines=(line,)), SYSTEMS)
    assert drawn[0].inline().count('class="d-tip"') == 2  # a head at either end of the arrow


def test_a_long_table_and_other_tables_are_not_drawn() -> None:
    one = table().lines[0]
    assert states.drawings(replace(table(), lines=(one,) * (states.MOST_ROWS + 1)), SYSTEMS) == ()
    chart = outline(cases.every_verdict())[0].tables[0]
    assert states.drawings(chart, SYSTEMS) == ()


def test_a_row_says_from_how_many_statuses_it_was_entered() -> None:
    assert states.entered(GOOD) == "entered from 1 of 2 statuses"
    assert states.entered(Verdict("worker.phone", Outcome.VERIFIED)) == ""
    assert states.entered(None) == ""


def test_the_headline_of_a_row_that_is_wrong_after_one_change_names_it() -> None:
    assert headline(BAD).endswith(", after the change Active → Placed only")
    everywhere = replace(BAD, facts={TRANSITIONS: (step("Active", "Placed", 0, "failed", PLACED.id),)})
    assert "after the change" not in headline(everywhere)


WHO = replace(cases.ARRIVE, id="worker:who:running", kind=Kind.POPULATION)
DAYS = Verdict(
    WHO.id,
    Outcome.FAILED,
    facts={
        BOUNDARIES: (
            {
                "field": "Placement.dateEnd",
                "test": "on or after today",
                "today": True,
                "days": [
                    {"day": -1, "holds": False, "tried": 0, "verdict": "not exercised"},
                    {"day": 0, "holds": True, "tried": 2, "verdict": "failed"},
                    {"day": 1, "holds": True, "tried": 1, "verdict": "verified"},
                ],
            },
        )
    },
)


def test_a_boundary_is_drawn_between_the_days() -> None:
    [drawn] = timeline.drawings(Line(WHO, DAYS, word_of(DAYS), ()), "b")
    assert drawn.title == "Placement.dateEnd on or after today"
    assert drawn.told == (
        "Placement.dateEnd on or after today: yesterday the test does not hold, never tried; today the test holds, "
        "tried with 2 records, wrong; tomorrow the test holds, tried with 1 record."
    )
    assert [one for one in texts(drawn) if one in ("○", "✗", "✓")] == ["○", "✗", "✓"]
    assert re.findall(r'd-line d-edge" d="M([\d.]+)', drawn.inline()) == ["120.0"]  # between yesterday and today


def test_a_boundary_at_another_day_names_no_today() -> None:
    other = {**DAYS.facts[BOUNDARIES][0], "today": False, "test": "before 2026-07-01"}
    verdict = replace(DAYS, facts={BOUNDARIES: (other,)})
    [drawn] = timeline.drawings(Line(WHO, verdict, word_of(verdict), ()), "b")
    assert texts(drawn)[0] == "the day before"


ENDS = replace(cases.ARRIVE, id="assignment:when:a-placement-ends", kind=Kind.LIFECYCLE)


def ended(*records: int, example: dict[str, Any] | None = None) -> Verdict:
    words = ("too early", "in time", "later that day", "days later", "not at all")
    when = [
        {"late": word, "records": many, "verdict": ("verified" if word == "in time" else "failed") if many else None}
        for word, many in zip(words, records, strict=True)
    ]
    fact = {"happened": "ended", "words": "a placement ends", "system": "Shiftline", "when": when, "example": example}
    return Verdict(ENDS.id, Outcome.FAILED if example else Outcome.VERIFIED, facts={FOLLOWED: fact})


def test_a_lifecycle_row_is_drawn_by_how_late_the_other_side_followed() -> None:
    one = {"record": "Placement 12", "happened_on": "2026-03-02", "followed_on": "2026-03-03"}
    verdict = ended(0, 3, 0, 1, 0, example=one)
    [drawn] = timeline.drawings(Line(ENDS, verdict, word_of(verdict), ()), "b")
    assert drawn.title == "a placement ends: when Shiftline followed"
    assert drawn.caption == "Placement 12: ended on 2026-03-02, followed on 2026-03-03."
    assert drawn.told == (
        "a placement ends: when Shiftline followed. too early: nobody; in time: 3 records; later that day: nobody; "
        "days later: 1 record; "
        "not at all: nobody. Placement 12: ended on 2026-03-02, followed on 2026-03-03."
    )
    assert [one for one in texts(drawn) if one in ("○", "✗", "✓")] == ["✓", "✗"]
    assert texts(drawn).count("nobody") == 3


def test_a_lifecycle_row_that_was_followed_in_time_has_no_example_and_one_that_nobody_saw_no_drawing() -> None:
    verdict = ended(0, 3, 0, 0, 0)
    [drawn] = timeline.drawings(Line(ENDS, verdict, word_of(verdict), ()), "b")
    assert (drawn.caption, drawn.told[-19:]) == ("", "not at all: nobody.")
    never = ended(0, 0, 0, 0, 1, example={"record": "Placement 9", "happened_on": "2026-03-02", "followed_on": None})
    [drawn] = timeline.drawings(Line(ENDS, never, word_of(never), ()), "b")
    assert drawn.caption == "Placement 9: ended on 2026-03-02, never followed."
    unseen = Verdict(ENDS.id, Outcome.NOT_EXERCISED)
    assert timeline.drawings(Line(ENDS, unseen, word_of(unseen), ()), "b") == ()


def goal(*targets: str) -> Line:
    named = tuple(zip(("baseline", "3 months", "12 months"), targets, strict=False))
    one = replace(cases.ARRIVE, kind=Kind.GOAL, title="Time to fill", matter=Matter(targets=named))
    return Line(one, None, word_of(GOOD), ())


def test_targets_are_columns_as_tall_as_their_figures() -> None:
    drawn = timeline.targets(goal("20 days", "15 days", "10 days"), "g")
    assert drawn is not None
    heights = [float(one) for one in re.findall(r'class="d-(?:bar|base)"[^>]*height="([\d.]+)"', drawn.inline())]
    assert heights == [48.0, 36.0, 24.0]
    assert drawn.told == "baseline 20 days, 3 months 15 days, 12 months 10 days."
    thousands = timeline.targets(goal("1,200", "2.400", "2,4"), "g")
    assert thousands is not None
    heights = [float(one) for one in re.findall(r'class="d-(?:bar|base)"[^>]*height="([\d.]+)"', thousands.inline())]
    assert heights == [24.0, 48.0, 2.0]


def test_targets_that_are_no_figures_are_not_drawn() -> None:
    assert timeline.targets(goal("many", "more", "most"), "g") is None
    assert timeline.targets(goal("5", "better", "7"), "g") is None
    assert timeline.targets(goal("-5", "1", "7"), "g") is None


def test_what_is_drawn_is_escaped_and_stands_in_the_sheet() -> None:
    odd = value("worker-status:odd", "<b>&", "x")
    acceptance = replace(
        cases.every_verdict(),
        statements=(odd, PLACED),
        verdicts={odd.id: replace(GOOD, statement=odd.id), PLACED.id: BAD},
        systems=SYSTEMS,
    )
    text = sheet(acceptance)
    assert "<b>&" not in text
    assert text.count('<svg class="drawing" role="img"') == 2
    assert "tried 5 times, entered from 1 of 2 statuses" in text
    names = re.findall(r'aria-labelledby="([^"]+)"', text)
    for name in " ".join(names).split():
        assert text.count(f'id="{name}"') == 1
    ElementTree.fromstring(states.drawings(table(), {"ats": "<A>", "app": "B & C"})[0].alone())
