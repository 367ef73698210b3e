"""Every red row names one command that shows it again; it plays what it says, wrong red and right told so."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import copying
import pytest
from rig import LONG, SEED, WHOLE, Case, Integration, Rig

from signoff.evidence import decision
from signoff.evidence.acceptance import Acceptance
from signoff.plugin.again import with_commands
from signoff.plugin.options import RunOptions
from signoff.plugin.standard import conduct
from signoff.settings.suite import find_suite
from signoff.strategies.pointer import FORMAT
from signoff.trial import smallest
from signoff.verdict import NO_LONGER, Outcome, Verdict

NAME = Case("name", "same text", lambda r: r.a, (lambda r: f"{r.a}!",), required=True, gives=LONG)
NOTE = Case("note", "same text", lambda r: r.a, (lambda r: f"{r.a}?",), gives=LONG)
SIZE = Case("size", "same number", lambda r: r.a, sends={"a": WHOLE}, gives=WHOLE)
WORKFLOWS = """Feature: Workflows

  Scenario: A note is corrected
    Given a person "Mia" in scope
    And the connector syncs until it settles
    When in the ATS "Mia"'s note_a becomes "first"
    And the connector syncs until it settles
    Then in the app "Mia" has note "first"
"""
ONE = Integration((NAME, NOTE, SIZE), documents={"workflows": WORKFLOWS})


class Suite:
    """A tiny suite on disk with a connector that can be right or wrong, and its reports."""

    def __init__(self, root: Path, one: Integration = ONE) -> None:
        self.root, self.rig = root, Rig(root, one)
        found = find_suite(root)
        assert found is not None
        self.found = found
        self.options = RunOptions(seed=SEED, effort="quick", reports=root / "reports")

    def wrong(self, *names: str) -> None:
        cases = self.rig.integration.cases
        self.rig.verdicts({one.name: one.wrong[0] for one in cases if one.name in names})

    def run(self, replay: str = "", **changes: Any) -> Acceptance:
        options = replace(self.options, replay=replay, **changes)
        return conduct(self.found, self.rig.agreement, options, lambda *_, **__: None)


def red(found: Mapping[str, Verdict]) -> dict[str, Verdict]:
    return {name: one for name, one in found.items() if one.findings}


def given(command: str) -> str:
    pytest_, option, value, *_ = shlex.split(command)
    assert (pytest_, option) == ("pytest", "--replay")
    return value


def test_each_red_row_is_seen_again_by_its_command_and_gone_with_the_defect(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    suite.wrong("note")
    first = red(suite.run().verdicts)
    assert "member.note" in first
    assert any(name.startswith("scenario:") for name in first)
    for name, verdict in first.items():
        example = verdict.counterexample
        assert example is not None
        assert example.unreplayed == "", name
        file = tmp_path / given(example.replay)
        assert file.is_file(), example.replay
        again = suite.run(given(example.replay))
        assert set(again.verdicts) == {name}
        assert again.verdicts[name].outcome is Outcome.FAILED, name
        assert (again.complete, decision.decide(again).signoff) == (False, False)
        assert again.replay_told == f"{name} still fails when it is played again"
    suite.wrong()
    for name, verdict in first.items():
        assert verdict.counterexample is not None
        gone = suite.run(given(verdict.counterexample.replay))
        assert gone.verdicts[name].findings == ()
        assert gone.replay_told.startswith(f"{name} no longer fails when it is played again"), gone.verdicts
        decided = decision.decide(gone)
        assert (decided.overall, decided.passes) == (decision.Overall.SELECTED, True)
        assert not decided.signoff


def test_one_small_case_does_not_verify_a_row(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    suite.wrong("note")
    example = suite.run().verdicts["member.note"].counterexample
    assert example is not None
    assert example.size is not None
    assert example.size.records == 1
    suite.wrong()
    verdict = suite.run(given(example.replay)).verdicts["member.note"]
    assert (verdict.outcome, verdict.standing) == (Outcome.NOT_EXERCISED, NO_LONGER)
    assert verdict.note.startswith("no longer fails in this case; of what else it promises nothing was tried: ")


def test_a_case_that_does_not_come_so_far_is_not_told_to_be_right(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    suite.wrong("note")
    example = suite.run().verdicts["member.note"].counterexample
    assert example is not None

    def raises(settings: object, state: object) -> object:
        raise RuntimeError("no such tenant")

    copying.Now = raises
    again = suite.run(given(example.replay))
    assert decision.decide(again).passes is False
    assert again.replay_told.startswith("whether member.note still fails cannot be told")


def test_a_row_that_was_not_made_smaller_has_the_whole_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smallest, "MOST_STATEMENTS", 1)
    monkeypatch.setattr(smallest, "MORE_RUNS", -1000)
    suite = Suite(tmp_path)
    suite.wrong("name", "note")
    found = red(suite.run().verdicts)
    whole = {}
    for name in ("member.name", "member.note"):
        example = found[name].counterexample
        assert example is not None
        whole[name] = (json.loads((tmp_path / given(example.replay)).read_text()).get("format"), example.note)
    [unshrunk] = [name for name, (kind, _) in whole.items() if kind == FORMAT]
    assert "not made smaller, because 2 rows are red; 1 others were" in whole[unshrunk][1]
    example = found[unshrunk].counterexample
    assert example is not None
    again = suite.run(given(example.replay))
    assert set(again.verdicts) == {unshrunk}
    assert again.verdicts[unshrunk].outcome is Outcome.FAILED
    assert again.figures.connector_runs > 6


def test_a_replayed_case_names_itself_and_leaves_the_kept_ones(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    suite.wrong("note")
    example = suite.run().verdicts["member.note"].counterexample
    assert example is not None
    kept = {one.name: one.read_bytes() for one in (tmp_path / "reports/tiny/counterexamples").iterdir()}
    again = suite.run("member.note").verdicts["member.note"].counterexample
    assert again is not None
    assert again.replay == "pytest --replay member.note"
    assert {one.name: one.read_bytes() for one in (tmp_path / "reports/tiny/counterexamples").iterdir()} == kept


def test_commands_name_what_else_the_run_was_given(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    suite.wrong("note")
    found = suite.run().verdicts
    several = replace(suite.found, files=(*suite.found.files, tmp_path / "scope" / "other.toml"))
    options = replace(suite.options, connector="my connectors:Now")
    files = {"member.note": tmp_path / "my reports" / "member.note.json"}
    told = with_commands(several, suite.rig.agreement, options, found, files)["member.note"].counterexample
    assert told is not None
    more = "--integration tiny --connector 'my connectors:Now'"
    assert told.replay == f"pytest --replay 'my reports/member.note.json' {more}"
    assert told.reproduce.endswith(f"--signoff-seed {SEED} --effort quick --connector 'my connectors:Now'")


def test_without_a_file_it_is_said_why(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    suite.wrong("note")
    (tmp_path / "reports").write_text("in the way", encoding="utf-8")
    example = suite.run().verdicts["member.note"].counterexample
    assert example is not None
    assert example.replay == ""
    assert example.unreplayed == "the case could not be kept: the reports' folder cannot be written"
