"""Every mistake in a document: where it stands, what was expected, what was found, the nearest thing, how to go on."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from stories import ASSIGNMENTS, WORKERS, agree, integration

from signoff.errors import ScopeError
from signoff.schema import Side, SystemSchema
from signoff.scope import EntitySettings, Integration

W = "features/crm-app/workers.feature"
A = "features/crm-app/assignments.feature"
HOW_NAME = "Write the field as the system names it, or give it a label in the toml's [labels]."


def said(
    workers: str = WORKERS,
    assignments: str = "",
    settings: Integration | None = None,
    known: Mapping[Side, SystemSchema] | None = None,
) -> str:
    with pytest.raises(ScopeError) as caught:
        agree(workers, assignments, settings=settings, known=known)
    return str(caught.value)


FIRST = "| firstName | ->    | first_name  | same text                | yes      |"
PHONE = "| phone     | ->    | phone       | same phone               |          |"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "| phone     | ->    | phone       |",
            "| fone      | ->    | phone       |",
            f'{W}:14, row "fone -> phone", cell "ATS field"\n  expected: a field of Candidate (Bullhorn)\n'
            f"  found:    `fone`\n  did you mean: phone\n  {HOW_NAME}",
        ),
        (
            "| phone     | ->    | phone       |",
            "| phone     | ->    | phoen       |",
            f'{W}:14, row "phone -> phoen", cell "app field"\n  expected: a field of Worker (Shiftline)\n'
            f"  found:    `phoen`\n  did you mean: phone\n  {HOW_NAME}",
        ),
        (
            PHONE,
            PHONE + "\n      " + PHONE.replace("| same phone ", "|            "),
            f'{W}:15, row "phone -> phone"\n  expected: one unconditional row for phone\n'
            f'  found:    a second one; the first stands at {W}:14, row "phone -> phone"\n'
            "  Give one of them `only when …`, or remove it.\n\n"
            f"{W}:15\n  expected: an id of its own for each statement\n"
            f"  found:    `worker.phone` again; the first stands at {W}:14\n"
            "  Give one of the two rows an `id` column with another id.",
        ),
        (
            "| ssn       | never |  ",
            "| sssn      | never |  ",
            f'{W}:17, row "sssn never", cell "ATS field"\n  expected: a field of Candidate (Bullhorn)\n'
            f"  found:    `sssn`\n  did you mean: ssn\n  {HOW_NAME}",
        ),
        (
            PHONE,
            PHONE.replace("->  ", "<-> ").replace("same phone ", "same phone, on create only "),
            f'{W}:14, row "phone <-> phone", cell "rule"\n  expected: a rule that holds in both directions\n'
            "  found:    `on create only`\n"
            "  Take it away, or write two rows, one -> and one <-, each with its own rule.",
        ),
        (
            PHONE,
            PHONE.replace("same phone ", "same phone, app wins "),
            f'{W}:14, row "phone -> phone", cell "rule"\n'
            "  expected: a row that flows both ways (`<->`), where the rule says who wins\n"
            "  found:    `app wins` in a row that flows `->`\n"
            "  Let the row flow both ways, or take the words away: one side leads here. "
            "`kept right` says that a change on the other side does not stay.",
        ),
        (
            "each Candidate is a worker, matched by external_id, then same email",
            "each Candidate is a worker, matched by external_id, then same emial",
            f"{W}:3\n  expected: a matching key that a row of the worker chart carries\n"
            "  found:    `same emial`\n  did you mean: email\n"
            "  Name a field of the chart, or give the key a row there.",
        ),
        (
            "each Candidate is a worker, matched by external_id, then same email",
            "each Candidate is a worker, with their latest Placment by id",
            f"{W}:3\n  expected: an entity that refers to Candidate: Placement\n"
            "  found:    `Placment`\n  did you mean: Placement\n"
            "  Link an entity that refers to the record, or leave this part out.",
        ),
        (
            "matched by external_id, then same email",
            "matched by external_id, then email or phone",
            f"{W}:3\n  expected: a field, or several with `and`\n  found:    `email or phone`\n"
            "  Write for instance `phone`. "
            "Several parts of one key have `and` between them, several keys `, then`.",
        ),
        (
            "matched by external_id, then same email",
            "matched by external_id, then same email, then email",
            f"{W}:3\n  expected: each matching key once, and each of its parts\n  found:    `email`\n"
            "  Leave out what stands there already: it finds nobody whom the first has not found.",
        ),
        (
            "matched by external_id, then same email",
            "matched by external_id, then same email and email",
            f"{W}:3\n  expected: each matching key once, and each of its parts\n  found:    `same email and email`\n"
            "  Leave out what stands there already: it finds nobody whom the first has not found.",
        ),
        (
            '| kind is "temp"  | reaches the app       |',
            '| kind is "temp"  | reaches the ATS       |',
            f'{W}:40, row "kind is "temp" reaches the ATS", cell "outcome"\n'
            "  expected: `reaches the app`, `reaches the app as STATE`, `leaves the app as STATE` or "
            "`never reaches the app`\n"
            '  found:    "reaches the ATS"\n  did you mean: reaches the app\n'
            "  States are those of [states.worker] in scope/crm-app.toml.",
        ),
        (
            '| status is "DNU" | never reaches the app |',
            "| anyone else     | never reaches the app |",
            f'{W}:39, row "anyone else never reaches the app", cell "who"\n'
            "  expected: `anyone else` in the last row\n  found:    rows after it that no record can reach\n"
            "  Move it to the end.\n\n"
            f"{W}:41\n  expected: an id of its own for each statement\n"
            f"  found:    `worker:who:anyone-else` again; the first stands at {W}:39\n"
            "  Give one of the two rows an `id` column with another id.",
        ),
    ],
)
def test_a_mistake_in_a_cell(old: str, new: str, message: str) -> None:
    assert old in WORKERS
    found = said(WORKERS.replace(old, new))
    assert found == message


@pytest.mark.parametrize("words", ["each worker is a Candidate", "each worker is a Candidate, started in the ATS"])
def test_the_side_where_it_starts_stands_first(words: str) -> None:
    found = said(WORKERS.replace("each Candidate is a worker, matched by external_id, then same email", words))
    assert found.splitlines()[:4] == [
        f"{W}:3",
        "  expected: the side that `worker` stands on to be the side where it starts",
        "  found:    started in the ATS",
        "  Write `each Candidate is a worker`, or say `, started in the app`.",
    ]


def test_an_unknown_phrase() -> None:
    found = said(WORKERS.replace("| same phone  ", "| same fone   "))
    lines = found.splitlines()
    assert lines[0].startswith(f'{W}:14, row "phone -> phone", cell "rule"')
    assert "  did you mean: same phone" in lines
    assert "same fone" in found


def test_a_value_table_that_is_not_there() -> None:
    found = said(WORKERS.replace('look up in "Worker status"', 'look up in "Worker sattus"'))
    assert found.splitlines()[0].startswith(f'{W}:16, row "status -> status", cell "rule"')
    assert "  did you mean: Worker status" in found.splitlines()


def test_two_tables_of_one_name() -> None:
    again = WORKERS.replace(
        "  @population",
        "    Examples: Worker status\n      | ATS status | app status |\n      | DNU | inactive |\n\n  @population",
    )
    assert said(again) == (
        f"{W}:32\n  expected: one value table of each name\n"
        f'  found:    "Worker status" again; the first stands at {W}:25\n'
        "  Rename one of them, or make them one table."
    )


def test_two_populations_of_one_binding() -> None:
    again = WORKERS + "\n    Examples: Others\n      | who | outcome |\n      | kind is blank | reaches the app |\n"
    assert said(again) == (
        f"{W}:43\n  expected: one population for each worker\n  found:    a second one\n"
        "  Put all rows into one table; the first that fits decides."
    )


def test_a_condition_that_cannot_be_read() -> None:
    found = said(WORKERS.replace('| kind is "temp"  |', '| kind iss "temp" |'))
    assert found.splitlines()[0].startswith(f"{W}:40")
    assert 'cell "who"' in found.splitlines()[0]


def test_two_bindings_of_one_entity_need_rules() -> None:
    again = ASSIGNMENTS.replace("Given each Placement is an assignment", "Given each Candidate is a worker")
    rows = again.replace(
        "| candidate | ->   | worker_id   | the worker with the same id |", "| kind | -> | nickname | |"
    )
    found = said(
        WORKERS,
        rows.replace("| payRate   | ->   | pay_rate    | same amount                 |", "| kind | -> | locale | |"),
    )
    assert found.splitlines()[:4] == [
        f"{A}:3",
        "  expected: another binding of worker only in a Gherkin Rule of its own",
        '  found:    "each Candidate is a worker"',
        "  Give each of the two bindings a `Rule:`, whose name tells them apart.",
    ]


def test_a_branch_that_the_toml_does_not_know() -> None:
    branch = WORKERS.replace("    Examples: Worker chart", "    @branch:chicgo\n    Examples: Worker chart")
    found = said(branch, settings=integration(branches={"chicago": 'kind is "temp"'}))
    assert found.splitlines()[:5] == [
        f'{W}:13, row "id -> external_id"',
        "  expected: a branch of scope/crm-app.toml",
        "  found:    @branch:chicgo",
        "  did you mean: chicago",
        "  Add [branches.chicgo] with `where = '…'`.",
    ]


def test_a_branch_whose_condition_cannot_be_read() -> None:
    found = said(settings=integration(branches={"chicago": "kind iss 1"}))
    assert found.splitlines()[0].startswith('scope/crm-app.toml, cell "[branches.chicago]"')


def test_a_branch_whose_condition_is_about_the_records_of_another_binding() -> None:
    branch = WORKERS.replace("    Examples: Worker chart", "    @branch:paid\n    Examples: Worker chart")
    found = said(branch, ASSIGNMENTS, settings=integration(branches={"paid": "payRate > 20"}))
    # The chart's every row is that branch's here, so that none carries the keys, which is told as well.
    assert (
        'scope/crm-app.toml, cell "[branches.paid]"\n'
        "  expected: a field of Candidate (Bullhorn)\n"
        "  found:    `payRate`\n"
    ) in found


@pytest.mark.parametrize("key", ["", " "])
def test_a_key_of_the_toml_that_says_nothing(key: str) -> None:
    settings = integration()
    entities = dict(settings.entities)
    entities["worker"] = replace(entities["worker"], matching=(key,))
    found = said(
        WORKERS.replace(", matched by external_id, then same email", ""), settings=replace(settings, entities=entities)
    )
    assert found.splitlines()[1:3] == ["  expected: a field, or several with `and`", "  found:    nothing"]


def test_an_exception_of_a_statement_that_is_not_there() -> None:
    table = (
        "\n  @exceptions\n  Scenario Outline: <statement> is <agreed>\n    Then this row holds\n\n    Examples:\n"
        "      | statement    | agreed | until      | reason |\n"
        "      | worker.fone  | waived | 2027-01-31 | x      |\n"
    )
    assert said(WORKERS + table) == (
        f'{W}:49, row "worker.fone"\n'
        "  expected: the id of a statement\n  found:    `worker.fone`\n  did you mean: worker.phone\n"
        "  `pytest --collect-only -q` lists every id."
    )


AGREED = """
  @exceptions
  Scenario Outline: <statement> is <agreed>
    Then this row holds

    Examples: Agreed
      | statement    | agreed       | until      | reason         |
      | worker.phone | waived       | 2027-01-31 | not before May |
      | worker.phone | A telephone  |            |                |
      | worker.email | switched off |            | nobody knows   |
