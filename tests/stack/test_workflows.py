"""Workflows through the whole stack: sentence → simulators, connector and clock → verdict, green and red."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bench import bound
from reference_connector.errors import Unavailable
from reference_connector.outcome import Failed

from reference_connector import Connector
from signoff.agreement.matters import BoundItem
from signoff.agreement.resolved import Agreement
from signoff.agreement.statement import Kind, Statement
from signoff.agreement.workflows import bind_workflows
from signoff.evidence.wording import headline
from signoff.gherkin import read_document
from signoff.plugin.options import RunOptions
from signoff.plugin.standard import Rehearsal
from signoff.plugin.workflows import with_workflows, workflows_judged
from signoff.settings import Suite
from signoff.verdict import Finding, Outcome, Verdict

FILE = "features/bullhorn-shiftline/tried.feature"
TODAY = date(2026, 3, 2)

PERSON = """
    Given a candidate "Maria Lopez" in scope
    And the connector syncs until it settles
"""


class WrongPhone(Connector):
    def worker_phone(self, candidate: Any) -> Any:
        return "+13125550100"


class NobodyInScope(Connector):
    def in_scope_candidate(self, candidate: Any) -> bool:
        return False


class EverybodyInScope(Connector):
    def in_scope_candidate(self, candidate: Any) -> bool:
        return True

    def may_be_worker(self, key: str) -> bool:
        return True

    def has_running_placement(self, candidate: int) -> bool:
        return True

    def read_candidates(self) -> None:
        super().read_candidates()
        self.enqueue("worker", [row["id"] for row in self.list_changed("Candidate", None)])


class NamesNobody(Connector):
    def sync(self) -> Any:
        found = super().sync()
        return type(found)(True, ())


class NamesAll(Connector):
    def sync(self) -> Any:
        found = super().sync()
        return type(found)(False, tuple(Failed("ATS", "Candidate", key, "perhaps") for key in self.links("worker")))


class WritesAgain(Connector):
    def sync(self) -> Any:
        for app_id in [link["id"] for link in self.links("worker").values()]:
            self.app("PATCH", f"workers/{app_id}", body={"nickname": "again"})
        return super().sync()


class MakesAnother(Connector):
    def sync(self) -> Any:
        found = super().sync()
        self.app("POST", "workers", body={"first_name": "Another", "last_name": "One", "status": "available"})
        return found


class Removes(Connector):
    def sync(self) -> Any:
        for app_id in [link["id"] for link in self.links("worker").values()]:
            url, token = self.setting("APP_URL"), self.setting("APP_TOKEN")
            self.session.delete(f"{url}/workers/{app_id}", headers={"Authorization": f"Bearer {token}"}, timeout=9)
        return super().sync()


class ForgetsAtStart(Connector):
    def __init__(self, settings: Mapping[str, str], state: Path) -> None:
        shutil.rmtree(state, ignore_errors=True)
        super().__init__(settings, state)

    def restart(self) -> None:
        shutil.rmtree(self.state.folder, ignore_errors=True)
        self.state.folder.mkdir()
        super().restart()


class AsksAtStart(Connector):
    """Ask both systems while it is made and while it is restarted, and be right in everything else."""

    def __init__(self, settings: Mapping[str, str], state: Path) -> None:
        super().__init__(settings, state)
        self.ask()

    def restart(self) -> None:
        super().restart()
        self.ask()

    def ask(self) -> None:
        url, token = self.setting("APP_URL"), self.setting("APP_TOKEN")
        self.session.get(f"{url}/workers", headers={"Authorization": f"Bearer {token}"}, timeout=9).raise_for_status()


class Slow(Connector):
    def sync(self) -> Any:
        import time

        time.sleep(7200)
        return super().sync()


class Crashes(Connector):
    def sync(self) -> Any:
        raise KeyError("data")


HEAD = "Feature: Tried\n\n  Scenario: Tried\n"


def staged(text: str, connector: type | None = None) -> tuple[Suite, Agreement, Statement]:
    """Return the shipped documents with one scenario's text as their only workflow, and its statement."""
    suite, agreement = bound()
    problems: list[Any] = []
    document = read_document(f"{HEAD}{text}", FILE)
    bound_ones = bind_workflows(agreement.integration, agreement.schemas, agreement.pairs, [document], problems)
    assert problems == []
    [(workflow, statement)] = bound_ones
    agreement = replace(agreement, workflows=(workflow,), statements=(*agreement.statements, statement))
    if connector is not None:
        target = f"{connector.__module__}:{connector.__name__}"
        declared = replace(agreement.integration.connector, kind="python", target=target)
        agreement = replace(agreement, integration=replace(agreement.integration, connector=declared))
    return suite, agreement, statement


