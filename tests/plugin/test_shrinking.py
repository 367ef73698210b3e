"""Which finding a search begins with, what may be spent, and what a reader is shown of the smallest case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from stories import agree, integration
from tiny_worlds import STATEMENT, changed, finding, made, script

from signoff.history import History, Run
from signoff.plugin.shrinking import FOR_PROGRAMS, budget_for, first_findings, made_smaller, told_again
from signoff.scope import ConnectorSettings
from signoff.strategies.script import Script
from signoff.verdict import CaseSize, Outcome, Verdict

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
WHOLE = script([made(1), made(2)], [changed(1, phone="1")])


def history(seconds: float) -> History:
    run = Run(1, "seed", "settle", NOW, NOW, seconds, True)
    return History("crm-app", 7, "standard", "simulated", "1", "hash", NOW, ("seed",), (), (run,), (), (), ())


class FakeRehearsal:
    def __init__(self) -> None:
        self.progress = lambda _: None

    def quietly(self) -> FakeRehearsal:
        return self

    def play(self, one: Script) -> Script:
        return one

    def judged(self, one: Script, most: int) -> tuple[Mapping[str, Verdict], int]:
        findings = tuple(finding(each.name) for each in one.families)[:most]
        return {STATEMENT: Verdict(STATEMENT, Outcome.FAILED, findings)}, 1


def test_a_search_begins_early_and_with_a_known_family() -> None:
    findings = (finding(""), finding("worker-1", "first"), finding("worker-2", "seed"))
    verdicts = {
        STATEMENT: Verdict(STATEMENT, Outcome.FAILED, findings),
        "worker.phone": Verdict("worker.phone", Outcome.WAIVED, findings),
        "worker.email": Verdict("worker.email", Outcome.VERIFIED),
    }
    assert first_findings(WHOLE, verdicts) == {STATEMENT: findings[2]}


def test_what_may_be_spent() -> None:
    def program(seconds: float) -> Any:
        connector = ConnectorSettings(kind="program", command=("run",))
        return budget_for(agree(settings=integration(connector=connector)), history(seconds))

    python = budget_for(agree(), history(9.0))
    assert python is not None
    assert (python.rounds, python.runs) == (15, 60)
    assert (program(0.1).rounds, program(0.1).runs) == (15, 60)
    assert (program(2.0).rounds, program(2.0).runs) == (FOR_PROGRAMS.rounds, FOR_PROGRAMS.runs)
    assert budget_for(agree(settings=integration(environment="live")), history(0.1)) is None


def test_the_smallest_case_comes_first_and_its_script_is_kept() -> None:
    agreement = agree()
    first, other = finding("worker-2"), finding("worker-1", "first")
    first = replace(first, counterexample=replace(first.counterexample, reproduce="pytest again", note="as it was"))
    verdicts = {STATEMENT: Verdict(STATEMENT, Outcome.FAILED, (other, first))}
    kept: dict[str, Script] = {}
    found = made_smaller(FakeRehearsal(), agreement, WHOLE, history(0.1), verdicts, kept)  # type: ignore[arg-type]
    shown, *rest = found[STATEMENT].findings
    assert rest == [other]
    assert kept[STATEMENT].statements == (STATEMENT,)
    example = shown.counterexample
    assert (example.alone, example.reproduce) == (True, "pytest again")
    assert example.story == ("Bullhorn: the Candidate is there", "the connector syncs twice")
    size = example.size
    assert size is not None
    assert (size.records, size.operations, size.whole_records, size.whole_operations) == (1, 1, 2, 3)
    assert size.runs <= 60


def test_a_replayed_case_is_told_too() -> None:
    verdicts = {STATEMENT: Verdict(STATEMENT, Outcome.FAILED, (finding("worker-1"),))}
    small = replace(WHOLE, statements=(STATEMENT,))
    [shown] = told_again(agree(), small, verdicts)[STATEMENT].findings
    assert shown.counterexample.size == CaseSize(2, 3, 2, 3)
    assert shown.counterexample.story[0].startswith("Bullhorn: Candidate Konstantin 1 has ")
    assert told_again(agree(), WHOLE, verdicts) == verdicts
