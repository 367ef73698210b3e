"""Questions, checklists, worked examples and goals, bound to the statements and fields that they mean."""

from datetime import date

import pytest
from matters_cases import DATED, HEADER, agreed, document
from stories import ASSIGNMENTS, WORKERS

from signoff.agreement.matters import BothSides
from signoff.agreement.statement import Kind, Statement
from signoff.errors import ScopeError
from signoff.schema import Side

A = "features/crm-app/agreement.feature"
ROWS = ASSIGNMENTS.replace(HEADER, HEADER + DATED)
MARGIN = "      | clientBillRate, payRate, hours | -> | margin | = (clientBillRate - payRate) * hours | |\n"
JOINED = WORKERS.replace(
    "      | firstName |",
    "      | joinedOn  | ->    | joined_on   | same date                |          |\n"
    "      | agrees    | ->    | agrees      | same yes/no              |          |\n      | firstName |",
)


def said(*tables: str, workers: str = JOINED, assignments: str = ROWS, today: date | None = date(2026, 3, 2)) -> str:
    with pytest.raises(ScopeError) as caught:
        agreed(*tables, workers=workers, assignments=assignments, today=today)
    return str(caught.value)


def statement(table: str, one: str) -> Statement:
    found = agreed(table, workers=JOINED, assignments=ROWS + MARGIN).statement(one)
    assert found is not None
    return found


def test_a_question_says_whom_and_when_and_is_open_without_an_answer() -> None:
    rows = ("| Who owns the badge? | Dana | 2026-01-20 | |", "| Whose phone? | Luis | 2026-01-21 | the worker's |")
    agreement = agreed(document("questions", *rows))
    first, second = agreement.matters.questions
    assert (first.statement, second.statement) == ("question:who-owns-the-badge", "question:whose-phone")
    opened, closed = (agreement.statement(one.statement) for one in (first, second))
    assert opened is not None
    assert closed is not None
    assert (opened.kind, opened.story, opened.file, opened.line) == (Kind.QUESTION, "Our questions", A, 7)
    assert opened.open_question == "Who owns the badge? (for Dana, asked on 2026-01-20)"
    assert (closed.open_question, closed.matter.answer, closed.sentence) == ("", "the worker's", "the worker's")


def test_evidence_names_statements_whole_or_by_their_beginning() -> None:
    row = "| Mapped | worker.*, assignment:arrive, question:why |"
    agreement = agreed(document("questions", "| Why? | Dana | 2026-01-20 | so |"), document("checklist", row))
    [item] = agreement.matters.checklist
    assert item.statement == "checklist:mapped"
    assert set(item.evidence) == {
        *(one.id for one in agreement.statements if one.id.startswith("worker.")),
        "assignment:arrive",
        "question:why",
    }
    assert len(item.evidence) == 9


