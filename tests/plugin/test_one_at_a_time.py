"""A connector of which only one may run at a time has no second copy beside it; a crash beside one is explained."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from stories import agree

from signoff.history import Run
from signoff.plugin import standard
from signoff.plugin.beside import TWO_AT_ONCE, Beside, Nothing
from signoff.plugin.options import RunOptions

NOW = datetime(2026, 3, 2, tzinfo=UTC)


class Judged(Exception):
    """The rehearsal was played."""


class There(Nothing):
    """Be another process."""

    forked = True


def conducted(
    monkeypatch: pytest.MonkeyPatch, *, alone: bool, crashed: str = "", workflows: bool = True
) -> tuple[list[bool], list[str]]:
    """Conduct as far as judging; return whether another process was wanted, and what was said at once."""
    wanted: list[bool] = []
    said: list[str] = []

    @contextmanager
    def beside(_: Callable[[], Any], wanted_there: bool = True) -> Iterator[Beside]:
        wanted.append(wanted_there)
        yield There() if wanted_there else Nothing()

    class Rehearsing:
        def __init__(self, *_: Any) -> None: ...

        quietly = script = lambda self: None

        def play(self, _: Any) -> Any:
            return SimpleNamespace(runs=(Run(1, "first", "settle", NOW, NOW, 0.1, not crashed, (), crashed, ""),))

        def weighed(self, _: Any) -> None:
            raise Judged

    monkeypatch.setattr(standard, "beside", lambda work, wanted: beside(work, wanted))
    monkeypatch.setattr(standard, "Rehearsal", Rehearsing)
    monkeypatch.setattr(standard, "chosen_workflows", lambda *_: [object()] if workflows else [])
    agreement = agree()
    integration = agreement.integration
    agreement = replace(
        agreement, integration=replace(integration, connector=replace(integration.connector, alone=alone))
    )
    options = RunOptions(seed=3, connector="fixtures/other:Connector")
    suite: Any = SimpleNamespace(root=Path("nowhere"))

    def tell(doing: str, /, *, at_once: bool = False) -> None:
        if at_once:
            said.append(doing)

    with pytest.raises(Judged):
        standard._conducted(suite, agreement, options, tell, NOW, 0.0)
    return wanted, said


@pytest.mark.parametrize("alone", [True, False])
def test_another_process_is_wanted_unless_the_toml_says_alone(alone: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted, said = conducted(monkeypatch, alone=alone)
    assert (wanted, said) == ([not alone], [])


def test_a_crash_beside_another_copy_says_how_to_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    _, said = conducted(monkeypatch, alone=False, crashed="BlockingIOError")
    assert said == [TWO_AT_ONCE]
    assert "`alone = true` under [connector]" in TWO_AT_ONCE


@pytest.mark.parametrize(
    ("crashed", "told"),
    [
        ("KeyError: 'surname' (connector.py:33 in person)", False),
        ("TypeError", False),
        ("OSError: [Errno 98] Address already in use", True),
        ("it ended with status 1", True),
    ],
)
def test_a_slip_in_the_connector_s_own_code_is_not_laid_to_a_second_copy(
    crashed: str, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert conducted(monkeypatch, alone=False, crashed=crashed)[1] == ([TWO_AT_ONCE] if told else [])


def test_a_crash_without_one_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert conducted(monkeypatch, alone=True, crashed="BlockingIOError")[1] == []


def test_where_no_workflow_is_played_there_is_no_other_copy_to_blame(monkeypatch: pytest.MonkeyPatch) -> None:
    assert conducted(monkeypatch, alone=False, crashed="BlockingIOError", workflows=False) == ([False], [])
