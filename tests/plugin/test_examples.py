"""What failed in the last run is tried first, decides nothing, and goes when the whole rehearsal is green."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stories import agree, integration
from tiny_worlds import STATEMENT, finding, made, script

from signoff.checks.case import FINISHES
from signoff.errors import Blocked, Place, Problem
from signoff.plugin.examples import Examples
from signoff.scope import EnvironmentSettings
from signoff.strategies.script import Script
from signoff.verdict import Finding, Outcome, Verdict

AGREEMENT = agree()
SCRIPT = replace(script([made(1)]), scope_hash=AGREEMENT.scope_hash, statements=(STATEMENT,))
RED = {STATEMENT: Verdict(STATEMENT, Outcome.FAILED, (finding("worker-1"),))}


FOLDER = ".signoff/examples/crm-app"


def broken_script(**changes: Any) -> str:
    script_text = json.dumps(json.loads(SCRIPT.to_json()) | changes)
    example = {"format": "signoff-example/1", "statement": STATEMENT, "kind": "wrong value", "script": script_text}
    return json.dumps(example)


class FakeRehearsal:
    """Plays nothing; `found` is what its judge says."""

    def __init__(self, *found: Finding, refuses: bool = False) -> None:
        self.found = found
        self.refuses = refuses
        self.played: list[Script] = []

    def quietly(self) -> FakeRehearsal:
        return self

    def play(self, one: Script) -> Script:
        self.played.append(one)
        if self.refuses:
            raise Blocked(Problem(Place("ats"), "a record that it accepts", "another"))
        return one

    def judged(self, _: Any, most: int) -> tuple[Mapping[str, Verdict], int]:
        return {one.statement: Verdict(one.statement, Outcome.FAILED, (one,)) for one in self.found}, most


def kept(root: Path) -> Examples:
    examples = Examples(root, "crm-app")
    examples.keep(AGREEMENT, {STATEMENT: SCRIPT}, RED)
    return examples


def said(examples: Examples, rehearsal: FakeRehearsal, agreement: Any = AGREEMENT) -> list[str]:
    lines: list[str] = []
    examples.tried_first(rehearsal, agreement, lines.append)  # type: ignore[arg-type]  # it plays nothing
    return lines


def test_what_still_fails_is_said_at_once(tmp_path: Path) -> None:
    rehearsal = FakeRehearsal(finding("worker-1"))
    assert said(kept(tmp_path), rehearsal) == [
        "tried first: worker.first_name still fails (1 record, 1 operation); the whole rehearsal follows"
    ]
    assert rehearsal.played == [SCRIPT]


def test_what_no_longer_fails_is_said_and_kept_until_the_rehearsal_is_green(tmp_path: Path) -> None:
    examples = kept(tmp_path)
    words = "no longer fails in the smallest case of the last run (1 record, 1 operation); the whole rehearsal follows"
    for rehearsal in (FakeRehearsal(), FakeRehearsal(finding("worker-1", kind="missing")), FakeRehearsal(refuses=True)):
        assert said(examples, rehearsal) == [f"tried first: worker.first_name {words}"]
    examples.keep(AGREEMENT, {}, {STATEMENT: Verdict(STATEMENT, Outcome.NOT_EXERCISED)})
    assert len(said(examples, FakeRehearsal())) == 1
    examples.keep(AGREEMENT, {}, {STATEMENT: Verdict(STATEMENT, Outcome.VERIFIED)})
    assert said(examples, FakeRehearsal()) == []


def test_a_crash_tells_nothing_about_what_failed_before(tmp_path: Path) -> None:
    crash = replace(finding("worker-1", kind="crashed"), statement=FINISHES)
    told = "cannot be told, because a run of the connector crashed in the smallest case of the last run"
    [line] = said(kept(tmp_path), FakeRehearsal(crash))
    assert line.startswith(f"tried first: worker.first_name {told} (1 record")
    dishonest = replace(crash, kind="dishonest")
    assert "no longer fails" in said(kept(tmp_path), FakeRehearsal(dishonest))[0]


def test_another_scope_drops_what_was_kept(tmp_path: Path) -> None:
    examples = kept(tmp_path)
    rehearsal = FakeRehearsal(finding("worker-1"))
    assert said(examples, rehearsal, replace(AGREEMENT, scope_hash="other")) == [
        "1 kept case of an earlier scope dropped"
    ]
    assert said(examples, rehearsal) == []
    assert rehearsal.played == []


def test_a_case_under_another_s_name_is_dropped(tmp_path: Path) -> None:
    examples = kept(tmp_path)
    file = tmp_path / FOLDER / "worker.first_name.json"
    file.rename(file.with_name("worker_first_name.json"))
    assert said(examples, FakeRehearsal()) == ["1 kept case of an earlier scope dropped"]
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_what_is_no_example_is_dropped(tmp_path: Path) -> None:
    examples = kept(tmp_path)
    folder = tmp_path / ".signoff" / "examples" / "crm-app"
    (folder / "worker.first_name.json").write_text("{", encoding="utf-8")
    (folder / "b.json").write_text(json.dumps({"format": "signoff-example/0"}), encoding="utf-8")
    (folder / "b.json").unlink()
    (folder / "b.json").write_text(json.dumps({"format": "signoff-example/0"}), encoding="utf-8")
    broken = f"{FOLDER}/worker.first_name.broken"
    assert said(examples, FakeRehearsal()) == [
        f"a kept case cannot be played (text that is no JSON); set aside as {broken}, and the run goes on",
        "1 kept case of an earlier scope dropped",
    ]
    assert [one.name for one in folder.iterdir()] == ["worker.first_name.broken"]
    assert said(examples, FakeRehearsal()) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[]", "no kept case"),
        ("[" * 100_000, "text that is no JSON"),
        ("\x00\x01", "text that is no JSON"),
        (json.dumps({"format": "signoff-example/1"}), "its script: text that is no JSON"),
        (broken_script(seed="../../x"), 'seed: "../../x"'),
        (
            broken_script(phases=[{"label": "x", "plans": [], "settle": {"$decimal": "NaN"}}]),
            "phases[0].settle: a table",
        ),
        (broken_script(statements=["worker.nothing"]), "worker.nothing"),
    ],
)
def test_a_broken_example_is_told_once_and_set_aside(text: str, why: str, tmp_path: Path) -> None:
    examples = kept(tmp_path)
    file = tmp_path / FOLDER / "worker.first_name.json"
    file.write_text(text, encoding="utf-8")
    [line] = said(examples, FakeRehearsal())
    assert line.startswith(f"a kept case cannot be played ({why}")
    assert file.with_suffix(".broken").read_text(encoding="utf-8") == text
    assert said(examples, FakeRehearsal()) == []


def test_an_example_that_breaks_the_rehearsal_is_told_once_and_set_aside(tmp_path: Path) -> None:
    class Breaks(FakeRehearsal):
        def play(self, one: Script) -> Script:
            raise KeyError("nobody")

    examples = kept(tmp_path)
    assert said(examples, Breaks()) == [
        "a kept case cannot be played (KeyError: 'nobody'); "
        f"set aside as {FOLDER}/worker.first_name.broken, and the run goes on"
    ]
    assert said(examples, FakeRehearsal()) == []


def test_it_takes_little_time(tmp_path: Path) -> None:
    examples = kept(tmp_path)
    lines: list[str] = []
    times = iter([0.0, 6.0])
    examples.tried_first(FakeRehearsal(), AGREEMENT, lines.append, lambda: next(times))  # type: ignore[arg-type]
    assert lines == ["1 more row that failed in the last run: the whole rehearsal shows"]


def test_git_ignores_the_folder_and_nothing_is_kept_of_a_real_environment(tmp_path: Path) -> None:
    kept(tmp_path)
    assert (tmp_path / ".signoff" / ".gitignore").read_text(encoding="utf-8") == "*\n"
    real = agree(
        settings=integration(environments={"live": EnvironmentSettings("live", real=True)}, environment="live")
    )
    other = tmp_path / "other"
    Examples(other, "crm-app").keep(real, {STATEMENT: SCRIPT}, RED)
    assert not other.exists()


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / ".signoff").write_text("in the way", encoding="utf-8")
    assert said(kept(tmp_path), FakeRehearsal()) == []
