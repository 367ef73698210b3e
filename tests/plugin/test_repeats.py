from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from signoff.plugin.repeats import once
from signoff.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from tests.plugin.conftest import SuiteFolder


def test_a_trouble_that_blocks_everything_is_written_once(suite: SuiteFolder) -> None:
    result = suite.run("--connector", "unreachable")
    result.assert_outcomes(errors=7)
    shown = result.stdout.str()
    assert shown.count("ERROR at setup of") == 1
    assert "also:       6 more statements for the same reason; -v writes each" in shown
    assert sum(line.startswith("ERROR ") for line in result.outlines) == 1


def test_v_writes_each(suite: SuiteFolder) -> None:
    result = suite.run("--connector", "unreachable", "-v")
    result.assert_outcomes(errors=7)
    assert result.stdout.str().count("ERROR at setup of") == 7


def _report(name: str) -> pytest.TestReport:
    return pytest.TestReport(name, ("f", 1, name), {}, "failed", f"about {name}", "call")


def test_only_what_has_the_same_cause_is_a_repeat() -> None:
    verdicts = {
        "a": Verdict("a", Outcome.FAILED),
        "b": Verdict("b", Outcome.FAILED),
        "c": Verdict("c", Outcome.NOT_EXERCISED, because_of=("a",)),
        "d": Verdict("d", Outcome.NOT_EXERCISED, because_of=("a",)),
        "e": Verdict("e", Outcome.NOT_EXERCISED, because_of=("b",)),
        "f": Verdict("f", Outcome.NOT_EXERCISED),
        "g": Verdict("g", Outcome.NOT_EXERCISED),
        "h": Verdict("h", Outcome.NOT_EXERCISED, because_of=("a",)),
    }
    reports = [_report(name) for name in "abcdefgh"]
    kept = once([*reports, _report("a scenario")], verdicts.get)
    assert [one.nodeid for one in kept] == ["a", "b", "c", "e", "f", "g", "a scenario"]
    assert str(kept[2].longrepr) == "about c\n  also:       2 more statements for the same reason; -v writes each"
    assert str(reports[2].longrepr) == "about c"
