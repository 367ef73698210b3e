"""Bind the items of a list, and say of every list whose items cannot be records why, and how to go on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from stories import ASSIGNMENTS, WORKERS, agree, integration, schemas

from signoff.agreement.items import by_list
from signoff.agreement.resolved import Agreement
from signoff.agreement.typed import typed
from signoff.errors import ScopeError
from signoff.schema import Field, Side, SystemSchema, Type
from signoff.scope import EntitySettings, Integration

JOB = {
    "id": Field("workHistory.id", Type.INTEGER, read_only=True),
    "companyName": Field("workHistory.companyName", Type.TEXT),
    "startDate": Field("workHistory.startDate", Type.TEXT),
    "address": Field("workHistory.address", Type.OBJECT, fields={"city": Field("workHistory.address.city", Type.TEXT)}),
}
JOBS = Field("workHistory", Type.OBJECT, many=True, mandatory=True, fields=JOB)
BINDING = "each item of Candidate.workHistory is a past job"
PLACE = 'scope/crm-app.toml, cell "[entities.past_job] ats"'
A = "features/crm-app/assignments.feature"
PAST_JOBS = (
    ASSIGNMENTS.replace("each Placement is an assignment", BINDING)
    .replace(
        "| candidate | ->   | worker_id   | the worker with the same id |",
        "| Candidate | ->   | worker_id   | the worker with the same id |",
    )
    .replace("| payRate   | ->   | pay_rate    | same amount", "| companyName | -> | remark | same text")
)


def known(listed: Field | None = JOBS, *, kept: Type = Type.OBJECT, **more: Field) -> dict[Side, SystemSchema]:
    both = schemas()
    ats = both[Side.ATS]
    fields = {**ats.entities["Candidate"].fields, **more}
    if listed is not None:
        fields[listed.path] = listed
    holder = replace(ats.entities["Candidate"], fields=fields)
    return {
        **both,
        Side.ATS: replace(ats, entities={**ats.entities, "Candidate": holder}, item_lists=frozenset({kept})),
    }


def told(ats: str = "Candidate.workHistory", **changes: Any) -> Integration:
    plain = integration(**changes)
    return replace(
        plain,
        entities={
            "worker": plain.entities["worker"],
            "past_job": EntitySettings("past_job", ats, "Assignment", {"collection": "/assignments"}),
        },
    )


def bound(
    document: str = PAST_JOBS,
    settings: Integration | None = None,
    given: dict[Side, SystemSchema] | None = None,
    workers: str = WORKERS,
) -> Agreement:
    settings = settings or told()
    schemas_ = typed(settings, given or known())
    return agree(workers, document, settings=by_list(settings, schemas_), known=schemas_)


def said(*given: Any, **more: Any) -> list[str]:
    with pytest.raises(ScopeError) as caught:
        bound(*given, **more)
    return str(caught.value).splitlines()


def test_items_are_records_that_refer_to_their_holder() -> None:
    found = bound()
    pair = found.pair("past_job")
    items = found.schemas[Side.ATS].entities[pair.source]
    assert (pair.source, pair.target, pair.link) == ("Candidate.workHistory", "Assignment", ("id", "external_id"))
    assert (items.holder, items.listed, list(items.fields)) == (
        "Candidate",
        "workHistory",
        ["id", "companyName", "startDate", "address", "Candidate"],
    )
    back = items.fields["Candidate"]
    assert (back.type, back.entity, back.mandatory, back.create_only) == (Type.REFERENCE, "Candidate", True, True)
    assert [one.path for one in items.all_fields() if one.name == "city"] == ["address.city"]
    assert {one.id for one in found.statements} >= {
        "past_job.external_id",
        "past_job.worker_id",
        "past_job.remark",
        "past_job:arrive",
        "past_job:once",
    }


def test_the_list_itself_is_left_to_its_items() -> None:
    listed = bound().schemas[Side.ATS].entities["Candidate"].fields["workHistory"]
    assert (listed.read_only, listed.mandatory) == (True, False)


def test_fields_of_the_holder_are_followed() -> None:
    row = PAST_JOBS.replace("| companyName | -> | remark |", "| Candidate.firstName | -> | remark |")
    assert bound(row).pair("past_job").row("past_job.remark").sources == ("Candidate.firstName",)  # type: ignore[union-attr]


def test_types_of_the_items_are_those_that_the_toml_gives_the_list() -> None:
    settings = told(types={"Candidate.workHistory.startDate": "date"})
    fields = typed(settings, known())[Side.ATS].entities["Candidate.workHistory"].fields
    assert fields["startDate"].type is Type.DATE


@pytest.mark.parametrize(
    "when", ["a past job is deleted", "an item of Candidate.workHistory is deleted", "two past jobs are merged"]
)
def test_a_lifecycle_calls_an_item_by_its_list_or_by_the_app_s_word(when: str) -> None:
    then = "one past job remains, with the survivor's details" if "two" in when else "the past job is removed"
    life = f"""
  @lifecycle
  Scenario Outline: <when> <then>
    When the connector has been rehearsed
    Then this row of the lifecycle holds

    Examples: What happens
      | when   | then   |
      | {when} | {then} |
