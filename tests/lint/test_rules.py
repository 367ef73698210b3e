"""Each check of an agreement: a document that breaks it, and what is said word by word."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from matters import TODAY, A, W, changed, found, no_notes, shown, with_field
from stories import ASSIGNMENTS, WORKERS, integration, schemas

from signoff.errors import Place
from signoff.lint.codes import RULES
from signoff.schema import Side, Type
from signoff.scope import EntitySettings

PHONE = "| phone     | ->    | phone       | same phone               |          |"
KEPT = "|           | kept  | push_token  |                          |          |"
ELSE = "| anything else | error      |"
BINDING = "each Candidate is a worker, matched by external_id, then same email"


def row(ats: str, flow: str, app: str, rule: str, required: str = "") -> str:
    return f"| {ats} | {flow} | {app} | {rule} | {required} |"


def after(line: str, *rows: str) -> str:
    return changed(line, "\n      ".join((line, *rows)))


def said(code: str, text: str = WORKERS, **more: object) -> list[str]:
    return shown(found(text, **more), code)  # type: ignore[arg-type]


def test_the_story_has_no_errors_and_no_warnings_but_one() -> None:
    # The value row `Placed` is in the picklist, `DNU` is never looked up; nothing is known against the documents.
    assert shown(no_notes(found())) == []


def test_mandatory_unfilled() -> None:
    without = changed("      | firstName | ->    | first_name  | same text                | yes      |\n", "")
    assert said("mandatory-unfilled", without) == [
        f"error mandatory-unfilled: {W}:3\n"
        "  expected: a row that fills Worker.first_name, which Shiftline demands\n"
        "  found:    none in the worker chart\n"
        "  Add a row for it, or name it under [technical] in the toml."
    ]


@pytest.mark.parametrize(
    "settings",
    [
        integration(technical={"Worker": ("first_name",)}),
        integration(states={"worker": {"new": {"first_name": "unknown"}}}),
    ],
)
def test_a_technical_field_and_one_that_a_state_makes_need_no_row(settings: object) -> None:
    without = changed("      | firstName | ->    | first_name  | same text                | yes      |\n", "")
    assert said("mandatory-unfilled", without, settings=settings) == []


def test_read_only_target() -> None:
    assert said("read-only-target", after(PHONE, row("kind", "->", "id", "same text"))) == [
        f'error read-only-target: {W}:15, row "kind -> id", cell "app field"\n'
        "  expected: a field that Shiftline lets others write\n"
        "  found:    `id`, which it keeps itself\n"
        "  Name another field, or write `kept` if the connector must leave it alone."
    ]


TWO_ROWS = """
  @chart
  Scenario Outline: <ATS field> <flow> <app field>
    When the connector has been rehearsed
    Then this row of the chart holds

    Examples: Nicknames
      | ATS field | flow | app field | rule | id |
      | kind      | ->   | nickname  | {first} | one |
      | kind      | ->   | nickname  | {second} | two |
