from __future__ import annotations

from dataclasses import replace

import evidence_cases as cases

from signoff.evidence.outline import outline
from signoff.evidence.terminal import Style, chart_line, clipped, closing, columns, progress_line, red_row
from signoff.verdict import BLAMED, SENTENCE, STANDS, Outcome, Verdict

ASCII = Style(unicode=False, width=100)
VERDICTS = cases.verdicts()


def test_a_red_row_says_where_what_and_how_to_see_it_again() -> None:
    assert red_row(cases.DATE, VERDICTS[cases.DATE.id]) == (
        "features/bullhorn-shiftline/workers.feature:22  Who the worker is: dateAvailable -> available_on\n"
        "  ✗ failed  worker.available_on\n"
        "  rule:       available_on: same date\n"
        "  record:     Candidate 17, Zoë O'Brien\n"
        "  given:      dateAvailable = 1772928000000\n"
        "  expected:   2026-03-08\n"
        "  found:      2026-03-07\n"
        "                       ^\n"
        "  when:       after the first sync, wrong value\n"
        "  alone:      It also fails alone.\n"
        "  exchange:   POST /workers → 201\n"
        '              {"external_id": "17", "available_on": "2026-03-07"}\n'
        "  replay:     pytest --replay reports/bullhorn-shiftline/counterexamples/worker.available_on.json\n"
        '  again:      pytest "features/bullhorn-shiftline/workers.feature::worker.available_on" --seed 20260311'
    )


def test_the_smallest_case_is_told_in_sentences_with_its_size() -> None:
    shown = red_row(cases.DATE, cases.SMALL, Style(width=140))
    assert (
        "  alone:      It also fails alone.\n"
        '  case:       Bullhorn: Candidate Maria Lopez has dateAvailable 2026-03-08 and nickName "Ma<NBSP>ri"\n'
        "              the connector syncs twice\n"
        "              then Bullhorn: Candidate Maria Lopez: dateAvailable becomes blank\n"
        "              then the connector syncs twice\n"
        "  size:       1 record, 2 operations (of 1,311 records, 2,641 operations; found in 5 rounds, 14 runs of "
        "the connector)\n"
    ) in shown


def test_the_sentence_of_a_workflow_that_does_not_hold_comes_first_and_what_explains_it_after_it() -> None:
    facts = {SENTENCE: 'in the app "Maria" has phone "1"', STANDS: "f/b.feature:31", BLAMED: ("worker.phone",)}
    finding = cases.Finding(cases.DATE.id, "wrong value", cases.DATE_CASE)
    failed = Verdict(cases.DATE.id, Outcome.FAILED, (finding,), facts=facts)
    lines = red_row(cases.DATE, failed).splitlines()
    assert lines[2:4] == [
        '  sentence:   Then in the app "Maria" has phone "1"',
        "  at:         f/b.feature:31",
    ]
    assert "  also wrong: worker.phone" in lines
    assert lines.index("  expected:   2026-03-08") < lines.index("  rule:       available_on: same date")
    lost = replace(failed, outcome=Outcome.NOT_EXERCISED, because_of=("worker.phone",))
    lines = red_row(cases.DATE, lost).splitlines()
    assert lines[2:4] == [
        '  sentence:   Then in the app "Maria" has phone "1"',
        "  at:         f/b.feature:31",
    ]
    assert lines.index("  found:      2026-03-07") < lines.index("  because of: worker.phone")


def test_invisible_characters_are_named_and_pointed_at() -> None:
    shown = red_row(cases.STREET, VERDICTS[cases.STREET.id])
    assert '  expected:   "12 Main St"\n  found:      "12<NBSP>Main St "\n                 ^^^^^^       ^\n' in shown
    assert "  alone:      It fails only together with other records.\n" in shown
    assert shown.endswith("  waived:     until 2027-01-31: the vendor trims blanks in release 4.2")


def test_a_row_that_was_not_exercised_says_what_was_lacking() -> None:
    assert red_row(cases.PAY, VERDICTS[cases.PAY.id]) == (
        "features/bullhorn-shiftline/workers.feature:24  Who the worker is: Placement.payRate -> pay_rate\n"
        "  ○ not exercised  worker.pay_rate\n"
        "  rule:       pay_rate: same amount\n"
        "  lacking:    a worker whose placement changes its pay rate\n"
        "  because of: worker:arrive"
    )


def test_no_carets_under_right_to_left_text() -> None:
    case = cases.Counterexample("Candidate 1", "أحمد", "أحمذ")
    verdict = cases.Verdict("worker.x", Outcome.FAILED, findings=(cases.Finding("worker.x", "wrong value", case),))
    assert "^" not in red_row(cases.LINK, verdict)


def test_a_terminal_without_unicode_gets_ascii_only() -> None:
    for one in cases.STATEMENTS:
        assert red_row(one, VERDICTS[one.id], ASCII).isascii()
    assert closing(cases.every_verdict(), (), ASCII).isascii()
    assert "Zo\\xeb" in red_row(cases.DATE, VERDICTS[cases.DATE.id], ASCII)


def test_texts_stay_within_the_width_but_commands_are_never_broken() -> None:
    narrow = Style(width=60)
    lines = red_row(cases.DATE, VERDICTS[cases.DATE.id], narrow).splitlines()
    assert all(
        columns(line) <= 60
        for line in lines[1:]
        if "again:" not in line and "replay:" not in line and "exchange" not in line
    )
    assert f'pytest "{cases.FILE}::worker.available_on" --seed 20260311' in lines[-1]


