"""What `--replay` cannot play is refused before anything is run: where, expected, found, nearest, how to go on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from stories import agree

from signoff.errors import ScopeError
from signoff.plugin.again import write_scripts
from signoff.plugin.options import RunOptions
from signoff.plugin.replaying import Replay, replayed
from signoff.settings import Suite
from signoff.strategies.pointer import FORMAT, WHOLE_RUN, WORKFLOW, Pointer, pointer
from signoff.strategies.script import Script

if TYPE_CHECKING:
    from tests.plugin.conftest import SuiteFolder

CASES = "reports/crm-app/counterexamples"
RUN = "../../runs/20260302T140000Z-7/script-crm-app.json"
POINTER = Pointer("crm-app", "worker.phone", WHOLE_RUN, 7, RUN, "hash")


SCRIPT = Script("crm-app", 7, "quick", datetime(2026, 3, 2, 14, 0, tzinfo=UTC), "hash", (), ())
SMALL = replace(SCRIPT, statements=("worker.phone",))


def kept(root: Path) -> RunOptions:
    reports = root / "reports"
    run = reports / "runs" / "20260302T140000Z-7"
    write_scripts(run, reports / "crm-app", agree(), SCRIPT, {"worker.phone/south": SMALL}, whole=False)
    return RunOptions(seed=1, reports=reports)


def named(root: Path, wanted: str, *others: str) -> Replay:
    suite = Suite(root, tuple(root / f"{one}.toml" for one in others))
    return replayed(suite, agree(), replace(kept(root), replay=wanted))


def told(root: Path, wanted: str, *others: str) -> str:
    with pytest.raises(ScopeError) as caught:
        named(root, wanted, *others)
    return str(caught.value)


def written(root: Path, text: str, name: str = "case.json") -> str:
    file = root / CASES / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return f"{CASES}/{name}"


@pytest.mark.parametrize("given", ["--replay=", "--replay= "])
def test_a_replay_of_nothing_is_no_run_of_everything(suite: SuiteFolder, given: str) -> None:
    suite.write(f"{CASES}/worker.phone.json", "{}")
    result = suite.run(given)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            "ERROR: --replay",
            "  expected: a run's id, a script file, or a statement whose counterexample was kept",
            "  found:    nothing",
            f"  did you mean: {CASES}/worker.phone.json",
            f"  Counterexamples are kept in {CASES}: 1 now.",
        ]
    )


def test_a_file_that_there_is_not(tmp_path: Path) -> None:
    written(tmp_path, SMALL.to_json(), "worker.phone.json")
    assert told(tmp_path, f"{CASES}/worker.fone.json") == (
        f'--replay, cell "{CASES}/worker.fone.json"\n'
        "  expected: a file that a run wrote, or a run's folder\n"
        "  found:    no such file or folder\n"
        f"  did you mean: {CASES}/worker.phone.json\n"
        "  Runs are kept in reports/runs, counterexamples in reports/crm-app. A complete run writes them anew."
    )


def test_a_folder_that_holds_cases_and_no_run(tmp_path: Path) -> None:
    kept(tmp_path)
    [case] = (tmp_path / CASES).iterdir()
    assert told(tmp_path, CASES) == (
        f'--replay, cell "{CASES}"\n'
        "  expected: a run's folder, with script-crm-app.json in it\n"
        "  found:    a folder without that file\n"
        f"  did you mean: {CASES}/{case.name}\n"
        "  Runs are kept in reports/runs, counterexamples in reports/crm-app."
    )


def test_a_folder_with_nothing_to_play_names_no_file(tmp_path: Path) -> None:
    kept(tmp_path)
    (tmp_path / "reports" / "signoff.json").write_text("{}", encoding="utf-8")
    assert "did you mean" not in told(tmp_path, "reports")


def test_a_statement_that_was_not_red(tmp_path: Path) -> None:
    assert told(tmp_path, "worker.phone") == (
        '--replay, cell "worker.phone"\n'
        "  expected: a run's id, a script file, or a statement whose counterexample was kept\n"
        "  found:    a statement of which no counterexample was kept\n"
        "  It was not red in the last complete run, or that run is gone. A complete run writes them anew."
    )


def test_half_a_file(tmp_path: Path) -> None:
    name = written(tmp_path, SMALL.to_json()[:200])
    assert told(tmp_path, name).splitlines()[:2] == [name, "  expected: a script that a run wrote"]
    assert "  found:    text that is no JSON (" in told(tmp_path, name)


def test_a_file_of_an_older_version(tmp_path: Path) -> None:
    data = json.loads(SMALL.to_json())
    del data["families"]
    assert told(tmp_path, written(tmp_path, json.dumps(data))) == (
        f"{CASES}/case.json\n"
        "  expected: a table with families\n"
        "  found:    none\n"
        "  Give --replay the folder of a run, a script that it wrote there, or a statement's id. "
        "What another version of signoff wrote, the next run writes anew."
    )


def test_a_file_of_another_format(tmp_path: Path) -> None:
    assert told(tmp_path, written(tmp_path, '{"format": "signoff-case/9"}')) == (
        f'{CASES}/case.json, cell "format"\n'
        "  expected: a script that a run wrote, or signoff-case/1\n"
        '  found:    "signoff-case/9"\n'
        "  Another version of signoff may have written the file: run the suite again, which writes it anew."
    )


@pytest.mark.parametrize(
    ("other", "how"),
    [
        ("billing", "Add --integration billing, or give a file of crm-app: they are kept in"),
        ("payroll", "This suite has no such integration. Give a file of crm-app: they are kept in"),
    ],
)
def test_a_file_of_another_integration(other: str, how: str, tmp_path: Path) -> None:
    for text in (replace(SMALL, integration=other).to_json(), replace(POINTER, integration=other).to_json()):
        assert told(tmp_path, written(tmp_path, text), "billing", "crm-app") == (
            f'--replay, cell "{CASES}/case.json"\n'
            "  expected: a script of crm-app\n"
            f"  found:    one of {other}\n"
            f"  {how} reports/crm-app/counterexamples."
        )


def test_a_file_of_a_row_that_is_gone(tmp_path: Path) -> None:
    text = replace(SMALL, statements=("worker.fone",)).to_json()
    assert told(tmp_path, written(tmp_path, text)).splitlines()[:4] == [
        f'{CASES}/case.json, cell "statements"',
        "  expected: a statement of the documents",
        "  found:    worker.fone",
        "  did you mean: worker.phone",
    ]


def test_a_file_that_names_the_whole_run_plays_it_for_its_own_row(tmp_path: Path) -> None:
    found = named(tmp_path, written(tmp_path, POINTER.to_json()))
    assert found == Replay(replace(SCRIPT, statements=("worker.phone",)), f"{CASES}/case.json", whole=True)
    assert found.told("hash") == (
        "replay: the whole run with seed 7 (0 records, 0 operations), of which only worker.phone is judged; "
        "never a sign-off",
        f"replay: from {CASES}/case.json",
    )


def test_a_whole_run_that_was_cleared_away(tmp_path: Path) -> None:
    name = written(tmp_path, replace(POINTER, script="../../runs/gone/script-crm-app.json").to_json())
    assert told(tmp_path, name) == (
        f'{CASES}/case.json, cell "script"\n'
        "  expected: the script of the run in which it was found, ../../runs/gone/script-crm-app.json\n"
        "  found:    no such file\n"
        "  A complete run writes them anew."
    )


def test_a_workflow_that_is_gone(tmp_path: Path) -> None:
    name = written(tmp_path, replace(POINTER, plays=WORKFLOW, statement="scenario:hired", script="").to_json())
    assert told(tmp_path, name).splitlines()[:3] == [
        f'{CASES}/case.json, cell "statement"',
        "  expected: a workflow of the documents",
        "  found:    scenario:hired",
    ]


def test_a_scope_that_has_changed_is_told_in_the_first_lines_and_no_reason_to_refuse(tmp_path: Path) -> None:
    found = named(tmp_path, "worker.phone/south")
    assert found.told("hash") == (
        "replay: only the case of worker.phone: 0 records, 0 operations, from the run with seed 7; never a sign-off",
        f"replay: from {found.file}",
    )
    assert found.told("other")[2] == (
        "replay: the scope has changed since then (hash hash, now other): "
        "the same records are judged by what the documents say now"
    )


@pytest.mark.parametrize(
    ("changes", "cell", "found"),
    [
        ({"seed": "7"}, "seed", '"7"'),
        ({"seed": True}, "seed", "true"),
        ({"plays": "tennis"}, "plays", '"tennis"'),
        ({"statement": 3}, "statement", "3"),
    ],
)
def test_each_part_of_a_pointer_is_checked(changes: dict[str, object], cell: str, found: str) -> None:
    text = json.dumps({**json.loads(POINTER.to_json()), **changes})
    with pytest.raises(ScopeError) as caught:
        pointer(text, "case.json")
    [problem] = caught.value.problems
    assert (problem.where.cell, problem.found) == (cell, found)


def test_a_pointer_comes_back_as_it_was_and_a_script_is_none() -> None:
    assert pointer(POINTER.to_json(), "case.json") == POINTER
    assert json.loads(POINTER.to_json())["format"] == FORMAT
    assert pointer(SMALL.to_json(), "case.json") is None
    assert pointer("[]", "case.json") is None
