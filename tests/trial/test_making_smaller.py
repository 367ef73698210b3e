"""A failing case alone: its families, what they refer to, and only the fields that the row needs."""

from perfect import Perfect
from stories import TODAY, plain_agreement

from signoff.checks.judge import judge
from signoff.strategies.rehearsal import draw
from signoff.strategies.script import Script
from signoff.trial.smaller import smaller
from signoff.verdict import Outcome

AGREEMENT = plain_agreement()
SCRIPT = draw(AGREEMENT, 4)


def family(statement: str, arm: str) -> str:
    return next(one.name for one in SCRIPT.families if (one.statement, one.arm) == (statement, arm))


def small(failing: dict[str, str], until: str = "day") -> Script:
    return smaller(AGREEMENT, SCRIPT, failing, until)


def names(script: Script) -> set[str]:
    return {plan.name for phase in script.phases for plan in phase.plans}


def test_only_the_family_is_left_and_its_statement_is_still_exercised() -> None:
    statement = "worker.first_name"
    found = small({statement: family(statement, "one field")})
    assert len(names(found)) == 1
    assert len(names(SCRIPT)) > 100
    assert (found.seed, found.now, found.statements) == (SCRIPT.seed, SCRIPT.now, (statement,))
    verdicts, _ = judge(AGREEMENT, Perfect(AGREEMENT, found).play(), TODAY)
    assert verdicts[statement].exercised["created"] == 1
    assert verdicts[statement].exercised["changed"] == 2
    assert verdicts[statement].outcome is not Outcome.FAILED


def test_fields_that_the_row_does_not_need_are_left_out() -> None:
    found = small({"worker.phone": family("worker.phone", "one field")})
    [create] = [plan for plan in found.phases[0].plans if plan.kind == "create"]
    # phone is the row's; firstName and status are required; kind and status stand in the population's conditions.
    assert set(create.fields) == {"phone", "firstName", "status", "kind"}


def test_nothing_is_left_out_for_a_statement_that_is_no_row() -> None:
    one = family("worker.phone", "one field")
    [create] = [plan for plan in small({"worker:arrive": one}).phases[0].plans if plan.kind == "create"]
    assert {"email", "ssn"} <= set(create.fields)


def test_two_statements_of_one_family_keep_what_either_needs() -> None:
    one = family("worker.phone", "one field")
    [create] = [
        plan for plan in small({"worker.phone": one, "worker.email": one}).phases[0].plans if plan.kind == "create"
    ]
    assert set(create.fields) == {"phone", "email", "firstName", "status", "kind"}


def test_what_a_record_refers_to_comes_along() -> None:
    statement = "assignment.pay_rate"
    found = small({statement: family(statement, "one field")})
    made = [plan.entity for plan in found.phases[0].plans if plan.kind == "create"]
    assert sorted(set(made)) == ["Candidate", "Placement"]
    verdicts, _ = judge(AGREEMENT, Perfect(AGREEMENT, found).play(), TODAY)
    assert verdicts[statement].exercised["created"] >= 1


def test_later_phases_are_left_out() -> None:
    one = {"worker.phone": family("worker.phone", "one field")}
    assert [phase.label for phase in small(one, "first").phases] == ["seed", "first"]
    assert [phase.label for phase in small(one, "no such phase").phases] == ["seed", "first", "second", "day", "third"]


def test_a_family_that_is_not_there_leaves_nothing() -> None:
    found = small({"worker.phone": "worker-9999"})
    assert names(found) == set()
    assert found.families == ()