def played(text: str, connector: type | None = None, seed: int = 3, elsewhere: Any = None) -> Verdict:
    """Play one scenario's text with the shipped documents, and return its verdict."""
    suite, agreement, statement = staged(text, connector)
    options = RunOptions(seed=seed)
    stage = Rehearsal(suite, agreement, options, lambda _: None)
    return workflows_judged(stage, agreement, options, seed, elsewhere or {})[statement.id]


NOT_PLACED = """
    Given a candidate "Maria Lopez"
    When the connector syncs until it settles
    Then "Maria Lopez" is not in the app
"""
SENTENCES: dict[str, tuple[str, type, str]] = {
    "has": (PERSON + """
    When in the ATS "Maria Lopez"'s mobile becomes "(312) 555-0187"
    And the connector syncs twice
    Then in the app "Maria Lopez" has phone "+13125550187"
""", WrongPhone, 'phone is "+13125550187"'),
    "within": (PERSON + """
    When in the ATS "Maria Lopez"'s occupation becomes "Driver"
    And the connector syncs
    Then in the app "Maria Lopez" has job_title "Driver" within 30 minutes
""", Slow, 'job_title is "Driver" within 30 minutes'),
    "there": (PERSON + '    Then "Maria Lopez" is in the app\n', NobodyInScope, "in Shiftline"),
    "not there": (NOT_PLACED, EverybodyInScope, "not in Shiftline"),
    "named": (PERSON + """
    When in the ATS "Maria Lopez"'s status becomes "On Leave"
    And the connector syncs until it settles
    Then the connector names "Maria Lopez"
""", NamesNobody, "named in the result"),
    "not named": (PERSON + '    Then the connector does not name "Maria Lopez"\n', NamesAll, "not named"),
    "agree": (PERSON + "    Then both systems agree\n", WrongPhone, "every statement of the documents holds"),
    "nothing": (PERSON + "    Then nothing more is written\n", WritesAgain, "no write"),
    "once": (PERSON + "    Then nothing was created twice\n", MakesAnother, "only records that belong to a Candidate"),
    "nobody": (PERSON + """
    When 1 hour passes
    And the connector syncs twice
    Then nobody was removed by mistake
""", Removes, "nobody is deleted by the connector"),
    "restart": (PERSON + """
    When in the app "Maria Lopez"'s nickname becomes "Mari"
    And the connector is restarted
    And the connector syncs until it settles
    Then in the ATS "Maria Lopez" has nickName "Mari"
""", ForgetsAtStart, 'nickName is "Mari"'),
}  # fmt: skip


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_holds_of_a_connector_that_is_right(name: str) -> None:
    verdict = played(SENTENCES[name][0])
    assert verdict.outcome is Outcome.VERIFIED, verdict
    assert verdict.sensitive
    assert all(verdict.noticed.values())


@pytest.mark.parametrize("name", ["agree", "restart"])
def test_a_connector_may_ask_its_systems_while_it_is_made_or_restarted(name: str) -> None:
    text = SENTENCES[name][0].rstrip() + "\n    And both systems agree\n"
    verdict = played(text, AsksAtStart)
    assert verdict.outcome is Outcome.VERIFIED, verdict


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_does_not_hold_of_one_that_is_wrong(name: str) -> None:
    text, connector, expected = SENTENCES[name]
    verdict = played(text, connector)
    assert verdict.outcome is Outcome.FAILED
    assert verdict.counterexample is not None
    assert verdict.counterexample.expected == expected
    last = text.strip().splitlines()[-1].strip()
    assert verdict.facts["sentence"] == last.partition(" ")[2]
    file, _, line = verdict.facts["sentence stands"].rpartition(":")
    assert file == FILE
    assert f"{HEAD}{text}".splitlines()[int(line) - 1].strip() == last
    assert verdict.counterexample.story[-1] == last
    assert verdict.counterexample.story[0] == text.strip().splitlines()[0].strip()