"""
    assert [one.words for one in bound(PAST_JOBS + life).pair("past_job").life] == [when]


REFERENCES = (
    "  expected: a list of things that only their record holds, or one that the system makes of what refers to it"
)
NAMED = 'Write it as the system names it, for instance ats = "Candidate.workHistory".'


@pytest.mark.parametrize(
    ("ats", "listed", "message"),
    [
        (
            "Candidat.workHistory",
            JOBS,
            [
                "  expected: an entity of Bullhorn, or a list of its records: `Entity.list`",
                "  found:    `Candidat.workHistory`",
                "  did you mean: Candidate.workHistory",
                f"  {NAMED}",
            ],
        ),
        (
            "Candidate.workHistroy",
            JOBS,
            [
                "  expected: a list of the Candidate record itself (Bullhorn)",
                "  found:    `workHistroy`",
                "  did you mean: Candidate.workHistory",
                f"  {NAMED}",
            ],
        ),
        (
            "Candidate.workHistory.address",
            JOBS,
            [
                "  expected: a list of the Candidate record itself (Bullhorn)",
                "  found:    `workHistory.address`, which stands inside another field",
                f"  {NAMED}",
            ],
        ),
        (
            "Candidate.firstName",
            JOBS,
            [
                "  expected: a list of objects whose fields the schema names",
                "  found:    `Candidate.firstName`, one text",
                "  did you mean: Candidate.workHistory",
                "  Map it in the chart of its record, with `[]` if it is a list; items have to be objects with fields.",
            ],
        ),
        (
            "Candidate.workHistory",
            replace(JOBS, type=Type.TEXT, fields={}),
            [
                "  expected: a list of objects whose fields the schema names",
                "  found:    `Candidate.workHistory`, a list of text",
                "  Map it in the chart of its record, with `[]` if it is a list; items have to be objects with fields.",
            ],
        ),
        (
            "Candidate.workHistory",
            replace(JOBS, fields={}),
            [
                "  expected: a list of objects whose fields the schema names",
                "  found:    `Candidate.workHistory`, a list of which nothing is said",
                "  Map it in the chart of its record, with `[]` if it is a list; items have to be objects with fields.",
            ],
        ),
        (
            "Candidate.workHistory",
            replace(JOBS, fields={name: one for name, one in JOB.items() if name != "id"}),
            [
                "  expected: items with an `id` of their own, by which the system tells them apart",
                "  found:    `Candidate.workHistory`, whose items have companyName, startDate, address",
                "  Map it in the chart of Candidate with `workHistory[]`: without an id a changed item is another one.",
            ],
        ),
        (
            "Candidate.workHistory",
            replace(JOBS, fields={**JOB, "Candidate": Field("workHistory.Candidate", Type.TEXT)}),
            [
                "  expected: items without a field `Candidate`, which means the record that holds them",
                "  found:    `Candidate.workHistory.Candidate`",
                "  Map the list in the chart of Candidate with `workHistory[]`.",
            ],
        ),
        (
            "Candidate.workHistory",
            Field("workHistory", Type.REFERENCE, many=True, entity="Placement"),
            [
                REFERENCES,
                "  found:    `Candidate.workHistory`, a list of references to Placement",
                '  Its items are records already: write ats = "Placement", and `Given each Placement is a …`.',
            ],
        ),
    ],
    ids=[
        "no such entity",
        "no such list",
        "a list inside another",
        "no list",
        "a list of texts",
        "a list of nothing known",
        "no id",
        "a name taken",
        "a list of references",
    ],
)
def test_a_list_whose_items_cannot_be_records(ats: str, listed: Field, message: list[str]) -> None:
    assert said(settings=told(ats), given=known(listed))[: len(message) + 1] == [PLACE, *message]


def test_a_system_that_keeps_no_items() -> None:
    assert said(given=known(kept=Type.REFERENCE)) == [
        PLACE,
        "  expected: a system whose lists of objects can be simulated item by item",
        '  found:    dialect = "bullhorn"',
        "  Map the list in the chart of Candidate with `workHistory[]`, or describe the system by an OpenAPI document.",
    ]


def test_a_list_that_is_bound_as_a_whole() -> None:
    assert said(PAST_JOBS.replace("each item of ", "each "))[:4] == [
        f"{A}:3",
        "  expected: `each item of Candidate.workHistory is …`, because Candidate.workHistory is a list",
        "  found:    `each Candidate.workHistory is …`",
        "  Write `Given each item of Candidate.workHistory is a past job`, or name the records themselves in "
        "scope/crm-app.toml.",
    ]


def test_a_whole_record_that_is_bound_by_its_items() -> None:
    assert said(workers=WORKERS.replace("each Candidate", "each item of Candidate"))[:4] == [
        "features/crm-app/workers.feature:3",
        "  expected: `each Candidate is …`, because Candidate is no list",
        "  found:    `each item of Candidate is …`",
        '  Write `Given each Candidate is a worker`, or name the list in scope/crm-app.toml: ats = "Candidate.…".',
    ]


def test_items_start_where_their_list_is() -> None:
    assert said(PAST_JOBS.replace(BINDING, f"{BINDING}, started in either system"))[:4] == [
        f"{A}:3",
        "  expected: items that start where their list is, in the ATS",
        f'  found:    "{BINDING}, started in either system"',
        "  Leave the part out: what the app makes is not yet written into a list.",
    ]


def test_nothing_flows_back_into_an_item() -> None:
    both = PAST_JOBS.replace(
        "| companyName | -> | remark | same text", "| companyName | <-> | remark | same text, ATS wins"
    )
    found = said(both)
    assert found[0].startswith(f'{A}:14, row "companyName <-> remark"')
    assert found[1:4] == [
        "  expected: a row that flows from the item to the app",
        "  found:    `<->`",
        "  Write `->`: what flows back is not yet written into a list's items.",
    ]


def test_a_list_is_not_mapped_beside_its_items() -> None:
    row = "| phone     | ->    | phone       | same phone               |          |"
    beside = WORKERS.replace(row, '| workHistory[].companyName | -> | nickname | every item, joined with ", " | |')
    assert beside != WORKERS
    found = said(workers=beside)
    assert found[0].startswith('features/crm-app/workers.feature:14, row "workHistory[].companyName -> nickname"')
    assert found[1:4] == [
        "  expected: fields of worker beside `workHistory`, whose items are records of their own",
        "  found:    `workHistory` as a whole",
        "  Chart its fields under `Given each item of Candidate.workHistory is a …`; of conditions, ask "
        "`some Candidate.workHistory has (…)`.",
    ]


def test_a_condition_does_not_read_a_list_beside_its_items() -> None:
    found = said(workers=WORKERS.replace('| status is "DNU" |', "| workHistory is filled |"))
    assert found[0] == "features/crm-app/workers.feature:3"
    assert found[2] == "  found:    `workHistory` as a whole"


def test_a_list_that_the_toml_does_not_name() -> None:
    with pytest.raises(ScopeError) as caught:
        agree(WORKERS, PAST_JOBS, known=known())
    assert str(caught.value).splitlines()[:5] == [
        f"{A}:3",
        "  expected: two names of one entity of the toml, one on each side: Candidate and worker, "
        "Placement and assignment",
        "  found:    `Candidate.workHistory` and `past job`",
        '  Add [entities.past_job] with ats = "Candidate.workHistory" to scope/crm-app.toml, or use its words.',
    ]


PLACEMENTS = Field("placements", Type.REFERENCE, many=True, read_only=True, entity="Placement")
BACK = Field("candidate", Type.REFERENCE, entity="Candidate", mandatory=True)


def referring(listed: Field, *back: Field) -> dict[Side, SystemSchema]:
    both = known(listed, kept=Type.REFERENCE)
    ats = both[Side.ATS]
    placement = ats.entities["Placement"]
    fields = {**placement.fields, **{one.path: one for one in back}}
    return {**both, Side.ATS: replace(ats, entities={**ats.entities, "Placement": replace(placement, fields=fields)})}


BY_LIST = ASSIGNMENTS.replace("each Placement is an assignment", "each item of Candidate.placements is a past job")


def test_items_that_are_records_already_are_bound_as_such() -> None:
    found = bound(BY_LIST, told("Candidate.placements"), referring(PLACEMENTS, BACK))
    pair = found.pair("past_job")
    assert (pair.source, pair.target, pair.link) == ("Placement", "Assignment", ("id", "external_id"))
    assert found.words["item of candidate.placements"] == "past_job"
    assert not found.schemas[Side.ATS].entities["Placement"].listed


@pytest.mark.parametrize(
    "given",
    [
        referring(replace(PLACEMENTS, read_only=False), BACK),
        referring(PLACEMENTS, replace(BACK, mandatory=False)),
        referring(PLACEMENTS, BACK, replace(BACK, path="formerly")),
        referring(replace(PLACEMENTS, entity="Nothing"), BACK),
    ],
    ids=["people fill the list", "one may belong to nobody", "one may belong to two", "no such entity"],
)
def test_a_list_of_references_that_may_differ_from_what_refers_back(given: dict[Side, SystemSchema]) -> None:
    entity = given[Side.ATS].entities["Candidate"].fields["placements"].entity
    assert said(BY_LIST, told("Candidate.placements"), given) == [
        PLACE,
        REFERENCES,
        f"  found:    `Candidate.placements`, a list of references to {entity}",
        f'  Its items are records already: write ats = "{entity}", and `Given each {entity} is a …`.',
    ]


def test_a_list_of_records_is_bound_by_its_items_too() -> None:
    found = said(BY_LIST.replace("item of ", ""), told("Candidate.placements"), referring(PLACEMENTS, BACK))
    assert found[1:3] == [
        "  expected: `each item of Candidate.placements is …`, because Candidate.placements is a list",
        "  found:    `each Candidate.placements is …`",
    ]


def test_an_item_is_not_linked() -> None:
    linked = WORKERS.replace("is a worker,", "is a worker, with their latest Candidate.workHistory by startDate,")
    assert said(workers=linked)[:4] == [
        "features/crm-app/workers.feature:3",
        "  expected: a record of Candidate to be linked, not an item of its list",
        "  found:    `Candidate.workHistory`",
        "  Ask for items with `some Candidate.workHistory has (…)`, or chart them under `Given each item of "
        "Candidate.workHistory is a …`.",
    ]


def test_access_is_that_of_the_record_that_holds_the_list() -> None:
    access = """
  @access
  Scenario Outline: <system> <entity> may <may>
    Then this row holds

    Examples: Access
      | system   | entity   | may  |
      | Bullhorn | past job | read |
"""
    found = said(PAST_JOBS + access)
    assert found[1:4] == [
        "  expected: an entity of Bullhorn with routes of its own",
        "  found:    `past job`, the items of Candidate.workHistory",
        "  Name Candidate: its list is read and written with it.",
    ]


def test_a_condition_asks_for_the_items_of_a_record() -> None:
    asked = WORKERS.replace(
        '| kind is "temp"  |', '| some Candidate.workHistory has (companyName is "Acme") |'
    ).replace('| status is "DNU" |', "| no past job has (companyName is filled) |")
    cases = bound(workers=asked).pair("worker").population
    assert [one.who for one in cases] == [
        "no past job has (companyName is filled)",
        'some Candidate.workHistory has (companyName is "Acme")',
        "anyone else",
    ]
