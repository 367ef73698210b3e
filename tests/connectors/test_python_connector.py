import base64
import contextlib
import json
import os
import posix
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from signoff.connectors.program import ProgramConnector
from signoff.connectors.python import PythonConnector, load
from signoff.connectors.result import masked
from signoff.errors import Blocked

SETTINGS = {"ATS_PASSWORD": "Lantern7!", "ATS_URL": "https://ats.test"}


class Odd(BaseException):
    pass


class Unshowable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


def connector(tmp_path: Path, sync: Any, seconds: float = 5.0) -> PythonConnector:
    class Given:
        def __init__(self, settings: dict[str, str], state: Path) -> None:
            self.settings = settings

        def sync(self) -> Any:
            return sync(self.settings)

    return PythonConnector(Given, SETTINGS, tmp_path, seconds)


def raising(error: BaseException) -> Any:
    def sync(settings: dict[str, str]) -> None:
        raise error

    return sync


def test_a_connector_that_cannot_be_made_is_a_finding_of_its_run_and_no_trouble_of_ours(tmp_path: Path) -> None:
    def factory(settings: dict[str, str], state: Path) -> Any:
        raise RuntimeError("no login for " + settings["ATS_PASSWORD"])

    made = PythonConnector(factory, SETTINGS, tmp_path, 5.0)
    assert made.deliver([SimpleNamespace(headers={}, body=b"")]) == []
    told = made.run()
    assert (told.ok, told.crashed.split(" (")[0]) == (None, "RuntimeError: no login for [ATS_PASSWORD]")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Odd("strange"), "Odd: strange"),
        (SystemExit(7), "SystemExit: 7"),
        (Unshowable(), "Unshowable: cannot be shown: RuntimeError"),
        (ValueError("token is Lantern7!"), "ValueError: token is [ATS_PASSWORD]"),
    ],
)
def test_whatever_it_raises_is_told_without_its_secrets(tmp_path: Path, error: BaseException, said: str) -> None:
    assert connector(tmp_path, raising(error)).run().crashed.split(" (")[0] == said


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ("fine", "ValueError: a result is nothing, or has `ok`; found str without it"),
        ({"status": 1}, "ValueError: a result is nothing, or has `ok`; found dict without it"),
        ({"ok": False, "failed": [{"entity": "Worker"}]}, "ValueError: a failure names no record: its `id` is missing"),
        ({"ok": False, "failed": "7"}, "ValueError: `failed` must be a list of failures, found str"),
        ({"ok": "false"}, "ValueError: `ok` must be true or false, found str"),
        ({"ok": None}, "ValueError: `ok` must be true or false, found NoneType"),
        ({"ok": True, "reported": "7"}, "ValueError: `reported` must be a list of failures, found str"),
    ],
)
def test_a_result_of_another_shape_is_told_in_its_own_words(tmp_path: Path, result: Any, said: str) -> None:
    found = connector(tmp_path, lambda settings: result).run().crashed
    assert found.startswith(said)
    assert "result.py" not in found


def test_what_it_prints_is_kept_without_its_secrets(tmp_path: Path) -> None:
    told = connector(tmp_path, lambda settings: print(settings)).run()
    assert told.printed == "{'ATS_PASSWORD': '[ATS_PASSWORD]', 'ATS_URL': 'https://ats.test'}\n"


def test_one_that_swallows_the_first_alarm_is_ended_by_the_next(tmp_path: Path) -> None:
    def stubborn(settings: dict[str, str]) -> None:
        try:
            time.sleep(60)
        finally:
            time.sleep(60)

    assert connector(tmp_path, stubborn, 0.1).run().crashed == "did not finish within 0.1 seconds"


def test_one_that_swallows_the_alarm_and_ends_is_still_too_late(tmp_path: Path) -> None:
    def late(settings: dict[str, str]) -> None:
        with contextlib.suppress(BaseException):
            time.sleep(60)

    assert connector(tmp_path, late, 0.1).run().crashed == "did not finish within 0.1 seconds"