"""


def test_shadowed_row_behind_a_wider_condition() -> None:
    first, second = 'only when kind is one of "temp" or "perm"', 'upper case, only when kind is "temp"'
    text = WORKERS + TWO_ROWS.format(first=first, second=second)
    assert said("shadowed-row", text) == [
        f'warning shadowed-row: {W}:{len(text.splitlines())}, row "kind -> nickname", cell "rule"\n'
        "  expected: a case of nickname that the rows above leave over\n"
        "  found:    a condition that is always covered by the rows above\n"
        "  Move the row up, or remove it: the first row that fits writes."
    ]
    assert said("shadowed-row", WORKERS + TWO_ROWS.format(first=second, second=first)) == []


def test_shadowed_row_behind_an_unconditional_one() -> None:
    text = WORKERS + TWO_ROWS.format(first="same text", second='upper case, only when kind is "temp"')
    last = len(text.splitlines())
    assert said("shadowed-row", text) == [
        f'warning shadowed-row: {W}:{last}, row "kind -> nickname", cell "rule"\n'
        "  expected: a case of nickname that the rows above leave over\n"
        f'  found:    a condition that is always covered by {W}:{last - 1}, row "kind -> nickname"\n'
        "  Move the row up, or remove it: the first row that fits writes."
    ]


def test_no_link() -> None:
    text = changed(BINDING, "each Candidate is a worker")
    text = changed("| id        | ->    | external_id | as text                  | yes      |", "", text)
    assert said("no-link", text) == [
        f"warning no-link: {W}:3\n"
        "  expected: a link row, or `matched by` and a key\n"
        "  found:    neither for worker\n"
        "  Add `| id | -> | external_id | as text | yes |` with the receiving system's own field."
    ]


def test_assumed_rule() -> None:
    assert said("assumed-rule") == [
        f'note assumed-rule: {W}:15, row "email -> email", cell "rule"\n'
        "  expected: a rule that somebody has agreed to\n"
        "  found:    none\n"
        "  It is judged as: the same e-mail address, from email. If that is meant, write it."
    ]


def test_open_row() -> None:
    text = after(PHONE, row("kind", "->", "", ""))
    assert said("open-row", text) == [
        f'note open-row: {W}:15, row "kind ->"\n'
        "  expected: a row that can be tested\n"
        "  found:    an open question: a field cell is empty: which field?\n"
        "  Ask, and write the answer into the row; until then the strict gate refuses it."
    ]


def test_never_mapped_in_a_composed_rule() -> None:
    text = after(PHONE, row("firstName, ssn", "->", "nickname", 'firstName + "-" + ssn'))
    assert said("never-mapped", text) == [
        f'error never-mapped: {W}:15, row "firstName, ssn -> nickname", cell "ATS field"\n'
        "  expected: no field that never leaves Bullhorn\n"
        f'  found:    `ssn`; {W}:18, row "ssn never" says never\n'
        "  Take it out of this row, or remove the never row."
    ]


def test_never_mapped_through_a_reference() -> None:
    other = changed("| payRate   |", "| candidate.ssn |", ASSIGNMENTS)
    other = changed("| same amount                 |", "| same text |", other).replace("pay_rate", "remark")
    assert said("never-mapped", assignments=other) == [
        f'error never-mapped: {A}:14, row "candidate.ssn -> remark", cell "ATS field"\n'
        "  expected: no field that never leaves Bullhorn\n"
        f'  found:    `candidate.ssn`; {W}:17, row "ssn never" says never\n'
        "  Take it out of this row, or remove the never row."
    ]


def test_kept_written() -> None:
    assert said("kept-written", after(PHONE, row("kind", "->", "push_token", "same text"))) == [
        f'error kept-written: {W}:15, row "kind -> push_token", cell "app field"\n'
        "  expected: a field that the connector may write\n"
        f'  found:    `push_token`; {W}:19, row "kept push_token" says kept\n'
        "  Remove one of the two rows."
    ]


def test_unused_table() -> None:
    text = changed('look up in "Worker status"', "same text                 ")
    text = changed("Examples: Worker status", "Examples: Worker state", text)
    assert said("unused-table", text) == [
        f"warning unused-table: {W}:25\n"
        '  expected: a row that says look up in "Worker state"\n'
        "  found:    none\n"
        "  Use the table in a rule, or remove it."
    ]


def test_table_gap() -> None:
    assert said("table-gap", changed(f"      {ELSE}\n", "")) == [
        f"warning table-gap: {W}:25\n"
        '  expected: a row of "Worker status" for every value of the picklist, or `anything else`\n'
        "  found:    none for DNU, Retired\n"
        "  Add the rows, or `anything else` as the last one."
    ]


def test_not_in_enum_by_a_table() -> None:
    assert said("not-in-enum", changed("| Active        | available  |", "| Active | availble |")) == [
        f'error not-in-enum: {W}:27, row "Active = availble", cell "app status"\n'
        "  expected: a value that status takes (Shiftline): available, assigned, inactive\n"
        '  found:    "availble"\n'
        "  did you mean: available\n"
        "  Write the value as the receiving system spells it."
    ]


def test_not_in_enum_by_a_constant() -> None:
    text = changed(
        '| status    | ->    | status      | look up in "Worker status" | yes    |',
        '|           | ->    | status      | always "actve"             | yes    |',
    )
    assert said("not-in-enum", text) == [
        f'error not-in-enum: {W}:16, row "-> status", cell "rule"\n'
        "  expected: a value that status takes (Shiftline): available, assigned, inactive\n"
        '  found:    "actve"\n'
        "  did you mean: inactive\n"
        "  Write the value as the receiving system spells it."
    ]


def test_unknown_value() -> None:
    assert said("unknown-value", changed("| Placed        |", "| Plcaed        |")) == [
        f'warning unknown-value: {W}:28, row "Plcaed = assigned", cell "ATS status"\n'
        "  expected: a value of the picklist (Bullhorn)\n"
        '  found:    "Plcaed"\n'
        "  did you mean: Placed\n"
        "  Spell it as the picklist does, or add it to the picklist in the toml."
    ]


def test_shadowed_value() -> None:
    text = changed("| ATS status    | app status |", "| ATS status | app status | match |")
    text = changed(
        "| Active        | available  |",
        "| act | inactive | contains, ignoring case |\n      | Active | available | |",
        text,
    )
    for before in ("| Placed        | assigned   |", "| (blank)       | available  |", ELSE):
        text = changed(before, f"{before} |", text)
    assert said("shadowed-value", text) == [
        f'warning shadowed-value: {W}:28, row "Active = available", cell "ATS status"\n'
        "  expected: a value that the rows above leave over\n"
        '  found:    "Active", which line 27 takes already\n'
        "  Move the row up, or remove it: the first row that fits counts."
    ]


def test_never_true_in_a_population() -> None:
    text = changed('| status is "DNU" |', '| status is "DNU" and status is "Placed" |')
    assert said("never-true", text) == [
        f'error never-true: {W}:39, row "status is "DNU" and status is "Placed" never reaches the app", cell "who"\n'
        "  expected: a condition that some record can fulfil\n"
        "  found:    one that contradicts itself\n"
        "  Look for tests that exclude each other, where `or` may do, or for one that no value passes."
    ]


def test_never_true_in_a_row() -> None:
    other = changed(
        "| same amount                 |", "| same amount, only when payRate > 20 and payRate < 10 |", ASSIGNMENTS
    )
    assert said("never-true", assignments=other) == [
        f'error never-true: {A}:14, row "payRate -> pay_rate", cell "rule"\n'
        "  expected: a condition that some record can fulfil\n"
        "  found:    one that contradicts itself\n"
        "  Look for tests that exclude each other, where `or` may do, or for one that no value passes."
    ]


NEVER_TRUE = (
    "  expected: a condition that some record can fulfil\n"
    "  found:    one that contradicts itself\n"
    "  Look for tests that exclude each other, where `or` may do, or for one that no value passes."
)


def test_never_true_in_a_derived_yes_or_no() -> None:
    rule = 'yes if status is "DNU" and status is "Placed", otherwise no'
    assert said("never-true", after(PHONE, row("status", "->", "nickname", rule))) == [
        f'error never-true: {W}:15, row "status -> nickname", cell "rule"\n{NEVER_TRUE}'
    ]


def test_never_true_of_the_linked_record() -> None:
    text = changed(BINDING, BINDING.replace(",", ", with their latest Placement where payRate > 2 and payRate < 1,", 1))
    assert said("never-true", text) == [f"error never-true: {W}:3\n{NEVER_TRUE}"]


def test_never_true_of_a_branch() -> None:
    settings = integration(branches={"south": 'kind is "S" and kind is blank'})
    assert said("never-true", settings=settings) == [
        f'error never-true: scope/crm-app.toml, cell "[branches.south]"\n{NEVER_TRUE}'
    ]


def test_shadowed_who() -> None:
    text = changed('| kind is "temp"  |', '| status is "DNU" and kind is "temp" |')
    assert said("shadowed-who", text) == [
        f'warning shadowed-who: {W}:40, row "status is "DNU" and kind is "temp" reaches the app", cell "who"\n'
        "  expected: records that the rows above leave over\n"
        "  found:    a condition that they cover already\n"
        "  Move the row up, or remove it: the first row that fits decides."
    ]


def test_nobody_reaches() -> None:
    text = changed("| anyone else     | reaches the app       |", "| anyone else | never reaches the app |")
    text = changed('| kind is "temp"  | reaches the app       |', '| kind is "temp" | never reaches the app |', text)
    assert said("nobody-reaches", text) == [
        f'error nobody-reaches: {W}:39, row "status is "DNU" never reaches the app", cell "who"\n'
        "  expected: a row whose records reach the app\n"
        "  found:    none that any record can come to\n"
        "  Say who `reaches the app`."
    ]


def test_unreachable_value_row() -> None:
    text = changed("| Placed        | assigned   |", "| Placed | assigned |\n      | DNU | inactive |")
    assert said("unreachable-row", text) == [
        f'warning unreachable-row: {W}:29, row "DNU = inactive", cell "ATS status"\n'
        "  expected: a case that records in scope can come to\n"
        "  found:    one that the worker population keeps out\n"
        "  Remove the row, or let those records through."
    ]


def test_unreachable_chart_row() -> None:
    text = after(PHONE, row("kind, status", "->", "nickname", 'upper case, only when status is "DNU"'))
    assert said("unreachable-row", text) == [
        f'warning unreachable-row: {W}:15, row "kind, status -> nickname", cell "rule"\n'
        "  expected: a case that records in scope can come to\n"
        "  found:    one that the worker population keeps out\n"
        "  Remove the row, or let those records through."
    ]


def test_unknown_choice() -> None:
    assert said("unknown-choice", changed('| status is "DNU" |', '| status is "DNV" |')) == [
        f'warning unknown-choice: {W}:39, row "status is "DNV" never reaches the app", cell "who"\n'
        "  expected: a value of the picklist Candidate.status (Bullhorn)\n"
        '  found:    "DNV"\n'
        "  did you mean: DNU\n"
        "  Spell it as the picklist does, or add it to the picklist in the toml."
    ]


def test_unknown_choice_of_related_records() -> None:
    known = with_field(Side.ATS, "Placement", "status", type=Type.PICKLIST, choices=("Approved",), closed=False)
    text = changed('| kind is "temp"  |', '| some Placement has (status is "Aproved") |')
    assert said("unknown-choice", text, known=known) == [
        f'warning unknown-choice: {W}:40, row "some Placement has (status is "Aproved") reaches the app", cell "who"\n'
        "  expected: a value of the picklist Placement.status (Bullhorn)\n"
        '  found:    "Aproved"\n'
        "  did you mean: Approved\n"
        "  Spell it as the picklist does, or add it to the picklist in the toml."
    ]


EXCEPTIONS = """
  @exceptions
  Scenario Outline: <statement> is <agreed>
    Then this row holds

    Examples: Agreed for a time
      | statement    | agreed | until      | reason  |
      | worker.phone | waived | {until} | a defect |
