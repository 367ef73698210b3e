"""Bind lifecycle tables and states: what they mean, and what is said where they mean nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from stories import WORKERS, agree, integration, schemas

from signoff.agreement.resolved import Agreement, State, Then, When
from signoff.agreement.statement import Kind
from signoff.errors import Place, ScopeError
from signoff.expressions.parse import parse_condition
from signoff.schema import Side
from signoff.scope import Integration

W = "features/crm-app/workers.feature"
STATES: dict[str, dict[str, dict[str, Any]]] = {
    "worker": {"inactive": {"status": "inactive"}, "current": {"status": ["available", "inactive"]}}
}
HEAD = """
  @lifecycle
  Scenario Outline: <when> <then>
    When the connector has been rehearsed
    Then this row of the lifecycle holds

    Examples: What becomes of workers
      | when | then |
"""
LINE = WORKERS.count("\n") + HEAD.count("\n") + 1
"""The line of the first row of a lifecycle table behind the document of the stories."""


def settings(**more: object) -> Integration:
    known = integration()
    entities = {**known.entities, "worker": replace(known.entities["worker"], **more)}  # type: ignore[arg-type]
    return replace(known, states=STATES, entities=entities)


def bound(*rows: tuple[str, str], **more: object) -> Agreement:
    table = "".join(f"      | {when} | {then} |\n" for when, then in rows)
    return agree(WORKERS + HEAD + table, settings=settings(**more))


def said(*rows: tuple[str, str], **more: object) -> str:
    with pytest.raises(ScopeError) as caught:
        bound(*rows, **more)
    return str(caught.value)


@pytest.mark.parametrize(
    ("when", "then", "means"),
    [
        ("a candidate leaves the population", "the worker becomes inactive", (When.LEAVES, Then.BECOMES, "inactive")),
        ("A Candidate is deleted", "the worker is removed", (When.DELETED, Then.REMOVED, "")),
        ("a candidate comes back", "the same worker becomes current again", (When.BACK, Then.AGAIN, "current")),
        ("a candidate comes back", "the worker comes back", (When.BACK, Then.BACK, "")),
        (
            "two candidates are merged",
            "one worker remains, with the survivor's details",
            (When.MERGED, Then.REMAINS, ""),
        ),
        ("a worker is deleted in the app", "the candidate is untouched", (When.GONE_THERE, Then.UNTOUCHED, "")),
        ("a worker is deleted in the Shiftline", "the worker comes back", (When.GONE_THERE, Then.BACK, "")),
    ],
)
def test_a_row_in_its_words(when: str, then: str, means: tuple[When, Then, str]) -> None:
    (row,) = bound((when, then)).pair("worker").life
    assert (row.when, row.then, row.state.name if row.state else "") == means
    assert not row.kept


def test_a_row_is_a_statement() -> None:
    agreement = bound(("a candidate is deleted", "the worker becomes inactive"))
    (one,) = [one for one in agreement.statements if one.kind is Kind.LIFECYCLE]
    assert (one.id, one.line, one.story) == ("worker:when:a-candidate-is-deleted", LINE, "What becomes of workers")
    assert one.sentence == "When a candidate is deleted, the worker becomes inactive."


def test_a_state_may_allow_several_values() -> None:
    (row,) = bound(("a candidate comes back", "the same worker becomes current again")).pair("worker").life
    assert row.state == State("current", (("status", ("available", "inactive")),))


def test_an_end_needs_a_period_and_may_be_kept_up_to_date() -> None:
    rows = [
        (f"a candidate {case}", "the worker becomes inactive and is still kept up to date")
        for case in ("ends", "ends early")
    ]
    rows.append(("a candidate is extended", "the same worker becomes current again and is still kept up to date"))
    life = bound(*rows, ends="status").pair("worker").life
    assert [(one.when, one.kept) for one in life] == [
        (When.ENDS, True),
        (When.ENDS_EARLY, True),
        (When.EXTENDED, True),
    ]
    assert said(("a candidate ends", "the worker becomes inactive")) == (
        f'{W}:{LINE}, row "a candidate ends the worker becomes inactive", cell "when"\n'
        "  expected: the period of a candidate\n  found:    none\n"
        '  Add to [entities.worker]: `period = { begins = "FIELD", ends = "FIELD" }`.'
    )


CASES = (
    "something that happens to a candidate: `a candidate leaves the population`, `a candidate is deleted`, "
    "`a candidate is archived`, `a candidate comes back`, `two candidates are merged`, "
    "`a worker is deleted in the app`, `a candidate is extended`, `a candidate ends early`, `a candidate ends`"
)
THENS = (
    "what becomes of a worker: `the worker becomes inactive`, `the same worker becomes inactive again`, "
    "`the worker is removed`, `one worker remains, with the survivor's details`, `the candidate is untouched`, "
    "`the worker comes back`, `the worker becomes inactive and is still kept up to date`, "
    "`the same worker becomes inactive again and is still kept up to date`"
)
WORDS = "Write it in these words, with the names of the binding."


@pytest.mark.parametrize(
    ("when", "then", "cell", "expected", "found", "near", "how"),
    [
        (
            "a candidate is deletd", "the worker becomes inactive", "when", CASES, '"a candidate is deletd"',
            "a candidate is deleted", WORDS,
        ),
        (
            "a worker is deleted", "the worker becomes inactive", "when", CASES, '"a worker is deleted"',
            "a worker is deleted in the app", WORDS,
        ),
        (
            "a candidate is deleted", "the worker is remved", "then", THENS, '"the worker is remved"',
            "the worker is removed", WORDS,
        ),
        (
            "a candidate is deleted", "the worker is removed and is still kept up to date", "then", THENS,
            '"the worker is removed and is still kept up to date"', None, WORDS,
        ),
        (
            "a candidate is deleted", "the candidate is untouched", "then",
            "what can follow when a candidate is deleted: `the worker becomes inactive`, `the worker is removed`",
            '"the candidate is untouched"', None, "Say what becomes of the record on the other side.",
        ),
        (
            "a candidate is deleted", "the worker becomes inctive", "then",
            "a state of [states.worker]: inactive, current", "`inctive`", "inactive",
            "Name a state that scope/crm-app.toml defines, or define this one there: `inctive = { FIELD = VALUE }`.",
        ),
    ],
)  # fmt: skip
def test_a_row_that_means_nothing(
    when: str, then: str, cell: str, expected: str, found: str, near: str | None, how: str
) -> None:
    told = said((when, then))
    meant = [line for line in told.split("\n") if line.startswith("  did you mean: ")]
    assert told.split("\n")[:3] == [
        f'{W}:{LINE}, row "{when} {then}", cell "{cell}"',
        f"  expected: {expected}",
        f"  found:    {found}",
    ]
    assert meant[0] == f"  did you mean: {near}" if near is not None else True
    assert told.endswith(f"  {how}")


def test_a_case_stands_once() -> None:
    row = ("a candidate is deleted", "the worker is removed")
    assert said(row, row).endswith(
        f'{W}:{LINE + 1}, row "{row[0]} {row[1]}", cell "when"\n  expected: each case once\n'
        '  found:    "a candidate is deleted" again\n'
        "  Remove one of the two rows: nobody could say which of them counts."
    )


def test_who_is_archived_must_be_told() -> None:
    row = ("a candidate is archived", "the worker becomes inactive")
    assert said(row).endswith(
        "  expected: a way to tell that a candidate is archived\n  found:    none\n"
        "  Add to [entities.worker] for instance `archived = 'status is \"Archive\"'`."
    )
    assert bound(row, archived='status is "Old"').pair("worker").life[0].condition is not None


@pytest.mark.parametrize(
    ("state", "expected", "near"),
    [({"stauts": "x"}, "a field of Worker (Shiftline)", "status"), ({"status": "inctive"}, "a value of", "inactive")],
)
def test_a_state_that_cannot_be(state: dict[str, str], expected: str, near: str) -> None:
    table = HEAD + "      | a candidate is deleted | the worker becomes odd |\n"
    with pytest.raises(ScopeError) as caught:
        agree(WORKERS + table, settings=replace(settings(), states={"worker": {"odd": state}}))
    (problem,) = caught.value.problems
    assert problem.expected.startswith(expected)
    assert problem.did_you_mean == near


POPULATION = '| status is "DNU" | never reaches the app |'


@pytest.mark.parametrize(
    ("outcome", "reaches", "state"),
    [
        ("leaves the app as inactive", False, "inactive"),
        ("reaches the app as current", True, "current"),
        ("reaches the app", True, None),
    ],
)
def test_outcomes_of_a_population(outcome: str, reaches: bool, state: str | None) -> None:
    workers = WORKERS.replace(POPULATION, f'| status is "DNU" | {outcome} |')
    assert workers != WORKERS
    case = agree(workers, settings=settings()).pair("worker").population[0]
    assert (case.reaches, case.state.name if case.state else None) == (reaches, state)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("leaves the app", "`reaches the app`, `reaches the app as STATE`, `leaves the app as STATE` or"),
        ("never reaches the app as inactive", "`never reaches the app`, or `leaves the app as inactive`"),
        ("leaves the app as gone", "a state of [states.worker]: inactive, current"),
    ],
)
def test_outcomes_that_mean_nothing(outcome: str, expected: str) -> None:
    with pytest.raises(ScopeError) as caught:
        agree(WORKERS.replace(POPULATION, f'| status is "DNU" | {outcome} |'), settings=settings())
    (problem,) = caught.value.problems
    assert problem.expected.startswith(expected)


def test_a_label_tells_who_is_archived() -> None:
    known = schemas()
    person = known[Side.ATS].entities["Candidate"]
    status = replace(person.fields["status"], label="Current standing")
    person = replace(person, fields={**person.fields, "status": status})
    known[Side.ATS] = replace(known[Side.ATS], entities={**known[Side.ATS].entities, "Candidate": person})
    table = "      | a candidate is archived | the worker becomes inactive |\n"
    own = settings(archived='current standing is "DNU"')
    pair = agree(WORKERS + HEAD + table, settings=own, known=known).pair("worker")
    assert pair.life[0].condition == parse_condition('status is "DNU"', Place("here"))