def test_what_the_rehearsal_blames_on_a_row_is_not_the_workflows_finding() -> None:
    text = PERSON + "    Then both systems agree\n"
    alone = played(text, WrongPhone)
    assert alone.outcome is Outcome.FAILED
    assert "worker.phone" in str(alone.counterexample)
    example = alone.counterexample
    assert example is not None
    red = Verdict("worker.phone", Outcome.FAILED, (Finding("worker.phone", "wrong value", example),))
    found = played(text, WrongPhone, elsewhere={"worker.phone": red})
    assert (found.outcome, found.because_of) == (Outcome.NOT_EXERCISED, ("worker.phone",))
    assert found.counterexample == example
    assert headline(found).startswith("Then both systems agree: expected ")
    assert headline(found).endswith("; because of worker.phone")


@pytest.mark.parametrize("connector", [None, EverybodyInScope])
def test_an_item_of_a_checklist_has_the_verdict_of_the_workflow_that_it_rests_on(connector: type | None) -> None:
    suite, agreement, scenario = staged(NOT_PLACED, connector)
    item = replace(scenario, id="checklist:walked-through", kind=Kind.CHECKLIST)
    matters = replace(agreement.matters, checklist=(BoundItem(item.id, (scenario.id,)),))
    agreement = replace(agreement, matters=matters, statements=(*agreement.statements, item))
    rehearsed = {name: Verdict(name, Outcome.NOT_EXERCISED) for name in (item.id, scenario.id)}
    options = RunOptions(seed=3, selected=frozenset({item.id}))
    found = with_workflows(Rehearsal(suite, agreement, options, lambda _: None), agreement, options, 3, rehearsed)
    expected = Outcome.FAILED if connector else Outcome.VERIFIED
    assert (found[scenario.id].outcome, found[item.id].outcome) == (expected, expected)
    assert found[item.id].because_of == ((scenario.id,) if connector else ())


def test_a_connector_that_crashes() -> None:
    verdict = played(PERSON + '    Then "Maria Lopez" is in the app\n', Crashes)
    assert verdict.counterexample is not None
    assert verdict.counterexample.found.startswith("KeyError: 'data'")


class TakesNothingForGone(Connector):
    """Deactivate everybody who is in no list, and take a list that fails for an empty one."""

    def list_changed(self, entity: str, since_ms: int | None) -> Any:
        try:
            return super().list_changed(entity, since_ms)
        except Unavailable:
            return []

    def read_candidates(self) -> None:
        super().read_candidates()
        listed = {str(one["id"]) for one in self.list_changed("Candidate", None)}
        for key in self.links("worker").keys() - listed:
            self.leave("worker", key)


class RemovesWhoeverIsUnlisted(TakesNothingForGone):
    def leave(self, kind: str, key: str) -> None:
        url, token, link = self.setting("APP_URL"), self.setting("APP_TOKEN"), self.links("worker")[key]
        self.session.delete(f"{url}/workers/{link['id']}", headers={"Authorization": f"Bearer {token}"}, timeout=9)


class NamesWhomItMisses(TakesNothingForGone):
    """Name whoever is in no list, as a careful connector may, and leave them alone."""

    def leave(self, kind: str, key: str) -> None:
        self.ok = False
        self.report(kind, key, "is in no list any more")


SPOILT = """
    Given 3 candidates in scope
    And a candidate "Maria Lopez" in scope with
      | status | Active |
    And the connector syncs until it settles
    When {}
    And the connector syncs until it settles
    Then in the app "Maria Lopez" has status "available"
    And nobody was removed by mistake
    And nothing more is written
    When the connector syncs until it settles
    Then both systems agree
    And nothing was created twice
"""
ALL_OF_IT = "Bullhorn answers every list with {0}\n    And the app answers every list with {0}"
LISTS = [
    ALL_OF_IT.format("an error"),
    ALL_OF_IT.format("nothing"),
    "Bullhorn answers every list of candidates with an error",
    "the ATS answers its first 2 lists with an error",
    "Shiftline answers its first list of workers with nothing",
]


