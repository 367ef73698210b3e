"""Rehearse connectors that ask an address service: the right one is green, and each wrong one red where it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import address_cases as cases
import copying
import pytest
from rig import GREEN, Rig, failed, shown, unproven

from signoff.addresses import Answer
from signoff.checks.case import Case
from signoff.checks.judge import judge
from signoff.errors import ScopeError
from signoff.plugin.options import RunOptions
from signoff.plugin.standard import Rehearsal
from signoff.sensitivity.weigh import weighed
from signoff.verdict import Outcome, Verdict

ROWS = {f"member.{part}" for part in cases.PARTS}
TABLE = {"address:corrected", "address:uncertain", "address:unknown", "address:no-answer"}


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    return Rig(tmp_path_factory.mktemp("addresses"), cases.integration())


def test_the_right_connector_is_green(rig: Rig) -> None:
    found = rig.rehearsed(cases.Asking)
    assert unproven(found) == {}
    assert found.keys() >= ROWS | TABLE
    assert {found[one].outcome for one in ROWS | TABLE} == {Outcome.VERIFIED}


def test_one_that_remembers_answers_is_right_too(rig: Rig) -> None:
    assert unproven(rig.rehearsed(cases.Remembers)) == {}


@pytest.mark.defects
@pytest.mark.parametrize(
    ("connector", "red"),
    [
        (cases.NeverAsks, {"address:corrected"}),
        (cases.TakesEverything, {"address:uncertain"}),
        (cases.TakesScraps, {"address:unknown"}),
        (cases.SaysNothing, {"address:uncertain", "address:unknown"}),
        (cases.ReportsUnknownOnly, {"address:uncertain"}),
        (cases.SkipsWithoutAnswer, {"address:no-answer"}),
        (cases.BlanksWithoutAnswer, {"address:no-answer"}),
        (cases.StopsWithoutAnswer, {"connector:finishes"}),
        (cases.SwapsCity, {"member.city"}),
        (cases.TellsTheService, {"member.ssn:never"}),
    ],
)
def test_a_wrong_connector_is_red_where_it_is_wrong(rig: Rig, connector: type, red: set[str]) -> None:
    found = rig.rehearsed(connector)
    assert failed(found) == red, {name: shown(found[name]) for name in failed(found)}
    assert unproven(found, red) == {}


def test_the_leak_is_told_of_the_service_by_its_name(rig: Rig) -> None:
    found = rig.rehearsed(cases.TellsTheService)["member.ssn:never"]
    assert found.counterexample is not None
    assert "sent to Google" in found.counterexample.found


def test_a_wrong_word_about_an_address_would_have_been_noticed(rig: Rig) -> None:
    found = _weighed(rig)
    assert {name: shown(found[name]) for name in ROWS | TABLE if found[name].outcome not in GREEN} == {}
    noticed = {name: {one for names in found[name].noticed.values() for one in names} for name in TABLE}
    assert noticed == {
        "address:corrected": {"as it was"},
        "address:uncertain": {"the suggestion taken", "not reported"},
        "address:unknown": {"what is left of it taken", "not reported"},
        "address:no-answer": {"the address left out"},
    }


def _weighed(rig: Rig) -> Mapping[str, Verdict]:
    copying.Now = cases.Asking
    rehearsal = Rehearsal(rig._suite, rig.agreement, RunOptions(seed=11, effort="quick"), lambda _: None)
    history = rehearsal.play(rig.script())
    case = Case(rig.agreement, history)
    verdicts, _ = judge(rig.agreement, history, history.started.date(), case=case)
    return weighed(case, verdicts)


def test_the_rehearsal_draws_every_answer_and_ends_in_an_outage(rig: Rig) -> None:
    script = rig.script()
    assert {one.answer for one in script.addresses} == set(Answer) - {Answer.NONE}
    assert [bool(one.outage) for one in script.phases] == [False, False, False, False, True]
    streets = [one.typed.street for one in script.addresses]
    assert len(set(streets)) == len(streets)


def test_without_a_table_only_the_rows_are_judged(tmp_path: Path) -> None:
    rig = Rig(tmp_path, cases.integration(agreed=()))
    assert unproven(rig.rehearsed(cases.SaysNothing)) == {}
    found = rig.rehearsed(cases.NeverAsks)
    assert failed(found) == ROWS, {name: shown(found[name]) for name in failed(found)}


def _wrong(folder: Path, **changed: object) -> str:
    with pytest.raises(ScopeError) as caught:
        Rig(folder, cases.integration(**changed))  # type: ignore[arg-type]
    return str(caught.value)


def test_rows_need_a_service(tmp_path: Path) -> None:
    said = _wrong(tmp_path, toml="")
    assert "an address service in scope/tiny.toml" in said
    assert '[systems.address] with dialect = "google-address"' in said


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("corected", "the corrected address arrives"), "did you mean: corrected"),
        (("uncertain", "the corrected address arrives"), "expected: what becomes of an address that is uncertain"),
        (("corrected", "the corrected address arives"), "did you mean: the corrected address arrives"),
    ],
)
def test_words_that_the_table_does_not_know(tmp_path: Path, row: tuple[str, str], said: str) -> None:
    assert said in _wrong(tmp_path, agreed=(row,))


def test_an_answer_stands_once(tmp_path: Path) -> None:
    row = ("unknown", "the address arrives as it was")
    said = _wrong(tmp_path, agreed=(row, row))
    assert "expected: one row for the answer unknown" in said


def test_a_table_without_rows_that_ask(tmp_path: Path) -> None:
    said = _wrong(tmp_path, rows=[("street", "->", "street", "same text", "")])
    assert "a chart row that says `address corrected`" in said


@pytest.mark.parametrize(
    ("cell", "target", "said"),
    [
        ("street", "street", "the whole address in the sending cell, with the street"),
        ("street, city, nick", "street", "`nick`, which is none by its name"),
        ("city, zip", "street", "with the street that the row is about"),
        ("street, city", "nick", "named after a part of an address"),
    ],
)
def test_rows_whose_parts_cannot_be_told(tmp_path: Path, cell: str, target: str, said: str) -> None:
    assert said in _wrong(tmp_path, rows=[(cell, "->", target, "address corrected", "")])
