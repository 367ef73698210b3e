"""A connector that is a program: environment in, exit status and last line out."""

import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from signoff.connectors.program import ProgramConnector
from signoff.errors import Blocked
from signoff.history import NamedFailure


def program(code: str, tmp_path: Path, seconds: float = 20.0) -> ProgramConnector:
    return ProgramConnector([sys.executable, "-c", code], {"APP_URL": "http://x"}, tmp_path / "s", seconds, tmp_path)


def test_settings_and_state_are_environment_variables_and_the_root_its_folder(tmp_path: Path) -> None:
    told = program("import os; print(os.environ['APP_URL'], os.environ['STATE_DIR'], os.getcwd())", tmp_path).run()
    assert told.printed.split() == ["http://x", str(tmp_path / "s"), str(tmp_path)]
    assert (told.ok, told.failed, told.crashed) == (True, (), "")


FAILED = '{"ok": false, "failed": [{"system": "ATS", "entity": "Candidate", "id": 17, "reason": "no name"}]}'


@pytest.mark.parametrize(
    ("code", "ok", "failed", "crashed"),
    [
        ("print('done')", True, (), ""),
        ("print('{\"ok\": true}')", True, (), ""),
        (f"print('x'); print('{FAILED}')", False, (NamedFailure("ATS", "Candidate", "17", "no name"),), ""),
        (f"print('{FAILED}'); raise SystemExit(1)", False, (NamedFailure("ATS", "Candidate", "17", "no name"),), ""),
        ("raise SystemExit(3)", False, (), "ended with exit status 3 and without a result"),
        ("print('{\"ok\": true}'); raise SystemExit(2)", False, (), "said ok, but ended with exit status 2"),
        ('print(\'{"ok": true, "failed": 7}\')', True, (), "`failed` must be a list of failures, found int"),
        ('print(\'{"ok": "false"}\')', True, (), "`ok` must be true or false, found str"),
        ("print('[' * 100000)", True, (), ""),
        ("print('{\"ok\": ' + '[' * 100000)", True, (), ""),
        ("print('[1]')", True, (), ""),
        ("print('{not json')", True, (), ""),
        ("", True, (), ""),
    ],
)
def test_how_it_ends(code: str, ok: bool, failed: tuple[NamedFailure, ...], crashed: str, tmp_path: Path) -> None:
    told = program(code, tmp_path).run()
    assert (told.ok, told.failed, told.crashed) == (ok, failed, crashed)


def test_what_arrived_and_is_reported_all_the_same_is_told_apart(tmp_path: Path) -> None:
    said = '{"ok": true, "reported": [{"entity": "ClientCorporation", "id": 4, "reason": "address unknown"}]}'
    told = program(f"print('{said}')", tmp_path).run()
    reported = (NamedFailure("", "ClientCorporation", "4", "address unknown"),)
    assert (told.ok, told.failed, told.reported) == (True, (), reported)
    lame = program('print(\'{"ok": true, "reported": [{"reason": "x"}]}\')', tmp_path).run()
    assert lame.crashed == "a failure names no record: its `id` is missing"


def test_one_that_hangs_is_ended_and_what_it_printed_is_kept(tmp_path: Path) -> None:
    code = "import time; print('begun', flush=True); time.sleep(60)"
    told = program(code, tmp_path, 0.7).run()
    assert told.crashed == "did not finish within 0.7 seconds"
    assert told.printed == "begun\n"
    assert told.ok is None


def test_errors_are_printed_too(tmp_path: Path) -> None:
    told = program("raise ValueError('no licence')", tmp_path).run()
    assert "ValueError: no licence" in told.printed
    assert told.crashed == "ended with exit status 1 and without a result"


def test_a_command_that_cannot_be_started(tmp_path: Path) -> None:
    with pytest.raises(Blocked) as caught:
        ProgramConnector(["./no-such-program", "--once"], {}, tmp_path, 5.0, tmp_path).run()
    assert str(caught.value).splitlines() == [
        'connector, cell "./no-such-program --once"',
        "  expected: a command that can be started",
        "  found:    [Errno 2] No such file or directory: './no-such-program'",
        "  Correct `command` in the toml's [connector]; it is run from the suite's root.",
    ]


def test_it_has_no_ears_and_needs_no_restart(tmp_path: Path) -> None:
    under_test = program("", tmp_path)
    assert under_test.deliver([SimpleNamespace(headers={}, body=b"")]) == []
    under_test.restart()
    assert under_test.run().ok is True


def test_what_it_leaves_behind_holds_nobody_up(tmp_path: Path) -> None:
    leaving = "import subprocess; subprocess.Popen(['sleep', '5'], start_new_session=True); print('done', flush=True)"
    begun = time.perf_counter()
    told = program(leaving, tmp_path, 3.0).run()
    assert (told.ok, told.crashed, told.printed) == (True, "", "done\n")
    told = program(f"{leaving}; import time; time.sleep(60)", tmp_path, 0.7).run()
    assert (told.ok, told.crashed, told.printed) == (None, "did not finish within 0.7 seconds", "done\n")
    assert time.perf_counter() - begun < 4.5