@pytest.mark.parametrize(
    "ends", [lambda: os._exit(0), lambda: os.execv("/bin/true", ["true"]), lambda: os.execl("/bin/true", "true")]
)
def test_one_that_would_end_the_test_run_is_told_with_its_line(tmp_path: Path, ends: Any) -> None:
    """With status 0 it would look like a run that found nothing."""
    told = connector(tmp_path, lambda settings: ends()).run()
    assert told.ok is None
    assert re.fullmatch(
        r"Ended: os\.(_exit|execv) would have ended the process of the test run \(test_python_connector\.py:.*",
        told.crashed,
    )


@pytest.mark.parametrize(
    "ends",
    [
        lambda: posix._exit(0),
        lambda: posix.kill(os.getpid(), signal.SIGKILL),
        lambda: os.kill(0, signal.SIGTERM),
        lambda: os.killpg(os.getpgrp(), signal.SIGTERM),
        lambda: posix.abort(),
    ],
)
def test_one_that_would_end_it_by_another_name_is_told_too(tmp_path: Path, ends: Any) -> None:
    told = connector(tmp_path, lambda settings: ends()).run()
    assert re.match(r"Ended: os\.(_exit|kill|killpg|abort) would have ended the process of the test run", told.crashed)
    assert posix._exit is os._exit
    assert "refused" not in repr(os._exit)


LEFT = """
import os, pathlib, signal, subprocess, sys, threading, time
from signoff.connectors.python import PythonConnector

class Connector:
    def __init__(self, settings, state):
        pass
    def sync(self):
        threading.Thread(target=late, daemon=True).start()

def late():
    over.wait(30)
    child = subprocess.Popen(["sleep", "60"])
    os.kill(child.pid, signal.SIGTERM)
    print("child", child.wait(), flush=True)
    try:
        ENDS
    finally:
        done.set()

over, done = threading.Event(), threading.Event()
PythonConnector(Connector, {}, pathlib.Path(), 9).run()
over.set()
done.wait(30)
time.sleep(0.1)
print("the test run goes on", flush=True)
os._exit(3)
"""


@pytest.mark.parametrize("ends", ["os._exit(0)", "os.execv('/bin/true', ['true'])", "os.kill(os.getpid(), 15)"])
def test_a_thread_that_it_left_cannot_end_the_test_run_after_it(ends: str) -> None:
    """With status 0 it would look like a run that found nothing."""
    done = subprocess.run([sys.executable, "-c", LEFT.replace("ENDS", ends)], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (3, "child -15\nthe test run goes on\n", "")


def test_it_may_still_end_its_own_child(tmp_path: Path) -> None:
    def sync(settings: dict[str, str]) -> None:
        child = subprocess.Popen(["sleep", "60"])
        os.kill(child.pid, signal.SIGTERM)
        assert child.wait() == -signal.SIGTERM

    assert connector(tmp_path, sync).run().crashed == ""


class Leaving(Exception):
    def __str__(self) -> str:
        sys.exit(0)


class Interrupting(Exception):
    def __str__(self) -> str:
        raise KeyboardInterrupt


class Ending(Exception):
    def __str__(self) -> str:
        os._exit(0)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Leaving(), "Leaving: cannot be shown: SystemExit"),
        (Interrupting(), "Interrupting: cannot be shown: KeyboardInterrupt"),
        (Ending(), "Ending: cannot be shown: Ended"),
        (KeyboardInterrupt(), "Ended: KeyboardInterrupt would have ended the test run"),
    ],
)
def test_an_exception_cannot_end_the_test_run_by_being_shown(tmp_path: Path, error: BaseException, said: str) -> None:
    told = connector(tmp_path, raising(error)).run()
    assert told.crashed.split(" (")[0] == said
    (tmp_path / "odd.py").write_text(
        "class Odd(Exception):\n    def __str__(self):\n        raise SystemExit(0)\nraise Odd\n", encoding="utf-8"
    )
    with pytest.raises(Blocked, match=r"Odd: cannot be shown: SystemExit at odd\.py:4"):
        load("odd.py:Connector", tmp_path)