"""


@pytest.mark.parametrize(
    ("code", "until", "message"),
    [
        (
            "waiver-expired",
            "2026-03-01",
            "  expected: a waiver that still holds\n  found:    one that ended on 2026-03-01\n"
            "  Remove it, or agree on another day.",
        ),
        (
            "waiver-ending",
            "2026-03-02",
            "  expected: a waiver that holds for more than 14 days\n"
            "  found:    one that ends on 2026-03-02, today\n  Repair what it excuses, or agree on another day.",
        ),
        (
            "waiver-ending",
            "2026-03-16",
            "  expected: a waiver that holds for more than 14 days\n"
            "  found:    one that ends on 2026-03-16, in 14 days\n  Repair what it excuses, or agree on another day.",
        ),
    ],
)
def test_waivers(code: str, until: str, message: str) -> None:
    text = WORKERS + EXCEPTIONS.format(until=until)
    line = len(text.splitlines())
    assert shown(no_notes(found(text))) == [f'warning {code}: {W}:{line}, row "worker.phone", cell "until"\n{message}']


def test_a_waiver_that_holds_for_longer_is_no_finding() -> None:
    assert no_notes(found(WORKERS + EXCEPTIONS.format(until="2026-03-17"))) == []


def test_a_waived_chart_is_told_at_its_table() -> None:
    text = changed(
        "    Examples: Worker chart\n", "    @waived:until=2026-03-05\n    Examples: Worker chart\n    Agreed.\n\n"
    )
    assert said("waiver-ending", text) == [
        f"warning waiver-ending: {W}:11\n"
        "  expected: a waiver that holds for more than 14 days\n"
        "  found:    one that ends on 2026-03-05, in 3 days\n"
        "  Repair what it excuses, or agree on another day."
    ]


@dataclass(frozen=True)
class Stands:
    place: Place


@dataclass(frozen=True)
class Asked:
    row: Stands
    asked_on: date
    answer: str = ""
    asked_of: str = ""


def test_unanswered() -> None:
    questions = (
        Asked(Stands(Place(W, 50, "Which zone?")), date(2026, 2, 15), asked_of="dana"),
        Asked(Stands(Place(W, 51)), date(2026, 2, 15), answer="America/Chicago"),
        Asked(Stands(Place(W, 52)), date(2026, 2, 16)),
    )
    assert (TODAY - date(2026, 2, 15)).days == 15
    assert said("unanswered", questions=questions) == [
        f'warning unanswered: {W}:50, row "Which zone?"\n'
        "  expected: an answer within 14 days\n  found:    none for 15 days\n  Ask dana again."
    ]


def test_a_linked_entity_is_bound_to_its_own_records() -> None:
    # `Placement.payRate` is read from the linked placement: a never row of the candidate does not touch it.
    settings = integration()
    entities = {**settings.entities, "worker": EntitySettings("worker", "Candidate", "Worker")}
    text = changed(BINDING, f"{BINDING.replace(',', ', with their latest Placement by id,', 1)}")
    known = with_field(Side.APP, "Worker", "pay", type=Type.AMOUNT)
    text = changed(PHONE, f"{PHONE}\n      {row('Placement.payRate', '->', 'pay', 'same amount')}", text)
    assert said("never-mapped", text, settings=replace(settings, entities=entities), known=known) == []


ELSEWHERE = {"address-unsaid", "toml-name", "misspelt-column", "workflow-choice", "unfilled-value"} | {
    *("test-meaning", "unknown-setting", "goal-not-charted", "matching-unheard"),
}
"""Tested in test_address_codes.py, whose documents ask an address service, in test_toml_names.py, test_slips.py,
test_meaning.py and test_goals.py."""
BAD_DATA = """
  @bad-data
  Scenario Outline: <bad data> <then>
    When the connector has been rehearsed
    Then this row of the bad-data policy holds

    Examples: Bad people
      | bad data                  | then               |
      | a phone cannot be read    | nothing is written |
      | a date cannot be read     | nothing is written |
      | a number cannot be read   | nothing is written |
      | a required field is blank | nothing is written |
      | a reference leads nowhere | nothing is written |
