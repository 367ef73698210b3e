"""Which case of a red statement is kept, and why there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from stories import agree

from signoff.agreement.statement import Kind, Statement
from signoff.plugin.again import cases, with_commands
from signoff.plugin.options import RunOptions
from signoff.plugin.replaying import Replay, as_replayed
from signoff.settings import Suite
from signoff.strategies.pointer import WHOLE_RUN, WORKFLOW, Pointer
from signoff.strategies.script import Script
from signoff.verdict import NO_LONGER, Counterexample, Finding, Outcome, Verdict

SCRIPT = Script("crm-app", 7, "quick", datetime(2026, 3, 2, 14, 0, tzinfo=UTC), "hash", (), ())
RUN = Path("reports/runs/20260302T140000Z-7")


def statement(name: str, kind: Kind) -> Statement:
    return Statement(id=name, kind=kind, integration="crm-app", document="D", story="S", file="f", line=1, title=name)


STATEMENTS = (
    statement("worker.phone", Kind.ROW),
    statement("worker.email", Kind.ROW),
    statement("scenario:hired", Kind.SCENARIO),
    statement("worked:rate", Kind.WORKED),
    statement("checklist:ready", Kind.CHECKLIST),
    statement("worker.city", Kind.ROW),
)
AGREEMENT = replace(agree(), statements=STATEMENTS)


def red(name: str, **more: object) -> Verdict:
    finding = Finding(name, "wrong value", Counterexample("Candidate 17", "a", "b", reproduce="pytest it"))
    return replace(Verdict(name, Outcome.FAILED, (finding,)), **more)  # type: ignore[arg-type]


VERDICTS = {
    "worker.phone": red("worker.phone"),
    "worker.email": red("worker.email"),
    "scenario:hired": red("scenario:hired", outcome=Outcome.NOT_EXERCISED, because_of=("worker.phone",)),
    "worked:rate": red("worked:rate"),
    "checklist:ready": red("checklist:ready", because_of=("worker.email",)),
    "worker.city": Verdict("worker.city", Outcome.VERIFIED),
}


def test_each_has_its_own_small_case_its_workflow_or_the_whole_run() -> None:
    small = replace(SCRIPT, statements=("worker.phone",))
    hash_now = AGREEMENT.scope_hash
    path = "../../runs/20260302T140000Z-7/script-crm-app.json"
    assert cases(AGREEMENT, SCRIPT, {"worker.phone": small}, VERDICTS, RUN) == {
        "worker.phone": small,
        "worker.email": Pointer("crm-app", "worker.email", WHOLE_RUN, 7, path, hash_now),
        "scenario:hired": Pointer("crm-app", "scenario:hired", WORKFLOW, 7, "", hash_now),
    }


def test_who_has_none_says_why_and_an_item_has_that_of_its_row(tmp_path: Path) -> None:
    files = {"worker.email": tmp_path / "reports/crm-app/counterexamples/worker.email.json"}
    suite, options = Suite(tmp_path, ()), RunOptions(seed=7)
    found = {}
    for name, verdict in with_commands(suite, AGREEMENT, options, VERDICTS, files).items():
        if (example := verdict.counterexample) is not None:
            found[name] = (example.replay, example.unreplayed)
    command = "pytest --replay reports/crm-app/counterexamples/worker.email.json"
    assert found == {
        "worker.phone": ("", "the case could not be kept: the reports' folder cannot be written"),
        "worker.email": (command, ""),
        "scenario:hired": ("", "its case is that of worker.phone, of which none was kept"),
        "worked:rate": (
            "",
            "no connector is needed to see it: the rule and the example in the document contradict each other",
        ),
        "checklist:ready": (command, ""),
    }


NOTHING = Verdict("worker.phone", Outcome.NOT_EXERCISED, would_exercise="a record that changes")
CASE = Replay(replace(SCRIPT, statements=("worker.phone",)), "case.json")


@pytest.mark.parametrize(
    ("verdict", "scope_hash", "replay", "standing"),
    [
        (NOTHING, "hash", CASE, NO_LONGER),
        (replace(NOTHING, exercised={"seed": 1}), "other", CASE, NO_LONGER),
        (NOTHING, "other", CASE, ""),
        (replace(NOTHING, because_of=("worker:arrive",)), "hash", CASE, ""),
        (NOTHING, "hash", replace(CASE, whole=True), ""),
        (replace(NOTHING, outcome=Outcome.BLOCKED), "hash", CASE, ""),
        (red("worker.phone"), "hash", CASE, ""),
    ],
)
def test_only_a_case_that_was_played_to_its_end_no_longer_fails(
    verdict: Verdict, scope_hash: str, replay: Replay, standing: str
) -> None:
    found = as_replayed(verdict, replay, scope_hash)
    assert (found.outcome, found.standing) == (verdict.outcome, standing)