@contextlib.contextmanager
def on_ctrl_c(handler: Any) -> Iterator[None]:
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_person_s_ctrl_c_is_let_through(tmp_path: Path) -> None:
    with on_ctrl_c(signal.default_int_handler), pytest.raises(KeyboardInterrupt):
        connector(tmp_path, lambda settings: signal.raise_signal(signal.SIGINT)).run()


def test_in_a_job_in_the_background_nobody_presses_ctrl_c(tmp_path: Path) -> None:
    with on_ctrl_c(signal.SIG_IGN):
        told = connector(tmp_path, raising(KeyboardInterrupt())).run()
    assert told.crashed.split(" (")[0] == "Ended: KeyboardInterrupt would have ended the test run"


def test_what_it_registers_for_the_end_of_the_process_cannot_change_how_it_ends() -> None:
    text = """
import atexit, os, sys
from pathlib import Path
from signoff.connectors.python import PythonConnector

class Given:
    def __init__(self, settings, state): ...
    def sync(self):
        from os import _exit
        atexit.register(_exit, 0)
        atexit.register(lambda: os._exit(0))
        atexit.register(print, "at the end")
        atexit.register(gone)
        atexit.unregister(gone)

def gone():
    print("gone")

assert PythonConnector(Given, {}, Path("."), 5.0).run().crashed == ""
sys.exit(7)
"""
    found = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=30, check=False)
    assert (found.returncode, found.stdout, found.stderr) == (7, "at the end\n", "")


def test_a_thread_that_it_leaves_running_is_told_once_and_does_not_keep_the_process(tmp_path: Path) -> None:
    text = """
import threading, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from signoff.connectors.python import PythonConnector

class Given:
    def __init__(self, settings, state):
        self.pool = ThreadPoolExecutor(2, thread_name_prefix="idle")
        self.busy = ThreadPoolExecutor(1, thread_name_prefix="busy")
        self.runs = 0
    def sync(self):
        self.pool.submit(int).result()
        if not self.runs:
            self.busy.submit(time.sleep, 3600)
            threading.Thread(target=time.sleep, args=(3600,), name="poller").start()
            threading.Thread(target=time.sleep, args=(0.1,), name="soon done").start()
            threading.Thread(target=time.sleep, args=(3600,), name="daemon", daemon=True).start()
        self.runs += 1

under_test = PythonConnector(Given, {}, Path("."), 5.0)
print([under_test.run().left for _ in range(2)])
"""
    found = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=20, check=False)
    assert (found.returncode, found.stdout, found.stderr) == (0, "[('busy_0', 'poller'), ()]\n", "")


