"""Which edge of which rule a rehearsal uses, counted from what people enter in its script."""

from dataclasses import replace
from functools import cache

from stories import WORKERS, agree, plain_agreement

from signoff.schema import Side
from signoff.strategies.distribution import EdgeUse, edges_used
from signoff.strategies.rehearsal import draw
from signoff.strategies.script import Script


@cache
def drawn() -> Script:
    return draw(plain_agreement(), 3, "thorough")


def uses(script: Script) -> dict[tuple[str, str], EdgeUse]:
    return {(one.statement, one.why): one for one in edges_used(plain_agreement(), script)}


def test_a_script_counts_whom_people_made_and_changed_with_an_edge() -> None:
    found = uses(drawn())
    kept = found["worker.first_name", "right to left"]
    plans = [plan for phase in drawn().phases for plan in phase.plans if plan.entity == "Candidate"]
    held = [plan for plan in plans if plan.fields.get("firstName") == kept.value.strip('"')]
    assert kept.field == "Candidate.firstName"
    assert kept.system == "Bullhorn"
    assert held
    assert kept.created == sum(plan.kind == "create" for plan in held)
    assert kept.changed == sum(plan.kind == "update" for plan in held)
    assert found["worker.phone", "blank"].changed > 0


def test_what_nobody_entered_is_counted_as_nothing() -> None:
    without = replace(drawn(), phases=tuple(replace(phase, plans=()) for phase in drawn().phases))
    found = uses(without)
    assert found.keys() == uses(drawn()).keys()
    assert {(one.created, one.changed) for one in found.values()} == {(0, 0)}


def test_an_edge_that_the_field_cannot_hold_is_none() -> None:
    found = uses(drawn())
    assert ("assignment.pay_rate", "right to left") not in found
    assert ("worker.external_id", "blank") not in found  # nobody can write the system's own id


def test_the_other_side_is_measured_where_a_row_flows_both_ways() -> None:
    both = agree(workers=_both_ways())
    found = [one for one in edges_used(both, draw(both, 3, "standard")) if one.statement == "worker.phone"]
    assert {one.system for one in found} == {"Bullhorn", "Shiftline"}
    theirs = [one for one in found if one.system == both.integration.systems[Side.APP].name]
    # People of the app make no workers here; what they enter are changes.
    assert sum(one.changed for one in theirs) > 0
    assert sum(one.created for one in theirs if one.why != "blank") == 0


def _both_ways() -> str:
    one_way = "| phone     | ->    | phone       | same phone               |"
    assert one_way in WORKERS
    return WORKERS.replace(one_way, "| phone     | <->   | phone       | same phone, app wins     |")
