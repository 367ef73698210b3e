"""Rehearse connectors that raise, hang, leave early or do nothing, and documents with nothing in them."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import copying
import pytest
from rig import EMAIL, LONG, YES_NO, Case, Integration, Rig, failed, population, unproven

from signoff.connectors.python import load
from signoff.errors import Blocked, ScopeError
from signoff.verdict import Outcome

NAME = Case("name", "same text", lambda r: r.a, required=True, gives=LONG)
ONE = Integration((NAME,))
REAL_SLEEP = time.sleep
NEVER_DRIVEN = (time.sleep,)
"""In a tuple nobody finds it, to let it move the world's clock instead."""


def raises() -> Any:
    raise RuntimeError("no such tenant")


def leaves() -> Any:
    sys.exit(3)


def hangs() -> Any:
    while True:
        time.sleep(0.01)


def says_nonsense() -> Any:
    return 42


@pytest.mark.parametrize("sync", [raises, leaves, says_nonsense, hangs])
def test_a_connector_that_does_not_finish_costs_everything_and_is_red_alone(
    sync: Callable[[], Any], tmp_path: Path
) -> None:
    rig = Rig(tmp_path, replace(ONE, timeout="1 second"))
    found = rig.rehearsed(lambda settings, state: _Doing(sync))
    assert failed(found) == {"connector:finishes"}
    assert unproven(found, {"connector:finishes"}) == {}
    assert {one.outcome for one in found.values()} == {Outcome.FAILED, Outcome.NOT_EXERCISED}


def test_a_connector_that_does_nothing_delivers_nobody(tmp_path: Path) -> None:
    found = Rig(tmp_path, ONE).rehearsed(lambda settings, state: _Doing(lambda: {"ok": True, "failed": []}))
    assert "member:arrive" in failed(found)
    assert not [name for name, one in found.items() if one.outcome is Outcome.VERIFIED and name != "connector:finishes"]


def _known_by_mail(who: str) -> Integration:
    """Have people in the app before the first run, who are found by their e-mail address, and others kept out."""
    mail = Case("mail", "same email", lambda r: r.a, sends={"a": EMAIL}, gives=EMAIL)
    return Integration(
        (mail,),
        documents={"member": population((who, "never reaches the app"), ("anyone else", "reaches the app"))},
        fields={"vip": YES_NO},
        binding="Given each Person is a member, matched by same mail",
    )


@pytest.mark.parametrize("sync", [lambda: {"ok": True, "failed": []}, raises])
def test_whoever_was_there_before_is_no_proof_that_anybody_is_kept_out(sync: Callable[[], Any], tmp_path: Path) -> None:
    found = Rig(tmp_path, _known_by_mail("vip is yes")).rehearsed(lambda settings, state: _Doing(sync))
    cause = next(iter(failed(found) & {"member:arrive", "connector:finishes"}))
    for name in ("member:who:vip-is-yes", "member:settle", "member:held"):
        assert (found[name].outcome, found[name].because_of) == (Outcome.NOT_EXERCISED, (cause,)), name
    assert not [name for name, one in found.items() if one.outcome is Outcome.VERIFIED and name != "connector:finishes"]


class _Doing:
    def __init__(self, sync: Callable[[], Any]) -> None:
        self.sync = sync


def test_a_connector_that_cannot_be_imported_is_named(tmp_path: Path) -> None:
    with pytest.raises(Blocked) as caught:
        load("no_such_connector:Connector", tmp_path)
    assert "no_such_connector" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Feature: Nothing\n",
        "Feature: Members\n\n  Background:\n    Given each Person is a member\n",
        "Feature: Members\n\n  Background:\n    Given each Person is a member\n\n  @chart\n  Scenario Outline: <a>\n"
        "    When the connector has been rehearsed\n    Then this row of the chart holds\n\n    Examples: None\n"
        "      | ATS field | flow | app field |\n",
    ],
)
def test_documents_without_rows_are_refused(text: str, tmp_path: Path) -> None:
    rig = Rig(tmp_path, ONE)
    file = tmp_path / "features" / "tiny" / "members.feature"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScopeError):
        Rig(tmp_path, rig.integration)


class _Right(copying.Connector):
    links = (copying.Link("Person", "persons", "members", {"name": lambda row: row.a}, frozenset({"name"})),)


def _found(rig: Rig, connector: Any) -> dict[str, str]:
    verdicts = rig.rehearsed(connector)
    return {name: one.counterexample.found for name, one in verdicts.items() if one.counterexample is not None}


def test_whoever_asks_a_stranger_before_its_first_run_or_between_two_is_told_of_it(tmp_path: Path) -> None:
    class Calling(_Right):
        def __init__(self, settings: dict[str, str], state: Path) -> None:
            super().__init__(settings, state)
            threading.Thread(target=self.call, daemon=True).start()

        def call(self) -> None:
            for _ in range(300):
                with suppress(OSError):
                    socket.create_connection(("192.0.2.7", 443), timeout=0.1)
                REAL_SLEEP(0.002)

    found = _found(Rig(tmp_path, ONE), Calling)
    assert set(found) == {"connector:finishes"}
    assert "192.0.2.7" in found["connector:finishes"]


def test_a_thread_that_outlives_its_run_is_told_in_a_rehearsal(tmp_path: Path) -> None:
    class Leaving(_Right):
        def __init__(self, settings: dict[str, str], state: Path) -> None:
            super().__init__(settings, state)
            threading.Thread(target=NEVER_DRIVEN[0], args=(30,), name=f"poller of {settings['APP_TOKEN']}").start()

    found = _found(Rig(tmp_path, ONE), Leaving)
    assert found == {"connector:finishes": "a thread still ran after it: poller of [APP_TOKEN]"}


def test_no_secret_of_any_setting_is_shown(tmp_path: Path) -> None:
    class Talking(_Right):
        def __init__(self, settings: dict[str, str], state: Path) -> None:
            self.settings = settings

        def sync(self) -> Any:
            raise ValueError(f"the door is {self.settings['DOOR']}")

    rig = Rig(tmp_path, replace(ONE, settings={"DOOR": "{app.token}"}))
    [said] = _found(rig, Talking).values()
    assert said.startswith(("ValueError: the door is [DOOR] (", "ValueError: the door is [APP_TOKEN] ("))