def test_an_import_that_does_not_end_is_ended(tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text("while True:\n    pass\n", encoding="utf-8")
    with pytest.raises(Blocked, match=r"its import did not finish within 0\.2 seconds"):
        load("endless.py:Connector", tmp_path, 0.2)


def test_an_import_reaches_nobody_and_whom_it_tried_to_is_told(tmp_path: Path) -> None:
    text = "import socket\ntry:\n    socket.create_connection(('stranger.example', 443))\nexcept OSError:\n    pass\n"
    (tmp_path / "asking.py").write_text(text + "class Connector: ...\n", encoding="utf-8")
    asked: list[str] = []
    load("asking.py:Connector", tmp_path, told=asked.append)
    assert asked == ["stranger.example"]


def ignoring() -> None:
    signal.signal(signal.SIGALRM, signal.SIG_IGN)


def another_handler() -> None:
    signal.signal(signal.SIGALRM, lambda signum, frame: None)


def no_alarm() -> None:
    signal.alarm(0)


@pytest.mark.parametrize("trick", [ignoring, another_handler, no_alarm])
def test_one_that_takes_the_alarm_for_itself_is_ended_all_the_same(tmp_path: Path, trick: Any) -> None:
    def sync(settings: dict[str, str]) -> None:
        trick()
        while True:
            pass

    before = signal.getsignal(signal.SIGALRM)
    assert connector(tmp_path, sync, 0.1).run().crashed == "did not finish within 0.1 seconds"
    assert signal.getsignal(signal.SIGALRM) is before


@pytest.mark.parametrize("seconds", [1e-9, 1e-6, 1e-4])
def test_a_limit_of_next_to_nothing_is_one(tmp_path: Path, seconds: float) -> None:
    for _ in range(20):
        told = connector(tmp_path, lambda settings: time.sleep(60), seconds).run()
        assert told.crashed == f"did not finish within {seconds:g} seconds"
    time.sleep(0.05)


def test_secrets_are_masked_whatever_their_setting_is_called(tmp_path: Path) -> None:
    secrets = {"Lantern7!": "app.token", "session-1f2e": "token"}

    class Given:
        def __init__(self, settings: dict[str, str], state: Path) -> None: ...

        def sync(self) -> dict[str, Any]:
            print("Lantern7! session-1f2e")
            return {"ok": False, "failed": [{"id": "7", "reason": "session-1f2e refused Lantern7!"}]}

    told = PythonConnector(Given, {"APP_DOOR": "Lantern7!"}, tmp_path, 5.0, lambda: secrets).run()
    assert told.printed == "[APP_DOOR] [token]\n"
    assert told.failed[0].reason == "[token] refused [APP_DOOR]"
    command = ("sh", "-c", "echo session-1f2e")
    assert ProgramConnector(command, {}, tmp_path, 5.0, tmp_path, lambda: secrets).run().printed == "[token]\n"


def test_one_that_would_end_the_test_run_when_it_is_imported(tmp_path: Path) -> None:
    (tmp_path / "ends.py").write_text("import os\nos._exit(0)\n", encoding="utf-8")
    with pytest.raises(Blocked, match=r"os\._exit would have ended the process"):
        load("ends.py:Connector", tmp_path)


def test_a_restart_that_goes_wrong_is_the_next_run_s_finding_and_shows_no_secret(tmp_path: Path) -> None:
    class Given:
        version = "1.0 Lantern7!"

        def __init__(self, settings: dict[str, str], state: Path) -> None:
            self.settings = settings

        def sync(self) -> None:
            """Do nothing."""

        def restart(self) -> None:
            raise ValueError(self.settings["ATS_PASSWORD"])

    under_test = PythonConnector(Given, SETTINGS, tmp_path, 5.0)
    assert under_test.run().crashed == ""
    assert under_test.version == "1.0 [ATS_PASSWORD]"
    under_test.restart()
    assert under_test.run().crashed.startswith("ValueError: [ATS_PASSWORD]")
    assert under_test.run().crashed == ""


def test_a_secret_in_an_address_is_masked_too() -> None:
    said = "GET https://ats.test/login?password=Lantern7%21&x=1 and Lantern7!"
    assert masked(said, SETTINGS) == "GET https://ats.test/login?password=[ATS_PASSWORD]&x=1 and [ATS_PASSWORD]"


def test_a_child_that_it_forks_does_not_carry_on_the_test_run(tmp_path: Path) -> None:
    """It would play the rest of the rehearsal a second time, and fork again in each run."""
    children: list[int] = []

    def sync(settings: dict[str, str]) -> dict[str, bool]:
        children.append(os.fork())
        return {"ok": True}

    told = connector(tmp_path, sync).run()
    assert told.ok
    _, status = os.waitpid(children[0], 0)
    assert os.waitstatus_to_exitcode(status) == 1


def test_a_child_that_is_forked_while_it_is_made_delivers_nothing(tmp_path: Path) -> None:
    heard, children = tmp_path / "heard", []

    class Forking:
        def __init__(self, *_: Any) -> None:
            children.append(os.fork())

        def deliver(self, _headers: dict[str, str], body: bytes) -> None:
            with heard.open("ab") as file:
                file.write(body)

    made = PythonConnector(Forking, SETTINGS, tmp_path, 5.0)
    assert made.deliver([SimpleNamespace(headers={}, body=b"1")]) == []
    _, status = os.waitpid(children[0], 0)
    assert (os.waitstatus_to_exitcode(status), heard.read_bytes()) == (1, b"1")


def test_one_that_closes_its_output_is_still_heard_out(tmp_path: Path) -> None:
    def closing(settings: dict[str, str]) -> None:
        import sys

        sys.stdout.close()

    told = connector(tmp_path, closing).run()
    assert (told.crashed, told.printed) == ("", "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Connector = 5\n", "`Connector` is a value of type int"),
        ("class Conector: ...\n", "it has Conector"),
        ("def x(:\n", "SyntaxError: invalid syntax at bad.py:1"),
        ("import sys\nsys.exit(3)\n", "SystemExit: 3 at bad.py:2"),
    ],
)
def test_what_is_no_connector_is_refused_with_its_line(tmp_path: Path, text: str, found: str) -> None:
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "bad.py").write_text(text, encoding="utf-8")
    with pytest.raises(Blocked) as caught:
        load("fixtures/bad.py:Connector", tmp_path)
    assert caught.value.problems[0].found == found