def test_an_attested_item_names_the_person_and_the_day() -> None:
    [item] = agreed(document("checklist", "| Access | attested by Dana on 2026-03-02 |")).matters.checklist
    assert item.attested
    found = statement(document("checklist", "| Access | attested by Dana on 2026-03-02 |"), "checklist:access")
    assert (found.matter.attested_by, found.matter.attested_on) == ("Dana", "2026-03-02")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (
            document("checklist", "| Mapped | worker.fone |"),
            f'{A}:7, row "Mapped", cell "evidence"\n'
            "  expected: the id of a statement, or the beginning of some ids and a *\n"
            "  found:    `worker.fone`\n  did you mean: worker.phone\n",
        ),
        (document("checklist", "| Mapped | wroker.* |"), "found:    `wroker.*`\n  did you mean: worker"),
        (document("checklist", "| A | worker.phone |", "| B | checklist:a |"), "an item cannot rest on another item"),
        (document("checklist", "| A | attested by Dana on 2026-03-03 |"), "a day that has come: 2026-03-02 or before"),
        (document("questions", "| Why? | Dana | 2026-03-03 | |"), 'cell "asked on"\n  expected: a day that has come'),
        (document("questions", "| ??? | Dana | 2026-03-01 | |"), "Give the row a column `id` with an id of its own."),
        (
            document("questions", "| Why? | Dana | 2026-03-01 | |", "| why | Luis | 2026-03-01 | |"),
            "`question:why` again",
        ),
        (
            document("worked", "| assignment.pay | 5 | 5 |", head="| row | payRate | result |"),
            "`assignment.pay`\n  did you mean: assignment.pay_rate",
        ),
        (
            document("worked", "| assignment.worker_id | 5 | 5 |", head="| row | candidate | result |"),
            "which looks for another record",
        ),
        (
            document("worked", "| assignment.pay_rate | 5 | 5 |", head="| row | bill | result |"),
            '"bill"\n  Head the column with the field',
        ),
        (
            document("worked", "| assignment.pay_rate | $5 | 5 |", head="| row | pay | result |"),
            'expected: a number as 1234.56, without a currency sign or thousands apart\n  found:    "$5"',
        ),
        (
            document("worked", "| assignment.starts_on | 8.3.2026 | x |", head="| row | startsOn | result |"),
            'expected: a day as YYYY-MM-DD\n  found:    "8.3.2026"',
        ),
        (
            document("worked", "| assignment.margin | 5 | 5 |", head="| row | rate | result |"),
            '"rate", which fits 2 of them',
        ),
        (document("access", "| ADS | Candidate | read |"), 'found:    "ADS"\n  did you mean: ats'),
        (
            document("access", "| bullhorn | Candidat | read |"),
            f'{A}:7, row "bullhorn", cell "entity"\n  expected: an entity of Bullhorn\n'
            "  found:    `Candidat`\n  did you mean: Candidate\n",
        ),
        (document("access", "| app | Colour | read |"), "expected: an entity of Shiftline"),
        (document("goals", "| Reach | count of Workr per week by joined_on | | | | 5 |"), "did you mean: Worker"),
        (
            document("goals", "| Fill | median days from Candidate.joinedAt to first Placement.startsOn | | | | 5 |"),
            f'{A}:7, row "Fill", cell "measured as"\n  expected: a field of Candidate (Bullhorn)\n'
            "  found:    `joinedAt`\n  did you mean: joinedOn",
        ),
        (
            document("goals", "| Fill | median days from Candidate.joinedOn to Placement.startsOn | | | | 5 |"),
            "expected: `first Placement.startsOn` or `last Placement.startsOn`",
        ),
        (
            document("goals", "| Fill | median days from Placement.startsOn to first Candidate.joinedOn | | | | 5 |"),
            "expected: records that refer to Placement",
        ),
        (
            document("goals", "| Fill | median days from Candidate.phone to first Placement.startsOn | | | | 5 |"),
            "expected: a date, such as joinedOn\n  found:    `Candidate.phone`, a field of type text",
        ),
        (
            document("goals", "| Paid | sum of Placement.startsOn per month by startsOn | | | | 5 |"),
            "expected: a number, such as payRate, hours, clientBillRate",
        ),
        (
            document("goals", "| Paid | sum of Placement.payRate per month | | | | 5 |"),
            "2 dates in its chart: startsOn, endsOn\n  Add it: … per month by startsOn.",
        ),
        (
            document("goals", "| Yes | share of Candidate where agreez is yes | | | | 5 |"),
            "`agreez`\n  did you mean: agrees",
        ),
        (document("goals", "| Yes | share of Candidate where agrees yes | | | | 5 |"), "expected: a condition"),
        (
            document("goals", "| Fill | median days from Candidate.joinedOn to Candidate.joinedOn | | | | 5 |"),
            "expected: two different dates of Candidate\n  found:    `Candidate.joinedOn` twice\n  It would",
        ),
        (
            document("goals", "| Paid | sum of Candidate.phone per week by joinedOn | | | | 5 |"),
            "expected: a number; Candidate has none\n  found:    `Candidate.phone`, a field of type text",
        ),
        (
            document("goals", "| Reach | count of distinct Placement per week by startsOn | | | | 5 |"),
            "expected: a field of Placement behind a dot\n  found:    `Placement`\n  For instance Placement.payRate.",
        ),
        (
            document("goals", "| Paid | sum of Candidate per week | | | | 5 |"),
            "expected: a field of Candidate behind a dot",
        ),
        (
            document("goals", "| Reach | count of Placement per week by startOn | | | | 5 |"),
            "expected: a date of Placement\n  found:    `startOn`\n  did you mean: startsOn",
        ),
        (
            document("goals", "| Fill | median days from Candidate.joinedOn to first Plcement.startsOn | | | | 5 |"),
            "found:    `Plcement`\n  did you mean: Placement",
        ),
        (
            document("goals", "| Yes | share of Candidate where some Placment has (payRate > 5) | | | | 5 |"),
            "expected: an entity of Bullhorn\n  found:    `Placment`\n  did you mean: Placement",
        ),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_cell(table: str, words: str) -> None:
    assert words in said(table, assignments=ROWS + MARGIN)


