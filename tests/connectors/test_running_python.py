"""A connector in this process: what it returns, prints, logs, raises or never finishes becomes data."""

import logging
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from signoff.connectors.python import PythonConnector
from signoff.connectors.result import Told, named
from signoff.connectors.watchdog import TooLong, at_most
from signoff.history import NamedFailure

FAILURE = NamedFailure("ATS", "Candidate", "17", "no name")


def connector(sync: Any, seconds: float = 5.0, **more: Any) -> PythonConnector:
    def make(settings: dict[str, str], state: Path) -> Any:
        made = SimpleNamespace(**more)
        made.sync = lambda: sync() if callable(sync) else sync
        return made

    return PythonConnector(make, {"URL": "x"}, Path("state"), seconds)


@dataclass(frozen=True)
class Due:
    headers: dict[str, str]
    body: bytes


def due(body: bytes = b"", **headers: str) -> Due:
    return Due(headers, body)


def ran(sync: Any, seconds: float = 5.0) -> Told:
    return connector(sync, seconds).run()


def test_settings_and_state_are_handed_over_once_and_again_after_a_restart() -> None:
    seen: list[tuple[dict[str, str], Path]] = []

    def make(settings: dict[str, str], state: Path) -> Any:
        seen.append((settings, state))
        return SimpleNamespace(sync=lambda: None, version=" 7".strip())

    under_test = PythonConnector(make, {"A": "b"}, Path("s"), 5.0)
    under_test.run()
    under_test.run()
    assert seen == [({"A": "b"}, Path("s"))]
    assert under_test.version == "7"
    under_test.restart()
    under_test.run()
    assert len(seen) == 2


def test_a_restart_of_its_own_is_used() -> None:
    calls: list[str] = []
    under_test = connector(None, restart=lambda: calls.append("restart"))
    under_test.run()
    under_test.restart()
    assert calls == ["restart"]


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (None, Told(None)),
        (SimpleNamespace(ok=True, failed=()), Told(True)),
        ({"ok": False, "failed": [{"system": "ATS", "entity": "Candidate", "id": 17, "reason": "no name"}]},
         Told(False, (FAILURE,))),
        (SimpleNamespace(ok=False, failed=[SimpleNamespace(**asdict(FAILURE))]),
         Told(False, (FAILURE,))),
        ({"ok": True}, Told(True)),
        (SimpleNamespace(ok=1), Told(True)),
    ],
)  # fmt: skip
def test_a_result_by_shape(result: Any, told: Told) -> None:
    assert ran(result) == told


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"failed": []}, "ValueError: a result is nothing, or has `ok`; found dict without it"),
        (SimpleNamespace(good=True), "ValueError: a result is nothing, or has `ok`; found SimpleNamespace without it"),
        ({"ok": True, "failed": "17"}, "ValueError: `failed` must be a list of failures, found str"),
        ({"ok": True, "failed": [{"reason": "x"}]}, "ValueError: a failure names no record: its `id` is missing"),
    ],
)
def test_a_result_that_cannot_be_read_is_a_crash(result: Any, said: str) -> None:
    assert said in ran(result).crashed


def test_what_it_prints_and_logs_is_kept_and_logging_is_as_before() -> None:
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)

    def sync() -> None:
        print("to stdout")
        print("to stderr", file=sys.stderr)
        logging.getLogger("crm").info("created %s", 17)
        logging.getLogger("crm").debug("not this")

    assert ran(sync).printed == "to stdout\nto stderr\nINFO crm created 17\n"
    assert (root.level, list(root.handlers)) == (level, handlers)


def boom() -> None:
    raise RuntimeError("no more tokens")


def leave() -> None:
    sys.exit(4)


@pytest.mark.parametrize(
    ("sync", "said"),
    [
        (boom, "RuntimeError: no more tokens (test_running_python.py:"),
        (leave, "SystemExit: 4 (test_running_python.py:"),
        (lambda: dict[str, str]()["data"], "KeyError: 'data' (test_running_python.py:"),
    ],
)
def test_whatever_it_raises_is_a_crash_with_its_place(sync: Any, said: str) -> None:
    told = ran(sync)
    assert told.crashed.startswith(said)
    assert told.ok is None


