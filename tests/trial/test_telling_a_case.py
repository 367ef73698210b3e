"""A case is told in sentences: names, only what is there, changes by phase, syncs; protected values are masked."""

from __future__ import annotations

from dataclasses import replace

from tiny_worlds import AGREEMENT, changed, made, script

from signoff.schema import Side
from signoff.strategies.script import Plan, Script, partner_of, ref
from signoff.trial.story import story


def person(number: int, **fields: object) -> Plan:
    return replace(made(number), fields=fields)


def told(one: Script) -> tuple[str, ...]:
    return story(AGREEMENT, one)


def test_a_case_with_changes() -> None:
    one = script(
        [person(1, firstName="Maria", phone="(312) 555-0100", ssn="987-65-4321")],
        [changed(1, phone=None)],
        [changed(1, phone="1", email="maria@example.com")],
    )
    assert told(one) == (
        'Bullhorn: Candidate Maria has phone "(312) 555-0100" and ssn •••',
        "the connector syncs three times",
        "then Bullhorn: Candidate Maria: phone becomes blank",
        "then the connector syncs twice",
        'then Bullhorn: Candidate Maria: phone becomes "1" and email becomes "maria@example.com"',
        "then the connector syncs twice",
    )


def test_records_without_names_are_called_by_whom_they_belong_to() -> None:
    placement = Plan("create", "Placement#1", Side.ATS, "Placement", {"candidate": {"id": ref("Candidate#1")}}, "")
    one = script([person(1, firstName="Maria"), person(2, firstName="James")])
    one = replace(one, phases=(replace(one.phases[0], plans=(*one.phases[0].plans, placement)),))
    assert told(one)[2] == "Bullhorn: Placement of Candidate Maria has candidate Maria"


def test_the_other_side_deletions_and_kinds_that_nobody_knew() -> None:
    other = Plan("update partner", "Candidate#1", Side.APP, "Worker", {"nickname": "M"}, "kept")
    refers = Plan("create", "Assignment#1", Side.APP, "Assignment", {"worker_id": partner_of("Candidate#1")}, "kept")
    one = script(
        [person(1, firstName="Maria")],
        [
            other,
            refers,
            replace(other, kind="delete partner"),
            changed(1, "delete"),
            changed(1, "merge", into={"id": ref("Candidate#1")}),
        ],
    )
    assert told(one)[2:7] == (
        'then Shiftline: the Worker of Candidate Maria: nickname becomes "M"',
        "then Shiftline: Assignment of Candidate Maria has worker_id Candidate Maria",
        "then Shiftline: the Worker of Candidate Maria is deleted",
        "then Bullhorn: Candidate Maria is deleted",
        "then Bullhorn: Candidate Maria: merge with into Candidate Maria",
    )


def test_a_lost_event_is_told() -> None:
    one = script([person(1, firstName="Maria")], [replace(changed(1, phone="1"), unheard=True)])
    assert told(one)[2] == 'then Bullhorn: Candidate Maria: phone becomes "1"; its event is lost'


def test_a_day_passes() -> None:
    one = script([person(1, firstName="Maria")], [])
    one = replace(one, phases=(one.phases[0], replace(one.phases[1], label="day", midnight=True)))
    assert told(one)[2:] == ("then a day passes", "then the connector syncs twice")


def test_many_alike_are_counted() -> None:
    one = script([person(number, firstName=f"Maria {number}") for number in range(30)])
    assert told(one)[3:] == (
        "Bullhorn: Candidate Maria 3 is there",
        "and 26 more Candidate records like these",
        "the connector syncs three times",
    )


def test_whoever_fails_is_told_and_never_only_counted() -> None:
    one = script(
        [person(number, firstName=f"Maria {number}") for number in range(30)],
        [changed(number, phone="1") for number in range(30)],
    )
    shown = story(AGREEMENT, one, "worker-28")
    assert "Bullhorn: Candidate Maria 28 is there" in shown
    assert "and 25 more Candidate records like these" in shown
    assert 'then Bullhorn: Candidate Maria 28: phone becomes "1"' in shown
    assert "then and 21 more changes" in shown