@pytest.mark.parametrize("lists", LISTS)
def test_whoever_is_right_takes_nobody_for_gone_because_a_list_fails_or_is_empty(lists: str) -> None:
    verdict = played(SPOILT.format(lists))
    assert verdict.outcome is Outcome.VERIFIED, verdict


@pytest.mark.parametrize("answer", ["an error", "nothing"])
@pytest.mark.parametrize(
    ("connector", "sentence"),
    [
        (TakesNothingForGone, 'in the app "Maria Lopez" has status "available"'),
        (RemovesWhoeverIsUnlisted, 'in the app "Maria Lopez" has status "available"'),
    ],
)
def test_whoever_takes_everybody_for_gone_is_told(connector: type, sentence: str, answer: str) -> None:
    verdict = played(SPOILT.format(f"Bullhorn answers every list of candidates with {answer}"), connector)
    assert verdict.outcome is Outcome.FAILED
    assert verdict.facts["sentence"] == sentence


def test_whoever_removes_everybody_has_removed_them_by_mistake() -> None:
    text = SPOILT.format("Bullhorn answers every list of candidates with nothing")
    text = text.replace('    Then in the app "Maria Lopez" has status "available"\n    And nobody', "    Then nobody")
    verdict = played(text, RemovesWhoeverIsUnlisted)
    assert (verdict.outcome, verdict.facts["sentence"]) == (Outcome.FAILED, "nobody was removed by mistake")


@pytest.mark.parametrize("answer", ["an error", "nothing"])
def test_a_run_that_was_told_a_list_wrongly_may_say_so(answer: str) -> None:
    verdict = played(SPOILT.format(f"Bullhorn answers every list of candidates with {answer}"), NamesWhomItMisses)
    assert verdict.outcome is Outcome.VERIFIED, verdict


def test_lists_that_nobody_asks_for_show_nothing() -> None:
    verdict = played(SPOILT.format("Shiftline answers every list of worksites with nothing"))
    assert verdict.outcome is Outcome.NOT_EXERCISED
    assert "asks for a list" in verdict.would_exercise


KILLED = """
    Given 12 candidates in scope
    When the connector is killed after {} requests
    And the connector syncs until it settles
    Then both systems agree
    And nothing was created twice
    And nothing more is written
"""


@pytest.mark.parametrize("requests", [0, 7, 20])
def test_whoever_is_killed_finds_on_disk_what_was_saved_until_then(requests: int) -> None:
    assert played(KILLED.format(requests)).outcome is Outcome.VERIFIED


class SavesAfterAll(Connector):
    """Write a mark at the end, even of a run that is being ended: a process that is killed could not."""

    def sync(self) -> Any:
        mark = self.state.folder / "mark"
        if mark.exists():
            raise RuntimeError("a killed run has written its mark")
        try:
            return super().sync()
        finally:
            mark.touch()


def test_what_a_killed_run_writes_while_it_ends_is_undone() -> None:
    text = """
    Given 12 candidates in scope
    When the connector is killed after 20 requests
    And the connector syncs
    Then nothing was created twice
"""
    assert played(text, SavesAfterAll).outcome is Outcome.VERIFIED


def test_a_run_that_ends_before_it_is_to_be_killed_shows_nothing() -> None:
    verdict = played(KILLED.format(5000))
    assert verdict.outcome is Outcome.NOT_EXERCISED
    assert "more requests" in verdict.would_exercise


def test_the_same_seed_plays_the_same_workflow() -> None:
    from signoff.strategies.workflow import draw_workflow

    _, agreement = bound()
    one = next(one for one in agreement.workflows if one.statement == "scenario:from-consideration-to-hired")
    assert draw_workflow(agreement, one, 4) == draw_workflow(agreement, one, 4)
    assert draw_workflow(agreement, one, 4).script != draw_workflow(agreement, one, 5).script