def test_a_program_s_words_are_kept_without_its_secrets(tmp_path: Path) -> None:
    command = ("sh", "-c", 'echo "$ATS_PASSWORD"; echo "$ATS_PASSWORD" >&2; exit 3')
    told = ProgramConnector(command, SETTINGS, tmp_path, 5.0, tmp_path).run()
    assert told.printed == "[ATS_PASSWORD]\n[ATS_PASSWORD]\n"
    assert (told.ok, told.crashed) == (False, "ended with exit status 3 and without a result")


def test_the_longest_secret_is_masked_first_and_short_values_are_left() -> None:
    settings = {"APP_TOKEN": "abcd", "APP_KEY": "abcdef", "ZONE_KEYS": "abcdefg", "PIN_TOKEN": "ab"}
    assert masked("abcdef abcd ab abcdefg", settings) == "[APP_KEY] [APP_TOKEN] ab [APP_KEY]g"


def test_what_a_late_program_started_is_ended_with_it(tmp_path: Path) -> None:
    command = ("sh", "-c", "echo begun; (sleep 1; touch survived) & sleep 60 | sleep 60")
    told = ProgramConnector(command, SETTINGS, tmp_path, 0.3, tmp_path).run()
    assert (told.crashed, told.printed) == ("did not finish within 0.3 seconds", "begun\n")
    time.sleep(1.2)
    assert not (tmp_path / "survived").exists()


def test_a_command_that_cannot_be_started_blocks(tmp_path: Path) -> None:
    with pytest.raises(Blocked, match="a command that can be started"):
        ProgramConnector(("a\0b",), SETTINGS, tmp_path, 1.0, tmp_path).run()


@pytest.mark.parametrize("user", ["u", "us", "use", "user"])
def test_a_secret_is_masked_where_it_stands_in_base64_as_in_a_header(user: str) -> None:
    header = base64.b64encode(f"{user}:nightjar-4411".encode()).decode()
    assert masked(f"Authorization: Basic {header}", {"APP_PASSWORD": "nightjar-4411"}) == (
        "Authorization: Basic [APP_PASSWORD]"
    )


def test_a_secret_is_masked_where_json_escapes_it() -> None:
    secret = 'p\u00e4"ss\\wort'
    assert masked(json.dumps({"password": secret}), {"APP_PASSWORD": secret}) == '{"password": "[APP_PASSWORD]"}'


@pytest.mark.parametrize(
    "form",
    [
        "p%2fss%26%22w%c3%b6rd",
        "p/ss%26%22w%C3%B6rd",
        'p/ss&\\"wörd',
        "p/ss&amp;&quot;wörd",
        "702f7373262277c3b67264",
        "702F7373262277C3B67264",
    ],
)
def test_a_secret_is_masked_as_other_programs_write_it(form: str) -> None:
    assert masked(f"answered <{form}>", {"APP_PASSWORD": 'p/ss&"wörd'}) == "answered <[APP_PASSWORD]>"


def test_what_only_looks_like_base64_stays_as_it_is() -> None:
    text = "GET /workers/abcdef012345 and/or/paths/like/this.py in-the-log-of-somebody"
    assert masked(text, {"APP_PASSWORD": "nightjar-4411"}) == text