def test_a_column_means_a_field_whole_by_a_label_or_by_words_of_its_name() -> None:
    table = document(
        "worked", "| assignment.margin | 80 | 40.5 | 8 | 316 |", head="| row | bill | pay | HOURS | result |"
    )
    [one] = agreed(table, assignments=ROWS + MARGIN).matters.worked
    assert one.statement == "assignment.margin:worked:316"
    assert {name: str(value) for name, value in one.inputs.items()} == {
        "clientBillRate": "80",
        "payRate": "40.5",
        "hours": "8",
    }
    assert one.shown == (("clientBillRate", "80"), ("payRate", "40.5"), ("hours", "8"))


def test_access_means_one_entity_of_one_system() -> None:
    rows = ("| Bullhorn | candidates | read, subscribe |", "| app | Worker | create |")
    agreement = agreed(document("access", *rows))
    assert [(one.statement, one.side, one.entity, one.may) for one in agreement.matters.access] == [
        ("access:bullhorn-candidate", Side.ATS, "Candidate", ("read", "subscribe")),
        ("access:shiftline-worker", Side.APP, "Worker", ("create",)),
    ]
    first = agreement.statement("access:bullhorn-candidate")
    assert first is not None
    assert (first.kind, first.title) == (Kind.ACCESS, "Bullhorn Candidate: read, subscribe")


def test_a_goal_knows_its_fields_on_both_sides() -> None:
    measure = "median days from Candidate.joinedOn to first Placement.startsOn"
    [goal] = agreed(
        document("goals", f"| Fill | {measure} | 19 | 17 | 14 | 10 |"), workers=JOINED, assignments=ROWS
    ).matters.goals
    assert (goal.statement, goal.pair, goal.end_pair, goal.named) == ("goal:fill", "worker", "assignment", Side.ATS)
    assert goal.fields == {
        "start": BothSides("joinedOn", "joined_on"),
        "end": BothSides("startsOn", "starts_on"),
        "link": BothSides("candidate", "worker_id"),
    }
    assert goal.rests_on == ("worker.joined_on", "assignment.starts_on", "assignment.worker_id")
    assert goal.lacking == ()


def test_a_goal_may_name_the_receiving_side_and_a_reference_by_its_short_name() -> None:
    rows = ROWS.replace(DATED, DATED.split("\n")[0] + "\n")
    measure = "count of distinct Assignment.worker per week"
    [goal] = agreed(document("goals", f"| Reach | {measure} | | | | 5 |"), assignments=rows).matters.goals
    assert goal.fields == {"value": BothSides("candidate", "worker_id"), "by": BothSides("startsOn", "starts_on")}
    assert goal.named is Side.APP


@pytest.mark.parametrize(
    ("measure", "lacking"),
    [
        (
            "median days from Placement.startsOn to Placement.since",
            "a row that carries Placement.since as it is",
        ),
        (
            'share of Candidate where status is "Active"',
            "a row that carries Candidate.status as it is (worker.status does not do, because it looks up in "
            '"Worker status")',
        ),
        (
            "share of Candidate where some Placement has (payRate > 5)",
            "a condition on Candidate's own fields, because `Placement` are other records",
        ),
        (
            "sum of Placement.payRate per month by endsOn",
            "a row that carries Placement.endsOn as it is (assignment.ends_on does not do, because it says "
            "`on create only`)",
        ),
    ],
)
def test_a_goal_says_which_row_it_lacks(measure: str, lacking: str) -> None:
    once = ROWS.replace("| ends_on     | same date                   |", "| ends_on | same date, on create only |")
    [goal] = agreed(
        document("goals", f"| Goal | {measure} | | | | 5 |"), workers=JOINED, assignments=once
    ).matters.goals
    assert goal.lacking == (lacking,)


def test_a_goal_that_rests_on_an_assumed_row_is_assumed() -> None:
    rows = ROWS.replace(
        "| starts_on   | same date                   |", "| starts_on   |                             |"
    )
    table = document("goals", "| Reach | count of Placement per week by startsOn | | | | 5 |")
    found = agreed(table, assignments=rows).statement("goal:reach")
    assert found is not None
    assert found.assumed_rule