"""


def test_a_bad_data_row_that_nothing_in_the_chart_can_fulfil() -> None:
    last = len((WORKERS + BAD_DATA).splitlines())
    what, how = "a row of the worker chart of which this can be said", "or write the row of the chart that is meant."
    assert said("bad-data-never", WORKERS + BAD_DATA) == [
        f'warning bad-data-never: {W}:{last - back}, row "{words}: nothing is written", cell "bad data"\n'
        f"  expected: {what}\n"
        "  found:    none\n"
        f"  Remove the row, {how}"
        for back, words in (
            (3, "a date cannot be read"),
            (2, "a number cannot be read"),
            (0, "a reference leads nowhere"),
        )
    ]


def test_every_check_is_tested_above() -> None:
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    texts = {one.value for one in ast.walk(tree) if isinstance(one, ast.Constant)}
    assert {one.code for one in RULES} - texts - ELSEWHERE == set()


def test_made_by_nobody() -> None:
    assert said("made-by-nobody") == []
    [told] = said("made-by-nobody", "Feature: Workers\n")
    assert told.splitlines()[1:] == [
        "  expected: a reference to what a chart makes: assignment",
        "  found:    `the worker with the same id`, and no chart makes any worker",
        "  Add a chart for it, or write `seeded = true` under [entities.worker] in the toml.",
    ]
    known = integration()
    seeded = {**known.entities, "worker": replace(known.entities["worker"], seeded=True)}
    assert said("made-by-nobody", "Feature: Workers\n", settings=replace(known, entities=seeded)) == []


FIRST = "| firstName | ->    | first_name  | same text                | yes      |"
CUT_DATA = """
  @bad-data
  Scenario Outline: <bad data> <then>
    When the connector has been rehearsed
    Then this row of the bad-data policy holds

    Examples: What is bad
      | bad data           | then            |
      | a text is too long | the text is cut |
