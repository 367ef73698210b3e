"""A connector lives by the world clock while it runs, and real time comes back afterwards."""

from __future__ import annotations

import datetime as dates
import os
import queue
import sys
import threading
import time
from types import ModuleType

import pytest

from signoff.wire.clock import WorldClock
from signoff.wire.driving import driving

NOW = dates.datetime(2026, 3, 2, 9, 0, tzinfo=dates.UTC)


def test_sleeping_moves_the_world_and_costs_nothing() -> None:
    clock = WorldClock(NOW)
    began = time.perf_counter()
    with driving(clock):
        time.sleep(30)
        assert clock.now() == NOW + dates.timedelta(seconds=30)
    assert time.perf_counter() - began < 1


def test_monotonic_and_wall_time_move_with_the_world() -> None:
    clock = WorldClock(NOW)
    with driving(clock):
        first, first_ns = time.monotonic(), time.monotonic_ns()
        assert time.time() == 1772442000.0
        clock.advance(90)
        assert time.monotonic() - first == pytest.approx(90)
        assert time.monotonic_ns() - first_ns == pytest.approx(90e9)
        assert time.time() == 1772442090.0
        assert dates.datetime.now(dates.UTC) == NOW + dates.timedelta(seconds=90)
        assert dates.date.today() == dates.date(2026, 3, 2)  # noqa: DTZ011  # what a connector would write


def test_timed_waits_move_the_world() -> None:
    clock = WorldClock(NOW)
    with driving(clock):
        assert threading.Event().wait(60) is False
        condition = threading.Condition()
        with condition:
            assert condition.wait(5) is False
            assert condition.wait_for(lambda: False, timeout=5) is False
        with pytest.raises(queue.Empty):
            queue.Queue[int]().get(timeout=10)
    assert clock.now() == NOW + dates.timedelta(seconds=80)


def test_a_wait_that_is_answered_takes_no_world_time() -> None:
    clock = WorldClock(NOW)
    with driving(clock):
        event = threading.Event()
        event.set()
        assert event.wait(60) is True
        items: queue.Queue[int] = queue.Queue()
        threading.Thread(target=items.put, args=(7,)).start()
        assert items.get(timeout=600) == 7
    assert clock.now() - NOW <= dates.timedelta(seconds=600)


def test_names_that_were_imported_are_driven_too() -> None:
    module = ModuleType("a_connector_of_this_test")
    module.__dict__["nap"] = time.sleep
    sys.modules[module.__name__] = module
    clock = WorldClock(NOW)
    try:
        with driving(clock):
            module.nap(45)
        assert clock.now() == NOW + dates.timedelta(seconds=45)
        assert module.nap is time.sleep
    finally:
        del sys.modules[module.__name__]


def test_everything_is_restored_even_after_an_error() -> None:
    before = (time.sleep, time.monotonic, time.time, threading.Condition.wait, dates.datetime.now)
    clock = WorldClock(NOW)
    with pytest.raises(RuntimeError, match="the connector crashed"), driving(clock):
        raise RuntimeError("the connector crashed")
    assert (time.sleep, time.monotonic, time.time, threading.Condition.wait, dates.datetime.now) == before
    assert abs(time.time() - NOW.timestamp()) > 60
    clock.advance(1)


def test_the_world_does_not_sleep_backwards() -> None:
    with driving(WorldClock(NOW)), pytest.raises(ValueError, match="non-negative"):
        time.sleep(-1)


def test_it_can_be_entered_again_and_again() -> None:
    clock = WorldClock(NOW)
    for _ in range(3):
        with driving(clock):
            time.sleep(10)
            assert time.time() == clock.now().timestamp()
    assert clock.now() == NOW + dates.timedelta(seconds=30)


def test_the_clock_tells_its_followers_and_refuses_to_go_back() -> None:
    clock = WorldClock(NOW)
    seen: list[dates.datetime] = []
    clock.follow(seen.append)
    clock.advance(1)
    clock.advance_to(NOW)
    clock.unfollow(seen.append)
    clock.advance(1)
    assert seen == [NOW + dates.timedelta(seconds=1)] * 2
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="aware"):
        WorldClock(NOW.replace(tzinfo=None))


def test_a_connector_that_empties_the_environment_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/Chicago")
    clock = WorldClock(dates.datetime(2026, 3, 2, 15, tzinfo=dates.UTC))
    kept = dict(os.environ)
    try:
        with driving(clock):
            os.environ.clear()
            time.sleep(60)
            assert time.time() == dates.datetime(2026, 3, 2, 15, 1, tzinfo=dates.UTC).timestamp()
            assert time.localtime().tm_hour == 15
        assert os.environ["TZ"] == "America/Chicago"
    finally:
        os.environ.update(kept)


def test_the_environment_has_no_zone_afterwards_if_it_had_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)
    with driving(WorldClock(dates.datetime(2026, 3, 2, 15, tzinfo=dates.UTC))):
        assert os.environ["TZ"] == "UTC"
    assert "TZ" not in os.environ
