"""What a document becomes: pairs, rows, branches, populations, statements."""

from dataclasses import replace

import pytest
from stories import ALL_STATEMENTS, ASSIGNMENTS, CHART, WORKERS, agree, app_schema, ats_schema, integration

from signoff.agreement.abilities import can_blank, can_change, handle, must_be_filled
from signoff.agreement.bind import bind
from signoff.agreement.meeting import FIRST_LINK
from signoff.agreement.phases import promised_phases
from signoff.agreement.resolved import Agreement, BoundRow, Pair
from signoff.agreement.statement import Kind
from signoff.chart import Flow
from signoff.gherkin import read_document
from signoff.schema import Field, Side, Type


def row(agreement: Agreement, statement: str) -> tuple[Pair, BoundRow]:
    pair = agreement.pair(statement.split(".")[0])
    return pair, next(one for one in (*pair.rows, *pair.protected) if one.statement == statement)


def test_every_row_table_population_and_binding_makes_its_statements() -> None:
    agreement = agree()
    assert {one.id for one in agreement.statements} == ALL_STATEMENTS
    assert len(agreement.statements) == len(ALL_STATEMENTS)
    kinds = [one.kind for one in agreement.statements]
    assert [kinds.count(one) for one in Kind] == [8, 1, 1, 4, 3, 0, 0, 13, 1, 0, 0, 0, 0, 0, 0, 0]


def test_a_pair_knows_its_sides_its_link_and_its_keys() -> None:
    worker = agree().pair("worker")
    assert (worker.sender, worker.source, worker.target) == (Side.ATS, "Candidate", "Worker")
    assert worker.link == ("id", "external_id")
    assert worker.link_statement == "worker.external_id"
    assert [(one.text, one.rows) for one in worker.matched] == [
        ("external_id", ("worker.external_id",)),
        ("same email", ("worker.email",)),
    ]
    assert worker.targets() == ("external_id", "first_name", "phone", "email", "status")
    with pytest.raises(KeyError):
        agree().pair("client")


def test_statements_stand_where_their_rows_stand_and_say_what_was_written() -> None:
    agreement = agree()
    phone = agreement.statement("worker.phone")
    assert phone is not None
    assert (phone.file, phone.line, phone.document) == ("features/crm-app/workers.feature", 14, "Workers")
    assert (phone.title, phone.story, phone.binding) == ("phone -> phone", "Worker chart", "worker")
    assert phone.cells["rule"] == "same phone"
    never = agreement.statement("worker.ssn:never")
    kept = agreement.statement("worker.push_token:kept")
    placed = agreement.statement("worker-status:placed")
    population = agreement.statement("worker:who:kind-is-temp")
    arrive = agreement.statement("worker:arrive")
    finishes = agreement.statement("connector:finishes")
    assert never is not None
    assert never.sentence == "What Bullhorn holds in ssn reaches no other system and no log."
    assert kept is not None
    assert kept.sentence == "The integration never changes push_token in Shiftline."
    assert placed is not None
    assert (placed.title, placed.sentence) == ("Placed means assigned", "Placed in Bullhorn is assigned in Shiftline.")
    other = agreement.statement("worker-status:anything-else")
    assert other is not None
    assert other.sentence == "anything else in Bullhorn holds the record back, and it is reported."
    assert population is not None
    assert population.title == 'kind is "temp" reaches the app'
    assert arrive is not None
    assert (arrive.line, arrive.title) == (3, "every worker in scope arrives")
    assert finishes is not None
    assert (finishes.file, finishes.line) == ("scope/crm-app.toml", 1)
    assert agreement.statement("worker.fone") is None


def test_a_row_without_a_rule_is_assumed_and_others_are_not() -> None:
    assert [one.id for one in agree().statements if one.assumed_rule] == ["worker.email"]


BRANCH = """\
    @branch:south
    Examples: In the south
      | ATS field | flow | app field | rule       |
      | ssn       | ->   | phone     | same phone |

    Examples: More
      | ATS field | flow | app field | rule                                  | id        |
      | firstName | ->   | nickname  | same text, only when firstName is "A" | worker.of |
      | email     | ->   | nickname  | same text                             |           |

"""


def test_a_branch_row_is_tried_before_the_general_one_and_conditional_rows_as_written() -> None:
    text = WORKERS.replace("  @values", BRANCH + "  @values")
    agreement = agree(text, settings=integration(branches={"south": 'kind is "perm"'}))
    writers = agreement.pair("worker").writers("phone")
    assert [one.statement for one in writers] == ["worker.phone/south", "worker.phone"]
    assert [one.branch for one in writers] == ["south", ""]
    assert list(agreement.branches) == ["south"]
    assert [one.statement for one in agreement.pair("worker").writers("nickname")] == ["worker.of", "worker.nickname"]