def test_a_chart_is_one_line() -> None:
    part = outline(cases.every_verdict())[1]
    assert [table.name for table in part.tables] == [
        "Every worker",
        "Who the worker is",
        "Worker status",
        "Who reaches the app",
    ]
    assert chart_line(part.tables[1].name, part.tables[1].counts()) == (
        "  ✗ Who the worker is            2 failed, 1 not exercised, 1 waived, 1 open, 1 assumed, 2 verified"
    )
    assert chart_line("Nobody", {}, ASCII).endswith("nothing judged")


def test_colour_is_a_matter_of_the_terminal_and_of_no_color() -> None:
    environ = {"TERM": "xterm"}
    coloured = Style.of(is_terminal=True, encoding="UTF-8", width=80, environ=environ)
    assert coloured == Style(colour=True, unicode=True, width=80)
    assert "\x1b[32m" in chart_line("x", {Outcome.VERIFIED: 1}, coloured)
    for told in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}):
        assert not Style.of(is_terminal=True, encoding="utf8", width=80, environ=told).colour
    assert not Style.of(is_terminal=False, encoding="ascii", width=10, environ=environ).colour
    assert Style.of(is_terminal=False, encoding="ascii", width=10, environ=environ) == Style(False, False, 40)


def test_the_closing_lines_say_the_decision_the_figures_and_where_the_reports_are() -> None:
    assert closing(cases.every_verdict(), ("reports/signoff.html", "reports/signoff.json")) == (
        "Bullhorn and Shiftline: Refused: 2 failed, 1 blocked, 1 not exercised (gate: normal).\n"
        "  12 statements: 2 failed, 1 blocked, 1 not exercised, 1 waived, 1 open, 1 assumed, 5 verified\n"
        "  ✗ worker.available_on: expected 2026-03-08, found 2026-03-07 (Candidate 17, Zoë O'Brien)\n"
        "    again: pytest --replay reports/bullhorn-shiftline/counterexamples/worker.available_on.json\n"
        "  ✗ worker.ssn:never: expected no other system receives it, found 078-••-••20 in the body of POST\n"
        "    /workers (Candidate 1017, أحمد <b>O'Brien</b>)\n"
        "  ⊘ connector:finishes: Shiftline answered 503 five times.\n"
        "  ○ worker.pay_rate: because of worker:arrive\n"
        "  report: reports/signoff.html\n"
        "          reports/signoff.json"
    )


def test_what_follows_from_the_same_causes_is_one_closing_line() -> None:
    made = cases.every_verdict()
    lost = Verdict("", Outcome.NOT_EXERCISED, because_of=("worker.available_on",))
    names = ("worker.external_id", "worker.nickname", "worker.phone", "worker:arrive")
    more = {name: replace(lost, statement=name) for name in names}
    shown = closing(replace(made, verdicts={**made.verdicts, **more})).splitlines()
    listed = [one.id for one in made.statements if one.id in names]
    assert f"  ○ {', '.join(listed[:3])} and 1 more: because of worker.available_on" in shown
    assert "  ○ worker.pay_rate: because of worker:arrive" in shown
    assert sum("again:" in line for line in shown) == 1


def test_one_trouble_that_blocks_everything_is_told_once_and_whole() -> None:
    made = cases.every_verdict()
    why = "Shiftline answered 503 five times, which is longer than one line of a terminal would have had room for"
    blocked = {one.id: Verdict(one.id, Outcome.BLOCKED, note=why) for one in made.statements}
    assert closing(replace(made, verdicts=blocked)).splitlines()[1:] == [
        "  12 statements: 12 blocked",
        "  blocked:    Shiftline answered 503 five times, which is longer than one line of a terminal would",
        "              have had room for",
    ]


def test_the_closing_lines_are_wrapped_and_never_cut_off() -> None:
    made = cases.every_verdict()
    shown = closing(made, (), Style(width=60))
    assert "…\n" not in shown
    assert "  ✗ worker.available_on: expected 2026-03-08, found\n    2026-03-07 (Candidate 17, Zoë O'Brien)\n" in shown
    assert all(columns(line) <= 60 for line in shown.splitlines()[2:] if "again:" not in line)
    assert "    again: pytest --replay reports/bullhorn-shiftline/counterexamples/worker.available_on.json\n" in shown


def test_a_wrapped_line_begins_with_no_stray_blank() -> None:
    why = "a worker whose placement changes its pay rate twice within a week, once by a day and once by a month"
    for width in range(40, 90):
        verdict = Verdict(cases.PAY.id, Outcome.NOT_EXERCISED, would_exercise=why)
        lines = red_row(cases.PAY, verdict, Style(width=width)).splitlines()
        wrapped = [line for line in lines if line.startswith(" " * 14)]
        assert wrapped
        assert not [line for line in wrapped if line.startswith(" " * 15)]


def test_progress_is_one_line_that_fits() -> None:
    assert (
        progress_line("bullhorn-shiftline", "first changes", 3, 12) == "bullhorn-shiftline: run 3 of 12, first changes"
    )
    assert progress_line("x", "y" * 80, style=Style(width=40)) == "x: " + "y" * 34 + "..."


def test_wide_signs_take_two_columns() -> None:
    assert columns("日本") == 4
    assert columns("e\u0301") == 1
    assert clipped("日本語", 5) == "日本…"