"""


def test_a_statement_may_be_waived_and_have_another_title() -> None:
    phone = agree(WORKERS + AGREED).statement("worker.phone")
    assert phone is not None
    assert (phone.title, phone.waived_until) == ("A telephone", "2027-01-31")


@pytest.mark.parametrize(
    ("row", "name", "first"),
    [
        ("| worker.phone | switched off | | x |", "worker.phone", 49),
        ("| worker.phone | waived | 2027-02-28 | x |", "worker.phone", 49),
        ("| worker.phone | A phone | | |", "worker.phone", 50),
        ("| worker.email | Switched off | | y |", "worker.email", 51),
    ],
)
def test_two_exceptions_of_one_kind_for_one_statement(row: str, name: str, first: int) -> None:
    assert said(f"{WORKERS}{AGREED}      {row}\n") == (
        f'{W}:52, row "{name}"\n'
        "  expected: one row about a statement\n"
        f'  found:    `{name}` again; the first stands at {W}:{first}, row "{name}"\n'
        "  Remove one of the two rows."
    )


def test_an_entity_that_the_system_does_not_have() -> None:
    entities = {
        "worker": EntitySettings("worker", "Candidat", "Worker"),
        "assignment": EntitySettings("assignment", "Placement", "Assignment"),
    }
    settings = replace(integration(), entities=entities)
    found = said(WORKERS.replace("each Candidate", "each Candidat"), settings=settings)
    assert found == (
        'scope/crm-app.toml, cell "[entities.worker]"\n  expected: an entity of Bullhorn\n  found:    `Candidat`\n'
        "  did you mean: Candidate\n  Write it as the system names it."
    )


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_lines() -> None:
    broken = WORKERS.replace("| firstName | ->", "| fristName | ->").replace("| phone     | ->", "| fone      | ->")
    with pytest.raises(ScopeError) as caught:
        agree(broken.replace('| kind is "temp"  |', '| kind iss "temp" |'), "")
    assert [one.where.line for one in caught.value.problems] == [13, 14, 40]


def test_a_condition_about_a_field_or_an_entity_that_is_not_there() -> None:
    field = said(WORKERS.replace('| kind is "temp"  |', '| knid is "temp"  |'))
    assert field.splitlines()[:4] == [
        f'{W}:40, row "knid is "temp" reaches the app", cell "who"',
        "  expected: a field of Candidate (Bullhorn)",
        "  found:    `knid`",
        "  did you mean: kind",
    ]
    entity = said(WORKERS.replace('| kind is "temp"  |', "| some Placment has (payRate > 1) |"))
    assert entity.splitlines()[1:4] == [
        "  expected: an entity of Bullhorn",
        "  found:    `Placment`",
        "  did you mean: Placement",
    ]


@pytest.mark.parametrize(
    ("phrase", "lines"),
    [
        (
            "the wroker with the same id",
            [
                "  expected: a word for an entity of the toml",
                "  found:    `wroker`",
                "  did you mean: worker",
                "  Use a word of [entities] in scope/crm-app.toml, or add this one there.",
            ],
        ),
        (
            "the worker with the same fone",
            [
                "  expected: a field of Worker (Shiftline)",
                "  found:    `fone`",
                "  did you mean: phone",
                "  Name the field of the record that is referred to.",
            ],
        ),
    ],
)
def test_a_reference_that_leads_nowhere(phrase: str, lines: list[str]) -> None:
    found = said(WORKERS, ASSIGNMENTS.replace("the worker with the same id", phrase))
    assert found.splitlines()[0] == f'{A}:13, row "candidate -> worker_id", cell "rule"'
    assert found.splitlines()[1:5] == lines


def test_a_field_through_a_reference_that_is_not_there() -> None:
    found = said(WORKERS, ASSIGNMENTS.replace("| payRate   |", "| candidate.fone |"))
    assert found.splitlines()[:3] == [
        f'{A}:14, row "candidate.fone -> pay_rate", cell "ATS field"',
        "  expected: a field of Placement (Bullhorn)",
        "  found:    `candidate.fone`",
    ]


def test_a_record_that_the_binding_does_not_link() -> None:
    found = said(
        WORKERS.replace(
            "| phone     | ->    | phone       | same phone ", "| Placement.payRate | -> | nickname | as text "
        )
    )
    assert found == (
        f'{W}:14, row "Placement.payRate -> nickname", cell "ATS field"\n'
        "  expected: a field of Candidate, or of a record that the binding links\n"
        "  found:    `Placement.payRate`\n"
        "  Add `, with their latest Placement …` to the binding, or follow a reference of Candidate."
    )


def test_a_never_row_of_the_record_that_the_binding_links() -> None:
    found = said(
        WORKERS.replace("a worker, matched", "a worker, with their latest Placement by id, matched").replace(
            "| ssn       | never |  ", "| Placement.payRate | never |  "
        )
    )
    assert found == (
        f'{W}:17, row "Placement.payRate never", cell "ATS field"\n'
        "  expected: a field of the bound record itself\n"
        "  found:    `Placement.payRate`, a field of Placement\n"
        "  Protect `payRate` in the chart that binds each Placement; elsewhere it is not yet tried."
    )


def test_a_table_of_a_two_way_row_says_which_value_is_meant_on_the_way_back() -> None:
    both = WORKERS.replace("| status    | ->  ", "| status    | <-> ").replace(
        "| Placed        | assigned   |", "| Placed        | assigned   |\n      | Hired         | assigned   |"
    )
    assert said(both) == (
        f'{W}:28, row "Placed = assigned"\n'
        f'  expected: a `back to` for "assigned", because the row in {W}:16, row "status <-> status" flows both ways\n'
        "  found:    2 ATS values that lead to it, and no word on which is meant on the way back\n"
        "  Add a column `back to` to the table, and name the ATS value there."
    )