"""


def test_may_be_too_long() -> None:
    assert said("may-be-too-long") == [
        f'warning may-be-too-long: {W}:13, row "firstName -> first_name", cell "rule"\n'
        "  expected: a value that fits Worker.first_name, for which Shiftline takes 20 characters\n"
        "  found:    one of up to 50 characters, from Candidate.firstName\n"
        "  Write `at most 20 characters` into the rule, or say in a @bad-data table what becomes of "
        "`a text is too long`."
    ]


@pytest.mark.parametrize(
    ("sends", "rule", "told"),
    [
        ("firstName", "at most 20 characters", ""),
        ("firstName", "at most 21 characters", "one of up to 21 characters, from Candidate.firstName"),
        ("kind", "upper case", "one of any length, from Candidate.kind"),
        ("ssn", "same text", ""),
        ("ssn, kind", "first filled of ssn or kind", "one of any length, from Candidate.ssn and Candidate.kind"),
        ("ssn", '"No " + ssn', "one of up to 21 characters, from Candidate.ssn"),
        ("ssn", '"N " + ssn', ""),
        ("firstName", "first word", ""),
        ("id", "as text", ""),
    ],
)
def test_how_long_a_value_may_be_is_told_by_its_rule(sends: str, rule: str, told: str) -> None:
    found_ = said("may-be-too-long", changed(FIRST, row(sends, "->", "first_name", rule, "yes")))
    assert [one.split("found:    ")[1].split("\n")[0] for one in found_] == ([told] if told else [])


def test_what_becomes_of_a_long_text_may_be_said_once_for_all_rows() -> None:
    assert said("may-be-too-long", WORKERS + CUT_DATA) == []


def test_left_out_required() -> None:
    assert said("left-out-required", changed(ELSE, "| anything else | left out |")) == [
        f'error left-out-required: {W}:30, row "anything else = left out", cell "app status"\n'
        "  expected: a value for status, which Shiftline demands\n"
        '  found:    "left out"\n'
        "  Write the value, or `error` to hold the record back and report it."
    ]
    optional = with_field(Side.APP, "Worker", "status", mandatory=False)
    assert said("left-out-required", changed(ELSE, "| anything else | left out |"), known=optional) == []


LIFE = """
  @lifecycle
  Scenario Outline: <when> <then>
    When the connector has been rehearsed
    Then this row of the lifecycle holds

    Examples: Who goes
      | when                              | then                  |
      | a candidate leaves the population | the worker is removed |
