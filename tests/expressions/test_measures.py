"""What a goal is measured as."""

import pytest

from signoff.errors import Place, ScopeError
from signoff.expressions import tree as t
from signoff.expressions.measures import EXAMPLES, Count, Days, Measure, Named, Share, Sum, parse_measure

PLACE = Place("agreement.feature", 7, "Reach", "measured as")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("count of distinct message.worker per week", Count(Named("message", "worker"), True, "week")),
        ("Count of Message per day by sent_at", Count(Named("Message"), False, "day", "sent_at")),
        (
            "median days from JobOrder.dateAdded to first Placement.dateBegin",
            Days("median", Named("JobOrder", "dateAdded"), Named("Placement", "dateBegin"), "first"),
        ),
        (
            "p90  days from Placement.dateBegin to Placement.dateEnd",
            Days("p90", Named("Placement", "dateBegin"), Named("Placement", "dateEnd")),
        ),
        (
            "share of Candidate where smsOptIn is yes",
            Share(Named("Candidate"), t.IsYes(t.Name("smsOptIn"), True), "smsOptIn is yes"),
        ),
        ("sum of Placement.payRate per month by dateBegin", Sum(Named("Placement", "payRate"), "month", "dateBegin")),
        ("sum of perDiem.amount per year", Sum(Named("perDiem", "amount"), "year")),
    ],
)
def test_each_form_is_read(text: str, found: Measure) -> None:
    assert parse_measure(text, PLACE) == found


def test_the_examples_of_the_message_are_measures() -> None:
    for one in EXAMPLES:
        parse_measure(one, PLACE)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("number of workers", "cannot be read from `number` on"),
        ("count of message.worker per fortnight", "cannot be read from `fortnight` on"),
        ("mode days from A.b to C.d", "cannot be read from `mode` on"),
        ("sum of Placement.payRate", '"sum of Placement.payRate"'),
    ],
)
def test_what_is_no_measure_is_told_with_every_form(text: str, found: str) -> None:
    with pytest.raises(ScopeError) as caught:
        parse_measure(text, PLACE)
    [problem] = caught.value.problems
    assert problem.where == PLACE
    assert found in problem.found
    assert "share of ENTITY where CONDITION" in problem.expected


def test_a_condition_that_does_not_parse_is_a_problem_of_the_condition() -> None:
    with pytest.raises(ScopeError, match="a condition"):
        parse_measure("share of Candidate where status Active", PLACE)