def test_a_constructor_that_raises_is_a_crash_too() -> None:
    def make(settings: dict[str, str], state: Path) -> Any:
        raise OSError("state folder is full")

    assert PythonConnector(make, {}, Path("s"), 5.0).run().crashed.startswith("OSError: state folder is full")


def swallowing() -> None:
    while True:
        with suppress(Exception):
            time.sleep(0.01)


def test_one_that_hangs_is_ended_even_if_it_swallows_every_exception() -> None:
    begun = time.perf_counter()
    under_test = connector(swallowing, 0.2)
    told = under_test.run()
    assert told.crashed == "did not finish within 0.2 seconds"
    assert time.perf_counter() - begun < 3


def test_the_watchdog_lets_go_of_what_finishes() -> None:
    with at_most(0.2):
        pass
    time.sleep(0.3)
    with pytest.raises(TooLong), at_most(0.05):
        time.sleep(2)


def test_events_are_handed_over_if_it_takes_any() -> None:
    got: list[tuple[dict[str, str], bytes]] = []
    deaf = connector(None)
    assert deaf.deliver([due(b"{}")]) == []
    ears = connector(None, deliver=lambda headers, body: got.append((headers, body)))
    assert ears.deliver([due(b"{}", X="y"), due(b"[]")]) == []
    assert got == [({"X": "y"}, b"{}"), ({}, b"[]")]


def test_an_event_that_it_cannot_take_is_told() -> None:
    def fail(headers: dict[str, str], body: bytes) -> None:
        raise ValueError("bad signature")

    [said] = connector(None, deliver=fail).deliver([due()])
    assert said.startswith("ValueError: bad signature (")
    slow = connector(None, 0.05, deliver=lambda headers, body: time.sleep(2))
    assert slow.deliver([due()]) == ["deliver did not finish within 0.05 seconds"]


def test_an_event_that_it_cannot_take_leaves_the_others_their_turn_and_their_time() -> None:
    got: list[bytes] = []

    def deliver(_headers: dict[str, str], body: bytes) -> None:
        if body == b"slow":
            time.sleep(2)
        if body == b"ctrl-c":
            raise KeyboardInterrupt
        if body == b"bad":
            raise ValueError(body.decode())
        time.sleep(0.06)
        got.append(body)

    bodies = [b"1", b"slow", b"2", b"bad", b"3", b"ctrl-c", b"4"]
    said = connector(None, 0.1, deliver=deliver).deliver([due(one) for one in bodies])
    assert [one.split(" (")[0] for one in said] == [
        "deliver did not finish within 0.1 seconds",
        "ValueError: bad",
        "Ended: KeyboardInterrupt would have ended the test run",
    ]
    assert got == [b"1", b"2", b"3", b"4"]


def test_what_an_event_leaves_behind_is_told_where_it_cannot_be_waited_for() -> None:
    class Stubborn(threading.Thread):
        def join(self) -> None:  # type: ignore[override]
            super().join()

    got: list[bytes] = []

    def deliver(_headers: dict[str, str], body: bytes) -> None:
        got.append(body)
        Stubborn(target=time.sleep, args=(0.2,)).start()

    [said] = connector(None, deliver=deliver).deliver([due(b"1"), due(b"2")])
    assert said.startswith("TypeError: ")
    assert got == [b"1", b"2"]


@pytest.mark.parametrize("failed", [None, (), []])
def test_nobody_failed(failed: Any) -> None:
    assert named(failed) == ()


@pytest.mark.parametrize("failed", ["17", b"17", {"id": 1}, 5])
def test_what_is_no_list_of_failures(failed: Any) -> None:
    with pytest.raises(ValueError, match="`failed` must be a list of failures, found"):
        named(failed)


def test_missing_parts_of_a_failure_are_empty() -> None:
    assert named([{"id": 17, "reason": None}]) == (NamedFailure("", "", "17", ""),)