"""


def test_record_demand() -> None:
    both = schemas()
    worker = replace(both[Side.APP].entities["Worker"], unforeseen=("`anyOf`",))
    both[Side.APP] = replace(both[Side.APP], entities={**both[Side.APP].entities, "Worker": worker})
    assert said("record-demand", known=both) == [
        f"warning record-demand: {W}:3\n"
        "  expected: fields that say all that Shiftline demands of a Worker\n"
        "  found:    `anyOf` in its document, of the record as a whole\n"
        "  Write a row into a @bad-data table whose condition says which records break it, for instance "
        "`email is blank and phone is blank`."
    ]
    assert said("record-demand", WORKERS + NO_WAY_TO_REACH, known=both) == []
    assert said("record-demand", WORKERS) == []


NO_WAY_TO_REACH = """
  @bad-data
  Scenario Outline: <bad data>
    When the connector has been rehearsed
    Then this row of the bad-data policy holds

    Examples: Whom nobody could reach
      | bad data                            | then                                 |
      | email is blank and phone is blank   | the record is held back and reported |
"""


def test_leaving_unsaid() -> None:
    assert said("leaving-unsaid") == [
        f'warning leaving-unsaid: {W}:39, row "status is "DNU" never reaches the app", cell "outcome"\n'
        "  expected: what becomes of a worker in the app whose Candidate comes to this row\n"
        "  found:    nothing that says it\n"
        "  Ask, and write a @lifecycle row for who leaves the population, or `leaves the app as STATE`."
    ]
    assert said("leaving-unsaid", WORKERS + LIFE) == []
    for_good = with_field(Side.ATS, "Candidate", "status", create_only=True)
    text = changed('      | kind is "temp"  | reaches the app       |\n', "")
    assert said("leaving-unsaid", text, known=for_good) == []