def test_two_bindings_of_one_entity_are_named_by_their_rules() -> None:
    text = """\
Feature: Two ways
  Rule: Day staff
    Background:
      Given each Candidate is a worker

    @chart
    Scenario Outline: <ATS field> <flow> <app field>
      When the connector has been rehearsed
      Then this row of the chart holds
      Examples:
        | ATS field | flow | app field   | rule    | required |
        | id        | ->   | external_id | as text | yes      |

  Rule: Night staff
    Background:
      Given each Candidate is a worker

    @chart
    Scenario Outline: <ATS field> <flow> <app field>
      When the connector has been rehearsed
      Then this row of the chart holds
      Examples:
        | ATS field | flow | app field   | rule    | required |
        | id        | ->   | external_id | as text | yes      |
"""
    agreement = agree(text, "")
    assert [one.name for one in agreement.pairs] == ["worker", "night_staff"]
    assert agreement.statement("night_staff.external_id") is not None
    assert agreement.statement("night_staff:arrive") is not None


def test_the_same_binding_in_two_files_is_one() -> None:
    head = "Feature: More\n  Background:\n    Given each Placement is an assignment\n"
    rows = "    Examples:\n      | ATS field | flow | app field | rule |\n      | payRate | -> | remark | as text |\n"
    documents = [
        read_document(ASSIGNMENTS, "features/crm-app/assignments.feature"),
        read_document(head + CHART + rows, "features/crm-app/more.feature"),
        read_document(WORKERS, "features/crm-app/workers.feature"),
    ]
    agreement = bind(integration(), documents, {Side.ATS: ats_schema(), Side.APP: app_schema()})
    assert [one.name for one in agreement.pairs] == ["assignment", "worker"]
    assert [one.statement for one in agreement.pair("assignment").rows][-1] == "assignment.remark"
    assert [one.id for one in agreement.statements].count("assignment:arrive") == 1


def test_a_row_that_flows_from_the_app() -> None:
    text = (
        """\
Feature: Messages
  Background:
    Given each worker is a Candidate, started in the app
"""
        + CHART
        + """
    Examples: Back
      | ATS field | flow | app field  | rule      |
      | firstName | <-   | first_name | same text |
      | ssn       | kept |            |           |
      |           | never | push_token |          |
"""
    )
    pair = agree(text, "").pair("worker")
    assert (pair.sender, pair.source, pair.target) == (Side.APP, "Worker", "Candidate")
    assert [(one.statement, one.sources, one.target, one.flow) for one in pair.rows] == [
        ("worker.first_name", ("first_name",), "firstName", Flow.TO_ATS)
    ]
    assert [(one.statement, one.side) for one in pair.protected] == [
        ("worker.ssn:kept", Side.ATS),
        ("worker.push_token:never", Side.APP),
    ]


def test_a_label_stands_for_its_field() -> None:
    text = WORKERS.replace("| phone     | ->    | phone ", "| `Cell phone` | -> | phone ")
    agreement = agree(text, settings=integration(labels={"Cell phone": "Candidate.phone"}))
    assert row(agreement, "worker.phone")[1].sources == ("phone",)


def test_an_empty_field_cell_is_an_open_question_unless_the_rule_is_a_constant() -> None:
    opened = agree(
        WORKERS.replace(
            "| phone     | ->    | phone       | same phone ", "| phone     | ->    |             |            "
        )
    )
    question = opened.statement("worker.phone")
    assert question is not None
    assert question.open_question == "a field cell is empty: which field?"
    constant = agree(
        WORKERS.replace(
            "| phone     | ->    | phone       | same phone ", '|           | ->    | locale      | always "en" '
        )
    )
    assert row(constant, "worker.locale")[1].sources == ()
    known = constant.statement("worker.locale")
    assert known is not None
    assert known.open_question == ""


def test_an_id_of_the_author_s_own() -> None:
    text = WORKERS.replace("| required |\n      | id ", "| required | id |\n      | id ", 1)
    lines = []
    for line in text.splitlines():
        if line.strip().startswith("| id        |"):
            line += " worker.link |"
        elif line.count("|") == 6 and line.strip()[:6] in ("| firs", "| phon", "| emai", "| stat", "| ssn ", "|     "):
            line += " |"
        lines.append(line)
    assert row(agree("\n".join(lines) + "\n"), "worker.link")[1].target == "external_id"


PHASES = {
    # The id never changes, and a link is not edited by hand.
    "worker.external_id": ("created",),
    # Required: a blank makes the record bad, so that clearing is promised by nobody.
    "worker.first_name": ("created", "changed", "edited on the other side"),
    "worker.phone": ("created", "changed", "cleared", "edited on the other side"),
    "worker.status": ("created", "changed", "edited on the other side"),
    # A reference is not edited by hand in the app.
    "assignment.worker_id": ("created", "changed"),
    "assignment.pay_rate": ("created", "changed", "cleared", "edited on the other side"),
}


