"""A workflow that holds is weighed by its own history: what its sentences would have seen, and which see nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

import pytest
from test_workflows import NOT_PLACED, PERSON, SENTENCES, played, staged

from signoff.checks import judge as judging_all
from signoff.checks import sentences
from signoff.checks.cast import Cast, Told
from signoff.checks.mapping import check_mapping
from signoff.checks.sentences import Judging
from signoff.checks.workflow import judge_workflow
from signoff.plugin.options import RunOptions
from signoff.plugin.standard import Rehearsal
from signoff.sensitivity.workflow import weighed_workflow
from signoff.strategies.workflow import draw_workflow
from signoff.verdict import Outcome, Verdict

TODAY = date(2026, 3, 2)
FIELD = {"missing", "stale", "another"}
SEEN: dict[str, set[str]] = {
    "has": FIELD,
    "within": {*FIELD, "late"},
    "there": {"missing"},
    "not there": {"there"},
    "named": {"not named"},
    "not named": {"named"},
    "agree": {"missing", "another"},
    "nothing": {"written again", "created"},
    "once": {"a second one", "one that is nobody's"},
    "nobody": {"deleted", "gone"},
    "restart": FIELD,
}
NEVER_WRONG = """
    Given a note "Call" with
      | comments | Called about the shift |
    When the connector syncs until it settles
    Then "Call" is not in the app
"""


@lru_cache(maxsize=16)
def judging(text: str) -> Judging:
    """Play a scenario once, and return what judges it."""
    suite, agreement, _ = staged(text)
    [workflow] = agreement.workflows
    drawn = draw_workflow(agreement, workflow, 3, None)
    history = Rehearsal(suite, agreement, RunOptions(seed=3), lambda _: None).play_alone(drawn.script)
    return Judging(agreement, workflow, Cast(drawn.names, drawn.phases, drawn.latest), history, TODAY)


def last(text: str) -> str:
    return text.strip().splitlines()[-1].strip().partition(" ")[2]


def weighed(text: str, green: Verdict | None = None) -> Verdict:
    mine = judging(text)
    mine = mine.again(mine.history)
    verdict = green or judge_workflow(mine, {})
    assert verdict.outcome is Outcome.VERIFIED
    return weighed_workflow(mine, verdict)


@pytest.mark.parametrize("name", SENTENCES)
def test_each_sentence_sees_what_would_be_wrong(name: str) -> None:
    text = SENTENCES[name][0]
    found = weighed(text)
    assert (found.outcome, found.sensitive, found.missed, found.weak) == (Outcome.VERIFIED, True, {}, {})
    assert SEEN[name] <= set(found.noticed[last(text)])


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_that_holds_whatever_is_found_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = SENTENCES[name][0]
    mine = judging(text)
    verdict = judge_workflow(mine, {})
    kind = mine.workflow.steps[-1].kind
    monkeypatch.setitem(sentences._SAID, kind, lambda *_: Told(True, "", ""))
    found = weighed(text, verdict)
    assert (found.outcome, found.sensitive) == (Outcome.NOT_EXERCISED, False)
    assert found.missed == {last(text): ("passes whatever is found",)}
    assert f"{last(text)}: passes whatever is found" in found.would_exercise
    assert found.weak[last(text)].startswith("passes whatever is found; stronger with")


def test_a_sentence_of_a_record_that_no_binding_carries_can_never_fail() -> None:
    found = played(NEVER_WRONG)
    assert (found.outcome, found.sensitive, found.noticed) == (Outcome.NOT_EXERCISED, False, {})
    assert found.missed == {'"Call" is not in the app': ("passes whatever is found",)}
    assert found.note == "a wrong value would not have been noticed"


def test_one_sentence_that_sees_nothing_makes_the_scenario_insensitive() -> None:
    text = NEVER_WRONG.replace("    When", '    And a candidate "Maria Lopez" in scope\n    When')
    found = played(f'{text.rstrip()}\n    And "Maria Lopez" is in the app\n')
    assert (found.outcome, found.sensitive) == (Outcome.NOT_EXERCISED, False)
    assert found.noticed == {'"Maria Lopez" is in the app': ("missing",)}
    assert list(found.missed) == ['"Call" is not in the app']


def test_whoever_is_in_the_app_only_would_be_seen_in_the_ats() -> None:
    text = """
    Given a worker "H. Brandt" with
      | email | h.brandt@example.com |
    When the connector syncs until it settles
    Then "H. Brandt" is not in the ATS
"""
    assert weighed(text).noticed == {'"H. Brandt" is not in the ATS': ("there",)}


def never_late(_: Judging, __: int, ___: float) -> str:
    return ""


def without_strays(*_: Any) -> bool:
    return True


@pytest.mark.parametrize(
    ("name", "where", "blind", "missed"),
    [
        ("within", (Judging, "_late"), never_late, "late"),
        ("once", (Judging, "_seen_before"), without_strays, "one that is nobody's"),
    ],
)
def test_a_judge_that_is_blind_in_one_eye_is_told_what_it_misses(
    name: str, where: tuple[type, str], blind: Callable[..., Any], missed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = SENTENCES[name][0]
    verdict = judge_workflow(judging(text), {})
    monkeypatch.setattr(*where, blind)
    found = weighed(text, verdict)
    assert (found.outcome, found.sensitive) == (Outcome.NOT_EXERCISED, False)
    assert found.missed == {last(text): (missed,)}
    assert set(found.noticed[last(text)]) >= SEEN[name] - {missed}
    assert found.weak == {last(text): f"not seen: {missed}, in features/bullhorn-shiftline/tried.feature:{line(text)}"}


def line(text: str) -> int:
    return len(f"Feature: Tried\n\n  Scenario: Tried\n{text}".rstrip().splitlines())


def test_both_systems_agree_sees_nothing_of_fields_without_the_check_of_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    text = PERSON + "    Then both systems agree\n"
    verdict = judge_workflow(judging(text), {})
    kept = tuple(one for one in judging_all.CHECKS if one is not check_mapping)
    monkeypatch.setattr(judging_all, "CHECKS", kept)
    found = weighed(text, verdict)
    assert found.missed == {"both systems agree": ("passes whatever is found",)}


def test_a_value_before_that_would_be_right_is_not_put_in() -> None:
    text = (
        PERSON
        + """
    When in the ATS "Maria Lopez"'s occupation becomes "Driver"
    And the connector syncs until it settles
    And the connector syncs until it settles
    Then in the app "Maria Lopez" has job_title "Driver"
"""
    )
    [seen] = weighed(text).noticed.values()
    assert "stale" in seen, "what it held two syncs ago was another value"
    text = text.replace('When in the ATS "Maria Lopez"\'s occupation becomes "Driver"\n    And', "When")
    text = text.replace('"Maria Lopez" in scope', '"Maria Lopez" in scope with\n      | occupation | Driver |')
    found = weighed(text)
    assert "stale" in found.unfitting[last(text)]
    assert {"missing", "another"} <= set(found.noticed[last(text)])


def test_the_recorded_history_stays_as_it_was() -> None:
    mine = judging(NOT_PLACED)
    before = repr(mine.history)
    weighed(NOT_PLACED)
    assert repr(mine.history) == before
