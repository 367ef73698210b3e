"""An altered history is judged again: only what may be another is looked at, and the same is found as by all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from stories import TODAY, Story, plain_agreement

from signoff.agreement.statement import Kind
from signoff.checks import judge as judging
from signoff.checks.case import Case
from signoff.checks.judge import judge
from signoff.history import History, Key
from signoff.schema import Side
from signoff.sensitivity import protected
from signoff.sensitivity import weigh as weighing
from signoff.sensitivity.again import SecondCase, heard
from signoff.sensitivity.cut import Cutter
from signoff.sensitivity.disturbed import Disturbed
from signoff.sensitivity.draft import Draft
from signoff.sensitivity.scene import Scene
from signoff.verdict import Verdict

ALTERED = Key(Side.APP, "Worker", "w101")
SENDER = Key(Side.ATS, "Candidate", "101")


@pytest.fixture(scope="module")
def case() -> Case:
    return Case(plain_agreement(), Story().play())


@pytest.fixture(scope="module")
def verdicts(case: Case) -> Mapping[str, Verdict]:
    return judge(plain_agreement(), case.history, TODAY, case=case)[0]


def altered(case: Case, label: str) -> tuple[History, Disturbed]:
    draft = Draft(case.history)
    draft.set_value(label, "settled", ALTERED, "first_name", "Somebody else")
    history = draft.history()
    return history, Disturbed(case, history, draft.altered, label, Cutter(case).rest_in)


def test_what_is_found_is_the_same_as_when_every_check_looks_at_every_record(
    case: Case, verdicts: Mapping[str, Verdict], monkeypatch: pytest.MonkeyPatch
) -> None:
    sharing = weighing.weighed(case, verdicts)
    monkeypatch.setattr(weighing, "heard", lambda first, history, *_: heard(first, history))
    assert weighing.weighed(case, verdicts) == sharing


def test_a_record_is_disturbed_with_its_partner_and_with_who_rests_on_it(case: Case) -> None:
    last, worker, assignment = case.phases[-1], case.agreement.pair("worker"), case.agreement.pair("assignment")
    placed = {one: _candidate(record) for one, record in last.settled.senders(assignment).items()}
    sender = next(one for one in placed.values() if last.settled.partner(worker, one) is not None)
    receiver = last.settled.partner(worker, sender)
    assert receiver is not None
    draft = Draft(case.history)
    draft.set_value(last.label, "settled", case.receiver_key(worker, receiver), "first_name", "Somebody else")
    found = Disturbed(case, draft.history(), draft.altered, last.label, Cutter(case).rest_in).at(last.settled.snapshot)
    assert found["worker"] == {sender}
    assert found["assignment"] == {one for one, candidate in placed.items() if candidate == sender}


def _candidate(record: Mapping[str, Any]) -> str:
    return str(record["candidate"])


def test_nobody_is_disturbed_before_the_alteration(case: Case) -> None:
    last = case.phases[-1]
    _, disturbed = altered(case, last.label)
    assert not disturbed.at(last.before.snapshot)
    assert disturbed.paired_anew(last.before.snapshot) == frozenset()
    assert disturbed.paired_anew(last.settled.snapshot)


def test_who_is_undisturbed_is_not_looked_at_anew(case: Case, verdicts: Mapping[str, Verdict]) -> None:
    assert verdicts
    first = case.phases[0]
    history, disturbed = altered(case, first.label)
    again = SecondCase(case, history, disturbed)
    pair = case.agreement.pair("worker")
    there = again.phases[0].settled
    others = [one for one in there.senders(pair) if one not in disturbed.at(there.snapshot)["worker"]]
    assert others
    assert all(there.promises(pair, one) is first.settled.promises(pair, one) for one in others)
    assert all(again.settled("mapping", pair, again.phases[0], one) for one in others)
    assert not again.settled("mapping", pair, again.phases[0], SENDER.id)


def test_the_altered_record_is_found_guilty_and_nobody_else(case: Case, verdicts: Mapping[str, Verdict]) -> None:
    assert verdicts
    history, disturbed = altered(case, case.phases[0].label)
    found = heard(case, history, disturbed) - heard(case, case.history)
    assert found == {("worker.first_name", "Candidate 101")}


def test_a_record_that_was_found_wrong_at_first_is_found_wrong_again() -> None:
    history, _ = altered(Case(plain_agreement(), Story().play()), "first")
    wrong = Case(plain_agreement(), history)
    judge(plain_agreement(), history, TODAY, case=wrong)
    again = Disturbed(wrong, history, frozenset(), "first", Cutter(wrong).rest_in)
    assert ("worker.first_name", "Candidate 101") in heard(wrong, history, again)


def test_a_name_whose_record_is_cut_away_is_not_taken_for_an_invented_one(case: Case) -> None:
    assert any(run.failed for run in case.history.runs)
    few = Cutter(case).cut({SENDER}, case.history.phases[-1], frozenset(), printed=False)
    assert not [who for statement, who in heard(case, few) if statement == "connector:finishes"]


def test_the_checks_that_only_count_find_nothing_and_the_others_what_they_speak_of(case: Case) -> None:
    kinds = {one.id: one.kind for one in case.agreement.statements}
    draft = Draft(case.history)
    for phase in case.phases:
        for one in list(phase.settled.receivers(case.agreement.pair("worker")))[::2]:
            draft.set_value(phase.label, "settled", Key(Side.APP, "Worker", one), "first_name", "Somebody else")
    for run in case.history.runs:
        draft.set_run(replace(run, crashed="RuntimeError", ok=None))
    found = judge(plain_agreement(), draft.history(), TODAY)[0]
    told = {(one.check, kinds[name]) for name, verdict in found.items() for one in verdict.findings}
    assert told
    counting = {check.__name__ for check in judging.COUNTING}
    of = {check.__name__: speaks for check, speaks in judging.SPEAK_OF.items()}
    assert not [one for one in told if one[0] in counting]
    assert not [(check, kind) for check, kind in told if kind not in of.get(check, {kind})]


def test_of_forms_that_are_as_long_the_same_one_is_put_in_each_time(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms = frozenset(f"1985-03-{day:02}" for day in range(1, 29))
    whose = SimpleNamespace(key=SENDER)
    monkeypatch.setattr(protected, "canaries_of", lambda *_: [SimpleNamespace(key=whose, forms=forms)])
    statement = next(one for one in case.agreement.statements if one.kind is Kind.NEVER)
    printed = next(one for one in protected.let_out(Scene(case), statement) if one.name == "in a printed line")
    draft = Draft(case.history)
    for edit in next(printed.ways).edits:
        edit(draft)
    assert [run.printed for run in draft.history().runs if "1985" in run.printed] == ["\n1985-03-01\n"]