@pytest.mark.parametrize("statement", PHASES)
def test_the_phases_that_a_row_promises(statement: str) -> None:
    agreement = agree()
    assert promised_phases(agreement, *row(agreement, statement)) == PHASES[statement]


@pytest.mark.parametrize(
    ("keys", "met"),
    [
        ("", set()),
        (", matched by external_id", {"worker.phone", "worker.email"}),
        (", matched by same email", {"worker.phone"}),
        (", matched by same email, then same phone", {"worker.phone", "worker.email"}),
        (", matched by same email and same phone", set()),
        (", matched by status", set()),  # whose alone would one of its values be?
        (", matched by status and same email", {"worker.phone"}),
    ],
)
def test_a_first_link_is_promised_where_a_key_can_bring_two_together_that_differ_in_the_row(
    keys: str, met: set[str]
) -> None:
    text = WORKERS.replace(
        "each Candidate is a worker, matched by external_id, then same email", f"each Candidate is a worker{keys}"
    )
    for field in ("phone", "email"):
        text = text.replace(f"| {field:<9} | ->    |", f"| {field:<9} | <->   |")
    agreement = agree(text)
    promised = {
        name
        for name in ("worker.phone", "worker.email", "worker.first_name")
        if FIRST_LINK in promised_phases(agreement, *row(agreement, name))
    }
    assert promised == met


def with_field(one: Field) -> Agreement:
    schema = ats_schema()
    candidate = schema.entities["Candidate"]
    changed = replace(candidate, fields={**candidate.fields, "phone": one})
    return agree(
        known={Side.ATS: replace(schema, entities={**schema.entities, "Candidate": changed}), Side.APP: app_schema()}
    )


@pytest.mark.parametrize(
    ("field", "phases"),
    [
        (Field("phone", Type.TEXT, read_only=True), ("created", "edited on the other side")),
        (Field("phone", Type.TEXT, create_only=True), ("created", "edited on the other side")),
        (Field("phone", Type.TEXT, mandatory=True), ("created", "changed", "edited on the other side")),
        (Field("phone", Type.TEXT, nullable=False), ("created", "changed", "edited on the other side")),
    ],
)
def test_what_the_sending_schema_cannot_do_is_not_promised(field: Field, phases: tuple[str, ...]) -> None:
    agreement = with_field(field)
    assert promised_phases(agreement, *row(agreement, "worker.phone")) == phases


def test_the_ways_in_which_a_source_is_taken_hold_of() -> None:
    rows = ASSIGNMENTS.replace(
        "| payRate   | ->   | pay_rate    | same amount                 |          |",
        "| candidate.firstName | -> | remark | same text | |",
    )
    agreement = agree(assignments=rows)
    pair, remark = row(agreement, "assignment.remark")
    found = handle(agreement, pair, "candidate.firstName")
    assert found is not None
    assert (found.entity, found.path, found.via) == ("Candidate", "firstName", "candidate")
    assert handle(agreement, pair, "candidate.fone") is None
    assert handle(agreement, pair, "fone") is None
    assert (can_change(agreement, pair, remark), can_blank(agreement, pair, remark)) == (True, True)
    own = handle(agreement, pair, "payRate")
    assert own is not None
    assert (own.entity, own.path, own.via) == ("Placement", "payRate", "")

    linked = agree(
        WORKERS.replace(
            "each Candidate is a worker,",
            "each Candidate is a worker, with their latest Placement by id where payRate > 1,",
        ).replace("| phone     | ->    | phone       | same phone ", "| Placement.payRate | -> | nickname | as text ")
    )
    worker, nickname = row(linked, "worker.nickname")
    taken = handle(linked, worker, "Placement.payRate")
    assert taken is not None
    assert (taken.entity, taken.path, taken.via) == ("Placement", "payRate", "linked")
    assert handle(linked, worker, "Placement.fone") is None
    assert worker.linked is not None
    assert (worker.linked.entity, worker.linked.pick, worker.linked.by) == ("Placement", "latest", "id")
    assert promised_phases(linked, worker, nickname) == ("created", "changed", "cleared", "edited on the other side")


def test_a_mandatory_receiving_field_must_be_filled_even_if_the_row_does_not_say_so() -> None:
    agreement = agree(
        WORKERS.replace("| same text                | yes      |", "| same text                |          |")
    )
    assert must_be_filled(row(agreement, "worker.first_name")[1])
    assert not must_be_filled(row(agreement, "worker.phone")[1])


def test_population_rows_keep_their_order_and_outcome() -> None:
    cases = agree().pair("worker").population
    assert [(one.statement, one.reaches, one.condition is None) for one in cases] == [
        ("worker:who:status-is-dnu", False, False),
        ("worker:who:kind-is-temp", True, False),
        ("worker:who:anyone-else", True, True),
    ]
